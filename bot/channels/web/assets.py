"""Files of pages, read and compressed once at start, and named by their content so that a phone fetches each once."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.words import PageWords
from bot.message import MAIN

_FOLDER = Path(__file__).with_name("static")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `mark` changes with its content."""

    name: str
    type: str
    plain: bytes
    gzipped: bytes
    mark: str
    #: The path that it stands below.
    below: str = "/static"

    @property
    def address(self) -> str:
        """The path a page uses; it may be kept for ever."""
        return f"{self.below}/{self.name}?v={self.mark}"


def assets(folder: Path = _FOLDER, below: str = "/static") -> Mapping[str, Asset]:
    """Return every file of a folder by its name, to be served below a path."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in _TYPES:
            plain = path.read_bytes()
            mark = sha256(plain).hexdigest()[:12]
            found[path.name] = Asset(
                path.name, _TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0), mark, below
            )
    return found


def served(asset: Asset | None, request: Request) -> Response:
    """Return the answer to a request for `asset`, compressed when the browser reads that."""
    if asset is None:
        raise HTTPException(404)
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == asset.mark else "max-age=86400"
    headers = {"Cache-Control": kept, "ETag": f'"{asset.mark}"', "Vary": "Accept-Encoding"}
    if asset.mark in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.gzipped, headers=headers, media_type=asset.type)
    return Response(asset.plain, headers=headers, media_type=asset.type)


_RANGE: Final = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")


def ranged(content: bytes, request: Request, headers: Mapping[str, str], type_: str) -> Response:
    """Return the answer to a request for a file, or for the one part of it that is asked for (RFC 9110, 14).

    Safari plays no sound that it cannot have in parts. Several parts at once are answered with the whole, as a server
    may; the file's own mark tells a browser that continues later whether it still is the same.
    """
    mark = f'"{sha256(content).hexdigest()[:12]}"'
    headers = {**headers, "Accept-Ranges": "bytes", "ETag": mark}
    if mark in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked[0] == "bytes=-" or request.headers.get("If-Range", mark) != mark:
        return Response(content, headers=headers, media_type=type_)
    size = len(content)
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2]), size - 1) if asked[2] else size - 1
    else:
        first, last = max(size - int(asked[2]), 0), size - 1
    if first >= size or first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(content[first : last + 1], 206, headers, type_)


#: The colours of the bar and of the page, for the phone's own frame around an installed page.
_THEME: Final = "#0b4536"
_GROUND: Final = "#faf3e6"


def manifest(words: PageWords, files: Mapping[str, Asset]) -> Mapping[str, object]:
    """Return what a phone needs to keep the page like an application."""
    return {
        "name": words["title"].of(MAIN),
        "short_name": words["title"].of(MAIN),
        "description": words["description"].of(MAIN),
        "lang": MAIN,
        "dir": "rtl",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _THEME,
        "background_color": _GROUND,
        "icons": [
            {"src": files[f"icon-{size}.png"].address, "sizes": f"{size}x{size}", "type": "image/png",
             "purpose": "any maskable"}
            for size in (192, 512)
        ],
    }  # fmt: skip
