"""One case of many: plain values in, plain values out, for checking cases by the thousand.

A value that does not fit spoils its own case only; nothing is guessed in its place.
"""

from collections.abc import Mapping
from datetime import date

from bot.eligibility.amounts import Source, on_day
from bot.eligibility.assessment import Assessment, assessed, estimated, explained
from bot.eligibility.counterfactuals import changes
from bot.eligibility.facts import Answers, FactValue, OneOf, Refused, Terms, taken
from bot.eligibility.scheme import Rulebook

#: What a scheme is on a day when its rules were not in force.
NOT_IN_FORCE = "not_in_force"


def case(terms: Terms, raw: object) -> dict[str, FactValue | None] | Refused:
    """Return the known facts of a case given as plain values (null is unknown), or the first that does not fit."""
    if not isinstance(raw, Mapping):
        return Refused("", "unknown_fact")
    known: dict[str, FactValue | None] = {}
    for fact, value in raw.items():
        if value is None and fact in terms.asked:
            continue
        fitting = taken(terms, fact, value)
        if isinstance(fitting, Refused):
            return fitting
        known[fact] = fitting
    return known


def assess_case(rules: Rulebook, raw: object, on: date) -> dict[str, object]:
    """Return what every scheme in force on `on` says of a case, or `error` with the fact that does not fit."""
    known = case(rules.terms, raw)
    if isinstance(known, Refused):
        return {"error": {"fact": known.fact, "message": told(known, rules.terms)}}
    found: dict[str, object] = {}
    for id_, scheme in rules.schemes.items():
        assessment = assessed(scheme, known, on)
        if assessment is not None:
            found[id_] = _plain(assessment, known)
    return found


def _plain(assessment: Assessment, known: Answers) -> dict[str, object]:
    estimate = estimated(assessment, known)
    lists: dict[str, list[str]] = {"met": [], "failed": [], "unknown": [], "confirm": []}
    for condition, where in assessment.standings:
        lists[where].append(condition.id)
    return {
        "verdict": assessment.verdict,
        "failed": lists["failed"],
        "unknown": lists["unknown"],
        "confirm": lists["confirm"],
        "missing": list(assessment.missing),
        "change": [list(facts) for facts in changes(assessment)],
        "estimate": None if estimate is None else {"low": estimate.low, "high": estimate.high},
    }


def sources_of_case(rules: Rulebook, raw: object, on: date) -> dict[str, object]:
    """Return what `assess_case` does, with where each condition, amount and line of an estimate is written.

    Each source is told with when it was published, when it was read, and how sure it is.
    """
    found = assess_case(rules, raw, on)
    known = case(rules.terms, raw)
    if isinstance(known, Refused):
        return found
    for id_, told_ in found.items():
        assessment = assessed(rules.schemes[id_], known, on)
        assert assessment is not None
        assert isinstance(told_, dict)
        estimate = estimated(assessment, known)
        told_["sources"] = {
            "conditions": {
                one.condition.id: [_source(source) for source in one.sources] for one in explained(assessment, known)
            },
            "amounts": {
                str(name): {"value": amount.value, "sources": [_source(source) for source in amount.sources]}
                for name, amount in on_day(assessment.scheme.amounts, on).items()
            },
            "lines": [
                {
                    "part": line.part.id,
                    "low": line.low,
                    "high": line.high,
                    "sources": [_source(source) for source in line.sources],
                }
                for line in (estimate.lines if estimate else ())
            ],
            "ceiling": [_source(source) for source in (estimate.sources if estimate else ())],
        }
    return found


def _source(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "url": source.url,
        "published": source.published,
        "read": source.read.isoformat(),
        "confidence": source.confidence,
    }


def compared(rules: Rulebook, raw: object, before: date, after: date) -> dict[str, object]:
    """Return the schemes whose verdict or estimate differs between two days: `from` and `to`, each as assessed.

    A scheme that is not in force on one of the days has the verdict `not_in_force` there. An error is given as it is.
    """
    old, new = assess_case(rules, raw, before), assess_case(rules, raw, after)
    if "error" in new:
        return new
    absent = {"verdict": NOT_IN_FORCE}
    return {
        scheme: {"from": old.get(scheme, absent), "to": new.get(scheme, absent)}
        for scheme in rules.schemes
        if old.get(scheme) != new.get(scheme)
    }


def told(refused: Refused, terms: Terms) -> str:
    """Return in English, for whoever runs the command, why a value was refused."""
    match refused.reason:
        case "unknown_fact" if not refused.fact:
            return "a case is a JSON object of fact ids"
        case "unknown_fact":
            return f"there is no fact {refused.fact!r}"
        case "not_an_option":
            kind = terms.asked[refused.fact].kind
            options = [option.id for option in kind.options] if isinstance(kind, OneOf) else []
            return f"{refused.fact} is one of: {', '.join(options)}"
        case "not_yes_no":
            return f"{refused.fact} is true or false"
        case "not_a_number":
            return f"{refused.fact} is a number"
        case "not_a_province":
            return f"{refused.fact} is the French name of a province or prefecture, as in provinces.csv"
        case "out_of_range":
            return f"{refused.fact} is a number from {refused.least:,.0f} to {refused.most:,.0f}"
