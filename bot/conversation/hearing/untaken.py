"""The words of a message from which nothing was taken: who tells a story besides who they are came for the story."""

from collections.abc import Iterator

from bot.conversation.hearing.forms import held
from bot.conversation.library import Library
from bot.eligibility.facts import Measure, OneOf, YesNo
from bot.language.negation import words_of

#: Letters of a word that may say something by itself.
_LEAST_LETTERS = 3


def untaken(plain: str, library: Library) -> tuple[str, ...]:
    """Return the words of a folded message that tell no fact and no place, count nothing and do not only join."""
    words, named = words_of(plain), library.gazetteer.words_of_names(plain)
    taken = {
        at for forms in _said_for_facts(library) for one in held(forms, words) for at in range(one.first, one.behind)
    }
    return tuple(
        word.text
        for at, word in enumerate(words)
        if at not in taken and word.text not in named and len(word.text) >= _LEAST_LETTERS and not word.text.isdecimal()
    )


def _said_for_facts(library: Library) -> Iterator[tuple[str, ...]]:
    for fact in library.facts.values():
        match fact.kind:
            case OneOf(options=options):
                yield from (option.words for option in options)
            case YesNo(yes=yes, no=no):
                yield from (yes, no)
            case Measure(words=words, wished=wished):
                yield from (words, wished)
            case _:
                pass
    yield library.follow_ups.beside
