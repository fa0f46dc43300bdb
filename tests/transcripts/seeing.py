"""What a person sees of replies on a channel, read out of what the channel sends, and whether it is what was said.

Nothing of the channels' own writing is used: what they send is read as a phone or a browser reads it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bot.channels.text import length
from bot.channels.whatsapp.limits import WhatsAppLimits
from bot.message import Choice, Language, Reply

#: What the row of a list begins with that leads to the rest of it.
PAGE = "page:"
_MARKS = str.maketrans("", "", "\u2068\u2069")
_MAP = re.compile(r"https://maps\.google\.com/\?q=\S+")
_NUMBERED = re.compile(r"  (\d+)\. (.*)")


@dataclass(frozen=True, slots=True)
class Tappable:
    """Something to tap: what it tells the channel, what is read on it, and in small print below."""

    id: str
    label: str
    small: str = ""
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen after a message: the words in their order, and what can be tapped in the order it is read."""

    text: str = ""
    tappable: tuple[Tappable, ...] = ()
    shares_position: bool = False

    def tapped(self, choice: str) -> Tappable | None:
        """Return what is tapped to choose something; None where it is only numbered in the text, or not there."""
        return next((one for one in self.tappable if one.id == choice), None)

    def and_then(self, other: "Seen") -> "Seen":
        """Return this with what is seen below it."""
        return Seen(
            f"{self.text}\n{other.text}",
            (*self.tappable, *other.tappable),
            self.shares_position or other.shares_position,
        )


def words(text: str) -> list[str]:
    """Return the words of a text as a page shows them: no marks of direction, no scheme, of a map only whose it is."""
    bare = _MAP.sub("maps.google.com", text.translate(_MARKS))
    return [word.removeprefix("https://").removeprefix("http://") for word in bare.split()]


def line(label: str) -> str:
    """Return a label on one line."""
    return " ".join(words(label))


def together(parts: Iterable[Seen]) -> Seen:
    """Return what is seen of several things one below another."""
    seen = Seen()
    for part in parts:
        seen = seen.and_then(part)
    return seen


def in_telegram(params: Mapping[str, Any], language: Language) -> Seen:
    """Return what is seen of one `sendMessage`; a row of Arabic buttons is read from the right."""
    markup = params.get("reply_markup", {})
    rows = [row[::-1] if language == "ar" else row for row in markup.get("inline_keyboard", ())]
    tappable = tuple(Tappable(button["callback_data"], line(button["text"])) for row in rows for button in row)
    shares = any(key.get("request_location") for row in markup.get("keyboard", ()) for key in row)
    return Seen(params["text"], tappable, shares)


def in_whatsapp(message: Mapping[str, Any]) -> Seen:
    """Return what is seen of one message, with its list opened."""
    content = message[message["type"]]
    body = content["body"]
    action = content.get("action", {})
    buttons = (button["reply"] for button in action.get("buttons", ()))
    rows = (row for section in action.get("sections", ()) for row in section["rows"])
    tappable = (
        *(Tappable(button["id"], line(button["title"])) for button in buttons),
        *(Tappable(row["id"], line(row["title"]), line(row.get("description", "")), is_row=True) for row in rows),
    )
    return Seen(body if isinstance(body, str) else body["text"], tappable, action.get("name") == "send_location")


def in_terminal(written: str, choices: Sequence[Choice]) -> Seen:
    """Return what is seen of one reply: the lines at its end that are numbered are its choices."""
    lines = written.split("\n")
    first = len(lines) - len(choices)
    if any(choice.mark for choice in choices):
        labels = lines[first:]
    else:
        numbered = [_NUMBERED.fullmatch(one) for one in lines[first:]]
        assert all(found and int(found[1]) == number for number, found in enumerate(numbered, 1)), written
        labels = [found[2] for found in numbered if found]
    tappable = tuple(Tappable(choice.id, line(label)) for choice, label in zip(choices, labels, strict=True))
    return Seen("\n".join(lines[:first]), tappable)


@dataclass(slots=True)
class Bubble:
    """One bubble of a page: what stands in it and the form below it."""

    id: int
    is_mine: bool
    text: str = ""
    tappable: list[Tappable] = field(default_factory=list)
    shares_position: bool = False
    #: The fields of the form that a tap sends besides the choice.
    hidden: dict[str, str] = field(default_factory=dict)

    def seen(self) -> Seen:
        """Return what is seen of it."""
        return Seen(self.text, tuple(self.tappable), self.shares_position)


