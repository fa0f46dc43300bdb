"""Short questions that mean something only beside what was said before."""

from dataclasses import replace
from typing import Final

import pytest

from bot.conversation.conversation import Conversation, OnScreen, Value
from bot.conversation.events import FactAsked, Missed, OfficeTold, PapersTold, QuestionAsked, VerdictTold
from bot.conversation.library import Library
from bot.language.folding import folded
from tests.conversation.asked import knowing, told


@pytest.fixture
def at_the_menu(library: Library) -> Conversation:
    """Return the conversation of someone who was told nothing yet."""
    return knowing({}, library, "menu")


def _offered(text: str, conversation: Conversation, library: Library) -> list[str]:
    shown = told(text, conversation, library).conversation.shown
    return [choice.id.removeprefix("faq:") for choice in shown if choice.id.startswith("faq:")]


@pytest.mark.parametrize("text", ["شحال خاصني", "والوراق؟", "chhal khasni", "quels papiers ?", "واش نقدر"])
def test_alone_they_are_never_answered_at_once(text: str, at_the_menu: Conversation, library: Library) -> None:
    """Nobody has said what they are about: choices are offered, of more than one subject or the nearest alone."""
    turn = told(text, at_the_menu, library)
    assert turn.conversation.entry_told is None
    assert turn.conversation.question is not None
    assert 1 <= len(_offered(text, at_the_menu, library)) <= 3


@pytest.mark.parametrize(
    ("text", "after", "entry"),
    [
        ("والوراق؟", "tpme.what", "tpme.documents"),
        ("والوراق؟", "export.who", "export.papers"),
        ("شحال خاصني", "tpme.who", "tpme.min-investment"),
        ("وشحال كيكلف", "about.who", "about.free"),
        ("والوراق؟", "norms.wood", "export.licence"),
        ("شحال", "workshop.apprentice-aid", "finance.tahfiz"),
        ("quels papiers ?", "tpme.who", "tpme.documents"),
        ("شحال كيعطيو", "charters.investment", "tpme.how-much"),
        ("والوراق؟", "charters.foreign-trade", "export.papers"),
        ("chhal", "export.who", "export.support-rate"),
        ("combien ça donne ?", "export.support-rate", "export.covered-costs"),
        ("وقتاش يخلصوني", "tpme.how-much", "tpme.paid-when"),
        ("c'est quand ?", "export.who", "export.deadline"),
        ("kifach ndir daba", "tpme.what", "tpme.apply"),
        ("et après ?", "export.who", "export.apply"),
        ("w mn be3d", "status.rna", "status.rna-apply"),
        ("وشحال الثمن", "status.cooperative-create", "status.cooperative-cost"),
        ("متى", "maison.exporters-programme", "maison.call"),
    ],
)
def test_after_an_answer_they_are_about_its_subject(
    text: str, after: str, entry: str, at_the_menu: Conversation, library: Library
) -> None:
    """They are answered by what the subject has on it, and by the next where the first was just read."""
    turn = told(text, replace(at_the_menu, on_screen=OnScreen("answer", after)), library)
    assert turn.conversation.entry_told == entry


@pytest.mark.parametrize(
    ("after", "flow"), [("offices.cri", "office_cri"), ("offices.chamber", "office_chamber"), ("export.who", "office")]
)
def test_where_after_an_answer_finds_its_office(
    after: str, flow: str, at_the_menu: Conversation, library: Library
) -> None:
    """«فين المكتب» after what an office is finds that office."""
    turn = told("فين المكتب؟", replace(at_the_menu, on_screen=OnScreen("answer", after)), library)
    assert turn.conversation.flow == flow


@pytest.mark.parametrize(("after", "flow"), [("export.who", "office"), ("tpme.who", "office_cri")])
def test_where_is_told_again_below_the_office(after: str, flow: str, library: Library) -> None:
    """Whoever saw their office, asked something else and asks where to go hears of that office, not what one is."""
    seen = replace(knowing({"province": "taznakht"}, library, flow), on_screen=OnScreen("answer", after))
    turn = told("w fin nmchi", seen, library)
    assert [event for event in turn.events if isinstance(event, OfficeTold)]
    assert (turn.conversation.flow, turn.conversation.entry_told) == (flow, None)


