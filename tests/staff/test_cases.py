"""People who wait for an answer of the staff: who comes first, one answer however often it is clicked, nothing lost."""

import asyncio
import re

import pytest
from sqlalchemy import text

from bot.message import LANGUAGES, Language, Reply
from bot.staff.desk import sent_now
from bot.storage import StatusTold, answer_case, close_case, note_statuses
from bot.storage.desk import TAKEN_FOR, TOLD_AFTER, case_answers, open_case, queue, return_cases, send_held, tell_late
from bot.storage.identity import forget
from bot.storage.staff import disable
from tests.staff.people import of, writes
from tests.staff.room import Answered, Clerk, Room

_BACK: dict[Language, Reply] = {language: Reply("back", language=language) for language in LANGUAGES}


def _form(answered: Answered) -> dict[str, str]:
    return {"key": answered.field("key"), "seen": answered.field("seen")}


def _texts(room: Room, address: str, channel: str = "web") -> list[str]:
    """Return what staff have told somebody."""
    person = of(room.store, address, channel)
    rows = room.store.read_now(
        lambda at: at.execute(
            text("SELECT reply FROM outbox WHERE person = :p AND who = 'staff' ORDER BY id"), {"p": person}
        ).all()
    )
    return [re.search(r'"text":"([^"]*)"', row[0])[1] for row in rows]  # type: ignore[index]


def _send_due(room: Room) -> None:
    for person in asyncio.run(sent_now(room.store, room.clock.seconds)):
        room.told.append(person)


def test_who_waits_longest_comes_first(room: Room) -> None:
    """The list begins with who has waited longest for an answer; who was answered comes after all who wait."""
    now = room.clock.seconds
    cases = [writes(room.store, f"a{n}", f"words {n}", now - 100 * n) for n in range(4)]
    room.store.write_now(lambda at: answer_case(at, cases[3], "done", now))
    body = room.clerk("fatima").get("/staff/cases").body
    assert re.findall(r'href="/staff/cases/(\d+)"', body) == [str(cases[n]) for n in (2, 1, 0, 3)]
    writes(room.store, "a3", "and again", now + 5)
    assert [case.id for case in room.store.read_now(queue)] == [cases[n] for n in (2, 1, 0, 3)]


def test_cases_of_a_region(room: Room) -> None:
    """Cases are told by region where the person said where they are, and one region can be looked at alone."""
    library = room.frame.parts.library()
    place = library.roles.place
    tiznit = next(one for one in library.gazetteer.places.values() if one.name.of("ar") == "تيزنيت")
    first = writes(room.store, "a", "one", room.clock.seconds, facts={place: tiznit.id})
    other = writes(room.store, "b", "two", room.clock.seconds)
    clerk = room.clerk("fatima")
    assert "سوس" in clerk.get("/staff/cases").body
    body = clerk.get(f"/staff/cases?region={tiznit.region}").body
    assert re.findall(r'href="/staff/cases/(\d+)"', body) == [str(first)]
    assert "تيزنيت" in clerk.get(f"/staff/cases/{first}").body
    assert clerk.get(f"/staff/cases/{other}").status == 200


def test_an_answer_is_sent_once(room: Room) -> None:
    """A form clicked five times is one answer, kept back for a minute and then sent once."""
    case = writes(room.store, "a", "عندي سؤال", room.clock.seconds)
    clerk = room.clerk("fatima")
    form = _form(clerk.get(f"/staff/cases/{case}"))
    sent = [clerk.post(f"/staff/cases/{case}/answer", text="مرحبا", **form).status for _ in range(5)]
    assert sent == [303] * 5
    assert _texts(room, "a") == []
    room.clock.pass_by(seconds=59)
    _send_due(room)
    assert _texts(room, "a") == []
    room.clock.pass_by(seconds=2)
    for _ in range(3):
        _send_due(room)
    assert _texts(room, "a") == ["مرحبا"]
    assert room.told == [of(room.store, "a")]
    assert clerk.post(f"/staff/cases/{case}/answer", text="مرحبا", **form).status == 303
    room.clock.pass_by(seconds=99)
    _send_due(room)
    assert _texts(room, "a") == ["مرحبا"]
    assert room.store.read_now(lambda at: open_case(at, case).taken_by) == "fatima"


def test_two_programs_send_an_answer_once(room: Room) -> None:
    """However many programs look for answers to be sent at the same moment, each goes once."""
    cases = [writes(room.store, f"a{n}", "?", room.clock.seconds) for n in range(5)]
    clerk = room.clerk("fatima")
    for case in cases:
        clerk.post(f"/staff/cases/{case}/answer", text="نعم", **_form(clerk.get(f"/staff/cases/{case}")))
    later = room.clock.seconds + 61

    async def all_at_once() -> None:
        await asyncio.gather(*(room.store.write(lambda at: send_held(at, later)) for _ in range(8)))

    asyncio.run(all_at_once())
    assert [_texts(room, f"a{n}") for n in range(5)] == [["نعم"]] * 5


