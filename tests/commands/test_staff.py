"""`dalil questions` and `dalil cases`: what staff see of the chats, and how they take part in one."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.commands.content import harmless
from bot.commands.staff import quoted
from tests.phone import Phone, nonce_of
from tests.program import Served, Told, served, told

_BUBBLE = re.compile(r"<article.*?</article>", re.DOTALL)


@pytest.fixture(scope="module")
def guide(root: Path) -> Iterator[Served]:
    """A guide that is running."""
    with served(root, root / "var" / "staff.db") as running:
        yield running


def _staff(guide: Served, *words: str) -> Told:
    return told(*words, "--store", guide.store, root=guide.root)


def _says(phone: Phone, text: str) -> str:
    """Say something as a person without JavaScript, and return the page that then comes."""
    nonce = nonce_of(phone.open())
    assert phone.say(text=text, nonce=nonce)[0].status == 303
    return phone.open()


def _number(guide: Served, words: str) -> int:
    """Return the number of the open case in which somebody said this."""
    listed: list[dict[str, Any]] = _staff(guide, "cases", "--json").lines
    return int(next(case["number"] for case in listed if any(one["text"] == words for one in case["messages"])))


def test_a_person_is_answered_by_a_person(guide: Served) -> None:
    """Who asks for a person has a case; the guide says once that staff will see; closing gives them back."""
    phone = Phone(guide)
    _says(phone, "بغيت نهضر مع شي واحد")
    told = _BUBBLE.findall(_says(phone, "عندي مشكل مع الملف رقم سبعة"))
    assert "وصلت رسالتكم إلى الموظفين" in told[-1]
    silent = _BUBBLE.findall(_says(phone, "وعندي مشكل آخر"))
    assert "آخر" in silent[-1]
    assert "mine" in silent[-1]
    number = _number(guide, "عندي مشكل مع الملف رقم سبعة")

    sent = _staff(guide, "cases", "answer", str(number), "السلام عليكم،", "معكم سلمى")
    assert (sent.status, sent.err) == (0, "")
    answered = _BUBBLE.findall(phone.open())
    assert "السلام عليكم، معكم سلمى" in answered[-1]
    assert "staff" in answered[-1]
    assert "mine" in _BUBBLE.findall(_says(phone, "شكرا سلمى"))[-1]

    assert _staff(guide, "cases", "close", str(number)).status == 0
    closed = _BUBBLE.findall(phone.open())
    assert "guide" in closed[-1]
    assert len(closed) == len(answered) + 2
    assert "mine" not in _BUBBLE.findall(_says(phone, "شنو هو ميثاق التجارة الخارجية"))[-1]
    assert _staff(guide, "cases", "answer", str(number), "واش مازال؟").status == 1


def test_cases_are_listed(guide: Served) -> None:
    """An open case tells its number, its channel, since when, and who said what."""
    phone = Phone(guide)
    _says(phone, "أريد التحدث مع شخص")
    _says(phone, "سؤال للموظفين فقط")
    number = _number(guide, "سؤال للموظفين فقط")
    assert _staff(guide, "cases", "answer", str(number), "نعم").status == 0
    [case] = [one for one in _staff(guide, "cases", "--json").lines if one["number"] == number]
    assert list(case) == ["number", "channel", "opened", "messages"]
    assert case["channel"] == "web"
    assert datetime.fromisoformat(case["opened"]).tzinfo is not None
    assert [(one["who"], one["text"]) for one in case["messages"]][-2:] == [
        ("person", "سؤال للموظفين فقط"),
        ("staff", "نعم"),
    ]
    plain = _staff(guide, "cases").out
    assert f"case {number}  web  since " in plain
    assert "    staff  │ نعم" in plain


def test_a_message_forges_no_line(guide: Served) -> None:
    """Whatever a person writes, each line of it stands behind who said it, and no terminal obeys it."""
    phone = Phone(guide)
    _says(phone, "أريد التحدث مع شخص")
    forged = (
        "سطر\ncase 999  web  since 2026-01-01 10:00\n    staff  │ نعم\u2028case 998\u2028\u202eعكس\u200b\u2066خفي\u00ad"
    )
    _says(phone, forged)
    plain = _staff(guide, "cases").out
    assert not re.search(r"^case 99[89]", plain, re.MULTILINE)
    assert "    person │ case 999  web  since 2026-01-01 10:00\n" in plain
    assert "    person │     staff  │ نعم\n" in plain
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\u00ad]", plain)


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J\x1b[1;1H",
        "\x1b]0;title\x07",
        "\x9b31m",
        "a\rb",
        "\x08\x08",
        "\ue000",
        "\U000e0041",
        "\ud800",
        "e\u0301",
    ],
)
def test_a_terminal_obeys_no_message(text: str) -> None:
    """Escape sequences, carriage returns, unseen and private signs are gone; letters and their marks stay."""
    shown = harmless(f"قبل {text} بعد\nسطر")
    assert all(sign == "\n" or unicodedata.category(sign)[0] != "C" for sign in shown)
    assert shown.startswith("قبل ")
    assert shown.endswith(" بعد\nسطر")
    assert [line.partition(" │ ")[0] for line in quoted("person", shown)] == ["    person", "    person"]


def test_an_answer_is_taken_from_standard_input(guide: Served) -> None:
    """Piped in, an answer of several lines arrives whole and stands in no shell's history."""
    phone = Phone(guide)
    _says(phone, "أريد التحدث مع شخص")
    _says(phone, "سؤال من الأنبوب")
    number = str(_number(guide, "سؤال من الأنبوب"))
    said = told("cases", "answer", number, "--store", guide.store, typed="السطر الأول\nالسطر الثاني\n", root=guide.root)
    assert (said.status, said.err) == (0, "")
    [case] = [one for one in _staff(guide, "cases", "--json").lines if str(one["number"]) == number]
    assert case["messages"][-1]["text"] == "السطر الأول\nالسطر الثاني"
    assert told("cases", "answer", number, "--store", guide.store, typed="\n", root=guide.root).status == 2


