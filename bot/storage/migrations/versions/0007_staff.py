"""The staff room: accounts, sessions, what was done; cases taken and answered; questions and samples marked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")
_HELD = sa.text("state = 'held'")
_TABLES = (
    "sample_marks",
    "samples",
    "question_marks",
    "saved_replies",
    "case_views",
    "case_answers",
    "staff_audit",
    "staff_failures",
    "staff_sessions",
    "staff",
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("taken_by", sa.Text()))
    op.add_column("cases", sa.Column("taken", sa.Double()))
    op.add_column("cases", sa.Column("told", sa.Double()))
    op.create_index("ix_cases_open", "cases", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.add_column("case_messages", sa.Column("by", sa.Text()))
    op.create_table(
        "case_answers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_answers_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_answers")),
        sa.UniqueConstraint("key", name=op.f("uq_case_answers_key")),
    )
    op.create_index(op.f("ix_case_answers_case_id"), "case_answers", ["case_id"])
    op.create_index("ix_case_answers_held", "case_answers", ["due"], sqlite_where=_HELD, postgresql_where=_HELD)
    op.create_table(
        "case_views",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "who", name=op.f("pk_case_views")),
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ar", sa.Text(), nullable=False),
        sa.Column("fr", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
    )
    op.create_table(
        "question_marks",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_question_marks")),
    )
    op.create_table(
        "samples",
        sa.Column("id", _ID, nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("asker", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
    )
    op.create_index("ix_samples_week_chance", "samples", ["week", "chance"])
    op.create_index(op.f("ix_samples_asker"), "samples", ["asker"])
    op.create_table(
        "sample_marks",
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "who", name=op.f("pk_sample_marks")),
    )
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("totp", sa.Text()),
        sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("disabled", sa.Double()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began", sa.Double(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["staff.name"], name=op.f("fk_staff_sessions_name")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_name"), "staff_sessions", ["name"])
    op.create_table(
        "staff_failures",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_staff_failures")),
    )
    op.create_table(
        "staff_audit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_audit")),
        sqlite_autoincrement=True,
    )
    _keep_audit()


def _keep_audit() -> None:
    """Have the database itself refuse to change what was done."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION staff_audit_stays() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit log is only ever appended to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER staff_audit_stays BEFORE UPDATE OR DELETE ON staff_audit"
            " FOR EACH ROW EXECUTE FUNCTION staff_audit_stays()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER staff_audit_no_{change.lower()} BEFORE {change} ON staff_audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END"
        )


def downgrade() -> None:
    # What was kept back goes with its table: the answer is written again.
    for name in _TABLES:
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION staff_audit_stays()")
    op.drop_column("case_messages", "by")
    op.drop_index("ix_cases_open", table_name="cases")
    for column in ("told", "taken", "taken_by"):
        op.drop_column("cases", column)
