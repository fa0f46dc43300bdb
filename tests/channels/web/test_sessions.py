"""Whose browser it is: only a cookie that we gave out counts, and whoever leaves leaves nothing."""

import json
import re
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.channels.web.pages import PageParts
from bot.channels.web.pages import app as web_app
from tests.browser import Opened, comes_true
from tests.channels.web.conftest import Memory, Site, page_words
from tests.phone import Phone, nonce_of

PLANTED = "dalil=" + "p" * 32


async def _asked(parts: PageParts, address: str, host: str | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(web_app(parts, page_words()))
    async with httpx.AsyncClient(transport=transport) as browser:
        return await browser.get(address, headers={} if host is None else {"Host": host})


def test_a_cookie_that_was_never_given_out_is_not_taken_up(site: Site) -> None:
    """Whoever plants a cookie in somebody's browser reads nothing: a new one is given out, whatever is asked."""
    for path, body in (("/", None), ("/say", urlencode({"text": "سلام", "nonce": "n" * 16}))):
        phone = Phone(site, cookie=PLANTED)
        phone.ask("POST" if body else "GET", path, body or "")
        assert phone.cookie != PLANTED
        assert re.fullmatch(r"dalil=[A-Za-z0-9_-]{32}", phone.cookie)
    assert Phone(site, cookie=PLANTED).ask("GET", "/news")[0].status == 403
    assert len(site.memory.bubbles) == 2


def test_a_cookie_that_was_given_out_is_taken_up(site: Site) -> None:
    """Whoever comes back finds their conversation, and the cookie lasts from then on anew."""
    phone = Phone(site)
    phone.say(text="سؤالي", nonce=nonce_of(phone.open()))
    cookie = phone.cookie
    assert "سؤالي" in phone.open()
    assert phone.cookie == cookie
    assert len(site.memory.bubbles) == 1


@pytest.mark.parametrize(
    ("scheme", "site", "name"),
    [
        ("https", "", "__Host-dalil"),
        ("https", "https://guide.example.ma", "__Host-dalil"),
        ("http", "https://guide.example.ma", "__Host-dalil"),
        ("http", "http://guide.example.ma", "dalil"),
    ],
)
async def test_a_secure_site_has_a_cookie_of_this_host_alone(scheme: str, site: str, name: str) -> None:
    """Over TLS, as told by the web server or the configuration, no neighbouring host can plant or read the cookie."""
    host = "guide.example.ma" if site else "127.0.0.1"
    parts = replace(Memory().rooms(), site=site, session=3600)
    cookie = (await _asked(parts, f"{scheme}://{host}/")).headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert "Max-Age=3600" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "HttpOnly" in cookie
    assert ("Secure" in cookie) == name.startswith("__Host-")


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("guide.example.ma", True),
        ("GUIDE.example.ma:443", True),
        ("guide.example.ma.", True),
        ("localhost:8080", True),
        ("127.0.0.1", True),
        ("[::1]:8080", True),
        ("evil.example", False),
        ("guide.example.ma.evil.example", False),
        ("guide.example.ma@evil.example", False),
        ("evil.example:guide.example.ma", False),
        ("evil.example@guide.example.ma", False),
        ("evil.example:443@127.0.0.1", False),
        ("guide.example.ma/evil.example", False),
        ("guide.example.ma?evil.example", False),
        ("localhost#evil.example", False),
        ("127.0.0.1:8080/evil.example", False),
        ("", False),
        ("[", False),
    ],
)
async def test_a_name_that_is_not_ours_is_refused(host: str, is_known: bool) -> None:
    """The page answers under the name that the configuration tells, a number, or this machine's own name."""
    parts = replace(Memory().rooms(), site="https://guide.example.ma")
    for path in ("/", "/say", "/static/chat.js", "/faq/export.rate"):
        answer = await _asked(parts, f"http://127.0.0.1{path}", host)
        assert (answer.status_code != 421) == is_known, path
        assert "evil" not in answer.text
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("path", ["/say", "/static/chat.js/", "/leave/", "//evil.example/", "/healthz/", "/faq/gone"])
async def test_no_redirect_leads_to_the_host_that_was_asked(path: str) -> None:
    """Where a redirect leads is ours to say, never the request's."""
    answer = await _asked(Memory().rooms(), f"http://127.0.0.1{path}")
    assert answer.headers.get("Location", "/").startswith("/")
    assert not answer.headers.get("Location", "/").startswith("//")


def test_whoever_asks_is_given_what_was_said(site: Site) -> None:
    """A copy of the conversation is one link away, as a file, for the browser whose it is alone."""
    phone = Phone(site)
    page = phone.open()
    assert 'href="/data"' in page
    phone.say(text="سؤالي", nonce=nonce_of(page))
    answer, text = phone.ask("GET", "/data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dalil.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    said = json.loads(text)
    assert [one["who"] for one in said] == ["guide", "me", "guide"]
    assert said[1]["text"] == "سؤالي"
    assert "القافلة" in said[0]["choices"]
    assert json.loads(Phone(site, cookie=PLANTED).ask("GET", "/data")[1]) == []
    assert site.memory.bubbles.keys() == {next(iter(site.memory.bubbles))}


def test_leaving_asks_first_and_works_without_a_script(site: Site) -> None:
    """One tap asks, the second erases: what was said is forgotten, and the browser is told to keep nothing."""
    phone = Phone(site)
    page = phone.open()
    assert 'href="/leave"' in page
    _, asks = phone.ask("GET", "/leave")
    assert 'action="/leave"' in asks
    before = phone.cookie
    answer, left = phone.ask("POST", "/leave", Origin=site.address)
    assert answer.status == 200
    assert "مسحنا محادثتكم" in left
    assert site.memory.mine()[-1] == "do:forget"
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert phone.cookie != before


def test_nobody_elses_page_makes_anybody_leave(site: Site) -> None:
    """A form on a stranger's page erases nothing; neither does an address that is opened."""
    phone = Phone(site)
    phone.open()
    answer, _ = phone.ask("POST", "/leave", Origin="https://evil.example")
    assert answer.status == 403
    phone.ask("GET", "/leave")
    assert "do:forget" not in site.memory.mine()


def test_who_was_never_here_leaves_nothing_behind(site: Site) -> None:
    """Leaving without a conversation makes none."""
    Phone(site, cookie=PLANTED).ask("POST", "/leave")
    assert site.memory.bubbles == {}


@pytest.mark.browser
def test_a_shared_phone_keeps_nothing_of_who_left(site: Site, opened: Opened) -> None:
    """After the button the next person finds an empty chat, no draft, no kept page and another cookie."""
    page: Page = opened()
    page.locator("#text").fill("سر لا يعرفه أحد")
    page.evaluate("caches.open('page').then(c => c.put('/', new Response('kept')))")
    before = page.context.cookies()
    page.locator('a[href="/leave"]').click()
    page.locator('form[action="/leave"] button').first.click()
    expect(page.locator(".bubble.guide").first).to_contain_text("مسحنا محادثتكم")
    comes_true(page, lambda: page.evaluate("caches.keys().then(names => names.length === 0)"))
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(site.address)
    expect(page.locator("#text")).to_have_value("")
    assert [cookie["value"] for cookie in page.context.cookies()] != [cookie["value"] for cookie in before]
