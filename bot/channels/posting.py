"""JSON posted to one platform by aiohttp, over connections that are kept open, through the environment's proxy.

Nothing is sent a second time here: whether what was cut off is to be sent again is for the channel to say.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies

import aiohttp
from yarl import URL

#: Seconds that one of the platform's addresses is given to answer a connection before the next one is tried.
_CONNECT: Final = 4.0
#: Seconds after which a quiet connection is not used again: platforms close them sooner or later, unannounced.
_QUIET: Final = 15.0
#: Seconds for which the platform's addresses are remembered.
_ADDRESSES: Final = 60


class NotConnectedError(Exception):
    """Nobody heard us."""


class CutOffError(Exception):
    """The connection ended before the answer did: nobody knows what became of the request."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file among the fields of a form."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the platform answered to one request, whole."""

    status: int
    body: bytes
    #: The Retry-After header, where there is one.
    retry_after: str | None = None


class Posting:
    """The connections to one platform; `close` them at the end. As many as there are requests under way."""

    def __init__(self, base: str, headers: Mapping[str, str], *, patience: float) -> None:
        """Take where the platform is, what is said with every request, and how many seconds an answer may take."""
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the address must begin with http:// or https://")
        self._base = base.rstrip("/")
        self._scheme = parts.scheme
        self._headers = {"User-Agent": "dalil", "Content-Type": "application/json", **headers}
        if not all(f"{name}{value}".isascii() and f"{name}{value}".isprintable() for name, value in headers.items()):
            raise ValueError("a header must be one line of ASCII")
        self._patience = patience
        self._urls: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: bytes, patience: float | None = None) -> HttpAnswer:
        """Return the answer to `body` at a path, which is one of our own making.

        Raises `NotConnectedError`, `CutOffError`, `TimeoutError`.
        """
        return await self._posted(path, body, {}, patience)

    async def post_form(
        self, path: str, fields: Mapping[str, str | FilePart], patience: float | None = None
    ) -> HttpAnswer:
        """Return the answer to a form with files in it at a path; raises as `post` does."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            match value:
                case str():
                    form.add_field(name, value)
                case FilePart():
                    form.add_field(name, value.content, filename=value.name, content_type=value.type)
        body = form()
        return await self._posted(path, body, {"Content-Type": body.headers["Content-Type"]}, patience)

    async def fetched(self, address: str, most: int, hosts: frozenset[str] = frozenset()) -> bytes | None:
        """Return what lies at a path of the platform, or at an address it told; None where it is more than `most`.

        An address is only followed to the platform itself or to one of `hosts`, over TLS, and from there no further;
        any other is a `NotConnectedError`. Raises as `post` does, and `CutOffError` for what is not there.
        """
        session = self._session or self._opened()
        url = URL(self._base + address if address.startswith("/") else address, encoded=True)
        is_ours = url.origin() == URL(self._base).origin()
        if not is_ours and not (url.scheme == "https" and url.host in hosts and url.explicit_port in {None, 443}):
            raise NotConnectedError
        timeout = aiohttp.ClientTimeout(total=self._patience, sock_connect=_CONNECT)
        content = bytearray()
        try:
            async with session.get(
                url, headers={"Content-Type": ""}, timeout=timeout, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise CutOffError
                async for chunk in response.content.iter_chunked(1 << 16):
                    content += chunk
                    if len(content) > most:
                        return None
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnectedError from error
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError) as error:
            raise CutOffError from error
        return bytes(content)

    async def _posted(
        self, path: str, body: bytes | aiohttp.Payload, headers: Mapping[str, str], patience: float | None
    ) -> HttpAnswer:
        session = self._session or self._opened()
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = URL(self._base + path, encoded=True)
        timeout = aiohttp.ClientTimeout(total=self._patience if patience is None else patience, sock_connect=_CONNECT)
        try:
            async with session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return HttpAnswer(response.status, await response.read(), response.headers.get("Retry-After"))
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnectedError from error
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError) as error:
            raise CutOffError from error

    def _opened(self) -> aiohttp.ClientSession:
        """Return the session, made where the event loop runs.

        aiohttp looks the proxy up anew for every request, which costs as much as the rest of it: it is let do so only
        where the environment names one.
        """
        # Not aiohttp's own, which was made when it was imported, whatever certificates are trusted since.
        tls = ssl.create_default_context() if self._scheme == "https" else True
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_QUIET, ttl_dns_cache=_ADDRESSES, ssl=tls),
            headers=self._headers,
            skip_auto_headers=("Accept", "Accept-Encoding"),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=self._scheme in getproxies(),
        )
        return self._session

    async def close(self) -> None:
        """Close the connections; requests under way are cut off."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            # Connections end a moment after they are closed.
            await asyncio.sleep(0)
