"""An edit changes the lines of what it edits and no others, and means what a second reader of YAML says it means."""

import random
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

import pytest
import yaml

from bot.staff.editing import AddItem, Edit, Remove, SetValue, Spot, UneditableError, edited, value_at
from tests.program import ROOT

FILES = (
    "faq/caravan.yaml", "flows/offices.yaml", "flows/caravan.yaml", "flows/tpme/rules.yaml", "flows/sources.yaml",
    "flows/office/flow.yaml", "flows/phrases.yaml", "flows/power_export_first/rules.yaml", "flows/ages.yaml",
)  # fmt: skip
#: What people may type into a field: each has something that YAML takes for its own.
VALUES: tuple[Any, ...] = (
    "سطر واحد", "Texte : avec deux points", "سطر أول\nسطر ثان\n", "- tiret", "# dièse", "150_000", '"x"', "l'eau",
    "  espaces", "{export_support_rate} من", "نعم، لا", "a: b", "true", "2026-12-05", "", "@x", "*x", "[x",
    1_000_000, 3, 1.5, True, None,
)  # fmt: skip
ENTRY = {"id": "x.y", "question": {"ar": "سؤال", "fr": "question : oui"}, "phrasings": ["a b", "c"], "see": ["menu"]}


def _places(value: Any, at: Spot = ()) -> Iterator[tuple[Spot, Any]]:
    yield at, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield from _places(below, (*at, step))


def _second(held: bytes) -> Any:
    """Return what another reader finds: every single value as its text."""
    return yaml.load(held.decode(), yaml.CBaseLoader)


def _some_edit(chance: random.Random, file: str, whole: Any) -> Edit:
    listed = list(_places(whole))[1:]
    texts = [at for at, value in listed if isinstance(value, str)]
    lists = [at for at, value in listed if isinstance(value, list)]
    groups = [at for at, value in listed if isinstance(value, dict)]
    match chance.choice(["set", "set", "add", "remove", "key"]):
        case "add" if lists:
            return AddItem(file, chance.choice(lists), chance.choice([*VALUES, ENTRY]))
        case "remove":
            return Remove(file, chance.choice(listed)[0])
        case "key" if groups:
            return SetValue(file, (*chance.choice(groups), "new_key"), chance.choice([*VALUES, ENTRY]))
        case _:
            return SetValue(file, chance.choice(texts), chance.choice(VALUES))


def _parent(whole: Any, at: Spot) -> Any:
    for step in at[:-1]:
        whole = whole[step]
    return whole


def test_an_edit_changes_nothing_else() -> None:
    """Of hundreds of edits by chance each changes one run of lines, keeps all comments, and all other values."""
    chance = random.Random(15)
    files = {file: (ROOT / file).read_bytes() for file in FILES}
    refused = 0
    for _ in range(300):
        file = chance.choice(FILES)
        held = files[file]
        before = _second(held)
        edit = _some_edit(chance, file, before)
        try:
            after = edited(held, [edit])
        except UneditableError:
            # A first key shares its line with the dash; whoever asks is told, and nothing is changed.
            assert isinstance(edit, Remove)
            refused += 1
            continue
        rows, now = held.decode().split("\n"), after.decode().split("\n")
        runs = [run for run in SequenceMatcher(None, rows, now, autojunk=False).get_opcodes() if run[0] != "equal"]
        assert len(runs) <= 1, edit
        changed = _second(after)
        match edit:
            case AddItem():
                value = _at(changed, edit.at)
                assert value[:-1] == _at(before, edit.at), edit
                value.pop()
                assert _is_same(changed, before), edit
            case SetValue():
                there, step = _parent(before, edit.at), edit.at[-1]
                if isinstance(there, dict) and step not in there:
                    del _parent(changed, edit.at)[step]
                else:
                    _parent(changed, edit.at)[step] = there[step]
                assert _is_same(changed, before), edit
                comments = [row for row in rows if row.lstrip().startswith("#")]
                assert [row for row in now if row.lstrip().startswith("#") and row in comments] == comments
            case Remove():
                del _parent(before, edit.at)[edit.at[-1]]
                assert _is_same(changed, before), edit
    assert refused < 15


def _at(whole: Any, at: Spot) -> Any:
    for step in at:
        whole = whole[step]
    return whole


def _is_same(one: Any, other: Any) -> bool:
    # A list whose only item went is written as an empty one.
    return bool(one == other)


def test_an_edit_finds_its_place_by_id() -> None:
    """An office, an answer and a station are found by id or town, wherever they have moved to."""
    held = (ROOT / "flows/offices.yaml").read_bytes()
    after = edited(held, [SetValue("flows/offices.yaml", ("brce-2", "phone"), "05 36 00 00 00")])
    assert value_at(after, ("brce-2", "phone")) == "05 36 00 00 00"
    assert len(after.splitlines()) == len(held.splitlines()) + 1
    caravan = (ROOT / "flows/caravan.yaml").read_bytes()
    new = {"city": {"ar": "تزنيت", "fr": "Tiznit"}, "on": "2026-12-05"}
    after = edited(caravan, [AddItem("flows/caravan.yaml", ("stations",), new)])
    assert value_at(after, ("stations", "تزنيت", "on")) == "2026-12-05"
    amount = ("amounts", "export_turnover_craft", "from", "2027-01-01")
    rules = "flows/power_export_first/rules.yaml"
    after = edited((ROOT / rules).read_bytes(), [SetValue(rules, amount, 800_000)])
    assert b"2027-01-01: 800_000}" in after


@pytest.mark.parametrize("place", [("brce-99", "phone"), ("brce-1", "phone", "x"), (99,)])
def test_a_place_that_is_gone_is_told(place: Spot) -> None:
    """An edit of what is no longer there is refused and changes nothing."""
    held = (ROOT / "flows/offices.yaml").read_bytes()
    with pytest.raises(UneditableError) as told:
        edited(held, [SetValue("flows/offices.yaml", place, "x")])
    assert told.value.why == "gone"


def test_an_edit_keeps_the_ends_of_lines_and_the_encoding() -> None:
    """A file of Windows stays one: its mark, its line ends, and the lines that nobody edited, sign by sign."""
    held = (ROOT / "flows/caravan.yaml").read_bytes()
    for odd in (b"\xef\xbb\xbf" + held.replace(b"\n", b"\r\n"), held.decode().encode("utf-16"), held.rstrip(b"\n")):
        after = edited(odd, [SetValue("flows/caravan.yaml", ("source", "read"), "2026-11-29")])
        assert value_at(after, ("source", "read")) == "2026-11-29"
        assert after == edited(after, [])
        back = edited(after, [SetValue("flows/caravan.yaml", ("source", "read"), "2026-11-23")])
        assert back == odd
