"""Values as bytes that hold no code: a release as it is kept, and as it comes back.

Whoever writes such bytes into our folder, or changes a letter of them, gets nowhere. What must not break: before
anything is taken apart its checksum is compared; what is made are values of classes of the core alone, already loaded,
without calling anything of theirs; arrays hold numbers, never objects. A checksum is no signature: that the bytes are
ours is the keeper's to see to (`bot.content.releases`).
"""

import gc
import hashlib
import io
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np

#: What the bytes begin with: the form, by its number. Raised when the form changes.
_FORM: Final = b"dalil release 1\n"
_DIGEST: Final = hashlib.sha256
_DIGEST_SIZE: Final = 32

#: The rooms whose classes may be made.
_ROOMS: Final = ("message", "language", "faq", "offices", "eligibility", "conversation")
_FACTORIES: Final[dict[str, Callable[[], Any]]] = {"list": list, "set": set, "dict": dict}

_TUPLE, _LIST, _DICT, _SET, _FROZENSET, _DATE, _ARRAY, _OBJECT, _AGAIN, _DEFAULTDICT, _EMPTY = range(11)


class PackingError(Exception):
    """A value that cannot be kept, or bytes that are not what was kept."""


class _Packed(msgspec.Struct, array_like=True):
    #: Of each class that occurs: its module, its name and its attributes, in order.
    shapes: list[tuple[str, str, list[str]]]
    arrays: list[bytes]
    value: Any


_DECODER: Final = msgspec.msgpack.Decoder(_Packed)


def sealed(body: bytes) -> bytes:
    """Return `body` behind its form and its checksum."""
    return b"".join((_FORM, _DIGEST(body).digest(), body))


def unsealed(raw: bytes) -> memoryview:
    """Return the body of what `sealed` returned; raise `PackingError` where a bit of it is another."""
    body = memoryview(raw)[len(_FORM) + _DIGEST_SIZE :]
    if not raw.startswith(_FORM):
        raise PackingError("another form")
    if _DIGEST(body).digest() != raw[len(_FORM) : len(_FORM) + _DIGEST_SIZE]:
        raise PackingError("the checksum differs")
    return body


def packed(value: object) -> bytes:
    """Return a value made of plain values, arrays and instances of the core's classes as bytes.

    What stands in several places stands there once, and comes back as one. A dictionary of a class of its own is a
    memory of what was worked out: it comes back empty.
    """
    packing = _Packing()
    tree = packing.tree(value)
    return msgspec.msgpack.encode(_Packed([*packing.shapes.values()], packing.arrays, tree))


