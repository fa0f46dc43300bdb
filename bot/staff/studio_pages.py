"""The pages of the studio: what to record next, a text to read and a microphone, what waits to be published.

The microphone is allowed on the page of one answer and on no other (`studio_headers`). What is recorded comes as the
body of a request of its own, looked at by what it is and not by what it is called.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.channels.recordings import (
    MOST_BYTES,
    SPOKEN_FROM,
    Recordings,
    UnusableRecordingError,
    can_convert,
    text_spoken,
)
from bot.channels.web.guards import HEADERS
from bot.conversation.audible import all_audible, audible_title
from bot.conversation.library import Library
from bot.faq.entries import EntryId
from bot.language.dates import moroccan_day
from bot.language.folding import folded
from bot.message import Document, SpokenLanguage
from bot.staff.frame import PUBLISHERS, Frame, Visit
from bot.staff.question_pages import found_entries
from bot.staff.studio import SecondListenerError, StaleDraftError, Studio
from bot.storage import figures
from bot.storage.counts import CountKey
from bot.storage.staff import note

#: Languages that staff choose among; Arabic as it is written is read by nobody aloud.
_CHOSEN: Final[tuple[SpokenLanguage, ...]] = ("ary", "shi", "tzm", "rif", "mey", "fr")
#: Weeks of questions by which what is to be recorded next is told, and how many answers a page names.
_WEEKS: Final = 8
_NEXT: Final = 15
#: Of what is looked for, flows and questions at most: they have the very words.
_NEXT_OTHERS: Final = 5
_MICROPHONE: Final = re.compile(r"microphone=\([^)]*\)")
_PAGE: Final = re.compile(r"/staff/studio/[a-z0-9_-]+(\.[a-z0-9_-]+)+")


def studio_headers(path: str) -> Mapping[str, str]:
    """Return what the page with the microphone may do beside all others: record, and play what was just recorded."""
    is_studio = _PAGE.fullmatch(path) is not None
    allowed = "microphone=(self)" if is_studio else "microphone=()"
    headers = {"Permissions-Policy": _MICROPHONE.sub(allowed, HEADERS["Permissions-Policy"])}
    policy = HEADERS["Content-Security-Policy"]
    if is_studio and "blob:" not in policy:
        headers["Content-Security-Policy"] = policy.replace("media-src", "media-src blob:")
    return headers


class StudioPages:
    """The answers to requests about recordings."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._recordings = Recordings(frame.parts.root)
        self._studio = Studio(self._recordings, frame.parts.folder)

    async def listed(self, visit: Visit) -> Response:
        """Show what is to be recorded next in a language, what is out of date, what waits, what is heard."""
        language, library = _language(visit.query("language")), self._frame.parts.library()
        today = moroccan_day(self._frame.parts.now())
        first = (today - timedelta(weeks=_WEEKS)).isoformat()
        counted = await self._frame.parts.store.read(partial(figures, first=first, last=today.isoformat()))
        asked, unheard, chosen = _asked(counted, language, library)
        standing = {
            entry: how
            for entry, spoken, how in await asyncio.to_thread(lambda: list(self._recordings.listed(library, today)))
            if spoken == language
        }
        waiting = await asyncio.to_thread(lambda: [one for one in self._studio.waiting() if one.language == language])
        drafted = {one.entry for one in waiting}
        sought = visit.query("q")[:200]
        told = {name: audible_title(name, library).of(visit.language) for name in all_audible(library)}
        # First what people who hear in this language could not hear, then what anybody asks.
        in_order = sorted(asked | unheard, key=lambda entry: (unheard[entry], asked[entry]), reverse=True)
        nexts = [entry for entry in in_order if standing.get(entry) != "kept" and entry not in drafted]
        values: dict[str, Any] = {
            "spoken": language,
            "languages": _CHOSEN,
            "titles": told,
            "asked": asked,
            "unheard": unheard,
            "chosen": chosen,
            "nexts": nexts[:_NEXT],
            "covered": (sum(n for entry, n in asked.items() if standing.get(entry) == "kept"), asked.total()),
            "stale": [entry for entry, how in standing.items() if how == "stale"],
            "kept": [entry for entry, how in standing.items() if how == "kept"],
            "waiting": [one for one in waiting if one.entry in told],
            "sought": sought,
            "found": _found(sought, told, library)[:_NEXT] if sought else [],
        }
        return self._frame.page(visit, "studio.html", **values)

    async def entry(self, visit: Visit) -> Response:
        """Show the text to read, with what records it and what there is of it."""
        return self._entry(visit)

    def _entry(self, visit: Visit, status: int = 200, told: str = "") -> Response:
        entry, language = self._named(visit)
        library, today = self._frame.parts.library(), moroccan_day(self._frame.parts.now())
        draft = self._studio.draft(entry, language)
        values: dict[str, Any] = {
            "entry": entry,
            "title": audible_title(entry, library).of(visit.language),
            "spoken": language,
            "languages": _CHOSEN,
            "text": text_spoken(entry, language, library, today),
            "text_language": SPOKEN_FROM[language],
            "draft": draft,
            "standing": self._recordings.standing(entry, language, library, today),
            "has_earlier": self._studio.has_earlier(entry, language),
            "may_publish": visit.session.role in PUBLISHERS,
            "converts": can_convert(),
            "told": told,
            "here": "/staff/content",
        }
        return self._frame.page(visit, "studio_entry.html", status, **values)

    def _named(self, visit: Visit) -> tuple[str, SpokenLanguage]:
        entry = visit.request.path_params["entry"]
        if entry not in all_audible(self._frame.parts.library()):
            raise HTTPException(404)
        return entry, _language(visit.query("language") or visit.fields.get("language", ""))

    async def sound(self, visit: Visit) -> Response:
        """Give what is heard of an answer: the draft's, or the published one."""
        entry, language = self._named(visit)
        name = self._recordings.path(entry, language).name
        is_draft = visit.query("which") == "draft"
        voice = await asyncio.to_thread(
            lambda: (
                self._studio.sound(entry, language)
                if is_draft
                else self._recordings.sound(Document("recording", name, ""))
            )
        )
        if not voice:
            raise HTTPException(404)
        return Response(voice, media_type="audio/ogg")

    async def record(self, visit: Visit) -> Response:
        """Keep what was recorded or chosen as a draft; answered in a sentence, which the page shows."""
        entry, language = self._named(visit)
        words = self._frame.words(visit.language)
        library, now = self._frame.parts.library(), self._frame.parts.now()
        if len(visit.body) > MOST_BYTES:
            return PlainTextResponse(words["sound_large"], 413)
        keeping = partial(self._studio.keep, visit.body, entry, language, visit.who, library, now, moroccan_day(now))
        try:
            await asyncio.to_thread(keeping)
        except UnusableRecordingError as error:
            return PlainTextResponse(words[f"sound_{error.fault}"], 413 if error.fault == "large" else 422)
        about = f"{entry}.{language}"
        await self._frame.parts.store.write(lambda at: note(at, visit.who, "sound_recorded", about, visit.now))
        return PlainTextResponse(words["sound_kept"], 201)

    async def publish(self, visit: Visit) -> Response:
        """Have a draft heard from now on."""
        entry, language = self._named(visit)
        library, today = self._frame.parts.library(), moroccan_day(self._frame.parts.now())
        try:
            await asyncio.to_thread(self._studio.publish, entry, language, visit.who, library, today)
        except KeyError:
            return self._entry(visit, 409, "sound_gone")
        except StaleDraftError:
            return self._entry(visit, 409, "sound_stale")
        except SecondListenerError:
            return self._entry(visit, 409, "sound_second")
        return await self._done(visit, entry, language, "sound_published")

    async def drop(self, visit: Visit) -> Response:
        """Drop a draft."""
        entry, language = self._named(visit)
        await asyncio.to_thread(self._studio.drop, entry, language)
        return await self._done(visit, entry, language, "sound_dropped")

    async def put_back(self, visit: Visit) -> Response:
        """Put back what was heard before the last publishing."""
        entry, language = self._named(visit)
        try:
            await asyncio.to_thread(self._studio.put_back, entry, language)
        except KeyError:
            return self._entry(visit, 409, "sound_gone")
        return await self._done(visit, entry, language, "sound_put_back")

    async def _done(self, visit: Visit, entry: str, language: SpokenLanguage, did: str) -> Response:
        about = f"{entry}.{language}"
        await self._frame.parts.store.write(lambda at: note(at, visit.who, did, about, visit.now))
        return RedirectResponse(f"/staff/studio/{entry}?language={language}", 303)


