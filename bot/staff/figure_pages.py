"""The pages of the figures, for staff and, where it is switched on, for everybody; and what of the content is old.

Where fewer than five of something happened no figure is shown: in a small place five are somebody.
"""

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.whatsapp import meter
from bot.content.stale import STALENESS, StaleThing, stale_things
from bot.conversation.library import Library
from bot.conversation.showing import place_of
from bot.faq.entries import EntryId
from bot.language.dates import MOROCCO, moroccan_day
from bot.message import Language
from bot.staff.charts import bars, lines, region_map
from bot.staff.frame import EDITORS, Frame, Visit
from bot.staff.prepared import READY, PreparedPart
from bot.staff.reachability import AskedSources
from bot.staff.titles import titles_of
from bot.storage.review import (
    CaseWait,
    ConversationEnd,
    Summary,
    Waits,
    conversation_ends,
    summary,
    waits_of,
    week_of,
)

#: The smallest number of anything that is told.
LEAST_TOLD: Final = 5
#: Weeks that can be looked at.
_WEEKS: Final = (4, 13, 26, 52)
#: Rows of a figure that are shown; all of them are in the file.
_ROWS: Final = 20
_DAY: Final = 86400.0
#: What a sheet may have come to, in the order of a visit: see `bot.conversation.codes.CounterMark`.
_SHEET_MARKS: Final = ("given", "came", "complete", "missing", "elsewhere")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One number; None where it is too small to be told."""

    label: str
    times: int | None
    #: Its share of the largest, for the bar, in hundredths.
    share: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A few numbers under one title; its name is that of the words that tell how it is counted."""

    name: str
    rows: tuple[FigureRow, ...]
    has_more: bool = False


