"""What aiogram's errors mean for a reply: try again, when, and whether everything else must wait too.

Reasons are names of ours: the platform's sentences can hold a chat's id.
"""

from typing import Final

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.channels.sending import SendFailed, When

#: What only the operator can put right holds the channel and loses nothing: replies wait, for a day, until it is.
_OPERATOR: Final = 60.0

#: What a description holds, and our name for it. The platform promises no wording: what is not here is still NEVER.
_GONE: Final = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deleted_account"),
    ("chat not found", "chat_not_found"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
    ("can't initiate conversation", "never_wrote"),
    ("can't send messages to", "is_a_bot"),
    ("peer_id_invalid", "chat_not_found"),
    ("chat_write_forbidden", "may_not_write"),
    ("not enough rights", "may_not_write"),
    ("have no rights", "may_not_write"),
    ("message is too long", "too_long"),
    ("text is empty", "empty"),
    ("button_data_invalid", "button_refused"),
    ("reply markup", "button_refused"),
)


def refusal(error: AiogramError) -> SendFailed:
    """Return what an error means for the reply that met it."""
    match error:
        case TelegramRetryAfter():
            return SendFailed(When.LATER, "429 flood", float(error.retry_after))
        case TelegramMigrateToChat():
            return SendFailed(When.LATER, "400 moved", 0.0)
        case TelegramForbiddenError():
            return SendFailed(When.NEVER, f"403 {_named(error, 'forbidden')}")
        case TelegramUnauthorizedError() | TelegramNotFound():
            # The platform says "not found" of a token that no bot has.
            return SendFailed(When.LATER, "401 token", _OPERATOR, holds_channel=True)
        case TelegramEntityTooLarge():
            return SendFailed(When.NEVER, "413 too_large")
        case TelegramBadRequest():
            return SendFailed(When.NEVER, f"400 {_named(error, 'refused')}")
        case TelegramConflictError():
            return SendFailed(When.LATER, "409 conflict")
        case TelegramServerError():
            return SendFailed(When.LATER, "server_error")
        case TelegramNetworkError():
            known = error.message in {"timeout", "not_connected", "cut_off"}
            return SendFailed(When.LATER, error.message if known else "network")
        case ClientDecodeError():
            # A proxy's page in place of an answer.
            return SendFailed(When.LATER, "not_json")
        case _:
            return SendFailed(When.LATER, "unknown")


def _named(error: TelegramBadRequest | TelegramForbiddenError, otherwise: str) -> str:
    told = error.message.lower()
    return next((name for part, name in _GONE if part in told), otherwise)
