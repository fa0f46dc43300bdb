"""The page over HTTP, as a browser without JavaScript uses it."""

import json
import re
import socket
import sqlite3

import pytest

from bot.message import Reply
from bot.storage import StoreError
from tests.channels.web.conftest import Site
from tests.phone import FORM, Phone, nonce_of

#: The largest first load, in bytes over the wire, headers included.
_FIRST_LOAD = 40_000


def test_greets_a_first_visit_once(site: Site) -> None:
    """The first visit shows the welcome in Arabic with its choices; a reload does not greet again."""
    phone = Phone(site)
    page = phone.open()
    assert '<html lang="ar" dir="rtl">' in page
    assert page.count("مرحبا بكم") == 1
    assert 'value="to:office"' in page
    assert phone.open().count("مرحبا بكم") == 1
    assert len(site.memory.seen) == 1


def test_keeps_the_conversation_by_a_random_cookie(site: Site) -> None:
    """The cookie is random, kept for a month, out of reach of scripts and of other sites' forms."""
    phone = Phone(site)
    answer, _ = phone.ask("GET", "/")
    cookie = answer.headers["Set-Cookie"]
    assert re.match(r"dalil=[A-Za-z0-9_-]{32};", cookie)
    for part in ("HttpOnly", "SameSite=lax", "Max-Age=2592000", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    over_https, _ = Phone(site).ask("GET", "/", X_Forwarded_Proto="https")
    assert "Secure" in over_https.headers["Set-Cookie"]
    assert all(phone.cookie.partition("=")[2] not in address for address in site.memory.bubbles)


def test_refuses_an_invented_cookie(site: Site) -> None:
    """A cookie that we cannot have made is replaced."""
    phone = Phone(site, cookie="dalil=../../etc")
    phone.open()
    assert re.fullmatch(r"dalil=[A-Za-z0-9_-]{32}", phone.cookie)


def test_says_and_returns_to_the_page(site: Site) -> None:
    """A sent form leads back to the page, where the message and its answer stand."""
    phone = Phone(site)
    nonce = nonce_of(phone.open())
    answer, _ = phone.say(text="بغيت نصدر <b>الزربية</b>", nonce=nonce, seen="1")
    assert (answer.status, answer.headers["Location"]) == (303, "/#b2")
    page = phone.open()
    assert "<b>" not in page
    assert re.search(r'<article class="bubble mine" id="b2" data-id="2">\s*<a id="now">', page)


def test_counts_each_message_once(site: Site) -> None:
    """A double click and a resent form count once; the same form with another choice counts again."""
    phone = Phone(site)
    nonce = nonce_of(phone.open())
    for _ in range(3):
        phone.say(choice="to:office", nonce=nonce)
    assert len(site.memory.mine()) == 1
    phone.say(choice="to:caravan", nonce=nonce)
    assert len(site.memory.mine()) == 2


def test_two_tabs_are_one_conversation(site: Site) -> None:
    """Two tabs of one browser show one conversation, and each message in it once."""
    phone = Phone(site)
    first, second = nonce_of(phone.open()), nonce_of(phone.open())
    assert first != second
    phone.say(text="واحد", nonce=first)
    phone.say(text="جوج", nonce=second)
    phone.say(text="واحد", nonce=first)
    assert site.memory.mine() == ["واحد", "جوج"]


def test_one_nonce_of_two_people_is_two_messages(site: Site) -> None:
    """Nobody can keep another's message out by using its nonce."""
    for phone in (Phone(site), Phone(site)):
        phone.open()
        phone.say(text="سلام", nonce="0123456789abcdef")
    assert site.memory.mine() == ["سلام", "سلام"]


@pytest.mark.parametrize("nonce", ["", "x", "../..", "é" * 20])
def test_takes_a_message_without_a_nonce(site: Site, nonce: str) -> None:
    """A form without a nonce of ours is taken all the same."""
    Phone(site).say(text="سلام", nonce=nonce)
    assert site.memory.mine() == ["سلام"]


def test_sends_a_script_only_what_is_new(site: Site) -> None:
    """A page that tells what it has gets the new bubbles alone, in the language of the answer."""
    phone = Phone(site)
    phone.open()
    answer, part = phone.say(choice="do:fr", nonce="0123456789abcdef", after="1")
    assert answer.status == 200
    assert answer.headers["Content-Language"] == "fr"
    assert part.count("<article") == 2
    assert "<html" not in part
    again, nothing = phone.say(choice="do:fr", nonce="0123456789abcdef", after="3", language="fr")
    assert (again.status, again.headers["Content-Language"], nothing) == (204, "fr", "")


def test_turns_french(site: Site) -> None:
    """After French is chosen the whole page is French, left to right."""
    phone = Phone(site)
    phone.open()
    phone.say(choice="do:fr", nonce="0123456789abcdef")
    page = phone.open()
    assert '<html lang="fr" dir="ltr">' in page
    assert 'value="do:ar" lang="ar" dir="rtl"' in page


def test_brings_news(site: Site) -> None:
    """What the staff says arrives by itself; without news the wait ends with nothing."""
    phone = Phone(site)
    phone.open()
    assert phone.ask("GET", "/news?after=1")[0].status == 204
    site.memory.tell(Reply("معكم سلمى من دار الصانع."))
    answer, part = phone.ask("GET", "/news?after=1")
    assert answer.status == 200
    assert "سلمى" in part
    assert "شخص من الفريق" in part


def test_keeps_news_from_strangers(site: Site) -> None:
    """Who has no cookie is told no news, and makes no conversation by asking."""
    assert Phone(site).ask("GET", "/news?after=0")[0].status == 403
    assert site.memory.bubbles == {}


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 40, "٣"])
def test_takes_any_after(site: Site, after: str) -> None:
    """A strange place to go on from is the beginning."""
    phone = Phone(site)
    phone.open()
    assert "مرحبا" in phone.say(text="x", nonce="0123456789abcdef", after=after)[1]