def test_an_answer_is_taken_back(room: Room) -> None:
    """Within the minute an answer is taken back, its words are given back, and it is never sent."""
    case = writes(room.store, "a", "عندي سؤال", room.clock.seconds)
    clerk = room.clerk("fatima")
    clerk.post(f"/staff/cases/{case}/answer", text="جواب فيه خطأ", **_form(clerk.get(f"/staff/cases/{case}")))
    page = clerk.get(f"/staff/cases/{case}")
    withdraw = re.search(rf'action="(/staff/cases/{case}/withdraw/\d+)"', page.body)
    assert withdraw
    back = clerk.post(withdraw[1])
    assert "جواب فيه خطأ" in clerk.get(back.location.partition("#")[0]).body
    room.clock.pass_by(seconds=90)
    _send_due(room)
    assert _texts(room, "a") == []
    clerk.post(f"/staff/cases/{case}/answer", text="الصحيح", **_form(clerk.get(f"/staff/cases/{case}")))
    assert clerk.post(f"/staff/cases/{case}/send").status == 303
    assert _texts(room, "a") == ["الصحيح"]
    late = clerk.post(withdraw[1])
    assert (late.status, "فات الوقت" in late.body) == (409, True)


def test_two_of_the_staff_at_one_case_see_each_other(room: Room) -> None:
    """Each sees that the other looks at it; who answers second is shown the first answer, and keeps their words."""
    case = writes(room.store, "a", "عندي سؤال", room.clock.seconds)
    fatima, said = room.clerk("fatima"), room.clerk("said", "adviser")
    forms = [_form(one.get(f"/staff/cases/{case}")) for one in (fatima, said)]
    assert "said" in fatima.get(f"/staff/cases/{case}?poll=1", **{"HX-Request": "true"}).body
    assert fatima.post(f"/staff/cases/{case}/answer", text="جواب فاطمة", **forms[0]).status == 303
    second = said.post(f"/staff/cases/{case}/answer", text="جواب سعيد", **forms[1])
    assert second.status == 409
    assert "fatima" in second.body
    assert "جواب سعيد</textarea>" in second.body
    assert said.post(f"/staff/cases/{case}/answer", text="جواب سعيد", **_form(second)).status == 303
    room.clock.pass_by(seconds=61)
    _send_due(room)
    assert _texts(room, "a") == ["جواب فاطمة", "جواب سعيد"]
    room.clock.pass_by(seconds=60)
    assert "also" not in fatima.get(f"/staff/cases/{case}").body
    assert "ينظر فيه الآن" not in fatima.get(f"/staff/cases/{case}").body


def test_a_case_taken_and_not_answered_is_everybodys_again(room: Room) -> None:
    """Half an hour after it was taken without an answer, a case is back in the queue; an answered one stays."""
    first, second = (writes(room.store, address, "?", room.clock.seconds) for address in ("a", "b"))
    clerk = room.clerk("fatima")
    for case in (first, second):
        assert clerk.post(f"/staff/cases/{case}/take").status == 303
    clerk.post(f"/staff/cases/{second}/answer", text="نعم", **_form(clerk.get(f"/staff/cases/{second}")))
    clerk.post(f"/staff/cases/{second}/send")
    other = room.clerk("said", "adviser")
    other.post(f"/staff/cases/{first}/take")
    assert room.store.read_now(lambda at: open_case(at, first).taken_by) == "fatima"
    assert room.store.write_now(lambda at: return_cases(at, room.clock.seconds + TAKEN_FOR - 1)) == []
    assert room.store.write_now(lambda at: return_cases(at, room.clock.seconds + TAKEN_FOR + 1)) == [first]
    assert [room.store.read_now(lambda at, n=n: open_case(at, n).taken_by) for n in (first, second)] == ["", "fatima"]  # type: ignore[misc]


def test_handing_on(room: Room) -> None:
    """A case goes to a colleague with a note that the person never sees, or back to everybody; not to a stranger."""
    case = writes(room.store, "a", "?", room.clock.seconds)
    fatima, said = room.clerk("fatima"), room.clerk("said", "adviser")
    room.account("writer", "editor")
    assert fatima.post(f"/staff/cases/{case}/hand", to="said", note="يحتاج اللجنة").location == "/staff/cases"
    assert "يحتاج اللجنة" in said.get(f"/staff/cases/{case}").body
    assert room.store.read_now(lambda at: open_case(at, case).taken_by) == "said"
    assert [fatima.post(f"/staff/cases/{case}/hand", to=to).status for to in ("writer", "nobody")] == [400, 400]
    said.post(f"/staff/cases/{case}/hand", to="")
    assert room.store.read_now(lambda at: open_case(at, case).taken_by) == ""
    assert _texts(room, "a") == []


