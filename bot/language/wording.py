"""Amounts, counts and days in words: dirhams, shares, years, numbers, dates, in Arabic and French.

Digits are 0–9 and months are Morocco's. Numbers are told exactly: what would need rounding is written out in full.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.message import Text, in_each_language, joined

#: French keeps a number and its unit on one line.
_TIGHT = "\u00a0"
_MILLION = 1_000_000
#: What large amounts are counted in: the size, its Arabic name for one and for few, its French name.
_LARGE = (
    (1_000 * _MILLION, "مليار", "ملايير", "milliard"),
    (_MILLION, "مليون", "ملايين", "million"),
)
_MONTHS_IN_YEAR = 12
#: What rounding to the ten-thousandth of a year may leave of a month.
_DUST = 0.01
_MONTHS_AR = ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"]
_MONTHS_FR = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]

#: An amount or a share as written here and in the content, with its unit; bounded, or a list of numbers takes for ever.
AMOUNT: Final = re.compile(
    r"(?<![\w/=%.-])(?:(?:مليون|مليار) (?:درهم|سنتيم)(?!\w)|\d[\d.,\u00a0\u202f ]{0,30}(?:%(?!\w)"
    r"|(?:(?:مليون|ملايين|مليار|ملايير|ألف|آلاف) )?(?:درهما|درهم|دراهم|سنتيم)(?!\w)"
    r"|(?:(?:millions?|milliards?)[ \u00a0](?:de[ \u00a0])?)?(?:dirhams?|centimes?|DH|MAD)(?!\w)))"
)

_COMMA = Text({"ar": "، ", "fr": ", "})
_AND = Text({"ar": " و", "fr": " et "})
_COLON = Text({"ar": ": ", "fr": " : "})


#: Where a sentence ends, and where a long one may be broken: at a comma, a semicolon.
_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?؟])[ \u00a0]+(?=\S)")
_CLAUSE_ENDS: Final = re.compile(r"(?<=[،,؛;])[ \u00a0]+(?=\S)")
#: Words of the longest sentence that is taken in by ear at once.
WORDS_HEARD: Final = 12


def line_by_line(text: str) -> str:
    """Return a text with a line for each sentence, and for each clause of a long one; no word of it is lost."""
    lines = (sentence for line in text.split("\n") for sentence in _SENTENCE_ENDS.split(line))
    return "\n".join(
        _CLAUSE_ENDS.sub("\n", sentence) if len(sentence.split()) > WORDS_HEARD else sentence for sentence in lines
    )


def money(dirhams: float) -> Text:
    """Return an amount of dirhams: millions and thousands in words where they come out even, else every digit."""
    centimes = round(dirhams * 100)
    whole, rest = divmod(centimes, 100)
    if rest:
        return _text(f"{_grouped(whole, '.')},{rest:02} درهم", f"{_grouped(whole, _TIGHT)},{rest:02} dirhams")
    if whole >= _MILLION and whole % 10_000 == 0:
        size, one, many, unit_fr = _LARGE[0] if whole >= _LARGE[0][0] and whole % _LARGE[0][0] == 0 else _LARGE[1]
        return _in_large_units(whole / size, one, many, unit_fr, "درهم", "dirhams")
    french = f"{_grouped(whole, _TIGHT)} dirham{'' if whole < 2 else 's'}"
    if 3_000 <= whole < _MILLION and whole % 1_000 == 0:
        return _text(f"{whole // 1_000} {_few(whole / 1_000, 'ألف', 'آلاف')} درهم", french)
    return _text(f"{_grouped(whole, '.')} {_few(whole, 'درهم', 'دراهم')}", french)


def centimes(dirhams: float) -> Text:
    """Return an amount of dirhams in centimes, as people count: 1,000,000 dirhams are 100 million centimes."""
    whole = round(dirhams * 100)
    for size, one, many, unit_fr in _LARGE:
        if whole >= size and whole % (size // 100) == 0:
            return _in_large_units(whole / size, one, many, unit_fr, "سنتيم", "centimes")
    return _text(f"{_grouped(whole, '.')} سنتيم", f"{_grouped(whole, _TIGHT)} centimes")


def _in_large_units(number: float, one: str, many: str, unit_fr: str, coin: str, coin_fr: str) -> Text:
    """Return an amount in millions or milliards; Arabic says one of them without a number."""
    said = one if number == 1 else f"{_decimal(number)} {_few(number, one, many)}"
    return _text(f"{said} {coin}", f"{_decimal(number)} {unit_fr}{'' if number < 2 else 's'} de {coin_fr}")


def percent(share: float) -> Text:
    """Return a share: 0.3 is 30%."""
    points = _decimal(round(share * 100, 4))
    return _text(f"{points}%", f"{points}{_TIGHT}%")


def years(number: float) -> Text:
    """Return a number of years, with the months that a day in the calendar leaves over."""
    months = round(number * _MONTHS_IN_YEAR)
    whole, rest = divmod(months, _MONTHS_IN_YEAR)
    told_in_months = abs(number * _MONTHS_IN_YEAR - months) < _DUST and rest != _MONTHS_IN_YEAR / 2
    if 0 < number < 1:
        return _months(months)
    if rest and told_in_months:
        full, over = years(whole), _months(rest)
        return joined(full, over, by=_AND)
    named = {1.0: "سنة واحدة", 2.0: "سنتين"}
    arabic = named.get(number, f"{_decimal(number)} {_few(number, 'سنة', 'سنوات')}")
    return _text(arabic, f"{_decimal(number)}{_TIGHT}an{'' if number < 2 else 's'}")


def _months(months: int) -> Text:
    arabic = {1: "شهر واحد", 2: "شهرين"}.get(months) or f"{months} {_few(months, 'شهر', 'أشهر')}"
    return _text(arabic, f"{months}{_TIGHT}mois")


def count(number: float) -> Text:
    """Return a plain number."""
    whole = int(number)
    if whole == number:
        return _text(_grouped(whole, "."), _grouped(whole, _TIGHT))
    return in_each_language(lambda _: _decimal(number))


def day(when: date) -> Text:
    """Return a date with the month's name: 21 أكتوبر 2025."""
    first = "1er" if when.day == 1 else str(when.day)
    return _text(
        f"{when.day} {_MONTHS_AR[when.month - 1]} {when.year}",
        f"{first} {_MONTHS_FR[when.month - 1]} {when.year}",
    )