@pytest.mark.parametrize("text", ["شحال", "chhal kaykellef", "فين نمشي", "والوراق؟", "وقتاش", "et après ?"])
def test_behind_no_answer_they_are_tried_as_a_question(text: str, at_the_menu: Conversation, library: Library) -> None:
    """Entries that only share the word are no answer: «شحال» behind the CE mark is not what exports are worth."""
    for entry in library.entries.values():
        if entry.off_topic:
            continue
        before = replace(at_the_menu, on_screen=OnScreen("answer", entry.id))
        turn = told(text, before, library)
        assert not [event for event in turn.events if isinstance(event, QuestionAsked)], entry.id


def test_what_was_not_written_is_said_to_be_unknown(at_the_menu: Conversation, library: Library) -> None:
    """The answer's own ways on come below, and a person."""
    before = replace(at_the_menu, on_screen=OnScreen("answer", "norms.lamps"))
    turn = told("شحال", before, library)
    assert Missed("nothing_fits") in turn.events
    assert {f"faq:{name}" for name in library.entries["norms.lamps"].see} | {"do:person"} <= {
        choice.id for choice in turn.conversation.shown
    }


@pytest.mark.parametrize("text", ["علاش", "pourquoi ?", "3lach"])
def test_why_after_an_answer_is_the_rest_of_it(text: str, at_the_menu: Conversation, library: Library) -> None:
    """Whoever asks why reads what was kept for a second screen."""
    turn = told(text, replace(at_the_menu, on_screen=OnScreen("answer", "export.auto-entrepreneur")), library)
    assert library.entries["export.auto-entrepreneur"].more is not None
    assert turn.rule == "follow_up"
    assert turn.conversation.entry_told == "export.auto-entrepreneur"


@pytest.mark.parametrize(
    "text",
    [
        "شحال كيكلف الصندوق ديال الشحن",
        "فين نلقى الجلد",
        "combien coûte un stand",
        "chhal khas dyal tissu",
        "علاش الفخار",
    ],
)
def test_what_names_something_is_no_follow_up(text: str, at_the_menu: Conversation, library: Library) -> None:
    """A question with a word of its own is asked as it stands."""
    turn = told(text, replace(at_the_menu, on_screen=OnScreen("answer", "tpme.what")), library)
    assert turn.rule != "follow_up"


_RESULT: Final[dict[str, Value]] = {
    "legal_form": "company",
    "activity": "craft_production",
    "craft": "leather",
    "exports_already": False,
    "best_turnover": 2_500_000,
}


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("شحال", "export_support_rate"),
        ("combien on peut toucher", "export_support_rate"),
        ("chno lwra9", "papers"),
        ("علاش لا", "refused"),
        ("pourquoi pas ?", "refused"),
        ("علاش قلتو ربما", "reasons"),
        ("فين خاصني نمشي", "office"),
        ("fin nmchi", "office"),
        ("où aller ?", "office"),
        ("ومن بعد", "first_step"),
        ("w daba chno ndir", "first_step"),
        ("وقتاش", "export.deadline"),
        ("kifach", "export.apply"),
    ],
)
def test_after_a_result_they_are_about_it(text: str, tells: str, library: Library) -> None:
    """The result's own amount, papers, reasons, office, next step; what the rules do not say, its subject's entry."""
    result = told("عاود", knowing(_RESULT, library, "eligibility_export"), library).conversation
    turn = told(text, result, library)
    said, say = "\n".join(reply.text for reply in turn.replies), library.phrases
    assert turn.rule == "follow_up"
    match tells:
        case "export_support_rate":
            assert "80" in said
        case "papers":
            assert PapersTold("power_export_first") in turn.events
        case "refused":
            assert VerdictTold("power_export_existing", "not_eligible") in turn.events
            assert say.nothing_would_change.of(turn.conversation.language) in said
        case "reasons":
            assert library.schemes["power_export_first"].title.of(turn.conversation.language) in said
        case "office":
            assert turn.conversation.flow == "office"
        case "first_step":
            assert say.first_step.of(turn.conversation.language).split("{")[0] in said
        case entry:
            assert turn.conversation.entry_told == entry


@pytest.mark.parametrize("text", ["شحال", "فين", "الوراق", "ومن بعد", "combien", "chhal", "où ?"])
def test_while_a_question_is_open_it_comes_again(text: str, library: Library) -> None:
    """What is asked in a word during a check is about what is checked; the question stands and nothing is recorded."""
    facts: dict[str, Value] = {"legal_form": "company", "activity": "craft_production", "exports_already": False}
    asked = told("عاود", knowing(facts, library, "eligibility_export"), library).conversation
    turn = told(text, asked, library)
    assert turn.rule == "follow_up"
    assert FactAsked("best_turnover") in turn.events
    assert dict(turn.conversation.facts) == facts


