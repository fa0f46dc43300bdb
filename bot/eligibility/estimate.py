"""How much a scheme may give, as a range in dirhams, line by line.

It is an estimate for a person to plan with, never a promise: what is unknown widens the range, and what nobody outside
the office can know is counted as nothing in the low figure and in full in the high one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.eligibility.amounts import AmountName, LegalAmount, Source, on_day
from bot.eligibility.assessment import Assessment
from bot.eligibility.conditions import MET, Compared, In, judge
from bot.eligibility.facts import Answers, Terms
from bot.eligibility.scheme import Band, EstimateRule, Part
from bot.message import Text


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
    """A range in dirhams; `ceiling` is the share, in percent, that it was held to, and each end tells if it was."""

    base: float
    lines: tuple[Line, ...]
    low: float
    high: float
    ceiling: float
    low_held: bool
    high_held: bool
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
        low_held=lows > ceiling,
        high_held=highs > ceiling,
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
