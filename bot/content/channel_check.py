"""Every text and every choice of the content, tried on each channel before a person is sent it.

What a person would miss keeps the content from going live; what is only less handy is a warning. The channels' own
measures are used, those of `write`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Final

from bot.channels import telegram, whatsapp
from bot.channels.problems import Problem
from bot.content.channel_words import WhatsAppWords
from bot.content.reading import Mistakes, Where
from bot.content.release import files
from bot.conversation import choices
from bot.conversation.conversation import Conversation
from bot.conversation.flow import Ask, Offer, Say, Step, steps_within
from bot.conversation.library import Library
from bot.conversation.showing import PLACE, answer_shown, more_shown
from bot.message import LANGUAGES, Choice, Language, Text

#: Characters of a text that a note shows.
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class _Screen:
    """Something that may be said, and the file that it stands in."""

    file: str
    text: str
    choices: tuple[Choice, ...]
    language: Language
    asks_location: bool = False


@dataclass(slots=True)
class _Files:
    """The files of the content by name, to find the line of a text."""

    root: Path
    _names: list[str] = field(default_factory=list)
    _lines: dict[str, list[str]] = field(default_factory=dict)

    def where(self, file: str, about: str) -> Where:
        """Return the line of a text, by its first line: in the file, else in any; else the file's first."""
        sought = about.strip().split("\n")[0]
        if not self._names:
            self._names += [one.relative_to(self.root).as_posix() for one in files(self.root) if one.suffix == ".yaml"]
        for name in (file, *self._names) if sought else ():
            for number, line in enumerate(self._read(name), 1):
                if sought in line:
                    return Where(name, number)
        return Where(file, 1)

    def _read(self, file: str) -> list[str]:
        if file not in self._lines:
            path = self.root / file
            self._lines[file] = path.read_text("utf-8").splitlines() if path.is_file() else []
        return self._lines[file]


def check_channels(
    root: Path, library: Library, on: date, words: tuple[telegram.Words, WhatsAppWords], mistakes: Mistakes
) -> None:
    """Note what each channel has against the content."""
    places = _Files(root)
    of_telegram, of_whatsapp = words
    noted: set[tuple[str, str, str]] = set()
    for one in _screens(library, on):
        for channel, problems in (
            (
                "Telegram",
                telegram.lint(one.text, one.choices, one.language, of_telegram, asks_location=one.asks_location),
            ),
            (
                "WhatsApp",
                whatsapp.lint(one.text, one.choices, one.language, of_whatsapp.words, asks_location=one.asks_location),
            ),
        ):
            for problem in problems:
                key = (channel, problem.kind, problem.about)
                if key not in noted:
                    noted.add(key)
                    _note(channel, problem, places.where(one.file, problem.about), mistakes)


def _note(channel: str, problem: Problem, where: Where, mistakes: Mistakes) -> None:
    about = " ".join(problem.about.split())
    told: dict[str, object] = {
        "channel": channel,
        "label": about if len(about) <= _SHOWN else about[: _SHOWN - 1] + "…",
        "length": problem.length,
        "most": problem.most,
        "proposed": problem.proposed or "…",
        "problem": problem.kind,
    }
    match problem.kind:
        case "labels_equal":
            mistakes.add("channel_equal", where, **told)
        case "id_long":
            mistakes.add("channel_long", where, **told)
        case _:
            mistakes.warn("channel_less", where, **told)


def _screens(library: Library, on: date) -> Iterator[_Screen]:
    for language in LANGUAGES:
        yield from _entries(library, language, on)
        yield from _flows(library, language, on)
        for phrase in fields(library.phrases):
            text: Text = getattr(library.phrases, phrase.name)
            yield _Screen("flows/phrases.yaml", text.of(language), (), language)


def _entries(library: Library, language: Language, on: date) -> Iterator[_Screen]:
    for entry in library.entries.values():
        file = f"faq/{'off_topic' if entry.off_topic else entry.subject}.yaml"
        listed = choices.after_answer(entry, library, language)
        yield _Screen(file, answer_shown(entry, library, on).of(language), listed, language)
        if entry.more is not None:
            rest = choices.after_answer(entry, library, language, has_more=False)
            yield _Screen(file, more_shown(entry, library, on).of(language), rest, language)
        # As it is offered when it may have been meant.
        yield _Screen(
            file, library.phrases.did_you_mean.of(language), choices.entries([entry], library, language), language
        )


def _flows(library: Library, language: Language, on: date) -> Iterator[_Screen]:
    for flow in library.flows.values():
        file = f"flows/{flow.id}/flow.yaml"
        standing = Conversation(language).answered("flow", flow.id)
        for step in steps_within(flow.steps):
            yield from _step(file, step, standing, library, on)
    for fact in library.facts:
        listed = choices.at(Ask(library.facts[fact].id), Conversation(language), library)
        ask = library.filled(library.facts[fact].ask, on).of(language)
        yield _Screen("flows/facts.yaml", ask, listed, language, asks_location=fact == PLACE)
        yield _Screen("flows/facts.yaml", library.facts[fact].why.of(language), (), language)


def _step(file: str, step: Step, standing: Conversation, library: Library, on: date) -> Iterator[_Screen]:
    language = standing.language
    match step:
        case Say(text):
            yield _Screen(file, library.filled(text, on).of(language), (), language)
        case Offer(question=question):
            listed: Sequence[Choice] = choices.at(step, standing, library)
            yield _Screen(file, question.of(language) if question else "", tuple(listed), language)
        case _:
            pass
