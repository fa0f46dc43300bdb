"""What a turn says: screens gathered into messages, the choices under the last, and what is new on the way.

Whatever happened before, a turn built here says something and leaves a way on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from bot.conversation import choices
from bot.conversation.conversation import FLOW, Conversation, OnScreen
from bot.conversation.events import CaseOpened, Event, FactAsked, Missed, Turn, on_screen_after
from bot.conversation.flow import Ask, FlowId, HandOver, Offer, Say, reads_only
from bot.conversation.library import NO_CONTROLLER, NOTHING_RECORDED, Keeping, Library, Recorded
from bot.conversation.phrases import Miss
from bot.conversation.showing import Passage, passage, stacked
from bot.conversation.verdicts import assessments, plainly_told
from bot.conversation.walk import Position, position
from bot.language.personal import masked
from bot.message import SCREEN, Choice, Reply, Text, joined

#: Screens told again when a change changes nothing.
_AGAIN = 2

Events = tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things from one content on one day."""

    library: Library
    on: date
    #: How long what is kept of a person, and who answers for it.
    keeping: Keeping = NO_CONTROLLER
    #: A code that nothing has yet, for whoever is given one in this turn; empty where nothing is kept.
    code: str = ""
    #: Which answers can be heard, and in which languages.
    recorded: Recorded = field(default_factory=lambda: NOTHING_RECORDED, compare=False, repr=False)
    #: Where the conversations of this turn stand, by their identity: one is asked for several times.
    _positions: dict[int, tuple[Conversation, Position]] = field(default_factory=dict, compare=False, repr=False)

    def position(self, conversation: Conversation) -> Position:
        """Return where a conversation stands on the day."""
        _, there = self._positions.get(id(conversation), (None, None))
        if there is None:
            there = position(conversation, self.library, self.on)
            # Kept with it, for an identity is another's once its conversation is gone.
            self._positions[id(conversation)] = conversation, there
        return there

    def moved(self, after: Conversation, before: Conversation | None, events: Events = ()) -> Turn:
        """Follow the flow with the answers after and before, and say what is new; everything when `before` is None."""
        there = self.position(after)
        if isinstance(there.stop, HandOver):
            return self.handed_over(after.back(), "")
        new = self._new(there, after, before)[
            self._introduction(after) if before is None and self._was_there(after) else 0 :
        ]
        if not new and before is not None and not isinstance(there.stop, Ask):
            # A changed answer that changes nothing told: say so by telling the result again.
            new = there.screens[self._introduction(after) :]
        new = self._heard(new, there, after)
        flow = self.library.flow_of(after)
        reads = OnScreen("flow", flow.id)
        more = choices.to("rest", flow.id, self.library.phrases.more, after.language)
        if before is None and len(new) > 1 and reads_only(flow) and not after.listening:
            # What a flow explains begins with what was asked; the rest of it is a choice away.
            return with_choice(more, self.standing(after, new[:1], there, events, reads), first=True)
        turn = self.standing(after, new, there, events, reads)
        is_in_few_words = after.listening and reads_only(flow) and any(screen.heard is not None for screen in new)
        return with_choice(more, turn) if is_in_few_words else turn

    def rest(self, flow: str, before: Conversation) -> Turn:
        """Say what a flow explains behind its first screen, then its ways on."""
        after = before if before.flow == flow else before.answered(FLOW, flow)
        there = self.position(after)
        if after.listening:
            return self.standing(after, [replace(screen, heard=None) for screen in there.screens], there)
        return self.standing(after, there.screens[1:] or there.screens, there)

    def _introduction(self, conversation: Conversation) -> int:
        """Return how many screens introduce a check: they are told once."""
        flow = self.library.flow_of(conversation)
        if not self.library.checks(flow.id):
            return 0
        return next((place for place, step in enumerate(flow.steps) if not isinstance(step, Say)), 0)

    def _was_there(self, conversation: Conversation) -> bool:
        flow = self.library.flow_of(conversation).id
        return sum(answer.about == FLOW and answer.value == flow for answer in conversation.trail) > 1

    def retold(self, conversation: Conversation, *first: Text | Passage) -> Turn:
        """Say `first`, then what was said when the person came to where they stand; of a question, it alone."""
        there = self.position(conversation)
        if isinstance(there.stop, Ask):
            return self.standing(conversation, first, there)
        new = self._new(there, conversation, conversation.back()) or there.screens[-_AGAIN:]
        return self.standing(conversation, (*first, *self._heard(new, there, conversation)), there)

    def _heard(self, new: tuple[Passage, ...], there: Position, after: Conversation) -> tuple[Passage, ...]:
        """Return the screens as they are: to who listens, of a result how the nearest scheme stands, in plain words."""
        schemes = choices.assessed_in(after.flow, self.library)
        if not after.listening or not schemes or isinstance(there.stop, Ask):
            return new
        return tuple(plainly_told(assessments(schemes, after.facts, self.library, self.on), after.facts, self.library))

    def _new(self, there: Position, after: Conversation, before: Conversation | None) -> tuple[Passage, ...]:
        """Return the screens of `there`, where `after` stands, that `before` was not told in the same flow."""
        said: tuple[Passage, ...] = ()
        if before is not None and before is not after and before.flow == after.flow:
            said = self.position(before).screens
        kept = 0
        while kept < min(len(said), len(there.screens)) and said[kept].text == there.screens[kept].text:
            kept += 1
        return tuple(there.screens[kept:])

    def standing(
        self,
        conversation: Conversation,
        screens: Iterable[Text | Passage],
        here: Position,
        events: Events = (),
        reads: OnScreen | None = None,
    ) -> Turn:
        """Say `screens`, then what the flow waits for; `reads` is what is before the person if none of it tells."""
        listed = choices.at(here.stop, conversation, self.library, self.on)
        # What is asked stands right above its choices, in the last message whatever its length.
        prompt = self._prompt(here)
        *earlier, last = [*screens] or [prompt or self.library.phrases.anything_else]
        if prompt and last is not prompt:
            last = stacked(last, prompt, by="\n\n")
        return self.shown(
            replace(conversation, astray=False) if conversation.astray else conversation,
            (*earlier, last),
            listed,
            events,
            reads,
            asks_location=isinstance(here.stop, Ask) and here.stop.fact == self.library.roles.place,
        )

    def again(self, conversation: Conversation, here: Position, *first: Text | Passage, events: Events = ()) -> Turn:
        """Say `first`, then put the person where they stood: the open question, or the ways on."""
        if isinstance(here.stop, Ask):
            return self.standing(conversation, first, here, events)
        listed = choices.at(here.stop, conversation, self.library, self.on)
        return self.shown(conversation, first or (self.library.phrases.anything_else,), listed, events)

    def shown(
        self,
        conversation: Conversation,
        screens: Iterable[Text | Passage],
        listed: tuple[Choice, ...],
        events: Events = (),
        reads: OnScreen | None = None,
        *,
        asks_location: bool = False,
    ) -> Turn:
        """Return the turn that says `screens` with the choices under the last; short screens share one message."""
        language, passages = conversation.language, [passage(screen) for screen in screens]
        *earlier, last = gathered([words for one in passages if (words := one.words(conversation))] or [""])
        events = (*events, *(event for one in passages for event in one.tells))
        replies = [Reply(text, (), language) for text in earlier]
        replies.append(Reply(last, listed, language, asks_location))
        told = on_screen_after(events, conversation.flow) or reads or conversation.on_screen
        settled = replace(conversation, shown=listed, release=self.library.release, on_screen=told)
        return Turn(settled, tuple(replies), events)

    def handed_over(self, before: Conversation, words: str) -> Turn:
        """Give the person to the staff: from now on the guide is silent, but for the word that returns to it.

        Staff answer in the chat: what leads back to the person outside it is not shown to them.
        """
        waiting = replace(before, with_person=True, acknowledged=False)
        menu = (choices.do("menu", self.library.phrases.menu, before.language),)
        return self.shown(waiting, (self.library.phrases.handed_over,), menu, (CaseOpened(masked(words)),))

    def missed(
        self, conversation: Conversation, here: Position, why: Miss, words: Text | None = None, events: Events = ()
    ) -> Turn:
        """Say why a message led nowhere, where needed in words filled in; then put the person where they stood."""
        sentence = words or self.library.phrases.miss(why)
        return self.again(conversation, here, Passage(sentence, (Missed(why),)), events=events)

    def _prompt(self, here: Position) -> Passage | None:
        match here.stop:
            case Ask(fact, left):
                ask = self.library.filled(self.library.facts[fact].ask, self.on)
                left_told = self.library.phrases.questions_left.filled(count=left)
                heard = self.library.filled(self.library.listening.asks.get(fact, ask), self.on)
                return Passage(joined(ask, left_told) if left > 1 else ask, (FactAsked(str(fact)),), heard)
            case Offer(question=question):
                return None if question is None else Passage(question)
            case HandOver() | None:
                return None
            case _:
                assert_never(here.stop)


