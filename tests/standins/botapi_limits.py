"""What the Bot API refuses: by its own description as data, where that is on this machine, and by its limits."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from bot.channels.telegram.limits import TelegramLimits
from bot.channels.text import length

RECORDED = Path(__file__).parents[3] / "shared" / "recorded" / "telegram"
DESCRIPTION = RECORDED / "bot-api.min.json"
#: Parameters that are not text, where the description is not here to say so.
_AS_JSON = frozenset(
    "chat_id message_id offset limit timeout allowed_updates reply_markup link_preview_options commands scope"
    " drop_pending_updates max_connections show_alert entities disable_notification protect_content".split()
)
#: What a button of each kind may do, exactly one of it.
_INLINE_ACTIONS = frozenset(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat"
    " switch_inline_query_chosen_chat copy_text callback_game pay".split()
)


def is_here() -> bool:
    """Return whether the description is on this machine."""
    return DESCRIPTION.exists()


@cache
def _api() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return loaded


def as_json(method: str, form: dict[str, str]) -> dict[str, Any]:
    """Return the parameters of a form, each decoded unless it is text."""
    told: dict[str, Any] = {}
    for name, value in form.items():
        types = _types(method, name)
        if types is None:
            is_text = name not in _AS_JSON
        else:
            is_text = "String" in types and (types == ["String"] or not _is_number(value))
        told[name] = value if is_text else _decoded(value)
    return told


def _types(method: str, name: str) -> list[str] | None:
    if not is_here():
        return None
    fields = _api()["methods"].get(method, {}).get("fields", ())
    return next((field["types"] for field in fields if field["name"] == name), None)


def _is_number(value: str) -> bool:
    return value.removeprefix("-").isdecimal()


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def wrongs(method: str, params: dict[str, Any]) -> list[str]:
    """Return everything that is wrong with a call."""
    found = _undescribed(method, params) if is_here() else []
    match method:
        case "sendMessage":
            found += _text(params.get("text"), 1, TelegramLimits.TEXT.most, "message text")
            found += _markup(params.get("reply_markup"))
        case "editMessageReplyMarkup":
            found += _markup(params.get("reply_markup"))
        case "answerCallbackQuery":
            found += _text(params.get("text", ""), 0, TelegramLimits.CALLBACK_ANSWER.most, "text")
        case "setMyCommands":
            found += _commands(params.get("commands"))
        case "setMyDescription":
            found += _text(params.get("description", ""), 0, TelegramLimits.DESCRIPTION.most, "description")
        case "setMyShortDescription":
            found += _text(
                params.get("short_description", ""), 0, TelegramLimits.SHORT_DESCRIPTION.most, "short_description"
            )
    return found


def _undescribed(method: str, params: dict[str, Any]) -> list[str]:
    described = _api()["methods"].get(method)
    return [f"{method} is no method"] if described is None else _fields(params, described, method)


def _fields(told: dict[str, Any], described: dict[str, Any], where: str) -> list[str]:
    fields = {field["name"]: field for field in described.get("fields", ())}
    found = [f"{where}.{name} is unknown" for name in told if name not in fields]
    for name, field in fields.items():
        if name not in told:
            found += [f"{where}.{name} is missing"] if field["required"] else []
            continue
        tried = [_value(told[name], type_, f"{where}.{name}") for type_ in field["types"]]
        shortest: list[str] = min(tried, key=len)
        found += shortest
    return found


def _value(value: Any, type_: str, where: str) -> list[str]:
    if type_.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where} is no array"]
        inner = type_.removeprefix("Array of ")
        return [wrong for number, one in enumerate(value) for wrong in _value(one, inner, f"{where}[{number}]")]
    match type_:
        case "Integer":
            fits = isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case "String":
            fits = isinstance(value, str)
        case "Boolean":
            fits = isinstance(value, bool)
        case "InputFile":
            # A file uploaded with the call, as the stand-in keeps it; the description tells no fields of it.
            fits = isinstance(value, dict) and set(value) == {"name", "bytes"}
        case _:
            return _object(value, _api()["types"][type_], where)
    return [] if fits else [f"{where} is no {type_}"]


def _object(value: Any, described: dict[str, Any], where: str) -> list[str]:
    if subtypes := described.get("subtypes"):
        tried = [_value(value, subtype, where) for subtype in subtypes]
        return min(tried, key=len)
    return _fields(value, described, where) if isinstance(value, dict) else [f"{where} is no {described['name']}"]


def _text(text: Any, least: int, most: int, what: str) -> list[str]:
    if not isinstance(text, str):
        return [f"{what} is no text"]
    if least and not text.strip():
        return [f"{what} is empty"]
    return [f"{what} is too long"] if length(text) > most else []


def _markup(markup: Any) -> list[str]:
    if markup is None:
        return []
    if not isinstance(markup, dict):
        return ["reply markup is no object"]
    kinds = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"} & markup.keys()
    if len(kinds) != 1:
        return ["reply markup must be one kind of keyboard"]
    rows = markup.get("inline_keyboard", markup.get("keyboard", []))
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return ["reply markup's rows are no arrays"]
    buttons = [button for row in rows for button in row]
    found = []
    if len(buttons) > TelegramLimits.BUTTONS.most:
        found.append("reply markup is too long")
    if any(not row or len(row) > 8 for row in rows) or ("keyboard" in markup and not rows):
        found.append("reply markup has a row of none or more than eight")
    for button in buttons:
        found += _button(button, is_inline="inline_keyboard" in markup)
    return found


def _button(button: Any, *, is_inline: bool) -> list[str]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        return ["a button has no text"]
    if not is_inline:
        return []
    if len(_INLINE_ACTIONS & button.keys()) != 1:
        return ["a button does not do exactly one thing"]
    data = button.get("callback_data")
    is_fine = data is None or (isinstance(data, str) and 1 <= len(data.encode()) <= TelegramLimits.CALLBACK_DATA.most)
    return [] if is_fine else ["BUTTON_DATA_INVALID"]


def _commands(commands: Any) -> list[str]:
    found = []
    for one in commands if isinstance(commands, list) else ():
        name, described = one.get("command", ""), one.get("description", "")
        if not name.isascii() or not name.replace("_", "a").isalnum() or name != name.lower():
            found.append("BOT_COMMAND_INVALID")
        if not 1 <= len(name) <= TelegramLimits.COMMAND.most:
            found.append("BOT_COMMAND_INVALID")
        found += _text(described, 1, TelegramLimits.COMMAND_DESCRIPTION.most, "command description")
    return found