def unpacked(raw: bytes | memoryview) -> Any:
    """Return the value that was packed; raise `PackingError` where the bytes hold none that could have been."""
    # All that is made is held on to: to look through it for what is held no more, while it grows, takes a third longer.
    was_looking = gc.isenabled()
    gc.disable()
    try:
        held = _DECODER.decode(raw)
        return _Unpacking(held).value(held.value)
    except PackingError:
        raise
    except (msgspec.MsgspecError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise PackingError(type(error).__name__) from error
    finally:
        if was_looking:
            gc.enable()


class _Packing:
    def __init__(self) -> None:
        self.shapes: dict[tuple[type, tuple[str, ...]], tuple[str, str, list[str]]] = {}
        self.arrays: list[bytes] = []
        self._numbers: dict[tuple[type, tuple[str, ...]], int] = {}
        #: The number of each value that is met again, by its identity; the values are alive as long as their whole.
        self._met: dict[int, int] = {}

    def tree(self, value: Any) -> Any:
        kind = type(value)
        if value is None or kind in (str, int, float, bool):
            return value
        if kind is tuple:
            return [_TUPLE, *map(self.tree, value)]
        if kind is frozenset:
            return [_FROZENSET, *map(self.tree, value)]
        if kind is date:
            return [_DATE, value.toordinal()]
        if id(value) in self._met:
            return [_AGAIN, self._met[id(value)]]
        tree = self._whole(value, kind)
        self._met[id(value)] = len(self._met)
        return tree

    def _whole(self, value: Any, kind: type) -> list[Any]:
        """Return what may stand in several places: a number is given to it when all within it has its own."""
        if kind is list:
            return [_LIST, *map(self.tree, value)]
        if kind is set:
            return [_SET, *map(self.tree, value)]
        if kind is dict:
            return [_DICT, *(self.tree(part) for pair in value.items() for part in pair)]
        if kind is defaultdict:
            factory = value.default_factory.__name__
            if factory not in _FACTORIES:
                raise PackingError(factory)
            return [_DEFAULTDICT, factory, *(self.tree(part) for pair in value.items() for part in pair)]
        if kind is np.ndarray:
            file = io.BytesIO()
            np.save(file, value, allow_pickle=False)
            self.arrays.append(file.getvalue())
            return [_ARRAY, len(self.arrays) - 1]
        if issubclass(kind, dict):
            return [_EMPTY, self._shape(kind, ())]
        names = tuple(field.name for field in fields(value)) if is_dataclass(value) else tuple(vars(value))
        return [_OBJECT, self._shape(kind, names), *(self.tree(getattr(value, name)) for name in names)]

    def _shape(self, kind: type, names: tuple[str, ...]) -> int:
        shape = (kind, names)
        if shape not in self._numbers:
            if _found(kind.__module__, kind.__qualname__) is not kind:
                raise PackingError(f"{kind.__module__}.{kind.__qualname__}")
            self._numbers[shape] = len(self._numbers)
            self.shapes[shape] = (kind.__module__, kind.__qualname__, list(names))
        return self._numbers[shape]


class _Unpacking:
    def __init__(self, held: _Packed) -> None:
        self._shapes = [(_found(module, name), tuple(names)) for module, name, names in held.shapes]
        for kind, names in self._shapes:
            if is_dataclass(kind) and names != tuple(field.name for field in fields(kind)):
                raise PackingError(f"{kind.__name__} has other attributes")
        self._arrays = held.arrays
        self._met: list[Any] = []
        #: A text that occurs often is held once.
        self._texts: dict[str, str] = {}

    def value(self, tree: Any) -> Any:
        if type(tree) is not list:
            return self._texts.setdefault(tree, tree) if type(tree) is str else tree
        match tree[0]:
            case 0:  # _TUPLE
                return tuple(self._parts(tree, 1))
            case 4:  # _FROZENSET
                return frozenset(self._parts(tree, 1))
            case 5:  # _DATE
                return date.fromordinal(tree[1])
            case 8:  # _AGAIN
                return self._met[tree[1]]
        whole = self._whole(tree)
        self._met.append(whole)
        return whole

    def _whole(self, tree: list[Any]) -> Any:
        match tree[0]:
            case 1:  # _LIST
                return self._parts(tree, 1)
            case 2:  # _DICT
                return self._pairs({}, tree, 1)
            case 3:  # _SET
                return set(self._parts(tree, 1))
            case 6:  # _ARRAY
                return np.lib.format.read_array(io.BytesIO(self._arrays[tree[1]]), allow_pickle=False)
            case 7:  # _OBJECT
                return self._instance(tree)
            case 9:  # _DEFAULTDICT
                return self._pairs(defaultdict(_FACTORIES[tree[1]]), tree, 2)
            case 10:  # _EMPTY
                kind, _ = self._shapes[tree[1]]
                if not issubclass(kind, dict):
                    raise PackingError(kind.__name__)
                return dict.__new__(kind)
        raise PackingError(f"unknown form {tree[0]!r}")

    def _parts(self, tree: list[Any], start: int) -> list[Any]:
        """Return the values from a place on, in the order in which they were numbered."""
        known, value = self._texts.setdefault, self.value
        return [
            known(part, part) if type(part) is str else part if type(part) is not list else value(part)
            for part in tree[start:]
        ]

    def _pairs(self, values: dict[Any, Any], tree: list[Any], start: int) -> dict[Any, Any]:
        parts = self._parts(tree, start)
        values.update(zip(parts[::2], parts[1::2], strict=True))
        return values

    def _instance(self, tree: list[Any]) -> Any:
        kind, names = self._shapes[tree[1]]
        if len(tree) != len(names) + 2:
            raise PackingError(f"{kind.__name__} with too few values")
        made = object.__new__(kind)
        for name, part in zip(names, self._parts(tree, 2), strict=True):
            # Frozen instances too, and nothing of the class's own is called.
            object.__setattr__(made, name, part)
        return made


def _found(module: str, name: str) -> type:
    """Return a class of the core by its name; nothing is imported for it."""
    parts = module.split(".")
    if parts[0] != "bot" or len(parts) < 2 or parts[1] not in _ROOMS or module not in sys.modules:
        raise PackingError(f"{module}.{name}")
    found = vars(sys.modules[module]).get(name)
    if not isinstance(found, type) or found.__module__ != module:
        raise PackingError(f"{module}.{name}")
    return found
