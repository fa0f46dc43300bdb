"""How much may come from one internet address, so that a single machine cannot fill the disk with new browsers.

Whole neighbourhoods stand behind one address (a phone operator's, the Wi-Fi of a craft fair): the bound is one that a
crowd of people does not reach, not one for a person. Persons have their own (`bot.reception.floods`).
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from bot.channels.pace import Pace, Rate
from bot.message import PersonId

#: Bits of an IPv6 address that stand for one line of a provider's customers.
_LINE = 64


class Crowd:
    """What came lately from each address."""

    def __init__(self, messages: int, seconds: float, now: Callable[[], float]) -> None:
        """Take how many messages may come at once, and as many every so many seconds; 0 messages: no limit."""
        self._pace = Pace(person=Rate(messages / seconds, messages)) if messages else Pace()
        self._now = now

    def admits(self, address: str) -> bool:
        """Return whether a message may come from an internet address now, and count it if so."""
        line = PersonId(_line(address))
        now = self._now()
        if self._pace.rest(line, now) > 0:
            return False
        self._pace.reserve(line, now)
        return True


def _line(address: str) -> str:
    """Return what stands for everybody on the same line; the address itself where it is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{int(found) >> _LINE:x}/{_LINE}"
    return str(found)
