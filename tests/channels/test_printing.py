"""The sheet that a person takes to the office, drawn and looked at."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import typst
from fontpkg_ibm_plex_sans_arabic import ROOT as FONT
from pypdf import PdfReader

from bot.channels.printing import WORDS, Printer, read_sheet_words
from bot.content.reading import Mistakes
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.library import Library
from bot.conversation.sheet import Sheet, sheet_of
from bot.conversation.turn import respond
from bot.message import Document, Language, Message, PersonId, Said
from tests.channels.looking import PPI, alone, ink, likeness
from tests.program import ROOT, told

_DAY = date(2026, 11, 29)
_NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
_SAID = ("شركة صغيرة ديال الفخار فآسفي، مشروع ديال 2 مليون درهم، واش عندي الحق في دعم الاستثمار", "نعم")


@pytest.fixture(scope="module")
def printer() -> Printer:
    """Return what draws, with the words of this content."""
    mistakes = Mistakes()
    words = read_sheet_words(ROOT, mistakes)
    assert words is not None, mistakes.errors
    return Printer(words, "https://dalil.example.ma/")


def _talked(library: Library, *said: str, language: Language = "ar") -> Conversation:
    conversation = Conversation(language=language)
    for words in said:
        message = Message("terminal", PersonId("p"), "", Said(words))
        conversation = respond(conversation, message, library, _NOW).conversation
    return conversation


def _read(pdf: bytes) -> str:
    """Return the words of a PDF as a reader takes them out of it, page after page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_gathers_what_was_said_and_what_the_rules_say(library: Library) -> None:
    """The sheet holds each answer, the scheme checked with its conditions, sums, papers and sources, and the office."""
    sheet = sheet_of(_talked(library, *_SAID), library, _DAY)
    assert ("الصفة القانونية", "شركة") in sheet.answers
    (scheme,) = sheet.schemes
    assert scheme.verdict == "perhaps"
    assert scheme.met
    assert scheme.unknown
    assert scheme.sums
    assert scheme.total
    assert scheme.papers
    assert scheme.sources
    assert any("استثمار" in line for line in sheet.office)


def test_nothing_is_on_it_that_was_not_said(library: Library) -> None:
    """Each answer on the sheet is a fact of the conversation; what was never asked does not stand there."""
    conversation = _talked(library, *_SAID)
    sheet = sheet_of(conversation, library, _DAY)
    named = {library.facts[fact].name.of("ar") for fact in conversation.facts}
    assert {name for name, _ in sheet.answers} == named


def test_an_empty_conversation_gives_no_sheet(library: Library) -> None:
    """Who said nothing of themselves is told how to come by a sheet, and is given none."""
    turn = respond(_talked(library, "سلام"), Message("web", PersonId("p"), "", Said("الورقة ديالي")), library, _NOW)
    assert all(reply.document is None for reply in turn.replies)
    assert sheet_of(Conversation(), library, _DAY).is_empty


@pytest.mark.parametrize("words", ["الورقة ديالي", "bghit lwar9a dyali", "ma fiche"])
def test_is_asked_for_in_words(library: Library, words: str) -> None:
    """«الورقة ديالي», in any script, brings the sheet, and the open question comes again."""
    before = _talked(library, *_SAID)
    turn = respond(before, Message("web", PersonId("p"), "", Said(words)), library, _NOW)
    document = turn.replies[-1].document
    assert document is not None
    assert json.loads(document.told)["answers"]
    assert turn.replies[-1].choices


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_prints_at_most_two_pages(library: Library, printer: Printer, language: Language) -> None:
    """Whatever the check, the sheet has one or two pages, and all of its parts can be read."""
    for flow in library.flows:
        said = replace(_talked(library, *_SAID), language=language).answered(FLOW, flow)
        pdf = printer.pdf(sheet_of(said, library, _DAY).document())
        assert pdf.startswith(b"%PDF")
        assert len(PdfReader(io.BytesIO(pdf)).pages) <= 2, flow


