"""Money, counts, years and shares as Moroccans write them, read from a message without ever guessing.

What can be read in two ways has two readings, and the caller asks. «20 مليون» alone is one of them: everyday speech
counts millions and milliards in centimes (200,000 dirhams), written business in dirhams (20,000,000). Thousands and
plain digits are dirhams. A number is both an amount and a count when it is all there is: the caller knows what was asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from bot.language.figures import MINUS, TO, Piece, pieces
from bot.language.numeral_words import CENTIME, DIRHAM, MILLION, THOUSAND
from bot.language.quantities import ONE, Quantity, Reader

#: Where something stands in the message: from the first character to behind the last.
Span = tuple[int, int]

#: Longest message that is looked at, in characters; a longer one is a letter, not an answer.
LONGEST: Final = 4096
#: Words that say nothing of what a number counts: with these alone around it, the number is the whole message.
_SILENT: Final = frozenset({"about", "of", "in", "from", "up_to", "between", "minus", "or", "and", "none"})
#: Figures of at least so many are money in a sentence without a currency.
_LEAST_MONEY: Final = THOUSAND
#: Digits behind "ICE" or "CNSS" that make a reference.
_LEAST_ACCOUNT: Final = Decimal(10_000)
_DAYS_IN_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in dirhams: one reading when it is certain, more when it is not, smallest first."""

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


@dataclass(frozen=True, slots=True)
class _Found:
    """One quantity, or the two bounds of one."""

    bounds: tuple[Quantity, ...]

    @property
    def unit(self) -> str:
        return self.bounds[0].unit

    @property
    def first(self) -> int:
        return self.bounds[0].first

    @property
    def behind(self) -> int:
        return self.bounds[-1].behind


@dataclass(frozen=True, slots=True)
class _Message:
    """A message's pieces, and the quantities in it."""

    row: tuple[Piece, ...]
    found: tuple[_Found, ...]
    #: Nothing else is said in it.
    lone: bool

    def span(self, found: _Found) -> Span:
        return self.row[found.first].start, self.row[found.behind - 1].end

    def kind_before(self, found: _Found, steps: int = 1) -> str:
        at = found.first - steps
        return self.row[at].kind if at >= 0 else ""


