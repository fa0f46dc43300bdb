"""`dalil doctor` and `dalil connect telegram` against the platforms, and `dalil dead`."""

import time
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.telegram import setup
from bot.channels.telegram.api import TelegramBot
from bot.channels.whatsapp.channel import Secrets
from bot.channels.whatsapp.sender import WhatsAppNumber
from bot.channels.whatsapp.setup import Setting, examined
from tests.joined.joining import TELEGRAM, WHATSAPP, at_work, rooted, said, until
from tests.standins import botapi, graph


async def test_doctor_without_platforms(tmp_path: Path) -> None:
    """With both platforms off, the doctor looks at the content and the database."""
    told = await said("doctor", root=rooted(tmp_path / "root", ""), environ={})
    assert told.status == 0
    assert [line.split()[0] for line in told.out.splitlines()] == ["ok", "ok", "ok", "ok", "-", "-"]


async def test_doctor_makes_no_database(tmp_path: Path) -> None:
    """The doctor makes no database, and no folder for one; it says when it will be made."""
    root = rooted(tmp_path / "root", "store: there/dalil.db\n")
    told = await said("doctor", root=root, environ={})
    assert told.status == 0, told.out
    assert "is not made yet" in told.out
    assert not (root / "there").exists()


async def test_connecting_telegram(tmp_path: Path) -> None:
    """The doctor finds a bot that was never connected, connecting puts it right, and the doctor agrees."""
    async with botapi.running() as api:
        root = rooted(tmp_path / "root", f"telegram: {{on: true, base: '{api.base}'}}\n")
        before = await said("doctor", root=root, environ=TELEGRAM)
        assert before.status == 1
        assert "dalil connect telegram" in before.out
        connected = await said("connect", "telegram", root=root, environ=TELEGRAM)
        assert connected.status == 0, connected.out + connected.err
        after = await said("doctor", root=root, environ=TELEGRAM)
        assert after.status == 0, after.out
        wrong = {"DALIL_TELEGRAM_TOKEN": botapi.TOKEN[:-1] + "x"}
        told = await said("doctor", root=root, environ=wrong)
        assert told.status == 1
        assert "knows no bot" in told.out
        assert wrong["DALIL_TELEGRAM_TOKEN"] not in told.out + told.err
        missing = await said("doctor", root=root, environ={})
        assert "DALIL_TELEGRAM_TOKEN is missing" in missing.out


async def test_doctor_on_a_posted_telegram(tmp_path: Path) -> None:
    """Of a webhook all missing secrets are told at once; once it is set, that its secret cannot be looked at."""
    async with botapi.running() as api:
        config = f"telegram: {{on: true, address: 'https://guide.test/tg', base: '{api.base}'}}\n"
        root = rooted(tmp_path / "root", config)
        told = await said("doctor", root=root, environ={"DALIL_TELEGRAM_SECRET": "not:one"})
        assert "telegram: DALIL_TELEGRAM_TOKEN is missing" in told.out
        assert "telegram: DALIL_TELEGRAM_SECRET must be 1 to 256" in told.out
        assert "not:one" not in told.out
        assert (await said("connect", "telegram", root=root, environ=TELEGRAM)).status == 0
        told = await said("doctor", root=root, environ=TELEGRAM)
        assert told.status == 0, told.out
        assert "telegram: The clock is right." in told.out
        assert "does not tell the webhook's secret" in told.out


async def test_telegram_tells_the_time(tmp_path: Path) -> None:
    """This machine's clock is held against the time on Telegram's answers too."""
    async with botapi.running() as api:
        line = TelegramBot(botapi.TOKEN, base=api.base)
        found = await setup.examined(line, base=api.base, now=lambda: datetime(2020, 1, 1, tzinfo=UTC))
        await line.close()
        assert any("clock differs by" in one.what for one in found if one.is_problem)


