"""A choice said in words: «اللولة», «بغيت التانية», "numéro 4", «الاختيار جوج», "la dernière".

A message is one only when nothing else stands in it. What must not break: «رقم» and its like announce a number, an
ordinal is one by itself, and a bare number («جوج», "4") may as well be an amount: whoever asks is told which it was.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.language import numbers
from bot.language.folding import folded

#: The place that "the last" stands for.
LAST: Final = -1

#: Ordinals, each in the spellings that folding does not bring to one.
_ORDINALS: Final = {
    folded(word): place
    for place, words in {
        1: "أول الأول أولى الأولى لاولى لولى لولا اللولى اللولا اللولة لولة اللول الأولة الواحد الوحدة lwl lwel"
        " lewel llewel lowel lwla llwla lewla llewla lowla llowla lawla loula lloula lola awal lawal oula loola"
        " premier première premiere 1er 1ere 1ère one first",
        2: "ثاني الثاني ثانية الثانية تاني التاني تانية التانية زاوج الزاوج زاوجة الزاوجة الزوج الجوج الجوجة tani"
        " ttani tania ttania taniya ttaniya thani thania taniyya jjouj ljouj deuxième second seconde 2ème 2e 2eme 2nd",
        3: "ثالث الثالث ثالثة الثالثة تالت التالت تالتة التالتة التلاتة الثلاثة talt talet ttalet talit talta ttalta"
        " talita thalitha ttlata troisième 3ème 3e 3eme third",
        4: "رابع الرابع رابعة الرابعة الربعة الأربعة rabe3 rab3 rabi3 rab3a rrab3a rabi3a rb3a rreb3a quatrième 4ème"
        " 4e 4eme",
        5: "خامس الخامس خامسة الخامسة الخمسة khames khamis khamsa lkhamsa lkhames khamissa cinquième 5ème 5e 5eme",
        6: "سادس السادس سادسة السادسة السات الستة sades sadsa ssadsa sadis sadisa stta sixième 6ème 6e 6eme",
        7: "سابع السابع سابعة السابعة السبعة sabe3 sab3a ssab3a sabi3 sab3 septième 7ème 7e 7eme",
        8: "ثامن الثامن ثامنة الثامنة تامن التامن تامنة التامنة التمنية tamen tamna ttamna tamin huitième 8ème 8e 8eme",
        9: "تاسع التاسع تاسعة التاسعة التسعود tase3 tas3a ttas3a neuvième 9ème 9e 9eme",
        10: "عاشر العاشر عاشرة العاشرة العشرة 3acher 3achra l3achra dixième 10ème 10e 10eme",
        LAST: "أخير الأخير أخيرة الأخيرة اللخر لخر اللخرة لخرة lekher llekher lkher akhir lakhir akhira lakhira lekhra"
        " lkhra dernier dernière",
    }.items()
    for word in words.split()
}
#: Latin letters spell an ordinal freely: «ttanya», "taniya", "tanya" are one, and so are "loula" and "lola".
_DOUBLED: Final = re.compile(r"(.)\1+")


def _sound(word: str) -> str:
    return _DOUBLED.sub(r"\1", word.replace("y", "i").replace("ou", "o").replace("e", ""))


_SOUNDING: Final = {_sound(word): place for word, place in _ORDINALS.items() if word.isascii() and word.isalnum()}
#: Words that announce the number of a choice.
_ANNOUNCING: Final = frozenset(
    folded(word)
    for word in (
        "رقم الرقم نمرة النمرة لنمرة نيميرو النيميرو اختيار الاختيار لختيار الختيار خيار الخيار لخيار زر الزر"
        " raqm ra9m rqm r9m rraqm nmra nemra nnmra nimiro ikhtiyar likhtiyar lkhtiyar khtiyar lkhiyar khiyar"
        " numero numéro n no num nr choix option bouton réponse ligne case number"
    ).split()
)
#: Words that change nothing beside them.
_BESIDE: Final = frozenset(
    folded(word)
    for word in (
        "بغيت بغينا كنبغي نبغي نختار ختاريت اخترت أختار كنختار نختارو خديت ناخد غادي هاد هادي هاديك هاداك ديك داك"
        " هي هو ليا عافاك عفاك عافاكم خويا أختي السي آ أ الله يخليك يرحم أريد نريد نود نرغب صافي واخا نعم آه إذن"
        " وديني دوزني دير عطيني ورك ضغط ديال اللي لي فيهم منهم فيهوم السؤال سؤال"
        " bghit bghina nkhtar khtart ikhtart had hadi hadik hadak dik dak hiya howa hia afak 3afak khoya khti a"
        " lah ykhlik safi wakha ah dir 3tini werini dyal li fihom swal soual so2al je j"
        " nous on veux voudrais prends prenons choisis choisi la le les l un une svp s il vous plait te plaît"
        " merci oui ok c est ce sera celle celui pour moi donc va vas y question proposition celui-là là"
        " please"
    ).split()
)
#: Words that say of whom a label is chosen: «حنا تعاونية», «خدام غير بوحدي».
_OF_ONESELF: Final = frozenset(
    folded(word)
    for word in (
        "أنا حنا غير خدام خدامة خدامين راه راني راحنا ana hna 7na ghir khdam khdama rani suis sommes ai avons"
    ).split()
)
_SAYING_NOTHING: Final = _BESIDE | _OF_ONESELF
#: «من» alone leads from somewhere: «من الأول» begins again.
_PLEASE: Final = re.compile(r"(?<!\S)من فضلكم?(?!\S)")
#: Fewest letters of a word that is known by how it sounds.
_LEAST_SOUND: Final = 4
#: Longest message that is a choice, in words.
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The place of a choice in a list, from 1; `LAST` for the last."""

    place: int
    #: True when it can be nothing else: an ordinal, or an announced number.
    is_announced: bool


def ordinal(plain: str) -> Ordinal | None:
    """Return the place that a folded message says and nothing else; None for any other message."""
    words = _PLEASE.sub(" ", plain).split()
    if len(words) > _MOST_WORDS:
        return None
    announced = [word for word in words if word in _ANNOUNCING]
    telling = [word for word in words if word not in _ANNOUNCING and word not in _BESIDE]
    if len(telling) != 1:
        return None
    place = _ORDINALS.get(telling[0], _SOUNDING.get(_sound(telling[0])) if len(telling[0]) >= _LEAST_SOUND else None)
    if place is not None:
        return Ordinal(place, is_announced=True)
    number = _cardinal(telling[0])
    return None if number is None else Ordinal(number, bool(announced))


def without_choosing(plain: str) -> str:
    """Return a folded message without the words that only say that something is chosen, or by whom."""
    return " ".join(word for word in plain.split() if word not in _SAYING_NOTHING) or plain


def _cardinal(word: str) -> int | None:
    """Return the whole number that a folded word says."""
    counts = numbers.counts(word)
    if len(counts) != 1 or counts[0].span != (0, len(word)) or len(counts[0].readings) != 1:
        return None
    (number,) = counts[0].readings
    return int(number) if number == int(number) and 1 <= number <= 99 else None
