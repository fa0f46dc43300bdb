"""Office questions in people's own words: in any of them, and on any screen, they come to the office of the town."""

from pathlib import Path
from typing import Final, NamedTuple

import pytest
import yaml

from bot.conversation.conversation import Conversation
from bot.conversation.events import EntryAnswered, OfficeTold, Turn
from bot.conversation.library import Library
from bot.conversation.showing import place_named
from bot.offices.places import Place, Sure
from tests.conversation.asked import INVESTMENT, knowing, told


class Question(NamedTuple):
    """One line of the file."""

    before: list[str]
    said: str
    wanted: list[str]
    towns: list[str]
    home: str | None


def _read() -> list[Question]:
    rows = yaml.safe_load(Path(__file__).with_name("office_questions.yaml").read_text("utf-8"))
    return [
        Question(before, said, wanted if isinstance(wanted, list) else [wanted], towns.split("|"), *_home(kept))
        for before, said, wanted, towns, *kept in rows
    ]


def _home(kept: list[dict[str, str]]) -> tuple[str | None]:
    return (kept[0]["province"] if kept else None,)


QUESTIONS: Final = _read()


def _town(name: str, library: Library) -> Place:
    reading = library.gazetteer.read(name)
    assert isinstance(reading, Sure), name
    return reading.place


def _looked_at(turn: Turn, library: Library) -> Place | None:
    """Return where the office is that was told, or between whose kinds the person chooses."""
    after = turn.conversation
    offered = {choice.id.split(":")[2] for choice in after.shown if choice.id.startswith("look:")}
    named = offered.pop() if len(offered) == 1 else after.elsewhere or after.facts.get(library.roles.place)
    return place_named(named, library)


def _came_to(turn: Turn, library: Library) -> set[str]:
    """Return the kinds of office that were told, or what else came of an office question."""
    kinds = {event.office.rpartition("-")[0] for event in turn.events if isinstance(event, OfficeTold)}
    entries = {event.entry for event in turn.events if isinstance(event, EntryAnswered)}
    towns = [choice.id.split(":")[2] for choice in turn.conversation.shown if choice.id.startswith("look:")]
    if towns:
        kinds |= {"which"} if len(set(towns)) == 1 else {"two"}
    return kinds | ({"social"} if "offices.social-action" in entries else set())


def _turn(question: Question, library: Library) -> Turn:
    conversation = Conversation()
    for line in question.before:
        conversation = told(line, conversation, library).conversation
    return told(question.said, conversation, library)


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one.towns != [""]], ids=lambda one: one.said)
def test_whoever_asks_the_way_comes_to_the_office_of_the_town(question: Question, library: Library) -> None:
    """Whom to ask, where to go, by what number: what was told is used, and nobody's own town is moved."""
    turn = _turn(question, library)
    came_to = _came_to(turn, library)

    if question.wanted == ["any"]:
        assert came_to & {"which", "brce", "cri", "chamber", "dr_artisanat"}
    else:
        assert came_to & set(question.wanted)
    if question.wanted == ["two"]:
        offered = {choice.id.split(":")[2] for choice in turn.conversation.shown if choice.id.startswith("look:")}
        assert offered == {str(_town(name, library).id) for name in question.towns}
    else:
        there, town = _looked_at(turn, library), _town(question.towns[0], library)
        assert there is not None
        assert (there.region, there.province) == (town.region, town.province)
    if question.home is not None:
        assert turn.conversation.facts[library.roles.place] == _town(question.home, library).id


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one.towns == [""]], ids=lambda one: one.said)
def test_a_town_in_another_question_is_no_way_to_an_office(question: Question, library: Library) -> None:
    """Who benefits, who pays, whether the caravan comes there: no office answers it."""
    assert _came_to(_turn(question, library), library) == set()


def test_none_is_known_nearer_is_said(library: Library) -> None:
    """An office of the region in another town is told as such; one that stands there needs no such word."""
    before = told("فين جات المديرية ديال الصناعة التقليدية فزاكورة", Conversation(), library).conversation
    far = told("بعيدة عليا واش ما كاين والو فورزازات", before, library)
    near = told("بعيدة عليا واش ما كاين والو فأكادير", before, library)

    unknown = library.phrases.none_known_there.filled(place=_town("ورزازات", library).name).of("ar")
    assert far.replies[0].text.startswith(unknown)
    assert "نفسها" not in near.replies[0].text
    assert far.conversation.facts == near.conversation.facts == before.facts


def test_across_an_open_question_the_office_is_told_and_the_question_comes_again(library: Library) -> None:
    """Nobody leaves a check by asking whom to see."""
    before = told("شركة", knowing({}, library), library).conversation
    asked = before.shown

    turn = told("chkoun nsewel 3la lcarte f fes", before, library)

    assert _came_to(turn, library) == {"chamber"}
    assert turn.conversation.flow == INVESTMENT
    assert turn.conversation.facts == before.facts
    assert {choice.id for choice in turn.conversation.shown} <= {choice.id for choice in asked} | {"do:fr"}


def test_the_nearest_office_is_not_asked_the_town_that_was_told(library: Library) -> None:
    """Where the town is known, the kinds of its offices are told."""
    turn = told("أين أقرب مكتب إلي؟", knowing({"province": "tetouan"}, library, "menu"), library)

    assert _came_to(turn, library) == {"which"}
    assert turn.conversation.facts == {"province": "tetouan"}


def test_an_artisan_brings_no_proof_of_what_he_comes_for() -> None:
    """Who comes to be registered, or for the card, is told what is known of the papers for that."""
    entries = yaml.safe_load(Path("faq/offices.yaml").read_text("utf-8"))
    answer = next(one["answer"]["ar"] for one in entries if one["id"] == "offices.what-to-bring")
    (line,) = (line for line in answer.splitlines() if "يريد التسجيل أو البطاقة" in line)
    assert "البطاقة الوطنية" in line
    assert "ما يثبت التسجيل" not in line
