"""Somebody who is asked a number and speaks of something else is heard, and whoever does not know it may say so."""

import pytest

from bot.conversation.conversation import Value
from bot.conversation.events import EntryAnswered, QuestionAsked
from bot.conversation.library import Library
from tests.conversation.asked import knowing, told

_COMPANY: dict[str, Value] = {"legal_form": "company", "activity": "craft_production", "craft": "leather"}


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("ما عندي مشروع، سولتك على التغطية الصحية ديال الصناع", "social.amo"),
        ("خليني من هادشي، بغيت غير نعرف شكون كيعطي لاكارط للصناع", "status.card"),
        ("safi 3afak khli 3lik lmachro3, bghit n3rf 3nd mn nmchi 3la lmahallat dyal lmoujamma3", "workshop.premises"),
        ("non mais je demande juste ça veut dire quoi \"à vérifier\", on est refusé ou accepté", "about.verdicts"),
    ],
)  # fmt: skip
def test_another_subject_is_heard_where_a_number_is_asked(text: str, entry: str, library: Library) -> None:
    """It is answered, or offered, and is no number that was not found."""
    turn = told(text, knowing(_COMPANY, library), library)
    assert turn.conversation.facts == knowing(_COMPANY, library).facts
    answered = [event.entry for event in turn.events if isinstance(event, EntryAnswered)]
    offered = [name for event in turn.events if isinstance(event, QuestionAsked) for name in event.best]
    assert entry in {*answered, *offered}


@pytest.mark.parametrize(
    "text", ["ما عرفتش شحال غادي يكلف", "ma3reftch ch7al ghadi ykelf", "je ne sais pas combien ça va coûter"]
)
def test_not_knowing_how_much_is_an_answer(text: str, library: Library) -> None:
    """Who says that they do not know what it costs is not asked for it again."""
    turn = told(text, knowing(_COMPANY, library), library)
    assert turn.conversation.facts["investment"] is None
