"""The rules put to the proof: their examples, every threshold on both sides, and whether each condition matters at all.

A wrong rule that reads well is the worst mistake there is; examples are how a writer says twice what the law means.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from pydantic import Field

from bot.content.conditions import value
from bot.content.facts import FactsFile
from bot.content.reading import Mistakes, YamlDocument
from bot.content.shaping import Day, Dirhams, Model
from bot.eligibility.amounts import on_day
from bot.eligibility.assessment import Assessment, Prepared, Verdict, assessed, estimated, prepared
from bot.eligibility.components import Component
from bot.eligibility.conditions import CONFIRM, FAILED, FAILS, HOLDS, TO_CONFIRM, Compared, ConditionState, leaves
from bot.eligibility.facts import Answers, FactValue, Refused, taken
from bot.eligibility.scheme import Scheme
from bot.language.folding import folded
from bot.message import LANGUAGES, Text

#: How many times the old value an amount may become without being confirmed.
LEAP: Final = 3
#: Longest title of an amount, in characters: a list on a phone shows it in two lines.
_LONGEST_TITLE: Final = 70


class Range(Model):
    """The ends of an estimate, in dirhams."""

    low: Dirhams
    high: Dirhams


class Expected(Model):
    """What an example says must come out; what it does not say is not looked at."""

    verdict: Verdict | None = None
    #: All the conditions that fail, no more and no less.
    failed: list[str] | None = None
    #: Conditions that stand so, among others.
    met: list[str] = Field(default=[])
    unknown: list[str] = Field(default=[])
    confirm: list[str] = Field(default=[])
    estimate: Range | None = None


class Example(Model):
    """A case and what the rules must say of it, on a day or by the newest rules."""

    given: dict[str, Any]
    on: Day | None = None
    expect: Expected


def proved(scheme: Scheme, examples: list[Example], document: YamlDocument, mistakes: Mistakes) -> None:
    """Note every example that does not hold, every threshold without examples, every condition that is idle."""
    newest = newest_day(scheme)
    shown: list[tuple[date, Answers, Assessment]] = []
    for index, example in enumerate(examples):
        given = _given(scheme, example, document, index, mistakes)
        if given is None:
            continue
        assessment = assessed(scheme, given, example.on or newest)
        if assessment is None:
            mistakes.add("example_not_in_force", document.where("examples", index))
            continue
        _hold(assessment, given, example.expect, mistakes, document=document, index=index)
        shown.append((example.on or newest, given, assessment))
    _check_thresholds(scheme, [(given, one) for _, given, one in shown], newest, document, mistakes)
    _check_changed(scheme, shown, document, mistakes)
    rules = prepared(scheme, newest)
    if rules is not None:
        for condition in _idle(rules):
            mistakes.add("condition_idle", document.where("requires", condition), condition=condition)


def holds(assessment: Assessment, given: Answers, expected: Expected) -> bool:
    """Return whether what comes out of a case is what an example of it expects."""
    mistakes = Mistakes()
    _hold(assessment, given, expected, mistakes, document=YamlDocument("", {}, {}), index=0)
    return not mistakes.errors


def check_leaps(
    name: str,
    since: Sequence[tuple[date, float]],
    confirmed: Sequence[date],
    document: YamlDocument,
    mistakes: Mistakes,
) -> None:
    """Note each value that is more than `LEAP` times the one before, or less than that part of it, and not confirmed.

    A nought too many or too few makes ten; a law seldom changes what it asks so much.
    """
    for (_, before), (day, after) in pairwise(since):
        if is_leap(before, after) and day not in confirmed:
            where = document.where("amounts", name, "from", day.isoformat())
            mistakes.add("amount_leaps", where, name=name, before=f"{before:,.10g}", after=f"{after:,.10g}", day=day)


def check_amount_titles(titles: Mapping[str, Text], document: YamlDocument, mistakes: Mistakes) -> None:
    """Note each title of a scheme's amount that is too long for a list on a phone, or that another one has."""
    for language in LANGUAGES:
        taken_by: dict[str, str] = {}
        for name, text in titles.items():
            title, where = text.of(language), document.where("amounts", name, "title", language)
            if len(title) > _LONGEST_TITLE:
                mistakes.add("label_long", where, label=title, most=_LONGEST_TITLE)
            if taken_by.setdefault(folded(title), name) != name:
                mistakes.add("amount_title_twice", where, title=title, name=name)


