"""Flows read from `flows/<name>/flow.yaml`, and drawn as Mermaid flowcharts: words in the boxes, answers on the arrows.

A step is a group with one key; which key tells the kind of step.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal, assert_never, get_args

from bot.content.reading import Mistakes, YamlDocument, read
from bot.content.shaping import Model, Words, shaped
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
    branches_of,
)
from bot.conversation.library import Library
from bot.eligibility.facts import FactId
from bot.language.folding import folded
from bot.message import BUTTON_LABEL, LABEL, LANGUAGES, SCREEN, Language, Text
from bot.offices.places import OfficeKind

_REFERENCE = re.compile(r"\{(\w+)\}")
StepKind = Literal["say", "ask", "when", "nearest", "assess", "stations", "offer", "hand_over"]
#: What may stand beside `assess`, and in it: what follows each verdict.
_VERDICTS = ("eligible", "perhaps", "not_eligible")


class _Way(Model):
    to: str
    label: Words
    short: Words | None = None
    possible: tuple[str, ...] = ()


class _Offer(Model):
    ways: tuple[_Way, ...]
    question: Words | None = None


@dataclass(frozen=True, slots=True)
class FlowNames:
    """What a flow may refer to."""

    facts: frozenset[str]
    schemes: tuple[str, ...]
    #: What braces may hold, with the most characters that it takes.
    amounts: Mapping[str, int]
    flows: frozenset[str]
    entries: frozenset[str]
    #: What can be answered to each fact that has options, by the fact.
    options: Mapping[str, tuple[str, ...]]


def read_flows(root: Path, names: FlowNames, mistakes: Mistakes) -> dict[str, Flow]:
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
    return flows


class _Reader:
    """Reads the steps of one document."""

    def __init__(self, document: YamlDocument, names: FlowNames, mistakes: Mistakes) -> None:
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
        return self._filled(words, path) if words else None

    def _filled(self, words: Words, path: tuple[str | int, ...]) -> Text:
        """Return the words; every amount that they name is one of the law's."""
        text = words.text()
        for language in LANGUAGES:
            for name in _REFERENCE.findall(text.of(language)):
                if name not in self._names.amounts:
                    self._wrong("amount_unknown", (*path, language), name=name)
        return text

    def steps(self, path: tuple[str | int, ...]) -> Steps:
        listed = self._at(path)
        if not isinstance(listed, list):
            self._wrong("not_a_list", path, key=path[-1] if path else "steps")
            return ()
        steps = (self._step((*path, index), step) for index, step in enumerate(listed))
        return tuple(step for step in steps if step is not None)

    def _step(self, path: tuple[str | int, ...], step: Any) -> Step | None:
        kinds = [kind for kind in get_args(StepKind) if kind in step] if isinstance(step, Mapping) else []
        if len(kinds) != 1:
            self._wrong("step_unknown", path, kinds=" · ".join(get_args(StepKind)))
            return None
        kind: StepKind = kinds[0]
        self.only(path, {kind, *_VERDICTS} if kind == "assess" else {kind})
        here = (*path, kind)
        match kind:
            case "say":
                return self._say(here)
            case "ask":
                return self._ask(here)
            case "when":
                return self._when(here)
            case "nearest":
                return self._nearest(here)
            case "assess":
                return self._assess(here, path)
            case "stations":
                return Stations()
            case "offer":
                return self._offer(here)
            case "hand_over":
                return HandOver()
            case _:
                assert_never(kind)

    def _say(self, path: tuple[str | int, ...]) -> Say | None:
        text = self.words(path)
        if text is None:
            return None
        for language, words in text.wordings.items():
            width = len(words) + sum(
                wide - len(name) - 2 for name, wide in self._names.amounts.items() if "{" + name + "}" in words
            )
            if width > SCREEN:
                self._wrong("screen_long", (*path, language), length=width, most=SCREEN)
        return Say(text)

    def _ask(self, path: tuple[str | int, ...]) -> Ask | None:
        fact = self._fact(path)
        return Ask(fact) if fact else None

    def _fact(self, path: tuple[str | int, ...]) -> FactId | None:
        name = self._at(path)
        if self._names.facts and name not in self._names.facts:
            self._wrong("fact_unknown", path, name=name)
            return None
        return FactId(str(name))

    def _when(self, path: tuple[str | int, ...]) -> When | None:
        self.only(path, {"fact", "is", "otherwise"})
        fact = self._fact((*path, "fact"))
        cases = self._at((*path, "is"))
        if not isinstance(cases, Mapping):
            self._wrong("not_a_group", (*path, "is"), key="is")
            return None
        for key in cases:
            if fact is not None and key not in self._names.options.get(fact, (key,)):
                allowed = ", ".join(self._names.options[fact])
                self._wrong("option_unknown", (*path, "is", key), value=key, name=fact, allowed=allowed)
        branches = tuple(((_value(key),), self.steps((*path, "is", key))) for key in cases)
        otherwise = self.steps((*path, "otherwise")) if self._at((*path, "otherwise")) is not None else ()
        return When(fact, branches, otherwise) if fact else None

    def _nearest(self, path: tuple[str | int, ...]) -> Nearest | None:
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
        self.only(path, {"schemes", *_VERDICTS})
        inside = path if isinstance(value, Mapping) and any(key in value for key in _VERDICTS) else around
        branches = {key: self.steps((*inside, key)) for key in _VERDICTS if self._at((*inside, key)) is not None}
        return Assess(tuple(schemes), **branches)

    def _offer(self, path: tuple[str | int, ...]) -> Offer | None:
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
        return Offer(read_ways, self._filled(question, (*path, "question")) if question else None)

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
                if len(short) > (BUTTON_LABEL if way.short else BUTTON_LABEL + 4):
                    self._wrong("short_missing", at, label=label, most=BUTTON_LABEL)
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