def test_hides_what_is_long_past(site: Site) -> None:
    """A long conversation shows its end, and the rest on request."""
    phone = Phone(site)
    phone.open()
    for number in range(30):
        phone.say(text=f"سؤال {number}", nonce=f"0123456789abc{number:03}")
    page = phone.open()
    assert page.count("<article") == 40
    assert 'href="/?all"' in page
    assert phone.ask("GET", "/?all")[1].count("<article") == 61


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, 303),
        ({"Sec_Fetch_Site": "none"}, 303),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 303),
    ],
)
def test_takes_nothing_from_other_sites(site: Site, headers: dict[str, str], status: int) -> None:
    """A form on somebody else's page cannot speak for a person."""
    answer, page = Phone(site).ask("POST", "/say", "text=x", **headers)
    assert answer.status == status
    assert len(site.memory.mine()) == (status == 303)
    if status == 403:
        assert "صفحة أخرى" in page


def test_takes_a_form_of_our_own_origin(site: Site) -> None:
    """An older browser that tells only the origin is trusted when it is ours."""
    assert Phone(site).ask("POST", "/say", "text=x", Origin=site.address)[0].status == 303


def test_takes_ten_thousand_arabic_letters(site: Site) -> None:
    """Ten thousand Arabic letters fit into one form."""
    assert Phone(site).say(text="ا" * 10_000)[0].status == 303
    assert len(site.memory.mine()) == 1


@pytest.mark.parametrize("size", [64 * 1024 + 1, 500_000])
def test_refuses_a_large_body_kindly(site: Site, size: int) -> None:
    """A body above 64 kB is refused with a kind sentence in both languages and a way back."""
    answer, page = Phone(site).ask("POST", "/say", "text=" + "x" * (size - 5))
    assert answer.status == 413
    assert "طويلة جدا" in page
    assert "trop long" in page
    assert 'href="/#now"' in page
    assert site.memory.seen == set()


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [("{}", "application/json", 415), ("&".join(f"f{n}=1" for n in range(99)), FORM["Content-Type"], 400)],
)
def test_refuses_what_is_no_form(site: Site, body: str, type_: str, status: int) -> None:
    """What our pages cannot have sent is refused with a kind page."""
    answer, page = Phone(site).ask("POST", "/say", body, Content_Type=type_)
    assert answer.status == status
    assert "أعيدوا المحاولة" in page


def test_says_honestly_when_it_fails(site: Site) -> None:
    """When a message cannot be kept the page says so, and the same form sent later is taken."""
    phone = Phone(site)
    nonce = nonce_of(phone.open())
    site.memory.is_broken = True
    answer, page = phone.say(text="سلام", nonce=nonce)
    assert answer.status == 500
    assert "والخطأ ليس منكم" in page
    site.memory.is_broken = False
    assert phone.say(text="سلام", nonce=nonce)[0].status == 303
    assert site.memory.mine() == ["سلام"]


