"""Which script and register a message is written in, so that the answer comes in the person's reading language."""

import re
from typing import Final, Literal

from bot.language.folding import folded

#: Arabic letters (standard or Darija), Darija in Latin letters, French; None for what has no letters of either.
Register = Literal["arabic", "arabizi", "french"]

_ARABIC_LETTERS: Final = re.compile(r"[\u0621-\u064a]")
#: Words of its own by which a message is Amazigh.
_LEAST_AMAZIGH: Final = 2
_LATIN_LETTERS: Final = re.compile(r"[a-z]")
#: 3, 7, 9 and their like are letters only next to Latin letters.
_DIGIT_LETTER: Final = re.compile(r"(?<![0-9])[235679](?=[a-z])|(?<=[a-z])[235679](?![0-9])")
_FRENCH_ACCENT: Final = re.compile(r"[éèêëàâçîïôûùœ]", re.IGNORECASE)
_FRENCH_ENDING: Final = re.compile(
    r"(tion|tions|ment|ments|eur|eurs|ance|ence|isse|ique|iques|aire|aires|oir|elle|aux|ez)$"
)
_DARIJA_ENDING: Final = re.compile(r"(ch|iya|awi|niya|koum|hom|ach|inch|tou|atna|lina|liya)$")

_FRENCH: Final = frozenset(
    """
    le la les un une des du de d l au aux et ou ni mais donc car est sont suis es ai as avons avez ont etre
    avoir je tu il elle nous vous ils on mon ma mes ton ta tes son sa ses notre nos votre vos leur ce cet cette
    ces qui que quoi quel quelle quels quelles comment combien pourquoi quand dans sur sous avec sans pour par
    chez vers entre pas ne plus moins tres peut peux pouvez puis faut doit dois veux voudrais souhaite faire
    fait aller aide aides merci bonjour bonsoir salut svp oui non si y a t en se me quelqu personne bureau
    proche besoin argent dossier papiers etranger aussi encore deja etes humain robot menu retour precedent
    recommencer changer aucun autre langue francais parler ici rien tout ans an annee annees depuis emplois
    emploi dirhams mois million millions mille
    """.split()
)
_DARIJA: Final = frozenset(
    """
    wach wash chno chnou chnowa ach achno achnou kifach kifash kif fin fine feen mnin imta imtal 3lach alach 3la
    bghit bghina bghiti bgha nqder n9der nkder ndir ndiro dyal dial diali dyali dyalna d f fi li lia liya lina
    ana nta nti hna 7na houma howa hiya hia had hadi hadak hadik dik daba ila kan kayn kayen kayna makaynch
    machi mashi wakha la ah iyeh iyyeh safi chokran choukran salam slm labas afak 3afak khoya khti chwiya bzaf
    bezzaf walo walou ghi ghir bach bash kol koul kolchi chi wahd wa7ed chhal ch7al che7al khas khasni khassni
    khasna 3nd 3ndi andi andna 3ndna f9ach mn men mni l lm lli ma m3a m3ak bla bnadem sahbi nas ntouma katdir
    kandir kandiro nsder nsedro nbi3 nbi3o tasdir lmaktab lwra9 wra9 flous drahm mochkil mouchkil ta3awoniya
    ta3awniya chrika charika sana3 sani3 lmithaq mitha9 barnamaj d3m da3m zid aji sir rje3 rja3 salamo 3likom
    alikom 3lik bslama allah ykhlik lah smiti sma7 fhmt mafhmtch fhem 3rft ma3rftch nhder nhdr m3amn chkoun
    chkon
    """.split()
)

#: What stands beside a number in Darija and in French alike: of itself it tells neither.
_BESIDE_NUMBERS: Final = frozenset(
    "million millions milion milyon melyoun mille alf dirham dirhams dh dhs mad centime centimes mois an ans".split()
)

_TIFINAGH: Final = re.compile(r"[\u2d30-\u2d7f]")
#: Words of Tachelhit, Tamazight and Tarifit that Darija and French do not have.
_AMAZIGH: Final = frozenset(
    folded(word)
    for word in (
        "azul azoul tanmirt tanemmirt ur ghif flawn flak fellak fellawen righ nra nki nkki nekki nekk nekkin kyyi"
        " keyyi nttan nttat nkkni nekni manik mani mamk mamek mamenk maymi matta mayd illa tella llan ikka iga tga"
        " gan tgit tgam rad ighd igh ad ddigh iddad zznzgh zzenzegh sghegh ssngh ssingh ssinegh snegh fhimegh"
        " tazrbit tazerbit tizrbay tizerbay tazarbit tamazight taclhit tachelhit tarifit imazighen tamazirt tmazirt"
        " tawwuri twuri iqariden iqqariden idrimen bahra kullu ghila yan yat snat krad tssawalt tssawalm tssent"
        " tamghart tamgharin argaz أزول تانميرت فلاون فلاك أور ور ريغ نكي نكين نكني كيي نتات نتان ماني مانيك ماميك"
        " مامك مامنك مايمي تكيت راد غيد أد زنزغ سنغ سينغ تازربيت تيزربايت تامازيرت تمازيرت إقاريضن إدريمن بهرا كولو"
        " غيلاد تمغارت أركاز إمازيغن"
    ).split()
)
#: What stands between them; Darija and French have these too.
_AMAZIGH_PARTS: Final = frozenset(
    {"d", "n", "s", "is", "ar", "gh", "g", "i", "ma", "ayt", "w", "u", "غ", "د", "ن", "س", "إس"}
)


def is_amazigh(text: str) -> bool:
    """Return whether `text` is Amazigh: in its own letters, or mostly of its words in others, two at least."""
    if _TIFINAGH.search(text):
        return True
    words = folded(text).split()
    own = {word for word in words if word in _AMAZIGH}
    spoken = sum(word in own or word in _AMAZIGH_PARTS for word in words)
    return len(own) >= _LEAST_AMAZIGH and 2 * spoken >= len(words)


def register(text: str) -> Register | None:
    """Return the register of `text`; Arabic letters win over Latin ones where most letters are Arabic."""
    plain = folded(text)
    arabic = len(_ARABIC_LETTERS.findall(plain))
    latin = len(_LATIN_LETTERS.findall(plain))
    if not arabic and not latin:
        return None
    if arabic >= latin:
        return "arabic"
    words = plain.split()
    if all(word in _BESIDE_NUMBERS or word.isdecimal() for word in words):
        return None
    french = darija = 0.0
    if _FRENCH_ACCENT.search(text):
        french += 1
    for word in words:
        if word in _DARIJA and word not in _FRENCH:
            darija += 1.5
        elif word in _FRENCH and word not in _DARIJA:
            french += 1
        elif _DIGIT_LETTER.search(word):
            darija += 1.5
        elif _FRENCH_ENDING.search(word) and len(word) > 4:
            french += 0.7
        elif _DARIJA_ENDING.search(word) and len(word) > 4:
            darija += 0.7
    if french == darija == 0:
        return None
    return "french" if french > darija else "arabizi"
