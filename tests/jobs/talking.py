"""A guide in a process of its own that answers JSON lines, and what came back."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Answered(dict[str, Any]):
    """One line of `dalil talk --json`; every field may be missing."""

    @property
    def text(self) -> str:
        """All replies of the turn."""
        return "\n".join(reply.get("text") or "" for reply in self.get("replies") or [])

    @property
    def choices(self) -> list[dict[str, str]]:
        """Everything that can be tapped, in reading order."""
        return [choice for reply in self.get("replies") or [] for choice in reply.get("choices") or []]

    @property
    def facts(self) -> dict[str, Any]:
        """What is recorded of the person."""
        return self.get("facts") or {}

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdicts told in this turn, by scheme."""
        return self.get("verdicts") or {}

    def choice(self, *patterns: Any) -> dict[str, str] | None:
        """Return the first choice that a pattern names: by its id (`to:office`, `to:*`), else by part of its label."""
        wanted = [str(pattern).casefold() for pattern in patterns]
        ids = [pattern for pattern in wanted if re.match(r"[a-z]+:", pattern)]
        for pattern in ids:
            for choice in self.choices:
                name = choice["id"].casefold()
                if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1])):
                    return choice
        for pattern in wanted:
            for choice in self.choices:
                is_label = pattern not in ids and not choice["id"].startswith("faq:")
                if is_label and pattern in choice["label"].casefold():
                    return choice
        return None

    def answering(self, fact: str, value: Any) -> dict[str, str] | None:
        """Return the choice that answers a fact with a value."""
        for choice in self.choices:
            kind, _, rest = choice["id"].partition(":")
            of_fact, _, offered = rest.partition(":")
            if kind == "a" and of_fact == fact and _is_offered(value, offered):
                return choice
        return None


def _is_offered(value: Any, offered: str) -> bool:
    if isinstance(value, bool):
        return offered == ("yes" if value else "no")
    if isinstance(value, int | float):
        try:
            return same(float(offered), value)
        except ValueError:
            return False
    return bool(offered == value)


def same(got: Any, wanted: Any) -> bool:
    """Return whether two values are the same, numbers to a millionth; yes is not one."""
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        is_number = isinstance(got, int | float) and not isinstance(got, bool)
        return is_number and abs(got - wanted) < 1e-6 * max(1, abs(wanted))
    return bool(got == wanted) and type(got) is type(wanted)


def listed(value: Any) -> list[Any]:
    """Return a list, or what stands alone as one."""
    return value if isinstance(value, list) else [value]


class Guide:
    """The program, answering one line at a time."""

    def __init__(self, on: date) -> None:
        command = [sys.executable, "-m", "bot", "talk", "--json", "--on", on.isoformat()]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def send(self, **line: Any) -> Answered:
        """Send one line and return what came back; raises `RuntimeError` when the guide has ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the guide ended at {line}")
        return Answered(json.loads(answer))

    def close(self) -> None:
        """End the program."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(120)
        assert self._process.stdout
        self._process.stdout.close()


class Talk:
    """One person's conversation, written down."""

    def __init__(self, guide: Guide, person: str) -> None:
        self._guide, self._person = guide, person
        self.log: list[tuple[str, Answered]] = []
        self.last = Answered()
        self.before: Answered | None = None
        guide.send(person=person, new=True)

    @property
    def sent(self) -> int:
        """How many messages the person has sent."""
        return len(self.log)

    def say(self, text: str) -> Answered:
        """Say words."""
        return self._keep(text, self._guide.send(person=self._person, say=text))

    def tap(self, choice: dict[str, str]) -> Answered:
        """Tap a choice."""
        return self._keep(f"(tap) {choice['label']}", self._guide.send(person=self._person, tap=choice["id"]))

    def at(self, lat: float, lon: float) -> Answered:
        """Share a position."""
        return self._keep(f"(position) {lat},{lon}", self._guide.send(person=self._person, at=[lat, lon]))

    def _keep(self, shown: str, answer: Answered) -> Answered:
        self.before, self.last = self.last if self.log else None, answer
        self.log.append((shown, answer))
        return answer

    def written(self) -> str:
        """Return the conversation for a person to read."""
        return "\n".join(_line(said, answer) for said, answer in self.log)


def _line(said: str, answer: Answered) -> str:
    text = " ⏎ ".join(line for line in answer.text.split("\n") if line)[:400]
    labels = " | ".join(choice["label"] for choice in answer.choices)[:240]
    return f"    U: {said}\n      D: {text}" + (f"\n         [{labels}]" if labels else "")


def entry_is(entry: str | None, wanted: Any) -> bool:
    """Return whether an entry is one of those wanted; `off.*` stands for a beginning."""
    names: Iterable[str] = listed(wanted)
    return entry is not None and any(
        entry == name or (name.endswith("*") and entry.startswith(name[:-1])) for name in names
    )
