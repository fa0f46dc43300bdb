"""The stand-in for the Graph API, itself held to what pywa, an implementation of others, expects of the platform."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import httpx
import pytest
from pywa.client import WhatsApp
from pywa.errors import ExpiredAccessToken, RateLimitHit, ReEngagementMessage, WhatsAppError
from pywa.types.callback import Button, Section, SectionList, SectionRow
from pywa.types.sent_update import SentMessage

from bot.channels.whatsapp.replies import write
from bot.message import Choice, ChoiceId, Reply
from tests.channels.whatsapp.conftest import words
from tests.standins import schemas
from tests.standins.graph import NUMBER_ID, TOKEN, Fault, Graph, running
from tests.standins.graph_limits import wrongs

T = TypeVar("T")
_NUMBER = "212600000001"


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    """Run a platform."""
    async with running() as graph:
        yield graph


async def _by_pywa(graph: Graph, does: Callable[[WhatsApp], T], token: str = TOKEN) -> T:
    """Return what pywa gets of the stand-in.

    pywa has no setting for the platform's address: it sets `base_url` of the HTTP client it is given, which can be set
    once more after that.
    """

    def done() -> T:
        with httpx.Client() as session:
            whatsapp = WhatsApp(phone_id=NUMBER_ID, token=token, session=session)
            session.base_url = httpx.URL(f"{graph.base}/v25.0")
            return does(whatsapp)

    return await asyncio.to_thread(done)


async def test_pywa_sends_a_text(graph: Graph) -> None:
    """What pywa sends is taken, and is what we would have sent."""
    sent = await _by_pywa(graph, lambda whatsapp: whatsapp.send_message(_NUMBER, "مرحبا", tracker="7"))
    assert isinstance(sent, SentMessage)
    assert sent.id == graph.got[0].id
    (ours,) = write(Reply("مرحبا"), _NUMBER, 7, words())
    assert graph.got[0].message == ours


async def test_pywa_sends_buttons(graph: Graph) -> None:
    """Three buttons to a business-scoped user id are the same from pywa and from us."""
    labels = ["نعم", "لا", "لا أعرف"]
    buttons = [Button(label, callback_data=f"a:{number}") for number, label in enumerate(labels)]
    user = "MA.13491208655302741918"
    await _by_pywa(graph, lambda whatsapp: whatsapp.send_message(user, "هل؟", buttons=buttons, tracker="7"))
    choices = tuple(Choice(ChoiceId(f"a:{number}"), label) for number, label in enumerate(labels))
    (ours,) = write(Reply("هل؟", choices), user, 7, words())
    assert graph.got[0].message == ours


async def test_pywa_sends_a_list_and_asks_for_a_location(graph: Graph) -> None:
    """A list and a request for the location are the same from pywa and from us, but for the section's name."""
    rows = [SectionRow(f"الجهة {number}", f"a:{number}") for number in range(5)]
    listed = SectionList(words().open_list.of("ar"), [Section("x", rows)])
    await _by_pywa(graph, lambda whatsapp: whatsapp.send_message(_NUMBER, "أين؟", buttons=listed, tracker="7"))
    choices = tuple(Choice(ChoiceId(f"a:{number}"), f"الجهة {number}") for number in range(5))
    (ours,) = write(Reply("أين؟", choices), _NUMBER, 7, words())
    theirs = graph.got[0].message
    assert theirs["interactive"]["action"]["sections"][0].pop("title") == "x"
    for row, number in zip(ours["interactive"]["action"]["sections"][0]["rows"], range(5), strict=True):
        row["title"] = row["title"].replace("\u2068", "").replace("\u2069", "")
        assert row["title"] == f"الجهة {number}"
    assert theirs == ours
    await _by_pywa(graph, lambda whatsapp: whatsapp.request_location(_NUMBER, "أين؟", tracker="8"))
    (ours,) = write(Reply("أين؟", asks_location=True), _NUMBER, 8, words())
    assert graph.got[1].message == ours


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=429, code=130429), RateLimitHit),
        (Fault(code=131047), ReEngagementMessage),
        (Fault(status=503), WhatsAppError),
        (Fault("cut"), httpx.RemoteProtocolError | httpx.ReadError),
    ],
)
async def test_pywa_knows_the_failures(graph: Graph, fault: Fault, error: Any) -> None:
    """What the stand-in fails with is to pywa what the platform fails with."""
    graph.faults.append(fault)
    with pytest.raises(error.__args__ if hasattr(error, "__args__") else error):
        await _by_pywa(graph, lambda whatsapp: whatsapp.send_message(_NUMBER, "x"))
    with pytest.raises(ExpiredAccessToken):
        await _by_pywa(graph, lambda whatsapp: whatsapp.send_message(_NUMBER, "x"), token="old")


async def test_pywa_is_refused_what_is_too_long(graph: Graph) -> None:
    """The stand-in refuses what the platform refuses, whoever sends it."""
    buttons = [Button("x" * 21, callback_data="1")]
    with pytest.raises(WhatsAppError):
        await _by_pywa(graph, lambda whatsapp: whatsapp.send_message(_NUMBER, "هل؟", buttons=buttons))
    assert graph.got == []
    assert graph.refused[0][1]


def _list(rows: list[dict[str, str]]) -> dict[str, Any]:
    action = {"button": "x", "sections": [{"rows": rows}]}
    interactive = {"type": "list", "body": {"text": "x"}, "action": action}
    return {"messaging_product": "whatsapp", "to": "1", "type": "interactive", "interactive": interactive}


def _text(**other: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": "1", "type": "text", "text": {"body": "x"}, **other}


@pytest.mark.parametrize(
    "message",
    [
        None,
        _text(messaging_product="sms"),
        _text(recipient="MA.1"),
        _text(to=""),
        _text(to="MA.1"),
        _text(text={"body": " "}),
        _text(text={"body": "x" * 4097}),
        _text(text={"body": "😀" * 2049}),
        _text(biz_opaque_callback_data="x" * 513),
        _text(typo=1),
        _text(type="sticker"),
        _list([]),
        _list([{"id": str(number), "title": str(number)} for number in range(11)]),
        _list([{"id": "1", "title": "x"}, {"id": "2", "title": "x"}]),
        _list([{"id": "1", "title": "x"}, {"id": "1", "title": "y"}]),
        _list([{"id": "1", "title": "x" * 25}]),
        _list([{"id": "x" * 201, "title": "x"}]),
        _list([{"id": "1", "title": "x", "description": "x" * 73}]),
        _list([{"id": " 1", "title": "x"}]),
    ],
)
def test_is_strict(message: Any) -> None:
    """Whatever breaks a limit of the platform is refused."""
    assert wrongs(message)


@pytest.mark.skipif(not schemas.is_here(), reason="Meta's description is not on this machine")
def test_knows_metas_own_description() -> None:
    """Meta's description of an interactive message takes a valid one and refuses four buttons."""
    made = _list([{"id": "1", "title": "x"}])["interactive"]
    assert schemas.against(made, "InteractiveObject") == []
    buttons = [{"type": "reply", "reply": {"id": str(number), "title": str(number)}} for number in range(4)]
    assert schemas.against(
        {"type": "button", "body": {"text": "x"}, "action": {"buttons": buttons}}, "InteractiveObject"
    )
    assert schemas.against({**made, "action": {"button": "x" * 21, "sections": []}}, "InteractiveObject")
