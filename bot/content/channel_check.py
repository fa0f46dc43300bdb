"""Every text and every choice of the content, tried on each channel before a person is sent it.

What a person would miss keeps the content from going live; what is only less handy is a warning. The channels' own
measures are used, those of `write`.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bot.channels import telegram, whatsapp
from bot.channels.problems import Problem
from bot.content.channel_screens import Screen, offered_together, screens
from bot.content.channel_words import WhatsAppWords
from bot.content.reading import Mistakes, Where
from bot.content.release import files
from bot.conversation.library import Library

#: Characters of a text that a note shows.
_SHOWN: Final = 60


@dataclass(slots=True)
class _Files:
    """The files of the content by name, to find the line of a text."""

    root: Path
    _names: list[str] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def where(self, file: str, about: str) -> Where:
        """Return the line of a text, by its first line: in the file, else in any; else the file's first.

        Of a table it is the line that begins so.
        """
        sought = about.strip().split("\n")[0]
        if not self._names:
            self._names += [one.relative_to(self.root).as_posix() for one in files(self.root) if one.suffix == ".yaml"]
        for name in (file, *self._names) if sought else ():
            text, begin = self._read(name), "\n" if name.endswith(".csv") else ""
            at = text.find(begin + sought)
            if at >= 0:
                return Where(name, text.count("\n", 0, at + len(begin)) + 1)
        return Where(file, 1)

    def _read(self, file: str) -> str:
        if file not in self._texts:
            path = self.root / file
            self._texts[file] = path.read_text("utf-8") if path.is_file() else ""
        return self._texts[file]


def check_channels(
    root: Path, library: Library, on: date, words: tuple[telegram.Words, WhatsAppWords], mistakes: Mistakes
) -> None:
    """Note what each channel has against the content."""
    places = _Files(root)
    of_telegram, of_whatsapp = words
    noted: set[tuple[str, str, str]] = set()

    def note(one: Screen, channel: str, problems: list[Problem]) -> None:
        for problem in problems:
            key = (channel, problem.kind, problem.about)
            if key not in noted and (problem.is_error or not one.is_put_together):
                noted.add(key)
                _note(channel, problem, places.where(*one.stands(problem.about)), mistakes)

    for one in screens(library, on):
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
            note(one, channel, problems)
    for one in offered_together(library):
        note(one, "Telegram", telegram.equal(one.choices))
        note(one, "WhatsApp", whatsapp.equal(one.choices))


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
