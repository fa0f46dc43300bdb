"""Messages in: kept, attended once each in the order of their person, and slowed down where one person floods."""

from bot.reception.allowance import Allowance
from bot.reception.attending import Read, Reception, Respond
from bot.reception.slowing import Slowing

__all__ = ["Allowance", "Read", "Reception", "Respond", "Slowing"]
