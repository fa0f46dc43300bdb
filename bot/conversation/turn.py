"""One turn of conversation: a message, and what it leads to. Pure, never silent, never raises for what people send.

Read it top to bottom: `respond` understands the message where the person stands, and one small function answers each
kind of understanding. Going on in a flow is always the same: follow it with the old answers and with the new ones, and
say what is new (`Teller.moved`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never

from bot.conversation import aside_replies, choices, codes, following, helping, listening, taking, waiting, what_if
from bot.conversation.beside import Exchange, with_what_is_said_beside
from bot.conversation.codes import Brought
from bot.conversation.conversation import FLOW, Conversation
from bot.conversation.events import (
    Arrived,
    CaseContinued,
    CaseLeft,
    EntryChosen,
    FactAsked,
    FlowOpened,
    Missed,
    QuestionAsked,
    Turn,
)
from bot.conversation.flow import Ask
from bot.conversation.hearing import understanding
from bot.conversation.hearing.meaning import (
    Answered,
    AsideSaid,
    Asked,
    Chatted,
    Followed,
    Mentioned,
    Named,
    NotRead,
    NotUnderstood,
    Outside,
    Placed,
    Supposed,
    SupposedEarly,
    SupposedWhat,
    Understood,
    WhichAmount,
    WhichFact,
    WhichOffice,
    WhichPlace,
)
from bot.conversation.hearing.reading import Inexact, InexactKind, NoValue, OutOfBounds
from bot.conversation.library import NO_CONTROLLER, NOTHING_RECORDED, Keeping, Library, Recorded
from bot.conversation.phrases import NOT_READ, Miss
from bot.conversation.saying import Events, Teller, preceded, with_check, with_choice
from bot.conversation.showing import Passage, entry_told, measured, more_shown
from bot.conversation.tapping import TapKind, Tapped, door_opens, office_looked_for, rest_of_list
from bot.conversation.walk import NOWHERE, Position, fitted
from bot.eligibility.facts import Measure
from bot.language.dates import moroccan_day
from bot.language.folding import folded, part_read
from bot.language.personal import kept_for_staff, masked
from bot.message import Chose, Message, Reply, Said, Sent, Text, VoiceHeard

#: What leads from the staff back to the guide.
_WAYS_BACK: Final = (AsideSaid("menu"), AsideSaid("back"), AsideSaid("stop"), AsideSaid("restart"), AsideSaid("start"))


def respond(
    conversation: Conversation,
    message: Message,
    library: Library,
    now: datetime,
    *,
    web_instead: str = "",
    keeping: Keeping = NO_CONTROLLER,
    code: str = "",
    brought: Brought | None = None,
    hears: bool = False,
    recorded: Recorded = NOTHING_RECORDED,
    offers_listening: bool = False,
) -> Turn:
    """Return the conversation after `message`, what to send, and what happened.

    `web_instead` is the address of the web chat where a welcome is to name it: messages cost money where it came from.
    `hears` tells whether voices are heard where it came from, `offers_listening` whether the menu leads to listening,
    `recorded` which answers can be heard.
    `code` is one that nothing has yet, and `brought` what the message leads to if it is a code: both are the shell's.
    """
    if rest := rest_of_list(message.content, conversation.shown):
        language = conversation.language
        return Turn(conversation, (Reply(library.phrases.rest_of_list.of(language), rest, language),))
    teller = Teller(library, moroccan_day(now), keeping, code, recorded)
    conversation, message = listening.confirmed(conversation, message, library)
    room = _Room(message, now, teller)
    match message.content:
        case _ if conversation.with_person:
            turn = _while_with_person(conversation, room)
        case Sent("voice", media) if media and hears:
            turn = listening.voice_awaited(media, conversation, teller)
        case VoiceHeard() as heard:
            turn = listening.voice_heard(heard, conversation, teller)
        case _:
            turn = _led_by(conversation, room, web_instead, brought)
    if offers_listening:
        turn = helping.with_listening_offered(turn, library)
    turn = listening.with_other_languages(turn, teller)
    return listening.with_signs(turn, library)


def _led_by(conversation: Conversation, room: "_Room", web_instead: str, brought: Brought | None) -> Turn:
    """Return what a message leads to where no person of the staff has the word."""
    library, now, keeping = room.library, room.now, room.teller.keeping
    before, why_changed = fitted(conversation, library, now, keeping.facts)
    if brought is not None:
        before = before if before.trail else before.answered(FLOW, library.roles.menu)
        return codes.brought(brought, before, room.teller)
    words = part_read(room.words)
    spoken = helping.register_told(words, before, library)
    before = helping.in_their_language(spoken, before)
    if not before.listening and library.sayings.holds(folded(words), "listen"):
        # Whatever else they ask in the same breath is told by ear already.
        before = replace(before, listening=True)
    turn = _answered(before, room) if before.trail else _welcomed(before.answered(FLOW, library.home_of(before)), room)
    exchange = Exchange(
        conversation, before, room.message, room.words, words, spoken, now, why_changed, web_instead, room.teller
    )
    return with_what_is_said_beside(turn, exchange)


@dataclass(frozen=True, slots=True)
class _Room:
    """What every part of a turn may look at."""

    message: Message
    now: datetime
    teller: Teller

    @property
    def today(self) -> date:
        return self.teller.on

    @property
    def library(self) -> Library:
        return self.teller.library

    @property
    def words(self) -> str:
        content = self.message.content
        return content.text if isinstance(content, Said) else ""

    def taken(self, conversation: Conversation, here: Position) -> understanding.Taken:
        return understanding.understood(self.message.content, here, conversation, self.library, self.today)


def _welcomed(started: Conversation, room: _Room) -> Turn:
    """Welcome someone who writes for the first time; what they asked is answered in the same breath."""
    here = room.teller.position(started)
    taken = room.taken(started, here)
    match taken.meaning:
        case NotUnderstood(why) if why in NOT_READ.values():
            turn = preceded(Passage(room.library.phrases.miss(why), (Missed(why),)), room.teller.moved(started, None))
        case (
            AsideSaid("start" | "menu" | "restart" | "back" | "unknown" | "none")
            | Chatted("greeting" | "thanks")
            | NotUnderstood()
        ):
            turn = room.teller.moved(started, None)
        case meant:
            turn = _led(meant, started, here, room)
    turn = _by(taken.rule, turn)
    say = room.library.phrases
    welcome = Passage(say.welcome, (), say.welcome_heard)
    return preceded(welcome, turn) if turn.replies else turn


def _by(rule: str, turn: Turn) -> Turn:
    """Return the turn with the rule that took its message."""
    return Turn(turn.conversation, turn.replies, turn.events, rule)


def _answered(before: Conversation, room: _Room) -> Turn:
    here = room.teller.position(before)
    taken = room.taken(before, here)
    in_earnest = what_if.left(taken.meaning, before, here)
    if in_earnest is not before:
        before, here = in_earnest, room.teller.position(in_earnest)
    turn = _by(taken.rule, what_if.with_way_back(before, _led(taken.meaning, before, here, room), room.library))
    if taken.meaning == AsideSaid("resume") or isinstance(room.message.content, Chose):
        # They go on by themselves.
        return turn
    where = helping.after_silence(before, room.now, room.teller)
    return turn if where is None else preceded(where, turn)


def _led(meant: Understood, before: Conversation, here: Position, room: _Room) -> Turn:
    """Return what a message leads to, by what it means."""
    say, teller = room.library.phrases, room.teller
    match meant:
        case Answered(fact, value):
            return taking.took_answer(fact, value, before, here, teller)
        case Mentioned(facts, flow, corrects, unclear, asks_amount):
            turn = taking.took_facts(facts, flow, before, here, teller, corrects=corrects)
            turn = following.with_amount(turn, teller) if asks_amount else turn
            return turn if unclear is None else taking.with_sum_asked(unclear, turn, facts, teller, corrects=corrects)
        case Named(name):
            return aside_replies.file_opened(name, before, teller)
        case Placed() | WhichOffice():
            return taking.office_asked(meant, before, here, teller)
        case Asked(leaves=True):
            left = before.answered(FLOW, room.library.home_of(before))
            return _led(replace(meant, leaves=False), left, teller.position(left), room)
        case Asked(facts=facts) if facts:
            told = taking.unopposed(facts, before, room.library)
            after = taking.with_facts(told, before)
            # An answer given in the same breath leaves the question that was open.
            there = teller.position(after) if isinstance(here.stop, Ask) and here.stop.fact in told else here
            turn = _led(replace(meant, facts={}), after, there, room)
            return taking.said_back(told, turn, room.library) if told else turn
        case Asked(text) if not kept_for_staff(text):
            return teller.missed(before, here, "choose_a_button")
        case Asked(text, match, further=further) if match.zone == "sure":
            turn = _entry(match.ranked[0][0], before, here, room, (_question(text, meant),))
            turn = aside_replies.with_stations_offered(match.ranked[0][0], text, turn, room.library)
            return _with_further(further, with_check(meant.check, turn, room.library), room.library)
        case Asked(text, match) if match.zone == "unsure":
            return _suggested(text, meant, before, here, room)
        case Asked(text):
            return teller.missed(before, here, "nothing_fits", events=(_question(text, meant),))
        case AsideSaid(aside):
            return aside_replies.aside(aside, before, here, teller, room.words)
        case Followed(aspect, schemes):
            return following.followed(aspect, schemes, before, here, teller)
        case Chatted(kind):
            return aside_replies.small_talk(kind, before, here, teller)
        case Tapped(kind, name):
            return _tapped(kind, name, before, here, room)
        case WhichPlace(fact, candidates, flow, are_named):
            listed = choices.places(candidates, fact, room.library, before.language, flow)
            words = taking.which_place(candidates, room.library, are_named=are_named)
            return teller.shown(before, (words,), listed, (FactAsked(fact),) if flow is None else ())
        case WhichAmount(fact, readings, since, is_supposed, is_of_today):
            asked, language = room.library.facts[fact], before.language
            listed = choices.readings(asked, readings, room.library, language, are_supposed=is_supposed)
            asks = () if is_supposed else (FactAsked(fact),)
            return teller.shown(
                before, (taking.which_of(fact, since, room.library, is_of_today=is_of_today),), listed, asks
            )
        case WhichFact(candidates):
            return taking.which_fact(candidates, before, teller)
        case Supposed(fact, value):
            return what_if.supposed(fact, value, before, teller)
        case SupposedWhat():
            return aside_replies.aside("change", before, here, teller, room.words)
        case SupposedEarly():
            return teller.again(before, here, say.suppose_later)
        case NotRead(fact, why):
            return teller.missed(before, here, *_why_not_read(fact, why, room.library))
        case Outside():
            return teller.missed(before, here, "place_outside")
        case NotUnderstood(why):
            return teller.missed(before, here, why)
        case _:
            assert_never(meant)


# Answers


#: What is said of a number that is not the one asked.
_INEXACT: Final[Mapping[InexactKind, Miss]] = {
    "bounded": "not_exact",
    "not_yearly": "not_yearly",
    "several": "one_number",
    "share": "share_of_unknown",
}


def _why_not_read(fact: str, why: NoValue | OutOfBounds | Inexact, library: Library) -> tuple[Miss, Text | None]:
    """Return why an answer is asked for again, and the sentence with the bounds where there are some."""
    if isinstance(why, Inexact):
        return _INEXACT[why.why], None
    kind = library.facts[fact].kind
    if fact == library.roles.place:
        return "place_unclear", None
    if not isinstance(kind, Measure):
        return "not_an_option", None
    miss: Miss = "out_of_bounds" if isinstance(why, OutOfBounds) else "not_a_number"
    sentence = library.phrases.miss(miss)
    return miss, sentence.filled(least=measured(kind, kind.least), most=measured(kind, kind.most))


# Questions


def _question(text: str, asked: Asked) -> QuestionAsked:
    best = tuple(str(entry) for entry, _ in asked.match.ranked[:3])
    return QuestionAsked(kept_for_staff(text), best, asked.match.zone)


def _entry(entry_id: str, before: Conversation, here: Position, room: _Room, events: Events = ()) -> Turn:
    """Answer; then the flow's open question comes again, or what the answer points to."""
    library, teller = room.library, room.teller
    entry = library.entries[entry_id]
    asked = taking.office_of_the_town(entry, before, library)
    if asked is not None and not isinstance(here.stop, Ask):
        turn = taking.office_asked(asked, before, here, teller)
        return replace(turn, events=(*events, *turn.events))
    answer, after = entry_told(entry, library, room.today), before.without_suggestions()
    if isinstance(here.stop, Ask):
        return teller.standing(after, (answer,), here, events)
    return teller.shown(after, (answer,), choices.after_answer(entry, library, before.language), events)


