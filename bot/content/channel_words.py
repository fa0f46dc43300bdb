"""The words that only one channel needs, read from `flows/telegram.yaml` and `flows/whatsapp.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels import telegram, whatsapp
from bot.channels.problems import Problem
from bot.content.reading import Document, Mistakes, read
from bot.content.shaping import Words, shaped
from bot.message import Text

TELEGRAM: Final = Path("flows") / "telegram.yaml"
WHATSAPP: Final = Path("flows") / "whatsapp.yaml"

_OF_TELEGRAM: Final = ("share_location", "share_prompt", "rest", "description", "about")
_OF_WHATSAPP: Final = ("open_list", "more_rows", "rest", "or_number")
_WEB: Final = "web_instead"


@dataclass(frozen=True, slots=True)
class WhatsAppWords:
    """The channel's words, and the sentence that offers the web chat in its place, with `{address}`."""

    words: whatsapp.Words
    web_instead: Text


def read_telegram(root: Path, mistakes: Mistakes) -> telegram.Words | None:
    """Return the words, None with the mistakes noted where something is wrong with them."""
    document = _document(root, TELEGRAM, mistakes)
    if document is None:
        return None
    told = _texts(document, _OF_TELEGRAM, ("commands",), (), mistakes)
    commands: dict[str, Text] | None = None
    if isinstance(document.value.get("commands"), dict):
        # A command may be left out: it is then not listed.
        there = document.value["commands"].keys()
        commands = _texts(document, [n for n in telegram.COMMANDS if n in there], (), ("commands",), mistakes)
    elif "commands" in document.value:
        mistakes.add("not_a_group", document.where("commands"), key="commands")
    else:
        mistakes.add("key_missing", document.where(), key="commands")
    if told is None or commands is None:
        return None
    words = telegram.Words(**told, commands=commands)
    return None if _too_long(telegram.lint_words(words), document, mistakes) else words


def read_whatsapp(root: Path, mistakes: Mistakes) -> WhatsAppWords | None:
    """Return the words, None with the mistakes noted where something is wrong with them."""
    document = _document(root, WHATSAPP, mistakes)
    told = None if document is None else _texts(document, (*_OF_WHATSAPP, _WEB), (), (), mistakes)
    if document is None or told is None:
        return None
    web_instead = told.pop(_WEB)
    words = whatsapp.Words(**told)
    if _too_long(whatsapp.lint_words(words), document, mistakes):
        return None
    return WhatsAppWords(words, web_instead)


def _document(root: Path, file: Path, mistakes: Mistakes) -> Document | None:
    document = read(root, root / file, mistakes)
    if document is not None and not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key=file.name)
        return None
    return document


def _texts(
    document: Document, names: Iterable[str], others: Iterable[str], group: tuple[str, ...], mistakes: Mistakes
) -> dict[str, Text] | None:
    """Return the texts of a group by their names; `others` may stand there too."""
    value: Mapping[str, object] = document.value
    for key in group:
        value = document.value[key]
    wanted = [*names]
    for name in value.keys() - {*wanted, *others}:
        mistakes.add("key_unknown", document.where(*group, name), key=name)
    for name in wanted:
        if name not in value:
            mistakes.add("key_missing", document.where(*group), key=name)
    shapes = {name: shaped(Words, document, mistakes, (*group, name)) for name in wanted if name in value}
    texts = {name: words.text() for name, words in shapes.items() if words is not None}
    return texts if len(texts) == len(wanted) else None


def _too_long(problems: Iterable[Problem], document: Document, mistakes: Mistakes) -> bool:
    is_wrong = False
    for problem in problems:
        is_wrong = True
        line = next((path for path, _ in document.lines.items() if _at(document, path) == problem.about), ())
        mistakes.add("label_long", document.where(*line), label=problem.about, most=problem.most)
    return is_wrong


def _at(document: Document, path: tuple[str | int, ...]) -> str:
    value = document.value
    for key in path:
        value = value[key]
    return value.strip() if isinstance(value, str) else ""
