"""What staff tell those who asked: what a notice may say, proposing one when rules change, putting it on its way.

Nothing is sent without somebody's decision: a change of the rules only proposes a notice, with the count of those whose
result changes. What is compared is what decides, so that a source read again, or another wording, proposes nothing.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import partial
from hashlib import blake2b
from typing import Final, Literal

from sqlalchemy import Connection

from bot.channels.incoming import legible
from bot.channels.printing import coming_stations
from bot.conversation.choices import do, of_schemes, to
from bot.conversation.codes import result_told
from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.sheet import standings
from bot.conversation.showing import value_told
from bot.eligibility.amounts import LegalAmount
from bot.eligibility.scheme import Scheme
from bot.language.dates import moroccan_day
from bot.language.wording import day
from bot.message import LANGUAGES, Choice, Language, PersonId, Reply, Text
from bot.storage import Store
from bot.storage.notices import (
    Notice,
    NoticeLine,
    add_lines,
    begin,
    drop_proposed,
    listeners,
    most_waiting,
    next_sending,
    put_on_way,
    rules_seen,
    see_rules,
)

log: Final = logging.getLogger(__name__)

#: Characters of a notice at most: one screen of a phone, with why it comes.
LONGEST: Final = 500
#: Replies that may wait on a channel before more notices are put behind them.
MOST_WAITING: Final = 200
#: People whose results are compared before others have their turn, and the rest after it, in seconds.
_COMPARED: Final = 100
_REST: Final = 0.05
#: Parts of a rule that decide nothing: words, and where it is written.
_UNDECISIVE: Final = frozenset(
    {"title", "short", "gives", "name", "because", "words", "notes", "sources", "source", "read", "confidence", "url"}
    | {"group", "see", "papers_note", "office", "terms", "prepared", "confirmed_by"}
)

#: Why something cannot be a notice.
NoticeFault = Literal["topic", "languages", "long", "signs", "past"]


def fault_of(topic: str, wordings: Collection[str], library: Library, on: date) -> NoticeFault | None:
    """Return what is wrong with a topic, or with the words in each language, on a day; None where nothing is."""
    kind, _, name = topic.partition(":")
    region = int(name) if kind == "caravan" and name.isascii() and name.isdigit() and len(name) < 3 else 0
    if not 1 <= region <= 12 and not (kind == "scheme" and name in library.schemes):
        return "topic"
    if region and not coming_stations(region, library, on):
        return "past"
    if not all(words.strip() for words in wordings):
        return "languages"
    if max(map(len, wordings)) > LONGEST:
        return "long"
    return "signs" if any(legible(words).strip() != _plain(words) for words in wordings) else None


def replies(topic: str, wordings: Mapping[Language, str], library: Library) -> dict[Language, Reply]:
    """Return a notice as people get it in each language: why it comes below it, what it is about, how to stop."""
    say = library.phrases
    return {
        language: Reply(
            f"{_plain(wordings[language])}\n\n{say.notice_why.of(language)}",
            (*_opens(topic, library, language), do("quiet", say.quiet, language), do("menu", say.menu, language)),
            language,
        )
        for language in LANGUAGES
    }


def _plain(words: str) -> str:
    """Return words as they are kept: a browser sends the line ends of Windows."""
    return words.replace("\r\n", "\n").strip()


def _opens(topic: str, library: Library, language: Language) -> tuple[Choice, ...]:
    kind, _, name = topic.partition(":")
    if kind == "scheme":
        return of_schemes([name], library, language) if name in library.schemes else ()
    flow = library.flows[library.caravan_flow]
    return (to("to", library.caravan_flow, flow.title, language),)


async def send_some(store: Store, library: Library, now: float) -> list[PersonId]:
    """Put the notice that is being sent on its way to the next few, where the channels have room; return them."""
    notice = await store.read(next_sending)
    if notice is None or not await store.leads("notices"):
        return []
    if await store.read(partial(most_waiting, now=now)) >= MOST_WAITING:
        return []
    told = replies(notice.topic, notice.wordings, library)
    return await store.write(partial(put_on_way, notice=notice, replies=told, now=now))


class RuleWatch:
    """Sees when the rules that are live are others, and proposes a notice to whoever asked to know."""

    def __init__(self, library: Callable[[], Library]) -> None:
        """Take what is live."""
        self._library = library
        self._looked: Library | None = None

    async def look(self, store: Store, now: float) -> list[Notice]:
        """Propose a notice for each scheme whose rules have changed since the last look; return them."""
        before, after = self._looked, self._library()
        if before is not None and before.release == after.release:
            return []
        proposed: list[Notice] = []
        if await store.leads("notices"):
            proposed = [one async for one in _proposed(store, before, after, now)]
        self._looked = after
        return proposed


async def _proposed(store: Store, before: Library | None, after: Library, now: float) -> AsyncIterator[Notice]:
    seen = await store.read(rules_seen)
    marks = {name: digest_of(scheme) for name, scheme in after.schemes.items()}
    changed = [name for name, mark in marks.items() if seen.get(name, mark) != mark]
    on = moroccan_day(datetime.fromtimestamp(now, UTC))
    for name in changed:
        old = before.schemes.get(name) if before is not None else None
        # What this program knew may be later than what was looked at last, where another program did.
        is_old = old is not None and digest_of(old) == seen[name]
        lines = [one async for one in _lines(store, name, before, after, on)] if is_old and before is not None else []
        why = list(changes_of(old if is_old else None, after.schemes[name], on))
        since = first_day(old if is_old else None, after.schemes[name], on)
        words = after.phrases.notice_rules.filled(scheme=after.schemes[name].title, date=day(since))
        told = {language: [line.of(language) for line in why] for language in LANGUAGES}
        keeping = partial(
            _keep, scheme=name, words=words, was=seen[name], mark=marks[name], told=told, lines=lines, now=now
        )
        notice = await store.write(keeping)
        if notice is not None:
            log.info("event=notice_proposed notice=%d topic=%s lines=%d", notice.id, notice.topic, len(lines))
            yield notice
    await store.write(lambda at: see_rules(at, {name: mark for name, mark in marks.items() if name not in changed}))


def _keep(
    connection: Connection,
    scheme: str,
    words: Text,
    was: str,
    mark: str,
    told: Mapping[Language, list[str]],
    lines: Collection[NoticeLine],
    now: float,
) -> Notice | None:
    """Keep a proposal; one that waits is dropped for it. Where that one's change is undone, nothing is to be told."""
    see_rules(connection, {scheme: mark})
    topic = f"scheme:{scheme}"
    dropped = drop_proposed(connection, topic)
    if any(json.loads(one.why).get("was") == mark for one in dropped):
        return None
    why = json.dumps({"was": was, **told}, ensure_ascii=False)
    wordings = {language: words.of(language) for language in LANGUAGES}
    notice = begin(connection, topic, wordings, now, state="proposed", mark=f"{topic} {mark} {now:.3f}", why=why)
    add_lines(connection, notice.id, list(lines))
    return notice


