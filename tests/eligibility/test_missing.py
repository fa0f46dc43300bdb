"""Which facts can still change a verdict: checked by trying, with the plain second implementation."""

from collections.abc import Iterator
from itertools import combinations, product
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.eligibility.assessment import assessed
from bot.eligibility.conditions import leaves
from bot.eligibility.scheme import Rulebook, Scheme
from tests.eligibility import plain_rules
from tests.eligibility.cases import COMPANY, TODAY, possible, possible_case, values
from tests.properties import examples

DECIDED = {"eligible", "not_eligible"}


def facts_of(scheme: Scheme) -> list[str]:
    """Return the facts a scheme asks for."""
    found = [f for c in scheme.conditions for leaf in leaves(c.that) for f in scheme.terms.behind(leaf.fact)]
    return list(dict.fromkeys(found))


def verdict(scheme: str, case: dict[str, Any]) -> str:
    """Return the verdict by the plain second implementation."""
    return plain_rules.verdict(scheme, plain_rules.conditions(case)[scheme])


def changes_it(scheme: str, case: dict[str, Any], fact: str, rules: Rulebook) -> bool:
    """Return whether some value of `fact` decides what is open without it."""
    if verdict(scheme, case) in DECIDED:
        return False
    learnt = ({**case, fact: value} for value in values(rules.facts[fact], rules))
    return any(verdict(scheme, more) in DECIDED for more in learnt if possible(more))


def witnesses(scheme: Scheme, case: dict[str, Any], fact: str, rules: Rulebook) -> Iterator[dict[str, Any]]:
    """Give ways of learning up to two other facts, then all of them in the best way."""
    others = [other for other in facts_of(scheme) if other not in case and other != fact]
    yield case
    for size in (1, 2):
        for chosen in combinations(others, size):
            for picked in product(*(values(rules.facts[other], rules) for other in chosen)):
                yield {**case, **dict(zip(chosen, picked, strict=True))}
    yield {**case, **{other: COMPANY[other] for other in others}}


def test_every_missing_fact_can_change_the_verdict(rules: Rulebook) -> None:
    """For each fact said to be missing there is a way of learning the others in which it decides the verdict."""
    rng = Random(1)
    for _ in range(300):
        case = possible_case(rng, rules)
        for scheme in rules.schemes.values():
            assessment = assessed(scheme, case, TODAY)
            assert assessment is not None
            for fact in assessment.missing:
                ways = witnesses(scheme, case, fact, rules)
                assert any(changes_it(scheme.id, way, fact, rules) for way in ways), (scheme.id, fact, case)


def test_no_other_fact_can_change_the_verdict(rules: Rulebook) -> None:
    """However the rest is learnt, a fact that is not said to be missing never decides a verdict."""
    rng = Random(2)
    for _ in range(800):
        case = possible_case(rng, rules)
        for scheme in rules.schemes.values():
            assessment = assessed(scheme, case, TODAY)
            assert assessment is not None
            unknown = [fact for fact in facts_of(scheme) if fact not in case]
            for fact in set(unknown) - set(assessment.missing):
                for _ in range(6):
                    learnt = [other for other in unknown if other != fact and rng.random() < 0.6]
                    way = {**case, **{other: rng.choice(values(rules.facts[other], rules)) for other in learnt}}
                    if possible(way):
                        assert not changes_it(scheme.id, way, fact, rules), (scheme.id, fact, way)


def test_own_money_of_nothing_is_no_reason_to_ask_more(rules: Rulebook) -> None:
    """With no own money any project fails, so the jobs are not asked: the cost of the project alone decides."""
    known = {"own_funds": 0, **{k: v for k, v in COMPANY.items() if k not in {"own_funds", "investment", "new_jobs"}}}
    assessment = assessed(rules.schemes["tpme"], known, TODAY)
    assert assessment is not None
    assert assessment.missing == ("investment",)


def test_what_a_person_does_not_know_is_not_missing(rules: Rulebook) -> None:
    """A fact answered by "I don't know" is never asked again, nor one that only matters together with it."""
    known = {**{k: v for k, v in COMPANY.items() if k not in {"own_funds", "new_jobs"}}, "investment": None}
    assessment = assessed(rules.schemes["tpme"], known, TODAY)
    assert assessment is not None
    assert assessment.verdict == "perhaps"
    assert assessment.missing == ()


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_knowing_more_never_undoes_a_verdict(rules: Rulebook, data: st.DataObject) -> None:
    """A verdict that stands stays whatever is learnt later, and what is not missing stays so."""
    rng = Random(data.draw(st.integers(0, 2**32)))
    case = possible_case(rng, rules)
    unknown = [fact for fact in rules.facts if fact not in case]
    learnt = data.draw(st.lists(st.sampled_from(unknown), unique=True)) if unknown else []
    more = {**case, **{fact: rng.choice(values(rules.facts[fact], rules)) for fact in learnt}}
    if not possible(more):
        return
    for scheme in rules.schemes.values():
        before, after = assessed(scheme, case, TODAY), assessed(scheme, more, TODAY)
        assert before is not None
        assert after is not None
        if before.verdict in DECIDED:
            assert after.verdict == before.verdict
        assert set(after.missing) <= set(before.missing)
