"""Every text and every choice of the content, tried on each channel before a person is sent it.

What a person would miss keeps the content from going live; what is only less handy is a warning. The channels' own
measures are used, those of `write`.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bot.channels.channel import Channel, Problem
from bot.channels.listing import CHANNELS
from bot.channels.posters import read_poster_words
from bot.channels.printing import read_sheet_words
from bot.channels.screens import Screen, offered_together, screens
from bot.content.reading import Mistakes, Where, file_text
from bot.content.release import files
from bot.conversation.library import Library
from bot.message import Reply

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
            self._texts[file] = file_text(path, file, Mistakes()) or ""
        return self._texts[file]


def check_channels(root: Path, library: Library | None, on: date, mistakes: Mistakes) -> None:
    """Note what the channels have against their own words and, where it could be read, against the content."""
    words = {channel.name: channel.words(root, mistakes) for channel in CHANNELS}
    read_sheet_words(root, mistakes)
    read_poster_words(root, mistakes)
    if library is None or None in words.values():
        return
    places = _Files(root)
    noted: set[tuple[str, str, str]] = set()

    def note(screen: Screen, channel: Channel, problems: list[Problem]) -> None:
        for problem in problems:
            key = (channel.name, problem.kind, problem.about)
            if key not in noted and (problem.is_error or not screen.is_put_together):
                noted.add(key)
                _note(channel.title, problem, places.where(*screen.stands(problem.about)), mistakes)

    for screen in screens(library, on):
        reply = Reply(screen.text, screen.choices, screen.language, screen.asks_location)
        for channel in CHANNELS:
            note(screen, channel, channel.problems(reply, words[channel.name]))
    for screen in offered_together(library):
        for channel in CHANNELS:
            note(screen, channel, channel.alike(screen.choices))


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
