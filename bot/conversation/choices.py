"""What can be tapped at each point, always with a way on. What an id means is `tapping`'s."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import assert_never

from bot.conversation.conversation import Conversation, OnScreen, Value
from bot.conversation.flow import Ask, Assess, FlowId, HandOver, Nearest, Offer, Way
from bot.conversation.hearing.asides import Aside
from bot.conversation.library import Library
from bot.conversation.showing import measured, value_told
from bot.conversation.tapping import Tap, TapKind, Tapped, TappedAnswer, TappedAside, choice_id
from bot.conversation.verdicts import assessments
from bot.conversation.walk import Stop
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.eligibility.scheme import Scheme
from bot.faq.entries import Entry
from bot.message import Choice, Language, Text, joined
from bot.offices.places import Place

#: The regions of Morocco, numbered from 1.
REGIONS = 12
#: Ways on offered after an answer, besides the menu.
_MOST_AFTER = 4


def do(aside: Aside, label: Text, language: Language) -> Choice:
    """Return the choice of an aside."""
    return _choice(TappedAside(aside), label, language)


def to(kind: TapKind, name: str, label: Text, language: Language, short: Text | None = None) -> Choice:
    """Return the choice of a flow, an entry, a scheme or the like, by its name."""
    return _choice(Tapped(kind, name), label, language, short)


def file(number: int, name: str) -> Choice:
    """Return the choice of a file put aside; its name is the person's own word."""
    return Choice(choice_id(Tapped("file", str(number))), name)


def answer(
    fact: str, value: Value, label: Text, short: Text | None, language: Language, *, is_supposed: bool = False
) -> Choice:
    """Return the choice that answers a fact, or supposes it."""
    return _choice(TappedAnswer(fact, value, is_supposed), label, language, short)


def _choice(tap: Tap, label: Text, language: Language, short: Text | None = None) -> Choice:
    return Choice(choice_id(tap), label.of(language), short.of(language) if short else "")


def ways(offered: Sequence[Way], library: Library, language: Language) -> tuple[Choice, ...]:
    """Return the choices of flows, and of entries of the FAQ, to go on with."""
    return tuple(
        to("faq" if way.to in library.entries else "to", way.to, way.label, language, way.short) for way in offered
    )


def places(
    candidates: Sequence[Place], fact: str, library: Library, language: Language, flow: str | None = None
) -> tuple[Choice, ...]:
    """Return the places to choose among, each with its province so that namesakes differ, and a way out.

    With `flow` a place is where the office is looked for that it finds, and nothing told of the person.
    """
    names = Counter(place.name.of(language) for place in candidates)
    listed = []
    for place in candidates:
        around = _around(place, library)
        # Where little can be shown, what namesakes are in tells them apart.
        short = around if around is not None and names[place.name.of(language)] > 1 else place.name
        label = placed(place, library)
        listed.append(
            answer(fact, place.id, label, short, language)
            if flow is None
            else to("look", f"{flow}:{place.id}", label, language, short)
        )
    return (*listed, do("none", library.phrases.none, language))


def offices_of(place: str, library: Library, language: Language) -> tuple[Choice, ...]:
    """Return each kind of office of a place as a choice, called as their own ways call it, and the menu."""
    finding = [one.to for one in library.follow_ups.offices if library.finds_an_office(one.to)]
    called = {
        str(way.to): way
        for flow in finding
        for step in library.flows[FlowId(flow)].steps
        if isinstance(step, Offer)
        for way in step.ways
    }
    ways = [called[flow] for flow in reversed(finding) if flow in called]
    listed = (to("look", f"{way.to}:{place}", way.label, language, way.short) for way in ways)
    return (*listed, do("menu", library.phrases.menu, language))


def placed(place: Place, library: Library) -> Text:
    """Return a place's name with what it is in."""
    around = _around(place, library)
    return place.name if around is None else joined(place.name, around.changed("({})".format), by=" ")


def _around(place: Place, library: Library) -> Text | None:
    """Return the name of what a place is in: a commune's province, a province's region."""
    match place.kind:
        case "commune":
            province = library.gazetteer.province(place.province or "")
            return province.name if province else None
        case "province":
            return library.gazetteer.region(place.region).name
        case _:
            return None


