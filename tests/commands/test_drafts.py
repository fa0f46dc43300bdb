"""The commands by which the content is edited in drafts, published and taken back, as the staff guide tells them."""

import json
from pathlib import Path

from tests.program import copied, told


def test_a_telephone_is_published_and_taken_back(tmp_path: Path) -> None:
    """What the staff guide shows: a draft, what it changes in words, its release, and the release that undoes it."""
    root = copied(tmp_path, is_ready=True)
    offices = root / "flows" / "offices.yaml"
    before = offices.read_bytes()
    assert told("draft", "new", "الهاتف تغير", "--as", "fatima", root=root).out == "1\n"
    said = told("draft", "set", "1", "flows/offices.yaml", "brce-2/phone", '"05 36 00 00 00"', root=root)
    assert said.out == "brce-2: أضيف الهاتف: «05 36 00 00 00»\n"
    assert "fatima  الهاتف تغير  (1)" in told("draft", root=root).out
    assert offices.read_bytes() == before
    published = told("publish", "1", "--as", "fatima", root=root)
    assert published.status == 0, published.out + published.err
    assert b"05 36 00 00 00" in offices.read_bytes()
    assert told("draft", root=root).out == ""
    undone = told("undo", "2", "الرقم خاطئ", "--as", "said", root=root)
    assert undone.status == 0, undone.out + undone.err
    assert offices.read_bytes() == before
    listed = [json.loads(line) for line in told("releases", "--json", root=root).out.splitlines()]
    assert [(one["number"], one["by"], one["undoes"]) for one in listed] == [
        (3, "said", 2), (2, "fatima", None), (1, None, None),
    ]  # fmt: skip


def test_a_law_is_not_published_by_its_author_alone(tmp_path: Path) -> None:
    """Whoever wrote an amount is told that a second person is wanted; what fits nowhere is told too."""
    root = copied(tmp_path, is_ready=True)
    rules = ("flows/power_export_first/rules.yaml", "amounts/export_turnover_craft/from/2027-01-01", "800_000")
    told("draft", "new", "قانون", "--as", "fatima", root=root)
    assert "law or money" in told("draft", "set", "1", *rules, root=root).out
    refused = told("publish", "1", "--as", "fatima", root=root)
    assert refused.status == 1
    assert "a second person" in refused.err
    assert told("draft", "approve", "1", "--as", "fatima", root=root).status == 1
    assert told("draft", "approve", "1", "--as", "said", root=root).status == 0
    for words, why in (
        (("draft", "set", "1", "flows/offices.yaml", "brce-99/phone", "1"), "does not fit"),
        (("draft", "show", "9"), "no draft 9"),
        (("undo", "9", "x", "--as", "said"), "no release 9"),
        (("publish", "1", "--as", ""), "--as NAME"),
    ):
        failed = told(*words, root=root)
        assert failed.status in {1, 2}
        assert why in failed.err
