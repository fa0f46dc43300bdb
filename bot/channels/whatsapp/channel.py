"""WhatsApp joined to the guide: webhooks kept, replies sent, what it costs counted.

What the platform posts is taken only with its signature, and answered 200 only once it is kept; whatever is refused is
counted by its kind and nothing of it is kept. Imported only where WhatsApp is on.
"""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from bot.channels.channel import Basis, Intake, Keeper, ReadUpdate, Tally, keep_arrivals
from bot.channels.incoming import (
    MOST_SOUND,
    Incoming,
    Moved,
    NotJsonError,
    Preference,
    ReplyStatus,
    UnheardError,
    parsed,
)
from bot.channels.posting import CutOffError, NotConnectedError, Posting
from bot.channels.sending import Courtesy, Outlet, bounded
from bot.channels.webhook import TAKEN, Post, Refusal, RefusedError, webhook
from bot.channels.whatsapp import meter
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.channels.whatsapp.meter import tariff
from bot.channels.whatsapp.replies import messages_of
from bot.channels.whatsapp.sender import (
    INVITED,
    OUTSIDE,
    TEMPLATE_REST,
    Template,
    WhatsAppNumber,
    WhatsAppSender,
    again_after,
    pace,
)
from bot.channels.whatsapp.updates import CHANNEL, Albums, message_id_of, read, updates
from bot.channels.whatsapp.windows import Windows
from bot.channels.whatsapp.words import WhatsAppWords
from bot.config import WhatsAppConfig
from bot.conversation.events import Turn
from bot.credentials import WHATSAPP_APP_SECRET, WHATSAPP_TOKEN, WHATSAPP_VERIFY_TOKEN, Credentials
from bot.language.dates import moroccan_day
from bot.message import Message
from bot.storage import (
    Batches,
    StatusTold,
    StoreError,
    Update,
    came_back,
    figures,
    is_new,
    is_settled,
    last_heard,
    move,
    note_statuses,
    reopen,
    was_put_off,
)
from bot.storage.notices import is_stopped_at, prefer_at

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
        self._albums = Albums()

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
            items = [self._albums.joined(item) for item in updates(posted, self._number_id)]
        except NotJsonError:
            raise RefusedError("not_json", 400) from None
        await keep_arrivals(items, self._intake)
        return TAKEN


