"""What is answered to things said across a flow: back, menu, another language, thanks, a person.

Recognising them is `asides`' and `understanding`'s; none of them changes an answer by itself but "back" and "change".
"""

from dataclasses import replace
from typing import assert_never

from bot.conversation import choices, helping, listening, what_if
from bot.conversation.codes import MOVE_LETTERS
from bot.conversation.conversation import FLOW, Conversation, File
from bot.conversation.events import FactAsked, Forgotten, MoveOffered, QuestionAsked, SheetGiven, Turn, Unwanted, Wanted
from bot.conversation.flow import Ask
from bot.conversation.hearing.asides import Aside, SmallTalk
from bot.conversation.library import Library
from bot.conversation.saying import Teller, at_the_start, preceded, with_choice
from bot.conversation.sheet import sheet_of
from bot.conversation.showing import Passage, entry_told, fact_told, place_of, stations_in
from bot.conversation.sources import sourced
from bot.conversation.tapping import regions_offered
from bot.conversation.verdicts import assessments
from bot.conversation.walk import Position
from bot.faq.entries import EntryId
from bot.language.wording import listed as listed_texts
from bot.language.wording import named
from bot.message import Language, Text, joined
from bot.offices.places import Sure


def aside(kind: Aside, before: Conversation, here: Position, teller: Teller, words: str) -> Turn:
    """Return the turn that answers an aside; `words` are the person's, for the staff."""
    say, roles = teller.library.phrases, teller.library.roles
    language = before.language
    match kind:
        case "start" | "menu":
            return teller.moved(before.answered(FLOW, teller.library.home_of(before)), None)
        case "back":
            return _back(before, here, teller)
        case "restart":
            return preceded(say.restarted, teller.moved(at_the_start(before, teller.library), None))
        case "change":
            listed = choices.changes(before, teller.library)
            if not listed:
                return teller.missed(before, here, "nothing_to_change")
            return teller.shown(replace(before, astray=True), (say.what_to_change,), listed)
        case "elsewhere":
            return teller.moved(replace(before.answered(FLOW, roles.office), elsewhere=""), None)
        case "unknown":
            if isinstance(here.stop, Ask):
                return teller.moved(before.answered(here.stop.fact, None), before)
            return teller.missed(before, here, "unknown_noted")
        case "why":
            if not isinstance(here.stop, Ask):
                return teller.missed(before, here, "no_question_open")
            why = teller.library.facts[here.stop.fact].why
            return teller.again(before, here, teller.library.filled(why, teller.on))
        case "ar" | "fr":
            return _in_language(kind, before, teller)
        case "person":
            return teller.handed_over(before, words)
        case "stop":
            return teller.shown(before, (say.goodbye,), (choices.do("menu", say.menu, language),))
        case "forget":
            menu = (choices.do("menu", say.menu, language),)
            # What somebody hears may tell where they are from.
            forgotten = replace(at_the_start(before, teller.library), hears=None)
            return teller.shown(forgotten, (say.forgotten,), menu, (Forgotten(),))
        case "none":
            return _none_of_these(before, here, teller)
        case "regions":
            astray = replace(before, astray=True)
            regions = choices.regions(teller.library, language)
            return teller.shown(astray, (say.choose_region,), regions, (FactAsked(roles.place),))
        case "compare":
            return what_if.compared(before, here, teller)
        case "details":
            return _details(before, here, teller)
        case "file":
            return new_file_asked(before, teller)
        case "files":
            return files_listed(before, here, teller)
        case "again":
            return _said_again(before, here, teller)
        case "plainer":
            return helping.said_plainly(before, here, teller)
        case "my_data":
            return _what_is_kept(before, teller)
        case "resume":
            return helping.resumed(before, here, teller)
        case "source":
            return sourced(before, here, teller)
        case "sheet":
            return _sheet(before, here, teller)
        case "tell_me":
            return _wanted(before, here, teller)
        case "quiet":
            return teller.again(before, here, say.quiet_now, events=(Unwanted(),))
        case "move":
            return _moved(before, here, teller)
        case "listen":
            return helping.listening(before, here, teller)
        case "read":
            return helping.reading(before, here, teller)
        case "hear_in":
            return listening.languages_listed(before, teller)
        case "hear_ary" | "hear_shi" | "hear_tzm" | "hear_rif" | "hear_mey" | "hear_fr":
            return listening.heard_from_now(listening.HEARD_IN[kind], before, here, teller)
        case "said_so":
            # Confirmed already, or of words that nobody remembers.
            return teller.missed(before, here, "old_button")
        case "speak_again":
            return teller.again(before, here, say.voice_again)
        case "ask":
            return teller.again(before, here, say.ask_in_your_words)
        case _:
            assert_never(kind)


