"""Shares of a whole: "10 %", «10 فالمية», "la moitié", «الربع»; for the caller who knows what they are shares of.

A fraction in words counts only where no other number stands: «نص مليون» is a sum, and «تلاتة ونص» is no half.
"""

from dataclasses import dataclass
from typing import Final

from bot.language.folding import folded, traced
from bot.language.numbers import amounts, counts, percents, years

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
