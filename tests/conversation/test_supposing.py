"""What is supposed after a result: taken only when one fact is meant, said back, and undone with one tap."""

import pytest

from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.tapping import answers_before
from tests.conversation.asked import COMPANY, knowing, tapped, told


@pytest.fixture
def after_a_result(library: Library) -> Conversation:
    """Return the conversation of a company that meets every condition of the support for investment."""
    return knowing(COMPANY, library)


def supposed(text: str, conversation: Conversation, library: Library) -> tuple[Turn, dict[str, Value]]:
    """Return the turn after a supposition, and the facts that it changed."""
    turn = told(text, conversation, library)
    now = turn.conversation.facts
    return turn, {fact: value for fact, value in now.items() if conversation.facts.get(fact) != value}


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("وإلا كان عندي 10 سنين", "age_years", 10),
        ("و إلا درت استثمار ب 2 مليون درهم", "investment", 2_000_000),
        ("et si j'ai 3 emplois", "new_jobs", 3),
        ("w ila kan 3ndi 5 dyal nas", "new_jobs", 5),
        ("ولو كنت تعاونية؟", "legal_form", "cooperative"),
        ("واش إلا كنت مقاول ذاتي نستافد؟", "legal_form", "auto_entrepreneur"),
        ("إلا حطيت 20 فالمية", "own_funds", 1_000_000.0 + 0),
        ("et si on n'était pas en règle avec les impôts ?", "tax_in_order", False),
        ("إلا كانت الشركة عندها عامين", "age_years", 2),
        ("لو كان رقم المعاملات 5 مليون درهم", "best_turnover", 5_000_000),
    ],
)
def test_one_fact_that_is_meant_is_taken(
    text: str, fact: str, value: Value, after_a_result: Conversation, library: Library
) -> None:
    """The guide says in one line what it took, and what the case comes to with it."""
    turn, changed = supposed(text, after_a_result, library)
    assert changed == ({fact: value} if COMPANY[fact] != value else {})
    assert library.facts[fact].name.of(turn.conversation.language) in turn.replies[0].text.splitlines()[0]


@pytest.mark.parametrize(
    "text",
    [
        "وإلا كان عندي 500 ألف درهم",
        "وإلا كانو 5",
        "وإلا زدت شي حاجة",
        "et si je fais 10 ans dans le métier",
        "et si on avait 12 emplois et 3 ans ?",
        "إلا كنا تعاونية وعندنا 3 مناصب",
    ],
)
def test_where_no_one_fact_is_meant_nothing_is_supposed(
    text: str, after_a_result: Conversation, library: Library
) -> None:
    """Of no fact, of two, or of one that the result does not hang on, the guide asks which answer is meant."""
    turn, changed = supposed(text, after_a_result, library)
    assert changed == {}
    assert any(choice.id.startswith("change:") for choice in turn.conversation.shown)


def test_a_question_that_opens_with_if_is_answered(after_a_result: Conversation, library: Library) -> None:
    """«Si mon client ne paie pas» supposes nothing of the case: it is a question."""
    turn, changed = supposed("si mon client ne paie pas, que faire ?", after_a_result, library)
    assert changed == {}
    assert turn.conversation.entry_told is not None


def test_what_changes_is_told(after_a_result: Conversation, library: Library) -> None:
    """A condition that is met no more is told, with what would meet it, and both cases stand side by side."""
    turn, _ = supposed("et si le projet coûtait 12 millions de dirhams", after_a_result, library)
    said = "\n".join(reply.text for reply in turn.replies)
    assert library.phrases.conditions_failed.of("fr") in said
    assert library.phrases.would_be_possible.of("fr") in said
    assert len([line for line in said.splitlines() if "millions de dirhams :" in line]) >= 2


def test_suppositions_add_up_and_one_tap_undoes_them(after_a_result: Conversation, library: Library) -> None:
    """Of several suppositions in a row all are said, and "back to my answers" forgets them all."""
    first = told("et si le projet coûtait 12 millions de dirhams", after_a_result, library).conversation
    second = told("et si je recrute 40 personnes", first, library)
    opening = second.replies[0].text.splitlines()[0]
    assert "12 millions" in opening
    assert "40" in opening
    again = tapped(library.phrases.my_answers.of("fr"), second.conversation, library).conversation
    assert again.trail == after_a_result.trail


def test_an_amount_in_two_readings_is_asked_and_still_supposed(after_a_result: Conversation, library: Library) -> None:
    """«10 مليون» may be centimes: the reading that is tapped is supposed, not answered."""
    asked = told("وإلا كان المشروع فيه 10 مليون", after_a_result, library).conversation
    turn = tapped("10 ملايين درهم", asked, library)
    assert turn.conversation.facts["investment"] == 10_000_000
    back = tapped(library.phrases.my_answers.of("ar"), turn.conversation, library).conversation
    assert back.facts["investment"] == COMPANY["investment"]


def test_a_case_that_needs_another_answer_is_asked_for_it(library: Library) -> None:
    """Where the supposed case needs an answer that the real one did not, it is asked, and the way back is there."""
    alone = knowing({"legal_form": "none", "mostly_women": False, "province": None}, library, "eligibility_finance")
    turn = told("ولو كنا تعاونية", alone, library)
    assert library.phrases.my_answers.of("ar") in [choice.label for choice in turn.conversation.shown]
    assert any(choice.id == "do:unknown" for choice in turn.conversation.shown)


