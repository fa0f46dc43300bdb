"""Messages as the page shows them."""

import re
import time
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.channels.web.messages import PageBubble, laid_out, marked, own_shown
from bot.channels.web.messages import write as write_web
from bot.channels.web.pages import PageParts
from bot.channels.web.pages import app as web_app
from bot.channels.web.words import WORDS, missing, read_page
from bot.conversation.library import Library
from bot.conversation.showing import map_address
from bot.message import LANGUAGES, Choice, ChoiceId, Reply, Text
from bot.offices.places import Office, Point
from tests.channels.web.conftest import page_words
from tests.program import ROOT

_WORDS: Final = Text({"ar": "أكادير", "fr": "Agadir"})


def test_writes_a_reply() -> None:
    """A reply becomes a bubble with all its choices and its language."""
    reply = Reply("Où ?", (Choice(ChoiceId("a"), "A"),), "fr", asks_location=True)
    assert write_web(reply, 7) == PageBubble(7, False, "Où ?", reply.choices, "fr", True)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("برنامج 2025-2027 للتصدير", ["2025-2027"]),
        ("القانون-الإطار 03-22، وبابه CRI (المركز)", ["03-22", "CRI"]),
        ("من 5 000 000 درهم إلى 30 % منها", ["5 000 000", "30 %"]),
        ("اكتبوا إلى a.b@mcinet.gov.ma.", ["a.b@mcinet.gov.ma"]),
        ("موقع Maroc PME وحده", ["Maroc PME"]),
        ("العنوان: Av. Mohamed VI, BP 2266، أكادير", ["Av. Mohamed VI, BP 2266"]),
        ("في 2025, 2026", ["2025", "2026"]),
        ("سلام", []),
    ],
)
def test_isolates_latin_and_numbers(text: str, runs: list[str]) -> None:
    """Inside Arabic, Latin words and numbers stand in an element of their own direction."""
    assert re.findall(r'<bdi dir="ltr"[^<>]*>(.*?)</bdi>', marked(text)) == runs


def test_leaves_french_alone() -> None:
    """A French sentence needs no isolation."""
    assert marked("La loi-cadre 03-22 & le CRI") == "La loi-cadre 03-22 &amp; le CRI"


def test_links_only_our_own_texts() -> None:
    """Addresses and phone numbers of the guide can be tapped; what a person writes never becomes a link."""
    text = "اتصلوا: 05 28 89 11 22 أو https://example.ma/a?b=1&c=2."
    ours = marked(text, linked=True)
    assert '<a class="call" href="tel:0528891122">05 28 89 11 22</a>' in ours
    assert '<a href="https://example.ma/a?b=1&amp;c=2" rel="noopener noreferrer">example.ma/a?b=1&amp;c=2</a>' in ours
    assert "<a" not in marked(text)


def test_a_place_opens_on_the_map() -> None:
    """A map's address is short to read, and names the same place to a phone's own application of maps."""
    office = Office("x", "cri", 9, _WORDS, _WORDS, False, Point(30.42, -9.6), sought="Cité Founty, Agadir")
    address = map_address(office)
    assert address == "https://maps.google.com/?q=Cite+Founty,+Agadir"
    assert marked(f"الخريطة: {address}", linked=True) == (
        'الخريطة: <bdi dir="ltr"><a class="map" href="https://maps.google.com/?q=Cite+Founty,'
        '+Agadir" data-geo="geo:0,0?q=Cite+Founty,+Agadir" rel="noopener noreferrer">maps.google.com</a></bdi>'
    )
    assert map_address(replace(office, sought=None)).endswith("/?q=30.420,-9.600")


@given(st.text(), st.booleans())
def test_shows_any_text_whole_and_harmless(text: str, linked: bool) -> None:
    """Any text is shown whole, with nothing of it taken for markup."""
    shown = marked(text, linked=linked)
    assert "<script" not in shown
    plain = Markup(re.sub(r"</?(?:bdi|a|strong)[^<>]*>", "", shown)).unescape()
    assert plain == (re.sub(r"https?://", "", text) if linked else text)


@given(st.text())
def test_lays_any_text_out_whole(text: str) -> None:
    """However a text is laid out, all its letters are there in their order."""
    plain = Markup(re.sub(r"</?(?:bdi|a|strong|span)[^<>]*>", "", laid_out(text))).unescape()
    assert plain == re.sub(r"https?://", "", text)


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("تصل المنحة إلى 30 مليون سنتيم.", ["30 مليون سنتيم"]),
        ("من 50.000 درهم إلى 1,5 مليون درهم، أي 80%", ["50.000 درهم", "1,5 مليون درهم", "80%"]),
        ("Jusqu'à 300\u00a0000 dirhams en 2025", ["300\u00a0000 dirhams"]),
        ("في 2025 كانت 12 تعاونية", []),
        ("https://x.ma/a%20b5%20c", []),
    ],
)
def test_amounts_stand_out(text: str, bold: list[str]) -> None:
    """Amounts and shares of an answer are set bold; years, counts and addresses are not."""
    assert [re.sub("<[^<>]*>", "", one) for one in re.findall("<strong>(.*?)</strong>", laid_out(text))] == bold


