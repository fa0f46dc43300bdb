"""What the commands take: how one is added to the parser, stores and numbers in their bounds, and the words of drafts.

Nothing of the rest of the program is imported here: `dalil --help` shows all of it at once.
"""

import argparse
import os


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: str, told: str
) -> argparse.ArgumentParser:
    """Add a command that `command` (a module of `bot.commands` and a function in it) carries out."""
    parser = commands.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".")
    parser.set_defaults(command=command)
    return parser


def add_drafts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands by which the content is edited in drafts, published and taken back."""
    draft = add_command(
        commands, "draft", "drafts.draft", "list the drafts of the content, or make, edit and check one"
    )
    draft.set_defaults(what="list", number=None)
    doing = draft.add_subparsers(metavar="new WHY | set|add|remove N … | show|check|approve|drop N")
    new = doing.add_parser("new", help="begin a draft; prints its number")
    new.add_argument("why", metavar="WHY", help="why it is made, in a sentence")
    new.set_defaults(what="new")
    add_who(new)
    for name, told in (
        ("set", "give what stands at a place another value"),
        ("add", "add an item to the list at a place"),
        ("remove", "take away what stands at a place"),
    ):
        edit = doing.add_parser(name, help=told)
        edit.add_argument("number", type=case, metavar="N", help="the draft")
        edit.add_argument("file", metavar="FILE", help="the file, such as flows/offices.yaml")
        edit.add_argument("place", metavar="PLACE", help="keys and ids with / between: brce-2/phone")
        if name != "remove":
            edit.add_argument("value", nargs="?", metavar="VALUE", help="as YAML; without it, standard input as a text")
        edit.set_defaults(what=name)
    for name, told in (
        ("show", "tell in words what a draft changes"),
        ("check", "check a draft: mistakes, edges that move, questions that would be answered otherwise"),
        ("drop", "delete a draft"),
        ("approve", "say as a second person that law or money in a draft is right"),
    ):
        one = doing.add_parser(name, help=told)
        one.add_argument("number", type=case, metavar="N", help="the draft")
        one.set_defaults(what=name)
        if name == "approve":
            add_who(one)
        if name == "check":
            add_store(one)

    publish = add_command(commands, "publish", "drafts.publish", "make a draft a release; the running guide takes it")
    publish.add_argument("number", type=case, metavar="N", help="the draft")
    add_who(publish)

    undo = add_command(commands, "undo", "drafts.undo", "take back what a release changed, in a new release")
    undo.add_argument("number", type=case, metavar="N", help="the release")
    undo.add_argument("why", metavar="WHY", help="why, in a sentence")
    add_who(undo)

    sources = add_command(commands, "sources", "drafts.sources", "list the sources that no longer answer")
    sources.add_argument("--check", action="store_true", help="ask for each of them first, one at a time a site")

    releases = add_command(commands, "releases", "drafts.releases", "list the releases: number, who, when, why")
    releases.add_argument("--json", action="store_true", help="one JSON object a line")


def add_who(parser: argparse.ArgumentParser) -> None:
    """Take who does it; the account of the machine where nobody is named."""
    parser.add_argument("--as", dest="who", default=os.environ.get("USER", ""), metavar="NAME", help="who does it")


def add_store(parser: argparse.ArgumentParser) -> None:
    """Take `--store`: also behind the words of a command that has words of its own."""
    told = "SQLite file or postgresql:// address (default: that of DALIL_STORE in the environment, else config.yaml's)"
    parser.add_argument("--store", default=argparse.SUPPRESS, help=told)


def port(written: str) -> int:
    """Return a port."""
    return number_within(written, 0, 65_535, "a port")


def case(written: str) -> int:
    """Return the number of a case, a draft or a release."""
    return number_within(written, 1, 2**31 - 1, "a case")


def letter(written: str) -> int:
    """Return the number of a dead letter."""
    return number_within(written, 1, 2**63 - 1, "a letter")


def number_within(written: str, least: int, most: int, what: str) -> int:
    """Return a whole number within its bounds, or have the parser say what they are."""
    number = int(written) if written.isdecimal() and len(written) <= len(str(most)) else -1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{what} is a number from {least} to {most}")
    return number


def region(written: str) -> int:
    """Return the number of a region, 9 or 09."""
    return number_within(written, 1, 12, "a region")
