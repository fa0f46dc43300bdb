"""Invented people who have their conversations with the real guide: what it bears, and where they get stuck."""

from bot.simulation.coverage import Coverage
from bot.simulation.crowd import Crowd, Outcome
from bot.simulation.people import People, PeopleError, read_people

__all__ = ["Coverage", "Crowd", "Outcome", "People", "PeopleError", "read_people"]
