"""Assessments told to a person: the verdict first, then why, who confirms, what would change it, how much.

Every sentence of law comes from the rules with its source; here they are only put one under another, a screen at most.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby

from bot.conversation.conversation import Value
from bot.conversation.events import EstimateTold, PapersTold, VerdictTold
from bot.conversation.flow import Offer
from bot.conversation.library import Library
from bot.conversation.showing import Passage, passage, place_of, stacked
from bot.eligibility.assessment import Assessment, Explained, Verdict, assessed, explained
from bot.eligibility.counterfactuals import changes, targets
from bot.eligibility.estimate import Estimate, estimated
from bot.eligibility.facts import Answers
from bot.language.wording import day, money, percent
from bot.message import Text, joined

#: Best first: which verdict several schemes together come to.
_ORDER: tuple[Verdict, ...] = ("eligible", "perhaps", "not_eligible")
#: Longest screen, in characters.
_SCREEN = 600
#: Sets of changes told at most.
_MOST_CHANGES = 3
#: Ways on offered by the verdicts, at most: the first that fit, in the writer's order.
_MOST_WAYS = 5


def case_of(facts: Mapping[str, Value], library: Library) -> Answers:
    """Return the facts as the rules know them: a place becomes its province, unknown for a whole region."""
    known, where = dict(facts), library.roles.place
    if where in known:
        place = place_of(facts, library)
        known[where] = place.province if place else None
    return known


def assessments(schemes: Iterable[str], facts: Mapping[str, Value], library: Library, on: date) -> list[Assessment]:
    """Return the assessments of the schemes in force, best verdict first, else in the writer's order."""
    case = case_of(facts, library)
    found = (assessed(library.schemes[scheme], case, on) for scheme in schemes)
    return sorted((one for one in found if one is not None), key=lambda one: _ORDER.index(one.verdict))


def verdicts_told(
    schemes: tuple[str, ...], facts: Mapping[str, Value], library: Library, on: date
) -> Generator[Passage, None, Verdict]:
    """Yield what the rules say of the schemes; return the best of the verdicts."""
    found = assessments(schemes, facts, library, on)
    if len(found) == 1:
        yield from scheme_told(found[0], facts, library)
    else:
        yield from _screens(_summary(found, library))
    return found[0].verdict if found else "not_eligible"


def offered(offer: Offer, facts: Mapping[str, Value], library: Library, on: date) -> Offer:
    """Return the offer without the ways that serve only schemes out of reach; as it is, when no way names a scheme."""
    named = dict.fromkeys(scheme for way in offer.ways for scheme in way.possible)
    if not named:
        return offer
    within_reach = {one.scheme.id for one in assessments(named, facts, library, on) if one.verdict != "not_eligible"}
    fitting = [way for way in offer.ways if not way.possible or not within_reach.isdisjoint(way.possible)]
    return replace(offer, ways=tuple(fitting[:_MOST_WAYS]))


def _summary(found: list[Assessment], library: Library) -> Iterator[Text | Passage]:
    yield from _groups(found, library)
    yield library.phrases.office_decides


def _groups(found: list[Assessment], library: Library) -> Iterator[Passage]:
    say = library.phrases
    titles = {
        "eligible": say.summary_eligible,
        "perhaps": say.summary_perhaps,
        "not_eligible": say.summary_not_eligible,
    }
    for verdict, group in groupby(found, key=lambda one: one.verdict):
        first, *rest = [_with_verdict(say.summary_line.filled(scheme=one.scheme.title), one) for one in group]
        yield stacked(titles[verdict], first)
        yield from rest


def _with_verdict(words: Text, one: Assessment) -> Passage:
    return Passage(words, (VerdictTold(str(one.scheme.id), one.verdict),))


def differences_told(
    schemes: tuple[str, ...], facts: Mapping[str, Value], supposed: Mapping[str, Value], library: Library, on: date
) -> Iterator[Passage]:
    """Yield what another answer changes: of one scheme its conditions, of several those whose verdict is another."""
    old = {one.scheme.id: one for one in assessments(schemes, facts, library, on)}
    new = assessments(schemes, supposed, library, on)
    if len(new) == 1:
        cases = case_of(facts, library), case_of(supposed, library)
        yield from _screens(_conditions_changed(old[new[0].scheme.id], new[0], cases, library))
    elif changed := [one for one in new if one.verdict != old[one.scheme.id].verdict]:
        yield from _screens(_groups(changed, library))
    else:
        yield passage(library.phrases.same_result)


def _conditions_changed(
    old: Assessment, new: Assessment, cases: tuple[Answers, Answers], library: Library
) -> Iterator[Text]:
    say = library.phrases
    before = {one.condition.id: one.where for one in explained(old, cases[0])}
    told = [one for one in explained(new, cases[1]) if one.where != before[one.condition.id]]
    yield from _conditions(told, "failed", say.conditions_failed, library)
    yield from _conditions(told, "confirm", say.conditions_confirm, library)
    yield from _conditions(told, "unknown", say.conditions_unknown, library)
    yield from _conditions(told, "met", say.conditions_met, library)
    if new.verdict == "not_eligible":
        yield from _ways_to_change(new, cases[1], library)
    if not told and estimated(old, cases[0]) == estimated(new, cases[1]):
        yield say.same_result


