"""Where what is on the screen is from: every amount and every condition is told with what says so."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Conversation, Value
from bot.conversation.library import Library
from bot.conversation.showing import case_of, source_age
from bot.conversation.turn import respond
from bot.conversation.verdicts import assessments
from bot.eligibility.assessment import estimated, explained
from bot.language.wording import money
from bot.message import LANGUAGES, ChoiceId, Chose, Language, Message, PersonId
from tests.conversation.asked import COMPANY, NOW, knowing, told

AGAIN = {"ar": "عاود ليا", "fr": "répétez"}
ASKED = {"ar": "منين هادشي؟", "fr": "source ?"}


def words(asked: str, conversation: Conversation, library: Library) -> str:
    """Return all that is said to something asked."""
    return "\n".join(reply.text for reply in told(asked, conversation, library).replies)


def shown(facts: dict[str, Value], library: Library, language: Language) -> Conversation:
    """Return a conversation with the result of a check on the screen."""
    return told(AGAIN[language], replace(knowing(facts, library), language=language), library).conversation


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("jobs", "province"), [(8, "Fès"), (10, "Tata"), (51, "Rabat"), (None, "Fès")])
def test_each_amount_of_an_estimate_has_its_source(
    library: Library, language: Language, jobs: int | None, province: str
) -> None:
    """Each line of an estimate stands with its sum, what says so, how sure that is and how old."""
    place = next(one.id for one in library.gazetteer.places.values() if one.province == province)
    result = shown({**COMPANY, "new_jobs": jobs, library.roles.place: place}, library, language)
    (one,) = assessments(("tpme",), result.facts, library, NOW.date())
    estimate = estimated(one, case_of(result.facts, library))
    assert estimate is not None
    said = words(ASKED[language], result, library)
    for line in estimate.lines:
        if not line.high:
            continue
        assert line.part.name.of(language) in said
        assert money(line.high).of(language) in said
        first = line.sources[0]
        age = source_age(first.confidence, first.published, first.read, library).of(language)
        assert f"{first.title.of(language)} {age}" in said
    assert estimate.sources[0].title.of(language) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_condition_of_each_scheme_has_its_source(library: Library, language: Language) -> None:
    """The choice below tells every condition of a scheme with where it is written."""
    result = shown(COMPANY, library, language)
    for scheme in library.schemes:
        message = Message("test", PersonId("p"), "1", Chose(ChoiceId(f"sources:{scheme}")))
        turn = respond(result, message, library, NOW)
        said = "\n".join(reply.text for reply in turn.replies)
        (one,) = assessments((scheme,), result.facts, library, NOW.date())
        for condition in explained(one, case_of(result.facts, library)):
            assert condition.because.of(language) in said
            assert condition.sources[0].title.of(language) in said
