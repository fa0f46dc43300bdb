"""Flows read from `flows/<name>/flow.yaml`, and the guide's own sentences and asides.

A step is a group with one key; which key tells the kind of step.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from bot.content.reading import Document, Mistakes, Where, read
from bot.content.shaping import Model, Words, shaped
from bot.conversation.asides import ASIDES, SMALL_TALK
from bot.conversation.asides import Words as Spoken
from bot.conversation.conversation import MENU
from bot.conversation.flow import (
    Ask,
    Assess,
    Flow,
    FlowId,
    HandOver,
    Nearest,
    Offer,
    Say,
    Stations,
    Step,
    Steps,
    Way,
    When,
)
from bot.conversation.phrases import Phrases
from bot.eligibility.facts import FactId
from bot.language.folding import folded
from bot.message import LANGUAGES, Text
from bot.offices.offices import OfficeKind

#: Longest screen, and longest labels: a WhatsApp list row with its description, and a row alone.
SCREEN = 600
LABEL = 72
SHORT = 20
_AMOUNT_WIDTH = 20
#: Names of spoken forms that are neither asides nor small talk.
_OTHER_WORDS = ("yes", "no", "follow", "asking")


class _Way(Model):
    to: str
    label: Words
    short: Words | None = None
    possible: tuple[str, ...] = ()


class _Offer(Model):
    ways: tuple[_Way, ...]
    question: Words | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What a flow may refer to."""

    facts: frozenset[str]
    schemes: tuple[str, ...]
    amounts: frozenset[str]
    flows: frozenset[str]
    entries: frozenset[str]


def read_flows(root: Path, names: Names, mistakes: Mistakes) -> dict[str, Flow]:
    """Return every flow by id; each ends with an offer or by handing over, and leads only to flows that are there."""
    flows: dict[str, Flow] = {}
    for path in sorted((root / "flows").glob("*/flow.yaml")):
        document = read(root, path, mistakes)
        if document is None:
            continue
        flow_id = path.parent.name
        reader = _Reader(document, names, mistakes)
        reader.only((), {"title", "steps"})
        title = reader.words(("title",))
        steps = reader.steps(("steps",))
        if title is not None:
            flows[flow_id] = Flow(FlowId(flow_id), title, steps)
            reader.ends(steps)
    if MENU not in names.flows:
        mistakes.add("file_missing", Where(f"flows/{MENU}/flow.yaml", 1))
    return flows


