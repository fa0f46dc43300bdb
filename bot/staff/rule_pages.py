"""The pages on which flows and rules are looked at and walked: drawn, in words, and played as a person on any date.

They show the files with the clerk's own draft applied. Its library is made in a process of its own, as a release is, so
that nobody who is answered waits for it. Nothing of what is played is stored: the page carries what was said, and it is
said again from the beginning with each step.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, assert_never

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.content.conditions import value
from bot.content.files import Files, digest, files_read
from bot.content.reading import Mistakes, read_text
from bot.content.releases import library_of
from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.showing import fact_told, value_told
from bot.conversation.tapping import START, Tapped, choice_id
from bot.conversation.turn import respond
from bot.eligibility.amounts import on_day
from bot.eligibility.assessment import assessed
from bot.eligibility.conditions import Compared, Confirm, Every, In, Some, That, Unasked, Untold
from bot.eligibility.facts import Refused, taken
from bot.eligibility.scheme import Condition, Scheme
from bot.language.dates import MOROCCO, moroccan_day
from bot.language.wording import listed
from bot.message import ChoiceId, Chose, Content, Language, Message, PersonId, Reply, Said, Text
from bot.staff.drafts import ConflictError, Drafts, applied_draft
from bot.staff.flow_drawing import flow_drawing
from bot.staff.frame import Frame, Visit
from bot.staff.prepared import READY, PreparedPart
from bot.staff.preview import Preview

#: Steps of a conversation that is played, at most, and signs of a message.
_STEPS: Final = 100
_LONGEST: Final = 500
#: What is played is nobody's.
_NOBODY: Final = PersonId("")


@dataclass(frozen=True, slots=True)
class LogicTold:
    """A condition in words: a sentence, or what all or one of its parts have to be."""

    text: str
    parts: tuple["LogicTold", ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleTold:
    """An example of a rules file: the facts in words, the day, what comes out, and whether that is what it expects."""

    given: Text
    on: date
    verdict: str | None
    holds: bool


class RulePages:
    """The answers to requests about flows and rules."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._drafts = Drafts(frame.parts.folder)
        self._preview = Preview(frame.parts.root)
        self._made: PreparedPart[Library | Mistakes] = PreparedPart()

    async def _files(self, who: str) -> tuple[Files, Files]:
        """Return the files as they are, and with somebody's draft applied; the same where it does not fit them."""

        def look() -> tuple[Files, Files]:
            files = files_read(self._frame.parts.root)
            mine = next((one for one in reversed(self._drafts.listed()) if one.author == who), None)
            try:
                return files, applied_draft(files, mine) if mine is not None else files
            except ConflictError:
                return files, files

        return await asyncio.to_thread(look)

    async def _library(self, who: str) -> tuple[Library | None, bool, Files]:
        """Return the library of somebody's draft, None while it is made; whether it is a draft's; and its files."""
        files, drafted = await self._files(who)
        live = self._frame.parts.library()
        if digest(files) == digest(drafted):
            return live, False, files
        keep = self._frame.parts.keep
        made, is_ready = await self._made.ready(
            digest(drafted), lambda: library_of(drafted, keep.last() if keep is not None else None)
        )
        if not is_ready:
            return None, True, drafted
        return (made if isinstance(made, Library) else live), isinstance(made, Library), drafted

    def _on(self, told: str) -> date:
        try:
            return date.fromisoformat(told)
        except ValueError:
            return moroccan_day(self._frame.parts.now())

    async def flows(self, visit: Visit) -> Response:
        """Show which flows and rules there are."""
        library = self._frame.parts.library()
        flows, schemes = list(library.flows.values()), list(library.schemes.values())
        return self._frame.page(visit, "flows.html", flows=flows, schemes=schemes)

    async def flow(self, visit: Visit) -> Response:
        """Show a flow drawn."""
        library = self._frame.parts.library()
        flow = library.flows.get(visit.request.path_params["flow"])
        if flow is None:
            raise HTTPException(404)
        words = dict(self._frame.words(visit.language))
        drawing = flow_drawing(flow, library, visit.language, self._on(""), words)
        return self._frame.page(visit, "flow.html", flow=flow, drawing=drawing)

    # Rules in words

    async def rules(self, visit: Visit) -> Response:
        """Show a scheme on a day: conditions in words, amounts, sources, and its examples with their results."""
        library, _, files = await self._library(visit.who)
        library = library or self._frame.parts.library()
        scheme = library.schemes.get(visit.request.path_params["scheme"])
        if scheme is None:
            raise HTTPException(404)
        on, language = self._on(visit.query("on")), visit.language
        there = on_day(scheme.amounts, on)
        amounts = [
            {
                "name": str(one.name),
                "title": one.title.of(language),
                "now": there[one.name].text().of(language) if one.name in there else "–",
                "since": [(day, value_.text().of(language)) for day, _ in one.since if (value_ := one.on(day))],
                "sources": one.sources,
            }
            for one in scheme.amounts
        ]
        values: dict[str, Any] = {
            "scheme": scheme,
            "on": on,
            "gives": library.filled(scheme.gives, on).of(language),
            "in_force": scheme.in_force(on),
            "conditions": [self._condition(one, scheme, library, on, language) for one in scheme.conditions_on(on)],
            "amounts": amounts,
            "examples": list(examples_told(scheme, files.get(f"flows/{scheme.id}/rules.yaml"), library)),
        }
        return self._frame.page(visit, "rules.html", **values)

    def _condition(
        self, condition: Condition, scheme: Scheme, library: Library, on: date, language: Language
    ) -> Mapping[str, Any]:
        words = self._frame.words(language)
        return {
            "because": library.filled(condition.because, on).of(language),
            "logic": logic_told(condition.that, condition, scheme, library, on, language, words),
            "confirmed_by": [who.name.of(language) for who in condition.confirmed_by],
            "notes": [library.filled(note.because, on).of(language) for note in condition.notes],
            "sources": condition.sources,
        }

    # Playing

    async def play(self, visit: Visit) -> Response:
        """Begin to talk to the content of one's draft as a person, on a date."""
        talk = [("tap", str(START))]
        flow = visit.query("flow")
        if flow in self._frame.parts.library().flows:
            talk.append(("tap", str(choice_id(Tapped("to", flow)))))
        return await self._play(visit, self._on(visit.query("on")), talk)

    async def played(self, visit: Visit) -> Response:
        """Go on with it by what was typed or tapped."""
        talk = _talk(visit.fields.get("talk", ""))
        if visit.fields.get("tap"):
            talk.append(("tap", visit.fields["tap"][:_LONGEST]))
        elif said := visit.fields.get("say", "").strip():
            talk.append(("say", said[:_LONGEST]))
        return await self._play(visit, self._on(visit.fields.get("on", "")), talk[:_STEPS])

    async def _play(self, visit: Visit, on: date, talk: list[tuple[str, str]]) -> Response:
        library, is_draft, drafted = await self._library(visit.who)
        values: dict[str, Any] = {"on": on, "is_draft": is_draft, "is_ready": library is not None}
        if library is None:
            return self._frame.page(visit, "play.html", here="/staff/play", **values)
        # The draft has mistakes where its library is still the live one.
        is_broken = not is_draft and digest(await asyncio.to_thread(self._live)) != digest(drafted)
        bubbles, last = played_through(talk, library, datetime.combine(on, time(10), MOROCCO), visit.language)
        values |= {
            "is_broken": is_broken,
            "bubbles": bubbles,
            "choices": last.choices if last else (),
            "talk": json.dumps(talk, ensure_ascii=False),
            "drawn": [(last.language, self._preview.views(last))] if last else [],
        }
        status = READY if visit.is_part else 200
        return self._frame.page(visit, "play.html", status, here="/staff/play", **values)

    def _live(self) -> Files:
        return files_read(self._frame.parts.root)