def test_a_question_that_may_lean_on_the_last_is_tried_both_ways(at_the_menu: Conversation, library: Library) -> None:
    """Of a short question that is not clear, what it is nearest to by itself is offered beside the last subject."""
    text = "شحال السقف"
    alone = _offered(text, at_the_menu, library)
    leaning = _offered(text, replace(at_the_menu, on_screen=OnScreen("answer", "tpme.what")), library)
    assert alone
    assert alone[0] in leaning
    assert any(library.entries[entry].subject == library.entries["tpme.what"].subject for entry in leaning)


#: Short questions as people wrote them who had not seen the words of the content.
_SHORT: Final = {
    "amount": "شحال يقدرو يعطيوني|شحال هي المنحة|et combien on touche|شحال من درهم|شنو غادي نربح|قداش غادي ندي",
    "cost": "شحال كتسوا|شحال تمنها|combien ça coûte|ch7al katswa|c'est combien",
    "office": "شكون خاصني نشوف|فين نحط الدوسي|où déposer|fin n7et dossier|chkoun n3eyet lih",
    "papers": "شنو الوراق اللي خاصني|شمن وراق|chno njib m3aya|شنو خاصني نجيب معايا|liste des papiers",
    "next": "منين نبدا|كيفاش نبدا|par où commencer|mnin nbda|واخا شنو ندير|شنو هي اول حاجة نديرها|et du coup",
    "when": "فوقاش غادي نتخلص|شحال كياخد ديال الوقت|ça prend combien de temps|fo9ach katji lflous|شحال خاصني نتسنى",
    "why": "علاش ربما|3lach hakka|pourquoi ça",
    "why_not": "علاش ماعنديش الحق|علاش خرجتوني|pourquoi je n'ai pas droit|شنو اللي ناقصني|3lach ma n9derch",
    "how": "كيفاش نطلبها|kifach ntlabha|comment postuler|كيفاش نقدم الطلب|comment ça se passe",
    "conditions": "شكون عندو الحق|c'est pour qui|شنو خاص يكون عندي|les conditions c'est quoi|chno homa chorot",
}


@pytest.mark.parametrize(
    ("text", "aspect"), [(text, kind) for kind, told in _SHORT.items() for text in told.split("|")]
)
def test_short_questions_are_known_in_many_words(text: str, aspect: str, library: Library) -> None:
    """Whatever verb and person they wear, each asks for one thing of what is on the screen."""
    assert library.follow_ups.aspect(folded(text)) == aspect


@pytest.mark.parametrize(
    "text", ["شحال كيكلف الشحن", "liste des foires", "فين نبيع الزرابي", "كيفاش نصدر", "وقتاش المعرض"]
)
def test_a_question_with_a_word_of_its_own_is_no_short_one(text: str, library: Library) -> None:
    """What names something is a question of its own, on any screen."""
    assert library.follow_ups.aspect(folded(text)) is None


def test_how_many_behind_a_cooperative_to_be_founded(at_the_menu: Conversation, library: Library) -> None:
    """«شحال خاصنا» behind how one is founded asks for people, not for the rest of what was just read."""
    turn = told("شحال خاصنا", replace(at_the_menu, on_screen=OnScreen("answer", "status.cooperative-create")), library)
    assert turn.conversation.entry_told == "status.cooperative-members"


@pytest.mark.parametrize(
    "text", ["و هاد الدعم ديال المصدرين شحال فيه ديال الفلوس", "d'accord mais combien exactement on peut toucher"]
)
def test_how_much_behind_an_export_result_is_of_that_aid(text: str, library: Library) -> None:
    """Money is no small loan where the aid just checked is named, or nothing is."""
    exporter: dict[str, Value] = {
        "legal_form": "company", "activity": "craft_production", "exports_already": True, "best_turnover": 3_000_000,
    }  # fmt: skip
    result = told("القائمة", knowing(exporter, library, "eligibility_export"), library)
    result = told("دعم التصدير", told("هل أستوفي الشروط؟", result.conversation, library).conversation, library)
    turn = told(text, result.conversation, library)
    assert turn.conversation.flow == "eligibility_export"
    assert "80" in turn.replies[0].text
