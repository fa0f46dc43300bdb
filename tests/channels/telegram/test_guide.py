"""The guide on Telegram from end to end, fetching its updates and having them posted."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest

from bot.conversation.library import Library
from bot.conversation.phrases import NOT_READ
from bot.conversation.showing import answer_shown
from tests.channels.telegram.guide import Guide, working
from tests.standins.botapi import Fault, plain
from tests.stores import until

_PERSON = 4321


@pytest.fixture(params=["polling", "webhook"])
async def guide(request: pytest.FixtureRequest, tmp_path: Path, library: Library) -> AsyncIterator[Guide]:
    """Give the guide at work, once by each way of getting updates."""
    how: Literal["polling", "webhook"] = request.param
    async with working(tmp_path, library, how) as started:
        yield started


async def test_leads_a_person_to_an_office(guide: Guide, library: Library) -> None:
    """A person presses START, taps their way to the office, shares where they are, and is told whom to go to."""
    chat = guide.api.chat(_PERSON)
    guide.api.says(_PERSON, "/start")
    await until(lambda: bool(chat.labels))
    assert library.phrases.welcome.of("ar").split("\n")[0] in chat.texts[0]

    guide.api.taps(_PERSON, "to:office")
    await until(lambda: chat.keyboard is not None)
    assert chat.texts[-1] == "أو شاركوا موقعكم بالزر الذي في الأسفل."
    await until(lambda: len(guide.api.calls("answerCallbackQuery")) == 1)
    await until(lambda: len(guide.api.calls("editMessageReplyMarkup")) == 1)
    assert "reply_markup" not in chat.messages[1]

    guide.api.shares(_PERSON, 27.15, -13.2)
    await until(lambda: len(guide.api.calls("deleteMessage")) == 1)
    assert chat.keyboard is None
    assert "العيون" in "\n".join(chat.texts[-2:])
    assert guide.api.refused == []


async def test_answers_by_a_link_in_french_and_forgets(guide: Guide, library: Library) -> None:
    """A link opens an answer, /fr changes the language, /forget erases everything."""
    chat = guide.api.chat(_PERSON)
    guide.api.says(_PERSON, "/start faq_export__turnover-threshold")
    answer = answer_shown(library.entries["export.turnover-threshold"], library, guide.clock().date())
    await until(lambda: any(answer.of("ar") in text for text in chat.texts))
    guide.api.says(_PERSON, "/fr")
    await until(lambda: library.phrases.language_set.of("fr") in "\n".join(chat.texts))
    guide.api.says(_PERSON, "/forget")
    await until(lambda: library.phrases.forgotten.of("fr") in "\n".join(chat.texts))
    assert await guide.count("inbox", "address <> '' AND state = 'done'") == 0


async def test_says_kindly_what_it_cannot_read(guide: Guide, library: Library) -> None:
    """An album, a voice note, a document and a contact each get one sentence that names them; no file is fetched."""
    chat = guide.api.chat(_PERSON)
    file = {"file_id": "x", "file_unique_id": "y"}
    guide.api.says(_PERSON, "/start")
    for number in range(3):
        guide.api.sends(_PERSON, photo=[{**file, "width": number, "height": 1}], media_group_id="album")
    guide.api.sends(_PERSON, voice={**file, "duration": 3})
    guide.api.sends(_PERSON, document={**file, "file_name": "statuts.pdf", "mime_type": "application/pdf"})
    guide.api.sends(_PERSON, contact={"phone_number": "+212600000000", "first_name": "Ali"})
    names = ("photo", "voice", "document", "contact")
    told = [plain(library.phrases.miss(NOT_READ[name]).of("ar")) for name in names]
    await until(lambda: all(sum(sentence in text for text in chat.texts) == 1 for sentence in told))
    assert guide.api.unknown == []
    assert {one.method for one in guide.api.got} <= {"deleteWebhook", "getUpdates", "sendMessage"}
    assert await guide.count("outbox", "state = 'dead'") == 0


async def test_answers_each_message_once(guide: Guide) -> None:
    """Updates told twice and out of order are answered once each, and each person's answers come in order."""
    guide.api.repeats, guide.api.shuffle = 1, random.Random(7)
    people = range(100, 110)
    for person in people:
        guide.api.says(person, "/start")
    await until(lambda: all(guide.api.chats[person].texts for person in people))
    told = [guide.api.says(person, "/menu") for person in people for _ in range(3)]
    guide.api.tell_again(*told[::3])
    expected = len(people) * 4
    await until(lambda: guide.count_is("inbox", expected), 20)
    await until(lambda: guide.count_is("outbox", expected, "state = 'sent'"), 20)
    assert all(len(guide.api.chats[person].texts) == 4 for person in people)


async def test_notes_who_blocked_the_bot(guide: Guide) -> None:
    """Who stopped the bot is noted; an answer on its way to them is a dead letter and is not tried again."""
    guide.api.says(_PERSON, "/start")
    guide.api.blocks(_PERSON)
    await until(lambda: [one.is_blocked for one in guide.blocking] == [True])
    await until(lambda: guide.count_is("outbox", 1, "state = 'dead' AND error = '403 blocked'"))
    guide.api.blocks(_PERSON, unblocks=True)
    guide.api.says(_PERSON, "/start")
    await until(lambda: len(guide.api.chats[_PERSON].texts) == 1)


async def test_outlives_a_bad_platform(guide: Guide) -> None:
    """Errors, cuts and slowness of the platform lose no answer; what it does not know is kept for staff."""
    guide.api.fail("sendMessage", Fault("cut"), Fault(status=502), Fault(retry_after=1), Fault("page"))
    guide.api.fail("getUpdates", Fault(status=500), Fault("cut"), Fault("page"))
    guide.api.tell(news={"of": "tomorrow"})
    guide.api.says(_PERSON, "/start")
    chat = guide.api.chat(_PERSON)

    def hurried() -> bool:
        guide.clock.forward(1)
        guide.delivery.tell()
        return len(chat.texts) == 1

    await until(hurried, 20)
    if guide.api.webhook:
        assert [one.why for one in guide.unread] == ["kind_unknown"]
    await until(lambda: guide.count_is("outbox", 1, "state = 'sent'"))
