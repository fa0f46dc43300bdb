from bot.channels.whatsapp.replies import lint
from bot.channels.whatsapp.words import WhatsAppWords, lint_words
from bot.message import Choice, ChoiceId, Reply, Text
from tests.channels.whatsapp.conftest import words


def _choices(*labels: str | tuple[str, str]) -> list[Choice]:
    return [
        Choice(ChoiceId(f"to:{number}"), *((label,) if isinstance(label, str) else label))
        for number, label in enumerate(labels)
    ]


def _found(text: str, *labels: str | tuple[str, str]) -> list[tuple[str, str]]:
    return [(problem.kind, problem.proposed) for problem in lint(Reply(text, tuple(_choices(*labels)), "ar"), words())]


def test_nothing_is_wrong_with_what_fits() -> None:
    """Texts and labels within the limits are sent as they were written, and nothing is said of them."""
    assert _found("ماذا تريد؟", "نعم", "لا", "لا أعرف") == []
    assert _found("ماذا تريد؟", "ميثاق التجارة الخارجية", "القافلة", "أقرب مكتب", "القائمة") == []
    assert lint_words(words()) == []


def test_a_long_label_is_told_with_a_shorter_one() -> None:
    """A label too long for its row is told, with its first words as a proposal; a fitting short label is the cure."""
    long = "ما رقم المعاملات المطلوب لدعم التصدير؟"
    assert _found("x", long, "b", "c", "d") == [("label_cut", "ما رقم المعاملات…")]
    assert _found("x", (long, "رقم المعاملات"), "b", "c", "d") == []
    assert _found("x", "هذا لا يسعه زر واحد أبدا", "لا") == [("list_for_buttons", "هذا لا يسعه زر واحد…")]


def test_what_would_be_lost_is_an_error() -> None:
    """A label longer than the small print, and a short label that is long itself, are errors."""
    (problem, cut) = [*lint(Reply("x", tuple(_choices("كلمة " * 20, "b", "c", "d")), "ar"), words()), None]
    assert problem is not None
    assert problem.is_error
    assert (problem.kind, problem.most, cut) == ("label_long", 72, None)
    (problem,) = lint(Reply("x", tuple(_choices(("كلمات " * 8, "كلمات " * 5), "b", "c", "d")), "ar"), words())[:1]
    assert (problem.kind, problem.is_error) == ("short_long", True)


def test_labels_that_become_equal_are_errors() -> None:
    """Two labels that are the same once shortened are both told."""
    labels = _choices("الدعم المخصص للمقاولات الكبرى", "الدعم المخصص للمقاولات الصغرى", "c", "d")
    found = lint(Reply("x", tuple(labels)), words())
    assert [problem.kind for problem in found if problem.is_error] == ["labels_equal", "labels_equal"]


def test_a_text_in_parts_and_a_list_in_pages_are_told() -> None:
    """What costs a second message or a second tap is told, as no error."""
    found = lint(Reply("كلمة. " * 300, tuple(_choices(*map(str, range(12))))), words())
    assert [(problem.kind, problem.is_error) for problem in found] == [("text_parted", False), ("list_paged", False)]


def test_the_channels_own_words_are_checked_too() -> None:
    """The button that opens a list has twenty characters."""
    told = words()
    (problem,) = lint_words(
        WhatsAppWords(Text({"ar": "افتحوا لائحة الاختيارات", "fr": "Choix"}), told.more_rows, told.rest, told.or_number)
    )
    assert (problem.kind, problem.most) == ("label_long", 20)