def _sheet(*office: str) -> Document:
    sheet = Sheet("ar", "29 نونبر 2026", "abc", (("الاسم", "{x} #emph[نص] *نجمة* $x$ <b>"),), (), (), (), office)
    return sheet.document()


def test_numbers_stand_the_right_way_round(printer: Printer) -> None:
    """A telephone, a day and an address in Latin letters are drawn from left to right inside Arabic lines."""
    lines = "الهاتف: 0528-89-12-34 والتاريخ 2026-11-29", "العنوان: Av. Mohamed VI, BP 2266، أكادير"
    text = _read(printer.pdf(_sheet(*lines)))
    for whole in ("0528-89-12-34", "2026-11-29", "Av. Mohamed VI, BP 2266"):
        assert whole in text, text


@pytest.mark.parametrize("run", ["0528-89-12-34", "05 28 89 11 89", "2026-11-29", "Av. Mohamed VI, BP 2266"])
def test_is_seen_the_right_way_round(printer: Printer, run: str) -> None:
    """In the picture of the sheet numbers, days and addresses stand as they do alone, not from the wrong end."""
    turned = "BP 2266, Av. Mohamed VI" if run[0].isalpha() else "".join(re.split(r"([- ])", run)[::-1])
    (page,) = [ink(picture) for picture in printer.pictures(_sheet(f"الهاتف: {run} والعنوان"), PPI)]
    assert likeness(page, alone(run)) > 0.9
    assert likeness(page, alone(turned)) < 0.75


def test_the_eye_sees_a_reversed_number(printer: Printer) -> None:
    """What looks at the pictures finds a number drawn from the wrong end, as it is where nothing isolates it."""
    source = '#set page(width: 9cm, height: 3cm)\n#set text(font: "IBM Plex Sans Arabic", dir: rtl, size: 10pt)\n'
    line = "الهاتف: 0528-89-12-34 والعنوان"
    compiler = typst.Compiler((source + line).encode(), font_paths=[str(Path(FONT) / "files")])  # type: ignore[misc]
    drawn = compiler.compile(format="png", ppi=PPI)
    assert isinstance(drawn, bytes)
    assert likeness(ink(drawn), alone("34-12-89-0528")) > 0.9
    assert likeness(ink(drawn), alone("0528-89-12-34")) < 0.75


def test_controls_of_direction_are_removed(printer: Printer) -> None:
    """Marks that turn what follows them change nothing of the drawing."""
    plain, turned = _sheet("الهاتف: 0528-89-12-34"), _sheet("الهاتف: \u202e0528-89-12-34\u202c\u2066\u200f")
    assert printer.pictures(turned, 50) == printer.pictures(plain, 50)


def test_texts_are_data(printer: Printer) -> None:
    """Braces, stars and commands in a text are printed as they stand, and run nothing."""
    text = _read(printer.pdf(_sheet('#sys.inputs #read("/etc/passwd")')))
    assert "#emph" in text
    assert "root:" not in text


@pytest.mark.parametrize("text", ["", "ش" * 5000, "\u0000\u202e", "ⴰⵣⵓⵍ 😀", "a" * 300])
def test_any_text_is_drawn(printer: Printer, text: str) -> None:
    """An empty text, a very long one and letters that the font lacks are drawn without a failure."""
    assert printer.pdf(_sheet(text)).startswith(b"%PDF")


def test_the_words_are_all_there(printer: Printer) -> None:
    """Every word of the sheet is there in both languages."""
    assert all(printer.words[name].of(language) for name in WORDS for language in ("ar", "fr"))


def test_on_the_command_line(tmp_path: Path) -> None:
    """`dalil sheet` writes the PDF of a talk, in the language asked for; a talk that tells nothing gives none."""
    file = tmp_path / "x.pdf"
    done = told("sheet", str(file), "--language", "fr", typed="\n".join(_SAID), root=ROOT)
    assert done.status == 0, done
    assert "Mes réponses" in _read(file.read_bytes())
    assert told("sheet", str(tmp_path / "y.pdf"), typed="سلام", root=ROOT).status == 1
    assert not (tmp_path / "y.pdf").exists()
