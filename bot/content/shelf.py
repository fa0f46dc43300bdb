"""The live content: an edit is taken when it has no mistake, else the last good release stays."""

from pathlib import Path

from bot.content.kept import load_kept
from bot.content.reading import Mistakes
from bot.content.release import release_of
from bot.conversation.library import Library


class ContentMistakesError(Exception):
    """The content cannot go live; holds every mistake in it."""

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes.errors))
        self.mistakes = mistakes


class Shelf:
    """Holds the library that turns are answered from."""

    def __init__(self, root: Path, folder: Path | None) -> None:
        """Load the content; raise `ContentMistakesError` when there is no good release to begin with."""
        self._root = root
        self._folder = folder
        library, mistakes = load_kept(root, folder)
        if library is None:
            raise ContentMistakesError(mistakes)
        self.library: Library = library
        self._seen = library.release

    def look(self) -> Mistakes | None:
        """Take an edited content if it is good; return its mistakes when it is new, None when nothing changed."""
        release = release_of(self._root)
        if release == self._seen:
            return None
        self._seen = release
        library, mistakes = load_kept(self._root, self._folder)
        if library is not None:
            self.library = library
        return mistakes
