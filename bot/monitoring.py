"""What whoever watches the guide is told: whether it lives, whether it can take messages, and figures for Prometheus.

Nothing here leads to a person: figures are told by channel, scheme, zone and kind alone. It is served at a listener of
its own, on the loopback unless the operator says otherwise, so that no rule of a web server stands between it and the
world. What one program did is counted in memory and begins at nought with it, as Prometheus expects; what waits, and
what platforms refused or charged, is read from the store and is the same at every program that shares it.
"""

import json
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from sqlalchemy import Connection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import __version__
from bot.conversation.events import QuestionAsked, Turn, VerdictTold
from bot.language.dates import moroccan_day
from bot.storage import Backlog, SendOutcome, Store, StoreError, backlog, count, figures, newest
from bot.storage.counts import CountKey

#: Bytes that must be free where conversations are kept: below that the next writes fail.
LEAST_ROOM: Final = 64 * 1024 * 1024
#: Seconds that the oldest message, and the oldest reply that is due, may have waited before something is wrong.
LONGEST_WAIT: Final = 60.0
#: Seconds that the clock may have been set by, or be behind the newest row, before something is wrong.
_DRIFT: Final = 60.0
#: Seconds for which what was found is told again: whoever asks more often costs nothing.
_FRESH: Final = 1.0
#: What is written to see that the store writes; its day is before every other, so that no figure holds it.
_PROBE: Final = {("", "probe", ""): 0}
#: The figures of the store that are told as they are: their kind, and what they are about.
_TOLD: Final = frozenset({"refused", "whatsapp_message", "whatsapp_priced", "blocked", "unblocked", "case", "flood"})

_TURN_SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1.0)
_LAG_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; the figures are what was seen."""

    name: str
    is_well: bool
    #: Whether messages cannot be taken while it is not well.
    is_needed: bool
    seen: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that was looked at, at one moment."""

    checks: tuple[Check, ...]
    backlog: Backlog
    #: What the store counted this month, by kind and about what.
    counted: dict[tuple[str, str], int]

    @property
    def is_ready(self) -> bool:
        """Whether messages can be taken."""
        return all(check.is_well for check in self.checks if check.is_needed)


