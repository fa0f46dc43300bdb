"""The questions that one message holds, each with what is told before it; what is told alone is none."""

import re
from typing import Final

from bot.language.folding import folded
from bot.language.hedges import WHETHER
from bot.language.negation import is_denial

#: Words that ask; behind an "and" or a sign they open another question.
_ASKING: Final = frozenset(
    folded(word)
    for word in (
        "واش هل شنو شنوا أشنو آش آشنو شكون فين منين كيفاش علاش شحال بشحال وقتاش فوقاش ايمتا إمتى كم كيف أين متى لماذا"
        " ما أي wach wash chno chnou chnowa achno ach fin mnin kifach kifash 3lach ch7al chhal bch7al wa9tach imta"
        " fo9ach chkon chkoun combien où comment quand pourquoi qui quel quelle quels quelles est faut puis peut dois"
        " quoi y c ya cmt cb"
    ).split()
)
#: Of them, those that ask only with the word behind them: «ما هي», "est-ce", "faut-il", "y a", "c'est quoi".
_ASKING_WITH: Final = {
    folded(first): frozenset(map(folded, behind))
    for first, behind in {
        "ما": ("هو", "هي", "هما", "الوثائق", "الأوراق", "الشروط", "المبلغ"),
        "est": ("ce",),
        "faut": ("il",),
        "puis": ("je",),
        "peut": ("on",),
        "dois": ("je",),
        "y": ("a",),
        "ya": ("un", "une", "des", "il", "t"),
    }.items()
}
_WHERE: Final = "où"
_WHERE_FOLDED: Final = folded(_WHERE)
_ANDS: Final = frozenset({"و", "o", "w", "wa", "ou", "et", "puis", "ثم"})
#: "1)", "2-" number the questions of a list: each begins another, whatever its first word.
_NUMBER: Final = r"(?<!\S)[0-9٠-٩]{1,2}\s?[).:/°–-](?=\s|[^\W\d])"
_SIGNS: Final = re.compile(rf"([؟?]|{_NUMBER})|[،,;؛:!\n]|\.(?=\s|$)")
_ENDS: Final = frozenset("؟?")
#: Numbers from which on they number a list.
_LEAST_NUMBERED: Final = 2


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a message, folded, each with what is told before it; one alone is the whole message.

    «شنو هو الدعم وشحال كيعطيو وفين نحط الملف؟» are three. What is told before the first belongs to it.
    """
    asked: list[list[str]] = [[]]
    is_list, is_ended = is_numbered(text), False
    for at, piece in enumerate(_SIGNS.split(text)):
        if piece is None or at % 2:
            if is_list and piece and piece[0].isdecimal() and asked[-1]:
                asked.append([])
            is_ended = piece is not None and piece in _ENDS
            continue
        words, opens = folded(piece).split(), True
        if is_ended and _is_asked(asked[-1]) and _is_asked(words):
            # «… كاين؟ والقافلة فوقاش؟»: behind a sign of asking what is asked may stand before the word that asks.
            asked.append([])
        for place, word in enumerate(words):
            grown = word not in _ASKING and word.startswith("و") and _asks(word[1:], words[place + 1 :])
            is_next = grown or (_asks(word, words[place + 1 :]) and (opens or words[place - 1] in _ANDS))
            if is_next and _is_asked(asked[-1]):
                asked[-1] = asked[-1][:-1] if asked[-1][-1] in _ANDS else asked[-1]
                asked.append([])
            opens = opens and word in _ANDS
            asked[-1].append(word[1:] if grown else word)
    return tuple(" ".join(word for word in words) for words in asked if words)


def is_numbered(text: str) -> bool:
    """Return whether a message is a list whose parts are numbered: "1- … 2- …"."""
    return len(re.findall(_NUMBER, text)) >= _LEAST_NUMBERED


#: What parts a message into clauses: signs, and words of "only" and "but".
_CLAUSES: Final = re.compile(r"[،,;؛.!\n]+|(?<!\S)(?=(?:غير|ولكن|لكن|walakin|ghir|mais|juste)(?!\S))")


def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a message as they are written: «ما صدرناش، غير بغيت الوراق» has two."""
    return tuple(clause.strip() for clause in _CLAUSES.split(text) if clause.strip())


def from_the_asking(plain: str) -> str:
    """Return a folded question from the first word on that asks: «شنو هوما هاد الوراق» behind all that is told."""
    words = plain.split()
    first = next((at for at, word in enumerate(words) if _asks(word, words[at + 1 :])), len(words))
    return " ".join(words[first:])


def without_or(plain: str, text: str) -> str:
    """Return the folded words of `text` without a French "ou" behind the first; the one with an accent stays."""
    if _WHERE in text.casefold():
        return plain
    first, *others = plain.split() or [""]
    return " ".join([first, *(word for word in others if word != _WHERE_FOLDED)])


def _asks(word: str, behind: list[str]) -> bool:
    wanted = _ASKING_WITH.get(word)
    return word in _ASKING and (wanted is None or bool(behind and behind[0] in wanted))


def _is_asked(words: list[str]) -> bool:
    return any(_asks(word, words[place + 1 :]) for place, word in enumerate(words))


def asks_whether(plain: str) -> bool:
    """Return whether a folded message holds a word that only asks, wherever it stands."""
    return not set(WHETHER).isdisjoint(plain.split())


#: What says that the words behind it are what somebody wants to know.
_TO_KNOW: Final = frozenset(
    folded(word)
    for word in (
        "نعرف نعرفو نسول نسولو نسولك نسولكم سولتك سولتكم سولت كنسول كنسولك كنسولكم أعرف نستفسر أستفسر معرفة n3ref n3rf"
        " n3arf"
        " nsewel nsowel nswl nsewlek nswlkom swlt sewelt sewltek sowltek kansewel kanswl demande demandais savoir"
    ).split()
)


def asked_within(plain: str) -> str:
    """Return what a folded message asks from some word on: from one that asks, or behind what wants to know.

    «ما عندي مشروع، سولتك على التغطية الصحية» asks of the cover; nothing where nothing of the kind is said.
    """
    words = plain.split()
    at = next(
        (at for at, word in enumerate(words) if word in _TO_KNOW and not is_denial(words[at - 1] if at else "")), None
    )
    return from_the_asking(plain) or ("" if at is None else " ".join(words[at + 1 :]))