def small_talk(kind: SmallTalk, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Return a brief answer, and the person where they stood."""
    say = teller.library.phrases
    match kind:
        case "greeting":
            return teller.again(before, here, say.greeting)
        case "thanks":
            return teller.again(before, here, say.thanks)
        case "insult":
            return helping.said_with_a_person(say.insult, before, here, teller)
        case "upset":
            return helping.said_with_a_person(say.upset, before, here, teller)
        case "callback":
            return helping.said_with_a_person(say.callback, before, here, teller)
        case "human":
            return helping.said_with_a_person(say.are_you_human, before, here, teller)
        case "amazigh":
            return listening.in_amazigh(before, here, teller)
        case _:
            assert_never(kind)


def _back(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Undo the last answer; after an answer to a free question, return to where it was asked.

    Several facts told at once led past one question: all of them are undone, or the same question would come again.
    """
    strayed = before.astray or before.naming or before.asking is not None or before.question is not None
    # Below the answer to a free question the flow's own question stands again already.
    if strayed or (before.entry_told is not None and not isinstance(here.stop, Ask)):
        return teller.retold(replace(before, on_screen=None, question=None, naming=False, asking=None, astray=False))
    # Where else an office was looked for is undone with the look.
    earlier = replace(before.back(), elsewhere=None)
    if earlier.trail == before.trail:
        return teller.again(before, here, teller.library.phrases.nothing_before)
    undone = before.trail[-1]
    if undone.about in earlier.facts and earlier.facts[undone.about] != undone.value:
        # What was put right is as it was before: that is all that was done, though the same question stands.
        return teller.retold(replace(earlier, on_screen=None))
    # Never the way into the check itself, whose first question may be the one that stands.
    while _asks_the_same(teller.position(earlier), here) and earlier.trail and earlier.trail[-1].about != FLOW:
        earlier = earlier.back()
    return teller.retold(replace(earlier, on_screen=None))


def _asks_the_same(one: Position, other: Position) -> bool:
    """Return whether two positions wait for the answer to the same question."""
    return isinstance(one.stop, Ask) and isinstance(other.stop, Ask) and one.stop.fact == other.stop.fact


def _said_again(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Say the last answer again; where a question is open, the question."""
    library = teller.library
    entry = library.entries.get(before.entry_told or "")
    if entry is None or isinstance(here.stop, Ask):
        return teller.retold(before)
    listed = choices.after_answer(entry, library, before.language)
    return teller.shown(before, (entry_told(entry, library, teller.on),), listed)


def _sheet(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Give the person what they take to the office; before any answer, say how to come by it."""
    library = teller.library
    sheet = sheet_of(before, library, teller.on, teller.code)
    if sheet.is_empty:
        return teller.again(before, here, library.phrases.sheet_empty)
    document = sheet.document()
    given = Passage(library.phrases.sheet_ready, (SheetGiven(teller.code, document.told),))
    turn = preceded(given, teller.again(before, here))
    *earlier, last = turn.replies
    return replace(turn, replies=(*earlier, replace(last, document=document)))


def _wanted(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Note what the person wants to be told of: the scheme on the screen, else the caravan in their region."""
    library, say = teller.library, teller.library.phrases
    shown, place = before.on_screen, place_of(before.facts, library)
    if shown is not None and shown.kind == "scheme" and shown.of in library.schemes:
        told = say.wanted_scheme.filled(scheme=library.schemes[shown.of].title)
        return teller.again(before, here, told, events=(Wanted(f"scheme:{shown.of}"),))
    offered = regions_offered(before.shown, library)
    if len(offered) == 1:
        return told_of_region(offered[0], before, here, teller)
    if place is None:
        language = before.language
        regions = (choices.to("tell", str(one), library.gazetteer.region(one).name, language) for one in range(1, 13))
        return teller.shown(before, (say.wanted_where,), (*regions, choices.do("menu", say.menu, language)))
    return told_of_region(place.region, before, here, teller)


def with_stations_offered(entry: str, text: str, turn: Turn, library: Library) -> Turn:
    """Return the turn with the stations known in the town that a question on them names, and the choice to be told."""
    place = library.gazetteer.read(text)
    if library.caravan_flow not in library.entries[EntryId(entry)].see or not isinstance(place, Sure):
        return turn
    language, known = turn.conversation.language, stations_in(place.place, library)
    turn = turn if known is None else preceded(known, turn)
    return with_choice(choices.to("tell", str(place.place.region), library.phrases.tell_me, language), turn)


def told_of_region(region: int, before: Conversation, here: Position, teller: Teller) -> Turn:
    """Note that the person wants to be told of the caravan in a region."""
    told = teller.library.phrases.wanted_caravan.filled(region=teller.library.gazetteer.region(region).name)
    return teller.again(before, here, told, events=(Wanted(f"caravan:{region}"),))


def _moved(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Give the code by which this conversation goes on elsewhere; where nothing is kept there is none."""
    say, code = teller.library.phrases, teller.code[:MOVE_LETTERS]
    if not code:
        return teller.again(before, here, say.move_not_here)
    return teller.again(before, here, say.move_code.filled(code=code), events=(MoveOffered(code),))


def _none_of_these(before: Conversation, here: Position, teller: Teller) -> Turn:
    """Nothing offered was meant: ask for other words, offer a person; the question is kept for the staff."""
    say = teller.library.phrases
    missed = (QuestionAsked(before.question, (), "none"),) if before.question else ()
    after = before.without_suggestions()
    if isinstance(here.stop, Ask):
        return helping.with_person_offered(teller.again(after, here, say.none_of_these_then, events=missed), teller)
    person = choices.do("person", say.person, before.language)
    menu = choices.do("menu", say.menu, before.language)
    return teller.shown(after, (say.none_of_these_then,), (person, menu), missed)


def _details(before: Conversation, here: Position, teller: Teller) -> Turn:
    """List the schemes that were assessed, the best verdict first."""
    say = teller.library.phrases
    found = assessments(choices.assessed_in(before.flow, teller.library), before.facts, teller.library, teller.on)
    if not found:
        return teller.again(before, here)
    listed = choices.of_schemes((one.scheme.id for one in found), teller.library, before.language)
    menu = choices.do("menu", say.menu, before.language)
    return teller.shown(replace(before, astray=True), (say.which_scheme,), (*listed, menu))


def _in_language(language: Language, before: Conversation, teller: Teller) -> Turn:
    """Say the last screen again in the other language."""
    switched = replace(before, language=language)
    return teller.retold(switched, teller.library.phrases.language_set)


def _what_is_kept(before: Conversation, teller: Teller) -> Turn:
    """Tell what is known of the person, how long it is kept and who answers for it; offer to erase it.

    Law 09-08 lets everybody know this, and have it erased. Days and names are what the operator configured: no text
    says a number of its own.
    """
    library, say, keeping = teller.library, teller.library.phrases, teller.keeping
    known = [text for fact, value in before.facts.items() if (text := fact_told(fact, value, library)) is not None]
    if before.hears is not None and before.hears in library.listening.languages:
        known.append(named(say.hear_in, library.listening.languages[before.hears]))
    first = say.my_data_known.filled(what=listed_texts(known)) if known else say.my_data_none
    days = {
        name: Text({"ar": number, "fr": number})
        for name, kept in (
            ("messages", keeping.messages),
            ("facts", keeping.facts),
            ("questions", keeping.questions),
            ("unread", keeping.unread),
        )
        for number in (f"{kept:g}" if kept else "∞",)
    }
    whose = say.my_data_nobody
    if keeping.controller:
        names = {"controller": keeping.controller, "contact": keeping.contact or "–", "cndp": keeping.cndp or "–"}
        whose = say.my_data_controller.filled(**{name: Text({"ar": it, "fr": it}) for name, it in names.items()})
    ways = (choices.do("forget", say.my_data_erase, before.language), choices.do("menu", say.menu, before.language))
    screens = (joined(first, say.my_data_kept.filled(**days)), joined(whose, say.my_data_export))
    return teller.shown(before, screens, ways)


# Several files in one chat: the head of a cooperative checks for it, then for a member or a second project. Each file
# has its own answers and a nickname of the person's choosing; one is open, the others are put aside whole.


#: Files kept at most: beyond it the one put aside first is dropped.
_MOST_FILES = 8


def new_file_asked(before: Conversation, teller: Teller) -> Turn:
    """Ask for the nickname of a new file."""
    menu = choices.do("menu", teller.library.phrases.menu, before.language)
    return teller.shown(replace(before, naming=True), (teller.library.phrases.name_the_file,), (menu,))


def file_opened(name: str, before: Conversation, teller: Teller) -> Turn:
    """Put the open file aside and begin a new one under its nickname."""
    aside = File(before.name or teller.library.phrases.first_file.of(before.language), before.trail)
    fresh = replace(
        before, name=name, others=(*before.others, aside)[-_MOST_FILES:], trail=(), naming=False, asking=None
    )
    roles = teller.library.roles
    told = teller.library.phrases.file_opened.filled(name=name)
    return preceded(
        told, teller.moved(fresh.answered(FLOW, teller.library.home_of(fresh)).answered(FLOW, roles.check), None)
    )


def files_listed(before: Conversation, here: Position, teller: Teller) -> Turn:
    """List the files put aside."""
    say = teller.library.phrases
    if not before.others:
        return teller.again(before, here, say.no_other_file)
    files = tuple(choices.file(number, file.name) for number, file in enumerate(before.others))
    return teller.shown(
        replace(before, astray=True), (say.which_file,), (*files, choices.do("menu", say.menu, before.language))
    )


def file_taken_up(number: str, before: Conversation, teller: Teller) -> Turn:
    """Open a file again where it was left, and put the present one aside."""
    say = teller.library.phrases
    index = int(number)
    if index >= len(before.others):
        return teller.missed(before, teller.position(before), "old_button")
    chosen = before.others[index]
    aside = File(before.name or say.first_file.of(before.language), before.trail)
    others = (*before.others[:index], aside, *before.others[index + 1 :])
    after = replace(before, name=chosen.name, trail=chosen.trail, others=others, asking=None, naming=False)
    there = teller.position(after)
    return teller.standing(after, (say.file_opened.filled(name=chosen.name), *there.screens[-1:]), there)
