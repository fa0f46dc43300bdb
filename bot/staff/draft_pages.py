"""The pages from a draft to what people hear: its difference in words, the check, publishing, a second person, undoing.

The check, and the one before publishing, run in a process of their own, so that nobody who writes waits for it. What a
draft may not do is told in a sentence, with what to do; nothing was written then.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from bot.content.answers import MENDED
from bot.content.changes import AmountLeap, leaps_left
from bot.content.files import Files, digest, files_read
from bot.content.reading import ContentError, Mistakes
from bot.content.releases import ContentMistakesError
from bot.language.dates import moroccan_day
from bot.language.folding import folded
from bot.message import MAIN
from bot.staff.change_words import conflict_told, titles_drafted, told_change
from bot.staff.draft_seen import DraftSeen, may_confirm, refusal
from bot.staff.drafts import (
    ConflictError,
    Drafts,
    NoSuchDraftError,
    applied_draft,
    changes_between,
)
from bot.staff.effects import CheckedCase
from bot.staff.examination import (
    Examination,
    examined_apart,
    on_changed_lines,
    touches_law,
)
from bot.staff.frame import PUBLISHERS, Frame, Visit, filled
from bot.staff.gold import gold_beside
from bot.staff.leaps import confirming_edits, leaps_told, mark_of_leaps, note_leaps
from bot.staff.mending import mending_places
from bot.staff.prepared import READY, PreparedPart
from bot.staff.publishing import (
    ChangedMeanwhileError,
    History,
    NothingChangedError,
    PublishedRelease,
    SecondPersonError,
)
from bot.staff.ready import ReadyReleases
from bot.staff.replay import PastQuestion
from bot.staff.titles import amount_titles, amount_units, titles_of
from bot.storage import figures
from bot.storage.review import MOST_REPLAYED, past_questions, told_facts, unmark_question
from bot.storage.staff import note

#: Days whose questions are asked again.
_REPLAYED: Final = 90
#: Of the past questions that would be answered otherwise, how many are shown.
_OTHERWISE: Final = 40
_RELEASES: Final = 30
_LONGEST_WHY: Final = 200
#: Days whose verdicts are judged again by a changed law.
_JUDGED_AGAIN: Final = 90
#: Findings that are shown of what is undone.
_FINDINGS: Final = 20
#: Examinations that are remembered.
_FOUND: Final = 8


class DraftPages:
    """The answers to requests about drafts and releases."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._root = frame.parts.root
        self._drafts = Drafts(frame.parts.folder)
        self._ready = ReadyReleases(frame.parts.keep, frame.parts.folder)
        self._history = History(frame.parts.root, frame.parts.folder, self._ready.hand_over)
        self._examined: dict[int, PreparedPart[Examination]] = {}
        #: What was found of the files before and after, the latest last: who publishes need not wait for it again.
        self._found: dict[tuple[str, str, date], Examination] = {}

    async def listed(self, visit: Visit) -> Response:
        """Show all drafts, and the releases that were made."""
        drafts, releases = await asyncio.to_thread(lambda: (self._drafts.listed(), self._history.listed()[:_RELEASES]))
        may_undo = visit.session.role in PUBLISHERS
        titles = titles_of(self._frame.parts.library(), visit.language)
        shown: dict[str, Any] = {"drafts": drafts, "releases": releases, "may_undo": may_undo, "titles": titles}
        return self._frame.page(visit, "drafts.html", **shown)

    async def mine(self, visit: Visit) -> Response:
        """Lead to the draft that somebody is at."""
        drafts = await asyncio.to_thread(self._drafts.listed)
        mine = next((one for one in reversed(drafts) if one.author == visit.who), None)
        return RedirectResponse(f"/staff/drafts/{mine.number}" if mine else "/staff/drafts", 303)

    async def draft(self, visit: Visit) -> Response:
        """Show what a draft changes, in words, and what the check found."""
        return await self._draft(visit, visit.number())

    async def _draft(
        self, visit: Visit, number: int, status: int = 200, told: str = "", errors: Sequence[ContentError] = ()
    ) -> Response:
        try:
            seen, before, after = await asyncio.to_thread(self._seen, number)
        except NoSuchDraftError:
            return self._frame.notice(visit, "draft_gone", 404, "/staff/drafts")
        examination, is_ready = None, True
        if after is not None:
            examination, is_ready = await self._examination(number, before, after)
        library = self._frame.parts.library()
        today = moroccan_day(self._frame.parts.now())
        amounts = library.amounts(today)
        titles = titles_of(library, visit.language, today) | titles_drafted(seen.changes, visit.language)
        wrong = examination.errors if examination else []
        values: dict[str, Any] = {
            "seen": seen,
            "told": told,
            "errors": errors,
            "examination": examination,
            "is_ready": is_ready,
            "days": _REPLAYED,
            "otherwise": examination.otherwise[:_OTHERWISE] if examination else [],
            "told_verdicts": await self._told_verdicts(examination),
            "may_publish": visit.session.role in PUBLISHERS,
            "is_author": seen.draft.author == visit.who,
            "titles": titles,
            "amount_titles": amount_titles(library, visit.language),
            # What is wrong is told in Arabic alone.
            "told_titles": titles_of(library, MAIN, today) | titles_drafted(seen.changes, MAIN),
            "conflicts": [conflict_told(one, titles, amounts, visit.language) for one in seen.conflicts],
            "leaps": leaps_told(seen.leaps, library, visit.language),
            "mark": mark_of_leaps(seen.leaps),
            "may_confirm": may_confirm(visit.who, visit.session.role, seen.draft),
            "places": mending_places([*errors, *wrong], after) if after is not None else {},
            "is_wrong": bool(wrong),
            "refusal": refusal(visit.who, visit.session.role, seen, examination),
            "told_changes": [told_change(one, titles, amounts, amount_units(library)) for one in seen.changes],
        }
        if visit.is_part:
            return self._frame.page(visit, "examination.html", READY if is_ready else status, **values)
        return self._frame.page(visit, "draft.html", status, **values)

    def _seen(self, number: int) -> tuple[DraftSeen, Files, Files | None]:
        draft, before = self._drafts.get(number), files_read(self._root)
        try:
            after = applied_draft(before, draft)
        except ConflictError as error:
            return DraftSeen(draft, [], error.conflicts), before, None
        return DraftSeen(draft, changes_between(before, after), (), tuple(leaps_left(before, after))), before, after

    async def _examination(self, number: int, before: Files, after: Files) -> tuple[Examination | None, bool]:
        today = moroccan_day(self._frame.parts.now())
        prepared = self._examined.setdefault(number, PreparedPart())
        # A question that comes meanwhile changes nothing: else the page would wait for ever where many ask.
        state = (digest(before), digest(after), today)

        def make() -> Examination:
            first = today - timedelta(days=_REPLAYED)
            asked = self._frame.parts.store.read_now(lambda at: past_questions(at, first, MOST_REPLAYED))
            questions = [PastQuestion(*one) for one in asked]
            cases = self._cases() if touches_law(before, after) else []
            found = self._looked_at(before, after, questions, gold_beside(self._root), cases)
            if all(one.kind != "content_ended" for one in found.errors):
                self._found[state] = found
            while len(self._found) > _FOUND:
                self._found.pop(next(iter(self._found)))
            return found

        made, is_ready = await prepared.ready(state, make)
        return (made if is_ready else None), is_ready

    def _cases(self) -> list[CheckedCase]:
        """Return the facts that people of the last days told, as far as they are still kept."""
        since = self._frame.now() - _JUDGED_AGAIN * 86400
        return [CheckedCase(*one) for one in self._frame.parts.store.read_now(lambda at: told_facts(at, since))]

    async def _told_verdicts(self, examination: Examination | None) -> int:
        """Return how many verdicts of the changed schemes were told in these days, whether or not they are kept."""
        if examination is None or examination.law is None:
            return 0
        last: date = moroccan_day(self._frame.parts.now())
        days = (last - timedelta(days=_JUDGED_AGAIN)).isoformat(), last.isoformat()
        told = await self._frame.parts.store.read(lambda at: figures(at, *days))
        times: Counter[str] = Counter()
        for (_, kind, about), n in told.items():
            if kind == "verdict":
                times[about.partition(" ")[0]] += n
        return sum(times[scheme] for scheme in examination.law.schemes)

    async def publish(self, visit: Visit) -> Response:
        """Make a release of a draft; the running guide takes it within seconds."""
        number = visit.number()

        def doing() -> PublishedRelease:
            draft = self._drafts.get(number)

            def checked(before: Files, after: Files) -> Mistakes:
                return self._examined_now(before, after).mistakes(allows_worse=bool(draft.worse_allowed_by))

            release = self._history.publish(draft, visit.who, self._frame.parts.now(), checked)
            self._drafts.drop(number)
            return release

        return await self._done(visit, number, "release_published", doing)

    async def undo(self, visit: Visit) -> Response:
        """Take back what a release changed, by a new one; what was true then need not be so today."""
        number, now = visit.number(), self._frame.parts.now()
        why = self._frame.words(visit.language)["undo_why"].replace("{n}", str(number))
        notes: list[ContentError] = []

        def checked(before: Files, after: Files) -> Mistakes:
            # How questions were understood then is no matter: nobody else's phrasings go with it.
            found = self._looked_at(before, after, is_brief=True)
            notes.extend(on_changed_lines(before, after, found.warnings))
            return found.mistakes()

        return await self._done(
            visit, None, "release_undone", lambda: self._history.undo(number, visit.who, why, now, checked), notes
        )

    async def _done(
        self, visit: Visit, draft: int | None, did: str, doing: Any, notes: Sequence[ContentError] = ()
    ) -> Response:
        """Do it beside the event loop; tell in a sentence what kept it from being done."""
        told = ""
        errors: Sequence[ContentError] = ()
        try:
            release: PublishedRelease = await asyncio.to_thread(doing)
        except (NoSuchDraftError, KeyError):
            return self._frame.notice(visit, "draft_gone", 404, "/staff/drafts")
        except SecondPersonError:
            told = "needs_second"
        except ConflictError:
            told = "draft_conflict"
        except ChangedMeanwhileError:
            told = "changed_meanwhile"
        except NothingChangedError:
            told = "nothing_changed"
        except ContentMistakesError as error:
            told, errors = "draft_mistakes", error.mistakes.errors
        else:
            changes = self._history.changes(release.number) if MENDED in release.changed else []
            unmended = [one.about for one in changes if one.file == MENDED and one.after is None]

            def told_of(at: Connection) -> None:
                note(at, visit.who, did, str(release.number), visit.now)
                _show_again(at, unmended, visit)

            await self._frame.parts.store.write(told_of)
            if draft is None:
                return self._undone(visit, 200, did, notes, n=release.number)
            return self._frame.notice(visit, did, 200, "/staff/drafts", n=release.number)
        if draft is None:
            return self._undone(visit, 409, "undo_mistakes" if errors else told, errors)
        return await self._draft(visit, draft, 409, told, errors)

    def _undone(
        self, visit: Visit, status: int, word: str, found: Sequence[ContentError], **values: object
    ) -> Response:
        """Show what became of taking a release back, and what the check found of the state before it."""
        sentence = filled(self._frame.words(visit.language)[word], **values)
        titles = titles_of(self._frame.parts.library(), MAIN)
        shown = {"sentence": sentence, "found": found[:_FINDINGS], "is_done": status == 200, "told_titles": titles}
        return self._frame.page(visit, "undone.html", status, **shown)

    def _looked_at(self, before: Files, after: Files, *told: Any, **how: Any) -> Examination:
        """Return what a process of its own finds of files; the release that it made of them is kept until published."""
        today = moroccan_day(self._frame.parts.now())
        kept, figured = self._ready.of(before, after), self._ready.figured()
        found = examined_apart(before, after, today, *told, **how, kept=kept, figured=figured)
        self._ready.remember(found.figured)
        if found.made is not None:
            self._ready.put(after, found.made)
        return replace(found, made=None)

    def _examined_now(self, before: Files, after: Files) -> Examination:
        """Return what is known of files: as it was found when they were looked at, else in a process of its own."""
        today = moroccan_day(self._frame.parts.now())
        found = self._found.get((digest(before), digest(after), today))
        return found or self._looked_at(before, after, gold=gold_beside(self._root))

    async def allow(self, visit: Visit) -> Response:
        """Note that a second person agrees to figures that are worse, with the reason."""
        number, why = visit.number(), " ".join(visit.fields.get("why", "").split())[:_LONGEST_WHY]
        try:
            await asyncio.to_thread(self._drafts.allow_worse, number, visit.who, why)
        except NoSuchDraftError:
            return self._frame.notice(visit, "draft_gone", 404, "/staff/drafts")
        except PermissionError:
            return await self._draft(visit, number, 409, "worse_refused")
        about = f"{number}: {why}"
        await self._frame.parts.store.write(lambda at: note(at, visit.who, "worse_allowed", about, visit.now))
        return RedirectResponse(f"/staff/drafts/{number}", 303)

    async def confirm_leaps(self, visit: Visit) -> Response:
        """Note in a draft that amounts that leap are meant as they were shown: its author may, and who publishes."""
        number = visit.number()

        def confirm() -> tuple[AmountLeap, ...]:
            seen, before, after = self._seen(number)
            if not may_confirm(visit.who, visit.session.role, seen.draft):
                raise PermissionError(visit.who)
            if after is None or not seen.leaps or visit.fields.get("leap") != mark_of_leaps(seen.leaps):
                return ()
            self._drafts.add(number, before, list(confirming_edits(after, seen.leaps)))
            return seen.leaps

        try:
            leaps = await asyncio.to_thread(confirm)
        except NoSuchDraftError:
            return self._frame.notice(visit, "draft_gone", 404, "/staff/drafts")
        except PermissionError:
            return self._frame.notice(visit, "not_yours", 403)
        if not leaps:
            return await self._draft(visit, number, 409, "leap_meanwhile")
        await self._frame.parts.store.write(lambda at: note_leaps(at, leaps, visit.who, visit.now))
        return RedirectResponse(f"/staff/drafts/{number}", 303)

    async def approve(self, visit: Visit) -> Response:
        """Note that a second person read a draft."""
        number = visit.number()
        try:
            await asyncio.to_thread(self._drafts.approve, number, visit.who)
        except NoSuchDraftError:
            return self._frame.notice(visit, "draft_gone", 404, "/staff/drafts")
        except PermissionError:
            return await self._draft(visit, number, 409, "not_your_own")
        await self._frame.parts.store.write(lambda at: note(at, visit.who, "draft_approved", str(number), visit.now))
        return RedirectResponse(f"/staff/drafts/{number}", 303)

    async def drop(self, visit: Visit) -> Response:
        """Drop a draft: its author may, and who publishes."""
        number = visit.number()
        try:
            draft = await asyncio.to_thread(self._drafts.get, number)
        except NoSuchDraftError:
            return RedirectResponse("/staff/drafts", 303)
        if draft.author != visit.who and visit.session.role not in PUBLISHERS:
            return self._frame.notice(visit, "not_yours", 403)
        await asyncio.to_thread(self._drafts.drop, number)
        mended = [str(one.edit.at[0]) for one in draft.edits if one.edit.file == MENDED]

        def dropped(at: Connection) -> None:
            note(at, visit.who, "draft_dropped", str(number), visit.now)
            _show_again(at, mended, visit)

        await self._frame.parts.store.write(dropped)
        return RedirectResponse("/staff/drafts", 303)


def _show_again(connection: Connection, questions: Sequence[str], visit: Visit) -> None:
    """Have questions that are not mended after all stand among those that nobody answered."""
    for words in questions:
        unmark_question(connection, folded(words), visit.who, visit.now)
