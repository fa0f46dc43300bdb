"""A bot set up and looked over: its webhook, its commands, its description; and what is wrong with them.

Everything is told in findings, each with what to do. No token and no secret stands in any of them.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.channels.channel import Finding, clock_finding, finding_secrets
from bot.channels.telegram.api import CallFailedError, TelegramBot, refusal
from bot.channels.telegram.arrivals import is_secret
from bot.channels.telegram.channel import secrets
from bot.channels.telegram.limits import TelegramLimits
from bot.channels.telegram.replies import ALLOWED, Call
from bot.channels.telegram.words import COMMANDS, TelegramWords
from bot.config import TelegramConfig
from bot.credentials import Credentials
from bot.message import LANGUAGES, Language

#: Ports that the platform posts to: Telegram Bot API 10.1, setWebhook.
PORTS: Final = (443, 80, 88, 8443)
#: Requests of the platform at the same time.
_CONNECTIONS: Final = 40
#: Updates that wait before something is wrong.
_WAITING: Final = 100
#: How long the platform may take to tell the time.
_PATIENCE: Final = aiohttp.ClientTimeout(total=15)
#: How long ago a failed posting still matters, in seconds.
_RECENT: Final = 24 * 3600


def address_mistake(url: str) -> Finding | None:
    """Return what the platform would have against a webhook's address; None where nothing."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return _problem(f"The webhook's address {url!r} cannot be read.", "Write it as https://your.host/telegram.")
    if parts.scheme != "https" or not parts.hostname:
        return _problem(
            f"The webhook's address {url!r} does not begin with https://.",
            "Telegram posts to https only; leave the address empty to fetch updates instead.",
        )
    if port not in PORTS:
        listed = ", ".join(str(known) for known in PORTS)
        return _problem(f"Telegram does not post to port {port}.", f"Use one of {listed}.")
    return None


async def connected(bot: TelegramBot, words: TelegramWords, *, url: str = "", secret: str = "") -> list[Finding]:
    """Set the webhook, or take it away where `url` is empty; set commands and descriptions; return what came of it."""
    if url:
        wrong = address_mistake(url)
        if wrong is not None:
            return [wrong]
        if not is_secret(secret):
            return [_secret_wrong()]
        asked = {
            "url": url,
            "secret_token": secret,
            "allowed_updates": list(ALLOWED),
            "max_connections": _CONNECTIONS,
            "drop_pending_updates": False,
        }
        found = [await _done(bot, Call("setWebhook", asked), f"Telegram posts updates to {url}.")]
    else:
        call = Call("deleteWebhook", {"drop_pending_updates": False})
        found = [await _done(bot, call, "Updates are fetched; no webhook is set.")]
    return found if found[0].is_problem else found + await introduced(bot, words)


async def introduced(bot: TelegramBot, words: TelegramWords) -> list[Finding]:
    """Set commands and descriptions, Arabic where no language is told; return what came of it, one for each kind."""
    return [
        await _in_all(bot, "commands", "setMyCommands", lambda language: {"commands": commands(words, language)}),
        await _in_all(
            bot, "description", "setMyDescription", lambda language: {"description": words.description.of(language)}
        ),
        await _in_all(
            bot, "line", "setMyShortDescription", lambda language: {"short_description": words.about.of(language)}
        ),
    ]


async def _in_all(bot: TelegramBot, what: str, method: str, params: Callable[[Language], dict[str, Any]]) -> Finding:
    for code, language in (("", LANGUAGES[0]), *((language, language) for language in LANGUAGES)):
        asked = {**params(language), **({"language_code": code} if code else {})}
        came = await _done(bot, Call(method, asked), "")
        if came.is_problem:
            return came
    return Finding("ok", f"The bot's {what} is set in Arabic and French.")


def commands(words: TelegramWords, language: Language) -> list[dict[str, str]]:
    """Return the commands that have words, as the platform lists them."""
    listed = ((name, words.commands[name]) for name in COMMANDS if name in words.commands)
    return [{"command": name, "description": _one_line(text.of(language))} for name, text in listed]


def _one_line(text: str) -> str:
    return " ".join(text.split())


async def examined(
    bot: TelegramBot,
    *,
    url: str = "",
    secret: str = "",
    base: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Finding]:
    """Look the bot over, changing nothing.

    `url` is where updates are to be posted, empty where they are fetched; `base` where the platform is asked for the
    time, empty where it is not.
    """
    try:
        me = await bot.call(Call("getMe"))
        webhook = await bot.call(Call("getWebhookInfo"))
        listed = [await bot.call(Call("getMyCommands", {"language_code": code})) for code in LANGUAGES]
    except CallFailedError as error:
        return [_told(error)]
    name = me.get("username") if isinstance(me, dict) else None
    found = [Finding("ok", f"The token is that of @{name}.")]
    if base:
        found.append(clock_finding("Telegram", await _date(base), now()))
    found += _webhook(webhook if isinstance(webhook, dict) else {}, url, secret, now())
    if all(listed):
        found.append(Finding("ok", "The commands are set in Arabic and French."))
    else:
        found.append(_problem("The commands are not set in Arabic and French.", "Run: dalil connect telegram"))
    return found


