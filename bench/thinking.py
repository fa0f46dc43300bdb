"""What a turn, a question and a place cost on the full content, without storage or channels."""

import gc
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

from bench.flooding import strange_text
from bench.machine import head, line, spent
from bot.content.library import load
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import QuestionAsked
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Content, Located, Message, PersonId, Said, Sent

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PERSON = "الشخص: "
#: How often each turn is done again, the best time counting: the first fills what is kept ready.
AGAIN = 5
#: People who tap their way through the flows, and how many taps each.
WALKERS, TAPS = 60, 25


@cache
def library() -> Library:
    """Return the full content, loaded once for all measurements."""
    loaded, mistakes = load(ROOT)
    if loaded is None:
        raise SystemExit(f"the content has {len(mistakes.errors)} mistakes: run `dalil check`")
    return loaded


def _learned() -> Library:
    """Return the content as it answers: what is learned at the first question is no part of a question's time."""
    library().matcher.train()
    # As the program itself has it: else a look through the whole content would now and then count as a turn's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
    return library()


def content() -> None:
    """Print what loading and checking everything takes, and how large it then is."""
    from bot.content.keeping import FolderKeep
    from bot.content.packing import packed
    from bot.content.releases import loaded

    head()
    with spent() as took:
        full = library()
    phrasings = sum(len(said) for entry in full.entries.values() for said in entry.phrasings.values())
    line("content loads and checks", "s", took.cpu, took.wall, 2)
    print(
        f"  {len(full.entries)} entries, {phrasings} phrasings, {len(full.flows)} flows, {len(full.schemes)} schemes,"
        f" {len(full.offices)} offices"
    )
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        keep = FolderKeep(Path(folder))
        loaded(ROOT, keep)
        with spent() as took:
            loaded(ROOT, keep)
        line("content taken from the copy kept ready", "s", took.cpu, took.wall)
        line("  its size on disk", "MB", None, len(keep.last() or b"") / 1e6)
    with spent() as took:
        full.matcher.train()
    line("matcher learns the phrasings (once for a release)", "s", took.cpu, took.wall)
    line("matcher, as it is kept", "MB", None, len(packed(full.matcher)) / 1e6)


def turn() -> None:
    """Print what a turn takes: a step of a flow, a free question, and what else people say."""
    head()
    _learned()
    times: dict[str, list[float]] = {"step": [], "question": [], "other": []}
    for talk in (*_transcripts(), *_walks()):
        for kind, took in talk:
            times[kind].append(took)
    for kind, what, at_most in (
        ("step", "turn that answers a step of a flow, median", 100),
        ("question", "turn that answers a free question, median", None),
        ("other", "any other turn (asides, places, not understood)", None),
    ):
        micros = [took * 1e6 for took in times[kind]]
        line(f"{what}", "µs", statistics.median(micros), None, at_most)
        print(f"  of {len(micros)} turns; p99 {_percentile(micros, 99):,.0f} µs")
    _hostile()
    everything = [took * 1e6 for kind in times for took in times[kind]]
    line("any turn, median", "µs", statistics.median(everything), None)


#: Messages of 5,000 characters that each once cost seconds, or reach every part of a turn.
_HOSTILE = (
    "ﷺ1 ",
    "12 ",
    "فاس ",
    "ألف و مية ",
    "تعاونية ديال الزرابي فأزرو بغينا نصدرو 1 مليون درهم ",
    "bghit 100000 dh f agadir ",
)


def _hostile() -> None:
    """Print what the longest messages take in each flow."""
    full = _learned()
    start = Conversation(release=full.release)
    took: list[float] = []
    # Said over and over, and words that no cache has met: those cost the most.
    for text in (*((unit * 5000)[:5000] for unit in _HOSTILE), *map(strange_text, range(12))):
        message = Message("bench", PersonId("p"), "1", Said(text))
        for flow in list(full.flows)[::3]:
            with spent() as spending:
                respond(start.answered(FLOW, flow), message, full, NOW)
            took.append(spending.cpu * 1000)
    line("turn of a message of 5,000 characters, median", "ms", statistics.median(took), None, 20)
    line("  the worst of them", "ms", max(took), None, 20)


