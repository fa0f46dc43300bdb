"""The whole program on Telegram and on WhatsApp: a message goes in, the reply comes out."""

import asyncio
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from bot.conversation.library import Library
from bot.credentials import Credentials, MissingSecretError
from tests.joined.joining import TELEGRAM, WHATSAPP, at_work, rooted, said, until
from tests.standins import botapi, graph

_PERSON = 4321


async def test_telegram_fetched(tmp_path: Path, library: Library) -> None:
    """With Telegram on and no address, the guide fetches what people write and answers them."""
    async with botapi.running() as api:
        root = rooted(tmp_path / "root", f"telegram: {{on: true, base: '{api.base}'}}\n")
        async with at_work(root, TELEGRAM) as guide:
            chat = api.chat(_PERSON)
            api.says(_PERSON, "/start")
            await until(lambda: bool(chat.labels))
            assert library.phrases.welcome.of("ar").split("\n")[0] in chat.texts[0]
            api.taps(_PERSON, "to:office")
            await until(lambda: chat.keyboard is not None)
            assert botapi.TOKEN not in guide.log()
        assert api.refused == []


async def test_telegram_posted(tmp_path: Path, library: Library) -> None:
    """With an address, Telegram posts to its path beside the web chat, and only with the secret."""
    async with botapi.running() as api:
        config = f"telegram: {{on: true, address: 'https://guide.test/tg', base: '{api.base}'}}\n"
        root = rooted(tmp_path / "root", config)
        async with at_work(root, TELEGRAM) as guide, aiohttp.ClientSession() as session:
            api.webhook = {"url": f"{guide.address}/tg", "secret_token": botapi.SECRET}
            chat = api.chat(_PERSON)
            api.says(_PERSON, "/start")
            await until(lambda: bool(chat.labels))
            assert library.phrases.welcome.of("ar").split("\n")[0] in chat.texts[0]
            async with session.post(f"{guide.address}/tg", json={}) as answer:
                assert answer.status == 401
            async with session.get(f"{guide.address}/healthz") as answer:
                assert await answer.text() == "ok"


async def test_whatsapp(tmp_path: Path, library: Library) -> None:
    """With WhatsApp on, a signed webhook is answered by a message; one that is not signed by nothing."""
    async with graph.running() as platform:
        config = f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
        root = rooted(tmp_path / "root", config)
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            assert await platform.verify() == (200, "1158201444")
            hello = graph.words("wamid.1", "سلام", time.time(), from_="212600000001")
            assert await platform.post(graph.batch([graph.value(hello)]), signed="") == 401
            assert await platform.tell(graph.value(hello, wa_id="212600000001")) == 200
            await platform.until(1)
            assert platform.got[0].address == "212600000001"
            assert library.phrases.welcome.of("ar").split("\n")[0] in platform.got[0].text
            told = [graph.status(platform.got[0], "delivered")]
            assert await platform.tell(graph.value(statuses=told)) == 200
            # The person is known by a new number from now on, and the guide goes on where they stood.
            changed = {"type": "user_changed_number", "customer": "212600000001", "wa_id": "212600000002"}
            moved = graph.message("wamid.2", "system", changed, time.time(), from_="212600000001")
            assert await platform.tell(graph.value(moved)) == 200
            tap = {"type": "button_reply", "button_reply": {"id": "to:office", "title": "x"}}
            chosen = graph.message("wamid.3", "interactive", tap, time.time(), from_="212600000002")
            assert await platform.tell(graph.value(chosen, wa_id="212600000002"), {"messages": ["?"]}) == 200
            await platform.until(2)
            assert platform.got[1].address == "212600000002"
            assert library.facts["province"].ask.of("ar").split("\n")[0] in platform.got[1].text
            assert graph.TOKEN not in guide.log()
        assert platform.refused == []


async def test_terminated_while_it_sends(tmp_path: Path) -> None:
    """SIGTERM with forty replies on their way ends the guide with 0 once each is recorded: none is sent again."""
    async with graph.running() as platform:
        config = f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
        root = rooted(tmp_path / "root", config)
        people = [f"2126000000{number:02}" for number in range(40)]
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            platform.faults.extend([graph.Fault("slow", seconds=2.0)] * len(people))
            for person in people:
                told = graph.words(f"wamid.{person}", "سلام", time.time(), from_=person)
                assert await platform.tell(graph.value(told, wa_id=person)) == 200
            await platform.until(20)
            guide.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(guide.process.wait, 20) == 0
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            later = graph.words("wamid.later", "سلام", time.time(), from_="212600000099")
            assert await platform.tell(graph.value(later, wa_id="212600000099")) == 200
            await until(lambda: {one.address for one in platform.got} == {*people, "212600000099"}, 60)
        assert len(platform.got) == len(people) + 1


