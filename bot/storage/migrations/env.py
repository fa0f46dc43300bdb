"""Alembic's entry: runs the revisions on the connection that `bot.storage.schema` hands in.

By hand, to write a new revision: `alembic -x url=sqlite:///var/dalil.db revision --autogenerate -m "..."`.
"""

from alembic import context
from sqlalchemy import Connection, create_engine

from bot.storage.staff_tables import all_tables


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=all_tables, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


handed_in = context.config.attributes.get("connection")
if handed_in is not None:
    run(handed_in)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).begin() as opened:
        run(opened)