@pytest.mark.parametrize("whole", ["2-25-342", "0528-89-12-34", "05 28 89 12 34", "29/11/2026", "+212 528 89 12 34"])
def test_a_number_stays_in_one_line(whole: str) -> None:
    """In Arabic the number of a decree, a telephone and a day are not parted at the end of a line; words may be."""
    (kept,) = re.findall(r'class="whole">(.*?)</bdi>', marked(f"رقمه {whole}، صدر", linked=True))
    assert re.sub("<[^<>]*>", "", kept) == whole
    assert 'class="whole"' not in marked("Av. Mohamed VI, BP 2266، أكادير")


@pytest.mark.parametrize(
    "text", ["افتحوا cri-invest.ma اليوم", "Ouvrez cri-invest.ma aujourd'hui", "موقع CRI cri-invest.ma"]
)
@pytest.mark.parametrize("linked", [False, True])
def test_a_web_address_stays_in_one_line(text: str, *, linked: bool) -> None:
    """A hyphen in a short one is no place to part it; other words with a hyphen, and letters, are parted as before."""
    shown = marked(text, linked=linked)
    assert 'class="whole">cri-invest.ma<' in shown
    assert re.sub("<[^<>]*>", "", shown).replace("&#39;", "'") == text
    assert "whole" not in marked("peut-être demain, a@b-c.ma", linked=linked)


def test_the_first_line_and_the_question_stand_out() -> None:
    """The first line of a long answer is large, its question is bold, and a verdict has its colour."""
    rest = "هذا شرح أطول من السطر الأول لكي يظهر الفرق بينهما على شاشة الهاتف."
    shown = laid_out(f"الجواب الأول.\n{rest}\n✅ ممكن\nواش صدرتو؟")
    assert shown.startswith('<span class="lead">الجواب الأول.\n</span>')
    assert '<span class="yes">✅ ممكن\n</span><strong>واش صدرتو؟</strong>' in shown


def test_what_to_do_first_stands_out(library: Library) -> None:
    """The line of a result that says what to do first is bold on the page, in each language; no other line is."""
    words = read_page(ROOT)["first_step"]
    for phrase in (library.phrases.first_step, library.phrases.first_step_at):
        for language in LANGUAGES:
            line = phrase.of(language)
            assert line.startswith(words.of(language))
            shown = laid_out(f"✅ .\n{line}\n{language}", words.every())
            assert re.findall("<strong>(.*?)\n?</strong>", shown)[0].startswith(words.of(language)[:4])
            assert shown.count("<strong>") == 1


def test_words_are_all_there() -> None:
    """The content has every word of the page in both languages, and none that the page does not show."""
    words = page_words()
    assert set(words) == WORDS
    assert all(text.of("ar") and text.of("fr") for text in words.values())


def test_refuses_to_start_without_a_word() -> None:
    """A page that lacks words does not start, and names all that are missing."""
    words = {name: Text({"ar": "x", "fr": "x"}) for name in WORDS - {"send", "menu"}}
    assert missing(words) == ["menu", "send"]
    with pytest.raises(KeyError, match=r"menu.*send"):
        web_app(PageParts(None, None, None, None), words)  # type: ignore[arg-type]


def test_of_a_long_message_its_writer_is_shown_the_beginning() -> None:
    """A page that holds forty of the longest messages is drawn in a moment: what nobody reads is not drawn."""
    assert own_shown("سلام abc") == marked("سلام abc")
    shown = own_shown("ب1 " * 1_700)
    assert shown.endswith("…")
    assert len(re.sub(r"<[^>]*>", "", shown)) <= 1_001
    assert "<script" not in own_shown("<script>" * 1_000)


@pytest.mark.parametrize("unit", ["1 ", "0 5 ", "aب ", "+", "http://", "06 ", "1.5 ", "@a", "٣ ", "&<"])
def test_no_text_takes_long_to_draw(unit: str) -> None:
    """What once took a third of a second, numbers one after the other, is drawn in a moment."""
    text = (unit * 5_000)[:5_000]
    took = []
    for _ in range(3):
        begun = time.process_time()
        laid_out(text)
        own_shown.cache_clear()
        own_shown(text)
        took.append(time.process_time() - begun)
    assert min(took) < 0.1
