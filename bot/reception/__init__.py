"""Messages in: kept, attended once each in the order of their person, and slowed down where one person floods."""

from bot.reception.attendance import Reception
from bot.reception.endless import tell_where_it_ended
from bot.reception.floods import Allowance, Slowing
from bot.reception.groups import Respond
from bot.reception.notices import Notices, Watch

__all__ = ["Allowance", "Notices", "Reception", "Respond", "Slowing", "Watch", "tell_where_it_ended"]
