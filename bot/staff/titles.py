"""What ids of the content are called on the pages of staff: nobody there should have to know a name of the files."""

from bot.conversation.library import Library
from bot.eligibility.amounts import in_centimes
from bot.message import Language


def titles_of(library: Library, language: Language) -> dict[str, str]:
    """Return what answers, flows, schemes, offices, facts and amounts are called, by their ids.

    An amount is called with its scheme: two schemes may have one of the same title.
    """
    titles = {str(one.id): one.question.of(language) for one in library.entries.values()}
    titles |= {str(one.id): one.title.of(language) for one in library.flows.values()}
    titles |= {one.id: one.title.of(language) for one in library.schemes.values()}
    others = {office.id: office.name.of(language) for office in library.offices}
    others |= {str(id_): fact.name.of(language) for id_, fact in library.facts.items()}
    for scheme in library.schemes.values():
        for one in scheme.amounts:
            title = f"{one.title.of(language)} ({scheme.title.of(language)})"
            others[str(one.name)] = others[in_centimes(str(one.name))] = title
    return others | titles


def amount_titles(library: Library, language: Language) -> dict[str, str]:
    """Return what amounts are called where their scheme is told beside them, by their names."""
    return {str(one.name): one.title.of(language) for scheme in library.schemes.values() for one in scheme.amounts}
