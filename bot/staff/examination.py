"""What is looked at before a draft is published: its mistakes, its changes, and what people would be told otherwise.

It runs on copies of the files and reads nothing else, so it can run in a process of its own (`examined_apart`), and
whoever is being answered meanwhile waits for nothing. Questions that people asked are asked again, of the words before
and after; only those that would be answered otherwise are told, without who asked them.
"""

import gc
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import partial
from typing import Final

import msgspec

from bot.content.answers import MENDED
from bot.content.apart import answered_apart, begun_beside
from bot.content.changes import check_changes
from bot.content.files import Files, digest, laid_out
from bot.content.library import learnt, load
from bot.content.reading import ContentError, Mistakes, Where, in_order
from bot.content.releases import kept_release, opened_release
from bot.conversation.library import Library
from bot.conversation.showing import answer_shown
from bot.eligibility.edges import thresholds_on
from bot.faq.entries import EntryId
from bot.faq.measuring import Gold
from bot.message import LANGUAGES, Language
from bot.staff.editing import UneditableError, value_at
from bot.staff.effects import CheckedCase, LawEffects, effects_of
from bot.staff.gold import NO_FIGURES, Figured, GoldRegister
from bot.staff.replay import AnsweredOtherwise, AskedSide, PastQuestion, asked_side, has_other_words, replayed

#: Seconds that an examination may take.
_PATIENCE: Final = 600


