"""Updates as the platform tells them, of every kind that people cause, each with what it means."""

from typing import Any

from bot.message import ChoiceId, Chose, Content, Located, Said, Sent

PERSON = {"id": 123, "is_bot": False, "first_name": "Fatima", "username": "fatima", "language_code": "fr"}
CHAT = {"id": 123, "type": "private", "first_name": "Fatima", "username": "fatima"}
BOT = {"id": 9, "is_bot": True, "first_name": "Dalil", "username": "dalil_bot"}
_FILE = {"file_id": "AAQ", "file_unique_id": "AQA"}
_PICTURE = {**_FILE, "width": 90, "height": 67}
_KEYBOARD = {"inline_keyboard": [[{"text": "المكتب", "callback_data": "to:office"}]]}


def message(number: int = 7, chat: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """Return a message."""
    return {"message_id": number, "from": PERSON, "chat": chat or CHAT, "date": 1790000000, **content}


def update(**content: Any) -> dict[str, Any]:
    """Return an update with a message."""
    return {"update_id": 500, "message": message(**content)}


def tap(data: str = "to:office", query_id: str = "4382", **more: Any) -> dict[str, Any]:
    """Return an update with a tap below a message of ours."""
    below = {"message_id": 6, "from": BOT, "chat": CHAT, "date": 1790000000, "text": "?", "reply_markup": _KEYBOARD}
    query = {"id": query_id, "from": PERSON, "chat_instance": "-1", "message": below, "data": data, **more}
    return {"update_id": 501, "callback_query": query}


def command(text: str) -> dict[str, Any]:
    """Return an update with a command, marked as the platform marks it."""
    length = len(text.partition(" ")[0])
    return update(text=text, entities=[{"type": "bot_command", "offset": 0, "length": length}])


def _chose(choice: str) -> Content:
    return Chose(ChoiceId(choice))


#: Each update with what it means.
MEANINGS: dict[str, tuple[dict[str, Any], Content]] = {
    "text": (update(text="شحال الدعم؟"), Said("شحال الدعم؟")),
    "start": (command("/start"), _chose("do:start")),
    "start in a group's way": (command("/start@dalil_bot"), _chose("do:start")),
    "link to an answer": (
        command("/start faq_export__turnover-threshold"),
        _chose("link:faq:export.turnover-threshold"),
    ),
    "link to a flow": (command("/start flow_foreign_trade_apply"), _chose("link:to:foreign_trade_apply")),
    "link of another's": (command("/start ref-77"), _chose("do:start")),
    "menu": (command("/menu"), _chose("do:menu")),
    "help": (command("/help"), _chose("do:ask")),
    "forget": (command("/forget"), _chose("do:forget")),
    "french": (command("/fr"), _chose("do:fr")),
    "unknown command": (command("/settings"), _chose("do:menu")),
    "tap": (tap(), _chose("to:office")),
    "tap on an old message": (
        tap("a:place:4", message={"message_id": 6, "chat": CHAT, "date": 0}),
        _chose("a:place:4"),
    ),
    "location": (update(location={"latitude": 27.15, "longitude": -13.2}), Located(27.15, -13.2)),
    "live location": (
        update(location={"latitude": 27.15, "longitude": -13.2, "live_period": 900, "heading": 3}),
        Located(27.15, -13.2),
    ),
    "venue": (
        update(
            location={"latitude": 30.42, "longitude": -9.6},
            venue={"location": {"latitude": 30.42, "longitude": -9.6}, "title": "السوق", "address": "أكادير"},
        ),
        Located(30.42, -9.6),
    ),
    "photo": (update(photo=[_PICTURE], caption="شنو هذا؟"), Sent("photo")),
    "sticker": (
        update(sticker={**_PICTURE, "type": "regular", "is_animated": False, "is_video": False}),
        Sent("sticker"),
    ),
    "video": (update(video={**_PICTURE, "duration": 3}), Sent("video")),
    "video note": (update(video_note={**_FILE, "length": 240, "duration": 3}), Sent("video")),
    "animation": (update(animation={**_PICTURE, "duration": 3}, document=_FILE), Sent("video")),
    "document": (update(document={**_FILE, "mime_type": "application/pdf"}), Sent("document")),
    "voice": (update(voice={**_FILE, "duration": 20, "mime_type": "audio/ogg"}), Sent("voice")),
    "audio": (update(audio={**_FILE, "duration": 20}), Sent("voice")),
    "contact": (update(contact={"phone_number": "+212600000000", "first_name": "Ali"}), Sent("contact")),
    "dice": (update(dice={"emoji": "🎲", "value": 4}), Sent("other")),
}

_GROUP = {"id": -100123, "type": "supergroup", "title": "الصناع"}
_CHANGED = {"chat": CHAT, "from": PERSON, "date": 1790000000, "old_chat_member": {"user": BOT, "status": "member"}}
BLOCKED = {
    "update_id": 1,
    "my_chat_member": {**_CHANGED, "new_chat_member": {"user": BOT, "status": "kicked", "until_date": 0}},
}
UNBLOCKED = {"update_id": 2, "my_chat_member": {**_CHANGED, "new_chat_member": {"user": BOT, "status": "member"}}}
MOVED = {"update_id": 3, "message": message(chat={"id": -55, "type": "group", "title": "x"}, migrate_to_chat_id=-10055)}

#: Updates that need nothing, each with what it is called.
PASSED: dict[str, dict[str, Any]] = {
    "edit": {
        "update_id": 4,
        "edited_message": message(location={"latitude": 27.15, "longitude": -13.2}, edit_date=1790000009),
    },
    "reaction": {
        "update_id": 4,
        "message_reaction": {
            "chat": CHAT,
            "message_id": 5,
            "date": 1790000009,
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "😢"}],
        },
    },
    "channel_post": {
        "update_id": 5,
        "channel_post": message(chat={"id": -1009, "type": "channel", "title": "x"}, text="x"),
    },
    "group": {"update_id": 6, "message": message(chat=_GROUP, text="سلام")},
    "service": {"update_id": 7, "message": message(pinned_message=message(6, text="x"))},
    "poll": {"update_id": 8, "poll": {"id": "1"}},
    "game": {
        "update_id": 9,
        "callback_query": {"id": "1", "from": PERSON, "chat_instance": "1", "game_short_name": "x"},
    },
}
