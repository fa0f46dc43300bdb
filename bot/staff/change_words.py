"""Changes and mistakes of the content in words that whoever never saw a file knows: no keys, no ids, no braces.

What keys are called stands in `changes.yaml`. An answer is called by its question, an amount by its value.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import yaml

from bot.message import LANGUAGES, Language, Text
from bot.staff.drafts import ContentChange

_WORDS: Final = Path(__file__).with_name("changes.yaml")
_NAMED: Final = re.compile(r"\{([a-z0-9_]+)\}")
#: Parts of a sentence that tell what somebody wrote.
_QUOTED: Final = re.compile(r"(«[^»]*»)")
#: A key of the files in a sentence, with nothing of a path or a word at it.
_KEY: Final = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z]+)*(?![\w/-])")
#: An id of the content in a sentence: words with signs between.
_ID: Final = re.compile(r"(?<![\w./-])[a-z0-9]+(?:[._-][a-z0-9]+)+(?![\w./-])")
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
_NOTHING: Final[Mapping[str, Text]] = MappingProxyType({})


def told_change(
    change: ContentChange, titles: Mapping[str, str] = _NOBODY, values: Mapping[str, Text] = _NOTHING
) -> Text:
    """Return a change in a sentence; `titles` are what ids are called, `values` what names in braces stand for."""
    kind: Literal["added", "removed", "changed"] = "changed"
    kind = "added" if change.before is None else "removed" if change.after is None else kind
    first, *inner = change.key.split("/")
    parts = {
        language: _called(first, language)
        + (f" ({', '.join(_called(one, language) for one in inner)})" if inner else "")
        for language in LANGUAGES
    }
    return Text(
        {
            language: _words()["sentences"][kind][language].format(
                about=titles.get(change.about) or _question(change.after, language) or change.about,
                key=parts[language],
                before=_in_words(change.before, language, values),
                after=_in_words(change.after, language, values),
            )
            for language in LANGUAGES
        }
    )


def without_keys(sentence: str, titles: Mapping[str, str] = _NOBODY, language: Language = "ar") -> str:
    """Return a sentence about a mistake with keys of files, and ids, as they are called; what somebody wrote stays."""

    def called(part: str) -> str:
        if part.startswith("«"):
            inner = part[1:-1]
            return f"«{titles.get(inner) or _called(inner, language)}»"
        part = _ID.sub(lambda id_: f"«{titles[id_[0]]}»" if id_[0] in titles else id_[0], part)
        return _KEY.sub(lambda key: f"«{_called(key[0], language)}»" if key[0] in _words()["keys"] else key[0], part)

    return "".join(map(called, _QUOTED.split(sentence)))


def _question(value: Any, language: Language) -> str:
    """Return the question of an answer that is new, which nothing else is called by yet; empty for anything else."""
    question = value.get("question") if isinstance(value, dict) else None
    return str(question.get(language, "")) if isinstance(question, dict) else ""


def _called(key: str, language: Language) -> str:
    words: Mapping[Language, str] = _words()["keys"].get(key) or dict.fromkeys(LANGUAGES, key)
    return words[language]


def _in_words(value: Any, language: Language, values: Mapping[str, Text]) -> str:
    """Return a value of a file as it reads: of a group each part with what it is called."""
    if isinstance(value, dict) and value and value.keys() <= set(LANGUAGES):
        return " – ".join(_in_words(one, language, values) for one in value.values())
    if isinstance(value, dict):
        parts = ((key, _in_words(one, language, values)) for key, one in value.items() if key != "id")
        return "، ".join(f"{_called(str(key), language)}: {told}" for key, told in parts)
    if isinstance(value, list):
        return "، ".join(_in_words(one, language, values) for one in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = _NAMED.sub(lambda name: values[name[1]].of(language) if name[1] in values else name[0], text)
    return " ".join(shown.replace("\0", "").split())


@cache
def _words() -> Any:
    return yaml.safe_load(_WORDS.read_text("utf-8"))
