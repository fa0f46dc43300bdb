"""What docs/running.md has an operator do: two programs on PostgreSQL behind nginx, one killed, a backup restored."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

import pytest

from tests.program import PATIENCE, ROOT, Told, command, told
from tests.stores import postgresql, url

__all__ = ["postgresql", "url"]

_NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
_HOST = "guide.example.ma"
_ADDRESS = re.compile(r"http://([\w.:]+):(\d+)")


def test_one_of_two_is_killed_and_a_backup_is_restored(
    root: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes while a program is killed is answered by the other; what was backed up is there again after."""
    if not url.startswith("postgresql"):
        pytest.skip("one program alone serves a SQLite file")
    if _NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx is not installed")
    folder = _installed(root, tmp_path)
    # The only place where the database's password stands: no command below has it among its words.
    monkeypatch.setenv("DALIL_STORE", url)
    with ExitStack() as until_it_ends:
        first = until_it_ends.enter_context(_program(folder, "first"))
        second = until_it_ends.enter_context(_program(folder, "second"))
        port = until_it_ends.enter_context(_proxy(tmp_path, first.port, second.port))
        crowd = _Crowd(port)
        with crowd.writing():
            _until(lambda: crowd.answered > 10)
            first.process.send_signal(signal.SIGKILL)
            before = crowd.answered
            _until(lambda: crowd.answered > before + 20)
        assert crowd.wrong == []
        kept = _done("backup", tmp_path / "day.backup", root=folder)
        people, messages = _held(kept)
        assert (people, messages) == (len(crowd.people), crowd.answered + len(crowd.people))
        assert _Browser(port).says("سلام") == 303
        assert "another guide is at work" in told("restore", tmp_path / "day.backup", "--yes", root=folder).err
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(PATIENCE) == 0
        restored = _done("restore", tmp_path / "day.backup", "--yes", root=folder)
        assert _held(restored) == (people, messages)
        again = until_it_ends.enter_context(_program(folder, "again", second.port))
        assert again.port == second.port
        # Whoever had a conversation goes on with it.
        assert "شنو هو ميثاق الاستثمار" in crowd.people[0].page()
        assert crowd.people[0].says("القائمة") == 303
        assert "0 messages wait" in told("doctor", root=folder).out


def _installed(root: Path, folder: Path) -> Path:
    """Return the folder of a configuration that lies beside the program, made of deploy's as the page says."""
    written = (ROOT / "deploy" / "config.yaml").read_text("utf-8")
    for pattern, instead in (
        ("host: 0.0.0.0", "host: 127.0.0.1"),
        (r"(?m)^content: .*", f"content: {root}"),
        ("format: json", "format: text"),
    ):
        written, times = re.subn(pattern, instead, written)
        assert times == 1, pattern
    (folder / "etc").mkdir()
    (folder / "etc" / "config.yaml").write_text(written, "utf-8")
    return folder / "etc"


@dataclass(slots=True)
class _Program:
    process: "subprocess.Popen[str]"
    port: int


@contextmanager
def _program(folder: Path, name: str, port: int = 0) -> Iterator[_Program]:
    line = command("run", "--port", str(port), "--monitor-port", "0", root=folder)
    with (
        (folder / f"{name}.log").open("w") as log,
        subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        ) as process,
    ):
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        try:
            assert process.stdout
            found = _ADDRESS.search(process.stdout.readline())
            assert found, (folder / f"{name}.log").read_text("utf-8")
            patience.cancel()
            yield _Program(process, int(found[2]))
        finally:
            patience.cancel()
            process.kill()


@contextmanager
def _proxy(folder: Path, *ports: int) -> Iterator[int]:
    """Run nginx on deploy's own example before two programs; yield its port."""
    assert _NGINX
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN={_HOST} -keyout privkey.pem -out fullchain.pem"
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    site = site.replace(f"/etc/letsencrypt/live/{_HOST}", str(folder))
    for before, after in zip(("127.0.0.1:8080", "127.0.0.1:8081"), ports, strict=True):
        assert before in site
        site = site.replace(before, f"127.0.0.1:{after}")
    site = re.sub(r"(?s)server \{\s*listen 80;.*?\n\}\n", "", site, count=1)
    site = re.sub(r"listen \[::\]:443 ssl;", "", site).replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    whole = (
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; master_process off;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{site}\n}}\n"
    )
    (folder / "nginx.conf").write_text(whole, "utf-8")
    with subprocess.Popen([_NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE) as process:
        try:
            _until(lambda: _listens(port))
            yield port
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


def _until(holds: Callable[[], bool]) -> None:
    ends = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < ends, "it did not come to that in time"
        sleep(0.05)


class _Browser:
    """A browser without scripts, over TLS, which trusts whoever answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookie = ""

    def _asked(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=60, context=context)
        headers = {"Host": _HOST, "Cookie": self._cookie, "Origin": f"https://{_HOST}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        self._cookie = (answer.headers["Set-Cookie"] or self._cookie).partition(";")[0]
        connection.close()
        return answer.status, page

    def page(self) -> str:
        status, page = self._asked("GET", "/")
        assert status == 200, page
        return page

    def says(self, text: str) -> int:
        nonce = re.search(r'id="say".*?name="nonce" value="([^"]+)"', self.page(), re.DOTALL)
        assert nonce
        return self._asked("POST", "/say", urlencode({"text": text, "nonce": nonce[1]}))[0]


@dataclass(slots=True)
class _Crowd:
    """A few people who write one after another until they are told to stop."""

    port: int
    people: list[_Browser] = field(default_factory=list)
    answered: int = 0
    wrong: list[object] = field(default_factory=list)

    @contextmanager
    def writing(self) -> Iterator[None]:
        over, lock = threading.Event(), threading.Lock()

        def writes(browser: _Browser) -> None:
            while not over.is_set():
                try:
                    status: object = browser.says("شنو هو ميثاق الاستثمار")
                except Exception as error:
                    status = error
                with lock:
                    if status == 303:
                        self.answered += 1
                    else:
                        self.wrong.append(status)
                        return

        self.people = [_Browser(self.port) for _ in range(4)]
        threads = [threading.Thread(target=writes, args=(browser,)) for browser in self.people]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _done(*words: str | Path, root: Path) -> Told:
    done = told(*words, root=root)
    assert done.status == 0, done.out + done.err
    return done


def _held(done: Told) -> tuple[int, int]:
    """Return how many people and messages a command says there are."""
    found = re.search(r"holds ([\d,]+) people, ([\d,]+) messages", done.out)
    assert found, done.out
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))
