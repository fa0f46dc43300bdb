"""The tables of the staff room: accounts, sessions, who did what, and what staff made of questions.

They stand beside those of `tables` under the same naming: `all_tables` holds both.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from bot.storage.tables import RowId, metadata

# What staff made of a question, by its folded form: asked again it is not shown again.
question_marks = Table(
    "question_marks",
    metadata,
    Column("folded", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    # The entry it belongs to, the subject it is near; empty for what is ignored.
    Column("about", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Double, nullable=False),
)

# A few questions a week that were surely answered, for two of the staff to say whether rightly.
samples = Table(
    "samples",
    metadata,
    Column("id", RowId, primary_key=True),
    # The Monday, as an ISO date.
    Column("week", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("language", Text, nullable=False),
    # The lowest of a week stay: each question had the same chance.
    Column("chance", Double, nullable=False),
    Column("asker", Text, index=True),
    Index("ix_samples_week_chance", "week", "chance"),
)

sample_marks = Table(
    "sample_marks",
    metadata,
    Column("sample_id", BigInteger, primary_key=True),
    Column("who", Text, primary_key=True),
    Column("is_right", Boolean, nullable=False),
    Column("at", Double, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    # By argon2; the account cannot be used while it is empty.
    Column("password", Text, nullable=False),
    # The secret of one-time codes where they are asked for, and the last step one was taken of: none counts twice.
    Column("totp", Text),
    Column("totp_step", BigInteger, nullable=False, server_default=text("0")),
    Column("created", Double, nullable=False),
    Column("disabled", Double),
    # The numbers of the regions they are there for, with spaces between; none: all.
    Column("regions", Text, nullable=False, server_default=text("''")),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    # A digest of the cookie's secret.
    Column("mark", Text, primary_key=True),
    Column("name", Text, ForeignKey("staff.name"), nullable=False, index=True),
    Column("began", Double, nullable=False),
    Column("seen", Double, nullable=False),
)

# Failures to sign in, by whom and from where, as digests.
staff_failures = Table(
    "staff_failures",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last", Double, nullable=False),
)

# Who did what; triggers of the database refuse every change of a row.
staff_audit = Table(
    "staff_audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", Double, nullable=False),
    Column("who", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("about", Text, nullable=False),
    sqlite_autoincrement=True,
)

#: Every table of the store: migrations, copies and checks go over all of them.
all_tables: Final = metadata
