"""The pages of the cases: who waits, one person's conversation, answering, handing on, closing.

What changes by itself (messages that come, colleagues, clocks) is a part of the page that its script asks for again;
the form in which somebody writes is never in it, so that nothing is written over.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.channels.web.messages import PageBubble, write
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.conversation.library import Library
from bot.conversation.showing import place_of, value_told
from bot.language.dates import MOROCCO
from bot.message import LANGUAGES, Language, PersonId, Reply
from bot.staff.frame import Frame, Visit, harmless
from bot.storage import NoSuchCaseError, ToPerson, TranscriptBubble, transcript
from bot.storage.desk import (
    KEPT_BACK,
    AnsweredMeanwhileError,
    DeskAnswer,
    DeskMessage,
    OpenCase,
    case_answers,
    case_messages,
    close_answered,
    hand_on,
    hold_answer,
    open_case,
    others_there,
    queue,
    see_case,
    send_held,
    take_case,
    withdraw_answer,
    words_of,
)
from bot.storage.staff import ADVISING, accounts, drop_reply, save_reply, saved_replies
from bot.storage.turns import storable

#: Longest answer and note, in characters: what one message of any channel holds.
LONGEST_ANSWER: Final = 4000
_LONGEST_TITLE: Final = 60
#: Bubbles of a conversation that are shown at first.
_SHOWN: Final = 40
#: What stands in a saved reply to be filled in by hand.
_BLANK: Final = re.compile(r"\[[^\]\n]{1,40}\]")
_WINDOW: Final = WhatsAppLimits.WINDOW_HOURS.most * 3600.0


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """A case as a line of the list shows it."""

    case: OpenCase
    #: 1–12; 0 where the person has not told where they are.
    region: int
    #: When the window of WhatsApp closes; None on other channels.
    closes: float | None


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """All that the page of a case shows."""

    line: QueuedCase
    bubbles: list[PageBubble]
    has_earlier: bool
    notes: list[DeskMessage]
    answers: list[DeskAnswer]
    others: list[str]
    last_answer: int


class CasePages:
    """The answers to requests about cases."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._store = frame.parts.store

    async def listed(self, visit: Visit) -> Response:
        """Show who waits, longest first: of the regions of who asks first, of one or of all where that is chosen."""
        library = self._frame.parts.library()
        lines = [_line(case, library) for case in await self._store.read(queue)]
        chosen, is_asked = visit.regions_shown(), bool(visit.query("region"))
        # A region that is asked for stands first: on a phone the others are beyond the edge.
        times = Counter(line.region for line in lines if line.region)
        regions = sorted(times.items(), key=lambda one: (not (is_asked and one[0] in chosen), one[0]))
        # Who has told no place yet is everybody's.
        shown = [
            line for line in lines if not chosen or line.region in chosen or not (line.region or visit.query("region"))
        ]
        waiting = [line for line in shown if line.case.waiting is not None]
        values: dict[str, Any] = {
            "waiting": waiting,
            "others": [line for line in shown if line.case.waiting is None],
            "chosen": chosen,
            "asked": visit.query("region"),
            "regions": [(number, self._region(number, visit.language), times) for number, times in regions],
            "names": {number: self._region(number, visit.language) for number, _ in regions},
            "newest": max((line.case.waiting or 0 for line in waiting), default=0),
        }
        return self._frame.page(visit, "case_list.html" if visit.is_part else "cases.html", **values)

    async def case(self, visit: Visit) -> Response:
        """Show one case, and take it where nobody has it."""
        number = visit.number()
        if not visit.is_part or "poll" in visit.request.query_params:
            await self._store.write(lambda at: see_case(at, number, visit.who, visit.now))
        draft = visit.query("draft")
        words = ""
        if draft.isdecimal() and len(draft) < 18:
            words = await self._store.read(lambda at: words_of(at, number, int(draft)))
        return await self._case(visit, number, typed=words)

    async def _case(self, visit: Visit, number: int, status: int = 200, **values: Any) -> Response:
        library = self._frame.parts.library()
        most = 1000 if visit.query("all") else _SHOWN
        try:
            seen = await self._store.read(lambda at: _seen(at, number, visit, library, most))
        except NoSuchCaseError:
            return self._gone(visit)
        case = seen.line.case
        given: dict[str, Any] = {
            "told": "",
            "typed": "",
            "colleague": "",
            **values,
            "seen": seen,
            "case": case,
            "region": self._region(seen.line.region, visit.language),
        }
        if visit.is_part:
            return self._frame.page(visit, "case_part.html", status, **given)
        saved, colleagues = await self._store.read(lambda at: (saved_replies(at), accounts(at)))
        spoken = case.conversation.language
        filled = known_fields(case, library)
        given |= {
            "known": list(_known(case, library, visit.language)),
            "saved": [(one.title, _filled(one.words.of(spoken), filled)) for one in saved],
            "colleagues": [
                one.name for one in colleagues if one.is_on and one.role in ADVISING and one.name != visit.who
            ],
            "longest": LONGEST_ANSWER,
        }
        return self._frame.page(visit, "case.html", status, **given)

    def _gone(self, visit: Visit) -> Response:
        if visit.is_part:
            return Response(status_code=204)
        return self._frame.notice(visit, "case_gone", 404, "/staff/cases")

    async def take(self, visit: Visit) -> Response:
        """Take a case; from a colleague only when that is said."""
        number, over = visit.number(), visit.fields.get("over") == "1"
        try:
            await self._store.write(lambda at: take_case(at, number, visit.who, visit.now, over=over))
        except NoSuchCaseError:
            return self._gone(visit)
        return RedirectResponse(f"/staff/cases/{number}", 303)

    async def answer(self, visit: Visit) -> Response:
        """Keep an answer for a minute in which it can be taken back; then it is sent, once."""
        number = visit.number()
        words = storable(visit.fields.get("text", "")).replace("\r\n", "\n").strip()
        words = words.encode("utf-8", "ignore").decode()
        key, seen = visit.fields.get("key", "")[:64], visit.fields.get("seen", "0")
        if told := _refusal(words):
            return await self._case(visit, number, 422, told=told, typed=words)
        last = int(seen) if seen.isdecimal() and len(seen) < 18 else 0
        try:
            await self._store.write(
                lambda at: hold_answer(
                    at, number, visit.who, words, key or f"{number}.{visit.now}", last, visit.now, KEPT_BACK
                )
            )
        except AnsweredMeanwhileError as error:
            return await self._case(visit, number, 409, told="answered_meanwhile", colleague=error.args[0], typed=words)
        except NoSuchCaseError:
            return self._frame.page(visit, "case_lost.html", 409, typed=words)
        return RedirectResponse(f"/staff/cases/{number}", 303)

    async def withdraw(self, visit: Visit) -> Response:
        """Take an answer back, and give its words back to be changed."""
        number, answer = visit.number(), visit.number("answer")
        if await self._store.write(lambda at: withdraw_answer(at, number, answer, visit.who, visit.now)):
            return RedirectResponse(f"/staff/cases/{number}?draft={answer}#text", 303)
        return await self._case(visit, number, 409, told="too_late")

    async def send(self, visit: Visit) -> Response:
        """Send what is kept back at once."""
        number = visit.number()
        self._tell(await self._store.write(lambda at: send_held(at, visit.now, number)))
        return RedirectResponse(f"/staff/cases/{number}", 303)

    async def hand(self, visit: Visit) -> Response:
        """Hand a case on to a colleague, or back to the queue, with a note that only staff see."""
        number, to = visit.number(), visit.fields.get("to", "")
        words = storable(visit.fields.get("note", "")).strip()[:LONGEST_ANSWER].encode("utf-8", "ignore").decode()
        listed = await self._store.read(accounts)
        if to and to not in {one.name for one in listed if one.is_on and one.role in ADVISING}:
            raise HTTPException(400)
        try:
            await self._store.write(lambda at: hand_on(at, number, visit.who, to, words, visit.now))
        except NoSuchCaseError:
            return self._gone(visit)
        return RedirectResponse("/staff/cases", 303)

    async def close(self, visit: Visit) -> Response:
        """Give the person back to the guide, which says so; what is kept back is sent first."""
        number = visit.number()
        back = self._frame.parts.library().phrases.back_from_person
        notice: Mapping[Language, Reply] = {one: Reply(back.of(one), (), one) for one in LANGUAGES}
        try:
            people = await self._store.write(lambda at: close_answered(at, number, visit.who, notice, visit.now))
        except NoSuchCaseError:
            return self._gone(visit)
        self._tell(people)
        return RedirectResponse("/staff/cases", 303)

    async def saved(self, visit: Visit) -> Response:
        """Show the saved replies."""
        listed = await self._store.read(saved_replies)
        return self._frame.page(visit, "saved.html", saved=listed, told="", given={})

    async def save(self, visit: Visit) -> Response:
        """Keep a reply to be given again, or drop one."""
        drop = visit.fields.get("drop", "")
        if drop.isdecimal() and len(drop) < 18:
            await self._store.write(lambda at: drop_reply(at, int(drop), visit.who, visit.now))
            return RedirectResponse("/staff/saved", 303)
        title, ar, fr = (
            storable(visit.fields.get(name, "")).strip().encode("utf-8", "ignore").decode()
            for name in ("title", "ar", "fr")
        )
        if not (title and ar and fr) or len(title) > _LONGEST_TITLE or max(len(ar), len(fr)) > LONGEST_ANSWER:
            listed = await self._store.read(saved_replies)
            return self._frame.page(visit, "saved.html", 422, saved=listed, told="saved_incomplete", given=visit.fields)
        await self._store.write(lambda at: save_reply(at, title, ar, fr, visit.who, visit.now))
        return RedirectResponse("/staff/saved", 303)

    def _tell(self, people: list[PersonId]) -> None:
        for person in people:
            self._frame.parts.put_on_way(person)

    def _region(self, number: int, language: Language) -> str:
        return self._frame.parts.library().gazetteer.region(number).name.of(language) if number else ""


