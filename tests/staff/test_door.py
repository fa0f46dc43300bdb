"""Who comes into the staff room, who does not, and what is left of what they had typed."""

import json
import re

import pytest
from pyotp import TOTP
from sqlalchemy import text

from bot.staff.accounts import IDLE, LONGEST, wait_after
from bot.staff.room import routes
from bot.storage import Store, StoreError
from bot.storage.staff import ROLES, Role, audit, disable, set_role
from tests.staff.people import writes
from tests.staff.room import PASSWORD, Answered, Clerk, Room


def _path(pattern: str) -> str:
    """Return an address of a route, of something that is not there."""
    return re.sub(r"\{[a-z_]+:int\}", "999999", re.sub(r"\{[a-z_]+\}", "nothing.at-all", pattern))


def test_without_an_account_there_is_no_staff_room(room: Room) -> None:
    """Until the first account is made every address of the staff room is as if there were nothing."""
    stranger = Clerk(room.port)
    for one in routes(room.frame):
        assert stranger.ask(one.method, _path(one.path), {} if one.method == "POST" else None).status == 404
    assert stranger.get("/staff/sign-in").status == 404
    assert stranger.ask("POST", "/staff/sign-in", {"name": "a", "password": "b"}).status == 404


def test_every_route_looks_at_the_role_and_the_token(room: Room) -> None:
    """Each route, for each role: who may not is refused, and no form is taken without its token or from elsewhere."""
    clerks: dict[Role, Clerk] = {role: room.clerk(f"one who is {role}", role) for role in ROLES}
    stranger = Clerk(room.port)
    before = room.store.read_now(lambda at: [line.id for line in audit(at)])
    for one in routes(room.frame):
        path, posts = _path(one.path), one.method == "POST"
        if one.handler.__name__ in {"sign_out", "language"}:
            continue
        refused = stranger.ask(one.method, path, {"text": "كلام"} if posts else None)
        assert refused.status == (401 if posts else 303), (one.path, refused.status)
        for role, clerk in clerks.items():
            if role not in one.roles:
                asked = clerk.ask(one.method, path, {"csrf": clerk.csrf} if posts else None)
                assert asked.status == 403, (one.path, role)
            elif posts:
                assert clerk.ask("POST", path, {"csrf": "0" * 40, "text": "كلام"}).status == 409, (one.path, role)
                assert clerk.ask("POST", path, {"text": "كلام"}).status == 409, (one.path, role)
                strange = clerk.ask("POST", path, {"csrf": clerk.csrf}, {"Sec-Fetch-Site": "cross-site"})
                assert strange.status == 403, (one.path, role)
                strange = clerk.ask("POST", path, {"csrf": clerk.csrf}, {"Origin": "https://elsewhere.example"})
                assert strange.status == 403, (one.path, role)
            else:
                assert clerk.get(path).status in {200, 303, 404}, (one.path, role)
    assert room.store.read_now(lambda at: [line.id for line in audit(at)]) == before


def test_every_page_has_one_heading(room: Room) -> None:
    """Whatever a route answers with – its page, a form again, a refusal – has one heading of the first rank."""
    place = {str(room.frame.parts.library().roles.place): "tiznit"}
    writes(room.store, "a", "سلام", room.clock.seconds, facts=place)
    clerk, stranger = room.clerk("fatima", "admin"), Clerk(room.port)
    there = {"entry": "caravan.what", "office": "brce-2", "flow": "menu", "scheme": "indh", "file": "phrases"}
    seen = 0
    for one in routes(room.frame):
        found = re.sub(r"\{([a-z]+)(?::int)?\}", lambda name: there.get(name[1], "1"), one.path)
        paths = dict.fromkeys((found, _path(one.path)))
        answers = [clerk.ask(one.method, path, {"csrf": clerk.csrf} if one.method == "POST" else None)
                   for path in paths if one.handler.__name__ not in {"sign_out", "language"}]  # fmt: skip
        answers.append(stranger.ask(one.method, found, {"text": "كلام"} if one.method == "POST" else None))
        for answered in answers:
            if "<!doctype html>" in answered.body[:200].lower():
                seen += 1
                assert len(re.findall("<h1[ >]", answered.body)) == 1, (one.method, one.path, answered.body[:3000])
    assert seen > 100
    for path in ("/staff/sign-in", "/staff/nothing", "/figures"):
        assert len(re.findall("<h1[ >]", stranger.get(path).body)) == 1, path