async def _date(base: str) -> str:
    """Return the time that the platform puts on any answer; empty where it tells none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.get(base, allow_redirects=False) as response,
        ):
            return response.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError):
        return ""


def _webhook(told: dict[str, Any], url: str, secret: str, now: datetime) -> list[Finding]:
    found: list[Finding] = []
    if url and (wrong := address_mistake(url)) is not None:
        found.append(wrong)
    if url and not is_secret(secret):
        found.append(_secret_wrong())
    there = told.get("url") or ""
    if there != url:
        what = f"Telegram posts to {there!r}" if there else "Telegram has no webhook"
        wanted = f"should post to {url}" if url else "this guide fetches its updates"
        found.append(_problem(f"{what}, but {wanted}.", "Run: dalil connect telegram"))
    elif url:
        found.append(Finding("ok", f"Telegram posts updates to {url}."))
        what = "Telegram does not tell the webhook's secret: whether it is ours cannot be looked at."
        found.append(Finding("ok", what, "If the guide answers nobody: dalil connect telegram"))
    else:
        found.append(Finding("ok", "No webhook is set; updates are fetched."))
    kinds = told.get("allowed_updates")
    # None are told where it is all of them.
    if kinds and there == url and not set(ALLOWED) <= set(kinds):
        found.append(_problem("Telegram does not post all the updates that are read.", "Run: dalil connect telegram"))
    failed = told.get("last_error_date")
    if there and isinstance(failed, int) and now.timestamp() - failed < _RECENT:
        when = datetime.fromtimestamp(failed, UTC).strftime("%Y-%m-%d %H:%M UTC")
        why = _one_line(str(told.get("last_error_message", "")))[:200]
        found.append(_problem(f"Telegram could not post an update at {when}: {why}", _remedy_of(why)))
    waiting = told.get("pending_update_count")
    if isinstance(waiting, int) and waiting > _WAITING:
        found.append(_problem(f"{waiting} updates wait to be taken.", "Is the guide running? Start it: dalil run"))
    return found


def _remedy_of(why: str) -> str:
    """Return what to do about the platform's words for a failed posting."""
    told = why.lower()
    for part, remedy in (
        ("401", "The secret differs: run dalil connect telegram, and start the guide with the same secret."),
        ("403", "The secret differs: run dalil connect telegram, and start the guide with the same secret."),
        ("404", "The path of the address leads elsewhere: compare config.yaml with the web server's rules."),
        ("certificate", "Renew the host's certificate; it must be complete, with those in between."),
        ("ssl", "Renew the host's certificate; it must be complete, with those in between."),
        ("resolve", "The host's name is not known: look at its DNS record."),
        ("timed out", "The guide did not answer: is it running, and is the port open?"),
        ("refused", "Nothing listens there: is the guide running, and is the port open?"),
        ("50", "The web server in front does not reach the guide: is it running?"),
    ):
        if part in told:
            return remedy
    return "Look at the guide's log at that time."


async def _done(bot: TelegramBot, call: Call, what: str) -> Finding:
    try:
        await bot.call(call)
    except CallFailedError as error:
        return _told(error, call.method)
    return Finding("ok", what)


def _told(error: CallFailedError, doing: str = "") -> Finding:
    match error.fault:
        case "token":
            return _problem(
                "Telegram knows no bot with this token.",
                "Copy the token again from @BotFather (/mybots, then API Token).",
            )
        case "refused" | "moved":
            return _problem(
                f"Telegram refused {doing or 'a call'}: {_one_line(error.message)[:200]}", _remedy_of(error.message)
            )
        case "not_connected" | "timeout" | "cut_off":
            return _problem(
                f"Telegram cannot be reached ({refusal(error).reason}).",
                "Is this machine connected, and does its firewall let it reach api.telegram.org on port 443?",
            )
        case _:
            return _problem(
                f"Telegram did not do {doing or 'a call'}: {refusal(error).reason}.", "Try again in a minute."
            )


def _secret_wrong() -> Finding:
    most = TelegramLimits.SECRET.most
    return _problem(
        f"The webhook's secret is missing, or not 1 to {most} letters, digits, _ or -.",
        "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
    )


def _problem(what: str, remedy: str) -> Finding:
    return Finding("problem", what, remedy)


def looked_over(config: TelegramConfig, credentials: Credentials) -> list[Finding]:
    """Return what is found when the configured bot is looked over, or the secrets that must be there first."""

    async def asked() -> list[Finding]:
        token, secret = secrets(config, credentials)
        bot = TelegramBot(token, base=config.base)
        try:
            return await examined(bot, url=config.address, secret=secret, base=config.base)
        finally:
            await bot.close()

    return finding_secrets(asked)


def set_up(config: TelegramConfig, credentials: Credentials, words: TelegramWords) -> list[Finding]:
    """Return what came of setting the configured bot up, or the secrets that must be there first."""

    async def asked() -> list[Finding]:
        token, secret = secrets(config, credentials)
        bot = TelegramBot(token, base=config.base)
        try:
            return await connected(bot, words, url=config.address, secret=secret)
        finally:
            await bot.close()

    return finding_secrets(asked)
