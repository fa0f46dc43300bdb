"""What a message denies: «ما صدرناش», "ma sdernach", "on n'exporte pas", «ماشي نسائية», «عمرنا ما صدرنا».

A word is denied by what stands around it or is grown onto it; which word that must be is the caller's. A denial reaches
no farther than its clause, so that «ما عندناش مشكل، كنصدرو» denies the trouble and not the exports. What puts right
something told before («غلطت، …», "pardon, …", «ماشي شركة») is found here too.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from bot.language.folding import folded, stems, traced, word_skeleton


def _table(words: str) -> frozenset[str]:
    return frozenset(folded(words).split())


#: How many words behind it a denying word reaches.
_REACH: Final = {
    **dict.fromkeys(_table("ما م لم لن حتى ma m hta 7ta"), 1),
    **dict.fromkeys(_table("ماشي مشي ليس ليست لسنا لست بلا بدون دون machi mchi mashi bla bidoun"), 2),
    **dict.fromkeys(_table("ne n pas jamais sans aucun aucune ni"), 2),
}
#: What puts right the number or the name behind it.
_NOT_THAT: Final = _table("ماشي مشي ليس ليست machi mchi mashi pas")
#: «لا» denies the verb behind it, but at the head of an answer it is the answer itself; "non" always is.
_NO: Final = _table("لا")
_ANSWERS: Final = _table("لا non")
#: What takes back a part of the yes before it.
_BUT: Final = _table("لكن ولكن والاكن walakin walakine mais sauf")
#: What denies an answer, or a part of it.
_TAKES_BACK: Final = _ANSWERS | _BUT
#: «ما عندناش شركة» denies what is had as well: «ما» apart or grown onto the word that ends in «ش».
_MA: Final = _table("ما م ma m")
_GROWN_MA: Final = re.compile(r"(?:ما|معند)[^\W\d_]{2,}ش|(?:ma|m3nd|m3end)[a-z0-9]{2,}(?:ch|sh)")
#: «عمرنا ما صدرنا», with or without «ما».
_NEVER: Final = re.compile(
    r"[ما]{0,2}عمر(?:ي|ني|نا|و|ه|ها|هم|هوم|كم)|(?:m[ae]?)?3[aeou]?m[ae]?r(?:i|ni|na|o|ou|ha|hom)"
)
_NEVER_REACH: Final = 2
#: «عمرنا ماصدرنا»: what denies, grown onto the word behind "never".
_GROWN_ONTO_NEVER: Final = re.compile(
    r"(?<!\S)((?:عمر|(?:m[ae]?)?3[aeou]?m[ae]?r)[^\W\d_]{1,3} )(ما?|ma?)(?=[^\W_]{4})"
)
#: Nouns before which French "ma" is "my": «ma coopérative exporte» denies nothing.
_MINE: Final = _table(
    "société coopérative coop association entreprise sarl boîte structure marque boutique fabrique production"
    " marchandise maison femme fille mère soeur famille ville région province commune carte patente demande situation"
    " question comptabilité banque trésorerie propre petite première nouvelle grande vieille"
)
#: Words before which standard Arabic «ما» is "what": «معرفة ما يمكن»، «ما هي الوثائق»، «ما الوثائق»; and their article.
_WHAT: Final = _table("هو هي هما يمكن يلزم ينبغي")
_THE: Final = "ال"
#: What French puts behind its verb.
_BEHIND: Final = _table("pas jamais aucun aucune")
#: What parts two clauses.
_PARTS: Final = _table("و ولكن لكن والاكن غير أما o w walakin walakine mais et sauf")
#: Words that pass a denial on to the word behind them: «ما حنا مسجلين», "n'avons", "makhdaminch b charika".
_PASSES: Final = _table(
    "ب b حنا انا راه كان كانت كنا kan kna 7na ana y en l ai as a avons avez ont est sommes suis de d un une"
)
#: What has, behind a «ما» of its own: it passes the denial on too.
_HAS: Final = _table("عندي عندنا عندو عندها عندهم 3ndi 3ndna 3andi 3andna 3ndo 3ndha 3ndhom")
#: «ماعندنا تعاونية» without a «ش» denies what is had too.
_HAS_NO: Final = re.compile(r"معند(?:ي|نا|و|ها|هم)|ماعند(?:ي|نا|و|ها|هم)|ma3a?nd(?:i|na|o|ha|hom)")
#: «ما…ش» grown onto a word; the denying letter before it may stand apart or be left out.
_GROWN_ARABIC: Final = re.compile(r"(?P<before>ما|م)?(?P<bare>[^\W\d_]{3,}?)(?:شي|ش)")
_GROWN_LATIN: Final = re.compile(r"(?P<before>ma|m)?(?P<bare>[a-z0-9]{3,}?)(?:ch|sh|chi|x)")
#: "Not yet" and "none", when that is all that is said.
_NOT_YET: Final = _table(
    "باقي باقيه باقين باقا مازال مزال مازالين مزالين مازلنا ba9i baqi ba9in baqin mazal mazel mzal mazalin"
)
_NONE: Final = _table("حتى والو aucun aucune personne rien walo walou hta 7ta")
_BESIDE_NONE: Final = _table(
    "ما لا و الله والله حنا دابا لحد الآن واحد وحدة حد حاجة شي كاين كاينش ماكاين ماكاينش ma la non daba wellah walah"
    " lhad wa7ed wa7da had kayn kaynch makayn makaynch il n y a"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word of a message; `bare` is what it may be without a denial grown onto it, nothing when none is."""

    text: str
    bare: tuple[str, ...]
    #: By a word before it; by one behind it, as French denies its verbs.
    denied: bool
    denied_behind: bool = False


