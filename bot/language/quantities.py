"""Every quantity in a message: a number of something, put together from its pieces.

The grammar is one for all tongues, since people mix them: a small number, scales that only ever fall («مليون وميتين
ألف»), a unit. Two numbers side by side stay two numbers unless a word joins them. All arithmetic is in `Decimal`, so
that 1,1 million is 1,100,000 and nothing beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from bot.language.figures import Piece
from bot.language.numeral_words import MILLION, THOUSAND, Kind
from bot.language.numerals import forgiven

#: What is counted; "" when the words do not say.
Unit = Literal["", "money", "foreign", "percent", "years", "persons", "other"]

ONE: Final = Decimal(1)
#: Words that are numbers only when nothing else can be meant: "new", "dead", "solid", "husband".
_EVERYDAY: Final = frozenset({"neuf", "mil", "mia", "sta", "ميت", "متين", "زوج"})
#: Numbers beyond it are nobody's: the words are noise.
_GREATEST: Final = Decimal(10) ** 24
_MONTHS: Final = Decimal(12)
_FIRST_YEAR, _LAST_YEAR = 1950, 2039


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number, and what the words around it say of it."""

    value: Decimal
    #: The greatest scale in it: 1, a thousand, a million, a milliard.
    scale: Decimal
    #: The pieces it is made of: from the first to behind the last.
    first: int
    behind: int
    unit: Unit = ""
    #: How many of the unit are one: of the currency a dirham, of months a year.
    part: Decimal = ONE
    #: Written in digits with nothing else; with groups of thousands.
    figure: bool = False
    grouped: bool = False
    #: «واحد», "un", "neuf": as often an article or an adjective as a number.
    doubtful: bool = False

    @property
    def could_be_year(self) -> bool:
        """Tell whether it is written as a calendar year is."""
        return self.figure and not self.grouped and self.unit == "" and _FIRST_YEAR <= self.value <= _LAST_YEAR


@dataclass(frozen=True, slots=True)
class _Sum:
    """A number as far as it was read: its value, its greatest and its last scale, the piece behind it."""

    value: Decimal
    scale: Decimal
    last: Decimal
    behind: int


