import json
from typing import Any

import pytest
from pywa.client import WhatsApp
from pywa.types.callback import CallbackButton, CallbackSelection
from pywa.types.flows import FlowCompletion
from pywa.types.groups import GroupMessageStatuses
from pywa.types.message import DeletedMessage, EditedMessage
from pywa.types.message import Message as PywaMessage
from pywa.types.message_status import MessageStatus
from pywa.types.system import IdentityChange, PhoneNumberChange

from bot.channels.incoming import Arrival, Incoming, Moved, Passed, Preference, ReplyStatus
from bot.channels.whatsapp.sender import code_named
from bot.channels.whatsapp.updates import read, updates
from bot.message import ChoiceId, Chose, Content, Located, PersonId, Said, Sent
from bot.storage import Unreadable
from tests.channels.whatsapp.conftest import recorded

_KINDS: dict[str, Content] = {
    "image": Sent("photo"),
    "video": Sent("video"),
    "document": Sent("document"),
    "audio": Sent("voice"),
    "voice": Sent("voice"),
    "sticker": Sent("sticker"),
    "contacts": Sent("contact"),
    "order": Sent("order"),
}
#: What an album is made of: one answer for all of it, so the message's own id does not name it.
_OF_ALBUMS = {"image", "video", "document"}


def _as_pywa_reads(told: dict[str, Any]) -> list[Any]:
    """Return what pywa makes of a webhook: one thing, or none where it can make nothing of it."""
    whatsapp = WhatsApp(server=None, filter_updates=False, validate_updates=False)
    came: list[Any] = []

    def kept(_: WhatsApp, thing: Any) -> None:
        came.append(thing)

    for name in (
        "message callback_button callback_selection message_status flow_completion phone_number_change"
        " identity_change edited_message deleted_message group_message_statuses"
    ).split():
        getattr(whatsapp, f"on_{name}")(kept)
    whatsapp.webhook_update_handler(json.dumps(told).encode())
    return came


def _content(item: Arrival) -> Content:
    assert isinstance(item, Incoming), item
    return read(item.raw, PersonId("p")).content


def _same_person(item: Arrival, thing: Any) -> None:
    """Hold the names that pywa finds for a person to be ours, the business-scoped user id first."""
    assert isinstance(item, Incoming)
    user = thing.from_user
    expected = [name for name in (user.bsuid, user.wa_id) if name]
    assert [item.address, item.alias][: len(expected)] == expected
    message = thing.raw["entry"][0]["changes"][0]["value"]["messages"][0]
    if message["type"] not in _OF_ALBUMS:
        assert item.external_id == message["id"]
    assert item.written == thing.timestamp.timestamp()


@pytest.mark.filterwarnings("ignore::pywa.errors.PywaWarning")
@pytest.mark.parametrize("told", recorded())
def test_reads_what_pywa_reads(told: dict[str, Any]) -> None:
    """Every recorded webhook has the same meaning to us as to pywa, an implementation of others."""
    (item,) = updates(json.dumps(told).encode())
    things = _as_pywa_reads(told)
    if not things:
        # No message of a person to pywa: none to us, or one without contacts, which pywa cannot read.
        value = told["entry"][0]["changes"][0]["value"]
        assert (
            isinstance(item, Passed | Preference | Unreadable)
            or "contacts" not in value
            or value["messages"][0]["type"] == "interactive"
        )
        if isinstance(item, Incoming):
            assert _content(item) == Sent("other")
        return
    (thing,) = things
    match thing:
        case EditedMessage():
            assert _content(item) == _KINDS[thing.type.value]
            _same_person(item, thing)
        case DeletedMessage():
            assert item == Passed("revoke")
        case CallbackButton() | CallbackSelection():
            assert _content(item) == Chose(ChoiceId(thing.data))
            _same_person(item, thing)
        case FlowCompletion():
            assert _content(item) == Sent("form")
        case GroupMessageStatuses(statuses=(status,)):
            assert item == ReplyStatus(status.status.value, None, status.id)  # type: ignore[arg-type]
        case MessageStatus():
            ours = {"played": "read"}.get(thing.status.value, thing.status.value)
            reason = "" if thing.error is None else code_named(thing.error.code)
            assert item == ReplyStatus(ours, None, thing.id, reason, _charged(thing))  # type: ignore[arg-type]
        case PhoneNumberChange():
            moved = Moved(thing.old_wa_id, thing.new_wa_id or "", is_number=True, external_id=thing.id)
            assert item == moved or thing.old_wa_id == thing.new_wa_id
        case IdentityChange():
            assert item == Passed("system")
        case PywaMessage(type=kind) if kind.value == "reaction":
            assert item == Passed("reaction")
        case PywaMessage() if isinstance(item, Passed):
            # Changes of what was said, which the platform tells without saying what they are.
            assert thing.unsupported is not None
            assert thing.unsupported.type in {"edit", "pin", "poll", "pool"}
        case PywaMessage():
            _same_person(item, thing)
            assert _content(item) == _meaning(thing)
        case _:
            pytest.fail(f"pywa reads a {type(thing).__name__}")


def _charged(thing: MessageStatus[Any]) -> str:
    if thing.pricing is None:
        return ""
    return f"{thing.pricing.category.value} {'billable' if thing.pricing.billable else 'free'}"


def _meaning(thing: PywaMessage) -> Content:
    if thing.text is not None and thing.type.value == "text":
        return Said(thing.text)
    if thing.location is not None:
        return Located(thing.location.latitude, thing.location.longitude)
    return _KINDS.get(thing.type.value, Sent("other"))