def _with_further(entries: Sequence[str], turn: Turn, library: Library) -> Turn:
    """Return the turn with the other questions of a message above its choices, so that none is lost."""
    for entry in reversed(entries):
        asked = choices.questions((library.entries[entry],), turn.conversation.language)
        if asked[0] not in turn.conversation.shown:
            turn = with_choice(asked[0], turn, first=True)
    return turn


def _suggested(text: str, asked: Asked, before: Conversation, here: Position, room: _Room) -> Turn:
    """Offer the three nearest questions of ours, the check that the words may ask for, and "none of these"."""
    ranked = (room.library.entries[entry] for entry, _ in asked.match.ranked)
    candidates = [entry for entry in ranked if not entry.off_topic][:3]
    if not candidates:
        return room.teller.missed(before, here, "nothing_fits", events=(_question(text, asked),))
    listed = choices.entries(candidates, room.library, before.language, asked.check)
    asking = Passage(room.library.phrases.did_you_mean, (Missed("did_you_mean"),))
    waiting = replace(before, question=kept_for_staff(text))
    return room.teller.shown(waiting, (asking,), listed, (_question(text, asked),))


# Choices


def _tapped(kind: TapKind, name: str, before: Conversation, here: Position, room: _Room) -> Turn:
    """Do what a tapped choice names."""
    library, teller, on = room.library, room.teller, room.today
    match kind:
        case "to":
            return teller.moved(before.without_suggestions().answered(FLOW, name), None, (FlowOpened(name),))
        case "door":
            flow, region = door_opens(name, library) or (library.roles.menu, None)
            arrived = before.without_suggestions()
            if region is not None:
                arrived = arrived.answered(library.roles.place, library.gazetteer.region(region).id)
            return teller.moved(arrived.answered(FLOW, flow), None, (Arrived(name), FlowOpened(flow)))
        case "look":
            flow_id, place = office_looked_for(name, library) or ("", "")
            meant = Placed(place, flow_id) if flow_id else WhichOffice(place)
            return taking.office_asked(meant, before, here, teller)
        case "tell":
            return aside_replies.told_of_region(int(name), before, here, teller)
        case "faq":
            chosen = (EntryChosen(before.question, name),) if before.question else ()
            return _entry(name, before, here, room, chosen)
        case "more":
            entry = library.entries[name]
            listed = choices.after_answer(entry, library, before.language, has_more=False)
            return teller.shown(before, (more_shown(entry, library, on),), listed)
        case "rest":
            return teller.rest(name, before)
        case "change":
            asking = replace(before, asking=name)
            return teller.standing(asking, (), teller.position(asking))
        case "file":
            return aside_replies.file_taken_up(name, before, teller)
        case "before":
            return what_if.returned(int(name), before, teller)
        case "scheme" | "reasons" | "amount" | "papers" | "sources":
            return following.detail(kind, name, before, teller)
        case _:
            assert_never(kind)


