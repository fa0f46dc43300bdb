"""The command of notices: whom one would reach and what it costs, then sending it, where it stopped if need be."""

import sys
import time
from argparse import Namespace
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.channels.incoming import legible
from bot.channels.whatsapp.meter import tariff
from bot.commands.configuration import config_of, keep_of, opened
from bot.commands.content import written
from bot.config import Config
from bot.content.releases import loaded
from bot.conversation.choices import do
from bot.conversation.library import Library
from bot.message import LANGUAGES, Language, Reply
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
    wanted_topics,
)

#: Characters of a notice at most.
_LONGEST: Final = 500
#: Seconds between two looks at whether the channels have room for more.
_LOOK: Final = 0.5


def notify(args: Namespace) -> int:
    """List who wants what, tell whom a notice would reach, send one, or go on with one."""
    config = config_of(args)
    library, _ = loaded(config.content, keep_of(config))
    if library is None:
        print("the content has mistakes: `dalil check` tells them", file=sys.stderr)
        return 1
    with opened():
        store = Store(config.store)
    try:
        if args.resume is not None:
            notice = store.read_now(partial(notice_of, number=args.resume))
            if notice is None:
                print(f"there is no notice {args.resume}; `dalil notify` lists them", file=sys.stderr)
                return 1
            return _sent(notice, library, store, args.waiting)
        if not args.topic:
            _list(store, is_json=args.json)
            return 0
        if fault := fault_of(args.topic, _words(args).values(), library):
            print(fault, file=sys.stderr)
            return 2
        now = datetime.now(UTC).timestamp()
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


def fault_of(topic: str, wordings: Collection[str], library: Library) -> str:
    """Return what is wrong with a topic or with the words in each language; empty where nothing is."""
    kind, _, name = topic.partition(":")
    is_region = kind == "caravan" and name.isdigit() and 1 <= int(name) <= 12
    if not is_region and not (kind == "scheme" and name in library.schemes):
        return "a topic is caravan:REGION (1-12) or scheme:NAME, the name of a folder with rules in flows/"
    if not all(words.strip() for words in wordings):
        return "a notice needs its words in both languages: --ar and --fr"
    if max(map(len, wordings)) > _LONGEST:
        return f"a notice has at most {_LONGEST} characters: one screen of a phone, with why it comes"
    if any(legible(words) != words for words in wordings):
        return "the words hold signs that nobody sees, such as those that turn the direction: write them anew"
    return ""


def replies(wordings: Mapping[Language, str], library: Library) -> dict[Language, Reply]:
    """Return a notice as people get it in each language: why it comes stands below, and how to have no more."""
    say = library.phrases
    return {
        language: Reply(
            f"{wordings[language].strip()}\n\n{say.notice_why.of(language)}",
            (do("quiet", say.quiet, language), do("menu", say.menu, language)),
            language,
        )
        for language in LANGUAGES
    }


def _preview(args: Namespace, plan: NoticePlan, config: Config, library: Library) -> None:
    for reply in replies(_words(args), library).values():
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
    told = replies(notice.wordings, library)
    print(f"notice {notice.id}; if this is stopped: dalil notify --resume {notice.id}", flush=True)
    while True:
        now = datetime.now(UTC).timestamp()
        if store.read_now(partial(most_waiting, now=now)) >= waiting:
            time.sleep(_LOOK)
            continue
        if store.write_now(partial(put_on_way, notice=notice, replies=told, now=now)) == 0:
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
            written({"notice": notice.id, "topic": notice.topic, "ended": notice.is_ended})
        else:
            print(f"notice {notice.id}  {notice.topic}  {'sent' if notice.is_ended else 'not ended: --resume'}")
