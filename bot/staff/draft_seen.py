"""A draft as whoever opens its page sees it, and what they may do with it: the server's own refusals, told before."""

from dataclasses import dataclass, field
from typing import Any

from bot.content.changes import AmountLeap
from bot.staff.drafts import ContentChange, Draft, needs_second
from bot.staff.examination import Examination
from bot.staff.frame import PUBLISHERS
from bot.storage.staff import Role


@dataclass(frozen=True, slots=True)
class DraftSeen:
    """A draft as its page shows it."""

    draft: Draft
    changes: list[ContentChange] = field(default_factory=list)
    #: Why it no longer fits the files, edit by edit.
    conflicts: tuple[Any, ...] = ()
    #: Amounts that leap and that nobody said yet are meant.
    leaps: tuple[AmountLeap, ...] = ()

    @property
    def needs_second(self) -> bool:
        """Whether law or money changes, so that a second person has to read it."""
        return needs_second(self.changes)


def refusal(who: str, role: Role, seen: DraftSeen, examination: Examination | None) -> str:
    """Return the word of why whoever sees a draft that was looked at cannot publish it; empty where they can."""
    draft = seen.draft
    # An examination that was cut off says nothing of the draft: publishing looks again.
    if examination is not None and any(one.kind != "content_ended" for one in examination.errors):
        return "refused_wrong" if who == draft.author else "refused_wrong_theirs"
    if examination is not None and examination.worse and not draft.worse_allowed_by:
        return "refused_worse"
    if role not in PUBLISHERS:
        return "refused_role"
    if seen.needs_second and not {draft.approved_by, who} - {draft.author, ""}:
        return "refused_second"
    return ""


def may_confirm(who: str, role: Role, draft: Draft) -> bool:
    """Return whether somebody may say of a draft's amounts that they are meant; published it is by two all the same."""
    return draft.author == who or role in PUBLISHERS
