"""How soon the program is ready, and how much memory it keeps: the program itself, started as people start it."""

import contextlib
import http.client
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.machine import head, line

ROOT = Path(__file__).parent.parent
#: Starts of which the best counts.
STARTS = 5
REQUESTS = 20
#: People who come to the page, one after the other, and write once.
VISITORS = 2000
_ADDRESS = re.compile(r"http://([\w.:]+):(\d+)")
_SAID = ["شنو هو ميثاق التجارة الخارجية", "لعيون", "القائمة", "bghit nsder zrabi", "2", "شحال ديال الدعم", "👍"]


def _command(folder: str, *args: str) -> list[str]:
    # The content of this checkout, everything that is written elsewhere.
    return [sys.executable, "-m", "bot", "--root", folder, "--content", str(ROOT), *args]


def terminal() -> None:
    """Print how soon the terminal takes the first line, when it has been started before."""
    head()
    with tempfile.TemporaryDirectory() as folder:
        first = _prompted(folder)
        line("terminal ready, the very first time", "s", *first)
        again = [_prompted(folder) for _ in range(STARTS)]
        line(
            f"terminal ready, best of {STARTS}", "s", min(cpu for cpu, _ in again), min(wall for _, wall in again), 0.7
        )


def _prompted(folder: str) -> tuple[float, float]:
    """Return the CPU and wall seconds from the start to the prompt."""
    began = time.perf_counter()
    with subprocess.Popen(_command(folder, "chat"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        said = b""
        while "› ".encode() not in said:
            more = os.read(process.stdout.fileno(), 65536)
            if not more:
                raise SystemExit("the terminal did not start: run `dalil check`")
            said += more
        wall, cpu = time.perf_counter() - began, _cpu(process.pid)
        process.communicate()
    return cpu, wall


def serving() -> None:
    """Print how soon the web chat answers, and what it keeps in memory."""
    head()
    with tempfile.TemporaryDirectory() as folder:
        with _served(folder) as first:
            line("first start to the first answered request", "s", None, first.answered)
        starts = []
        for _ in range(STARTS - 1):
            with _served(folder) as guide:
                starts.append((guide.cpu, guide.answered))
        cpu, wall = min(cpu for cpu, _ in starts), min(wall for _, wall in starts)
        line(f"second start to the first answered request, best of {len(starts)}", "s", cpu, wall, 2)
        with _served(folder) as guide:
            took = [guide.says(_SAID[number % len(_SAID)]) * 1000 for number in range(REQUESTS)]
            line(f"a message over HTTP, median of {REQUESTS}", "ms", None, sorted(took)[len(took) // 2])
            line(f"memory after {REQUESTS} requests", "MB", None, _memory(guide.pid), 120)


def visitors() -> None:
    """Print what the guide keeps in memory with both platforms on, at the start and as people come to the page."""
    from tests.standins import botapi, graph

    head()
    on = (
        "telegram: {on: true, address: 'https://guide.test/telegram', base: 'http://127.0.0.1:9'}\n"
        "whatsapp: {on: true, address: 'https://guide.test/whatsapp', base: 'http://127.0.0.1:9',"
        f" number_id: '{graph.NUMBER_ID}'}}\nflood: {{from_address: 0}}\n"
    )
    secrets = {
        "DALIL_TELEGRAM_TOKEN": botapi.TOKEN,
        "DALIL_TELEGRAM_SECRET": botapi.SECRET,
        "DALIL_WHATSAPP_TOKEN": graph.TOKEN,
        "DALIL_WHATSAPP_APP_SECRET": graph.APP_SECRET,
        "DALIL_WHATSAPP_VERIFY_TOKEN": graph.VERIFY_TOKEN,
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.yaml").write_text(on, "utf-8")
        with _served(folder, secrets) as guide:
            line("memory with both platforms on, at the start", "MB", None, _memory(guide.pid), 200)
            for number in range(1, VISITORS + 1):
                browser = Browser(guide.host, guide.port)
                browser.says(_SAID[number % len(_SAID)])
                if number % (VISITORS // 4) == 0:
                    line(f"  after {number:,} visitors", "MB", None, _memory(guide.pid), 200)


def address_of(first_line: str) -> tuple[str, int]:
    """Return host and port that the program says it listens at."""
    listening = _ADDRESS.search(first_line)
    if not listening:
        raise SystemExit("the web chat did not start: run `dalil check`")
    return listening[1], int(listening[2])


@dataclass(slots=True)
class Browser:
    """A browser without scripts: it gets the page and posts its form."""

    host: str
    port: int
    cookie: str = ""

    def get(self) -> str:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        connection.request("GET", "/", headers={"Cookie": self.cookie} if self.cookie else {})
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        assert "مرحبا" in page
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
        connection.close()
        return page

    def says(self, text: str) -> float:
        """Return the seconds until a message is answered."""
        nonce = re.search(r'id="say".*?name="nonce" value="([^"]+)"', self.get(), re.DOTALL)
        assert nonce
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection.request("POST", "/say", urlencode({"text": text, "nonce": nonce[1]}), headers)
        assert connection.getresponse().status == 303
        took = time.perf_counter() - began
        connection.close()
        return took


@dataclass(slots=True)
class _Guide(Browser):
    """A guide that is running, and one browser."""

    pid: int = 0
    cpu: float = 0.0
    answered: float = 0.0


@contextmanager
def _served(folder: str, secrets: Mapping[str, str] | None = None) -> Iterator[_Guide]:
    began = time.perf_counter()
    with subprocess.Popen(
        _command(folder, "run", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(secrets or {})},
    ) as process:
        assert process.stdout
        guide = _Guide(*address_of(process.stdout.readline()), pid=process.pid)
        guide.get()
        guide.answered, guide.cpu = time.perf_counter() - began, _cpu(process.pid)
        yield guide
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process and of those it waited for; not a number where the system does not tell."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return math.nan


def _memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) * 1024 / 1e6
