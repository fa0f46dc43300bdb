"""What the Graph API refuses in a message, written down a second time, apart from `bot.channels.limits`."""

from typing import Any

from tests.standins import schemas

_ENVELOPE = {"messaging_product", "recipient_type", "to", "recipient", "type", "biz_opaque_callback_data", "context"}


def wrongs(message: Any) -> list[str]:
    """Return all that is wrong with a message, as the platform sees it."""
    if not isinstance(message, dict):
        return ["no object"]
    found: list[str] = []
    if message.get("messaging_product") != "whatsapp":
        found.append("messaging_product")
    if message.get("recipient_type", "individual") != "individual":
        found.append("recipient_type")
    names = [name for name in ("to", "recipient") if name in message]
    if len(names) != 1 or not isinstance(message[names[0]], str) or not message[names[0]]:
        found.append("one of to and recipient")
    elif names == ["to"] and not message["to"].lstrip("+").isdigit():
        found.append("to is no number")
    elif names == ["recipient"] and message["recipient"][2:3] != ".":
        found.append("recipient is no business-scoped user id")
    told = message.get("biz_opaque_callback_data", "")
    if not isinstance(told, str) or len(told) > 512:
        found.append("biz_opaque_callback_data")
    kind = message.get("type", "text")
    content = message.get(kind)
    found += [f"unknown key {key}" for key in message.keys() - _ENVELOPE - {kind}]
    if not isinstance(content, dict):
        return [*found, f"no {kind}"]
    match kind:
        case "text":
            found += _sized(content.get("body"), 4096, "body")
            found += [f"unknown key {key}" for key in content.keys() - {"body", "preview_url"}]
        case "audio":
            found += _sized(content.get("id"), 512, "audio id")
            found += [f"unknown key {key}" for key in content.keys() - {"id"}]
        case "document":
            found += _sized(content.get("id"), 512, "document id")
            found += _sized(content.get("filename"), 240, "filename")
            found += [f"unknown key {key}" for key in content.keys() - {"id", "filename", "caption"}]
        case "interactive":
            found += _interactive(content)
        case "template":
            found += _sized(content.get("name"), 512, "template name")
            if not isinstance(content.get("language", {}).get("code"), str):
                found.append("template language")
        case _:
            found.append(f"type {kind}")
    return found


def _sized(text: Any, most: int, name: str) -> list[str]:
    if not isinstance(text, str) or not text.strip():
        return [f"{name} is empty"]
    size = len(text.encode("utf-16-le")) // 2
    return [f"{name} has {size} characters, {most} are allowed"] if size > most else []


def _interactive(content: dict[str, Any]) -> list[str]:
    kind = content.get("type")
    found = _sized(content.get("body", {}).get("text"), 1024, "interactive body")
    for part in ("header", "footer"):
        if part in content:
            found += _sized(content[part].get("text"), 60, part)
    action = content.get("action", {})
    if kind in {"button", "list"} and schemas.is_here():
        found += schemas.against(content, "InteractiveObject")
    match kind:
        case "button":
            replies = [button.get("reply", {}) for button in action.get("buttons", [])]
            if not 1 <= len(replies) <= 3:
                found.append(f"{len(replies)} buttons")
            found += _unlike(replies, 256, 20)
        case "list":
            found += _sized(action.get("button"), 20, "list button")
            sections = action.get("sections", [])
            if not 1 <= len(sections) <= 10 or (len(sections) > 1 and not all(one.get("title") for one in sections)):
                found.append("sections")
            rows = [row for section in sections for row in section.get("rows", [])]
            if not 1 <= len(rows) <= 10:
                found.append(f"{len(rows)} rows")
            found += _unlike(rows, 200, 24)
            for row in rows:
                if "description" in row:
                    found += _sized(row["description"], 72, "description")
        case "location_request_message":
            if action != {"name": "send_location"}:
                found.append("action")
        case _:
            found.append(f"interactive type {kind}")
    return found


def _unlike(tapped: list[dict[str, Any]], longest_id: int, longest_title: int) -> list[str]:
    found: list[str] = []
    for one in tapped:
        found += _sized(one.get("id"), longest_id, "id") + _sized(one.get("title"), longest_title, "title")
        if str(one.get("id")).strip() != one.get("id"):
            found.append("blanks around an id")
    for name in ("id", "title"):
        if len({one.get(name) for one in tapped}) < len(tapped):
            found.append(f"equal {name}s")
    return found
