"""Questions and suppositions, which are no answers."""

import pytest

from bot.language.hedges import ends_as_question, opens_a_question, supposed, without_reassurance


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("وإلا كان عندي 1,5 مليون", "كان عندي 1,5 مليون"),
        ("و إلا درت استثمار", "درت استثمار"),
        ("ولو كنت تعاونية؟", "كنت تعاونية؟"),
        ("يلا شغلت 10", "شغلت 10"),
        ("واش إلا كنا شركة", "كنا شركة"),
        ("ماذا لو كنا شركة", "كنا شركة"),
        ("w ila kan 3ndi 5", "kan 3ndi 5"),
        ("wila kant", "kant"),
        ("et si j'ai 3 emplois", "j'ai 3 emplois"),
        ("s'il y a 3 emplois", "il y a 3 emplois"),
    ],
)
def test_a_supposition_is_told_by_how_it_opens(text: str, rest: str) -> None:
    """What stands behind "if" is given as it was written."""
    assert supposed(text) == rest


@pytest.mark.parametrize("text", ["", "؟", "شركة", "ولا أعرف", "إلا", "silence", "5 مناصب إلا قدرنا"])
def test_what_opens_otherwise_supposes_nothing(text: str) -> None:
    """A message that does not open with "if", or holds nothing else, is no supposition."""
    assert supposed(text) is None


def test_a_question_is_told_by_its_first_word_or_its_mark() -> None:
    """«واش» opens a question; a mark behind one or two words is only a doubt."""
    assert opens_a_question("واش الشركة تقدر")
    assert not opens_a_question("شركة")
    assert ends_as_question("الشركة تقدر تستافد؟")
    assert not ends_as_question("تعاونية؟")


def test_no_trouble_denies_nothing() -> None:
    """Beside a yes, "no problem" is left out before denials are looked for."""
    assert without_reassurance("oui pas de probleme") == "oui"
    assert without_reassurance("نعم ماشي مشكل") == "نعم"
