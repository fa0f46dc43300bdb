"""What happened in a month, by the counts of the storage: nothing in them leads back to a person."""

import sys
from argparse import Namespace
from collections import Counter
from datetime import UTC, date, datetime

from bot.channels import meter
from bot.commands.configured import config_of
from bot.commands.content import written
from bot.commands.opening import opened
from bot.config import Config
from bot.joined.tariff import tariff
from bot.storage import Store
from bot.storage import figures as counted


def figures(args: Namespace) -> int:
    """Tell how often what happened, and what WhatsApp cost where it is on."""
    month = _month(args.month)
    if month is None:
        print("the month is written as 2026-11", file=sys.stderr)
        return 2
    config = config_of(args)
    with opened():
        store = Store(config.store)
    try:
        days = store.read_now(lambda connection: counted(connection, *meter.days(month)))
    finally:
        store.close()
    happened: Counter[tuple[str, str]] = Counter()
    for (_, kind, about), times in days.items():
        happened[kind, about] += times
    for (kind, about), times in sorted(happened.items()):
        if args.json:
            written({"kind": kind, "about": about, "count": times})
        else:
            print(f"{times:8,}  {kind:18} {about}")
    if not happened and not args.json:
        print(f"nothing happened in {month:%Y-%m}")
    if config.whatsapp.is_on:
        _cost(meter.use(days, month, tariff(config.whatsapp)), config, as_json=args.json)
    return 0


def _month(told: str | None) -> date | None:
    if told is None:
        return datetime.now(UTC).date().replace(day=1)
    try:
        return datetime.strptime(told, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _cost(use: meter.Use, config: Config, *, as_json: bool) -> None:
    currency = config.whatsapp.currency
    if as_json:
        told = {"messages": use.messages, "free_left": use.free_left, "paid": use.paid, "cost": use.cost}
        written({"meter": {**told, "budget": use.budget, "currency": currency, "by_flow": dict(use.by_flow)}})
        return
    budget = "no budget is set" if use.budget is None else f"the budget is {use.budget:,.2f} {currency}"
    print(
        f"WhatsApp: {use.messages:,} messages, {use.paid:,} beyond the free ones ({use.free_left:,} left):"
        f" {use.cost:,.2f} {currency}; {budget}"
    )
    for flow, messages in use.by_flow.items():
        print(f"{messages:8,}  {flow}")
