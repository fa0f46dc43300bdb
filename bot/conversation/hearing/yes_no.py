"""Yes or no in a person's own words: «ما صدرناش», "oui on exporte", «كاملين عيالات», «باقي».

A wrong yes is the grave mistake: where a yes and a no are both said, or a yes beside a word that limits or denies
something else, nothing is read and the question is asked again.
"""

from collections.abc import Iterator
from typing import Final

from bot.conversation.hearing.forms import Held, held, longest
from bot.conversation.library import Library
from bot.eligibility.facts import YesNo
from bot.language.folding import folded
from bot.language.hedges import is_limiting, is_surely_yes, says_nothing, without_reassurance
from bot.language.negation import MessageWords, denies, is_denial, says_none, without_reminding, words_of
from bot.language.others import tells_a_habit

#: Both a yes and a no: nothing to go by.
_UNCLEAR: Final = frozenset({True, False})
#: How far before a form a word still limits it, in words.
_LIMITED: Final = 2
#: How far before a form its subject may be named, in words: «تعاونية الزربية ديال النسا», no farther.
_NAMED: Final = 2


def affirmed(kind: YesNo, plain: str, library: Library) -> bool | None:
    """Return what a folded message answers: by a plain yes or no, or by the question's own words; None when unclear."""
    plain = without_reminding(plain) or plain
    meaning = library.words.meaning(plain)
    if meaning in {"yes", "no"}:
        return meaning == "yes"
    opening, rest = _opening(kind, without_reassurance(plain), library)
    own = said(kind, rest)
    if not own and opening is None and says_none(plain):
        return False
    if not own and opening and denies(rest):
        # «نعم، ولكن ماشي دابا»
        return None
    truths = own if opening is None else own | {opening}
    return next(iter(truths)) if len(truths) == 1 else None


def _opening(kind: YesNo, plain: str, library: Library) -> tuple[bool | None, str]:
    """Return the plain yes or no that a message opens with, and the rest of it; «واخا» and "ah" open any sentence.

    Before what somebody does with what is asked, "ah" is a yes: "ah kansifto chwiya l fransa".
    """
    first, _, rest = plain.partition(" ")
    if is_surely_yes(first) and not library.words.asks(rest):
        return True, rest
    if library.words.meaning(first) == "yes" and not library.words.asks(rest):
        is_about_it = tells_a_habit(rest) and any(held(kind.named_by, words_of(rest), denied=True))
        if is_about_it or library.words.meaning(rest) == "yes":
            return True, rest
    for value, label in ((True, library.phrases.yes), (False, library.phrases.no)):
        if first in {folded(wording) for wording in label.every()}:
            return value, rest
    return None, plain


def said(kind: YesNo, plain: str, *, alone: bool = True, named: bool = False) -> frozenset[bool]:
    """Return what a question's own words say in a folded message: nothing, one, or both where it is unclear.

    Without `alone`, its short answers are left out; with `named`, so is every form beside which nothing names its
    subject, as where it was not asked: «أول مرة كنسول» tells nothing of exporting.
    """
    words = words_of(plain)
    found = [(True, one) for one in held(kind.yes, words, denied=True)]
    found += [(False, one) for one in held(kind.no, words, denied=True)]
    told = longest(found)
    if named:
        subject = {at for one in held(kind.named_by, words, denied=True) for at in range(one.first, one.behind)}
        told = [(value, one) for value, one in told if not subject.isdisjoint(range(one.first - _NAMED, one.behind))]
    truths = frozenset(truth for value, one in told for truth in _truths(value, one, words))
    inside = {at for _, one in told for at in range(one.first, one.behind)}
    texts = [word.text for word in words]
    if True in truths and any(is_denial(*texts[at : at + 2]) for at in range(len(words)) if at not in inside):
        return _UNCLEAR
    if not truths:
        return frozenset(_alone(kind, words)) if alone else truths
    # «رجال والباقي عيالات» names both.
    beside = any(one.first not in inside and not words[one.first].denied for one in held(kind.alone, words))
    return _UNCLEAR if beside and True not in truths else truths


def _truths(value: bool, one: Held, words: MessageWords) -> frozenset[bool]:
    if any(is_limiting(word.text) for word in words[max(0, one.first - _LIMITED) : one.first]):
        return _UNCLEAR
    if one.grown or words[one.first].denied or words[one.behind - 1].denied_behind:
        # «ما فيهاش رجال» says that there are no men, not that all are women.
        return frozenset({False}) if value else _UNCLEAR
    return frozenset({value})


def _alone(kind: YesNo, words: MessageWords) -> Iterator[bool]:
    """Yield what the message says when, denials apart, it is nothing but one of the question's short answers."""
    undenied = MessageWords(word for word in words if not is_denial(word.text))
    telling = MessageWords(word for word in undenied if not says_nothing(word.text))
    for whole in {undenied, telling}:
        for one in held(kind.alone, whole, denied=True):
            if one.first == 0 and one.behind == len(whole):
                yield not (one.grown or len(undenied) < len(words))
