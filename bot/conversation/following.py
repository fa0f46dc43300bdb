"""What is told of the result on the screen when a choice or a short question asks about it: how much, where, why.

«شحال» after a result is that result's own amount, «علاش لا» the condition that fails and what would change it. While a
question is open, its schemes are told of alike and the question comes again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, Literal, assert_never

from bot.conversation import choices
from bot.conversation.choices import assessed_in
from bot.conversation.conversation import FLOW, Conversation, OnScreen
from bot.conversation.events import FlowOpened, Missed, Turn
from bot.conversation.flow import Ask, Nearest, Offer
from bot.conversation.hearing.follow_ups import Aspect
from bot.conversation.helping import with_person_offered
from bot.conversation.library import Library
from bot.conversation.reasons import amount_told, gives_told, papers_told, range_told, reasons_told, refusal_told
from bot.conversation.saying import Teller, preceded
from bot.conversation.showing import (
    Passage,
    case_of,
    contact_told,
    entry_told,
    place_named,
    stacked,
)
from bot.conversation.sources import conditions_sourced, still_so
from bot.conversation.verdicts import (
    assessments,
    first_step,
    office_of,
    scheme_told,
    with_phone,
)
from bot.conversation.walk import Position
from bot.eligibility.assessment import Assessment, estimated, explained
from bot.faq.entries import Entry, EntryId
from bot.message import Choice, Text
from bot.offices.places import Office, nearest

#: What a choice tells of one scheme.
Detail = Literal["scheme", "reasons", "amount", "papers", "sources"]
_TELLS: Final = {
    "scheme": scheme_told,
    "reasons": reasons_told,
    "amount": amount_told,
    "papers": papers_told,
    "sources": conditions_sourced,
}
#: Schemes told of in one answer.
_MOST: Final = 3


def detail(kind: Detail, scheme: str, before: Conversation, teller: Teller) -> Turn:
    """Tell one thing of one scheme that was assessed, with the way back to the results."""
    library = teller.library
    found = assessments((scheme,), before.facts, library, teller.on)
    screens = [screen for one in found for screen in _TELLS[kind](one, before.facts, library)]
    listed = choices.after_scheme(library.schemes[scheme], kind, before, library, teller.on)
    after = replace(before, astray=True, on_screen=OnScreen("scheme", scheme))
    return teller.shown(after, screens or (library.phrases.anything_else,), listed)


def followed(aspect: Aspect, schemes: Sequence[str], before: Conversation, here: Position, teller: Teller) -> Turn:
    """Answer a short question about the schemes on the screen; of several, about those that are within reach first."""
    library = teller.library
    if aspect == "still":
        return still_so(before, here, teller)
    if aspect == "phone":
        office = _office_on_screen(before, library)
        return teller.again(before, here, *([] if office is None else [contact_told(office, library)]))
    if not schemes:
        return _unwritten(before, here, teller)
    found = assessments(schemes, before.facts, library, teller.on)
    if aspect == "why_not" and all(one.verdict != "not_eligible" for one in found):
        # «علاش لا» is about what was refused in the same result.
        wider = assessments(choices.assessed_in(before.flow, library), before.facts, library, teller.on)
        found = [one for one in wider if one.verdict == "not_eligible"] or found
    if isinstance(here.stop, Ask):
        turn = teller.again(before, here, *islice(_told(aspect, found, before, library, is_open=True), 1))
        # The open question stays on the screen, also below an office.
        return replace(turn, conversation=replace(turn.conversation, on_screen=before.on_screen))
    if not found:
        return teller.again(before, here)
    best, is_alone = found[0], len(found) == 1
    door = _office_flow(best, library)
    if door is None and best.scheme.office.office is not None:
        door = _office_offered(here, library)
    match aspect:
        case "why" | "why_not" | "conditions" if is_alone:
            return detail("reasons", best.scheme.id, before, teller)
        case "amount" if is_alone:
            return detail("amount", best.scheme.id, before, teller)
        case "papers":
            return detail("papers", best.scheme.id, before, teller)
        case "office" if door is None and (known := _office_entry(best, library)) is not None:
            listed = choices.after_answer(known, library, before.language)
            return teller.shown(before, (entry_told(known, library, teller.on),), listed)
        case "office" if door is not None:
            return teller.moved(before.without_suggestions().answered(FLOW, door), None, (FlowOpened(door),))
        case _:
            pass
    screens = tuple(_told(aspect, found, before, library, is_open=False))
    turn = teller.shown(replace(before, astray=True), screens, _ways_on(aspect, found, before, library))
    # What was told of several leaves them all on the screen.
    return replace(turn, conversation=replace(turn.conversation, on_screen=before.on_screen))


def _unwritten(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say that nothing was written of what a short question asks about an answer; what the answer points to comes."""
    library, shown = teller.library, before.on_screen
    entry = library.entries.get(shown.of) if shown is not None else None
    if entry is None:
        return teller.again(before, here)
    title = entry.short or entry.question
    sentence = Passage(library.phrases.unwritten.filled(question=title), (Missed("nothing_fits"),))
    listed = choices.after_answer(entry, library, before.language)
    return with_person_offered(teller.shown(before, (sentence,), listed), teller)


