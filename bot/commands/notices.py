"""The command of notices: whom one would reach and what it costs, then sending it, where it stopped if need be."""

import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.channels.whatsapp.meter import tariff
from bot.commands.configuration import config_of, opened
from bot.commands.content import loaded, written
from bot.config import Config
from bot.conversation.library import Library
from bot.language.dates import moroccan_day
from bot.message import LANGUAGES, Language
from bot.staff.notices import LONGEST, NoticeFault, fault_of, replies
from bot.storage import Store
from bot.storage.notices import (
    Notice,
    NoticePlan,
    begin,
    most_waiting,
    notice_of,
    notices,
    outcomes,
    planned,
    put_on_way,
    turn_to,
    wanted_topics,
)

#: What is said of what cannot be a notice.
_FAULTS: Final[Mapping[NoticeFault, str]] = {
    "topic": "a topic is caravan:REGION (1-12) or scheme:NAME, the name of a folder with rules in flows/",
    "past": "no station of the caravan is to come in this region: add the coming one to flows/caravan.yaml first",
    "languages": "a notice needs its words in both languages: --ar and --fr",
    "long": f"a notice has at most {LONGEST} characters: one screen of a phone, with why it comes",
    "signs": "the words hold signs that nobody sees, such as those that turn the direction: write them anew",
}
#: Where a notice stands that can be gone on with.
_GO_ON: Final = frozenset({"begun", "stopped", "sending"})
#: Seconds between two looks at whether the channels have room for more.
_LOOK: Final = 0.5


def notify(args: Namespace) -> int:
    """List who wants what, tell whom a notice would reach, send one, or go on with one."""
    config = config_of(args)
    library = loaded(args)
    with opened():
        store = Store(config.store)
    try:
        if args.resume is not None:
            notice = store.read_now(partial(notice_of, number=args.resume))
            if notice is None:
                print(f"there is no notice {args.resume}; `dalil notify` lists them", file=sys.stderr)
                return 1
            store.write_now(partial(turn_to, number=notice.id, state="begun", before=("stopped", "sending")))
            return _sent(notice, library, store, args.waiting)
        if not args.topic:
            _list(store, is_json=args.json)
            return 0
        moment = datetime.now(UTC)
        if fault := fault_of(args.topic, _words(args).values(), library, moroccan_day(moment)):
            print(_FAULTS[fault], file=sys.stderr)
            return 2
        now = moment.timestamp()
        _preview(args, store.read_now(partial(planned, topic=args.topic, now=now)), config, library)
        if not args.yes:
            print("nothing was sent: with --yes it is")
            return 0
        notice = store.write_now(partial(begin, topic=args.topic, wordings=_words(args), now=now))
        return _sent(notice, library, store, args.waiting)
    finally:
        store.close()


def _words(args: Namespace) -> dict[Language, str]:
    return {language: getattr(args, language) for language in LANGUAGES}


def _preview(args: Namespace, plan: NoticePlan, config: Config, library: Library) -> None:
    for reply in replies(args.topic, _words(args), library).values():
        print(reply.text)
        print("  ".join(f"[{choice.label}]" for choice in reply.choices))
        print()
    for channel, people in plan.by_channel.items():
        print(f"{people:8,}  {channel}")
    if plan.unreachable:
        print(f"{plan.unreachable:8,}  cannot be reached any more")
    if plan.by_channel.get("whatsapp"):
        price = tariff(config.whatsapp)
        messages = plan.by_channel["whatsapp"] + plan.by_template
        print(
            f"{plan.by_template:8,}  of WhatsApp outside the window: first the template, the notice when they answer\n"
            f"{messages * price.price:8.2f}  {price.currency} at most, were no message of the month free"
        )


def _sent(notice: Notice, library: Library, store: Store, waiting: int) -> int:
    """Put a notice on its way at the channels' pace; killed at any moment, it goes on with `--resume`."""
    told = replies(notice.topic, notice.wordings, library)
    print(f"notice {notice.id}; if this is stopped: dalil notify --resume {notice.id}", flush=True)
    while True:
        now = datetime.now(UTC).timestamp()
        if store.read_now(partial(most_waiting, now=now)) >= waiting:
            time.sleep(_LOOK)
            continue
        if not store.write_now(partial(put_on_way, notice=notice, replies=told, now=now)):
            break
    for outcome, people in store.read_now(partial(outcomes, number=notice.id)).items():
        print(f"{people:8,}  {outcome}")
    return 0


def _list(store: Store, *, is_json: bool) -> None:
    for topic, people in store.read_now(wanted_topics).items():
        if is_json:
            written({"topic": topic, "people": people})
        else:
            print(f"{people:8,}  {topic}")
    for notice in store.read_now(notices):
        if is_json:
            written({"notice": notice.id, "topic": notice.topic, "ended": notice.is_ended, "state": notice.state})
        else:
            stands = "not ended: --resume" if notice.state in _GO_ON else notice.state
            print(f"notice {notice.id}  {notice.topic}  {stands}")
