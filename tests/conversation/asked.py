"""A person who is asked for one fact, or who has just been told what the rules say of their case."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.conversation.conversation import FLOW, Conversation, Value
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import Chose, Message, PersonId, Said

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
INVESTMENT = "eligibility_investment"

#: An answer to every question of the support for investment, with which all its conditions are met.
COMPANY: dict[str, Value] = {
    "legal_form": "company",
    "activity": "craft_production",
    "age_years": 6,
    "best_turnover": 3_000_000,
    "held_by_large": False,
    "public_partner": False,
    "investment": 5_000_000,
    "own_funds": 1_000_000,
    "new_jobs": 10,
    "tax_in_order": True,
    "cnss_in_order": True,
    "other_state_agreement": False,
}


def knowing(facts: dict[str, Value], library: Library, flow: str = INVESTMENT) -> Conversation:
    """Return a conversation in a flow, with answers given."""
    conversation = Conversation(release=library.release).answered(FLOW, library.roles.menu).answered(FLOW, flow)
    for fact, value in facts.items():
        conversation = conversation.answered(fact, value)
    return conversation


def told(text: str, conversation: Conversation, library: Library) -> Turn:
    """Return the turn after typed words."""
    return respond(conversation, Message("test", PersonId("p"), "1", Said(text)), library, NOW)


def tapped(label: str, conversation: Conversation, library: Library) -> Turn:
    """Return the turn after a tap on a choice that is shown."""
    (choice,) = (choice.id for choice in conversation.shown if choice.label == label)
    return respond(conversation, Message("test", PersonId("p"), "2", Chose(choice)), library, NOW)


def asked(fact: str, text: str, library: Library, **known: Value) -> dict[str, Value]:
    """Return what is known, besides what was, after `text` is said to the question of a fact."""
    conversation = replace(knowing(known, library), asking=fact)
    after = told(text, conversation, library).conversation
    return {name: value for name, value in after.facts.items() if name not in known or known[name] != value}
