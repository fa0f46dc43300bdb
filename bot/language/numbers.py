"""Money, counts, years and shares as Moroccans write them, read from a message without ever guessing.

What can be read in two ways has two readings, and the caller asks. «20 مليون» alone is such: everyday speech counts
millions and milliards in centimes (200,000 dirhams), written business in dirhams (20,000,000). Thousands and plain
digits are dirhams. A number that is all of a message is an amount and a count: the caller knows what was asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.language.bounds import LONGEST, SILENT, Bounds, MessageQuantities, read
from bot.language.figures import pieces
from bot.language.folding import folded, traced
from bot.language.numeral_words import CENTIME, MILLION, THOUSAND
from bot.language.quantities import Quantity, spelled_out
from bot.language.spelled import PieceRow

#: Where something stands in the message: its first character, and the one behind its last.
Span = tuple[int, int]

#: Figures of at least so many are money in a sentence, without a currency; as years of a lone number, they are not.
_LEAST_MONEY: Final = THOUSAND
#: The one round number that is money more often than a year.
_YEAR_2000: Final = Decimal(2000)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in dirhams: one reading when it is certain; two, or four for bounds, when it is not; smallest first."""

    readings: tuple[float, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Count:
    """A number of persons or things; two readings for "3 or 4", smallest first."""

    readings: tuple[float, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Years:
    """A time in years, months as twelfths; two readings for "3 or 4", smallest first."""

    readings: tuple[float, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Since:
    """A calendar year in which something began; the caller, who knows the date, counts."""

    year: int
    span: Span


@dataclass(frozen=True, slots=True)
class Percent:
    """A share in percent, where an amount may have been asked."""

    value: float
    span: Span


def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of money in `text`, in order.

    In a sentence an amount has a currency, a scale, or four digits; without other words any number is one.
    """
    message = read(text)
    found = tuple(
        Amount(_plain(_dirhams(each)), message.span(each)) for each in message.found if _is_money(each, message)
    )
    return found or tuple(Amount((0.0,), span) for span in _none_said(message))


def counts(text: str) -> tuple[Count, ...]:
    """Return the numbers of persons or things in `text`, in order; "nobody" and "none" are 0."""
    message = read(text)
    found = tuple(
        Count(_plain(bound.value for bound in each.bounds), message.span(each))
        for each in message.found
        if _is_count(each, message)
    )
    return found or tuple(Count((0.0,), span) for span in _none_said(message))


def years(text: str) -> tuple[Years | Since, ...]:
    """Return the times in years in `text`, and the calendar years since which something is so, in order."""
    message = read(text)
    found: list[Years | Since] = []
    for each in message.found:
        span = message.span(each)
        lone_years = message.lone and each.unit == "" and each.high.scale == 1 and each.high.value < _LEAST_MONEY
        if each.low.could_be_year and (message.lone or _is_since(each, message)):
            found.append(Since(int(each.low.value), span))
        elif (each.unit == "years" and (message.lone or not each.low.doubtful)) or lone_years:
            found.append(Years(_plain(bound.value / bound.part for bound in each.bounds), span))
    return tuple(found)


def percents(text: str) -> tuple[Percent, ...]:
    """Return the shares in percent in `text`, in order; of two bounds, each."""
    message = read(text)
    return tuple(
        Percent(float(bound.value), message.span(each))
        for each in message.found
        if each.unit == "percent"
        for bound in each.bounds
    )


def read_number_words(text: str) -> float | None:
    """Return the number that the whole of `text` spells, in words or digits; None when it is anything else."""
    value = spelled_out(PieceRow(*pieces(text[:LONGEST])))
    return None if value is None else float(value)


def _is_money(found: Bounds, message: MessageQuantities) -> bool:
    if found.unit:
        return found.unit == "money"
    high = found.high
    if all(bound.could_be_year for bound in found.bounds):
        return not _is_since(found, message) and (message.lone or high.value == _YEAR_2000)
    return message.lone or (not high.doubtful and (high.scale > 1 or abs(high.value) >= _LEAST_MONEY))


def _is_count(found: Bounds, message: MessageQuantities) -> bool:
    high = found.high
    if found.unit == "persons":
        return message.lone or not high.doubtful
    if found.unit or high.scale >= MILLION:
        return False
    if message.lone:
        return not (high.could_be_year and _is_since(found, message))
    return not high.doubtful and high.scale == 1 and abs(high.value) < _LEAST_MONEY


def _is_since(found: Bounds, message: MessageQuantities) -> bool:
    """Tell whether a year is one since which something is so: "depuis 2019", «بدينا ف 2019»."""
    before = message.before(found)
    if before == "from":
        return True
    placed = before in {"in", "year", "month_name"}
    return placed and (message.lone or message.before(found, 2) == "from" or "began" in message.kinds)


def _none_said(message: MessageQuantities) -> Iterable[Span]:
    """Return where "none" is said, when nothing but that is said."""
    if message.found or not message.kinds <= SILENT | {"person", "began", "currency"}:
        return ()
    return [(piece.start, piece.end) for piece in message.row.pieces if piece.meaning.kind == "none"][:1]


def _dirhams(found: Bounds) -> tuple[Decimal, ...]:
    """Return the readings of an amount; of two bounds, each reading of one that can stand with one of the other."""
    low, high = _readings(found.low), _readings(found.high)
    if len(found.bounds) == 1:
        return low
    lows = [reading for reading in low if reading < high[-1]] or low
    highs = [reading for reading in high if reading > low[0]] or high
    return (*lows, *highs)


def _readings(quantity: Quantity) -> tuple[Decimal, ...]:
    """Return what a quantity may be in dirhams, smallest first."""
    value = quantity.value / quantity.part
    if quantity.unit == "" and quantity.scale >= MILLION:
        return tuple(sorted((value / CENTIME, value)))
    return (value,)


def _plain(values: Iterable[Decimal]) -> tuple[float, ...]:
    return tuple(sorted({float(round(value, 4)) for value in values}))


#: Fractions as they are said of a whole. What is a number as well («خمس», «عشر», «تلت») needs its article.
_FRACTIONS: Final = tuple(
    (f" {folded(words)} ", value)
    for value, spoken in (
        (0.75, ("ثلاثة أرباع", "تلت رباع", "trois quarts")),
        (2 / 3, ("ثلثين", "الثلثين")),
        (0.5, ("النص", "نص", "النصف", "نصف", "بالنص", "la moitié", "moitié", "nss", "noss", "nos", "ness", "nes")),
        (1 / 3, ("الثلث", "ثلث", "التلت", "un tiers", "le tiers")),
        (0.25, ("الربع", "ربع", "un quart", "le quart", "rob3", "rbe3", "roub3")),
        (0.2, ("الخمس", "un cinquième")),
        (0.1, ("العشر", "un dixième")),
    )
    for words in spoken
)
_WHOLE: Final = 100
#: What stands between a part and what it is a part of.
OF_WHOLE: Final = frozenset(map(folded, ("sur", "de", "d'", "من", "على", "ديال", "mn", "3la", "dyal")))


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, 1 being all of it, and where it stands."""

    value: float
    span: tuple[int, int]


def shares(text: str) -> tuple[Share, ...]:
    """Return the shares in `text`, in order: percentages, or the one fraction said in words."""
    if found := percents(text):
        return tuple(Share(one.value / _WHOLE, one.span) for one in found)
    if amounts(text) or counts(text) or years(text):
        return ()
    plain, origins = traced(text)
    around = f" {plain} "
    for words, value in _FRACTIONS:
        at = around.find(words)
        if at >= 0:
            return (Share(value, (origins[at], origins[at + len(words) - 3] + 1)),)
    return ()
