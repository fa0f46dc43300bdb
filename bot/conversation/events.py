"""What a turn leads to: the conversation after it, the replies, and what happened in it.

An event tells what happened, never what to do about it: storing and counting it is the shell's. Figures, staff pages,
`dalil talk --json` and the tests read events and never texts, so whatever a turn says of law, money or an office has
one. The kinds are closed: who adds one is led by `assert_never` to everyone who takes them apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.conversation.conversation import Conversation, OnScreen
from bot.conversation.phrases import Miss
from bot.eligibility.assessment import Verdict
from bot.message import Reply, SpokenLanguage

# What staff are to see


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A free question, in the person's words without what leads back to them."""

    text: str
    #: The nearest entries, best first.
    best: tuple[str, ...]
    #: How sure its answer was: `sure`, `unsure` or `none`.
    zone: str


@dataclass(frozen=True, slots=True)
class EntryChosen:
    """One of the entries offered for a question, in its words, was the one that was meant."""

    question: str
    entry: str


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A person is given to the staff; with the words that asked for it, where there were any."""

    words: str


@dataclass(frozen=True, slots=True)
class CaseContinued:
    """Words written to the staff."""

    words: str


@dataclass(frozen=True, slots=True)
class CaseLeft:
    """A person went from the staff back to the guide."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person had all that is kept of them forgotten."""


@dataclass(frozen=True, slots=True)
class SheetGiven:
    """A person was given the sheet to take to the office, to be kept under its code where there is one."""

    code: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class SheetBrought:
    """A person came back with the code of a sheet: what the office made of it, `none` where it leads to nothing."""

    mark: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person wants to be told of a topic: `caravan:11`, the stations of a region; `scheme:tpme`, its changes."""

    topic: str


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A person wants to be told of nothing any more."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A person came by a door of ours: a poster's code, a link in a post; by its name, `r11-poster`."""

    door: str


@dataclass(frozen=True, slots=True)
class MoveOffered:
    """A person was given the code by which they go on with this conversation on another channel."""

    code: str


@dataclass(frozen=True, slots=True)
class ConversationMoved:
    """A person went on here with a conversation of another channel, by its code, which has done its work."""

    code: str


# What the person was told


@dataclass(frozen=True, slots=True)
class VoiceToHear:
    """A recording is to be heard, by what its channel calls it; what was said in it comes as a message of its own."""

    media: str


@dataclass(frozen=True, slots=True)
class FlowOpened:
    """A flow was gone to, by a choice or by what was said."""

    flow: str


@dataclass(frozen=True, slots=True)
class EntryAnswered:
    """The answer of an entry was said."""

    entry: str
    is_off_topic: bool


@dataclass(frozen=True, slots=True)
class HearingChosen:
    """A person chose the language in which they hear answers."""

    language: SpokenLanguage


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """Something was said to somebody who hears in a language in which it was not recorded; by its audible name."""

    name: str
    language: SpokenLanguage


@dataclass(frozen=True, slots=True)
class VerdictTold:
    """What the rules say of one scheme was said."""

    scheme: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class EstimateTold:
    """What a scheme may give was said, in dirhams."""

    scheme: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PapersTold:
    """The papers to bring for a scheme were said."""

    scheme: str


@dataclass(frozen=True, slots=True)
class OfficeTold:
    """The office that is competent for the person's place was named, with the number of its region."""

    office: str
    region: int


@dataclass(frozen=True, slots=True)
class FactAsked:
    """A fact was asked for."""

    fact: str


@dataclass(frozen=True, slots=True)
class FactSaidBack:
    """What was taken from a message was said back, so that a mistake is seen."""

    fact: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A message led nowhere, and the person was told why."""

    why: Miss


Event = (
    QuestionAsked
    | EntryChosen
    | CaseOpened
    | CaseContinued
    | CaseLeft
    | Forgotten
    | SheetGiven
    | SheetBrought
    | Wanted
    | Unwanted
    | Arrived
    | MoveOffered
    | ConversationMoved
    | VoiceToHear
    | FlowOpened
    | EntryAnswered
    | HearingChosen
    | NotRecorded
    | VerdictTold
    | EstimateTold
    | PapersTold
    | OfficeTold
    | FactAsked
    | FactSaidBack
    | Missed
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and what it led to."""

    conversation: Conversation
    replies: tuple[Reply, ...]
    events: tuple[Event, ...] = ()
    #: The rule of understanding that took the message, by its name; empty where none was asked.
    rule: str = ""


def on_screen_after(events: Iterable[Event], flow: str) -> OnScreen | None:
    """Return what a person in a flow has before them after these events of a turn; None where they tell nothing new.

    What was told counts for more than the question that is asked again below it.
    """
    answer: OnScreen | None = None
    office_told: OnScreen | None = None
    asked: OnScreen | None = None
    schemes: dict[str, None] = {}
    for event in events:
        match event:
            case EntryAnswered(entry):
                answer = OnScreen("answer", entry)
            case OfficeTold(office):
                office_told = OnScreen("office", office)
            case PapersTold(scheme) | VerdictTold(scheme):
                schemes[scheme] = None
            case FactAsked(fact):
                asked = OnScreen("question", fact)
            case _:
                pass
    if answer is not None:
        return answer
    if schemes:
        return OnScreen("scheme", *schemes) if len(schemes) == 1 else OnScreen("result", flow)
    # Below an assessment the office is its first step.
    return office_told or asked
