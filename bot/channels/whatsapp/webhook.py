"""Where the platform posts what people write: taken only with its signature, and answered 200 only once it is kept.

Whatever is refused is counted by its kind and nothing of it is kept.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from bot.channels.channel import Intake, keep_arrivals
from bot.channels.incoming import NotJsonError
from bot.channels.webhook import TAKEN, Post, RefusedError, webhook
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.channels.whatsapp.updates import updates

_MOST: Final = WhatsAppLimits.WEBHOOK.most


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the platform and we know."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)


def signature(app_secret: str, body: bytes) -> str:
    """Return what the platform puts into X-Hub-Signature-256 for a body."""
    return "sha256=" + hmac.digest(app_secret.encode(), body, "sha256").hex()


def app(intake: Intake, secrets: Secrets, *, number_id: str = "", path: str = "/") -> ASGIApp:
    """Return the webhook at `path`; with `number_id`, what is meant for another number is passed over.

    An empty secret is a `ValueError`: whoever knows that it is empty could sign.
    """
    if not secrets.app_secret or not secrets.verify_token:
        raise ValueError("the app secret and the verify token must not be empty")
    hook = _Webhook(intake, secrets, number_id)
    return webhook(path, hook.posted, intake.refused, hook.verified)


class _Webhook:
    def __init__(self, intake: Intake, secrets: Secrets, number_id: str) -> None:
        self._intake = intake
        self._secrets = secrets
        self._number_id = number_id

    def verified(self, request: Request) -> Response:
        """Tell the platform that this address is ours to name."""
        told = request.query_params
        token = told.get("hub.verify_token", "")
        is_ours = hmac.compare_digest(_digest(token), _digest(self._secrets.verify_token))
        if told.get("hub.mode") != "subscribe" or not is_ours:
            raise RefusedError("wrong_verify_token", 403)
        return PlainTextResponse(told.get("hub.challenge", ""), headers={"X-Content-Type-Options": "nosniff"})

    async def posted(self, post: Post) -> Response:
        """Keep what is posted, then say so."""
        given = post.header(b"x-hub-signature-256")
        if given is None:
            # Nothing of a stranger's is even read.
            raise RefusedError("no_signature", 401)
        posted = await post.body(_MOST)
        if not hmac.compare_digest(given.encode(), signature(self._secrets.app_secret, posted).encode()):
            raise RefusedError("wrong_signature", 403)
        try:
            items = updates(posted, self._number_id)
        except NotJsonError:
            raise RefusedError("not_json", 400) from None
        await keep_arrivals(items, self._intake)
        return TAKEN


def _digest(text: str) -> bytes:
    """Return a digest, so that comparing takes as long for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
