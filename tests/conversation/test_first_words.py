"""The language of the very first words."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import EntryAnswered, FactAsked
from bot.conversation.library import Library
from tests.conversation.asked import knowing, told


@pytest.mark.parametrize(("text", "language"), [("Bonjour", "fr"), ("aide", "fr"), ("salam", "ar"), ("سلام", "ar")])
def test_a_greeting_is_answered_in_its_language(text: str, language: str, library: Library) -> None:
    """Whoever begins in French is welcomed in French."""
    assert told(text, Conversation(), library).replies[0].language == language


@pytest.mark.parametrize(
    "text", ["merci", "ok merci", "merci beaucoup", "d'accord merci", "oui merci", "non merci", "oui oui"]
)
def test_thanks_in_french_change_nothing_later(text: str, library: Library) -> None:
    """«merci» belongs to Darija too: the conversation stays in Arabic."""
    assert told(text, knowing({}, library, "menu"), library).replies[0].language == "ar"


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        (
            "عندي 24 عام وبغيت نحل ورشة ديال الحدادة فبني ملال خاصني 100 مليون واش كاين لي يعاوني",
            "eligibility_investment",
        ),
        ("bghit n7el warcha d nejjara f agadir wach kayn li y3awenni", "eligibility_investment"),
        (
            "salam 3ndna cooperative dyal argan f agadir sadarna l almania 3am lifat wach kayn chi da3m",
            "eligibility_export",
        ),
    ],
)
def test_who_asks_who_could_help_them_is_shown_the_check_and_not_an_office(
    text: str, flow: str, library: Library
) -> None:
    """«واش كاين لي يعاوني» asks for a right, and not for the way to whoever helps."""
    assert told(text, Conversation(), library).conversation.flow == flow


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("charika dial noqra f tiznit chiffre daffaire 220 mlyoun wach ndkhol f da3m dial tasdir", "last_turnover"),
        ("حنا تعاونية ديال الفخار فآسفي رقم المعاملات 90 مليون، واش نستافدو من دعم التصدير", "last_turnover"),
        ("حنا تعاونية من 2020 فالعرايش بغينا نكبرو الورشة بـ 2 مليون درهم", "age_years"),
        ("notre sarl de poterie créée en 2019 à Safi veut investir 3 millions de dirhams", "age_years"),
    ],
)  # fmt: skip
def test_what_is_told_in_two_senses_is_asked_first_and_not_dropped(text: str, fact: str, library: Library) -> None:
    """A turnover in dirhams or centimes, and the year of a founding, are asked by a tap where the check needs them."""
    turn = told(text, Conversation(), library)
    assert FactAsked(fact) in turn.events
    assert f"a:{fact}:" in turn.conversation.shown[0].id


def test_a_turnover_in_latin_letters_is_taken(library: Library) -> None:
    """«رقم المعاملات» in Arabizi, however it is spelled, is the turnover."""
    text = "salam ana 3endi charika s.a.r.l w rqm mo3amalat 3.5 mlyoun dirham wach dakhel f da3m"
    assert told(text, Conversation(), library).conversation.facts["last_turnover"] == 3_500_000


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("حنا تعاونية فصفرو بغينا دعم ماشي كريدي باش نكبرو", "eligibility_investment"),
        ("j'ai une sarl à casa, pas de crédit, je veux exporter", "eligibility_export"),
        ("ana mo9awil dati f fes machi tasdir bghit kridi", "eligibility_finance"),
        ("حنا تعاونية فصفرو وما عندناش فلوس", "eligibility_finance"),
    ],
)
def test_the_check_that_is_not_wanted_is_not_opened(text: str, flow: str, library: Library) -> None:
    """«ماشي قرض» asks for no credit; who has no money needs some."""
    assert told(text, Conversation(), library).conversation.flow == flow


@pytest.mark.parametrize(
    "text",
    [
        "رئيسة تعاونية ديال الطرز قالو لينا جيبو الوراق ديال الدعم ديال التصدير شنو هوما هاد الوراق",
        "hna ta3awniya d zrabi f azrou, bghina da3m tasdir, chno lwra9",
        "notre coopérative de poterie à Safi veut l'aide à l'export, quels papiers faut-il",
    ],
)
def test_a_question_behind_who_somebody_is_is_answered(text: str, library: Library) -> None:
    """Who says who they are and asks for the papers of an aid is told the papers, and the check is a choice."""
    turn = told(text, Conversation(), library)
    assert turn.conversation.entry_told == "export.papers"
    assert turn.conversation.facts["legal_form"] == "cooperative"
    assert turn.conversation.shown[0].id == "to:eligibility_export"


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("باغي نبيع البلغة فالطاليان", "eligibility_export"),
        ("كنصاوب الخزف وبغيت نبيعو فالبرتغال", "eligibility_export"),
        ("bghit nbi3 zrabi f swisra", "eligibility_export"),
        ("bghit nbi3 slla dial doum f singapour", "eligibility_export"),
        ("je veux vendre mes paniers au Brésil", "eligibility_export"),
        ("عندي لاكارط ديال الصانع وباغي نبيع البلغة فالطاليان ماشي قرض", "eligibility_export"),
        ("j'ai ma carte d'artisan et je veux vendre mes poteries en Suisse", "eligibility_export"),
        ("ana sakn f fransa bghit ndir machro3 dyal zlij f fes", "eligibility_investment"),
        ("je vis en Italie et je veux ouvrir un atelier de poterie à Safi", "eligibility_investment"),
        ("خويا ففرنسا عاوني بالفلوس باش نفتح ورشة ديال الخشب", "eligibility_investment"),
        ("ana nejjar bghit nfte7 warcha f berkane", "eligibility_investment"),
    ],
)
def test_a_card_one_has_and_a_country_one_lives_in_are_no_wish(text: str, flow: str, library: Library) -> None:
    """A country abroad asks for the export's check where something is sold, not where somebody lives or works."""
    assert told(text, Conversation(), library).conversation.flow == flow


def test_selling_abroad_is_not_asking_for_a_price(library: Library) -> None:
    """Who writes "nbi3 lbelgha f espagne" is offered the ways to export, not what it costs."""
    turn = told("nbi3 lbelgha f espagne", Conversation(), library)
    assert not any(isinstance(event, EntryAnswered) for event in turn.events)
    assert any(choice.id == "to:eligibility_export" for choice in turn.conversation.shown)
