"""Who tells the numbers of a project and asks how much is told a sum, and the first question that still matters."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import EstimateTold, OfficeTold
from bot.conversation.library import Library
from tests.conversation.asked import told


@pytest.mark.parametrize(
    "text",
    [
        "mon projet c’est 3,2 millions de dirhams à Fès avec 8 emplois, ça fait combien en dirhams ?",
        "combien je touche pour un projet de 3 millions de dirhams à Sefrou ?",
        "projet de 4 millions de dirhams, 12 emplois : combien ?",
        "مشروعي 3 مليون درهم فصفرو و10 مناصب، شحال غادي ناخد؟",
        "شحال كيعطيو على مشروع ب 2 مليون درهم فمكناس",
        "المشروع ديالي كيكلف 5 مليون درهم و8 مناصب شغل، شحال المنحة؟",
        "كم يبلغ الدعم لمشروع بكلفة 3 مليون درهم في تازة؟",
        "lprojet dyali 2 mlyoun dirham f meknes b 6 khdama jdad, ch7al ghadi nakhod",
        "machro3 b 3 mlyoun dirham f fes chhal kay3tiw",
        "notre projet coûte 6 millions de dirhams à Taza, quel montant ?",
    ],
)
def test_the_sum_is_worked_out_from_what_was_told(text: str, library: Library) -> None:
    """The facts are kept, a range in dirhams is told, and the check goes on."""
    turn = told(text, Conversation(), library)

    assert turn.conversation.flow == "eligibility_investment"
    assert "investment" in turn.conversation.facts
    (estimate,) = [event for event in turn.events if isinstance(event, EstimateTold)]
    assert 0 <= estimate.low < estimate.high


@pytest.mark.parametrize(
    "text",
    ["combien pour mon projet ?", "شحال كتعطيو للمشروع", "ch7al da3m dyal machro3", "combien de dirhams l'aide ?"],
)
def test_without_numbers_the_rates_are_told(text: str, library: Library) -> None:
    """Nothing is worked out of nothing."""
    assert not [event for event in told(text, Conversation(), library).events if isinstance(event, EstimateTold)]


@pytest.mark.parametrize(
    "text",
    [
        "et la prime à Fès c’est 10 ou 15 % ?",
        "je parlais de la prime territoriale à Fès, c’est 10 ou 15 % ?",
        "la prime territoriale à Taza : 10 ou 15 % ?",
    ],
)
def test_or_is_not_where(text: str, library: Library) -> None:
    """A French "ou" between two shares does not ask the way to an office."""
    assert not [event for event in told(text, Conversation(), library).events if isinstance(event, OfficeTold)]
