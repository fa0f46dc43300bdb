"""The tables of places are complete, agree with the provinces, and a writer's mistake in them is told by its line."""

import csv
import shutil
from collections import Counter
from pathlib import Path

from bot.content.places import read_gazetteer
from bot.content.reading import Mistakes
from bot.offices.places import Gazetteer
from tests.offices.conftest import ROOT

TABLES = ("places.csv", "border.csv", "provinces.csv", "place_aliases.yaml", "place_words.yaml")


def copied(folder: Path) -> Path:
    """Return a copy of the content's places in `folder`."""
    (folder / "flows").mkdir()
    for name in TABLES:
        shutil.copy(ROOT / "flows" / name, folder / "flows" / name)
    return folder


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Return a copy of the content's places with one text changed."""
    path = copied(folder) / "flows" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def told(root: Path) -> set[tuple[str, int]]:
    """Return where mistakes were found."""
    mistakes = Mistakes()
    read_gazetteer(root, mistakes)
    return {(error.where.file, error.where.line) for error in mistakes.errors}


def test_the_country_is_complete(gazetteer: Gazetteer) -> None:
    """There are 12 regions, 75 provinces and prefectures, 1,503 communes and 41 arrondissements."""
    counted = Counter(place.kind for place in gazetteer.places.values())
    assert counted == {"region": 12, "province": 75, "commune": 1503 + 41}


def test_each_province_is_in_the_region_the_rules_give_it(gazetteer: Gazetteer) -> None:
    """A province of the gazetteer has the spelling and the region of provinces.csv, and so has each commune in it."""
    with (ROOT / "flows" / "provinces.csv").open(encoding="utf-8", newline="") as file:
        regions = {row["province_fr"]: int(row["region"]) for row in csv.DictReader(file)}
    assert {place.province for place in gazetteer.places.values() if place.kind == "province"} == regions.keys()
    for place in gazetteer.places.values():
        if place.province is not None:
            assert place.region == regions[place.province], place.id
    assert {place.province for place in gazetteer.places.values() if place.kind == "commune"} == regions.keys()


def test_a_place_is_found_by_id_region_and_province(gazetteer: Gazetteer) -> None:
    """Whoever has a number or a name gets the place."""
    assert gazetteer.region(11).name.of("fr") == "Laâyoune-Sakia El Hamra"
    rehamna = gazetteer.province("Rehamna")
    assert rehamna is not None
    assert rehamna.region == 7
    assert gazetteer.province("Atlantis") is None


def test_an_alias_of_an_unknown_place_is_told(tmp_path: Path) -> None:
    """An alias must lead to a place of places.csv."""
    root = changed(tmp_path, "place_aliases.yaml", "\n  tanger: [", "\n  tangeer: [")
    ((file, line),) = told(root)
    assert file == "flows/place_aliases.yaml"
    assert "tangeer" in (root / file).read_text("utf-8").splitlines()[line - 1]


def test_a_broken_row_is_told(tmp_path: Path) -> None:
    """A row of a kind nobody knows is told."""
    root = changed(tmp_path, "places.csv", "tichla,commune,", "tichla,village,")
    ((file, line),) = told(root)
    assert file == "flows/places.csv"
    assert "tichla" in (root / file).read_text("utf-8").splitlines()[line - 1]


def test_a_province_spelled_otherwise_is_told(tmp_path: Path) -> None:
    """A province in places.csv is spelled as in provinces.csv."""
    root = changed(tmp_path, "provinces.csv", ",Rehamna,", ",Rhamna,")
    assert "flows/places.csv" in {file for file, _ in told(root)}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Without one of its files there is no gazetteer, and the file is named."""
    root = copied(tmp_path)
    (root / "flows" / "border.csv").unlink()
    mistakes = Mistakes()
    assert read_gazetteer(root, mistakes) is None
    assert [error.where.file for error in mistakes.errors] == ["flows/border.csv"]