def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of money in `text`, in order.

    In a sentence an amount has a currency, a scale, or four digits; without other words any number is one.
    """
    message = _read(text)
    read = [Amount(_rounded(_dirhams(found)), message.span(found)) for found in message.found if _is_money(found, message)]
    return tuple(read) or tuple(Amount((0.0,), span) for span in _nothing(message))


def counts(text: str) -> tuple[Count, ...]:
    """Return the numbers of persons or things in `text`, in order; "nobody" and "none" are 0."""
    message = _read(text)
    read = [
        Count(_rounded(bound.value for bound in found.bounds), message.span(found))
        for found in message.found
        if _is_count(found, message)
    ]
    return tuple(read) or tuple(Count((0.0,), span) for span in _nothing(message))


def years(text: str) -> tuple[Years | Since, ...]:
    """Return the times in years in `text`, and the calendar years since which something is so, in order."""
    message = _read(text)
    read: list[Years | Since] = []
    for found in message.found:
        first = found.bounds[0]
        if first.could_be_year and (message.lone or _since(found, message)):
            read.append(Since(int(first.value), message.span(found)))
        elif found.unit == "years" and (message.lone or not first.doubtful):
            read.append(Years(_rounded(bound.value / bound.part for bound in found.bounds), message.span(found)))
        elif message.lone and found.unit == "" and first.scale == 1 and first.value < _LEAST_MONEY:
            read.append(Years(_rounded(bound.value for bound in found.bounds), message.span(found)))
    return tuple(read)


def percents(text: str) -> tuple[Percent, ...]:
    """Return the shares in percent in `text`, in order; of two bounds, each."""
    message = _read(text)
    return tuple(
        Percent(float(bound.value), message.span(found))
        for found in message.found
        if found.unit == "percent"
        for bound in found.bounds
    )


def read_number_words(text: str) -> float | None:
    """Return the number that the whole of `text` spells, in words or digits; None when it is anything else."""
    row, closing = pieces(text)
    total = Reader(row, closing).number(0) if row else None
    return float(total.value) if total is not None and total.behind == len(row) else None


# What a quantity is.


def _is_money(found: _Found, message: _Message) -> bool:
    if found.unit == "money":
        return True
    if found.unit:
        return False
    greatest = max(found.bounds, key=lambda bound: bound.value)
    if all(bound.could_be_year for bound in found.bounds):
        return not _since(found, message) and (message.lone or greatest.value == 2000)
    return message.lone or not greatest.doubtful and (greatest.scale > 1 or abs(greatest.value) >= _LEAST_MONEY)


def _is_count(found: _Found, message: _Message) -> bool:
    first, last = found.bounds[0], found.bounds[-1]
    if found.unit == "persons":
        return True
    if found.unit or last.scale >= MILLION:
        return False
    if message.lone:
        return not (first.could_be_year and _since(found, message))
    return not (first.doubtful or last.scale > 1 or abs(last.value) >= _LEAST_MONEY)


def _since(found: _Found, message: _Message) -> bool:
    """Tell whether a year is one since which something is so: "depuis 2019", «بدينا ف 2019»."""
    if "from" in {message.kind_before(found), message.kind_before(found, 2)}:
        return True
    placed = message.kind_before(found) in {"in", "year", "month_name"}
    return placed and (message.lone or any(piece.kind == "began" for piece in message.row))


def _nothing(message: _Message) -> Iterable[Span]:
    """Return where "none" is said, when nothing but that is said."""
    kinds = {piece.kind for piece in message.row}
    said = [piece for piece in message.row if piece.kind == "none"]
    if said and not message.found and kinds <= _SILENT | {"person", "began", "currency"}:
        return [(said[0].start, said[0].end)]
    return []


def _dirhams(found: _Found) -> tuple[Decimal, ...]:
    """Return the readings of an amount, smallest first; of two bounds, each reading that can stand with the other."""
    low, *rest = [_readings(bound) for bound in found.bounds]
    if not rest:
        return low
    high = rest[0]
    lows = [reading for reading in low if reading < high[-1]] or list(low)
    highs = [reading for reading in high if reading > low[0]] or list(high)
    return tuple(sorted({*lows, *highs}))


def _readings(quantity: Quantity) -> tuple[Decimal, ...]:
    value = quantity.value / quantity.part
    if quantity.unit == "" and quantity.scale >= MILLION:
        return tuple(sorted((value / CENTIME, value)))
    return (value,)


def _rounded(values: Iterable[Decimal]) -> tuple[float, ...]:
    return tuple(sorted({float(round(value, 4)) for value in values}))


# What is found in a message.


@lru_cache(maxsize=64)
def _read(text: str) -> _Message:
    row, closing = pieces(text[:LONGEST])
    found = _merged(list(_found(Reader(row, closing))), row)
    inside = {at for each in found for at in range(each.first, each.behind)}
    outside = {piece.kind for at, piece in enumerate(row) if at not in inside}
    lone = len(found) == 1 and outside <= _SILENT | {"year", "month_name"}
    return _Message(tuple(row), tuple(found), lone)


def _found(reader: Reader) -> Iterable[_Found]:
    at, before = 0, 0
    row = reader.row
    while at < len(row):
        first = None if reader.kinds[at] == "other" or _no_quantity(reader, at) else _bound(reader, at)
        if first is None:
            at += 1
            continue
        first = _with_sign(_priced(first, row, before), row)
        found = _with_second(reader, first)
        if found is not None and not (first.doubtful and _nobody(found, row, before)):
            yield found
        elif found is not None:
            yield _Found((replace(first, value=Decimal(0), first=first.first - 1),))
        at = before = found.behind if found else first.behind + 1


def _no_quantity(reader: Reader, at: int) -> bool:
    """Tell whether what begins at `at` is a name, a date, a mark in a list, or the year in "year 2019"."""
    piece = reader.row[at]
    before = reader.kind(at - 1) if at else None
    if piece.kind == "year" and reader.kind(at + 1) == "figure":
        return True
    if piece.kind != "figure":
        return before == "number_of"
    value = piece.meaning.value
    following = reader.row[at + 1] if at + 1 < len(reader.row) else None
    marks_list = following is not None and following.before == TO and following.kind != "figure" and piece.before in {"\n", " "}
    return (
        before == "number_of"
        or before == "account"
        and value >= _LEAST_ACCOUNT
        or piece.before in {"-", "_", "/"}
        and before == "other"
        or following is not None
        and following.kind == "month_name"
        and value <= _DAYS_IN_MONTH
        or marks_list
        and (at == 0 or piece.before == "\n")
    )


def _bound(reader: Reader, at: int) -> Quantity | None:
    """Read a quantity; behind "between", the "and" that parts the bounds joins nothing."""
    reader.parting = -1
    quantity = reader.quantity(at)
    if quantity is None or not at or reader.kinds[at - 1] != "between" or _and(reader, quantity.behind) is not None:
        return quantity
    inner = [i for i in range(at + 1, quantity.behind) if reader.kinds[i] == "and" or reader.row[i].meaning.joined]
    if inner:
        reader.parting = inner[-1]
        quantity = reader.quantity(at)
        reader.parting = -1
    return quantity


def _and(reader: Reader, at: int) -> int | None:
    if at < len(reader.row) and reader.row[at].meaning.joined:
        return at
    return at + 1 if reader.kind(at) == "and" and at + 1 < len(reader.row) else None


def _with_second(reader: Reader, first: Quantity) -> _Found | None:
    """Return the quantity with its second bound, if one follows; None when the two are the parts of a reference."""
    at = _second(reader, first)
    second = None if at is None or at >= len(reader.row) or _no_quantity(reader, at) else reader.quantity(at)
    if at is None or second is None:
        return _Found((first,))
    low, high = _alike(first, second)
    if {low.unit, high.unit} & {"foreign", "other"} or low.unit != high.unit:
        return _Found((first,))
    if reader.row[at].before == "-" and low.figure and low.value / low.part >= high.value / high.part:
        return None
    if low.could_be_year and high.could_be_year and reader.row[at].before in {"-", TO}:
        return None
    return _Found((low, high))


def _second(reader: Reader, first: Quantity) -> int | None:
    """Return where a second bound would begin."""
    at = first.behind
    if at >= len(reader.row):
        return None
    before = reader.kinds[first.first - 1] if first.first else None
    if reader.row[at].before in {"-", TO}:
        return at
    if before == "between" and (other := _and(reader, at)) is not None:
        return other
    if before == "from" and reader.row[at].meaning.articled and reader.row[at].text[0] in "لl":
        return at
    if reader.kinds[at] == "or":
        return at + 1
    if reader.kinds[at] == "and" and reader.kind(at + 1) == "up_to":
        at += 1
    while reader.kind(at) == "up_to":
        at += 1
    return at if at > first.behind else None


def _alike(low: Quantity, high: Quantity) -> tuple[Quantity, Quantity]:
    """Return two bounds with the scale and the unit that one of them was said without: "1 et 2 millions de dirhams"."""
    if low.scale == 1 and high.scale > 1 and low.value < THOUSAND and low.unit == "" and low.value < high.value / high.scale:
        low = replace(low, value=low.value * high.scale, scale=high.scale)
    elif high.scale == 1 and low.scale > 1 and high.value < THOUSAND and high.value > low.value / low.scale:
        high = replace(high, value=high.value * low.scale, scale=low.scale)
    if low.unit == "" and high.unit:
        low = replace(low, unit=high.unit, part=high.part)
    elif high.unit == "" and low.unit:
        high = replace(high, unit=low.unit, part=low.part)
    return low, high


def _priced(quantity: Quantity, row: tuple[Piece, ...] | list[Piece], before: int) -> Quantity:
    """Return the quantity in dirhams when the currency stands before it: "MAD 1,500"."""
    at = quantity.first - 1
    if quantity.unit == "" and at >= before and row[at].kind == "currency" and row[at].meaning.value == DIRHAM:
        return replace(quantity, unit="money")
    return quantity


def _with_sign(quantity: Quantity, row: list[Piece]) -> Quantity:
    """Return the quantity below zero when a minus stands before it; "au moins 5" and "plus ou moins 5" have none."""
    piece, at = row[quantity.first], quantity.first - 1
    if piece.kind == "figure" and piece.before == MINUS:
        return replace(quantity, value=-quantity.value)
    said = at >= 0 and row[at].kind == "minus" and not (at and row[at - 1].kind in {"up_to", "or"})
    return replace(quantity, value=-quantity.value, first=at) if said else quantity


def _nobody(found: _Found, row: list[Piece], before: int) -> bool:
    """Tell whether «واحد» is «حتى واحد», nobody."""
    at = found.first - 1
    return len(found.bounds) == 1 and found.unit in {"", "persons"} and at >= before and row[at].kind == "up_to" and not before


def _merged(found: list[_Found], row: list[Piece]) -> list[_Found]:
    """Return what was found with a lesser unit added to the greater before it: "2 ans et 3 mois", dirhams and centimes."""
    merged: list[_Found] = []
    for each in found:
        last = merged[-1] if merged else None
        if last and len(last.bounds) == len(each.bounds) == 1 and last.unit == each.unit and each.unit in {"years", "money"}:
            whole, lesser = last.bounds[0], each.bounds[0]
            between = [piece.kind for piece in row[whole.behind : lesser.first]]
            if whole.part == ONE < lesser.part and lesser.value < lesser.part and between in ([], ["and"]):
                value = whole.value + lesser.value / lesser.part
                merged[-1] = _Found((replace(whole, value=value, behind=lesser.behind, doubtful=False),))
                continue
        merged.append(each)
    return merged
