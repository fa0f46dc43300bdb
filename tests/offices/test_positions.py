"""A shared position leads to the commune it is in or beside; one abroad leads nowhere."""

import pytest

from bot.offices.places import Gazetteer, Point, distance


@pytest.mark.parametrize(
    ("where", "lat", "lon", "region"),
    [
        ("Casablanca", 33.5731, -7.5898, 6),
        ("Casablanca, port", 33.607, -7.615, 6),
        ("Rabat", 34.0209, -6.8416, 4),
        ("Fès", 34.0331, -5.0003, 3),
        ("Tanger", 35.7595, -5.834, 1),
        ("Fnideq", 35.849, -5.357, 1),
        ("Bni Ansar", 35.268, -2.928, 2),
        ("Saïdia", 35.085, -2.24, 2),
        ("Oujda", 34.6814, -1.9086, 2),
        ("Figuig", 32.1092, -1.229, 2),
        ("Béni Mellal", 32.3373, -6.3498, 5),
        ("Essaouira", 31.5085, -9.7595, 7),
        ("Merzouga", 31.08, -4.01, 8),
        ("Taznakht", 30.5786, -7.2046, 8),
        ("M'hamid", 29.82, -5.72, 8),
        ("Agadir", 30.4278, -9.5981, 9),
        ("Zag", 28.02, -9.33, 10),
        ("Tarfaya", 27.9395, -12.9255, 11),
        ("Laâyoune", 27.1536, -13.2033, 11),
        ("Smara", 26.7384, -11.6719, 11),
        ("Dakhla", 23.6848, -15.958, 12),
        ("Guerguerat", 21.42, -16.96, 12),
        ("Lagouira", 20.84, -17.09, 12),
    ],
)
def test_a_position_is_in_its_region(gazetteer: Gazetteer, where: str, lat: float, lon: float, region: int) -> None:
    """Towns of every region, on the coast and at the borders, are found by their position."""
    place = gazetteer.at(lat, lon)
    assert place is not None, where
    assert place.region == region
    assert place.kind == "commune"


@pytest.mark.parametrize(
    ("where", "lat", "lon"),
    [
        ("Ceuta", 35.8894, -5.3198),
        ("Melilla", 35.2923, -2.9381),
        ("Algeciras", 36.1408, -5.4562),
        ("Tarifa", 36.0143, -5.6044),
        ("Las Palmas", 28.1235, -15.4363),
        ("Fuerteventura", 28.5, -13.86),
        ("Maghnia", 34.8617, -1.7306),
        ("Tlemcen", 34.8828, -1.3167),
        ("Béchar", 31.6167, -2.2167),
        ("Tindouf", 27.6742, -8.1478),
        ("Nouadhibou", 20.9425, -17.0362),
        ("Zouérat", 22.735, -12.47),
        ("the ocean", 33.0, -10.5),
        ("Paris", 48.85, 2.35),
        ("nowhere", 0.0, 0.0),
    ],
)
def test_a_position_abroad_is_no_place(gazetteer: Gazetteer, where: str, lat: float, lon: float) -> None:
    """Beyond the border or at sea, no commune is named, however near one is."""
    assert gazetteer.at(lat, lon) is None, where


def test_every_commune_is_where_it_is(gazetteer: Gazetteer) -> None:
    """The centre of each commune lies inside the country and leads back to a commune of its region."""
    for place in gazetteer.places.values():
        if place.kind == "commune":
            found = gazetteer.at(place.lat, place.lon)
            assert found is not None, place.id
            assert found.region == place.region, place.id


def test_distances_are_along_the_great_circle() -> None:
    """Rabat to Laâyoune is about 972 km as the crow flies, and nowhere is far from itself."""
    rabat, laayoune = Point(34.0209, -6.8416), Point(27.1536, -13.2033)
    assert distance(rabat, laayoune) == pytest.approx(972_000, rel=0.01)
    assert distance(rabat, rabat) == 0
