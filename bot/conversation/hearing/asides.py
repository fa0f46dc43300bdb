"""What is said across a flow: back, menu, a greeting, a word to a person. Recognised before the flow sees the message.

The words are the writers' (`flows/asides.yaml`), in every script; a whole message must be one of them, give or take a
letter, so that «رجع» is an aside and a question about returning goods is not.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from rapidfuzz import fuzz, process

from bot.language.folding import folded, traced
from bot.message import Language

#: What a person may say at any point; each also works as the choice `do:<name>`.
Aside = Literal[
    "start",
    "back",
    "menu",
    "restart",
    "change",
    "unknown",
    "why",
    Language,
    "person",
    "stop",
    "forget",
    "none",
    "regions",
    "elsewhere",
    "ask",
    "again",
    "source",
    "compare",
    "file",
    "files",
    "details",
    "sheet",
    "move",
    "tell_me",
    "quiet",
    "plainer",
    "resume",
    "my_data",
    "listen",
    "read",
    "said_so",
    "speak_again",
    "hear_in",
    "hear_ary",
    "hear_shi",
    "hear_tzm",
    "hear_rif",
    "hear_mey",
    "hear_fr",
]
ASIDES: tuple[Aside, ...] = get_args(Aside)

#: What is answered briefly and asks for nothing.
SmallTalk = Literal["greeting", "thanks", "insult", "human", "upset", "callback", "amazigh"]
SMALL_TALK: tuple[SmallTalk, ...] = get_args(SmallTalk)

#: A spelling this near (0–100) to a known one is it; only for words long enough not to meet by chance.
_NEAR_ENOUGH = 88
_LEAST_LETTERS = 5
#: What erases answers is only meant when it is written to the letter.
_TO_THE_LETTER = frozenset({"forget", "restart", "asking", "quiet"})


#: What changes the look of a sign and not its meaning: the colour of a skin, how it is drawn, blanks.
_LOOKS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d\\s]")


def _bare(text: str) -> str:
    """Return signs without what only changes their look."""
    return _LOOKS.sub("", text)


def _may_be_near(one: int, other: int) -> bool:
    """Return whether texts of two lengths can have `_NEAR_ENOUGH` in common, the shorter being all of that."""
    return 200 * min(one, other) >= _NEAR_ENOUGH * (one + other)


class AsideForms:
    """Spoken forms of asides, small talk, yes and no: each form means one name."""

    def __init__(self, forms: Mapping[str, Iterable[str]]) -> None:
        self._names = {spelled: name for name, listed in forms.items() for form in listed if (spelled := folded(form))}
        #: Forms without a letter, each a sign: «👍».
        self._signs = {_bare(form): name for name, listed in forms.items() for form in listed if not folded(form)}
        #: By the length of a text the forms that it may be, if not to the letter.
        long = [
            form for form, name in self._names.items() if len(form) >= _LEAST_LETTERS and name not in _TO_THE_LETTER
        ]
        lengths = set(map(len, long))
        self._alike: dict[int, list[str]] = {}
        for length in range(_LEAST_LETTERS, 2 * max(map(len, long), default=0)):
            near = {other for other in lengths if _may_be_near(other, length)}
            self._alike[length] = [form for form in long if len(form) in near]
        asking = [form for form, name in self._names.items() if name in {"asking", "follow"}]
        self._asking_words = frozenset(form for form in asking if " " not in form)
        self._asking = [f" {form} " for form in asking if " " in form]
        openings = [f"{form} " for form, name in self._names.items() if name in {"greeting", "amazigh"}]
        self._openings = tuple(sorted(openings, key=len)[::-1])
        reminders = [f"{form} " for form, name in self._names.items() if name == "reminder"]
        self._reminders = tuple(sorted(reminders, key=len)[::-1])

    def meaning(self, text: str) -> str | None:
        """Return the name of what the whole folded `text` says, or None."""
        if (name := self._names.get(text)) is not None:
            return name
        if len(text) < _LEAST_LETTERS:
            return None
        best = process.extractOne(text, self._alike.get(len(text), ()), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        return self._names[best[0]] if best else None

    def is_written(self, text: str) -> bool:
        """Return whether folded `text` is one of the forms to the letter."""
        return text in self._names

    def said_by_signs(self, text: str) -> str | None:
        """Return the name of what a text of signs alone says, all of them the same; None for any other."""
        names = {self._signs.get(sign) for sign in _bare(text)}
        return names.pop() if len(names) == 1 else None

    def asks(self, text: str) -> bool:
        """Return whether folded `text` holds a word that only questions hold."""
        spaced = f" {text} "
        return not self._asking_words.isdisjoint(text.split()) or any(words in spaced for words in self._asking)

    def without_greeting(self, text: str) -> str:
        """Return folded `text` after the greeting it opens with, if it goes on after it."""
        while text.startswith(self._openings):
            text = text[next(len(opening) for opening in self._openings if text.startswith(opening)) :]
        return text

    def without_reminder(self, text: str) -> str:
        """Return what stands behind an "I told you": «راني قلت ليك تازناخت» is «تازناخت»; else the whole text."""
        plain, origins = traced(text)
        opening = next((opening for opening in self._reminders if plain.startswith(opening)), None)
        return text if opening is None else text[origins[len(opening)] :]
