"""The database brought to the newest shape of the tables.

Alembic is imported only when there is something to migrate: a start with a database that is up to date must not wait
for it. `HEAD` is the newest revision; a test holds it to the files in `migrations/versions`.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

HEAD: Final = "0003"

#: A number of ours for PostgreSQL's advisory lock: two programs that start together migrate one after the other.
_MIGRATING: Final = 7_301_225


class NewerStoreError(Exception):
    """The database was made by a later release of the program than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database is at revision {revision}, this program knows {HEAD}: start the newer release")


def is_at_head(connection: Connection) -> bool:
    """Return whether the tables have their newest shape."""
    return _revision(connection) == HEAD


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection) -> None:
    """Bring the tables to their newest shape, all of it or nothing, in the transaction that is open."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    revision = _revision(connection)
    if revision == HEAD:  # Another program was faster.
        return
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerStoreError(revision)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
