"""What is put right in words, what goes against what is known, and what cannot both be."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import FLOW, Conversation, Value
from bot.conversation.events import FactAsked, FactSaidBack
from bot.conversation.library import Library
from tests.conversation.asked import COMPANY, INVESTMENT, knowing, tapped, told

_SAID: dict[str, Value] = {**COMPANY, "age_years": 3, "new_jobs": 16, "practice_years": 8}


def _result(library: Library) -> Conversation:
    return told("عاود", knowing(_SAID, library), library).conversation


def _mid_check(library: Library) -> Conversation:
    known = {fact: value for fact, value in _SAID.items() if fact != "own_funds"}
    return told("عاود", knowing(known, library), library).conversation


#: Who says so is asked first whether yes or no, then how much is their own.
_PROJECT_IN_FES = "حنا تعاونية ديال الزليج ففاس بغينا نكبرو الورشة بـ 2 مليون درهم"


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("لا غلطت عندي 5 سنين ماشي 3", "age_years", 5),
        ("غلطت فعدد المناصب، 12 ماشي 16", "new_jobs", 12),
        ("pardon, 12 emplois et pas 16", "new_jobs", 12),
        ("la sme7 lia 4 3am f l7erfa machi 8", "practice_years", 4),
        ("je me suis trompé, c'est 7 millions de dirhams, pas 5 millions", "investment", 7_000_000),
        ("non pardon, on est une coopérative", "legal_form", "cooperative"),
        ("لا سمح ليا حنا تعاونية ماشي شركة", "legal_form", "cooperative"),
        ("pardon, nous sommes une coopérative, pas une société", "legal_form", "cooperative"),
    ],
)
def test_what_is_put_right_is_taken_and_said_back(
    text: str, fact: str, value: Value, library: Library, *, is_open: bool
) -> None:
    """In the middle of a check and after its result the new value replaces the old, and the person sees which."""
    before = _mid_check(library) if is_open else _result(library)
    turn = told(text, before, library)
    assert turn.conversation.facts[fact] == value
    assert FactSaidBack(fact) in turn.events
    assert {one: it for one, it in turn.conversation.facts.items() if one != fact} == {
        one: it for one, it in before.facts.items() if one != fact
    }


@pytest.mark.parametrize("text", ["حنا تعاونية", "nous sommes une coopérative", "7na ta3awniya"])
def test_what_differs_is_asked(text: str, library: Library) -> None:
    """Who says otherwise without saying that they correct it chooses which is so; until then nothing is replaced."""
    before = _mid_check(library)
    turn = told(text, before, library)
    assert turn.conversation.facts == before.facts
    assert FactAsked("legal_form") in turn.events
    offered = [choice.id for choice in turn.conversation.shown]
    assert offered[:2] == ["a:legal_form:cooperative", "a:legal_form:company"]
    assert told("1", turn.conversation, library).conversation.facts["legal_form"] == "cooperative"
    kept = told("2", turn.conversation, library)
    assert dict(kept.conversation.facts) == dict(before.facts)
    assert FactAsked("own_funds") in kept.events


def test_the_rest_of_a_message_is_taken(library: Library) -> None:
    """Of a message that also goes against what is known, the rest is taken and said back."""
    turn = told("حنا تعاونية ديال الزربية فأزرو", knowing({"legal_form": "company"}, library), library)
    assert turn.conversation.facts["craft"] == "carpets"
    assert turn.conversation.facts["legal_form"] == "company"
    assert FactAsked("legal_form") in turn.events


def test_a_town_of_the_province_says_more(library: Library) -> None:
    """Who named a province and then their town in it is not asked which of the two is so."""
    province = next(
        place
        for place in library.gazetteer.places.values()
        if place.kind == "province" and place.name.of("fr") == "Ifrane"
    )
    before = knowing({"legal_form": "company", "province": province.id}, library)
    turn = told("تعاونية لا، شركة ديال الزربية فأزرو", before, library)
    assert turn.conversation.facts["province"] != province.id


@pytest.mark.parametrize("text", ["لا 5 ماشي 7", "غلطت", "machi 3 snin"])
def test_what_was_never_said_is_not_put_right(text: str, library: Library) -> None:
    """Putting right what nobody said changes nothing."""
    before = _result(library)
    assert told(text, before, library).conversation.facts == before.facts


def test_two_facts_of_one_number_are_asked(library: Library) -> None:
    """Where the number that was wrong is that of two facts and none is named, the answers are shown to choose from."""
    before = told("عاود", knowing({**_SAID, "practice_years": 3}, library), library).conversation
    turn = told("غلطت، 5 ماشي 3", before, library)
    assert turn.conversation.facts == before.facts
    assert any(choice.id == "change:age_years" for choice in turn.conversation.shown)


def test_two_sums_that_cannot_both_be(library: Library) -> None:
    """Last year above the best year is asked about at once; the answer that is put right is the one that is chosen."""
    facts: dict[str, Value] = {"legal_form": "company", "best_turnover": 500_000}
    asking = replace(knowing(facts, library, "eligibility_finance"), asking="last_turnover")
    turn = told("2 مليون درهم", asking, library)
    changes = [choice for choice in turn.conversation.shown if choice.id.startswith("change:")]
    assert [choice.id for choice in changes] == ["change:last_turnover", "change:best_turnover"]
    again = tapped(changes[1].label, turn.conversation, library)
    assert FactAsked("best_turnover") in again.events
    assert told("3 مليون درهم", again.conversation, library).conversation.facts["best_turnover"] == 3_000_000


def test_two_values_in_one_message_are_not_guessed(library: Library) -> None:
    """Two forms in one message record none of them."""
    turn = told("حنا تعاونية وشركة ديال الزربية فأزرو", knowing({}, library, "menu"), library)
    assert "legal_form" not in turn.conversation.facts


@pytest.mark.parametrize("text", ["ا" * 2_000, "عندنا تعاونية " * 140, "5 " * 900])
def test_two_thousand_letters(text: str, library: Library) -> None:
    """A message of two thousand letters is answered with a way on."""
    turn = told(text, _result(library), library)
    assert turn.replies
    assert turn.conversation.shown


def test_the_same_message_three_times(library: Library) -> None:
    """Who says the same three times is answered three times, and known of no more than said once."""
    conversation = knowing({}, library, "menu")
    for _ in range(3):
        turn = told("تعاونية ديال الزربية فأزرو، واش عندنا الحق فدعم التصدير", conversation, library)
        conversation = turn.conversation
        assert turn.replies
    assert conversation.facts["legal_form"] == "cooperative"
    assert conversation.flow == "eligibility_export"


_PROJECT: dict[str, Value] = {
    "legal_form": "company",
    "activity": "craft_production",
    "province": "oujda",
    "investment": 800_000,
}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "pardon le projet sera à Berkane pas à Oujda et coûte 1,5 million de dirhams",
            {"province": "berkane", "investment": 1_500_000},
        ),
        ("غلطت المشروع فبركان ماشي فوجدة وكيكلف 2 مليون درهم", {"province": "berkane", "investment": 2_000_000}),
        ("غلطت حنا تعاونية وفبركان", {"province": "berkane", "legal_form": "cooperative"}),
        ("لا سمح ليا ماشي فوجدة راه فجرادة", {"province": "jerada"}),
        ("désolé pas à Oujda, à Safi", {"province": "safi"}),
        ("1500000 درهم فبركان راه قلت ليك", {"province": "berkane", "investment": 1_500_000}),
        ("بغيت نبدل كلفة المشروع ل 2 مليون درهم", {"investment": 2_000_000}),
    ],
)
def test_all_that_is_put_right_in_one_breath_is_taken(text: str, facts: dict[str, Value], library: Library) -> None:
    """A place and an amount changed together are both changed, and what is denied is not taken for what is so."""
    before = told("عاود", knowing(_PROJECT, library), library).conversation
    after = told(text, before, library).conversation
    assert after.facts.items() >= {**_PROJECT, **facts}.items()


def test_a_sum_in_two_senses_that_is_put_right_is_asked(library: Library) -> None:
    """«150 مليون» instead of what is known may be in centimes; the place beside it is taken at once."""
    before = told("عاود", knowing(_PROJECT, library), library).conversation
    for text in (
        "لا غلطت المشروع غادي يكون فبركان ماشي وجدة و150 مليون",
        "بدل المبلغ لمية وخمسين مليون والمكان لبركان",
    ):
        turn = told(text, before, library)
        assert turn.conversation.facts["province"] == "berkane"
        assert [choice.id for choice in turn.conversation.shown][:2] == [
            "a:investment:1500000",
            "a:investment:150000000",
        ]


def test_behind_an_office_the_check_is_made_again(library: Library) -> None:
    """Who puts an answer right where an office is on the screen is led back to the check it is an answer of."""
    before = told("فين المكتب ديال بركان", knowing(_PROJECT, library), library).conversation
    after = told("سمح ليا المشروع 2 مليون درهم ماشي 800 ألف درهم", before, library).conversation
    assert after.facts["investment"] == 2_000_000


@pytest.mark.parametrize(
    "text",
    [
        "la ana machi auto entrepreneur ghir kansowlek",
        "لا أنا ماشي مقاول ذاتي غير كنسول",
        "je ne suis pas auto-entrepreneur",
    ],
)
def test_what_is_denied_without_another_value_is_asked(text: str, library: Library) -> None:
    """Who says that they are not what was taken of them is asked what they are, also while something else is asked."""
    before = replace(knowing({"legal_form": "auto_entrepreneur"}, library), asking="practice_years")
    assert FactAsked("legal_form") in told(text, before, library).events


@pytest.mark.parametrize("is_open", [False, True])
def test_a_place_beside_a_number_that_is_put_right_is_taken_too(is_open: bool, library: Library) -> None:
    """Two things are put right in one breath, the number by naming both: neither is lost."""
    before = _mid_check(library) if is_open else _result(library)
    turn = told("لا سمح ليا، راه غادي نديرو فشيشاوة ماشي فمراكش و12 منصب ماشي 16", before, library)
    assert turn.conversation.facts["new_jobs"] == 12
    assert turn.conversation.facts["province"] == "chichaoua"


def test_a_place_beside_a_sum_in_two_senses_is_taken_too(library: Library) -> None:
    """The sum is asked by a tap, and the place is kept meanwhile."""
    turn = told("لا سمح ليا راه غادي نديرو فشيشاوة والمشروع 700 مليون ماشي 500 مليون", _result(library), library)
    assert turn.conversation.facts["province"] == "chichaoua"
    assert FactAsked("investment") in turn.events


def test_a_number_put_right_behind_an_office_makes_the_check_again(library: Library) -> None:
    """Naming both numbers is as good behind an office as behind the result."""
    there = knowing({**_SAID, "province": "tiznit"}, library).answered(FLOW, "office_cri")
    turn = told("12 منصب ماشي 16", told("عاود", there, library).conversation, library)
    assert turn.conversation.flow == INVESTMENT
    assert turn.conversation.facts["new_jobs"] == 12


@pytest.mark.parametrize(
    "text", ["لا سمح ليا راه فصفرو ماشي ففاس و 4 مليون درهم", "pardon, c'est à Sefrou et 4 millions de dirhams"]
)
def test_a_sum_without_a_name_beside_a_place_that_is_put_right_across_a_question_is_taken(
    text: str, library: Library
) -> None:
    """Where yes or no is asked, neither the place nor the sum of the project is lost."""
    before = told(_PROJECT_IN_FES, Conversation(), library).conversation
    after = told(text, before, library).conversation
    assert (after.facts["province"], after.facts["investment"]) == ("sefrou", 4_000_000)


def test_what_is_said_back_is_what_is_kept(library: Library) -> None:
    """A place that differs from the known one is asked, not said back beside a sum in two senses."""
    begun = told(_PROJECT_IN_FES, Conversation(), library).conversation
    before = told("نعم", begun, library).conversation
    turn = told("عندنا 20 مليون وحنا فصفرو", before, library)
    assert FactSaidBack("province") not in turn.events
    assert turn.conversation.facts["province"] == "fes"
    corrected = told("عندنا 20 مليون وحنا فصفرو ماشي ففاس", before, library)
    assert corrected.conversation.facts["province"] == "sefrou"
    assert FactSaidBack("province") in corrected.events
    assert FactAsked("own_funds") in corrected.events


_TWO_SUMS: dict[str, Value] = {"legal_form": "company", "last_turnover": 3_000_000, "investment": 2_000_000}


@pytest.mark.parametrize(
    "text", ["لا، غلطت، راه 4 مليون درهم", "pardon, 4 millions de dirhams", "la ghlett 4 mlyoun dirham"]
)
@pytest.mark.parametrize("asking", ["cnss_in_order", "own_funds", None])
def test_a_sum_of_several_that_is_put_right_is_asked(text: str, asking: str | None, library: Library) -> None:
    """Its no answers nothing, and no sum is replaced by a guess: which is meant is chosen, the asked one too."""
    before = replace(knowing(_TWO_SUMS, library), asking=asking)
    turn = told(text, before, library)
    assert turn.conversation.facts == before.facts
    offered = [choice.id for choice in turn.conversation.shown]
    assert offered[:2] == ["a:last_turnover:4000000", "a:investment:4000000"]
    assert ("a:own_funds:4000000" in offered) == (asking == "own_funds")


@pytest.mark.parametrize("text", ["لا غلطت", "la ghlett", "non je me suis trompé"])
def test_who_was_wrong_answers_nothing(text: str, library: Library) -> None:
    """A no that says so is no "no" to the open question: the answers are shown to choose from."""
    before = replace(knowing(_TWO_SUMS, library), asking="cnss_in_order")
    turn = told(text, before, library)
    assert turn.conversation.facts == before.facts
    assert "change:investment" in [choice.id for choice in turn.conversation.shown]