def with_amount(turn: Turn, teller: Teller) -> Turn:
    """Return the turn with what its check comes to by what is known so far, where it still asks."""
    after, library = turn.conversation, teller.library
    if not isinstance(teller.position(after).stop, Ask):
        return turn
    for one in assessments(assessed_in(after.flow, library), after.facts, library, teller.on):
        estimate = estimated(one, case_of(after.facts, library))
        if estimate is not None:
            return preceded(stacked(library.phrases.estimate_so_far, range_told(estimate, one, library)), turn)
    return turn


def _office_on_screen(before: Conversation, library: Library) -> Office | None:
    """Return the office that was last told, else the one that the flow finds for the place that is looked at."""
    shown, where = before.on_screen, library.roles.place
    told = next((one for one in library.offices if shown is not None and one.id == shown.of), None)
    place = place_named(before.elsewhere or before.facts.get(where), library)
    kinds = [step.kind for step in library.flow_of(before).steps if isinstance(step, Nearest)]
    if told is not None or place is None or not kinds:
        return told
    return next((reach.office for reach in nearest(place, library.offices, kinds[0])), None)


def _told(
    aspect: Aspect, found: Sequence[Assessment], before: Conversation, library: Library, *, is_open: bool
) -> Iterator[Text | Passage]:
    """Yield what is asked of several schemes, a line or two of each."""
    say, facts = library.phrases, before.facts
    within = [one for one in found if one.verdict != "not_eligible"][:_MOST] or list(found[:_MOST])
    refused = [one for one in found if one.verdict == "not_eligible"][:_MOST]
    match aspect:
        case "amount":
            yield from (_amount(one, before, library) for one in within)
        case "why_not" if refused and not is_open:
            for one in refused:
                yield from refusal_told(one, facts, library)
        case "why" | "why_not" | "conditions":
            yield from (line for one in within if (line := _open_condition(one, before, library)) is not None)
        case "office":
            yield from (_office(one, before, library) for one in within)
        case "papers":
            for one in within[:1]:
                yield from papers_told(one, facts, library)
        case "next" | "when" | "how" if is_open:
            yield say.after_questions
        case "next" | "when" | "how":
            yield from first_step(found, facts, library) if refused != list(found) else (say.nothing_would_change,)
        case "use":
            yield from (_amount(one, before, library) for one in within)
        case "cost" | "people" | "still" | "phone":
            return
        case _:
            assert_never(aspect)


def _amount(one: Assessment, before: Conversation, library: Library) -> Text | Passage:
    estimate = estimated(one, case_of(before.facts, library))
    gives = gives_told(one, library)
    told = library.phrases.of_scheme.filled(scheme=one.scheme.title, what=gives)
    return told if estimate is None else range_told(estimate, one, library)


def _office(one: Assessment, before: Conversation, library: Library) -> Text | Passage:
    """Return who has the file of a scheme: the office of the person's region with its telephone, else which it is."""
    say, office = library.phrases, office_of(one, before.facts, library)
    if office is None:
        return say.office_of.filled(scheme=one.scheme.title, office=one.scheme.office.name)
    return with_phone(say.office_of.filled(scheme=one.scheme.title, office=office.name), office, say)


def _open_condition(one: Assessment, before: Conversation, library: Library) -> Text | None:
    """Return the first condition that keeps a scheme from a yes; of one that is a yes, the first that is met."""
    told = explained(one, case_of(before.facts, library))
    order = ("failed", "unknown", "confirm", "met")
    first = min(told, key=lambda condition: order.index(condition.where), default=None)
    if first is None:
        return None
    return library.phrases.of_scheme.filled(scheme=one.scheme.title, what=first.because)


def _office_offered(here: Position, library: Library) -> str | None:
    """Return the first way on from here that finds an office: where a scheme's own is far, the next door."""
    offered = here.stop.ways if isinstance(here.stop, Offer) else ()
    flows = (library.flows[way.to] for way in offered if way.to in library.flows)
    return next((flow.id for flow in flows if any(isinstance(step, Nearest) for step in flow.steps)), None)


def _office_entry(one: Assessment, library: Library) -> Entry | None:
    """Return the entry that tells what is known of the office of a scheme whose address is not."""
    leads = library.follow_ups.leads("office", OnScreen("scheme", one.scheme.id))
    return next((library.entries[EntryId(name)] for name in leads if name in library.entries), None)


def _office_flow(one: Assessment, library: Library) -> str | None:
    """Return the flow that finds the office of a scheme; None where none does."""
    kind = one.scheme.office.office
    flows = library.flows.values()
    return next((flow.id for flow in flows if any(isinstance(s, Nearest) and s.kind == kind for s in flow.steps)), None)


def _ways_on(aspect: Aspect, found: Sequence[Assessment], before: Conversation, library: Library) -> tuple[Choice, ...]:
    """Return the detail of what was told of, the entries on it, and the way back to the results."""
    language = before.language
    wanted = [one for one in found if (one.verdict == "not_eligible") == (aspect == "why_not")][:_MOST]
    listed = choices.of_schemes([one.scheme.id for one in wanted or found[:_MOST]], library, language)
    leads = library.follow_ups.leads(aspect, OnScreen("scheme", found[0].scheme.id))
    entries = [library.entries[name] for name in leads if name in library.entries]
    return (*listed, *choices.questions(entries, language), *choices.back_to_results(before, library))
