"""`make house`: how large the program is, room by room, and how many files one question passes.

An engineer who arrives must find the way of a question from the page to the answer; these are its figures. The way is
counted by a profiler in the running program, over a real post to its web chat.
"""

import ast
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.starting import Browser, address_of

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
#: A free question that is answered at once.
QUESTION = "شحال خاص يكون رقم المعاملات باش نستافدو من التصدير"
#: What the house is meant to keep below.
LINES, MODULES, LONGEST, FILES = 21_000, 140, 400, 35
_SHOWN = 8

#: Runs the program, and writes the files of ours that were entered between two signals.
_PROFILED = """
import signal, sys, threading
from pathlib import Path
bot, out = sys.argv[1], Path(sys.argv[2])
entered = set()
def note(frame, event, _):
    if event == "call" and frame.f_code.co_filename.startswith(bot) and frame.f_code.co_filename.endswith(".py"):
        entered.add(frame.f_code.co_filename)
signal.signal(signal.SIGUSR1, lambda *_: entered.clear())
signal.signal(signal.SIGUSR2, lambda *_: out.write_text("\\n".join(sorted(entered)), "utf-8"))
threading.setprofile(note)
sys.setprofile(note)
from bot.__main__ import main
sys.exit(main(sys.argv[3:]))
"""


def modules() -> dict[Path, int]:
    """Return every module of the program with its lines; the migrations' versions are history and count as lines."""
    return {path: path.read_text("utf-8").count("\n") for path in sorted(BOT.rglob("*.py"))}


def type_names() -> dict[str, list[str]]:
    """Return the public type names that several modules define, each with these modules."""
    defined: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        if "versions" not in path.parts:
            for name in _types_of(ast.parse(path.read_text("utf-8"))):
                defined[name].append(str(path.relative_to(BOT)))
    return {name: places for name, places in sorted(defined.items()) if len(places) > 1}


def _types_of(module: ast.Module) -> Iterator[str]:
    """Yield the public names of a module that begin as types do: classes, aliases, new types, type variables."""
    for node in module.body:
        match node:
            case ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if name.isupper():
                    continue
            case _:
                continue
        if name[0].isupper():
            yield name


def files_passed() -> list[str]:
    """Return the files of the program that one free question enters, from the post to the page that answers it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "entered"
        words = [sys.executable, "-c", _PROFILED, str(BOT), str(out), "--root", folder, "--content", str(ROOT)]
        command = [*words, "run", "--port", "0"]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            assert process.stdout
            browser = Browser(*address_of(process.stdout.readline()))
            browser.says("السلام عليكم")
            time.sleep(1)
            process.send_signal(signal.SIGUSR1)
            browser.says(QUESTION)
            browser.get()
            process.send_signal(signal.SIGUSR2)
            for _ in range(100):
                time.sleep(0.1)
                if out.exists() and out.stat().st_size:
                    break
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        return [str(Path(line).relative_to(BOT)) for line in out.read_text("utf-8").splitlines()]


def main() -> None:
    """Print the figures of the house."""
    counted = modules()
    rooms: dict[str, list[int]] = defaultdict(list)
    for path, lines in counted.items():
        inside = path.relative_to(BOT).parts
        rooms[inside[0] if len(inside) > 1 else "(top)"].append(lines)
    print(f"{'room':<16}{'modules':>8}{'lines':>8}")
    for room, sizes in sorted(rooms.items(), key=lambda found: -sum(found[1])):
        print(f"{room:<16}{len(sizes):>8}{sum(sizes):>8,}")
    print(f"{'all':<16}{len(counted):>8}{sum(counted.values()):>8,}   meant: at most {MODULES} and {LINES:,}")
    longest = sorted(counted.items(), key=lambda found: -found[1])[:_SHOWN]
    print(f"\nlongest modules (meant: at most {LONGEST} lines)")
    for path, lines in longest:
        print(f"  {lines:>4} {path.relative_to(BOT)}")
    doubled = type_names()
    print(f"\npublic type names with two meanings: {len(doubled)}")
    for name, places in doubled.items():
        print(f"  {name}: {', '.join(places)}")
    passed = files_passed()
    print(f"\nfiles that a free question passes, from the page to the answer: {len(passed)} (meant: at most {FILES})")
    print("  " + " ".join(passed))


if __name__ == "__main__":
    main()
