"""What the platform's refusals mean for a reply: try again, when, and whether everything else must wait too.

By the codes alone: the platform says that its sentences will go, and they can hold a phone number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.limits import WhatsApp
from bot.channels.sending import SendFailed, When

#: The person has not written for 24 hours.
OUTSIDE_WINDOW: Final = 131047

#: How long a reply waits when nobody knows whether the platform took it, in seconds: its status comes well before.
AMBIGUOUS_WAIT: Final = 20.0


@dataclass(frozen=True, slots=True)
class _Meaning:
    when: When
    name: str
    after: float | None = None
    holds_channel: bool = False


def _later(name: str, after: float | None = None) -> _Meaning:
    return _Meaning(When.LATER, name, after)


def _all_wait(name: str, after: float) -> _Meaning:
    return _Meaning(When.LATER, name, after, holds_channel=True)


def _never(name: str) -> _Meaning:
    return _Meaning(When.NEVER, name)


#: What only the operator can put right holds the channel and loses nothing: replies wait, for a day, until it is.
_OPERATOR: Final = 60.0
_ACCOUNT: Final = 600.0

#: WhatsApp Cloud API, "Error codes", read 2026-11-23.
_MEANINGS: Final[Mapping[int, _Meaning]] = {
    # Too much at once.
    131056: _later("pair_rate", float(WhatsApp.PAIR_SECONDS.most)),
    130429: _all_wait("throughput", 2.0),
    80007: _all_wait("account_rate", 60.0),
    4: _all_wait("app_rate", 60.0),
    131048: _all_wait("spam_rate", 300.0),
    # Theirs, and passing.
    1: _later("unknown"),
    2: _later("service_down"),
    131000: _later("unknown"),
    131016: _later("service_down"),
    131057: _all_wait("maintenance", 60.0),
    135000: _later("generic"),
    # The operator's.
    0: _all_wait("token", _OPERATOR),
    3: _all_wait("permission", _OPERATOR),
    10: _all_wait("permission", _OPERATOR),
    190: _all_wait("token", _OPERATOR),
    33: _all_wait("number_gone", _OPERATOR),
    131005: _all_wait("permission", _OPERATOR),
    131031: _all_wait("account_locked", _ACCOUNT),
    131042: _all_wait("payment", _ACCOUNT),
    131045: _all_wait("number_unregistered", _ACCOUNT),
    133010: _all_wait("number_unregistered", _ACCOUNT),
    368: _all_wait("account_restricted", _ACCOUNT),
    # This person, this message.
    OUTSIDE_WINDOW: _never("outside_24h_window"),
    100: _never("invalid_parameter"),
    131008: _never("parameter_missing"),
    131009: _never("parameter_invalid"),
    131021: _never("own_number"),
    131026: _never("undeliverable"),
    131030: _never("not_in_test_list"),
    131049: _never("held_back_by_whatsapp"),
    131050: _never("stopped_by_person"),
    131051: _never("type_unsupported"),
    131062: _never("user_id_unsupported"),
    130472: _never("in_experiment"),
    130497: _never("country_restricted"),
    132001: _never("template_missing"),
    132007: _never("template_policy"),
    132015: _never("template_paused"),
    132016: _never("template_disabled"),
}


def refusal(status: int, answer: object, retry_after: str | None = None) -> SendFailed:
    """Return what an answer other than 200 means; `answer` is its JSON, whatever it is, None where it is none."""
    code = error_code(answer)
    wait = _seconds(retry_after)
    meaning = None if code is None else _MEANINGS.get(code)
    if meaning is None and code is not None and 200 <= code < 300:
        meaning = _MEANINGS[10]
    if meaning is None:
        if status == 429:
            meaning = _all_wait("throttled", 2.0)
        elif status in {401, 403}:
            meaning = _MEANINGS[190]
        elif status >= 500 or status == 408:
            meaning = _later("server_error")
        else:
            meaning = _never("refused")
    after = meaning.after if wait is None or meaning.when is When.NEVER else max(wait, meaning.after or 0.0)
    told = f"http {status}" if code is None else f"{code}"
    return SendFailed(meaning.when, f"{told} {meaning.name}", after, meaning.holds_channel)


def named(code: int) -> str:
    """Return a code with our name for it, as staff read it."""
    meaning = _MEANINGS.get(code)
    return str(code) if meaning is None else f"{code} {meaning.name}"


def error_code(answer: object) -> int | None:
    """Return the code in an error of the Graph API; None where there is none."""
    error: Any = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _seconds(header: str | None) -> float | None:
    return min(float(header), 3600.0) if header is not None and header.isascii() and header.isdigit() else None
