"""Whoever is there for some regions sees what is of these first, and everything else with one tap."""

import json
import re
import time
from pathlib import Path

from bot.storage.staff import account, audit, set_regions
from tests.program import told
from tests.staff.people import writes
from tests.staff.room import Answered, Clerk, Room

_CASE = re.compile(r'href="/staff/cases/(\d+)"')


def _read(clerk: Clerk, path: str) -> Answered:
    for _ in range(400):
        page = clerk.get(path)
        if "نقرأ الملفات" not in page.body:
            return page
        time.sleep(0.1)
    raise AssertionError(path)


def test_cases_of_ones_own_region_come_first(room: Room) -> None:
    """The list begins with one's own regions and with who has told no place yet; all cases are one tap away."""
    library = room.frame.parts.library()
    places = {one.name.of("ar"): one for one in library.gazetteer.places.values()}
    south, north, nowhere = (
        writes(
            room.store,
            name,
            "?",
            room.clock.seconds,
            facts={library.roles.place: places[place].id} if place else {},
        )
        for name, place in (("a", "تيزنيت"), ("b", "طنجة"), ("c", ""))
    )
    clerk = room.clerk("fatima")
    assert set(_CASE.findall(clerk.get("/staff/cases").body)) == {str(south), str(north), str(nowhere)}
    assert "جهاتي" not in clerk.get("/staff/cases").body

    region = places["تيزنيت"].region
    room.store.write_now(lambda at: set_regions(at, "fatima", [region], "test", room.clock.seconds))
    page = clerk.get("/staff/cases").body
    assert set(_CASE.findall(page)) == {str(south), str(nowhere)}
    assert re.search(r'href="/staff/cases" aria-current="true">جهاتي<', page)
    assert set(_CASE.findall(clerk.get("/staff/cases?region=0").body)) == {str(south), str(north), str(nowhere)}
    assert _CASE.findall(clerk.get(f"/staff/cases?region={places['طنجة'].region}").body) == [str(north)]
    assert library.gazetteer.region(region).name.of("ar") in clerk.get("/staff/me").body
    assert library.gazetteer.region(region).name.of("ar") in clerk.get("/staff/accounts").body
    assert room.store.read_now(audit)[0].did == "regions_changed"


def test_the_list_of_what_is_old_begins_with_ones_own_region(room: Room) -> None:
    """What is of one's own regions is shown first, then what is of no one region, each with its form."""
    clerk = room.clerk("fatima", "editor")
    room.store.write_now(lambda at: set_regions(at, "fatima", [9], "test", room.clock.seconds))
    mine, everything = _read(clerk, "/staff/stale").body, _read(clerk, "/staff/stale?region=0").body
    own, _, everybodys = mine.partition("ما ليس لجهة واحدة")
    region = _read(clerk, "/staff/stale?region=9").body
    assert 0 < own.count("<li>") == region.count("<li>")
    assert "ما ليس لجهة واحدة" not in region
    assert 0 < mine.count("<li>") < everything.count("<li>")
    assert re.search(r'<details class="card" open><summary>(انتهى|ينتهي قريبا)', everybodys)
    assert '<a href="/staff/content/workshop.experience">' in everybodys
    assert "/staff/offices/" not in everybodys
    led = re.findall(r'<li><a href="([^"]+)">', mine)
    assert len(led) > 20
    for path in {re.sub(r"[^/]+$", "", one): one for one in led}.values():
        assert clerk.get(path).status == 200, path
    reader = room.clerk("aicha", "adviser")
    assert "/staff/content/workshop" not in _read(reader, "/staff/stale").body
    assert re.search(r'href="/staff/stale" aria-current="true">جهاتي<', mine)
    assert re.search(r'href="/staff/stale\?region=0" aria-current="true"', everything)


def test_regions_are_given_and_changed_on_the_command_line(tmp_path: Path, room: Room) -> None:
    """`dalil staff add … --region` and `dalil staff regions` say them; `dalil stale --for` lists what is theirs."""
    store = f"sqlite:///{tmp_path / 'regions.db'}"
    password = b"x" * 12 + b"\n"
    made = told(
        "staff", "add", "said", "--role", "editor", "--region", "09", "--region", "2", "--store", store, typed=password
    )
    assert (made.status, made.err) == (0, "")
    listed = told("staff", "--json", "--store", store).lines
    assert [(one["name"], one["regions"]) for one in listed] == [("said", [2, 9])]
    assert told("staff", "regions", "said", "9", "--store", store).out == "said is shown the regions 9 first\n"
    own = told("stale", "--json", "--for", "said", "--store", store).lines
    assert own
    assert {one["region"] for one in own} == {9}
    assert own == told("stale", "--json", "--region", "9").lines
    nobody = told("stale", "--for", "nobody", "--store", store)
    assert (nobody.status, "there is no account nobody" in nobody.err) == (1, True)
    assert told("staff", "regions", "said", "--store", store).out == "said is shown all regions first\n"
    assert json.dumps(own)
    room.account("karim", "editor")
    assert room.store.read_now(lambda at: account(at, "karim")).regions == ()  # type: ignore[union-attr]