def _digest(text: str) -> bytes:
    """Return a digest, so that comparing takes as long for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


log: Final = logging.getLogger(__name__)

#: Seconds within which the platform tells what became of a message, also when its first posts found nobody here.
_CONFIRMS_WITHIN: Final = 30.0
#: Seconds after which a message is marked as read; if it is not answered by then, "typing" is shown.
_READ_AFTER: Final = 0.5
#: Messages that are being marked as read at most: each costs a call of its own, nearly half as much as the message, and
#: in a rush the answers go before. A number sends 80 answers a second, unless the platform has raised its limit.
_READS: Final = 40
#: Seconds between two looks at what was spent.
_LOOK: Final = 10.0


#: What the platform calls a file, where else than at its own address files lie, and bytes of what it tells of one.
#: WhatsApp Cloud API, "Media", read 2026-11-29: an address of five minutes, asked for with the same token.
_MEDIA_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,80}")
_MEDIA_HOSTS: Final = frozenset({"lookaside.fbsbx.com"})
_MOST_TOLD: Final = 1 << 16
#: Seconds that a file may take.
_MEDIA_PATIENCE: Final = 15.0


class WhatsApp:
    """One number."""

    def __init__(
        self, config: WhatsAppConfig, credentials: Credentials, words: WhatsAppWords, web_address: str, basis: Basis
    ) -> None:
        """Take the parts in; raise `MissingSecretError` without what the platform gave or was given."""
        self.name: str = CHANNEL
        self.read: ReadUpdate = read
        self._config = config
        self._secrets = Secrets(credentials.secret(WHATSAPP_APP_SECRET), credentials.secret(WHATSAPP_VERIFY_TOKEN))
        self._words = words
        self._web_address = web_address
        self._basis = basis
        self._tally = Tally(basis)
        self._statuses = Batches[StatusTold](basis.store, self._noted)
        #: Addresses that wrote and for which something may have waited.
        self._opened = Batches[str](basis.store, self._reopened)
        self._windows = Windows(basis.time, self._heard)
        self._courtesy = Courtesy(CHANNEL, _READS)
        #: Replies whose price was counted: several statuses tell of it. Lost with the program, and then counted again.
        self._priced: dict[str, None] = {}
        self._is_over = False
        template = Template(config.template.name, config.template.codes)
        self._sender = WhatsAppSender(
            WhatsAppNumber(config.number_id, credentials.secret(WHATSAPP_TOKEN), config.base, config.version),
            self._words,
            self._windows,
            now=monotonic,
            template=template if config.template.name else None,
            invited=lambda: self._tally.happened(meter.KIND, meter.TEMPLATE),
            came_back=self._came_back,
            was_invited=self._was_invited,
            is_stopped=self._is_stopped,
            stopped=lambda address: self._prefer({address}, is_stopped=True),
            printed=basis.printed,
        )
        bearer = {"Authorization": f"Bearer {credentials.secret(WHATSAPP_TOKEN)}"}
        self._media = Posting(config.base, bearer, patience=_MEDIA_PATIENCE)
        self.outlet: Outlet | None = Outlet(self._sender.send, pace(config.per_second), _CONFIRMS_WITHIN)
        self.has_listening: bool = False

    def web_instead(self) -> str:
        """Return the address of the web chat once the month's budget is spent."""
        return self._web_address if self._is_over else ""

    async def recording(self, media: str) -> bytes:
        """Return a voice that a person recorded."""
        media_path = f"/{self._config.version}/{media}"
        if not _MEDIA_ID.fullmatch(media):
            raise UnheardError("away")
        try:
            told = parsed(await self._media.fetched(media_path, _MOST_TOLD) or b"null")
            address = told.get("url") if isinstance(told, dict) else None
            sound = await self._media.fetched(str(address), MOST_SOUND, _MEDIA_HOSTS)
        except (NotConnectedError, CutOffError, NotJsonError, TimeoutError, ValueError) as error:
            raise UnheardError("away") from error
        if sound is None:
            raise UnheardError("large")
        return sound

    def note_turn(self, message: Message, turn: Turn, now: datetime) -> None:
        """Count the messages of a turn: each costs money."""
        messages = sum(len(messages_of(reply, self._words)) for reply in turn.replies)
        self._tally.add(meter.counted(moroccan_day(now), turn.conversation.flow, messages))

    def mounted(self, keeper: Keeper) -> Mapping[str, ASGIApp]:
        """Return the webhook."""

        async def accepted(items: Sequence[Incoming]) -> None:
            if self._basis.store.is_shared:
                # Another program may send, and only that one know of what waits.
                for item in items:
                    self._windows.awaits(item.address)
            opened = [item for item in items if self._windows.note(item.address, item.written)]
            try:
                await keeper.accept(
                    [Update(self.name, item.external_id, item.address, item.raw, item.alias) for item in items]
                )
                # Only what comes first in a day can have been waited for: the rest costs no statement.
                await self._opened.add([name for item in opened for name in {item.address, item.alias} if name])
            except Exception:
                # It comes again, and what waits for it still does.
                for item in opened:
                    self._windows.awaits(item.address)
                raise
            for item in items:
                self._courtesy.begin(self._mark_read(item))

        intake = Intake(
            accepted,
            self._moved,
            self._basis.keep_unread,
            statuses=self._note_statuses,
            preferred=self._preferred,
            refused=self._refused,
        )
        path = self._config.path
        return {path: app(intake, self._secrets, number_id=self._config.number_id, path=path)}

    async def run(self, keeper: Keeper) -> None:
        """Keep the meter."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tally.run())
            group.create_task(self._metered())

    async def close(self) -> None:
        """Close the connections."""
        await self._courtesy.close()
        await self._media.close()
        await self._sender.close()

    async def _mark_read(self, item: Incoming) -> None:
        """Let a person see that they were heard: an answer that is there already needs no "typing" after it."""
        message_id = message_id_of(item.raw)
        if not message_id:
            return
        began = monotonic()
        await asyncio.sleep(_READ_AFTER)
        # Nearly always this program has answered by now; where several share the store another may have.
        is_answered = self._sender.has_sent(item.address, began) or await self._basis.store.read(
            lambda connection: is_settled(connection, self.name, item.external_id)
        )
        await self._sender.mark_read(message_id, is_answered=is_answered)

    async def _preferred(self, items: Sequence[Preference]) -> None:
        for item in items:
            addresses = set(filter(None, (item.address, item.alias)))
            await self._prefer(addresses, is_stopped=item.is_stopped)
            if not item.is_stopped:
                # What waited may invite them now.
                await self._opened.add(sorted(addresses))
            self._tally.happened("unasked_stopped" if item.is_stopped else "unasked_resumed", self.name)

    async def _metered(self) -> None:
        while True:
            try:
                await self._look()
            except StoreError as error:
                log.error("event=meter_unread error=%s", error.kind)
            await asyncio.sleep(_LOOK)

    async def _look(self) -> None:
        """Look at what this month has cost; warn once when it is more than it was to be."""
        today = moroccan_day(self._basis.now())
        counted = await self._basis.store.read(lambda connection: figures(connection, *meter.days(today)))
        use = meter.use(counted, today, tariff(self._config))
        if use.is_over and not self._is_over:
            log.warning(
                "event=budget_spent channel=whatsapp messages=%d cost=%.2f budget=%.2f currency=%s",
                use.messages,
                use.cost,
                use.budget,
                self._config.currency,
            )
        self._is_over = use.is_over

    async def _heard(self, address: str) -> float | None:
        return await self._basis.store.read(lambda connection: last_heard(connection, self.name, address))

    async def _came_back(self, number: int) -> bool:
        return await self._basis.store.read(lambda connection: came_back(connection, number, OUTSIDE))

    async def _prefer(self, addresses: Set[str], *, is_stopped: bool) -> None:
        def preferred(connection: Connection) -> None:
            for address in sorted(addresses):
                prefer_at(connection, self.name, address, is_stopped=is_stopped)

        await self._basis.store.write(preferred)

    async def _is_stopped(self, address: str) -> bool:
        return await self._basis.store.read(lambda connection: is_stopped_at(connection, self.name, address))

    async def _was_invited(self, number: int) -> bool:
        since = self._basis.time() - TEMPLATE_REST
        return await self._basis.store.read(lambda connection: was_put_off(connection, number, INVITED, since))

    def _reopened(self, connection: Connection, addresses: Sequence[str]) -> None:
        reopen(connection, self.name, addresses, OUTSIDE, self._basis.time())

    async def _note_statuses(self, items: Sequence[ReplyStatus]) -> None:
        told = [
            StatusTold(
                self.name,
                item.status,
                item.outbox_id,
                item.platform_id,
                item.reason,
                self._again_after(item),
            )
            for item in items
        ]
        for item in items:
            if item.pricing and item.platform_id and item.platform_id not in self._priced:
                bounded(self._priced)[item.platform_id] = None
                self._tally.happened(meter.PRICED, item.pricing)
        await self._statuses.add(told)

    def _again_after(self, item: ReplyStatus) -> float | None:
        """Return after how many seconds what failed is tried again, None for never; hold the channel if need be."""
        if item.status != "failed":
            return None
        if item.reason.startswith(OUTSIDE):
            # It waits for the person to write.
            return 0.0
        failure = again_after(item.reason)
        if failure is None or failure.after is None:
            return None
        if failure.holds_channel and self.outlet is not None:
            self.outlet.pace.hold(failure.after, monotonic())
        return failure.after

    def _noted(self, connection: Connection, told: Sequence[StatusTold]) -> None:
        note_statuses(connection, told, self._basis.time())

    async def _moved(self, items: Sequence[Moved]) -> None:
        now = self._basis.time()

        def moved(connection: Connection) -> None:
            for item in items:
                if is_new(connection, self.name, item.external_id, now):
                    move(connection, self.name, item.before, item.after, now, is_number=item.is_number)

        await self._basis.store.write(moved)

    def _refused(self, why: Refusal) -> None:
        self._tally.refused(self.name, why)
