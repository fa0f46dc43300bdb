"""What people say of where they are is read as the place they mean, or they are asked."""

from statistics import median
from time import perf_counter
from typing import assert_never

import pytest

from bot.offices.places import Gazetteer, NoPlace, PlaceReading, Sure, Unsure
from tests.offices.conftest import rows


def outcome(reading: PlaceReading) -> str:
    """Return a reading as the tables write it: a region's number, `ask` or `none`."""
    match reading:
        case Sure(place=place):
            return str(place.region)
        case Unsure():
            return "ask"
        case NoPlace():
            return "none"
        case _:
            assert_never(reading)


@pytest.mark.parametrize(("said", "meant"), list(rows("spellings.txt")))
def test_each_spelling_leads_to_its_region(gazetteer: Gazetteer, said: str, meant: str) -> None:
    """A place named in Arabic, French or Arabizi is found, an ambiguous name is asked back, a sentence has none."""
    assert outcome(gazetteer.read(said)) == meant


@pytest.mark.parametrize("table", ["unseen.txt", "unseen_later.txt"])
def test_what_was_never_tuned_on_is_never_read_wrong(gazetteer: Gazetteer, table: str) -> None:
    """A spelling nobody thought of leads to its region, to a question, or to nothing: never to another region."""
    told = [(said, meant, gazetteer.read(said)) for said, meant in rows(table)]
    wrong = [
        (said, meant, reading)
        for said, meant, reading in told
        if isinstance(reading, Sure) and str(reading.place.region) != meant
    ]
    assert wrong == []
    right = [said for said, meant, reading in told if outcome(reading) == meant]
    assert len(right) / len(told) >= 0.95


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("العيون", True),
        ("أنا من العيون شكرا", True),
        ("دوار حدا تازناخت", True),
        ("je suis à Fès", True),
        ("واش القافلة غادي تجي للعيون", False),
        ("شحال خاص باش نستافد ففاس", False),
    ],
)
def test_an_answer_is_told_from_a_question_that_names_a_place(gazetteer: Gazetteer, said: str, whole: bool) -> None:
    """A reading says whether the message was nothing but the place."""
    reading = gazetteer.read(said)
    assert isinstance(reading, Sure)
    assert reading.whole is whole


@pytest.mark.parametrize(
    ("said", "id_"),
    [
        ("تارودانت", "taroudannt"),
        ("إقليم تارودانت", "province-taroudant"),
        ("جهة مراكش", "region-7"),
        ("مراكش", "marrakech"),
        ("إقليم الحوز جماعة تمصلوحت", "tameslohte"),
        ("تبانت أزيلال", "tabant"),
        ("سيدي بوبكر الرحامنة", "sidi-boubker-074270915"),
        ("عمالة سلا", "province-sale"),
        ("الحوز", "province-al-haouz"),
        ("حي المعاريف كازا", "casablanca-maarif"),
    ],
)
def test_the_kind_and_the_surroundings_settle_a_name(gazetteer: Gazetteer, said: str, id_: str) -> None:
    """A town goes before the province of its name, unless a province or a region is said; the smallest counts."""
    reading = gazetteer.read(said)
    assert isinstance(reading, Sure)
    assert reading.place.id == id_


def test_an_ambiguous_name_offers_the_places_it_may_mean(gazetteer: Gazetteer) -> None:
    """Two or three communes of one name are offered, the one with most people first."""
    reading = gazetteer.read("أنا من أولاد عيسى")
    assert isinstance(reading, Unsure)
    assert [place.province for place in reading.choices] == ["El Jadida", "Taroudant", "Khouribga"]


@pytest.mark.parametrize("said", ["", "   ", "؟؟؟", "👍", "\u200f", "12345", "x" * 5000, "من " * 3000])
def test_anything_can_be_read(gazetteer: Gazetteer, said: str) -> None:
    """A message without words, or with far too many, has no place in it."""
    assert isinstance(gazetteer.read(said), NoPlace)


def test_every_official_name_is_found(gazetteer: Gazetteer) -> None:
    """Whoever writes a place's name as the State does is led to it, or asked; a few names are everyday words."""
    unread = []
    for place in gazetteer.places.values():
        for name in (place.name.of("ar"), place.name.of("fr")):
            match gazetteer.read(name):
                case Sure(place=found):
                    assert found.region == place.region, name
                case Unsure(choices=choices):
                    assert place.region in {choice.region for choice in choices}, name
                case NoPlace():
                    unread.append(name)
    assert len(unread) <= 15, unread


def test_a_message_is_read_at_once(gazetteer: Gazetteer) -> None:
    """Reading takes less than two milliseconds, most of the time far less."""
    taken = []
    for said, _ in rows("spellings.txt"):
        start = perf_counter()
        gazetteer.read(said)
        taken.append(perf_counter() - start)
    assert median(taken) < 0.002
