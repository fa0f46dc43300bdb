"""Every text and every choice of the content, tried on each channel before a person is sent it.

What a person would miss keeps the content from going live; what is only less handy is a warning. The channels' own
measures are used, those of `write`.

What the content says is found by having the conversation (`bot.channels.screens`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

from bot.channels.channel import Channel, Problem
from bot.channels.listing import CHANNELS
from bot.channels.printing import read_poster_words, read_sheet_words
from bot.channels.screens import Screen, offered_together, screens
from bot.content.apart import begun_beside
from bot.content.files import files
from bot.content.reading import Mistakes, Where, file_text
from bot.conversation.library import Library
from bot.message import LANGUAGES, Language

#: Characters of a text that a note shows.
_SHOWN: Final = 60
#: Characters of a part of a text by which its line is found.
_PART: Final = 24


@dataclass(slots=True)
class _Files:
    """The files of the content by name, to find the line of a text."""

    root: Path
    _names: list[str] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def where(self, file: str, about: str) -> Where:
        """Return the line of some words, in the file or in any; else the file's first.

        An amount may have been put into them: then parts are looked for. In a table a row begins so.
        """
        if not self._names:
            self._names += [one.relative_to(self.root).as_posix() for one in files(self.root) if one.suffix == ".yaml"]
        words = about.strip().removeprefix("- ")
        parts = [words[at : at + _PART] for at in range(0, max(len(words) - _PART, 0) + 1, _PART // 2)]
        names = (file, *self._names)
        for part, name in product([words, *parts], names):
            text, begin = self._read(name), "\n" if name.endswith(".csv") else ""
            at = text.find(begin + part) if part else -1
            if at >= 0:
                return Where(name, text.count("\n", 0, at + len(begin)) + 1)
        return Where(file, 1)

    def _read(self, file: str) -> str:
        if file not in self._texts:
            path = self.root / file
            self._texts[file] = file_text(path, file, Mistakes()) or ""
        return self._texts[file]


def check_channels(
    root: Path, library: Library | None, on: date, mistakes: Mistakes, like: Library | None = None
) -> None:
    """Note what the channels have against their own words and, where it could be read, against the content.

    Of content that was looked at before, as `like`, only what an edit of words can move is looked at: what keeps
    content from going live are choices, so where the same are offered, other words are tried where they stand alone.
    """
    words = {channel.name: channel.words(root, mistakes) for channel in CHANNELS}
    read_sheet_words(root, mistakes)
    read_poster_words(root, mistakes)
    if library is None or None in words.values():
        return
    # Each language by itself, so that it is the same whether or not they are tried at once.
    tried = {language: partial(_tried, root, library, on, like, words, language) for language in LANGUAGES}
    others = [begun_beside(tried[language], Mistakes) for language in LANGUAGES[1:]]
    for found in (tried[LANGUAGES[0]](), *(finished() for finished in others)):
        mistakes.errors += [one for one in found.errors if one not in mistakes.errors]
        mistakes.warnings += [one for one in found.warnings if one not in mistakes.warnings]


def _tried(
    root: Path,
    library: Library,
    on: date,
    like: Library | None,
    words: Mapping[str, object],
    language: Language,
) -> Mistakes:
    """Return what the channels have against the content in one language."""
    mistakes = Mistakes()
    places = _Files(root)
    noted: set[tuple[str, str, str]] = set()
    noted_at: set[tuple[str, str, str, Where]] = set()

    def note(screen: Screen, channel: Channel, problems: list[Problem]) -> None:
        for problem in problems:
            key = (channel.name, problem.kind, problem.about)
            if key not in noted and (problem.is_error or not screen.is_put_together):
                noted.add(key)
                for where in (places.where(*one) for one in screen.written(problem.about, library)):
                    if (place := (channel.name, problem.kind, _shown(problem.about), where)) not in noted_at:
                        noted_at.add(place)
                        _note(channel.title, problem, where, mistakes)

    for screen in screens(library, on, language, like):
        for channel in CHANNELS:
            note(screen, channel, channel.problems(screen.reply, words[channel.name]))
    for screen in offered_together(library, language):
        for channel in CHANNELS:
            note(screen, channel, channel.alike(screen.reply.choices))
    return mistakes


def _note(channel: str, problem: Problem, where: Where, mistakes: Mistakes) -> None:
    told: dict[str, object] = {
        "channel": channel,
        "label": _shown(problem.about),
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


def _shown(about: str) -> str:
    about = " ".join(about.split())
    return about if len(about) <= _SHOWN else about[: _SHOWN - 1] + "…"
