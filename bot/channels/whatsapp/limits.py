"""What WhatsApp refuses or cuts, as data: each limit with where it is written and when it was read.

A limit is changed here alone: `write`, the check of the content and the stand-ins of the tests all read it from here.
"""

from datetime import date
from typing import Final

from bot.channels.text import Limit

_INTERACTIVE = "WhatsApp Cloud API, components.schemas.InteractiveObject of business-messaging-api_v23.0.yaml"
_READ = date(2026, 11, 23)


class WhatsAppLimits:
    """WhatsApp Cloud API."""

    #: Characters of a text message.
    TEXT: Final = Limit(4096, "WhatsApp Cloud API, Text messages", _READ)
    #: Characters of the text above buttons, a list or the request for a location.
    BODY: Final = Limit(1024, _INTERACTIVE, _READ)
    BUTTONS: Final = Limit(3, _INTERACTIVE, _READ)
    BUTTON_LABEL: Final = Limit(20, _INTERACTIVE, _READ)
    #: Characters of the button that opens a list.
    LIST_BUTTON: Final = Limit(20, _INTERACTIVE, _READ)
    #: Rows of a list, over all its sections.
    ROWS: Final = Limit(10, "WhatsApp Cloud API, Interactive list messages", _READ)
    ROW_TITLE: Final = Limit(24, _INTERACTIVE, _READ)
    ROW_DESCRIPTION: Final = Limit(72, _INTERACTIVE, _READ)
    ROW_ID: Final = Limit(200, _INTERACTIVE, _READ)
    #: Bytes of a webhook.
    WEBHOOK: Final = Limit(3 * 1024 * 1024, "WhatsApp Cloud API, Webhooks, payload size", _READ)
    #: Hours after a person's last message in which they may be sent anything but a template.
    WINDOW_HOURS: Final = Limit(24, "WhatsApp Cloud API, Customer service windows", _READ)
    #: Messages a second from one number.
    PER_SECOND: Final = Limit(80, "WhatsApp Cloud API, Throughput", _READ)
    #: Seconds between two messages to one person, and how many may go at once after a rest.
    PAIR_SECONDS: Final = Limit(6, "WhatsApp Cloud API, Pair rate limits", _READ)
    PAIR_BURST: Final = Limit(45, "WhatsApp Cloud API, Pair rate limits", _READ)
