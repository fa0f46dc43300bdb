"""What is offered under a result follows its verdicts, and a result tells a person only what concerns them."""

from datetime import date
from random import Random

import pytest

from bot.conversation.conversation import FLOW, Conversation, Value
from bot.conversation.flow import Offer
from bot.conversation.library import Library
from bot.conversation.reasons import reasons_told
from bot.conversation.verdicts import assessments
from bot.conversation.walk import position
from bot.eligibility.facts import InProvince, Measure, OneOf

TODAY = date(2026, 11, 23)
FLOW_OF_ALL = "eligibility_all"
#: Ways that lead to somebody: an office, or a person of the staff.
SOMEBODY = {"office", "office_cri", "office_chamber", "office_craft", "person"}

#: A company of Fès with a project that the enterprise scheme takes.
COMPANY: dict[str, Value] = {
    "legal_form": "company", "activity": "craft_production", "craft": "carpets", "age_years": 5,
    "best_turnover": 3_000_000, "last_turnover": 3_000_000, "exports_already": False, "exports_to_africa": False,
    "investment": 2_000_000, "own_funds": 200_000, "new_jobs": 8, "held_by_large": False, "public_partner": False,
    "other_state_agreement": False, "tax_in_order": True, "cnss_in_order": True, "mostly_women": False,
    "craft_diploma": True, "practice_years": 12,
}  # fmt: skip


def offered(facts: dict[str, Value], library: Library) -> list[str]:
    """Return what is offered under the results of the check of every scheme; what is not given is unknown for good."""
    conversation = Conversation().answered(FLOW, FLOW_OF_ALL)
    for fact in library.facts:
        conversation = conversation.answered(fact, facts.get(fact))
    stop = position(conversation, library, TODAY).stop
    assert isinstance(stop, Offer)
    return [str(way.to) for way in stop.ways]


def told(scheme: str, facts: dict[str, Value], library: Library) -> str:
    """Return the reasons of one scheme in Arabic."""
    (one,) = assessments([scheme], facts, library, TODAY)
    return "\n".join(screen.text.of("ar") for screen in reasons_told(one, facts, library))


def test_one_without_registration_is_first_told_how_to_register(library: Library) -> None:
    """Whoever lacks only a registration is first offered how to register, then the chamber that registers."""
    alone = {**COMPANY, "legal_form": "none", "investment": 200_000}
    assert offered(alone, library)[:2] == ["status.rna-apply", "office_chamber"]


def test_who_may_have_the_enterprise_scheme_is_first_offered_its_papers(library: Library) -> None:
    """A company that meets the conditions and a cooperative that may both find the papers of the file first."""
    for form in ("company", "cooperative"):
        found = offered({**COMPANY, "legal_form": form}, library)
        assert found[0] == "investment_prepare"
        assert "office_cri" in found


def test_papers_of_a_scheme_out_of_reach_are_not_offered(library: Library) -> None:
    """A project too small for the enterprise scheme brings smaller support, and neither its papers nor its office."""
    found = offered({**COMPANY, "investment": 200_000}, library)
    assert "investment_prepare" not in found
    assert "office_cri" not in found
    assert "foreign_trade_prepare" in found
    seller = offered({**COMPANY, "investment": 200_000, "last_turnover": 200_000, "best_turnover": 200_000}, library)
    assert "foreign_trade_prepare" not in seller
    assert "investment_smaller" in seller


def test_who_can_have_little_is_offered_the_nearest_door(library: Library) -> None:
    """Where next to every scheme is out of reach, there is still somebody to go to."""
    nothing: dict[str, Value] = {**COMPANY, "legal_form": "none", "activity": "craft_services", "practice_years": 1}
    nothing |= {"craft_diploma": False}
    assert offered(nothing, library)[:2] == ["status.rna-apply", "office_chamber"]


def test_never_more_than_five_ways_and_always_somebody(library: Library) -> None:
    """Whatever the answers, at most five ways on stand under the results, and one leads to somebody."""
    rng = Random(7)
    for _ in range(400):
        facts: dict[str, Value] = {}
        for fact in library.facts.values():
            match fact.kind:
                case OneOf(options):
                    facts[fact.id] = rng.choice([None, *(option.id for option in options)])
                case InProvince():
                    facts[fact.id] = None
                case Measure(least=least):
                    facts[fact.id] = rng.choice([None, least, 2, 6, 12, 200_000, 1_500_000, 60_000_000])
                case _:
                    facts[fact.id] = rng.choice([None, True, False])
        found = offered(facts, library)
        assert 3 <= len(found) <= 5
        assert len(set(found)) == len(found)
        assert SOMEBODY & set(found)


@pytest.mark.parametrize(("form", "concerned"), [("company", False), ("cooperative", True), ("gie", True)])
def test_a_caveat_is_told_to_those_it_concerns(library: Library, form: str, concerned: bool) -> None:
    """That the texts do not name cooperatives is told to a cooperative with its source, and never to a company."""
    result = told("tpme", {**COMPANY, "legal_form": form}, library)
    (note,) = library.schemes["tpme"].conditions[0].notes
    assert (note.because.of("ar") in result) is concerned
    assert (note.sources[0].title.of("ar") in result) is concerned


def test_a_caveat_is_told_while_it_may_concern(library: Library) -> None:
    """Who does not know their legal form is told what would hold for a cooperative."""
    (note,) = library.schemes["tpme"].conditions[0].notes
    assert note.because.of("ar") in told("tpme", {**COMPANY, "legal_form": None}, library)


def test_a_company_reads_which_ceiling_is_the_very_small_ones(library: Library) -> None:
    """In the north a company is told that a very small one has the lower ceiling; a cooperative is not."""
    north = next(place for place in library.gazetteer.places.values() if place.kind == "province" and place.region == 1)
    company: dict[str, Value] = {**COMPANY, "province": north.id}
    form = next(one for one in library.schemes["nordev"].conditions if one.id == "form")
    first = form.notes[1].because.of("ar").split("{")[0]
    assert first in told("nordev", company, library)
    assert first not in told("nordev", {**company, "legal_form": "cooperative"}, library)
