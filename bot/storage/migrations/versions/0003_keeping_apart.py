"""Names that pass to somebody else, messages put aside in a flood, and whose the unread things are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identifiers", sa.Column("is_lent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("conversations", sa.Column("rested", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.add_column("conversations", sa.Column("held", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("conversations", sa.Column("is_slowed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_conversations_held",
        "conversations",
        ["person"],
        unique=False,
        sqlite_where=sa.text("held > 0"),
        postgresql_where=sa.text("held > 0"),
    )
    op.create_index(
        "ix_inbox_held",
        "inbox",
        ["person", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.add_column("unread", sa.Column("addresses", sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    # What was put aside is attended at once by the release before.
    op.execute("UPDATE inbox SET state = 'waiting', person = NULL WHERE state = 'held'")
    op.drop_column("unread", "addresses")
    op.drop_index(
        "ix_inbox_held",
        table_name="inbox",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_index(
        "ix_conversations_held",
        table_name="conversations",
        sqlite_where=sa.text("held > 0"),
        postgresql_where=sa.text("held > 0"),
    )
    op.drop_column("conversations", "is_slowed")
    op.drop_column("conversations", "held")
    op.drop_column("conversations", "rested")
    op.drop_column("identifiers", "is_lent")
