"""Sources that no longer answer are found by asking for each once, one at a time a site, and told since when."""

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from bot.content.files import files_read
from bot.conversation.library import Library
from bot.staff.reachability import AskedSource, AskedSources, addresses, asked
from bot.storage import Store
from tests.program import ROOT
from tests.staff.room import opened_room

TODAY = date(2026, 11, 29)


class _Site(BaseHTTPRequestHandler):
    """A site with pages that are there, gone, read only, moved round in a ring, slow, and broken off."""

    asked: ClassVar[list[tuple[str, str]]] = []
    at_once = 0
    most_at_once = 0

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        kind = type(self)
        kind.at_once += 1
        kind.most_at_once = max(kind.most_at_once, kind.at_once)
        kind.asked.append((self.command, self.path))
        try:
            self._answer_by_path()
        finally:
            kind.at_once -= 1

    def _answer_by_path(self) -> None:
        match self.path:
            case "/gone":
                self.send_response(404)
            case "/read-only":
                self.send_response(405 if self.command == "HEAD" else 200)
            case "/guarded":
                self.send_response(403)
            case "/ring":
                self.send_response(302)
                self.send_header("Location", "/ring")
            case "/slow":
                time.sleep(2)
                return
            case "/cut":
                self.close_connection = True
                return
            case _:
                self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """Serve the site, and return its address."""
    _Site.asked, _Site.most_at_once = [], 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_each_source_is_asked_for_once_and_politely(site: str, tmp_path: Path) -> None:
    """What answers is there, also where it keeps machines out; the rest is told with its first day."""
    urls = {f"{site}/{name}": (name,) for name in ("there", "gone", "read-only", "guarded", "ring", "slow", "cut")}
    urls["http://127.0.0.1:1/"] = ("nobody",)
    known = {f"{site}/gone": AskedSource(f"{site}/gone", ("gone",), "2026-11-20", "404", False, "2026-11-13")}
    found = asyncio.run(asked(urls, TODAY, known, rest=0, patience=0.8))
    told = {one.about[0]: (one.told, one.is_there, one.since) for one in found}
    assert told == {
        "there": ("200", True, ""),
        "gone": ("404", False, "2026-11-13"),
        "read-only": ("200", True, ""),
        "guarded": ("403", True, ""),
        "ring": ("cut", False, "2026-11-29"),
        "slow": ("slow", False, "2026-11-29"),
        "cut": ("cut", False, "2026-11-29"),
        "nobody": ("refused", False, "2026-11-29"),
    }
    assert ("GET", "/there") not in _Site.asked
    assert _Site.most_at_once <= 2, "one thing at a time, and what a slow answer leaves behind"
    kept = AskedSources(tmp_path)
    kept.keep(found)
    assert kept.away()[0].about == ("gone",)
    assert len(kept.away()) == 5
    (tmp_path / "sources.json").write_text("{broken", "utf-8")
    assert kept.listed() == []


def test_every_address_of_the_content_is_known_with_who_cites_it() -> None:
    """Answers, sources, offices and the caravan are read; an address that many cite is asked for once."""
    found = addresses(files_read(ROOT))
    assert len(found) > 100
    assert all(url.startswith(("http://", "https://")) for url in found)
    abouts = {about for listed in found.values() for about in listed}
    assert {"decree-2-25-342", "export.support-rate"} <= abouts
    assert any(len(listed) > 1 for listed in found.values())


def test_the_page_of_what_is_old_tells_sources_that_do_not_answer(tmp_path: Path, library: Library) -> None:
    """What did not answer stands on the page with its first day and who cites it; what answers does not."""
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    with opened_room(store, library) as room:
        gone = AskedSource(
            "https://example.org/gone?a=<b>", ("caravan.what",), "2026-11-29", "404", False, "2026-11-13"
        )
        there = AskedSource("https://example.org/there", ("caravan.what",), "2026-11-29", "200", True)
        AskedSources(room.frame.parts.folder).keep([there, gone])
        body = room.clerk("fatima", "editor").get("/staff/stale").body
    store.close()
    assert "13/11/2026" in body
    assert "الصفحة غير موجودة" in body
    assert 'href="https://example.org/gone?a=&lt;b&gt;"' in body
    assert "example.org/there" not in body
