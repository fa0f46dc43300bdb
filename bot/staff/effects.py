"""What a change of law moves: amounts, the texts that say them, examples, and what people were told.

The same is compared before and after, on each day on which something differs: today, and the days to come from which an
amount, a condition or a scheme is another. Of people only the facts are looked at that a verdict hangs on, never whose
they are; two who told the same are one case, counted twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from bot.content.conditions import value
from bot.content.reading import Mistakes, read
from bot.content.texts import CheckedText, read_passages
from bot.conversation.flow import Assess, steps_within
from bot.conversation.library import Library
from bot.conversation.showing import case_of, fact_told
from bot.eligibility.assessment import assessed
from bot.eligibility.facts import Refused, taken
from bot.eligibility.scheme import Scheme, amounts_on
from bot.language.wording import listed
from bot.message import LANGUAGES, Text

#: Days that are looked at, the nearest first.
_MOST_DAYS: Final = 6
#: Where a text stands: an answer, a step of a flow, what is told of a verdict, or another sentence of the guide.
TextPlace = Literal["answer", "step", "verdict", "sentence"]


@dataclass(frozen=True, slots=True)
class CheckedCase:
    """Facts that people told in a flow that checks schemes: the flows they went to, and how many told the same."""

    facts: dict[str, str | int | float | bool | None]
    flows: list[str]
    times: int = 1


@dataclass(frozen=True, slots=True)
class ChangedAmount:
    """An amount that is another on a day, in words; None where there is none before or after."""

    scheme: str
    name: str
    day: date
    before: Text | None
    after: Text | None


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """A text whose words are others on a day because it names a changed amount; or that spells the old one out itself.

    Such a one does not change by itself: `after` is what it goes on saying.
    """

    place: TextPlace
    about: str
    file: str
    line: int
    before: Text
    after: Text
    is_spelt: bool = False


@dataclass(frozen=True, slots=True)
class ChangedExample:
    """An example of a rules file that comes to another verdict; None where the scheme is not there."""

    scheme: str
    number: int
    day: date
    given: Text
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ChangedVerdicts:
    """How many kept cases would be told another verdict of a scheme on a day."""

    scheme: str
    day: date
    times: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class LawEffects:
    """All that a change of law moves."""

    schemes: list[str] = field(default_factory=list)
    amounts: list[ChangedAmount] = field(default_factory=list)
    words: list[ChangedWords] = field(default_factory=list)
    examples: list[ChangedExample] = field(default_factory=list)
    verdicts: list[ChangedVerdicts] = field(default_factory=list)
    #: Cases whose facts are kept and that were assessed for one of the schemes.
    cases: int = 0


def effects_of(
    root: Path, old: Library, new: Library, today: date, cases: Sequence[CheckedCase] = ()
) -> LawEffects | None:
    """Return what moves between two libraries, the files of the newer in `root`; None where no law changes."""
    changed = [id_ for id_ in sorted({*old.schemes, *new.schemes}) if old.schemes.get(id_) != new.schemes.get(id_)]
    if not changed:
        return None
    days = _days([one for id_ in changed for one in (old.schemes.get(id_), new.schemes.get(id_)) if one], today)
    amounts = list(_amounts(changed, old, new, days))
    verdicts, counted = _verdicts(changed, old, new, days, cases)
    return LawEffects(
        changed,
        amounts,
        list(_words(root, amounts, old, new)),
        list(_examples(root, changed, old, new, days)),
        verdicts,
        counted,
    )


def _days(schemes: Sequence[Scheme], today: date) -> list[date]:
    """Return today and the days to come on which something of the schemes begins or has ended."""
    days = {today}
    for scheme in schemes:
        days |= {day for dated in scheme.amounts for day, _ in dated.since}
        ends = [dated.until for dated in scheme.amounts]
        for period in (scheme.period, *(condition.period for condition in scheme.conditions)):
            days |= {day for day in (period.since, period.repealed) if day is not None}
            ends.append(period.until)
        days |= {end + timedelta(days=1) for end in ends if end is not None}
        days |= {condition.opens for condition in scheme.conditions if condition.opens is not None}
    return sorted(day for day in days if day >= today)[:_MOST_DAYS]


def _amounts(changed: Sequence[str], old: Library, new: Library, days: Sequence[date]) -> Iterator[ChangedAmount]:
    for id_ in changed:
        told: dict[str, tuple[Text | None, Text | None]] = {}
        for day in days:
            sides = [
                amounts_on([library.schemes[id_]], day) if id_ in library.schemes else {} for library in (old, new)
            ]
            for name in dict.fromkeys([*sides[0], *sides[1]]):
                before, after = (side[name].text() if name in side else None for side in sides)
                # What differs from today on is told once, with its first day.
                if before != after and told.get(name) != (before, after):
                    told[name] = before, after
                    yield ChangedAmount(id_, name, day, before, after)


def _words(root: Path, amounts: Sequence[ChangedAmount], old: Library, new: Library) -> Iterator[ChangedWords]:
    """Yield each text that says a changed amount, on the first day on which it is another."""
    passages = read_passages(root) if amounts else []
    shown: set[tuple[str, int]] = set()
    for amount in amounts:
        before, after = old.amounts(amount.day), new.amounts(amount.day)
        named = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        # A statement that names an amount is said by whoever names the statement.
        named |= {
            str(one.path[0])
            for one in passages
            if one.file == "flows/statements.yaml" and any(map(_text(one).names, named))
        }
        for passage in passages:
            text, where = _text(passage), passage.where("ar")
            if (where.file, where.line) in shown:
                continue
            is_named = any(text.names(name) for name in named)
            if not is_named and (amount.before is None or not _spells(text, amount)):
                continue
            shown.add((where.file, where.line))
            said, becomes = _filled(text, before), _filled(text, after)
            yield ChangedWords(_place(passage), passage.owner, where.file, where.line, said, becomes, not is_named)


def _text(passage: CheckedText) -> Text:
    return Text(dict(passage.texts))


def _filled(text: Text, values: Mapping[str, Text]) -> Text:
    # Twice: a statement that is named may name an amount itself.
    return text.filled(**values).filled(**values)


def _place(passage: CheckedText) -> TextPlace:
    if passage.file.startswith("faq/"):
        return "answer"
    if passage.file.endswith("/flow.yaml"):
        return "step"
    return "verdict" if passage.file.endswith("/rules.yaml") else "sentence"


def _spells(text: Text, amount: ChangedAmount) -> bool:
    """Return whether a text spells the old amount out, in figures of its own, in any language."""
    assert amount.before is not None
    return any(_stands_in(amount.before.of(language), text.of(language)) for language in LANGUAGES)


def _stands_in(words: str, told: str) -> bool:
    if not any(sign.isdecimal() for sign in words):
        # «مليون درهم» stands in «10 مليون درهم» and in many other sums.
        return False
    start = told.find(words)
    while start >= 0:
        around = told[start - 1 : start] + told[start + len(words) : start + len(words) + 1]
        if not any(sign.isalnum() or sign in ".,٫" for sign in around):
            return True
        start = told.find(words, start + 1)
    return False


def _examples(
    root: Path, changed: Sequence[str], old: Library, new: Library, days: Sequence[date]
) -> Iterator[ChangedExample]:
    """Yield each example of the newer files that comes to another verdict."""
    for id_ in changed:
        document = read(root, root / "flows" / id_ / "rules.yaml", Mistakes())
        examples = document.value.get("examples") if document is not None else None
        for number, example in enumerate(examples or [], 1):
            on = example.get("on")
            listed_days = [date.fromisoformat(str(on))] if on else days
            for day in listed_days:
                before, after = (_of_example(library.schemes.get(id_), example, day) for library in (old, new))
                if before != after:
                    given = _told(example.get("given") or {}, new if id_ in new.schemes else old)
                    yield ChangedExample(id_, number, day, given, before, after)
                    break


def _of_example(scheme: Scheme | None, example: Mapping[str, Any], day: date) -> str | None:
    """Return the verdict of an example, None where the scheme is not there or does not know its facts."""
    if scheme is None:
        return None
    known = {}
    for fact, raw in (example.get("given") or {}).items():
        fitting = taken(scheme.terms, fact, value(scheme.terms, fact, raw)) if fact in scheme.terms.asked else None
        if fitting is None or isinstance(fitting, Refused):
            return None
        known[fact] = fitting
    assessment = assessed(scheme, known, day)
    return assessment.verdict if assessment is not None else None


def _told(given: Mapping[str, Any], library: Library) -> Text:
    """Return the facts of an example in words."""
    terms = next(iter(library.schemes.values())).terms
    parts = [fact_told(fact, value(terms, fact, raw), library) for fact, raw in given.items() if fact in terms.asked]
    return listed([one for one in parts if one is not None]) if any(parts) else library.phrases.unknown


def _verdicts(
    changed: Sequence[str], old: Library, new: Library, days: Sequence[date], cases: Sequence[CheckedCase]
) -> tuple[list[ChangedVerdicts], int]:
    """Return the verdicts that would be others, and how many cases were looked at."""
    checks = {
        id_: {
            str(flow.id)
            for library in (old, new)
            for flow in library.flows.values()
            if any(isinstance(step, Assess) and id_ in step.schemes for step in steps_within(flow.steps))
        }
        for id_ in changed
    }
    found: Counter[tuple[str, date, str | None, str | None]] = Counter()
    looked_at = 0
    for case in cases:
        assessed_for = [id_ for id_ in changed if checks[id_].intersection(case.flows)]
        looked_at += case.times if assessed_for else 0
        for id_ in assessed_for:
            for day in days:
                before, after = (_of_case(id_, library, case, day) for library in (old, new))
                if before != after:
                    found[id_, day, before, after] += case.times
    verdicts = [
        ChangedVerdicts(id_, day, times, before, after) for (id_, day, before, after), times in sorted(
            found.items(), key=lambda one: (one[0][0], one[0][1], str(one[0][2:]))
        )
    ]  # fmt: skip
    return verdicts, looked_at


def _of_case(id_: str, library: Library, case: CheckedCase, day: date) -> str | None:
    scheme = library.schemes.get(id_)
    if scheme is None:
        return None
    known = {
        fact: told
        for fact, told in case_of(case.facts, library).items()
        if fact in scheme.terms.asked and (told is None or not isinstance(taken(scheme.terms, fact, told), Refused))
    }
    assessment = assessed(scheme, known, day)
    return assessment.verdict if assessment is not None else None
