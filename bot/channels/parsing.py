"""A body as JSON, whatever stands in it: one value beyond all bounds does not cost the good ones beside it."""

import json
from typing import Any, Final

import msgspec

#: Digits of the longest whole number read as one; Python refuses the whole body for one of over 4300.
_LONGEST: Final = 4000


class NotJsonError(ValueError):
    """A body that is no JSON, or not of a kind that the platform posts."""


def parsed(body: bytes) -> Any:
    """Return the JSON in a body; raise `NotJsonError` for none."""
    try:
        # Several times as fast, and strict: what it does not take may still be JSON to others.
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass
    try:
        return json.loads(body)
    except RecursionError as error:
        raise NotJsonError from error
    except ValueError:
        pass
    try:
        return json.loads(body, parse_int=_bounded)
    except (ValueError, RecursionError) as error:
        raise NotJsonError from error


def _bounded(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST else digits[:_LONGEST]


def written(thing: Any) -> bytes:
    """Return a thing that was parsed as JSON again."""
    try:
        try:
            return msgspec.json.encode(thing)
        except UnicodeEncodeError:
            # Half a character somewhere, which stands in no UTF-8.
            return json.dumps(thing, separators=(",", ":")).encode()
    except RecursionError:
        # Nested as no platform nests: nothing in it could be shown to anyone.
        return b'"nested too deeply"'