class _Reader:
    """Reads the steps of one document."""

    def __init__(self, document: Document, names: Names, mistakes: Mistakes) -> None:
        self._document = document
        self._names = names
        self._mistakes = mistakes

    def _at(self, path: tuple[str | int, ...]) -> Any:
        value = self._document.value
        for key in path:
            if isinstance(value, Mapping):
                value = value.get(str(key))
            elif isinstance(value, list) and isinstance(key, int):
                value = value[key]
            else:
                return None
        return value

    def _wrong(self, kind: str, path: tuple[str | int, ...], **values: object) -> None:
        self._mistakes.add(kind, self._document.where(*path), **values)

    def only(self, path: tuple[str | int, ...], keys: Set[str]) -> None:
        """Note every key at `path` that cannot stand there."""
        value = self._at(path)
        for key in value if isinstance(value, Mapping) else ():
            if key not in keys:
                self._wrong("key_unknown", (*path, key), key=key)

    def words(self, path: tuple[str | int, ...]) -> Text | None:
        if self._at(path) is None:
            self._wrong("key_missing", path, key=path[-1])
            return None
        words = shaped(Words, self._document, self._mistakes, path)
        return words.text() if words else None

    def steps(self, path: tuple[str | int, ...]) -> Steps:
        listed = self._at(path)
        if not isinstance(listed, list):
            self._wrong("not_a_list", path, key=path[-1] if path else "steps")
            return ()
        steps = (self._step((*path, index), step) for index, step in enumerate(listed))
        return tuple(step for step in steps if step is not None)

    def _step(self, path: tuple[str | int, ...], step: Any) -> Step | None:
        kinds = [key for key in step if key in _KINDS] if isinstance(step, Mapping) else []
        if len(kinds) != 1:
            self._wrong("step_unknown", path, kinds=" · ".join(_KINDS))
            return None
        kind = kinds[0]
        self.only(path, {kind, *_KINDS[kind]})
        return getattr(self, f"_{kind}")((*path, kind), path)  # type: ignore[no-any-return]

    def _say(self, path: tuple[str | int, ...], _: object) -> Say | None:
        text = self.words(path)
        if text is None:
            return None
        for language, words in text.wordings.items():
            width = len(words) + sum(
                _AMOUNT_WIDTH - len(name) - 2 for name in self._names.amounts if "{" + name + "}" in words
            )
            if width > SCREEN:
                self._wrong("screen_long", (*path, language), length=width, most=SCREEN)
        return Say(text)

    def _ask(self, path: tuple[str | int, ...], _: object) -> Ask | None:
        fact = self._fact(path)
        return Ask(fact) if fact else None

    def _fact(self, path: tuple[str | int, ...]) -> FactId | None:
        name = self._at(path)
        if self._names.facts and name not in self._names.facts:
            self._wrong("fact_unknown", path, name=name)
            return None
        return FactId(str(name))

    def _when(self, path: tuple[str | int, ...], _: object) -> When | None:
        self.only(path, {"fact", "is", "otherwise"})
        fact = self._fact((*path, "fact"))
        cases = self._at((*path, "is"))
        if not isinstance(cases, Mapping):
            self._wrong("not_a_group", (*path, "is"), key="is")
            return None
        branches = tuple(((_value(key),), self.steps((*path, "is", key))) for key in cases)
        otherwise = self.steps((*path, "otherwise")) if self._at((*path, "otherwise")) is not None else ()
        return When(fact, branches, otherwise) if fact else None

    def _nearest(self, path: tuple[str | int, ...], _: object) -> Nearest | None:
        kind = next((kind for kind in get_args(OfficeKind) if kind == self._at(path)), None)
        if kind is None:
            self._wrong("not_a_choice", path, key="nearest", allowed=" · ".join(get_args(OfficeKind)))
            return None
        return Nearest(kind)

    def _assess(self, path: tuple[str | int, ...], around: tuple[str | int, ...]) -> Assess:
        value = self._at(path)
        listed = value.get("schemes") if isinstance(value, Mapping) else value
        schemes = (
            self._names.schemes if listed == "all" else tuple([listed] if isinstance(listed, str) else listed or ())
        )
        for scheme in schemes:
            if scheme not in self._names.schemes:
                self._wrong("scheme_unknown", path, name=scheme)
        verdicts = ("eligible", "perhaps", "not_eligible")
        self.only(path, {"schemes", *verdicts})
        inside = path if isinstance(value, Mapping) and any(key in value for key in verdicts) else around
        branches = {key: self.steps((*inside, key)) for key in verdicts if self._at((*inside, key)) is not None}
        return Assess(tuple(schemes), **branches)

    def _stations(self, _: object, __: object) -> Stations:
        return Stations()

    def _hand_over(self, _: object, __: object) -> HandOver:
        return HandOver()

    def _offer(self, path: tuple[str | int, ...], _: object) -> Offer | None:
        question = None
        if isinstance(self._at(path), list):
            listed = path
            ways = tuple(shaped(_Way, self._document, self._mistakes, (*path, i)) for i in range(len(self._at(path))))
        else:
            listed = (*path, "ways")
            offer = shaped(_Offer, self._document, self._mistakes, path)
            if offer is None:
                return None
            ways, question = offer.ways, offer.question
        for index, way in enumerate(ways):
            if way is not None and way.to not in self._names.flows | self._names.entries:
                self._wrong("flow_unknown", (*listed, index, "to"), name=way.to)
            for scheme in way.possible if way is not None else ():
                if scheme not in self._names.schemes:
                    self._wrong("scheme_unknown", (*listed, index, "possible"), name=scheme)
        if ways and all(way is not None and way.possible for way in ways):
            self._wrong("offer_bare", path)
        self._check_labels(ways, listed)
        read_ways = tuple(_way(way) for way in ways if way is not None)
        return Offer(read_ways, question.text() if question else None)

    def _check_labels(self, ways: Sequence[_Way | None], path: tuple[str | int, ...]) -> None:
        for language in LANGUAGES:
            seen: set[str] = set()
            for index, way in enumerate(ways):
                if way is None:
                    continue
                label = getattr(way.label, language)
                short = getattr(way.short, language) if way.short else label
                at = (*path, index, "short" if way.short else "label", language)
                if len(label) > LABEL:
                    self._wrong("label_long", (*path, index, "label", language), label=label, most=LABEL)
                if len(short) > (SHORT if way.short else SHORT + 4):
                    self._wrong("short_missing", at, label=label, most=SHORT)
                if folded(short) in seen:
                    self._wrong("label_twice", at, label=short)
                seen.add(folded(short))

    def ends(self, steps: Steps) -> None:
        """Note a flow that leaves the person without a way on."""
        last = steps[-1] if steps else None
        match last:
            case Offer() | HandOver():
                return
            case Assess() if all((last.eligible, last.perhaps, last.not_eligible)):
                for branch in (last.eligible, last.perhaps, last.not_eligible):
                    self.ends(branch)
            case When() if last.otherwise:
                for _, branch in last.branches:
                    self.ends(branch)
                self.ends(last.otherwise)
            case _:
                self._wrong("flow_endless", ("steps",))