# Staff, and languages


def _while_with_person(conversation: Conversation, room: _Room) -> Turn:
    """Keep what is written for the staff, and lead whoever wants it back; what else is said is `waiting`'s."""
    here, library = NOWHERE, room.library
    taken = room.taken(conversation, here)
    meant = taken.meaning
    if meant == AsideSaid("forget"):
        return _led(meant, conversation, here, room)
    if isinstance(room.message.content, Chose) and waiting.leads_back(meant, conversation, library):
        left, _ = fitted(replace(conversation, with_person=False), library, room.now, room.teller.keeping.facts)
        turn = _led(meant, left, room.teller.position(left), room)
        return preceded(Passage(library.phrases.left_person, (CaseLeft(),)), turn)
    if meant in _WAYS_BACK:
        # The content may have changed while the staff had the word.
        left = replace(conversation, with_person=False)
        here_again, why_changed = fitted(left, room.library, room.now, room.teller.keeping.facts)
        returned = here_again.answered(FLOW, room.library.home_of(here_again))
        turn = preceded(room.library.phrases.left_person, room.teller.moved(returned, None, (CaseLeft(),)))
        return preceded(why_changed, turn) if why_changed is not None else turn
    turn = waiting.acknowledged(taken, room.words, replace(conversation, heard=room.now), room.teller)
    return replace(turn, events=(*turn.events, CaseContinued(masked(room.words))))
