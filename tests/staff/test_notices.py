"""Notices and posts in the staff room: seen before they are sent, each person once, stopped, proposed by a rule."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.content.library import load
from bot.conversation.conversation import Conversation
from bot.conversation.events import Arrived, FlowOpened
from bot.conversation.library import Library
from bot.conversation.turn import respond
from bot.message import LANGUAGES, Message, PersonId, Reply, Said
from bot.staff.notices import RuleWatch, digest_of, replies, send_some
from bot.staff.preview import Preview
from bot.storage import Store
from bot.storage.notices import notice_of, notices, unwant, want
from bot.storage.tables import encoded, stored_reply
from tests.program import ROOT, copied
from tests.staff.people import of, writes
from tests.staff.room import Answered, Clerk, Room, opened_room

_AR, _FR = "تغيرت قواعد البرنامج يوم 1 يناير.", "Les règles changent le 1er janvier."
_TOPIC = "scheme:tpme"


def _wants(room: Room, who: str, topic: str = _TOPIC, channel: str = "telegram", **facts: Any) -> PersonId:
    """Let somebody have written once and want to be told of a topic."""
    writes(room.store, who, "سلام", room.clock.seconds - 3 * 86_400, channel=channel, facts=facts)
    person = of(room.store, who, channel)
    room.store.write_now(lambda at: want(at, person, topic, room.clock.seconds))
    return person


def _told(room: Room) -> dict[str, list[str]]:
    """Return what each person is told by the guide that no message asked for, waiting or sent."""
    rows = room.store.read_now(
        lambda at: at.execute(
            text("SELECT person, reply FROM outbox WHERE inbox_id IS NULL AND place > :long_ago ORDER BY id"),
            {"long_ago": int((room.clock.seconds - 86_400) * 1_000_000)},
        ).all()
    )
    told: dict[str, list[str]] = {}
    for row in rows:
        told.setdefault(row.person, []).append(stored_reply(row.reply).text)
    return told


def _decisions(at: Any) -> int:
    return int(at.execute(text("SELECT count(*) FROM staff_audit WHERE did = 'notice_sent'")).scalar_one())


def _seen(clerk: Clerk, **fields: str) -> Answered:
    given = {"topic": _TOPIC, "words_ar": _AR, "words_fr": _FR, **fields}
    return clerk.post("/staff/notices/preview", **given)


def _sent(clerk: Clerk, seen: Answered, **fields: str) -> Answered:
    given = {"topic": _TOPIC, "words_ar": _AR, "words_fr": _FR, "key": seen.field("key"), **fields}
    return clerk.post("/staff/notices/send", **given)


async def _all_sent(room: Room, library: Library, at_most: int = 100) -> None:
    for _ in range(at_most):
        if not await send_some(room.store, library, room.clock.seconds):
            return


async def test_a_notice_is_seen_then_sent_once(room: Room, library: Library) -> None:
    """Words, channels, people and cost are shown before anything is sent; two clicks send it once, to each once."""
    people = [_wants(room, f"a{number}") for number in range(3)]
    stranger = _wants(room, "other", "caravan:6")
    clerk = room.clerk("fatima", "publisher")
    assert "3" in clerk.get("/staff/notices").body
    seen = _seen(clerk)
    body = html.unescape(seen.body)
    assert _AR in body
    assert library.phrases.notice_why.of("fr") in body
    channel = room.frame.words("ar")["channel_telegram"]
    assert re.search(rf"{channel}</th><td class=\"number\"><bdi>3<", body)
    assert _told(room) == {}
    first, second = _sent(clerk, seen), _sent(clerk, seen)
    assert first.location == second.location
    await _all_sent(room, library)
    told = _told(room)
    assert sorted(told) == sorted(people)
    assert stranger not in told
    assert all(len(texts) == 1 and texts[0].startswith(_AR) for texts in told.values())
    assert "أرسل إلى الجميع" in clerk.get(first.location).body
    assert room.store.read_now(_decisions) == 1


async def test_stopped_half_way_and_gone_on_with(room: Room, library: Library) -> None:
    """Stopping leaves the rest untold, and going on tells exactly them; who said stop meanwhile is not told at all."""
    people = [_wants(room, f"a{number:03}") for number in range(130)]
    clerk = room.clerk("fatima", "publisher")
    where = _sent(clerk, _seen(clerk)).location
    assert len(await send_some(room.store, library, room.clock.seconds)) == 100
    assert clerk.post(f"{where}/stop").location == where
    assert await send_some(room.store, library, room.clock.seconds) == []
    assert "<bdi>30</bdi>" in clerk.get(where).body
    told = set(_told(room))
    late = next(one for one in people if one not in told)
    waits = next(iter(told))
    room.store.write_now(lambda at: unwant(at, late))
    room.store.write_now(lambda at: unwant(at, PersonId(waits)))
    assert clerk.post(f"{where}/go-on").location == where
    await _all_sent(room, library)
    told_after = _told(room)
    assert set(told_after) == set(people) - {late, waits}
    assert all(len(texts) == 1 for texts in told_after.values())
    assert clerk.post(f"{where}/stop").status == 409


async def test_many_waiting_answers_go_first(room: Room, library: Library) -> None:
    """While two hundred replies wait on a channel, no notice is put behind them."""
    for number in range(210):
        _wants(room, f"a{number:03}")
    clerk = room.clerk("fatima", "publisher")
    _sent(clerk, _seen(clerk))
    counted = [len(await send_some(room.store, library, room.clock.seconds)) for _ in range(4)]
    assert counted == [100, 100, 0, 0]
    room.store.write_now(lambda at: at.execute(text("UPDATE outbox SET state = 'sent', address = ''")))
    assert len(await send_some(room.store, library, room.clock.seconds)) == 10


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"topic": ""}, "notice_topic_fault"),
        ({"topic": "caravan:11"}, "notice_past"),
        ({"topic": "caravan:0"}, "notice_topic_fault"),
        ({"words_ar": " "}, "notice_languages"),
        ({"words_fr": "é" * 5000}, "notice_long"),
        ({"words_ar": "خبر \u202e مقلوب"}, "notice_signs"),
    ],
)
def test_what_is_no_notice_is_refused(room: Room, fields: dict[str, str], word: str) -> None:
    """No topic, a station that is past, empty or endless words and signs that turn a text: refused, the words kept."""
    clerk = room.clerk("fatima", "publisher")
    clerk.get("/staff/notices/new")
    for path in ("preview", "send"):
        given = {"topic": _TOPIC, "words_ar": _AR, "words_fr": _FR, "key": "0" * 32, **fields}
        refused = clerk.post(f"/staff/notices/{path}", **given)
        assert (refused.status, room.frame.words("ar")[word] in refused.body) == (422, True), path
    assert room.store.read_now(notices) == []


def test_names_with_braces_are_data(room: Room, library: Library) -> None:
    """Braces and markup in a notice are shown and sent as they were typed."""
    words = dict.fromkeys(LANGUAGES, "{name} <b> {{7*7}}")
    assert replies(_TOPIC, words, library)["ar"].text.startswith("{name} <b> {{7*7}}\n")
    seen = _seen(room.clerk("fatima", "publisher"), words_ar="{name} <b> {{7*7}}")
    assert "{name} &lt;b&gt; {{7*7}}" in seen.body


def test_whatsapp_outside_its_window_is_told_and_costed(room: Room) -> None:
    """Who wrote days ago on WhatsApp is counted for the template too, before anything is sent."""
    _wants(room, "212611111111", channel="whatsapp")
    body = _seen(room.clerk("fatima", "publisher")).body
    assert room.frame.words("ar")["notice_template"] in body


def test_a_channel_writes_each_notice(library: Library) -> None:
    """Below a notice of any topic stand its three choices, on every channel, in each language."""
    for topic in ("caravan:6", *(f"scheme:{name}" for name in library.schemes)):
        for language, reply in replies(topic, {"ar": _AR, "fr": _FR}, library).items():
            for view in Preview(ROOT).views(reply):
                assert len(view.labels) >= 3, (topic, language, view)
                assert view.left >= 0


@pytest.fixture
def desk(tmp_path: Path, store: Store, library: Library) -> Iterator[tuple[Room, Path]]:
    """A staff room over content of the test's own."""
    copied(tmp_path)
    with opened_room(store, library, tmp_path) as room:
        yield room, tmp_path


