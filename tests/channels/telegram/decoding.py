"""A message of ours as two other implementations of the Bot API read it, within the limits that they know."""

from collections.abc import Mapping
from typing import Any

from aiogram.methods import SendMessage
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, MessageLimit

from bot.channels.text import length
from tests.standins.botapi_limits import wrongs


def decoded(params: Mapping[str, Any]) -> None:
    """Hold the parameters of one `sendMessage` to python-telegram-bot's and aiogram's types and to every limit."""
    assert wrongs("sendMessage", dict(params)) == []
    assert MessageLimit.MIN_TEXT_LENGTH <= length(params["text"]) <= MessageLimit.MAX_TEXT_LENGTH
    SendMessage.model_validate(params)
    if "link_preview_options" in params:
        preview = LinkPreviewOptions.de_json(params["link_preview_options"], None)
        assert preview.to_dict() == params["link_preview_options"]
    markup = params.get("reply_markup")
    if markup is None:
        return
    if "keyboard" in markup:
        read = ReplyKeyboardMarkup.de_json(markup, None)
        assert read is not None
        assert read.to_dict() == markup
        return
    inline = InlineKeyboardMarkup.de_json(markup, None)
    assert inline is not None
    assert inline.to_dict() == markup
    buttons = [button for row in inline.inline_keyboard for button in row]
    assert len(buttons) <= InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
    assert all(len(row) <= InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in inline.inline_keyboard)
    for button in buttons:
        assert 1 <= len(str(button.callback_data).encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
