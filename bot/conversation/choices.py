"""What can be tapped, and what each tap's id means. Ids are ASCII and at most 64 bytes; a label is never an id.

`to:<flow>` · `a:<fact>:<value>` · `change:<fact>` · `faq:<entry>` · `more:<entry>` · `scheme:<scheme>` ·
`papers:<scheme>` · `file:<number>` · `if:<fact>:<value>` · `before:<answers>` · `do:<aside>` ·
`page:<choices left>:<digest of their ids>`
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, assert_never

from bot.conversation.conversation import Conversation, Value
from bot.conversation.flow import Ask, Assess, HandOver, Nearest, Offer, Way
from bot.conversation.hearing.asides import ASIDES, Aside
from bot.conversation.library import Library
from bot.conversation.showing import measured, place_named, value_told
from bot.conversation.walk import Stop
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.eligibility.scheme import Scheme
from bot.faq.entries import Entry
from bot.message import Choice, ChoiceId, Chose, Content, Language, Text, joined
from bot.offices.places import Place

#: The regions of Morocco, numbered from 1.
REGIONS = 12
#: Below it a number is written with its fraction in a choice's id.
_EXACT = 100_000
#: Choices under one message at most, where they can be kept behind another: the rows of a list on WhatsApp.
_MOST_CHOICES = 10
#: Ways on offered after an answer, besides the menu.
_MOST_AFTER = 4


_PAGE = re.compile(r"page:([0-9]{1,4}):([0-9a-f]{8})")
#: What a tap may be about, besides an aside and an answer.
Kind = Literal["to", "faq", "more", "change", "scheme", "papers", "file", "before"]


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap on a flow, an entry, an answer to change or a scheme, by its name."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class TappedAside:
    """A tap on an aside."""

    aside: Aside


@dataclass(frozen=True, slots=True)
class TappedAnswer:
    """A tap on an answer, or on what is only supposed."""

    fact: str
    value: Value
    is_supposed: bool = False


def meaning(choice: ChoiceId, library: Library) -> Tapped | TappedAside | TappedAnswer | None:
    """Return what a tap means in this content; None for a button of an old content or of nobody's."""
    kind, _, rest = choice.partition(":")
    match kind:
        case "do":
            aside = next((aside for aside in ASIDES if aside == rest), None)
            return TappedAside(aside) if aside else None
        case "to":
            return Tapped(kind, rest) if rest in library.flows else None
        case "faq" | "more":
            return Tapped(kind, rest) if rest in library.entries else None
        case "change":
            return Tapped(kind, rest) if rest in library.facts else None
        case "file" | "before" if rest.isascii() and rest.isdigit():
            return Tapped(kind, rest)
        case "scheme" | "papers":
            return Tapped(kind, rest) if rest in library.schemes else None
        case "a" | "if":
            fact_id, _, written = rest.partition(":")
            fact = library.facts.get(fact_id)
            value = _value(fact, written, library) if fact else None
            return TappedAnswer(fact_id, value, kind == "if") if value is not None else None
        case _:
            return None


def _value(fact: Fact, written: str, library: Library) -> Value:
    """Return the value that a button's id spells for a fact; None when the fact no longer takes it."""
    match fact.kind:
        case OneOf(options):
            return written if any(option.id == written for option in options) else None
        case YesNo():
            return {"yes": True, "no": False}.get(written)
        case InProvince():
            return written if place_named(written, library) else None
        case Measure(least=least, most=most):
            try:
                number = float(written)
            except ValueError:
                return None
            return number if least <= number <= most else None
        case kind:
            assert_never(kind)


def titled(choice: ChoiceId, library: Library) -> Text | None:
    """Return what a link to an answer or a flow is called; None for any other choice, or one that is no more."""
    match meaning(choice, library):
        case Tapped("faq", name):
            return library.entries[name].question
        case Tapped("to", name):
            return library.flows[name].title
        case _:
            return None


def page_id(rest: Sequence[Choice]) -> ChoiceId:
    """Return the id of what leads to `rest`, the end of a list of choices that a channel shows in parts.

    It says what it leads to, so that nothing is kept for it.
    """
    return ChoiceId(f"page:{len(rest)}:{_digest(rest)}")