def is_leap(before: float, after: float) -> bool:
    """Return whether an amount changes so much that whoever changes it is asked whether that is meant."""
    low, high = sorted((before, after))
    return high > LEAP * low


def _check_changed(
    scheme: Scheme, shown: Sequence[tuple[date, Answers, Assessment]], document: YamlDocument, mistakes: Mistakes
) -> None:
    """Note each change of an amount that decides something without an example of its old value and one of its new."""
    compared: dict[str, set[str]] = {}
    for fact, amount, _ in _thresholds(scheme):
        compared.setdefault(amount, set()).add(fact)
    estimate = scheme.estimate
    counted = {estimate.at_most, *(band.share for part in estimate.parts for band in part.bands)} if estimate else set()
    for dated in scheme.amounts:
        facts = compared.get(dated.name, set())
        if not facts and dated.name not in counted:
            continue
        days = [day for day, _ in dated.since]
        for first, change, behind in zip(days, days[1:], [*days[2:], date.max], strict=False):
            for kind, begin, end in (("change_old", first, change), ("change_new", change, behind)):
                shows = any(
                    begin <= day < end
                    and (
                        any(scheme.terms.reading(fact)(given) is not None for fact in facts)
                        or (dated.name in counted and estimated(assessment, given) is not None)
                    )
                    for day, given, assessment in shown
                )
                if not shows:
                    where = document.where("amounts", dated.name, "from", change.isoformat())
                    mistakes.add(kind, where, name=dated.name, day=change, last=change - timedelta(days=1))


def newest_day(scheme: Scheme) -> date:
    """Return the first day on which the newest of the scheme's rules are in force."""
    days = [day for dated in scheme.amounts for day, _ in dated.since]
    periods = [scheme.period, *(condition.period for condition in scheme.conditions)]
    days += [period.since for period in periods if period.since is not None]
    days += [condition.opens for condition in scheme.conditions if condition.opens is not None]
    # Of rules without a beginning, the last day on which all of them are known to hold.
    ends = [period.until for period in periods if period.until is not None]
    return max(days) if days else min(ends, default=date.max)


def _given(
    scheme: Scheme, example: Example, document: YamlDocument, index: int, mistakes: Mistakes
) -> dict[str, FactValue] | None:
    given: dict[str, FactValue] = {}
    for fact, raw in example.given.items():
        where = document.where("examples", index, "given", fact)
        if fact in scheme.terms.derived:
            mistakes.add("fact_derived_asked", where, name=fact)
            return None
        fitting = taken(scheme.terms, fact, value(scheme.terms, fact, raw))
        if not isinstance(fitting, Refused):
            given[fact] = fitting
        elif fitting.reason == "unknown_fact":
            mistakes.add("fact_unknown", where, name=fact)
            return None
        else:
            allowed = f"{fitting.least} … {fitting.most}" if fitting.reason == "out_of_range" else "facts.yaml"
            mistakes.add("option_unknown", where, value=raw, name=fact, allowed=allowed)
            return None
    return given


def _hold(
    assessment: Assessment,
    given: Answers,
    expected: Expected,
    mistakes: Mistakes,
    *,
    document: YamlDocument,
    index: int,
) -> None:
    ids = {where: [condition.id for condition in assessment.conditions(where)] for where in _WHERES}
    known = {condition.id for condition in assessment.scheme.conditions}
    at = ("examples", index, "expect")
    if expected.verdict is not None and expected.verdict != assessment.verdict:
        where = document.where(*at, "verdict")
        mistakes.add("example_verdict", where, got=assessment.verdict, expected=expected.verdict)
    for kind in _WHERES:
        wanted: list[str] | None = getattr(expected, kind)
        if wanted is None:
            continue
        where = document.where(*at, kind)
        for name in wanted:
            if name not in known:
                mistakes.add("condition_unknown", where, name=name)
        differs = sorted(wanted) != sorted(ids[kind]) if kind == "failed" else not set(wanted) <= set(ids[kind])
        if differs:
            shown = {"got": ", ".join(ids[kind]), "expected": ", ".join(wanted)}
            mistakes.add("example_conditions", where, stands=kind, **shown)
    if expected.estimate is not None:
        estimate = estimated(assessment, given)
        got = (estimate.low, estimate.high) if estimate else None
        wanted_range = (expected.estimate.low, expected.estimate.high)
        if got != wanted_range:
            where = document.where(*at, "estimate")
            mistakes.add("example_estimate", where, got=got, expected=wanted_range)


