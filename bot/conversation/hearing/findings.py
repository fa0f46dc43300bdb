"""What is found in one typed message, each thing once, before anything is decided.

`Spoken` finds and never decides: which of what it finds counts is the rules' alone (`understanding.py`). A finding is
made when the first rule asks for it and kept for the rest of the turn, so that a word that is a choice costs no match
of a question. What must not break: a finding looks at the words, the content and the screen, never at another rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import FLOW, Conversation, OnScreen, Value
from bot.conversation.flow import Ask, FlowId
from bot.conversation.hearing.meaning import WhichAmount
from bot.conversation.hearing.reading import FactReading, Known, is_a_bare_number, option_to_found, read_fact
from bot.conversation.hearing.sayings import Expression
from bot.conversation.hearing.several import ASKED_OF_AN_AID, ShortQuestion, asked_together, short_question_in
from bot.conversation.hearing.told_facts import (
    founded,
    price,
    time_had,
    told,
    with_implied,
    yes_and_no_told,
)
from bot.conversation.hearing.told_numbers import unclear_sum
from bot.conversation.hearing.wishes import Wish
from bot.conversation.library import Library
from bot.conversation.walk import Stop
from bot.eligibility.amounts import AmountName
from bot.eligibility.facts import Fact, InProvince, Measure, OneOf, YesNo
from bot.eligibility.scheme import amounts_on
from bot.faq.entries import Entry, EntryId
from bot.faq.matcher import Match
from bot.language.folding import folded
from bot.language.hedges import behind_oneself, ends_as_question, opens_a_question, opens_with_no, supposed
from bot.language.negation import behind_not_that, corrected
from bot.language.questions import asks_whether, from_the_asking, questions_in, without_or
from bot.language.texting import written_out
from bot.message import MAIN
from bot.offices import places

#: Entries that a question is compared with, the nearest first.
_NEAREST: Final = 5
#: Entries among which one of ours is looked for, where another office's is the nearest.
_FURTHER: Final = 20
#: What on the screen a word or two are about.
_ASKED_ABOUT: Final = frozenset({"answer", "result", "scheme", "office"})
#: Facts from which on a message says who somebody is.
_LEAST_FACTS: Final = 2
#: Words up to which a question may lean on what was answered before it.
_LEANING: Final = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """What a person has before them when they write."""

    conversation: Conversation
    #: The fact whose question is open, None where none is.
    asked: Fact | None

    @property
    def is_about_a_number(self) -> bool:
        """Return whether a number answers the open question."""
        return self.asked is not None and isinstance(self.asked.kind, Measure)

    @property
    def is_about_a_place(self) -> bool:
        """Return whether a place answers the open question."""
        return self.asked is not None and isinstance(self.asked.kind, InProvince)

    @property
    def is_offered_for_a_question(self) -> bool:
        """Return whether the choices are the questions that may have been meant."""
        return self.conversation.question is not None


def screen(stop: Stop, conversation: Conversation, library: Library) -> Situation:
    """Return what is before a person who stands at `stop`."""
    return Situation(conversation, library.facts[stop.fact] if isinstance(stop, Ask) else None)


class Spoken:
    """One typed message; its attributes are what is found in it."""

    def __init__(self, text: str, before: Situation, library: Library, on: date) -> None:
        self.text = text = written_out(library.words.without_reminder(text))
        self.library = library
        self.known = Known(on, before.conversation.facts)
        #: The folded words.
        self.plain = folded(text)
        self._before = before

    @cached_property
    def rest(self) -> str:
        """The folded words without a greeting."""
        return self.library.words.without_greeting(self.plain)

    @cached_property
    def asking(self) -> str:
        """The same without a French "ou" between two others: folded it is a "où", which would ask the way."""
        return without_or(self.rest, self.text)

    @cached_property
    def says(self) -> str | None:
        """What the whole message says across the flow, by its name in `flows/asides.yaml`."""
        return self.library.words.meaning(self.plain)

    @cached_property
    def rest_says(self) -> str | None:
        """The same of the message without its greeting."""
        return self.says if self.rest == self.plain else self.library.words.meaning(self.rest)

    @cached_property
    def saying(self) -> Expression | None:
        """What it says across the flow in words of its own."""
        return self.library.sayings.said(self.rest)

    @cached_property
    def question(self) -> Match:
        """The entries that may answer it; of a short question after an answer, those on the same subject."""
        last, words = self._last_answered, len(self.rest.split())
        is_following = self.rest_says == "follow"
        may_lean = last is not None and (is_following or words <= _LEANING)
        asked = self.library.wishes.without_unwanted(self.rest)
        wide = self.library.matcher.match(asked, most=len(self.library.entries) if may_lean else _NEAREST)
        alone = self._of_ours(replace(wide, ranked=wide.ranked[:_NEAREST]))
        if last is None and is_following and alone.zone == "sure":
            # «شحال خاصني» alone: whatever is nearest, they have not said what it is about.
            return replace(alone, zone="unsure")
        if last is None or not (is_following or (alone.zone == "unsure" and words <= _LEANING)):
            return alone
        return self._within_the_subject(last, wide, alone, is_following=is_following)

    def _of_ours(self, match: Match) -> Match:
        """Return what is surely another office's as unsure where a craft, a workshop or selling stands in the message.

        «بغيت نشري مكينة ديال النجارة» is no broken telephone. What asks for our craft in another office's name, such as
        the price of a carpet, is still theirs.
        """
        library = self.library
        best = library.entries[match.ranked[0][0]] if match.zone == "sure" else None
        if best is not None and self.wish is not None and best.id in self.wish.not_answered_by:
            ranked = tuple(one for one in match.ranked if one[0] not in self.wish.not_answered_by)
            is_asked = library.words.asks(self.rest) or self.is_a_question
            return replace(match, zone="unsure" if is_asked and ranked else "none", ranked=ranked)
        if best is None or not best.off_topic or not library.wishes.is_of_ours(self.rest):
            return match
        # «نبيع البلغة فالطاليان» asks for a check, «شحال كتسوى فالطاليان» for the price.
        if library.wishes.is_about_ours(best) and (self.wish is None or library.words.asks(self.rest)):
            return match
        further = library.matcher.match(self.rest, most=_FURTHER).ranked
        ours = tuple(one for one in further if not library.entries[one[0]].off_topic)
        return replace(match, zone="unsure", ranked=ours[:_NEAREST] or match.ranked)

    @property
    def _last_answered(self) -> Entry | None:
        """The entry last answered, where a short question may be about it: «شحال؟» after "who are you" is not."""
        last = self.library.entries.get(self._before.conversation.entry_told or "")
        if last is None or last.off_topic or last.subject == self.library.roles.about:
            return None
        return last

    def _within_the_subject(self, last: Entry, wide: Match, alone: Match, *, is_following: bool) -> Match:
        """Return what a short question after an answer asks about the same subject.

        «والوراق؟» after an answer on the cooperative's export support is tried with that question's own words. «شحال
        خاصني» may be about the same or not: what it is nearest to by itself is offered too.
        """
        library = self.library
        # «شحال كيعطيو» after what the charter is: its own entries, and those of the scheme that it points to.
        near = {last.subject, *(library.entries[name].subject for name in last.see if name in library.entries)}
        both = library.matcher.match(f"{self.rest} {last.question.of(MAIN)}", most=len(library.entries))
        # By their places: the chances of all but the first differ by next to nothing. What it asks for counts for more.
        places_of = {entry: place for place, (entry, _) in enumerate(both.ranked)}
        within = [
            (place + places_of[entry] / 6, entry, score)
            for place, (entry, score) in enumerate(wide.ranked)
            if entry in places_of and entry != last.id and library.entries[entry].subject in near
        ]
        best = [(entry, score) for _, entry, score in sorted(within)[:3]]
        if not is_following:
            named = {entry for entry, _ in best[:2]}
            best = [*best[:1], *[one for one in alone.ranked if one[0] not in named][:1], *best[1:2]]
        return Match("unsure", tuple(best), both.evidence) if best else alone

    def is_about(self, before: Situation) -> bool:
        """Return whether a word or two ask about what is on the screen: «والوراق؟» after an answer."""
        shown = before.conversation.on_screen
        return self.rest_says == "follow" or (shown is not None and shown.kind in _ASKED_ABOUT)

    @cached_property
    def asks(self) -> bool:
        """Whether it holds words that only questions hold, and is like a question of ours."""
        return self.library.words.asks(self.rest) and self.question.zone != "none"

    @cached_property
    def is_a_question(self) -> bool:
        """Whether its first word or its last sign is a question's; where nothing is asked, a «واش» inside it too."""
        return self.is_all_question or (self._before.asked is None and asks_whether(self.plain))

    @cached_property
    def is_all_question(self) -> bool:
        """Whether its first word or its last sign is a question's."""
        return opens_a_question(self.text) or ends_as_question(self.text)

    @cached_property
    def supposes(self) -> bool:
        """Whether it is a "what if"."""
        return supposed(self.text) is not None

    @cached_property
    def corrects(self) -> bool:
        """Whether it says that something told before was wrong: «غلطت», «لا، …», "pardon, …", «ماشي شركة»."""
        if corrected(self.text) is not None or self._denies_what_is_known:
            return True
        known, denied = self.known.facts, told(behind_not_that(self.plain), self.library)
        return any(known.get(fact) == value for fact, value in denied.items())

    @property
    def _denies_what_is_known(self) -> bool:
        """Whether it opens with a no and tells a fact that is known otherwise: "non le projet coûte 2 millions".

        Where yes or no is asked, its no may be the answer.
        """
        asked = self._before.asked
        if not opens_with_no(self.plain) or (asked is not None and isinstance(asked.kind, YesNo)):
            return False
        known = self.known.facts
        return any(known.get(fact) not in (None, value) for fact, value in self.mentioned.items())

    @cached_property
    def is_a_bare_number(self) -> bool:
        """Whether it is a sum or a count and nothing else."""
        return is_a_bare_number(self.text)

    @cached_property
    def questions(self) -> tuple[EntryId, ...]:
        """The entries that answer its questions, where it asks several; the first of them is surely meant."""
        return asked_together(self.text, self.library)

    @cached_property
    def of_itself(self) -> str:
        """What it says before the first of several questions, or behind "we are": there nothing is asked."""
        first = questions_in(self.text)[:1]
        return behind_oneself(self.plain) or " ".join(first).removesuffix(from_the_asking(" ".join(first)))

    @cached_property
    def short_question(self) -> ShortQuestion | None:
        """The clause of it that asks something of an aid and names nothing, and the rest; None without one of each."""
        return short_question_in(self.text, self.library)

    @property
    def asked_of_the_check(self) -> EntryId | None:
        """The entry that answers what it asks of the aid whose check it names: «… دعم التصدير، شنو هوما الوراق»."""
        library = self.library
        schemes = assessed_in(self.wish.flow, library) if self.wish is not None else ()
        asked = (library.wishes.without(from_the_asking(part)) for part in questions_in(self.text)[::-1])
        aspects = (library.follow_ups.aspect(part) for part in asked)
        aspect = next((one for one in aspects if one is not None), None)
        if not schemes or aspect not in ASKED_OF_AN_AID:
            return None
        led = library.follow_ups.leads(aspect, OnScreen("scheme", schemes[0]))
        leads = [EntryId(name) for name in led if name in library.entries]
        # «وراق الدعم» are not «وراق التصدير»: of two that answer such a question, the nearer one.
        near = [entry for entry, _ in self.question.ranked if entry in leads]
        return next(iter((*near, *leads)), None)

    @cached_property
    def mentioned(self) -> Mapping[str, Value]:
        """The facts that it tells in so many words; of a single word nothing, where no question is open."""
        if self._before.asked is None and len(self.rest.split()) <= 1:
            return {}
        found = told(self.text, self.library)
        had = time_had(self.text, {**self.known.facts, **found}, self.library)
        return {**found, **{fact: value for fact, value in had.items() if fact not in found}}

    @property
    def tells_who(self) -> bool:
        """Whether it says who somebody is: two facts at least, and not a number and a place alone."""
        kinds = [self.library.facts[fact].kind for fact in self.mentioned]
        return len(kinds) >= _LEAST_FACTS and any(isinstance(kind, OneOf) for kind in kinds)

    @cached_property
    def unclear_sum(self) -> tuple[str, tuple[float, ...]] | None:
        """The fact of which it tells a sum that may be in dirhams or in centimes, and what it may be."""
        return unclear_sum(self.text, self.library)

    @cached_property
    def wish(self) -> Wish | None:
        """The check that its words ask for; of what is to be bought, the one that the sum named with it is for."""
        for wish in self.library.wishes.wished(self.rest):
            if self._only_names_a_country(wish):
                continue
            if wish.at_least is None:
                return wish
            least = amounts_on(self.library.schemes.values(), self.known.on).get(AmountName(wish.at_least))
            told_sum = self.mentioned.get(wish.sum or "")
            cost = (told_sum,) if isinstance(told_sum, int | float) else self._cost(wish)
            if least is not None and cost is not None and cost[0] >= least.value:
                return wish
        return None

    def _only_names_a_country(self, wish: Wish) -> bool:
        """Return whether nothing is sold, made or sent there: "bghit nsafer l turkia"."""
        wishes = self.library.wishes
        if wishes.is_of_ours(self.rest) or not wishes.names_only_a_country(wish, self.rest):
            return False
        return not any(isinstance(self.library.facts[fact].kind, OneOf) for fact in self.mentioned)

    @cached_property
    def founding(self) -> EntryId | None:
        """The entry that tells how one comes to the legal form that is to be founded; None of none, or of several."""
        kind = self.library.facts[self.library.roles.legal_form].kind
        form = option_to_found(kind, self.text, self.library) if isinstance(kind, OneOf) else None
        entry = self.library.wishes.founding.get(form or "")
        return None if entry is None else EntryId(entry)

    @property
    def check(self) -> FlowId | None:
        """The check that its words ask for; without such words, one that the facts in it are told for."""
        return self.wish.flow if self.wish is not None else self.library.wishes.check_for(self.told_of_oneself)

    @cached_property
    def told_of_oneself(self) -> Mapping[str, Value]:
        """What it tells of its person: facts, yes and no, what a wish is to cost, and what these imply."""
        found: dict[str, Value] = {**yes_and_no_told(self.rest, self.library), **self.mentioned}
        if self.wish is not None and self.wish.sum is not None and self.wish.sum not in found:
            match self._cost(self.wish):
                case (certain,):
                    found[self.wish.sum] = certain
                case _:
                    pass
        return with_implied(found, self.text, self.known.facts, self.library)

    @property
    def visited(self) -> tuple[FlowId, ...]:
        """The flows that its person went to, the last at the end."""
        return tuple(FlowId(str(one.value)) for one in self._before.conversation.trail if one.about == FLOW)

    @property
    def unclear_cost(self) -> WhichAmount | None:
        """What it tells in two senses, where the check that it asks for hangs on it: a sum, the year of a founding."""
        if self.check is None:
            return None
        schemes = [self.library.schemes[name] for name in assessed_in(self.check, self.library)]
        hanging = {fact for scheme in schemes for fact in scheme.hangs_on()}
        unclear = (one for one in (self._unclear_money, self._founded) if one is not None)
        # A turnover that another cannot be below says something of that one.
        return next(
            (
                one
                for one in unclear
                if one.fact not in self.told_of_oneself
                and {one.fact, self.library.facts[one.fact].never_above} & hanging
            ),
            None,
        )

    @property
    def _unclear_money(self) -> WhichAmount | None:
        unclear = self.cost_in_two_senses or self.unclear_sum
        return None if unclear is None else WhichAmount(*unclear)

    @property
    def cost_in_two_senses(self) -> tuple[str, tuple[float, ...]] | None:
        """The fact and the readings of the sum that what is wished for is to cost, where it may be in centimes."""
        wish = self.wish
        if wish is None or wish.sum is None or wish.sum in self.told_of_oneself:
            return None
        cost = self._cost(wish)
        return None if cost is None else (wish.sum, cost)

    @property
    def _founded(self) -> WhichAmount | None:
        found = founded(self.text, {**self.known.facts, **self.mentioned}, self.known.on.year, self.library)
        return None if found is None else WhichAmount(*found)

    def _cost(self, wish: Wish) -> tuple[float, ...] | None:
        return price(self.text, wish, self.mentioned, self.library) if wish.sum is not None else None

    @cached_property
    def place(self) -> places.PlaceReading:
        """The place that it names."""
        return self.library.gazetteer.read(self.rest)

    @cached_property
    def reading(self) -> FactReading | None:
        """What it gives as the value of the open question's fact; None where no question is open."""
        asked = self._before.asked
        return None if asked is None else read_fact(asked, self.text, self.library, self.known)