async def test_a_changed_rule_is_proposed_and_told(desk: tuple[Room, Path], library: Library) -> None:
    """From the file to the phone: proposed with its count, confirmed by a person, told with each one's new result."""
    room, root = desk
    live = [library]
    watch = RuleWatch(lambda: live[0])
    assert await watch.look(room.store, room.clock.seconds) == []
    turned = _wants(room, "turned", legal_form="company", best_turnover=1_500_000, age_years=5)
    same = _wants(room, "same")
    silent = _wants(room, "silent", "caravan:6", legal_form="company", best_turnover=1_500_000, age_years=5)
    path = root / "flows/tpme/rules.yaml"
    rules = path.read_text("utf-8")
    path.write_text(rules.replace("from: {2025-07-03: 1_000_000}", "from: {2025-07-03: 1_600_000}", 1), "utf-8")
    changed, mistakes = load(root, proving=False)
    assert changed is not None, mistakes.errors
    assert digest_of(changed.schemes["tpme"]) != digest_of(library.schemes["tpme"])
    live[0] = changed
    (proposed,) = await watch.look(room.store, room.clock.seconds)
    assert await watch.look(room.store, room.clock.seconds) == []
    assert await send_some(room.store, changed, room.clock.seconds) == []
    assert _told(room) == {}
    clerk = room.clerk("fatima", "publisher")
    listed = clerk.get("/staff/notices").body
    assert f"/staff/notices/{proposed.id}" in listed
    page = html.unescape(clerk.get(f"/staff/notices/{proposed.id}").body)
    assert "أدنى رقم معاملات: مليون درهم → " in page
    assert "حسب أجوبتهم: <bdi>1</bdi>" in page
    seen = _seen(clerk, notice=str(proposed.id))
    assert "<bdi>2</bdi>" in seen.body
    where = _sent(clerk, seen, notice=str(proposed.id)).location
    assert where == f"/staff/notices/{proposed.id}"
    assert _sent(clerk, seen, notice=str(proposed.id)).status == 409
    await _all_sent(room, changed)
    told = _told(room)
    assert sorted(told) == sorted([turned, same])
    assert silent not in told
    assert told[same][0].startswith(_AR)
    assert "وهي الآن" in told[turned][0]
    assert told[turned][0].index("وهي الآن") < told[turned][0].index(_AR)
    found = room.store.read_now(lambda at: notice_of(at, proposed.id))
    assert found is not None
    assert (found.state, found.by) == ("sent", "fatima")
    left = room.store.read_now(lambda at: at.execute(text("SELECT count(*) FROM notice_lines")).scalar_one())
    assert left == 0


