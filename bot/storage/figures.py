"""How often what happened, by day; nothing here can be led back to a person."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, text

from bot.storage.prepared import Prepared

#: A day (ISO), what happened, about what.
Counted = tuple[str, str, str]

_COUNT: Final = Prepared(
    "INSERT INTO counts (day, kind, about, n) VALUES (:day, :kind, :about, :n)"
    " ON CONFLICT (day, kind, about) DO UPDATE SET n = counts.n + excluded.n"
)
_FIGURES: Final = text(
    "SELECT day, kind, about, n FROM counts WHERE day >= :first AND day <= :last ORDER BY day, kind, about"
)


def count(connection: Connection, happened: Mapping[Counted, int]) -> None:
    """Add to the counts; in their order, so that two programs never wait for each other in a ring."""
    _COUNT.run(
        connection,
        [{"day": day, "kind": kind, "about": about, "n": n} for (day, kind, about), n in sorted(happened.items())],
    )


def figures(connection: Connection, first: str, last: str) -> dict[Counted, int]:
    """Return the counts of the days from `first` to `last`, both included, as ISO dates."""
    rows = connection.execute(_FIGURES, {"first": first, "last": last})
    return {(day, kind, about): n for day, kind, about, n in rows}
