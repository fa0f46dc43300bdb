"""The matcher on what nobody foresees, its scores, its calibration, and the words behind it."""

from itertools import pairwise
from time import process_time

import numpy as np
import pytest

from bot.conversation.library import Library
from bot.faq.entries import EntryId
from bot.faq.matcher import Calibration, Evidence, Matcher
from bot.faq.vectors import Lexicon, features, features_of_all
from bot.language.folding import stem, stems

#: Holds nothing that anybody ever asked with.
WORDLESS = {
    "empty": "",
    "spaces": " \t\n ",
    "marks": "?! … ،؛",
    "digits": "123456",
    "Arabic digits": "٣٤٥٦ ٧٧٨٨",
    "emoji": "😀🎉👍",
    "joined emoji": "👩‍👩‍👧 ♥️",
    "Hebrew": "שלום מה שלומך היום",
    "Chinese": "你好，我想知道天气",
    "Cyrillic": "Привет как дела",
    "control characters": "\0\x07\x1b[31m",
    "HTML": "<script>alert(1)</script><b>x</b>",
}
#: May remind of something, but is never answered as if it were understood.
DOUBTFUL = {
    "one letter": "ب",
    "one letter, 5,000 times": "ا" * 5_000,
    "one word of 5,000 letters": "abcdefghij" * 500,
    "5,000 characters": ("كلمة طويلة word " * 400)[:5_000],
    "5,000 letters of another script": "שלום " * 1_000,
    "mixed directions": "שלום hello你好 مرحبا",
    "direction marks": "\u202eabc\u202c \u2067xyz\u2069",
    "SQL": "'; DROP TABLE people; --",
    "SQL query": "SELECT * FROM users WHERE 1=1",
    "half a surrogate": "a\ud83dz",
}
PHRASINGS = [
    (EntryId("export.how"), "كيفاش نصدر الزربية"),
    (EntryId("export.how"), "comment exporter un tapis"),
    (EntryId("export.money"), "شحال ديال الدعم للتصدير"),
    (EntryId("export.money"), "quel montant d'aide à l'export"),
    (EntryId("offices.where"), "فين كاين المكتب"),
    (EntryId("offices.where"), "où est le bureau"),
]
CONCEPTS = {"how": ["كيفاش", "comment", "kifach"], "carpet": ["زربية", "زرابي", "tapis"], "money": ["شحال ديال الفلوس"]}


@pytest.mark.parametrize("text", WORDLESS.values(), ids=WORDLESS)
def test_what_holds_no_word_of_ours_has_no_answer(text: str, library: Library) -> None:
    """Digits, signs, pictures, code and other scripts are in zone none."""
    assert library.matcher.match(text).zone == "none"


@pytest.mark.parametrize("text", [*WORDLESS.values(), *DOUBTFUL.values()], ids=[*WORDLESS, *DOUBTFUL])
def test_nothing_a_person_sends_is_slow_or_an_error(text: str, library: Library) -> None:
    """Whatever is sent, nothing is raised, no answer of ours is given directly, and it takes 0.2 seconds at most."""
    library.matcher.train()
    began = process_time()
    match = library.matcher.match(text)
    assert process_time() - began < 0.2
    assert match.zone != "sure" or library.entries[match.ranked[0][0]].off_topic


def test_texts_read_together_hold_what_each_holds_alone() -> None:
    """Learning reads all phrasings at one go, a question is read by itself: both find the same in a text."""
    texts = [*WORDLESS.values(), *DOUBTFUL.values(), *(text for _, text in PHRASINGS)]
    found, owners = features_of_all(texts, Lexicon(CONCEPTS))
    for place, text in enumerate(texts):
        assert np.array_equal(np.sort(found[owners == place]), np.sort(features(text, Lexicon(CONCEPTS)))), text
    # No pair begins in one text and ends in the next.
    apart, _ = features_of_all(["كيفاش", "زربية"], Lexicon(CONCEPTS))
    assert len(apart) < len(features("كيفاش زربية", Lexicon(CONCEPTS)))


