"""What a browser posts, read into a message; and a reply as the page shows it.

Whatever is posted becomes a message the conversation can answer kindly: nothing here raises. The external id holds the
address, the form's nonce and the content, so that a form sent twice counts once, one person's nonce can never hide
another's message, and a page taken from the browser's memory can still send something else. Text is escaped here and
nowhere else.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from secrets import token_hex
from typing import Any, Final

from markupsafe import Markup, escape

from bot.channels.incoming import LONGEST_TEXT, legible, readable_text, shared_position, tapped_choice
from bot.channels.text import is_arabic, runs
from bot.conversation.tapping import START
from bot.language.personal import without_secrets
from bot.language.wording import AMOUNT
from bot.message import MAIN, Choice, Content, Document, Language, Message, PersonId, Reply, Said, Sent

CHANNEL: Final = "web"

#: The fields of a form that are content; `nonce` and `after` are not.
CONTENT_FIELDS: Final = ("text", "choice", "lat", "lon", "voice")

#: Characters of a choice or a coordinate that are kept: none of ours is so long.
_KEPT: Final = 500

_NONCE = re.compile(r"[A-Za-z0-9-]{8,64}")


def is_nonce(nonce: str) -> bool:
    """Return whether `nonce` is one that our pages could have made."""
    return _NONCE.fullmatch(nonce) is not None


def update(address: str, nonce: str, fields: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the external id of a posted form and the form as it is to be stored: no more of it than is read."""
    content = {name: fields[name] for name in CONTENT_FIELDS if name in fields}
    if "text" in content:
        # Cut before anything else: what is kept is what is read.
        content["text"] = without_secrets(content["text"][:LONGEST_TEXT])
    told = json.dumps(content, sort_keys=True)
    external_id = f"{address}.{nonce}.{sha256(told.encode()).hexdigest()[:8]}"
    kept = {name: value if name == "text" else value[:_KEPT] for name, value in content.items()}
    return external_id, json.dumps({"id": external_id, **kept}, ensure_ascii=False).encode("utf-8", "ignore")


def first_update(address: str) -> tuple[str, bytes]:
    """Return the external id and the stored form of a first visit; always the same for one address."""
    external_id = f"{address}.start"
    return external_id, json.dumps({"id": external_id, "choice": START}).encode()


def read(raw: bytes, person: PersonId) -> Message:
    """Return the message in `raw`, as `update` made it.

    A text is kept to its first `LONGEST_TEXT` characters, without control characters; a choice is kept as sent, known
    or not; a position that is nowhere on the earth is something not read; nothing at all is an empty text.
    """
    try:
        posted = json.loads(raw)
    except (ValueError, RecursionError):
        posted = None
    if not isinstance(posted, dict):
        posted = {}
    return Message(CHANNEL, person, legible(posted.get("id")), _content(posted))


def _content(posted: Mapping[str, Any]) -> Content:
    if legible(posted.get("choice")).strip():
        return tapped_choice(legible(posted["choice"]))
    if legible(posted.get("voice")):
        return Sent("voice", legible(posted["voice"]))
    if "lat" in posted or "lon" in posted:
        return shared_position(posted.get("lat"), posted.get("lon"))
    return Said(readable_text(posted.get("text")))


class Voices:
    """What people recorded on the page, in memory until it was heard, and gone then."""

    #: Bytes of all that waits at most; what comes beyond is not kept, and its person told that it cannot be heard.
    _MOST: Final = 64 << 20

    def __init__(self) -> None:
        self._sounds: dict[str, bytes] = {}

    def kept(self, sound: bytes) -> str:
        """Return the name by which a sound is taken up once."""
        name = token_hex(16)
        if sum(map(len, self._sounds.values())) + len(sound) <= self._MOST:
            self._sounds[name] = sound
        return name

    def taken(self, name: str) -> bytes | None:
        """Return a sound and forget it; None where it is not there (any more)."""
        return self._sounds.pop(name, None)


@dataclass(frozen=True, slots=True)
class PageBubble:
    """A message in the conversation; `id` grows with time over both sides, and `mine` is true of the person's own.

    A position that was sent is shown in words, not as numbers: its bubble has `is_location` and needs no text.
    """

    id: int
    mine: bool
    text: str
    choices: tuple[Choice, ...] = ()
    language: Language = MAIN
    asks_location: bool = False
    is_location: bool = False
    from_staff: bool = False
    #: What can be kept or printed with it.
    document: Document | None = None
    #: When it was said, in Morocco's time; None where that is not known.
    at: datetime | None = None


def write(reply: Reply, number: int, *, from_staff: bool = False, at: datetime | None = None) -> PageBubble:
    """Return `reply` as the bubble `number`; a page has room for any text and any number of choices."""
    return PageBubble(
        number,
        False,
        reply.text,
        reply.choices,
        reply.language,
        reply.asks_location,
        from_staff=from_staff,
        document=reply.document,
        at=at,
    )


def last_of(bubbles: Sequence[PageBubble]) -> int:
    """Return the id of the last bubble on the page."""
    return bubbles[-1].id if bubbles else 0


def read_on_at(bubbles: Sequence[PageBubble]) -> int | None:
    """Return where who comes back goes on reading: the last answer, with what it answers; None at the beginning."""
    if len(bubbles) < 2:
        return None
    return bubbles[-2].id if bubbles[-2].mine else bubbles[-1].id


