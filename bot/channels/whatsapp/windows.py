"""Who wrote in the last 24 hours, and may be sent anything but a template.

Told of every message that comes in; for whom it does not remember it asks the storage, once.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.sending import bounded
from bot.channels.whatsapp.limits import WhatsAppLimits

_SECONDS: Final = WhatsAppLimits.WINDOW_HOURS.most * 3600.0
#: Persons remembered before all who wrote longest ago are asked for again.
_REMEMBERED: Final = 20_000
#: Longest from when a message comes in to when the storage says that it was received, in seconds.
_KEPT_WITHIN: Final = 60.0

#: When an address was last heard from, in seconds since 1970; None when never.
Heard = Callable[[str], Awaitable[float | None]]


class Windows:
    """The windows that are open."""

    def __init__(self, now: Callable[[], float], heard: Heard) -> None:
        """Take the clock, in seconds since 1970, and what knows of messages from before the program began."""
        self._now = now
        self._heard = heard
        self._last: dict[str, float] = {}
        #: When a message came that was too late to open a window: the storage knows only that, not when it was written.
        self._late: dict[str, float] = {}
        #: Addresses for which something waits until they write, whatever we thought of their windows.
        self._awaited: dict[str, None] = {}

    def note(self, address: str, written: float | None) -> bool:
        """Remember that an address wrote; return whether something may have waited for that.

        A message delivered late opens no window.
        """
        now = self._now()
        when = now if written is None else min(written, now)
        before = self._last.get(address)
        was_open = before is not None and now - before < _SECONDS and address not in self._awaited
        self._remember(address, when)
        if now - when >= _SECONDS:
            bounded(self._late)[address] = now
            return False
        self._awaited.pop(address, None)
        return not was_open

    def awaits(self, address: str) -> None:
        """Remember that something waits for an address to write."""
        bounded(self._awaited)[address] = None

    def _remember(self, address: str, when: float) -> None:
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
        told = await self._heard(address)
        if told is None or 0 <= told - self._late.get(address, told + 1) < _KEPT_WITHIN:
            return False
        self._remember(address, told)
        return self._now() - told < _SECONDS