#: How each word of a message may be spelled, and the places of the words by what a spoken form may begin with.
_Spelled = tuple[tuple[tuple[str, ...], ...], Mapping[str, Sequence[int]]]


class MessageWords(tuple[Word, ...]):
    """The words of a message; how they may be spelled is worked out once for all the forms that are looked for."""

    @cached_property
    def spelled(self) -> _Spelled:
        """Each word as it is, and where a form may begin: by its first word's stem or, behind "/", skeleton."""
        return _spelled([(word.text,) for word in self])

    @cached_property
    def spelled_undenied(self) -> _Spelled:
        """The same with what each word is without a denial grown onto it: «صدرناش» is «صدرنا» too."""
        if not any(word.bare for word in self):
            return self.spelled
        return _spelled([(word.text, *word.bare) for word in self])


def _spelled(spellings: Sequence[tuple[str, ...]]) -> _Spelled:
    places: dict[str, list[int]] = defaultdict(list)
    for place, spelled in enumerate(spellings):
        for form in {form for word in spelled for form in beginnings_of(word)}:
            places[form].append(place)
    return tuple(spellings), places


@lru_cache(maxsize=20_000)
def beginnings_of(word: str) -> tuple[str, ...]:
    """Return by what a spoken form is found that begins with a folded word: its stems and, behind "/", its skeleton."""
    return (*stems(word), "/" + word_skeleton(word))


#: «و150»: an "and" that is no part of a name.
_GROWN_AND: Final = re.compile(r"و\d")
_SIGN: Final = re.compile(r"[،,;؛:!؟?.\n]")
#: «ولم»: the "and" is glued to what denies.
_GLUED: Final = re.compile(r"(?<!\S)و(?=(?:لم|لن|ما|ماشي|ليس|لسنا) )")


#: «والورشة»: another thing with its article, joined by an "and".
_JOINED: Final = "وال"


#: «من فرنسا», "de France": from there, not to there.
_FROM: Final = _table("من mn de des du d")


def parts_two_things(word: str) -> bool:
    """Return whether a folded word says that what stands before it does not go to what stands behind it."""
    return begins_a_clause(word) or word in _FROM


def begins_a_clause(word: str) -> bool:
    """Return whether a folded word begins another clause, or another thing beside the one before it."""
    return word in _PARTS or word.startswith(_JOINED)


def parted(plain: str) -> str:
    """Return a folded message with the "and" before a denial as a word of its own: «ولم نصدر»."""
    return _GLUED.sub("و ", plain)