#: The kinds of steps, and the keys that may stand beside each.
_KINDS: Mapping[str, frozenset[str]] = {
    "say": frozenset(),
    "ask": frozenset(),
    "when": frozenset(),
    "nearest": frozenset(),
    "assess": frozenset({"eligible", "perhaps", "not_eligible"}),
    "stations": frozenset(),
    "offer": frozenset(),
    "hand_over": frozenset(),
}


def _value(key: str) -> str | bool:
    return {"yes": True, "no": False}.get(key, key)


def _way(way: _Way) -> Way:
    return Way(
        FlowId(way.to),
        way.label.text(),
        way.short.text() if way.short else None,
        way.possible,
    )


def read_phrases(root: Path, mistakes: Mistakes) -> Phrases | None:
    """Return the guide's own sentences, or None when one is missing."""
    document = read(root, root / "flows" / "phrases.yaml", mistakes)
    if document is None or not isinstance(document.value, dict):
        return None
    texts: dict[str, Text] = {}
    names = [field.name for field in fields(Phrases)]
    for name in names:
        if name not in document.value:
            mistakes.add("key_missing", document.where(), key=name)
            continue
        words = shaped(Words, document, mistakes, (name,))
        if words is not None:
            texts[name] = words.text()
    for name in document.value:
        if name not in names:
            mistakes.add("key_unknown", document.where(name), key=name)
    return Phrases(**texts) if len(texts) == len(names) else None


def read_asides(root: Path, mistakes: Mistakes) -> Spoken | None:
    """Return what people say across a flow; one form under two names is a mistake."""
    document = read(root, root / "flows" / "asides.yaml", mistakes)
    if document is None or not isinstance(document.value, dict):
        return None
    known = {*ASIDES, *SMALL_TALK, *_OTHER_WORDS}
    owner: dict[str, str] = {}
    for name, forms in document.value.items():
        if name not in known:
            mistakes.add("key_unknown", document.where(name), key=name)
        if not isinstance(forms, list):
            mistakes.add("not_a_list", document.where(name), key=name)
            return None
        for number, form in enumerate(forms):
            other = owner.setdefault(folded(str(form)), name)
            if other != name:
                mistakes.add("word_shared", document.where(name, number), word=form, other=other)
    return Spoken({name: [str(form) for form in forms] for name, forms in document.value.items()})
