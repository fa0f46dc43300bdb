"""What messages cost, counted."""

from datetime import date

import pytest

from bot.channels.whatsapp.meter import TEMPLATE, Tariff, counted, days, use

_NOVEMBER = date(2026, 11, 1)
_TARIFF = Tariff(free=1000, since=date(2026, 10, 1), price=0.5, budget=100.0)


def _figures(messages: int) -> dict[tuple[str, str, str], int]:
    return {
        **counted(date(2026, 11, 3), "menu", messages - 10),
        **counted(date(2026, 11, 30), "tpme", 10),
        **counted(date(2026, 10, 31), "tpme", 77),
        ("2026-11-03", "reply", "whatsapp"): 5000,
        ("2026-11-03", "flood", "telegram"): 5000,
    }


@pytest.mark.parametrize(
    ("messages", "free_left", "cost", "is_over"),
    [
        (999, 1, 0.0, False),
        (1000, 0, 0.0, False),
        (1001, 0, 0.5, False),
        (1200, 0, 100.0, False),
        (1201, 0, 100.5, True),
    ],
)
def test_only_what_is_beyond_the_allowance_costs(messages: int, free_left: int, cost: float, is_over: bool) -> None:
    """A month's messages are counted by flow, and those beyond the allowance against the budget."""
    month = use(_figures(messages), _NOVEMBER, _TARIFF)
    assert month.by_flow == {"menu": messages - 10, "tpme": 10}
    assert (month.messages, month.free_left, month.cost, month.is_over) == (messages, free_left, cost, is_over)


def test_what_no_flow_says_costs_too() -> None:
    """Sentences of ours beside the flows, what staff write and templates are messages like all others."""
    figures = {("2026-11-03", kind, "whatsapp"): 2 for kind in ("flood", "failed", "staff", "message", "dead")}
    month = use({**figures, **counted(date(2026, 11, 3), TEMPLATE, 3)}, _NOVEMBER, _TARIFF)
    assert month.by_flow == {"template": 3, "failed": 2, "flood": 2, "staff": 2}
    assert month.messages == 9


def test_before_the_tariff_nothing_costs() -> None:
    """Months before the platform charged cost nothing."""
    month = use(counted(date(2026, 9, 3), "menu", 5000), date(2026, 9, 30), _TARIFF)
    assert (month.paid, month.cost, month.is_over) == (0, 0.0, False)


def test_without_a_budget_nobody_is_over_it() -> None:
    """Where nobody set a budget none can be exceeded; a budget of nothing is exceeded by the first paid message."""
    assert use(_figures(9000), _NOVEMBER, Tariff(1000, _TARIFF.since, 0.5)).share is None
    assert not use(_figures(9000), _NOVEMBER, Tariff(1000, _TARIFF.since, 0.5)).is_over
    assert not use(_figures(1000), _NOVEMBER, Tariff(1000, _TARIFF.since, 0.5, 0.0)).is_over
    assert use(_figures(1001), _NOVEMBER, Tariff(1000, _TARIFF.since, 0.5, 0.0)).is_over


def test_a_month_has_its_days() -> None:
    """Figures are asked for from the first to the last day."""
    assert days(date(2028, 2, 14)) == ("2028-02-01", "2028-02-29")
