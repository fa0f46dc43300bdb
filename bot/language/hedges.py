"""Words that make what is said something else than an answer: less than, a month, a question, a supposition.

«أقل من 3 سنين» is not three years, and «100 ألف فالشهر» is not a yearly sum: such an answer is asked for again.
«واش الشركة تقدر؟» is not "a company", and «وإلا كنا شركة» only supposes it.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal

from bot.language.folding import folded, traced

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
#: What only asks, wherever it stands: «والقافلة واش جاية لمراكش».
WHETHER: Final = tuple(folded(word) for word in ("واش", "هل", "wach", "wash", "wech"))
#: What a question begins with, besides the words that only questions hold (`flows/asides.yaml`).
_QUESTION: Final = tuple(words + " " for words in (*WHETHER, folded("est-ce que"), folded("est-ce qu")))
_MARKS: Final = "?؟"
#: Fewest words of a question that only its mark tells: «تعاونية؟» is an answer given with a doubt.
_LEAST_ASKED: Final = 3
#: What a supposition begins with, after «و» or "et" and their like.
_SUPPOSED: Final = frozenset(
    folded(word)
    for word in (
        "إلا", "إذا", "إدا", "لو", "يلا", "الى", "إيلا", "ايلى", "كون", "لوكان", "إلاكان", "يلاكان",
        "ila", "illa", "yla", "ida", "idha", "law", "lo", "loukan", "lokan", "ilakan", "kon", "koun", "si", "s",
        "supposons", "imaginons",
    )
)  # fmt: skip
_BEFORE_SUPPOSED: Final = frozenset(
    folded(word)
    for word in (
        "و", "ماذا", "واش", "شنو", "آش", "طيب", "وخا", "واخا", "زعما", "زعمة", "ولكن", "لكن", "w", "o", "ou",
        "wa", "wach",
        "chno", "chnou", "ach", "wakha", "walakin", "mais", "alors", "donc", "et", "même", "ok", "za3ma",
    )
)  # fmt: skip
_GROWN_BEFORE: Final = ("و", "w", "o")
#: Words before a "yes" that leave it open: only, some, almost, I want to, I am going to, if.
_LIMITING: Final = frozenset(
    folded(word)
    for word in (
        "غير", "شي", "بعض", "تقريبا", "نص", "كون", "لو", "إلا", "إذا", "يلا", "باش", "غادي", "بغيت", "بغينا", "باغي",
        "باغيين", "باغين", "ناوي", "ناويين", "حاولت", "حاولنا", "ghir", "chi", "ila", "kon", "bach", "ghadi",
        "bghit", "bghina", "baghi", "baghyin", "nawi", "nawyin", "7awelna", "presque", "quelques", "certains",
        "certaines",
        "parfois", "si", "pour", "va", "vais", "allons", "veux", "voulons", "voudrais", "voudrions",
        "souhaite", "essayé",
    )
)  # fmt: skip
#: A yes that opens nothing but an answer; «واخا», "ah" and "d'accord" open any sentence.
_SURELY_YES: Final = frozenset(
    folded(word) for word in "إيه أيه ايييه إيوا وي نعام واه wah iyeh iyyeh ayeh iyh wi ouais ouii na3am n3am".split()
)


#: An answer that is the one told just before.
_SAME: Final = frozenset(
    folded(words)
    for words in (
        "نفس الشي", "نفسو", "نفس الرقم", "هو هذا", "هو هادا", "هادا هو", "هو هداك", "كيف كيف", "بحال بحال", "هو نفسه",
        "nefs chi", "nafs chi", "nefsso", "howa hada", "hada howa", "kif kif", "b7al b7al", "le même", "la même chose",
        "pareil", "c'est le même", "idem",
    )
)  # fmt: skip


def says_the_same(text: str) -> bool:
    """Return whether `text` is no more than that it is what was told just before: «نفس الشي»."""
    return folded(text) in _SAME


def is_surely_yes(word: str) -> bool:
    """Return whether a folded word that opens a message is a yes, whatever stands behind it."""
    return word in _SURELY_YES


_NO: Final = tuple(folded(word) + " " for word in ("لا", "لالا", "la", "lala", "non", "nan"))


def opens_with_no(plain: str) -> bool:
    """Return whether a folded message opens with a no and goes on: "non le projet coûte 2 millions"."""
    return plain.startswith(_NO)


#: Words that say nothing beside a short answer.
_SAY_NOTHING: Final = frozenset(
    folded(word)
    for word in (
        "والله", "حنا", "أنا", "راه", "راني", "دابا", "طبعا", "أكيد", "نعم", "آه", "إيه", "واه", "وي", "لا",
        "و", "ديال",
        "wellah", "ana", "7na", "hna", "rah", "daba", "ah", "iyeh", "wah", "oui", "non", "la", "le", "les", "l", "de",
        "d", "un", "une", "encore", "bien", "sûr", "déjà",
    )
)  # fmt: skip
#: Words of having and being, which do not tell what is had.
_HAVING: Final = frozenset(
    folded(word)
    for word in (
        "كان", "كانت", "كنا", "كنت", "كانو", "كانوا", "يكون", "نكون", "نكونو", "تكون", "عندي", "عندنا", "عندو", "عندها",
        "كملت", "كملنا", "فقط", "هادي", "من", "kan", "kant", "kna", "kont", "kano", "ykon", "nkon", "3ndi", "3andi",
        "3ndna", "3andna", "3ndha", "hadi", "j", "ai", "avais", "aurais", "avait", "aurait", "on", "avions", "nous",
        "avons", "il", "y", "a", "c", "était", "depuis", "seulement", "que", "n", "ne",
    )
)  # fmt: skip
#: Said beside a yes, and no denial of anything.
_NO_TROUBLE: Final = re.compile(
    r"(?<!\S)(?:"
    + "|".join(
        folded(words)
        for words in (
            "ماشي مشكل", "ماشي مشكيل", "بلا مشكل", "ما كاين مشكل", "ماكاين مشكل", "ما كاين حتى مشكل", "بلا صداع",
            "machi mochkil", "machi mouchkil", "bla mochkil", "ma kayn mochkil", "pas de problème", "aucun problème",
            "sans problème", "pas de souci", "pas de soucis", "sans souci", "aucun souci",
        )
    )
    + r")(?!\S)"
)  # fmt: skip


def without_reassurance(plain: str) -> str:
    """Return a folded message without "no problem" and its like."""
    return " ".join(_NO_TROUBLE.sub(" ", plain).split())


#: What stands before the thing that something is put into or belongs to: «نحط 500 ألف ف المشروع» is no cost of it.
_INTO = frozenset({"ف", "في", "ديال", "دال", "د", "f", "fi", "dial", "dyal", "d", "dans", "sur", "pour", "du", "de"})
#: What says which thing it is, or whose: "dans le projet", "pour mon projet".
_OWNED = frozenset({"mon", "notre", "nos", "le", "ce"})


def puts_into(word: str) -> bool:
    """Return whether a folded word says that what follows is what something is put into, or belongs to."""
    return word in _INTO


def is_put_into(before: Sequence[str]) -> bool:
    """Return whether what follows these folded words is what something is put into, or belongs to, whosever it is."""
    words = before[:-1] if before and before[-1] in _OWNED else before
    return bool(words) and puts_into(words[-1])


#: What stands before what something is done for: «نكبرو الورشة ب 2 مليون», "agrandir pour 1,5 million".
GROWN_PRICE = "ب"
_FOR = frozenset(map(folded, "ب بواحد بشي بحوالي بمبلغ تكلف يكلف b bwahed pour à de d".split()))
#: What stands before what something needs, in whatever clause: «بغات تحل أتوليي، خاصها 40 مليون».
_NEEDING = frozenset(map(folded, "خاصها خاصو خاصنا خاصني خصها خصنا خصني khassni khassna khassha khasso".split()))


def names_a_need(word: str) -> bool:
    """Return whether a folded word says that the sum behind it is what something needs."""
    return word in _NEEDING


def names_a_price(word: str) -> bool:
    """Return whether a folded word says that the sum behind it is what something is to cost."""
    return word in _FOR


def is_limiting(word: str) -> bool:
    """Return whether a folded word leaves open what is said behind it."""
    return word in _LIMITING


def says_nothing(word: str) -> bool:
    """Return whether a folded word changes nothing beside a short answer."""
    return word in _SAY_NOTHING


def says_having(word: str) -> bool:
    """Return whether a folded word says no more than that somebody has something: «كان عندي», "on avait"."""
    return word in _HAVING or word in _SAY_NOTHING


def opens_a_question(text: str) -> bool:
    """Return whether `text` begins as only a question does."""
    return folded(text).startswith(_QUESTION)


def ends_as_question(text: str) -> bool:
    """Return whether `text` holds the mark of a question; «تعاونية؟» is an answer given with a doubt."""
    return any(mark in text for mark in _MARKS) and len(folded(text).split()) >= _LEAST_ASKED


def supposed(text: str) -> str | None:
    """Return what a supposition supposes, as it is written, behind the word that opens it; None when it is none."""
    plain, origins = traced(text)
    words = plain.split(" ")
    opening = next((at for at, word in enumerate(words) if word not in _BEFORE_SUPPOSED), len(words))
    if opening + 1 >= len(words) or not _opens_supposition(words[opening]):
        return None
    return text[origins[len(" ".join(words[: opening + 1])) + 1] :]


def _opens_supposition(word: str) -> bool:
    grown = any(word.startswith(letter) and word[len(letter) :] in _SUPPOSED for letter in _GROWN_BEFORE)
    return grown or word in _SUPPOSED


#: What somebody says who tells who they are.
_ONESELF: Final = tuple(
    folded(words) + " "
    for words in (
        " ", "أنا", "حنا", "احنا", "نحن", "راني", "راحنا", "عندي", "عندنا", "لدينا", "لدي", "ana", "hna",
        "7na", "rani", "3ndi", "3ndna", "3andi", "3andna", "je suis", "nous sommes", "on est", "j'ai",
        "nous avons", "on a", "notre sarl", "notre coopérative", "notre société", "notre entreprise",
        "notre association", "notre petite", "ma société", "ma coopérative", "ma petite", "mon entreprise",
        "شركتنا", "شركتي", "تعاونيتنا", "تعاونيتي", "مقاولتنا", "مقاولتي", "جمعيتنا",
    )
)  # fmt: skip


def tells_of_oneself(text: str) -> bool:
    """Return whether `text` begins as somebody does who tells who they are: «حنا تعاونية ديال الزربية»."""
    return folded(text).startswith(_ONESELF)


_BEING: Final = tuple(
    f" {folded(words)} "
    for words in ("أنا", "حنا", "احنا", "نحن", "ana", "hna", "7na", "je suis", "nous sommes", "on est")
)


def behind_oneself(plain: str) -> str:
    """Return what a folded message says behind "I am" or "we are", wherever that stands: «بغينا نكبرو، حنا شركة»."""
    spoken = f" {plain} "
    return max((spoken.partition(words)[2] for words in _BEING), key=len).strip()


#: Words of somebody who tells what a number of theirs was or is.
_REPORTING: Final = frozenset(
    folded(word)
    for word in (
        "درنا درت دارت دارو دخلنا دخلت دخلات بعنا بعت وصلنا وصلت وصلات كان كانت كانو عندنا عندي ربحنا جبنا حطينا غنحطو"
        " نحطو drna dert darti dkhelna b3na weselna wslna kan kant 3ndna 3ndi rbe7na fait faisons avons atteint réalisé"
        " vendu mettons mets"
    ).split()
)


def reports(text: str) -> bool:
    """Return whether `text` tells what was or is, as whoever tells a number of theirs: «العام الزين درنا 45 مليون»."""
    return not _REPORTING.isdisjoint(folded(text).split())


#: Signs and words that begin another clause; «و» joined to a noun with its article does not («والمعدات»).
_CLAUSE_SIGNS: Final = re.compile(r"[،,;؛:!؟?\n]|\.\s")
_CLAUSE_WORDS: Final = frozenset(
    folded(word)
    for word in (
        "كاين كاينة وكاين وكاينة وعندي وعندنا وعندو وعندها ولكن لكن حيت حيتاش وراه وكان خويا وخويا جاري وجاري kayn"
        " kayna wkayn w3ndi w3ndna walakin 7it mais car parce puis sinon"
    ).split()
)


def parts_two_clauses(text: str, *, by_signs: bool = False) -> bool:
    """Return whether `text`, which stands between two things, tells that they are of two clauses."""
    if by_signs and _CLAUSE_SIGNS.search(text) is not None:
        return True
    return not _CLAUSE_WORDS.isdisjoint(folded(text).split())


def is_bounded(text: str) -> bool:
    """Return whether a number in `text` is only said to be less or more than something."""
    plain = f" {folded(text)} "
    return any(words in plain for words in _BOUNDS)


def is_for_a_part_of_the_year(text: str) -> bool:
    """Return whether a sum in `text` is told for a month, a week or a day."""
    plain = f" {folded(text)} "
    return any(words in plain for words in _PERIODS)


#: Words behind which a time is how long somebody or something has been there: of us or it, and of me.
_WE_HAVE: Final = frozenset(
    folded(word) for word in "عندنا عندها لدينا لديها هادي 3ndna 3ndha hadi depuis depui dpuis avons existe".split()
)
_I_HAVE: Final = frozenset(map(folded, ("عندي", "لدي", "3ndi", "3andi", "ai")))
#: What may follow such a time: a wish or a question, and no more of what it is a time of.
_BEHIND_HAVING: Final = frozenset(
    folded(word)
    for word in (
        "واش كاين بغينا بغيت شنو ودابا دابا هل نريد أريد فقط صافي wach kayn bghina bghit daba safi peut pouvons y est"
    ).split()
)


#: What may stand between what is had and how long it has been there: «شركة عندها 5 سنين», "société de 5 ans".
_BETWEEN: Final = frozenset(
    folded(word) for word in "عندها فيها عمرها هادي منذ ليها dyal dial d de 3ndha fiha 3merha hadi depuis a من".split()
)
#: Who has what a time follows, said before it.
_OWNING: Final = frozenset(
    folded(word)
    for word in (
        "عندي عندنا لدي لدينا حنا أنا نحن 3ndi 3ndna 3andi 3andna 7na hna ana ai avons a suis sommes est".split()
    )
)


#: What may stand between an owner and what is owned.
ARTICLES: Final = frozenset(map(folded, ("شي", "واحد", "chi", "wa7d", "wahd", "un", "une", "la", "l", "petite")))


def without_between(words: Sequence[str]) -> Sequence[str]:
    """Return folded words without what joins, at their end, something that is had and how long it has been there."""
    end = len(words)
    while end and words[end - 1] in _BETWEEN:
        end -= 1
    return words[:end]


def says_owning(word: str) -> bool:
    """Return whether a folded word says that what follows is one's own: «عندي شركة 5 سنين», "on est une société"."""
    return word in _OWNING


def tells_having(text: str, start: int, end: int) -> Literal["we", "I"] | None:
    """Return who has had the time that stands from `start` to `end`: «عندنا 3 سنين» an enterprise, «عندي» a person.

    None where it is the time of something else: «عندنا 3 سنين وحنا كنتسناو», «3 سنين ديال الكراء».
    """
    before, rest = folded(text[:start]).split(), text[end:]
    behind = folded(rest).split()
    is_whole = not behind or _CLAUSE_SIGNS.match(rest.lstrip()) is not None or behind[0] in _BEHIND_HAVING
    if not before or not is_whole:
        return None
    word = before[-1].removeprefix("و")
    if word in _WE_HAVE:
        return "we"
    return "I" if word in _I_HAVE else None
