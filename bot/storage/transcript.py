"""A conversation as it is shown: what the person said and what they were told, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import Connection, text

from bot.message import PersonId, Reply
from bot.storage.tables import stored_reply

#: How a person said something; `sent` is a photo and the like, by its kind as the text.
SaidKind = Literal["said", "chose", "located", "sent"]


@dataclass(frozen=True, slots=True)
class FromPerson:
    """What a person said. A choice has its label as text; a position has none. `id` grows over both sides."""

    id: int
    kind: SaidKind
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToPerson:
    """What a person was told, sent or still on its way. `id` grows over both sides."""

    id: int
    who: Literal["guide", "staff"]
    reply: Reply
    at: datetime


TranscriptBubble = FromPerson | ToPerson

_SAID: Final = text(
    "SELECT place, kind, said, received FROM inbox WHERE person = :person AND place > :after AND kind IS NOT NULL"
    " ORDER BY place DESC LIMIT :most"
)
_TOLD: Final = text(
    "SELECT place, who, reply, created FROM outbox WHERE person = :person AND place > :after"
    " ORDER BY place DESC LIMIT :most"
)
#: Replies among which the label of a tapped choice is looked for.
_LOOKED_THROUGH: Final = 60


def transcript(connection: Connection, person: PersonId, after: int = 0, most: int = 200) -> list[TranscriptBubble]:
    """Return the latest bubbles with an id above `after`, oldest first, at most so many.

    A choice whose label is not found any more is left out.
    """
    asked = {"person": person, "after": after, "most": most}
    said = connection.execute(_SAID, asked).all()
    told = connection.execute(_TOLD, asked).all()
    labels: dict[str, str] = {}
    if any(row.kind == "tapped" for row in said):
        earlier = connection.execute(_TOLD, {"person": person, "after": 0, "most": _LOOKED_THROUGH})
        labels = _labels([stored_reply(row.reply) for row in earlier])
    bubbles: list[TranscriptBubble] = []
    for row in said:
        at = datetime.fromtimestamp(row.received, UTC)
        if row.kind != "tapped":
            bubbles.append(FromPerson(row.place, row.kind, row.said, at))
        elif row.said in labels:
            bubbles.append(FromPerson(row.place, "chose", labels[row.said], at))
    bubbles += [
        ToPerson(row.place, row.who, stored_reply(row.reply), datetime.fromtimestamp(row.created, UTC)) for row in told
    ]
    bubbles.sort(key=lambda bubble: bubble.id)
    return bubbles[-most:]


def _labels(replies: Sequence[Reply]) -> dict[str, str]:
    return {choice.id: choice.label for reply in replies for choice in reply.choices}
