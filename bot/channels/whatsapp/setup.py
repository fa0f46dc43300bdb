"""A number looked over: its token, its webhook, its signature, its template, and the clock_finding; nothing is changed.

Everything is told in findings, each with what to do. No token and no secret stands in any of them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp

from bot.channels.channel import Finding, clock_finding, finding_secrets
from bot.channels.whatsapp.channel import Secrets, signature
from bot.channels.whatsapp.sender import Template, WhatsAppNumber, error_code
from bot.config import WhatsAppConfig
from bot.credentials import WHATSAPP_APP_SECRET, WHATSAPP_TOKEN, WHATSAPP_VERIFY_TOKEN, Credentials

_PATIENCE: Final = aiohttp.ClientTimeout(total=15)
_CHALLENGE: Final = "1158201444"
#: A webhook that tells nothing.
_EMPTY: Final = b'{"object":"whatsapp_business_account","entry":[]}'


@dataclass(frozen=True, slots=True)
class Setting:
    """What is looked over."""

    account: WhatsAppNumber
    secrets: Secrets
    #: Where the platform posts to; empty where that is not told.
    address: str = ""
    #: The WhatsApp Business account; empty where that is not told.
    account_id: str = ""
    template: Template | None = None


async def examined(setting: Setting, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> list[Finding]:
    """Look the number over."""
    async with aiohttp.ClientSession(timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()) as session:
        found = await _number(session, setting.account, now)
        if not any(one.is_problem for one in found):
            found += await _template(session, setting)
        return found + await _webhook(session, setting)


async def _asked(session: aiohttp.ClientSession, account: WhatsAppNumber, path: str) -> tuple[int, Any, str]:
    """Return the status, the JSON and the date of an answer of the Graph API."""
    address = f"{account.base.rstrip('/')}/{account.version}/{path}"
    async with session.get(address, headers={"Authorization": f"Bearer {account.token}"}) as response:
        raw = await response.read()
        date = response.headers.get("Date", "")
    try:
        return response.status, json.loads(raw), date
    except (ValueError, RecursionError):
        return response.status, None, date


async def _number(
    session: aiohttp.ClientSession, account: WhatsAppNumber, now: Callable[[], datetime]
) -> list[Finding]:
    try:
        status, told, date = await _asked(
            session, account, f"{account.number_id}?fields=display_phone_number,verified_name"
        )
    except (aiohttp.ClientError, TimeoutError):
        return [
            _problem(
                "WhatsApp cannot be reached.",
                "Is this machine connected, and does its firewall let it reach graph.facebook.com on port 443?",
            )
        ]
    if status != 200 or not isinstance(told, dict):
        return [_refused(status, error_code(told))]
    number = told.get("display_phone_number", account.number_id)
    return [Finding("ok", f"The token opens the number {number}."), clock_finding("WhatsApp", date, now())]


def _refused(status: int, code: int | None) -> Finding:
    if status == 401 or code == 190:
        return _problem(
            "WhatsApp does not take the token.", "Make a permanent token for a system user: docs/whatsapp.md, 3."
        )
    if code in {3, 10} or (code is not None and 200 <= code < 300):
        return _problem(
            "The token may not use this number.",
            "Give the system user the app and the WhatsApp account, and the token whatsapp_business_messaging "
            "and whatsapp_business_management.",
        )
    if code in {33, 100}:
        return _problem(
            "WhatsApp knows no number of this id, or the token does not open it.",
            "Copy the phone number ID (not the number itself) from WhatsApp, API Setup, into config.yaml.",
        )
    return _problem(f"WhatsApp answered {status} (code {code}).", "Try again in a minute.")


#: The category that a template is made in: docs/whatsapp.md, 6. The platform may put it into another by itself.
_CATEGORY: Final = "UTILITY"


async def _template(session: aiohttp.ClientSession, setting: Setting) -> list[Finding]:
    template = setting.template
    if template is None:
        return [Finding("ok", "No template is named: answers outside the 24 hours are given up.")]
    if not setting.account_id:
        return [
            _problem(
                f"The template {template.name} cannot be looked at.",
                "Write whatsapp.account_id into config.yaml: the WhatsApp Business account ID in API Setup.",
            )
        ]
    fields = "name,language,status,category"
    asked = f"{setting.account_id}/message_templates?name={template.name}&fields={fields}&limit=100"
    try:
        status, told, _ = await _asked(session, setting.account, asked)
    except (aiohttp.ClientError, TimeoutError):
        return [_problem("The templates cannot be looked at.", "Try again in a minute.")]
    listed = told.get("data") if isinstance(told, dict) else None
    if status != 200 or not isinstance(listed, list):
        return [_refused(status, error_code(told))]
    ours = [one for one in listed if isinstance(one, dict) and one.get("name") == template.name]
    approved = {one.get("language") for one in ours if one.get("status") == "APPROVED"}
    changed = sorted({str(one["category"]) for one in ours if one.get("category", _CATEGORY) != _CATEGORY})
    return [
        *(
            _problem(
                f"The template {template.name} is of the category {category} now, no more {_CATEGORY}.",
                "It costs more, and who wants nothing unasked is not sent it. Ask for a review in WhatsApp Manager,"
                " or word it as a notice: docs/whatsapp.md, 6.",
            )
            for category in changed
        ),
        *(
            Finding("ok", f"The template {template.name} is approved in {code}.")
            if code in approved
            else _problem(
                f"The template {template.name} is not approved in {code}.",
                "Make it in WhatsApp Manager, Message templates, or name another: docs/whatsapp.md, 6.",
            )
            for code in dict.fromkeys(template.codes.values())
        ),
    ]


async def _webhook(session: aiohttp.ClientSession, setting: Setting) -> list[Finding]:
    """Do what the platform does at the webhook's address: ask whether it is ours, post signed, post unsigned."""
    if not setting.address:
        return [
            _problem(
                "The webhook's address is not told.",
                "Write whatsapp.address into config.yaml, as in the app's WhatsApp, Configuration.",
            )
        ]
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": setting.secrets.verify_token,
        "hub.challenge": _CHALLENGE,
    }
    signed = {"X-Hub-Signature-256": signature(setting.secrets.app_secret, _EMPTY)}
    try:
        async with session.get(setting.address, params=asked) as response:
            is_ours = response.status == 200 and await response.text() == _CHALLENGE
        async with session.post(setting.address, data=_EMPTY, headers=signed) as response:
            taken = response.status
        async with session.post(setting.address, data=_EMPTY) as response:
            unsigned = response.status
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError):
        return [
            _problem(
                f"Nothing answers at {setting.address}.",
                "Is the guide running, and does the web server pass this path on with a valid certificate?",
            )
        ]
    return [
        Finding("ok", "The webhook is verified with our token.")
        if is_ours
        else _problem(
            "The webhook is not verified with our token.",
            "Does the address lead to this guide, started with the same DALIL_WHATSAPP_VERIFY_TOKEN?",
        ),
        Finding("ok", "What is signed is taken.")
        if taken == 200
        else _problem(
            f"What is signed is answered {taken}.",
            "Was the guide started with the same DALIL_WHATSAPP_APP_SECRET? Does the web server change the body?",
        ),
        Finding("ok", "What is not signed is refused.")
        if unsigned == 401
        else _problem(f"What is not signed is answered {unsigned}.", "Does the address lead to this guide?"),
    ]


def _problem(what: str, remedy: str) -> Finding:
    return Finding("problem", what, remedy)


def looked_over(config: WhatsAppConfig, credentials: Credentials) -> list[Finding]:
    """Return what is found when the configured number is looked over, or the secrets that must be there first."""

    async def asked() -> list[Finding]:
        token, *known = credentials.secrets(WHATSAPP_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN)
        account = WhatsAppNumber(config.number_id, token, config.base, config.version)
        template = Template(config.template.name, config.template.codes) if config.template.name else None
        return await examined(Setting(account, Secrets(*known), config.address, config.account_id, template))

    return finding_secrets(asked)
