"""For who listens and speaks rather than reads and writes: signs at each choice, languages, words of a voice confirmed.

Listening lasts until the person leaves it; it changes how things are told, never what is known or where they stand.
What is said in few words is told by `showing.Passage`; which pictogram stands for what is the writers'
(`flows/listening.yaml`), here it is only looked up. A sign that nobody declared is left out, its number stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, assert_never

from bot.conversation import choices
from bot.conversation.audible import audible_in
from bot.conversation.conversation import FLOW, Conversation, Unconfirmed
from bot.conversation.events import HearingChosen, Missed, NotRecorded, Turn, VoiceToHear
from bot.conversation.flow import Ask
from bot.conversation.hearing.asides import Aside
from bot.conversation.helping import at_the_doors, leads_to_a_person
from bot.conversation.library import Library
from bot.conversation.saying import Teller, preceded, with_choice
from bot.conversation.showing import Passage, entry_told, place_named
from bot.conversation.tapping import Tapped, TappedAnswer, TappedAside, is_aside, meaning
from bot.conversation.walk import Position
from bot.eligibility.facts import Measure
from bot.language.folding import folded
from bot.language.ordinals import ordinal
from bot.message import Choice, Chose, Language, Message, Reply, Said, SpokenLanguage, VoiceHeard

#: Choices that every channel shows without a further tap; a person is always among them.
_IN_VIEW: Final = 8

#: The choices of a language to hear answers in.
HEARD_IN: Final[Mapping[Aside, SpokenLanguage]] = {
    "hear_ary": "ary",
    "hear_shi": "shi",
    "hear_tzm": "tzm",
    "hear_rif": "rif",
    "hear_mey": "mey",
    "hear_fr": "fr",
}
_ASIDE_OF: Final[Mapping[SpokenLanguage, Aside]] = {language: aside for aside, language in HEARD_IN.items()}
#: What is heard where nobody chose, by the language in which one reads, the first that was recorded.
_USUAL: Final[Mapping[Language, tuple[SpokenLanguage, ...]]] = {"ar": ("ary", "ar"), "fr": ("fr",)}
#: What is heard where the language that somebody chose was not recorded.
_INSTEAD: Final[SpokenLanguage] = "ary"
#: Languages of Morocco that are one tap away below an answer that was recorded in them.
_SPOKEN_HERE: Final[tuple[SpokenLanguage, ...]] = ("ary", "shi", "tzm", "rif", "mey")
_AMAZIGH: Final[frozenset[SpokenLanguage]] = frozenset({"shi", "tzm", "rif"})


def heard_first(conversation: Conversation) -> tuple[SpokenLanguage, ...]:
    """Return the languages in which somebody hears an answer, the first in which it was recorded."""
    usual = _USUAL[conversation.language]
    return usual if conversation.hears is None else tuple(dict.fromkeys((conversation.hears, _INSTEAD, *usual)))


def languages_listed(before: Conversation, teller: Teller) -> Turn:
    """Ask in which language the person wants to hear."""
    say, language = teller.library.phrases, before.language
    listed = [
        choices.do(_ASIDE_OF[spoken], name, language)
        for spoken, name in teller.library.listening.languages.items()
        if spoken in _SPOKEN_HERE or spoken in _USUAL[language]
    ]
    menu = choices.do("menu", say.menu, language)
    return teller.shown(replace(before, astray=True), (say.hear_which,), (*listed, menu))


def heard_from_now(language: SpokenLanguage, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Have the person hear in a language from now on; the answer that they have before them is told in it at once."""
    library, after = teller.library, replace(before, hears=language, astray=False)
    is_recorded = any(language in languages for languages in teller.recorded.values())
    sentence = library.phrases.hear_set if is_recorded else library.phrases.hear_none
    name = library.listening.languages.get(language, language)
    passage = Passage(sentence.filled(language=name), (HearingChosen(language),))
    entry = library.entries.get(before.entry_told or "")
    if entry is None or isinstance(here.stop, Ask):
        return teller.again(after, here, passage)
    listed = choices.after_answer(entry, library, before.language)
    return teller.shown(after, (passage, entry_told(entry, library, teller.on)), listed)


