"""Statements of the hot path: written once, handed to the driver as they are.

SQLAlchemy's own execution costs ten times what SQLite needs for a statement, and a message needs eight of them.
Everything else (connections, transactions, tables, migrations, what is rarely run) stays SQLAlchemy's. `:name` is a
value; `list(:name)` a list of texts, `numbers(:name)` one of whole numbers, to stand after IN or NOT IN.

On SQLite many rows are one statement: its driver lets go of the interpreter for every statement, and under load waits
for it longer than the statement takes. psycopg sends many at once by itself.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection

Values = Mapping[str, Any]

_LIST: Final = re.compile(r"\b(list|numbers)\(:(\w+)\)")
_TYPES: Final = {"list": "text[]", "numbers": "bigint[]"}
_VALUE: Final = re.compile(r":(\w+)")
_INSERT: Final = re.compile(r"(INSERT INTO .+? VALUES )(\(.+?\))( ON CONFLICT [^:]+)?")
_UPDATE: Final = re.compile(r"(UPDATE .+? SET .+?)( WHERE .+)")
#: Rows of the longest statement.
_MOST: Final = 64


class Statement:
    """One statement, in the spelling of each driver."""

    def __init__(self, sql: str) -> None:
        self._lists = tuple(name for _, name in _LIST.findall(sql))
        self._plain = sql
        self._sqlite = _LIST.sub(r"(SELECT value FROM json_each(:\2))", sql)
        assert "%" not in sql and "::" not in sql  # noqa: PT018
        told = _LIST.sub(lambda found: f"(SELECT unnest(CAST(:{found[2]} AS {_TYPES[found[1]]})))", sql)
        self._psycopg = _VALUE.sub(r"%(\1)s", told)

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
        """Run the statement once for each of these values, in their order; no two may be about the same row."""
        if not each:
            return
        cursor = connection.connection.cursor()
        try:
            if connection.dialect.name != "sqlite":
                cursor.executemany(self._psycopg, each)
                return
            for part in _parts(each):
                together = _together(self._plain, len(part)) if len(part) > 1 else None
                if together is None:
                    cursor.executemany(self._sqlite, part)
                else:
                    sql, names = together
                    cursor.execute(sql, [values[name] for values in part for name in names])
        finally:
            cursor.close()

    def _listed(self, values: Values) -> Values:
        return {**values, **{name: json.dumps(list(values[name])) for name in self._lists}} if self._lists else values


def _parts(each: Sequence[Values]) -> Iterator[Sequence[Values]]:
    """Return the rows in parts of 64, 32, 16 …: few lengths, whose statements the driver remembers."""
    begin, length = 0, _MOST
    while begin < len(each):
        while length > len(each) - begin:
            length //= 2
        yield each[begin : begin + length]
        begin += length


@lru_cache(1024)
def _together(sql: str, rows: int) -> tuple[str, Sequence[str]] | None:
    """Return a statement as one about so many rows, and the names of the values of each; None where there is no way."""
    if (insert := _INSERT.fullmatch(sql)) is not None:
        into, values, otherwise = insert.groups("")
        return f"{into}{', '.join([_VALUE.sub('?', values)] * rows)}{otherwise}", _VALUE.findall(values)
    if (update := _UPDATE.fullmatch(sql)) is not None and not _LIST.search(sql):
        names = list(dict.fromkeys(_VALUE.findall(sql)))
        columns = ", ".join(f"to_{name}" for name in names)
        values = ", ".join([f"({', '.join('?' * len(names))})"] * rows)
        sets, where = (_VALUE.sub(r"told.to_\1", part) for part in update.groups())
        return f"WITH told ({columns}) AS (VALUES {values}) {sets} FROM told{where}", names
    return None
