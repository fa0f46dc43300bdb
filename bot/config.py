"""`config.yaml` and the command line as one frozen value; everything that is wrong is told at once.

A key is declared once, with its default, its bounds and an example: what is read, what is refused and what
`docs/configuration.md` tells all follow from that. The shapes are msgspec's, which the program has loaded anyway:
pydantic's would keep 7 MB more in every running guide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from bot.content.reading import ContentError, Mistakes, YamlDocument, read
from bot.message import LANGUAGES, Language

FILE: Final = "config.yaml"
#: Days that messages are kept at least, unless for ever (0): WhatsApp delivers again for 7, and a message of which
#: nothing is known any more would count again.
_LEAST_DAYS: Final = 8

_Group = TypeVar("_Group", bound=Struct)

#: An address of which a machine looks up the host and the port.
_ADDRESS: Final = {"is_address": True}
_Host = Annotated[str, Meta(pattern=r"^[\w.:-]+$", examples=["127.0.0.1"])]
_Port = Annotated[int, Meta(ge=0, le=65_535, examples=[8080])]
_Days = Annotated[float, Meta(ge=0, le=3650, examples=[90])]
_Id = Annotated[str, Meta(pattern="^[0-9]{0,30}$", examples=["106540352242922"])]
_TemplateCode = Annotated[str, Meta(pattern="^[a-z]{2,3}(_[A-Z]{2})?$", examples=["ar"])]
#: Messages a second; both platforms raise theirs to a thousand on request, and a Bot API server of one's own has none.
_PerSecond = Annotated[float, Meta(ge=0.1, le=1_000_000, examples=[30])]


class ConfigError(Exception):
    """The configuration cannot be used; holds every mistake in it."""

    def __init__(self, mistakes: list[ContentError]) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes))
        self.mistakes = mistakes


class WebConfig(Struct, frozen=True):
    """Where the web chat listens, and the address that people write; empty where it is not told."""

    host: _Host = "127.0.0.1"
    port: _Port = 8080
    address: Annotated[
        str, Meta(pattern=r"^(https?://[^/\s]+/?)?$", examples=["https://guide.example.ma"], extra=_ADDRESS)
    ] = ""
    #: Days after which a browser that has not come back is a new one.
    session_days: Annotated[float, Meta(ge=0.01, le=365, examples=[30])] = 30.0


class TelegramConfig(Struct, frozen=True, rename={"is_on": "on"}):
    """The guide on Telegram; without an address it fetches its updates."""

    is_on: bool = False
    address: Annotated[
        str,
        Meta(
            pattern=r"^(https://[^/\s]+(/[\w.-]+)+)?$", examples=["https://guide.example.ma/telegram"], extra=_ADDRESS
        ),
    ] = ""
    base: Annotated[
        str, Meta(pattern=r"^https?://[!-.0-~]+/?$", examples=["https://api.telegram.org"], extra=_ADDRESS)
    ] = "https://api.telegram.org"
    per_second: _PerSecond = 30.0

    @property
    def path(self) -> str:
        """Return the path that the platform posts to; empty where updates are fetched."""
        return urlsplit(self.address).path


class TemplateConfig(Struct, frozen=True):
    """The template that invites to write again, and its code in each language; no name where there is none."""

    name: Annotated[str, Meta(pattern="^[a-z0-9_]{0,512}$", examples=["reply_waiting"])] = ""
    ar: _TemplateCode = "ar"
    fr: _TemplateCode = "fr"

    @property
    def codes(self) -> Mapping[Language, str]:
        """Return the template's code in each language."""
        return {language: getattr(self, language) for language in LANGUAGES}


