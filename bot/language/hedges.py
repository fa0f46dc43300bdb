"""Words beside a number that make it something else than the number: less than, more than, a month, a week.

«أقل من 3 سنين» is not three years, and «100 ألف فالشهر» is not a yearly sum: such an answer is asked for again.
"""

from typing import Final

from bot.language.folding import folded

_BOUNDS: Final = tuple(
    f" {folded(words)} "
    for words in (
        "أقل من", "قل من", "اقل من", "كثر من", "أكثر من", "كتر من", "فوق", "فايت",
        "ماكيوصلش", "ما كيوصلش", "ناقص على",
        "تحت من",
        "على الأقل", "على الأكثر", "moins de", "moins d", "plus de", "plus d", "au moins", "au plus", "sous les",
        "a9al mn", "9al mn", "kter mn", "ktar mn", "aktar mn", "akthar mn", "fo9",
    )
)  # fmt: skip
_PERIODS: Final = tuple(
    f" {folded(words)} "
    for words in (
        "فالشهر", "ف الشهر", "في الشهر", "شهريا", "كل شهر", "للشهر", "فالسيمانة", "كل سيمانة", "في الأسبوع",
        "أسبوعيا",
        "كل نهار", "فالنهار", "في اليوم", "par mois", "mensuel", "par semaine", "par jour", "f chhar", "fchhar",
        "f chher",
        "kol chhar", "f simana", "fsimana", "kol simana", "f nhar", "kol nhar",
    )
)  # fmt: skip


def is_bounded(text: str) -> bool:
    """Return whether a number in `text` is only said to be less or more than something."""
    plain = f" {folded(text)} "
    return any(words in plain for words in _BOUNDS)


def is_for_a_part_of_the_year(text: str) -> bool:
    """Return whether a sum in `text` is told for a month, a week or a day."""
    plain = f" {folded(text)} "
    return any(words in plain for words in _PERIODS)
