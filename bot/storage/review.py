"""What staff look through: questions not surely answered and what was made of them, samples of sure ones, figures.

Nothing here leads to who asked. A question that staff marked is not shown again however often it is asked; the mark is
by its folded form. Of those surely answered twenty a week are kept, each with the same chance, for two of the staff to
say whether the answer was right without seeing what the other said. Figures are counts of days; how long people wait
for staff is read from the cases still kept, and has nothing to do with how quickly the guide answers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import random
from typing import Final, Literal, get_args

from sqlalchemy import Connection, text

from bot.conversation.conversation import FLOW, Value
from bot.message import Language
from bot.storage.codes import sheet_marks
from bot.storage.counts import CountKey, figures
from bot.storage.staff import note
from bot.storage.statements import Statement
from bot.storage.tables import stored_conversation

#: What staff make of a question: it belongs to an entry, or becomes a new one; it is another office's; it is nothing.
QuestionMark = Literal["belongs", "new", "not_ours", "ignored"]
QUESTION_MARKS: Final[tuple[QuestionMark, ...]] = get_args(QuestionMark)
#: Sure answers looked through in a week, and how many of the staff look at each.
WEEKLY: Final = 20
#: Past questions that are asked again before something is published, each spelling once.
MOST_REPLAYED: Final = 2_000
LOOKERS: Final = 2


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question in one spelling, as it was last typed: how often it was asked, by the Monday of each week."""

    folded: str
    text: str
    language: Language
    #: The entries that came nearest, best first, and the one most lately chosen among them.
    best: tuple[str, ...]
    chosen: str
    weeks: dict[str, int]

    @property
    def times(self) -> int:
        """Return how often it was asked."""
        return sum(self.weeks.values())


_ASKED: Final = text(
    "SELECT q.folded, q.text, q.language, q.best, q.chosen, q.day FROM questions q"
    " WHERE q.zone <> 'sure' AND NOT EXISTS (SELECT 1 FROM question_marks m WHERE m.folded = q.folded) ORDER BY q.id"
)
_STATE: Final = text(
    "SELECT (SELECT max(id) FROM questions), (SELECT count(*) FROM questions), (SELECT max(at) FROM question_marks),"
    " (SELECT count(*) FROM question_marks)"
)


def week_of(day: date) -> str:
    """Return the Monday of a day's week, as it is kept."""
    return (day - timedelta(days=day.weekday())).isoformat()


def questions_state(connection: Connection) -> tuple[object, ...]:
    """Return what changes with the questions and their marks."""
    return tuple(connection.execute(_STATE).one())


def open_questions(connection: Connection) -> list[OpenQuestion]:
    """Return the questions that nobody marked, each spelling once, most asked first."""
    found: dict[str, OpenQuestion] = {}
    weeks: dict[str, dict[str, int]] = {}
    mondays: dict[str, str] = {}
    for folded, words, language, best, chosen, day in connection.execute(_ASKED):
        monday = mondays.get(day)
        if monday is None:
            monday = mondays[day] = week_of(date.fromisoformat(day))
        counted = weeks.setdefault(folded, {})
        counted[monday] = counted.get(monday, 0) + 1
        before = found.get(folded)
        picked = chosen or (before.chosen if before is not None else "")
        found[folded] = OpenQuestion(folded, words, language, tuple(best.split()), picked, counted)
    return sorted(found.values(), key=lambda one: (-one.times, one.folded))


_PAST: Final = text(
    "SELECT q.text, g.times FROM questions q JOIN (SELECT max(id) AS id, count(*) AS times FROM questions"
    " WHERE day >= :first GROUP BY folded) g ON g.id = q.id ORDER BY g.times DESC, q.id DESC LIMIT :most"
)
_PAST_SURE: Final = text("SELECT text FROM samples WHERE week >= :first ORDER BY id DESC LIMIT :most")


