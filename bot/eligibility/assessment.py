"""What the rules say of a case on a day: the verdict, each condition's standing, what to ask next, and the estimate.

The walk that explains is the walk that decided: both read the same standings. A grave mistake here is a wrong "yes":
what is unknown, unpublished or left to an office is never taken as met. Asked is the fact that can still change a
verdict and decides most for the least effort; one that can change no verdict the person cares about is never asked, so
a scheme that has failed asks nothing more.

The estimate is a range in dirhams for a person to plan with, never a promise: what is unknown widens it, and what
nobody outside the office can know is counted as nothing in the low figure and in full in the high one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from bot.eligibility.amounts import AmountName, LegalAmount, Source, amounts_in_words, on_day
from bot.eligibility.components import Component, Outcome, components
from bot.eligibility.conditions import FAILED, FAILS, HOLDS, MET, Compared, ConditionState, In, judge, state_of
from bot.eligibility.facts import Answers, FactId, Terms
from bot.eligibility.scheme import Band, Condition, EstimateRule, Part, Rules, Scheme
from bot.message import Text, joined

Verdict = Literal["eligible", "perhaps", "not_eligible"]

#: Assessments of one scheme that are remembered before all are forgotten.
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Assessment:
    """One scheme assessed for one case; conditions and facts stand in the writer's order."""

    scheme: Scheme
    on: date
    verdict: Verdict
    standings: tuple[tuple[Condition, ConditionState], ...]
    #: The facts that can still change the verdict.
    missing: tuple[FactId, ...]
    outcomes: tuple[Outcome, ...] = field(repr=False)

    @property
    def ended(self) -> date | None:
        """Return the last day on which the scheme was known to be there, where that is past."""
        return self.scheme.period.ended(self.on)

    def ending(self, answers: Answers) -> Mapping[FactId, float]:
        """Return the share of the answers to each missing fact that would end the matter, by a person's own values."""
        shares: dict[FactId, float] = {}
        if self.missing:
            settled = self.scheme.terms.settled(answers)
            for outcome in self.outcomes:
                if outcome.failing:
                    shares.update(outcome.component.ending(outcome, settled))  # type: ignore[arg-type]
        return shares

    def conditions(self, stands: ConditionState) -> tuple[Condition, ...]:
        """Return the conditions that stand so."""
        return tuple(condition for condition, it_stands in self.standings if it_stands == stands)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scheme's conditions with the amounts of one day, ready to judge."""

    conditions: tuple[Condition, ...]
    components: tuple[Component, ...]
    places: tuple[tuple[int, int], ...]
    rank: Mapping[str, int]
    #: The assessments that were made, by the day and by what the components came to.
    seen: dict[object, "Assessment"] = field(default_factory=dict, compare=False, repr=False)


def prepared(scheme: Scheme, on: date) -> Prepared | None:
    """Return the rules of a scheme ready for a day, None when it is not in force; made once for days that are alike."""
    if on in scheme.prepared:
        return scheme.prepared[on]  # type: ignore[return-value]
    made: Prepared | None = None
    if scheme.in_force(on):
        amounts = {name: amount.compared for name, amount in on_day(scheme.amounts, on).items()}
        conditions = scheme.conditions_on(on)
        version = (tuple(sorted(amounts.items())), tuple((one.id, one.that, one.ended) for one in conditions))
        if version not in scheme.prepared:
            found, places = components(conditions, scheme.terms, amounts)
            rank = {fact: number for number, fact in enumerate(scheme.terms.asked)}
            scheme.prepared[version] = Prepared(conditions, found, places, rank)
        made = scheme.prepared[version]  # type: ignore[assignment]
    scheme.prepared[on] = made
    return made


def assessed(scheme: Scheme, answers: Answers, on: date) -> Assessment | None:
    """Return the assessment of a case by the rules of a day; None when the scheme is not in force that day.

    A fact whose answer is None is unknown for good: it is never missing, and nothing hangs on learning it.
    """
    return next(iter(each_assessed([scheme], answers, on)), None)


