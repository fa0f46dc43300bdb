"""The pages of the questions that nobody answered, and of the week's sample of those answered surely.

Three taps: the question, what it is, done. Nothing here tells who asked.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.content.answers import MENDED
from bot.content.files import files_read
from bot.conversation.library import Library
from bot.conversation.showing import answer_shown
from bot.faq.entries import Entry, EntryId
from bot.language.dates import moroccan_day
from bot.language.folding import folded as folded_text
from bot.message import Language
from bot.staff.drafts import ConflictError, Drafts, applied_draft
from bot.staff.editing import Edit, Remove, UneditableError, value_at
from bot.staff.forms import MOST_MENDED, file_of, mending_edits, phrasing_of
from bot.staff.frame import EDITORS, Frame, Visit
from bot.staff.likeness import QuestionGroup, grouped, mark_of_question
from bot.staff.prepared import READY, PreparedPart
from bot.staff.titles import titles_of
from bot.storage.review import (
    QUESTION_MARKS,
    OpenQuestion,
    QuestionMark,
    judge_sample,
    mark_questions,
    marked_questions,
    open_questions,
    questions_state,
    sampled_weeks,
    samples_for,
    unmark_question,
    week_of,
)

#: Groups on a page, and how many are looked through for those that today's content does not answer.
_SHOWN: Final = 25
_LOOKED_AT: Final = 60
#: Groups that are matched against today's content before anybody asks for them; and seconds that groups stay.
_MATCHED: Final = 240
_AGE: Final = 60.0
#: Spellings of a group that are shown and marked at once.
_SPELLINGS: Final = 40
#: Entries that are offered for a question, and found by a search.
_OFFERED: Final = 3
_FOUND: Final = 10
_LONGEST_SEARCH: Final = 200
#: Longest that spellings may be in an address, in characters.
_LONGEST_ASKED: Final = 1_000


@dataclass(frozen=True, slots=True)
class OfferedEntry:
    """An entry that a question may belong to, and what would be answered."""

    id: EntryId
    question: str
    answer: str
    is_other: bool


class QuestionPages:
    """The answers to requests about questions."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._store = frame.parts.store
        self._groups: PreparedPart[list[QuestionGroup]] = PreparedPart()
        #: The state that the groups are of, and when they were begun, in seconds.
        self._state: tuple[object, ...] = ()
        self._began = 0.0
        #: What questions a release answers surely, as far as it was asked.
        self._release = ""
        self._answered: dict[str, bool] = {}

    async def _grouped(self) -> tuple[list[QuestionGroup], bool]:
        """Return the groups, and whether they are of now: marks are seen at once, what is asked within a minute."""
        state, now = await self._store.read(questions_state), self._frame.now()
        if not self._state or state[2:] != self._state[2:] or now - self._began >= _AGE:
            self._state, self._began = state, now
        groups, is_new = await self._groups.ready(self._state, self._made_groups)
        return groups or [], is_new

    def _made_groups(self) -> list[QuestionGroup]:
        """Return the groups, made in a thread beside the pages, and match the first of them against today's content."""
        groups = grouped(self._store.read_now(open_questions))
        self._match(self._frame.parts.library(), [group.first for group in groups[:_MATCHED]])
        return groups

    async def listed(self, visit: Visit) -> Response:
        """Show what was asked and not answered, most asked first; of one week where one is chosen."""
        groups, is_ready = await self._grouped()
        library = self._frame.parts.library()
        this_week = week_of(moroccan_day(self._frame.parts.now()))
        weeks = sorted({week for group in groups for week in group.weeks}, reverse=True)[:8]
        week = visit.query("week") if visit.query("week") in weeks else ""
        of_week = [one for one in groups if one.weeks[week]] if week else groups
        asked = sorted(of_week, key=lambda one: -one.weeks[week]) if week else groups
        start = int(visit.query("from")) if visit.query("from").isdecimal() and len(visit.query("from")) < 7 else 0
        shown: list[QuestionGroup] = []
        last = start
        looked_at = asked[start : start + _LOOKED_AT]
        await asyncio.to_thread(self._match, library, [group.first for group in looked_at])
        for group in looked_at:
            last += 1
            if not self._answered.get(group.first.folded):
                shown.append(group)
            if len(shown) == _SHOWN:
                break
        values: dict[str, Any] = {
            "groups": shown,
            "week": week,
            "weeks": weeks,
            "this_week": this_week,
            "total": len(asked),
            "draft": await asyncio.to_thread(Drafts(self._frame.parts.folder).mine, visit.who),
            "next": last if last < len(asked) else 0,
            "is_ready": is_ready,
        }
        if visit.is_part:
            return self._frame.page(visit, "question_list.html", READY if is_ready else 200, **values)
        return self._frame.page(visit, "questions.html", **values)

    def _match(self, library: Library, questions: Sequence[OpenQuestion]) -> None:
        """Find out which questions today's content answers surely; what was found out once is not asked again."""
        if self._release != library.release:
            self._release, self._answered = library.release, {}
        answered = self._answered
        new = [one for one in questions if one.folded not in answered]
        for one, match in zip(new, library.matcher.matches([one.text for one in new]), strict=True):
            answered[one.folded] = match.zone == "sure"

    async def group(self, visit: Visit) -> Response:
        """Show one question with its spellings, and what it may belong to."""
        group = await self._group(visit.request.path_params["mark"])
        if group is None:
            return self._frame.notice(visit, "question_gone", 404, "/staff/questions")
        library = self._frame.parts.library()
        first = group.first
        sought = visit.query("q")[:_LONGEST_SEARCH]
        likely = [entry for entry, _ in library.matcher.match(first.text).ranked]
        if first.chosen in library.entries:
            likely.insert(0, EntryId(first.chosen))
        others = [entry for entry in library.entries.values() if entry.off_topic]
        near_others = [one for one in likely if library.entries[one].off_topic]
        values: dict[str, Any] = {
            "group": group,
            "spellings": group.questions[:_SPELLINGS],
            "offered": self._offered([one for one in likely if not library.entries[one].off_topic], first.language),
            "sought": sought,
            "found": self._offered(found_entries(library, sought), first.language, _FOUND) if sought else [],
            "others": [(one.id, one.question.of(visit.language)) for one in others],
            "near_other": near_others[0] if near_others else "",
            "may_change": visit.session.role in EDITORS,
        }
        return self._frame.page(visit, "question.html", **values)

    def _offered(self, entries: Sequence[EntryId], language: Language, most: int = _OFFERED) -> list[OfferedEntry]:
        library, today = self._frame.parts.library(), moroccan_day(self._frame.parts.now())
        told = []
        for entry_id in list(dict.fromkeys(entries))[:most]:
            entry: Entry = library.entries[entry_id]
            answer = answer_shown(entry, library, today).of(language)
            told.append(OfferedEntry(entry_id, entry.question.of(language), answer, entry.off_topic))
        return told

    async def _group(self, mark: str) -> QuestionGroup | None:
        groups, _ = await self._grouped()
        return next((one for one in groups if one.mark == mark), None)

    async def mark(self, visit: Visit) -> Response:
        """Say what a question is; all its spellings that were shown are marked, and none that came since."""
        group = await self._group(visit.request.path_params["mark"])
        told = visit.fields.get("mark", "")
        mark: QuestionMark | None = next((one for one in QUESTION_MARKS if one == told), None)
        if mark is None:
            raise HTTPException(400)
        if group is None:
            return RedirectResponse("/staff/questions", 303)
        about = visit.fields.get("about", "")
        entries = self._frame.parts.library().entries
        if mark in {"belongs", "not_ours"} and (
            about not in entries or entries[EntryId(about)].off_topic != (mark == "not_ours")
        ):
            raise HTTPException(400)
        shown = set(visit.fields.get("shown", "").split())
        folded = [one.folded for one in group.questions if mark_of_question(one.folded) in shown] or [
            group.first.folded
        ]
        spelt = [phrasing_of(one.text) for one in group.questions if one.folded in folded][:MOST_MENDED]
        is_drafted = mark in {"belongs", "not_ours"}
        if is_drafted and (told := await asyncio.to_thread(self._draft_mending, visit.who, about, spelt)):
            return self._frame.notice(visit, told, 409, "/staff/drafts/mine")
        await self._store.write(lambda at: mark_questions(at, folded, mark, about, visit.who, visit.now))
        if mark == "new":
            asked = quote("\n".join(spelt)[:_LONGEST_ASKED])
            return RedirectResponse(f"/staff/content/new?asked={asked}", 303)
        return RedirectResponse("/staff/questions", 303)

    def _draft_mending(self, who: str, entry: str, asked: Sequence[str]) -> str:
        """Put questions into somebody's draft as phrasings of an entry, held from then on.

        Return the word of what keeps them out, empty where nothing does.
        """
        drafts, parts = Drafts(self._frame.parts.folder), self._frame.parts
        files, mine = files_read(parts.root), drafts.mine(who)
        try:
            held = applied_draft(files, mine) if mine is not None else files
            raw = value_at(held.get(file_of(entry), b""), (entry,))
            edits = list(mending_edits(entry, [one for one in asked if one], raw))
            number = (mine or drafts.begin(who, entry, parts.now())).number
            drafts.add(number, files, edits)
        except UneditableError:
            return "form_unsure"
        except ConflictError:
            return "form_conflict"
        return ""

    def _undraft(self, who: str, folded: str) -> None:
        """Take a question that was mended by a slip out of the content again, by somebody's draft."""
        drafts, parts = Drafts(self._frame.parts.folder), self._frame.parts
        files, mine = files_read(parts.root), drafts.mine(who)
        with contextlib.suppress(UneditableError, ConflictError):
            held = applied_draft(files, mine) if mine is not None else files
            mended: Mapping[str, str] = value_at(held.get(MENDED, b"{}"), ())
            edits: list[Edit] = []
            for words, entry in mended.items():
                if folded_text(words) != folded:
                    continue
                raw = value_at(held.get(file_of(entry), b""), (entry,))
                listed = [register for register, told in raw["phrasings"].items() if words in told and len(told) > 1]
                edits += [Remove(file_of(entry), (entry, "phrasings", register, words)) for register in listed]
                edits.append(Remove(MENDED, (words,)))
            if edits:
                drafts.add((mine or drafts.begin(who, "-", parts.now())).number, files, edits)

    async def marked(self, visit: Visit) -> Response:
        """Show what was marked, so that a slip can be taken back."""
        listed = await self._store.read(marked_questions)
        titles = titles_of(self._frame.parts.library(), visit.language)
        return self._frame.page(visit, "marked.html", marked=listed, titles=titles)

    async def unmark(self, visit: Visit) -> Response:
        """Have a question shown again."""
        folded = visit.fields.get("folded", "")
        await self._store.write(lambda at: unmark_question(at, folded, visit.who, visit.now))
        await asyncio.to_thread(self._undraft, visit.who, folded)
        return RedirectResponse("/staff/questions/marked", 303)

    async def samples(self, visit: Visit) -> Response:
        """Show the next sure answer to be looked at, and what was found in the weeks before."""
        monday = week_of(moroccan_day(self._frame.parts.now()))
        left, weeks = await self._store.read(lambda at: (samples_for(at, visit.who, monday), sampled_weeks(at)))
        library = self._frame.parts.library()
        known = [one for one in left if one.entry in library.entries]
        offered = self._offered([EntryId(known[0].entry)], known[0].language) if known else []
        return self._frame.page(
            visit, "samples.html", sample=known[0] if known else None, offered=offered[0] if offered else None,
            left=len(known), weeks=[one for one in weeks if one.week < monday],
        )  # fmt: skip

    async def judge(self, visit: Visit) -> Response:
        """Keep whether an answer is right for the question; the next one comes."""
        told = visit.fields.get("is_right", "")
        if told not in {"yes", "no"}:
            raise HTTPException(400)
        sample = visit.number()
        await self._store.write(lambda at: judge_sample(at, sample, visit.who, told == "yes", visit.now))
        return RedirectResponse("/staff/samples", 303)


def found_entries(library: Library, sought: str) -> list[EntryId]:
    """Return the entries of ours that a search leads to: as a question, by a word of their question, or by their id."""
    ranked = [entry for entry, _ in library.matcher.match(sought).ranked]
    named = [
        entry.id
        for entry in library.entries.values()
        if sought in entry.id or any(sought.casefold() in one.casefold() for one in entry.question.every())
    ]
    return [one for one in dict.fromkeys([*ranked, *named]) if not library.entries[one].off_topic]
