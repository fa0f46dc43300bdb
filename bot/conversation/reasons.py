"""What stands behind a verdict: its reasons, what would change it, how much, which papers. Told when it is asked for.

Every sentence of law comes from the rules with its source; here they are only put one under another, a screen at most.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from bot.conversation.conversation import Value
from bot.conversation.events import EstimateTold, PapersTold, VerdictTold
from bot.conversation.library import Library
from bot.conversation.showing import Passage, case_of, passage, source_age, stacked
from bot.eligibility.amounts import Source
from bot.eligibility.assessment import Assessment, Estimate, Explained, Line, estimated, explained
from bot.eligibility.conditions import leaves
from bot.eligibility.counterfactuals import changes, targets
from bot.eligibility.facts import Answers
from bot.eligibility.scheme import amounts_on
from bot.language.wording import day, money, percent
from bot.message import CONFIDENCES, SCREEN, Text, joined

#: Sets of changes told at most.
_MOST_CHANGES: Final = 3


def reasons_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield every condition by where it stands, who confirms, what would change a no, and the sources."""
    say, case = library.phrases, case_of(facts, library)
    told = explained(one, case)
    title = say.reasons.filled(scheme=one.scheme.title)
    lines: list[Text | Passage] = [Passage(title, (VerdictTold(str(one.scheme.id), one.verdict),))]
    lines += conditions_listed(told, "failed", say.conditions_failed, library)
    if one.verdict == "not_eligible":
        lines += ways_to_change(one, case, library)
    lines += conditions_listed(told, "confirm", say.conditions_confirm, library)
    if one.verdict != "not_eligible":
        lines += conditions_listed(told, "unknown", say.conditions_unknown, library)
        lines += _confirmation(one, library)
    lines += conditions_listed(told, "met", say.conditions_met, library)
    lines += _sources(told, library)
    yield from in_screens(lines)


def refusal_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield why a scheme is out of reach, every failing condition, and what would change it."""
    case = case_of(facts, library)
    title = library.phrases.verdict_not_eligible.filled(scheme=one.scheme.title)
    lines: list[Text | Passage] = [Passage(title, (VerdictTold(str(one.scheme.id), one.verdict),))]
    lines += [
        library.phrases.list_line.filled(what=told.because) for told in explained(one, case) if told.where == "failed"
    ]
    lines += ways_to_change(one, case, library)
    yield from in_screens(lines)


def amount_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield what a scheme gives, and of an estimate every line."""
    lines: list[Text | Passage] = [library.phrases.gives.filled(scheme=one.scheme.title)]
    lines.append(gives_told(one, library))
    if (estimate := estimated(one, case_of(facts, library))) is not None:
        lines.append(range_told(estimate, one, library))
        lines += _estimate_lines(estimate, library)
    yield from in_screens(lines)


def papers_told(one: Assessment, facts: Mapping[str, Value], library: Library) -> Iterator[Passage]:
    """Yield the papers to bring for a scheme, by the person's legal form."""
    papers = one.scheme.papers_for(facts.get(library.roles.legal_form))
    say = library.phrases
    told = (PapersTold(str(one.scheme.id)),)
    lines: list[Text | Passage] = [Passage(say.papers.filled(scheme=one.scheme.title), told)]
    lines += [say.list_line.filled(what=paper) for paper in papers]
    if one.scheme.papers_note is not None:
        lines.append(one.scheme.papers_note)
    yield from in_screens(lines)


def _still(words: Text, ended: date | None, library: Library) -> Text:
    """Return what the law said, with the day until which it was known to hold where that is past."""
    return joined(words, library.phrases.ended.filled(date=day(ended)), by=" ") if ended is not None else words


def conditions_listed(told: Iterable[Explained], where: str, title: Text, library: Library) -> list[Text]:
    """Return the conditions that stand so, under a heading; nothing where there are none."""
    lines = [_still(one.because, one.ended, library) for one in told if one.where == where]
    if not lines:
        return []
    items = [line.changed("- {}".format) for line in lines]
    # A heading never stands at the foot of a screen: it is one piece with the first line under it.
    return [joined(title, items[0]), *items[1:]]


def _confirmation(one: Assessment, library: Library) -> Iterator[Text]:
    unpublished = one.scheme.unpublished
    if unpublished is not None:
        yield library.filled(unpublished.because, one.on)
    for name in who_confirms(one):
        yield library.phrases.who_confirms.filled(who=name)