class Page(HTMLParser):
    """The bubbles of a page, or of a part of it, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.bubbles: list[Bubble] = []
        #: The elements that are open: each with its name and its class.
        self._open: list[tuple[str, str]] = []
        self._choice = ""
        self._label = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in {"input", "meta", "link", "br", "path", "img"}:
            if tag == "input" and told.get("type") == "hidden" and self._is_in("form", "choices"):
                self.bubbles[-1].hidden[told["name"]] = told["value"]
            return
        self._open.append((tag, told.get("class", "")))
        if tag == "article":
            self.bubbles.append(Bubble(int(told["data-id"]), "mine" in told["class"].split()))
        elif tag == "form" and "locate" in told.get("class", ""):
            self.bubbles[-1].shares_position = True
        elif tag == "button" and told.get("name") == "choice" and self._is_in("article", "bubble"):
            self._choice, self._label = told["value"], ""

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in {"path", "circle", "use"}:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "button" and self._choice:
            self.bubbles[-1].tappable.append(Tappable(self._choice, line(self._label)))
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._is_in("span", "unseen") or self._is_in("span", "number"):
            return
        if self._choice:
            self._label += data
        elif self.bubbles and self._is_in("div", "text"):
            self.bubbles[-1].text += data

    def _is_in(self, tag: str, name: str) -> bool:
        return any(tag == one and name in classes.split() for one, classes in self._open)


def agrees(replies: Sequence[Reply], seen: Seen, below: str = "") -> None:
    """Hold what is seen to what the turn said: the same words in order, the same choices in order, each told apart.

    `below` is what the channel says of its own at the end. A label may be shortened where it stands whole elsewhere.
    """
    assert all(not reply.choices for reply in replies[:-1]), "only the last reply can have choices below it"
    choices = replies[-1].choices if replies else ()
    said = words(" ".join(reply.text for reply in replies))
    assert words(seen.text) == [*said, *words(below)]
    if seen.tappable or not seen.shares_position:
        assert [one.id for one in seen.tappable] == [choice.id for choice in choices]
        for choice, tappable in zip(choices, seen.tappable, strict=True):
            is_below = line(choice.label) in line(below)
            assert _is_short_for(tappable, choice, is_below=is_below), (tappable, choice)
        assert len({one.label for one in seen.tappable}) == len(choices)
    if replies:
        assert seen.shares_position in {replies[-1].asks_location, False}


def is_whole(tappable: Tappable, choice: Choice) -> bool:
    """Return whether a label is shown as it was written, long or short, with its mark or, on a page, beside it."""
    return tappable.label in {line(one) for one in (choice.label, choice.short, *choice.labels)} - {""}


def numbered(replies: Sequence[Reply], seen: Seen | None = None) -> str:
    """Return the choices as they stand numbered in a text: all, or with `seen` those whose label was cut."""
    choices = replies[-1].choices if replies else ()
    return "\n".join(
        line(choice.labels[0]) if choice.mark else f"{number}. {line(choice.label)}"
        for number, choice in enumerate(choices, 1)
        if seen is None or not is_whole(seen.tappable[number - 1], choice)
    )


def _is_short_for(tappable: Tappable, choice: Choice, *, is_below: bool) -> bool:
    """Return whether a label stands for a choice: as written, or its beginning where all of it is read elsewhere."""
    full = line(choice.labels[0])
    if not tappable.small:
        return is_whole(tappable, choice) or (is_below and _begins(tappable.label, full))
    is_told = (
        tappable.small == full if length(full) <= WhatsAppLimits.ROW_DESCRIPTION.most else _begins(tappable.small, full)
    )
    return is_told and (is_whole(tappable, choice) or _begins(tappable.label, full))


def _begins(label: str, full: str) -> bool:
    """Return whether a label is the beginning of a full one, cut with an ellipsis, perhaps numbered at either end."""
    cut = re.fullmatch(r"(?:\d+\. )?(.+?)…(?: \d+)?", label)
    return cut is not None and full.startswith(cut[1])