@pytest.mark.parametrize("text", ["كيفاش نصدر", "tapis", "بغيت نعرف شحال", "où", "xyz", "ب", "?"])
def test_entries_come_best_first(text: str) -> None:
    """At most as many entries as were asked for are told, each once, best first, each with a score within 0 and 1."""
    matcher = Matcher(PHRASINGS, Lexicon(CONCEPTS))
    for most in (1, 2, 5):
        ranked = matcher.match(text, most=most).ranked
        assert len(ranked) <= min(most, 3)
        assert len({entry for entry, _ in ranked}) == len(ranked)
        assert all(0 <= score <= 1 for _, score in ranked)
        # The first is credited with its lead, so it never scores less than the second.
        assert all(better >= worse for (_, better), (_, worse) in pairwise(ranked))


def test_real_questions_rank_within_0_and_1(library: Library) -> None:
    """The scores of the whole FAQ are probabilities, best first."""
    for text in ("شنو هو ميثاق الاستثمار", "bghit nsder zrabi", "combien coûte", "فين المكتب فمراكش", "العتبة"):
        ranked = library.matcher.match(text).ranked
        assert len(ranked) == 5
        assert all(0 <= score <= 1 for _, score in ranked)
        assert all(better >= worse for (_, better), (_, worse) in pairwise(ranked))


def test_the_same_question_always_has_the_same_answer() -> None:
    """Two matchers made from the same phrasings answer alike, and each answers alike every time."""
    one, other = (Matcher(PHRASINGS, Lexicon(CONCEPTS)) for _ in range(2))
    for text in ("كيفاش نصدر الزربية ديالي", "montant", "zrbya"):
        assert one.match(text) == one.match(text) == other.match(text)


def test_a_phrasing_is_matched_to_its_entry() -> None:
    """Each phrasing brings its own entry first, whatever the spelling of its letters."""
    matcher = Matcher(PHRASINGS, Lexicon(CONCEPTS))
    for entry, text in PHRASINGS:
        for spelling in (text, text.upper(), f"  {text}؟؟ "):
            assert matcher.match(spelling).ranked[0][0] == entry


def test_a_word_or_two_of_ours_is_never_met_with_nothing(library: Library) -> None:
    """Whoever types only «تعاونية» or "prix" gets choices."""
    for text in ("تعاونية", "coopérative", "شحال", "prix", "دعم التصدير", "zrabi"):
        assert library.matcher.match(text).zone != "none"


def test_one_word_is_answered_directly_only_as_a_phrasing() -> None:
    """A word that is a phrasing is answered; one that merely stands in one offers choices."""
    sure = Calibration(offset=9)
    matcher = Matcher([*PHRASINGS, (EntryId("export.least"), "العتبة")], Lexicon({}), sure)
    assert matcher.match("العتبة").zone == "sure"
    assert matcher.match("الزربية").zone == "unsure"


def test_one_phrasing_is_enough_to_match() -> None:
    """A FAQ of a single phrasing works."""
    matcher = Matcher([(EntryId("a.b"), "كيفاش نصدر")], Lexicon({}))
    assert [entry for entry, _ in matcher.match("كيفاش نصدر").ranked] == ["a.b"]


@pytest.mark.parametrize("calibration", [Calibration(), Calibration(-1, 2, 20, 0.5, 3, -2, 1, 9, 0.9, 0.4)])
def test_more_evidence_is_never_a_smaller_chance(calibration: Calibration) -> None:
    """A higher score, a longer lead, more known words and a clearer side each raise the chance of being right."""
    steps = [step / 20 for step in range(21)]
    for fixed in (0.0, 0.3, 1.0):
        whole = Evidence(fixed, fixed, fixed, fixed)
        kinds = (
            [whole._replace(score=step) for step in steps],
            [whole._replace(lead=step) for step in steps],
            [whole._replace(known=step) for step in steps],
            [whole._replace(ours=step) for step in steps],
        )
        for found in kinds:
            for chances in ([calibration.right(one) for one in found], [calibration.ours(one) for one in found]):
                assert chances == sorted(chances)
                assert all(0 <= chance <= 1 for chance in chances)
            zones = [calibration.zone(one) for one in found]
            assert zones == sorted(zones, key=["none", "unsure", "sure"].index)


