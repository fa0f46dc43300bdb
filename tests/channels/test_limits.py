"""What limits say of each other."""

from bot.channels.telegram.limits import TelegramLimits
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.message import BUTTON_LABEL, BUTTONS, LABEL, ROW_LABEL, SCREEN
from tests.program import ROOT


def test_what_writers_are_held_to_is_what_the_narrowest_channel_shows() -> None:
    """Labels, buttons and screens that the content may have are shown whole on WhatsApp and on Telegram."""
    whatsapp = WhatsAppLimits
    assert (whatsapp.BUTTON_LABEL.most, whatsapp.BUTTONS.most) == (BUTTON_LABEL, BUTTONS)
    assert (whatsapp.ROW_TITLE.most, whatsapp.ROW_DESCRIPTION.most) == (ROW_LABEL, LABEL)
    assert min(whatsapp.BODY.most, TelegramLimits.TEXT.most) >= SCREEN


def test_every_limit_is_used() -> None:
    """A limit that nothing asks for is no limit: each is read somewhere in the program."""
    program = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py") if path.name != "limits.py")
    for limits in (TelegramLimits, WhatsAppLimits):
        names = [name for name in vars(limits) if name.isupper()]
        assert names
        assert [name for name in names if f"{limits.__name__}.{name}" not in program] == []
