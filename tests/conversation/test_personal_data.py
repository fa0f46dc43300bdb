"""«معطياتي» tells what is kept, how long and who answers for it; answers of whoever stays away are dropped."""

from dataclasses import replace
from datetime import timedelta

from bot.conversation.conversation import FLOW, Conversation, File
from bot.conversation.library import Keeping, Library
from bot.conversation.turn import respond
from bot.message import Message, PersonId, Said
from tests.conversation.asked import NOW

KEEPING = Keeping(
    messages=45, unread=7, questions=0, facts=10, controller="غرفة أكادير", contact="x@exemple.ma", cndp="D-9"
)


def _says(text: str, conversation: Conversation, library: Library, days: float = 0) -> tuple[str, Conversation]:
    message = Message("test", PersonId("p"), "1", Said(text))
    turn = respond(conversation, message, library, NOW + timedelta(days=days), keeping=KEEPING)
    return "\n".join(reply.text for reply in turn.replies), turn.conversation


def _begun(library: Library) -> Conversation:
    return Conversation(release=library.release).answered(FLOW, library.roles.menu)


def test_what_is_kept_is_told_with_the_days_of_the_configuration(library: Library) -> None:
    """The facts a person told are read back; days, controller and number are the operator's, in no text."""
    known = _begun(library).answered(library.roles.legal_form, "cooperative")
    for words in ("معطياتي", "mes données", "شنو كتعرفو عليا"):
        told, after = _says(words, known, library)
        assert "تعاونية" in told or "coopérative" in told.casefold()
        for part in ("45", "10", "∞", "7", "غرفة أكادير", "x@exemple.ma", "D-9", "09-08"):
            assert part in told, part
        assert [choice.id for choice in after.shown][:1] == ["do:forget"]
        assert after.facts == known.facts
    say = library.phrases
    for text in (say.my_data_kept, say.my_data_controller, say.answers_aged, say.forgotten):
        assert not any(digit in wording for wording in text.every() for digit in ("30", "90", "180"))


def test_a_missing_controller_is_told(library: Library) -> None:
    """Where the operator wrote nobody down, people are told so, not nothing."""
    message = Message("test", PersonId("p"), "1", Said("معطياتي"))
    turn = respond(_begun(library), message, library, NOW)
    assert library.phrases.my_data_nobody.of("ar").splitlines()[0] in "\n".join(reply.text for reply in turn.replies)


def test_answers_of_whoever_stays_away_are_dropped(library: Library) -> None:
    """After the quiet time nothing told before counts, which is said; before it everything does."""
    begun = replace(_begun(library).answered(library.roles.legal_form, "cooperative"), language="ar", heard=NOW)
    begun = replace(begun, others=(File("ولدي", begun.trail),))
    told, early = _says("القائمة", begun, library, days=9.9)
    assert early.facts == begun.facts
    assert library.phrases.answers_aged.of("ar") not in told
    told, late = _says("القائمة", begun, library, days=10.1)
    assert told.startswith(library.phrases.answers_aged.of("ar"))
    assert late.facts == {}
    assert late.others == ()
    assert late.language == "ar"
    forever = respond(
        begun,
        Message("test", PersonId("p"), "1", Said("القائمة")),
        library,
        NOW + timedelta(days=4000),
        keeping=replace(KEEPING, facts=0),
    )
    assert forever.conversation.facts == begun.facts


def test_whoever_told_nothing_is_told_nothing_of_it(library: Library) -> None:
    """Coming back after long without answers is no news."""
    begun = replace(_begun(library), heard=NOW)
    told, _ = _says("القائمة", begun, library, days=100)
    assert library.phrases.answers_aged.of("ar") not in told


def test_the_quiet_time_goes_on_while_staff_have_the_word(library: Library) -> None:
    """What is written to staff is heard too: who goes on with them is not away."""
    waiting = replace(_begun(library), with_person=True, heard=NOW)
    _, after = _says("سؤال للموظفين", waiting, library, days=9)
    assert after.heard == NOW + timedelta(days=9)
