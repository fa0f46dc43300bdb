"""Figures and what is old: counted as told, nothing below five, nobody in them, public only where switched on."""

import csv
import io
import re
import time
from typing import Any

from sqlalchemy import text

from bot.conversation.conversation import Conversation, OnScreen
from bot.conversation.library import Library
from bot.storage import Store, answer_case, count
from bot.storage.review import judge_sample, sample_sure
from bot.storage.tables import encoded
from tests.staff.people import of, writes
from tests.staff.room import Clerk, Room, opened_room


def _happened(room: Room) -> None:
    def keep(at: Any) -> None:
        day = "2026-11-20"
        told = {
            ("message", "web"): 1_234, ("message", "whatsapp"): 4, ("question", "sure"): 70, ("question", "unsure"): 20,
            ("question", "none"): 3, ("entry", "export.support-rate"): 41, ("entry", "tpme.what"): 2,
            ("verdict", "tpme eligible"): 12, ("office", "9"): 33, ("office", "4"): 4, ("sheet", ""): 9,
            ("case", ""): 6,
        }  # fmt: skip
        count(at, {(day, kind, about): n for (kind, about), n in told.items()})
        count(at, {("2026-06-01", "message", "web"): 50_000})

    room.store.write_now(keep)


def test_figures_are_counted_and_small_ones_are_not_told(room: Room) -> None:
    """Each figure says how it is counted; one to four of anything is told as fewer than five, in the file too."""
    _happened(room)
    clerk = room.clerk("fatima", "editor")
    body = clerk.get("/staff/figures").body
    assert "1,234" in body
    assert "50,000" not in body
    assert "51,234" not in body
    assert "أقل من <bdi>5</bdi>" in body
    assert body.count("<h2>") == body.count('<p class="quiet">') - 1
    assert re.search(r"أسئلة</bdi></th><td class=\"number\"><bdi>93<", body)
    answered = clerk.get("/staff/figures.csv")
    assert answered.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answered.body.removeprefix("\ufeff"))))
    counts = {row[1]: row[2] for row in rows[1:]}
    assert counts[room.frame.parts.library().gazetteer.region(9).name.of("ar")] == "33"
    assert "<5" in counts.values()
    assert not {"1", "2", "3", "4"} & set(counts.values())
    assert "50,000" in clerk.get("/staff/figures?weeks=26").body


def test_figures_are_drawn(room: Room) -> None:
    """The way, the weeks and the regions are drawn on the server; what is too small has no bar, no point, no colour."""
    _happened(room)
    body = room.clerk("fatima", "editor").get("/staff/figures").body
    assert body.count('<svg class="chart"') == 1
    assert "style=" not in body.partition("<svg")[2]
    drawn = body.partition('<svg class="map"')[2].partition("</svg>")[0]
    assert drawn.count('<path class="step') == 12
    assert re.findall(r'class="step([1-4])"', drawn) == ["4"]
    assert re.findall(r"<text[^>]*>([^<]+)<", drawn).count("33") == 1
    assert "4" not in re.findall(r"<text[^>]*>([^<]+)<", drawn)
    chart = body.partition('<svg class="chart"')[2].partition("</svg>")[0]
    assert chart.count('fill="#e41a1c"') == 10
    room.store.write_now(lambda at: count(at, {("2026-11-03", "question", "sure"): 30}))
    assert Clerk(room.port).get("/figures").body.count('<svg class="chart"') == 2


def test_where_conversations_end(room: Room) -> None:
    """Quiet conversations are counted by what is on their screen: an answer is a goal, a question is none."""
    screens = [OnScreen("answer", "tpme.what")] * 6 + [OnScreen("question", "legal_form")] * 5 + [None] * 7
    screens += [OnScreen("flow", "caravan")] * 2
    for number, screen in enumerate(screens):
        writes(room.store, f"a{number}", "?", room.clock.seconds)
        states = [encoded(Conversation(on_screen=screen)), room.clock.seconds - 2 * 86400, of(room.store, f"a{number}")]
        told = dict(zip(("state", "updated", "person"), states, strict=True))
        room.store.write_now(
            lambda at, told=told: at.execute(  # type: ignore[misc]
                text("UPDATE conversations SET state = :state, updated = :updated WHERE person = :person"), told
            )
        )
    writes(room.store, "today", "?", room.clock.seconds)
    clerk = room.clerk("fatima", "editor")
    rows = list(csv.reader(io.StringIO(clerk.get("/staff/figures.csv").body.removeprefix("\ufeff"))))
    ends = [(row[1].split(":")[0], row[2]) for row in rows if row[0] == "أين وقفت المحادثات"]
    assert [times for _, times in ends] == ["6", "7", "5", "<5"]
    assert all(row[5] for row in rows)