#: The longest first line that is set in large letters.
_LEAD: Final = 90
#: The sign that begins a line about a verdict, and how the line is set.
_SIGNS: Final = {"✅": "yes", "❔": "perhaps", "⛔": "no"}
_ASKS: Final = ("؟", "?")


def laid_out(text: str, strong: Collection[str] = ()) -> Markup:
    """Return a text of ours for the page: the first line large, questions and amounts bold, verdicts in their colour.

    Lines that begin with one of the words of `strong` are bold too. Phones and addresses can be tapped; no letter of
    the text is changed.
    """
    lines = text.split("\n")
    shown: list[Markup] = []
    for place, line in enumerate(lines):
        kind = _SIGNS.get(line[:1], "")
        if not kind and place == 0 and 0 < len(line) <= _LEAD < len(text):
            kind = "lead"
        drawn = marked(line, linked=True)
        if line.endswith(_ASKS) or any(map(line.startswith, strong)):
            drawn = Markup("<strong>{}</strong>").format(drawn)
        if place < len(lines) - 1:
            # Within a block of its own the line break at its end is not drawn, and still copied and read out.
            drawn += Markup("\n")
        shown.append(Markup('<span class="{}">{}</span>').format(kind, drawn) if kind else drawn)
    return Markup("").join(shown)


def exported(bubble: PageBubble) -> dict[str, object]:
    """Return a bubble as a person is given it to keep: who said what and when, and the choices below it."""
    return {
        "who": "me" if bubble.mine else "staff" if bubble.from_staff else "guide",
        "at": bubble.at.isoformat() if bubble.at else None,
        "text": bubble.text,
        "choices": [choice.label for choice in bubble.choices],
        "is_location": bubble.is_location,
    }


#: Characters of a person's own message that the page shows: what of it is read, and no more to draw each time.
_OWN: Final = 1_000


@lru_cache(512)
def own_shown(text: str) -> Markup:
    """Return the beginning of what a person wrote, as the page shows it to them; a page holds forty such messages."""
    return marked(text if len(text) <= _OWN else f"{text[:_OWN].rstrip()}…")


def marked(text: str, *, linked: bool = False) -> Markup:
    """Return `text` escaped, its Latin and number runs isolated where it is Arabic.

    With `linked`, web addresses, shown without their scheme, and Moroccan phone numbers can be tapped, and amounts
    stand out: only for texts that are our own.
    """
    if linked and (amount := AMOUNT.search(text)) is not None:
        before, after = text[: amount.start()], text[amount.end() :]
        bold = Markup("<strong>{}</strong>").format(_marked(amount[0], is_arabic(text), linked=False))
        return _marked(before, is_arabic(text), linked=True) + bold + marked(after, linked=True)
    return _marked(text, is_arabic(text), linked=linked)


#: A telephone, a day, the number of a decree: in two lines it is two numbers. A short web address with a hyphen, where
#: a browser would part it: "cri-invest.ma".
_SITE: Final = r"(?=[a-z0-9.]*-)(?:[a-z0-9-]+\.){1,3}[a-z]{2,4}"
_WHOLE: Final = re.compile(rf"(?=.*[-/ .])[0-9+()./ -]{{4,20}}|(?=.{{4,30}}$){_SITE}")
#: The same within a run of other words.
_SITE_WITHIN: Final = re.compile(rf"(?<![\w@./-])(?=\S{{4,30}}(?!\S)){_SITE}(?![\w/-])")


def _marked(text: str, isolates: bool, *, linked: bool) -> Markup:
    parts: list[str] = []
    end = 0
    for run in runs(text):
        shown = escape(run[0])
        match run.lastgroup if linked else None:
            case "url":
                shown = _link(run[0])
            case "phone":
                digits = re.sub(r"[^0-9+]", "", run[0])
                shown = Markup('<a class="call" href="tel:{}">{}</a>').format(digits, run[0])
        parts.append(escape(text[end : run.start()]))
        opening = '<bdi dir="ltr" class="whole">' if _WHOLE.fullmatch(run[0]) else '<bdi dir="ltr">'
        if run.lastgroup == "run" and "-" in run[0] and "class" not in opening:
            # What is escaped already; an address holds nothing that would have to be.
            shown = Markup(_SITE_WITHIN.sub(r'<span class="whole">\g<0></span>', str(shown)))  # noqa: S704
        parts += (opening, shown, "</bdi>") if isolates else (shown,)
        end = run.end()
    parts.append(escape(text[end:]))
    # Each part is escaped; putting them together as plain text is ten times as fast.
    return Markup("".join(parts))  # noqa: S704


#: A map's address, as `showing.map_address` makes it, and the application of maps that a phone opens in its place.
_MAP: Final = re.compile(r"https://maps\.google\.com/\?q=(?P<sought>\S+)")


def _link(address: str) -> Markup:
    """Return what opens an address, shown without its scheme; of a map's, only whose map it is.

    `data-geo` is the same place for the phone's own application of maps (RFC 5870, as Android reads it), see chat.js.
    """
    if (found := _MAP.fullmatch(address)) is not None:
        return Markup(
            '<a class="map" href="{}" data-geo="geo:0,0?q={}" rel="noopener noreferrer">maps.google.com</a>'
        ).format(address, found["sought"])
    shown = address.partition("://")[2]
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, shown)