def gathered(texts: list[str]) -> list[str]:
    """Return the texts with neighbours joined while they fit one message: one message a turn where possible."""
    messages: list[str] = []
    for text in texts:
        if messages and len(messages[-1]) + len(text) + 2 <= SCREEN:
            messages[-1] += "\n\n" + text
        else:
            messages.append(text)
    return messages


def preceded(first: Text | Passage, turn: Turn) -> Turn:
    """Return the turn with a passage said before everything else."""
    language, opening = turn.conversation.language, passage(first)
    texts = gathered([opening.words(turn.conversation), turn.replies[0].text])
    earlier = tuple(Reply(text, (), language) for text in texts[:-1])
    replies = (*earlier, replace(turn.replies[0], text=texts[-1]), *turn.replies[1:])
    return replace(turn, replies=replies, events=(*opening.tells, *turn.events))


def with_choice(choice: Choice, turn: Turn, *, first: bool = False) -> Turn:
    """Return the turn with one choice more, under all others or above them."""
    *earlier, last = turn.replies
    listed = (choice, *last.choices) if first else (*last.choices, choice)
    settled = replace(turn.conversation, shown=listed)
    return replace(turn, conversation=settled, replies=(*earlier, replace(last, choices=listed)))


def with_check(check: FlowId | None, turn: Turn, library: Library) -> Turn:
    """Return the turn with a check that was named above its choices, behind the answer to what was asked of it."""
    if check is None:
        return turn
    language = turn.conversation.language
    return with_choice(choices.to("to", check, library.flows[check].title, language), turn, first=True)


def at_the_start(conversation: Conversation, library: Library) -> Conversation:
    """Return a conversation that has forgotten its answers, in the menu, read or heard in the same language."""
    fresh = Conversation(conversation.language, listening=conversation.listening, hears=conversation.hears)
    return fresh.answered(FLOW, library.home_of(fresh))
