"""Statements of the hot path: written once, handed to the driver as they are.

SQLAlchemy's own execution costs ten times what SQLite needs for a statement, and a message needs eight of them.
Everything else (connections, transactions, tables, migrations, what is rarely run) stays SQLAlchemy's. `:name` is a
value; `list(:name)` a list of texts, to stand after IN or NOT IN.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

Values = Mapping[str, Any]

_LIST: Final = re.compile(r"\blist\(:(\w+)\)")
_VALUE: Final = re.compile(r":(\w+)")


class Prepared:
    """One statement, in the spelling of each driver."""

    def __init__(self, sql: str) -> None:
        self._lists = tuple(_LIST.findall(sql))
        self._sqlite = _LIST.sub(r"(SELECT value FROM json_each(:\1))", sql)
        assert "%" not in sql and "::" not in sql  # noqa: PT018
        self._psycopg = _VALUE.sub(r"%(\1)s", _LIST.sub(r"(SELECT unnest(CAST(:\1 AS text[])))", sql))

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """Return the rows found, as tuples."""
        cursor = connection.connection.cursor()
        try:
            if connection.dialect.name == "sqlite":
                cursor.execute(self._sqlite, self._listed(values))
            else:
                cursor.execute(self._psycopg, values)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def value(self, connection: Connection, values: Values) -> Any:
        """Return the first column of the only row, None without one."""
        rows = self.rows(connection, values)
        return rows[0][0] if rows else None

    def run(self, connection: Connection, each: Sequence[Values]) -> None:
        """Run the statement once for each of these values, in their order."""
        if not each:
            return
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(self._sqlite if connection.dialect.name == "sqlite" else self._psycopg, each)
        finally:
            cursor.close()

    def _listed(self, values: Values) -> Values:
        return {**values, **{name: json.dumps(list(values[name])) for name in self._lists}} if self._lists else values
