"""`dalil talk`: whole conversations from standard input, told by what happened in them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_trying import BAD
from tests.program import ROOT, copied, told

DAY = "2026-11-28"
SOUND = ROOT / "tests/staff/sounds/voice.ogg"
KEYS = (
    "person replies flow asks facts entry off_topic offered zone verdicts estimate office region language with_person"
    " said_back refused"
).split()


def talked(root: Path, *lines: Mapping[str, object]) -> list[Any]:
    """Return what is told of each message of one person."""
    typed = "\n".join(json.dumps({"person": "p", **line}) for line in lines)
    told_back = told("talk", "--json", "--on", DAY, root=root, typed=typed)
    assert (told_back.status, told_back.err) == (0, "")
    return told_back.lines


@pytest.fixture(scope="module")
def checked(root: Path) -> list[Any]:
    """A cooperative says who it is, is asked for its age, and tells none."""
    return talked(
        root,
        {"say": "السلام عليكم"},
        {"say": "حنا تعاونية ديال الزربية ف تازناخت"},
        {"tap": "change:age_years"},
        {"say": "شي شوية"},
    )


def test_a_message_is_one_object(checked: list[Any]) -> None:
    """Each message has one line with everything that its turn told, in the same order."""
    assert len(checked) == 4
    for line in checked:
        assert list(line) == KEYS
        assert line["person"] == "p"
        assert all(list(reply) == ["text", "choices", "asks_location"] for reply in line["replies"])


def test_facts_are_told_and_said_back(checked: list[Any]) -> None:
    """What was taken from a message stands among the facts, and what was said back among those said back."""
    line = checked[1]
    assert line["facts"]["legal_form"] == "cooperative"
    assert (line["facts"]["province"], line["region"]) == ("Ouarzazate", 8)
    assert {"legal_form", "craft", "province"} <= set(line["said_back"])
    assert line["flow"] == "eligibility"
    assert line["refused"] is None


def test_what_was_not_understood_is_told(checked: list[Any]) -> None:
    """An answer that cannot be read has the name of the sentence that says so; the question is asked again."""
    assert (checked[2]["asks"], checked[2]["refused"]) == ("age_years", None)
    assert (checked[3]["asks"], checked[3]["refused"]) == ("age_years", "not_a_number")


def test_an_answer_is_told_by_its_entry(root: Path) -> None:
    """A question that is surely answered tells the entry; one of another office tells that it is off topic."""
    ours, other = talked(root, {"say": "شنو هو ميثاق التجارة الخارجية"}, {"say": "شحال ثمن جواز السفر"})
    assert (ours["entry"], ours["zone"], ours["off_topic"]) == ("charters.foreign-trade", "sure", False)
    assert (other["off_topic"], other["zone"]) in {(True, "sure"), (False, "unsure"), (False, "none")}


def test_an_office_is_told(root: Path) -> None:
    """A position leads to the office of its region; what the gazetteer does not know is refused."""
    here, sea = talked(root, {"at": [27.15, -13.2]}, {"at": [30, -20]})
    assert (here["office"], here["region"]) == ("brce-11", 11)
    assert (sea["office"], sea["refused"]) == (None, "place_outside")


def test_verdicts_are_told(root: Path) -> None:
    """Answering "I do not know" to whatever is asked, the check tells a verdict of schemes, each once."""
    lines = talked(root, {"tap": "to:eligibility_all"}, *[{"tap": "do:unknown"}] * 25)
    verdicts = next(line["verdicts"] for line in lines if line["verdicts"])
    assert len(verdicts) > 1
    assert set(verdicts.values()) <= {"eligible", "perhaps", "not_eligible"}


def test_who_is_new_is_forgotten(root: Path) -> None:
    """People are told apart, and one is forgotten without a word."""
    first, other, new, again = talked(
        root,
        {"say": "حنا تعاونية ف تازناخت"},
        {"person": "q", "say": "سلام"},
        {"new": True},
        {"say": "سلام"},
    )
    assert first["facts"]
    assert (other["person"], other["facts"]) == ("q", {})
    assert (new["replies"], new["facts"]) == ([], {})
    assert again["facts"] == {}


def test_bad_lines_are_told(root: Path) -> None:
    """A line that is no message has an error in its place, and the next lines go on."""
    wrong: list[object] = [{}, {"say": 3}, {"at": [1]}, {"tap": None}, [], 3, {"say": "x" * 20_000}]
    bad: list[str] = [json.dumps(line) for line in wrong]
    typed = b"\n".join([*(line for line in BAD if line.strip()), "\n".join(bad).encode(), b'{"say": "\\ud800"}'])
    answered = told("talk", "--json", root=root, typed=typed)
    assert (answered.status, answered.err) == (1, "")
    assert ["error" in line for line in answered.lines[-8:]] == [True] * 6 + [False] * 2


def test_a_day_that_is_none_is_told(root: Path) -> None:
    """`--on` wants a date."""
    answered = told("talk", "--on", "tomorrow", root=root)
    assert answered.status == 2
    assert "'tomorrow'" in answered.err


def test_people_talk_too(root: Path) -> None:
    """Without `--json` each line is a message, and the replies are printed with their choices numbered."""
    answered = told("talk", "--on", DAY, root=root, typed="1\n")
    assert (answered.status, answered.err) == (0, "")
    assert "  1. " in answered.out


def test_explaining_names_the_rule_that_took_a_message(root: Path) -> None:
    """With `--explain` each line says which rule of understanding took the message and when that rule speaks."""
    typed = "\n".join(
        json.dumps({"person": "p", **line}) for line in ({"say": "سلام"}, {"say": "1"}, {"tap": "do:menu"})
    )
    lines = told("talk", "--json", "--explain", "--on", DAY, root=root, typed=typed).lines
    assert [line["rule"] for line in lines] == ["said_across", "number_of_a_choice", "tapped"]
    assert all(line["why"].endswith(".") for line in lines)


def test_explaining_in_words(root: Path) -> None:
    """Without `--json` the rule stands above the reply."""
    said = told("talk", "--explain", "--on", DAY, root=root, typed="القائمة\n").out
    assert "(said_across: The whole message is " in said


def test_what_can_be_heard_is_told(tmp_path: Path) -> None:
    """An answer with a recording names its file, in the terminal too, where a recording is not taken for a sheet."""
    root = copied(tmp_path, is_ready=True)
    kept = told("recordings", "--entry", "charters.foreign-trade", SOUND, root=root)
    assert kept.status == 0
    name = "charters.foreign-trade.ary.ogg"
    heard, silent = talked(root, {"say": "شنو هو ميثاق التجارة الخارجية"}, {"say": "شحال ثمن جواز السفر"})
    assert heard["replies"][0]["document"] == name
    assert not any("document" in reply for reply in silent["replies"])
    chatted = told("chat", typed="شنو هو ميثاق التجارة الخارجية\n", root=root)
    assert (chatted.status, chatted.err) == (0, "")
    assert str(root / "faq" / "audio" / name) in chatted.out
