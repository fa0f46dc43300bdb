"""Changes and mistakes of the content in words that whoever never saw a file knows: no keys, no ids, no braces.

What keys are called stands in `changes.yaml`. An answer is called by its question, an amount by its value.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import yaml

from bot.content.shaping import figure_written
from bot.eligibility.amounts import AmountName, AmountUnit, LegalAmount
from bot.message import LANGUAGES, Language, Text
from bot.staff.drafts import GROUPS, ContentChange, EditConflict
from bot.staff.editing import AddItem

_WORDS: Final = Path(__file__).with_name("changes.yaml")
_NAMED: Final = re.compile(r"\{([a-z0-9_]+)\}")
#: Parts of a sentence that tell what somebody wrote.
_QUOTED: Final = re.compile(r"(«[^»]*»)")
#: A key of the files in a sentence, with nothing of a path or a word at it.
_KEY: Final = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z]+)*(?![\w/-])")
#: A day as files write it: in a line of Arabic its parts would change places.
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
#: An id of the content in a sentence: words with signs between.
_ID: Final = re.compile(r"(?<![\w./-])[a-z0-9]+(?:[._-][a-z0-9]+)+(?![\w./-])")
#: Of the values that are one of a few, those that a mistake tells.
_SAID: Final = ("confidence", "verdict")
#: Keys whose values are ids of something that is called otherwise.
_OF_IDS: Final = frozenset({"see", "mended", "source", "failed", "met", "unknown", "confirm", "schemes"})
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
_NO_UNITS: Final[Mapping[str, AmountUnit]] = MappingProxyType({})
_NOTHING: Final[Mapping[str, Text]] = MappingProxyType({})


def told_change(
    change: ContentChange,
    titles: Mapping[str, str] = _NOBODY,
    values: Mapping[str, Text] = _NOTHING,
    units: Mapping[str, AmountUnit] = _NO_UNITS,
) -> Text:
    """Return a change in a sentence.

    `titles` are what ids are called, `values` what names in braces stand for, `units` are those of amounts by name.
    """
    kind: Literal["added", "removed", "changed"] = "changed"
    kind = "added" if change.before is None else "removed" if change.after is None else kind
    words = _ChangeWords(change.file, titles, values)
    unit = units.get(change.about) if change.key.startswith("from/") else None

    def told(value: Any, language: Language) -> str:
        figure = figure_written(value, unit) if unit is not None else None
        if unit is None or figure is None:
            return words.told(value, language, change.key)
        return LegalAmount(AmountName(change.about), unit, figure).text().of(language)

    return Text(
        {
            language: _words()["sentences"][kind][language].format(
                about=words.about(change, language),
                key=words.path(change.about, change.key, language),
                before=told(change.before, language),
                after=told(change.after, language),
            )
            for language in LANGUAGES
        }
    )


@dataclass(frozen=True, slots=True)
class ConflictTold:
    """An edit that no longer fits, in words: what it is about, what stands there now, what is wanted."""

    about: str
    now: str
    wanted: str


def conflict_told(
    conflict: EditConflict, titles: Mapping[str, str], values: Mapping[str, Text], language: Language
) -> ConflictTold:
    """Return an edit that no longer fits, in the words of a language."""
    edit = conflict.edit
    steps = [str(step) for step in edit.at if step not in GROUPS] or [str(step) for step in edit.at]
    words, nothing = _ChangeWords(edit.file, titles, values), str(_words()["values"]["nothing"][language])
    about = [titles.get(steps[0]) or words.path("", steps[0], language)] if steps else [edit.file]
    about += [words.path("", "/".join(steps[1:]), language)] if steps[1:] else []
    now, wanted = conflict.now, conflict.wanted
    if isinstance(edit, AddItem) and isinstance(now, list):
        # Of a list only what is in the way is of any use.
        now = wanted if wanted in now else None
    key = steps[-1] if steps else ""
    told = (words.told(one, language, key).strip() if one is not None else "" for one in (now, wanted))
    return ConflictTold(": ".join(about), *(one or nothing for one in told))


def titles_drafted(changes: Iterable[ContentChange], language: Language) -> dict[str, str]:
    """Return what the answers are called that changes add, by their ids: nothing else calls them yet."""
    return {
        one.about: question for one in changes if one.key == "entry" and (question := _question(one.after, language))
    }


@dataclass(frozen=True, slots=True)
class _ChangeWords:
    """The words of what changes in a file."""

    file: str
    titles: Mapping[str, str]
    values: Mapping[str, Text]

    def about(self, change: ContentChange, language: Language) -> str:
        """Return what a change is about: an example by its scheme, a sentence by where it is said."""
        for value in (change.after, change.before):
            if isinstance(value, dict) and "given" in value:
                return self.titles.get(self._scheme(), self._scheme())
        if change.file in _words()["files"]:
            return str(_words()["files"][change.file][language])
        condition = self.titles.get(f"{self._scheme()}/{change.about}")
        told = self.titles.get(change.about) or condition or _question(change.after, language)
        told = told or _DAY.sub(lambda day: "/".join(reversed(day.groups())), _called(change.about, language))
        return self._filled(told, language)

    def path(self, about: str, key: str, language: Language) -> str:
        """Return what the key of a change is called, with those below it in brackets."""
        first, *inner = key.split("/")
        if first == "entry" and self.file.endswith("/rules.yaml") and about.startswith("{"):
            first = "examples"
        below = f" ({', '.join(self._step(one, language) for one in inner)})" if inner else ""
        return self._step(first, language) + below

    def told(self, value: Any, language: Language, key: str = "") -> str:
        """Return a value of a file as it reads: of a group each part with what it is called."""
        key = key.rpartition("/")[2] or key
        if isinstance(value, dict) and value and value.keys() <= set(LANGUAGES):
            return " – ".join(self.told(one, language) for one in value.values())
        if isinstance(value, dict):
            parts = ((str(name), one) for name, one in value.items() if name != "id")
            return "، ".join(f"{self._step(name, language)}: {self.told(one, language, name)}" for name, one in parts)
        if isinstance(value, list):
            return "، ".join(self.told(one, language, key) for one in value)
        if isinstance(value, bool):
            return str(_words()["values"]["bool"]["yes" if value else "no"][language])
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        text = " ".join(text.replace("\0", "").split())
        return self._filled(self._value(key, text, language), language)

    def _value(self, key: str, text: str, language: Language) -> str:
        """Return a value that is one of a few, or an id, in words; any other as it stands."""
        if day := _DAY.fullmatch(text):
            return "/".join(reversed(day.groups()))
        if text in _words()["values"].get(key, {}):
            return str(_words()["values"][key][text][language])
        if key in _OF_IDS:
            return self.titles.get(text) or self.titles.get(f"{self._scheme()}/{text}", text)
        return self.titles.get(f"{key}={text}", text)

    def _step(self, key: str, language: Language) -> str:
        if day := _DAY.fullmatch(key):
            return "/".join(reversed(day.groups()))
        if key in _words()["keys"]:
            return _called(key, language)
        return self.titles.get(key) or self.titles.get(f"{self._scheme()}/{key}") or key

    def _scheme(self) -> str:
        return self.file.removeprefix("flows/").removesuffix("/rules.yaml")

    def _filled(self, text: str, language: Language) -> str:
        return _NAMED.sub(lambda name: self.values[name[1]].of(language) if name[1] in self.values else name[0], text)


def filled_name(name: str) -> Text | None:
    """Return what the guide fills into a sentence of its own by a name in braces; None where it fills none by it."""
    words: Mapping[Language, str] | None = _words()["names"].get(name)
    return Text(dict(words)) if words is not None else None


def names_in_words(text: str, language: Language) -> str:
    """Return a sentence of the guide with each name in braces as what is filled in is called."""

    def called(name: re.Match[str]) -> str:
        words = filled_name(name[1])
        return f"[{words.of(language)}]" if words is not None else name[0]

    return _NAMED.sub(called, text)


def without_keys(sentence: str, titles: Mapping[str, str] = _NOBODY, file: str = "", language: Language = "ar") -> str:
    """Return a sentence about a mistake with keys of files, and ids, as they are called; what somebody wrote stays.

    `file` is the one the mistake is in: a condition is called by its scheme's.
    """
    values, scheme = _words()["values"], file.removeprefix("flows/").removesuffix("/rules.yaml")

    def word(key: str) -> str:
        if key in _words()["keys"]:
            return _called(key, language)
        for kind in _SAID:
            if key in values[kind]:
                return str(values[kind][key][language])
        return titles.get(f"{scheme}/{key}") or (titles.get(key, "") if "_" in key else "")

    def called(part: str) -> str:
        if part.startswith("«"):
            inner = part[1:-1]
            return f"«{titles.get(inner) or word(inner) or inner}»"
        part = _ID.sub(lambda id_: f"«{titles[id_[0]]}»" if id_[0] in titles else id_[0], part)
        return _KEY.sub(lambda key: f"«{told}»" if (told := word(key[0])) else key[0], part)

    return "".join(map(called, _QUOTED.split(sentence)))


def _question(value: Any, language: Language) -> str:
    """Return the question of an answer that is new, which nothing else is called by yet; empty for anything else."""
    question = value.get("question") if isinstance(value, dict) else None
    return str(question.get(language, "")) if isinstance(question, dict) else ""


def _called(key: str, language: Language) -> str:
    words: Mapping[Language, str] = _words()["keys"].get(key) or dict.fromkeys(LANGUAGES, key)
    return words[language]


@cache
def _words() -> Any:
    return yaml.safe_load(_WORDS.read_text("utf-8"))