def test_closing_sends_what_is_kept_back_first(room: Room) -> None:
    """Closing sends the answer that waits, then gives the person back; an answer after that is not lost but shown."""
    case = writes(room.store, "a", "?", room.clock.seconds)
    clerk = room.clerk("fatima")
    form = _form(clerk.get(f"/staff/cases/{case}"))
    clerk.post(f"/staff/cases/{case}/answer", text="نعم", **form)
    assert clerk.post(f"/staff/cases/{case}/close").status == 303
    assert _texts(room, "a") == ["نعم"]
    late = clerk.post(f"/staff/cases/{case}/answer", text="كلمة أخيرة", key="other", seen="99")
    assert (late.status, "كلمة أخيرة" in late.body) == (409, True)
    assert clerk.get(f"/staff/cases/{case}").status == 404


def test_what_was_sent_arrived_and_failed(room: Room) -> None:
    """Of each answer staff see what became of it, as the platform tells, and the reason where it did not arrive."""
    case = writes(room.store, "212600", "?", room.clock.seconds, channel="whatsapp")
    clerk = room.clerk("fatima")

    def states() -> list[str]:
        return [one.state for one in room.store.read_now(lambda at: case_answers(at, case))]

    clerk.post(f"/staff/cases/{case}/answer", text="نعم", **_form(clerk.get(f"/staff/cases/{case}")))
    assert states() == ["held"]
    clerk.post(f"/staff/cases/{case}/send")
    assert states() == ["waiting"]
    number = room.store.read_now(lambda at: at.execute(text("SELECT outbox_id FROM case_answers")).scalar_one())
    for status, state in (("sent", "sent"), ("delivered", "delivered"), ("read", "read")):
        told = StatusTold("whatsapp", status, number, "wamid.1")  # type: ignore[arg-type]
        room.store.write_now(lambda at, told=told: note_statuses(at, [told], room.clock.seconds))  # type: ignore[misc]
        assert states() == [state]
    room.store.write_now(
        lambda at: at.execute(
            text("UPDATE outbox SET state = 'dead', status = 'failed', error = '131026 undeliverable'")
        )
    )
    assert states() == ["failed"]
    assert "131026 undeliverable" in clerk.get(f"/staff/cases/{case}").body


def test_the_clock_of_whatsapp(room: Room) -> None:
    """On WhatsApp each case tells until when an answer reaches the person, and afterwards that it waits for them."""
    case = writes(room.store, "212600", "?", room.clock.seconds, channel="whatsapp")
    clerk = room.clerk("fatima")
    closes = room.clock.seconds + 24 * 3600
    for path in ("/staff/cases", f"/staff/cases/{case}"):
        assert f'data-until="{closes}"' in clerk.get(path).body
    room.clock.pass_by(hours=24, seconds=1)
    clerk.sign_in()
    assert "مغلق" in clerk.get("/staff/cases").body
    assert "دعوة واحدة" in clerk.get(f"/staff/cases/{case}").body


def test_who_waits_for_a_day_is_told_once(room: Room) -> None:
    """After nearly a day without an answer the person is told so, once; who was answered is not."""
    late, done, closed = (writes(room.store, one, "?", room.clock.seconds, channel="chat") for one in ("a", "b", "c"))
    sentence: dict[Language, Reply] = {one: Reply("nobody yet", language=one) for one in LANGUAGES}
    now = room.clock.seconds + TOLD_AFTER
    room.store.write_now(lambda at: answer_case(at, done, "yes", now - 60))
    room.store.write_now(lambda at: close_case(at, closed, _BACK, now - 60))
    assert room.store.write_now(lambda at: tell_late(at, sentence, now - 1)) == []
    assert room.store.write_now(lambda at: tell_late(at, sentence, now + 1)) == [of(room.store, "a", "chat")]
    assert room.store.write_now(lambda at: tell_late(at, sentence, now + 60)) == []
    assert room.store.read_now(lambda at: open_case(at, late).waiting) == room.clock.seconds