async def test_connecting_what_is_off(tmp_path: Path) -> None:
    """While Telegram is off in `config.yaml` nothing is set, and the line to change is told."""
    async with botapi.running() as api:
        root = rooted(tmp_path / "root", f"telegram:\n  base: '{api.base}'\n  on: false\n")
        told = await said("connect", "telegram", root=root, environ=TELEGRAM)
        assert told.status == 1
        assert "config.yaml:3" in told.out
        assert api.settings == {}
        (root / "config.yaml").unlink()
        assert "config.yaml" in (await said("connect", "telegram", root=root, environ=TELEGRAM)).out


async def test_doctor_on_whatsapp(tmp_path: Path) -> None:
    """The doctor looks at the number, the clock and the template, and says that nothing answers at the address."""
    async with graph.running() as platform:
        config = (
            f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, account_id: {graph.ACCOUNT_ID},"
            f" base: '{platform.base}', address: 'https://127.0.0.1:9/whatsapp', template: {{name: reply_waiting}}}}\n"
        )
        root = rooted(tmp_path / "root", config)
        told = await said("doctor", root=root, environ=WHATSAPP)
        assert told.status == 1
        lines = [line.strip() for line in told.out.splitlines() if "whatsapp:" in line]
        assert [line.split()[0] for line in lines] == ["ok", "ok", "ok", "ok", "✗"]
        platform.category = "MARKETING"
        told = await said("doctor", root=root, environ=WHATSAPP)
        assert "reply_waiting is of the category MARKETING now" in told.out
        told = await said("doctor", root=root, environ={**WHATSAPP, "DALIL_WHATSAPP_TOKEN": "EAAG-wrong"})
        assert "does not take the token" in told.out
        assert "EAAG-wrong" not in told.out + told.err


async def test_looking_at_the_webhook(tmp_path: Path) -> None:
    """The webhook is tried as the platform tries it: verified, signed, and not signed; another secret is found out."""
    async with graph.running() as platform:
        config = f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
        async with at_work(rooted(tmp_path / "root", config), WHATSAPP) as guide:
            account = WhatsAppNumber(graph.NUMBER_ID, graph.TOKEN, platform.base)
            address = f"{guide.address}/whatsapp"
            right = await examined(Setting(account, Secrets(graph.APP_SECRET, graph.VERIFY_TOKEN), address))
            assert [one.what for one in right if one.is_problem] == []
            wrong = await examined(Setting(account, Secrets("another", "other"), address))
            assert [one.what for one in wrong if one.is_problem] == [
                "The webhook is not verified with our token.",
                "What is signed is answered 403.",
            ]


async def test_what_went_astray(tmp_path: Path) -> None:
    """A reply that WhatsApp refuses for good is listed with what could not be read, and can be sent again."""
    async with graph.running() as platform:
        config = f"whatsapp: {{on: true, number_id: {graph.NUMBER_ID}, base: '{platform.base}'}}\n"
        root = rooted(tmp_path / "root", config)
        platform.faults.append(graph.Fault(code=131026))
        async with at_work(root, WHATSAPP) as guide:
            platform.hook = f"{guide.address}/whatsapp"
            hello = graph.words("wamid.1", "سلام", time.time(), from_="212600000001")
            assert await platform.tell(graph.value(hello, wa_id="212600000001"), {"messages": ["?"]}) == 200
            await until(lambda: "event=send_failed" in guide.log())
            listed = await said("dead", "--json", "--store", str(guide.store), root=root, environ={})
            letter, unread = listed.lines
            assert (letter["reason"], letter["can_be_sent"]) == ("131026 undeliverable", True)
            assert (unread["unread"], unread["raw"]) == ("message", '"?"')
            again = await said(
                "dead", "again", str(letter["number"]), "--store", str(guide.store), root=root, environ={}
            )
            assert again.status == 0
            await platform.until(1)
        told = await said("dead", "again", "99", "--store", str(guide.store), root=root, environ={})
        assert told.status == 1