async def test_whatsapp_over_its_budget(tmp_path: Path) -> None:
    """Once the month's budget is spent people are still answered, and the welcome names the web address."""
    async with graph.running() as platform:
        config = (
            "web: {address: 'https://guide.test'}\n"
            f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}',"
            " free_messages: 0, price: 1, budget: 0.5}\n"
        )
        root = rooted(tmp_path / "root", config)
        for number, person in ((1, "212600000001"), (2, "212600000002")):
            async with at_work(root, WHATSAPP) as guide:
                platform.hook = f"{guide.address}/whatsapp"
                hello = graph.words(f"wamid.{number}", "سلام", time.time(), from_=person)
                assert await platform.tell(graph.value(hello, wa_id=person)) == 200
                await platform.until(number)
                log = guide.log()
        assert "https://guide.test" not in platform.got[0].text
        assert "https://guide.test" in platform.got[1].text
        assert "event=budget_spent" in log


async def test_missing_secrets_are_told(tmp_path: Path) -> None:
    """A platform that is on without its secrets keeps the guide from starting, which says what to do."""
    root = rooted(tmp_path / "root", "telegram: {on: true}\nwhatsapp: {on: true, number_id: 1}\n")
    told = await said("run", "--port", "0", root=root, environ={})
    assert told.status == 1
    assert "DALIL_TELEGRAM_TOKEN is missing" in told.err
    for name in WHATSAPP:
        assert f"{name} is missing" in told.err
    (root / "token").write_text("123:no_token\n")
    told = await said("run", "--port", "0", root=root, environ={"DALIL_TELEGRAM_TOKEN_FILE": str(root / "token")})
    assert "DALIL_TELEGRAM_TOKEN must be as BotFather gave it" in told.err
    assert "no_token" not in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("inside", ["a\nb", "a\rb", "a\tb", "a b", "a\x7fb", "aéb", "a\udcffb"])
@pytest.mark.parametrize("name", WHATSAPP)
def test_secrets_that_cannot_be_sent_are_refused(name: str, inside: str) -> None:
    """A secret with a line break, a space or a sign that is no ASCII inside is refused by its name, never its value."""
    with pytest.raises(MissingSecretError, match=f"^{name} has a space, a line break") as refused:
        Credentials({**WHATSAPP, name: inside}).secrets(*WHATSAPP)
    assert inside not in str(refused.value)
    assert Credentials({**WHATSAPP, name: "ab\r\n"}).secret(name) == "ab"


def test_files_of_secrets(tmp_path: Path) -> None:
    """A secret's file may end in a line break; one that is empty is told as empty, not as missing."""
    file = tmp_path / "secret"
    credentials = Credentials({"DALIL_WHATSAPP_TOKEN_FILE": str(file)})
    file.write_bytes(b"EAAG\r\n\n")
    assert credentials.secret("DALIL_WHATSAPP_TOKEN") == "EAAG"
    for raw, what in ((b" \n", "DALIL_WHATSAPP_TOKEN_FILE names is empty"), (b"\xff", "it is no text")):
        file.write_bytes(raw)
        with pytest.raises(MissingSecretError, match=what):
            credentials.secret("DALIL_WHATSAPP_TOKEN")


async def test_no_guide_starts_with_a_secret_that_is_no_text(tmp_path: Path) -> None:
    """An app secret that is no text keeps the guide from starting: every webhook would fail."""
    root = rooted(tmp_path / "root", "whatsapp: {on: true, number_id: 1}\n")
    spoilt = {**WHATSAPP, "DALIL_WHATSAPP_APP_SECRET": "a\udcffb", "DALIL_WHATSAPP_TOKEN": "EAAG\nb"}
    told = await said("run", "--port", "0", root=root, environ=spoilt)
    assert told.status == 1
    named = [line.split()[0] for line in told.err.splitlines() if line.startswith("DALIL_")]
    assert named == ["DALIL_WHATSAPP_TOKEN", "DALIL_WHATSAPP_APP_SECRET"]
    told = await said("doctor", root=root, environ=spoilt)
    assert told.status == 1
    assert "whatsapp: DALIL_WHATSAPP_TOKEN has" in told.out
    assert "whatsapp: DALIL_WHATSAPP_APP_SECRET has" in told.out
    assert told.err == ""


async def test_mistakes_of_the_configuration_are_told(tmp_path: Path) -> None:
    """Every mistake about the platforms is told at once, on its line."""
    config = "\n".join(
        (
            "telegram:",
            "  on: yes",
            "  address: http://guide.test/tg",
            "  token: 1:A",
            "  per_second: 0",
            "whatsapp:",
            "  on: true",
            "  version: 25",
            "  template: {named: x}",
            "",
        )
    )
    root = rooted(tmp_path / "root", config)
    told = await said("check", root=root, environ={})
    assert told.status == 2
    assert [line.split(":")[1] for line in told.err.splitlines()] == ["2", "3", "4", "5", "7", "8", "9"]
