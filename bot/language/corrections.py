"""What says that something told before was wrong: «غلطت، …», «لا سمح ليا», "pardon, …", «ماشي شركة»."""

from typing import Final

from bot.language.folding import folded, traced
from bot.language.negation import is_put_right

#: What opens the correction of an answer.
_OPENINGS: Final = tuple(
    folded(words)
    for words in """
    غلطت | غلطنا | راه غلطت | راني غلطت | راحنا غلطنا | درت غلطة | كاين غلط | غلط | خطأ | أخطأت | أخطأنا |
    سمح ليا | سمحو ليا | سمح لي | سمحوا لي | سمحلي | سمحيلي | سمح لينا | سمح ليا غلطت | معذرة | عفوا | تصحيح |
    لا غلطت | لا راه غلطت | لا سمح ليا | لا سمحو ليا | لا سمح لي | لا عفوا | لا معذرة | اه لا | آ لا | لا لا |
    لا راه | لا راني | لا حنا | لا أنا | لا عندي | لا عندنا | لا كان | لا كانت | لا ماشي | ماشي هكاك | بدلت رأيي |
    ghlett | ghlet | ghalett | ghlat | ghltt | rani ghlett | rah ghlett | la ghlett | la ghalett | ghelta |
    sme7 lia | sme7 liya | smeh liya | smeh lia | sm7 lia | sm7liya | sme7li | sme7o lia | la sme7 lia |
    la sme7 liya | la smeh liya | la smeh lia | la sm7 lia | sorry | la 7na | la ana | la 3ndi | la 3ndna |
    la rah | je me suis trompé | je me suis trompée | on s'est trompé | on s'est trompés |
    nous nous sommes trompés | je m'étais trompé | j'ai fait une erreur | c'est une erreur | erreur |
    petite erreur | non erreur | pardon | non pardon | oups | désolé | désolée | non désolé | excusez-moi |
    excuse-moi | correction | je corrige | je rectifie | rectification | en fait | non en fait | enfin | plutôt |
    non plutôt | non c'est | non nous | non on | non je | non j'ai
    """.split("|")
)

#: What makes a number one that is added to what is known, or taken from it.
ADDING: Final = (
    "زدت", "زدنا", "زادو", "نزيد", "نزيدو", "غنزيد", "غنزيدو", "كنزيد", "كنزيدو", "زيادة", "إضافة", "نضيف", "أضفت",
    "خرين", "آخرين", "إضافيين",
    "zedt", "zdt", "zedna", "zdna", "nzid", "nzido", "ziyada", "khrin",
    "ajoute", "ajoutais", "ajoutons", "ajoutions", "ajouter", "rajoute", "rajoutais", "rajouter",
    "augmente", "augmentais", "augmenter", "de plus", "en plus", "autres", "supplémentaires",
)  # fmt: skip
TAKING: Final = (
    "نقصت", "نقصنا", "نقصو", "ننقص", "ننقصو", "حيدت", "حيدنا", "نحيد", "nqest", "n9est", "n9esna", "nn9es", "7iyedt",
    "enlève", "enlevais", "enlever", "retire", "retirais", "diminue", "diminuais", "de moins", "en moins",
)  # fmt: skip
#: What may open a correction, and opens much else: «راه صدرنا من قبل».
_SOFTLY: Final = tuple(
    folded(words)
    for words in (
        "راه", "راها", "راحنا", "راني", "لا", "سمح ليا", "سمحو ليا", "عفوا", "بصح", "في الحقيقة", "rah", "raha",
        "rahna", "rani", "la", "sme7 liya", "non", "pardon", "désolé", "désolée", "en fait", "finalement",
        "en réalité", "je corrige", "correction",
    )
)  # fmt: skip
#: What somebody says who wants to change an answer, and the longest message that says no more.
CHANGING: Final = frozenset(
    folded(word)
    for word in (
        "نبدل نبدلو بدل بدلو نغير نغيرو غيرو نصحح صحح تبديل تغيير تصحيح أغير تعديل نعاود nbdel nbddel bdel nghyer"
        " ghyer changer change modifier modifie corriger corrige rectifier"
    ).split()
)


def corrected(text: str) -> str | None:
    """Return what stands behind the words that open a correction; None when there are none, or nothing behind them."""
    return _behind(_OPENINGS, text)


def perhaps_corrected(text: str) -> str | None:
    """Return what stands behind words that open a correction and much else, None when there are none."""
    return _behind(_SOFTLY, text)


def _behind(openings: tuple[str, ...], text: str) -> str | None:
    plain, origins = traced(text)
    opening = max((words for words in openings if plain.startswith(words + " ")), key=len, default=None)
    return None if opening is None else text[origins[len(opening) + 1] :]


def behind_not_that(plain: str) -> str:
    """Return the folded words behind the first «ماشي», "machi" or "pas" that puts something right."""
    words = plain.split()
    at = next((at for at in range(1, len(words)) if is_put_right(words[at - 1])), None)
    return "" if at is None else " ".join(words[at:])
