"""Which day it is in Morocco, and the days that people tell: «12/2021», "décembre 2021", «شهر 12 عام 2021».

An instant is asked for its day nowhere else: the law, the figures and "this year" all turn at midnight in Morocco.

Elsewhere a date is a reference and no quantity (`bot.language.figures`); only a question about time may look here. A
year alone is left to `bot.language.numbers`, which tells it from a sum.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.language.folding import folded, traced

#: An hour ahead of Greenwich, in Ramadan none; the tz database knows each year's change.
MOROCCO: Final = ZoneInfo("Africa/Casablanca")


def moroccan_day(now: datetime) -> date:
    """Return the day that it is in Morocco at an aware instant: the day whose law holds, and under which it counts."""
    return now.astimezone(MOROCCO).date()


_MONTHS: Final = {
    folded(word): number
    for number, words in enumerate(
        (
            "يناير جانفي janvier janv jan january yanayer",
            "فبراير فيفري février fev fevr fév february fbrayer",
            "مارس mars march mares",
            "أبريل ابريل avril avr april abril",
            "ماي مايو mai may",
            "يونيو يونيه جوان juin june youniou",
            "يوليوز يوليو جويلية juillet juil july youlyouz",
            "غشت أغسطس اوت août aout august ghocht",
            "شتنبر سبتمبر septembre sept september chtanbir",
            "أكتوبر اكتوبر octobre oct october oktobr",
            "نونبر نوفمبر novembre nov november nounbir",
            "دجنبر ديسمبر décembre dec déc december dojanbir",
        ),
        1,
    )
    for word in words.split()
}
#: What may part a month from its year.
_BETWEEN: Final = r"(?: (?:عام|سنه|العام|سنت|من|ديال|د|ف|في|3am|3aam|sana|sna|de|du|d|dyal|f|fi|mn|en|l an|annee))*"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_NAME: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NAMED: Final = re.compile(rf"(?<!\S)[فبلfdl]?(?P<name>{_NAME}){_BETWEEN} {_YEAR}")
_NUMBERED: Final = re.compile(
    r"(?<!\S)(?:ف|في |f|f )?(?:شهر|الشهر|ch?har|chher|chhr|shhar|mois|le mois) (?P<month>0?[1-9]|1[0-2])"
    rf"{_BETWEEN} {_YEAR}"
)
_MONTH: Final = r"(?P<month>0?[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])"
#: Digits and signs, the year last or first.
_DAY_FIRST: Final = re.compile(rf"(?<![\d/.-])(?:{_DAY} ?[/.-] ?)?{_MONTH} ?[/.-] ?{_YEAR}(?![/.-]\d)")
_YEAR_FIRST: Final = re.compile(rf"(?<![\d/.-]){_YEAR}[/.-]{_MONTH}(?:[/.-]{_DAY})?(?![\d/.-])")
_SHORT: Final = re.compile(rf"(?<![\d/.-]){_DAY}[/.-]{_MONTH}[/.-](?P<short>\d\d)(?![\d/.-])")
#: Years told from today, by how many they lie back.
_FROM_TODAY: Final = tuple(
    (re.compile(rf"(?<!\S)[فf]?(?:{'|'.join(map(folded, words))})(?!\S)"), back)
    for back, words in (
        (1, ("العام اللي فات", "العام لي فات", "السنة اللي فاتت", "السنة الماضية", "العام الماضي")),
        (1, ("l'an dernier", "l'an passé", "l'année dernière", "l'année passée", "l3am li fat", "l3am lli fat")),
        (0, ("هاد العام", "هذا العام", "هاد السنة", "هذه السنة", "had l3am", "had sana", "cette année")),
    )
)


@dataclass(frozen=True, slots=True)
class DateTold:
    """A day as far as it was told, and where it stands in the message."""

    year: int
    span: tuple[int, int]
    month: int | None = None
    day: int | None = None

    def months_until(self, on: date) -> int | None:
        """Return the months from it to `on`, the begun one left out where the day is known; None for a year alone."""
        if self.month is None:
            return None
        months = (on.year - self.year) * 12 + on.month - self.month
        return months - (self.day is not None and on.day < self.day)


def dates(text: str, on: date) -> tuple[DateTold, ...]:
    """Return the dates and the months in `text`, in order, and the years told from `on`."""
    found = sorted(_found(text, on), key=lambda one: (one.span[0], -one.span[1]))
    kept: list[DateTold] = []
    for one in found:
        if not kept or one.span[0] >= kept[-1].span[1]:
            kept.append(one)
    return tuple(kept)


def _found(text: str, on: date) -> Iterator[DateTold]:
    figures = "".join(_digit(character) for character in text)
    for pattern in (_DAY_FIRST, _YEAR_FIRST, _SHORT):
        for match in pattern.finditer(figures):
            yield _told(match, match.span(), on)
    plain, origins = traced(text)

    def span(match: re.Match[str]) -> tuple[int, int]:
        return origins[match.start()], origins[match.end() - 1] + 1

    for pattern in (_NAMED, _NUMBERED):
        for match in pattern.finditer(plain):
            yield _told(match, span(match), on)
    for words, back in _FROM_TODAY:
        for match in words.finditer(plain):
            yield DateTold(on.year - back, span(match))


def _told(match: re.Match[str], span: tuple[int, int], on: date) -> DateTold:
    parts = match.groupdict()
    short = parts.get("short")
    year = int(parts["year"]) if short is None else on.year // 100 * 100 + int(short)
    if short is not None and year > on.year:
        year -= 100
    month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
    day = parts.get("day")
    return DateTold(year, span, month, int(day) if day else None)


def _digit(character: str) -> str:
    """Return a digit of any script as 0–9, one sign for what parts a date, and any other character as it is."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return "-" if character in "‐‑–—−" else "/" if character in "⁄∕" else character
