"""What in a text leads back to a person, and the same text without it.

Looked for in the text as it is read, whatever signs it is written with: digits of any script, full-width and circled
ones, letters that nobody sees between them. What must not break: a sum, a year, a day, a customs code or an age is no
person, and a text without any of these shapes comes back as it is. Everything here is linear in the length of a text.

Two depths: `masked` is for whatever staff see, `without_secrets` for whatever is kept at all. What only identifies
(a card's number, a bank account) helps nobody to answer, so it is not even taken in.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from bot.language.figures import numeral
from bot.language.folding import folded

#: What stands for what led to a person.
MASK: Final = "…"
#: What stands for a number of a card or an account that was not taken in; people see it in their own messages.
UNTAKEN: Final = "▮▮▮▮"

#: Longest question kept for staff, in characters, and how many are read before it is cut: no number is as long.
_KEPT: Final = 300
_MASKED: Final = _KEPT + 100

#: Signs between the digits of one number: blanks, points, dashes, slashes, brackets; at most three.
_GAP: Final = r"(?:[^\w\n]|_){0,3}"
#: At least eight digits of one number, or of several that stand too near to be told apart.
_RUN: Final = re.compile(rf"[+(]{{0,2}}\d(?:{_GAP}\d){{7,}}")
#: A nought in words: a number told digit by digit, or pair by pair, begins with one, and no sum does.
_NOUGHT: Final = re.compile(r"(?<!\w)(?:و?صفر|زيرو|z[eé]ro|[sc]ifr|sefr|sfer)(?!\w)", re.IGNORECASE)
_SPOKEN_WORD: Final = re.compile(r"(?:[^\w\n]|_){0,3}([^\W_]+)")
#: How many digits a word of such a number stands for, by what it is.
_DIGITS_OF: Final = {"none": 1, "ones": 1, "short": 1, "ten": 2, "teen": 2, "tens": 2, "hundred": 2, "and": 0}
#: Fewest digits of a telephone number that is told in words, as of one in figures.
_LEAST_DIGITS: Final = 8
#: What a sum is counted in; it may stand right behind a run of digits.
_MONEY: Final = re.compile(
    r"\s*(?:dirhams?|dhs?|mad|درهم|دراهم|الدرهم|ريال|ريالات|سنتيم|سنتيمات|اورو|يورو|euros?|eur|€|\$|دولار|dollars?"
    r"|usd|مليون|ملايين|الف|آلاف|ألف|millions?|mille|centimes?|قطعة|قطع|pi[eè]ces?|كيلو|kg|متر|m2|%)(?!\w)",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"(?:(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d)(?!\d)")
_HOUR: Final = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?!\d)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?!\d)")
#: A number as sums are written: in groups of three, or round, with decimals; never with a nought before it.
_SUM: Final = re.compile(
    r"(?:[1-9]\d{0,2}(?:[ .,\u00a0'_](?=\d{3}(?!\d))\d{3}){1,5}(?:[.,]\d\d?)?|[1-9]\d*000(?:[.,]\d\d?)?"
    r"|(?:0|[1-9]\d{0,4})(?:[.,]\d{1,3})?)(?!\d)"
)
_GAPS: Final = re.compile(r"(?:[^\w\n]|_){1,3}")
#: What stands between the numbers of a list; a blank alone stands between the parts of one number.
_BETWEEN_NUMBERS: Final = re.compile(r"[,،;:/|–—-]|\s-\s")
#: A telephone number without its nought, in groups of three as a sum would be: only its first digit tells.
_BARE_PHONE: Final = re.compile(r"[5-7]\d\d[ .\u00a0-]?\d{3}[ .\u00a0-]?\d{3}(?!\d)")

_CUE: Final = (
    r"(?:n[°ºo]\.?|num[eé]ro|num|nr|رقمها|رقمو|رقم|نمرة|nimero|ra9m|ra9em|dyali|ديالي|هو|هي|est|is|le|:|=|#|-|\s)"
)
#: A number that follows what it is a number of.
_REGISTERED: Final = re.compile(
    r"(?<!\w)(?:(?:السجل|سجل)\s+التجاري|سجل\s+الحرف(?:يين)?|س\.\s?ت\.?|التعريف\s+(?:الجبائي|الموحد)|الرقم\s+الموحد|الضمان\s+الاجتماعي"
    r"|البطاق[ةه]\s+(?:الوطنية|المهنية|الرمادية)|بطاق[ةه]\s+(?:التعريف|الصانع)|لاكارط|لاكارت|جواز\s+السفر|الباسبور|باسبور"
    r"|الحساب\s+البنكي|حسابي|الباتانتا|باتانتا|ضريبة\s+المهن[ةه]"
    r"|registre\s+(?:de\s+|du\s+)?commerce|r\.?c\.?|i\.?c\.?e\.?|i\.?f\.?|cnss|amo|ramed|patente|taxe\s+professionnelle"
    r"|identifiant\s+fiscal|cnie|c\.?i\.?n\.?|carte\s+(?:nationale|d['’]identit[eé]|professionnelle|bancaire)|la\s*carte"
    r"|lacarte|lakart[ae]?|passe?port(?:e)?|permis(?:\s+de\s+conduire)?|rib|iban|swift|compte(?:\s+bancaire)?|rna)"
    rf"(?!\w){_CUE}{{0,6}}((?:[a-z]{{1,3}}[ /.-]?)?\d(?:[ /.-]{{0,2}}\d){{2,30}})",
    re.IGNORECASE,
)
#: The day somebody was born on, where it is said that it is one.
_BORN: Final = re.compile(
    r"(?<!\w)(?:n[ée]e?\s+le|date\s+de\s+naissance|تاريخ\s+(?:الازدياد|الإزدياد|ازديادي|الميلاد|ميلادي)"
    r"|مزداد[ةه]?|ازددت|تزادت|تزاديت|tzadit|mzyad|mezyada?)(?!\w)(?:\s*[:=]|\s+(?:في|ف|يوم|بتاريخ|nhar|le|f))*\s*"
    r"(\d{1,2}[/. -]\d{1,2}[/. -](?:19|20)?\d\d)(?!\d)",
    re.IGNORECASE,
)
#: One or two letters and five to seven digits: an identity card; a passport has two and seven.
_CARD: Final = re.compile(r"(?<![\w])([a-z]{1,2})[ ./-]?(\d{5,7})(?![\d%])", re.IGNORECASE)
#: The same with its letters or digits apart, in either script: two letters alone stand before nothing else.
_CARD_APART: Final = re.compile(
    r"(?<!\w)(?:[a-z][ ./-]{1,2}[a-z][ ./-]{0,2}\d(?:[ ./-]?\d){4,6}"
    r"|[ء-ي][ ./-]{1,2}[ء-ي][ ./-]{0,2}\d(?:[ ./-]?\d){4,6}"
    r"|[a-z]{2}[ ./-]\d{3}[ ./-]\d{3})(?![\d%])",
    re.IGNORECASE,
)
#: Letters that Darija glues before a sum: b 50000, f 20000, l 15000.
_GLUED: Final = frozenset("bfldwkhaàymt")
#: Words of two letters before a sum: CA 800000 is a turnover.
_BEFORE_SUMS: Final = frozenset(
    {"ca", "de", "le", "la", "du", "fi", "li", "ou", "et", "un", "dh", "hs", "kg", "cm", "mm"}
)
#: An account or a bank card: so many digits are no sum of anybody's.
_ACCOUNT: Final = re.compile(r"(?<!\w)(?:[A-Za-z]{2}[ -]?)?\d(?:[ \u00a0.-]{0,3}\d){13,33}(?!\d)")
_SECRET_CUE: Final = re.compile(
    r"(?<!\w)(?:cnie|c\.?i\.?n\.?|carte\s+(?:nationale|d['’]identit[eé]|bancaire)|la\s*carte\s+nationale|lakart[ae]?|rib|iban"
    r"|passe?port(?:e)?|compte(?:\s+bancaire)?|البطاق[ةه]\s+الوطنية|بطاق[ةه]\s+التعريف|لاكارط|لاكارت|جواز\s+السفر|الباسبور"
    rf"|باسبور|الحساب\s+البنكي)(?!\w){_CUE}{{0,6}}((?:[a-z]{{1,3}}[ /.-]?)?\d(?:[ /.-]{{0,2}}\d){{3,30}})",
    re.IGNORECASE,
)

_AT: Final = (
    r"(?:@|[(\[{]\s?(?:at|a|arobase?|arobaz)\s?[)\]}]"
    r"|\barobase\b|\barobas\b|\baroba?z\b|\bat\b|أروباز|اروباز|أروباس|اروباس|آروباز|ات|آت)"
)
_DOT: Final = r"(?:\.|\bpoint\b|\bdot\b|\(dot\)|\[dot\]|نقطة|نقطه|بوان)"
_MAILS: Final = (
    r"(?:gmail|g\s?mail|hotmail|outlook|yahoo|live|icloud|menara|proton(?:mail)?"
    r"|جيميل|جيمايل|جي\s?ميل|هوتميل|ياهو|اوتلوك|أوتلوك)"
)
_MAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+|(?<![^\s@,;،؛])[^\s@,;،؛]*@[^\s,;،؛]*[^\s,;،؛.؟?!)]"
    rf"|(?<![\w.+-])[\w.+-]+\s*{_AT}\s*(?:[\w-]+|{_MAILS})\s*{_DOT}\s*(?:[a-z]{{2,6}}|كوم|ما|فر)(?!\w)"
    rf"|(?<![\w.+-])[\w.+-]+\s+(?:{_AT}|chez|3nd|عند)\s+{_MAILS}(?:\s*{_DOT}\s*(?:[a-z]{{2,6}}|كوم|ما|فر))?(?!\w)",
    re.IGNORECASE,
)
_PROFILE: Final = re.compile(
    r"(?:https?://)?(?:[\w-]{1,20}\.)?(?:facebook|fb|instagram|tiktok|linkedin|twitter|youtube|youtu|snapchat|pinterest|telegram"
    r"|threads|messenger|wa|t|m|x)\.(?:com|me|be|net)/[^\s،؛]*[^\s،؛.؟?!)]"
    r"|(?<!\w)(?:insta(?:gram)?|snap(?:chat)?|telegram|tiktok|facebook|fb|انستغرام|انستا|الانستا|سناب|فيسبوك|الفيسبوك|تيليغرام|تيكتوك"
    r"|skype|linkedin)(?:\s+(?:dyali|ديالي|mon|est|هو))?\s*(?:[:=]\s*[^\s،؛]*[^\s،؛.؟?!)]"
    r"|\s(?=[a-z][\w.]*[._\d])[\w.]{3,}(?<!\.))",
    re.IGNORECASE,
)
#: Words after which somebody tells how they are called, and what may stand between.
_CALLED: Final = re.compile(
    r"(?<!\w)(?:سميتي|سميتى|إسمي|اسمي|أسمي|كنيتي|كيسميوني|كيعيطو\s+ليا|تنسمى|كنسمى"
    r"|(?:j[e']?\s?)?m['’ ]?appel+e?|je\s+m\s+appelle|سميت\s+(?:راجلي|مراتي|ولدي|بنتي|ختي|خويا|الوالد|الوالدة)"
    r"|je\s+me\s+(?:pr[eé])?nomme|(?:nom|pr[eé]nom)s?(?:\s+et\s+(?:pr[eé])?noms?)?(?=\s*:)|ال[اإ]سم(?:\s+الكامل)?(?=\s*:)"
    r"|(?:أنا|انا|معاكم?)\s+(?:السيد[ةه]?|لال[ةه]|الحاج[ةه]?)"
    r"|je\s+suis\s+(?:mr|mme|m\.|monsieur|madame)|mon\s+(?:nom|pr[eé]nom)(?:\s+complet)?\s*(?:est|c['’]est|:)"
    r"|(?:ana\s+)?(?:smiti|smiyti|smyti|smiyte|smity|ismi|esmi)|my\s+name\s+is|kan?tsemma|kansemma)(?!\w)"
    r"(?:\s*[:،,]|\s+(?:الكامل|الشخصي|العائلي|هو|هي|est|is|hiya|howa|huwa))*\s*",
    re.IGNORECASE,
)
_NAME_WORD: Final = re.compile(r"\d{0,2}[^\W\d_][^\W_]*(?:['’-][^\W\d_][^\W_]*)*")
#: Most words of a name.
_NAME_LENGTH: Final = 4
#: Words that no name goes on with, and with which another thing begins.
_NO_NAME: Final = frozenset(
    """
    و او أو من في ف على عند عندي عندنا بغيت بغينا كنخدم كندير كنصدر خدام خدامة ساكن ساكنة أنا انا حنا
    صانع صانعة حرفي حرفية واش كيفاش شحال فين علاش وقتاش أريد ممكن أسكن اسكن أعمل اعمل تعاونية مقاولة
    شركة رئيس رئيسة مسير مسيرة معلم معلمة نساج نساجة التجاري تجاري جيت كنت غادي محتاج محتاجة باش لي اللي
    الله هنا هاد هادي مكاينش ماشي ديال et de du d à a au en je j ai suis habite artisan artisane
    artisans gérant gérante président présidente la le les mon ma commercial depuis pour qui que est
    nous notre voilà bonjour w u o wa men mn mine min fi f fel 3andi 3ndi 3endi bghit bghina khdam
    khddam khdama khddama saken sakna kankhdem kandir ana 7na hna wach kifach ch7al fin 3lach dyal bach
    li lli from and the my 3la 3lach 7it hit 9bel ba9i daba kan kont prenom prénom nom
    """.split()
)
#: What a name may open with though elsewhere it would be another word.
_NAME_JOINTS: Final = frozenset({"de", "le", "la", "du"})


@lru_cache(maxsize=8)
def masked(text: str) -> str:
    """Return a text without what leads back to a person, `MASK` in its place."""
    if text.isspace() or not text:
        return text
    seen = _Seen(text)
    return seen.without(_spans(seen.plain), MASK)


def kept_for_staff(text: str) -> str:
    """Return the beginning of a question, masked; empty when it holds nothing else than what is masked."""
    kept = masked(text[:_MASKED])[:_KEPT]
    return kept if folded(kept) else ""


def without_secrets(text: str) -> str:
    """Return a text without numbers of identity cards, passports, bank cards and accounts, `UNTAKEN` in their place.

    Sooner one too few than one too many: nobody has said yet what the text is about, and a sum must be understood.
    """
    if not _HAS_DIGITS.search(text):
        return text
    seen = _Seen(text)
    return seen.without(_secret_spans(seen.plain), UNTAKEN)


#: Digits of any script, and those that are raised, lowered or circled.
_HAS_DIGITS: Final = re.compile(r"[\d\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]")
Spans = Iterable[tuple[int, int]]


class _Seen:
    """A text as it is read: compatible signs brought to plain ones, unseen ones left out, each with its place."""

    def __init__(self, text: str) -> None:
        self._text = text
        if text.isascii():
            self.plain = text
            self._places: list[int] | range = range(len(text))
            return
        signs: list[str] = []
        places: list[int] = []
        for place, sign in enumerate(text):
            for plain in _PLAIN.get(sign) or _plain(sign):
                signs.append(plain)
                places.append(place)
        self.plain = "".join(signs)
        self._places = places

    def without(self, spans: Spans, mask: str) -> str:
        """Return the text with a mask for each span; spans that touch are one."""
        parts: list[str] = []
        end = 0
        for first, last in _joined(spans):
            begin, stop = self._places[first], self._places[last - 1] + 1
            if begin < end:
                continue
            # What nobody sees behind the last digit belongs to it.
            while stop < len(self._text) and not _plain(self._text[stop]):
                stop += 1
            parts += (self._text[end:begin], mask)
            end = stop
        return "".join((*parts, self._text[end:]))


_PLAIN: Final[dict[str, str]] = {}


#: Dashes that stand within a number as a hyphen does: a longer one stands between two.
_DASHES: Final = frozenset("\u2010\u2012\u2212")


def _plain(sign: str) -> str:
    """Return what a sign is read as; nothing for one that nobody sees."""
    if (known := _PLAIN.get(sign)) is not None:
        return known
    plain = ""
    # A ligature of eighteen letters is no digit: its first ones say that it is a word.
    for part in unicodedata.normalize("NFKC", sign)[:4]:
        digit = unicodedata.digit(part, None)
        if digit is not None:
            plain += str(digit)
        elif part in _DASHES:
            plain += "-"
        elif (part != "ـ" and unicodedata.category(part) not in {"Cf", "Mn", "Me", "Cc"} | {"Cn"}) or part == "\n":
            plain += part
    if len(_PLAIN) < 20_000:
        _PLAIN[sign] = plain
    return plain


def _joined(spans: Spans) -> Iterator[tuple[int, int]]:
    begin, end = -1, -1
    for first, last in sorted(spans):
        if first <= end:
            end = max(end, last)
            continue
        if begin >= 0:
            yield begin, end
        begin, end = first, last
    if begin >= 0:
        yield begin, end


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    for found in _MAIL.finditer(plain):
        yield found.span()
    for found in _PROFILE.finditer(plain):
        yield found.span()
    for found in _REGISTERED.finditer(plain):
        yield found.span(1)
    for found in _BORN.finditer(plain):
        yield found.span(1)
    for found in _ACCOUNT.finditer(plain):
        if not _is_ordinary(found[0], plain, found.end()):
            yield found.span()
    yield from _cards(plain)
    yield from _numbers(plain)
    yield from _numbers_in_words(plain)
    yield from _names(plain)


def _secret_spans(plain: str) -> Iterator[tuple[int, int]]:
    for found in _SECRET_CUE.finditer(plain):
        yield found.span(1)
    for found in _ACCOUNT.finditer(plain):
        if not _is_ordinary(found[0], plain, found.end()):
            yield found.span()
    yield from _cards(plain)


def _cards(plain: str) -> Iterator[tuple[int, int]]:
    """Yield numbers of identity cards and passports: letters and digits that are no sum with a word glued to it."""
    for found in _CARD.finditer(plain):
        letters, digits = found[1].lower(), found[2]
        is_round = digits.endswith("00")
        if _MONEY.match(plain, found.end()) or (is_round and (set(letters) <= _GLUED or letters in _BEFORE_SUMS)):
            continue
        if letters in {"dh", "rc", "if", "kg", "cm", "mm", "hs", "sh", "bp", "cp"}:
            continue
        yield found.span()
    for found in _CARD_APART.finditer(plain):
        if not (_MONEY.match(plain, found.end()) or found[0].endswith("00") or found[0][:2].lower() in _BEFORE_SUMS):
            yield found.span()


def _numbers(plain: str) -> Iterator[tuple[int, int]]:
    for found in _RUN.finditer(plain):
        if not _is_ordinary(found[0], plain, found.end()):
            yield found.span()


def _numbers_in_words(plain: str) -> Iterator[tuple[int, int]]:
    """Yield telephone numbers in words: «صفر ستة ستة …», "zéro six soixante et un …", figures among them or not."""
    end = 0
    for nought in _NOUGHT.finditer(plain):
        if nought.start() < end:
            continue
        digits, end = 1, nought.end()
        while (word := _SPOKEN_WORD.match(plain, end)) is not None:
            told = len(word[1]) if word[1].isdecimal() else _digits_in(word[1])
            if told is None:
                break
            digits, end = digits + told, word.end()
        if digits >= _LEAST_DIGITS:
            yield nought.start(), end


def _digits_in(word: str) -> int | None:
    """Return how many digits a word of a number stands for; None where it is none."""
    return 1 if _NOUGHT.fullmatch(word) else _DIGITS_OF.get(numeral(folded(word)).kind)


def _is_ordinary(run: str, plain: str, end: int) -> bool:
    """Return whether digits that stand together are sums, years, days and counts, one after the other."""
    if run.startswith(("+", "(")):
        return False
    has_unit = _MONEY.match(plain, end) is not None
    place = 0
    while True:
        bare = _BARE_PHONE.match(run, place)
        if bare and not has_unit:
            return False
        found = _DAY.match(run, place) or _HOUR.match(run, place) or _YEAR.match(run, place) or _SUM.match(run, place)
        if found is None:
            return False
        place = found.end()
        if place == len(run):
            return True
        gap = _GAPS.match(run, place)
        if gap is None or not _separates(gap[0], found[0]):
            return False
        place = gap.end()


def _separates(gap: str, before: str) -> bool:
    """Return whether another number begins behind a gap: a dash or a point alone stands within one as well."""
    if _YEAR.fullmatch(before) or _DAY.fullmatch(before) or _HOUR.fullmatch(before):
        return True
    if gap.isspace():
        return False
    if len(before) > 4:
        return True
    return len(gap) > 1 and _BETWEEN_NUMBERS.search(gap) is not None and "." not in gap


def _names(plain: str) -> Iterator[tuple[int, int]]:
    for called in _CALLED.finditer(plain):
        begin = place = end = called.end()
        for number in range(_NAME_LENGTH):
            word = _NAME_WORD.match(plain, place)
            if word is None or _ends_a_name(word[0].casefold(), number):
                break
            end = word.end()
            blank = re.compile(r"[ \t]{1,3}").match(plain, end)
            if blank is None:
                break
            place = blank.end()
        if end > begin:
            yield begin, end


def _ends_a_name(word: str, number: int) -> bool:
    if word in _NO_NAME:
        return number == 0 or word not in _NAME_JOINTS
    # «وعندي» goes on with another thing, «وليد» is a name: only as the first word is it one.
    return number > 0 and word.startswith("و") and len(word) > 3