def at(stop: Stop, conversation: Conversation, library: Library, on: date) -> tuple[Choice, ...]:
    """Return the choices of the step a flow waits at, always with a way on."""
    say, language, flow = library.phrases, conversation.language, library.flow_of(conversation)
    homes = {library.roles.menu, library.roles.listening}
    match stop:
        case Ask(fact_id):
            asked = library.facts[fact_id]
            # What is told of last year may be the best of all.
            known = library.known_below(fact_id, conversation.facts)
            return (*_amounts(asked, known, language), *_of_fact(asked, library, language))
        case Offer(offered):
            before, behind = _of_schemes(conversation, library, on)
            listed = (*before, *ways(offered, library, language), *behind)
            if assessed_in(flow.id, library):
                listed = (*listed, do("sheet", say.sheet, language))
            if flow.id == library.roles.listening:
                return (*listed, do("read", say.read, language))
            if flow.id in homes or any(way.to in homes for way in offered):
                return listed
            if any(isinstance(step, Nearest) for step in flow.steps) and library.roles.place in conversation.facts:
                listed = (*listed, do("elsewhere", say.another_place, language))
            return (*listed, do("menu", say.menu, language))
        case HandOver() | None:
            return () if flow.id in homes else (do("menu", say.menu, language),)
        case _:
            assert_never(stop)


