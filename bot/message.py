"""What people send and what the guide answers, in terms no channel owns.

Nothing here may know a platform: a tapped button, a typed number and a list row all arrive as `Chose` or `Said`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NewType

#: The languages the guide answers in.
Language = Literal["ar", "fr"]
LANGUAGES: tuple[Language, ...] = ("ar", "fr")

#: One person on one channel: a random key of ours. Never a phone number, never a platform's own identifier.
PersonId = NewType("PersonId", str)

#: What a choice stands for, in ASCII, at most 64 bytes (Telegram's callback data): see `bot.conversation.choices`.
ChoiceId = NewType("ChoiceId", str)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label of the content, in both languages; Arabic is never empty."""

    ar: str
    fr: str

    def of(self, language: Language) -> str:
        """Return the wording in `language`."""
        return self.ar if language == "ar" else self.fr

    def filled(self, **values: "Text | str | int") -> "Text":
        """Return the text with each `{name}` replaced; a `Text` gives its own language to each side."""

        def fill(template: str, language: Language) -> str:
            for name, value in values.items():
                shown = value.of(language) if isinstance(value, Text) else str(value)
                template = template.replace("{" + name + "}", shown)
            return template

        return Text(fill(self.ar, "ar"), fill(self.fr, "fr"))


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

    kind: Literal["photo", "sticker", "video", "document", "voice", "contact", "other"]


#: The content of one message.
Content = Said | Chose | Located | Sent


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one person; `external_id` is the platform's own, unique in its channel."""

    channel: str
    person: PersonId
    external_id: str
    content: Content


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap. `short` is the label where a channel allows few characters; empty when `label` fits."""

    id: ChoiceId
    label: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person: text, then the choices below it in reading order."""

    text: str
    choices: tuple[Choice, ...] = ()
    language: Language = "ar"
    asks_location: bool = False


#: Every choice's wording by its id; used where the words are looked up again.
Labels = Mapping[ChoiceId, Text]
