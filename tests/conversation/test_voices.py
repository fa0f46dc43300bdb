"""What was made of a voice counts once its person confirms it, and whatever cannot be heard has a kind sentence."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, get_args

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import FlowOpened, Missed, Turn, VoiceToHear
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import ChoiceId, Chose, Content, Message, PersonId, Said, Sent, Unheard, VoiceHeard

_NOW: Final = datetime(2026, 11, 29, 10, tzinfo=UTC)


def _told(content: Content, before: Conversation, library: Library, *, hears: bool = True) -> Turn:
    return respond(before, Message("x", PersonId("p"), "1", content), library, _NOW, hears=hears)


@pytest.fixture
def welcomed(library: Library) -> Conversation:
    """A person who was welcomed and is shown the menu."""
    return _told(Said("سلام"), Conversation(), library).conversation


def test_a_voice_is_heard_where_there_is_an_engine(welcomed: Conversation, library: Library) -> None:
    """The person is told that it is being heard, and stands where they stood; without an engine it is not read."""
    turn = _told(Sent("voice", "file-7"), welcomed, library)
    assert turn.events == (VoiceToHear("file-7"),)
    assert turn.replies[0].text == library.phrases.voice_waiting.of("ar")
    assert turn.conversation == welcomed
    deaf = _told(Sent("voice", "file-7"), welcomed, library, hears=False)
    assert Missed("voice_not_read") in deaf.events
    assert deaf.conversation.shown[0].id == "do:listen"


def test_who_begins_by_speaking_is_welcomed(library: Library) -> None:
    """What is kept of a person is said before anything else, to who sends a voice first too."""
    turn = _told(Sent("voice", "file-7"), Conversation(), library)
    assert VoiceToHear("file-7") in turn.events
    assert turn.replies[0].text.startswith(library.phrases.welcome.of("ar").split("\n", maxsplit=1)[0])
    assert turn.conversation.shown


@pytest.mark.parametrize("yes", [Chose(ChoiceId("do:said_so")), Said("نعم"), Said("1"), Said("اه"), Said("oui")])
def test_confirmed_words_are_those_of_the_person(yes: Content, welcomed: Conversation, library: Library) -> None:
    """What was heard is shown and asked about; a yes makes it the message: «جوج» is the second of what was shown."""
    asked = _told(VoiceHeard("جوج"), welcomed, library)
    assert "«جوج»" in asked.replies[-1].text
    assert [choice.id for choice in asked.conversation.shown] == ["do:said_so", "do:speak_again"]
    assert asked.conversation.trail == welcomed.trail
    turn = _told(yes, asked.conversation, library)
    assert FlowOpened("investment") in turn.events
    assert turn.conversation.unconfirmed is None


@pytest.mark.parametrize("no", [Chose(ChoiceId("do:speak_again")), Said("لا"), Said("2")])
def test_refused_words_are_forgotten(no: Content, welcomed: Conversation, library: Library) -> None:
    """A no keeps nothing of what was heard, and a way on is shown."""
    asked = _told(VoiceHeard("بغيت نصدر"), welcomed, library)
    turn = _told(no, asked.conversation, library)
    assert turn.conversation.unconfirmed is None
    assert turn.conversation.facts == welcomed.facts
    assert turn.replies[0].text.startswith(library.phrases.voice_again.of("ar"))
    assert turn.conversation.shown == welcomed.shown


def test_another_message_is_itself(welcomed: Conversation, library: Library) -> None:
    """Whoever goes on with something else while words are asked about is answered that, and the words are dropped."""
    asked = _told(VoiceHeard("بغيت نصدر"), welcomed, library)
    turn = _told(Said("القافلة"), asked.conversation, library)
    assert FlowOpened("caravan") in turn.events
    assert turn.conversation.unconfirmed is None


def test_a_second_voice_replaces_the_first(welcomed: Conversation, library: Library) -> None:
    """Two voices one after the other: the last is asked about, with the choices that were there before both."""
    asked = _told(VoiceHeard("ثلاثة"), _told(VoiceHeard("جوج"), welcomed, library).conversation, library)
    assert "ثلاثة" in asked.replies[-1].text
    assert asked.conversation.unconfirmed is not None
    assert asked.conversation.unconfirmed.shown == welcomed.shown


@pytest.mark.parametrize("why", [why for why in get_args(Unheard) if why])
@pytest.mark.parametrize("listening", [True, False])
def test_what_is_not_heard_has_a_sentence(
    why: Unheard, listening: bool, welcomed: Conversation, library: Library
) -> None:
    """Too long, silent, noise, not understood, no sound, too large, not now: each is said, with something to tap."""
    turn = _told(VoiceHeard("", why), replace(welcomed, listening=listening), library)
    assert Missed("voice_not_read") in turn.events
    sentence = getattr(library.phrases, f"voice_{why}").of("ar")
    assert sentence.split(".")[0] in turn.replies[0].text
    assert turn.conversation.shown
    assert turn.conversation.trail == welcomed.trail


def test_words_that_were_heard_are_no_form(welcomed: Conversation, library: Library) -> None:
    """Braces in what was heard are shown, and nothing is filled into them."""
    assert "(station)" in _told(VoiceHeard("{station}"), welcomed, library).replies[-1].text


def test_a_number_that_was_heard_answers_what_is_asked(library: Library) -> None:
    """An open question takes a confirmed number as if it was typed."""
    asked = replace(Conversation(listening=True).answered("flow", "listening"), asking="practice_years")
    confirmed = _told(Said("نعم"), _told(VoiceHeard("12"), asked, library).conversation, library).conversation
    assert confirmed.facts["practice_years"] == 12
