"""What each platform refuses or cuts, as data: one class a channel, each limit with where it is written and when read.

A limit is changed here alone: `write`, the check of the content and the stand-ins of the tests all read it from here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """The most a platform takes. Texts are counted by `length`."""

    most: int
    source: str
    read: date


def length(text: str) -> int:
    """Return how long a text is to a platform: in UTF-16 units, the larger of the two ways in which they count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_INTERACTIVE = "WhatsApp Cloud API, components.schemas.InteractiveObject of business-messaging-api_v23.0.yaml"
_READ = date(2026, 11, 23)


class WhatsApp:
    """WhatsApp Cloud API."""

    #: Characters of a text message.
    TEXT: Final = Limit(4096, "WhatsApp Cloud API, Text messages", _READ)
    #: Characters of the text above buttons, a list or the request for a location.
    BODY: Final = Limit(1024, _INTERACTIVE, _READ)
    HEADER: Final = Limit(60, _INTERACTIVE, _READ)
    FOOTER: Final = Limit(60, _INTERACTIVE, _READ)
    BUTTONS: Final = Limit(3, _INTERACTIVE, _READ)
    BUTTON_LABEL: Final = Limit(20, _INTERACTIVE, _READ)
    BUTTON_ID: Final = Limit(256, _INTERACTIVE, _READ)
    #: Characters of the button that opens a list.
    LIST_BUTTON: Final = Limit(20, _INTERACTIVE, _READ)
    #: Rows of a list, over all its sections.
    ROWS: Final = Limit(10, "WhatsApp Cloud API, Interactive list messages", _READ)
    ROW_TITLE: Final = Limit(24, _INTERACTIVE, _READ)
    ROW_DESCRIPTION: Final = Limit(72, _INTERACTIVE, _READ)
    ROW_ID: Final = Limit(200, _INTERACTIVE, _READ)
    #: Characters of what we tell with a message and are told back in its statuses.
    CALLBACK_DATA: Final = Limit(512, "WhatsApp Cloud API, Messages reference, biz_opaque_callback_data", _READ)
    #: Bytes of a webhook.
    WEBHOOK: Final = Limit(3 * 1024 * 1024, "WhatsApp Cloud API, Webhooks, payload size", _READ)
    #: Hours after a person's last message in which they may be sent anything but a template.
    WINDOW_HOURS: Final = Limit(24, "WhatsApp Cloud API, Customer service windows", _READ)
    #: Messages a second from one number.
    PER_SECOND: Final = Limit(80, "WhatsApp Cloud API, Throughput", _READ)
    #: Seconds between two messages to one person, and how many may go at once after a rest.
    PAIR_SECONDS: Final = Limit(6, "WhatsApp Cloud API, Pair rate limits", _READ)
    PAIR_BURST: Final = Limit(45, "WhatsApp Cloud API, Pair rate limits", _READ)
    #: Service messages a month that cost nothing, since 2026-10-01; before, none cost anything.
    FREE_A_MONTH: Final = Limit(1000, "WhatsApp Business Platform, Pricing updates of 2026-10-01", _READ)


_BOT_API = "Telegram Bot API 10.1"
_BOT_FAQ = "Telegram Bots FAQ, My bot is hitting limits"


class Telegram:
    """Telegram Bot API."""

    #: Characters of a text message, and of what stands below a photo or a file.
    TEXT: Final = Limit(4096, f"{_BOT_API}, sendMessage", _READ)
    CAPTION: Final = Limit(1024, f"{_BOT_API}, sendPhoto", _READ)
    #: Bytes that a tapped button tells us.
    CALLBACK_DATA: Final = Limit(64, f"{_BOT_API}, InlineKeyboardButton", _READ)
    #: Buttons below one message; more are refused, though no page says so.
    BUTTONS: Final = Limit(100, "telegram.constants.InlineKeyboardMarkupLimit of python-telegram-bot 22.8", _READ)
    #: Characters of what is shown for a moment when a button was tapped.
    CALLBACK_ANSWER: Final = Limit(200, f"{_BOT_API}, answerCallbackQuery", _READ)
    #: Characters of what a link may say after `?start=`.
    DEEP_LINK: Final = Limit(64, "Telegram Bot Features, Deep Linking", _READ)
    COMMAND: Final = Limit(32, f"{_BOT_API}, BotCommand", _READ)
    COMMAND_DESCRIPTION: Final = Limit(256, f"{_BOT_API}, BotCommand", _READ)
    #: Characters of what an empty chat shows, and of the profile's line.
    DESCRIPTION: Final = Limit(512, f"{_BOT_API}, setMyDescription", _READ)
    SHORT_DESCRIPTION: Final = Limit(120, f"{_BOT_API}, setMyShortDescription", _READ)
    #: Characters of the secret that the platform tells with each webhook.
    SECRET: Final = Limit(256, f"{_BOT_API}, setWebhook", _READ)
    #: Updates of one answer to getUpdates.
    UPDATES: Final = Limit(100, f"{_BOT_API}, getUpdates", _READ)
    #: Bytes of a webhook: far more than any update the platform posts.
    WEBHOOK: Final = Limit(3 * 1024 * 1024, "a limit of our own", _READ)
    #: Bytes of a file sent, and of one fetched.
    FILE_UP: Final = Limit(50_000_000, f"{_BOT_API}, Sending files", _READ)
    FILE_DOWN: Final = Limit(20_000_000, f"{_BOT_API}, getFile", _READ)
    #: Messages a second, in all and to one chat, where short bursts pass.
    PER_SECOND: Final = Limit(30, _BOT_FAQ, _READ)
    CHAT_PER_SECOND: Final = Limit(1, _BOT_FAQ, _READ)
    CHAT_BURST: Final = Limit(3, f"{_BOT_FAQ}: short bursts pass; how short is ours", _READ)
