"""The few words this channel needs of its own; the words themselves are content."""

from dataclasses import dataclass

from bot.message import Text


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and sentences that stand around the guide's replies here."""

    #: The button that opens a list, at most 20 characters.
    open_list: Text
    #: The last row of a list that goes on, at most 24 characters.
    more_rows: Text
    #: What stands above the rest of a list.
    rest: Text
    #: What stands above choices that are numbered in the text, where the only button asks for the location.
    or_number: Text
