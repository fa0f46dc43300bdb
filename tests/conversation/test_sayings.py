"""What people say across a flow in words of their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.language.folding import folded
from bot.message import Message, PersonId, Said
from tests.conversation.asked import COMPANY, NOW, asked, knowing, told


def _meant(text: str, library: Library) -> str | None:
    saying = library.sayings.said(library.words.without_greeting(folded(text)))
    return None if saying is None else saying.means or saying.to


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("شي بنادم", "person"),
        ("واش كاين شي حد عندكم", "person"),
        ("بغيت نهضر مع شي واحد من فضلكم", "person"),
        ("دوزوني لشي مسؤول عافاك", "person"),
        ("خاصني شي مستشار يفهمني مزيان", "person"),
        ("خاصني شي موظف يجاوبني", "person"),
        ("wach momkin nhder m3a chi had", "person"),
        ("un conseiller", "person"),
        ("y a-t-il quelqu'un ?", "person"),
        ("puis-je parler à un humain et pas un robot", "person"),
        ("أريد التحدث إلى موظف", "person"),
        ("ما فهمتش الجواب ديالكم", "plainer"),
        ("عاود شرح ليا بالدارجة عافاك", "plainer"),
        ("هاد الهضرة صعيبة عليا", "plainer"),
        ("mafhemt walo", "plainer"),
        ("je ne comprends pas votre réponse", "plainer"),
        ("pouvez-vous reformuler plus simplement", "plainer"),
        ("أنا ما قاريش", "listen"),
        ("قرا ليا الجواب عافاك", "listen"),
        ("ana ma9arich", "listen"),
        ("je ne sais pas lire", "listen"),
        ("رجعت ليكم", "resume"),
        ("يالله نكملو منين حبسنا", "resume"),
        ("rje3t, fin wselna", "resume"),
        ("bonjour, on reprend", "resume"),
        ("où en étions-nous", "resume"),
        ("ضيعتو ليا الوقت", "upset"),
        ("هاد الروبو ما كيفهم والو", "upset"),
        ("hadchi machi ma39oul", "upset"),
        ("vous me faites perdre mon temps", "upset"),
        ("j'en ai marre de ce robot", "upset"),
        ("ما كنتيقش فيكم", "upset"),
        ("عيطو ليا ف 0612345678", "callback"),
        ("rappelez-moi au 0612345678 svp", "callback"),
        ("الله يخلف عليكم", "thanks"),
        ("الله يسعدكم بزاف", "thanks"),
        ("merci infiniment pour votre aide", "thanks"),
        ("chokran lah ykhalik", "thanks"),
        ("merci quand même", "thanks"),
        ("ما بغيتش نقول رقم المعاملات", "unknown"),
        ("je préfère ne pas répondre à cette question", "unknown"),
        ("والله ما عرفت شنو نقول", "unknown"),
        ("زربيا", "doors"),
        ("عاونوني عافاكم", "doors"),
        ("ma3ndi walo", "doors"),
        ("بغيت نبيع", "doors"),
        ("عندي زرابي", "doors"),
        ("بغيت نبيع الزرابي ديالي", None),
        ("besoin d'argent", "doors"),
        ("بغيت دعم التصدير", "foreign_trade"),
        ("programme intelaka", "finance.intelaka"),
        ("مؤازرة", "finance.moazara"),
    ],
)
def test_words_of_their_own(text: str, means: str | None, library: Library) -> None:
    """A message is a saying when every word of it belongs to that saying."""
    assert _meant(text, library) == means


@pytest.mark.parametrize(
    "text",
    [
        "بغيت شي واحد يشري مني الزرابي",
        "واش كاين شي حد كيشري الفخار فأوروبا",
        "ما بغيتش نهضر مع شي واحد",
        "je cherche quelqu'un pour vendre mes tapis",
        "رجعت السلعة من الخارج",
        "ما فهمتش كيفاش كيتحسب رقم المعاملات",
        "الزبون ضيع ليا السلعة",
        "شكرا، وفين كاين المكتب؟",
        "الفخار واش فيه الرصاص",
        "j'ai besoin d'argent pour une machine à coudre",
        "واش مؤازرة كتعطي للشركات",
        "نمرة التسجيل فالسجل",
        "الماكينة ما خدامش عندي وبغيت وحدة جديدة",
        "",
    ],
)
def test_one_word_more_says_something_else(text: str, library: Library) -> None:
    """A message with a word that belongs to no saying is none, whatever stands beside it."""
    assert _meant(text, library) is None


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("كلام ديالكم ما كيتفهمش", "plainer"),
        ("vous parlez trop compliqué pour moi", "plainer"),
        ("wach ntoma bsse7 wla ghir kdoub", "upset"),
        ("qu'allah vous protège", "thanks"),
        ("عافاك عطيني شي مستشار مزيان ومعقول", "person"),
    ],
)
def test_one_unknown_word_in_three_is_passed_over(text: str, means: str, library: Library) -> None:
    """Where nothing of ours is said or asked, a message is what most of its words mean."""
    saying = library.sayings.nearly_said(folded(text))
    assert saying is not None
    assert saying.means == means


@pytest.mark.parametrize("text", ["رجعت السلعة من الخارج", "التصدير صعيب بزاف", "بغيت شي واحد يشري مني الزرابي"])
def test_what_is_ours_is_never_nearly_something_else(text: str, library: Library) -> None:
    """What says a word of what this guide is about is a question, whatever else it resembles."""
    menu = told("القائمة", knowing({}, library, library.roles.menu), library).conversation
    assert told(text, menu, library).rule == "question"


def test_nearly_asking_for_a_person_hands_nobody_over(library: Library) -> None:
    """Whoever may have asked for a person is shown the way, and goes it by a choice."""
    menu = told("القائمة", knowing({}, library, library.roles.menu), library).conversation
    turn = told("عافاك عطيني شي مستشار مزيان ومعقول", menu, library)
    assert not turn.conversation.with_person
    assert _ways_to_a_person(turn.conversation)


def _ways_to_a_person(conversation: Conversation) -> list[str]:
    return [choice.id for choice in conversation.shown if choice.id in ("do:person", "to:person")]


@pytest.mark.parametrize("text", ["راكم غير كتلعبو بالناس", "ما كنعرفش نقرا", "ça marche pas", "ما فهمتش السؤال"])
def test_a_question_stays_open_below_them(text: str, library: Library) -> None:
    """Whoever is upset or does not understand in the middle of a check keeps the question, and sees a person."""
    open_question = replace(knowing({}, library), asking="investment")
    after = told(text, open_question, library)
    assert after.conversation.asking == "investment"
    assert _ways_to_a_person(after.conversation) == ["do:person"]
    assert after.conversation.facts == open_question.facts


def test_two_misses_show_a_person(library: Library) -> None:
    """The second message in a row that leads nowhere shows the way to a person; the first does not."""
    open_question = replace(knowing({}, library), asking="investment")
    first = told("شي شوية", open_question, library).conversation
    assert (first.misses, _ways_to_a_person(first)) == (1, [])
    second = told("شوية بزاف", first, library).conversation
    assert (second.misses, _ways_to_a_person(second)) == (2, ["do:person"])
    assert told("2 مليون درهم", second, library).conversation.misses == 0


def test_a_craft_answers_the_question_that_is_open(library: Library) -> None:
    """«فخار» leads to the plain ways on only where nothing is asked."""
    assert asked("craft", "فخار", library)["craft"] == "pottery"


def test_a_day_of_silence_is_answered_with_where_they_stood(library: Library) -> None:
    """The first reply after a day says where the person stood and what is known of them; within a day it does not."""
    before = replace(knowing({"legal_form": "company"}, library), asking="investment", heard=NOW)
    message = Message("test", PersonId("p"), "1", Said("سلام"))
    late = respond(before, message, library, NOW + timedelta(days=1, minutes=1)).replies
    early = respond(before, message, library, NOW + timedelta(hours=23)).replies
    line = library.phrases.known_of_you.of("ar").partition("{")[0]
    assert line in late[0].text
    assert "شركة" in late[0].text
    assert not any(line in reply.text for reply in early)


def test_coming_back_after_a_silence_is_told_once(library: Library) -> None:
    """«رجعت» after a day says where they stood once, and after a result the result again."""
    before = replace(knowing(COMPANY, library), heard=NOW)
    replies = respond(
        before, Message("test", PersonId("p"), "1", Said("رجعت")), library, NOW + timedelta(days=3)
    ).replies
    whole = "\n".join(reply.text for reply in replies)
    assert whole.count(library.phrases.stood_at.of("ar").partition("{")[0]) == 1
    assert library.schemes["tpme"].title.of("ar") in whole
