"""What a message denies, and what it leaves alone."""

import pytest

from bot.language.folding import folded
from bot.language.negation import denies, says_none, words_of


def denied(text: str, word: str) -> bool:
    """Tell whether a word of `text` is denied by the words around it, or by what is grown onto it."""
    return any(
        (one.text == folded(word) and (one.denied or one.denied_behind)) or folded(word) in one.bare
        for one in words_of(folded(text))
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ما صدرناش", "صدرنا"),
        ("ماصدرتش", "صدرت"),
        ("مكنصدروش", "كنصدرو"),
        ("عمرنا ما صدرنا", "صدرنا"),
        ("عمري صدرت", "صدرت"),
        ("ma3merna sderna", "sderna"),
        ("ma sdertch", "sdert"),
        ("ماشي تعاونية نسائية", "نسائية"),
        ("بلا دبلوم", "دبلوم"),
        ("حتى شركة", "شركة"),
        ("makhdaminch b charika, ghir auto entrepreneur", "charika"),
        ("ما خدامينش ب شركة", "شركة"),
        ("لم نصدر", "نصدر"),
        ("on n'exporte pas", "exporte"),
        ("je n'ai jamais exporté", "exporté"),
        ("nous n'avons pas de diplôme", "diplôme"),
    ],
)
def test_a_word_is_denied(text: str, word: str) -> None:
    """Darija, standard Arabic, Arabizi and French each deny in their own way."""
    assert denied(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("كنصدرو", "كنصدرو"),
        ("ما عندناش مشكل كنصدرو", "كنصدرو"),
        ("لا، كنصدرو", "كنصدرو"),
        ("pas de problème, on exporte", "exporte"),
        ("باقي كنصدرو", "كنصدرو"),
        ("عمر المقاولة 3 سنين", "المقاولة"),
    ],
)
def test_a_denial_ends_with_its_clause(text: str, word: str) -> None:
    """What is said besides a denial is not denied by it."""
    assert not denied(text, word)


@pytest.mark.parametrize("text", ["باقي", "مازال ما", "mazal", "ba9i", "حتى واحد", "ماكاين حتى واحد", "والو", "aucune"])
def test_not_yet_and_none_are_answers(text: str) -> None:
    """A whole answer may be "not yet" or "none"."""
    assert says_none(folded(text))


@pytest.mark.parametrize("text", ["", "ما", "واحد", "باقي كنصدرو", "حتى شركة", "لا"])
def test_not_yet_is_said_alone(text: str) -> None:
    """With anything else said, the rest tells."""
    assert not says_none(folded(text))


@pytest.mark.parametrize("text", ["ma coopérative exporte", "ma petite société exporte déjà", "ma boîte exporte"])
def test_the_french_possessive_denies_nothing(text: str) -> None:
    """«Ma coopérative» is not «ما»: nothing behind it is denied, and the message as a whole denies nothing."""
    assert not any(word.denied for word in words_of(folded(text)))
    assert not denies(folded(text))


@pytest.mark.parametrize("text", ["ma 3ndich société", "ma kansdroch", "ma sderna walo"])
def test_the_denial_in_latin_letters_stays_one(text: str) -> None:
    """Before anything else "ma" denies, as «ما» does."""
    assert any(word.denied for word in words_of(folded(text)))
    assert denies(folded(text))
