"""What Telegram refuses or cuts, as data: each limit with where it is written and when it was read.

A limit is changed here alone: `write`, the check of the content and the stand-ins of the tests all read it from here.
"""

from datetime import date
from typing import Final

from bot.channels.text import Limit

_READ = date(2026, 11, 23)
_BOT_API = "Telegram Bot API 10.1"
_BOT_FAQ = "Telegram Bots FAQ, My bot is hitting limits"


class TelegramLimits:
    """Telegram Bot API."""

    #: Characters of a text message.
    TEXT: Final = Limit(4096, f"{_BOT_API}, sendMessage", _READ)
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
    #: Messages a second, in all and to one chat, where short bursts pass.
    PER_SECOND: Final = Limit(30, _BOT_FAQ, _READ)
    CHAT_PER_SECOND: Final = Limit(1, _BOT_FAQ, _READ)
    CHAT_BURST: Final = Limit(3, f"{_BOT_FAQ}: short bursts pass; how short is ours", _READ)
    #: Characters of a label that a narrow phone shows whole on a button of its own, and on one of two in a row.
    WIDE_LABEL: Final = Limit(36, "a phone 320 points wide, tried", _READ)
    NARROW_LABEL: Final = Limit(15, "a phone 320 points wide, tried", _READ)
