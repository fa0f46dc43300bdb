"""Assessments told to a person on one screen: the first step, what can be had, what is to be asked, what is not now.

What stands behind a verdict (reasons, sources, what would change it, every line of an amount) is `reasons`', told when
it is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby, islice
from typing import Final, Literal, assert_never, cast, get_args

from bot.conversation.conversation import Value
from bot.conversation.events import OfficeTold, VerdictTold
from bot.conversation.flow import Offer
from bot.conversation.library import Library
from bot.conversation.phrases import Phrases
from bot.conversation.reasons import (
    conditions_listed,
    gives_told,
    in_screens,
    range_told,
    unknown_facts,
    ways_to_change,
    who_confirms,
)
from bot.conversation.showing import Passage, case_of, fact_told, passage, place_of, stacked
from bot.eligibility.assessment import Assessment, Verdict, each_assessed, estimated, explained
from bot.eligibility.conditions import leaves
from bot.eligibility.facts import Answers, Measure
from bot.eligibility.scheme import Condition, Scheme
from bot.language.wording import day, listed
from bot.message import Text, joined
from bot.offices.places import Office, OfficeKind, nearest

#: Best first: which verdict several schemes together come to.
_ORDER: tuple[Verdict, ...] = ("eligible", "perhaps", "not_eligible")
#: What somebody can do about a scheme, the nearest first.
_Standing = Literal["go", "ask", "tell", "not_now"]
_STANDINGS: Final[tuple[_Standing, ...]] = get_args(_Standing)
#: Schemes out of reach told by name, of more only how many; of a long group, those with a line of their own.
_NAMED: Final = 3
#: Schemes that one can do something about, of one kind, with a line each at most.
_LISTED: Final = 5
#: Ways on offered by the verdicts, at most: the first that fit, in the writer's order.
_MOST_WAYS = 5


def assessments(schemes: Iterable[str], facts: Mapping[str, Value], library: Library, on: date) -> list[Assessment]:
    """Return the assessments of the schemes in force, the best first."""
    return best_first(each_assessed([library.schemes[scheme] for scheme in schemes], case_of(facts, library), on))


def best_first(found: Sequence[Assessment]) -> list[Assessment]:
    """Return assessments, given in the writer's order, with the best verdict first.

    Of one office's, what it has less to confirm of stands first: who has exported for years asks it for the aid to
    exporters before that for beginners.
    """
    offices = list(dict.fromkeys(one.scheme.office.name for one in found))
    return sorted(
        found, key=lambda one: (_ORDER.index(one.verdict), offices.index(one.scheme.office.name), _doubts(one))
    )


def _doubts(one: Assessment) -> int:
    """Return how many conditions an office has yet to confirm, once it is known what the person can say of them all."""
    return 0 if one.verdict == "not_eligible" or one.conditions("unknown") else len(one.conditions("confirm"))


def verdicts_told(
    found: list[Assessment], facts: Mapping[str, Value], library: Library, asked: str | None = None
) -> Iterator[Passage]:
    """Yield what the rules say of the schemes, the best first; before all why the one `asked` for is refused."""
    if len(found) == 1:
        yield from scheme_told(found[0], facts, library)
    else:
        refused = _asked_for_refused(found, asked)
        if refused is not None:
            (why,) = _refusal(refused, facts, library, library.phrases.refusal)
            yield _with_verdict(why, refused)
        yield from first_step(found, facts, library)
        others = [one for one in found if one is not refused]
        yield from in_screens([*_groups(others, case_of(facts, library), library), library.phrases.office_decides])


def _asked_for_refused(found: list[Assessment], asked: str | None) -> Assessment | None:
    """Return the scheme whose refusal is told first: the one asked for, unless its office has another within reach.

    Where all is out of reach, the nearest: nobody is sent away without a reason.
    """
    wanted = next((one for one in found if one.scheme.id == asked), None)
    of_its_office = [one for one in found if wanted is not None and one.scheme.office == wanted.scheme.office]
    if wanted is not None and all(one.verdict == "not_eligible" for one in of_its_office):
        return wanted
    return found[0] if found and found[0].verdict == "not_eligible" else None


def offered(offer: Offer, facts: Mapping[str, Value], library: Library, on: date) -> Offer:
    """Return the offer without the ways that serve only schemes out of reach; as it is, when no way names a scheme."""
    named = dict.fromkeys(scheme for way in offer.ways for scheme in way.possible)
    if not named:
        return offer
    within_reach = {one.scheme.id for one in assessments(named, facts, library, on) if one.verdict != "not_eligible"}
    fitting = [way for way in offer.ways if not way.possible or not within_reach.isdisjoint(way.possible)]
    return replace(offer, ways=tuple(fitting[:_MOST_WAYS]))


def _groups(found: Iterable[Assessment], case: Answers, library: Library) -> Iterator[Passage]:
    say = library.phrases
    titles = {"go": say.summary_eligible, "ask": say.summary_confirm, "tell": say.summary_unknown}
    for standing, group in groupby(_by_standing(found, case), key=lambda one: _standing(one, case)):
        members = list(group)
        if standing == "not_now":
            yield _not_now(members, library)
            continue
        first, *rest = [_with_verdict(say.summary_line.filled(scheme=one.scheme.title), one) for one in members]
        yield stacked(titles[standing], first)
        if len(members) <= _LISTED:
            yield from rest
            continue
        yield from rest[: _NAMED - 1]
        # A phone shows so many lines: the rest of a long group stands in one.
        others = members[_NAMED:]
        names = listed([one.scheme.short or one.scheme.title for one in others])
        yield Passage(say.summary_line.filled(scheme=names), tuple(_told(one) for one in others))


def _by_standing(found: Iterable[Assessment], case: Answers) -> list[Assessment]:
    """Return the assessments with the nearest to a yes first, else in their order."""
    return sorted(found, key=lambda one: _STANDINGS.index(_standing(one, case)))


def _standing(one: Assessment, case: Answers) -> _Standing:
    """Return what somebody can do about a scheme: a perhaps that an office settles is no lack of theirs."""
    match one.verdict:
        case "eligible":
            return "go"
        case "perhaps":
            return "tell" if unknown_facts(one, case) else "ask"
        case "not_eligible":
            return "not_now"
        case _:
            assert_never(one.verdict)


def _not_now(found: list[Assessment], library: Library) -> Passage:
    """Return one line for all that is out of reach: by name, of many the first and how many more."""
    say = library.phrases
    is_long = len(found) > _NAMED + 1
    names = listed([one.scheme.short or one.scheme.title for one in (found[:_NAMED] if is_long else found)])
    line = say.summary_not_eligible.filled(schemes=names)
    if is_long:
        line = say.summary_not_eligible_count.filled(schemes=names, count=len(found) - _NAMED)
    return Passage(line, tuple(_told(one) for one in found))


def _with_verdict(words: Text, one: Assessment) -> Passage:
    return Passage(words, (_told(one),))


def _told(one: Assessment) -> VerdictTold:
    return VerdictTold(str(one.scheme.id), one.verdict)


def first_step(found: Iterable[Assessment], facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield where to go first, for the scheme that is nearest; nothing where all are out of reach.

    The office of the person's region is named with its telephone where both are known, else who it is.
    """
    best = next(iter(_by_standing(found, case_of(facts, library))), None)
    if best is None or best.verdict == "not_eligible":
        return
    say, scheme = library.phrases, best.scheme
    office = office_of(best, facts, library)
    if office is None:
        yield Passage(say.first_step.filled(office=scheme.office.name, scheme=scheme.title))
        return
    yield with_phone(say.first_step_at.filled(office=office.name, city=office.city, scheme=scheme.title), office, say)


