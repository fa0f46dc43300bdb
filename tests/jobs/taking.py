"""`python -m tests.jobs.taking FILE …`: every fact taken from the sentences of text files, to be read by a person.

One line a sentence that gives a fact, the facts behind a tab; the last line counts. A sentence stands where nothing
is asked, as in a first message. `--only FACT` tells of one fact, `--each N` of every Nth such sentence.
"""

import argparse
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from bot.content.library import load
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.hearing.findings import Situation, Spoken


def main() -> int:
    """Print what is taken from each sentence."""
    parser = argparse.ArgumentParser(prog="python -m tests.jobs.taking", usage=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--each", type=int, default=1)
    words = parser.parse_args()
    library, _ = load(Path(), proving=False)
    assert library is not None
    before = Situation(Conversation().answered(FLOW, library.roles.menu), None)
    counted: Counter[str] = Counter()
    read = 0
    for path in words.files:
        for sentence in path.read_text("utf-8").splitlines():
            read += 1
            taken = Spoken(sentence, before, library, date(2026, 11, 28)).mentioned
            if not taken or (words.only and words.only not in taken):
                continue
            counted.update(taken.keys())
            if counted.total() % words.each == 0:
                sys.stdout.write(f"{sentence}\t{dict(taken)}\n")
    sys.stdout.write(f"{read} sentences, taken: {dict(counted)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
