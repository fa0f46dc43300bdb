"""Replies that are being sent, and those put off because a whole platform failed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("sending_at", sa.Double(), nullable=True))
    op.add_column("outbox", sa.Column("backs_off", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("outbox", "backs_off")
    op.drop_column("outbox", "sending_at")