def test_saved_replies(room: Room) -> None:
    """A saved reply has what is known filled in; what is not must be filled in before it can be sent."""
    library = room.frame.parts.library()
    office = next(one for one in library.offices if one.kind == "brce" and one.phone)
    place = next(one for one in library.gazetteer.places.values() if one.region == office.region and one.province)
    case = writes(room.store, "a", "?", room.clock.seconds, facts={library.roles.place: place.id})
    clerk = room.clerk("fatima")
    told = {"title": "الموعد", "ar": "مكتبكم: {office}، الهاتف: {phone}، يوم [اليوم]", "fr": "Bureau : {office}"}
    assert clerk.post("/staff/saved", **{**told, "fr": ""}).status == 422
    assert clerk.post("/staff/saved", **told).status == 303
    page = clerk.get(f"/staff/cases/{case}")
    assert office.phone is not None
    assert office.phone in page.body
    blank = clerk.post(f"/staff/cases/{case}/answer", text="يوم [اليوم]", **_form(page))
    assert (blank.status, "يوم [اليوم]</textarea>" in blank.body) == (422, True)
    drop = re.search(r'name="drop" value="(\d+)"', clerk.get("/staff/saved").body)
    assert drop
    assert clerk.post("/staff/saved", drop=drop[1]).status == 303
    assert "الموعد" not in clerk.get(f"/staff/cases/{case}").body


_HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202eمقلوب\u2066\x1b[31m\x07"


def test_what_people_write_is_shown_and_never_run(room: Room) -> None:
    """Script tags are letters, what turns or hides text is left out, on every page that shows a person's words."""
    case = writes(room.store, "a", _HOSTILE, room.clock.seconds)
    clerk = room.clerk("fatima")
    clerk.post(f"/staff/cases/{case}/hand", to="", note=_HOSTILE)
    clerk.post("/staff/saved", title=_HOSTILE[:50], ar=_HOSTILE, fr=_HOSTILE)
    for path in ("/staff/cases", f"/staff/cases/{case}", "/staff/saved"):
        body = clerk.get(path).body
        assert "&lt;script&gt;alert(1)" in body, path
        assert "<script>" not in body
        assert "<img" not in body
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", body), path


@pytest.mark.parametrize(("words", "status"), [("", 422), ("   \r\n ", 422), ("ا" * 100_000, 422), ("ا" * 4000, 303)])
def test_answers_of_any_length(room: Room, words: str, status: int) -> None:
    """An answer that is empty or too long for a message is refused in a sentence, with the words kept."""
    case = writes(room.store, "a", "ا" * 4000, room.clock.seconds)
    clerk = room.clerk("fatima")
    answered = clerk.post(f"/staff/cases/{case}/answer", text=words, **_form(clerk.get(f"/staff/cases/{case}")))
    assert answered.status == status
    if status == 422:
        assert words.strip() in answered.body


def test_a_form_too_large_is_refused(room: Room) -> None:
    """What is larger than any form of ours is refused, and the room goes on."""
    clerk = room.clerk("fatima")
    assert clerk.post("/staff/cases/1/answer", text="ا" * 200_000).status == 413
    assert clerk.get("/staff/cases").status == 200


def test_nothing_of_who_is_forgotten_stays(room: Room) -> None:
    """Forgetting takes what staff answered with it; an answer kept back is never sent."""
    case = writes(room.store, "a", "سر", room.clock.seconds)
    clerk = room.clerk("fatima")
    clerk.post(f"/staff/cases/{case}/answer", text="جواب خاص", **_form(clerk.get(f"/staff/cases/{case}")))
    person = of(room.store, "a")
    room.store.write_now(lambda at: forget(at, person, 10**9, room.clock.seconds, keeps_names=True))
    room.clock.pass_by(seconds=90)
    _send_due(room)
    assert clerk.get(f"/staff/cases/{case}").status == 404
    left = room.store.read_now(lambda at: at.execute(text("SELECT count(*) FROM case_answers")).scalar())
    assert left == 0


def test_who_leaves_leaves_their_cases(room: Room) -> None:
    """The cases of an account that is turned off are everybody's again."""
    case = writes(room.store, "a", "?", room.clock.seconds)
    gone, stays = room.clerk("gone", "adviser"), room.clerk("stays")
    gone.post(f"/staff/cases/{case}/take")
    assert "gone" in stays.get("/staff/cases").body

    room.store.write_now(lambda at: disable(at, "gone", "test", room.clock.seconds))
    assert "gone" not in stays.get("/staff/cases").body


def test_a_stranger_sees_no_case(room: Room) -> None:
    """Without a session no case is shown, whatever is asked for."""
    case = writes(room.store, "a", "كلام خاص", room.clock.seconds)
    room.account("fatima", "adviser")
    stranger = Clerk(room.port)
    for path in ("/staff/cases", f"/staff/cases/{case}", f"/staff/cases/{case}?poll=1"):
        answered = stranger.get(path)
        assert answered.status == 303
        assert "كلام خاص" not in answered.body
