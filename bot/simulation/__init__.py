"""Invented people who have their conversations with the real guide: what it bears, and where they get stuck."""

from bot.simulation.crowd import Coverage, CrowdOutcome, SimulatedCrowd
from bot.simulation.people import People, PeopleError, read_people

__all__ = ["Coverage", "CrowdOutcome", "People", "PeopleError", "SimulatedCrowd", "read_people"]