def published(when: str) -> Text:
    """Return a date as a source tells it, a year, a month or a day in ISO spelling, in words."""
    year, _, rest = when.partition("-")
    month, _, number = rest.partition("-")
    if not month:
        return in_each_language(lambda _: year)
    if not number:
        return _text(f"{_MONTHS_AR[int(month) - 1]} {year}", f"{_MONTHS_FR[int(month) - 1]} {year}")
    return day(date.fromisoformat(when))


def listed(texts: Sequence[Text]) -> Text:
    """Return the texts one after another, parted by each language's comma."""
    return joined(*texts, by=_COMMA)


def named(name: Text, value: Text) -> Text:
    """Return a value behind its name and a colon, as each language sets it."""
    return joined(name, value, by=_COLON)


def _text(arabic: str, french: str) -> Text:
    return Text({"ar": arabic, "fr": french})


def _few(number: float, singular: str, plural: str) -> str:
    """Return the Arabic noun after `number`: the plural only from 3 to 10, and never after a fraction."""
    return plural if number in range(3, 11) else singular


def _decimal(number: float) -> str:
    """Return a number with a decimal comma and no needless zeros."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _grouped(whole: int, separator: str) -> str:
    """Return a whole number in groups of three digits; four digits stay together."""
    return str(whole) if whole < 10_000 else f"{whole:,}".replace(",", separator)
