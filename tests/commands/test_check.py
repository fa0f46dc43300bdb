"""`dalil check`: what the content holds, or every mistake in it at once."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.program import Told, copied, told
from tests.spoiling import line_of, spoiled

_ARABIC = re.compile(r"[\u0621-\u064a]{2}")


@pytest.fixture(scope="module")
def good(root: Path) -> Told:
    """What is said of the content as it is."""
    return told("check", "--json", root=root)


def test_good_content_is_one_object(good: Told) -> None:
    """`check --json` writes one object of these keys and nothing else, and ends with 0."""
    assert (good.status, good.err) == (0, "")
    [report] = good.lines
    assert list(report) == ["release", "entries", "flows", "offices", "schemes", "errors", "warnings"]
    assert re.fullmatch("[0-9a-f]{12}", report["release"])
    assert report["errors"] == []
    assert isinstance(report["warnings"], list)
    assert type(report["offices"]) is int
    assert report["offices"] >= 12
    assert len(report["schemes"]) == 16
    assert "tpme" in report["schemes"]


def test_every_entry_is_described(good: Told) -> None:
    """Each entry tells its languages, its phrasings by register, its sources, its day and how sure it is."""
    [report] = good.lines
    assert len(report["entries"]) >= 100
    for entry in report["entries"]:
        assert list(entry) == ["id", "languages", "phrasings", "sources", "checked", "confidence"]
        assert entry["languages"] == ["ar", "fr"]
        assert list(entry["phrasings"]) == ["darija", "msa", "arabizi", "french"]
        assert all(type(count) is int for count in entry["phrasings"].values())
        assert sum(entry["phrasings"].values()) >= 8
        assert entry["phrasings"]["darija"] >= 4
        assert entry["phrasings"]["arabizi"] >= 1
        assert entry["sources"] >= (0 if entry["id"].startswith("off.") else 1)
        assert date.fromisoformat(entry["checked"]).isoformat() == entry["checked"]
        assert entry["confidence"] in {"official", "press", "single", "uncertain"}
    ids = [entry["id"] for entry in report["entries"]]
    assert len(ids) == len(set(ids))
    assert {id_.partition(".")[0] for id_ in ids} >= {"charters", "export", "caravan", "offices", "maison", "about"}


def test_every_flow_is_described(good: Told) -> None:
    """Each flow tells its id and how many steps it has."""
    [report] = good.lines
    for flow in report["flows"]:
        assert list(flow) == ["id", "steps"]
        assert type(flow["steps"]) is int
        assert flow["steps"] >= 1
    assert {"menu", "foreign_trade", "investment", "office", "caravan"} <= {flow["id"] for flow in report["flows"]}


def test_tells_people_what_it_tells_programs(good: Told, root: Path) -> None:
    """Without `--json` good content is one line."""
    [report] = good.lines
    plain = told("check", root=root)
    assert plain.status == 0
    assert f"release {report['release']}: {len(report['entries'])} entries" in plain.out


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, int], str]]:
    """Give a copy with mistakes in several files: where each is, and what its sentence names."""
    root = copied(tmp_path_factory.mktemp("broken"))
    mistakes = {}

    def spoil(file: str, old: str, new: str, names: str, after: str = "") -> None:
        mistakes[file, spoiled(root, file, old, new, after)] = names

    spoil("faq/charters.yaml", "  checked:", "  checked: 2026-13-01\n  checkd:", "checked")
    mistakes["faq/charters.yaml", line_of(root, "faq/charters.yaml", "  checkd:")] = "checkd"
    spoil("faq/export.yaml", "confidence:", "confidence: sure # ", "confidence")
    spoil("faq/caravan.yaml", "\n  see:", "\n  see: [nowhere.else]\n  see:", "see", "- id: caravan.stations")
    del mistakes["faq/caravan.yaml", line_of(root, "faq/caravan.yaml", "  see: [nowhere")]
    mistakes["faq/caravan.yaml", line_of(root, "faq/caravan.yaml", "  see: [nowhere") + 1] = "see"
    spoil("flows/menu/flow.yaml", "to: caravan", "to: caravel", "caravel")
    spoil("flows/office/flow.yaml", "ask: province", "ask: shoe_size", "shoe_size")
    spoil("flows/tpme/rules.yaml", "office: cri", "office: crii", "crii")
    spoil("flows/facts.yaml", "effort: 1", "effort: heavy", "effort")
    spoil("flows/offices.yaml", "kind: brce", "kind: bank", "kind")
    spoil("flows/phrases.yaml", "welcome:", "wellcome:", "wellcome")
    mistakes["flows/phrases.yaml", line_of(root, "flows/phrases.yaml", "wellcome")] = "wellcome"
    spoil("flows/caravan.yaml", "    on: 2025-09-12", "    on: today", "on")
    spoil("flows/page.yaml", "  fr: Guide artisan\n", "", "fr")
    del mistakes["flows/page.yaml", line_of(root, "flows/page.yaml", "description:")]
    mistakes["flows/page.yaml", line_of(root, "flows/page.yaml", "title:")] = "fr"
    # The words of the page are read by the channel that needs them.
    page = root / "flows" / "page.yaml"
    page.write_text(page.read_text("utf-8") + "nonsense: {ar: نص, fr: texte}\n", "utf-8")
    mistakes["flows/page.yaml", line_of(root, "flows/page.yaml", "nonsense:")] = "nonsense"
    path = root / "flows" / "asides.yaml"
    path.write_text(path.read_text("utf-8") + 'unclosed: "\n', "utf-8")
    return root, mistakes


def test_bad_content_is_told_all_at_once(broken: tuple[Path, dict[tuple[str, int], str]]) -> None:
    """Every mistake of every file is in one report, on its very line, in Arabic with its remedy; the status is 1."""
    root, mistakes = broken
    said = told("check", "--json", root=root)
    assert (said.status, said.err) == (1, "")
    [report] = said.lines
    found: dict[tuple[str, int], str] = {}
    for error in report["errors"]:
        place = error["file"], error["line"]
        found[place] = found.get(place, "") + error["message"]
    for place, names in mistakes.items():
        assert names in found.get(place, ""), place
    for error in report["errors"]:
        assert list(error) == ["file", "line", "message", "remedy"]
        assert _ARABIC.search(error["message"])
        assert _ARABIC.search(error["remedy"])
        assert "{" not in error["message"]
        lines = (root / error["file"]).read_text("utf-8").count("\n")
        assert 1 <= error["line"] <= lines + 1
    # What else is told is the file that cannot be read, and nothing that only follows from a mistake.
    assert [file for file, _ in found.keys() - mistakes.keys()] == ["flows/asides.yaml"]


def test_bad_content_is_told_to_people(broken: tuple[Path, dict[tuple[str, int], str]]) -> None:
    """Without `--json` each mistake is `file:line`, what is wrong, and below it what to do."""
    root, mistakes = broken
    said = told("check", root=root)
    assert said.status == 1
    for file, line in mistakes:
        assert f"✗ {file}:{line}: " in said.out
    assert said.out.splitlines()[-1].startswith("errors: ")


def test_no_command_goes_on_with_bad_content(broken: tuple[Path, dict[tuple[str, int], str]]) -> None:
    """Whatever needs the content says the same mistakes and ends with 1."""
    root, _ = broken
    for name in ("ask", "run", "chat"):
        said = told(name, root=root)
        assert said.status == 1
        assert "flows/menu/flow.yaml" in said.out + said.err
        assert "Traceback" not in said.err


def test_what_is_live_is_not_learnt_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions that staff mended are asked of what the live release learnt, where the phrasings are still the same."""
    root = copied(tmp_path, is_ready=True)
    (root / "faq" / "mended.yaml").write_text("شنو هي هاد القافلة ديال الصناعة التقليدية: caravan.what\n", "utf-8")

    def fitted(*_: object) -> None:
        raise AssertionError("learnt again")

    monkeypatch.setattr("bot.faq.matcher.fitted", fitted)
    assert main(["--root", str(root), "check"]) == 0
    (root / "faq" / "mended.yaml").write_text("شنو هي هاد القافلة ديال الصناعة التقليدية: about.who\n", "utf-8")
    assert main(["--root", str(root), "check"]) == 1


def test_doctor_reads_no_content_of_which_a_release_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of files whose release is kept it is known that they are good; any other are read, and what is wrong is told."""
    root = copied(tmp_path, is_ready=True)
    with monkeypatch.context() as without:
        without.delattr("bot.content.library.load")
        main(["--root", str(root), "doctor"])
    assert "The content is release" in capsys.readouterr().out
    with (root / "faq" / "about.yaml").open("a", encoding="utf-8") as file:
        file.write("\n- id: about.new\n")
    assert main(["--root", str(root), "doctor"]) == 1
    assert "The content has" in capsys.readouterr().out
