"""The table of rules: what is told of it, and which rule takes a message where the person stands."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Value
from bot.conversation.hearing.understanding import RULES, reason
from bot.conversation.library import Library
from tests.conversation.asked import COMPANY, knowing, told


def test_every_rule_says_when_it_speaks() -> None:
    """Each rule has a name of its own and a whole sentence that says when it speaks and why it stands where it does."""
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.why[0].isupper() or rule.why[0] == '"' for rule in RULES)
    assert all(rule.why.endswith(".") and reason(rule.name) == rule.why for rule in RULES)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("👍", "no_words"),
        ("2", "number_of_a_choice"),
        ("القائمة", "said_across"),
        ("سلام عليكم القائمة", "said_across_after_a_greeting"),
        ("فين كاين المكتب فأكادير", "office_of_a_place"),
        ("تعاونية ديال الزرابي فأزرو، واش كاين شي دعم", "who_and_what"),
        ("بغيت نعرف شنو هو ميثاق الاستثمار", "question"),
        ("نعم", "answer_to_nothing"),
    ],
)
def test_which_rule_takes_a_message_in_the_menu(text: str, rule: str, library: Library) -> None:
    """Where no question is open, what somebody wants is taken by the rule that says so."""
    menu = told("القائمة", knowing({}, library, library.roles.menu), library).conversation
    assert told(text, menu, library).rule == rule


@pytest.mark.parametrize(
    ("fact", "text", "rule"),
    [
        ("legal_form", "تعاونية", "label_of_a_choice"),
        ("legal_form", "حنا دايرين تعاونية", "option_answered"),
        ("legal_form", "15 مليون", "number_for_a_choice"),
        ("legal_form", "واش الشركة تقدر تستافد؟", "question_back"),
        ("legal_form", "حنا تعاونية ديال الزربية ف تازناخت", "several_facts"),
        ("legal_form", "وإلا كنت شركة", "early_supposition"),
        ("investment", "2 مليون درهم", "number_answered"),
        ("investment", "شي شوية", "answer_not_read"),
        ("investment", "أقل من 2 مليون درهم", "number_not_taken"),
        ("new_jobs", "المشروع كيكلف 3 مليون درهم", "another_fact"),
        ("tax_in_order", "نعم كلشي مزيان", "yes_or_no_answered"),
        ("tax_in_order", "لا سمح ليا، المشروع 2 مليون درهم", "correction_of_another"),
        ("province", "ف تازناخت", "place_answered"),
        ("own_funds", "المشروع 3 مليون درهم", "amount_of_another"),
    ],
)
def test_which_rule_takes_an_answer(fact: str, text: str, rule: str, library: Library) -> None:
    """While a question is open, its answer is taken by the rule of its kind, and what is none is told to be none."""
    conversation = replace(knowing({"investment": 1_000_000}, library), asking=fact)
    shown = told("عاود", conversation, library).conversation
    assert told(text, shown, library).rule == rule


@pytest.mark.parametrize(
    ("text", "rule"), [("وإلا كان عندي 3 سنين", "supposition"), ("غلطت، المشروع 2 مليون درهم", "correction")]
)
def test_which_rule_takes_a_message_after_a_result(text: str, rule: str, library: Library) -> None:
    """After a result a "what if" and a correction are taken before the facts in them."""
    assert told(text, knowing(COMPANY, library), library).rule == rule


@pytest.mark.parametrize(
    "text", ["بدينا المشروع هادي عام", "لم نصدر من قبل", "الشركة جديدة وصغيرة", "notre coopérative est petite"]
)
def test_who_asks_nothing_is_told_no_verdict(text: str, library: Library) -> None:
    """An answer that begins with a yes or a no is never given at once to whoever has asked nothing."""
    menu = told("القائمة", knowing({}, library, library.roles.menu), library).conversation
    entry = library.entries.get(told(text, menu, library).conversation.entry_told or "")
    assert entry is None or not any(
        wording.startswith(("نعم", "لا،", "Oui", "Non")) for wording in entry.answer.every()
    )


@pytest.mark.parametrize(
    ("text", "fact"), [("راه صدرنا من قبل", "exports_already"), ("en fait on a déjà exporté", "exports_already")]
)
def test_what_is_said_softly_after_a_result_is_taken(text: str, fact: str, library: Library) -> None:
    """A word that opens a correction and much else corrects only where one answer is named."""
    known: dict[str, Value] = {
        "activity": "craft_production",
        "exports_already": False,
        "best_turnover": None,
        "last_turnover": None,
    }
    result = told("عاود", knowing(known, library, "eligibility_export"), library).conversation
    assert told(text, result, library).conversation.facts[fact] is True
    assert told("راه هادشي مزيان بزاف", result, library).conversation.facts == result.facts


@pytest.mark.parametrize(
    "text",
    ["بغيت نبيع الزرابي ديالي", "bghit nbi3 lfekhar", "بغيت نكري محل للورشة", "ضاعت ليا بطاقة الصانع",
     "بغيت نشري مكينة ديال النجارة", "je veux louer un local pour mon atelier de poterie"],
)  # fmt: skip
def test_what_is_ours_goes_to_no_other_office(text: str, library: Library) -> None:
    """A craft, a workshop or selling in a message keeps it with this guide."""
    menu = told("القائمة", knowing({}, library, library.roles.menu), library).conversation
    entry = library.entries.get(told(text, menu, library).conversation.entry_told or "")
    assert entry is None or not entry.off_topic


@pytest.mark.parametrize("text", ["شحال ثمن الزربية", "كيفاش نجدد البيرمي"])
def test_another_office_s_business_stays_theirs(text: str, library: Library) -> None:
    """The price of a carpet is asked with our words and is still not this guide's."""
    menu = told("القائمة", knowing({}, library, library.roles.menu), library).conversation
    entry = library.entries.get(told(text, menu, library).conversation.entry_told or "")
    assert entry is not None
    assert entry.off_topic
