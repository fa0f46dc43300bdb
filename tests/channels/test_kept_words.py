"""What is kept of a message holds no number of a card or an account, whichever channel it came by."""

import json

import pytest

from bot.channels import terminal
from bot.channels.incoming import Incoming
from bot.channels.telegram import updates as telegram
from bot.channels.web import messages as web
from bot.channels.whatsapp import updates as whatsapp
from bot.language.personal import UNTAKEN
from bot.message import PersonId, Said
from bot.storage import Unreadable

CARD = "AB123456"
ACCOUNT = "007 780 0001234000123456 78"
WORDS = f"عندي تعاونية ب 1500000 درهم، البطاقة {CARD} والحساب {ACCOUNT}، الهاتف 0661234567"
KEPT = f"عندي تعاونية ب 1500000 درهم، البطاقة {UNTAKEN} والحساب {UNTAKEN}، الهاتف 0661234567"
_PERSON = PersonId("p")


def _telegram(part: str) -> dict[str, object]:
    sender = {"id": 7, "is_bot": False, "first_name": "F"}
    chat = {"id": 7, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": sender, part: WORDS}
    return {"update_id": 1, "message": message}


def _whatsapp() -> dict[str, object]:
    message = {"from": "212600000001", "id": "wamid.1", "timestamp": "1", "type": "text", "text": {"body": WORDS}}
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "messages": [message]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _is_free(raw: bytes) -> bool:
    kept = json.dumps(json.loads(raw), ensure_ascii=False)
    return CARD not in kept and ACCOUNT not in kept and "0123456" not in kept


def test_the_page_keeps_no_card_number() -> None:
    """What is posted from the page is kept without them, cut to what is read, and read as it is kept."""
    _, raw = web.update("address", "nonce-123", {"text": WORDS})
    assert _is_free(raw)
    assert web.read(raw, _PERSON).content == Said(KEPT)
    _, long = web.update("address", "nonce-123", {"text": "س" * 30_000})
    assert len(json.loads(long)["text"]) == 5000


def test_telegram_keeps_no_card_number() -> None:
    """What Telegram posts is kept without them, below a picture and in what could not be read as well."""
    (arrival,) = telegram.updates(json.dumps(_telegram("text")).encode())
    assert isinstance(arrival, Incoming)
    assert _is_free(arrival.raw)
    assert telegram.read(arrival.raw, _PERSON).content == Said(KEPT)
    (below,) = telegram.updates(json.dumps(_telegram("caption")).encode())
    assert isinstance(below, Incoming)
    assert _is_free(below.raw)
    (odd,) = telegram.updates(json.dumps({"update_id": 1, "message": {"text": WORDS, "from": 7}}).encode())
    assert isinstance(odd, Unreadable)
    assert _is_free(odd.raw)


def test_whatsapp_keeps_no_card_number() -> None:
    """What WhatsApp posts is kept without them."""
    (arrival,) = whatsapp.updates(json.dumps(_whatsapp()).encode())
    assert isinstance(arrival, Incoming)
    assert _is_free(arrival.raw)
    assert whatsapp.read(arrival.raw, _PERSON).content == Said(KEPT)


def test_the_terminal_reads_no_card_number() -> None:
    """Typed in the terminal, they are not read either."""
    assert terminal.read(WORDS.encode(), _PERSON).content == Said(KEPT)


@pytest.mark.parametrize("digits", ["٤٥٣٩١٤٨٨٠٣٤٣٦٤٦٧", "4539\u200b1488\u200b0343\u200b6467"])
def test_other_digits_are_seen_through(digits: str) -> None:
    """Digits of another script and unseen letters between them hide nothing."""
    _, raw = web.update("address", "nonce-123", {"text": f"هادي {digits}"})
    assert web.read(raw, _PERSON).content == Said(f"هادي {UNTAKEN}")
