"""Pages drawn from their templates.

What says the same to everybody (that an address is not there, whether somebody wants to leave) is drawn and compressed
once: whoever asks for it over and over, which no allowance counts, costs no more than any answer of the web server.
"""

import gzip
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.assets import Asset
from bot.channels.web.messages import laid_out, marked, own_shown
from bot.channels.web.words import PageWords
from bot.message import LANGUAGES, MAIN, Language

#: How hard what is drawn once is packed, 1 to 9.
_PACKED_ONCE: Final = 9


@dataclass(frozen=True, slots=True)
class StillPage:
    """A page that is the same for everybody."""

    plain: bytes
    gzipped: bytes

    def answer(self, request: Request, status: int = 200) -> Response:
        """Return the answer to a request for it, compressed when the browser reads that."""
        headers = {"Vary": "Accept-Encoding"}
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(self.gzipped if packed else self.plain, status, headers, "text/html")


class Drawing:
    """The templates of the web chat with their words and files."""

    def __init__(self, words: PageWords, assets: Mapping[str, Asset], *, hears: bool) -> None:
        """Take the parts in; `hears` is whether voices are taken."""
        self._words = words
        self._said = {language: {name: text.of(language) for name, text in words.items()} for language in LANGUAGES}
        self._static = {name: asset.address for name, asset in assets.items()}
        self._still: dict[tuple[str, str], StillPage] = {}
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["marked"] = marked
        self._templates.filters["own_shown"] = own_shown
        self._templates.filters["laid_out"] = lambda text: laid_out(text, words["first_step"].every())
        self._templates.globals |= {"nonce": new_nonce, "hears": hears}

    def drawn(self, template: str, language: Language, **values: object) -> str:
        """Return a page, drawn anew."""
        words = self._said[language]
        return self._templates.get_template(template).render(
            words=words, language=language, static=self._static, **values
        )

    def leave(self) -> StillPage:
        """Return the page that asks whether all is to be erased."""
        return self._drawn_once("leave.html", "", ("leave_asks", "leave_agrees", "back_to_chat"))

    def notice(self, word: str, script: str = "") -> StillPage:
        """Return the page that says one word of the content, with a file of the page that runs on it."""
        return self._drawn_once("notice.html", script, (word, "back_to_chat"))

    def _drawn_once(self, template: str, script: str, words: tuple[str, ...]) -> StillPage:
        known = self._still.get((words[0], script))
        if known is None:
            sentences = [(language, *(self._words[word].of(language) for word in words)) for language in LANGUAGES]
            plain = self.drawn(template, MAIN, sentences=sentences, script=script).encode()
            known = StillPage(plain, gzip.compress(plain, _PACKED_ONCE, mtime=0))
            self._still[words[0], script] = known
        return known


def new_nonce() -> str:
    """Return what tells a message of the page from every other."""
    return secrets.token_hex(16)