class FigurePages:
    """The answers to requests about figures."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._stale: PreparedPart[list[StaleThing]] = PreparedPart()
        self._ends: dict[int, PreparedPart[Counter[ConversationEnd]]] = {}

    async def figures(self, visit: Visit) -> Response:
        """Show what happened in the last weeks."""
        weeks = _weeks(visit.query("weeks"))
        found = await self._summary(weeks)
        library = self._frame.parts.library()
        ends = await self._ended(weeks)
        words = self._frame.words(visit.language)
        values: dict[str, Any] = {
            "figures": figures_of(found, ends, library, visit.language, words),
            "charts": charts_of(found, library, words),
            "waits": waits_told(found, library, visit.language, words),
            "cost": self._cost(found),
            "weeks": weeks,
            "all_weeks": _WEEKS,
            "first": found.first,
            "last": found.last,
            "least": LEAST_TOLD,
        }
        return self._frame.page(visit, "figures.html", **values)

    async def file(self, visit: Visit) -> Response:
        """Give the figures as a file."""
        return await self._csv(visit.query("weeks"), visit.language)

    async def public(self, request: Request) -> Response:
        """Show everybody the figures, without what WhatsApp costs."""
        self._need_public()
        language = self._frame.language(request)
        weeks = _weeks(request.query_params.get("weeks", ""))
        found = await self._summary(weeks)
        library, words = self._frame.parts.library(), self._frame.words(language)
        ends = await self._ended(weeks)
        page = self._frame.drawn(
            "public.html", language, charts=charts_of(found, library, words),
            figures=figures_of(found, ends, library, language, words), weeks=weeks, all_weeks=_WEEKS,
            waits=waits_told(found, library, language, words), first=found.first, last=found.last, least=LEAST_TOLD,
        )  # fmt: skip
        return HTMLResponse(page)

    async def public_file(self, request: Request) -> Response:
        """Give everybody the figures as a file."""
        self._need_public()
        return await self._csv(request.query_params.get("weeks", ""), self._frame.language(request))

    def _need_public(self) -> None:
        if not self._frame.parts.has_public_figures:
            raise HTTPException(404)

    async def _summary(self, weeks: int) -> Summary:
        last = moroccan_day(self._frame.parts.now())
        first = last - timedelta(days=7 * weeks - 1)
        begins, ends = (_moment(day) for day in (first, last + timedelta(days=1)))
        return await self._frame.parts.store.read(lambda at: summary(at, first, last, begins, ends))

    async def _ended(self, weeks: int, patience: float = 0.08) -> Counter[ConversationEnd] | None:
        """Return where conversations ended, reckoned anew each hour beside the pages; None until that is done."""
        now = self._frame.now()
        prepared = self._ends.setdefault(weeks, PreparedPart())
        first, quiet = now - weeks * 7 * _DAY, now - _DAY
        store = self._frame.parts.store
        made, _ = await prepared.ready(
            int(now // 3600), lambda: store.read_now(lambda at: conversation_ends(at, first, quiet)), patience
        )
        return made

    async def _csv(self, told: str, language: Language) -> Response:
        weeks = _weeks(told)
        found, ends = await self._summary(weeks), await self._ended(weeks, 10.0)
        words, library = self._frame.words(language), self._frame.parts.library()
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(("figure", "what", "count", "from", "to", "how"))
        for figure in figures_of(found, ends, library, language, words, most=10_000):
            for row in figure.rows:
                told_times = f"<{LEAST_TOLD}" if row.times is None else row.times
                title, how = words[f"figure_{figure.name}"], words[f"how_{figure.name}"]
                rows.writerow((title, _plain(row.label), told_times, found.first, found.last, how))
        for title, listed in waits_told(found, library, language, words):
            for label, waits in listed:
                for word, seconds in (("half_waited", waits.median), ("nine_waited", waits.ninetieth)):
                    is_told = seconds is not None and waits.answered >= LEAST_TOLD
                    minutes = ceil(seconds / 60) if is_told and seconds is not None else f"<{LEAST_TOLD}"
                    what = _plain(" · ".join(filter(None, (title, label, words[word]))))
                    rows.writerow(
                        (words["figure_waits"], what, minutes, found.first, found.last, words["how_waits_file"])
                    )
        headers = {"Content-Disposition": 'attachment; filename="dalil-figures.csv"'}
        # With a mark at its beginning, or a spreadsheet takes the Arabic for something else.
        return Response("\ufeff" + out.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")

    def _cost(self, found: Summary) -> list[tuple[str, meter.Use]]:
        """Return what WhatsApp cost in this month and the one before; nothing where it is off."""
        tariff = self._frame.parts.tariff
        if tariff is None:
            return []
        month = found.last.replace(day=1)
        months = [month, (month - timedelta(days=1)).replace(day=1)]
        return [(f"{one:%m/%Y}", meter.use(found.days, one, tariff)) for one in months if one >= found.first]

    async def stale(self, visit: Visit) -> Response:
        """Show what of the content is to be looked after: what ended first, of the regions of who asks."""
        today = moroccan_day(self._frame.parts.now())
        library, root = self._frame.parts.library(), self._frame.parts.root
        found, is_ready = await self._stale.ready((library.release, today), lambda: stale_things(root, today))
        things = found or []
        regions = Counter(one.region for one in things if one.region)
        chosen = visit.regions_shown()
        is_asked = bool(visit.query("region"))
        shown = [one for one in things if not chosen or one.region in chosen]
        # What is of no one region is everybody's: below one's own, and not behind those of all.
        others = [one for one in things if not one.region] if chosen and not is_asked else []
        gazetteer = library.gazetteer
        names = {number: gazetteer.region(number).name.of(visit.language) for number in regions}
        values: dict[str, Any] = {
            "groups": _grouped(shown),
            "everybodys": _grouped(others),
            "titles": titles_of(library, visit.language),
            "links": {one.about: _form(one, library) for one in things if visit.session.role in EDITORS},
            "regions": sorted(regions.items(), key=lambda one: (not (is_asked and one[0] in chosen), one[0])),
            "names": names,
            "chosen": chosen,
            "asked": visit.query("region"),
            "is_ready": is_ready,
            "away": [] if chosen and is_asked else await asyncio.to_thread(AskedSources(self._frame.parts.folder).away),
        }
        if visit.is_part:
            return self._frame.page(visit, "stale_list.html", READY if is_ready else 200, **values)
        return self._frame.page(visit, "stale.html", **values)


def _weeks(told: str) -> int:
    return next((weeks for weeks in _WEEKS if str(weeks) == told), _WEEKS[0])


def _moment(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=MOROCCO).astimezone(UTC).timestamp()


def _plain(label: str) -> str:
    """Return a label as a cell that no spreadsheet takes for a formula."""
    return f"'{label}" if label[:1] in {"=", "+", "-", "@", "\t", "\r"} else label


def _grouped(things: Sequence[StaleThing]) -> list[tuple[str, list[StaleThing]]]:
    groups = [(what, [one for one in things if one.what == what]) for what in STALENESS]
    return [(what, listed) for what, listed in groups if listed]


def _form(thing: StaleThing, library: Library) -> str:
    """Return where a thing is mended or read; empty where only its file is."""
    if thing.about in library.entries:
        return f"/staff/content/{thing.about}"
    if any(office.id == thing.about for office in library.offices):
        return f"/staff/offices/{thing.about}"
    _, _, inside = thing.where.file.partition("/")
    folder, _, name = inside.partition("/")
    return "/staff/stations" if inside == "caravan.yaml" else f"/staff/rules/{folder}" if name == "rules.yaml" else ""


def figures_of(
    found: Summary,
    ends: Counter[ConversationEnd] | None,
    library: Library,
    language: Language,
    words: Mapping[str, str],
    most: int = _ROWS,
) -> Sequence[Figure]:
    """Return the figures of a time: the way from first word to office, then by subject, region, channel and week."""
    times = found.counted
    subjects: Counter[str] = Counter()
    entries: Counter[str] = Counter()
    for (kind, about), n in times.items():
        if kind == "entry":
            subject = about.partition(".")[0]
            subjects[words.get(f"subject_{subject}", subject)] += n
            entry = library.entries.get(EntryId(about))
            entries[entry.question.of(language) if entry is not None else about] += n
    regions = Counter(
        {
            library.gazetteer.region(int(about)).name.of(language): n
            for (kind, about), n in times.items()
            if kind == "office" and about.isdecimal() and 1 <= int(about) <= 12
        }
    )
    verdicts: Counter[str] = Counter()
    for (kind, about), n in times.items():
        if kind == "verdict":
            scheme, _, verdict = about.partition(" ")
            known = library.schemes.get(scheme)
            title = known.title.of(language) if known is not None else scheme
            verdicts[f"{title}: {words.get(f'verdict_{verdict}', verdict)}"] += n
    channels = Counter(
        {words.get(f"channel_{about}", about): n for (kind, about), n in times.items() if kind == "message"}
    )
    flows = Counter(
        {
            library.flows[about].title.of(language) if about in library.flows else about: n
            for (kind, about), n in times.items()
            if kind == "flow"
        }
    )
    weeks = [
        (f"{date.fromisoformat(monday):%d/%m/%Y}", counted["message"])
        for monday, counted in sorted(found.weeks.items())
    ]
    sheets = [
        (words["counter_given_mark" if mark == "given" else f"counter_{mark}"], found.sheets.get(mark, 0))
        for mark in _SHEET_MARKS
    ]
    doors = Counter({about: n for (kind, about), n in times.items() if kind == "arrived"})
    judged = [
        (words["judged_right"], sum(one.right for one in found.samples)),
        (words["judged_wrong"], sum(one.wrong for one in found.samples)),
        (words["judged_split"], sum(one.split for one in found.samples)),
    ]
    return [
        _figure("way", ((words[f"way_{name}"], n) for name, n in _way(found)), most),
        _figure("subjects", subjects.most_common(), most),
        _figure("entries", entries.most_common(), most),
        _figure("flows", flows.most_common(), most),
        _figure("verdicts", verdicts.most_common(), most),
        _figure("regions", regions.most_common(), most),
        _figure("channels", channels.most_common(), most),
        _figure("sheets", sheets if found.sheets else (), most),
        _figure("doors", doors.most_common(), most),
        _figure("weeks", weeks, 10_000),
        *_ends(ends, library, language, words, most),
        _figure("judged", judged, most),
    ]


def _way(found: Summary) -> list[tuple[str, int]]:
    """Return how often each step from the first word to the office was taken, in their order."""
    total: Counter[str] = Counter()
    for (kind, _), n in found.counted.items():
        total[kind] += n
    asked = {zone: found.counted.get(("question", zone), 0) for zone in ("sure", "unsure", "none")}
    return [
        ("reached", found.reached), ("asked", total["question"]), ("sure", asked["sure"]),
        ("offered", asked["unsure"]), ("none", asked["none"]), ("assessed", total["verdict"]),
        ("office", total["office"]), ("sheet", total["sheet"]),
        ("visited", sum(n for mark, n in found.sheets.items() if mark != "given")),
        ("back", total["sheet_brought"] - found.counted.get(("sheet_brought", "none"), 0)),
        ("person", total["case"]),
    ]  # fmt: skip


def _ends(
    ends: Counter[ConversationEnd] | None,
    library: Library,
    language: Language,
    words: Mapping[str, str],
    most: int,
) -> list[Figure]:
    """Return where conversations ended, those that reached what they came for first; nothing while it is not known."""
    if not ends:
        return []
    told: Counter[str] = Counter()
    for (kind, about), n in ends.items():
        fact, flow = library.facts.get(about), library.flows.get(about)
        name = fact.name.of(language) if fact else flow.title.of(language) if flow else about
        told[f"{words[f'end_{kind}']} {name}".strip()] += n
    goal = words["end_goal"]
    rows = [(goal, told.pop(goal, 0)), *told.most_common()]
    return [_figure("ends", rows, most)]


def waits_told(
    found: Summary, library: Library, language: Language, words: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, Waits]]]]:
    """Return how long people waited for staff: in all, by region as far as they told a place, and by week."""
    regions: dict[int, list[CaseWait]] = {}
    weeks: dict[str, list[CaseWait]] = {}
    for one in found.waiting:
        place = place_of(one.facts, library)
        regions.setdefault(place.region if place else 0, []).append(one)
        weeks.setdefault(week_of(moroccan_day(datetime.fromtimestamp(one.opened, UTC))), []).append(one)
    by_region = [
        (library.gazetteer.region(number).name.of(language) if number else words["no_region"], waits_of(listed))
        for number, listed in sorted(regions.items(), key=lambda one: (not one[0], one[0]))
    ]
    by_week = [(f"{date.fromisoformat(monday):%d/%m/%Y}", waits_of(listed)) for monday, listed in sorted(weeks.items())]
    return [("", [("", found.waits)]), (words["waits_by_region"], by_region), (words["waits_by_week"], by_week)]


def charts_of(found: Summary, library: Library, words: Mapping[str, str]) -> dict[str, Markup]:
    """Return the drawings that stand beside figures, by the name of the figure."""
    weeks = sorted(found.weeks)
    by_week = {
        words[f"way_{name}"]: [(at, _told(found.weeks[week][f"question {zone}"])) for at, week in enumerate(weeks)]
        for name, zone in (("sure", "sure"), ("offered", "unsure"), ("none", "none"))
    }
    regions = {number: _told(found.counted.get(("office", str(number)), 0)) for number in range(1, 13)}
    return {
        "way": bars([(words[f"way_{name}"], _told(n)) for name, n in _way(found)]),
        "weeks": lines(by_week, [f"{week[8:10]}/{week[5:7]}" for week in weeks]),
        "regions": region_map(library.gazetteer, regions),
    }


def _told(times: int) -> int | None:
    """Return a number where it may be told."""
    return times if times == 0 or times >= LEAST_TOLD else None


def _figure(name: str, told: Iterable[tuple[str, int]], most: int) -> Figure:
    rows = [(label, n) for label, n in told]
    largest = max((n for _, n in rows), default=0) or 1
    shown = tuple(
        FigureRow(label, _told(n), round(100 * n / largest) if n >= LEAST_TOLD else 0) for label, n in rows[:most]
    )
    return Figure(name, shown, len(rows) > most)
