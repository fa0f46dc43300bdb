"""Storage: tables, transactions, migrations; the only room that speaks SQL.

Everything here but `Store`, `Gathering`, `Notices`, `alone` and `prune` is a function of a connection, to be handed to
`Store.write` or `Store.read`.
"""

from bot.storage.addresses import is_new, last_heard, move
from bot.storage.alone import AtWorkError, alone
from bot.storage.cases import Case, CaseMessage, NoSuchCaseError, answer_case, close_case, open_cases
from bot.storage.dead_letters import DeadLetter, dead_letters, send_again
from bot.storage.figures import count, figures
from bot.storage.floods import PutAside, Standing, count_held, keep_standings, put_aside
from bot.storage.gathering import Gathering
from bot.storage.inbox import Update, Waiting, is_settled, keep, mark, taken
from bot.storage.migrating import NewerStoreError
from bot.storage.names import person_of
from bot.storage.notices import Notices, Watch
from bot.storage.outbox import Due, Outcome, came_back, handed_over, reopen, was_put_off
from bot.storage.people import short
from bot.storage.pruning import Ages, prune
from bot.storage.questions import Asked, unanswered_questions
from bot.storage.statuses import Told, note_statuses
from bot.storage.store import Store, UnopenedStoreError
from bot.storage.transcript import Bubble, FromPerson, ToPerson, transcript
from bot.storage.unread import KeptUnread, Unreadable, keep_unread, unread_things
from bot.storage.writing import StoreError

__all__ = [
    "Ages",
    "Asked",
    "AtWorkError",
    "Bubble",
    "Case",
    "CaseMessage",
    "DeadLetter",
    "Due",
    "FromPerson",
    "Gathering",
    "KeptUnread",
    "NewerStoreError",
    "NoSuchCaseError",
    "Notices",
    "Outcome",
    "PutAside",
    "Standing",
    "Store",
    "StoreError",
    "ToPerson",
    "Told",
    "UnopenedStoreError",
    "Unreadable",
    "Update",
    "Waiting",
    "Watch",
    "alone",
    "answer_case",
    "came_back",
    "close_case",
    "count",
    "count_held",
    "dead_letters",
    "figures",
    "handed_over",
    "is_new",
    "is_settled",
    "keep",
    "keep_standings",
    "keep_unread",
    "last_heard",
    "mark",
    "move",
    "note_statuses",
    "open_cases",
    "person_of",
    "prune",
    "put_aside",
    "reopen",
    "send_again",
    "short",
    "taken",
    "transcript",
    "unanswered_questions",
    "unread_things",
    "was_put_off",
]
