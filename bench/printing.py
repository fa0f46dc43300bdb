"""What a sheet costs that is drawn as PDF: each person's own, in both languages, the first of a program by itself."""

import statistics
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bench.machine import head, line, spent
from bench.thinking import NOW, ROOT, library
from bot.channels.printing import Printer, read_sheet_words
from bot.channels.text import needed
from bot.conversation.choices import assessed_in
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.sheet import sheet_of
from bot.conversation.tapping import gives_a_value
from bot.conversation.turn import respond
from bot.language.dates import moroccan_day
from bot.message import Chose, Document, Language, Message, PersonId, Said

#: People who tap their way through a check, and how many taps each.
PEOPLE, TAPS = 25, 15
LANGUAGES: tuple[Language, ...] = ("ar", "fr")


def _sheets() -> Iterator[Document]:
    """Yield the sheets of people who tapped through one check or another, each with a code of its own."""
    full = library()
    checks = [flow for flow in full.flows if assessed_in(flow, full)]
    for seed in range(PEOPLE):
        rng, conversation = Random(seed), Conversation(release=full.release).answered(FLOW, checks[seed % len(checks)])
        for number in range(TAPS):
            typed = Said(rng.choice(["لعيون", "2 مليون درهم", "5", "فاس", "تازناخت"]))
            listed = [choice for choice in conversation.shown if gives_a_value(choice)]
            content = Chose(rng.choice(listed).id) if listed and rng.random() < 0.8 else typed
            message = Message("bench", PersonId("p"), str(number), content)
            conversation = respond(conversation, message, full, NOW).conversation
        code = "".join(rng.choices("ABCDEFGHJKLMNPQR", k=8))
        for language in LANGUAGES:
            made = sheet_of(replace(conversation, language=language), full, moroccan_day(NOW))
            if not made.is_empty:
                yield replace(made, code=code).document()


def main() -> None:
    """Print what a sheet takes once the font is read, and what the first takes."""
    head()
    printer = Printer(needed(read_sheet_words, ROOT), "https://dalil.example.ma")
    first, *others = _sheets()
    with spent() as took:
        printer.pdf(first)
    line("the first sheet of a program", "ms", took.cpu * 1e3, took.wall * 1e3)
    cpu, wall = [], []
    for sheet in others:
        with spent() as took:
            printer.pdf(sheet)
        cpu.append(took.cpu * 1e3)
        wall.append(took.wall * 1e3)
    line(f"a sheet, median of {len(others)}", "ms", statistics.median(cpu), statistics.median(wall), 50)
    line("  the longest", "ms", max(cpu), max(wall), 50)