class WhatsAppConfig(Struct, frozen=True, rename={"is_on": "on"}):
    """The guide on WhatsApp, and what it costs: `budget` is 0 where nobody set one."""

    is_on: bool = False
    number_id: _Id = ""
    #: The WhatsApp Business account of the number; only `dalil doctor` needs it, to look at its templates.
    account_id: _Id = ""
    address: Annotated[
        str,
        Meta(
            pattern=r"^(https://[^/\s]+(/[\w.-]+)+)?$", examples=["https://guide.example.ma/whatsapp"], extra=_ADDRESS
        ),
    ] = ""
    base: Annotated[
        str, Meta(pattern=r"^https?://[!-.0-~]+/?$", examples=["https://graph.facebook.com"], extra=_ADDRESS)
    ] = "https://graph.facebook.com"
    version: Annotated[str, Meta(pattern=r"^v[0-9]{1,3}\.[0-9]$", examples=["v25.0"])] = "v25.0"
    per_second: _PerSecond = 80.0
    template: TemplateConfig = TemplateConfig()
    #: Service messages a month that cost nothing, since 2026-10-01; before, none cost anything.
    #: WhatsApp Business Platform, "Pricing updates of 2026-10-01", read 2026-11-23.
    free_messages: Annotated[int, Meta(ge=0, le=1_000_000_000, examples=[1000])] = 1000
    price: Annotated[float, Meta(ge=0, le=1000, examples=[0.05])] = 0.0
    budget: Annotated[float, Meta(ge=0, le=1_000_000_000, examples=[500])] = 0.0
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["MAD"])] = "MAD"

    @property
    def path(self) -> str:
        """Return the path that the platform posts to."""
        return urlsplit(self.address).path or "/whatsapp"


class FloodConfig(Struct, frozen=True):
    """How many messages of one person are answered at once: see `bot.reception.floods`; 0 messages: no limit."""

    messages: Annotated[int, Meta(ge=0, le=100_000, examples=[60])] = 60
    seconds: Annotated[float, Meta(ge=0.1, le=86_400, examples=[60])] = 60.0
    waiting: Annotated[int, Meta(ge=1, le=100_000, examples=[100])] = 100
    #: The same for all who reach the web chat from one internet address: see `bot.channels.web.guards`.
    from_address: Annotated[int, Meta(ge=0, le=10_000_000, examples=[3000])] = 3000


class KeepConfig(Struct, frozen=True):
    """How many days messages, what could not be read, and questions without an answer are kept; 0 for ever."""

    messages: _Days = 90.0
    unread: _Days = 30.0
    questions: _Days = 180.0
    #: Answers of whoever does not write for so long.
    facts: _Days = 30.0


class PrivacyConfig(Struct, frozen=True):
    """Who answers for what is kept of people, as law 09-08 has it told; empty where nobody has said it yet."""

    controller: Annotated[str, Meta(max_length=120, examples=["Chambre d'artisanat de …"])] = ""
    contact: Annotated[str, Meta(max_length=120, examples=["donnees@exemple.ma"])] = ""
    #: The number of the declaration to, or of the authorisation by, the CNDP.
    cndp: Annotated[str, Meta(max_length=60, examples=["D-123/2026"])] = ""


class MonitorConfig(Struct, frozen=True, rename={"is_on": "on"}):
    """Where `/livez`, `/readyz` and `/metrics` are served, beside the web chat: see `bot.monitoring`."""

    is_on: bool = True
    host: _Host = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, examples=[9464])] = 9464


class VoiceConfig(Struct, frozen=True):
    """The folder with the model that makes words of voices: see `bot.voice`; empty where voices are not heard."""

    model: Annotated[str, Meta(examples=["var/voice"])] = ""


class FiguresConfig(Struct, frozen=True, rename={"is_public": "public"}):
    """Whether everybody may see the figures at `/figures`: counts alone, and none below five."""

    is_public: bool = False


class LogConfig(Struct, frozen=True):
    """How the log is written: a line an event, as `key=value` or as a JSON object."""

    format: Literal["text", "json"] = "text"


