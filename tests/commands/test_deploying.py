"""What deploy/ holds: read by the tools that are to be had, and held to what docs/running.md promises of it.

Building and starting the containers needs an engine, which tests do not have: see docs/measured.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import credentials
from bot.config import load
from bot.conversation.conversation import Conversation
from bot.conversation.events import QuestionAsked, Turn, VerdictTold
from bot.monitoring import Monitor
from bot.storage import SendOutcome, Store
from tests.program import ROOT, command, copied

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "running.md").read_text("utf-8")


def _compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return told


def _instructions() -> list[tuple[str, str]]:
    """Return the instructions of the container file, each with its words."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text("utf-8"))
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_container_runs_without_root_and_says_how_it_is() -> None:
    """The image is made from locked packages, runs as a numbered account without root, and has a health check."""
    instructions = _instructions()
    last = max(number for number, (name, _) in enumerate(instructions) if name == "FROM")
    final = dict(instructions[last:])
    account, group = final["USER"].split(":")
    assert int(account) > 0
    assert int(group) > 0
    # What is kept there is people's: no other account of the machine reads the volume.
    private = f"install -d -m 0700 -o dalil -g dalil {final['VOLUME']}"
    assert any(private in words for name, words in instructions if name == "RUN")
    assert "/readyz" in final["HEALTHCHECK"]
    assert final["STOPSIGNAL"] == "SIGTERM"
    assert all(
        ":" in words.split()[0] and not words.split()[0].endswith(":latest")
        for name, words in instructions
        if name == "FROM"
    )
    installs = [words for name, words in instructions if name == "RUN" and "pip install" in words]
    assert installs
    assert all("--require-hashes" in words for words in installs)
    # The tests run with the same Python, and so with the packages that the lock has for it.
    python = re.search(r'(?m)^python_version = "(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert python
    assert all(f"/python:{python[1]}-slim" in words for name, words in instructions if name == "FROM")
    # What the image is made of is there, and alone leaves the checkout.
    taken = {source for name, words in instructions if name == "COPY" for source in words.split()[:-1]}
    taken -= {"--from=packages", "/opt/dalil"}
    assert all((ROOT / source).exists() for source in taken)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == taken


#: Runs a command and prints the most memory that it held, in kilobytes.
_MOST_HELD = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_what_learns_the_content_has_room_beside_the_guide(tmp_path: Path) -> None:
    """The unit and the composition give a program as much memory as it takes while edited phrasings are learnt."""
    root = copied(tmp_path)
    # A process is counted with what its parent held when it was begun: a small one stands between it and these tests.
    learning = subprocess.run(
        [sys.executable, "-c", _MOST_HELD, *command("check", root=root)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    kilobytes = int(learning.stdout)
    unit = re.search(r"(?m)^MemoryMax=(\d+)M$", (DEPLOY / "dalil@.service").read_text("utf-8"))
    assert unit
    for megabytes in (unit[1], *(part["mem_limit"].removesuffix("m") for part in _guides())):
        assert int(megabytes) * 1024 > kilobytes + 400 * 1024


def _guides() -> list[dict[str, Any]]:
    return [part for name, part in _compose()["services"].items() if name.startswith("guide")]


def test_the_lock_of_the_server_holds_what_the_channels_and_the_database_need() -> None:
    """What the container installs has the driver of PostgreSQL and what posts to platforms, each by its digests."""
    lock = (ROOT / "requirements-server.lock").read_text("utf-8")
    for package in ("psycopg", "aiohttp", "prometheus-client", "starlette"):
        assert re.search(rf"^{package}==\S+ .*\\\n +--hash=sha256:", lock, re.MULTILINE), package


def test_the_composition_is_closed_but_for_the_proxy() -> None:
    """Only the proxy is reached from outside; every part gives up all rights it can, and the guides write nowhere."""
    services = _compose()["services"]
    assert [name for name, part in services.items() if "ports" in part] == ["proxy"]
    for name, part in services.items():
        assert part["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in part["security_opt"], name
        assert part["restart"] == "unless-stopped", name
        assert "image" in part, name
    guides = _guides()
    assert len(guides) == 2
    assert all(part["read_only"] for part in guides)
    # The password stands in no list of processes.
    assert all(part["environment"][credentials.STORE].startswith("postgresql://") for part in guides)
    assert not any("command" in part for part in guides)
    assert _compose()["networks"]["inside"] == {"internal": True}
    assert services["database"]["networks"] == ["inside"]
    # Another encoding holds no Arabic. And podman leaves the image's health check out of what it builds.
    assert "--encoding=UTF8" in services["database"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert all("/readyz" in part["healthcheck"]["test"][-1] for part in guides)
    # An operator's own files are no part of the checkout: an update never meets them.
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    own = {f"deploy/{Path(place.split(':')[0]).name}" for place in guides[0]["volumes"] if place.startswith("./")}
    assert own | {".env"} <= set(ignored)


def test_a_command_in_a_container_has_the_backups_and_a_terminal_where_there_is_one(tmp_path: Path) -> None:
    """What stands for `dalil` beside the composition hands all its words to a guide's container that ends with it."""
    script = (DEPLOY / "dalil-in-container").read_text("utf-8").replace("/opt/dalil/deploy", str(DEPLOY))
    environ = {**os.environ, "DALIL_COMPOSE": "echo"}
    line = ["/bin/sh", "-c", script, "dalil", "backup", "a name.backup"]
    done = subprocess.run(line, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    backups = "-v /var/backups/dalil:/var/backups/dalil"
    assert done.stdout == f"-f compose.yaml --env-file .env run --rm -T {backups} guide-1 backup a name.backup\n"


def test_what_the_composition_asks_for_stands_in_the_example() -> None:
    """Every value that the composition takes from outside is named in example.env; every secret of ours is passed."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text("utf-8"), re.MULTILINE))
    assert asked == given
    secrets = {
        value
        for value in vars(credentials).values()
        if isinstance(value, str) and re.fullmatch(r"DALIL_[A-Z_]+", value)
    }
    # The store is told by the composition itself, with a password that it asks for.
    assert secrets - {credentials.STORE} <= asked


def test_the_containers_own_configuration_is_taken(tmp_path: Path) -> None:
    """The configuration in the image is valid, listens for the proxy, and lets only itself be watched."""
    shutil.copy(DEPLOY / "config.yaml", tmp_path)
    config = load(tmp_path)
    assert (config.web.host, config.monitor.host, config.log.format) == ("0.0.0.0", "127.0.0.1", "json")


def test_proxies_pass_on_who_asks_and_nothing_to_watch() -> None:
    """Both examples pass the address of who asks on, bound what is posted, and do not know the monitor's port."""
    nginx, caddy = ((DEPLOY / name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile"))
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "client_max_body_size 4m;" in nginx
    # What the guide counts by nobody's allowance is bounded before it; what platforms post is not.
    assert re.search(r"limit_req zone=(\w+) .*limit_req_status 429;", nginx, re.DOTALL)
    assert re.search(r'map \$request_method \$dalil_asks \{[^}]*POST "";', nginx)
    assert "max_size 4MB" in caddy
    # A post is asked again of the other guide, for which it must be kept whole.
    assert "request_buffers 4MB" in caddy
    assert re.search(r"lb_retry_match \{\s*method GET POST\s*\}", caddy)
    for text in (nginx, caddy):
        told = re.sub(r"#.*", "", text)
        assert told.count("{") == told.count("}")
        assert "9464" not in told


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    """nginx, where it is installed, reads the example without a mistake."""
    nginx, openssl = shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx is not installed")
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=guide.example.ma"]
    made = [openssl, *request, "-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(made, check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text("utf-8").replace("/etc/letsencrypt/live/guide.example.ma", str(tmp_path))
    (tmp_path / "whole.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{ access_log off;\n{site}\n}}\n", "utf-8"
    )
    told = subprocess.run(
        [nginx, "-t", "-c", str(tmp_path / "whole.conf")], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """systemd, where it is to be had, reads the unit without a mistake and finds it hardened."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    unit = tmp_path / "dalil@8080.service"
    text = (DEPLOY / "dalil@.service").read_text("utf-8")
    # The guide sets its own limit of files and its priority: forbidden that, and killed for it, it never starts.
    assert not re.search(r"(?m)^SystemCallFilter=~.*@resources", text)
    assert "SystemCallErrorNumber=EPERM" in text
    # The program and its account are not on this machine.
    text = text.replace("/opt/dalil/.venv/bin/dalil", "/bin/true").replace("/opt/dalil", "/tmp")
    unit.write_text(text.replace("User=dalil\nGroup=dalil\n", ""), "utf-8")
    told = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert "dalil@8080.service" not in told.stderr, told.stderr
    security = [analyze, "security", "--offline=yes", "--threshold=25", "--no-pager", str(unit)]
    told = subprocess.run(security, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-600:]


async def test_every_alarm_is_about_a_figure_there_is_and_is_explained(tmp_path: Path) -> None:
    """Each figure that an alarm asks for is among those the guide tells, and each alarm stands in docs/running.md."""
    store = Store(f"sqlite:///{tmp_path / 'dalil.db'}")
    try:
        monitor = Monitor(store, release=lambda: "r", now=lambda: datetime.now(UTC), kept_in=tmp_path)
        events = (QuestionAsked("x", (), "none"), VerdictTold("tpme", "eligible"))
        monitor.note_turn("web", Turn(Conversation(), (), events), 0.001, is_sent=True)
        monitor.note_sending(SendOutcome(1, "telegram", "sent"), 0.1)
        monitor.note_sending(SendOutcome(1, "telegram", "dead"), 0.1)
        figures = (await monitor.metrics()).decode()
    finally:
        store.close()
    known = set(re.findall(r"^# TYPE (\S+)", figures, re.MULTILINE)) | set(
        re.findall(r"^(\w+)[{ ]", figures, re.MULTILINE)
    )
    [group] = yaml.safe_load((DEPLOY / "alarms.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]:
        assert f"| `{rule['alert']}` |" in GUIDE, rule["alert"]
        asked = set(re.findall(r"\b((?:dalil|process)_\w+)", rule["expr"]))
        assert asked <= known, (rule["alert"], asked - known)
    assert len(re.findall(r"^\| `Dalil", GUIDE, re.MULTILINE)) == len(group["rules"])


def test_the_pages_name_only_what_there_is() -> None:
    """Every file of ours and every command that docs/running.md names is there."""
    from bot.__main__ import main

    for file in re.findall(r"\bdeploy/[\w@.-]*[a-z]", GUIDE):
        assert (ROOT / file).exists() or file in {"deploy/.env", "deploy/own.yaml"}, file
    for name in set(re.findall(r"\bdalil (?:--root \S+ )?([a-z][a-z-]+)\b", GUIDE)) - {"dalil"}:
        if name in {"check", "run", "doctor", "backup", "restore", "dead", "questions", "move-store"}:
            with pytest.raises(SystemExit) as left:
                main([name, "--help"])
            assert left.value.code == 0


def test_nothing_is_installed_without_its_digest() -> None:
    """What make and the deployment install comes from a file of digests, and each package in these files has one."""
    for path in (ROOT / "Makefile", DEPLOY / "Containerfile", ROOT / "docs" / "running.md", ROOT / "README.md"):
        text = path.read_text("utf-8").replace("\\\n", " ")
        installed = [line.strip() for line in text.splitlines() if re.search(r"pip[\"']? install|uv pip install", line)]
        wrong = [line for line in installed if "--require-hashes -r" not in line and "--no-deps" not in line]
        assert wrong == [], path.name
    locks = list(ROOT.glob("requirements*.lock"))
    assert len(locks) >= 8
    for lock in locks:
        packages = re.split(r"\n(?=[a-z])", "\n" + lock.read_text("utf-8"))[1:]
        assert packages
        assert [one.split("==")[0] for one in packages if "--hash=sha256:" not in one] == [], lock.name


_ANSWERS = {
    "well": ({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}, 0, 0, "1 packages looked up, 0 weak"),
    "weak": (
        {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]},
        1,
        1,
        "WEAK a 1: CVE-1, mended in ['2']",
    ),
    "no data": ({"dependencies": [{"name": "a", "skip_reason": "not found"}]}, 2, 0, "NO DATA: of 1 packages 0"),
    "no connection": ("ConnectionError", 2, 0, "NO DATA: of 0 packages 0 were looked up (requirements.lock: "),
}


@pytest.mark.parametrize("name", _ANSWERS)
def test_the_audit_never_calls_well_what_it_did_not_see(name: str, tmp_path: Path) -> None:
    """A weakness fails; no data is said loudly, fails the audit that was asked for, and does not fail `make test`."""
    answer, status, status_where_it_can, said = _ANSWERS[name]
    told = answer if isinstance(answer, str) else json.dumps(answer)
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{told}\nEND\n")
    program.chmod(0o700)
    (tmp_path / "requirements.lock").write_text("a==1\n")
    for more, expected in ((), status), (("--where-it-can",), status_where_it_can):
        line = [sys.executable, str(DEPLOY / "audit.py"), "--root", str(tmp_path), *more]
        environ = {**os.environ, "PIP_AUDIT": str(program)}
        done = subprocess.run(line, capture_output=True, text=True, env=environ, check=False)
        assert (done.returncode, done.stderr) == (expected, "")
        assert said in done.stdout
