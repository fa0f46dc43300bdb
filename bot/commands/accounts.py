"""Commands about the accounts of the staff room: who may come in, and what was done there."""

import getpass
import re
import secrets
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection

from bot.commands.configuration import with_store
from bot.commands.content import written
from bot.staff.accounts import NAME, SHORTEST_PASSWORD, digest, is_password, new_totp, totp_address
from bot.storage.staff import (
    AccountTakenError,
    NoSuchAccountError,
    accounts,
    add_account,
    audit,
    disable,
    enable,
    sessions_open,
    set_password,
    set_regions,
    set_role,
    set_totp,
)

T = TypeVar("T")

#: Who does what is done here, in the audit: whoever may run commands on the machine.
_WHO: Final = "(command line)"
#: Letters and digits that nobody takes for another one.
_PLAIN: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def staff(args: Namespace) -> int:
    """Add an account, list them, change one, or tell what was done."""
    now = datetime.now(UTC).timestamp()
    try:
        match args.what:
            case "add":
                return _add(args, now)
            case "password":
                return _set_password(args, now)
            case "role":
                with_store(args, lambda connection: set_role(connection, args.name, args.role, _WHO, now))
                print(f"{args.name} is {args.role} now; all sessions ended")
            case "regions":
                with_store(args, lambda connection: set_regions(connection, args.name, args.region, _WHO, now))
                told = ", ".join(str(one) for one in sorted(set(args.region)))
                print(f"{args.name} is shown {'the regions ' + told if told else 'all regions'} first")
            case "disable":
                with_store(args, lambda connection: disable(connection, args.name, _WHO, now))
                print(f"{args.name} cannot come in any more; all sessions ended, their cases are free")
            case "enable":
                with_store(args, lambda connection: enable(connection, args.name, _WHO, now))
                print(f"{args.name} can come in again")
            case "codes":
                _codes(args, now)
            case "log":
                _log(args)
            case _:
                _list(args)
    except NoSuchAccountError:
        print(f"there is no account {args.name}; `dalil staff` lists them", file=sys.stderr)
        return 1
    except AccountTakenError:
        print(f"there is an account {args.name} already; `dalil staff password` changes its password", file=sys.stderr)
        return 1
    return 0


def _add(args: Namespace, now: float) -> int:
    name = " ".join(args.name.split())
    if not NAME.fullmatch(name):
        print("a name has 2 to 40 letters, digits, spaces, dots or hyphens", file=sys.stderr)
        return 2
    password, told = _password(args)
    if password is None:
        return 2
    made = digest(password)

    def add(connection: Connection) -> None:
        add_account(connection, name, args.role, made, _WHO, now)
        if args.region:
            set_regions(connection, name, args.region, _WHO, now)

    with_store(args, add)
    print(f"{name} can come in as {args.role} at /staff{told}")
    return 0


def _set_password(args: Namespace, now: float) -> int:
    password, told = _password(args)
    if password is None:
        return 2
    made = digest(password)
    with_store(args, lambda connection: set_password(connection, args.name, made, _WHO, now))
    print(f"the password of {args.name} is changed; all sessions ended{told}")
    return 0


def _password(args: Namespace) -> tuple[str | None, str]:
    """Return a password, and what is to be said of it: made here, or typed unseen, or the first line piped in.

    Never an argument: those stand in the shell's history and can be read by every account of the machine.
    """
    if args.generate:
        password = "-".join("".join(secrets.choice(_PLAIN) for _ in range(4)) for _ in range(4))
        return password, f"\npassword: {password}"
    if sys.stdin.isatty():
        password = getpass.getpass("password: ")
        if password != getpass.getpass("once more: "):
            print("the two are not the same", file=sys.stderr)
            return None, ""
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not is_password(password):
        print(f"a password has at least {SHORTEST_PASSWORD} characters; or use --generate", file=sys.stderr)
        return None, ""
    return password, ""


def _codes(args: Namespace, now: float) -> None:
    secret = None if args.off else new_totp()
    with_store(args, lambda connection: set_totp(connection, args.name, secret, _WHO, now))
    if secret is None:
        print(f"no code is asked of {args.name} any more")
        return
    print(f"a code is asked of {args.name} from now on; all sessions ended. Scan or type once, then clear the screen:")
    address = totp_address(secret, args.name)
    if sys.stdout.isatty():
        import segno  # noqa: PLC0415

        segno.make(address).terminal(compact=True)
    print(address)
    print(f"by hand: {' '.join(re.findall('....', secret))}")


def _list(args: Namespace) -> None:
    listed, open_now = with_store(args, lambda connection: (accounts(connection), sessions_open(connection)))
    for one in listed:
        if args.json:
            written(
                {
                    "name": one.name,
                    "role": one.role,
                    "regions": list(one.regions),
                    "codes": one.totp is not None,
                    "disabled": one.disabled.isoformat() if one.disabled else None,
                    "sessions": open_now.get(one.name, 0),
                }
            )
            continue
        state = "" if one.is_on else f"  disabled since {one.disabled:%Y-%m-%d}"
        codes = "  with codes" if one.totp is not None else ""
        regions = f"  regions {' '.join(map(str, one.regions))}" if one.regions else ""
        print(f"{one.name}  {one.role}  since {one.created:%Y-%m-%d}{regions}{codes}{state}")
    if not listed and not args.json:
        print("no account: `dalil staff add NAME --role admin` makes the first; until then there is no /staff")


def _log(args: Namespace) -> None:
    for line in reversed(with_store(args, lambda connection: audit(connection, most=args.most))):
        if args.json:
            written({"at": line.at.isoformat(), "who": line.who, "did": line.did, "about": line.about})
        else:
            print(f"{line.at:%Y-%m-%d %H:%M}  {line.who}  {line.did}  {line.about}".rstrip())
