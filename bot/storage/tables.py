"""The tables, as SQLAlchemy knows them; the migrations make the same ones, and a test holds both to it.

Time is kept as seconds since 1970 in UTC, in double precision: both databases compare and index it alike. A person is
known here by a random key alone; what a platform calls them stands in `identifiers` and, until a reply is sent, in
`outbox.address`.

Conversations and replies stand in their columns as JSON. A field added to either needs a default: rows of yesterday are
read with it. A row that cannot be read is an error, never a fresh start that would silently lose what was said.
"""

from functools import cache, lru_cache
from typing import Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.conversation.conversation import Conversation
from bot.message import Reply

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only in a column of type INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
_IS_WAITING = text("state = 'waiting'")
_IS_HELD = text("state = 'held'")
_HAS_HELD = text("held > 0")
_IS_OPEN = text("state = 'open'")
_IS_KEPT_BACK = text("state = 'held'")

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created", Double, nullable=False),
    # Who wants nothing sent that they did not ask for: see `bot.storage.notices`.
    Column("is_stopped", Boolean, nullable=False, server_default=false()),
)

identifiers = Table(
    "identifiers",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False, index=True),
    # A name that can pass to somebody else one day, as a phone number does: see `bot.storage.identity`.
    Column("is_lent", Boolean, nullable=False, server_default=false()),
)

