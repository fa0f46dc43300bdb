"""An update told apart: a message to be answered, news of a chat, something that needs nothing, something unread.

Nothing here raises for what could be sent, and no bad update takes a good one with it. Only what reading needs is kept
of an update: no name, no phone number, no message it quotes. Groups and channels are passed over: a talk is one
person's.

Whatever was kept is then read into a message of the conversation that can be answered kindly.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from bot.channels.incoming import (
    Arrival,
    Blocking,
    Incoming,
    Moved,
    NotJsonError,
    Passed,
    SentKind,
    TappedButton,
    kept_group,
    legible,
    parsed,
    part_of,
    people_named,
    readable_text,
    shared_position,
    tapped_choice,
    written,
)
from bot.channels.telegram.words import commanded
from bot.message import Chose, Content, Message, PersonId, Said, Sent
from bot.storage import Unreadable

CHANNEL: Final = "telegram"


#: Updates that need nothing, by their names.
_NEEDS_NOTHING: Final = frozenset(
    "channel_post edited_channel_post business_connection business_message edited_business_message"
    " deleted_business_messages guest_message message_reaction_count inline_query"
    " chosen_inline_result shipping_query pre_checkout_query purchased_paid_media poll poll_answer chat_member"
    " chat_join_request chat_boost removed_chat_boost managed_bot".split()
)
#: Messages that no person wrote, by what they hold.
_SERVICE: Final = frozenset(
    "new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo"
    " delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created"
    " message_auto_delete_timer_changed pinned_message successful_payment refunded_payment users_shared chat_shared"
    " gift unique_gift gift_upgrade_sent connected_website write_access_allowed passport_data"
    " proximity_alert_triggered boost_added chat_background_set checklist_tasks_done checklist_tasks_added"
    " direct_message_price_changed forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened"
    " general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway giveaway_winners"
    " giveaway_completed managed_bot_created paid_message_price_changed poll_option_added poll_option_deleted"
    " suggested_post_approved suggested_post_approval_failed suggested_post_declined suggested_post_paid"
    " suggested_post_refunded video_chat_scheduled video_chat_started video_chat_ended"
    " video_chat_participants_invited".split()
)
#: What tells of people, or repeats what we said ourselves.
_NOT_KEPT: Final = frozenset(
    "from chat sender_chat sender_business_bot reply_to_message external_reply quote reply_to_story forward_origin"
    " via_bot author_signature reply_markup entities caption_entities link_preview_options".split()
)
#: Signs that thank, as the platform lets them be set below a message.
THANKING: Final = frozenset("👍 ❤ ❤️ 🙏 👏 🥰 🤝 👌 💯".split())
_LEAVING: Final = frozenset({"kicked", "left"})
#: What a query's id looks like; anything else could not be acknowledged.
_QUERY_ID = re.compile(r"[\x21-\x7e]{1,128}")
#: What holds the id of a person or of their chat, and what is one.
_HOLDERS: Final = frozenset({"chat", "from", "user", "sender_chat"})
_IDS: Final = frozenset({"chat_id", "user_id"})
#: The largest number the platform's ids can be.
_LARGEST: Final = 2**53


def updates(body: bytes) -> list[Arrival]:
    """Return what stands in a body, one update or a list of them, in its order; raise `NotJsonError` for none."""
    told = parsed(body)
    if isinstance(told, dict):
        return [item(told)]
    if isinstance(told, list):
        return [item(update) for update in told]
    raise NotJsonError


def item(update: Any) -> Arrival:
    """Return what one update is to us."""
    if not isinstance(update, dict):
        return _unread("update", update)
    if "message" in update:
        return _message(update["message"], update)
    if "edited_message" in update:
        return _edited(update["edited_message"], update)
    if "message_reaction" in update:
        return _reacted(update["message_reaction"], update)
    if "callback_query" in update:
        return _tapped(update["callback_query"], update)
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"], update)
    known = next((kind for kind in update if kind in _NEEDS_NOTHING), None)
    return _unread("kind_unknown", update) if known is None else Passed(known)


def _message(message: Any, update: Mapping[str, Any]) -> Arrival:
    chat = _dict(message.get("chat")) if isinstance(message, dict) else {}
    address = _address(chat.get("id"))
    if address is None:
        return _unread("message", update)
    after, before = _address(message.get("migrate_to_chat_id")), _address(message.get("migrate_from_chat_id"))
    if after is not None:
        return Moved(address, after)
    if before is not None:
        return Moved(before, address)
    if chat.get("type") != "private":
        return Passed("group")
    if _dict(message.get("from")).get("is_bot") is True:
        return Passed("bot")
    if not _SERVICE.isdisjoint(message):
        return Passed("service")
    kept = {name: told for name, told in message.items() if name not in _NOT_KEPT}
    if "contact" in kept:
        kept["contact"] = {}
    return _incoming("message", kept, address, topic=_topic(kept))


def _edited(message: Any, update: Mapping[str, Any]) -> Arrival:
    """Return a corrected text as a question asked again; whatever else changes in a message asks nothing.

    A position that is shared live changes every few seconds.
    """
    changed = _dict(message)
    if not isinstance(changed.get("text"), str) or _id(changed.get("edit_date")) is None:
        return Passed("edit")
    return _message(message, update)


def _reacted(reaction: Any, update: Mapping[str, Any]) -> Arrival:
    """Return a first sign set below a message of ours as if it were written; one that is taken away says nothing."""
    told = _dict(reaction)
    chat = _dict(told.get("chat"))
    address, number = _address(chat.get("id")), _id(told.get("message_id"))
    if address is None or number is None:
        return _unread("message_reaction", update)
    if chat.get("type") != "private" or told.get("old_reaction"):
        return Passed("reaction")
    signs = told.get("new_reaction")
    sign = _dict(signs[0]).get("emoji") if isinstance(signs, list) and signs else None
    # Only thanks are answered: of any other sign nobody waits for an answer.
    if sign not in THANKING:
        return Passed("reaction")
    kept = {"message_id": number, "date": told.get("date"), "text": sign, "reaction": True}
    return _incoming("message", kept, address)


def _tapped(query: Any, update: Mapping[str, Any]) -> Arrival:
    query_id = query.get("id") if isinstance(query, dict) else None
    if not isinstance(query_id, str) or not _QUERY_ID.fullmatch(query_id):
        return _unread("callback_query", update)
    message = _dict(query.get("message"))
    chat = _dict(message.get("chat"))
    if chat and chat.get("type") != "private":
        return Passed("group")
    address = _address(chat.get("id")) or _address(_dict(query.get("from")).get("id"))
    if address is None:
        return _unread("callback_query", update)
    data = query.get("data")
    if not isinstance(data, str):
        # A button of a game, which is none of ours.
        return Passed("game")
    message_id = _id(message.get("message_id"))
    tap = TappedButton(query_id, _label(message, data), message_id)
    topic = _topic(message)
    kept = {"id": query_id, "data": data, **({"message_thread_id": topic} if topic else {})}
    return _incoming("callback_query", kept, address, tap, topic)


def _label(message: Mapping[str, Any], data: str) -> str:
    """Return what was written on the tapped button, as far as the message is told."""
    rows = _dict(message.get("reply_markup")).get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("callback_data") == data:
                label = button.get("text")
                return label if isinstance(label, str) else ""
    return ""


def _membership(changed: Any, update: Mapping[str, Any]) -> Arrival:
    changed = _dict(changed)
    chat = _dict(changed.get("chat"))
    status = _dict(changed.get("new_chat_member")).get("status")
    address = _address(chat.get("id"))
    if address is None or not isinstance(status, str):
        return _unread("my_chat_member", update)
    return Blocking(address, status in _LEAVING) if chat.get("type") == "private" else Passed("group")


def _topic(message: Mapping[str, Any]) -> int | None:
    """Return the topic of a private chat that a message stands in, where the chat has topics."""
    return _id(message.get("message_thread_id"))


def topic_of(raw: bytes) -> int | None:
    """Return the topic in which a kept update was written."""
    kept = kept_group(raw)
    return _topic(_dict(kept.get("message")) or _dict(kept.get("callback_query")))


def _incoming(
    kind: str, kept: dict[str, Any], address: str, tap: TappedButton | None = None, topic: int | None = None
) -> Arrival:
    told = {kind: kept, "chat": address}
    raw = written(told)
    return Incoming(external_id(told) or sha256(raw).hexdigest(), address, raw, tap=tap, topic=topic)


def external_id(kept: Mapping[str, Any]) -> str:
    """Return what a kept update is told apart by, however often it comes; empty where the platform tells nothing.

    Not the update's number, which begins anywhere after a quiet week. A message's number alone would begin again with
    another bot's token: its date is part of it. The pictures of an album are one message, and a message that was
    corrected is another than before.
    """
    query = _dict(kept.get("callback_query"))
    if isinstance(query.get("id"), str):
        return f"tap.{query['id']}"
    message = _dict(kept.get("message"))
    number = _id(message.get("message_id"))
    if number is None:
        return ""
    album = message.get("media_group_id")
    if isinstance(album, str) and album:
        return f"{kept.get('chat')}.album.{album[:64]}"
    changed = _id(message.get("edit_date"))
    beside = ".thanks" if message.get("reaction") is True else f".{changed}" if changed else ""
    return f"{kept.get('chat')}.{number}.{_id(message.get('date')) or 0}{beside}"


def _unread(why: str, thing: Any) -> Unreadable:
    raw = written(thing)
    return Unreadable(CHANNEL, sha256(raw).hexdigest(), why, raw, people_named(thing, _IDS, _HOLDERS))


def _id(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < _LARGEST else None


def _address(told: object) -> str | None:
    is_id = isinstance(told, int) and not isinstance(told, bool) and told != 0 and abs(told) < _LARGEST
    return str(told) if is_id else None


def _dict(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


#: What a message holds, and the kind it is; the first that is there counts (an animation is a document too).
_KINDS: Final[Mapping[str, SentKind]] = {
    "voice": "voice",
    "audio": "voice",
    "photo": "photo",
    "live_photo": "photo",
    "sticker": "sticker",
    "animation": "video",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "contact": "contact",
    "poll": "poll",
}


def read(raw: bytes, person: PersonId) -> Message:
    """Return the message in `raw`.

    A text is kept to its first `LONGEST_TEXT` characters, without control characters; a choice is kept as sent, known
    or not; a position that is nowhere on the earth, and every kind we do not know, is something not read.
    """
    kept = kept_group(raw)
    return Message(CHANNEL, person, external_id(kept), _content(kept))


def _content(kept: Mapping[str, Any]) -> Content:
    query, message = kept.get("callback_query"), kept.get("message")
    if isinstance(query, dict):
        return tapped_choice(query.get("data"))
    if not isinstance(message, dict):
        return Sent("other")
    text = message.get("text")
    if isinstance(text, str):
        choice = commanded(legible(text).strip())
        return Said(readable_text(text)) if choice is None else Chose(choice)
    # A venue holds its position twice, in older and in newer messages.
    place = message.get("location") or part_of(message, "venue").get("location")
    if place is not None:
        told = place if isinstance(place, dict) else {}
        return shared_position(told.get("latitude"), told.get("longitude"))
    name, kind = next(((name, kind) for name, kind in _KINDS.items() if name in message), ("", "other"))
    return Sent(kind, legible(part_of(message, name).get("file_id"))) if kind == "voice" else Sent(kind)
