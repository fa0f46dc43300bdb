"""Sheets kept under a code, conversations that move by one, codes tried; notices, who asked for them and had them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("notice_sent", "notices", "wanted", "code_tries", "moves", "sheets")


def upgrade() -> None:
    op.create_table(
        "sheets",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("marked", sa.Double()),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
        sa.UniqueConstraint("code", name=op.f("uq_sheets_code")),
    )
    op.create_index(op.f("ix_sheets_asker"), "sheets", ["asker"])
    op.create_table(
        "moves",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_person"), "moves", ["person"])
    op.create_table(
        "code_tries",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_code_tries")),
    )
    op.create_table(
        "wanted",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("person", "topic", name=op.f("pk_wanted")),
    )
    op.create_index(op.f("ix_wanted_topic_person"), "wanted", ["topic", "person"])
    op.create_table(
        "notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("ar", sa.Text(), nullable=False),
        sa.Column("fr", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_table(
        "notice_sent",
        sa.Column("notice", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("notice", "person", name=op.f("pk_notice_sent")),
    )
    op.create_index(op.f("ix_notice_sent_person"), "notice_sent", ["person"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
