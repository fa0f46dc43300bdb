"""The office of a person's region comes first, the others by distance."""

from pathlib import Path

import pytest

from bot.content.places import read_offices
from bot.content.reading import Mistakes
from bot.offices.places import Gazetteer, Office, OfficeKind, PlaceId, nearest
from tests.offices.conftest import ROOT


@pytest.fixture(scope="session")
def offices(gazetteer: Gazetteer) -> tuple[Office, ...]:
    """Return the offices of this checkout's content."""
    mistakes = Mistakes()
    found = read_offices(Path(ROOT), gazetteer, mistakes)
    assert found is not None
    assert mistakes.errors == []
    return found


def test_the_competent_office_comes_first(gazetteer: Gazetteer, offices: tuple[Office, ...]) -> None:
    """Tan-Tan is nearer to Laâyoune's neighbours than to many, yet its own region's office is named first."""
    place = gazetteer.places[PlaceId("tan-tan")]
    first, *others = nearest(place, offices, "brce")
    assert first.is_competent
    assert first.office.id == "brce-10"
    assert not any(reach.is_competent for reach in others)
    assert [reach.metres for reach in others] == sorted(reach.metres for reach in others)


@pytest.mark.parametrize("kind", ["brce", "cri", "dr_artisanat", "chamber"])
def test_every_region_has_its_office(gazetteer: Gazetteer, offices: tuple[Office, ...], kind: OfficeKind) -> None:
    """Wherever a person is, one office of each kind is competent."""
    for number in range(1, 13):
        reaches = nearest(gazetteer.region(number), offices, kind)
        assert [reach.office.region for reach in reaches if reach.is_competent] == [number]


def test_the_national_house_is_found_from_anywhere(gazetteer: Gazetteer, offices: tuple[Office, ...]) -> None:
    """The Maison de l'Artisan is one for all: from Dakhla it is 1,400 km away, in another region."""
    (reach,) = nearest(gazetteer.places[PlaceId("dakhla")], offices, "maison_artisan")
    assert reach.office.city.of("fr") == "Rabat"
    assert reach.metres == pytest.approx(1_440_000, rel=0.03)


def test_no_doubtful_number_is_given(offices: tuple[Office, ...]) -> None:
    """A telephone number on which the sources differ, or that looks wrong, is left out; the rest is told as unsure."""
    centres = {office.region: office for office in offices if office.kind == "cri"}
    assert [number for number, office in sorted(centres.items()) if office.phone is None] == [1, 6, 9, 12]
    assert {office.confidence for office in centres.values()} == {"uncertain"}
    assert all(office.source_url and office.source_date for office in offices if office.phone)
