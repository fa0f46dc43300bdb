"""What asks two things is answered in both, or both are offered; neither is dropped."""

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.language.questions import questions_in
from tests.conversation.asked import told


@pytest.mark.parametrize(
    ("text", "answered", "offered"),
    [
        ("بشحال الكارطة وفين نديرها؟", "status.rna-cost", "offices.chamber"),
        ("ch7al lkarta w fin ndirha", "status.rna-cost", "offices.chamber"),
        ("combien coûte la carte et où la faire ?", "status.rna-cost", "offices.chamber"),
        ("chhal katswa lkarta w wach kayna chi caravane?", "status.rna-cost", "caravan.my-town"),
        ("واش القرض بلا فائدة كاين؟ والقافلة فوقاش؟", "finance.interest", "caravan.my-town"),
        ("شنو هي القافلة وشحال كتكلف الكارطة؟", "caravan.what", "status.rna-cost"),
    ],
)
def test_the_second_question_stands_below_the_first(text: str, answered: str, offered: str, library: Library) -> None:
    """What is surely meant is answered, and what else was asked is the first choice below."""
    after = told(text, Conversation(), library).conversation
    assert after.entry_told == answered
    assert f"faq:{offered}" in [choice.id for choice in after.shown]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("واش خاصني نخلص الضريبة، وشحال ديال AMO؟", {"social.cooperative-tax", "social.amo-cost"}),
        ("شحال ديال AMO وواش خاصني نخلص الضريبة", {"social.cooperative-tax", "social.amo-cost"}),
    ],
)
def test_of_two_unsure_questions_each_is_offered(text: str, offered: set[str], library: Library) -> None:
    """The neighbours of the one do not hide the other."""
    after = told(text, Conversation(), library).conversation
    assert {f"faq:{entry}" for entry in offered} <= {choice.id for choice in after.shown[:3]}


def test_behind_a_sign_of_asking_the_subject_may_come_first() -> None:
    """«والقافلة فوقاش؟» is a question though its first word does not ask; behind a comma it may belong to the other."""
    assert len(questions_in("واش القرض بلا فائدة كاين؟ والقافلة فوقاش؟")) == 2
    assert len(questions_in("واش نقدر نصدر، التعاونية كيفاش؟")) == 1
    assert len(questions_in("واش كاين دعم؟ حنا تعاونية فصفرو")) == 1
