"""`config.yaml` and the command line as one frozen value; everything that is wrong is told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.content.reading import ContentError, Document, Mistakes, read
from bot.message import LANGUAGES, Language

FILE: Final = "config.yaml"
#: Every key that may stand in the file, by its path, and what stands in its place when it is left out.
_DEFAULTS: Final[dict[tuple[str, ...], Any]] = {
    ("web", "host"): "127.0.0.1",
    ("web", "port"): 8080,
    ("store",): "var/dalil.db",
    ("content",): ".",
    ("reload_every",): 5.0,
    ("web", "address"): "",
    ("telegram", "on"): False,
    ("telegram", "address"): "",
    ("telegram", "base"): "https://api.telegram.org",
    ("telegram", "per_second"): 30.0,
    ("whatsapp", "on"): False,
    ("whatsapp", "number_id"): "",
    ("whatsapp", "account_id"): "",
    ("whatsapp", "address"): "",
    ("whatsapp", "base"): "https://graph.facebook.com",
    ("whatsapp", "version"): "v25.0",
    ("whatsapp", "per_second"): 80.0,
    ("whatsapp", "template", "name"): "",
    **{("whatsapp", "template", language): language for language in LANGUAGES},
    ("whatsapp", "free_messages"): 1000.0,
    ("whatsapp", "price"): 0.0,
    ("whatsapp", "budget"): 0.0,
    ("whatsapp", "currency"): "MAD",
    ("flood", "messages"): 60,
    ("flood", "seconds"): 60.0,
    ("flood", "waiting"): 100,
    ("flood", "from_address"): 3000,
    ("keep", "messages"): 90.0,
    ("keep", "unread"): 30.0,
}
_GROUPS: Final = frozenset(path[:deep] for path in _DEFAULTS for deep in range(1, len(path)))
#: Texts of which each must have a certain shape, and what to say when it has not.
_SHAPES: Final[dict[tuple[str, ...], tuple[str, str]]] = {
    ("web", "address"): (r"(https?://[^/\s]+/?)?", "https://guide.example.ma"),
    ("telegram", "address"): (r"(https://[^/\s]+(/[\w.-]+)+)?", "https://guide.example.ma/telegram"),
    ("telegram", "base"): (r"https?://[!-.0-~]+/?", "https://api.telegram.org"),
    ("whatsapp", "address"): (r"(https://[^/\s]+(/[\w.-]+)+)?", "https://guide.example.ma/whatsapp"),
    ("whatsapp", "base"): (r"https?://[!-.0-~]+/?", "https://graph.facebook.com"),
    ("whatsapp", "number_id"): (r"[0-9]{0,30}", "106540352242922"),
    ("whatsapp", "account_id"): (r"[0-9]{0,30}", "102290129340398"),
    ("whatsapp", "version"): (r"v[0-9]{1,3}\.[0-9]", "v25.0"),
    ("whatsapp", "template", "name"): (r"[a-z0-9_]{0,512}", "reply_waiting"),
}
#: The keys, by their last name, of which a machine looks up the host and the port.
_ADDRESSES: Final = frozenset({"address", "base"})
#: Rates of messages, which must not be 0.
_RATES: Final = frozenset({("telegram", "per_second"), ("whatsapp", "per_second"), ("flood", "seconds")})
#: Days that messages are kept at least, unless for ever (0): WhatsApp delivers again for 7, and a message of which
#: nothing is known any more would count again.
_LEAST_DAYS: Final = 8.0
_HIGHEST_PORT: Final = 65_535


class ConfigError(Exception):
    """The configuration cannot be used; holds every mistake in it."""

    def __init__(self, mistakes: list[ContentError]) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """The guide on Telegram; without an address it fetches its updates."""

    is_on: bool = False
    address: str = ""
    base: str = "https://api.telegram.org"
    per_second: float = 30.0

    @property
    def path(self) -> str:
        """Return the path that the platform posts to; empty where updates are fetched."""
        return urlsplit(self.address).path


@dataclass(frozen=True, slots=True)
class WhatsAppConfig:
    """The guide on WhatsApp."""

    is_on: bool = False
    number_id: str = ""
    #: The WhatsApp Business account of the number; only `dalil doctor` needs it, to look at its templates.
    account_id: str = ""
    address: str = ""
    base: str = "https://graph.facebook.com"
    version: str = "v25.0"
    per_second: float = 80.0
    #: The template that invites to write again, and its code in each language; no name where there is none.
    template: str = ""
    template_codes: Mapping[Language, str] = field(
        default_factory=lambda: {language: language for language in LANGUAGES}
    )
    free_messages: int = 1000
    price: float = 0.0
    #: 0 where nobody set one.
    budget: float = 0.0
    currency: str = "MAD"

    @property
    def path(self) -> str:
        """Return the path that the platform posts to."""
        return urlsplit(self.address).path or "/whatsapp"


@dataclass(frozen=True, slots=True)
class FloodConfig:
    """How many messages of one person are answered at once: see `bot.reception.floods`; 0 messages: no limit."""

    messages: int = 60
    seconds: float = 60.0
    waiting: int = 100
    #: The same for all who reach the web chat from one internet address: see `bot.channels.web.crowd`.
    from_address: int = 3000


@dataclass(frozen=True, slots=True)
class KeepConfig:
    """How many days messages, and what could not be read, are kept; 0 for ever."""

    messages: float = 90.0
    unread: float = 30.0


@dataclass(frozen=True, slots=True)
class Config:
    """Where the guide listens, what it reads, where it keeps conversations."""

    host: str
    port: int
    #: An address that SQLAlchemy understands.
    store: str
    #: The folder that holds `faq/` and `flows/`.
    content: Path
    #: Seconds; 0 never.
    reload_every: float
    #: The address of the web chat as people write it; empty where it is not told.
    web_address: str = ""
    telegram: TelegramConfig = TelegramConfig()
    whatsapp: WhatsAppConfig = WhatsAppConfig()
    flood: FloodConfig = FloodConfig()
    keep: KeepConfig = KeepConfig()

    @property
    def kept_in(self) -> Path | None:
        """Return the folder where releases are kept ready: that of a SQLite file, none beside another database."""
        path = sqlite_file(self.store)
        return path.parent if path else None


def load(root: Path, port: int | None = None, store: str | None = None, content: Path | None = None) -> Config:
    """Return the configuration in `root`, with what the command line gave instead; raise all mistakes as one."""
    mistakes = Mistakes()
    values = dict(_DEFAULTS)
    path = root / FILE
    document = read(root, path, mistakes) if path.exists() else None
    if document is not None and document.value is not None:
        _take(document, document.value, (), values, mistakes)
    if document is not None and values["whatsapp", "on"] and not values["whatsapp", "number_id"]:
        mistakes.add("key_missing", document.where("whatsapp", "on"), key="whatsapp.number_id")
    if values["telegram", "address"] and _same_path(values):
        assert document is not None
        mistakes.add("wrong_value", document.where("whatsapp"), key="whatsapp.address", problem="= telegram.address")
    if 0 < values["keep", "messages"] < _LEAST_DAYS:
        assert document is not None
        where = document.where("keep", "messages")
        mistakes.add("wrong_value", where, key="keep.messages", problem=f"0, {_LEAST_DAYS:.0f}…")
    if mistakes.errors:
        raise ConfigError(sorted(mistakes.errors))
    return Config(
        host=values["web", "host"],
        port=values["web", "port"] if port is None else port,
        store=_address(root, store or values["store",]),
        content=(content or root / values["content",]).resolve(),
        reload_every=float(values["reload_every",]),
        web_address=values["web", "address"],
        telegram=_telegram(values),
        whatsapp=_whatsapp(values),
        flood=FloodConfig(
            values["flood", "messages"],
            float(values["flood", "seconds"]),
            values["flood", "waiting"],
            values["flood", "from_address"],
        ),
        keep=KeepConfig(float(values["keep", "messages"]), float(values["keep", "unread"])),
    )


def place(root: Path, *path: str) -> str:
    """Return where a key stands in the file, or the group that it would stand in: `config.yaml:12`."""
    document = read(root, root / FILE, Mistakes()) if (root / FILE).exists() else None
    where = document.where(*path) if document is not None else None
    return f"{where.file}:{where.line}" if where is not None else FILE


def _same_path(values: Mapping[tuple[str, ...], Any]) -> bool:
    """Return whether both platforms would post to one path."""
    return _telegram(values).path == _whatsapp(values).path


def _telegram(values: Mapping[tuple[str, ...], Any]) -> TelegramConfig:
    return TelegramConfig(
        values["telegram", "on"],
        values["telegram", "address"],
        values["telegram", "base"],
        float(values["telegram", "per_second"]),
    )


def _whatsapp(values: Mapping[tuple[str, ...], Any]) -> WhatsAppConfig:
    return WhatsAppConfig(
        is_on=values["whatsapp", "on"],
        number_id=values["whatsapp", "number_id"],
        account_id=values["whatsapp", "account_id"],
        address=values["whatsapp", "address"],
        base=values["whatsapp", "base"],
        version=values["whatsapp", "version"],
        per_second=float(values["whatsapp", "per_second"]),
        template=values["whatsapp", "template", "name"],
        template_codes={language: values["whatsapp", "template", language] for language in LANGUAGES},
        free_messages=int(values["whatsapp", "free_messages"]),
        price=float(values["whatsapp", "price"]),
        budget=float(values["whatsapp", "budget"]),
        currency=values["whatsapp", "currency"],
    )


def _take(
    document: Document, value: Any, path: tuple[str, ...], values: dict[tuple[str, ...], Any], mistakes: Mistakes
) -> None:
    """Take the values of a group into `values`, noting what is wrong with each."""
    if not isinstance(value, dict):
        mistakes.add("not_a_group", document.where(*path), key=".".join(path) or FILE)
        return
    for key, inside in value.items():
        here = (*path, key)
        if here in _GROUPS:
            _take(document, inside, here, values, mistakes)
            continue
        if here in _SHAPES and isinstance(inside, int) and not isinstance(inside, bool):
            # An id is written in digits, and means them.
            inside = str(inside)  # noqa: PLW2901
        if here not in _DEFAULTS:
            mistakes.add("key_unknown", document.where(*here), key=".".join(here))
        elif here in _SHAPES and isinstance(inside, str):
            shape, example = _SHAPES[here]
            # What cannot be taken apart is not kept: its path is looked at below.
            is_read = here[-1] not in _ADDRESSES or _is_address(inside)
            if not is_read or re.fullmatch(shape, inside) is None:
                mistakes.add("wrong_value", document.where(*here), key=".".join(here), problem=f"↔ {example}")
            if is_read:
                values[here] = inside
        elif (wrong := _wrong(here, inside)) is not None:
            mistakes.add(wrong, document.where(*here), key=".".join(here), problem=inside)
        else:
            values[here] = inside


def _is_address(text: str) -> bool:
    """Return whether `text` names a host that can be looked up and a port that can be; or names nothing."""
    try:
        parts = urlsplit(text)
        # A name with an empty part, or too long a one, is a mistake already to whoever looks it up.
        host = (parts.hostname or "").encode("idna")
        has_port = parts.port != 0
    except ValueError:
        return False
    is_plain = text.isprintable() and "@" not in parts.netloc and not parts.query and not parts.fragment
    return not text or (bool(host) and has_port and is_plain)


def _wrong(path: tuple[str, ...], value: Any) -> str | None:
    """Return the kind of mistake in a value, None when there is none."""
    match _DEFAULTS[path]:
        case bool():
            return None if isinstance(value, bool) else "not_yes_no"
        case str():
            return None if isinstance(value, str) and value else "not_text"
        case int():
            fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _HIGHEST_PORT
            return None if fits else "not_a_number"
        case _:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            fits = fits and 0 <= value < float("inf") and (value > 0 or path not in _RATES)
            return None if fits else "not_a_number"


def sqlite_file(store: str) -> Path | None:
    """Return the file of a SQLite database's address, None for another database."""
    scheme, _, path = store.partition(":///")
    return Path(path) if scheme == "sqlite" and path else None


def _address(root: Path, store: str) -> str:
    """Return a database address; a plain path is a SQLite file."""
    if "://" in store:
        return store
    return f"sqlite:///{(root / store).resolve()}"
