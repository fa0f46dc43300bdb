"""Whatever people send, a turn answers, and every flow ends."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import Turn
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import SCREEN, ChoiceId, Chose, Content, Located, Message, PersonId, Said, Sent
from tests.properties import examples

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

WORDS = st.sampled_from(
    [
        "سلام", "رجع", "القائمة", "ما عرفتش", "علاش كتسول", "فاس", "تازناخت", "سيدي بوزيد", "1", "٣", "9", "12",
        "نعم", "لا", "2 مليون درهم", "20 مليون", "5", "-5", "شركة", "حنا تعاونية", "بدل الجواب", "français", "العربية",
        "شنو هو ميثاق التجارة الخارجية", "bghit nsder", "combien", "والوراق؟", "عاود من اللول", "شكرا", "لا شيء من هذه",
        "وإلا كنا شركة", "et si j'ai 3 emplois", "10 %", "12/2021", "ما صدرناش", "كنديرو الزرابي",
    ]
)  # fmt: skip
CONTENTS: st.SearchStrategy[Content] = st.one_of(
    WORDS.map(Said),
    st.text(max_size=60).map(Said),
    st.builds(Located, st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(Sent, st.sampled_from(["photo", "sticker", "voice"])),
    st.text(max_size=30).map(lambda choice: Chose(ChoiceId(choice))),
)
#: A number means "tap the choice shown at this place".
MOVES = st.lists(st.one_of(CONTENTS, st.integers(0, 12)), min_size=1, max_size=25)


def said(conversation: Conversation, content: Content, library: Library) -> Turn:
    """Return the turn that `content` leads to."""
    return respond(conversation, Message("test", PersonId("p"), "1", content), library, NOW)


def moved(conversation: Conversation, move: Content | int, library: Library) -> Turn:
    """Return the turn after a message, or after a tap on the choice at a place."""
    if not isinstance(move, int):
        return said(conversation, move, library)
    shown = conversation.shown
    choice = shown[move % len(shown)].id if shown else ChoiceId("do:menu")
    return said(conversation, Chose(choice), library)


@settings(max_examples=examples(300), deadline=None)
@given(moves=MOVES)
def test_a_turn_never_raises_and_is_never_silent(moves: list[Content | int], library: Library) -> None:
    """Whatever is sent or tapped, there is an answer with a way on, unless a person of the staff has the case.

    No message of it is longer than a screen, whatever is filled in.
    """
    conversation = Conversation()
    for move in moves:
        before = conversation
        turn = moved(conversation, move, library)
        conversation = turn.conversation
        assert all(len(reply.text) <= SCREEN for reply in turn.replies)
        if before.with_person and conversation.with_person and not turn.replies:
            assert before.acknowledged
            continue
        assert turn.replies
        assert all(reply.text.strip() for reply in turn.replies)
        assert turn.replies[-1].choices or conversation.with_person
        ids = [choice.id for choice in turn.replies[-1].choices]
        assert len(set(ids)) == len(ids)
        assert all(len(choice.encode()) <= 64 for choice in ids)
        assert all(choice.label.strip() for choice in turn.replies[-1].choices)


@settings(max_examples=examples(200), deadline=None)
@given(moves=MOVES, last=st.integers(0, 12))
def test_back_undoes(moves: list[Content | int], last: int, library: Library) -> None:
    """After "back", a person stands where they stood before their last answer."""
    conversation = Conversation()
    for move in moves:
        conversation = moved(conversation, move, library).conversation
    if conversation.with_person or not conversation.trail or not conversation.shown:
        return
    after = moved(conversation, last, library).conversation
    longer = after.trail[:-1] == conversation.trail and len(after.trail) == len(conversation.trail) + 1
    if not longer or after.with_person or after.question is not None or after.entry_told is not None:
        return
    if after.flow == conversation.flow and after.facts == conversation.facts:
        # What was known already is no answer to undo: "back" leads past it, not to the same question again.
        return
    back = said(after, Chose(ChoiceId("do:back")), library).conversation
    assert back.trail == conversation.trail


@settings(max_examples=examples(100), deadline=None)
@given(choices=st.lists(st.integers(0, 12), min_size=80, max_size=80))
def test_every_flow_ends(choices: list[int], library: Library) -> None:
    """Answering whatever is asked, a flow comes to its offers: no flow asks for ever."""
    for flow in library.flows:
        conversation = Conversation().answered(FLOW, library.roles.menu).answered(FLOW, flow)
        conversation = said(conversation, Said("؟!"), library).conversation
        for choice in choices:
            asked = [one for one in conversation.shown if one.id.startswith("a:") or one.id == "do:unknown"]
            if not asked:
                break
            conversation = said(conversation, Chose(asked[choice % len(asked)].id), library).conversation
        assert not any(one.id == "do:unknown" for one in conversation.shown)


def test_an_edited_content_strands_nobody(library: Library) -> None:
    """Answers that the content does not know any more are dropped, and the person is told once."""
    begun = Conversation(release="older").answered(FLOW, library.roles.menu)
    old = begun.answered(FLOW, "gone").answered("gone_fact", 1)
    turn = said(old, Said("القائمة"), library)
    assert library.phrases.content_changed.of("ar") in turn.replies[0].text
    again = said(turn.conversation, Said("القائمة"), library)
    assert library.phrases.content_changed.of("ar") not in again.replies[0].text


def test_a_long_message_is_answered(library: Library) -> None:
    """Ten thousand characters get one kind answer."""
    turn = said(Conversation(), Said("بغيت " * 2_000), library)
    assert turn.replies