class Config(Struct, frozen=True):
    """Where the guide listens, what it reads, where it keeps conversations."""

    web: WebConfig = WebConfig()
    #: A SQLite file, or an address that SQLAlchemy understands; once read it is always the latter.
    store: Annotated[str, Meta(pattern=r"^\S[^\n]*$", examples=["var/dalil.db"])] = "var/dalil.db"
    #: The folder that holds `faq/` and `flows/`.
    content: Annotated[Path, Meta(examples=["."])] = Path()
    #: Seconds; 0 never.
    reload_every: Annotated[float, Meta(ge=0, le=86_400, examples=[5])] = 5.0
    telegram: TelegramConfig = TelegramConfig()
    whatsapp: WhatsAppConfig = WhatsAppConfig()
    flood: FloodConfig = FloodConfig()
    keep: KeepConfig = KeepConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    monitor: MonitorConfig = MonitorConfig()
    figures: FiguresConfig = FiguresConfig()
    log: LogConfig = LogConfig()
    voice: VoiceConfig = VoiceConfig()

    @property
    def kept_in(self) -> Path | None:
        """Return the folder where releases are kept ready: that of a SQLite file, none beside another database."""
        path = sqlite_file(self.store)
        return path.parent if path else None

    @property
    def drafts_in(self) -> Path:
        """Return where drafts and published releases are kept: beside a SQLite file, else beside the content."""
        return (self.kept_in or self.content / "var") / "staff"


def load(
    root: Path,
    port: int | None = None,
    store: str | None = None,
    content: Path | None = None,
    monitor_port: int | None = None,
) -> Config:
    """Return the configuration in `root`, with what the command line gave instead; raise all mistakes as one."""
    mistakes = Mistakes()
    path = root / FILE
    document = read(root, path, mistakes) if path.exists() else None
    config = Config()
    if document is not None and document.value is not None:
        config = _shaped(Config, document.value, (), document, mistakes)
        _note_crossed(config, document, mistakes)
    if mistakes.errors:
        raise ConfigError(sorted(mistakes.errors))
    return msgspec.structs.replace(
        config,
        web=config.web if port is None else msgspec.structs.replace(config.web, port=port),
        monitor=config.monitor if monitor_port is None else msgspec.structs.replace(config.monitor, port=monitor_port),
        store=store_address(root, store or config.store),
        content=(content or root / config.content).resolve(),
    )


