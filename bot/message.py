"""What people send and what the guide answers, in terms no channel owns.

Nothing here may know a platform: a tapped button, a typed number and a list row all arrive as `Chose` or `Said`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NewType, get_args

#: The languages the guide answers in. One more begins here; then the content can have it, text by text.
Language = Literal["ar", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
#: The language that every text has, and in which it is said where it has no other.
MAIN: Final[Language] = "ar"
#: The languages that are written from right to left.
RIGHT_TO_LEFT: Final[frozenset[Language]] = frozenset({"ar"})

#: A language that answers are spoken in (ISO 639-3, and French): Darija, Tachelhit, Central Atlas Tamazight, Tarifit,
#: Hassaniya; `ar` is Arabic as it is written.
SpokenLanguage = Literal["ary", "shi", "tzm", "rif", "mey", "fr", "ar"]
SPOKEN_LANGUAGES: Final[tuple[SpokenLanguage, ...]] = get_args(SpokenLanguage)

#: Characters of one message: what a cheap phone shows without much scrolling.
SCREEN: Final = 600
#: Characters of a label that every channel shows whole somewhere, be it in the small print below a row of a list.
LABEL: Final = 72
#: Characters of a button's label and of a row's, and buttons below one message, on the channel that shows the least
#: (WhatsApp); a test holds that its own limits are these.
BUTTON_LABEL: Final = 20
ROW_LABEL: Final = 24
BUTTONS: Final = 3

#: How sure a statement is: a text of law or an office's own site; several media; one source; not confirmed.
Confidence = Literal["official", "press", "single", "uncertain"]
#: The same, the surest first.
CONFIDENCES: Final[tuple[Confidence, ...]] = get_args(Confidence)

#: One person on one channel: a random key of ours. Never a phone number, never a platform's own identifier.
PersonId = NewType("PersonId", str)

#: What a choice stands for, in ASCII, at most 64 bytes (Telegram's callback data): see `bot.conversation.tapping`.
ChoiceId = NewType("ChoiceId", str)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label of the content in the languages that it has; the main language is never missing."""

    wordings: Mapping[Language, str]

    def __hash__(self) -> int:
        """Return the hash of what is said in each language."""
        return hash(frozenset(self.wordings.items()))

    def of(self, language: Language) -> str:
        """Return the wording in `language`, in the main language where the text has no other."""
        try:
            return self.wordings[language]
        except KeyError:
            return self.wordings[MAIN]

    def every(self) -> tuple[str, ...]:
        """Return the wording in each language that the text has."""
        return tuple(self.wordings.values())

    def changed(self, change: Callable[[str], str]) -> "Text":
        """Return the text with each wording as `change` makes it."""
        return Text({language: change(wording) for language, wording in self.wordings.items()})

    def names(self, name: str) -> bool:
        """Return whether `{name}` stands in it, in any language."""
        return any("{" + name + "}" in wording for wording in self.wordings.values())

    def filled(self, **values: "Text | str | int") -> "Text":
        """Return the text with each `{name}` replaced; a `Text` gives its own language to each wording."""

        def fill(template: str, language: Language) -> str:
            for name, value in values.items():
                mark = "{" + name + "}"
                if mark in template:
                    shown = value.of(language) if isinstance(value, Text) else str(value)
                    template = template.replace(mark, shown)
            return template

        return Text({language: fill(wording, language) for language, wording in self.wordings.items()})


def in_each_language(wording: Callable[[Language], str]) -> Text:
    """Return the text that `wording` gives for each language."""
    return Text({language: wording(language) for language in LANGUAGES})


def joined(*texts: Text, by: str | Text = "\n") -> Text:
    """Return the texts one after another in each language, one under another where nothing else stands between."""
    return Text(
        {
            language: (by if isinstance(by, str) else by.of(language)).join([text.of(language) for text in texts])
            for language in LANGUAGES
        }
    )


@dataclass(frozen=True, slots=True)
class Said:
    """Typed words."""

    text: str


@dataclass(frozen=True, slots=True)
class Chose:
    """A tapped choice, by its id; it may come from an old message and mean nothing any more."""

    choice: ChoiceId


@dataclass(frozen=True, slots=True)
class Located:
    """A shared position, in degrees (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Sent:
    """Something the guide does not read."""

    kind: Literal["photo", "sticker", "video", "document", "voice", "contact", "order", "form", "poll", "other"]
    #: What the channel calls the recording of a voice, for whoever fetches it; it tells nothing of what was said.
    media: str = field(default="", compare=False, repr=False)


#: Why nothing is made of a recording: too long; nothing in it; noise alone; words, but none that were understood; no
#: sound at all; too large; it cannot be heard now. Empty where words were made of it.
Unheard = Literal["", "long", "silent", "noise", "unclear", "not_sound", "large", "away"]


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """What was made of a person's voice: words, which they have not said until they confirm them, or why none."""

    words: str
    why: Unheard = ""


#: The content of one message.
Content = Said | Chose | Located | Sent | VoiceHeard


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one person; `external_id` is the platform's own, unique in its channel."""

    channel: str
    person: PersonId
    external_id: str
    content: Content


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap. `short` is the label where a channel allows few characters; empty when `label` fits.

    `mark` stands before either for who goes by signs and not by words: the number that chooses it, and a pictogram.
    """

    id: ChoiceId
    label: str
    short: str = ""
    mark: str = ""

    @property
    def labels(self) -> tuple[str, str]:
        """Return the label and the short one as they are shown, on one line behind the mark; empty where none is."""
        full, short = (" ".join(one.split()) for one in (self.label, self.short))
        return f"{self.mark} {full}".strip(), f"{self.mark} {short}".strip() if short else ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to keep, to print or to hear, made by the channels: what stands on it, as JSON, and its file's name."""

    kind: Literal["sheet", "recording"]
    name: str
    told: str

    @property
    def media_type(self) -> str:
        """Return what its file is, as platforms and browsers are told."""
        return "application/pdf" if self.kind == "sheet" else "audio/ogg"


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person: text, then the choices below it in reading order; a document comes before both."""

    text: str
    choices: tuple[Choice, ...] = ()
    language: Language = MAIN
    asks_location: bool = False
    document: Document | None = None
