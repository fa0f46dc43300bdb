"""What a platform answers over HTTP/1.1, put together from the pieces in which it comes.

An answer is never taken for whole before its end: its length, the last of its chunks, or the connection's end where it
tells neither.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: Bytes of the lines before the body, and of the body: far more than any answer of an interface.
_LONGEST_HEAD: Final = 64 * 1024
_LONGEST_BODY: Final = 64 * 1024 * 1024
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: |\r|$)")
_NUMBER = re.compile(r"[0-9]{1,12}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")


class UnreadableError(Exception):
    """This is no HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    #: The Retry-After header, where there is one.
    retry_after: str | None = None
    #: Whether another request may follow on the same connection.
    is_followed: bool = True


class Reading:
    """The answers on one connection, one after the other."""

    __slots__ = ("_buffer", "_ends", "_head")

    def __init__(self) -> None:
        self._buffer = b""
        self._head: Answer | None = None
        #: Finds the body in the buffer; returns it with what is left, None while it is not whole.
        self._ends: Callable[[bytes], tuple[bytes, bytes] | None] = _never

    def took(self, data: bytes) -> Answer | None:
        """Return the answer that is whole with these bytes; None while it is not. No HTTP raises `UnreadableError`."""
        self._buffer = self._buffer + data if self._buffer else data
        while self._head is None:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                if len(head) > _LONGEST_HEAD:
                    raise UnreadableError
                return None
            self._buffer = rest
            self._begin(head)
        if len(self._buffer) > _LONGEST_BODY:
            raise UnreadableError
        whole = self._ends(self._buffer)
        return None if whole is None else self._whole(*whole)

    def ended(self) -> Answer | None:
        """Return the answer that the connection's end makes whole; None when it was to be longer."""
        if self._head is None or self._ends is not _never:
            return None
        return self._whole(self._buffer, b"")

    def _whole(self, body: bytes, rest: bytes) -> Answer:
        head, self._head = self._head, None
        assert head is not None
        self._buffer = b""
        # What follows an answer uninvited is none of ours.
        return Answer(head.status, body, head.retry_after, head.is_followed and not rest)

    def _begin(self, head: bytes) -> None:
        """Read the lines before the body; those of an answer that only announces another are passed over."""
        first, _, lines = head.partition(b"\r\n")
        status = _STATUS.match(first)
        if status is None:
            raise UnreadableError
        code = int(status[2])
        if code < 200:
            if code == 101:
                raise UnreadableError
            return
        told = _headers(lines)
        is_followed = status[1] == b"1" and "close" not in told.get("connection", "")
        if code in {204, 304}:
            self._ends = _sized(0)
        elif "transfer-encoding" in told:
            if told["transfer-encoding"] != "chunked":
                raise UnreadableError
            self._ends = _chunked
        elif "content-length" in told:
            if _NUMBER.fullmatch(told["content-length"]) is None:
                raise UnreadableError
            self._ends = _sized(int(told["content-length"]))
        else:
            self._ends, is_followed = _never, False
        self._head = Answer(code, b"", told.get("retry-after"), is_followed)


def _headers(lines: bytes) -> dict[str, str]:
    """Return the headers that matter here, in small letters; of one that is told twice the last."""
    told: dict[str, str] = {}
    for line in lines.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        name = name.lower()
        if name in {"content-length", "transfer-encoding", "connection", "retry-after"}:
            told[name] = value.strip().lower()
    return told


def _never(_buffer: bytes) -> None:
    return None


def _sized(size: int) -> Callable[[bytes], tuple[bytes, bytes] | None]:
    if size > _LONGEST_BODY:
        raise UnreadableError

    def ends(buffer: bytes) -> tuple[bytes, bytes] | None:
        return None if len(buffer) < size else (buffer[:size], buffer[size:])

    return ends


def _chunked(buffer: bytes) -> tuple[bytes, bytes] | None:
    parts: list[bytes] = []
    at = 0
    while (end := buffer.find(b"\r\n", at)) >= 0:
        size = _CHUNK.fullmatch(buffer, at, end)
        if size is None:
            raise UnreadableError
        length = int(size[1], 16)
        if length == 0:
            return _trailed(b"".join(parts), buffer, end + 2)
        at = end + 2 + length + 2
        if len(buffer) < at:
            return None
        parts.append(buffer[end + 2 : at - 2])
    if len(buffer) - at > 1024:
        raise UnreadableError
    return None


def _trailed(body: bytes, buffer: bytes, at: int) -> tuple[bytes, bytes] | None:
    """Return the body once the lines behind the last chunk are there too."""
    while (end := buffer.find(b"\r\n", at)) >= 0:
        if end == at:
            return body, buffer[end + 2 :]
        at = end + 2
    return None