def past_questions(connection: Connection, first: date, most: int) -> list[tuple[str, int]]:
    """Return what was asked since a day, and how often, most asked first: as much of it as is kept, and at most `most`.

    Kept are the questions that were not surely answered, masked, and of those surely answered the sample of each week.
    """
    told = {"first": first.isoformat(), "most": most}
    sampled = [(words, 1) for (words,) in connection.execute(_PAST_SURE, {**told, "first": week_of(first)})]
    asked = [(words, times) for words, times in connection.execute(_PAST, told)]
    return [*sampled, *asked][:most]


_MARK: Final = text(
    "INSERT INTO question_marks (folded, mark, about, who, at) VALUES (:folded, :mark, :about, :who, :now)"
    " ON CONFLICT (folded) DO UPDATE SET mark = excluded.mark, about = excluded.about, who = excluded.who,"
    " at = excluded.at"
)
_UNMARK: Final = text("DELETE FROM question_marks WHERE folded = :folded")
_MARKED: Final = text("SELECT folded, mark, about, who, at FROM question_marks ORDER BY at DESC, folded LIMIT :most")


def mark_questions(
    connection: Connection, folded: Sequence[str], mark: QuestionMark, about: str, who: str, now: float
) -> None:
    """Say what questions are, by their folded forms."""
    for one in sorted(set(folded)):
        connection.execute(_MARK, {"folded": one, "mark": mark, "about": about, "who": who, "now": now})
    note(connection, who, f"questions_{mark}", f"{len(set(folded))} {about}".rstrip(), now)


def unmark_question(connection: Connection, folded: str, who: str, now: float) -> None:
    """Have a question shown again."""
    if connection.execute(_UNMARK, {"folded": folded}).rowcount:
        note(connection, who, "question_unmarked", "", now)


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question that staff marked; `about` is the entry, or the other office's subject."""

    folded: str
    mark: QuestionMark
    about: str
    who: str
    at: float


def marked_questions(connection: Connection, most: int = 200) -> list[MarkedQuestion]:
    """Return what was marked, the latest first."""
    return [MarkedQuestion(*row) for row in connection.execute(_MARKED, {"most": most})]


_SAMPLE: Final = Statement(
    "INSERT INTO samples (week, text, entry, language, chance, asker)"
    " VALUES (:week, :text, :entry, :language, :chance, :asker)"
)
_BOUND: Final = Statement(f"SELECT chance FROM samples WHERE week = :week ORDER BY chance LIMIT 1 OFFSET {WEEKLY - 1}")  # noqa: S608
_SURPLUS: Final = Statement(
    "DELETE FROM samples WHERE week = :week AND chance > :bound"
    " AND NOT EXISTS (SELECT 1 FROM sample_marks m WHERE m.sample_id = samples.id)"
)


def sample_sure(connection: Connection, week: str, words: str, entry: str, language: Language, asker: str) -> None:
    """Keep a question that was surely answered among the week's twenty, if chance has it so.

    Of however many questions a week each stays with the same chance; one that somebody looked at already stays.
    """
    chance = random()  # noqa: S311 - a sample, no secret
    bound = _BOUND.value(connection, {"week": week})
    if bound is not None and chance >= bound:
        return
    row = {"week": week, "text": words, "entry": entry, "language": language, "chance": chance, "asker": asker}
    _SAMPLE.run(connection, [row])
    if bound is not None and (last := _BOUND.value(connection, {"week": week})) is not None:
        _SURPLUS.run(connection, [{"week": week, "bound": last}])


@dataclass(frozen=True, slots=True)
class Sample:
    """A question that was surely answered by an entry."""

    id: int
    week: str
    text: str
    entry: str
    language: Language


@dataclass(frozen=True, slots=True)
class SampledWeek:
    """What two of the staff found of a week's sure answers."""

    week: str
    kept: int
    #: Looked at by two: how many both found right, both wrong, and one each.
    right: int
    wrong: int
    split: int


