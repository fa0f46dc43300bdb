"""Storage: tables, transactions, migrations; the only room that speaks SQL.

Everything here but `Store`, `Batches`, `sole_use`, `made` and `prune` is a function of a connection, to be handed to
`Store.write` or `Store.read`.
"""

from bot.storage.cases import (
    Case,
    CaseMessage,
    KeptUnread,
    NoSuchCaseError,
    Unreadable,
    answer_case,
    close_case,
    keep_unread,
    open_cases,
    unread_things,
)
from bot.storage.counts import AskedQuestion, Backlog, WaitingReplies, backlog, count, figures, unanswered_questions
from bot.storage.files import AtWorkError, open_to_others, sole_use
from bot.storage.identity import address_of, introduce, is_new, last_heard, last_raw, move, person_of, short
from bot.storage.inbox import (
    FloodStanding,
    PutAside,
    Update,
    Waiting,
    are_unchanged,
    count_attempts,
    count_held,
    is_settled,
    keep,
    keep_standings,
    put_aside,
    strangers,
    taken,
)
from bot.storage.outbox import (
    DeadLetter,
    Due,
    SendOutcome,
    came_back,
    dead_letters,
    handed_over,
    reopen,
    send_again,
    was_put_off,
)
from bot.storage.pruning import ClockWatch, Retention, newest, prune
from bot.storage.releases import DatabaseKeep
from bot.storage.schema import NewerStoreError, UnopenedStoreError, made
from bot.storage.statuses import StatusTold, note_statuses
from bot.storage.store import Store
from bot.storage.transcript import FromPerson, ToPerson, TranscriptBubble, transcript
from bot.storage.writers import Batches, StoreError

__all__ = [
    "AskedQuestion",
    "AtWorkError",
    "Backlog",
    "Batches",
    "Case",
    "CaseMessage",
    "ClockWatch",
    "DatabaseKeep",
    "DeadLetter",
    "Due",
    "FloodStanding",
    "FromPerson",
    "KeptUnread",
    "NewerStoreError",
    "NoSuchCaseError",
    "PutAside",
    "Retention",
    "SendOutcome",
    "StatusTold",
    "Store",
    "StoreError",
    "ToPerson",
    "TranscriptBubble",
    "UnopenedStoreError",
    "Unreadable",
    "Update",
    "Waiting",
    "WaitingReplies",
    "address_of",
    "answer_case",
    "are_unchanged",
    "backlog",
    "came_back",
    "close_case",
    "count",
    "count_attempts",
    "count_held",
    "dead_letters",
    "figures",
    "handed_over",
    "introduce",
    "is_new",
    "is_settled",
    "keep",
    "keep_standings",
    "keep_unread",
    "last_heard",
    "last_raw",
    "made",
    "move",
    "newest",
    "note_statuses",
    "open_cases",
    "open_to_others",
    "person_of",
    "prune",
    "put_aside",
    "reopen",
    "send_again",
    "short",
    "sole_use",
    "strangers",
    "taken",
    "transcript",
    "unanswered_questions",
    "unread_things",
    "was_put_off",
]
