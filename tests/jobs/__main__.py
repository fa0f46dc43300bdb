"""`python -m tests.jobs [SET …]`: play whole conversations and count which reach their goal.

--people N    so many conversations, each persona again and again with other draws (default: each once)
--seed N      another draw of wordings, habits and order; the same seed is the same run
--only TEXT   only exchanges and personas whose id or kind begins so
--goal G      such as success=95,clean=85,harm=0,exchanges=97: exit 1 below (for harm, above) any of them
-v            print every miss with its conversation
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from tests.jobs.running import Figures, read_sets, run

_HERE = Path(__file__).parent


def main() -> int:
    """Play the sets and print the report; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.jobs", usage=__doc__)
    parser.add_argument(
        "sets", nargs="*", type=Path, default=sorted(_HERE.glob("people*.yaml")) + sorted(_HERE.glob("exchanges*.yaml"))
    )
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--goal", default="")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 11, 28))
    parser.add_argument("-v", dest="is_verbose", action="store_true")
    words = parser.parse_args()
    results = run(read_sets(words.sets, words.only), words.on, people=words.people, seed=words.seed)
    if words.is_verbose:
        for result in results:
            if not result["ok"]:
                habits = f"{result.get('habit', '')} {result.get('does', '')} {result.get('counts', '')}"
                sys.stdout.write(f"✗ {result['kind']} {result['id']} ({result['register']}) {habits}\n")
                sys.stdout.write(f"    {'; '.join(result['why'])}\n{result['talk']}\n\n")
    figures = Figures(results)
    sys.stdout.write(figures.report() + "\n")
    missed = figures.below(words.goal)
    if missed:
        sys.stdout.write("missed: " + ", ".join(missed) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