async def test_a_change_taken_back_is_told_to_nobody(desk: tuple[Room, Path], library: Library) -> None:
    """What was proposed and is undone before anybody decided is dropped, and nothing new is proposed."""
    room, root = desk
    live = [library]
    watch = RuleWatch(lambda: live[0])
    await watch.look(room.store, room.clock.seconds)
    path = root / "flows/tpme/rules.yaml"
    path.write_text(path.read_text("utf-8").replace("{2025-07-03: 1_000_000}", "{2025-07-03: 1_100_000}", 1), "utf-8")
    changed, _ = load(root, proving=False)
    assert changed is not None
    live[0] = changed
    # A program that was started anew sees it too, without what was live before.
    (proposed,) = await RuleWatch(lambda: live[0]).look(room.store, room.clock.seconds)
    assert proposed.state == "proposed"
    live[0] = library
    assert await watch.look(room.store, room.clock.seconds + 1) == []
    again = RuleWatch(lambda: live[0])
    assert await again.look(room.store, room.clock.seconds + 2) == []
    assert [one.state for one in room.store.read_now(notices)] == ["dropped"]


async def test_a_proposal_is_dropped_by_a_decision(room: Room, library: Library) -> None:
    """Who decides that nobody is told leaves that in the audit; the notice is gone and cannot be sent."""
    person = _wants(room, "a")
    number = room.store.write_now(
        lambda at: at.execute(
            text(
                "INSERT INTO notices (topic, ar, fr, created, state) VALUES (:topic, :ar, :fr, 0, 'proposed')"
                " RETURNING id"
            ),
            {"topic": _TOPIC, "ar": _AR, "fr": _FR},
        ).scalar_one()
    )
    clerk = room.clerk("fatima", "publisher")
    clerk.get(f"/staff/notices/{number}")
    assert clerk.post(f"/staff/notices/{number}/drop").location == "/staff/notices"
    assert clerk.get(f"/staff/notices/{number}").status == 404
    await _all_sent(room, library)
    assert person not in _told(room)
    did = room.store.read_now(lambda at: at.execute(text("SELECT did FROM staff_audit ORDER BY id DESC")).scalar())
    assert did == "notice_dropped"