def test_before_a_result_nothing_is_supposed(library: Library) -> None:
    """While questions are open a supposition waits, and the question stands."""
    turn = told("وإلا كنا شركة", knowing({"legal_form": "cooperative"}, library), library)
    assert turn.conversation.facts == {"legal_form": "cooperative"}
    assert library.phrases.suppose_later.of("ar") in turn.replies[0].text


@pytest.mark.parametrize("flow", ["eligibility_export", "eligibility_finance", "eligibility_all"])
def test_a_result_shows_no_more_than_a_phone_lists(flow: str, library: Library) -> None:
    """Under the results of several schemes stand at most ten choices: the schemes are behind one of them."""
    facts: dict[str, Value] = dict.fromkeys(library.facts, None)
    turn = told("?", knowing({**facts, "legal_form": "none", "activity": "other"}, library, flow), library)
    assert len(told("شكرا", turn.conversation, library).conversation.shown) <= 10


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("و إلى زدت 5 د الناس", ["15", "5"]),
        ("et si j'ajoute 5 emplois", ["15", "5"]),
        ("w ila zedt 5 dyal nas", ["15", "5"]),
        ("إلا نقصت 3 د الناس", ["7", "3"]),
    ],
)
def test_a_number_that_is_added_may_be_the_whole_or_the_more(
    text: str, offered: list[str], after_a_result: Conversation, library: Library
) -> None:
    """Five more than ten are fifteen, unless five was meant: the person is asked."""
    turn, changed = supposed(text, after_a_result, library)
    assert changed == {}
    assert [choice.label for choice in turn.conversation.shown[:2]] == offered
    assert tapped(offered[0], turn.conversation, library).conversation.facts["new_jobs"] == int(offered[0])


def test_to_take_away_more_than_there_is_supposes_nothing(after_a_result: Conversation, library: Library) -> None:
    """No project has fewer than no jobs."""
    assert supposed("إلا نقصت 30 د الناس", after_a_result, library)[1] == {}


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("غلطت، رقم المعاملات 2 مليون درهم", "best_turnover", 2_000_000),
        ("لا سمح ليا، رقم المعاملات 2 مليون درهم", "best_turnover", 2_000_000),
        ("je me suis trompé, nous avons 3 emplois", "new_jobs", 3),
        ("ghlett, 3ndna 3 dyal nas", "new_jobs", 3),
        ("غلطت، حنا تعاونية", "legal_form", "cooperative"),
    ],
)
def test_an_answer_is_put_right_after_the_result(
    text: str, fact: str, value: Value, after_a_result: Conversation, library: Library
) -> None:
    """Who was wrong says so with the right answer, and is told the result with it."""
    turn, changed = supposed(text, after_a_result, library)
    assert changed == {fact: value}
    assert library.facts[fact].name.of(turn.conversation.language) in turn.replies[0].text or value == "cooperative"


@pytest.mark.parametrize("text", ["لا سمح ليا، واش الشركة تقدر تستافد؟", "غلطت", "غلطت، شحال من منصب خاص؟"])
def test_a_question_behind_an_excuse_puts_nothing_right(
    text: str, after_a_result: Conversation, library: Library
) -> None:
    """Only an answer changes an answer."""
    assert supposed(text, after_a_result, library)[1] == {}


_SELF_EMPLOYED: dict[str, Value] = {"legal_form": "auto_entrepreneur", "province": "Marrakech", "place": "marrakech"}


@pytest.mark.parametrize(
    "then",
    ["lghorfa dyal sina3a ta9lidiya fin kayna f mrakch", "القائمة", "الورقة ديالي"],
)
def test_who_goes_on_to_something_else_leaves_what_was_supposed(then: str, library: Library) -> None:
    """A company that was only supposed is none of their answers behind an office, a question, the menu, the sheet."""
    what_if = told("o ila drt SARL wach ytzad lia chi da3m dyal lmakinat", knowing(_SELF_EMPLOYED, library), library)
    assert what_if.conversation.facts["legal_form"] == "company"
    after = told(then, what_if.conversation, library).conversation
    assert after.facts["legal_form"] == "auto_entrepreneur"
    assert answers_before(after.shown) is None


def test_the_way_back_stays_as_long_as_something_is_supposed(library: Library) -> None:
    """Who answers what the supposed case asks can still go back to their answers, and finds them as they were."""
    what_if = told("o ila drt SARL wach ytzad lia chi da3m", knowing(_SELF_EMPLOYED, library), library)
    answered = told("2 مليون درهم", what_if.conversation, library)
    assert answered.conversation.facts["investment"] == 2_000_000
    given = answers_before(answered.conversation.shown)
    assert given is not None
    label = library.phrases.my_answers.of(answered.conversation.language)
    facts = tapped(label, answered.conversation, library).conversation.facts
    assert facts["legal_form"] == "auto_entrepreneur"
    assert "investment" not in facts


def test_a_question_behind_a_supposed_result_leaves_it(after_a_result: Conversation, library: Library) -> None:
    """The papers in general hang on no case; behind them the answers are those that were given."""
    what_if = told("وإلا كنا مقاول ذاتي", after_a_result, library)
    assert what_if.conversation.facts["legal_form"] == "auto_entrepreneur"
    asked = told("شنو هي وثائق ملف دعم الاستثمار", what_if.conversation, library).conversation
    assert asked.facts["legal_form"] == COMPANY["legal_form"]