@lru_cache(maxsize=256)
def words_of(plain: str) -> MessageWords:
    """Return the words of a folded message, each with whether a word around it denies it."""
    words = parted(plain).split()
    denied: set[int] = set()
    for at in range(len(words)):
        reach = _reach(words, at)
        further = at + 1
        while reach and further < len(words) and words[further] not in _PARTS:
            if words[further] in _NONE and _has(words[further - 1]):
                # «ما عندي والو» has nothing: that is no denial of it.
                break
            denied.add(further)
            reach -= words[further] not in _PASSES | _HAS
            further += 1
    return MessageWords(
        Word(word, _bare(word), at in denied, at + 1 < len(words) and words[at + 1] in _BEHIND)
        for at, word in enumerate(words)
    )


def _reach(words: list[str], at: int) -> int:
    """Return how many words behind it the word at a place denies."""
    word = words[at]
    if _NEVER.fullmatch(word):
        return _NEVER_REACH
    if word in _NO:
        # «لا تعاونية لا شركة» is neither.
        return 1 if at or words.count(word) > 1 else 0
    if word in _MA:
        if not is_denial(*words[at : at + 2]):
            return 0
        return 2 if words[at + 1 :] and _bare(words[at + 1]) else 1
    return _REACH.get(word, 1 if _GROWN_MA.fullmatch(word) or _HAS_NO.fullmatch(word) else 0)


def _has(word: str) -> bool:
    return word in _HAS or _HAS_NO.fullmatch(word) is not None


def _bare(word: str) -> tuple[str, ...]:
    """Return the word without its «ش», and without the «ما» before it too: «مسجلش» may hide «سجل» or «مسجل»."""
    grown = (_GROWN_LATIN if word.isascii() else _GROWN_ARABIC).fullmatch(word)
    if not grown:
        return ()
    return tuple(dict.fromkeys((grown["bare"], (grown["before"] or "") + grown["bare"])))


def denies(plain: str) -> bool:
    """Tell whether a folded message, or the rest of one, holds a word that denies, or takes a part back."""
    words = plain.split()
    return any(word in _TAKES_BACK or is_denial(*words[at : at + 2]) for at, word in enumerate(words))


def is_put_right(plain: str) -> bool:
    """Tell whether folded words end in what puts right the number behind them: «ماشي 3 سنين، 5» is five."""
    return bool(words := plain.split()) and words[-1] in _NOT_THAT


def is_denial(word: str, behind: str = "") -> bool:
    """Tell whether a folded word does nothing but deny; the French "ma" before one of its nouns does not."""
    if word in _MA and (behind in _MINE or behind in _WHAT or behind.startswith(_THE)):
        return False
    return word in _REACH or _NEVER.fullmatch(word) is not None


def says_none(plain: str) -> bool:
    """Tell whether a folded message says "not yet" or "none" and nothing else: «باقي», «مازال ما», «حتى واحد»."""
    words = set(plain.split())
    return any(words & telling for telling in (_NOT_YET, _NONE)) and words <= _NOT_YET | _NONE | _BESIDE_NONE


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


#: What somebody says who has told it before: «150 مليون فبركان راه قلت ليك».
_REMINDING: Final = tuple(
    f" {folded(words)} "
    for words in """
    قلت ليك | قلت لك | قلت ليكم | قلناها | قلتها ليك | قلنا ليك | ڭلت ليك | كلت ليك | gult lik | 9olt lik | golt lik |
    9lt lik | glt lik | 9olt likom | je vous ai dit | je l'ai dit | j'ai déjà dit | je l'ai déjà dit | jvs ai dit |
    vous ai déjà dit | on vous a dit | قلت لكم | سبق وقلت | سبق أن قلت
    """.split("|")
)


def without_reminding(plain: str) -> str:
    """Return a folded message without "I have told you": «آه قلت ليك آه»."""
    spoken = f" {plain} "
    for words in _REMINDING:
        spoken = spoken.replace(words, " ")
    return " ".join(spoken.split())