@pytest.mark.parametrize(("opens", "flow"), [("r11", "caravan"), ("eligibility_export", "eligibility_export")])
def test_a_post_opens_its_flow(room: Room, library: Library, opens: str, flow: str) -> None:
    """The staff room writes a post whose word opens the right flow on WhatsApp and Telegram, and is counted."""
    clerk = room.clerk("fatima", "publisher")
    query = f"opens={opens}&mark=nov1&whatsapp=212600000000&telegram=DalilBot"
    page = html.unescape(clerk.get(f"/staff/posts?{query}").body)
    assert f"t.me/DalilBot?start=door_{opens}-nov1" in page
    assert "wa.me/212600000000" in page
    said = f"سلام، بغيت الدليل {opens.upper()}-NOV1"
    now = datetime(2026, 11, 29, 10, tzinfo=UTC)
    turn = respond(Conversation(), Message("x", PersonId("p"), "", Said(said)), library, now)
    assert {event.door for event in turn.events if isinstance(event, Arrived)} == {f"{opens}-nov1"}
    opened = [event.flow for event in turn.events if isinstance(event, FlowOpened)]
    assert opened == [library.caravan_flow if flow == "caravan" else flow]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("opens=r13&mark=a&telegram=DalilBot", "post_opens"),
        ("opens=nothing&mark=a&telegram=DalilBot", "post_opens"),
        ("opens=r11&mark=&telegram=DalilBot", "post_mark"),
        ("opens=r11&mark=%7Bx%7D&telegram=DalilBot", "post_mark"),
        ("opens=r11&mark=a&telegram=%3Cscript%3E", "post_bot"),
        ("opens=r11&mark=a&whatsapp=call+me", "post_number"),
        ("opens=r11&mark=a", "post_nowhere"),
    ],
)
def test_a_post_that_leads_nowhere_is_refused(room: Room, query: str, word: str) -> None:
    """A link to nothing, a word that is no word, a number that is none: told in a sentence, no post is written."""
    answered = room.clerk("fatima", "publisher").get(f"/staff/posts?{query}")
    assert (answered.status, room.frame.words("ar")[word] in answered.body) == (422, True)


def test_what_is_stored_of_a_notice_is_a_reply() -> None:
    """A notice is kept as any reply is."""
    reply = Reply("خبر", (), "ar")
    assert stored_reply(encoded(reply)) == reply
