"""`config.yaml` and the environment as one frozen value; everything that is wrong in them is told at once."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from bot.content.reading import ContentError, Mistakes, Model, read, shaped

FILE = "config.yaml"


class ConfigError(Exception):
    """The configuration cannot be used; holds every mistake in it."""

    def __init__(self, mistakes: list[ContentError]) -> None:
        super().__init__("\n".join(f"{m.where.file}:{m.where.line}: {m.message} {m.remedy}" for m in mistakes))
        self.mistakes = mistakes


class _Web(Model):
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class _Config(Model):
    web: _Web = _Web()
    store: str = "var/dalil.db"
    content: str = "."
    reload_every: float = Field(default=5, ge=0)


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
        scheme, _, path = self.store.partition(":///")
        return Path(path).parent if scheme == "sqlite" and path else None


def load(
    root: Path, port: int | None = None, store: str | None = None, content: Path | None = None
) -> Config:
    """Return the configuration in `root`, with what the command line gave instead; raise `ConfigError` with all mistakes."""
    mistakes = Mistakes()
    path = root / FILE
    shape: _Config | None = _Config()
    if path.exists():
        document = read(root, path, mistakes)
        if document is not None:
            shape = shaped(_Config, document, mistakes) if document.value is not None else _Config()
    if shape is None or mistakes.errors:
        raise ConfigError(mistakes.errors)
    return Config(
        host=shape.web.host,
        port=shape.web.port if port is None else port,
        store=_address(root, store or shape.store),
        content=(content or root / shape.content).resolve(),
        reload_every=shape.reload_every,
    )


def _address(root: Path, store: str) -> str:
    """Return a database address; a plain path is a SQLite file."""
    if store.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + store.partition("://")[2]
    if "://" in store:
        return store
    return f"sqlite:///{(root / store).resolve()}"
