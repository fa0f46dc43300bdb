"""In which language somebody hears: chosen on one screen or in words, remembered, and offered where it was recorded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import HearingChosen, NotRecorded, Turn
from bot.conversation.library import NOTHING_RECORDED, Library, Recorded
from bot.conversation.listening import HEARD_IN, heard_first
from bot.conversation.turn import respond
from bot.language.register import is_amazigh
from bot.message import ChoiceId, Chose, Message, PersonId, Said

_NOW: Final = datetime(2026, 11, 30, 10, tzinfo=UTC)
_ENTRY: Final = "caravan.what"


def _told(said: str, before: Conversation, library: Library, recorded: Recorded = NOTHING_RECORDED) -> Turn:
    """Return what a text, or a choice by its id, leads to."""
    is_choice = said.startswith(("do:", "faq:", "to:"))
    content = Chose(ChoiceId(said)) if is_choice else Said(said)
    return respond(before, Message("x", PersonId("p"), "1", content), library, _NOW, recorded=recorded)


@pytest.fixture
def listener(library: Library) -> Conversation:
    """A person who listens and is shown the few ways there are."""
    return _told("🔊", _told("سلام", Conversation(), library).conversation, library).conversation


def _offered(turn: Turn) -> list[str]:
    return [choice.id for choice in turn.conversation.shown]


def test_one_screen_lists_the_languages(listener: Conversation, library: Library) -> None:
    """Where one listens a choice leads to the five languages, each with a picture of its own; in French to six.

    There is no such choice as long as nothing was recorded: it would lead to no sound.
    """
    assert "do:hear_in" not in [choice.id for choice in listener.shown]
    recorded: Recorded = {_ENTRY: frozenset({"shi"})}
    assert "do:hear_in" in _offered(_told("🔊", Conversation(), library, recorded))
    turn = _told("do:hear_in", listener, library)
    assert _offered(turn)[:5] == [f"do:hear_{one}" for one in ("ary", "shi", "tzm", "rif", "mey")]
    marks = [choice.mark for choice in turn.conversation.shown]
    assert len({mark.split()[-1] for mark in marks}) == len(marks)
    french = _told("do:hear_in", replace(listener, language="fr"), library)
    assert "do:hear_fr" in _offered(french)


def test_what_was_chosen_is_remembered(listener: Conversation, library: Library) -> None:
    """It is kept when one begins anew and is told to who asks what is known; whoever is forgotten has chosen none."""
    chosen = _told("2", _told("do:hear_in", listener, library).conversation, library)
    assert HearingChosen("shi") in chosen.events
    assert chosen.conversation.hears == "shi"
    assert _told("do:restart", chosen.conversation, library).conversation.hears == "shi"
    known = _told("do:my_data", chosen.conversation, library)
    assert library.listening.languages["shi"].of("ar") in known.replies[0].text
    forgotten = _told("do:forget", chosen.conversation, library).conversation
    assert (forgotten.hears, forgotten.listening) == (None, True)


def test_who_listens_still_listens_after_a_long_time(listener: Conversation, library: Library) -> None:
    """Whoever comes back after their answers were dropped is told by ear; their language of hearing went with them."""
    chosen = _told("do:hear_shi", listener, library).conversation
    known = replace(chosen.answered("legal_form", "cooperative"), heard=_NOW - timedelta(days=31))
    back = _told("سلام", known, library).conversation
    assert (back.listening, back.hears, dict(back.facts)) == (True, None, {})
    assert back.shown[0].mark


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("بغيت نسمع بتاشلحيت", "shi"),
        ("سمعني بالريفية", "rif"),
        ("bghit nsme3 b tamazight", "tzm"),
        ("سمع ليا بالحسانية", "mey"),
        ("écouter en tarifit", "rif"),
        ("السماع بالدارجة", "ary"),
    ],
)
def test_a_language_is_named_in_words(said: str, language: str, library: Library) -> None:
    """Whoever says in which language they want to hear has it at once."""
    before = _told("سلام", Conversation(), library).conversation
    assert _told(said, before, library).conversation.hears == language


def test_nothing_is_promised_that_was_not_recorded(listener: Conversation, library: Library) -> None:
    """A language in which nothing was recorded is said to be so; one in which something was, is not."""
    say, name = library.phrases, library.listening.languages["rif"].of("ar")
    nothing = _told("do:hear_rif", listener, library).replies[0].text
    assert nothing.split("\n")[1] in say.hear_none.of("ar")
    something = _told("do:hear_rif", listener, library, {_ENTRY: frozenset({"rif"})}).replies[0].text
    assert name in something
    assert something.split("\n")[1] in say.hear_set.of("ar")


def test_other_languages_stand_below_an_answer(library: Library) -> None:
    """What an answer can be heard in besides what is heard first is a tap away below it, and it is told again in it."""
    before = _told("سلام", Conversation(), library).conversation
    recorded: Recorded = {_ENTRY: frozenset({"ary", "shi", "mey"})}
    answered = _told(f"faq:{_ENTRY}", before, library, recorded)
    assert _offered(answered)[-2:] == ["do:hear_shi", "do:hear_mey"]
    again = _told("do:hear_shi", answered.conversation, library, recorded)
    assert again.conversation.entry_told == _ENTRY
    assert heard_first(again.conversation)[0] == "shi"
    assert _offered(again)[-2:] == ["do:hear_ary", "do:hear_mey"]
    assert not any(one.startswith("do:hear") for one in _offered(_told(f"faq:{_ENTRY}", before, library)))


def test_what_could_not_be_heard_is_told_to_the_studio(listener: Conversation, library: Library) -> None:
    """Whoever chose a language and is given an answer that was not recorded in it is counted for that language."""
    before = _told("do:hear_tzm", listener, library).conversation
    missing = _told(f"faq:{_ENTRY}", before, library, {_ENTRY: frozenset({"ary"})})
    assert NotRecorded(_ENTRY, "tzm") in missing.events
    heard = _told(f"faq:{_ENTRY}", before, library, {_ENTRY: frozenset({"tzm"})})
    assert not any(isinstance(event, NotRecorded) for event in heard.events)


def test_darija_is_heard_where_a_language_was_not_recorded() -> None:
    """First what was chosen, then Darija, then what one reads; without a choice what one reads."""
    assert heard_first(Conversation("ar", hears="tzm")) == ("tzm", "ary", "ar")
    assert heard_first(Conversation("fr", hears="tzm")) == ("tzm", "ary", "fr")
    assert heard_first(Conversation("fr")) == ("fr",)
    assert heard_first(Conversation("ar", hears="ary")) == ("ary", "ar")


def test_an_open_question_stays_open(listener: Conversation, library: Library) -> None:
    """A language chosen while something is asked leaves the question where it was, its choices being its answers."""
    recorded: Recorded = {_ENTRY: frozenset({"ary", "shi"})}
    asked = _told("to:eligibility_status", listener, library).conversation
    assert asked.on_screen is not None
    turn = _told("do:hear_shi", asked, library, recorded)
    assert turn.conversation.facts == asked.facts
    assert turn.conversation.on_screen == asked.on_screen
    assert not any(choice.id.startswith("do:hear") for choice in turn.conversation.shown)


def test_who_writes_amazigh_is_led_to_what_can_be_heard(library: Library) -> None:
    """Where answers can be heard in Amazigh the choice of a language comes first; where none can, it is not offered."""
    before = _told("سلام", Conversation(), library).conversation
    said = "ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ"
    assert is_amazigh(said)
    silent = _told(said, before, library)
    assert "do:hear_in" not in _offered(silent)
    turn = _told(said, before, library, {_ENTRY: frozenset({"shi"})})
    assert _offered(turn)[0] == "do:hear_in"
    assert turn.replies[0].text.startswith(library.phrases.amazigh_heard.of("ar").split("\n", maxsplit=1)[0])


def test_every_language_has_its_name(library: Library) -> None:
    """Each language that can be chosen is named in the content, and nothing else is."""
    assert set(library.listening.languages) == set(HEARD_IN.values())