def who_confirms(one: Assessment) -> tuple[Text, ...]:
    """Return the names of those who confirm what is left to confirm, each once."""
    names = [authority.name for condition in one.conditions("confirm") for authority in condition.confirmed_by]
    names += [one.scheme.unpublished.confirmed_by.name] if one.scheme.unpublished else []
    return tuple(dict.fromkeys(names))


def unknown_facts(one: Assessment, case: Answers) -> tuple[str, ...]:
    """Return the facts, as they are asked, that keep a scheme unsettled: not told yet, or not known to the person.

    What was never asked because it only decides between a yes and what an office confirms is none of them.
    """
    terms = one.scheme.terms
    named = [leaf.fact for condition in one.conditions("unknown") for leaf in leaves(condition.that)]
    asked = [fact for name in named for fact in (terms.behind(name) if name in terms.derived else (name,))]
    return tuple(dict.fromkeys(fact for fact in asked if fact in one.missing or (fact in case and case[fact] is None)))


def _sources(told: Iterable[Explained], library: Library) -> Iterator[Text]:
    sources = {source.id: source for one in told for source in one.sources}
    for source in list(sources.values())[:2]:
        age = source_age(source.confidence, source.published, source.read, library)
        yield library.phrases.source.filled(title=source.title, age=age)


def ways_to_change(one: Assessment, case: Answers, library: Library) -> Iterator[Text]:
    """Yield what would turn a no into something better, the smallest changes first; that nothing is known, if so."""
    say = library.phrases
    sets = changes(one)[:_MOST_CHANGES]
    if not sets:
        yield say.nothing_would_change
        return
    yield say.would_be_possible
    for facts in sets:
        wished = [target.text() for target in targets(one, case, facts)]
        yield say.list_line.filled(what=joined(*wished, by=" + "))


def range_told(estimate: Estimate, one: Assessment, library: Library) -> Passage:
    """Return the range of an estimate."""
    told = EstimateTold(str(one.scheme.id), estimate.low, estimate.high)
    words = library.phrases.estimate_range.filled(low=money(estimate.low), high=money(estimate.high))
    cited = [source for line in estimate.lines if line.high for source in line.sources] + [*estimate.sources]
    return Passage(_least_sure(words, cited, library), (told,))


def gives_told(one: Assessment, library: Library) -> Text:
    """Return what a scheme gives, and of what says so the least sure."""
    gives = one.scheme.gives
    amounts = amounts_on([one.scheme], one.on)
    cited = [source for name, amount in amounts.items() if gives.names(name) for source in amount.sources]
    return _least_sure(library.filled(gives, one.on), cited, library)


def _least_sure(words: Text, cited: Sequence[Source], library: Library) -> Text:
    """Return `words` with how sure and how old the least sure of their sources is; the oldest of those."""
    if not cited:
        return words
    least = max(cited, key=lambda one: (CONFIDENCES.index(one.confidence), -(one.read.toordinal())))
    age = source_age(least.confidence, least.published, least.read, library)
    if len({one.confidence for one in cited}) == 1:
        return joined(words, age)
    return joined(words, library.phrases.weakest_source.filled(age=age))


def _estimate_lines(estimate: Estimate, library: Library) -> Iterator[Text]:
    yield from (estimate_line(line, estimate, library) for line in estimate.lines)
    yield _still(estimate.words, estimate.ended, library)


def estimate_line(line: Line, estimate: Estimate, library: Library) -> Text:
    """Return one line of an estimate: what for, the share, of what, and what it comes to."""
    shares = _span(percent(line.low_share / 100), percent(line.high_share / 100), library)
    amounts = _span(money(line.low), money(line.high), library)
    return library.phrases.estimate_line.filled(
        part=line.part.name, share=shares, base=money(estimate.base), amount=amounts
    )


def _span(low: Text, high: Text, library: Library) -> Text:
    return low if low == high else library.phrases.span.filled(low=low, high=high)


def in_screens(lines: Iterable[Text | Passage]) -> Iterator[Passage]:
    """Yield the lines gathered into screens, none longer than a phone holds in either language."""
    screen: Passage | None = None
    for line in lines:
        longer = passage(line) if screen is None else stacked(screen, line)
        if screen is not None and max(map(len, longer.text.every())) > SCREEN:
            yield screen
            longer = passage(line)
        screen = longer
    if screen is not None:
        yield screen
