"""What is printed: a person's sheet and the posters of a region, drawn as PDF by typst; and posts, which are texts.

Texts reach the drawing as data, never as markup. Controls of direction that a text brings are removed, and every
number, telephone and Latin run in it is isolated: bare, they would be printed from the wrong end. A post is for a
channel of WhatsApp or Telegram, where it costs nothing and keeps nobody's number. Nothing here knows who comes by it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from bot.channels.text import END, ISOLATE, is_arabic, isolated
from bot.content.reading import Mistakes
from bot.content.texts import all_texts
from bot.conversation.codes import spelled
from bot.conversation.library import Library
from bot.language.folding import folded
from bot.language.wording import day
from bot.message import MAIN, RIGHT_TO_LEFT, Document, Language, Text
from bot.offices.places import Station, Sure, Unsure

if TYPE_CHECKING:
    import typst

#: What is drawn, to who asks for its kind.
PDF: Final = "application/pdf"

#: Every word of the sheet that is not content, by its name.
WORDS: Final = (
    "title",
    "about",
    "answers",
    "results",
    "eligible",
    "perhaps",
    "not_eligible",
    "failed",
    "confirm",
    "unknown",
    "met",
    "confirmed_by",
    "sums",
    "papers",
    "papers_more",
    "sources",
    "also",
    "out_of_reach",
    "office",
    "place_unknown",
    "no_promise",
    "made_on",
    "again",
    "code",
    "map",
)
_SHEET_FILE: Final = Path("flows") / "sheet.yaml"
_SHEET_TEMPLATE: Final = Path(__file__).with_name("sheet.typ")
#: Marks that turn the direction of what follows, and other characters that nobody sees.
_CONTROLS: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)

#: What of a sheet the drawing goes by and does not show.
_NAMES: Final = frozenset({"verdict", "language", "map", "on", "facts", "standings"})

SheetWords = Mapping[str, Text]


def read_sheet_words(root: Path, mistakes: Mistakes) -> SheetWords | None:
    """Return the words of the sheet; None, with the mistakes noted, where something is wrong with them."""
    return all_texts(root, _SHEET_FILE, WORDS, mistakes)


@dataclass(frozen=True, slots=True)
class Printer:
    """Draws documents with the words of one content; `address`, where it is known, leads back to the guide."""

    words: SheetWords
    address: str = ""

    def pdf(self, document: Document) -> bytes:
        """Return a document as a PDF."""
        with drawing:
            return b"".join(
                pages_of(compiler_of(_SHEET_TEMPLATE).compile(format="pdf", sys_inputs=self._inputs(document)))
            )

    def pictures(self, document: Document, ppi: float = 110) -> list[bytes]:
        """Return each page of a document as a PNG, for whoever looks at what is printed."""
        with drawing:
            return pages_of(
                compiler_of(_SHEET_TEMPLATE).compile(format="png", ppi=ppi, sys_inputs=self._inputs(document))
            )

    def _inputs(self, document: Document) -> dict[str, str]:
        sheet = json.loads(document.told)
        if sheet.get("code"):
            sheet["code"] = spelled(sheet["code"])
        language = sheet.get("language", MAIN)
        data = {
            "sheet": _shown(sheet),
            "words": {name: legible(self.words[name].of(language)) for name in WORDS},
            "language": language,
            "rtl": language in RIGHT_TO_LEFT,
            "address": self.address,
            "qr": qr_drawn(self.address) if self.address else "",
            "code_qr": qr_drawn(sheet["code"]) if sheet.get("code") else "",
            "map_qr": qr_drawn(sheet["map"]) if sheet.get("map") else "",
        }
        return {"data": json.dumps(data, ensure_ascii=False)}


@lru_cache(2)
def compiler_of(template: Path) -> "typst.Compiler":
    """Return the compiler of a template with its font read: kept, because reading it costs more than a sheet.

    Imported here: whoever only talks in a terminal need not wait for it.
    """
    import typst  # noqa: PLC0415
    from fontpkg_ibm_plex_sans_arabic import ROOT  # noqa: PLC0415

    return typst.Compiler(str(template), font_paths=[str(Path(ROOT) / "files")], ignore_system_fonts=True)


#: Documents are drawn in threads of the event loop's, and one compiler draws one at a time.
drawing: Final = Lock()


def pages_of(drawn: bytes | list[bytes] | None) -> list[bytes]:
    """Return what was drawn as a list, whether it is one page, several or a whole."""
    match drawn:
        case bytes():
            return [drawn]
        case None:
            return []
        case _:
            return drawn


def _shown(value: object) -> object:
    """Return what is printed with every text in it made legible."""
    match value:
        case str():
            return legible(value)
        case dict():
            return {key: item if key in _NAMES else _shown(item) for key, item in value.items()}
        case list() | tuple():
            return [_shown(item) for item in value]
        case _:
            return value


def legible(text: str) -> str:
    """Return a text as it is to be drawn: without controls, its numbers and Latin runs kept in their direction."""
    bare = _CONTROLS.sub("", text)
    # A number or an address alone has no direction of its own in an Arabic paragraph: its sign would change sides.
    return isolated(bare) if is_arabic(bare) or not bare.strip() else f"{ISOLATE}{bare}{END}"


def qr_drawn(address: str) -> str:
    """Return the QR code of a text as SVG."""
    import segno  # noqa: PLC0415

    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


_POSTER_FILE: Final = Path("flows") / "poster.yaml"
_POSTER_TEMPLATE: Final = Path(__file__).with_name("poster.typ")
_WORDS: Final = (
    "title", "about", "region", "station", "station_on", "how", "whatsapp", "telegram", "web", "free", "no_number",
    "arrival", "post",
)  # fmt: skip
#: Sizes of paper.
Paper = Literal["a4", "a6"]
#: Points an inch of the pictures that tests look at.
_PPI: Final = 60

PosterWords = Mapping[str, Text]


def read_poster_words(root: Path, mistakes: Mistakes) -> PosterWords | None:
    """Return the words of posters; None, with the mistakes noted, where something is wrong with them."""
    return all_texts(root, _POSTER_FILE, _WORDS, mistakes)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the guide is found: its number with the country's code, its bot's name, its page; empty where it is not."""

    whatsapp: str = ""
    telegram: str = ""
    web: str = ""

    @property
    def are_none(self) -> bool:
        """Whether the guide is found nowhere."""
        return not (self.whatsapp or self.telegram or self.web)


