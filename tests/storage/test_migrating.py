import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import bot.storage
from bot.storage import NewerStoreError, Store
from bot.storage.schema import HEAD
from bot.storage.staff_tables import all_tables


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.storage.__file__).with_name("migrations")))
    return config


def test_head_is_the_newest_revision() -> None:
    """The revision that a start compares with is the newest of the migration files."""
    assert ScriptDirectory.from_config(_config()).get_current_head() == HEAD


def test_migrated_database_is_what_the_tables_say(empty_url: str) -> None:
    """An empty database is given exactly the tables and indexes that the program works with."""
    Store(empty_url).close()
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, all_tables) == []
        for name, table in all_tables.tables.items():
            made = {str(index["name"]) for index in inspect(connection).get_indexes(name)}
            assert {str(index.name) for index in table.indexes} <= made
            assert {key.name for key in table.primary_key} == set(
                inspect(connection).get_pk_constraint(name)["constrained_columns"]
            )
    engine.dispose()


def test_migrations_go_back(empty_url: str) -> None:
    """A migration can be taken back, and taken again."""
    Store(empty_url).close()
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    Store(empty_url).close()


def test_second_start_does_not_wait_for_alembic(tmp_path: Path) -> None:
    """A database that is up to date is opened without loading what migrates it."""
    url = f"sqlite:///{tmp_path / 'dalil.db'}"
    script = "import sys; from bot.storage import Store; Store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    loaded = [
        subprocess.run([sys.executable, "-c", script, url], check=True, capture_output=True, text=True).stdout.strip()
        for _ in range(2)
    ]
    assert loaded == ["True", "False"]


def test_program_older_than_its_database_says_so(url: str) -> None:
    """A database of a later release is refused, in words that say what to do."""
    Store(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(NewerStoreError, match="newer release"):
        Store(url)


def test_two_programs_start_at_once(empty_url: str) -> None:
    """Two programs that start together on an empty database both start."""
    script = "import sys; from bot.storage import Store; Store(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", script, empty_url], stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for one in started:
        assert one.communicate(timeout=60)[1] == ""
        assert one.returncode == 0
