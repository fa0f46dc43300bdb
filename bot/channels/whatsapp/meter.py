"""What a channel that costs money has cost: messages a month and a flow, counted against an allowance and a budget.

Nobody is refused an answer: over the budget staff are warned and the welcome names the web address.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.config import WhatsAppConfig
from bot.storage.counts import CountKey

#: The channel that costs money.
CHANNEL: Final = "whatsapp"
#: The kind under which `counted` counts messages; what they are about is the flow.
KIND: Final = "whatsapp_message"
#: The kind under which messages count as the platform prices them; what they are about is the category and whether it
#: is billed.
PRICED: Final = "whatsapp_priced"
#: The flow under which a template counts, with which a person is invited to write again.
TEMPLATE: Final = "template"
#: What else is said in one message, and counted by storage: that one should write more slowly, that something of ours
#: failed, what staff write.
_BESIDE: Final = frozenset({"flood", "failed", "staff"})


@dataclass(frozen=True, slots=True)
class Tariff:
    """What the platform charges."""

    #: Messages of a month that cost nothing.
    free: int
    #: The first day on which messages beyond those cost anything.
    since: date
    #: What a message costs beyond those, in `currency`; 0 where the operator does not know.
    price: float
    #: The most to be spent in a month, in `currency`; None where nobody set one.
    budget: float | None = None
    currency: str = "MAD"


@dataclass(frozen=True, slots=True)
class Use:
    """A month's messages."""

    month: date
    messages: int
    #: How many of them belong to each flow, the most first; "flood", "failed", "staff" and "template" stand for what no
    #: flow says.
    by_flow: Mapping[str, int]
    free_left: int
    paid: int
    cost: float
    budget: float | None

    @property
    def is_over(self) -> bool:
        """Whether more was spent than was to be; without a budget, never."""
        return self.budget is not None and self.cost > self.budget

    @property
    def share(self) -> float | None:
        """How much of the budget is spent, 1 being all of it; None without one."""
        if self.budget is None:
            return None
        if self.budget <= 0:
            return 1.0 if self.cost <= 0 else float("inf")
        return self.cost / self.budget


def counted(day: date, flow: str, messages: int) -> dict[CountKey, int]:
    """Return what storage is to count for a turn that ended in `flow` and is said in so many messages."""
    return {(day.isoformat(), KIND, flow): messages} if messages else {}


def days(month: date) -> tuple[str, str]:
    """Return the first and the last day of a month, as ISO dates: what figures are asked for."""
    first = month.replace(day=1)
    return first.isoformat(), first.replace(day=monthrange(first.year, first.month)[1]).isoformat()


def use(figures: Mapping[CountKey, int], month: date, tariff: Tariff) -> Use:
    """Return a month's use from the figures of its days; those of other days and of other channels are passed over."""
    first, last = days(month)
    by_flow: dict[str, int] = {}
    for (day, kind, about), count in figures.items():
        flow = about if kind == KIND else kind if kind in _BESIDE and about == CHANNEL else None
        if flow is not None and first <= day <= last:
            by_flow[flow] = by_flow.get(flow, 0) + count
    messages = sum(by_flow.values())
    is_charged = last >= tariff.since.isoformat()
    paid = max(0, messages - tariff.free) if is_charged else 0
    free_left = max(0, tariff.free - messages) if is_charged else tariff.free
    ranked = dict(sorted(by_flow.items(), key=lambda flow: (-flow[1], flow[0])))
    return Use(month.replace(day=1), messages, ranked, free_left, paid, round(paid * tariff.price, 2), tariff.budget)


#: The first day on which messages beyond the free ones cost anything.
#: WhatsApp Business Platform, "Pricing updates of 2026-10-01", read 2026-11-23.
_CHARGED_SINCE: Final = date(2026, 10, 1)


def tariff(config: WhatsAppConfig) -> Tariff:
    """Return what the platform charges, as configured."""
    return Tariff(config.free_messages, _CHARGED_SINCE, config.price, config.budget or None, config.currency)
