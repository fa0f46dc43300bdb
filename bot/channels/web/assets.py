"""Files of pages, read and compressed once at start, and named by their content so that a phone fetches each once."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

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
