"""The optional view of whole sentences: off unless it is given weight, and then a help."""

import numpy as np

from bot.conversation.library import Library
from bot.faq.entries import EntryId
from bot.faq.matcher import Calibration, Matcher
from bot.faq.vectors import SHARE, Lexicon, encoder

PHRASINGS = [
    (EntryId("export.how"), "comment exporter un tapis"),
    (EntryId("export.how"), "كيف أصدر زربية إلى الخارج"),
    (EntryId("offices.where"), "où est le bureau régional"),
    (EntryId("offices.where"), "أين يوجد المكتب الجهوي"),
    (EntryId("status.card"), "comment obtenir la carte d'artisan"),
    (EntryId("status.card"), "كيف أحصل على بطاقة الصانع"),
]


def test_it_is_off_until_the_calibration_weighs_it(library: Library) -> None:
    """The content as it comes does not use the model."""
    assert library.matcher.calibration.semantic == 0


def test_sentences_become_rows_of_length_one_whatever_they_hold() -> None:
    """Empty texts, marks and half characters are encoded too; harakat and batches do not change a meaning."""
    encode = encoder()
    assert encode is not None
    texts = ["مكتب", "مَكْتَب", "", "\u202e", "a\ud83dz", "x" * 5_000, "où est le bureau ?"]
    rows = encode(texts)
    assert rows.shape == (7, 512)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert np.allclose(rows[0], rows[1], atol=1e-4)
    assert np.allclose(rows[6], encode(texts[6:])[0], atol=1e-3)


def test_other_words_of_the_same_meaning_are_found_with_it() -> None:
    """Questions that share hardly a word with any phrasing find their entry, which letters and concepts alone miss."""
    weighed = Matcher(PHRASINGS, Lexicon({}), Calibration(semantic=SHARE))
    plain = Matcher(PHRASINGS, Lexicon({}))
    for question, entry in (
        ("l'adresse de l'agence la plus proche", "offices.where"),
        ("document qui prouve que je suis potier", "status.card"),
    ):
        assert weighed.match(question).ranked[0][0] == entry
        assert plain.match(question).ranked[0][0] != entry