def played_through(
    talk: list[tuple[str, str]], library: Library, now: datetime, language: Language
) -> tuple[list[tuple[str, str]], Reply | None]:
    """Return the bubbles of a conversation from its beginning, whose each is, and the last reply."""
    conversation, bubbles = Conversation(language), list[tuple[str, str]]()
    last: Reply | None = None
    for kind, told in talk:
        content: Content = Chose(ChoiceId(told)) if kind == "tap" else Said(told)
        label = told if kind == "say" else next((one.label for one in conversation.shown if one.id == told), "")
        if label:
            bubbles.append(("person", label))
        turn = respond(conversation, Message("web", _NOBODY, "", content), library, now)
        conversation = turn.conversation
        bubbles += [("guide", reply.text) for reply in turn.replies]
        last = turn.replies[-1] if turn.replies else last
    return bubbles, last


def _talk(told: str) -> list[tuple[str, str]]:
    """Return what a page carries of a conversation; from the beginning where it is none of ours."""
    try:
        held = json.loads(told)
        talk = [(str(kind), str(words)[:_LONGEST]) for kind, words in held if kind in {"say", "tap"}]
    except (ValueError, TypeError, RecursionError):
        talk = []
    return talk[:_STEPS] or [("tap", str(START))]


def logic_told(
    that: That,
    condition: Condition,
    scheme: Scheme,
    library: Library,
    on: date,
    language: Language,
    words: Mapping[str, str],
) -> LogicTold:
    """Return what a condition asks, in words, with the amounts of a day."""

    def inner(part: That) -> LogicTold:
        return logic_told(part, condition, scheme, library, on, language, words)

    match that:
        case In(fact, values):
            options = [value_told(fact, one, library) for one in values if not isinstance(one, float)]
            told = [one.of(language) if one else str(raw) for one, raw in zip(options, values, strict=False)]
            return LogicTold(f"{_name(fact, scheme, library).of(language)}: {' / '.join(told)}")
        case Compared(fact, how, amount):
            there = on_day(scheme.amounts, on).get(amount)
            limit = there.text().of(language) if there else str(amount)
            return LogicTold(f"{_name(fact, scheme, library).of(language)} {words[f'how_{how}']} {limit}")
        case Every(parts):
            return LogicTold(words["logic_every"], tuple(map(inner, parts)))
        case Some(parts):
            return LogicTold(words["logic_some"], tuple(map(inner, parts)))
        case Confirm(authority, when):
            who = next((one.name.of(language) for one in condition.confirmed_by if one.id == authority), authority)
            sentence = words["logic_confirm"].replace("{who}", who)
            return LogicTold(sentence, (inner(when),) if when is not None else ())
        case Unasked(when):
            return LogicTold(words["logic_unasked"], (inner(when),))
        case Untold(fact):
            return LogicTold(words["logic_untold"].replace("{fact}", _name(fact, scheme, library).of(language)))
        case _:
            assert_never(that)