def rest_of_list(content: Content, shown: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the rest of the choices last shown where that is asked for and they are still the same; else nothing."""
    page = _PAGE.fullmatch(content.choice) if isinstance(content, Chose) else None
    if page is None or not 0 < int(page[1]) <= len(shown):
        return ()
    rest = tuple(shown[-int(page[1]) :])
    return rest if _digest(rest) == page[2] else ()


def _digest(choices: Sequence[Choice]) -> str:
    return blake2b("\0".join(choice.id for choice in choices).encode(), digest_size=4).hexdigest()


def do(aside: Aside, label: Text, language: Language) -> Choice:
    """Return the choice of an aside."""
    return Choice(ChoiceId(f"do:{aside}"), label.of(language))


def answer(
    fact: str, value: str | int | float, label: Text, short: Text | None, language: Language, kind: str = "a"
) -> Choice:
    """Return the choice that answers a fact, or of `kind` "if" supposes it."""
    return Choice(ChoiceId(f"{kind}:{fact}:{value}"), label.of(language), short.of(language) if short else "")


def ways(offered: Sequence[Way], library: Library, language: Language) -> tuple[Choice, ...]:
    """Return the choices of flows, and of entries of the FAQ, to go on with."""
    return tuple(
        Choice(
            ChoiceId(f"{'faq' if way.to in library.entries else 'to'}:{way.to}"),
            way.label.of(language),
            way.short.of(language) if way.short else "",
        )
        for way in offered
    )


def places(candidates: Sequence[Place], fact: str, library: Library, language: Language) -> tuple[Choice, ...]:
    """Return the places to choose among, each with its province so that namesakes differ, and a way out."""
    names = Counter(place.name.of(language) for place in candidates)
    listed = []
    for place in candidates:
        name, around = place.name.of(language), _around(place, library)
        # Where little can be shown, what namesakes are in tells them apart.
        short = around.of(language) if around is not None and names[name] > 1 else name
        listed.append(Choice(ChoiceId(f"a:{fact}:{place.id}"), placed(place, library).of(language), short))
    return (*listed, do("none", library.phrases.none, language))


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


def at(stop: Stop, conversation: Conversation, library: Library) -> tuple[Choice, ...]:
    """Return the choices of the step a flow waits at, always with a way on."""
    say, language, flow = library.phrases, conversation.language, library.flow_of(conversation)
    menu = library.roles.menu
    match stop:
        case Ask(fact_id):
            return _of_fact(library.facts[fact_id], library, language)
        case Offer(offered):
            listed = (*_of_schemes(conversation, len(offered), library), *ways(offered, library, language))
            if flow.id == menu or any(way.to == menu for way in offered):
                return listed
            if any(isinstance(step, Nearest) for step in flow.steps) and library.roles.place in conversation.facts:
                listed = (*listed, do("elsewhere", say.another_place, language))
            return (*listed, do("menu", say.menu, language))
        case HandOver() | None:
            return () if flow.id == menu else (do("menu", say.menu, language),)
        case _:
            assert_never(stop)


def _of_schemes(conversation: Conversation, ways_on: int, library: Library) -> tuple[Choice, ...]:
    """Return, after a flow that assessed schemes, a choice for the detail of each; one alone was told already.

    Where that would be more than a phone shows at once, besides the ways on, one choice leads to the details.
    """
    flow, language = conversation.flow, conversation.language
    schemes, say = assessed_in(flow, library), library.phrases
    if not schemes:
        return ()
    after = [do("change", say.change, language)]
    if any(len(conversation.tried(fact)) > 1 for fact in library.facts):
        after.append(do("compare", say.compare, language))
    after.append(do("file", say.another_file, language))
    if conversation.others:
        after.append(do("files", say.my_files, language))
    if len(schemes) == 1:
        papers = Choice(ChoiceId(f"papers:{schemes[0]}"), say.papers_label.of(language))
        if (
            library.schemes[schemes[0]].estimate is not None
            and (place := library.roles.place) not in conversation.facts
        ):
            # The place changes no verdict, so it was not asked; it narrows the amount.
            after.insert(0, Choice(ChoiceId(f"change:{place}"), say.narrow_by_place.of(language)))
        return (papers, *after)
    if len(schemes) + len(after) + ways_on >= _MOST_CHOICES:
        return (do("details", say.details, language), *after)
    return (*of_schemes(schemes, library, language), *after)


def of_schemes(schemes: Iterable[str], library: Library, language: Language) -> tuple[Choice, ...]:
    """Return a choice for the detail of each scheme."""
    listed = (library.schemes[id_] for id_ in schemes)
    return tuple(
        Choice(ChoiceId(f"scheme:{one.id}"), one.title.of(language), one.short.of(language) if one.short else "")
        for one in listed
    )


def assessed_in(flow: str, library: Library) -> tuple[str, ...]:
    """Return the schemes that a flow assesses."""
    steps = library.flows[flow].steps if flow in library.flows else ()
    return next((step.schemes for step in steps if isinstance(step, Assess)), ())


def after_scheme(scheme: Scheme, told: str, conversation: Conversation, library: Library) -> tuple[Choice, ...]:
    """Return what can follow the detail of a scheme: its papers, another answer, back to the results."""
    say, language = library.phrases, conversation.language
    papers = Choice(ChoiceId(f"papers:{scheme.id}"), say.papers_label.of(language))
    [detail] = of_schemes((scheme.id,), library, language)
    back = Choice(ChoiceId(f"to:{conversation.flow}"), say.results.of(language))
    first = papers if told == "scheme" else detail
    read = (library.entries[id_] for id_ in scheme.see if id_ in library.entries)
    questions = [_question(entry, language) for entry in read]
    return (first, *questions[:2], do("change", say.change, language), back, do("menu", say.menu, language))


def after_supposing(conversation: Conversation, answers: int, library: Library) -> tuple[Choice, ...]:
    """Return what can follow a "what if": all it comes to, the first `answers` again, another answer, the menu."""
    say, language = library.phrases, conversation.language
    results = Choice(ChoiceId(f"to:{conversation.flow}"), say.results.of(language))
    change = do("change", say.change, language)
    return (results, answers_before(answers, library, language), change, do("menu", say.menu, language))


def answers_before(answers: int, library: Library, language: Language) -> Choice:
    """Return the way back to the answers as they were before anything was supposed: so many of them."""
    return Choice(ChoiceId(f"before:{answers}"), library.phrases.my_answers.of(language))


def _of_fact(fact: Fact, library: Library, language: Language) -> tuple[Choice, ...]:
    say = library.phrases
    unknown = do("unknown", say.unknown, language)
    match fact.kind:
        case OneOf(options):
            listed = (answer(fact.id, option.id, option.label, option.short, language) for option in options)
            return (*listed, unknown)
        case YesNo():
            yes = answer(fact.id, "yes", say.yes, None, language)
            return (yes, answer(fact.id, "no", say.no, None, language), unknown)
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
        listed.append(Choice(ChoiceId(f"more:{entry.id}"), library.phrases.more.of(language)))
    for name in entry.see:
        if name in library.flows and name != library.roles.menu:
            listed.append(Choice(ChoiceId(f"to:{name}"), library.flows[name].title.of(language)))
        elif name in library.entries:
            listed.append(_question(library.entries[name], language))
    return (*listed[:_MOST_AFTER], do("menu", library.phrases.menu, language))


def entries(candidates: Sequence[Entry], library: Library, language: Language) -> tuple[Choice, ...]:
    """Return the questions that may have been meant, and "none of these"."""
    listed = (_question(entry, language) for entry in candidates)
    return (*listed, do("none", library.phrases.none_of_these, language))


def entries_among(shown: Iterable[Choice]) -> tuple[str, ...]:
    """Return the ids of the entries whose questions can be tapped."""
    parted = (choice.id.partition(":") for choice in shown)
    return tuple(entry for kind, _, entry in parted if kind == "faq")


def _question(entry: Entry, language: Language) -> Choice:
    short = entry.short.of(language) if entry.short else ""
    return Choice(ChoiceId(f"faq:{entry.id}"), entry.question.of(language), short)


def regions(library: Library, language: Language) -> tuple[Choice, ...]:
    """Return the regions to tap."""
    listed = (library.gazetteer.region(number) for number in range(1, REGIONS + 1))
    place = library.roles.place
    return tuple(Choice(ChoiceId(f"a:{place}:{region.id}"), region.name.of(language)) for region in listed)


def readings(
    fact: Fact, values: Sequence[float], library: Library, language: Language, *, are_supposed: bool = False
) -> tuple[Choice, ...]:
    """Return what an ambiguous amount may mean, in dirhams, and a way out."""
    told = ((value, measured(fact.kind, value)) for value in values if isinstance(fact.kind, Measure))
    kind = "if" if are_supposed else "a"
    listed = (
        answer(fact.id, f"{value:g}" if value < _EXACT else f"{value:.0f}", text, None, language, kind)
        for value, text in told
    )
    return (*listed, do("none", library.phrases.none, language))


def changes(conversation: Conversation, library: Library) -> tuple[Choice, ...]:
    """Return the answers given, each to be changed, and the way back to the menu."""
    language = conversation.language
    listed = [
        Choice(ChoiceId(f"change:{fact}"), f"{library.facts[fact].name.of(language)}: {told.of(language)}")
        for fact, value in conversation.facts.items()
        if (told := value_told(fact, value, library)) is not None
    ]
    return (*listed, do("menu", library.phrases.menu, language)) if listed else ()