@dataclass(frozen=True, slots=True)
class DoorLink:
    """One way in: the name of its channel, the address that its code holds, and what is read below the code."""

    name: str
    address: str
    below: str


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster or a post of one region, perhaps of one station there; `mark` is by what those who come are counted.

    A post may open a flow instead, whatever the region: then that is 0.
    """

    region: int
    mark: str
    station: Station | None = None
    flow: str = ""

    @property
    def door(self) -> str:
        """Return the name of its door: see `bot.conversation.tapping`."""
        return f"{self.flow or f'r{self.region}'}-{self.mark}"


def region_of(station: Station, library: Library) -> int | None:
    """Return the region of a station by its city's name; None where no one place is called so."""
    match library.gazetteer.read(station.city.of(MAIN)):
        case Sure(place):
            return place.region
        case Unsure() as several:
            return several.region
        case _:
            return None


def coming_stations(region: int, library: Library, on: date) -> list[Station]:
    """Return the stations of a region that are not past on a day, those without a published date too."""
    there = [one for one in library.stations if region_of(one, library) == region]
    return [one for one in there if one.on is None or one.on >= on]


def mark_of(station: Station | None, otherwise: str) -> str:
    """Return by what a station's poster is counted: its French name in the letters of an address."""
    if station is None:
        return otherwise
    return re.sub(r"[^a-z0-9]", "", folded(station.city.of("fr")))[:20] or otherwise


def links(poster: Poster, to: Addresses, words: PosterWords, language: Language) -> Iterator[DoorLink]:
    """Yield the ways in of a poster, each of which opens the right flow with the region filled in."""
    if to.whatsapp:
        arrival = words["arrival"].filled(door=poster.door.upper()).of(language)
        digits = re.sub(r"\D", "", to.whatsapp)
        yield DoorLink(words["whatsapp"].of(language), f"https://wa.me/{digits}?text={quote(arrival)}", f"+{digits}")
    if to.telegram:
        name = to.telegram.removeprefix("@")
        yield DoorLink(words["telegram"].of(language), f"https://t.me/{name}?start=door_{poster.door}", f"@{name}")
    if to.web:
        root = to.web.rstrip("/")
        yield DoorLink(words["web"].of(language), f"{root}/door/{poster.door}", root.partition("://")[2])


def _places(poster: Poster, words: PosterWords, library: Library, language: Language) -> tuple[str, str]:
    """Return the lines of the region and of the station, empty where it is of none."""
    if poster.flow:
        return library.flows[poster.flow].title.of(language), ""
    region = words["region"].filled(region=library.gazetteer.region(poster.region).name).of(language)
    station = poster.station
    if station is None:
        return region, ""
    if station.on is None:
        return region, words["station"].filled(city=station.city).of(language)
    return region, words["station_on"].filled(city=station.city, date=day(station.on)).of(language)


def post(poster: Poster, to: Addresses, words: PosterWords, library: Library, language: Language) -> str:
    """Return the text of a post, ready to be put into a channel."""
    region, station = _places(poster, words, library, language)
    ways = "\n".join(f"{link.name}: {link.address}" for link in links(poster, to, words, language))
    told = words["post"].filled(**{name: words[name] for name in _WORDS if name not in {"post", "region", "station"}})
    text = told.filled(region=region, station=station, links=ways).of(language)
    return re.sub(r"\n{3,}", "\n\n", text.replace("\n\n\n", "\n\n"))


@dataclass(frozen=True, slots=True)
class PosterPrinter:
    """Draws posters with the words of one content."""

    words: PosterWords
    to: Addresses
    library: Library

    def pdf(self, poster: Poster, paper: Paper, language: Language) -> bytes:
        """Return a poster as a PDF of one page."""
        with drawing:
            inputs = self._inputs(poster, paper, language)
            return b"".join(pages_of(compiler_of(_POSTER_TEMPLATE).compile(format="pdf", sys_inputs=inputs)))

    def pictures(self, poster: Poster, paper: Paper, language: Language, ppi: float = _PPI) -> list[bytes]:
        """Return a poster's pages as PNGs, for whoever looks at what is printed."""
        with drawing:
            inputs = self._inputs(poster, paper, language)
            return pages_of(compiler_of(_POSTER_TEMPLATE).compile(format="png", ppi=ppi, sys_inputs=inputs))

    def _inputs(self, poster: Poster, paper: Paper, language: Language) -> dict[str, str]:
        region, station = _places(poster, self.words, self.library, language)
        doors = [
            {"name": link.name, "qr": qr_drawn(link.address), "below": legible(link.below)}
            for link in links(poster, self.to, self.words, language)
        ]
        data = {
            "words": {name: legible(self.words[name].of(language)) for name in _WORDS},
            "language": language,
            "rtl": language in RIGHT_TO_LEFT,
            "paper": paper,
            "region": legible(region),
            "station": legible(station),
            "doors": doors,
        }
        return {"data": json.dumps(data, ensure_ascii=False)}