@dataclass(frozen=True, slots=True)
class MovedEdge:
    """A threshold that turns otherwise: which amount, its value before and after; None where there is no such edge."""

    scheme: str
    fact: str
    amount: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How much was put to the proof: examples of rules, questions that staff mended, gold questions, thresholds.

    Gold questions are asked again only where the phrasings are others; `gold_there` is how many there are.
    """

    examples: int = 0
    mended: int = 0
    gold: int = 0
    gold_there: int = 0
    edges: int = 0


@dataclass(frozen=True, slots=True)
class Examination:
    """All that is known of what a draft would do."""

    errors: list[ContentError]
    warnings: list[ContentError]
    #: How many questions were asked again, each as often as it came, and how many for which there was no time.
    asked: int = 0
    unasked: int = 0
    otherwise: list[AnsweredOtherwise] = field(default_factory=list)
    #: What the answers among those say before and after, by entry and language.
    said_before: dict[str, dict[Language, str]] = field(default_factory=dict)
    said_after: dict[str, dict[Language, str]] = field(default_factory=dict)
    gold: list[GoldRegister] = field(default_factory=list)
    edges: list[MovedEdge] = field(default_factory=list)
    #: What a change of law moves; None where none changes.
    law: LawEffects | None = None
    looked_at: LookedAt = field(default_factory=LookedAt)
    #: The share of gold questions right at first by register, by what was learnt: measured once for all that learnt it.
    figured: dict[str, dict[str, float]] = field(default_factory=dict)
    #: The release of the files as it is kept; None where they are not good, or nobody asked for it.
    made: bytes | None = field(default=None, repr=False)

    @property
    def otherwise_times(self) -> int:
        """Return how many questions would be answered otherwise, each as often as it came."""
        return sum(one.times for one in self.otherwise)

    def mistakes(self, *, allows_worse: bool = False) -> Mistakes:
        """Return what keeps a draft from being published: its errors, and each register that is understood worse."""
        mistakes = Mistakes([*self.errors], [*self.warnings])
        for one in [] if allows_worse else self.worse:
            mistakes.add("gold_worse", Where("faq", 1), register=one.register, before=one.before, after=one.after)
        return mistakes

    @property
    def worse(self) -> list[GoldRegister]:
        """Return the registers that would be understood worse than before."""
        return [one for one in self.gold if one.after < one.before]


def examined(
    before: Files,
    after: Files,
    today: date,
    questions: Sequence[PastQuestion] = (),
    gold: Sequence[Gold] = (),
    cases: Sequence[CheckedCase] = (),
    *,
    is_brief: bool = False,
    kept: Sequence[bytes] = (),
    figured: Figured = NO_FIGURES,
    making: bool = False,
) -> Examination:
    """Return what the files `after` would do that those `before` do not; a brief one only tells mistakes.

    `kept` are releases of either that are kept ready: what was learnt for them is not learnt again; `figured` are
    figures of gold questions as an examination told them. With `making`, the release of the files is told too where
    they are good.
    """
    known = [one for one in map(opened_release, kept) if one is not None]
    old = next((one.library for one in known if digest(one.files) == digest(before)), None)
    library, mistakes = checked(before, after, today, [one.library for one in known], old, learning=not is_brief)
    is_good = library is not None and not mistakes.errors
    if is_brief or (not is_good and not touches_law(before, after)):
        return Examination(in_order(mistakes.errors), mistakes.warnings)
    old = old or _unproved(before, [library] if library is not None else [])
    if not is_good:
        # What a change of law moves is told before its examples hold: whoever writes them goes by it.
        moved = _unproved(after)
        errors = in_order(mistakes.errors)
        if old is None or moved is None:
            return Examination(errors, mistakes.warnings)
        law = _law(after, old, moved, today, cases)
        return Examination(errors, mistakes.warnings, edges=_moved(old, moved, today), law=law)
    assert library is not None
    if old is None:
        # There is nothing good to compare with.
        return Examination([], mistakes.warnings, made=kept_release(after, library) if making else None)
    if learnt(old) == learnt(library):
        made = kept_release(after, library) if making else None
        # What both have learnt takes every question alike; asked it is only where an answer says something else.
        side = asked_side(after, library, questions, (), figured) if has_other_words(old, library) else None
        found = replayed(old, library, questions, None, side)
    else:
        finished = begun_beside(partial(asked_side, before, old, questions, gold, figured), AskedSide)
        made = kept_release(after, library) if making else None
        side = asked_side(after, library, questions, gold, figured)
        found = replayed(old, library, questions, finished(), side)
    return Examination(
        [],
        mistakes.warnings,
        asked=found.asked,
        unasked=sum(one.times for one in questions) - found.asked,
        otherwise=found.otherwise,
        said_before=_said_by(old, {one.entry_before for one in found.otherwise if one.zone_before == "sure"}, today),
        said_after=_said_by(library, {one.entry_after for one in found.otherwise if one.zone_after == "sure"}, today),
        gold=found.gold,
        figured=found.figured,
        edges=_moved(old, library, today),
        law=_law(after, old, library, today, cases),
        looked_at=LookedAt(
            examples=sum(_held_in(after, f"flows/{scheme}/rules.yaml", "examples") for scheme in library.schemes),
            mended=_held_in(after, MENDED),
            gold=len(gold) if found.gold else 0,
            gold_there=len(gold),
            edges=sum(len(thresholds_on(scheme, today)) for scheme in library.schemes.values()),
        ),
        made=made,
    )


def _held_in(files: Files, name: str, *at: str) -> int:
    """Return how much stands at a place of a file, 0 where nothing does."""
    try:
        return len(value_at(files[name], at))
    except (KeyError, TypeError, UneditableError):
        return 0


def on_changed_lines(before: Files, after: Files, found: Sequence[ContentError]) -> list[ContentError]:
    """Return of what was found in files what stands on lines that are others than before."""
    others: dict[str, set[int]] = {}
    for name in {one.where.file for one in found if before.get(one.where.file) != after.get(one.where.file)}:
        old, new = (held.get(name, b"").splitlines() for held in (before, after))
        changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        others[name] = {row + 1 for kind, _, _, *rows in changes if kind != "equal" for row in range(*rows)}
    return [one for one in found if one.where.line in others.get(one.where.file, ())]


def touches_law(before: Files, after: Files) -> bool:
    """Return whether a file of rules is another."""
    return any(name.endswith("/rules.yaml") and before.get(name) != held for name, held in after.items())


def _unproved(files: Files, like: Sequence[Library] = ()) -> Library | None:
    """Return the library that files make, whether or not their examples hold."""
    with laid_out(files) as root:
        return load(root, proving=False, like=like)[0]


def _law(after: Files, old: Library, new: Library, today: date, cases: Sequence[CheckedCase]) -> LawEffects | None:
    with laid_out(after) as root:
        return effects_of(root, old, new, today, cases)


def checked(
    before: Files,
    after: Files,
    today: date,
    like: Sequence[Library] = (),
    old: Library | None = None,
    *,
    learning: bool = False,
) -> tuple[Library | None, Mistakes]:
    """Return the library that files make, and everything wrong with them, also beside what they were before.

    `like` are libraries whose learning may be taken over, `old` is that of `before` where it is live: whatever an edit
    cannot move of the channels' screens is not tried again. With `learning`, what is to be learnt is learnt at once.
    """
    # Only who checks loads the channels.
    from bot.channels.checking import check_channels  # noqa: PLC0415
    from bot.channels.screens import moves_words_alone  # noqa: PLC0415

    with laid_out(after) as root:
        library, mistakes = load(root, today=today, like=like, learning=learning)
        of_channels = Mistakes()
        check_channels(root, library, today, of_channels, old if moves_words_alone(before, after) else None)
        mistakes.errors += of_channels.errors
        check_changes(before, after, today, mistakes)
    return library, mistakes


class _Told(msgspec.Struct, array_like=True):
    before: dict[str, bytes]
    after: dict[str, bytes]
    today: date
    questions: list[PastQuestion]
    gold: list[Gold]
    cases: list[CheckedCase]
    is_brief: bool
    kept: list[bytes]
    figured: dict[str, dict[str, float]]


def examined_apart(
    before: Files,
    after: Files,
    today: date,
    questions: Sequence[PastQuestion] = (),
    gold: Sequence[Gold] = (),
    cases: Sequence[CheckedCase] = (),
    *,
    is_brief: bool = False,
    kept: Sequence[bytes] = (),
    figured: Figured = NO_FIGURES,
) -> Examination:
    """Return the same, with the release, from a process of its own; one that ends or is too slow is a mistake."""
    asked, known = list(questions), {mark: dict(shares) for mark, shares in figured.items()}
    told = msgspec.msgpack.encode(
        _Told(dict(before), dict(after), today, asked, list(gold), list(cases), is_brief, list(kept), known)
    )
    try:
        return msgspec.msgpack.decode(answered_apart("bot.staff.examination", told, _PATIENCE), type=Examination)
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
        mistakes = Mistakes()
        mistakes.add("content_ended", Where("faq", 1), problem=type(error).__name__)
        return Examination(mistakes.errors, [])


def _said_by(library: Library, entries: Iterable[str], today: date) -> dict[str, dict[Language, str]]:
    """Return what answers say, by entry and language."""
    told = {id_: answer_shown(library.entries[EntryId(id_)], library, today) for id_ in sorted(entries)}
    return {id_: {language: text.of(language) for language in LANGUAGES} for id_, text in told.items()}


def _moved(old: Library, new: Library, today: date) -> list[MovedEdge]:
    moved: list[MovedEdge] = []
    for id_ in sorted({*old.schemes, *new.schemes}):
        schemes = old.schemes.get(id_), new.schemes.get(id_)
        if schemes[0] == schemes[1]:
            continue
        days = {
            day for scheme in schemes if scheme for dated in scheme.amounts for day, _ in dated.since if day > today
        }
        for day in (today, *sorted(days)):
            sides = [thresholds_on(scheme, day) if scheme else {} for scheme in schemes]
            for fact, amount in sorted({*sides[0], *sides[1]}):
                values = sides[0].get((fact, amount)), sides[1].get((fact, amount))
                one = MovedEdge(id_, fact, amount, *values)
                if values[0] != values[1] and one not in moved:
                    moved.append(one)
    return moved


def _examine() -> None:
    # It ends when it has told: what only holds each other goes with it, and looking for such is a tenth of the work.
    gc.disable()
    told = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Told)
    result = examined(
        told.before, told.after, told.today, told.questions, told.gold, told.cases, is_brief=told.is_brief,
        kept=told.kept, figured=told.figured, making=not told.is_brief,
    )  # fmt: skip
    sys.stdout.buffer.write(msgspec.msgpack.encode(result))


if __name__ == "__main__":
    _examine()