def test_what_the_views_do_not_agree_on_is_not_answered_directly() -> None:
    """However far the best entry leads, it is offered among others while the second view puts another first."""
    sure = Evidence(score=1, lead=1, known=1, ours=1)
    assert Calibration().zone(sure) == "sure"
    assert Calibration().zone(sure._replace(agreed=False)) == "unsure"


def test_many_good_answers_are_choices_not_nothing() -> None:
    """A question that several entries answer alike is ours: nothing leads, and choices are offered."""
    phrasings = [*PHRASINGS, (EntryId("off.food"), "كيفاش نطيب الطاجين"), (EntryId("off.food"), "recette du tajine")]
    matcher = Matcher(phrasings, Lexicon(CONCEPTS), Calibration(unsure=0.5), {EntryId("off.food")})
    ours, other = matcher.match("الزربية والمكتب"), matcher.match("الطاجين ديال الدجاج")
    assert ours.evidence.ours > 0 > other.evidence.ours
    assert ours.zone == "unsure"
    assert other.zone == "none"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("الزربيه", "زربي"),
        ("والتعاونيات", "تعاون"),
        ("للمكتب", "مكتب"),
        ("مكتبنا", "مكتب"),
        ("exportations", "export"),
        ("financement", "financ"),
        ("دعم", "دعم"),
        ("aide", "aide"),
    ],
)
def test_a_stem_is_what_clitics_and_endings_leave(word: str, expected: str) -> None:
    """One article or preposition and one ending are taken off, down to three letters."""
    assert stem(word) == expected
    assert all(len(one) >= 3 for one in stems(word))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("كيفاش", ["how"]),
        ("kifach", ["how"]),
        ("كفاش", ["how"]),
        ("الزربيه", ["carpet"]),
        ("بالزرابي", ["carpet"]),
        ("tapis", ["carpet"]),
        ("شحال ديال الفلوس", ["money"]),
        ("comment les tapis", ["how", "~les", "carpet"]),
        ("شيحاجه", ["~شيحاج"]),
    ],
)
def test_concepts_are_found_in_every_script(text: str, expected: list[str]) -> None:
    """A concept is found by its words as they are spelled, by their stems and by their consonants; others by stem."""
    assert Lexicon(CONCEPTS).concepts(text.split()) == expected


def test_words_with_the_same_consonants_are_told_apart_by_spelling() -> None:
    """A skeleton that two concepts share stands for neither."""
    lexicon = Lexicon({"one": ["كتاب صغير"], "two": ["كاتب صغير"]})
    assert lexicon.concepts(["كتاب", "صغير"]) == ["one"]
    assert lexicon.concepts(["كاتب", "صغير"]) == ["two"]
    assert lexicon.concepts(["كتب", "صغير"]) == ["~كتب", "~صغير"]


def test_features_taken_over_are_those_that_are_sought() -> None:
    """What another matcher of the same lexicon found in texts makes the very same vectors and answers."""
    lexicon = Lexicon(CONCEPTS)
    before = Matcher([*PHRASINGS, (EntryId("old.one"), "ما بقاش")], lexicon)
    before.train()
    added = [*PHRASINGS, (EntryId("export.money"), "شحال شحال شحال ديال الفلوس"), (EntryId("new.one"), "واش كاين")]
    alone, beside = Matcher(added, lexicon), Matcher(added, lexicon)
    beside.take_features(before, [*PHRASINGS, (EntryId("old.one"), "ما بقاش")])
    assert set(beside._known) == {text for _, text in PHRASINGS}
    for matcher in (alone, beside):
        matcher.train()
    for name, held in vars(alone._vectors).items():
        if isinstance(held, np.ndarray):
            assert np.array_equal(held, getattr(beside._vectors, name)), name
    assert np.array_equal(alone._machines.support, beside._machines.support)
    for text in ("شحال ديال الدعم", "واش كاين المكتب", "tapis"):
        assert alone.match(text) == beside.match(text)