def office_of(one: Assessment, facts: Mapping[str, Value], library: Library) -> Office | None:
    """Return the office of a scheme in the person's region; None where either is not known."""
    place, kind = place_of(facts, library), one.scheme.office.office
    reaches = nearest(place, library.offices, cast("OfficeKind", kind)) if place is not None and kind else []
    return reaches[0].office if reaches and reaches[0].is_competent else None


def with_phone(words: Text, office: Office, say: Phrases) -> Passage:
    """Return the words that name an office, with its telephone where that is known."""
    told = (OfficeTold(str(office.id), office.region),)
    return stacked(Passage(words, told), *([say.office_phone.filled(phone=office.phone)] if office.phone else []))


def plainly_told(found: Iterable[Assessment], facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield a result in few plain words: how the nearest scheme stands, and where to go first."""
    found, say = list(found), library.phrases
    best = next(iter(_by_standing(found, case_of(facts, library))), None)
    if best is None:
        return
    match best.verdict:
        case "eligible":
            words = say.plainer_eligible
        case "perhaps":
            words = say.plainer_perhaps
        case "not_eligible":
            words = say.plainer_not_now
        case _:
            assert_never(best.verdict)
    yield _with_verdict(words.filled(scheme=best.scheme.title), best)
    yield from first_step(found, facts, library)


def differences_told(
    schemes: tuple[str, ...], facts: Mapping[str, Value], supposed: Mapping[str, Value], library: Library, on: date
) -> Iterator[Passage]:
    """Yield what another answer changes: of one scheme its conditions, of several those whose verdict is another."""
    old = {one.scheme.id: one for one in assessments(schemes, facts, library, on)}
    new = assessments(schemes, supposed, library, on)
    if len(new) == 1:
        cases = case_of(facts, library), case_of(supposed, library)
        yield from in_screens(_conditions_changed(old[new[0].scheme.id], new[0], cases, library))
    elif changed := [one for one in new if one.verdict != old[one.scheme.id].verdict]:
        yield from in_screens(_groups(changed, case_of(supposed, library), library))
    else:
        yield passage(library.phrases.same_result)


def _conditions_changed(
    old: Assessment, new: Assessment, cases: tuple[Answers, Answers], library: Library
) -> Iterator[Text]:
    say = library.phrases
    before = {one.condition.id: one.where for one in explained(old, cases[0])}
    told = [one for one in explained(new, cases[1]) if one.where != before[one.condition.id]]
    yield from conditions_listed(told, "failed", say.conditions_failed, library)
    yield from conditions_listed(told, "confirm", say.conditions_confirm, library)
    yield from conditions_listed(told, "unknown", say.conditions_unknown, library)
    yield from conditions_listed(told, "met", say.conditions_met, library)
    if new.verdict == "not_eligible":
        yield from ways_to_change(new, cases[1], library)
    if not told and estimated(old, cases[0]) == estimated(new, cases[1]):
        yield say.same_result


def scheme_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield one screen on one scheme: the verdict, how much, the first step; what stands behind it is a choice away."""
    say, case = library.phrases, case_of(facts, library)
    lines: list[Text | Passage] = [verdict_told(one, case, library)]
    if one.ended is not None:
        lines.append(say.ended.filled(date=day(one.ended)))
    if one.verdict == "not_eligible":
        lines += _refusal(one, facts, library, say.refusal_here)
        lines += ways_to_change(one, case, library)
    else:
        estimate = estimated(one, case)
        lines.append(gives_told(one, library) if estimate is None else range_told(estimate, one, library))
        lines += first_step([one], facts, library)
    yield from in_screens([*lines, say.office_decides])


def verdict_told(one: Assessment, case: Answers, library: Library) -> Passage:
    """Return what a scheme comes to: a perhaps that an office settles apart from one that lacks something of them."""
    say = library.phrases
    match _standing(one, case):
        case "go":
            words = say.verdict_eligible
        case "not_now":
            words = say.verdict_not_eligible
        case "ask":
            words = say.verdict_confirm.filled(who=listed(list(who_confirms(one))))
        case "tell":
            unknown = [library.facts[fact].name for fact in unknown_facts(one, case)]
            words = say.verdict_unknown.filled(facts=listed(unknown)) if unknown else say.verdict_perhaps
        case standing:
            assert_never(standing)
    return _with_verdict(words.filled(scheme=one.scheme.title), one)


def _refusal(one: Assessment, facts: Mapping[str, Value], library: Library, words: Text) -> Iterator[Text]:
    """Yield why a scheme is out of reach, in the rules' own words: its first reason, and the figure that was told."""
    name = one.scheme.short or one.scheme.title
    failed = (told for told in explained(one, case_of(facts, library)) if told.where == "failed")
    for told in islice(failed, 1):
        line = words.filled(scheme=name, because=told.because)
        figure = next(_figures_told(told.condition, one.scheme, facts, library), None)
        yield line if figure is None else joined(line, library.phrases.refusal_told.filled(told=figure), by=" ")


def _figures_told(condition: Condition, scheme: Scheme, facts: Mapping[str, Value], library: Library) -> Iterator[Text]:
    """Yield the numbers that a person told of what a condition compares."""
    terms = scheme.terms
    named = [fact for leaf in leaves(condition.that) for fact in terms.behind(leaf.fact)]
    for fact in dict.fromkeys(named):
        is_number = fact in library.facts and isinstance(library.facts[fact].kind, Measure)
        if is_number and facts.get(fact) is not None and (told := fact_told(fact, facts[fact], library)) is not None:
            yield told
