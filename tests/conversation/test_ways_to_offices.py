"""Who asks the way: to an office by its name, behind what was last told, with the place told before."""

from dataclasses import replace
from typing import Literal

import pytest

from bot.conversation.conversation import Conversation, OnScreen, Value
from bot.conversation.events import EntryAnswered, OfficeTold
from bot.conversation.library import Library
from tests.conversation.asked import knowing, tapped, told

#: An answer to every question of the small aids.
_COOPERATIVE: dict[str, Value] = {
    "legal_form": "cooperative",
    "activity": "craft_production",
    "province": "sefrou",
    "age_years": 3,
    "last_turnover": 300_000,
}


def _behind(kind: Literal["answer", "scheme"], of: str, before: Conversation) -> Conversation:
    return replace(before, on_screen=OnScreen(kind, of))


def _entries(text: str, before: Conversation, library: Library) -> list[str]:
    return [event.entry for event in told(text, before, library).events if isinstance(event, EntryAnswered)]


def _offices(text: str, before: Conversation, library: Library) -> list[str]:
    return [event.office for event in told(text, before, library).events if isinstance(event, OfficeTold)]


@pytest.mark.parametrize(
    "text",
    [
        "فين كاين القسم ديالهم فسلا",
        "وصافي وفين نمشي لهاد المبادرة",
        "وفين كاين هاد القسم فسلا",
        "لا ماشي التجارة الخارجية هاداك القسم ديال العمالة",
        "fin nmchi f merrakech 3nd had l 3amal l ijtima3i",
        "شكون نشوف فالعمالة فتطوان",
        "فين نمشي ندفع طلب المبادرة فالرشيدية",
        "عطيني النمرة ديال القسم الاجتماعي",
        "fin kayna l3amala d Tiznit",
        "fin kayn had l9ism f agadir",
        "où est la DAS de Safi",
        "le numéro de l'INDH à Tiznit svp",
        "c'est où la division sociale",
    ],
)
@pytest.mark.parametrize("is_behind_its_answer", [True, False])
def test_the_social_action_division_is_no_other_office(
    text: str, library: Library, *, is_behind_its_answer: bool
) -> None:
    """Whoever asks for the division of the prefecture is told what is known of it, and is sent nowhere else."""
    before = knowing({}, library, "menu")
    before = _behind("answer", "workshop.machine", before) if is_behind_its_answer else before

    assert _entries(text, before, library) == ["offices.social-action"]
    assert _offices(text, before, library) == []


def test_a_town_behind_it_is_kept_and_changes_no_office(library: Library) -> None:
    """«marrakech» behind the answer on the division is where somebody is."""
    before = _behind("answer", "offices.social-action", knowing({}, library, "menu"))

    turn = told("marrakech", before, library)

    assert _offices("marrakech", before, library) == []
    assert turn.conversation.facts == {"province": "marrakech"}


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("فين كاينة دار الصانع ولا شي مكتب قريب لازيلال", "maison.contact"),
        ("nmra dyal dar sani3", "maison.contact"),
        ("où se trouve la maison de l'artisan à Fès", "maison.contact"),
        ("fin kayna lbanka li 9riba liya", "offices.bank"),
        ("où est la banque à Fès ?", "offices.bank"),
        ("فين كاينة البنكة فصفرو", "offices.bank"),
        ("fin kayna anapec f fes", "offices.elsewhere"),
        ("فين كاينة إدارة الضرائب فمكناس", "offices.elsewhere"),
    ],
)
def test_an_office_without_known_addresses_is_told_as_such(text: str, entry: str, library: Library) -> None:
    """What is known of it is told, and no other office in its place."""
    assert _entries(text, Conversation(), library) == [entry]
    assert _offices(text, Conversation(), library) == []


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("وفين كاينة الغرفة القريبة ليا", "chamber-8"),
        ("fin kayna lghorfa l9riba liya", "chamber-8"),
        ("w lghorfa?", "chamber-8"),
        ("où est la chambre d'artisanat la plus proche ?", "chamber-8"),
        ("نمرة الغرفة عفاك", "chamber-8"),
        ("فين جا المركز الجهوي للاستثمار", "cri-8"),
        ("le CRI il est où ?", "cri-8"),
        ("fin kayna lmandoubia dial artisanat", "dr_artisanat-8"),
        ("رقم هاتف مديرية الصناعة التقليدية", "dr_artisanat-8"),
        ("بغيت المندوبية", "dr_artisanat-8"),
    ],
)
def test_the_place_told_before_is_not_asked_again(text: str, office: str, library: Library) -> None:
    """An office that is named is that of the place that is known."""
    before = knowing({"province": "taznakht"}, library, "menu")

    assert _offices(text, before, library) == [office]


@pytest.mark.parametrize(
    "text",
    [
        "nmra dial telephone dial delegation f agadir",
        "عفاك عنوان ورقم هاتف مديرية الصناعة التقليدية اكادير",
        "بغيت نهضر مع المندوبية ديال أكادير",
        "le numéro de la délégation de l'artisanat à Agadir",
    ],
)
def test_an_office_with_a_place_is_that_of_the_place(text: str, library: Library) -> None:
    """The place that stands beside its name decides."""
    assert _offices(text, Conversation(), library) == ["dr_artisanat-9"]