async def _lines(store: Store, scheme: str, before: Library, after: Library, on: date) -> AsyncIterator[NoticeLine]:
    """Yield what is told to each of those whose result changes, by what they have answered."""
    days = (on, *future_days(after.schemes[scheme], on))
    last = ""
    while some := await store.read(partial(listeners, topic=f"scheme:{scheme}", after=last, most=_COMPARED)):
        last = some[-1][0]
        for line in await asyncio.to_thread(lambda: list(_compared(some, scheme, before, after, days))):
            yield line
        await asyncio.sleep(_REST)


def _compared(
    some: Iterable[tuple[PersonId, Conversation, int]],
    scheme: str,
    before: Library,
    after: Library,
    days: Iterable[date],
) -> Iterator[NoticeLine]:
    for person, conversation, version in some:
        facts = {
            fact: value
            for fact, value in conversation.facts.items()
            if all(value_told(fact, value, library) is not None for library in (before, after))
        }
        for on in days if facts else ():
            then, now = (next(standings([scheme], facts, library, on), None) for library in (before, after))
            if then is None or now is None or then == now:
                continue
            told = after.phrases.notice_result.filled(
                scheme=after.schemes[scheme].title,
                date=day(on),
                old=result_told(then, after),
                new=result_told(now, after),
            )
            yield NoticeLine(person, version, {language: told.of(language) for language in LANGUAGES})
            break


def digest_of(scheme: Scheme) -> str:
    """Return a digest of what of a scheme decides: conditions, amounts by day, shares, periods, papers."""
    return blake2b(repr(_decisive(scheme)).encode(), digest_size=12).hexdigest()


def _decisive(value: object) -> object:
    match value:
        case Text():
            return tuple(value.of(language) for language in LANGUAGES)
        case _ if is_dataclass(value):
            kept = [one.name for one in fields(value) if one.name not in _UNDECISIVE]
            return (type(value).__name__, *((name, _decisive(getattr(value, name))) for name in kept))
        case frozenset() | set():
            return sorted(repr(_decisive(one)) for one in value)
        case dict():
            return sorted((repr(key), repr(_decisive(one))) for key, one in value.items())
        case tuple() | list():
            return [_decisive(one) for one in value]
        case _:
            return repr(value)


def future_days(scheme: Scheme, on: date) -> list[date]:
    """Return the days to come on which something of a scheme becomes another."""
    days = {when for amount in scheme.amounts for when, _ in amount.since}
    days |= {one.period.since for one in scheme.conditions if one.period.since is not None}
    return sorted(when for when in days if when > on)


def first_day(old: Scheme | None, new: Scheme, on: date) -> date:
    """Return from which day what has changed holds: the first to come that the old rules did not know, else today."""
    known = set(future_days(old, on)) if old is not None else set()
    return next((when for when in future_days(new, on) if when not in known), on)


def changes_of(old: Scheme | None, new: Scheme, on: date) -> Iterator[Text]:
    """Yield a line for each amount and each condition that is another, for whoever decides what is told."""
    if old is None:
        return
    values = {one.name: dict(one.since) for one in old.amounts}
    for amount in new.amounts:
        was = values.get(amount.name, {})
        for when, value in amount.since:
            if was.get(when) != value:
                words = LegalAmount(amount.name, amount.unit, value).text()
                earlier = LegalAmount(amount.name, amount.unit, was[when]).text() if when in was else None
                yield _change(amount.title, when, words, earlier)
    conditions = {one.id: one for one in old.conditions}
    for condition in new.conditions:
        same = conditions.get(condition.id)
        if same is None or _decisive(same) != _decisive(condition):
            yield condition.because
    yield from (one.because for name, one in conditions.items() if name not in {each.id for each in new.conditions})


def _change(title: Text, when: date, words: Text, earlier: Text | None) -> Text:
    was = {language: f"{earlier.of(language)} → " if earlier is not None else "" for language in LANGUAGES}
    return Text(
        {
            language: f"{title.of(language)}: {was[language]}{words.of(language)} ({day(when).of(language)})"
            for language in LANGUAGES
        }
    )
