"""Every quantity in a message, alone or as the two bounds of one: "entre 1 et 2 millions", «3 ولا 4».

What looks like a number and names something is passed over here: «القانون 50-17», "ICE 001…", the 1 of a list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from bot.language.figures import MINUS, TO, Piece, pieces
from bot.language.numeral_words import DIRHAM, THOUSAND, WordKind
from bot.language.quantities import ONE, Quantity, Unit, quantity
from bot.language.spelled import PieceRow

#: Longest message that is looked at, in characters; a longer one is a letter, not an answer.
LONGEST: Final = 4096
#: Words that say nothing of what a number counts: with these alone around it, the number is the whole message.
SILENT: Final[frozenset[WordKind]] = frozenset(
    {"about", "of", "in", "from", "up_to", "between", "minus", "or", "and", "none"}
)
#: So many digits behind "ICE" or "CNSS" make a reference.
_LEAST_ACCOUNT: Final = 5
#: The letters and the digits of an identity card's number.
_CARD_LETTERS: Final = 2
_CARD_DIGITS: Final = (5, 6)
_LAST_DAY: Final = 31
#: What begins no quantity; looked at first, since most words of a message are such.
_NO_BEGINNING: Final[frozenset[WordKind]] = SILENT - {"none"} | {
    "reference",
    "currency",
    "foreign",
    "percent",
    "person",
    "other_unit",
    "per",
    "began",
    "month_name",
    "number_of",
    "account",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """One quantity, or the two bounds of one."""

    bounds: tuple[Quantity, ...]

    @property
    def low(self) -> Quantity:
        """Return the first bound, or the only one."""
        return self.bounds[0]

    @property
    def high(self) -> Quantity:
        """Return the second bound, or the only one."""
        return self.bounds[-1]

    @property
    def unit(self) -> Unit:
        """Return the unit, which both bounds share."""
        return self.bounds[0].unit


@dataclass(frozen=True, slots=True)
class MessageQuantities:
    """A message's pieces, and the quantities in it."""

    row: PieceRow
    found: tuple[Bounds, ...]
    #: One quantity, and nothing said about it.
    lone: bool

    @property
    def kinds(self) -> set[WordKind]:
        """Return the kinds of all its pieces."""
        return {piece.meaning.kind for piece in self.row.pieces}

    def before(self, found: Bounds, steps: int = 1) -> WordKind | None:
        """Return the kind of the piece so many steps before a quantity."""
        return self.row.kind(found.low.first - steps)

    def span(self, found: Bounds) -> tuple[int, int]:
        """Return where a quantity begins and ends in the message."""
        return self.row.pieces[found.low.first].start, self.row.pieces[found.high.behind - 1].end


@lru_cache(maxsize=16)
def read(text: str) -> MessageQuantities:
    """Return what is said in numbers in a message; kept for a few, since each is asked for money, counts and years."""
    row = PieceRow(*pieces(text[:LONGEST]))
    found = _merged(tuple(_found(row)), row)
    inside = {at for each in found for at in range(each.low.first, each.high.behind)}
    around = {piece.meaning.kind for at, piece in enumerate(row.pieces) if at not in inside}
    return MessageQuantities(row, found, len(found) == 1 and around <= SILENT | {"year", "month_name"})


def _found(row: PieceRow) -> Iterator[Bounds]:
    at = behind = 0
    while at < len(row.pieces):
        kind = row.pieces[at].meaning.kind
        # Most pieces of a message; a word that is no numeral is looked at before a scale only, for a slip.
        if kind in _NO_BEGINNING or (kind == "other" and row.kind(at + 1) != "scale"):
            at += 1
            continue
        if passed := _passed_over(row, at):
            at += passed
            continue
        first = _one(row, at)
        if first is None:
            at += 1
            continue
        first = _signed(row, _priced(row, first, behind))
        found = _with_second(row, first)
        if found is None:
            # The parts of a reference: «50-17».
            at = first.behind + 1
            continue
        yield _nobody(row, found) if behind == 0 else found
        at = behind = found.high.behind


def _passed_over(row: PieceRow, at: int) -> int:
    """Return how many pieces from a place name something and count nothing; 0 when a quantity may begin there."""
    piece = row.pieces[at]
    kind = piece.meaning.kind
    if kind in _NO_BEGINNING or (kind == "year" and row.kind(at + 1) == "figure"):
        return 1
    counts_on = row.joined(at + 1) is not None or row.kind(at + 1) == "scale"
    if kind == "hundred" and ((piece.meaning.articled and not counts_on) or row.text(at - 1) == "pour"):
        # «فالمية»; «لمية وخمسين مليون» is a number.
        return 1
    before = row.kind(at - 1)
    if kind != "figure":
        return 1 if before == "number_of" else 0
    if before in {"number_of", "account"}:
        run = 1
        while row.kind(at + run) in {"figure", "reference"}:
            run += 1
        digits = sum(map(str.isdigit, "".join(piece.text for piece in row.pieces[at : at + run])))
        return run if before == "number_of" or digits >= _LEAST_ACCOUNT else 0
    glued = piece.before in {"-", "_", "/"} and before in SILENT | {"other"}
    day = row.kind(at + 1) == "month_name" and piece.meaning.value <= _LAST_DAY
    begins_line = at == 0 or piece.before == "\n"
    item = begins_line and row.kind(at + 1) not in {None, "figure"} and row.pieces[at + 1].before == TO
    return 1 if before == "foreign" or glued or day or item or _is_identity_card(row, at) else 0