@pytest.mark.parametrize(
    "text",
    [
        "ونمرة التيليفون",
        "لا بغيت غير النمرة ديال التيلفون",
        "nmra dial telephone",
        "le numéro ?",
        "w tel?",
    ],
)
@pytest.mark.parametrize("between", ["", "واش خاصني ندي معايا شي وراق"])
def test_the_telephone_behind_an_office_is_its_own(text: str, between: str, library: Library) -> None:
    """Also where something about it was asked in between."""
    before = told("فين كاين المكتب ديال التجارة الخارجية انا فالداخلة", Conversation(), library).conversation
    before = told(between, before, library).conversation if between else before

    turn = told(text, before, library)

    assert _offices(text, before, library) == ["brce-12"]
    assert len(turn.replies[0].text) < 400


@pytest.mark.parametrize(
    "text", ["انا قلت ليك الداخلة", "golt lik dakhla", "راني قلت ليكم الداخلة", "je vous ai déjà dit Dakhla"]
)
def test_a_place_said_again_is_that_place(text: str, library: Library) -> None:
    """«راني قلت ليك» in front of it hides nothing."""
    before = knowing({}, library, "office")

    assert _offices(text, before, library) == ["brce-12"]


def test_where_behind_a_result_without_an_office_of_ours_is_that_of_the_scheme(library: Library) -> None:
    """«فين نمشي؟» about the development initiative leads to the division, and not to the next office that is known."""
    before = knowing(_COOPERATIVE, library, "eligibility_finance")

    assert _entries("فين نمشي؟", _behind("scheme", "indh", before), library) == ["offices.social-action"]


@pytest.mark.parametrize("text", ["شنو هي المبادرة الوطنية", "واش البنك كيعطي القرض بلا ضمانة", "c'est quoi l'INDH ?"])
def test_a_question_about_what_it_does_asks_no_way(text: str, library: Library) -> None:
    """A name without words for the way is a question about the thing."""
    assert not {"offices.social-action", "offices.bank"} & set(_entries(text, Conversation(), library))


def test_a_french_or_between_two_offices_asks_the_way_to_neither(library: Library) -> None:
    """Without its accent «où» is spelled like "or"."""
    turn = told("je travaille avec la chambre ou la délégation", knowing({}, library, "menu"), library)
    assert turn.rule != "office_named"


def test_where_is_asked_with_or_without_the_accent(library: Library) -> None:
    """At the beginning "ou" asks the way as «où» does anywhere."""
    for text in ("ou est la chambre", "et la chambre c'est où"):
        assert told(text, knowing({}, library, "menu"), library).rule == "office_named"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("فين نمشي فتيزنيت ولا اكادير", ["office_chamber:tiznit", "office_chamber:agadir"]),
        ("fin nmchi f meknes wla fes", ["office_chamber:meknes", "office_chamber:fes"]),
    ],
)
def test_two_towns_are_two_offices_to_choose_from(text: str, offered: list[str], library: Library) -> None:
    """They are no two places of one name, and the office stays that of what was last told."""
    before = _behind("answer", "quality.fairs-abroad", knowing({"province": "tiznit"}, library, "menu"))

    turn = told(text, before, library)

    assert turn.replies[-1].text == library.phrases.which_office.of("ar")
    assert [choice.id for choice in turn.replies[-1].choices][:3] == [*(f"look:{one}" for one in offered), "do:none"]


def test_an_office_tapped_elsewhere_moves_nobody(library: Library) -> None:
    """Where somebody works stays as they told it; they say by a tap that they are there."""
    before = _behind("answer", "quality.fairs-abroad", knowing({"province": "tiznit"}, library, "menu"))
    asked = told("فين نمشي فتيزنيت ولا اكادير", before, library).conversation

    (agadir,) = (choice.label for choice in asked.shown if choice.id == "look:office_chamber:agadir")
    turn = tapped(agadir, asked, library)

    assert [event.office for event in turn.events if isinstance(event, OfficeTold)] == ["chamber-9"]
    assert turn.conversation.facts == {"province": "tiznit"}
    assert "a:province:agadir" in [choice.id for choice in turn.conversation.shown]


@pytest.mark.parametrize("town", ["أنا من زاكورة", "زاكورة", "f zagora"])
def test_a_town_behind_the_caravan_is_no_question_for_an_office(town: str, library: Library) -> None:
    """Who read the stations and names their town asks whether it comes there."""
    stations = told("القافلة فين غادي تدوز", Conversation(), library)
    after = told(town, stations.conversation, library).conversation
    assert after.entry_told == "caravan.my-town"
    assert after.facts[library.roles.place] == "zagora"


def test_a_town_where_a_station_was_is_told_so(library: Library) -> None:
    """Who names a town of a known station is told of it before what is not known of those to come."""
    asked = told("واش القافلة غادي تجي لمكناس", Conversation(), library)
    text = "\n".join(reply.text for reply in asked.replies)
    assert library.phrases.station_here.of("ar") in text
    elsewhere = told("واش القافلة غادي تجي لتزنيت", Conversation(), library)
    assert library.phrases.station_here.of("ar") not in "\n".join(reply.text for reply in elsewhere.replies)