def corrected(text: str) -> str | None:
    """Return what stands behind the words that open a correction; None when there are none, or nothing behind them.

    Who says that they have told it before corrects what was understood.
    """
    behind = _behind(_OPENINGS, text)
    if behind is None:
        spoken = f" {folded(text)} "
        return text if any(words in spoken for words in _REMINDING) else None
    return behind


#: What only who was wrong says; «لا عندي» and "non je" begin an answer as well.
_OF_A_MISTAKE: Final = tuple(
    folded(words)
    for words in "غلط خطأ أخطأ سمح معذرة عفوا تصحيح ghl ghal sme7 smeh sm7 sorry tromp erreur pardon oups désol excus"
    " corr rectif".split()
)


def admits_a_mistake(text: str) -> bool:
    """Return whether the words that open a correction say that something was wrong: «غلطت», "pardon"."""
    plain = folded(text)
    opening = max((words for words in _OPENINGS if plain.startswith(words + " ")), key=len, default="")
    return any(words in opening for words in _OF_A_MISTAKE)


def perhaps_corrected(text: str) -> str | None:
    """Return what stands behind words that open a correction and much else, None when there are none."""
    return _behind(_SOFTLY, text)


def _behind(openings: tuple[str, ...], text: str) -> str | None:
    plain, origins = traced(text)
    opening = max((words for words in openings if plain.startswith(words + " ")), key=len, default=None)
    return None if opening is None else text[origins[len(opening) + 1] :]


#: What stands before a name that is denied, and where what is denied ends.
_BEFORE_NAMES: Final = _table("ف في من ل ديال f fi mn l dial dyal d de du à au en la le les")
_ENDS_DENIED: Final = _PARTS | _table("راه راها راني rah raha بل")
_MOST_DENIED: Final = 2


def without_denied(text: str) -> str:
    """Return `text` with the name blanked that «ماشي» or "pas" puts right: «فبركان ماشي وجدة» is in Berkane.

    Each other letter stays where it stands.
    """
    plain, origins = traced(text)
    found = [(one.start(), one[0]) for one in re.finditer(r"\S+", plain)]
    hidden: set[int] = set()
    for place, (_, word) in enumerate(found):
        if word not in _NOT_THAT:
            continue
        left = _MOST_DENIED
        for at, other in found[place + 1 :]:
            is_parted = _SIGN.search(text[origins[at - 2] : origins[at]]) is not None
            if not left or is_parted or other in _ENDS_DENIED or _GROWN_AND.match(other):
                break
            left -= other not in _BEFORE_NAMES
            hidden.update(origins[at : at + len(other)])
    return "".join(" " if at in hidden else letter for at, letter in enumerate(text)) if hidden else text


#: Behind which "pas" denies what is had, and not what is wanted: "je n'ai pas d'argent".
_HAVING: Final = _table("ai as a avons avez ont")
#: Who says that they do not want what follows.
_UNWANTED: Final = _table(
    "بغيتش بغيناش باغيش باغاش باغيينش مابغيتش مابغيناش ماباغيش bghitch bghinach baghich mabghitch"
)


def unwanted(words: tuple[Word, ...], at: int) -> int | None:
    """Return where it begins to be said that the word at a place is not wanted: «ماشي قرض», "pas de crédit".

    None where it is not said.
    """
    first = at - 1
    while first >= 0 and at - first <= _MOST_DENIED and words[first].text in _BEFORE_NAMES:
        first -= 1
    if first < 0 or words[first].text not in _NOT_THAT | _UNWANTED:
        return None
    return None if first and words[first - 1].text in _HAVING else first


def behind_not_that(plain: str) -> str:
    """Return the folded words behind the first «ماشي», "machi" or "pas" that puts something right."""
    words = plain.split()
    at = next((at for at in range(1, len(words)) if is_put_right(words[at - 1])), None)
    return "" if at is None else " ".join(words[at:])


def never_parted(plain: str) -> str:
    """Return a folded text with what denies parted from the word behind "never": «عمرنا ماصدرنا»."""
    return _GROWN_ONTO_NEVER.sub(r"\1\2 ", plain)