def test_every_answer_is_guarded(room: Room) -> None:
    """The same strict policy as the chat's stands on every answer, and no browser keeps a page of the staff room."""
    clerk = room.clerk("فاطمة")
    for path in ("/staff/me", "/staff/nothing", "/staff/sign-in", "/staff/audit"):
        answered = clerk.get(path)
        assert "script-src 'self'" in answered.headers["content-security-policy"]
        assert "unsafe" not in answered.headers["content-security-policy"]
        assert answered.headers["cache-control"] == "no-store"
        assert not re.search(r"<[^>]* (style|on[a-z]+)=|<style|<script(?! src=)", answered.body), path


def test_wrong_password_is_throttled(room: Room) -> None:
    """After five failures whoever tries again waits, longer each time, even with the right password."""
    clerk = room.clerk("fatima", signs_in=False)
    assert [clerk.sign_in("wrong password").status for _ in range(5)] == [401] * 5
    waits = clerk.sign_in()
    assert (waits.status, int(waits.headers["retry-after"])) == (429, 10)
    room.clock.pass_by(seconds=11)
    assert clerk.sign_in("wrong password").status == 401
    assert clerk.sign_in().status == 429
    room.clock.pass_by(seconds=21)
    assert clerk.sign_in().status == 303
    assert [wait_after(times, 5, 900) for times in (4, 5, 6, 9, 99)] == [0, 10, 20, 160, 900]


def test_nobodys_name_is_answered_as_anybodys(room: Room) -> None:
    """Whether a name has an account is told neither by what is said nor by the status."""
    room.account("fatima", "adviser")
    told = [Clerk(room.port, name).sign_in("not the password") for name in ("fatima", "nobody")]
    assert [one.status for one in told] == [401, 401]
    assert told[0].body.replace("fatima", "nobody") == told[1].body


def test_session_ends_by_itself(room: Room) -> None:
    """A session lasts two hours after the last thing done, twelve in all; what a page asks by itself is no doing."""
    clerk = room.clerk("fatima")
    for _ in range(6):
        room.clock.pass_by(seconds=IDLE - 60)
        answered = clerk.get("/staff/me")
    assert answered.status == 200
    room.clock.pass_by(seconds=LONGEST - 6 * (IDLE - 60) + 1)
    assert clerk.get("/staff/me").status == 303
    assert clerk.sign_in().status == 303
    room.clock.pass_by(seconds=IDLE - 60)
    assert clerk.get("/staff/me?poll=1").status == 200
    room.clock.pass_by(seconds=61)
    assert clerk.get("/staff/me").status == 303
    assert clerk.get("/staff/me", **{"HX-Request": "true"}).status == 401


def _kept(answered: Answered) -> dict[str, object]:
    told: dict[str, object] = json.loads(answered.field("kept"))
    return told


def test_what_was_written_outlives_the_session(room: Room) -> None:
    """A form sent after the session ended waits in the sign-in page, and is sent with one tap after it; no password."""
    clerk = room.clerk("fatima")
    room.clock.pass_by(hours=3)
    words = "سطر أول\n<script>alert(1)</script> \"quoted\" & 'more'"
    late = clerk.post("/staff/me/password", text=words, new="not to be kept")
    assert late.status == 401
    assert _kept(late) == {"path": "/staff/me/password", "fields": {"text": words}}
    wrong = clerk.sign_in("wrong password", kept=late.field("kept"))
    assert _kept(wrong) == _kept(late)
    back = clerk.sign_in(kept=wrong.field("kept"))
    assert back.status == 200
    assert 'action="/staff/me/password"' in back.body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in back.body
    assert "<script>alert" not in back.body
    assert clerk.post("/staff/me/password", text=words, old="wrong", new=PASSWORD).status == 422


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "[1]",
        '{"path": "//elsewhere.example/staff", "fields": {}}',
        '{"path": "https://elsewhere.example", "fields": {}}',
        '{"path": "/say", "fields": {}}',
        '{"path": "/staff", "fields": 7}',
        "[" * 10_000,
    ],
)
def test_a_form_of_a_stranger_does_not_come_back(room: Room, kept: str) -> None:
    """What a sign-in page carries is only ever a form for the staff room."""
    clerk = room.clerk("fatima", signs_in=False)
    assert clerk.sign_in(kept=kept, to="//elsewhere.example").location == "/staff"


