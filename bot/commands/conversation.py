"""Commands that talk: `chat` talks in the terminal, `talk` tries talks and stores nothing.

With `--json` a line holds one message, and one line tells what it led to; whatever measures whole conversations reads
that. In: `{"person": "p1", "say": "…"}`, or instead of `say` `"tap": "a choice's id"`, `"at": [latitude, longitude]`,
or `"new": true`, which forgets that person and is answered with nothing. All of it is told by the turn's events and by
the conversation after it, nothing is read from the replies; a reply with a sheet or a recording names its file. With
`--explain` each answer says which rule of understanding took the message, and when that rule speaks.
"""

import json
import logging
import secrets
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels import terminal
from bot.channels.recordings import Recordings
from bot.commands.configuration import config_of, keep_of
from bot.commands.content import day_of, lines, loaded, written
from bot.content.releases import ContentMistakesError, Shelf
from bot.conversation.conversation import Conversation, Value
from bot.conversation.events import (
    EntryAnswered,
    EstimateTold,
    FactAsked,
    FactSaidBack,
    Missed,
    OfficeTold,
    QuestionAsked,
    Turn,
    VerdictTold,
)
from bot.conversation.hearing.understanding import reason
from bot.conversation.library import Library
from bot.conversation.sheet import sheet_of
from bot.conversation.showing import place_of
from bot.conversation.tapping import entries_among
from bot.conversation.turn import respond
from bot.language.dates import moroccan_day
from bot.message import ChoiceId, Chose, Content, Document, Located, Message, PersonId, Reply, Said

#: The talks of `talk` are had on no channel.
_CHANNEL = "talk"

if TYPE_CHECKING:
    from bot.channels.printing import Printer


def chat(args: Namespace) -> int:
    """Talk in the terminal until the input ends.

    The welcome needs no database: it is shown while nothing is open yet, and kept with the first line typed.
    """
    logging.basicConfig(level=logging.ERROR)
    config = config_of(args)
    try:
        shelf = Shelf(config.content, keep_of(config))
    except ContentMistakesError as error:
        print(error, file=sys.stderr)
        return 1
    start = terminal.read(terminal.START, PersonId(""))
    welcome = respond(Conversation(), start, shelf.library, datetime.now(UTC), offers_listening=True)
    for reply in welcome.replies:
        print(terminal.write(reply), end="\n\n", flush=True)
    line = _typed()
    if line is None:
        return 0
    from bot.commands.serving import talk  # noqa: PLC0415

    address = secrets.token_hex(16)
    with talk(config, shelf, address) as say:
        say(terminal.START)
        while line is not None:
            for reply in say(line):
                print(terminal.write(reply), end="\n\n", flush=True)
                if reply.document is not None:
                    path = _file_of(reply.document, config.content)
                    print(f"  {path.resolve()}", end="\n\n", flush=True)
            line = _typed()
    return 0


def sheet(args: Namespace) -> int:
    """Print the sheet of a talk that is given as its messages, one a line; 1 when it told nothing of a person."""
    library = loaded(args)
    now = datetime.combine(day_of(args.on), time(10), UTC) if args.on else datetime.now(UTC)
    conversation = Conversation(language=args.language)
    for line in lines():
        message = terminal.read(line.encode("utf-8", "replace"), PersonId(""))
        conversation = respond(conversation, message, library, now).conversation
    made = sheet_of(replace(conversation, language=args.language), library, moroccan_day(now))
    if made.is_empty:
        print("the conversation tells nothing of a person: there is nothing to print", file=sys.stderr)
        return 1
    config = config_of(args)
    args.file.write_bytes(_printer(config.content, config.web.address).pdf(made.document()))
    return 0


def _printer(content: Path, address: str) -> "Printer":
    # What draws is large: whoever only talks does not wait for it.
    from bot.channels.printing import Printer, read_sheet_words  # noqa: PLC0415
    from bot.channels.text import needed  # noqa: PLC0415

    return Printer(needed(read_sheet_words, content), address)


def _file_of(document: Document, content: Path) -> Path:
    """Return where a document lies: a recording among the content, a sheet saved in the folder one stands in."""
    if document.kind == "recording":
        return Recordings(content).file(document)
    drawn = _printer(content, "").pdf(document)
    name = Path(document.name)
    path = next(free for number in count() if not (free := Path(f"{name.stem}{number or ''}{name.suffix}")).exists())
    path.write_bytes(drawn)
    return path


def _typed() -> bytes | None:
    """Return the next line, None when there is none any more."""
    try:
        return input("› ").encode("utf-8", "replace")
    except (EOFError, KeyboardInterrupt):
        print()
        return None


