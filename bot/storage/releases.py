"""Releases of the content kept ready in a shared database: each program takes them from there, whichever made them."""

import contextlib
from collections.abc import Callable, Iterator
from time import monotonic, sleep, time
from typing import Final, TypeVar

from sqlalchemy import Connection, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.storage.schema import known_url, opening
from bot.storage.tables import releases

T = TypeVar("T")

#: How long a program waits for another one that makes a release, in seconds, before it makes it itself; and how often
#: it looks.
_ANOTHERS: Final = 120.0
_LOOK: Final = 0.2
_TRY: Final = text("SELECT pg_try_advisory_lock(7303, hashtext(:name))")


class DatabaseKeep:
    """The table of releases. A database that refuses is as if nothing were kept: the release is made again."""

    def __init__(self, url: str, keeping: int) -> None:
        """Take the database's address and how many releases are kept."""
        self._keeping = keeping
        with opening(url):
            # A connection for each look: there are two at a start, and one or two an edit.
            self._engine = create_engine(known_url(url), poolclass=NullPool, hide_parameters=True)

    def taken(self, name: str) -> bytes | None:
        """Return what was kept by that name."""
        return self._done(lambda at: at.execute(select(releases.c.body).where(releases.c.name == name)).scalar())

    def last(self) -> bytes | None:
        """Return what was kept, or found good again, last."""
        newest = select(releases.c.body).order_by(releases.c.kept.desc()).limit(1)
        return self._done(lambda at: at.execute(newest).scalar())

    def put(self, name: str, raw: bytes) -> None:
        """Keep a good release as the last one, and forget older ones."""

        def kept(at: Connection) -> None:
            at.execute(delete(releases).where(releases.c.name == name))
            # Not as values of the statement: what is compiled of it is remembered, and they with it.
            at.execute(insert(releases), {"name": name, "kept": time(), "body": raw})
            named = at.execute(select(releases.c.name).order_by(releases.c.kept.desc())).scalars().all()
            at.execute(delete(releases).where(releases.c.name.in_(named[self._keeping :])))

        self._done(kept)

    def again(self, name: str) -> None:
        """Take what was kept by that name for the last good one."""
        self._done(lambda at: at.execute(update(releases).where(releases.c.name == name).values(kept=time())))

    @contextlib.contextmanager
    def making(self, name: str) -> Iterator[None]:
        """Run the block when no other program makes that release, or after two minutes.

        The server's lock ends with the connection, and that with its program, however it ends.
        """
        with contextlib.ExitStack() as held:
            with contextlib.suppress(SQLAlchemyError, OSError):
                if self._engine.dialect.name == "postgresql":
                    connection = held.enter_context(self._engine.connect())
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    ends = monotonic() + _ANOTHERS
                    while not connection.execute(_TRY, {"name": name}).scalar() and monotonic() < ends:
                        sleep(_LOOK)
            yield

    def _done(self, work: Callable[[Connection], T]) -> T | None:
        with contextlib.suppress(SQLAlchemyError, OSError), self._engine.begin() as connection:
            return work(connection)
        return None
