"""Codes: of a sheet that was given, heard again at the counter and in the chat, and of a conversation that moves.

A code is a few capital consonants, so that it is no word. It says nothing of who has it. What a code leads to is looked
up by the shell and is an argument of a turn, as time is: see `Brought`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import ConversationMoved, SheetBrought, Turn
from bot.conversation.library import Library
from bot.conversation.saying import Teller, preceded
from bot.conversation.sheet import StandingThen, standings
from bot.conversation.showing import Passage, value_told
from bot.language.wording import day, money
from bot.message import Text, joined

#: The letters of codes: no vowel, and none that is taken for another.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
#: Letters of the code of a sheet (2.6 × 10¹⁰ of them) and of a conversation that moves (6.4 × 10⁷, for 15 minutes).
SHEET_LETTERS: Final = 8
MOVE_LETTERS: Final = 6

_CODE: Final = re.compile(
    rf"(?:#|code)?[ :]*(?P<code>[{LETTERS}]{{4}}[ -]?[{LETTERS}]{{4}}|[{LETTERS}]{{6}})", re.IGNORECASE
)

#: What was made of a sheet at the counter.
CounterMark = Literal["given", "came", "complete", "missing", "elsewhere"]


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as it was typed; it may be a word after all where it is not surely one."""

    code: str
    is_sure: bool


def typed_code(text: str) -> TypedCode | None:
    """Return the code that a whole message is; None where it is none."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return None
    written = found["code"]
    is_sure = written != found[0] or "-" in written or written.isupper()
    return TypedCode(re.sub(r"[ -]", "", written).upper(), is_sure)


def spelled(code: str) -> str:
    """Return a code as it is shown: the longer ones in two parts."""
    return f"{code[:4]}-{code[4:]}" if len(code) == SHEET_LETTERS else code


@dataclass(frozen=True, slots=True)
class SheetOfCode:
    """A sheet that was given, as it stands in its document, and what an office has made of it."""

    told: str
    mark: CounterMark = "given"
    #: Which paper is missing, or where the person was sent.
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConversationOfCode:
    """A conversation that its person takes here from another channel."""

    code: str
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class NoCode:
    """A code that leads to nothing, or that is not looked up because too many were tried."""

    is_too_often: bool = False


#: What a message that is a code leads to.
Brought = SheetOfCode | ConversationOfCode | NoCode


def brought(what: Brought, before: Conversation, teller: Teller) -> Turn:
    """Return the turn that a code leads to."""
    say = teller.library.phrases
    match what:
        case NoCode(is_too_often):
            sentence = say.code_too_often if is_too_often else say.code_unknown
            return teller.again(before, teller.position(before), sentence, events=(SheetBrought("none"),))
        case ConversationOfCode(code, taken):
            moved = replace(taken, heard=before.heard)
            return _with_event(ConversationMoved(code), teller.retold(moved, say.moved_here))
        case SheetOfCode() as sheet:
            return _sheet_again(sheet, before, teller)


def _with_event(event: ConversationMoved, turn: Turn) -> Turn:
    return replace(turn, events=(event, *turn.events))


def _sheet_again(sheet: SheetOfCode, before: Conversation, teller: Teller) -> Turn:
    """Tell what has changed since the sheet; whoever has told nothing here yet goes on with its answers."""
    told = json.loads(sheet.told)
    after = before
    if not before.facts:
        for fact, value in told["facts"]:
            if fact in teller.library.facts:
                after = after.answered(fact, value)
    here = teller.position(after)
    lines = joined(*_since(told, sheet, teller.library, teller.on))
    return preceded(Passage(lines, (SheetBrought(sheet.mark),)), teller.again(after, here))


def _since(told: Mapping[str, Any], sheet: SheetOfCode, library: Library, on: date) -> Iterator[Text]:
    say = library.phrases
    yield say.sheet_back.filled(date=day(date.fromisoformat(told["on"])))
    match sheet.mark:
        case "missing":
            yield say.sheet_missing.filled(what=sheet.note)
        case "elsewhere":
            yield say.sheet_elsewhere.filled(what=sheet.note)
        case "complete":
            yield say.sheet_complete
        case "given" | "came":
            pass
    changes = list(changes_since(told, library, on))
    yield from (say.sheet_changed, *changes) if changes else (say.sheet_same,)


def changes_since(told: Mapping[str, Any], library: Library, on: date) -> Iterator[Text]:
    """Yield a line for each scheme of a sheet whose verdict or whose sum is another by the rules of a day."""
    say = library.phrases
    facts: dict[str, Value] = {
        fact: value for fact, value in told["facts"] if value_told(fact, value, library) is not None
    }
    now = {one.scheme: one for one in standings([scheme for scheme, *_ in told["standings"]], facts, library, on)}
    for scheme, verdict, low, high in told["standings"]:
        then, today = StandingThen(scheme, verdict, low, high), now.get(scheme)
        if today is not None and today != then:
            old, new = result_told(then, library), result_told(today, library)
            yield say.sheet_change_line.filled(scheme=library.schemes[scheme].title, old=old, new=new)


def result_told(standing: StandingThen, library: Library) -> Text:
    """Return where a scheme stands in words, with its sum where there is one."""
    say = library.phrases
    words = {"eligible": say.likely, "perhaps": say.possible, "not_eligible": say.unlikely}[standing.verdict]
    if standing.low is None or standing.high is None:
        return words
    return say.verdict_words.filled(verdict=words, low=money(standing.low), high=money(standing.high))
