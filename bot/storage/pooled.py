"""Connections to a server that are used again and again."""

from time import monotonic
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

#: The name, among what is known of a connection to a server, of when it was last used; and after how many seconds
#: without use it is looked at before it is used again.
_USED: Final = "dalil_used"
_IDLE: Final = 1.0


def look_before_use(engine: Engine) -> None:
    """Have a connection to a server that was not used for a moment be looked at before it is used again.

    A server that was started anew meanwhile has ended it. To look each time costs as much as most of what is asked.
    """

    def returned(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = monotonic()

    def wanted(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if connection.closed or monotonic() - record.info.get(_USED, 0.0) > _IDLE:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine, "checkin", returned)
    event.listen(engine, "checkout", wanted)
