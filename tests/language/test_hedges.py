"""Questions and suppositions, which are no answers."""

import pytest

from bot.language.hedges import (
    ends_as_question,
    opens_a_question,
    supposed,
    tells_having,
    without_reassurance,
)
from bot.language.questions import questions_in


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


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("شنو هو دعم المقاولات الصغيرة وشحال كيعطيو وفين نحط الملف؟", 3),
        ("كيف نؤسس تعاونية؟ وكم رأس المال؟ وهل تؤدي الضريبة؟", 3),
        ("c'est quoi Power Export ? qui peut le demander ? et y a-t-il une date limite ?", 3),
        ("kifach nsedder? chno lwra9? o wach nkhelles tva?", 3),
        ("بعت لواحد وما خلصنيش، شنو ندير", 1),
        ("بغيت نعرف واش كاين شي دعم ولا لا", 1),
        ("ma société vend des tapis, est-ce que j'ai droit à une aide", 1),
    ],
)
def test_the_questions_of_a_message_are_parted(text: str, count: int) -> None:
    """Behind a sign or an "and" a word that asks opens another question; what is told before belongs to the first."""
    assert len(questions_in(text)) == count


@pytest.mark.parametrize(
    ("text", "time", "who"),
    [
        ("حنا تعاونية وعندنا 4 سنين", "4 سنين", "we"),
        ("عندي 3 سنين", "3 سنين", "I"),
        ("on existe depuis 4 ans", "4 ans", "we"),
        ("عندنا 3 سنين وحنا كنتسناو", "3 سنين", None),
        ("عندنا كراء ديال 3 سنين", "3 سنين", None),
        ("عندي 5 سنين ديال التجربة", "5 سنين", None),
    ],
)
def test_a_time_is_had_by_somebody_or_of_something_else(text: str, time: str, who: str | None) -> None:
    """«عندنا 4 سنين» tells how long an enterprise is there; what goes on to say of what the time is, does not."""
    start = text.index(time)
    assert tells_having(text, start, start + len(time)) == who
