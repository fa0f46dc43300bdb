"""`python -m bench`: every measurement beside its target, with the machine's name; nothing is asserted.

`python -m bench turn ask` runs only some. CPU time stands beside the time on the wall: a busy machine makes the second
longer, not the first.
"""

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from bench import machine

#: The measurements, in their order: the module and the function, and the words that a script of its own is given.
SECTIONS: dict[str, tuple[str, str, list[str]]] = {
    "content": ("bench.thinking", "content", []),
    "turn": ("bench.thinking", "turn", []),
    "ask": ("bench.thinking", "ask", []),
    "matching": ("bench.matching", "main", []),
    "locate": ("bench.thinking", "locate", []),
    "terminal": ("bench.starting", "terminal", []),
    "serving": ("bench.starting", "serving", []),
    "visitors": ("bench.starting", "visitors", []),
    "eligibility": ("bench.eligibility", "main", []),
    "storage": ("bench.storage", "main", ["--messages", "5000"]),
    "channels": ("bench.channels", "main", []),
    "publishing": ("bench.publishing", "main", []),
    "flooding": ("bench.flooding", "main", []),
    "sheet": ("bench.printing", "main", []),
    "house": ("bench.house", "main", []),
}


def main() -> int:
    """Run the measurements that were named, or all."""
    words = argparse.ArgumentParser(prog="python -m bench", description="Measure the guide on this machine.")
    words.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(SECTIONS)}")
    names: list[str] = words.parse_args().names or list(SECTIONS)
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        words.error(f"there is no measurement {', '.join(unknown)}; there are: {', '.join(SECTIONS)}")
    # As the program itself has it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print(machine.named())
    for name in names:
        module, function, given = SECTIONS[name]
        if find_spec(module) is None:
            continue
        print(f"\n== {name}", flush=True)
        sys.argv = [f"python -m {module}", *given]
        section: Callable[[], None] = getattr(import_module(module), function)
        section()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