class Monitor:
    """The watch of one program; `note_turn` and `note_sending` tell it what happened, from any thread."""

    def __init__(
        self,
        store: Store,
        *,
        release: Callable[[], str],
        now: Callable[[], datetime],
        kept_in: Path | None,
        steady: Callable[[], float] = monotonic,
        is_current: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take the parts in; `kept_in` is the folder of a SQLite file, whose disk is looked at.

        `is_current` tells whether the release is what the files say: else it is the last good one.
        """
        self._is_current = is_current
        self._store = store
        self._release = release
        self._now = now
        self._steady = steady
        self._kept_in = kept_in
        self._offset = now().timestamp() - steady()
        self._sight: tuple[float, Sight] | None = None
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(_Stored(self))
        self._messages = Counter(
            "dalil_messages", "Messages in and replies out", ("channel", "direction"), registry=self._registry
        )
        self._turns = Histogram(
            "dalil_turn_seconds", "Time of one turn", ("channel",), buckets=_TURN_SECONDS, registry=self._registry
        )
        self._zones = Counter("dalil_questions", "Free questions by zone", ("zone",), registry=self._registry)
        self._verdicts = Counter("dalil_verdicts", "Verdicts told", ("scheme", "verdict"), registry=self._registry)
        self._lag = Histogram(
            "dalil_delivery_lag_seconds",
            "Time from a reply being kept to its being sent",
            ("channel",),
            buckets=_LAG_SECONDS,
            registry=self._registry,
        )
        self._failures = Counter(
            "dalil_send_failures", "Sendings that failed", ("channel", "when"), registry=self._registry
        )

    def note_turn(self, channel: str, turn: Turn, seconds: float, *, is_sent: bool) -> None:
        """Count a turn; `is_sent` where its replies are seen as soon as they are kept."""
        self._messages.labels(channel, "in").inc()
        if is_sent:
            self._messages.labels(channel, "out").inc(len(turn.replies))
        self._turns.labels(channel).observe(seconds)
        for event in turn.events:
            match event:
                case QuestionAsked(zone=zone):
                    self._zones.labels(zone).inc()
                case VerdictTold(scheme, verdict):
                    self._verdicts.labels(scheme, verdict).inc()
                case _:
                    pass

    def note_sending(self, outcome: SendOutcome, age: float) -> None:
        """Count what became of sending a reply that was kept `age` seconds ago."""
        match outcome.state:
            case "sent":
                self._messages.labels(outcome.channel, "out").inc()
                self._lag.labels(outcome.channel).observe(max(0.0, age))
            case "later" if not outcome.failed:
                pass
            case state:
                self._failures.labels(outcome.channel, "never" if state == "dead" else "later").inc()

    def alive(self) -> dict[str, object]:
        """Return that the program answers, and which program and content it is."""
        return {"alive": True, "version": __version__, "release": self._release(), "is_current": self._is_current()}

    async def sight(self) -> Sight:
        """Return everything looked at, at most a second ago."""
        if self._sight is not None and 0 <= self._steady() - self._sight[0] < _FRESH:
            return self._sight[1]
        sight = await self._looked()
        self._sight = (self._steady(), sight)
        return sight

    async def _looked(self) -> Sight:
        now, began = self._now(), self._steady()
        waiting, counted, error, latest = Backlog(), dict[tuple[str, str], int](), "", None
        day = moroccan_day(now)

        def read(connection: Connection) -> tuple[Backlog, float | None, dict[CountKey, int]]:
            counts = figures(connection, day.replace(day=1).isoformat(), day.isoformat())
            return backlog(connection, now.timestamp()), newest(connection), counts

        try:
            await self._store.write(lambda connection: count(connection, _PROBE))
            waiting, latest, by_day = await self._store.read(read)
            for (_, kind, about), times in by_day.items():
                counted[kind, about] = counted.get((kind, about), 0) + times
        except StoreError as failure:
            error = failure.kind
        took = self._steady() - began
        seen: dict[str, object] = {"seconds": round(took, 4), **({"error": error} if error else {})}
        checks = [
            Check("store", not error, True, seen),
            Check("content", bool(self._release()), True, {"release": self._release()}),
            self._room(),
            _waiting("messages", waiting.messages, waiting.oldest_message),
            _waiting("replies", sum(lane.waiting for lane in waiting.lanes), waiting.oldest_reply),
            self._clock(now, latest),
        ]
        return Sight(tuple(checks), waiting, counted)

    def _clock(self, now: datetime, latest: float | None) -> Check:
        """Return whether the clock went on steadily since the program began, and is not behind what the store holds."""
        jumped = now.timestamp() - self._steady() - self._offset
        behind = 0.0 if latest is None else latest - now.timestamp()
        seen: dict[str, object] = {"now": now.isoformat(timespec="seconds"), "jumped_by_seconds": round(jumped)}
        return Check("clock", abs(jumped) <= _DRIFT and behind <= _DRIFT, False, seen)

    def _room(self) -> Check:
        if self._kept_in is None:
            return Check("disk", True, True, {"kept": "by a server"})
        try:
            free = shutil.disk_usage(self._kept_in).free
        except OSError as error:
            return Check("disk", False, True, {"error": type(error).__name__})
        return Check("disk", free >= LEAST_ROOM, True, {"free_bytes": free})

    async def metrics(self) -> bytes:
        """Return every figure in Prometheus' text format."""
        await self.sight()
        return generate_latest(self._registry)

    def stored(self) -> Iterator[Metric]:
        """Yield the figures of the last look."""
        told = GaugeMetricFamily("dalil_build", "Which program and content this is", labels=("version", "release"))
        told.add_metric((__version__, self._release()), 1)
        yield told
        if self._sight is None:
            return
        sight = self._sight[1]
        well = GaugeMetricFamily("dalil_check", "1 where all is well", labels=("check",))
        for check in sight.checks:
            well.add_metric((check.name,), int(check.is_well))
        yield well
        waiting = GaugeMetricFamily("dalil_waiting", "Messages and replies that wait", labels=("what", "channel"))
        oldest = GaugeMetricFamily("dalil_oldest_seconds", "Age of the oldest that waits", labels=("what", "channel"))
        waiting.add_metric(("message", ""), sight.backlog.messages)
        waiting.add_metric(("held", ""), sight.backlog.held)
        oldest.add_metric(("message", ""), sight.backlog.oldest_message)
        for lane in sight.backlog.lanes:
            waiting.add_metric(("reply", lane.channel), lane.waiting)
            oldest.add_metric(("reply", lane.channel), lane.oldest)
        yield from (waiting, oldest)
        counted = CounterMetricFamily(
            "dalil_counted",
            "What the store counted this month, for all programs that share it",
            labels=("kind", "about"),
        )
        dead = CounterMetricFamily("dalil_dead_letters", "Replies given up this month", labels=("channel",))
        for (kind, about), times in sight.counted.items():
            if kind in _TOLD:
                counted.add_metric((kind, about), times)
            elif kind == "dead":
                dead.add_metric((about,), times)
        yield from (counted, dead)
        for check in sight.checks:
            if isinstance(free := check.seen.get("free_bytes"), int):
                yield GaugeMetricFamily("dalil_disk_free_bytes", "Room where conversations are kept", value=free)


class _Stored:
    """The part of the figures that was read from the store."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def collect(self) -> Iterable[Metric]:
        """Yield the figures."""
        yield from self._monitor.stored()

    def describe(self) -> Iterable[Metric]:
        """Yield nothing: what there will be is known once the store was read."""
        return ()


def _waiting(name: str, waiting: int, oldest: float) -> Check:
    return Check(name, oldest <= LONGEST_WAIT, False, {"waiting": waiting, "oldest_seconds": round(oldest, 1)})


def watched(monitor: Monitor) -> ASGIApp:
    """Return what is served to whoever watches: `/livez`, `/readyz` and `/metrics`."""
    pages: dict[str, Callable[[], Awaitable[Response]]] = {
        "/livez": lambda: _lives(monitor),
        "/readyz": lambda: _ready(monitor),
        "/metrics": lambda: _figures(monitor),
    }

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"nothing is served here but HTTP: {scope['type']}")
        page = pages.get(scope["path"])
        if page is None:
            response = Response(status_code=404)
        elif scope["method"] not in {"GET", "HEAD"}:
            response = Response(status_code=405, headers={"Allow": "GET, HEAD"})
        else:
            response = await page()
        await response(scope, receive, send)

    return served


async def _lives(monitor: Monitor) -> Response:
    return _json(monitor.alive(), 200)


async def _ready(monitor: Monitor) -> Response:
    sight = await monitor.sight()
    told = {check.name: {"well": check.is_well, "needed": check.is_needed, **check.seen} for check in sight.checks}
    return _json({"ready": sight.is_ready, **told}, 200 if sight.is_ready else 503)


async def _figures(monitor: Monitor) -> Response:
    return Response(await monitor.metrics(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _json(told: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(told), status, {"Cache-Control": "no-store"}, "application/json")