_WHERES: tuple[ConditionState, ...] = ("met", "failed", "unknown", "confirm")


def _check_thresholds(
    scheme: Scheme,
    shown: list[tuple[Answers, Assessment]],
    day: date,
    document: YamlDocument,
    mistakes: Mistakes,
) -> None:
    limits = {str(name): amount.compared for name, amount in on_day(scheme.amounts, day).items()}
    for fact, amount, path in _thresholds(scheme):
        read = scheme.terms.reading(fact)
        values = [read(given) for given, _ in shown]
        limit = limits[amount]
        present = {
            "below": any(value is not None and float(value) < limit for value in values),
            "at": any(value is not None and float(value) == limit for value in values),
            "above": any(value is not None and float(value) > limit for value in values),
            "unknown": any(value is None for value in values),
        }
        for place, there in present.items():
            if not there:
                mistakes.add(f"threshold_{place}", document.where(*path), amount=amount, name=fact)


def _thresholds(scheme: Scheme) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give every fact with an amount it is compared with, and where the file says so."""
    for condition in scheme.conditions:
        for leaf in leaves(condition.that):
            if isinstance(leaf, Compared):
                yield leaf.fact, leaf.amount, ("requires", condition.id)
    for part in scheme.estimate.parts if scheme.estimate else ():
        for band in part.bands:
            if part.by and band.amount:
                yield part.by, band.amount, ("estimate", "parts", part.id)


def _idle(rules: Prepared) -> Iterator[str]:
    """Give the conditions that always hold, or never say anything that the others do not."""
    for component in rules.components:
        for index, condition in enumerate(component.conditions):
            # That a call is open always holds while it is: its days decide.
            if condition.opens is None and not _decides(component, index):
                yield condition.id


def _decides(component: Component, index: int) -> bool:
    """Return whether some case fails by this condition alone, or waits for a confirmation because of it alone."""
    others = [at for at in range(len(component.conditions)) if at != index]
    rest = Component(
        conditions=tuple(component.conditions[at] for at in others),
        judges=tuple(component.judges[at] for at in others) or (lambda _: (HOLDS, HOLDS),),
        behind=tuple(component.behind[at] for at in others),
        partition=component.partition,
        gauges=component.gauges,
    )
    judge, facts = component.judges[index], component.partition.facts
    if any(judge(way) == FAILED for way in rest.ways(facts, {}, CONFIRM, partly=False)):
        return True
    ways = rest.ways(facts, {}, CONFIRM, partly=False)
    return any(judge(way) == TO_CONFIRM and rest.worst(way) > FAILS for way in ways)


def unused_facts(facts: FactsFile, schemes: Iterable[Scheme], mistakes: Mistakes) -> None:
    """Note every fact that no condition and no estimate looks at."""
    terms = facts.terms
    used: set[str] = set()
    for scheme in schemes:
        for condition in scheme.conditions:
            used.update(leaf.fact for leaf in leaves(condition.that))
        if scheme.estimate is not None:
            used.update({scheme.estimate.of, *(part.by for part in scheme.estimate.parts if part.by)})
    asked = {fact for name in used for fact in terms.behind(name)}
    everything: Mapping[str, object] = {**terms.asked, **terms.derived}
    for fact in everything:
        if fact not in used and fact not in asked:
            mistakes.add("fact_never_used", facts.document.where(fact), name=fact)
