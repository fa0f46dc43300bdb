"""A sheet drawn as PDF by typst, from `sheet.typ` and the words of `flows/sheet.yaml`.

Texts reach the drawing as data, never as markup. Controls of direction that a text brings are removed, and every
number, telephone and Latin run in it is isolated: bare, they would be printed from the wrong end.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from bot.channels.text import END, ISOLATE, is_arabic, isolated
from bot.channels.words import texts_of, words_file
from bot.content.reading import Mistakes
from bot.conversation.codes import spelled
from bot.message import MAIN, RIGHT_TO_LEFT, Document, Text

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
_FILE: Final = Path("flows") / "sheet.yaml"
_TEMPLATE: Final = Path(__file__).with_name("sheet.typ")
#: Marks that turn the direction of what follows, and other characters that nobody sees.
_CONTROLS: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)

#: What of a sheet the drawing goes by and does not show.
_NAMES: Final = frozenset({"verdict", "language", "map", "on", "facts", "standings"})

SheetWords = Mapping[str, Text]


def read_sheet_words(root: Path, mistakes: Mistakes) -> SheetWords | None:
    """Return the words of the sheet; None, with the mistakes noted, where something is wrong with them."""
    document = words_file(root, _FILE, mistakes)
    return None if document is None else texts_of(document, WORDS, (), (), mistakes)


@dataclass(frozen=True, slots=True)
class Printer:
    """Draws documents with the words of one content; `address`, where it is known, leads back to the guide."""

    words: SheetWords
    address: str = ""

    def pdf(self, document: Document) -> bytes:
        """Return a document as a PDF."""
        with drawing:
            return b"".join(pages_of(compiler_of(_TEMPLATE).compile(format="pdf", sys_inputs=self._inputs(document))))

    def pictures(self, document: Document, ppi: float = 110) -> list[bytes]:
        """Return each page of a document as a PNG, for whoever looks at what is printed."""
        with drawing:
            return pages_of(compiler_of(_TEMPLATE).compile(format="png", ppi=ppi, sys_inputs=self._inputs(document)))

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