class Reader:
    """Reads numbers from pieces; a method given a position returns None when no number begins there."""

    def __init__(self, row: Sequence[Piece], closing: str) -> None:
        self.row = row
        #: The sign behind the last piece.
        self.closing = closing
        self.kinds: list[Kind] = [piece.meaning.kind for piece in row]
        #: Where «و» stands between two bounds, not two parts: "entre 5 et 10".
        self.parting: int = -1

    def kind(self, at: int) -> Kind | None:
        return self.kinds[at] if at < len(self.kinds) else None

    def joined(self, at: int) -> int | None:
        """Return the piece that an "and" at `at` joins, or None."""
        if at == self.parting or at >= len(self.row):
            return None
        if self.row[at].meaning.joined:
            return at
        if self.kinds[at] == "and" and at + 1 < len(self.row) and not self.row[at + 1].meaning.joined:
            return at + 1
        # "ou" joins in Arabizi and parts in French.
        if self.row[at].text == "ou" and self.kind(at + 1) == "half" and not self.row[at + 1].meaning.french:
            return at + 1
        if self.row[at].text == "ou" and at and self._darija_numeral(at - 1) and self._darija_numeral(at + 1):
            return at + 1
        return None

    def _darija_numeral(self, at: int) -> bool:
        numerals = {"ones", "short", "tens", "ten", "teen", "hundred", "hundreds", "scale"}
        return self.kind(at) in numerals and not self.row[at].meaning.french

    def french(self, at: int) -> bool:
        return at < len(self.row) and self.row[at].meaning.french

    def value(self, at: int) -> Decimal:
        return self.row[at].meaning.value

    # Below a hundred.

    def _units(self, at: int) -> tuple[Decimal, int] | None:
        kind, value = self.kind(at), self.row[at].meaning.value
        match kind:
            case "ones":
                return self._from_ones(at, value)
            case "short":
                return self._from_short(at, value)
            case "ten":
                if self.french(at) and self.french(at + 1) and self.kind(at + 1) == "ones" and self.value(at + 1) >= 7:
                    return value + self.value(at + 1), at + 2
                return value, at + 1
            case "teen":
                return value, at + 1
            case "tens":
                return self._from_tens(at, value) if self.french(at) else (value, at + 1)
            case _:
                return None

    def _from_ones(self, at: int, value: Decimal) -> tuple[Decimal, int]:
        following = self.kind(at + 1)
        if self.french(at) and self.french(at + 1):
            if value == 4 and following == "tens" and self.value(at + 1) == 20:
                return self._from_tens(at + 1, Decimal(80))
            return value, at + 1
        if following in {"ten", "short"} and self.value(at + 1) == 10 and not self.row[at + 1].meaning.joined:
            return value + 10, at + 2
        if (other := self.joined(at + 1)) is not None and self.kind(other) == "tens" and not self.french(other):
            return value + self.value(other), other + 1
        return value, at + 1

    def _from_short(self, at: int, value: Decimal) -> tuple[Decimal, int] | None:
        """Read «تلت», which needs something to count; with «عشر» behind it, a teen."""
        if self.kind(at + 1) in {"ten", "short"} and self.value(at + 1) == 10:
            return value + 10, at + 2
        counted = at + 2 if self.kind(at + 1) == "of" else at + 1
        if self.kind(counted) in {"hundred", "scale", "year", "month", "person", "currency", "other_unit"}:
            return value, at + 1
        return None

    def _from_tens(self, at: int, value: Decimal) -> tuple[Decimal, int]:
        """Read what follows French tens: "vingt-deux", "soixante et onze", "quatre-vingt-dix-sept"."""
        nearest = at + 2 if self.row[at + 1 : at + 2] and self.row[at + 1].text == "et" and at + 1 != self.parting else at + 1
        if not self.french(nearest):
            return value, at + 1
        kind, units = self.kind(nearest), self.value(nearest)
        if kind == "ones" and self.kind(nearest + 1) not in {"scale", "hundred"}:
            return value + units, nearest + 1
        if kind == "ones" and nearest == at + 1:
            return value + units, nearest + 1
        if kind in {"ten", "teen"} and value in {60, 80} and (read := self._units(nearest)):
            return value + read[0], read[1]
        return value, at + 1

    # Below a thousand.

    def _small(self, at: int) -> tuple[Decimal, int] | None:
        kind = self.kind(at)
        if kind in {"hundred", "hundreds"}:
            return self._after_hundreds(self.value(at), at + 1)
        read = self._units(at)
        if read is None:
            return None
        value, behind = read
        if self.kind(behind) == "hundred" and value < 10 and not self._percent(behind) and not self.row[behind].meaning.joined:
            return self._after_hundreds(value * 100, behind + 1)
        return read

    def _after_hundreds(self, value: Decimal, at: int) -> tuple[Decimal, int]:
        other = self.joined(at)
        if other is None and self.french(at) and self.french(at - 1):
            other = at
        if other is not None and other < len(self.row) and (read := self._units(other)):
            return value + read[0], read[1]
        return value, at

    def _percent(self, at: int) -> bool:
        return self.row[at].meaning.articled and self.kind(at) == "hundred"

    # With scales.

    def _scale(self, at: int) -> tuple[Decimal, int] | None:
        """Read the scale that a number before `at` counts: «د لملاين», "millions", «ألف مليون»."""
        if at < len(self.row) and self.kind(at) in {"of", "up_to"} and (self.kinds[at] == "of" or self.row[at].text in {"l", "ل"}):
            at += 1
        if at >= len(self.row):
            return None
        meaning = self.row[at].meaning
        if meaning.kind == "other" and (slip := forgiven(self.row[at].text)).kind == "scale":
            meaning = slip
        if meaning.kind != "scale" or meaning.joined or meaning.times:
            return None
        scale, behind = meaning.value, at + 1
        if scale == THOUSAND and (further := self._scale(behind)) and further[0] > scale:
            return scale * further[0], further[1]
        return scale, behind

    def _half(self, at: int | None) -> Decimal | None:
        """Return the part that the piece at `at` is, when it can be one."""
        if at is None or at >= len(self.row):
            return None
        if self.kinds[at] in {"half", "fraction"}:
            return self.value(at)
        quarter = self.kinds[at] == "short" and self.value(at) == 4
        return Decimal("0.25") if quarter else None

    def _part(self, at: int) -> _Sum | None:
        """Read one small number with its scale, or a scale alone."""
        if at >= len(self.row):
            return None
        piece = self.row[at]
        if (half := self._half(at)) is not None and not self._counts_plural(at):
            scaled = self._scale(at + 1)
            return _Sum(half * scaled[0], scaled[0], scaled[0], scaled[1]) if scaled else None
        if piece.kind == "scale":
            return self._scale_alone(at)
        if piece.kind == "figure":
            value, behind = piece.meaning.value, at + 1
        elif read := self._small(at):
            value, behind = read
        else:
            return None
        if value == 1 and (half := self._half(behind)) is not None and self.french(behind) and (scaled := self._scale(behind + 1)):
            return _Sum(half * scaled[0], scaled[0], scaled[0], scaled[1])
        other = self.joined(behind)
        if (half := self._half(other)) is not None and other is not None and (scaled := self._scale(other + 1)):
            return _Sum((value + half) * scaled[0], scaled[0], scaled[0], scaled[1])
        if (half := self._half(behind)) is not None and self.kinds[behind] == "fraction" and (scaled := self._scale(behind + 1)):
            return _Sum((value + half) * scaled[0], scaled[0], scaled[0], scaled[1])
        if scaled := self._scale(behind):
            # "1.500 million" is one and a half: with a scale behind, three digits are a fraction.
            value = piece.thousandth if piece.thousandth is not None and scaled[0] >= MILLION else value
            return _Sum(value * scaled[0], scaled[0], scaled[0], scaled[1])
        return _Sum(value, ONE, ONE, behind)

    def _counts_plural(self, at: int) -> bool:
        """Tell whether «ربع» is a four: «ربع ملاين», "rb3 snin"."""
        return self.kinds[at] == "short" and (self.kind(at + 1) == "hundred" or at + 1 < len(self.row) and self.row[at + 1].meaning.plural)

    def _scale_alone(self, at: int) -> _Sum | None:
        meaning = self.row[at].meaning
        before = self.kinds[at - 1] if at else "other"
        # Behind digits that were not read, it would be a thousandth part of what was meant.
        if before in {"reference", "per", "figure"} or meaning.plural and not meaning.times or self.kind(at + 1) == "wish":
            return None
        scale, behind = meaning.value, at + 1
        times = Decimal(meaning.times or 1)
        if scale == THOUSAND and (further := self._scale(behind)) and further[0] > scale:
            return _Sum(times * scale * further[0], scale * further[0], scale * further[0], further[1])
        return _Sum(times * scale, scale, scale, behind)

    def number(self, at: int) -> _Sum | None:
        """Read the longest number that begins at `at`."""
        total = self._part(at)
        while total is not None:
            other = self.joined(total.behind)
            half = self._half(other)
            if half is None and total.scale > 1 and self.kind(total.behind) in {"fraction", "half"} and self.french_half(total.behind):
                other, half = total.behind, self._half(total.behind)
            if half is not None and other is not None and not self._scale(other + 1) and not self._counts_plural(other):
                return replace(total, value=total.value + half * total.last, behind=other + 1)
            further = self._further(total, other)
            if further is None:
                break
            total = further
        return total

    def french_half(self, at: int) -> bool:
        return self.kinds[at] == "fraction" or self.french(at)

    def _further(self, total: _Sum, other: int | None) -> _Sum | None:
        """Return `total` with the lesser part that follows it, or None when what follows is another number."""
        at = total.behind if other is None else other
        if total.last == ONE or at >= len(self.row):
            return None
        part = self._part(at)
        if part is None or part.value >= total.last or part.scale >= total.last:
            return None
        figure = self.kinds[at] == "figure"
        if other is None and not (figure and part.value >= THOUSAND and self.row[at].before == " " or self.french(at)):
            return None
        value = part.value
        if part.scale == ONE and total.last >= MILLION:
            money = self.kind(part.behind) == "currency"
            if not money and (figure and value < THOUSAND or value % 100):
                return None
            if not money and not figure and value < THOUSAND:
                # «مليون وميتين» is a million two hundred thousand.
                value *= total.last / THOUSAND
        elif figure and part.scale == ONE and self.kind(part.behind) != "currency":
            return None
        return _Sum(total.value + value, total.scale, part.scale, part.behind)

    # With a unit.

    def quantity(self, at: int) -> Quantity | None:
        """Read the number that begins at `at`, and its unit."""
        if self.kinds[at] == "year" or self.kinds[at] == "month":
            return self._time_alone(at)
        half = self._half(at)
        if half is not None and self.kind(at + 1) in {"year", "month"} and not self._counts_plural(at):
            return self._with_unit(Quantity(half, ONE, at, at + 1), ONE)
        total = self.number(at)
        if total is None or total.value > _GREATEST:
            return None
        piece = self.row[at]
        figure = piece.kind == "figure" and total.behind == at + 1
        doubtful = total.behind == at + 1 and (piece.kind == "ones" and total.value == 1 or piece.text in _EVERYDAY)
        made = Quantity(total.value, total.scale, at, total.behind, "", ONE, figure, piece.grouped, doubtful)
        return self._with_unit(made, total.last)

    def _time_alone(self, at: int) -> Quantity | None:
        """Read «عامين», «عام ونص»: a year that is its own number."""
        meaning = self.row[at].meaning
        part = ONE if meaning.kind == "year" else _MONTHS
        if meaning.articled or meaning.french or meaning.plural:
            return None
        value, behind = Decimal(meaning.times or 1), at + 1
        other = self.joined(behind)
        half = self._half(other)
        if half is not None and other is not None and not self._scale(other + 1):
            return Quantity(value + half, ONE, at, other + 1, "years", part)
        return Quantity(value, ONE, at, behind, "years", part, doubtful=not meaning.times)

    def _with_unit(self, made: Quantity, last: Decimal) -> Quantity:
        at = made.behind
        sign = self.row[at].before if at < len(self.row) else self.closing
        if sign == "%":
            return replace(made, unit="percent")
        if sign == "€":
            return replace(made, unit="foreign")
        inner = self.row[at - 1].meaning.currency
        if inner:
            return replace(made, unit="money", part=inner)
        if at >= len(self.row):
            return made
        if self.kind(at + 1) == "hundred" and (self.kinds[at] == "in" or self.row[at].text == "pour"):
            return replace(made, unit="percent", behind=at + 2)
        if self._percent(at):
            return replace(made, unit="percent", behind=at + 1)
        if self.row[at].text == "د" and self.kind(at + 1) and self.row[at + 1].text == "م":
            return replace(made, unit="money", behind=at + 2)
        if self.kind(at) in {"of", "from", "in"} and self.kind(at + 1) in {"currency", "foreign", "person", "year", "month"}:
            at += 1
        if self.row[at].meaning.joined:
            return made
        meaning = self.row[at].meaning
        if meaning.kind == "other" and (slip := forgiven(self.row[at].text)).kind == "currency":
            meaning = slip
        match meaning.kind:
            case "currency":
                return self._halved(replace(made, unit="money", part=meaning.value, behind=at + 1), last)
            case "year" | "month" if not meaning.times:
                part = ONE if meaning.kind == "year" else _MONTHS
                return self._halved(replace(made, unit="years", part=part, behind=at + 1), ONE)
            case "foreign":
                return replace(made, unit="foreign", behind=at + 1)
            case "percent":
                return replace(made, unit="percent", behind=at + 1)
            case "person" | "began":
                return replace(made, unit="persons", behind=at + 1)
            case "other_unit" | "month_name":
                return replace(made, unit="other", behind=at + 1)
            case _:
                return made

    def _halved(self, made: Quantity, last: Decimal) -> Quantity:
        """Add the half that follows a unit: «مليون درهم ونص», «3 سنين ونص»."""
        other = self.joined(made.behind)
        half = self._half(other)
        if half is None or other is None or self._scale(other + 1) or self.kind(other + 1) in {"year", "month"}:
            return made
        return replace(made, value=made.value + half * last, behind=other + 1)
