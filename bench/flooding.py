"""How long others wait for an answer while one person floods the running guide with the worst texts there are.

Run it as `python -m bench.flooding`: the guide, who floods it and who waits are processes of their own, and its doors
are over HTTP. On a machine with other work the wall clock tells of that work too; what the guide itself spent meanwhile
stands beside it. `--store URL` names an empty database, `--path /leave` has a page asked for over and over instead of
texts posted.
"""

import argparse
import asyncio
import itertools
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp

from bench.machine import head, line

ROOT = Path(__file__).parent.parent
#: Words that no cache has met, by their number: dearer than any text said over and over.
_LETTERS = "ابتجحدرسعفقلمنهويabdfiklmnrs79"
_POSTS, _OTHERS = 20, 40
#: Texts of a flood.
_TEXTS = 400


def strange_text(number: int) -> str:
    """Return 5,000 characters of words that no other number gives."""
    words, seed = [], number * 7919 + 1
    while sum(map(len, words)) < 5000:
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        length = 1 + seed % 4
        words.append("".join(_LETTERS[(seed >> 3 * place) % len(_LETTERS)] for place in range(length)) + " ")
    return "".join(words)[:5000]


def _spent(process: int) -> float:
    """Return the CPU seconds of a process and all its threads, finer than the hundredths that it is told by."""
    told = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):
            told += int((thread / "schedstat").read_text().split()[0])
    return told / 1e9


async def _opened(address: str, number: int) -> aiohttp.ClientSession:
    # Each from an internet address of their own, as a web server before the guide tells.
    told = {"X-Forwarded-For": f"41.92.0.{number}"}
    page = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=told)
    async with page.get(f"{address}/") as answer:
        await answer.read()
    return page


async def _waits(address: str, people: list[aiohttp.ClientSession], process: int) -> tuple[list[float], list[float]]:
    """Return for each person how long they waited, on the wall and in CPU seconds of the guide."""
    walls, spents = [], []
    for person in people:
        begun, spent = time.perf_counter(), _spent(process)
        async with person.post(f"{address}/say", data={"text": "سلام"}) as answer:
            await answer.read()
        walls.append(time.perf_counter() - begun)
        spents.append(_spent(process) - spent)
    return walls, spents


async def _asked(address: str, path: str) -> None:
    """Ask for a page for ever, over many connections of nobody's."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_POSTS)) as page:

        async def asked() -> None:
            while True:
                with suppress(aiohttp.ClientConnectionError):
                    async with page.get(f"{address}{path}") as answer:
                        await answer.read()

        print("begun", flush=True)
        await asyncio.gather(*(asked() for _ in range(_POSTS)))


async def _flood(address: str) -> None:
    """Post the worst texts for ever, over many connections of one browser."""
    flooding = await _opened(address, 250)
    # Made ahead: who measures is not to wait for them.
    texts = [strange_text(number) for number in range(_TEXTS)]

    print("begun", flush=True)

    async def flood(texts: Sequence[str]) -> None:
        for text in itertools.cycle(texts):
            # A door shut while the text was still on its way stops no one who floods.
            with suppress(aiohttp.ClientConnectionError):
                async with flooding.post(f"{address}/say", data={"text": text}) as answer:
                    await answer.read()

    await asyncio.gather(*(flood(texts[number::_POSTS]) for number in range(_POSTS)))


async def _measured(address: str, process: int, path: str) -> None:
    people = [await _opened(address, number) for number in range(_OTHERS)]
    quiet = await _waits(address, people, process)
    command = [sys.executable, "-m", "bench.flooding", "--flood", address, "--path", path]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as flooding:
        # From its first moment: what one person may have us do at once is soon used up.
        assert flooding.stdout
        await asyncio.to_thread(flooding.stdout.readline)
        during = await _waits(address, people, process)
        flooding.kill()
    for page in people:
        await page.close()
    for name, (walls, spents) in (("nobody floods", quiet), ("one floods", during)):
        middle = len(walls) // 2
        line(f"{name}: others wait, median", "ms", sorted(spents)[middle] * 1000, sorted(walls)[middle] * 1000)
        line("  the longest", "ms", max(spents) * 1000, max(walls) * 1000, 100)


def main() -> None:
    """Print what others wait."""
    asked = argparse.ArgumentParser(prog="python -m bench.flooding")
    asked.add_argument("--store", default="")
    asked.add_argument("--path", default="")
    asked.add_argument("--flood", default="", help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.flood:
        asyncio.run(_asked(told.flood, told.path) if told.path else _flood(told.flood))
        return
    head()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        config = Path(folder) / "config.yaml"
        config.write_text(f"content: {ROOT}\n", "utf-8")
        command = [sys.executable, "-m", "bot", "--root", folder, "--content", str(ROOT), "run", "--port", str(port)]
        with subprocess.Popen(
            [*command, "--store", told.store or f"{folder}/var/bench.db"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as guide:
            assert guide.stdout
            said = guide.stdout.readline()
            found = re.search(r"http://[\w.:]+", said)
            assert found, said
            asyncio.run(_measured(found[0], guide.pid, told.path))
            guide.terminate()


if __name__ == "__main__":
    main()
