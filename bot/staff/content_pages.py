"""The pages on which answers, offices and stations are changed: what is saved is a draft, never live at once.

What a page shows is the files with the clerk's own draft applied, so that they see what they wrote. Everything that a
person would see is drawn by the channels' own `write`, with their limits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.conversation.library import Library
from bot.conversation.showing import answer_shown
from bot.faq.entries import REGISTERS, Entry, EntryId
from bot.faq.matcher import Match
from bot.language.dates import moroccan_day
from bot.message import CONFIDENCES, LANGUAGES, Language, Reply, Text
from bot.staff.chips import broken_names, chips, labels, named_in
from bot.staff.forms import (
    ENTRY_TEXTS,
    OFFICE_FACTS,
    OFFICES,
    SPARE_TEXTS,
    STATIONS,
    asked_fields,
    asked_lines,
    base_of,
    entry_edits,
    file_of,
    lines,
    new_entry_edits,
    office_edits,
    station_change,
    station_edit,
)
from bot.staff.frame import Frame, Visit
from bot.staff.own_draft import OwnDraft
from bot.staff.phrasing_counts import phrasing_counts
from bot.staff.preview import Preview
from bot.staff.question_pages import found_entries

#: Answers that a search shows, and phrasings whose taking is told while they are typed.
_FOUND: Final = 25
_TAKEN: Final = 40
_LONGEST_PREVIEW: Final = 8000
#: Phrasings whose taking is remembered.
_REMEMBERED: Final = 2000


class ContentPages(OwnDraft):
    """The answers to requests about the content."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        super().__init__(frame)
        self._matched: dict[tuple[str, str], Match] = {}
        self._preview = Preview(frame.parts.root)

    def _chips(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return what the forms of texts offer to be named, first what their texts name."""
        offered = chips(self._frame.parts.library(), moroccan_day(self._frame.parts.now()))
        named = named_in(given.values(), offered)
        ordered = list(dict.fromkeys([*named, *offered]))
        return {"chips": ordered, "chip_labels": labels(ordered)}

    def _names(self) -> Collection[str]:
        return self._frame.parts.library().amounts(moroccan_day(self._frame.parts.now())).keys()

    def _off_topic(self) -> Collection[str]:
        """Return the subjects that are not the guide's."""
        return {one.subject for one in self._frame.parts.library().entries.values() if one.off_topic}

    # Answers

    async def search(self, visit: Visit) -> Response:
        """Show the answers that a search leads to, as people ask or by a word."""
        library = self._frame.parts.library()
        sought = visit.query("q")[:200]
        found = found_entries(library, sought) if sought else []
        entries = [library.entries[one] for one in found[:_FOUND]]
        if visit.query("off"):
            sought, entries = "", [one for one in library.entries.values() if one.off_topic]
        rows = [(one.id, one.question.of(visit.language), one.checked, one.until) for one in entries]
        return self._frame.page(visit, "content.html", sought=sought, rows=rows)

    async def entry(self, visit: Visit) -> Response:
        """Show the form of an answer."""
        entry = visit.request.path_params["entry"]
        raw = await self._raw(visit, file_of(entry), (entry,))
        if not isinstance(raw, dict):
            raise HTTPException(404)
        return self._entry(visit, entry, raw, _entry_fields(raw))

    def _entry(
        self,
        visit: Visit,
        entry: str,
        raw: Mapping[str, Any],
        given: Mapping[str, str],
        status: int = 200,
        told: str = "",
    ) -> Response:
        values: dict[str, Any] = {
            **self._chips(given),
            "entry": entry,
            "given": given,
            "base": base_of(raw),
            "counts": phrasing_counts({**given, "entry": entry}),
            "confidences": CONFIDENCES,
            "texts": ENTRY_TEXTS,
            "sources": raw.get("sources") or [],
            "told": told,
        }
        return self._frame.page(visit, "entry.html", status, **values)

    async def save_entry(self, visit: Visit) -> Response:
        """Put what a form changes of an answer into the clerk's draft."""
        entry = visit.request.path_params["entry"]
        raw = await self._raw(visit, file_of(entry), (entry,))
        if not isinstance(raw, dict):
            raise HTTPException(404)
        if visit.fields.get("base") != base_of(raw):
            return self._entry(visit, entry, raw, visit.fields, 409, self._told(visit, "form_meanwhile"))
        return await self._take(
            visit,
            entry,
            lambda: list(entry_edits(entry, raw, visit.fields, self._names())),
            lambda told: self._entry(visit, entry, raw, visit.fields, 422, told),
        )

    async def new(self, visit: Visit) -> Response:
        """Show the form of a new answer, with what was asked where it comes from a question."""
        today = moroccan_day(self._frame.parts.now()).isoformat()
        given = {"checked": today, "source_read": today, **asked_fields(asked_lines(visit.query("asked")))}
        return self._new(visit, given)

    def _new(self, visit: Visit, given: Mapping[str, str], status: int = 200, told: str = "") -> Response:
        library = self._frame.parts.library()
        subjects = [
            name
            for is_off in (False, True)
            for name in sorted({one.subject for one in library.entries.values() if one.off_topic == is_off})
        ]
        values: dict[str, Any] = {
            **self._chips(given),
            "given": given, "subjects": subjects, "confidences": CONFIDENCES, "told": told,
            "counts": phrasing_counts(given, is_new=True),
            "texts": {name: is_long for name, is_long in ENTRY_TEXTS.items() if name not in SPARE_TEXTS},
        }  # fmt: skip
        return self._frame.page(visit, "new_entry.html", status, **values)

    async def save_new(self, visit: Visit) -> Response:
        """Put a new answer into the clerk's draft."""
        known = self._frame.parts.library().entries
        return await self._take(
            visit,
            visit.fields.get("question_ar", "")[:80],
            lambda: new_entry_edits(visit.fields, known, self._names(), self._off_topic()),
            lambda told: self._new(visit, visit.fields, 422, told),
        )

    async def preview(self, visit: Visit) -> Response:
        """Draw an answer as each channel shows it, and tell what each new phrasing is taken for today."""
        library, today = self._frame.parts.library(), moroccan_day(self._frame.parts.now())
        fields = visit.fields
        wordings: dict[Language, str] = {one: fields.get(f"answer_{one}", "")[:_LONGEST_PREVIEW] for one in LANGUAGES}
        answer = Text(wordings)
        known = library.entries.get(EntryId(fields.get("entry", "")))
        told = answer_shown(replace(known, answer=answer), library, today) if known else library.filled(answer, today)
        drawn = [
            (one, self._preview.views(Reply(told.of(one).strip(), (), one)))
            for one in LANGUAGES
            if wordings[one].strip()
        ]
        typed = [line for register in REGISTERS for line in lines(fields.get(f"phrasings_{register}", ""))]
        before = {" ".join(one.split()) for every in (known.phrasings.values() if known else ()) for one in every}
        taken = []
        for line in [one for one in typed if one not in before][-_TAKEN:]:
            match = self._match(library, line)
            best = library.entries[match.ranked[0][0]] if match.ranked else None
            taken.append((line, match.zone, best.question.of(visit.language) if best else "", _is(best, known)))
        names = {*self._names(), *fields.get("names", "").split()}
        broken = [one for wording in wordings.values() for one in broken_names(wording, names)]
        is_answer = any(name.startswith("phrasings_") for name in fields)
        # An answer that is new has no id, but a subject.
        counts = phrasing_counts(fields, is_new="subject" in fields) if is_answer else []
        return self._frame.page(visit, "preview.html", drawn=drawn, taken=taken, broken=broken, counts=counts)

    def _match(self, library: Library, line: str) -> Match:
        """Return what a phrasing is taken for, remembered: of a form that is typed in only one line is new."""
        key = library.release, line
        match = self._matched.get(key)
        if match is None:
            if len(self._matched) >= _REMEMBERED:
                self._matched.clear()
            match = self._matched[key] = library.matcher.match(line)
        return match

    # Offices, stations

    async def offices(self, visit: Visit) -> Response:
        """Show the offices, those without a telephone or an address first."""
        library = self._frame.parts.library()
        lacking = [(one, [name for name in ("phone", "address") if not getattr(one, name)]) for one in library.offices]
        lacking.sort(key=lambda one: (-len(one[1]), one[0].region))
        rows = [
            (one.id, one.name.of(visit.language), library.gazetteer.region(one.region).name.of(visit.language), empty)
            for one, empty in lacking
        ]
        return self._frame.page(visit, "offices.html", rows=rows)

    async def office(self, visit: Visit) -> Response:
        """Show the form of an office."""
        office = visit.request.path_params["office"]
        raw = await self._raw(visit, OFFICES, (office,))
        if not isinstance(raw, dict):
            raise HTTPException(404)
        address = raw.get("address") or {}
        given = {name: str(raw.get(name) or "") for name in (*OFFICE_FACTS, "confidence")}
        given |= {f"address_{language}": address.get(language, "") for language in LANGUAGES}
        return self._office(visit, office, raw, given)

    def _office(
        self,
        visit: Visit,
        office: str,
        raw: Mapping[str, Any],
        given: Mapping[str, str],
        status: int = 200,
        told: str = "",
    ) -> Response:
        values: dict[str, Any] = {
            "office": office, "name": raw["name"][visit.language], "given": given, "facts": OFFICE_FACTS,
            "base": base_of(raw), "confidences": CONFIDENCES, "told": told,
        }  # fmt: skip
        return self._frame.page(visit, "office.html", status, **values)

    async def save_office(self, visit: Visit) -> Response:
        """Put what a form changes of an office into the clerk's draft."""
        office = visit.request.path_params["office"]
        raw = await self._raw(visit, OFFICES, (office,))
        if not isinstance(raw, dict):
            raise HTTPException(404)
        if visit.fields.get("base") != base_of(raw):
            return self._office(visit, office, raw, visit.fields, 409, self._told(visit, "form_meanwhile"))
        return await self._take(
            visit,
            raw["name"]["ar"],
            lambda: list(office_edits(office, raw, visit.fields)),
            lambda told: self._office(visit, office, raw, visit.fields, 422, told),
        )

    async def stations(self, visit: Visit) -> Response:
        """Show the stations of the caravan, and the form that adds one."""
        return self._stations(visit, await self._station_rows(visit), {})

    async def _station_rows(self, visit: Visit) -> list[dict[str, str]]:
        """Return the stations as their forms show them, each with what stands for it as it was shown."""
        raw = await self._raw(visit, STATIONS, ("stations",)) or []
        days = ("on", "until")
        return [
            {
                "city": one["city"][visit.language],
                "base": base_of(one),
                **{day: str(one.get(day) or "") for day in days},
            }
            for one in raw
        ]

    async def change_station(self, visit: Visit) -> Response:
        """Put the end of a station, or its removal, into the clerk's draft."""
        index = visit.number("index")
        raw = await self._raw(visit, STATIONS, ("stations", index))
        rows = await self._station_rows(visit)
        if not isinstance(raw, dict) or visit.fields.get("base") != base_of(raw):
            return self._stations(visit, rows, {}, 409, self._told(visit, "form_meanwhile"))
        return await self._take(
            visit,
            raw["city"]["ar"],
            lambda: [station_change(index, raw, visit.fields)],
            lambda told: self._stations(visit, rows, {}, 422, told),
        )

    def _stations(
        self,
        visit: Visit,
        rows: Sequence[Mapping[str, str]],
        given: Mapping[str, str],
        status: int = 200,
        told: str = "",
    ) -> Response:
        return self._frame.page(visit, "stations.html", status, rows=rows, given=given, told=told)

    async def save_station(self, visit: Visit) -> Response:
        """Put a station into the clerk's draft."""
        rows = await self._station_rows(visit)
        return await self._take(
            visit,
            visit.fields.get("city_ar", "")[:80],
            lambda: [station_edit(visit.fields)],
            lambda told: self._stations(visit, rows, visit.fields, 422, told),
        )


def _entry_fields(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return an entry as its form shows it."""
    given = {
        f"{name}_{language}": str((raw.get(name) or {}).get(language, "")).strip()
        for name in ENTRY_TEXTS
        for language in LANGUAGES
    }
    phrasings = raw.get("phrasings") or {}
    given |= {f"phrasings_{register}": "\n".join(map(str, phrasings.get(register) or [])) for register in REGISTERS}
    return given | {name: str(raw.get(name) or "") for name in ("checked", "until", "confidence")}


def _is(best: Entry | None, known: Entry | None) -> bool:
    return best is not None and known is not None and best.id == known.id
