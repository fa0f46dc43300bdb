"""Digests by a key, questions that forgetting reaches, and no raw message once it is attended."""

from secrets import token_bytes

import sqlalchemy as sa
from alembic import context, op

from bot.storage.files import rekeyed

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Rows at a time.
_ROWS = 10_000


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keys")),
    )
    op.add_column("questions", sa.Column("asker", sa.Text(), nullable=True))
    op.create_index(op.f("ix_questions_asker"), "questions", ["asker"], unique=False)
    # Whose the older ones are is not known: they go with their age.
    op.execute("DELETE FROM questions WHERE zone = 'sure'")
    connection = op.get_bind()
    key = context.config.attributes.get("key")
    if key is None:
        key = token_bytes(32)
        connection.execute(sa.text("INSERT INTO keys (name, key) VALUES ('digests', :key)"), {"key": key})
    for table in ("inbox", "unread"):
        _rekey(connection, table, key)
    connection.execute(sa.text("UPDATE inbox SET raw = :nothing WHERE state = 'done'"), {"nothing": b""})


def _rekey(connection: sa.Connection, table: str, key: bytes) -> None:
    rows = sa.text(f"SELECT id, mark FROM {table} WHERE id > :after ORDER BY id LIMIT :most")  # noqa: S608
    change = sa.text(f"UPDATE {table} SET mark = :mark WHERE id = :id")  # noqa: S608
    after = 0
    while found := connection.execute(rows, {"after": after, "most": _ROWS}).all():
        after = found[-1].id
        connection.execute(change, [{"id": row.id, "mark": rekeyed(key, bytes(row.mark))} for row in found])


def downgrade() -> None:
    # The digests stay keyed: a message that comes again within the week counts again.
    op.drop_index(op.f("ix_questions_asker"), table_name="questions")
    op.drop_column("questions", "asker")
    op.drop_table("keys")
