"""The sheet and the poster as whole pages: what is printed today is what somebody looked at.

The pictures in `pictures/` are looked at by a person before they are committed. They are drawn anew by
`UPDATE_PICTURES=1 pytest tests/channels/test_pictures.py`.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.channels.printing import (
    Addresses,
    Paper,
    Poster,
    PosterPrinter,
    Printer,
    read_poster_words,
    read_sheet_words,
)
from bot.channels.text import needed
from bot.conversation.library import Library
from bot.conversation.sheet import SchemeOnSheet, Sheet, SumLine
from bot.message import LANGUAGES, Language
from tests.program import ROOT

_KEPT = Path(__file__).with_name("pictures")
#: Points an inch: letters can be told apart, and a page is some twenty kilobytes.
_PPI = 60
#: How much lighter or darker a point may be, of 255, and how many of a thousand points may differ by more: another
#: version of what draws may move the edge of a letter, but no line, number or code.
_SHADE, _THOUSANDTHS = 48, 0.02
_ADDRESS = "https://dalil.example.ma/"


def _grey(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def _differing(one: Image.Image, other: Image.Image) -> float:
    """Return how many of a thousand points of two pictures differ in shade; all where they have not the same size."""
    if one.size != other.size:
        return 1000.0
    shades = np.abs(np.asarray(one, dtype=np.int16) - np.asarray(other, dtype=np.int16))
    return float((shades > _SHADE).mean() * 1000)


def _is_as_kept(name: str, pages: list[bytes]) -> None:
    for number, page in enumerate(pages, 1):
        path, drawn = _KEPT / f"{name}-{number}.png", _grey(page)
        if os.environ.get("UPDATE_PICTURES"):
            path.parent.mkdir(exist_ok=True)
            drawn.quantize(16).save(path, optimize=True)
        kept = Image.open(path).convert("L")
        assert _differing(drawn, kept) <= _THOUSANDTHS, path.name
    assert not (_KEPT / f"{name}-{len(pages) + 1}.png").exists()


def _sheet(language: Language, *, phone: str = "0528-89-12-34") -> Sheet:
    """Return a sheet with all that can stand on one, the same whatever the content says."""
    is_arabic = language == "ar"
    words = (
        ("الصفة القانونية", "تعاونية"), ("رقم المعاملات", "1,5 مليون درهم"), ("المكان", "أكادير"),
        ("شرط متوفر: أقل من {x}", "شرط غير معروف"), ("الهاتف: " + phone, "العنوان: Av. Mohamed VI, BP 2266، أكادير"),
    ) if is_arabic else (
        ("Forme juridique", "coopérative"), ("Chiffre d'affaires", "1,5 million de dirhams"), ("Lieu", "Agadir"),
        ("Condition remplie : moins de {x}", "Condition inconnue"), (f"Tél. : {phone}", "Av. Mohamed VI, BP 2266"),
    )  # fmt: skip
    scheme = SchemeOnSheet(
        title="نظام الدعم" if is_arabic else "Dispositif de soutien",
        verdict="perhaps",
        confirm=(words[3][1],),
        unknown=(words[3][1],),
        met=(words[3][0],),
        confirmed_by=(words[2][1],),
        total="300.000 - 500.000",
        sums=(SumLine(words[0][0], "15%", "300.000"),),
        papers=(words[0][1], words[2][1]),
        sources=("2026-11-29",),
    )
    return Sheet(
        language=language,
        day="29/11/2026",
        release="0a1b2c3d",
        answers=words[:3],
        schemes=(scheme,),
        also=(words[0][1],),
        out_of_reach=(words[2][1],),
        office=words[4],
        map="https://maps.google.com/?q=30.42,-9.59",
        code="KTRPMXQD",
        on="2026-11-29",
    )


@pytest.fixture(scope="module")
def printer() -> Printer:
    """Return what draws sheets."""
    return Printer(needed(read_sheet_words, ROOT), _ADDRESS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_as_it_was_looked_at(printer: Printer, language: Language) -> None:
    """Each page of a whole sheet is the picture that is kept, in each language."""
    _is_as_kept(f"sheet-{language}", printer.pictures(_sheet(language).document(), _PPI))


@pytest.mark.parametrize("paper", ["a4", "a6"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_poster_is_as_it_was_looked_at(library: Library, paper: Paper, language: Language) -> None:
    """The poster of a region is the picture that is kept, on each paper and in each language."""
    to = Addresses("+212 600-000000", "@DalilBot", _ADDRESS)
    drawn = PosterPrinter(needed(read_poster_words, ROOT), to, library)
    pictures = drawn.pictures(Poster(11, "poster"), paper, language, _PPI if paper == "a4" else 2 * _PPI)
    _is_as_kept(f"poster-{paper}-{language}", pictures)


@pytest.mark.parametrize("phone", ["43-21-98-8250", "0528-89-12-43", "0528-89-12-34 \u202e"])
def test_another_page_is_seen(printer: Printer, phone: str) -> None:
    """A number from the wrong end and two digits that change places are another picture; a mark nobody sees is not."""
    kept, other = (
        _grey(printer.pictures(_sheet("ar", phone=told).document(), _PPI)[0]) for told in ("0528-89-12-34", phone)
    )
    assert (_differing(kept, other) > _THOUSANDTHS) is ("\u202e" not in phone)
