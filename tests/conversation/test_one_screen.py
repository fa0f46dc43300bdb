"""What is told fits the screen of a phone of 360 × 740: about twenty lines above the first choice."""

import re
from math import ceil
from typing import Final

import pytest

from bot.conversation.conversation import Value
from bot.conversation.events import VerdictTold
from bot.conversation.library import Library
from bot.conversation.showing import answer_shown, entry_told, passage
from bot.message import LANGUAGES, SCREEN, Language, Text
from tests.conversation.asked import COMPANY, NOW, knowing, told

#: Letters of a line, and lines above the first choice, on a screen of 360 × 740: between the bar and the field are 22
#: lines of 325 px (Chromium, 2026-11-29), of which a bubble's edge and one choice take two.
_LETTERS: Final = 40
_LINES: Final = 20
#: The page shows of a map's address only whose map it is.
_MAP: Final = re.compile(r"https://maps\.google\.com/\S+")
#: Who is checked for everything there is.
_CASES: Final[list[dict[str, Value]]] = [
    {**COMPANY, "craft": "carpets", "province": "fes", "exports_already": False, "last_turnover": 3_000_000,
     "practice_years": 12, "mostly_women": True, "exports_to_africa": False, "craft_diploma": True},
    {**COMPANY, "legal_form": "cooperative", "craft": "pottery", "province": "safi", "exports_already": True,
     "last_turnover": 900_000, "best_turnover": 900_000, "investment": 200_000, "practice_years": 20,
     "mostly_women": True, "exports_to_africa": True, "craft_diploma": False},
    {"legal_form": "none", "activity": "craft_production", "craft": "wood", "province": "agadir", "practice_years": 2,
     "exports_already": False, "last_turnover": None, "best_turnover": None, "age_years": None, "investment": 50_000,
     "own_funds": None, "new_jobs": 0, "mostly_women": False, "craft_diploma": False, "exports_to_africa": False},
]  # fmt: skip


def _lines(text: str) -> int:
    return sum(max(1, ceil(len(line) / _LETTERS)) for line in _MAP.sub("maps.google.com", text).split("\n"))


def _most(text: Text) -> int:
    return max(_lines(wording) for wording in text.every())


def test_every_answer(library: Library) -> None:
    """Each answer, with how sure it is, leaves its first choice in view in both languages."""
    long = {
        entry.id: _most(answer_shown(entry, library, NOW.date()))
        for entry in library.entries.values()
        if _most(answer_shown(entry, library, NOW.date())) > _LINES
    }
    assert not long


def test_every_answer_is_one_message(library: Library) -> None:
    """No answer, with how sure it is, is longer than a message may be, in either language."""
    told_of = {entry.id: entry_told(entry, library, NOW.date()) for entry in library.entries.values()}
    long = {id_: max(map(len, passage(words).text.every())) for id_, words in told_of.items()}
    assert {id_: length for id_, length in long.items() if length > SCREEN} == {}


@pytest.mark.parametrize("flow", ["eligibility_export", "eligibility_finance", "eligibility_status", "eligibility_all"])
@pytest.mark.parametrize("facts", _CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result(flow: str, facts: dict[str, Value], language: Language, library: Library) -> None:
    """A result of many schemes is one message of a screen; every scheme has its verdict in it."""
    words = "عاود" if language == "ar" else "répétez"
    turn = told(words, knowing(facts, library, flow), library)
    verdicts = {event.scheme for event in turn.events if isinstance(event, VerdictTold)}
    if not verdicts:
        pytest.skip("a question is still open")
    assert sum(_lines(reply.text) for reply in turn.replies) <= _LINES + 6
    assert len(turn.replies) <= 2


@pytest.mark.parametrize("flow", ["office", "office_cri", "office_chamber", "office_craft"])
def test_every_office(flow: str, library: Library) -> None:
    """An office is told on one screen, in every region."""
    for number in range(1, 13):
        region = library.gazetteer.region(number)
        turn = told("عاود", knowing({"province": region.id}, library, flow), library)
        assert sum(_lines(reply.text) for reply in turn.replies) <= _LINES, (flow, number)


_SIGNS: Final = {"eligible": "✅", "perhaps": "❔", "not_eligible": "⛔"}


@pytest.mark.parametrize("flow", ["eligibility_export", "eligibility_finance", "eligibility_status", "eligibility_all"])
@pytest.mark.parametrize("facts", _CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_its_sign(flow: str, facts: dict[str, Value], language: Language, library: Library) -> None:
    """A verdict is told by a word and by a sign at the head of its line, for who reads with difficulty."""
    words = "عاود" if language == "ar" else "répétez"
    turn = told(words, knowing(facts, library, flow), library)
    lines = [line for reply in turn.replies for line in reply.text.split("\n")]
    signs = {line[0] for line in lines if line[:1] in _SIGNS.values()}
    assert signs == {_SIGNS[event.verdict] for event in turn.events if isinstance(event, VerdictTold)}
    assert all(line[1] == " " and len(line) > 6 for line in lines if line[:1] in signs)
