"""What is told of the caravan's stations is counted from their list: a new one leaves no sentence untrue."""

from dataclasses import replace
from datetime import date

import pytest

from bot.content.folder import FLOWS
from bot.content.guide import read_phrases
from bot.content.places import read_stations
from bot.content.reading import Mistakes
from bot.conversation.library import stations_in_words
from bot.message import Text
from bot.offices.places import Station
from tests.program import ROOT

TODAY = date(2026, 11, 29)
NEW = Station(Text({"ar": "تزنيت", "fr": "Tiznit"}), date(2026, 12, 5), "https://example.ma/x", "2026-11", "single")


@pytest.mark.parametrize(
    ("added", "on", "next_", "count"),
    [
        ((), TODAY, "لا نعرف: لم نجد أي محطة منشورة بعد العيون في 21 أكتوبر 2025.", "5"),
        ((NEW,), TODAY, "المحطة المقبلة: تزنيت، يوم 5 دجنبر 2026.", "6"),
        ((NEW,), date(2026, 12, 5), "المحطة المقبلة: تزنيت، يوم 5 دجنبر 2026.", "6"),
        ((NEW,), date(2026, 12, 6), "لا نعرف: لم نجد أي محطة منشورة بعد تزنيت في 5 دجنبر 2026.", "6"),
        ((replace(NEW, on=None),), TODAY, "لا نعرف: لم نجد أي محطة منشورة بعد العيون في 21 أكتوبر 2025.", "6"),
    ],
)
def test_stations_are_told_by_their_list(added: tuple[Station, ...], on: date, next_: str, count: str) -> None:
    """The next station, or the last one known, and their number are what the list says on that day."""
    mistakes = Mistakes()
    phrases, stations = read_phrases(ROOT, mistakes), read_stations(ROOT, mistakes)
    assert phrases is not None
    assert stations is not None
    told = stations_in_words((*stations, *added), phrases, on)
    assert told["stations_next"].of("ar") == next_
    assert told["stations_count"].of("ar") == count
    assert ("Tiznit" in told["stations_listed"].of("fr")) == bool(added)


def test_the_files_of_the_content_are_known() -> None:
    """Every file in `flows/` is one that the program reads: one more would be told to be a copy, or nobody's."""
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "flows").iterdir() if path.is_file()}
    assert there == FLOWS
