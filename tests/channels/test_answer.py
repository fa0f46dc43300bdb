"""Answers put together from the pieces in which they come."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.answer import Answer, Reading, UnreadableError

_BODY = '{"ok":true,"result":{"text":"مرحبا"}}'.encode()
_SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
_CHUNKED = (
    b"HTTP/1.1 200 OK\r\nserver: x\r\nTRANSFER-ENCODING: chunked\r\n\r\n"
    b"5\r\n%b\r\n%x;name=value\r\n%b\r\n0\r\nTrailer: x\r\n\r\n" % (_BODY[:5], len(_BODY) - 5, _BODY[5:])
)
WHOLE = {
    "sized": (_SIZED, Answer(200, _BODY)),
    "chunked": (_CHUNKED, Answer(200, _BODY)),
    "announced": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + _SIZED,
        Answer(200, _BODY),
    ),
    "nothing": (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, b"")),
    "empty": (b"HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", Answer(500, b"")),
    "no reason": (b"HTTP/1.1 502\r\nContent-Length: 1\r\n\r\nx", Answer(502, b"x")),
    "later": (b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\nContent-Length: 0\r\n\r\n", Answer(429, b"", "7")),
    "closing": (b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", Answer(200, b"", None, False)),
    "old": (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", Answer(200, b"x", None, False)),
}


@pytest.mark.parametrize(("raw", "answer"), WHOLE.values(), ids=WHOLE)
@given(cuts=st.lists(st.integers(0, 300), max_size=8))
def test_any_pieces(raw: bytes, answer: Answer, cuts: list[int]) -> None:
    """An answer is the same however it is cut, is whole at its last byte and not before, and another can follow."""
    reading = Reading()
    for _ in range(2):
        ends = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
        came = [reading.took(raw[begin:end]) for begin, end in pairwise(ends)]
        assert came == [None] * (len(came) - 1) + [answer]
    assert reading.ended() is None


def test_until_the_end() -> None:
    """An answer that tells no length ends with its connection, and only then."""
    reading = Reading()
    assert reading.took(b"HTTP/1.1 200 OK\r\n\r\nhalf") is None
    assert reading.took(b" and half") is None
    assert reading.ended() == Answer(200, b"half and half", None, False)


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\n", _SIZED[:-1], _CHUNKED[:-1], _CHUNKED[:-20]])
def test_cut_short(raw: bytes) -> None:
    """An answer whose connection ends before it does is no answer."""
    reading = Reading()
    assert reading.took(raw) is None
    assert reading.ended() is None


def test_more_than_asked_for() -> None:
    """After an answer with something behind it the connection is not used again."""
    assert Reading().took(_SIZED + b"HTTP") == Answer(200, _BODY, None, False)


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 2000,
        b"x" * 70_000,
    ],
)
def test_no_http(raw: bytes) -> None:
    """What is no HTTP, or has no end, is refused rather than waited for."""
    with pytest.raises(UnreadableError):
        Reading().took(raw)