def _of_schemes(
    conversation: Conversation, library: Library, on: date
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return, after a flow that assessed schemes, what stands before the ways on and what behind them.

    Of one scheme what stands behind its verdict comes first; of several the ways on do, then a choice of the details.
    """
    flow, language = conversation.flow, conversation.language
    schemes, say = assessed_in(flow, library), library.phrases
    if not schemes:
        return (), ()
    after = [do("change", say.change, language)]
    if any(len(conversation.tried(fact)) > 1 for fact in library.facts):
        after.append(do("compare", say.compare, language))
    after.append(do("file", say.another_file, language))
    if conversation.others:
        after.append(do("files", say.my_files, language))
    if len(schemes) == 1:
        scheme, place = library.schemes[schemes[0]], library.roles.place
        has_amount = _has_amount(scheme, conversation, library, on)
        if has_amount and place not in conversation.facts:
            # The place changes no verdict, so it was not asked; it narrows the amount.
            after.insert(0, to("change", place, say.narrow_by_place, language))
        return about_scheme(scheme, library, language, has_amount=has_amount), tuple(after)
    return (), (do("details", say.details, language), *after)


def of_schemes(schemes: Iterable[str], library: Library, language: Language) -> tuple[Choice, ...]:
    """Return a choice for the detail of each scheme."""
    listed = (library.schemes[id_] for id_ in schemes)
    return tuple(to("scheme", one.id, one.title, language, one.short) for one in listed)


def assessed_in(flow: str, library: Library) -> tuple[str, ...]:
    """Return the schemes that a flow assesses."""
    steps = library.flows[flow].steps if flow in library.flows else ()
    return next((step.schemes for step in steps if isinstance(step, Assess)), ())


def _has_amount(scheme: Scheme, conversation: Conversation, library: Library, on: date) -> bool:
    """Return whether an amount of a scheme is to be had: no detail of it is offered to whoever is refused."""
    found = assessments((scheme.id,), conversation.facts, library, on) if scheme.estimate is not None else ()
    return any(one.verdict != "not_eligible" for one in found)


def after_scheme(
    scheme: Scheme, told: TapKind, conversation: Conversation, library: Library, on: date
) -> tuple[Choice, ...]:
    """Return what can follow what was told of a scheme: the rest of it, another answer, back to the results."""
    say, language = library.phrases, conversation.language
    papers = library.follow_ups.leads("papers", OnScreen("scheme", scheme.id)) if told == "papers" else ()
    read = [library.entries[id_] for id_ in dict.fromkeys((*papers, *scheme.see)) if id_ in library.entries]
    just_told = choice_id(Tapped(told, scheme.id))
    about = about_scheme(scheme, library, language, has_amount=_has_amount(scheme, conversation, library, on))
    return (
        *(choice for choice in about if choice.id != just_told),
        *questions(read[:2], language),
        do("change", say.change, language),
        *back_to_results(conversation, library),
    )


def about_scheme(scheme: Scheme, library: Library, language: Language, *, has_amount: bool) -> tuple[Choice, ...]:
    """Return what can be asked about a scheme: why, how much where there is an amount, which papers."""
    say = library.phrases
    reasons = to("reasons", scheme.id, say.reasons_label, language)
    papers = to("papers", scheme.id, say.papers_label, language)
    return (reasons, *((to("amount", scheme.id, say.amount_label, language),) if has_amount else ()), papers)


def back_to_results(conversation: Conversation, library: Library) -> tuple[Choice, ...]:
    """Return the way back to the results of the check that was done, where one was, and to the menu."""
    say, language = library.phrases, conversation.language
    menu = do("menu", say.menu, language)
    if not assessed_in(conversation.flow, library):
        return (menu,)
    return (to("to", conversation.flow, say.results, language), menu)


def questions(listed: Iterable[Entry], language: Language) -> tuple[Choice, ...]:
    """Return the choices of entries, by their questions."""
    return tuple(_question(entry, language) for entry in listed)


def after_supposing(conversation: Conversation, answers: int, library: Library) -> tuple[Choice, ...]:
    """Return what can follow a "what if": all it comes to, the first `answers` again, another answer, the menu."""
    say, language = library.phrases, conversation.language
    results = to("to", conversation.flow, say.results, language)
    change = do("change", say.change, language)
    return (results, answers_before(answers, library, language), change, do("menu", say.menu, language))


def answers_before(answers: int, library: Library, language: Language) -> Choice:
    """Return the way back to the answers as they were before anything was supposed: so many of them."""
    return to("before", str(answers), library.phrases.my_answers, language)


def _of_fact(fact: Fact, library: Library, language: Language) -> tuple[Choice, ...]:
    say = library.phrases
    unknown = do("unknown", say.unknown, language)
    match fact.kind:
        case OneOf(options):
            listed = (answer(fact.id, option.id, option.label, option.short, language) for option in options)
            return (*listed, unknown)
        case YesNo():
            yes = answer(fact.id, True, say.yes, None, language)
            return (yes, answer(fact.id, False, say.no, None, language), unknown)
        case InProvince():
            return (do("regions", say.regions, language), unknown)
        case Measure():
            return (unknown,)
        case kind:
            assert_never(kind)


def after_answer(entry: Entry, library: Library, language: Language, *, has_more: bool = True) -> tuple[Choice, ...]:
    """Return what can follow an answer: the rest of it, what it points to, the menu."""
    listed = []
    if entry.more is not None and has_more:
        listed.append(to("more", entry.id, library.phrases.more, language))
    for name in entry.see:
        if name in library.flows and name != library.roles.menu:
            listed.append(to("to", name, library.flows[name].title, language))
        elif name in library.entries:
            listed.append(_question(library.entries[name], language))
    return (*listed[:_MOST_AFTER], do("menu", library.phrases.menu, language))


def entries(
    candidates: Sequence[Entry], library: Library, language: Language, check: FlowId | None = None
) -> tuple[Choice, ...]:
    """Return the questions that may have been meant, the check that may be wanted, and "none of these"."""
    listed = (_question(entry, language) for entry in candidates)
    checks = (to("to", check, library.flows[check].title, language),) if check is not None else ()
    return (*listed, *checks, do("none", library.phrases.none_of_these, language))


def _question(entry: Entry, language: Language) -> Choice:
    return to("faq", entry.id, entry.question, language, entry.short)


def regions(library: Library, language: Language) -> tuple[Choice, ...]:
    """Return the regions to tap."""
    listed = (library.gazetteer.region(number) for number in range(1, REGIONS + 1))
    place = library.roles.place
    return tuple(answer(place, region.id, region.name, None, language) for region in listed)


def readings(
    fact: Fact, values: Sequence[float], library: Library, language: Language, *, are_supposed: bool = False
) -> tuple[Choice, ...]:
    """Return what an ambiguous amount may mean, in dirhams, and a way out."""
    return (*_amounts(fact, values, language, are_supposed=are_supposed), do("none", library.phrases.none, language))


def _amounts(
    fact: Fact, values: Sequence[float], language: Language, *, are_supposed: bool = False
) -> Iterator[Choice]:
    told = ((value, measured(fact.kind, value)) for value in values if isinstance(fact.kind, Measure))
    return (answer(fact.id, value, text, None, language, is_supposed=are_supposed) for value, text in told)


def change(fact: str, conversation: Conversation, library: Library) -> Choice:
    """Return the choice to change an answer that was given, by its name and its value."""
    told = value_told(fact, conversation.facts[fact], library) or library.phrases.unknown
    return to("change", fact, joined(library.facts[fact].name, told, by=": "), conversation.language)


def changes(conversation: Conversation, library: Library) -> tuple[Choice, ...]:
    """Return the answers given, each to be changed, and the way back to the menu."""
    language = conversation.language
    listed = [
        change(fact, conversation, library)
        for fact, value in conversation.facts.items()
        if value_told(fact, value, library) is not None
    ]
    return (*listed, do("menu", library.phrases.menu, language)) if listed else ()