def ask() -> None:
    """Print what matching a question takes, over the gold set."""
    _each("ask, a question", _texts("gold.jsonl"), _learned().matcher.match, 2)


def locate() -> None:
    """Print what finding a place takes, over the gold set."""
    _each("locate, a place", _texts("gold_places.jsonl"), library().gazetteer.read, 2)
    rng = Random(7)
    points = [(rng.uniform(28, 35), rng.uniform(-10, -2)) for _ in range(200)]
    _each("locate, a position", points, lambda point: library().gazetteer.at(*point), 2)


def _each(what: str, things: Sequence[object], work: Callable[..., object], at_most: float) -> None:
    library()
    cpu: list[float] = []
    wall: list[float] = []
    for thing in things:
        with spent() as took:
            work(thing)
        cpu.append(took.cpu * 1e3)
        wall.append(took.wall * 1e3)
    line(f"{what}, median of {len(things):,}", "ms", statistics.median(cpu), statistics.median(wall), at_most)
    line(f"{what}, p99", "ms", _percentile(cpu, 99), _percentile(wall, 99))


def _texts(file: str) -> list[str]:
    lines = (ROOT / "tests" / "faq" / file).read_text("utf-8").splitlines()
    return [json.loads(one)["text"] for one in lines]


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


#: The turns of one talk: what kind each was, and the CPU seconds it took.
Turns = Iterable[tuple[str, float]]


def _transcripts() -> Iterator[Turns]:
    """Yield the talks of tests/transcripts, as real as we have them."""
    for path in sorted((ROOT / "tests" / "transcripts").glob("*/*.txt")):
        said = [one.removeprefix(PERSON) for one in path.read_text("utf-8").splitlines() if one.startswith(PERSON)]

        def typed(conversation: Conversation, number: int, said: list[str] = said) -> Content:
            return _typed(said[number], conversation)

        yield _talk(typed, len(said))


def _walks() -> Iterator[Turns]:
    """Yield talks of people who tap whatever is shown, and answer what is asked."""
    for seed in range(WALKERS):
        rng = Random(seed)

        def tapped(conversation: Conversation, _: int, rng: Random = rng) -> Content:
            if conversation.shown:
                return Chose(rng.choice(conversation.shown).id)
            return Said(rng.choice(["لعيون", "2 مليون درهم", "5", "فاس", "تعاونية"]))

        yield _talk(tapped, TAPS)


def _talk(next_message: Callable[[Conversation, int], Content], count: int) -> Turns:
    conversation = Conversation()
    for number in range(count):
        message = Message("bench", PersonId("p"), str(number), next_message(conversation, number))
        best = float("inf")
        for _ in range(AGAIN):
            began = time.process_time()
            turned = respond(conversation, message, library(), NOW)
            best = min(best, time.process_time() - began)
        steps = isinstance(message.content, Chose) or turned.conversation.facts != conversation.facts
        asked = any(isinstance(event, QuestionAsked) for event in turned.events)
        yield ("question" if asked else "step" if steps and not _is_aside(message.content) else "other"), best
        conversation = turned.conversation


def _is_aside(content: Content) -> bool:
    return isinstance(content, Chose) and content.choice.startswith("do:")


def _typed(said: str, conversation: Conversation) -> Content:
    """Return a line of a transcript as the message it stands for."""
    if position := re.match(r"^@(-?[\d.]+),(-?[\d.]+)$", said):
        return Located(float(position[1]), float(position[2]))
    if tap := re.match(r"^\[(.+)\]$", said):
        shown = [choice.id for choice in conversation.shown if choice.label == tap[1]]
        return Chose(shown[0] if shown else ChoiceId(tap[1]))
    return Sent("photo") if said == "(صورة)" else Said(said)