def _refusal(words: str) -> str:
    """Return why an answer cannot be sent, as a name of a word; empty where it can."""
    if not words:
        return "answer_empty"
    if len(words) > LONGEST_ANSWER:
        return "answer_long"
    return "answer_blank" if _BLANK.search(words) or ("{" in words and "}" in words) else ""


def _line(case: OpenCase, library: Library) -> QueuedCase:
    place = place_of(case.conversation.facts, library)
    closes = case.heard + _WINDOW if case.channel == "whatsapp" and case.heard is not None else None
    return QueuedCase(case, place.region if place else 0, closes)


def _seen(connection: Connection, number: int, visit: Visit, library: Library, most: int) -> CaseSeen:
    case = open_case(connection, number)
    bubbles = transcript(connection, case.person, most=most + 1)
    answers = case_answers(connection, number)
    return CaseSeen(
        _line(case, library),
        [_bubble(one) for one in bubbles[-most:]],
        len(bubbles) > most,
        [one for one in case_messages(connection, number) if one.who in {"note", "guide"}],
        answers,
        list(others_there(connection, number, visit.who, visit.now)),
        max((one.id for one in answers), default=0),
    )


def _bubble(one: TranscriptBubble) -> PageBubble:
    if isinstance(one, ToPerson):
        return write(one.reply, one.id, from_staff=one.who == "staff", at=one.at.astimezone(MOROCCO))
    return PageBubble(
        one.id,
        True,
        one.text,
        is_location=one.kind == "located",
        at=one.at.astimezone(MOROCCO),
    )


