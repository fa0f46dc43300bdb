"""The words that have to do with numbers, in Arabic, Darija, Arabizi and French, as tables.

A row is a meaning, its spellings, and a pattern for Arabizi, whose vowels are free; spellings are folded when read, so
hamza, ta marbuta and accents need no second spelling. A word that is also an everyday word stands here all the same:
`bot.language.quantities` believes it only next to another number.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

WordKind = Literal[
    "figure",  # digits
    "fraction",  # "1/2"
    "reference",  # a phone number, a date, a law's number: digits that are no quantity
    "ones",
    "short",  # the form of 3–10 that only stands before what is counted: «تلت», "khms"
    "ten",
    "teen",
    "tens",
    "hundred",
    "hundreds",  # 200–900 in one word
    "round",  # "une dizaine"
    "scale",
    "half",  # a part of what follows, or of the scale before
    "none",  # zero, in words
    "and",
    "or",
    "of",
    "currency",  # the value says how many are a dirham
    "foreign",
    "percent",
    "year",
    "month",
    "person",
    "other_unit",
    "from",
    "between",
    "up_to",
    "in",
    "per",
    "began",
    "minus",
    "month_name",
    "number_of",  # what follows is a reference: «رقم», "n°", "article"
    "account",  # what follows is a reference when it is long: "ICE", "RC"
    "wish",  # makes a thousand a way of speaking: «ألف شكر»
    "about",
    "other",
]


@dataclass(frozen=True, slots=True)
class Numeral:
    """The meaning of one word."""

    kind: WordKind
    value: Decimal = Decimal(0)
    french: bool = False
    #: A plural or a letter, which is no number without one before it.
    plural: bool = False
    #: The number inside the word itself: «ألفين» is 2, "khmslaf" 5; 0 when there is none.
    times: int = 0
    #: The currency inside the word itself ("MDH"): how many of it are a dirham; 0 when there is none.
    currency: Decimal = Decimal(0)
    #: «و» is joined to the word.
    joined: bool = False
    #: The article is joined to the word.
    articled: bool = False


THOUSAND: Final = Decimal(10**3)
MILLION: Final = Decimal(10**6)
MILLIARD: Final = Decimal(10**9)
DIRHAM: Final = Decimal(1)
RYAL: Final = Decimal(20)
CENTIME: Final = Decimal(100)
HALF: Final = Decimal("0.5")
QUARTER: Final = Decimal("0.25")
THIRD: Final = Decimal(1) / 3

#: A meaning, its Arabic spellings, its Arabizi pattern.
NumeralForms = tuple[Numeral, str, str]

#: The forms of 3–10 that stand before what is counted, alone or grown together with it («خمسميا», "khmslaf").
SHORT: Final[dict[int, tuple[str, str]]] = {
    3: ("تلت تلات ثلاث تلاث ثلت", r"t[ei]?l[ae]?t"),
    4: ("ربع أربع رباع", r"a?r[eo]?b[ae]?3"),
    5: ("خمس", r"(?:kh|5|x)[ae]?ms"),
    6: ("ست سط", r"s[eai]?tt?"),
    7: ("سبع", r"s[ea]?b[ae]?3"),
    8: ("تمن تمان ثمن ثمان ثماني", r"t[ea]?m[ae]?n"),
    9: ("تسع", r"t[ei]?s[ae]?3"),
    10: ("عشر", r"3[ea]?[cs]h[ae]?r"),
}

_TEEN_STEMS: Final = {
    13: ("تل تلا تلت تلات", r"t[ea]?l[ae]?t?"),
    14: ("ربع رباع", r"r[eo]?b[ae]?3[ae]?"),
    15: ("خمس خماس", r"(?:kh|5|x)[ae]?m[ae]?s"),
    16: ("س ست سط", r"s[ea]?"),
    17: ("سبع سباع", r"s[ea]?b[ae]?3[ae]?"),
    18: ("تمن تمان", r"t[ea]?m[ae]?n"),
    19: ("تسع تساع تز", r"t[ea]?[sz][ae]?3?[ae]?"),
}

_TENS: Final = {
    20: ("عشرين عشرون", r"[3a][ea]?[cs]hr[ie]+ne?"),
    30: ("تلاتين ثلاثين ثلاثون تلتين تلاثين", r"t[ea]?l[ae]*t+[ie]+ne?"),
    40: ("أربعين ربعين أربعون", r"a?r[eo]?b[ae]?3[ie]+ne?"),
    50: ("خمسين خمسون", r"(?:kh|5|x)[ae]?m+s[ie]+ne?"),
    60: ("ستين ستون سطين", r"s[eai]?tt[ie]+ne?"),
    70: ("سبعين سبعون", r"s[ea]?b[ae]?3[ie]+ne?"),
    80: ("تمانين ثمانين ثمانون تمنين", r"t[ea]?m[ae]?n[ie]+ne?"),
    90: ("تسعين تسعون", r"t[ei]?s[ae]?3[ie]+ne?"),
}

_ONES: Final = {
    1: ("واحد واحدة وحدة", r"wa?[7h]e?da?"),
    2: (
        "جوج زوج جوز زوز اثنان اثنين اتنين اثنا اثني اثنتا اثنتي اثنتان اثنتين تنين تناين",
        r"[jz]o?[uow]*[jz]e?|tnayn",
    ),
    3: ("تلاتة ثلاثة تلتة ثلاتة تلاثة", r"t[ea]?l[ae]+t+a|tlta|thalatha"),
    4: ("أربعة ربعة", r"a?r[eo]?b[ae]?3[ae]"),
    5: ("خمسة", r"(?:kh|5|x)[aeo]?m+sa"),
    6: ("ستة سطة", r"s[eai]?tta|sta"),
    7: ("سبعة", r"s[ea]?b[ae]?3[ae]"),
    8: ("تمنية ثمانية تمانية تمنيا ثمنية", r"t[ea]?m[ae]?n[iy]+[ae]"),
    9: ("تسعة تسعود", r"t[ei]?s[ae]?3(?:oud|od|ud|wd|a)"),
}


def _teens() -> list[NumeralForms]:
    rows: list[NumeralForms] = [
        (Numeral("teen", Decimal(11)), "حداش حضاش حداشر حضاشر حضاشل", r"[7h][ea]?da[cs]h[rl]?"),
        (Numeral("teen", Decimal(12)), "طناش تناش طناشر تناشر طناشل", r"t[ea]?na[cs]h[rl]?"),
    ]
    for value, (stems, pattern) in _TEEN_STEMS.items():
        words = " ".join(f"{stem}{t}اش{end}" for stem in stems.split() for t in "طت" for end in ("", "ر", "ل", "ن"))
        rows.append((Numeral("teen", Decimal(value)), words, f"{pattern}t+a[cs]h[rl]?"))
    return rows


def _grown_together() -> list[NumeralForms]:
    """Return hundreds and thousands that are one word with their number."""
    rows: list[NumeralForms] = []
    for value, (stems, pattern) in SHORT.items():
        full = [*stems.split(), *(stem + "ة" for stem in stems.split())]
        if value < 10:
            words = " ".join(stem + end for stem in full for end in ("مية", "مائة", "مئة", "ميا", "ميات", "ميت"))
            rows.append((Numeral("hundreds", Decimal(value * 100)), words, f"{pattern}[ae]?m[iy]+[ae]h?t?"))
        words = " ".join(stem + end for stem in full for end in ("لاف", "آلاف", "الاف", "تلاف", "تالاف"))
        rows.append((Numeral("scale", THOUSAND, times=value), words, f"{pattern}[ae]?t?a?laf"))
    return rows


ROWS: Final[tuple[NumeralForms, ...]] = (
    *((Numeral("ones", Decimal(value)), words, pattern) for value, (words, pattern) in _ONES.items()),
    *((Numeral("short", Decimal(value)), words, pattern) for value, (words, pattern) in SHORT.items()),
    (Numeral("ten", Decimal(10)), "عشرة", r"[3a][ea]?[cs]h[ae]?ra"),
    *_teens(),
    *((Numeral("tens", Decimal(value)), words, pattern) for value, (words, pattern) in _TENS.items()),
    (Numeral("hundred", Decimal(100)), "مية مائة مئة ميا ميات ميت مايت", r"m[iy]+[ae]h?t?"),
    (
        Numeral("hundreds", Decimal(200)),
        "ميتين مئتين مائتين مئتان مائتان ميتان متين ميتاين مئتا مائتا مئتي مائتي",
        r"m[iy]+[ae]?ta*[iy]+n|mitay?en",
    ),
    *_grown_together(),
    (Numeral("scale", THOUSAND), "ألف ألفا", r"[ae]le?f"),
    (Numeral("scale", THOUSAND, plural=True), "آلاف تالاف لاف", r"t?[ae]?laf"),
    (Numeral("scale", THOUSAND, times=2), "ألفين ألفان ألفاين", r"[ae]lfa?[aiey]+ne?"),
    (Numeral("scale", MILLION), "مليون ميليون مليونا", r"m[aei]?l+[iy]+[ou]+ne?|mlo?un"),
    (Numeral("scale", MILLION, plural=True), "ملاين ملايين ميلاين مليونات", r"m[ae]?la[iy]+[ei]*ne?|mill?i[ou]ns"),
    (Numeral("scale", MILLION, times=2), "مليونين مليوني مليوناين مليونان", r"m[aei]?l+[iy]+o?u?na?[iy]+n"),
    (Numeral("scale", MILLIARD), "مليار ميليار مليارا بليون", r"m[aei]?l+[iy]+ar|mrds?"),
    (Numeral("scale", MILLIARD, plural=True), "ملاير ملايير مليارات", r"m[ae]?la[iy]+[ei]*r"),
    (Numeral("scale", MILLIARD, times=2), "مليارين مليارات مليارا ملياري", r"m[aei]?l+[iy]+ara?[iy]+n"),
    (Numeral("half", HALF), "نص نصف نصص نس", r"n[eo]ss|n[eo]s|nss|n[ieo]sf"),
    (Numeral("half", QUARTER), "", r"rob3|roub3|rube3"),
    (Numeral("half", THIRD), "ثلث", r""),
    (Numeral("half", QUARTER, plural=True), "أرباع", r""),
    (Numeral("none"), "صفر زيرو والو أحد إحدى حد", r"walou?|ouall?ou?|sifr|7[ea]d"),
    (Numeral("and"), "و", r"w|wa|o|u"),
    (Numeral("or"), "ولا أو أولا", r"ou|we?ll?a|wala|walla|aw|oula|ola"),
    (Numeral("of"), "د ديال دال تاع متاع نتاع", r"d|dl|di?y?al|ta3|nta3"),
    (
        Numeral("currency", DIRHAM),
        "درهم دراهم درهما الدرهم ده",
        r"dhs?|dhm|d[ieao]?rha?[aei]?ms?|dra?ha?[ei]?m|drhm|mad",
    ),
    (Numeral("currency", RYAL), "ريال ريالات ريالا", r"r[ie]?y?[iy]?[ae]ls?|ryal"),
    (
        Numeral("currency", CENTIME),
        "سنتيم سنتيمات سنتيما سانتيم سنتم صنتيم فرنك فرنكات",
        r"[cs][ae]nt[iey]+me?s?|fr[ae]n[ck]s?",
    ),
    (Numeral("scale", MILLION, plural=True, currency=DIRHAM), "", r"mdhs?|mmad"),
    (Numeral("scale", MILLIARD, plural=True, currency=DIRHAM), "", r"mmdhs?"),
    (Numeral("scale", THOUSAND, plural=True, currency=DIRHAM), "", r"kdhs?"),
    (Numeral("scale", MILLION, plural=True), "", r"m|mln"),
    (Numeral("scale", THOUSAND, plural=True), "", r"k"),
    (Numeral("foreign"), "أورو يورو دولار دولارات", r"euros?|eur|dollars?|usd|cfa"),
    (
        Numeral("percent"),
        "فالمية بالمية فالمئة بالمئة فالمائة بالمائة فلمية بلمية فالميا بالميا فمية",
        r"[fb]i?[ea]?lm[iy]+[ae]",
    ),
    (Numeral("year", Decimal(1)), "عام سنة", r"3a+m|sna|sana"),
    (Numeral("year", Decimal(1), plural=True), "سنين سنوات عوام أعوام", r"snine?|sninn|sanawat|snawat|a?3wam"),
    (Numeral("year", Decimal(1), times=2), "عامين عامان سنتين سنتان عاماين", r"3a+m[ae]*[iy]+n|santayn"),
    (Numeral("month", Decimal(1)), "شهر شهرا", r"[cs]hh?[ae]+h?r"),
    (Numeral("month", Decimal(1), plural=True), "شهور أشهر", r"[cs]hh?[ou]+h?r"),
    (Numeral("month", Decimal(1), times=2), "شهرين شهران", r"[cs]ha?hr[ae]*[iy]+n"),
    (Numeral("from"), "من مند منذ ملي", r"m[ei]?n|mn[ae]?d|melli|mlli"),
    (Numeral("between"), "بين مابين", r"bin|bine|bayn|mabin"),
    (Numeral("up_to"), "حتى إلى ل تال حتال", r"[7h]e?t+a|tal|[7h]tal|l|ila"),
    (Numeral("in"), "في ف", r"f|fi|fe"),
    (Numeral("per"), "كل لكل شحال كم", r"kola?|koul|kul|lkol|[cs]h[7h]?al"),
    (
        Numeral("began"),
        """بدينا بديت بدات بدا تأسست تأسسنا أسسنا أسست تأسيس تأسسات خدامين خدام انطلقنا حلينا فتحنا كاينين مسجلين تسجلنا
        تخلقات أسسناها درناها بديناها حليناها""",
        r"bdina|bdit|bdat|bda|kh[ae]?dd?ami?n?|t2?[ae]s+[ae]?sna|t2?[ae]s+[ae]?s[ae]?t|kaynin",
    ),
    (Numeral("minus"), "ناقص سالب", r"na9[ie]?s"),
    (
        Numeral("month_name"),
        "يناير فبراير مارس أبريل ماي مايو يونيو يوليوز يوليو غشت شتنبر سبتمبر أكتوبر نونبر نوفمبر دجنبر ديسمبر",
        r"",
    ),
    (
        Numeral("number_of"),
        "رقم نمرة القانون قانون المرسوم مرسوم المادة مادة الفصل فصل القرار قرار الظهير ظهير صفحة الصفحة الباب الساعة",
        r"ra9m|nemra|nmra|[9q]anoun",
    ),
    (Numeral("account"), "هاتف الهاتف تيليفون التيليفون تليفون واتساب البطاقة بطاقة بطاقتي الوطنية", r""),
    (Numeral("wish"), "شكر شكرا مبروك مرحبا تحية سلام مرة", r"[cs]h?ou?kra?n?|mabrou?k|merra"),
    (
        Numeral("person"),
        """شخص أشخاص شخصا ناس خدامة خدامات عامل عمال عاملة عاملات عاملا عاملين منصب مناصب منصبا بلاصة بلايص نفر أنفار
        عضو أعضاء عضوة عضوات صانع صناع صانعة صانعات حرفي حرفيين حرفيات امرأة مرا عيالات نساء رجال راجل موظف موظفين
        موظفا أجير أجراء وظيفة وظائف متعلم متعلمين شاب شباب بنت بنات معلم معلمين معلمات منخرط منخرطين منخرطات
        فرد أفراد مستخدم مستخدمين صنايعي صنايعية""",
        r"nas|kh[ae]?dd?ama|3omm?al|3amil|bla[yi]e?s|blass?a|rjal|3yalat|nsa|mra|sn[ae]?y?3[ei]?y?a|bnat|[cs]ho?khs|nfer|nafar",
    ),
    (
        Numeral("other_unit"),
        "يوم يوما أيام نهار سيمانة أسبوع أسابيع ساعة ساعات كيلو كيلومتر كلم متر هكتار طن قطعة قطع مرات",
        r"youm|yom|i?yam|nhar|simanat?|sa3a|kilo|marat",
    ),
    (
        Numeral("about"),
        """شي تقريبا حوالي نحو غير فقط بس عندي عندنا فيها فيه راه إيه نعم اه هو هي حنا كاين ب قريب يعني زعما غادي
        يكون تكون إن شاء الله كاملين معايا معانا لا ما ماعندي ماعندنا ماكاين ماكاينش معنديش ماعنديش""",
        r"chi|shi|t9r[ie]ban|ta9riban|[73h]awali|ghir|3a?ndi|3a?ndna|rah|iyeh|ah|b|fiha?|ma|(?:ma)?kayna?(?:ch)?|ma3ndi(?:ch)?|m3aya",
    ),
)

#: A meaning and its French spellings. No particle is ever joined to them.
FRENCH: Final[tuple[tuple[Numeral, str], ...]] = (
    *(
        (Numeral("ones", Decimal(value), french=True), words)
        for value, words in enumerate(("un une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"), 1)
    ),
    (Numeral("ten", Decimal(10), french=True), "dix"),
    *(
        (Numeral("teen", Decimal(value), french=True), word)
        for value, word in enumerate(["onze", "douze", "treize", "quatorze", "quinze", "seize"], 11)
    ),
    *(
        (Numeral("tens", Decimal(value), french=True), words)
        for value, words in (
            (20, "vingt vingts vint"),
            (30, "trente"),
            (40, "quarante"),
            (50, "cinquante"),
            (60, "soixante"),
            (70, "septante"),
            (80, "huitante octante"),
            (90, "nonante"),
        )
    ),
    *(
        (Numeral("round", Decimal(value), french=True), word)
        for value, word in (
            (10, "dizaine"),
            (12, "douzaine"),
            (15, "quinzaine"),
            (20, "vingtaine"),
            (30, "trentaine"),
            (40, "quarantaine"),
            (50, "cinquantaine"),
            (100, "centaine"),
        )
    ),
    (Numeral("hundred", Decimal(100), french=True), "cent cents"),
    (Numeral("scale", THOUSAND, french=True), "mille mil milles"),
    (Numeral("scale", MILLION, french=True), "million milion"),
    (Numeral("scale", MILLION, french=True, plural=True), "millions milions"),
    (Numeral("scale", MILLIARD, french=True), "milliard miliard"),
    (Numeral("scale", MILLIARD, french=True, plural=True), "milliards miliards mds"),
    (Numeral("half", HALF, french=True), "demi demie"),
    (Numeral("half", QUARTER, french=True), "quart"),
    (Numeral("half", THIRD, french=True), "tiers"),
    (Numeral("half", QUARTER, french=True, plural=True), "quarts"),
    (Numeral("none", french=True), "zéro aucun aucune"),
    (Numeral("and", french=True), "et"),
    (Numeral("of", french=True), "de des"),
    (Numeral("currency", CENTIME, french=True), "centime centimes"),
    (Numeral("year", Decimal(1), french=True), "an année"),
    (Numeral("year", Decimal(1), french=True, plural=True), "ans années"),
    (Numeral("month", Decimal(1), french=True), "mois"),
    (Numeral("up_to", french=True), "à au jusqu jusque"),
    (Numeral("between", french=True), "entre"),
    (Numeral("from", french=True), "depuis"),
    (Numeral("in", french=True), "en"),
    (Numeral("per", french=True), "par chaque combien"),
    (
        Numeral("began", french=True),
        "créé créée fondé fondée commencé débuté démarré ouvert ouverte existe lancé constituée immatriculée",
    ),
    (Numeral("minus", french=True), "moins minus"),
    (
        Numeral("month_name", french=True),
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    (
        Numeral("number_of", french=True),
        "n no num numéro loi décret arrêté article art page chapitre annexe ref dahir iso",
    ),
    (Numeral("account", french=True), "ice rc if rib cnss cin cnie patente tel gsm fax whatsapp code"),
    (Numeral("percent", french=True), "pourcent pourcents"),
    (Numeral("wish", french=True), "merci mercis bravo fois"),
    (
        Numeral("person", french=True),
        """personne personnes emploi emplois poste postes salarié salariés salariée salariées employé employés employée
        employées ouvrier ouvriers ouvrière ouvrières travailleur travailleurs membre membres artisan artisans artisane
        artisanes femme femmes homme hommes jeunes adhérent adhérents adhérente adhérentes apprenti apprentis gens""",
    ),
    (
        Numeral("other_unit", french=True),
        "jour jours semaine semaines heure heures kg kilos km m2 mètres hectares tonnes",
    ),
    (
        Numeral("about", french=True),
        """environ presque plus seul seule peu près j ai on nous il y c est seulement juste total tout hors taxe taxes
        ht ttc svp approx oui je pense""",
    ),
)