def place(root: Path, *path: str) -> str:
    """Return where a key stands in the file, or the group that it would stand in: `config.yaml:12`."""
    document = read(root, root / FILE, Mistakes()) if (root / FILE).exists() else None
    where = document.where(*path) if document is not None else None
    return f"{where.file}:{where.line}" if where is not None else FILE


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file: what stands in its place when it is left out, and what it may be."""

    path: tuple[str, ...]
    type: Any
    meta: Meta
    default: Any

    @property
    def name(self) -> str:
        """Return how the key is called outside the file."""
        return ".".join(self.path)

    @property
    def example(self) -> str:
        """Return a value that is allowed."""
        return str(self.meta.examples[0]) if self.meta.examples else "true"

    @property
    def choices(self) -> tuple[str, ...]:
        """Return all the values there are; none where they cannot be told one by one."""
        return get_args(self.type) if get_origin(self.type) is Literal else ()


def keys(group: type[Struct] = Config, path: tuple[str, ...] = ()) -> Iterator[Key]:
    """Yield every key that may stand in the file, in the order of the groups."""
    for field in msgspec.structs.fields(group):
        here = (*path, field.encode_name)
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            yield from keys(field.type, here)
        else:
            yield _key(here, field)


def _key(path: tuple[str, ...], field: msgspec.structs.FieldInfo) -> Key:
    kind, *metas = get_args(field.type) if get_origin(field.type) is Annotated else (field.type,)
    return Key(path, kind, metas[0] if metas else Meta(), field.default)


def _shaped(
    group: type[_Group], value: Any, path: tuple[str, ...], document: YamlDocument, mistakes: Mistakes
) -> _Group:
    """Return a group of the file, with the default of each value that is left out or wrong; what is wrong is noted."""
    if not isinstance(value, dict):
        mistakes.add("not_a_group", document.where(*path), key=".".join(path) or FILE)
        return group()
    fields = {field.encode_name: field for field in msgspec.structs.fields(group)}
    for name in value.keys() - fields.keys():
        _note_unknown((*path, name), list(fields), document, mistakes)
    taken: dict[str, Any] = {}
    for name in fields.keys() & value.keys():
        field, here = fields[name], (*path, name)
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            taken[field.name] = _shaped(field.type, value[name], here, document, mistakes)
            continue
        key = _key(here, field)
        try:
            taken[field.name] = _read(key, field.type, value[name])
        except ValueError:
            _note_wrong(key, value[name], document, mistakes)
    return group(**taken)


def _read(key: Key, kind: Any, value: Any) -> Any:
    """Return a value as its key has it; what it may not be is a `ValueError`."""
    if key.type is str and isinstance(value, int) and not isinstance(value, bool):
        # An id is written in digits, and means them.
        value = str(value)
    if key.type is Path:
        if not isinstance(value, str) or not value.strip():
            raise ValueError
        return Path(value)
    taken = msgspec.convert(value, kind)
    if (key.meta.extra or {}).get("is_address") and not _is_address(taken):
        raise ValueError
    return taken


def _note_unknown(path: tuple[str, ...], known: list[str], document: YamlDocument, mistakes: Mistakes) -> None:
    near = get_close_matches(str(path[-1]), known, 1)
    name = ".".join(map(str, path))
    if near:
        mistakes.add("key_misspelt", document.where(*path), key=name, near=near[0])
    else:
        mistakes.add("key_not_among", document.where(*path), key=name, allowed=", ".join(known))


def _note_wrong(key: Key, value: Any, document: YamlDocument, mistakes: Mistakes) -> None:
    """Note a value that its key may not have, with what it may have."""
    where = document.where(*key.path)
    written = "" if value is None else str(value)[:60]
    if key.type is bool:
        mistakes.add("not_yes_no", where, key=key.name)
    elif key.type in {int, float}:
        kind = "not_whole_within" if key.type is int else "not_within"
        least, most = f"{key.meta.ge:_}", f"{key.meta.le:_}"
        mistakes.add(kind, where, key=key.name, problem=written, least=least, most=most, example=key.example)
    elif key.choices:
        mistakes.add("not_a_choice", where, key=key.name, allowed=", ".join(key.choices))
    else:
        mistakes.add("not_so_written", where, key=key.name, problem=written, example=key.example)


def _note_crossed(config: Config, document: YamlDocument, mistakes: Mistakes) -> None:
    """Note what no key says by itself: values that do not go together."""
    if config.whatsapp.is_on and not config.whatsapp.number_id:
        mistakes.add("key_missing", document.where("whatsapp", "on"), key="whatsapp.number_id")
    if config.telegram.address and config.telegram.path == config.whatsapp.path:
        where = document.where("whatsapp")
        mistakes.add("wrong_value", where, key="whatsapp.address", problem="= telegram.address")
    if config.monitor.is_on and config.monitor.port == config.web.port != 0:
        mistakes.add("wrong_value", document.where("monitor", "port"), key="monitor.port", problem="= web.port")
    if 0 < config.keep.messages < _LEAST_DAYS:
        where = document.where("keep", "messages")
        days = config.keep.messages
        mistakes.add("days_too_few", where, key="keep.messages", problem=f"{days:g}", least=_LEAST_DAYS)


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


def sqlite_file(store: str) -> Path | None:
    """Return the file of a SQLite database's address, None for another database."""
    scheme, _, path = store.partition(":///")
    return Path(path) if scheme == "sqlite" and path else None


def store_address(root: Path, store: str) -> str:
    """Return a database address; a plain path is a SQLite file."""
    if "://" in store:
        return store
    return f"sqlite:///{(root / store).resolve()}"
