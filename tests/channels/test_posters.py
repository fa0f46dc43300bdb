"""Posters and posts: the codes open the right flow with the region filled in, and who comes is counted."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from bot.channels.printing import Addresses, Paper, Poster, PosterPrinter, links, mark_of, post, read_poster_words
from bot.channels.telegram.words import commanded
from bot.content.reading import Mistakes
from bot.conversation.conversation import Conversation
from bot.conversation.events import Arrived, FlowOpened
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import LANGUAGES, ChoiceId, Chose, Content, Language, Message, PersonId, Said
from tests.channels.looking import PPI, alone, ink, likeness
from tests.program import ROOT, told

_TO = Addresses("+212 600-000000", "@DalilBot", "https://dalil.example.ma/")
_NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def printer(library: Library) -> PosterPrinter:
    """Return what draws posters, with the words of this content."""
    mistakes = Mistakes()
    words = read_poster_words(ROOT, mistakes)
    assert words is not None, mistakes.errors
    return PosterPrinter(words, _TO, library)


def _codes(picture: bytes) -> set[str]:
    """Return what the codes of a picture say, read by another program than draws them."""
    return {found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))}


@pytest.mark.parametrize("paper", ["a4", "a6"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", [1, 11])
def test_the_codes_are_read_from_its_picture(
    printer: PosterPrinter, paper: Paper, language: Language, region: int
) -> None:
    """On one page stand three codes that a camera reads, each leading to the guide by its channel."""
    made = Poster(region, "poster")
    (picture,) = printer.pictures(made, paper, language, 300 if paper == "a6" else 150)
    assert _codes(picture) == {link.address for link in links(made, _TO, printer.words, language)}
    (page,) = PdfReader(io.BytesIO(printer.pdf(made, paper, language))).pages
    assert float(page.mediabox.width) == pytest.approx({"a4": 595, "a6": 298}[paper], abs=1)


def test_the_number_stands_the_right_way_round(printer: PosterPrinter) -> None:
    """The telephone below the code is seen from left to right."""
    (picture,) = printer.pictures(Poster(11, "poster"), "a4", "ar", PPI)
    seen = ink(picture)
    assert likeness(seen, alone("+212600000000", 12)) > 0.9
    assert likeness(seen, alone("+212600000000", 12)) > likeness(seen, alone("212600000000+", 12))
    assert likeness(seen, alone("@DalilBot", 12)) > likeness(seen, alone("DalilBot@", 12))


def _arrived(content: Content, library: Library) -> tuple[str, object, set[str]]:
    """Return the flow, the place and the doors of whoever writes this for the first time."""
    turn = respond(Conversation(), Message("x", PersonId("p"), "", content), library, _NOW)
    assert any(isinstance(event, FlowOpened) for event in turn.events)
    doors = {event.door for event in turn.events if isinstance(event, Arrived)}
    return turn.conversation.flow, turn.conversation.facts.get(library.roles.place), doors


def test_each_way_in_opens_the_flow_with_the_region(printer: PosterPrinter, library: Library) -> None:
    """WhatsApp's words, Telegram's start and the page's address come to the same place, counted by the same name."""
    expected = (library.caravan_flow, library.gazetteer.region(11).id, {"r11-laayoune"})
    for language in LANGUAGES:
        said = printer.words["arrival"].filled(door="R11-LAAYOUNE").of(language)
        assert _arrived(Said(said), library) == expected
    tapped = commanded("/start door_r11-laayoune")
    assert tapped is not None
    assert _arrived(Chose(tapped), library) == expected
    assert _arrived(Chose(ChoiceId("door:r11-laayoune")), library) == expected


@pytest.mark.parametrize("name", ["r13-x", "r0-x", "r11-", "r11-{x}", "r11-" + "a" * 99, "r11"])
def test_a_door_of_nobody_opens_nothing(name: str, library: Library) -> None:
    """A name that is no door is no way in, and what was typed is answered as anything else."""
    turn = respond(Conversation(), Message("x", PersonId("p"), "", Said(f"سلام {name}")), library, _NOW)
    assert not any(isinstance(event, Arrived) for event in turn.events)
    assert turn.replies


def test_a_station_gives_its_name(library: Library) -> None:
    """Who comes by a station's poster is counted by the station."""
    assert {mark_of(station, "x") for station in library.stations} == {
        "sale", "casablanca", "fes", "meknes", "laayoune"
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_post_is_ready(printer: PosterPrinter, library: Library, language: Language) -> None:
    """A post names the region and the station and has each link; nothing in it is left to be filled in."""
    station = library.stations[-1]
    text = post(Poster(11, "post", station), _TO, printer.words, library, language)
    assert "{" not in text
    assert station.city.of(language) in text
    assert "wa.me/212600000000" in text
    assert "t.me/DalilBot?start=door_r11-post" in text
    assert "https://dalil.example.ma/door/r11-post" in text
    assert len(text) < 1000


def test_on_the_command_line(tmp_path: Path) -> None:
    """`dalil poster` draws a poster, prints a post without a file, and says which stations there are."""
    file = tmp_path / "p.pdf"
    to = ("--telegram", "DalilBot")
    done = told("poster", str(file), "--region", "3", "--station", "فاس", *to, root=ROOT)
    assert done.status == 0, done
    assert "r3-fes" in done.out
    assert file.read_bytes().startswith(b"%PDF")
    assert "start=door_r11-post" in told("poster", "--region", "11", *to, root=ROOT).out
    assert "Salé" in told("poster", "--region", "11", "--station", "Paris", *to, root=ROOT).err
    assert told("poster", "--region", "11", root=ROOT).status == 2


@pytest.mark.parametrize(
    ("region", "station", "why"), [("11", "العيون", "in the past"), ("11", "Fès", "not in region 11")]
)
def test_nobody_is_led_to_a_station_that_is_past_or_elsewhere(region: str, station: str, why: str) -> None:
    """A station whose day is over, or that is in another region, has neither a poster nor a post."""
    refused = told("poster", "--region", region, "--station", station, "--telegram", "DalilBot", root=ROOT)
    assert refused.status == 2
    assert why in refused.err
