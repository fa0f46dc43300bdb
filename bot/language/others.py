"""What a message tells of somebody else: the client, the supplier, the husband, the neighbour, the company that buys.

«شركة كبيرة كتشري من عندي» tells what the buyer is, «راجلي مقاول ذاتي» what the husband is; neither is a fact of whoever
writes. What must not break: only the words of another are blanked, from their noun up to the next word of one's own
(«وأنا …», «بغيت …», "et je …"), and what is asked for another («ولدي خياط، واش عندو الحق؟») is that other's own case.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.language.folding import folded, traced
from bot.language.hedges import opens_a_question


def _table(words: str) -> frozenset[str]:
    return frozenset(folded(words).split())


#: Who buys from somebody, sells to them or competes with them: never whose case it is.
_TRADING: Final = _table(
    "كليان الكليان كليانات الكليانات زبون الزبون زبونة زبناء الزبناء زبائن الزبائن زبناؤنا زبنائي زبوني مشتري "
    "المشتري شاري الشاري شراي الشراي مورد المورد موردين الموردين فورنيسور الفورنيسور فورنيسورات منافس المنافس "
    "منافسين المنافسين وسيط الوسيط سمسار السمسار klian lklian client clients cliente clientes lclient zboun "
    "zbon lzboun zobana mochtari acheteur acheteurs acheteuse fournisseur fournisseurs fournisseuse "
    "lfournisseur concurrent concurrents concurrente intermédiaire intermédiaires"
)
#: The same as somebody one sells to: «للزبناء».
_TRADING_TO: Final = frozenset("ل" + (word.removeprefix("ا") if word.startswith("ال") else word) for word in _TRADING)
#: Family and neighbours, as nobody calls whom they speak to.
_KIN: Final = _table(
    "راجلي زوجي مراتي زوجتي والدي والدتي الواليد الواليدة بابا باباه جاري جارتي جارنا جارتنا جيراني جيراننا "
    "صديقي صديقتي زميلي زميلتي صاحبتي rajli rajeli zawji mrati zawjti lwalid lwalida baba jari jarti jarna "
    "jartna jirani sa7bti sahbti mari époux épouse frère frères soeur soeurs fils père mère voisin voisins "
    "voisine voisines cousin cousine copain copine beau-frère"
)
#: Those by which people call whom they speak to as well: it is they who are told of where what they do follows.
_CALLED: Final = _table(
    "خويا خوتي ختي أختي أخي ولدي بنتي صاحبي صحابي عمي خالي khoya khouya khti okhti weldi benti sa7bi sahbi "
    "3ammi femme fille ami amie amis"
)
#: What follows it there: of him or her, and French that it is mine stands before it.
_OF_ANOTHER: Final = _table(
    "عندو عندها عندهم كيخدم كتخدم كيدير كتدير كيصاوب كتصاوب كيبيع كتبيع كيصدر كتصدر هو هي بغا بغى بغات باغي "
    "باغية خاصو خاصها ساكن ساكنة داير دايرة فاتح فاتحة خدام خدامة 3ndo 3ndou 3andou 3ndha 3andha kaykhdem "
    "katkhdem kaydir katdir kaysawb kaybi3 katbi3 kaysder bgha bghat baghi baghya khasso khassha howa hiya"
)
_MINE: Final = _table("ma mon mes une notre nos un")
#: Whom one works with is no other, and whose something is may be one's own: «كنخدم مع راجلي فالفخار».
_WITH: Final = _table("مع معا م3a m3a avec et و w o")
#: What stands between a thing and whose it is: «التعاونية ديال جارتي».
_OF: Final = _table("ديال د dial dyal d de du des")
#: Words that say of an enterprise what it is, or what kind of house it is, where it is whom one sells to.
_HOUSES: Final = _table(
    "شركة الشركة شركات الشركات لشركة للشركة لشركات للشركات تعاونية لتعاونية للتعاونية جمعية لجمعية للجمعية "
    "مقاولة لمقاولة للمقاولة مقاولات فندق لفندق للفندق أوطيل لوطيل محل لمحل حانوت بازار البازار لبازار للبازار "
    "البزار بزار لبزار للبزار البازارات بازارات متجر مغازة تاجر لتاجر للتاجر charika lcharika cherika lbazar "
    "societe société sociétés societes entreprise "
    "entreprises sarl coopérative cooperative association ta3awniya hotel hôtel hôtels magasin magasins "
    "boutique bazar bazaar grossiste grossistes marque marchand marchands commerçant commerçants"
)
#: What one does for a house of another, and what leads to that house.
_SELLING: Final = _table(
    "كنبيع كنبيعو نبيع نبيعو بعت بعنا كنصاوب كنصاوبو كنسلم كنسلمو كنورد كنوردو كنزود كنشري كنشريو شريت شرينا "
    "كنتعامل كنتعاملو كنخيط كنخيطو كنخدم كنخدمو kanbi3 kanbi3o kanbi3ou nbi3 nbi3o bi3t be3na kansaweb "
    "kansawb kanchri kanchriw kankhdem kankhdmo kanssewb vends vend vendons vendre fournis fournissons "
    "fournit livre livrons achète achetons travaille travaillons produis produisons fabrique fabriquons sous- "
    "traite couds"
)
_TO: Final = _table("ل لواحد لشي لبعض عند من l lwahed lchi 3nd mn à a au aux chez pour auprès")
_NEAR_TO: Final = _TO | _table("واحد شي بعض un une des d la le les cette grande grand petite petit plusieurs wahed chi")
#: Between what one does and the house, in words: «كنبيع الزرابي ديالي لواحد الشركة».
_REACH: Final = 6
#: Who buys, and from whom: me.
_BUYING: Final = _table(
    "كتشري كيشري كيشريو كتشريو شرات شرا شراو تشري يشري يشريو كتاخد كياخد كياخدو خدات خدا خداو طلبات طلب طلبو "
    "كتطلب كيطلب كيطلبو katchri kaychri kaychriw katchriw chrat chra chraw tchri ychri ychriw katakhod "
    "kayakhod kayakhdo khdat talbat talbo kattleb kaytelbo"
)
_FROM_ME: Final = _table(
    "مني منا مننا ليا لينا عندي عندنا عليا علينا mni menni mnna menna mena liya lia lina 3ndi 3ndna"
)
_TO_ME: Final = _table("m nous me")
_BUYS: Final = _table(
    "achète achètent acheter acheté achetait commande commandent commander commandé commandait prend prennent "
    "demande demandent demandé vend vendent"
)
#: What somebody says of themselves, which ends what is told of another.
_OWN: Final = _table(
    "أنا حنا احنا نحن راني راحنا عندي عندنا بغيت بغينا خاصني خاصنا كنت كنا درت درنا شريت شرينا بديت بدينا "
    "نقدر نقدرو ana hna 7na rani 3ndi 3andi 3ndna 3andna bghit bghina khassni khasni khassna kont kna dert "
    "drna bdit bdina n9der je j nous on moi suis sommes"
)
_HABITS: Final = ("كن", "kan")
_LEAST_LETTERS: Final = 5
#: What begins another clause.
_PARTING: Final = _table("ولكن لكن حيت حيتاش واش هل walakin 7it wach wash mais car puis")
_AND: Final = "و"
_SIGNS: Final = frozenset("،,;؛:!؟?\n.")
#: What is wished or asked for another, and for oneself.
_FOR_ANOTHER: Final = _table(
    "يستافد تستافد يستفيد تستفيد بغا بغى بغات باغي باغية يقدر تقدر خاصو خاصها يتسجل تتسجل يولي تولي يصدر يبيع "
    "يفتح يكبر الحق حق bgha bghat y9der t9der ystafed tstafed khasso khassha ywelli yweli l7e9 veut peut "
    "voudrait pourrait souhaite droit"
)
_FOR_ONESELF: Final = _table(
    "عندي عندنا نستافد نستافدو نستفيد بغيت بغينا نقدر نقدرو خاصني خاصنا نتسجل مني منا عليا 3ndi 3ndna n9der "
    "nstafed bghit bghina khassni je j nous on puis suis m me moi"
)


def of_oneself(text: str) -> str:
    """Return `text` with what it tells of somebody else blanked, each letter left where it stands.

    So is what a question asks to choose from: «واش البطاقة ولا المقاول الذاتي» says of nobody what they are.
    """
    spans = (*_others(text), *_alternatives(text))
    if not spans:
        return text
    hidden = {at for start, end in spans for at in range(start, end)}
    # Signs stay: they part the clauses of what is one's own.
    return "".join(" " if at in hidden and letter not in _SIGNS else letter for at, letter in enumerate(text))


_OR: Final = frozenset(map(folded, ("ولا", "أو", "أم", "wla", "wela", "wlla", "ou")))
#: Words on each side of an "or" that are the alternatives.
_ALTERNATIVE: Final = 2


def _alternatives(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words on both sides of an "or" stand in a question."""
    if not opens_a_question(text):
        return
    plain, origins = traced(text)
    found = list(re.finditer(r"\S+", plain))
    for place in (at for at, one in enumerate(found) if one[0] in _OR):
        for one in found[max(1, place - _ALTERNATIVE) : place + _ALTERNATIVE + 1]:
            yield origins[one.start()], origins[one.end() - 1] + 1