_TO_LOOK_AT: Final = text(
    "SELECT s.id, s.week, s.text, s.entry, s.language FROM samples s WHERE s.week < :before"
    " AND NOT EXISTS (SELECT 1 FROM sample_marks m WHERE m.sample_id = s.id AND m.who = :who)"
    " AND (SELECT count(*) FROM sample_marks m WHERE m.sample_id = s.id) < :lookers ORDER BY s.week, s.chance"
)
_JUDGE: Final = text(
    "INSERT INTO sample_marks (sample_id, who, is_right, at) SELECT s.id, :who, :is_right, :now FROM samples s"
    " WHERE s.id = :sample AND (SELECT count(*) FROM sample_marks m WHERE m.sample_id = s.id)"
    " < :lookers ON CONFLICT (sample_id, who) DO NOTHING"
)
_JUDGED: Final = text(
    "SELECT s.week, s.id, count(m.who) AS looked, sum(CASE WHEN m.is_right THEN 1 ELSE 0 END) AS rights"
    " FROM samples s LEFT JOIN sample_marks m ON m.sample_id = s.id GROUP BY s.week, s.id"
)


def samples_for(connection: Connection, who: str, before: str) -> list[Sample]:
    """Return the sure answers of weeks before `before` that somebody has still to look at."""
    return [Sample(*row) for row in connection.execute(_TO_LOOK_AT, {"who": who, "before": before, "lookers": LOOKERS})]


def judge_sample(connection: Connection, sample: int, who: str, is_right: bool, now: float) -> None:
    """Keep whether somebody finds an answer right; said once, and no more than two say it."""
    connection.execute(_JUDGE, {"sample": sample, "who": who, "is_right": is_right, "now": now, "lookers": LOOKERS})


def sampled_weeks(connection: Connection) -> list[SampledWeek]:
    """Return what was found of each week, the latest first."""
    weeks: dict[str, list[int]] = {}
    for week, _, looked, rights in connection.execute(_JUDGED):
        told = weeks.setdefault(week, [0, 0, 0, 0])
        told[0] += 1
        if looked >= LOOKERS:
            told[1 if rights == LOOKERS else 2 if rights == 0 else 3] += 1
    return [SampledWeek(week, *told) for week, told in sorted(weeks.items(), reverse=True)]


_CONVERSATIONS: Final = text("SELECT state FROM conversations WHERE updated >= :since")


def told_facts(connection: Connection, since: float) -> list[tuple[dict[str, Value], list[str], int]]:
    """Return the facts of conversations gone on with since a moment, the flows they went to, how many told the same.

    Files that somebody put aside are cases of their own; whoever told no fact is left out.
    """
    times: Counter[tuple[frozenset[tuple[str, str]], frozenset[str]]] = Counter()
    facts: dict[tuple[frozenset[tuple[str, str]], frozenset[str]], dict[str, Value]] = {}
    for (state,) in connection.execute(_CONVERSATIONS, {"since": since}):
        conversation = stored_conversation(state)
        for trail in (conversation.trail, *(file.trail for file in conversation.others)):
            known = {answer.about: answer.value for answer in trail if answer.about != FLOW}
            if not known:
                continue
            flows = frozenset(str(answer.value) for answer in trail if answer.about == FLOW)
            key = frozenset((name, repr(value)) for name, value in known.items()), flows
            times[key] += 1
            facts[key] = known
    return [(facts[key], sorted(key[1]), n) for key, n in times.items()]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for the first answer of the staff, in seconds; None where nobody was answered."""

    answered: int
    median: float | None
    #: Nine of ten waited no longer.
    ninetieth: float | None
    #: Cases without any answer so far, open or closed.
    unanswered: int


@dataclass(frozen=True, slots=True)
class CaseWait:
    """When somebody asked for a person, the seconds until staff answered (None so far), and what they had told."""

    opened: float
    seconds: float | None
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened between two days, both included."""

    first: date
    last: date
    counted: Mapping[tuple[str, str], int]
    #: How often each kind of thing happened, by the Monday of the week.
    weeks: Mapping[str, Counter[str]]
    reached: int
    waits: Waits
    waiting: tuple[CaseWait, ...]
    samples: tuple[SampledWeek, ...]
    days: Mapping[CountKey, int]
    #: What became of the sheets given in that time: how many stand at each mark.
    sheets: Mapping[str, int]


