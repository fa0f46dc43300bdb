"""Facts told without being asked: «حنا تعاونية ديال الزربية ف تازناخت» tells three at once.

Only what is said in so many words is heard: an option's own words, a place, yes or no never. A number alone belongs to
no fact.
"""

from collections.abc import Mapping

from bot.conversation.conversation import Value
from bot.conversation.library import Library
from bot.conversation.reading import option_of
from bot.conversation.showing import PLACE
from bot.eligibility.facts import InProvince, OneOf
from bot.language.folding import folded
from bot.offices.places import Sure


def heard(text: str, library: Library) -> Mapping[str, Value]:
    """Return the facts that `text` tells, by id; a place is its province's French name, None of a region alone."""
    found: dict[str, Value] = {}
    plain = folded(text)
    for fact in library.facts.values():
        match fact.kind:
            case OneOf(options):
                option = option_of(options, plain)
                if option is not None:
                    found[fact.id] = option
            case InProvince():
                place = library.gazetteer.read(text)
                if isinstance(place, Sure) and place.place.province is not None:
                    found[fact.id] = place.place.province
            case _:
                pass
    return found


def told(text: str, library: Library) -> Mapping[str, Value]:
    """Return the same as a conversation keeps it: a place by its own id."""
    found = dict(heard(text, library))
    place = library.gazetteer.read(text) if PLACE in found else None
    if isinstance(place, Sure):
        found[PLACE] = place.place.id
    return found