conversations = Table(
    "conversations",
    metadata,
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated", Double, nullable=False),
    # The place of the last bubble of the person: see `inbox.place`.
    Column("place", BigInteger, nullable=False),
    # How much of their allowance a person has used, how many of their messages wait for it, whether they were told:
    # see `bot.storage.inbox`.
    Column("rested", Double, nullable=False, server_default=text("0")),
    Column("held", Integer, nullable=False, server_default=text("0")),
    Column("is_slowed", Boolean, nullable=False, server_default=false()),
    # Not on `rested`, which changes with every message.
    Index("ix_conversations_held", "person", sqlite_where=_HAS_HELD, postgresql_where=_HAS_HELD),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("channel", Text, nullable=False),
    # A digest of channel and external id: a platform's message ids can hold a phone number.
    Column("mark", LargeBinary, nullable=False),
    Column("address", Text, nullable=False),
    Column("alias", Text),
    # Empty until attended or put aside.
    Column("person", Text),
    Column("raw", LargeBinary, nullable=False),
    Column("received", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    # What the person is shown to have said, once attended: a kind of content and its words.
    Column("kind", Text),
    Column("said", Text),
    # The order of a person's bubbles over both sides: microseconds since 1970, made to grow strictly.
    Column("place", BigInteger),
    UniqueConstraint("mark"),
    Index("ix_inbox_waiting", "id", sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING),
    Index("ix_inbox_held", "person", "id", sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
    Index("ix_inbox_person_place", "person", "place"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    # Empty once sent.
    Column("address", Text, nullable=False),
    # The message it answers; empty for what staff say.
    Column("inbox_id", BigInteger),
    Column("who", Text, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("reply", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("due", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Double),
    Column("platform_id", Text),
    Column("status", Text),
    Column("error", Text),
    # Since when it is being sent, or may have been: empty once what became of it is known.
    Column("sending_at", Double),
    # Put off because the whole platform failed: see `outbox.wake`.
    Column("backs_off", Boolean, nullable=False, server_default=false()),
    Index("ix_outbox_waiting", "channel", "id", sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING),
    Index("ix_outbox_due", "channel", "due", sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING),
    Index("ix_outbox_person_place", "person", "place"),
    Index("ix_outbox_platform_id", "platform_id"),
    # A row's number is told to the platform: it must not be used again once the row is forgotten.
    sqlite_autoincrement=True,
)

# What could not be read, as it came; staff look at it.
unread = Table(
    "unread",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("channel", Text, nullable=False),
    # As in the inbox.
    Column("mark", LargeBinary, nullable=False),
    Column("why", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received", Double, nullable=False),
    # The names of people that stand in it, each between line feeds, so that it goes when one of them is forgotten.
    Column("addresses", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("mark"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("opened", Double, nullable=False),
    Column("closed", Double),
    # Who of the staff has it and since when; empty where nobody does.
    Column("taken_by", Text),
    Column("taken", Double),
    # When the person was told that nobody has answered yet.
    Column("told", Double),
    Index("ix_cases_open", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    sqlite_autoincrement=True,
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Double, nullable=False),
    # Who of the staff wrote it, where it came through the staff room.
    Column("by", Text),
)

# What staff answered: kept back for a minute in which it can be taken back, then in the outbox by its number.
case_answers = Table(
    "case_answers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    # What a form is sent once by, however often it is clicked.
    Column("key", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("due", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("outbox_id", BigInteger),
    UniqueConstraint("key"),
    Index("ix_case_answers_held", "due", sqlite_where=_IS_KEPT_BACK, postgresql_where=_IS_KEPT_BACK),
)

# Who of the staff has which case before them, so that two of them see each other.
case_views = Table(
    "case_views",
    metadata,
    Column("case_id", Integer, primary_key=True),
    Column("who", Text, primary_key=True),
    Column("at", Double, nullable=False),
)

saved_replies = Table(
    "saved_replies",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("title", Text, nullable=False),
    Column("ar", Text, nullable=False),
    Column("fr", Text, nullable=False),
)

# No finer time than the day, and of who asked only a digest by which forgetting finds what was theirs.
questions = Table(
    "questions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False, index=True),
    Column("zone", Text, nullable=False),
    # The best entries' ids, best first, parted by spaces.
    Column("best", Text, nullable=False),
    Column("chosen", Text),
    Column("language", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("asker", Text, index=True),
)

# Sheets that were given, by their codes: what stands on them, and what an office made of it. Of who has one there is
# only a digest by which forgetting finds it.
sheets = Table(
    "sheets",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("code", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("asker", Text, nullable=False, index=True),
    Column("mark", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("marked", Double),
    Column("by", Text, nullable=False),
    UniqueConstraint("code"),
)

# Conversations whose person goes on with them on another channel; a row is gone once it has been used.
moves = Table(
    "moves",
    metadata,
    Column("code", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("created", Double, nullable=False),
)

# How many codes that led to nothing somebody has tried: a person, or one of the staff.
code_tries = Table(
    "code_tries",
    metadata,
    Column("who", Text, primary_key=True),
    Column("since", Double, nullable=False),
    Column("tries", Integer, nullable=False),
)

# Of what a person wants to be told: `caravan:11`, the caravan in a region; `scheme:tpme`, changes of a scheme.
wanted = Table(
    "wanted",
    metadata,
    Column("person", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("created", Double, nullable=False),
    Index("ix_wanted_topic_person", "topic", "person"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("ar", Text, nullable=False),
    Column("fr", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("ended", Double),
    # Where it stands: see `bot.storage.notices`.
    Column("state", Text, nullable=False, server_default=text("'begun'")),
    # Who of the staff wrote or confirmed it; empty where a command did.
    Column("by", Text, nullable=False, server_default=text("''")),
    # What a form is sent once by, however often it is clicked; of a proposal, what change it is about.
    Column("mark", Text),
    # Of a proposal, what has changed, as JSON: lines in each language.
    Column("why", Text, nullable=False, server_default=text("''")),
    # Whether only those are told to whom it says something besides.
    Column("is_narrow", Boolean, nullable=False, server_default=false()),
    Index("ix_notices_mark", "mark", unique=True),
)

# What a notice says to one person besides, as long as they have told nothing else since: their result that changes.
notice_lines = Table(
    "notice_lines",
    metadata,
    Column("notice", BigInteger, primary_key=True),
    Column("person", Text, primary_key=True, index=True),
    Column("version", Integer, nullable=False),
    Column("ar", Text, nullable=False),
    Column("fr", Text, nullable=False),
)

# The rules of each scheme as they were last looked at, by a digest: a change made while no guide ran is seen too.
rules_seen = Table(
    "rules_seen",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("digest", Text, nullable=False),
)

# Who has had a notice, written with the reply itself: each person has it once, however often sending is begun.
notice_sent = Table(
    "notice_sent",
    metadata,
    Column("notice", BigInteger, primary_key=True),
    Column("person", Text, primary_key=True, index=True),
    Column("outcome", Text, nullable=False),
    # The reply that holds it: who says stop before it is sent does not get it.
    Column("outbox_id", BigInteger),
)

# On PostgreSQL the key of the digests, where all programs find it; on SQLite it lies in a file beside the database.
keys = Table(
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

counts = Table(
    "counts",
    metadata,
    Column("day", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("name", Text, primary_key=True),
    #: When it was kept, or found good again.
    Column("kept", Double, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

_encode: Final = msgspec.json.Encoder().encode


@cache
def _conversations() -> "msgspec.json.Decoder[Conversation]":
    return msgspec.json.Decoder(Conversation)


@cache
def _replies() -> "msgspec.json.Decoder[Reply]":
    return msgspec.json.Decoder(Reply)


def encoded(value: Conversation | Reply) -> str:
    """Return `value` as it is stored; a lone surrogate in it raises."""
    return _encode(value).decode()


def stored_conversation(stored: str) -> Conversation:
    """Return the conversation in a row; what does not fit raises `msgspec.ValidationError`."""
    return _conversations().decode(stored)


@lru_cache(256)
def stored_reply(stored: str) -> Reply:
    """Return the reply in a row; what does not fit raises `msgspec.ValidationError`.

    The last few are remembered: most of what is said is the same few hundred questions and answers.
    """
    return _replies().decode(stored)
