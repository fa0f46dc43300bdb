"""What a message can mean, told by `understanding` and answered by `turn`: one kind for each thing a person may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation.conversation import Value
from bot.conversation.flow import FlowId
from bot.conversation.hearing.asides import Aside, SmallTalk
from bot.conversation.hearing.follow_ups import Aspect
from bot.conversation.hearing.reading import Inexact, NoValue, OutOfBounds
from bot.conversation.phrases import Miss
from bot.conversation.tapping import Tapped
from bot.faq.entries import EntryId
from bot.faq.matcher import Match
from bot.offices.places import Place


@dataclass(frozen=True, slots=True)
class Answered:
    """A fact was answered."""

    fact: str
    value: Value


@dataclass(frozen=True, slots=True)
class WhichAmount:
    """A number can be read in two ways: in centimes or dirhams, given in dirhams; before or after this year's day."""

    fact: str
    readings: tuple[float, ...]
    #: The calendar year that years are counted from, when that is what was told.
    since: int | None = None
    is_supposed: bool = False
    #: True when it was told of today and is asked of what is to come.
    is_of_today: bool = False


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Facts told without being asked, or besides what was asked."""

    facts: Mapping[str, Value]
    #: The check that was asked for in the same breath.
    flow: FlowId | None = None
    #: Whether the person says that they put right what they told before.
    corrects: bool = False
    #: What was told beside them and can be read in two ways: a sum, the year since which something is there.
    unclear: WhichAmount | None = None
    #: Whether they are told to hear what they come to.
    asks_amount: bool = False


@dataclass(frozen=True, slots=True)
class Supposed:
    """A "what if" after a result: one fact as it might be."""

    fact: str
    value: Value


@dataclass(frozen=True, slots=True)
class SupposedWhat:
    """A "what if" of which nobody can tell what fact it is about."""


@dataclass(frozen=True, slots=True)
class SupposedEarly:
    """A "what if" while a question is open: the answer comes first."""


@dataclass(frozen=True, slots=True)
class Named:
    """The nickname of a new file."""

    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A place named in a question about an office; `flow` finds that office."""

    place: str
    flow: str
    #: What is told of the person in the same breath.
    facts: Mapping[str, Value] = field(default_factory=dict)
    #: Whether one nearer than the office last told is asked for.
    is_nearer: bool = False
    #: Whether it is asked across an open question, which comes again behind it.
    is_across: bool = False


@dataclass(frozen=True, slots=True)
class WhichOffice:
    """A place where an office is asked for, and nothing says which."""

    place: str
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WhichPlace:
    """Several places bear the name, or several are named of which one is meant."""

    fact: str
    candidates: tuple[Place, ...]
    #: What finds the office that is asked for there; None where somebody tells where they are.
    flow: str | None = None
    are_named: bool = False


@dataclass(frozen=True, slots=True)
class WhichFact:
    """A number of which nothing says what it is of, as each of the facts that it may be."""

    candidates: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class AsideSaid:
    """An aside."""

    aside: Aside


@dataclass(frozen=True, slots=True)
class Followed:
    """A short question about the schemes on the screen."""

    aspect: Aspect
    schemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chatted:
    """Small talk."""

    kind: SmallTalk


@dataclass(frozen=True, slots=True)
class Asked:
    """A free question, the entries that may answer it, and what it tells of who asks."""

    text: str
    match: Match
    facts: Mapping[str, Value] = field(default_factory=dict)
    #: The check that may be wanted: that it names, or where no entry surely answers; None where nothing says so.
    check: FlowId | None = None
    #: Entries that answer what else was asked in the same breath.
    further: tuple[EntryId, ...] = ()
    #: Whether the check that is open is left for it.
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """A position that is in no commune of Morocco."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """An answer to the open question that could not be read: the question stands."""

    fact: str
    why: NoValue | OutOfBounds | Inexact


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing to go by: no words, an old button, a picture."""

    why: Miss


Understood = (
    Answered
    | Mentioned
    | Supposed
    | SupposedWhat
    | SupposedEarly
    | Named
    | Placed
    | WhichOffice
    | WhichPlace
    | WhichAmount
    | WhichFact
    | AsideSaid
    | Followed
    | Chatted
    | Asked
    | Tapped
    | Outside
    | NotRead
    | NotUnderstood
)
