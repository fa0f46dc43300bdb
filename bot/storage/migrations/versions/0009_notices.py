"""Notices that staff begin, stop and confirm: where each stands, by whom; what is said to one person besides."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NOTICES = ("state", "by", "mark", "why", "is_narrow")


def upgrade() -> None:
    op.add_column("notices", sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'begun'")))
    op.add_column("notices", sa.Column("by", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("notices", sa.Column("mark", sa.Text()))
    op.add_column("notices", sa.Column("why", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("notices", sa.Column("is_narrow", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_notices_mark"), "notices", ["mark"], unique=True)
    op.execute(sa.text("UPDATE notices SET state = 'sent' WHERE ended IS NOT NULL"))
    op.add_column("notice_sent", sa.Column("outbox_id", sa.BigInteger()))
    op.create_table(
        "notice_lines",
        sa.Column("notice", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ar", sa.Text(), nullable=False),
        sa.Column("fr", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("notice", "person", name=op.f("pk_notice_lines")),
    )
    op.create_index(op.f("ix_notice_lines_person"), "notice_lines", ["person"])
    op.create_table(
        "rules_seen",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", name=op.f("pk_rules_seen")),
    )


def downgrade() -> None:
    op.drop_table("rules_seen")
    op.drop_table("notice_lines")
    op.drop_column("notice_sent", "outbox_id")
    op.drop_index(op.f("ix_notices_mark"), "notices")
    for column in reversed(_NOTICES):
        op.drop_column("notices", column)
