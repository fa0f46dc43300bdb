"""One quantity at a place in a message: a number with its scales and its unit, put together from pieces.

The grammar is one for all tongues, since people mix them: a small number, scales that only ever fall («مليون وميتين
ألف»), a unit. Two numbers side by side stay two unless a word joins them. A scale whose number was not understood is
not read at all: «خمصة ملاين» must not become a million. All is in `Decimal`, so that 1,1 million is 1,100,000 exactly.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from bot.language.figures import forgiven, slipped
from bot.language.numeral_words import DIRHAM, MILLION, QUARTER, THOUSAND
from bot.language.spelled import PieceRow, small

#: What is counted; "" when the words do not say.
Unit = Literal["", "money", "foreign", "percent", "years", "persons", "other"]

ONE: Final = Decimal(1)
#: Words that are numbers only when nothing else can be meant: "new", "dead", "solid", "husband", "both".
_EVERYDAY: Final = frozenset({"neuf", "mil", "mia", "sta", "ميت", "متين", "زوج", "بجوج", "bjouj", "bjoj", "bjuj"})
#: Numbers beyond it are nobody's: the words are noise.
_GREATEST: Final = Decimal(10) ** 20
_MONTHS_IN_YEAR: Final = Decimal(12)
_FIRST_YEAR, _LAST_YEAR = 1950, 2039


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number, and what the words around it say of it."""

    value: Decimal
    #: The greatest scale in it: 1, a thousand, a million, a milliard.
    scale: Decimal
    #: The places of its first piece, and behind its last.
    first: int
    behind: int
    unit: Unit = ""
    #: How many of its unit are one: of the currency a dirham, of months a year.
    part: Decimal = ONE
    #: Written in digits with nothing else; and with groups of thousands.
    figure: bool = False
    grouped: bool = False
    #: «واحد», "un", "neuf": as often an article or an adjective as a number.
    doubtful: bool = False

    @property
    def could_be_year(self) -> bool:
        """Tell whether it is written as a calendar year is."""
        return self.figure and not self.grouped and self.unit == "" and _FIRST_YEAR <= self.value <= _LAST_YEAR


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as far as it was read: its value, its greatest and its last scale, the place behind it."""

    value: Decimal
    scale: Decimal
    last: Decimal
    behind: int


def quantity(row: PieceRow, at: int) -> Quantity | None:
    """Read the number that begins at a place, and its unit."""
    kind = row.kind(at)
    if kind in {"year", "month"}:
        return _time_without_number(row, at)
    half = _half(row, at)
    if half is not None and row.kind(at + 1) in {"year", "month"} and not _is_four(row, at):
        return _with_unit(row, Quantity(half, ONE, at, at + 1), ONE)
    read = _number(row, at)
    if read is None or read.value > _GREATEST:
        return None
    piece = row.pieces[at]
    one_piece = read.behind == at + 1
    definite = piece.meaning.articled and piece.text.startswith("ال")
    doubtful = one_piece and (definite or (kind == "ones" and read.value == 1) or piece.text in _EVERYDAY)
    figure = one_piece and kind == "figure"
    return _with_unit(
        row, Quantity(read.value, read.scale, at, read.behind, "", ONE, figure, piece.grouped, doubtful), read.last
    )


def spelled_out(row: PieceRow) -> Decimal | None:
    """Return the number that the whole row is."""
    read = _number(row, 0) if row.pieces else None
    return read.value if read is not None and read.behind == len(row.pieces) else None


# The number.


def _number(row: PieceRow, at: int) -> _Number | None:
    """Read the longest number that begins at a place."""
    total = _scaled(row, at)
    while total is not None:
        if halved := _with_half(row, total):
            return halved
        further = _with_lesser(row, total)
        if further is None:
            return total
        total = further
    return None


def _scaled(row: PieceRow, at: int) -> _Number | None:
    """Read one small number with its scale, or a scale alone."""
    kind = row.kind(at)
    if kind is None:
        return None
    half = _half(row, at)
    if half is not None and not _is_four(row, at):
        return _times(half, _scale(row, at + 1))
    if kind == "scale":
        return _scale_alone(row, at)
    read = (row.value(at), at + 1) if kind == "figure" else small(row, at)
    if read is None:
        return None
    value, behind = read
    # «جوج ونص مليون», "2 1/2 millions"; "un demi million" is no one and a half.
    other = behind if row.kind(behind) == "fraction" or (row.french(behind) and value == 1) else row.joined(behind)
    half = None if other is None else _half(row, other)
    if half is not None and other is not None and (scale := _scale(row, other + 1)):
        alone = row.french(behind) and row.kind(behind) == "half"
        return _times(half if alone else value + half, scale)
    if row.near(behind) and row.kind(behind) == "half" and row.meaning(behind).plural:
        # "trois quarts de million"
        return _times(value * row.value(behind), _scale(row, behind + 1))
    scale = _scale(row, behind)
    thousandth = row.pieces[at].thousandth
    if scale and scale[0] >= MILLION and thousandth is not None:
        # "1.500 million" is one and a half: before a scale, three digits are a fraction.
        value = thousandth
    return _times(value, scale) or _Number(value, ONE, ONE, behind)


def _times(value: Decimal, scale: tuple[Decimal, int] | None) -> _Number | None:
    return _Number(value * scale[0], scale[0], scale[0], scale[1]) if scale else None


def _scale(row: PieceRow, at: int) -> tuple[Decimal, int] | None:
    """Read the scale that a number counts: «د لملاين», "millions", «ألف مليون»; one slip of the pen is forgiven."""
    if row.near(at) and (row.kind(at) == "of" or row.text(at) in {"l", "ل"}):
        at += 1
    if not row.near(at):
        return None
    meaning = row.meaning(at)
    if meaning.kind == "other":
        meaning = forgiven(row.text(at))
    if meaning.kind != "scale" or meaning.joined or meaning.times:
        return None
    return _of_thousand(row, at) if meaning.value == THOUSAND else (meaning.value, at + 1)


def _of_thousand(row: PieceRow, at: int) -> tuple[Decimal, int]:
    """Return a thousand, or with the greater scale that it multiplies: «ألف مليون»."""
    further = row.meaning(at + 1) if row.near(at + 1) else row.meaning(at)
    if further.kind == "scale" and further.value > THOUSAND and not (further.joined or further.times):
        return THOUSAND * further.value, at + 2
    return THOUSAND, at + 1


def _scale_alone(row: PieceRow, at: int) -> _Number | None:
    meaning = row.meaning(at)
    letter = meaning.value == THOUSAND and meaning.articled and row.text(at).startswith("ال")
    if letter or (meaning.plural and not meaning.times) or row.kind(at + 1) == "wish" or _hidden_number(row, at):
        return None
    scale, behind = _of_thousand(row, at) if meaning.value == THOUSAND else (meaning.value, at + 1)
    return _Number(Decimal(meaning.times or 1) * scale, scale, scale, behind)


def _hidden_number(row: PieceRow, at: int) -> bool:
    """Tell whether a number that was not understood stands before a scale, so that the scale alone would be wrong."""
    before = row.kind(at - 1)
    if before is None or not row.near(at):
        return False
    if before == "from":
        return row.kind(at - 2) == "per"
    return before in {"reference", "figure", "per", "short", "half", "wish"} or (
        before == "other" and slipped(row.text(at - 1)) is not None
    )


def _half(row: PieceRow, at: int) -> Decimal | None:
    """Return the part that the piece at a place is, when it can be one."""
    if row.kind(at) in {"half", "fraction"}:
        return row.value(at)
    return QUARTER if row.kind(at) == "short" and row.value(at) == 4 else None


def _is_four(row: PieceRow, at: int) -> bool:
    """Tell whether «ربع» is a four: before a plural it is («ربع ملاين»), before a singular a quarter («ربع مليون»)."""
    plural = row.near(at + 1) and row.meaning(at + 1).plural
    return row.kind(at) == "short" and (plural or row.kind(at + 1) == "hundred")


def _with_half(row: PieceRow, total: _Number) -> _Number | None:
    """Add the half of the last scale that ends a number: «مليون ونص», "un million et demi", "2 ½"."""
    other = row.joined(total.behind)
    if other is None and row.near(total.behind) and row.kind(total.behind) == "fraction":
        other = total.behind
    half = None if other is None else _half(row, other)
    if half is None or other is None or _is_four(row, other):
        return None
    scale = _scale(row, other + 1)
    if scale is not None and scale[0] != total.last:
        return None
    # «مليون ونصف مليون» says the scale again.
    return replace(total, value=total.value + half * total.last, behind=other + 1 if scale is None else scale[1])


def _with_lesser(row: PieceRow, total: _Number) -> _Number | None:
    """Add the lesser part that follows, unless it is another number: «مليون و500 ألف», but «2 مليون و4 خدامة»."""
    if total.last == ONE:
        return None
    other = row.joined(total.behind)
    at = total.behind if other is None else other
    lesser = _scaled(row, at)
    if lesser is None or lesser.value >= total.last or lesser.scale >= total.last:
        return None
    figure = row.kind(at) == "figure"
    side_by_side = row.french(at) or (figure and row.near(at) and lesser.value >= THOUSAND)
    if other is None and not side_by_side:
        return None
    value = lesser.value
    if lesser.scale == ONE and row.kind(lesser.behind) != "currency":
        if figure and value < THOUSAND:
            return None
        if total.last >= MILLION and not figure:
            if value % 100:
                return None
            # «مليون وميتين» leaves out a word: it is a million two hundred thousand.
            value *= total.last / THOUSAND
    return _Number(total.value + value, total.scale, lesser.last, lesser.behind)


# The unit.


def _time_without_number(row: PieceRow, at: int) -> Quantity | None:
    """Read «عامين», «عام ونص», «عام واحد»: a time that is its own number."""
    meaning = row.meaning(at)
    if meaning.articled or meaning.french or meaning.plural:
        return None
    part = ONE if meaning.kind == "year" else _MONTHS_IN_YEAR
    value, behind = Decimal(meaning.times or 1), at + 1
    if row.kind(behind) == "ones" and row.value(behind) == value and row.loose(behind):
        return Quantity(value, ONE, at, behind + 1, "years", part)
    whole = Quantity(value, ONE, at, behind, "years", part)
    halved = _halved(row, whole, ONE)
    return replace(halved, doubtful=halved is whole and not meaning.times)


def _with_unit(row: PieceRow, made: Quantity, last: Decimal) -> Quantity:
    """Return the quantity with the unit behind it; `last` is what a half behind the unit is the half of."""
    at = made.behind
    sign = row.pieces[at].before if at < len(row.pieces) else row.closing
    if sign in {"%", "€"} or (made.figure and row.pieces[made.first].before == "%"):
        return replace(made, unit="foreign" if sign == "€" else "percent")
    if inner := row.meaning(at - 1).currency:
        return replace(made, unit="money", part=inner)
    if not row.near(at):
        return made
    if row.kind(at + 1) == "hundred" and (row.kind(at) == "in" or row.text(at) == "pour"):
        return replace(made, unit="percent", behind=at + 2)
    if row.kind(at) == "hundred" and row.meaning(at).articled:
        return replace(made, unit="percent", behind=at + 1)
    if row.text(at) == "د" and row.text(at + 1) == "م":
        return replace(made, unit="money", part=DIRHAM, behind=at + 2)
    if row.kind(at) in {"of", "from", "in"} and row.kind(at + 1) in {"currency", "foreign", "person", "year", "month"}:
        at += 1
    meaning = row.meaning(at)
    if meaning.joined:
        return made
    if meaning.kind == "other" and (slip := forgiven(row.text(at))).kind == "currency":
        meaning = slip
    match meaning.kind:
        case "currency":
            return _halved(row, replace(made, unit="money", part=meaning.value, behind=at + 1), last)
        case "year" | "month" if not meaning.times and made.scale == ONE and row.text(at)[0] not in "فبfb":
            part = ONE if meaning.kind == "year" else _MONTHS_IN_YEAR
            return _halved(row, replace(made, unit="years", part=part, behind=at + 1), ONE)
        case "foreign":
            return replace(made, unit="foreign", behind=at + 1)
        case "percent":
            return replace(made, unit="percent", behind=at + 1)
        case "ones" if meaning.value == 1 and made.value > 1 and not meaning.french:
            # «12 واحد» are twelve persons.
            return replace(made, unit="persons", behind=at + 1)
        case "person" | "began":
            return replace(made, unit="persons", behind=at + 1)
        case "other_unit" | "month_name" | "wish":
            return replace(made, unit="other", behind=at + 1)
        case _:
            return made


def _halved(row: PieceRow, made: Quantity, last: Decimal) -> Quantity:
    """Add the half that follows a unit: «مليون درهم ونص», «3 سنين ونص»."""
    other = row.joined(made.behind)
    half = None if other is None else _half(row, other)
    if half is None or other is None or _scale(row, other + 1) or row.kind(other + 1) in {"year", "month"}:
        return made
    return replace(made, value=made.value + half * last, behind=other + 1)
