"""Who wrote in the last 24 hours, and may be sent anything but a template.

Told of every message that comes in; for whom it does not remember it asks the storage, once.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.limits import WhatsApp

_SECONDS: Final = WhatsApp.WINDOW_HOURS.most * 3600.0
#: Persons remembered before all who wrote longest ago are asked for again.
_REMEMBERED: Final = 20_000

#: When an address was last heard from, in seconds since 1970; None when never.
Heard = Callable[[str], Awaitable[float | None]]


async def _nobody_asked(_address: str) -> float | None:
    return None


class Windows:
    """The windows that are open."""

    def __init__(self, now: Callable[[], float], heard: Heard | None = None) -> None:
        """Take the clock, in seconds since 1970, and what knows of messages from before the program began.

        Without `heard`, who is not remembered is taken to have written: the platform then decides.
        """
        self._now = now
        self._heard = heard
        self._last: dict[str, float] = {}

    def note(self, address: str, written: float | None) -> None:
        """Remember that an address wrote; a message delivered late opens no window."""
        now = self._now()
        when = now if written is None else min(written, now)
        if len(self._last) >= _REMEMBERED:
            # The older half goes; the storage knows them still.
            recent = sorted(self._last.items(), key=lambda known: known[1])[_REMEMBERED // 2 :]
            self._last = dict(recent)
        self._last[address] = max(when, self._last.get(address, 0.0))

    async def is_open(self, address: str) -> bool:
        """Return whether the address may be sent anything but a template."""
        last = self._last.get(address)
        if last is not None and self._now() - last < _SECONDS:
            return True
        if self._heard is None:
            return last is None
        told = await self._heard(address)
        if told is not None:
            self.note(address, told)
        return told is not None and self._now() - told < _SECONDS