def each_assessed(schemes: Iterable[Scheme], answers: Answers, on: date) -> list[Assessment]:
    """Return the assessments of a case by each of the schemes that is in force that day, in their order."""
    found: list[Assessment] = []
    terms: Terms | None = None
    settled, declined = answers, frozenset[str]()
    for scheme in schemes:
        if scheme.terms is not terms:
            # The schemes of one content share their terms.
            terms = scheme.terms
            settled = terms.settled(answers)
            declined = terms.not_asked(settled).union([fact for fact, value in settled.items() if value is None])
        rules = prepared(scheme, on)
        if rules is not None:
            outcomes = tuple([component.outcome(settled, declined) for component in rules.components])
            found.append(rules.seen.get((on, outcomes)) or _assessment(scheme, rules, outcomes, on))
    return found


def _assessment(scheme: Scheme, rules: Prepared, outcomes: tuple[Outcome, ...], on: date) -> Assessment:
    """Return the assessment that the components' outcomes come to, and remember it."""
    standings = tuple(
        [
            (condition, state_of(outcomes[number].standings[place]))
            for condition, (number, place) in zip(rules.conditions, rules.places, strict=True)
        ]
    )
    verdict = _verdict(scheme, outcomes)
    found = _open(scheme, outcomes) if verdict == "perhaps" else set()
    missing = tuple(sorted(found, key=rules.rank.__getitem__))
    if len(rules.seen) >= _REMEMBERED:
        rules.seen.clear()
    made = rules.seen[on, outcomes] = Assessment(scheme, on, verdict, standings, missing, outcomes)
    return made


def _verdict(scheme: Scheme, outcomes: tuple[Outcome, ...]) -> Verdict:
    if any(outcome.best == FAILS for outcome in outcomes):
        return "not_eligible"
    if scheme.unpublished is None and all(outcome.worst == HOLDS for outcome in outcomes):
        return "eligible"
    return "perhaps"


def _open(scheme: Scheme, outcomes: tuple[Outcome, ...]) -> set[FactId]:
    found = {FactId(fact) for outcome in outcomes for fact in outcome.failing}
    if scheme.unpublished is None:
        needed = {FactId(fact) for outcome in outcomes for fact in outcome.meeting}
        if needed and all(outcome.can_hold for outcome in outcomes):
            found |= needed
    return found


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition in words: where it stands, what the law asks with the amounts of the day, and what says so."""

    condition: Condition
    where: ConditionState
    because: Text
    sources: tuple[Source, ...]
    #: The last day on which it was known to hold, where that is past.
    ended: date | None = None


def explained(assessment: Assessment, answers: Answers) -> tuple[Explained, ...]:
    """Return every condition of an assessment in words, in the writer's order, with the notes that concern the case."""
    scheme, amounts = assessment.scheme, on_day(assessment.scheme.amounts, assessment.on)
    answers = scheme.terms.settled(answers)
    texts = amounts_in_words(amounts)
    compared = {name: amount.compared for name, amount in amounts.items()}
    told = []
    for condition, stands in assessment.standings:
        notes = [
            note
            for note in condition.notes
            if (note.to is None or judge(note.to, scheme.terms, compared)(answers) != FAILED)
            and (not note.when or stands in note.when)
        ]
        said = [text.filled(**texts) for text in (condition.because, *(note.because for note in notes))]
        because = joined(*said, by=" ")
        sources = (*condition.sources, *(source for note in notes for source in note.sources))
        ends = [amount.ended for name, amount in amounts.items() if amount.ended and condition.because.names(name)]
        ended = min([*ends, *([condition.ended] if condition.ended else [])], default=None)
        told.append(Explained(condition, stands, because, sources, ended))
    return tuple(told)


# What to ask next


@dataclass(frozen=True, slots=True)
class Question:
    """The fact to ask about, and how many questions may remain at most, this one included."""

    fact: FactId
    at_most: int


def next_question(schemes: Iterable[str], answers: Answers, rules: Rules, on: date) -> Question | None:
    """Return the next question about the schemes named; None when every verdict stands.

    An answer of None is "I don't know": it is not asked again. Schemes that are not in force, or unknown, ask nothing.
    """
    known = [rules.schemes[scheme] for scheme in schemes if scheme in rules.schemes]
    return chosen(each_assessed(known, answers, on), answers, rules)


