"""The page on which the examples of a changed amount are taken: what was proposed, tapped or changed, into the draft.

They are found in a process of their own, as a draft is examined. What is taken is judged again by the rules as drafted:
a result that the clerk holds for the law's and the rules do not give is not written but told.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from starlette.responses import RedirectResponse, Response

from bot.content.files import digest, files_read
from bot.conversation.library import Library
from bot.conversation.showing import fact_told
from bot.eligibility.assessment import Verdict
from bot.eligibility.facts import Measure
from bot.message import Language
from bot.staff.examination import touches_law
from bot.staff.examples import ProposedExample, example_edits, proposed_apart
from bot.staff.forms import FormError
from bot.staff.frame import Frame, Visit
from bot.staff.own_draft import OwnDraft
from bot.staff.prepared import READY, PreparedPart

_VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class ExampleField:
    """A proposed example as the form shows it: the facts in words, the numbers among them as fields."""

    number: int
    one: ProposedExample
    facts: tuple[str, ...]
    #: Name of the fact, what it is called, and what stands in the field.
    numbers: tuple[tuple[str, str, str], ...]
    verdict: str
    is_taken: bool


class ExamplePages(OwnDraft):
    """The answers to requests about the examples of one's own draft."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        super().__init__(frame)
        self._proposed: dict[str, PreparedPart[list[ProposedExample]]] = {}

    async def examples(self, visit: Visit) -> Response:
        """Show the examples that the draft's amounts still need."""
        return await self._page(visit, {})

    async def _page(self, visit: Visit, fields: Mapping[str, str], status: int = 200, told: str = "") -> Response:
        base, proposed = await self._found(visit)
        library = self._frame.parts.library()
        listed = [_field(number, one, library, visit.language, fields) for number, one in enumerate(proposed or ())]
        values: dict[str, Any] = {
            "base": base,
            "is_ready": proposed is not None,
            "groups": [(is_old, [one for one in listed if one.one.is_old == is_old]) for is_old in (True, False)],
            "titles": {one.id: one.title.of(visit.language) for one in library.schemes.values()},
            "verdicts": _VERDICTS,
            "told": told,
        }
        if visit.is_part:
            return self._frame.page(visit, "example_list.html", 200 if proposed is None else READY, **values)
        return self._frame.page(visit, "examples.html", status, **values)

    async def _found(self, visit: Visit) -> tuple[str, list[ProposedExample] | None]:
        """Return what stands for the draft as it is, and what it needs; None while that is looked for."""
        drafted = await self._files(visit.who)
        live = files_read(self._frame.parts.root)
        base = f"{digest(live)}-{digest(drafted)}"
        if not touches_law(live, drafted):
            return base, []
        prepared = self._proposed.setdefault(visit.who, PreparedPart())
        made, is_ready = await prepared.ready(base, lambda: proposed_apart(live, drafted))
        return base, made if is_ready else None

    async def take(self, visit: Visit) -> Response:
        """Put the examples that were taken into the clerk's draft."""
        base, proposed = await self._found(visit)
        if proposed is None or visit.fields.get("base") != base:
            return await self._page(visit, visit.fields, 409, self._told(visit, "form_meanwhile"))
        files = await self._files(visit.who)
        taken = list(_taken(proposed, visit.fields))
        try:
            edits = await asyncio.to_thread(example_edits, files, taken)
            told = self._told(visit, await self._saved(visit, "", edits))
        except FormError as error:
            told = self._told(visit, error.why, **error.values)
        return await self._page(visit, visit.fields, 422, told) if told else RedirectResponse("/staff/drafts/mine", 303)


def _taken(
    proposed: Sequence[ProposedExample], fields: Mapping[str, str]
) -> Iterator[tuple[int, ProposedExample, str]]:
    """Yield the examples that were taken, as typed, each with its number and the verdict it is said to have."""
    for number, one in enumerate(proposed):
        if f"take_{number}" not in fields:
            continue
        typed = {fact: fields.get(f"value_{number}_{fact}", held) for fact, held in one.given.items()}
        yield (
            number + 1,
            replace(one, given=typed) if one.stands_at is None else one,
            fields.get(f"verdict_{number}", ""),
        )


def _field(
    number: int, one: ProposedExample, library: Library, language: Language, fields: Mapping[str, str]
) -> ExampleField:
    told = {fact: words for fact, held in one.given.items() if (words := fact_told(fact, held, library))}
    # An example that stands there is only given its day or its new result.
    open_facts = [fact for fact in told if one.stands_at is None and isinstance(library.facts[fact].kind, Measure)]
    return ExampleField(
        number,
        one,
        tuple(words.of(language) for fact, words in told.items() if fact not in open_facts),
        tuple(
            (fact, library.facts[fact].name.of(language), fields.get(f"value_{number}_{fact}", str(one.given[fact])))
            for fact in open_facts
        ),
        fields.get(f"verdict_{number}", one.verdict),
        not fields or f"take_{number}" in fields,
    )
