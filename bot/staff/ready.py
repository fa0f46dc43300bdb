"""Releases that were made when a draft was examined: published, one goes live without being made again.

They lie in a folder of the staff room, apart from those that a guide starts with: what nobody published is never live.
With them lies how well gold questions were understood, so that of a draft's two sides only the new one is measured.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.content.files import Files
from bot.content.keeping import FolderKeep, Keep
from bot.content.releases import release_name
from bot.staff.gold import Figured

#: Figures that are remembered: of what is live, of drafts, and of what was live before.
_MEASURED: Final = 8


class ReadyReleases:
    """Where the running guide keeps its releases, and where those of drafts wait."""

    def __init__(self, live: Keep | None, folder: Path) -> None:
        """Take where the running guide keeps its own, None where it keeps none, and the staff room's folder."""
        self._live, self._drafted = live, FolderKeep(folder)
        self._figures = folder / "releases" / "measured.json"

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

    def figured(self) -> dict[str, dict[str, float]]:
        """Return the figures of gold questions that were measured last; none that cannot be read."""
        try:
            told = json.loads(self._figures.read_text("utf-8"))
            return {
                str(mark): {str(name): float(share) for name, share in shares.items()} for mark, shares in told.items()
            }
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def remember(self, figured: Figured) -> None:
        """Remember figures of gold questions, the latest last."""
        if not figured:
            return
        known = {mark: shares for mark, shares in self.figured().items() if mark not in figured} | dict(figured)
        half = self._figures.with_suffix(".half")
        with suppress(OSError):
            half.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            latest = [(mark, dict(shares)) for mark, shares in known.items()][-_MEASURED:]
            half.write_text(json.dumps(dict(latest)), "utf-8")
            half.replace(self._figures)