def _name(fact: str, scheme: Scheme, library: Library) -> Text:
    derived = scheme.terms.derived.get(fact)
    return library.facts[fact].name if derived is None else derived.name


def examples_told(scheme: Scheme, held: bytes | None, library: Library) -> Iterator[ExampleTold]:
    """Yield the examples of a rules file with what comes out of each, by its day or by the newest rules."""
    document = read_text("", (held or b"").decode("utf-8", "replace"), Mistakes())
    newest = max(
        [day for dated in scheme.amounts for day, _ in dated.since] + [scheme.period.since or date.min],
        default=date.min,
    )
    examples = document.value.get("examples") if document is not None and isinstance(document.value, dict) else None
    for example in examples or []:
        given, expected = example.get("given") or {}, example.get("expect") or {}
        on = date.fromisoformat(str(example["on"])) if example.get("on") else newest
        known = {}
        for fact, raw in given.items():
            fitting = taken(scheme.terms, fact, value(scheme.terms, fact, raw))
            if not isinstance(fitting, Refused):
                known[fact] = fitting
        assessment = assessed(scheme, known, on)
        parts = [told for fact, one in known.items() if (told := fact_told(fact, one, library)) is not None]
        failed = {one.id for one in assessment.conditions("failed")} if assessment else set()
        holds = assessment is not None and (
            expected.get("verdict", assessment.verdict) == assessment.verdict
            and ("failed" not in expected or set(expected["failed"]) == failed)
        )
        told = listed(parts) if parts else library.phrases.unknown
        yield ExampleTold(told, on, assessment.verdict if assessment else None, holds)