def _known(case: OpenCase, library: Library, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what the person told of themselves: the name of each fact, and what they answered."""
    for fact_id, value in case.conversation.facts.items():
        fact, words = library.facts.get(fact_id), value_told(fact_id, value, library)
        if fact is not None and words is not None:
            yield fact.name.of(language), words.of(language)


def known_fields(case: OpenCase, library: Library) -> dict[str, str]:
    """Return what fills `{case}`, `{region}`, `{office}`, `{phone}` and `{address}` in a saved reply, where known."""
    place, language = place_of(case.conversation.facts, library), case.conversation.language
    fields = {"case": str(case.id)}
    if place is None:
        return fields
    fields["region"] = library.gazetteer.region(place.region).name.of(language)
    office = next((one for one in library.offices if one.region == place.region and one.kind == "brce"), None)
    if office is not None:
        fields["office"] = office.name.of(language)
        if office.phone:
            fields["phone"] = office.phone
        if office.address is not None:
            fields["address"] = office.address.of(language)
    return fields


def _filled(words: str, fields: Mapping[str, str]) -> str:
    """Return a saved reply with what is known filled in; what is not is to be filled in by hand."""
    return re.sub(r"\{([a-z]+)\}", lambda found: fields.get(found[1], f"[{found[1]}]"), harmless(words))
