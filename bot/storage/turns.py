"""What turns led to, gathered in memory and written in a few statements for a whole group of messages.

Everything that could not be stored is found out by `keep`, which then has changed nothing: a message that fails takes
none of its neighbours with it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, assert_never

from sqlalchemy import Connection

from bot.conversation.conversation import Conversation
from bot.conversation.events import (
    Arrived,
    CaseContinued,
    CaseLeft,
    CaseOpened,
    ConversationMoved,
    EntryAnswered,
    EntryChosen,
    EstimateTold,
    Event,
    FactAsked,
    FactSaidBack,
    FlowOpened,
    Forgotten,
    HearingChosen,
    Missed,
    MoveOffered,
    NotRecorded,
    OfficeTold,
    PapersTold,
    QuestionAsked,
    SheetBrought,
    SheetGiven,
    Turn,
    Unwanted,
    VerdictTold,
    VoiceToHear,
    Wanted,
)
from bot.language.dates import moroccan_day
from bot.language.folding import folded
from bot.message import Chose, Content, Located, Message, PersonId, Reply, Said, Sent, VoiceHeard
from bot.storage.cases import close_of, open_or_add
from bot.storage.codes import count_try, keep_move, keep_sheet, take_move
from bot.storage.counts import CountKey, count
from bot.storage.files import asker
from bot.storage.identity import forget
from bot.storage.inbox import FloodStanding, Waiting, columns, keep_standings
from bot.storage.notices import unwant, want
from bot.storage.outbox import ADD_REPLY, place_after, reply_row, sent_at_once
from bot.storage.review import sample_sure, week_of
from bot.storage.statements import Statement
from bot.storage.tables import encoded

_STATES: Final = Statement(
    "UPDATE conversations SET state = :state, place = :place, updated = :now, version = version + 1,"
    " rested = :rested, held = :held, is_slowed = :is_slowed WHERE person = :person"
)
_PLACES: Final = Statement("UPDATE conversations SET place = :place WHERE person = :person")
_SETTLED: Final = Statement(
    "UPDATE inbox SET state = :state, error = :error, person = :person, kind = :kind, said = :said, place = :place,"
    " raw = CASE WHEN :state = 'failed' THEN raw ELSE :nothing END WHERE id = :id"
)
_ADD_QUESTION: Final = Statement(
    "INSERT INTO questions (text, folded, zone, best, language, day, asker)"
    " VALUES (:text, :folded, :zone, :best, :language, :day, :asker)"
)
_CHOOSE: Final = Statement(
    "UPDATE questions SET chosen = :entry WHERE id ="
    " (SELECT max(id) FROM questions WHERE folded = :folded AND chosen IS NULL AND zone <> 'sure')"
)

_Row = dict[str, Any]
#: Something rarer, written after the rest and in order.
_Later = Callable[[Connection], object]


def storable(words: str) -> str:
    """Return words without the one character that PostgreSQL keeps in no text."""
    return words.replace("\0", "")


class TurnWriter:
    """The turns of one transaction."""

    def __init__(self, now: datetime, own_addresses: frozenset[str]) -> None:
        self._now = now.timestamp()
        self._day = moroccan_day(now).isoformat()
        self._own_addresses = own_addresses
        self._states: dict[PersonId, _Row] = {}
        self._places: dict[PersonId, int] = {}
        self._settled: list[_Row] = []
        self._replies: list[_Row] = []
        self._questions: list[_Row] = []
        self._later: list[_Later] = []
        self._counts: Counter[CountKey] = Counter()

    def keep(self, waiting: Waiting, before: Conversation, message: Message, turn: Turn) -> None:
        """Gather what the turn led to; raises, gathering nothing, what cannot be stored."""
        after = turn.conversation
        forgets = any(isinstance(event, Forgotten) for event in turn.events)
        kind, said = _shown(message.content, before)
        place = self._place(waiting)
        row = {
            "id": waiting.id,
            "state": "done",
            "error": None,
            "person": waiting.person,
            "kind": None if forgets else kind or None,
            "said": None if forgets else storable(said),
            "place": place,
            "nothing": b"",
        }
        said.encode()
        replies = self._reply_rows(waiting, turn.replies, place)
        state = {"person": waiting.person, "state": encoded(after), "now": self._now, **columns(waiting.standing)}
        questions: list[_Row] = []
        later: list[_Later] = []
        for event in turn.events:
            self._take_event(event, waiting.person, after, questions, later)
        if before.with_person and not after.with_person:
            later.append(lambda connection: close_of(connection, waiting.person, self._now))
        if forgets:
            own = waiting.channel in self._own_addresses
            later.append(lambda connection: forget(connection, waiting.person, waiting.id, self._now, keeps_names=own))
        # Nothing can fail from here on.
        self._settle(waiting, row, replies)
        self._states[waiting.person] = state
        self._questions += questions
        self._later += later
        counted = (figure for event in turn.events if (figure := _figure(event)) is not None)
        self._counts.update((self._day, kind, about) for kind, about in counted)

    def fail(self, waiting: Waiting, kind: str, sorry: Reply) -> None:
        """Gather that a message could not be attended, by the kind of error alone, and what to say about it."""
        place = self._place(waiting)
        row = {
            "id": waiting.id,
            "state": "failed",
            "error": kind,
            "person": waiting.person,
            "kind": None,
            "said": None,
            "place": place,
            "nothing": b"",
        }
        self._settle(waiting, row, self._reply_rows(waiting, (sorry,), place))
        self._counts[(self._day, "failed", waiting.channel)] += 1

    def report(self, waiting: Waiting, note: str) -> None:
        """Gather a case of the person, with a note of ours for staff."""
        self._later.append(lambda connection: open_or_add(connection, waiting.person, note, self._now, who="guide"))

    def say(self, waiting: Waiting, reply: Reply) -> None:
        """Gather a reply that answers no message, after what was gathered for the person so far."""
        place = self._place(waiting)
        self._replies += [{**row, "inbox_id": None} for row in self._reply_rows(waiting, (reply,), place - 1)]
        self._places[waiting.person] = place

    def _place(self, waiting: Waiting) -> int:
        return place_after(self._places.get(waiting.person, waiting.place), self._now)

    def _reply_rows(self, waiting: Waiting, replies: Sequence[Reply], place: int) -> list[_Row]:
        to = (waiting.channel, waiting.address)
        return [
            reply_row(waiting.person, to, encoded(reply), place + number, self._now, inbox_id=waiting.id)
            for number, reply in enumerate(replies, 1)
        ]

    def _settle(self, waiting: Waiting, row: _Row, replies: Sequence[_Row]) -> None:
        self._settled.append(row)
        self._replies += replies
        self._places[waiting.person] = row["place"] + len(replies)
        self._counts[(self._day, "message", waiting.channel)] += 1

    def _take_event(
        self, event: Event, person: PersonId, after: Conversation, questions: list[_Row], later: list[_Later]
    ) -> None:
        match event:
            case QuestionAsked(text, best, zone) if zone != "sure":
                text.encode()
                words = storable(text)
                questions.append(
                    {
                        "text": words,
                        "folded": folded(words),
                        "zone": zone,
                        "best": " ".join(best),
                        "language": after.language,
                        "day": self._day,
                        "asker": person,
                    }
                )
            case QuestionAsked(text, best, "sure") if best:
                text.encode()
                self._sample(storable(text), best[0], person, after, later)
            case EntryChosen(question, entry):
                question.encode()
                choice = {"entry": entry, "folded": folded(storable(question))}
                later.append(lambda connection: _CHOOSE.run(connection, [choice]))
            case CaseOpened(said) | CaseContinued(said):
                said.encode()
                kept = storable(said)
                later.append(lambda connection: open_or_add(connection, person, kept, self._now))
            case SheetGiven(code, told) if code:
                kept = storable(told)
                later.append(lambda connection: keep_sheet(connection, code, kept, person, self._now))
            case MoveOffered(code):
                later.append(lambda connection: keep_move(connection, code, person, self._now))
            case Wanted(topic):
                later.append(lambda connection: want(connection, person, topic, self._now))
            case Unwanted():
                later.append(lambda connection: unwant(connection, person))
            case ConversationMoved(code):
                later.append(lambda connection: take_move(connection, code))
            case SheetBrought("none"):
                later.append(lambda connection: count_try(connection, person, self._now))
            case _:
                pass  # Only counted, or seen to by `keep`.

    def _sample(self, words: str, entry: str, person: PersonId, after: Conversation, later: list[_Later]) -> None:
        week, language = week_of(date.fromisoformat(self._day)), after.language
        later.append(lambda at: sample_sure(at, week, words, entry, language, asker(at, person)))

    def write(self, connection: Connection, standings: Mapping[PersonId, FloodStanding] | None = None) -> None:
        """Write all that was gathered, and how far people have used up their allowance where that has changed."""
        standings = standings or {}
        keep_standings(connection, {who: one for who, one in standings.items() if who not in self._states})
        if not self._settled and not self._replies:
            return
        for person, state in self._states.items():
            state["place"] = self._places[person]
            if person in standings:
                state.update(columns(standings[person]))
        _STATES.run(connection, list(self._states.values()))
        moved = [
            {"person": person, "place": place} for person, place in self._places.items() if person not in self._states
        ]
        _PLACES.run(connection, moved)
        _SETTLED.run(connection, self._settled)
        ADD_REPLY.run(connection, self._replies)
        _ADD_QUESTION.run(connection, [{**row, "asker": asker(connection, row["asker"])} for row in self._questions])
        for write in self._later:
            write(connection)
        count(connection, self._counts + sent_at_once(self._replies, self._day))


def _figure(event: Event) -> tuple[str, str] | None:
    """Return what an event is counted as, and about what; None for what is not counted."""
    match event:
        case QuestionAsked(zone=zone):
            return "question", zone
        case EntryChosen(entry=entry):
            return "chosen", entry
        case FlowOpened(flow):
            return "flow", flow
        case CaseOpened():
            return "case", ""
        case CaseContinued():
            return "case_message", ""
        case CaseLeft():
            return "case_left", ""
        case Forgotten():
            return "forget", ""
        case SheetGiven():
            return "sheet", ""
        case SheetBrought(mark):
            return "sheet_brought", mark
        case Arrived(door):
            return "arrived", door
        case Wanted(topic):
            return "wanted", topic
        case Unwanted():
            return "unwanted", ""
        case MoveOffered():
            return "move_offered", ""
        case ConversationMoved():
            return "moved", ""
        case VoiceToHear():
            return "voice", ""
        case EntryAnswered(entry, is_off_topic):
            return "other_office" if is_off_topic else "entry", entry
        case HearingChosen(language):
            return "hears", language
        case NotRecorded(name, language):
            return "not_recorded", f"{language} {name}"
        case VerdictTold(scheme, verdict):
            return "verdict", f"{scheme} {verdict}"
        case OfficeTold(region=region):
            return "office", str(region)
        case EstimateTold() | PapersTold():
            return None
        case FactAsked() | FactSaidBack() | Missed():
            return None
        case _:
            assert_never(event)


def _shown(content: Content, before: Conversation) -> tuple[str, str]:
    """Return what the person is shown to have said: the kind, and the words where there are any.

    A choice of an older message is kept by its id: its label is looked up when it is shown. A position is not kept.
    """
    match content:
        case Said(said):
            return "said", said
        case Chose(choice):
            label = next((shown.label for shown in before.shown if shown.id == choice), None)
            return ("tapped", choice) if label is None else ("chose", label)
        case Located():
            return "located", ""
        case Sent(kind):
            return "sent", kind
        case VoiceHeard():
            # Nothing that they said until they confirm it: no bubble of theirs.
            return "", ""
        case _:
            assert_never(content)