def scheme_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield the screens of one scheme: verdict and conditions, then what would change it or what it may give."""
    say = library.phrases
    verdict = {
        "eligible": say.verdict_eligible,
        "perhaps": say.verdict_perhaps,
        "not_eligible": say.verdict_not_eligible,
    }[one.verdict]
    case = case_of(facts, library)
    told = explained(one, case)
    lines: list[Text | Passage] = [_with_verdict(verdict.filled(scheme=one.scheme.title), one)]
    if one.ended is not None:
        lines.append(say.ended.filled(date=day(one.ended)))
    if one.verdict == "perhaps":
        lines.append(say.perhaps_unknown if one.conditions("unknown") else say.perhaps_to_confirm)
    lines += _conditions(told, "failed", say.conditions_failed, library)
    lines += _conditions(told, "confirm", say.conditions_confirm, library)
    if one.verdict != "not_eligible":
        lines += _conditions(told, "unknown", say.conditions_unknown, library)
        lines += _who_confirms(one, library)
    if one.verdict == "not_eligible":
        lines += _ways_to_change(one, case, library)
    else:
        lines.append(library.filled(one.scheme.gives, one.on))
        if (estimate := estimated(one, case)) is not None:
            lines += _estimate(estimate, one, library)
    lines += _conditions(told, "met", say.conditions_met, library)
    lines += _sources(told, library)
    yield from _screens([*lines, say.office_decides])


def papers_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield the papers to bring for a scheme, by the person's legal form."""
    papers = one.scheme.papers_for(facts.get(library.roles.legal_form))
    say = library.phrases
    told = (PapersTold(str(one.scheme.id)),)
    lines: list[Text | Passage] = [Passage(say.papers.filled(scheme=one.scheme.title), told)]
    lines += [say.list_line.filled(what=paper) for paper in papers]
    if one.scheme.papers_note is not None:
        lines.append(one.scheme.papers_note)
    yield from _screens(lines)


def _still(words: Text, ended: date | None, library: Library) -> Text:
    """Return what the law said, with the day until which it was known to hold where that is past."""
    return joined(words, library.phrases.ended.filled(date=day(ended)), by=" ") if ended is not None else words


def _conditions(told: Iterable[Explained], where: str, title: Text, library: Library) -> list[Text]:
    lines = [_still(one.because, one.ended, library) for one in told if one.where == where]
    if not lines:
        return []
    items = [line.changed("- {}".format) for line in lines]
    # A heading never stands at the foot of a screen: it is one piece with the first line under it.
    return [joined(title, items[0]), *items[1:]]


def _who_confirms(one: Assessment, library: Library) -> Iterator[Text]:
    unpublished = one.scheme.unpublished
    if unpublished is not None:
        yield library.filled(unpublished.because, one.on)
    names = [authority.name for condition in one.conditions("confirm") for authority in condition.confirmed_by]
    names += [unpublished.confirmed_by.name] if unpublished else []
    for name in dict.fromkeys(names):
        yield library.phrases.who_confirms.filled(who=name)


def _sources(told: Iterable[Explained], library: Library) -> Iterator[Text]:
    sources = {source.id: source for one in told for source in one.sources}
    for source in list(sources.values())[:2]:
        yield library.phrases.source.filled(title=source.title, date=day(source.read))


def _ways_to_change(one: Assessment, case: Answers, library: Library) -> Iterator[Text]:
    say = library.phrases
    sets = changes(one)[:_MOST_CHANGES]
    if not sets:
        yield say.nothing_would_change
        return
    yield say.would_be_possible
    for facts in sets:
        wished = [target.text() for target in targets(one, case, facts)]
        yield say.list_line.filled(what=joined(*wished, by=" + "))


def _estimate(estimate: Estimate, one: Assessment, library: Library) -> Iterator[Text | Passage]:
    say, low, high = library.phrases, estimate.low, estimate.high
    told = EstimateTold(str(one.scheme.id), low, high)
    yield Passage(say.estimate_range.filled(low=money(low), high=money(high)), (told,))
    for line in estimate.lines:
        shares = _span(percent(line.low_share / 100), percent(line.high_share / 100), library)
        amounts = _span(money(line.low), money(line.high), library)
        yield say.estimate_line.filled(part=line.part.name, share=shares, base=money(estimate.base), amount=amounts)
    yield _still(estimate.words, estimate.ended, library)


def _span(low: Text, high: Text, library: Library) -> Text:
    return low if low == high else library.phrases.span.filled(low=low, high=high)


def _screens(lines: Iterable[Text | Passage]) -> Iterator[Passage]:
    """Yield the lines gathered into screens, none longer than a phone holds in either language."""
    screen: Passage | None = None
    for line in lines:
        longer = passage(line) if screen is None else stacked(screen, line)
        if screen is not None and max(map(len, longer.text.every())) > _SCREEN:
            yield screen
            longer = passage(line)
        screen = longer
    if screen is not None:
        yield screen
