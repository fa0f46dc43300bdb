"""Who asks whether they themselves have a right to an aid is led to its check, and who tells a story to an answer."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import QuestionAsked, Turn
from bot.conversation.library import Library
from tests.conversation.asked import knowing, told

EXPORT, INVESTMENT, FINANCE, STATUS = (f"eligibility_{name}" for name in ("export", "investment", "finance", "status"))


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("واش حنا عندنا الحق فدعم التصدير", EXPORT),
        ("wach 3ndi l7e9 f da3m l export", EXPORT),
        ("est-ce que j ai droit à l aide à l export", EXPORT),
        ("بغيت نعرف واش نقدر نستافد من دعم التصدير", EXPORT),
        ("هل أستوفي شروط دعم التصدير", EXPORT),
        ("هل يحق لنا الاستفادة من دعم الاستثمار؟", INVESTMENT),
        ("واش نقدر ناخد الدعم ديال المقاولات الصغيرة", INVESTMENT),
        ("on peut avoir la prime investissement ?", INVESTMENT),
        ("wach ana m9boul f l istitmar", INVESTMENT),
        ("puis-je bénéficier de la charte d'investissement", INVESTMENT),
        ("كيفاش نستافدو من دعم التصدير", EXPORT),
        ("comment bénéficier de l'aide à l'investissement ?", INVESTMENT),
        ("واش نقدر ناخد كريدي", FINANCE),
        ("واش عندي الحق فبطاقة الصانع", STATUS),
    ],
)
def test_whether_one_has_a_right_is_told_by_the_check_of_the_aid(text: str, flow: str, library: Library) -> None:
    """A personal question is answered by the case of its person, not by who has a right in general."""
    assert told(text, Conversation(), library).conversation.flow == flow


@pytest.mark.parametrize(
    "text",
    [
        "شكون عندو الحق فدعم التصدير",
        "شنو خاصني باش نستافد من دعم التصدير",
        "وقتاش نقدر ناخد دعم الاستثمار",
        "شحال نقدر ناخد فدعم الاستثمار",
        "واش نقدرو نستافدو من دعم الاستثمار وحنا ديجا خدينا موازرة",
        "ana ma3ndich l7e9 f da3m tasdir",
    ],
)
def test_what_else_is_asked_of_an_aid_opens_no_check(text: str, library: Library) -> None:
    """When, how much, what it takes, and whether two go together, are questions of their own."""
    assert not told(text, Conversation(), library).conversation.flow.startswith("eligibility")


def test_this_aid_is_the_one_just_told_of(library: Library) -> None:
    """Behind the papers of the support for investment, "are we eligible for this" is about it."""
    papers = told("شنو هي وثائق ملف دعم الاستثمار", knowing({"legal_form": "cooperative"}, library, "menu"), library)
    asked = told("شكرا على الوثائق، لكن هل تعاونيتنا مؤهلة أصلا لهذا الدعم؟", papers.conversation, library)
    assert asked.conversation.flow == INVESTMENT


@pytest.mark.parametrize(
    "text",
    [
        "راه صيفطو لينا ورقة فيها الملف مرفوض وما قالو لينا علاش، حنا تعاونية ديال الفخار فآسفي",
        "سلام عليكم خويا أنا مرا من تازناخت كنصاوبو الزرابي وكيجي مول البزار كيشريهم من عندنا بتمن قليل",
    ],
)
def test_a_story_besides_who_one_is_is_not_asked_which_aid(text: str, library: Library) -> None:
    """Who was refused, or sells too cheap, did not ask for an aid: what is near their words is offered, facts kept."""
    after = told(text, Conversation(), library).conversation
    assert after.flow == library.roles.menu
    assert after.facts["craft"]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("خياطة من سلا بغيت ندخل لمعرض الصناعة التقليدية", "quality.fairs-national"),
        ("ana men tiznit sayegh fedda bghit nchark f lma3rad li jay", "quality.fairs-national"),
        ("حنا تعاونية فزاكورة بغينا نشاركو فمعرض", "quality.fairs-national"),
        ("coopérative de poterie à Safi, nous voulons participer à un salon régional", "quality.fairs-national"),
        ("تعاونية الأرگان ديالنا فتالوين باغين نديرو شهادة بيو شكون يعاونا فيها", "norms.cosmetics"),
    ],
)
def test_what_is_wanted_besides_an_aid_is_not_asked_which_aid(text: str, entry: str, library: Library) -> None:
    """Who says who they are and wants to go to a fair is answered on fairs, or offered it, with what they told."""
    turn = told(text, Conversation(), library)
    assert turn.conversation.flow == library.roles.menu
    assert entry in _answered_or_offered(turn)
    assert turn.conversation.facts["legal_form" if "craft" not in turn.conversation.facts else "craft"]


def _answered_or_offered(turn: Turn) -> set[str]:
    return {entry for event in turn.events if isinstance(event, QuestionAsked) for entry in event.best[:3]}


@pytest.mark.parametrize(
    "text",
    [
        "حنا تعاونية ديال الزرابي فتازناخت بغينا نمشيو لمعرض فالمانيا شكون يعاونا",
        "je suis potier à Safi je veux exporter qui peut m'aider",
        "ta3awnia dyal lfekhar f safi bghina nsadro chkoun y3awnna",
    ],
)
def test_who_helps_with_what_is_wanted_asks_for_no_office(text: str, library: Library) -> None:
    """Who helps us, beside a wish, asks for aid with it; without one it asks for the office."""
    assert told(text, Conversation(), library).conversation.flow == EXPORT
    assert told("شكون يعاونا فأزيلال", Conversation(), library).rule == "office_in_own_words"
