"""Whatever somebody writes, the turn it takes keeps nobody else waiting."""

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.library import Library
from bot.eligibility.facts import Measure, OneOf, YesNo
from bot.language.folding import MOST_READ, beginning, folded
from tests.conversation.asked import told

#: Longest message that the channels let in, in characters.
_LONGEST = 5_000
#: The longest a turn may take, in seconds of a processor. Measured on a machine at rest it is 0.02 (`make bench`); a
#: busy one counts such seconds double.
#: Where what is tried is counted line by line (`make test`), each line costs several times as much.
_MOST = 0.2
#: So many random texts by default; `make fuzz` tries as many as one likes: `make fuzz TEXTS=100000`.
_TEXTS = int(os.environ.get("FUZZ_TEXTS", "40"))
#: What once took seconds: 2.8 s a turn, and up to 11 s.
_FOUND = (
    "ﷺ1 ",
    "fedda ",
    "تنجداد تعاونية فلاحية , ",
    "3am وبني ملال وخ وشركة كبيرة ",
    "بني زرنتل آه الحلي ",
    "حدادة\n3 ",
    "millions،صناعة غذائية،الدشرة،poterie،ه،",
    "vendons à l'étranger\npouvons l'obtenir\nمناصب\nماكنخلصوش\n",
    "1 ",
    "½",
    "entre 1 et ",
    "2 مليون و",
)
_ATOMS = (
    "a b d f l w 3 7 9 0 1 و ف ب ل ما لا م ﷺ ﷻ ½ ⅓ ß İ œ ² ① ٣ ۵ - – / . , ، ; : ؟ % € ^ ( # @ \u200f \u064e 😀 10^9"
    " 1/2 1.5 12/2021 2019 50-17 entre et ou de à من حتى ولا مليون ملاين ألف درهم millions mille dh سنين ans خمسة عشرين"
    " vingt نص demi ماشي ne pas si إلا واش wach شحال non نعم ah سلام سيدي أولاد ait دوار فاس fes تازناخت rabat"
).split()


def _states(library: Library) -> Iterator[Conversation]:
    yield Conversation(release=library.release)
    started = Conversation(release=library.release).answered(FLOW, library.roles.menu)
    yield from (started.answered(FLOW, flow) for flow in library.flows)
    yield from (replace(started, asking=fact) for fact in library.facts)


def _atoms(library: Library) -> list[str]:
    spoken = list(_ATOMS)
    for fact in library.facts.values():
        match fact.kind:
            case OneOf(options):
                spoken += [word for option in options for word in option.words]
            case YesNo(yes=yes, no=no):
                spoken += [*yes, *no]
            case Measure(words=words):
                spoken += words
            case _:
                pass
    spoken += [name for place in list(library.gazetteer.places.values())[::25] for name in place.name.every()]
    return spoken + [wording for entry in list(library.entries.values())[::4] for wording in entry.question.every()]


def _seconds(text: str, state: Conversation, library: Library) -> float:
    """Return the least of three times that a turn takes, which tells more of the turn and less of the machine."""

    def once() -> float:
        begun = time.process_time()
        told(text, state, library)
        return time.process_time() - begun

    first = once()
    return first if first <= _MOST / 2 else min(first, once(), once())


@pytest.mark.parametrize("unit", _FOUND)
def test_what_once_kept_others_waiting_does_so_no_more(unit: str, library: Library) -> None:
    """Five thousand characters that each cost a search through all of them are read in a moment."""
    text = (unit * _LONGEST)[:_LONGEST]
    told("سلام", Conversation(release=library.release), library)
    for state in list(_states(library))[::9]:
        assert _seconds(text, state, library) <= _MOST


def test_no_text_keeps_others_waiting(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """Random letters, numbers, ligatures, names and questions, once or over and over, are read in a moment."""
    chance = random.Random(os.environ.get("FUZZ_SEED", "1"))
    atoms, states = _atoms(library), list(_states(library))
    told("سلام", states[0], library)
    taken: list[float] = []
    for _ in range(_TEXTS):
        gap = chance.choice(["", " ", " ", "،", " و", "\n"])
        few = chance.sample(atoms, chance.randint(1, 4)) if chance.random() < 0.6 else chance.choices(atoms, k=900)
        text = ((gap.join(few) + chance.choice(["", " "])) * _LONGEST)[:_LONGEST]
        state = chance.choice(states)
        taken.append(_seconds(text, state, library))
        assert taken[-1] <= _MOST, (text[:200], state)
    with capsys.disabled():
        median, worst = statistics.median(taken) * 1000, max(taken) * 1000
        sys.stdout.write(
            f"\n{len(taken)} turns of {_LONGEST} characters: median {median:.1f} ms, worst {worst:.1f} ms\n"
        )


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """A text is read as far as its folding goes, in whole words: a number is never cut in two."""
    assert len(folded(beginning("ﷺ1 " * 1_700))) <= MOST_READ
    assert beginning("عندي 5 خدامة") == "عندي 5 خدامة"
    assert beginning("ا" * (MOST_READ - 2) + " 123456").endswith("ا")
    assert len(beginning("\u200f" * _LONGEST)) <= MOST_READ
