"""A place's name tells where someone is, and nothing of their trade or of their legal form."""

import csv

import pytest
import yaml

from bot.conversation.conversation import Value
from bot.conversation.hearing.told_facts import heard
from bot.conversation.library import Library
from bot.eligibility.facts import OneOf
from tests.conversation.asked import asked
from tests.program import ROOT

#: «حدادة» is what a smith says, and a commune that is asked about by its fuller name.
A_TRADE_TOO = {"الحدادة", "حدادة"}


def _names() -> set[str]:
    """Return every name of the gazetteer, official or said."""
    with (ROOT / "flows" / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    aliases = yaml.safe_load((ROOT / "flows" / "place_aliases.yaml").read_text("utf-8"))
    said = [name for names in aliases["places"].values() for name in names]
    several = [name for one in aliases["several"] for name in one["said"]]
    official = [name for row in rows for name in (row["name_ar"], row["name_fr"], *row["aliases"].split("|"))]
    return {str(name) for name in (*official, *said, *several) if name}


def test_no_name_of_a_place_is_an_option(library: Library) -> None:
    """Of all names of the gazetteer, none is heard as a trade, an activity or a legal form."""
    names = _names()
    assert len(names) > 4_000
    choices = {fact.id for fact in library.facts.values() if isinstance(fact.kind, OneOf)}
    wrong = {name: found for name in names - A_TRADE_TOO if (found := choices & heard(name, library).keys())}
    assert wrong == {}


@pytest.mark.parametrize("fact", ["legal_form", "activity", "craft"])
@pytest.mark.parametrize(
    "text", ["كلميم", "Sefrou", "قصبة تادلة", "Souk Sebt", "وادي الذهب", "عين الجمعة", "Tanger-Assilah"]
)
def test_a_town_answers_no_choice(fact: str, text: str, library: Library) -> None:
    """A town typed to another question is noted as the place at most, and the question stands."""
    assert asked(fact, text, library).keys() <= {"province"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("كنصاوب الفخار فآسفي", {"craft": "pottery", "province": "safi"}),
        ("زرابي فتازناخت", {"craft": "carpets", "province": "taznakht"}),
        ("خراز فكلميم", {"craft": "leather", "province": "guelmim"}),
        ("تعاونية فالفقيه بن صالح", {"legal_form": "cooperative", "province": "fquih-ben-salah"}),
        ("nous sommes une coopérative de Sefrou", {"legal_form": "cooperative", "province": "sefrou"}),
    ],
)
def test_a_trade_beside_a_town_is_heard(text: str, facts: dict[str, Value], library: Library) -> None:
    """Words that are no part of the town's name count as ever."""
    found = asked("activity", text, library)
    assert {fact: found.get(fact) for fact in ("legal_form", "craft", "province") if fact in found} == facts


@pytest.mark.parametrize(
    ("text", "craft"),
    [("زليج", "stone_zellige"), ("خشب", "wood"), ("حدادة", "metal"), ("الحدادة", "metal"), ("نحاس", "metal")],
)
def test_a_trade_that_is_a_place_too_answers_the_question_of_the_trade(text: str, craft: str, library: Library) -> None:
    """To "what is your craft?", the word of a craft is the craft."""
    assert asked("craft", text, library)["craft"] == craft


@pytest.mark.parametrize("text", ["نجي عندكم نهار الجمعة", "الجمعة", "nhar jem3a"])
def test_friday_is_no_association(text: str, library: Library) -> None:
    """The day has the consonants of the association, and is another word."""
    assert asked("legal_form", text, library) == {}


@pytest.mark.parametrize("text", ["جمعية", "حنا جمعية", "jam3iya", "jm3iya", "الجمعية ديالنا"])
def test_an_association_is_one_in_either_script(text: str, library: Library) -> None:
    """Its own word is read however it is written."""
    assert asked("legal_form", text, library)["legal_form"] == "association"


@pytest.mark.parametrize(
    ("text", "craft"),
    [
        ("خراز", "leather"),
        ("الخرازة", "leather"),
        ("khraz", "leather"),
        ("سراج", "leather"),
        ("دراز", "carpets"),
        ("derraz", "carpets"),
        ("صايغ", "jewellery"),
        ("lfdda", "jewellery"),
        ("جباس", "stone_zellige"),
        ("زواق", "wood"),
        ("فخارجي", "pottery"),
        ("الحصير", "basketry"),
        ("السفيفة", "clothing"),
        ("المجبود", "clothing"),
    ],
)
def test_who_names_a_trade_is_a_maker(text: str, craft: str, library: Library) -> None:
    """The name of whoever does a trade tells the trade, and the activity with it."""
    assert asked("activity", text, library) == {"activity": "craft_production", "craft": craft}


def test_a_carver_is_a_maker_of_what_is_asked(library: Library) -> None:
    """Wood, plaster and copper are carved: the activity is known, the craft is not."""
    assert asked("activity", "نقاش", library) == {"activity": "craft_production"}


@pytest.mark.parametrize("text", ["الأركان", "argan", "تعاونية د الأركان"])
def test_argan_is_no_agriculture_by_itself(text: str, library: Library) -> None:
    """Who makes argan oil is asked what they do."""
    assert "activity" not in asked("activity", text, library)