def _is_identity_card(row: PieceRow, at: int) -> bool:
    """Tell whether a figure is the number of an identity card, "BK 123456", and not "CA 800000", a turnover."""
    letters = row.text(at - 1)
    named = row.kind(at - 1) == "other" and letters.isascii() and len(letters) <= _CARD_LETTERS and letters != "ca"
    return named and len(row.text(at)) in _CARD_DIGITS and row.text(at).isdigit() and row.kind(at + 1) != "currency"


def _one(row: PieceRow, at: int) -> Quantity | None:
    """Read a quantity; behind "between", the last "and" in it parts two bounds when no other does."""
    read_whole = quantity(row, at)
    if read_whole is None or row.kind(at - 1) != "between" or _and(row, read_whole.behind) is not None:
        return read_whole
    inner = [i for i in range(at + 1, read_whole.behind) if row.kind(i) == "and" or row.meaning(i).joined]
    return quantity(replace(row, parting=inner[-1]), at) if inner else read_whole


def _and(row: PieceRow, at: int) -> int | None:
    if row.kind(at) is not None and row.meaning(at).joined:
        return at
    return at + 1 if row.kind(at) == "and" and row.kind(at + 1) is not None else None


def _priced(row: PieceRow, made: Quantity, behind: int) -> Quantity:
    """Return the quantity as money when dirhams stand before it: "MAD 1,500"."""
    at = made.first - 1
    if made.unit == "" and at >= behind and row.kind(at) == "currency" and row.value(at) == DIRHAM:
        return replace(made, unit="money")
    return made


def _signed(row: PieceRow, made: Quantity) -> Quantity:
    """Return the quantity below zero when a minus stands before it; "au moins 5" and "plus ou moins 5" have none."""
    at = made.first - 1
    if row.kind(made.first) == "figure" and row.pieces[made.first].before == MINUS:
        return replace(made, value=-made.value)
    if row.kind(at) == "minus" and row.kind(at - 1) not in {"up_to", "or"}:
        return replace(made, value=-made.value, first=at)
    return made


def _nobody(row: PieceRow, found: Bounds) -> Bounds:
    """Return 0 for «حتى واحد», which is nobody."""
    at = found.low.first - 1
    nobody = found.low.value == 1 and found.low.doubtful and row.kind(at) == "up_to" and not row.meaning(at).french
    return Bounds((replace(found.low, value=Decimal(0), first=at, doubtful=False),)) if nobody else found


# Two bounds.


def _with_second(row: PieceRow, first: Quantity) -> Bounds | None:
    """Return the quantity with its second bound, if one follows; None when the two are the parts of a reference."""
    at = _second(row, first)
    second = None if row.kind(at) is None or at < 0 or _passed_over(row, at) else quantity(row, at)
    if second is None:
        return Bounds((first,))
    low, high = _alike(first, second)
    if low.unit != high.unit:
        return Bounds((first,))
    if row.pieces[at].before == "-" and low.figure and low.value / low.part >= high.value / high.part:
        return None
    if low.could_be_year and high.could_be_year and row.pieces[at].before in {"-", TO}:
        return None
    return Bounds((low, high))


def _second(row: PieceRow, first: Quantity) -> int:
    """Return the place where a second bound would begin, -1 when none is announced."""
    at = first.behind
    if row.kind(at) is None:
        return -1
    before = row.kind(first.first - 1)
    if row.pieces[at].before in {"-", TO}:
        return at
    if before == "between" and (other := _and(row, at)) is not None:
        return other
    if before == "from" and row.meaning(at).articled and row.text(at)[0] in "لl":
        return at
    if row.kind(at) == "or":
        return at + 1
    if row.kind(at) == "and" and row.kind(at + 1) == "up_to":
        at += 1
    while row.kind(at) == "up_to":
        at += 1
    return at if at > first.behind else -1


def _alike(low: Quantity, high: Quantity) -> tuple[Quantity, Quantity]:
    """Return two bounds with the scale and the unit that one of them was said without: "1 à 2 millions de dirhams"."""
    if low.scale == 1 < high.scale and low.unit == "" and 0 <= low.value < min(THOUSAND, high.value / high.scale):
        low = replace(low, value=low.value * high.scale, scale=high.scale)
    elif high.scale == 1 < low.scale and low.value / low.scale < high.value < THOUSAND:
        high = replace(high, value=high.value * low.scale, scale=low.scale)
    if low.unit == "" != high.unit:
        low = replace(low, unit=high.unit, part=high.part)
    elif high.unit == "" != low.unit:
        high = replace(high, unit=low.unit, part=low.part)
    return low, high


def _merged(found: Sequence[Bounds], row: PieceRow) -> tuple[Bounds, ...]:
    """Return the quantities with a lesser unit added to the greater one: "2 ans et 3 mois", dirhams and centimes."""
    merged: list[Bounds] = []
    for each in found:
        if merged and (sum_of_both := _sum(merged[-1], each, row.pieces)):
            merged[-1] = sum_of_both
        else:
            merged.append(each)
    return tuple(merged)


def _sum(whole: Bounds, lesser: Bounds, row: Sequence[Piece]) -> Bounds | None:
    if not (
        len(whole.bounds) == len(lesser.bounds) == 1 and whole.unit == lesser.unit and whole.unit in {"years", "money"}
    ):
        return None
    greater, smaller = whole.low, lesser.low
    between = [piece.meaning.kind for piece in row[greater.behind : smaller.first]]
    if not (greater.part == ONE < smaller.part and 0 <= smaller.value < smaller.part and between in ([], ["and"])):
        return None
    value = greater.value + smaller.value / smaller.part
    return Bounds((replace(greater, value=value, behind=smaller.behind, doubtful=False),))
