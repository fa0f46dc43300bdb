"""The offices read from `flows/offices.yaml`; each stands where its city stands in the gazetteer."""

from pathlib import Path
from typing import Literal

from bot.content.reading import Mistakes, read
from bot.content.shaping import Model, Words, shaped
from bot.message import MAIN, Confidence
from bot.offices.offices import Office, OfficeKind
from bot.offices.places import Gazetteer, Sure


class _Office(Model):
    id: str
    kind: OfficeKind
    region: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    name: Words
    city: Words
    city_presumed: bool = False
    address: Words | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    source_url: str | None = None
    source_date: str | None = None
    confidence: Confidence


def read_offices(root: Path, gazetteer: Gazetteer | None, mistakes: Mistakes) -> tuple[Office, ...] | None:
    """Return every office; one whose city the gazetteer does not know is a mistake."""
    document = read(root, root / "flows" / "offices.yaml", mistakes)
    if document is None or gazetteer is None:
        return None
    if not isinstance(document.value, list):
        mistakes.add("not_a_list", document.where(), key="offices")
        return None
    offices: dict[str, Office] = {}
    for index in range(len(document.value)):
        shape = shaped(_Office, document, mistakes, (index,))
        if shape is None:
            continue
        if shape.id in offices:
            mistakes.add("office_twice", document.where(index, "id"), id=shape.id)
        city = shape.city.text()
        found = gazetteer.read(city.of(MAIN))
        if not isinstance(found, Sure) or found.place.region != shape.region:
            mistakes.add("office_nowhere", document.where(index, "city"), city=city.of(MAIN))
            continue
        offices[shape.id] = Office(
            shape.id,
            shape.kind,
            shape.region,
            shape.name.text(),
            city,
            shape.city_presumed,
            found.place.point,
            shape.address.text() if shape.address else None,
            shape.phone,
            shape.email,
            shape.website,
            shape.source_url,
            shape.source_date,
            shape.confidence,
        )
    return tuple(offices.values())