def test_who_leaves_is_out_at_once(room: Room) -> None:
    """An account that is turned off, or given another role, has no session any more."""
    room.account("who stays", "admin")
    for name, change in {
        "gone": lambda at: disable(at, "gone", "test", 0.0),
        "moved": lambda at: set_role(at, "moved", "editor", "test", 0.0),
    }.items():
        clerk = room.clerk(name)
        other = Clerk(room.port, name)
        assert other.sign_in().status == 303
        room.store.write_now(change)
        assert [one.get("/staff/me").status for one in (clerk, other)] == [303, 303]
    assert Clerk(room.port, "gone").sign_in().status == 401
    assert Clerk(room.port, "moved").sign_in().status == 303


def test_one_time_codes(room: Room) -> None:
    """Whoever turns codes on signs in with one; each counts once, and a wrong one does not let in."""
    clerk = room.clerk("fatima")
    secret = clerk.get("/staff/me").field("secret")
    codes = TOTP(secret)
    assert clerk.post("/staff/me/codes", secret=secret, code="000000").status == 422
    assert clerk.post("/staff/me/codes", secret=secret, code=codes.at(room.clock.seconds)).status == 200
    assert clerk.get("/staff/me").status == 303
    assert 'name="code"' in clerk.sign_in().body
    code = codes.at(room.clock.seconds)
    assert clerk.sign_in(code="123456").status == 401
    assert clerk.sign_in(code=code).status == 303
    assert Clerk(room.port, "fatima").sign_in(code=code).status == 401
    room.clock.pass_by(seconds=30)
    assert Clerk(room.port, "fatima").sign_in(code=codes.at(room.clock.seconds)).status == 303


def test_password_is_changed_by_who_knows_it(room: Room) -> None:
    """Changing a password needs the old one and ends every session."""
    clerk = room.clerk("fatima")
    assert clerk.post("/staff/me/password", old=PASSWORD, new="short").status == 422
    assert clerk.post("/staff/me/password", old="wrong", new="a longer phrase").status == 422
    assert clerk.post("/staff/me/password", old=PASSWORD, new="a longer phrase").status == 200
    assert clerk.get("/staff/me").status == 303
    assert clerk.sign_in().status == 401
    assert clerk.sign_in("a longer phrase").status == 303


@pytest.mark.parametrize("sentence", ["UPDATE staff_audit SET who = 'nobody'", "DELETE FROM staff_audit"])
def test_audit_is_only_appended_to(store: Store, room: Room, sentence: str) -> None:
    """What was done cannot be changed or deleted, not even by a statement of our own."""
    room.clerk("fatima")
    with pytest.raises(StoreError):
        store.write_now(lambda at: at.execute(text(sentence)))
    lines = store.read_now(audit)
    assert [(line.who, line.did) for line in lines] == [("fatima", "signed_in"), ("test", "account_added")]


def test_in_french(room: Room) -> None:
    """One switch turns every page to French, left to right, and back."""
    clerk = room.clerk("fatima")
    assert 'dir="rtl"' in clerk.get("/staff/me").body
    assert clerk.post("/staff/language", language="fr", to="/staff/me").location == "/staff/me"
    assert 'lang="fr" dir="ltr"' in clerk.get("/staff/me").body
    assert clerk.post("/staff/language", language="ar", to="https://elsewhere.example").location == "/staff"