@lru_cache(maxsize=64)
def _others(text: str) -> tuple[tuple[int, int], ...]:
    """Return where in a message somebody else is told of."""
    plain, origins = traced(text)
    words = plain.split()
    if _REACHED.isdisjoint(words) and not any(word.removeprefix(_AND) in _REACHED for word in words):
        return ()
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word) + 1

    def span(first: int, behind: int) -> tuple[int, int]:
        return origins[starts[first]], origins[starts[behind]] if behind < len(words) else len(text)

    breaks = {
        place
        for place in range(1, len(words))
        if words[place] in _PARTING or not _SIGNS.isdisjoint(text[origins[starts[place] - 2] : origins[starts[place]]])
    }
    bare = [word.removeprefix(_AND) if len(word) > _LEAST_LETTERS - 2 else word for word in words]
    clauses = [0, *sorted(breaks), len(words)]
    found: list[tuple[int, int]] = []
    for first, behind in pairwise(clauses):
        found += [(first + one, first + other) for one, other in _told_of(bare[first:behind], _asks_for_another(bare))]
    return tuple(span(one, other) for one, other in found if one < other)


def _asks_for_another(words: Sequence[str]) -> bool:
    return not _FOR_ANOTHER.isdisjoint(words) and _FOR_ONESELF.isdisjoint(words)