def test_how_long_people_wait_for_staff(room: Room) -> None:
    """Waiting is from asking for a person to the first answer of the staff, told from five answers on."""
    now = room.clock.seconds - 86_400
    clerk = room.clerk("fatima", "editor")
    for number in range(5):
        case = writes(room.store, f"a{number}", "?", now)
        if number == 4:
            assert "<bdi>10</bdi> د" not in clerk.get("/staff/figures").body
        room.store.write_now(lambda at, case=case: answer_case(at, case, "yes", now + 600))  # type: ignore[misc]
    assert "<bdi>10</bdi> د" in clerk.get("/staff/figures").body


def test_waits_are_told_by_region_and_week(room: Room) -> None:
    """By the place that people told and the week they asked in, from five answers on; in the file in minutes."""
    library = room.frame.parts.library()
    place = next(one for one in library.gazetteer.places.values() if one.region == 9)
    asked: list[tuple[str, int, int, dict[str, Any]]]
    asked = [(f"a{n}", 1, 600, {str(library.roles.place): str(place.id)}) for n in range(5)]
    asked += [(f"b{n}", 9, 7_200, {}) for n in range(4)]
    for address, days, seconds, facts in asked:
        opened = room.clock.seconds - days * 86_400
        case = writes(room.store, address, "?", opened, facts=facts)
        room.store.write_now(lambda at, case=case, then=opened + seconds: answer_case(at, case, "yes", then))  # type: ignore[misc]
    clerk = room.clerk("fatima", "editor")
    body = clerk.get("/staff/figures").body
    region = library.gazetteer.region(9).name.of("ar")
    assert re.search(rf"{region}</bdi></th><td class=\"number\"><bdi>10</bdi> د", body)
    assert re.search(r"لم يذكروا مكانا</bdi></th><td class=\"number\"><span class=\"quiet\">", body)
    assert re.search(r"16/11/2026</bdi></th><td class=\"number\"><bdi>10</bdi> د", body)
    assert re.search(r"09/11/2026</bdi></th><td class=\"number\"><span class=\"quiet\">", body)
    rows = csv.reader(io.StringIO(clerk.get("/staff/figures.csv").body.removeprefix("\ufeff")))
    told = {row[1]: row[2] for row in rows if row[0] == "انتظار الناس جواب الموظفين"}
    assert [minutes for what, minutes in told.items() if region in what] == ["10", "10"]
    assert {minutes for what, minutes in told.items() if "لم يذكروا" in what} == {"<5"}


def test_figures_are_public_only_where_switched_on(store: Store, library: Library) -> None:
    """Without the switch there is no such page; with it, the same counts without an account, and no cost."""
    with opened_room(store, library) as room:
        _happened(room)
        stranger = Clerk(room.port)
        assert "1,234" in stranger.get("/figures").body
        assert stranger.get("/figures.csv").status == 200
        assert stranger.get("/staff/figures").status == 404


def test_public_page_is_off_by_default(store: Store, library: Library) -> None:
    """A staff room that was not told to shows nobody any figure."""
    with opened_room(store, library, has_public_figures=False) as room:
        _happened(room)
        assert [Clerk(room.port).get(path).status for path in ("/figures", "/figures.csv")] == [404, 404]


def test_judged_answers_are_told(room: Room) -> None:
    """What two of the staff found of the sure answers stands among the figures."""
    for number in range(6):
        words = f"q{number}"
        room.store.write_now(lambda at, w=words: sample_sure(at, "2026-11-16", w, "tpme.what", "ar", "x"))  # type: ignore[misc]
    for who in ("one", "two"):
        for number in range(1, 7):
            room.store.write_now(lambda at, n=number, w=who: judge_sample(at, n, w, True, 0.0))  # type: ignore[misc]
    body = room.clerk("fatima").get("/staff/figures").body
    assert re.search(r"صحيح عند الاثنين</bdi></th><td class=\"number\"><bdi>6<", body)


def test_what_is_old_is_a_list_to_work_through(room: Room) -> None:
    """What has ended comes first, unknown contacts by region; each with its place in the files."""
    clerk = room.clerk("fatima", "editor")
    for _ in range(200):
        page = clerk.get("/staff/stale")
        if "نقرأ الملفات" not in page.body:
            break
        time.sleep(0.05)
    assert "اتصال غير معروف" in page.body
    assert re.search(r"flows/offices\.yaml:\d+", page.body)
    region = re.search(r"/staff/stale\?region=([1-9]\d*)", page.body)
    assert region
    assert clerk.get(region[0]).body.count("<li>") < page.body.count("<li>")