def test_an_answer_is_awaited_without_a_reload(guide: Served) -> None:
    """A page that waits for news is given what staff say from another process, within seconds."""
    phone = Phone(guide)
    last = re.findall(r'data-id="(\d+)"', _says(phone, "بغيت نهضر مع شي واحد"))[-1]
    _says(phone, "واش كاين شي جواب على الانتظار")
    number = _number(guide, "واش كاين شي جواب على الانتظار")
    assert _staff(guide, "cases", "answer", str(number), "ها هو الجواب").status == 0
    answer, part = phone.ask("GET", f"/news?after={int(last) + 1}")
    assert answer.status == 200
    assert "ها هو الجواب" in part


@pytest.mark.parametrize("words", [["answer", "4711", "نعم"], ["close", "4711"]])
def test_no_such_case_is_told(guide: Served, words: list[str]) -> None:
    """For a case that is not open, the number is told and the status is 1."""
    said = _staff(guide, "cases", *words)
    assert (said.status, said.out) == (1, "")
    assert "4711" in said.err


def test_an_empty_answer_is_refused(guide: Served) -> None:
    """An answer without words is not sent."""
    assert _staff(guide, "cases", "answer", "1", "  ").status == 2


def test_questions_are_listed_most_asked_first(guide: Served) -> None:
    """What was not surely answered is listed with how often it was asked, and never with who asked it."""
    for _ in range(2):
        _says(Phone(guide), "qsdkjh wxcvbn mlkjh")
    _says(Phone(guide), "بغيت ندير قنطرة فوق الواد")
    _says(Phone(guide), "شنو هو ميثاق التجارة الخارجية")
    listed = _staff(guide, "questions", "--json").lines
    assert [list(one) for one in listed] == [["text", "count", "zone", "chosen", "entries", "last"]] * len(listed)
    counts = [one["count"] for one in listed]
    assert counts == sorted(counts, reverse=True)
    asked = {one["text"]: one for one in listed}
    assert asked["qsdkjh wxcvbn mlkjh"]["count"] == 2
    assert asked["qsdkjh wxcvbn mlkjh"]["zone"] in {"none", "unsure"}
    assert asked["بغيت ندير قنطرة فوق الواد"]["count"] == 1
    assert "شنو هو ميثاق التجارة الخارجية" not in asked
    plain = _staff(guide, "questions").out.splitlines()
    assert len(plain) == len(listed)
    assert "qsdkjh wxcvbn mlkjh" in plain[0]
