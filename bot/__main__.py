"""The commands of the guide: `dalil --help` lists them."""

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from bot import __version__
from bot.commands.arguments import add_command, add_drafts, add_store, case, letter, number_within, port, region
from bot.message import LANGUAGES, MAIN, SPOKEN_LANGUAGES

#: The folder of config.yaml, faq/ and flows/: where the command is given, else where the program is.
_HERE = Path.cwd() if (Path.cwd() / "flows").is_dir() else Path(__file__).parent.parent

#: glibc's number for how many pools of memory there may be: malloc.h.
_M_ARENA_MAX: Final = -8

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # What the guide keeps is people's: no other account of the machine is to read what any command makes.
    os.umask(0o077)
    # Our products of a vector and a matrix are small: threads that wait for each other cost five times what they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    args = _parser().parse_args(argv)
    room, name = args.command.split(".")
    if name == "run":
        _share_memory()
    command: Command = getattr(import_module(f"bot.commands.{room}"), name)
    try:
        return command(args)
    except BrokenPipeError:
        # Whoever read our output has enough.
        sys.stderr.close()
        return 0


def _share_memory() -> None:
    """Have all threads take memory from one pool of the C library's, before there is a second thread.

    With a pool each, what one thread lets go of is not there for the next, and the guide grew by 13 MB with every
    thousand visitors. Where there is no glibc nothing is done.
    """
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dalil",
        description="Dalil explains Morocco's Foreign Trade and Investment Charters to artisans, in a chat.",
        epilog="Start with `dalil run`, or talk to it here with `dalil chat`.",
    )
    parser.add_argument("--root", type=Path, default=_HERE, help="folder of config.yaml (default: here)")
    parser.add_argument("--content", type=Path, default=None, help="folder of faq/ and flows/ (default: as configured)")
    parser.add_argument(
        "--version", action="version", version=f"dalil {__version__}", help="tell which program this is"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_talking(commands)

    _add_content(commands)
    _add_staff(commands)
    add_drafts(commands)
    _add_platforms(commands)
    _add_stores(commands)

    _add_gold(commands)
    _add_simulation(commands)

    assess = add_command(
        commands, "assess", "rules.assess", "check cases from standard input, one JSON object of facts a line"
    )
    assess.add_argument("--json", action="store_true", help="one JSON object a line (as always: for symmetry)")
    assess.add_argument("--on", metavar="DATE", help="by the rules of this day (default: today)")
    assess.add_argument("--sources", action="store_true", help="with the sources of each condition, amount and line")

    stale = add_command(
        commands, "stale", "checking.stale", "list what ends, is old, has weak sources, or no contact, with its line"
    )
    stale.add_argument("--on", metavar="DATE", help="on this day (default: today)")
    stale.add_argument("--region", type=region, action="append", help="of this region alone; again")
    stale.add_argument("--for", dest="who", metavar="NAME", help="of the regions of this account of the staff room")
    add_store(stale)
    stale.add_argument("--json", action="store_true", help="one JSON object a line")

    edges = add_command(
        commands, "edges", "rules.edges", "tell where verdicts turn: each threshold, below, at and above it"
    )
    edges.add_argument("--scheme", metavar="SCHEME", help="one scheme only: the name of its folder in flows/")
    edges.add_argument("--on", metavar="DATE", help="by the rules of this day (default: today)")
    form = edges.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--html", type=Path, metavar="FILE", help="write a page that can be printed (else Markdown)")

    compare = add_command(commands, "compare", "rules.compare", "tell what changes between two days, or which cases do")
    compare.add_argument("days", nargs="*", metavar="DATE", help="two days: tell all that changes, without any case")
    compare.add_argument("--from", dest="before", metavar="DATE", help="the earlier day, for cases")
    compare.add_argument("--to", dest="after", metavar="DATE", help="the later day, for cases")
    compare.add_argument("--json", action="store_true", help="one JSON object a line (of cases as always)")

    read = add_command(
        commands, "read", "rules.read", "read facts, amounts, counts and years from messages, one a line"
    )
    read.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _add_talking(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that people talk to."""
    run = add_command(commands, "run", "serving.run", "serve the web chat; prints its address")
    run.add_argument("--port", type=port, help="port of the web chat, instead of config.yaml's (0: any free one)")
    run.add_argument(
        "--monitor-port",
        type=port,
        metavar="PORT",
        help="port of /livez, /readyz and /metrics, instead of config.yaml's",
    )
    add_store(run)

    chat = add_command(commands, "chat", "conversation.chat", "talk to the guide in this terminal")
    add_store(chat)

    talk = add_command(
        commands, "talk", "conversation.talk", "talk over standard input, one message a line; nothing is stored"
    )
    talk.add_argument("--json", action="store_true", help="one JSON object a line, in and out")
    talk.add_argument("--explain", action="store_true", help="tell which rule of understanding took each message")
    talk.add_argument("--on", metavar="DATE", help="on this day (default: today)")


def _add_content(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that look at the content."""
    check = add_command(
        commands, "check", "checking.check", "check faq/ and flows/: every mistake with its file and line"
    )
    check.add_argument("--all", action="store_true", help="also what Telegram and WhatsApp show less handily")
    check.add_argument("--json", action="store_true", help="one JSON object with everything there is")

    sheet = add_command(
        commands, "sheet", "conversation.sheet", "print the sheet of a talk given on standard input, one message a line"
    )
    sheet.add_argument("file", type=Path, metavar="FILE", help="the PDF that is written")
    sheet.add_argument(
        "--language", choices=LANGUAGES, default=MAIN, help="language of the sheet (default: %(default)s)"
    )
    sheet.add_argument("--on", metavar="DATE", help="by the rules of this day (default: today)")

    poster = add_command(commands, "poster", "counter.poster", "draw a region's poster, or print a post for a channel")
    poster.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the PDF (without it: the text of a post)")
    poster.add_argument("--region", type=int, choices=range(1, 13), required=True, metavar="1-12", help="the region")
    poster.add_argument("--station", metavar="CITY", help="a station of the caravan, as flows/caravan.yaml names it")
    poster.add_argument("--paper", choices=("a4", "a6"), default="a4", help="size of the paper (default: %(default)s)")
    poster.add_argument("--whatsapp", default="", metavar="NUMBER", help="the guide's number, 212600000000")
    poster.add_argument("--telegram", default="", metavar="BOT", help="the bot's name")
    poster.add_argument("--web", default="", metavar="ADDRESS", help="the page (default: web.address of config.yaml)")
    poster.add_argument("--mark", type=_mark, metavar="MARK", help="by what those who come are counted")
    poster.add_argument("--language", choices=LANGUAGES, default=MAIN, help="its language (default: %(default)s)")

    heard = add_command(
        commands, "recordings", "checking.recordings", "list which answers can be heard; keep a recording"
    )
    heard.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the recording, Ogg with Opus")
    what = "what it speaks: an answer by its id, flow.NAME, question.NAME"
    heard.add_argument("--entry", default="", metavar="ENTRY", help=what)
    heard.add_argument(
        "--language",
        choices=SPOKEN_LANGUAGES,
        default="ary",
        help="in which it is spoken: Darija, Tachelhit, Tamazight, Tarifit, Hassaniya, French, Arabic (default: ary)",
    )
    heard.add_argument("--json", action="store_true", help="one JSON object a line")

    draw = add_command(commands, "draw", "checking.draw", "draw a flow as a Mermaid chart")
    draw.add_argument("flow", metavar="FLOW", help="the flow's id: the name of its folder in flows/")
    draw.add_argument(
        "--language", choices=LANGUAGES, default=MAIN, help="language of the words (default: %(default)s)"
    )

    ask = add_command(
        commands, "ask", "content.ask", "match questions from standard input, one a line; nothing is stored"
    )
    ask.add_argument("--json", action="store_true", help="one JSON object a line")

    locate = add_command(
        commands, "locate", "content.locate", "find places from standard input, one a line (words or lat,lon)"
    )
    locate.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_staff(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that staff use."""
    questions = add_command(commands, "questions", "staff.questions", "list what was asked and not surely answered")
    questions.add_argument("--json", action="store_true", help="one JSON object a line")
    add_store(questions)

    cases = add_command(
        commands, "cases", "staff.cases", "list who asked for a person; answer them; give them back to the guide"
    )
    cases.add_argument("--json", action="store_true", help="one JSON object a line")
    add_store(cases)
    cases.set_defaults(what="list")
    doing = cases.add_subparsers(metavar="answer N [TEXT] | close N")
    answer = doing.add_parser("answer", help="send an answer into the person's chat")
    answer.add_argument("number", type=case, metavar="N", help="the case")
    answer.add_argument("text", nargs="*", metavar="TEXT", help="the answer; without it, standard input")
    answer.set_defaults(what="answer")
    add_store(answer)
    close = doing.add_parser("close", help="give the person back to the guide, which says so")
    close.add_argument("number", type=case, metavar="N", help="the case")
    close.set_defaults(what="close")
    add_store(close)

    notify = add_command(
        commands, "notify", "notices.notify", "tell a topic's news to who asked: whom, what it costs, then --yes"
    )
    notify.add_argument(
        "--topic", default="", metavar="TOPIC", help="caravan:REGION or scheme:NAME; without it, a list"
    )
    notify.add_argument("--ar", default="", metavar="TEXT", help="the words in Arabic")
    notify.add_argument("--fr", default="", metavar="TEXT", help="the words in French")
    notify.add_argument("--yes", action="store_true", help="send it")
    notify.add_argument("--resume", type=letter, metavar="N", help="go on with a notice that was stopped")
    notify.add_argument("--waiting", type=_people, default=200, metavar="N", help="replies a channel may have waiting")
    notify.add_argument("--json", action="store_true", help="one JSON object a line")
    add_store(notify)

    counter = add_command(
        commands, "counter", "counter.counter", "show the sheet of a code; note what the office made of it"
    )
    counter.add_argument("code", metavar="CODE", help="the code on the sheet: KTRP-MXQD")
    counter.add_argument(
        "--mark", choices=("came", "complete", "missing", "elsewhere"), help="what the office made of it"
    )
    counter.add_argument("--note", default="", metavar="TEXT", help="which paper is missing, or where they were sent")
    counter.add_argument("--pdf", type=Path, metavar="FILE", help="also draw the sheet as it was given")
    counter.add_argument("--json", action="store_true", help="one JSON object")
    add_store(counter)

    figures = add_command(commands, "figures", "staff.figures", "tell what happened in a month, and what WhatsApp cost")
    figures.add_argument("--month", metavar="YYYY-MM", help="the month (default: this one)")
    figures.add_argument("--json", action="store_true", help="one JSON object a line")
    add_store(figures)
    _add_accounts(commands)


def _add_accounts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command about who may come into the staff room."""
    staff = add_command(
        commands, "staff", "accounts.staff", "list who may come into /staff; add, change, or turn one off"
    )
    staff.add_argument("--json", action="store_true", help="one JSON object a line")
    add_store(staff)
    staff.set_defaults(what="list")
    doing = staff.add_subparsers(metavar="add NAME --role ROLE | password | role | regions | disable | codes | log")
    roles = ("editor", "publisher", "adviser", "clerk", "admin")

    def adds(what: str, told: str, *, names: bool = True) -> argparse.ArgumentParser:
        parser = doing.add_parser(what, help=told)
        parser.set_defaults(what=what)
        if names:
            parser.add_argument("name", metavar="NAME", help="the account")
        add_store(parser)
        return parser

    add = adds("add", "make an account; the password is asked for, or the first line of standard input")
    add.add_argument("--role", choices=roles, required=True, help="what it may do")
    add.add_argument("--region", type=region, action="append", default=[], help="first shown to it")
    regions = adds("regions", "give an account the regions that are shown to it first; without any, all are")
    regions.add_argument("region", type=region, nargs="*", metavar="REGION")
    password = adds("password", "give an account another password, and end its sessions")
    for parser in (add, password):
        parser.add_argument("--generate", action="store_true", help="make a password and print it")
    adds("role", "give an account another role").add_argument("role", choices=roles, help="what it may do")
    adds("disable", "turn an account off: all its sessions end, its cases are free")
    adds("enable", "turn an account on again")
    codes = adds("codes", "have one-time codes asked for at sign-in")
    codes.add_argument("--off", action="store_true", help="ask for none any more")
    log = adds("log", "tell what was done, by whom and when", names=False)
    log.add_argument("--most", type=int, default=200, metavar="N", help="lines (default: %(default)s)")
    log.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_gold(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    gold = add_command(commands, "gold", "gold.gold", "measure how well questions are understood, over the gold set")
    gold.add_argument("--json", action="store_true", help="one JSON object")
    gold.add_argument("--calibrate", action="store_true", help="cut the zones on the gold set (faq/calibration.yaml)")
    gold.add_argument(
        "--semantic",
        action=argparse.BooleanOptionalAction,
        help="weigh the meaning of sentences as well (needs `make semantic`)",
    )
    gold.add_argument("--phrasings", action="store_true", help="also each phrasing against all the others (slower)")
    gold.add_argument("--set", type=Path, default=_HERE / "tests" / "faq", help="folder of the gold set")


def _add_simulation(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    simulate = add_command(
        commands, "simulate", "simulation.simulate", "have invented people talk to the guide, on a store thrown away"
    )
    simulate.add_argument("--people", type=_people, default=200, metavar="N", help="so many (default: %(default)s)")
    simulate.add_argument(
        "--rate",
        type=_rate,
        metavar="R",
        help="so many come a second (default: as fast as they are answered, 200 at once)",
    )
    simulate.add_argument("--seed", type=int, default=1, metavar="N", help="other people (default: %(default)s)")
    simulate.add_argument("--set", type=Path, metavar="FILE", help="the people of this file (see docs/running.md)")
    simulate.add_argument(
        "--goal", type=float, default=0.0, metavar="PERCENT", help="exit 1 where fewer have success (default: 0)"
    )
    form = simulate.add_mutually_exclusive_group()
    form.add_argument("--all", action="store_true", help="every dead end, and all that was never reached")
    form.add_argument("--json", action="store_true", help="one JSON object")
    simulate.add_argument(
        "--store",
        default=argparse.SUPPRESS,
        help="an empty SQLite file or postgresql:// database, deleted afterwards (default: a file of its own)",
    )


def _add_stores(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands about the store as a whole."""
    backup = add_command(commands, "backup", "setup.backup", "copy the store into a file; the guide may go on")
    backup.add_argument("file", type=Path, metavar="FILE", help="the file to make; its key lies beside it")
    add_store(backup)

    restore = add_command(commands, "restore", "setup.restored", "put a backup in the place of the store")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup")
    restore.add_argument("--yes", action="store_true", help="without asking")
    add_store(restore)

    move = add_command(commands, "move-store", "setup.moved", "copy a SQLite store into an empty PostgreSQL database")
    move.add_argument("source", metavar="FROM", help="the SQLite file")
    move.add_argument(
        "target", metavar="TO", nargs="?", help="postgresql://… (default: DALIL_STORE's, unseen by others)"
    )


def _add_platforms(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands about Telegram and WhatsApp."""
    dead = add_command(
        commands, "dead", "staff.dead", "list replies that never arrived and what could not be read; send one again"
    )
    dead.add_argument("--json", action="store_true", help="one JSON object a line")
    add_store(dead)
    dead.set_defaults(what="list")
    again = dead.add_subparsers(metavar="again N").add_parser("again", help="send a reply again")
    again.add_argument("number", type=letter, metavar="N", help="the letter")
    again.set_defaults(what="again")
    add_store(again)

    doctor = add_command(
        commands, "doctor", "setup.doctor", "look at everything that must be right, and say what to do"
    )
    add_store(doctor)

    connect = add_command(commands, "connect", "setup.connect", "set a bot's webhook, commands and descriptions")
    connect.add_argument("platform", choices=("telegram",), help="the platform")


def _mark(told: str) -> str:
    """Return a mark as the address of a door holds it."""
    if not re.fullmatch("[a-z0-9]{1,20}", told):
        raise argparse.ArgumentTypeError("a mark has 1 to 20 letters a-z and digits")
    return told


def _people(written: str) -> int:
    return number_within(written, 1, 10_000_000, "a number of people")


def _rate(written: str) -> float:
    try:
        rate = float(written)
    except ValueError:
        rate = 0.0
    if not 0.001 <= rate <= 100_000:
        raise argparse.ArgumentTypeError("a rate is a number of people a second, from 0.001 to 100000")
    return rate


if __name__ == "__main__":
    raise SystemExit(main())