def talk(args: Namespace) -> int:
    """Talk over standard input and output, a line a message; 1 when a line could not be taken. Nothing is stored."""
    library = loaded(args)
    now = datetime.combine(day_of(args.on), time(10), UTC) if args.on else datetime.now(UTC)
    recordings = Recordings(config_of(args).content)

    def answered(conversation: Conversation, message: Message) -> Turn:
        day = moroccan_day(now)
        turn = respond(conversation, message, library, now, recorded=recordings.recorded(library, day))
        return recordings.with_recording(turn, library, day)

    if args.json:
        return _talk_in_json(library, answered, is_explained=args.explain)
    return _talk_in_words(answered, is_explained=args.explain)


def _talk_in_words(answered: Callable[[Conversation, Message], Turn], *, is_explained: bool) -> int:
    turn = answered(Conversation(), terminal.read(terminal.START, PersonId("")))
    _print(turn)
    for line in lines():
        turn = answered(turn.conversation, terminal.read(line.encode("utf-8", "replace"), PersonId("")))
        if is_explained and turn.rule:
            print(f"({turn.rule}: {reason(turn.rule)})", flush=True)
        _print(turn)
    return 0


def _print(turn: Turn) -> None:
    for reply in turn.replies:
        print(terminal.write(reply), end="\n\n", flush=True)


def _talk_in_json(library: Library, answered: Callable[[Conversation, Message], Turn], *, is_explained: bool) -> int:
    people: dict[str, Conversation] = {}
    status = 0
    for line in lines():
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError):
            raw = None
        if not isinstance(raw, dict):
            written({"error": "the line is no JSON object"})
            status = 1
            continue
        person = str(raw.get("person", ""))
        content = _content_of(raw)
        if raw.get("new") is True:
            turn = Turn(Conversation(), ())
        elif content is None:
            written({"person": person, "error": "one of say, tap, at or new is expected"})
            status = 1
            continue
        else:
            message = Message(_CHANNEL, PersonId(person), "", content)
            turn = answered(people.get(person, Conversation()), message)
        people[person] = turn.conversation
        explained = {"rule": turn.rule or None, "why": reason(turn.rule) or None} if is_explained else {}
        written({"person": person, **told_by(turn, library), **explained})
    return status


def _content_of(raw: Mapping[str, object]) -> Content | None:
    """Return what a line sends; None when it is nothing that can be sent."""
    match raw:
        case {"say": str(words)}:
            return Said(words)
        case {"tap": str(choice)}:
            return Chose(ChoiceId(choice))
        case {"at": [int() | float() as lat, int() | float() as lon]}:
            return Located(float(lat), float(lon))
        case _:
            return None


def told_by(turn: Turn, library: Library) -> dict[str, object]:
    """Return all that a turn tells, ready for JSON.

    `province` is the name that the rules know it by, None of a whole region; `place` is the place itself.
    """
    after = turn.conversation
    facts: dict[str, Value] = dict(after.facts)
    place = place_of(after.facts, library)
    asked = library.roles.place
    if asked in facts:
        facts["place"] = facts[asked]
        facts[asked] = place.province if place else None
    told: dict[str, object] = {
        "replies": [_reply(reply) for reply in turn.replies],
        "flow": after.flow,
        "asks": None,
        "facts": facts,
        "entry": None,
        "off_topic": False,
        "offered": [entry for reply in turn.replies for entry in entries_among(reply.choices)],
        "zone": None,
        "verdicts": {},
        "estimate": None,
        "office": None,
        "region": place.region if place else None,
        "language": after.language,
        "with_person": after.with_person,
        "said_back": [event.fact for event in turn.events if isinstance(event, FactSaidBack)],
        "refused": None,
    }
    verdicts: dict[str, str] = {}
    for event in turn.events:
        match event:
            case QuestionAsked(zone=zone):
                told["zone"] = zone
            case EntryAnswered(entry, is_off_topic):
                told["entry"], told["off_topic"] = entry, is_off_topic
            case VerdictTold(scheme, verdict):
                verdicts[scheme] = verdict
            case EstimateTold(_, low, high):
                told["estimate"] = [low, high]
            case OfficeTold(office):
                told["office"] = office
            case FactAsked(fact):
                told["asks"] = fact
            case Missed(why):
                told["refused"] = why
            case _:
                pass
    return {**told, "verdicts": verdicts}


def _reply(reply: Reply) -> dict[str, object]:
    listed = [{"id": choice.id, "label": choice.label} for choice in reply.choices]
    document = {} if reply.document is None else {"document": reply.document.name}
    return {"text": reply.text, "choices": listed, "asks_location": reply.asks_location, **document}
