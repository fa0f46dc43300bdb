"""The channels that `config.yaml` turns on, each made with its words and its secrets.

A channel that is off costs nothing: what it needs is not imported.
"""

from importlib.util import find_spec

from bot.config import Config
from bot.content.reading import ContentError, Mistakes
from bot.credentials import (
    WHATSAPP_APP_SECRET,
    WHATSAPP_TOKEN,
    WHATSAPP_VERIFY_TOKEN,
    Credentials,
    MissingSecretError,
)
from bot.joined.channel import Channel, Ground


class UnjoinedError(Exception):
    """A channel cannot be joined; the sentence says what to do."""


def joined(config: Config, credentials: Credentials, ground: Ground) -> tuple[Channel, ...]:
    """Return the channels that are on; raise `UnjoinedError` with everything that keeps any from being joined."""
    channels: list[Channel] = []
    wrong: list[str] = []
    for is_on, make in ((config.telegram.is_on, _telegram), (config.whatsapp.is_on, _whatsapp)):
        if not is_on:
            continue
        try:
            channels.append(make(config, credentials, ground))
        except (MissingSecretError, UnjoinedError) as error:
            wrong.append(str(error))
    if wrong:
        raise UnjoinedError("\n".join(wrong))
    return tuple(channels)


def _telegram(config: Config, credentials: Credentials, ground: Ground) -> Channel:
    if find_spec("aiogram") is None:
        raise UnjoinedError("Telegram is on and aiogram is not installed: run make telegram")
    from bot.content.channel_words import read_telegram  # noqa: PLC0415
    from bot.joined.telegram import Telegram  # noqa: PLC0415

    mistakes = Mistakes()
    words = read_telegram(config.content, mistakes)
    if words is None:
        raise UnjoinedError(_told(mistakes.errors))
    return Telegram(config.telegram, credentials, words, ground)


def _whatsapp(config: Config, credentials: Credentials, ground: Ground) -> Channel:
    from bot.content.channel_words import read_whatsapp  # noqa: PLC0415
    from bot.joined.whatsapp import Offer, WhatsApp  # noqa: PLC0415

    # All three at once, so that whoever lacks several is told of several.
    credentials.secrets(WHATSAPP_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN)
    mistakes = Mistakes()
    words = read_whatsapp(config.content, mistakes)
    if words is None:
        raise UnjoinedError(_told(mistakes.errors))
    return WhatsApp(config.whatsapp, credentials, Offer(words, config.web_address), ground)


def _told(errors: list[ContentError]) -> str:
    return "\n".join(f"{one.where.file}:{one.where.line}: {one.message} {one.remedy}" for one in errors)
