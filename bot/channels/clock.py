"""This machine's clock held against the time that a platform tells with its answers."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from bot.channels.finding import Finding

#: Seconds that our clock may differ from a platform's.
_DRIFT: Final = 60.0


def clock(who: str, date: str, now: datetime) -> Finding:
    """Return what is to be said of the clock; `date` is the header of that name, `who` whose it is."""
    try:
        drift = abs((now - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return Finding("ok", f"{who} tells no time to compare the clock with.")
    if drift > _DRIFT:
        what = f"This machine's clock differs by {drift:.0f} seconds."
        return Finding("problem", what, "Set it: timedatectl set-ntp true")
    return Finding("ok", "The clock is right.")