def test_says_when_to_come_again(site: Site) -> None:
    """While the database is away, which passes, the page answers 503 and says when to come again."""
    phone = Phone(site)
    nonce = nonce_of(phone.open())
    site.memory.is_broken = True
    site.memory.failure = StoreError(sqlite3.OperationalError("away"))
    answer, page = phone.say(text="سلام", nonce=nonce)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "والخطأ ليس منكم" in page
    site.memory.failure = StoreError(ValueError("ours"))
    assert phone.say(text="سلام", nonce=nonce)[0].status == 500


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/static/chat.js", "/static/..%2fpages.py", "/healthz", "/news", "/say"]
)
def test_guards_every_answer(site: Site, path: str) -> None:
    """Every answer, also of an error, forbids scripts of others, framing and guessing of types."""
    answer, _ = Phone(site).ask("GET", path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"].startswith("geolocation=(self)")


def test_guards_a_failure(site: Site) -> None:
    """The page that tells of our own failure is guarded too."""
    site.memory.is_broken = True
    answer, _ = Phone(site).ask("GET", "/")
    assert answer.status == 500
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_has_no_inline_script_or_style(site: Site) -> None:
    """The page holds no script, style or handler of its own."""
    page = Phone(site).open()
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_answers_the_health_check_and_head(site: Site) -> None:
    """A health check and a look at the head make no conversation."""
    assert Phone(site).ask("GET", "/healthz")[1] == "ok"
    assert Phone(site).ask("HEAD", "/")[0].status == 200
    assert site.memory.bubbles == {}
    opened, _ = Phone(site).ask("GET", "/say")
    assert (opened.status, opened.headers["Location"]) == (303, "/")


def test_files_are_kept_until_they_change(site: Site) -> None:
    """A file named by its content is kept for ever; asked for by its plain name it is checked again."""
    phone = Phone(site)
    named = re.search(r'href="(/static/chat.css\?v=[0-9a-f]+)"', phone.open())
    assert named
    answer, _ = phone.ask("GET", named[1])
    assert "immutable" in answer.headers["Cache-Control"]
    plain, _ = phone.ask("GET", "/static/chat.css")
    assert "immutable" not in plain.headers["Cache-Control"]
    assert phone.ask("GET", "/static/chat.css", If_None_Match=plain.headers["ETag"])[0].status == 304


def _on_the_wire(site: Site, path: str) -> bytes:
    request = f"GET {path} HTTP/1.1\r\nHost: {site.host}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    with socket.create_connection((site.host, site.port), timeout=10) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_first_load_is_light(site: Site) -> None:
    """The first load, with everything it fetches, stays below 40 kB over the wire."""
    page = Phone(site).open()
    paths = {"/", "/static/zellige.svg", *re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
    assert len(paths) == 6
    answers = {path: _on_the_wire(site, path) for path in sorted(paths)}
    assert all(b"gzip" in answer for answer in answers.values())
    assert sum(map(len, answers.values())) <= _FIRST_LOAD


def test_an_answer_has_an_address(site: Site) -> None:
    """Whoever opens the address of an answer finds its choice to tap, and its question in the preview card."""
    phone = Phone(site)
    answer, page = phone.ask("GET", "/faq/export.rate")
    assert answer.status == 200
    assert '<meta property="og:title" content="كم تعطي الدولة؟">' in page
    assert '<button name="choice" value="faq:export.rate">' in page
    assert site.memory.mine() == [], "a preview says nothing in anybody's name"


@pytest.mark.parametrize("path", ["/faq/no.such", "/flow/none"])
def test_a_retired_address_opens_the_chat(site: Site, path: str) -> None:
    """The address of an answer that is no more leads to the chat."""
    answer, _ = Phone(site).ask("GET", path)
    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("path", ["/faq/%3Cscript%3E", "/other/x", "/faq/" + "a" * 200, "/faq/a/b"])
def test_other_addresses_are_not_there(site: Site, path: str) -> None:
    """An address that cannot be one of ours is answered with a kind page that it is not there."""
    answer, page = Phone(site).ask("GET", path)
    assert answer.status == 404
    assert "<script>" not in page


def test_can_be_installed(site: Site) -> None:
    """The manifest names the page, its start, its colours and icons that are there in their size."""
    phone = Phone(site)
    answer, told = phone.ask("GET", "/manifest.webmanifest")
    manifest = json.loads(told)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["display"], manifest["dir"]) == ("/", "standalone", "rtl")
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]
    for icon in manifest["icons"]:
        assert phone.ask("GET", icon["src"])[0].headers["Content-Type"] == "image/png"
    assert phone.ask("GET", "/worker.js")[0].headers["Content-Type"].startswith("text/javascript")