def _value(key: str) -> str | bool:
    return {"yes": True, "no": False}.get(key, key)


def _way(way: _Way) -> Way:
    return Way(
        FlowId(way.to),
        way.label.text(),
        way.short.text() if way.short else None,
        way.possible,
    )


#: Longest text in a box, in characters.
_BOX = 60


def mermaid(flow: Flow, library: Library, language: Language) -> str:
    """Return the chart of a flow, from its title to its offers."""
    return "\n".join(_Chart(library, language).lines(flow)) + "\n"


class _Chart:
    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language
        self._numbers = count(1)

    def lines(self, flow: Flow) -> Iterator[str]:
        yield "flowchart TD"
        yield f'  start(["{self._cut(flow.title.of(self._language))}"])'
        yield from self._steps(flow.steps, ["start"], [])

    def _steps(self, steps: Steps, tails: list[str], ends: list[str], label: str = "") -> Iterator[str]:
        """Yield the boxes of `steps` hung below `tails`; `ends` receives what the next step hangs from."""
        for step in steps:
            name = f"n{next(self._numbers)}"
            yield f"  {name}{self._box(step)}"
            arrow = f' -->|"{label}"| ' if label else " --> "
            yield from (f"  {tail}{arrow}{name}" for tail in tails)
            label = ""
            tails = []
            for values, branch in branches_of(step):
                yield from self._steps(branch, [name], tails, " / ".join(map(str, values)) or "…")
            if not isinstance(step, Offer | HandOver):
                tails = tails or [name]
        ends.extend(tails)

    def _box(self, step: Step) -> str:
        match step:
            case Say(text):
                return f'["{self._cut(text.of(self._language))}"]'
            case Ask(fact):
                return f'{{"{self._cut(self._library.facts[fact].ask.of(self._language))}"}}'
            case When(fact):
                return f'{{{{"{fact}"}}}}'
            case Nearest(kind):
                return f'[/"nearest: {kind}"/]'
            case Assess(schemes):
                return f'{{{{"assess: {self._cut(", ".join(schemes))}"}}}}'
            case Stations():
                return '[/"stations"/]'
            case Offer(ways):
                return f'(["{self._cut(" | ".join(way.label.of(self._language) for way in ways), 200)}"])'
            case HandOver():
                return '(["hand over"])'
            case _:
                assert_never(step)

    def _cut(self, text: str, most: int = _BOX) -> str:
        flat = " ".join(text.split()).replace('"', "'")
        return flat if len(flat) <= most else flat[: most - 1] + "…"