_REACHED: Final = text("SELECT count(*) FROM people WHERE created >= :first AND created < :after")
_FIRST_ANSWERS: Final = text(
    "SELECT c.opened, (SELECT min(m.at) FROM case_messages m WHERE m.case_id = c.id AND m.who = 'staff') AS answered,"
    " v.state FROM cases c LEFT JOIN conversations v ON v.person = c.person"
    " WHERE c.opened >= :first AND c.opened < :after"
)


def summary(connection: Connection, first: date, last: date, begins: float, ends: float) -> Summary:
    """Return what happened from `first` to `last`; `begins` and `ends` are the same as moments."""
    days = figures(connection, first.isoformat(), last.isoformat())
    counted: Counter[tuple[str, str]] = Counter()
    weeks: dict[str, Counter[str]] = {}
    mondays: dict[str, str] = {}
    for (day, kind, about), times in days.items():
        counted[kind, about] += times
        monday = mondays.setdefault(day, week_of(date.fromisoformat(day)))
        weeks.setdefault(monday, Counter())[kind if kind != "question" else f"question {about}"] += times
    told = {"first": begins, "after": ends}
    reached = connection.execute(_REACHED, told).scalar_one()
    waiting = tuple(
        CaseWait(
            opened,
            None if answered is None else max(0.0, answered - opened),
            stored_conversation(state).facts if state is not None else {},
        )
        for opened, answered, state in connection.execute(_FIRST_ANSWERS, told)
    )
    waits, sheets = waits_of(waiting), sheet_marks(connection, begins, ends)
    return Summary(first, last, counted, weeks, reached, waits, waiting, tuple(sampled_weeks(connection)), days, sheets)


def waits_of(waiting: Iterable[CaseWait]) -> Waits:
    """Return how long people waited in some cases."""
    listed = [one.seconds for one in waiting]
    waited = sorted(one for one in listed if one is not None)
    return Waits(len(waited), _at(waited, 0.5), _at(waited, 0.9), len(listed) - len(waited))


#: How a conversation that is quiet stands: what is on its screen, by kind and id; a person, or nothing at all.
ConversationEnd = tuple[Literal["goal", "question", "flow", "nothing"], str]

_QUIET: Final = text(
    "SELECT state FROM conversations WHERE updated >= :first AND updated < :quiet ORDER BY updated DESC LIMIT :most"
)
#: Conversations looked at, the latest first: decoding more takes longer than a page may.
_LOOKED_AT: Final = 5_000


def conversation_ends(connection: Connection, first: float, quiet: float) -> Counter[ConversationEnd]:
    """Return where conversations that were last written in from `first` to `quiet` stand, as far as they are kept.

    Whoever has an answer, a result, a scheme or an office before them, or is with a person, has what they came for.
    """
    found: Counter[ConversationEnd] = Counter()
    told = {"first": first, "quiet": quiet, "most": _LOOKED_AT}
    for (state,) in connection.execute(_QUIET, told):
        conversation = stored_conversation(state)
        screen = conversation.on_screen
        if conversation.with_person:
            found["goal", ""] += 1
        elif screen is None:
            found["nothing", ""] += 1
        elif screen.kind in {"question", "flow"}:
            found["question" if screen.kind == "question" else "flow", screen.of] += 1
        else:
            found["goal", ""] += 1
    return found


def _at(ordered: list[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
