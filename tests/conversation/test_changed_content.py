"""Content edited while people are in the middle of it: whoever writes next is stranded nowhere.

Flows, facts and places are edited at random under random conversations. What still fits is told by a second reading of
the content: an answer fits when a button for it would mean something.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.conversation.conversation import FLOW, Answer, Conversation, File, Value
from bot.conversation.flow import Ask, Flow, FlowId, Nearest, Offer, Say, Step, Steps
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped, TappedAnswer, choice_id, meaning
from bot.conversation.walk import known_answers
from bot.eligibility.facts import Fact, FactId, InProvince, Measure, OneOf, Option, YesNo
from bot.message import Content, Said, Text
from bot.storage.tables import encoded, stored_conversation
from tests.conversation.test_turn import MOVES, moved, said
from tests.properties import examples

Edit = Callable[[Library, Random], Library]


def fits(answer: Answer, library: Library) -> bool:
    """Return whether a button for an answer means something in this content."""
    if answer.about == FLOW:
        return meaning(choice_id(Tapped("to", str(answer.value))), library) is not None
    if answer.value is None:
        return answer.about in library.facts
    tap = TappedAnswer(answer.about, answer.value)
    return meaning(choice_id(tap), library) == tap


# Edits that a writer makes, each of which the check of the content would let through


def _with_facts(library: Library, facts: dict[str, Fact]) -> Library:
    """Return the content with other facts, for the conversation and for the rules alike."""
    schemes = {
        name: replace(scheme, terms=replace(scheme.terms, asked=facts)) for name, scheme in library.schemes.items()
    }
    return replace(library, facts=facts, schemes=schemes)


def _flow_gone(library: Library, random: Random) -> Library:
    """Return the content without a flow and what leads to it: content that still names it is refused."""
    roles = library.roles
    kept = {roles.menu, roles.check, roles.office, roles.doors, roles.listening}
    gone = random.choice([name for name in library.flows if name not in kept])
    flows = {name: _without_ways(flow, gone) for name, flow in library.flows.items() if name != gone}
    checks = tuple(wish for wish in library.wishes.checks if wish.flow != gone)
    entries = {
        name: replace(entry, leads_to=None) if entry.leads_to == gone else entry
        for name, entry in library.entries.items()
    }
    return replace(library, flows=flows, entries=entries, wishes=replace(library.wishes, checks=checks))


def _without_ways(flow: Flow, gone: str) -> Flow:
    return replace(flow, steps=tuple(_offering_less(step, gone) for step in flow.steps))


def _offering_less(step: Step, gone: str) -> Step:
    if not isinstance(step, Offer):
        return step
    return replace(step, ways=tuple(way for way in step.ways if way.to != gone) or step.ways)


def _steps_edited(library: Library, random: Random) -> Library:
    """Return the content with one flow edited: a screen less or more, a question before or after, another order."""
    name = random.choice(sorted(library.flows))
    flow = library.flows[name]
    return replace(library, flows={**library.flows, name: replace(flow, steps=_edited(flow.steps, library, random))})


def _edited(steps: Steps, library: Library, random: Random) -> Steps:
    *body, last = steps
    screen = Say(Text({"ar": "شاشة جديدة.", "fr": "Un écran de plus."}))
    question = Ask(random.choice([FactId(fact) for fact in library.facts]))
    match random.randrange(5):
        case 0:
            body = body[1:]
        case 1:
            body.insert(random.randint(0, len(body)), screen)
        case 2:
            body.insert(random.randint(0, len(body)), question)
        case 3:
            body = [step for step in body if not isinstance(step, Ask | Nearest)]
        case _:
            random.shuffle(body)
    return (*body, last)


def _flow_renamed(library: Library, random: Random) -> Library:
    """Return the content with a flow under another id, as its folder may be renamed."""
    shorter = _flow_gone(library, random)
    (old,) = library.flows.keys() - shorter.flows.keys()
    renamed = FlowId(f"{old}_2")
    return replace(shorter, flows={**shorter.flows, renamed: replace(library.flows[old], id=renamed)})


def _option_gone(library: Library, random: Random) -> Library:
    facts = {name: fact.kind for name, fact in library.facts.items() if isinstance(fact.kind, OneOf)}
    name = random.choice(sorted(facts))
    left = tuple(random.sample(facts[name].options, len(facts[name].options) - 1))
    kept = {option.id for option in left}
    # What the others imply goes with it: content whose options imply one that is none is refused.
    kinds = {
        fact: OneOf(tuple(_implying(option, name, kept) for option in (left if fact == name else kind.options)))
        for fact, kind in facts.items()
    }
    edited = {fact: replace(library.facts[fact], kind=kind) for fact, kind in kinds.items()}
    return _with_facts(library, {**library.facts, **edited})


def _implying(option: Option, fact: str, kept: set[str]) -> Option:
    return replace(option, implies=tuple(one for one in option.implies if one[0] != fact or one[1] in kept))


def _bounds_narrowed(library: Library, random: Random) -> Library:
    facts = {name: fact.kind for name, fact in library.facts.items() if isinstance(fact.kind, Measure)}
    name = random.choice(sorted(facts))
    kind = facts[name]
    middle = (kind.least + kind.most) // 2
    narrowed = random.choice([replace(kind, least=middle), replace(kind, most=middle), replace(kind, most=kind.least)])
    return _with_facts(library, {**library.facts, name: replace(library.facts[name], kind=narrowed)})


_EDITS: dict[str, Edit] = {
    "a flow gone": _flow_gone,
    "a flow edited": _steps_edited,
    "a flow renamed": _flow_renamed,
    "an option gone": _option_gone,
    "bounds narrowed": _bounds_narrowed,
}


@settings(max_examples=examples(200), deadline=None)
@given(
    moves=MOVES,
    tried=st.lists(st.sampled_from(sorted(_EDITS)), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
    later=MOVES,
)
def test_an_edited_content_strands_nobody_wherever_they_are(
    moves: list[Content | int], tried: list[str], seed: int, later: list[Content | int], library: Library
) -> None:
    """After any edits under any conversation a person is answered, and stands on answers that the content knows."""
    conversation, random = Conversation(), Random(seed)
    for move in moves:
        conversation = moved(conversation, move, library).conversation
    if conversation.others == () and random.random() < 0.3:
        # A second file, put aside as it is.
        conversation = replace(conversation, others=(File("1", conversation.trail),))
    edited = library
    for name in tried:
        edited = _EDITS[name](edited, random)
    edited = replace(edited, release="edited")
    conversation = stored_conversation(encoded(conversation))
    first: Content = Said("القائمة") if random.random() < 0.5 else Said("؟!")
    for move in [first, *later]:
        before = conversation
        turn = moved(conversation, move, edited)
        conversation = turn.conversation
        if before.with_person and conversation.with_person:
            continue
        assert turn.replies
        assert all(reply.text.strip() for reply in turn.replies)
        assert turn.replies[-1].choices or conversation.with_person
        answers = [*conversation.trail, *(answer for file in conversation.others for answer in file.trail)]
        assert [answer for answer in answers if not fits(answer, edited)] == []


# Every way in which an answer may fit or not, whatever the content has become


_KINDS = st.sampled_from(
    [
        YesNo(),
        OneOf(()),
        Measure("DH", 0, 100),
        Measure("years", 1, 1),
        Measure("persons", -10, 2_000_000_000),
        InProvince(),
    ]
)
_VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-11, -10, -1, 0, 1, 2, 99, 100, 101, 2_000_000_000, 2_000_000_001]),
    st.sampled_from(
        ["yes", "no", "1", "company", "cooperative", "none", "taznakht", "fes", "region-3", "no_such_place"]
    ),
)


@settings(max_examples=examples(400), deadline=None)
@given(
    kinds=st.lists(_KINDS, max_size=8),
    gone=st.integers(0, 30),
    seed=st.integers(0, 2**32),
    answers=st.lists(st.tuples(st.integers(0, 30), _VALUES), max_size=12),
    visited=st.lists(st.integers(0, 40), max_size=4),
)
def test_exactly_what_fits_no_more_is_dropped(
    kinds: list[OneOf | YesNo | Measure | InProvince],
    gone: int,
    seed: int,
    answers: list[tuple[int, Value]],
    visited: list[int],
    library: Library,
) -> None:
    """Of a conversation begun with an older content every answer that fits stays, in order, and no other."""
    names, flows, random = sorted(library.facts), [*sorted(library.flows), "gone_1", "gone_2"], Random(seed)
    facts = dict(library.facts)
    for kind in kinds:
        name = random.choice(names)
        facts[name] = replace(facts[name], kind=kind)
    facts.pop(names[gone % len(names)])
    new = replace(library, facts=facts, release="new")
    trail = [Answer(FLOW, library.roles.menu)] if random.random() < 0.8 else []
    trail += [Answer(FLOW, flows[place % len(flows)]) for place in visited]
    trail += [Answer(names[place % len(names)], value) for place, value in answers]
    assume(trail)
    old = replace(Conversation(), trail=tuple(trail), release="old")
    fitted, has_changed = known_answers(old, new)
    kept = tuple(answer for answer in trail if fits(answer, new))
    assert fitted.trail == (kept or (Answer(FLOW, library.roles.menu),))
    assert has_changed is (fitted.trail != old.trail)
    assert fitted.release == "new"
    assert known_answers(fitted, new) == (fitted, False)
    # Of the content that it was followed with nothing is looked at again.
    same = replace(old, release="new")
    assert known_answers(same, new) == (same, False)


@pytest.mark.parametrize(
    ("kind", "stays", "goes"),
    [
        (YesNo(), [True, False, None], [1, 0, "yes", "fes"]),
        (Measure("DH", 10, 20), [10, 20, 15.5, None], [9, 21, True, False, "15"]),
        (Measure("persons", 0, 1), [0, 1, None], [True, False, -1, 2]),
        (InProvince(), ["taznakht", None], ["atlantis", 7, True]),
    ],
)
def test_each_kind_of_answer_fits_by_its_bounds(
    kind: YesNo | Measure | InProvince, stays: Iterable[Value], goes: Iterable[Value], library: Library
) -> None:
    """A yes is a yes and no 1, a number is within its bounds, a place in the gazetteer; unknown fits every fact."""
    name = "legal_form"
    new = replace(library, facts={**library.facts, name: replace(library.facts[name], kind=kind)}, release="new")
    menu = Answer(FLOW, library.roles.menu)
    for value, is_kept in [*((value, True) for value in stays), *((value, False) for value in goes)]:
        old = Conversation(trail=(menu, Answer(name, value)), release="old")
        fitted, has_changed = known_answers(old, new)
        assert (fitted.trail == old.trail, has_changed) == (is_kept, not is_kept), value


def test_a_file_put_aside_is_fitted_when_it_is_taken_up(library: Library) -> None:
    """A second file begun with an older content is taken up without what the content does not know any more."""
    menu = Answer(FLOW, library.roles.menu)
    aside = File(
        "تعاونية النور", (menu, Answer("legal_form", "cooperative"), Answer("gone_fact", 3), Answer(FLOW, "gone"))
    )
    open_file = Conversation(trail=(menu,), others=(aside,), release="older")
    listed = said(open_file, Said("mes dossiers"), library).conversation
    (choice,) = (number for number, one in enumerate(listed.shown) if one.label == aside.name)
    taken_up = moved(listed, choice, library)
    assert taken_up.conversation.facts == {"legal_form": "cooperative"}
    assert taken_up.replies


def test_who_comes_back_from_the_staff_stands_on_the_content_of_today(library: Library) -> None:
    """A flow that went while somebody of the staff had the word is no more behind whoever comes back to the guide."""
    gone = FlowId("caravan")
    with_staff = replace(Conversation().answered(FLOW, library.roles.menu).answered(FLOW, gone), with_person=True)
    flows = {name: _without_ways(flow, gone) for name, flow in library.flows.items() if name != gone}
    turn = said(with_staff, Said("القائمة"), replace(library, flows=flows, release="edited"))
    assert not turn.conversation.with_person
    assert [answer.value for answer in turn.conversation.trail] == [library.roles.menu, library.roles.menu]
