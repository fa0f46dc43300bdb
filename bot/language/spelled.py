"""Numbers below a thousand spelled in words, read from a row of pieces.

Arabic says the ones before the tens and joins with «و»; French says them side by side; people mix both. Each function
takes the place where a number may begin, and gives its value and the place behind it, or None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.language.figures import MINUS, Piece, slipped
from bot.language.numeral_words import Numeral, WordKind

#: A value, and the place behind the pieces it was read from.
Read = tuple[Decimal, int]

_DARIJA: Final[frozenset[WordKind]] = frozenset(
    {"ones", "short", "ten", "teen", "tens", "hundred", "hundreds", "scale"}
)
#: What the short form of a numeral may count.
_COUNTED: Final[frozenset[WordKind]] = frozenset(
    {"hundred", "scale", "year", "month", "person", "currency", "other_unit"}
)
#: The least of the French ones that "dix" takes: dix-sept.
_SEVEN: Final = Decimal(7)


@dataclass(frozen=True, slots=True)
class PieceRow:
    """The pieces of a message, and what stands where; a place behind the last holds nothing."""

    pieces: Sequence[Piece]
    #: The sign behind the last piece.
    closing: str = ""
    #: Where «و» stands between two bounds and not between two parts: "entre 5 et 10".
    parting: int = -1

    def kind(self, at: int) -> WordKind | None:
        """Return the kind of the piece at a place."""
        return self.pieces[at].meaning.kind if 0 <= at < len(self.pieces) else None

    def meaning(self, at: int) -> Numeral:
        """Return the meaning of the piece at a place that holds one."""
        return self.pieces[at].meaning

    def value(self, at: int) -> Decimal:
        """Return the value of the piece at a place that holds one."""
        return self.pieces[at].meaning.value

    def text(self, at: int) -> str:
        """Return the folded text at a place, "" where there is none."""
        return self.pieces[at].text if 0 <= at < len(self.pieces) else ""

    def near(self, at: int) -> bool:
        """Tell whether a piece follows here with no sign before it but the hyphen of a French numeral."""
        if at >= len(self.pieces):
            return False
        piece = self.pieces[at]
        return piece.before in {" ", "", "'", MINUS} or (piece.before == "-" and piece.meaning.french)

    def french(self, at: int) -> bool:
        """Tell whether a French word follows here."""
        return self.near(at) and self.pieces[at].meaning.french

    def loose(self, at: int) -> bool:
        """Tell whether the word here has no particle, so that it may count with the one before."""
        return not (self.meaning(at).joined or self.meaning(at).articled)

    def joined(self, at: int) -> int | None:
        """Return the place of what "and" joins here, «و» being a word or the letter of one."""
        if at == self.parting or not self.near(at):
            return None
        if self.meaning(at).joined:
            return at
        if not self.near(at + 1) or self.meaning(at + 1).joined:
            return None
        if self.kind(at) == "and":
            return at + 1
        # "ou" joins in Arabizi and parts in French.
        arabizi = (self._darija(at + 1) and self._darija(at - 1)) or self.kind(at + 1) == "half"
        return at + 1 if self.text(at) == "ou" and arabizi and not self.french(at + 1) else None

    def _darija(self, at: int) -> bool:
        return self.kind(at) in _DARIJA and not self.meaning(at).french


def small(row: PieceRow, at: int) -> Read | None:
    """Read a number below a thousand."""
    if row.kind(at) in {"hundred", "hundreds"}:
        return _after_hundreds(row, row.value(at), at + 1)
    units = _below_hundred(row, at)
    if units is None:
        return None
    value, behind = units
    if row.near(behind) and row.kind(behind) == "hundred" and value < 10 and row.loose(behind):
        return _after_hundreds(row, value * 100, behind + 1)
    return units


def _after_hundreds(row: PieceRow, value: Decimal, at: int) -> Read:
    other = row.joined(at)
    if other is None and row.french(at) and row.meaning(at - 1).french:
        other = at
    rest = None if other is None else _below_hundred(row, other)
    return (value + rest[0], rest[1]) if rest else (value, at)


def _below_hundred(row: PieceRow, at: int) -> Read | None:
    meaning = row.meaning(at)
    value = meaning.value
    match meaning.kind:
        case "ones":
            return _from_ones(row, at)
        case "short":
            return _from_short(row, at)
        case "ten" if (
            meaning.french and row.french(at + 1) and row.kind(at + 1) == "ones" and row.value(at + 1) >= _SEVEN
        ):
            return value + row.value(at + 1), at + 2
        case "tens" if meaning.french:
            return _from_french_tens(row, at, value)
        case "ten" | "teen" | "tens" | "round":
            return value, at + 1
        case "none" if _ten(row, at + 1) and row.text(at)[0] == "ا":
            # «أحد عشر» is eleven; «أحد» alone is nobody.
            return Decimal(11), at + 2
        case "other" if row.near(at + 1) and row.kind(at + 1) == "scale" and row.loose(at + 1):
            slip = slipped(row.text(at))
            return (slip.value, at + 1) if slip and slip.value else None
        case _:
            return None


def _ten(row: PieceRow, at: int) -> bool:
    """Tell whether «عشر» follows, which makes a teen of what stands before it."""
    return row.near(at) and row.kind(at) in {"ten", "short"} and row.value(at) == 10 and row.loose(at)


def _from_ones(row: PieceRow, at: int) -> Read:
    value = row.value(at)
    if row.meaning(at).french:
        if value == 4 and row.french(at + 1) and row.kind(at + 1) == "tens" and row.value(at + 1) == 20:
            return _from_french_tens(row, at + 1, Decimal(80))
        if row.french(at + 1) and row.kind(at + 1) == "round":
            return value * row.value(at + 1), at + 2
        return value, at + 1
    if _ten(row, at + 1):
        return value + 10, at + 2
    other = row.joined(at + 1)
    if other is not None and row.kind(other) == "tens" and not row.french(other):
        return value + row.value(other), other + 1
    return value, at + 1


def _from_short(row: PieceRow, at: int) -> Read | None:
    """Read «تلت», which needs something to count, or «عشر» to be a teen with."""
    if _ten(row, at + 1):
        return row.value(at) + 10, at + 2
    counted = at + 2 if row.kind(at + 1) == "of" else at + 1
    return (row.value(at), at + 1) if row.kind(counted) in _COUNTED else None


def _from_french_tens(row: PieceRow, at: int, value: Decimal) -> Read:
    """Read what follows French tens: "vingt-deux", "soixante et onze", "quatre-vingt-dix-sept"."""
    following = at + 2 if row.text(at + 1) == "et" and at + 1 != row.parting else at + 1
    if not row.french(following):
        return value, at + 1
    kind = row.kind(following)
    if kind == "ones" and not (
        following == at + 2 and row.kind(following + 1) in {"scale", "hundred"} and row.value(following) != 1
    ):
        return value + row.value(following), following + 1
    if kind in {"ten", "teen"} and value in {60, 80}:
        rest = _below_hundred(row, following)
        return (value + rest[0], rest[1]) if rest else (value, at + 1)
    return value, at + 1
