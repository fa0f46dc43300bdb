"""Releases that were made when a draft was examined: published, one goes live without being made again.

They lie in a folder of the staff room, apart from those that a guide starts with: what nobody published is never live.
"""

from pathlib import Path

from bot.content.files import Files
from bot.content.releases import FolderKeep, Keep, release_name


class ReadyReleases:
    """Where the running guide keeps its releases, and where those of drafts wait."""

    def __init__(self, live: Keep | None, folder: Path) -> None:
        """Take where the running guide keeps its own, None where it keeps none, and the staff room's folder."""
        self._live, self._drafted = live, FolderKeep(folder)

    def of(self, *states: Files) -> list[bytes]:
        """Return the releases of some files, as far as one is kept."""
        keeps = [keep for keep in (self._live, self._drafted) if keep is not None]
        found = (next(filter(None, (keep.taken(release_name(held)) for keep in keeps)), None) for held in states)
        return [raw for raw in found if raw is not None]

    def put(self, held: Files, made: bytes) -> None:
        """Keep the release of a draft's files until it is published, or two others were examined."""
        self._drafted.put(release_name(held), made)

    def hand_over(self, held: Files) -> None:
        """Give the running guide the release of files that are about to be published, where one was made."""
        made = self._drafted.taken(release_name(held)) if self._live is not None else None
        if self._live is not None and made is not None:
            self._live.put(release_name(held), made)
