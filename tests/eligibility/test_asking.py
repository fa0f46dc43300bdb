"""Which questions are asked, and when they stop."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.eligibility.assessment import assessed, next_question
from bot.eligibility.facts import Answers
from bot.eligibility.scheme import Rulebook
from tests.eligibility.cases import COMPANY, TODAY, possible_case
from tests.properties import examples


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.5))
def test_asking_one_by_one_decides_as_knowing_all(rules: Rulebook, seed: int, shy: float) -> None:
    """Question by question, also with "I don't know", every verdict comes out as it does for all answers at once."""
    rng = Random(seed)
    whole: dict[str, Any] = possible_case(rng, rules, 1.0)
    answers = {fact: None if rng.random() < shy else value for fact, value in whole.items()}
    for names in ([name] for name in (*rules.schemes, None)):
        schemes = [name for name in names if name] or list(rules.schemes)
        known: dict[str, Any] = {}
        most = len(rules.facts)
        while (question := next_question(schemes, known, rules, TODAY)) is not None:
            assert question.fact not in known
            assert question.at_most <= most
            most = question.at_most - 1
            known[question.fact] = answers.get(question.fact)
        for scheme in schemes:
            step, all_at_once = (
                assessed(rules.schemes[scheme], facts, TODAY)
                for facts in (known, {**answers, **{fact: None for fact in answers if answers[fact] is None}})
            )
            assert step is not None
            assert all_at_once is not None
            assert step.verdict == all_at_once.verdict


def _next_fact(rules: Rulebook, schemes: list[str], answers: Answers) -> str | None:
    question = next_question(schemes, answers, rules, TODAY)
    return question.fact if question else None


def test_a_scheme_that_has_failed_asks_nothing_more(rules: Rulebook) -> None:
    """After the first failed condition of the one scheme asked for, there is no next question."""
    assert _next_fact(rules, ["tpme"], {"legal_form": "none"}) is None
    assert _next_fact(rules, ["tpme", "rna_artisan"], {"legal_form": "none"}) in {"activity", "craft_diploma"}


def test_asks_only_what_the_person_asked_for_hangs_on(rules: Rulebook) -> None:
    """Someone who asks about the register is asked about craft and practice, never about money."""
    known: dict[str, Any] = {}
    while (fact := _next_fact(rules, ["rna_artisan", "rna_maalem"], known)) is not None:
        known[fact] = COMPANY[fact]
    assert known.keys() <= {"activity", "craft_diploma", "practice_years"}


def test_says_how_many_questions_may_remain(rules: Rulebook) -> None:
    """The number told is an upper bound, and counts the question itself."""
    question = next_question(["rna_maalem"], {}, rules, TODAY)
    assert question is not None
    assert question.at_most == 2


def test_a_decided_case_has_no_question(rules: Rulebook) -> None:
    """When everything is known, or every verdict stands, nothing is asked."""
    assert next_question(rules.schemes, COMPANY, rules, TODAY) is None


def test_a_scheme_unknown_or_not_in_force_asks_nothing(rules: Rulebook) -> None:
    """An old button naming a scheme that is gone is not an error, it asks nothing."""
    assert next_question(["gone"], {}, rules, TODAY) is None
    assert next_question(["tpme"], {}, rules, TODAY.replace(year=2024)) is None


def test_of_two_questions_of_the_same_worth_the_writers_first_comes_first(rules: Rulebook) -> None:
    """Facts stand in `facts.yaml` in the order that decides between equals."""
    known = {k: v for k, v in COMPANY.items() if k not in {"held_by_large", "public_partner"}}
    assert _next_fact(rules, ["tpme"], known) == "held_by_large"
