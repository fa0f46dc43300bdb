"""What the platforms charge, as configured."""

from datetime import date
from typing import Final

from bot.channels import meter
from bot.config import WhatsAppConfig

#: The first day on which messages beyond the free ones cost anything: see `bot.channels.limits`.
_CHARGED_SINCE: Final = date(2026, 10, 1)


def tariff(config: WhatsAppConfig) -> meter.Tariff:
    """Return what the platform charges, as configured."""
    return meter.Tariff(config.free_messages, _CHARGED_SINCE, config.price, config.budget or None, config.currency)