def _told_of(words: Sequence[str], is_for_them: bool) -> Iterator[tuple[int, int]]:
    """Yield from which word to which one a clause tells of somebody else."""
    for at, word in enumerate(words):
        before, behind = words[:at], words[at + 1 :]
        buys_from_me = word in _BUYING and not _FROM_ME.isdisjoint(behind[:2])
        if buys_from_me or (word in _TO_ME and not _BUYS.isdisjoint(behind[:2])):
            yield _house_before(before), at
        elif _is_another(word, before, behind) and not (is_for_them and word not in _TRADING):
            # «التعاونية ديال جارتي»: what is theirs stands before them too.
            is_theirs = not _OF.isdisjoint(before[-2:]) and _own_before(before) == 0
            yield (0 if is_theirs else at), at + 1 + _until_own(behind)
        elif (word in _HOUSES or word in _TRADING_TO) and _is_sold_to(before, word):
            # What it was sold for is one's own.
            yield at, at + 1 + min(_until_own(behind), _until_a_number(behind))


def _is_another(word: str, before: Sequence[str], behind: Sequence[str]) -> bool:
    if before and before[-1] in _WITH:
        return False
    if word in _CALLED:
        is_mine = bool(before) and before[-1] in _MINE and word.isascii()
        return is_mine or (bool(behind) and behind[0] in _OF_ANOTHER)
    return word in _TRADING or word in _KIN


def _is_sold_to(before: Sequence[str], word: str) -> bool:
    """Tell whether a house is whom one sells to or buys from, by the words before it."""
    near = before[-_REACH:]
    if _SELLING.isdisjoint(near):
        return False
    is_grown = word.startswith("ل")
    return is_grown or (bool(before) and before[-1] in _NEAR_TO and not _TO.isdisjoint(near))


def _house_before(words: Sequence[str]) -> int:
    """Return where the house stands that does what is said next: «شركة من فرنسا بغات تشري»; behind all if none does."""
    own = max(_own_before(words), len(words) - _REACH)
    return next((at for at in range(len(words) - 1, own - 1, -1) if words[at] in _HOUSES), len(words))


def _own_before(words: Sequence[str]) -> int:
    """Return behind which word the last one of one's own stands; 0 where there is none."""
    return max((at + 1 for at, word in enumerate(words) if _is_own(word)), default=0)


def _until_own(words: Sequence[str]) -> int:
    """Return how many words stand before the next one of one's own; «كتشري مني» ends there too."""
    return next((at for at, word in enumerate(words) if _is_own(word) or word in _FROM_ME | _TO_ME), len(words))


def _until_a_number(words: Sequence[str]) -> int:
    """Return how many words stand before the next number and the letter that leads to it: «ب 300 ألف»."""
    at = next((at for at, word in enumerate(words) if word[0].isdecimal()), len(words))
    return at - 1 if 0 < at < len(words) and len(words[at - 1]) == 1 else at


def _is_own(word: str) -> bool:
    return word in _OWN or (len(word) >= _LEAST_LETTERS and word.startswith(_HABITS))


#: One of these must stand in a message that tells of another.
_REACHED: Final = _TRADING | _TRADING_TO | _KIN | _CALLED | _BUYING | _BUYS | _HOUSES


_HABIT: Final = re.compile(r"(?:كن[^\W\d_]{3,}|kan[a-z0-9]{4,})(?!\S)")


def tells_a_habit(plain: str) -> bool:
    """Return whether folded words begin with what somebody does: «كنصيفطو شوية لفرنسا»."""
    return _HABIT.match(plain) is not None
