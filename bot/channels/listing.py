"""Every channel there is; what one needs is imported when it is turned on."""

from typing import Final

from bot.channels.channel import Basis, Channel, Joined, UnjoinedError
from bot.channels.telegram import TelegramChannel
from bot.channels.terminal import TerminalChannel
from bot.channels.web import WebChannel
from bot.channels.whatsapp import WhatsAppChannel
from bot.config import Config
from bot.credentials import Credentials, MissingSecretError

#: A channel is added here and in a folder of its own.
CHANNELS: Final[tuple[Channel, ...]] = (WebChannel(), TerminalChannel(), TelegramChannel(), WhatsAppChannel())


def joined(config: Config, credentials: Credentials, basis: Basis) -> tuple[Joined, ...]:
    """Return the channels that are on; raise `UnjoinedError` with everything that keeps any from being joined."""
    channels: list[Joined] = []
    wrong: list[str] = []
    for channel in CHANNELS:
        if channel.is_on(config):
            try:
                channels.append(channel.join(config, credentials, basis))
            except (MissingSecretError, UnjoinedError) as error:
                wrong.append(str(error))
    if wrong:
        raise UnjoinedError("\n".join(wrong))
    return tuple(channels)