def _asked(
    counted: Mapping[CountKey, int], language: SpokenLanguage, library: Library
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return how often each answer was given, and to who could not hear it in a language; and who chose which one."""
    names, answers = frozenset(all_audible(library)), library.entries
    asked: Counter[str] = Counter()
    unheard: Counter[str] = Counter()
    chosen: Counter[str] = Counter()
    for (_, kind, about), times in counted.items():
        spoken, _, named = about.rpartition(" ")
        if kind == "hears":
            chosen[about] += times
        elif named in answers and answers[EntryId(named)].off_topic:
            continue
        elif kind == "entry" and named in answers:
            asked[named] += times
        elif kind == "not_recorded" and spoken == language and named in names:
            unheard[named] += times
    return asked, unheard, chosen


def _found(sought: str, titles: Mapping[str, str], library: Library) -> list[str]:
    """Return what somebody looks for: what has the words in its title, then answers as the guide would find them."""
    answers, plain = [str(one) for one in found_entries(library, sought)], folded(sought)
    others = [name for name, title in titles.items() if name not in library.entries and plain in folded(title)]
    return [*others[:_NEXT_OTHERS], *answers]


def _language(told: str) -> SpokenLanguage:
    return next((one for one in _CHOSEN if one == told), _CHOSEN[0])
