"""`config.yaml` and the command line as one frozen value; everything that is wrong is told at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.content.reading import ContentError, Document, Mistakes, read

FILE: Final = "config.yaml"
#: Every key that may stand in the file, by its path, and what stands in its place when it is left out.
_DEFAULTS: Final[dict[tuple[str, ...], Any]] = {
    ("web", "host"): "127.0.0.1",
    ("web", "port"): 8080,
    ("store",): "var/dalil.db",
    ("content",): ".",
    ("reload_every",): 5.0,
}
_GROUPS: Final = frozenset(path[0] for path in _DEFAULTS if len(path) > 1)
_HIGHEST_PORT: Final = 65_535


class ConfigError(Exception):
    """The configuration cannot be used; holds every mistake in it."""

    def __init__(self, mistakes: list[ContentError]) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes))
        self.mistakes = mistakes


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
    if mistakes.errors:
        raise ConfigError(sorted(mistakes.errors))
    return Config(
        host=values["web", "host"],
        port=values["web", "port"] if port is None else port,
        store=_address(root, store or values["store",]),
        content=(content or root / values["content",]).resolve(),
        reload_every=float(values["reload_every",]),
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
        if len(here) == 1 and key in _GROUPS:
            _take(document, inside, here, values, mistakes)
        elif here not in _DEFAULTS:
            mistakes.add("key_unknown", document.where(*here), key=".".join(here))
        elif (wrong := _wrong(here, inside)) is not None:
            mistakes.add(wrong, document.where(*here), key=".".join(here), problem=inside)
        else:
            values[here] = inside


def _wrong(path: tuple[str, ...], value: Any) -> str | None:
    """Return the kind of mistake in a value, None when there is none."""
    match _DEFAULTS[path]:
        case str():
            return None if isinstance(value, str) and value else "not_text"
        case int():
            fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _HIGHEST_PORT
            return None if fits else "not_a_number"
        case _:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
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