def chosen(assessments: Iterable[Assessment], answers: Answers, rules: Rules) -> Question | None:
    """Return the next question of some assessments of one case; ties go to the fact the writer put first."""
    worth: dict[FactId, float] = {}
    for assessment in assessments:
        others = len(assessment.missing) - 1
        ending = assessment.ending(answers) if others else {}
        for fact in assessment.missing:
            # What asking brings: one question less, and the scheme's other questions where the answer ends the matter.
            worth[fact] = worth.get(fact, 0.0) + 1 + ending.get(fact, 0.0) * others
    if not worth:
        return None
    best = max(
        (fact for fact in rules.facts if fact in worth), key=lambda fact: worth[FactId(fact)] / rules.facts[fact].effort
    )
    return Question(FactId(best), len(worth))


# How much it may give


@dataclass(frozen=True, slots=True)
class Line:
    """One part of an estimate: its shares in percent, what they come to in dirhams, and where they are written."""

    part: Part
    low_share: float
    high_share: float
    low: float
    high: float
    sources: tuple[Source, ...] = ()
    #: The last day on which its shares were known to hold, where that is past.
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A range in dirhams; `ceiling` is the share, in percent, that both ends are held to."""

    base: float
    lines: tuple[Line, ...]
    low: float
    high: float
    ceiling: float
    words: Text
    #: Where the ceiling is written.
    sources: tuple[Source, ...] = ()
    #: The last day on which all it goes by was known to hold, where that is past.
    ended: date | None = None


def estimated(assessment: Assessment, answers: Answers) -> Estimate | None:
    """Return the estimate of a scheme that has one; None when it is out of reach or its base is not known."""
    rule = assessment.scheme.estimate
    if rule is None or assessment.verdict == "not_eligible":
        return None
    base = answers.get(rule.of)
    if base is None:
        return None
    amounts = {str(name): amount for name, amount in on_day(assessment.scheme.amounts, assessment.on).items()}
    return _ranged(rule, float(base), answers, assessment.scheme.terms, amounts)


def _ranged(
    rule: EstimateRule, base: float, answers: Answers, terms: Terms, amounts: Mapping[str, LegalAmount]
) -> Estimate:
    lines = [_line(part, base, answers, terms, amounts) for part in rule.parts]
    ceiling = amounts[rule.at_most].value
    ends = [end for end in (*(line.ended for line in lines), amounts[rule.at_most].ended) if end is not None]
    lows, highs = sum(line.low_share for line in lines), sum(line.high_share for line in lines)
    return Estimate(
        base=base,
        lines=tuple(lines),
        low=_of(base, min(ceiling, lows)),
        high=_of(base, min(ceiling, highs)),
        ceiling=ceiling,
        words=rule.words.filled(**{name: amount.text() for name, amount in amounts.items()}),
        sources=tuple(dict.fromkeys((*rule.sources, *amounts[rule.at_most].sources))),
        ended=min(ends, default=None),
    )


def _first_end(amounts: Iterable[LegalAmount]) -> date | None:
    return min((amount.ended for amount in amounts if amount.ended is not None), default=None)


def _line(part: Part, base: float, answers: Answers, terms: Terms, amounts: Mapping[str, LegalAmount]) -> Line:
    """Return a line by the band the case is in; where that cannot be known, from nothing to the highest share."""
    by, bands = part.by, part.bands
    is_known = by is not None and terms.reading(by)(answers) is not None
    if by is not None and is_known:
        bands = tuple(band for band in bands if _fits(by, band, answers, terms, amounts))[:1]
    high = max((amounts[band.share].value for band in bands), default=0.0)
    low = high if is_known else 0.0
    named = [amounts[name] for band in (bands or part.bands) for name in (band.share, band.amount) if name]
    cited = dict.fromkeys([*part.sources, *(source for amount in named for source in amount.sources)])
    return Line(part, low, high, _of(base, low), _of(base, high), tuple(cited), _first_end(named))


def _fits(by: str, band: Band, answers: Answers, terms: Terms, amounts: Mapping[str, LegalAmount]) -> bool:
    """Return whether a case is in a band, by the judge of conditions: both read a limit the same way."""
    if band.how is None or band.amount is None:
        return judge(In(by, band.values), terms, {})(answers) == MET
    limit = AmountName(band.amount)
    return judge(Compared(by, band.how, limit), terms, {limit: amounts[limit].compared})(answers) == MET


def _of(base: float, share: float) -> float:
    """Return a share of the base to the centime; whole dirhams as a whole number."""
    dirhams = round(base * share / 100, 2)
    return int(dirhams) if dirhams == int(dirhams) else dirhams
