"""What a message asks that holds several questions, or numbers them: the entry of each, so that none is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from bot.conversation.conversation import OnScreen
from bot.conversation.hearing.follow_ups import Aspect
from bot.conversation.library import Library
from bot.faq.entries import EntryId
from bot.faq.matcher import Match
from bot.language.folding import folded
from bot.language.questions import clauses, is_numbered, questions_in

#: Questions from which on a message asks several.
_SEVERAL: Final = 2
#: Most questions that are answered at once, and the longest message, in characters, that is parted: each is matched.
_MOST_QUESTIONS: Final = 6
_LONGEST_OF_SEVERAL: Final = 500
#: Words up to which a question may lean on what was asked before it.
_LEANING: Final = 3


#: What somebody asks of an aid who knows which: whoever asks whether they have a right to it is led to its check.
ASKED_OF_AN_AID: Final[frozenset[Aspect]] = frozenset({"papers", "amount", "office", "how", "next"})


@dataclass(frozen=True, slots=True)
class ShortQuestion:
    """What a clause asks that names nothing, and what else the message says."""

    aspect: Aspect
    rest: str


def short_question_in(text: str, library: Library) -> ShortQuestion | None:
    """Return the clause that asks something of an aid and names nothing, and the rest; None without one of each."""
    parts = clauses(text)
    asking = [(part, library.follow_ups.aspect(folded(part))) for part in parts]
    found = [(part, aspect) for part, aspect in asking if aspect in ASKED_OF_AN_AID]
    if len(parts) < _SEVERAL or len(found) != 1:
        return None
    ((clause, aspect),) = found
    assert aspect is not None
    return ShortQuestion(aspect, "، ".join(part for part in parts if part != clause))


def asked_together(text: str, library: Library) -> tuple[EntryId, ...]:
    """Return the entries that answer the questions of a message that asks several; the first is surely meant.

    What names nothing («وفين نحط الملف») is about what the one before it names.
    """
    found: dict[EntryId, bool] = {}
    for part, match in _parts(text, library):
        before = next(iter(found), None)
        entry = _about(before, part, library) if before is not None else None
        is_sure = entry is not None or match.zone == "sure"
        if entry is None and match.zone != "none":
            # What is numbered stands by itself, and leans on nothing.
            is_long = is_sure and (len(part.split()) > _LEANING or is_numbered(text))
            entry = match.ranked[0][0] if is_long else _nearest_to(before, match, library)
        if entry is not None and not library.entries[entry].off_topic:
            found[entry] = found.get(entry, False) or is_sure
    first = next((entry for entry, is_sure in found.items() if is_sure), None)
    if len(found) < _SEVERAL or first is None:
        return ()
    return (first, *(entry for entry in found if entry != first))


def nearest_of_each(text: str, library: Library) -> tuple[tuple[EntryId, float], ...]:
    """Return what is nearest to each question of a message in turn, with its chance: the best of each come first.

    Nothing where a question is like none of ours: whatever else is asked is told apart by the whole message.
    """
    nearest: list[tuple[tuple[EntryId, float], ...]] = []
    for part, match in _parts(text, library):
        about = _about(nearest[0][0][0], part, library) if nearest else None
        ranked = match.ranked if about is None else ((about, 1.0),)
        ours = tuple(one for one in ranked if not library.entries[one[0]].off_topic)
        if (match.zone == "none" and about is None) or not ours:
            return ()
        nearest.append(ours)
    in_turn = [one for same in zip_longest(*nearest) for one in same if one is not None]
    chances: dict[EntryId, float] = {}
    for entry, chance in in_turn:
        chances.setdefault(entry, chance)
    return tuple(chances.items())


def _parts(text: str, library: Library) -> Iterator[tuple[str, Match]]:
    """Yield the questions of a message that asks several, with what each is like; nothing of one alone."""
    asked = tuple(dict.fromkeys(questions_in(text))) if len(text) <= _LONGEST_OF_SEVERAL else ()
    if _SEVERAL <= len(asked) <= _MOST_QUESTIONS:
        yield from zip(asked, library.matcher.matches(asked), strict=True)


def _nearest_to(answered: EntryId | None, match: Match, library: Library) -> EntryId:
    """Return the best entry of a short or unsure question behind another: on its subject where there is one."""
    subject = library.entries[answered].subject if answered is not None else None
    ranked = [entry for entry, _ in match.ranked]
    return next((entry for entry in ranked if library.entries[entry].subject == subject), ranked[0])


def _about(answered: EntryId, part: str, library: Library) -> EntryId | None:
    """Return the entry that a question which names nothing asks about the subject of another."""
    follow_ups = library.follow_ups
    leads = follow_ups.leads(follow_ups.aspect(part), OnScreen("answer", answered))
    return next((EntryId(name) for name in leads if name in library.entries and name != answered), None)