def in_amazigh(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Welcome who writes Amazigh; where answers can be heard in it, the choice of a language comes first."""
    say = teller.library.phrases
    if not any(_AMAZIGH & languages for languages in teller.recorded.values()):
        return at_the_doors(say.amazigh, before, here, teller)
    turn = at_the_doors(say.amazigh_heard, before, here, teller)
    return with_choice(choices.do("hear_in", say.hear_in, before.language), turn, first=True)


def with_other_languages(turn: Turn, teller: Teller) -> Turn:
    """Return the turn with the other languages in which its answer can be heard last of its choices.

    Where people who listen begin, one choice leads to all languages, once anything was recorded. While a question is
    open its choices are its answers alone. What somebody who listens could not hear in their language is told.
    """
    if any(teller.recorded.values()) and any(is_aside(choice, "read") for choice in turn.conversation.shown):
        return with_choice(choices.do("hear_in", teller.library.phrases.hear_in, turn.conversation.language), turn)
    after, library = turn.conversation, teller.library
    told = audible_in(turn, library, teller.on)
    if told is None:
        return turn
    recorded = teller.recorded.get(told[0], frozenset())
    wanted = heard_first(after)[0] if after.hears is not None or after.listening else None
    if wanted is not None and wanted not in recorded:
        turn = replace(turn, events=(*turn.events, NotRecorded(told[0], wanted)))
    if after.on_screen is None or after.on_screen.kind != "answer" or isinstance(teller.position(after).stop, Ask):
        return turn
    heard = next((language for language in heard_first(after) if language in recorded), None)
    for language in _SPOKEN_HERE:
        if language in recorded and language != heard and language in library.listening.languages:
            name = library.listening.languages[language].changed("🔊 {}".format)
            turn = with_choice(choices.do(_ASIDE_OF[language], name, after.language), turn)
    return turn


def with_signs(turn: Turn, library: Library) -> Turn:
    """Return the turn as it is; to who listens, with a mark at each choice and a person among them."""
    conversation = turn.conversation
    if not conversation.listening or not turn.replies:
        return turn
    *earlier, last = turn.replies
    listed = last.choices
    if listed and not conversation.with_person and not any(leads_to_a_person(choice, library) for choice in listed):
        person = choices.do("person", library.phrases.person, conversation.language)
        listed = (*listed[:_IN_VIEW], person, *listed[_IN_VIEW:])
    is_numbered = not _asks_for_a_number(turn, listed, library)
    marked = tuple(
        replace(
            choice, mark=f"{number} {sign_of(choice, library)}".strip() if is_numbered else sign_of(choice, library)
        )
        for number, choice in enumerate(listed, 1)
    )
    settled = replace(conversation, shown=marked if listed else conversation.shown)
    return replace(turn, conversation=settled, replies=(*earlier, replace(last, choices=marked)))


def _asks_for_a_number(turn: Turn, listed: tuple[Choice, ...], library: Library) -> bool:
    """Return whether a number that is typed answers a question, and chooses nothing."""
    shown = turn.conversation.on_screen
    if shown is None or shown.kind != "question" or not all(is_aside(choice) for choice in listed):
        return False
    return shown.of in library.facts and isinstance(library.facts[shown.of].kind, Measure)


def sign_of(choice: Choice, library: Library) -> str:
    """Return the pictogram of a choice; empty where nobody declared one."""
    signs = library.listening.signs
    match meaning(choice.id, library):
        case TappedAside(aside):
            return signs.get(f"asides:{aside}", "")
        case Tapped("to", flow):
            return signs.get(f"flows:{flow}", "")
        case Tapped("faq", entry):
            return signs.get(f"entries:{entry}") or signs.get(f"subjects:{library.entries[entry].subject}", "")
        case Tapped("scheme", scheme):
            return signs.get(f"schemes:{scheme}", "")
        case Tapped("change", fact):
            return signs.get(f"facts:{fact}", "")
        case Tapped(kind, _):
            return signs.get(f"details:{kind}", "")
        case TappedAnswer(fact, value):
            if isinstance(value, bool):
                return signs.get("answers:yes" if value else "answers:no", "")
            if fact == library.roles.place and (place := place_named(value, library)) is not None:
                return signs.get(f"regions:{place.region}", "")
            return signs.get(f"options:{fact}.{value}", signs.get("answers:number", ""))
        case None:
            return ""
        case other:
            assert_never(other)


def voice_awaited(media: str, before: Conversation, teller: Teller) -> Turn:
    """Return the turn that says that a recording is being heard; who is new is welcomed too."""
    say, heard = teller.library.phrases, Passage(teller.library.phrases.voice_waiting, (VoiceToHear(media),))
    if before.trail:
        return Turn(before, (Reply(heard.words(before), (), before.language),), heard.tells)
    turn = teller.moved(before.answered(FLOW, teller.library.home_of(before)), None)
    return preceded(Passage(say.welcome, (), say.welcome_heard), preceded(heard, turn))


def voice_heard(heard: VoiceHeard, before: Conversation, teller: Teller) -> Turn:
    """Ask whether what was made of a voice is what its person said; where nothing was, say why, with a way on."""
    say, language = teller.library.phrases, before.language
    if heard.why or not heard.words.strip():
        passage = Passage(say.unheard(heard.why), (Missed("voice_not_read"),))
        turn = teller.again(before, teller.position(before), passage)
        return turn if before.listening else with_choice(choices.do("listen", say.listen, language), turn, first=True)
    shown = before.shown if before.unconfirmed is None else before.unconfirmed.shown
    # It is told as it may be read again, and never taken for a place to fill in.
    words = " ".join(heard.words.split()).replace("{", "(").replace("}", ")")
    asked = say.voice_asked.filled(words=words)
    listed = (choices.do("said_so", say.said_so, language), choices.do("speak_again", say.speak_again, language))
    turn = teller.shown(before, (asked,), listed)
    return replace(turn, conversation=replace(turn.conversation, unconfirmed=Unconfirmed(words, shown)))


def confirmed(before: Conversation, message: Message, library: Library) -> tuple[Conversation, Message]:
    """Return the conversation as it was before words were asked about, and what the message means for them.

    A yes makes the words those of the message, a no asks for others, and anything else is what it is.
    """
    if before.unconfirmed is None:
        return before, message
    words, after = before.unconfirmed.words, replace(before, shown=before.unconfirmed.shown, unconfirmed=None)
    answer: str
    match message.content:
        case Chose(choice):
            taps = meaning(choice, library)
            answer = taps.aside if isinstance(taps, TappedAside) else ""
        case Said(text):
            plain = folded(text)
            said, place = library.words.meaning(plain), ordinal(plain)
            answer = {"yes": "said_so", "this": "said_so", "no": "speak_again"}.get(said or "", "")
            if place is not None and place.place in (1, 2):
                answer = ("said_so", "speak_again")[place.place - 1]
        case _:
            answer = ""
    if answer == "said_so":
        return after, replace(message, content=Said(words))
    if answer == "speak_again":
        return after, replace(message, content=Chose(choices.do("speak_again", library.phrases.no, "ar").id))
    return after, message
