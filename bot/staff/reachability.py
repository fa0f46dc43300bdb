"""Sources that no longer answer: each address of the content asked for once, politely, and what came of it kept.

It is a command's, run where the machine may reach the world: no page and no turn ever waits for it. One host is asked
one thing at a time with a rest between; nothing is read of what it sends but whether it answers.
"""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.content.files import Files, decoded, plain_text
from bot.content.reading import Mistakes, read_text

#: Seconds that one answer may take, addresses asked for at once, seconds of rest for a host, redirections followed.
PATIENCE: Final = 20.0
_AT_ONCE: Final = 4
REST: Final = 1.0
_REDIRECTIONS: Final = 5
#: Addresses asked for in one run at most.
MOST: Final = 1000
#: What is answered to a look alone by servers that want to be read.
_NO_LOOK: Final = frozenset({403, 404, 405, 406, 501})
_AGENT: Final = "Mozilla/5.0 (compatible; dalil-sources; looks whether a cited page is still there)"


@dataclass(frozen=True, slots=True)
class AskedSource:
    """An address, what came of the last time it was asked for, and since when it does not answer."""

    url: str
    #: The ids of what cites it: answers, sources, offices.
    about: tuple[str, ...]
    day: str
    #: The status of the answer, or what kept it away: a word for `dns`, `refused`, `slow` or `cut`.
    told: str
    is_there: bool
    #: The first day on which it did not answer, without an answer since; empty while it does.
    since: str = ""


def addresses(files: Files) -> dict[str, tuple[str, ...]]:
    """Return every address that the content cites, with the ids of what cites it."""
    found: dict[str, dict[str, None]] = {}
    for name, held in sorted(files.items()):
        text = decoded(held) if name.endswith(".yaml") else None
        document = read_text("", plain_text(text), Mistakes()) if text is not None else None
        for url, about in _cited(document.value if document is not None else None, Path(name).stem):
            found.setdefault(url, {})[about] = None
    return {url: tuple(abouts) for url, abouts in found.items()}


def _cited(value: Any, about: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        about = str(value["id"]) if isinstance(value.get("id"), str) else about
        for key, part in value.items():
            if key in {"url", "source_url"} and isinstance(part, str) and urlsplit(part).scheme in {"http", "https"}:
                yield part, about
            else:
                # Of a group of groups each is called by its key: the sources, the schemes.
                yield from _cited(part, str(key) if isinstance(part, dict) and "url" in part else about)
    elif isinstance(value, list):
        for part in value:
            yield from _cited(part, about)


async def asked(
    urls: Mapping[str, Sequence[str]],
    today: date,
    before: Mapping[str, AskedSource],
    *,
    rest: float = REST,
    patience: float = PATIENCE,
) -> list[AskedSource]:
    """Return what came of each address, in their order; one host is never asked two things at once."""
    hosts: dict[str, list[str]] = {}
    for url in list(urls)[:MOST]:
        hosts.setdefault(urlsplit(url).netloc, []).append(url)
    gate = asyncio.Semaphore(_AT_ONCE)
    told: dict[str, tuple[str, bool]] = {}

    async def ask_host(session: aiohttp.ClientSession, listed: Sequence[str]) -> None:
        for place, url in enumerate(listed):
            if place:
                await asyncio.sleep(rest)
            async with gate:
                told[url] = await _told(session, url)

    timeout = aiohttp.ClientTimeout(total=patience)
    async with aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": _AGENT}) as session:
        await asyncio.gather(*(ask_host(session, listed) for listed in hosts.values()))
    return [_noted(url, tuple(urls[url]), today, told[url], before.get(url)) for url in urls if url in told]


async def _told(session: aiohttp.ClientSession, url: str) -> tuple[str, bool]:
    try:
        status = 0
        for method in ("HEAD", "GET"):
            async with session.request(method, url, max_redirects=_REDIRECTIONS) as answer:
                status = answer.status
            if status not in _NO_LOOK:
                break
    except TimeoutError:
        return "slow", False
    except aiohttp.ClientConnectorDNSError:
        return "dns", False
    except aiohttp.ClientConnectorError:
        return "refused", False
    except (aiohttp.ClientError, ValueError):
        return "cut", False
    # Who keeps machines out, or is busy, is there.
    return str(status), status < 400 or status in {401, 403, 429, 503}


def _noted(
    url: str, about: tuple[str, ...], today: date, came: tuple[str, bool], before: AskedSource | None
) -> AskedSource:
    told, is_there = came
    since = "" if is_there else (before.since if before is not None and before.since else today.isoformat())
    return AskedSource(url, about, today.isoformat(), told, is_there, since)


class AskedSources:
    """What came of the addresses, in a file of the staff room's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "sources.json"

    def listed(self) -> list[AskedSource]:
        """Return what came of each address the last time; nothing where none was asked for, or the file is no such."""
        try:
            plain = json.loads(self._path.read_text("utf-8"))
            return [AskedSource(**{**one, "about": tuple(one["about"])}) for one in plain]
        except (OSError, ValueError, TypeError, KeyError):
            return []

    def away(self) -> list[AskedSource]:
        """Return the addresses that did not answer, the longest away first."""
        return sorted((one for one in self.listed() if not one.is_there), key=lambda one: (one.since, one.url))

    def keep(self, found: Sequence[AskedSource]) -> None:
        """Write what came of them, whole or not at all; of an address that is cited no more nothing is kept."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._path.with_suffix(f".{os.getpid()}.half")
        half.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1), "utf-8")
        half.replace(self._path)
