from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.channels.sending import Retry, SendFailed, WasSent
from bot.channels.whatsapp.sender import (
    AMBIGUOUS_WAIT,
    Template,
    WhatsAppNumber,
    WhatsAppSender,
    again_after,
    pace,
    refusal,
)
from bot.channels.whatsapp.windows import Windows
from bot.message import Choice, ChoiceId, Document, PersonId, Reply
from tests.channels.whatsapp.conftest import open_windows, words
from tests.standins.graph import NUMBER_ID, TOKEN, Fault, Graph, running

_USER = "MA.13491208655302741918"
_NOW = 1_795_424_400.0


def _drawn(document: Document) -> bytes:
    return b"%PDF " + document.told.encode()


@asynccontextmanager
async def _sender(
    graph: Graph, token: str = TOKEN, template: Template | None = None, windows: Windows | None = None
) -> AsyncIterator[WhatsAppSender]:
    account = WhatsAppNumber(NUMBER_ID, token, graph.base)
    windows = windows or open_windows(_NOW)
    sender = WhatsAppSender(account, words(), windows, now=lambda: _NOW, template=template, printed=_drawn, patience=1)
    try:
        yield sender
    finally:
        await sender.close()


async def test_sends_a_reply() -> None:
    """The platform gets the reply with our number, and its name for it comes back."""
    async with running() as graph, _sender(graph) as sender:
        sent = await sender.send(_USER, Reply("مرحبا", (Choice(ChoiceId("do:menu"), "القائمة"),)), 7)
        assert sent == WasSent(graph.got[0].id)
        assert (graph.got[0].address, graph.got[0].text, graph.got[0].ids) == (_USER, "مرحبا", ["do:menu"])
        assert graph.got[0].message["biz_opaque_callback_data"] == "7"


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault(code=131056), SendFailed(Retry.LATER, "131056 pair_rate", 6.0)),
        (Fault(status=429, code=130429), SendFailed(Retry.LATER, "130429 throughput", 2.0, True)),
        (Fault(status=429, code=130429, retry_after=30), SendFailed(Retry.LATER, "130429 throughput", 30.0, True)),
        (Fault(status=429, code=80007), SendFailed(Retry.LATER, "80007 account_rate", 60.0, True)),
        (Fault(status=429), SendFailed(Retry.LATER, "http 429 throttled", 2.0, True)),
        (Fault(code=131026), SendFailed(Retry.NEVER, "131026 undeliverable")),
        (Fault(code=131051), SendFailed(Retry.NEVER, "131051 type_unsupported")),
        (Fault(code=100), SendFailed(Retry.NEVER, "100 invalid_parameter")),
        (Fault(status=401, code=190), SendFailed(Retry.LATER, "190 token", 60.0, True)),
        (Fault(status=403, code=230), SendFailed(Retry.LATER, "230 permission", 60.0, True)),
        (Fault(code=131047), SendFailed(Retry.HEARD, "131047 outside_24h_window no_template")),
        (Fault(status=500, code=131000), SendFailed(Retry.LATER, "131000 unknown")),
        (Fault(status=503), SendFailed(Retry.LATER, "http 503 server_error")),
        (Fault(status=400, code=999_999), SendFailed(Retry.NEVER, "999999 refused")),
        (Fault("slow", seconds=1.5), SendFailed(Retry.LATER, "timeout", AMBIGUOUS_WAIT, is_unsure=True)),
        (Fault("cut"), SendFailed(Retry.LATER, "cut_off", AMBIGUOUS_WAIT, is_unsure=True)),
        (Fault("cut_after"), SendFailed(Retry.LATER, "cut_off", AMBIGUOUS_WAIT, is_unsure=True)),
    ],
)
async def test_tells_what_became_of_it(fault: Fault, failure: SendFailed) -> None:
    """Each way to fail says whether to try again, when, and whether all must wait; never a number of anyone."""
    async with running() as graph, _sender(graph) as sender:
        graph.faults.append(fault)
        assert await sender.send(_USER, Reply("مرحبا"), 7) == failure
        if fault.kind != "refuse" or failure.when is Retry.LATER:
            assert isinstance(await sender.send(_USER, Reply("مرحبا"), 7), WasSent)


async def test_waits_for_a_platform_that_is_not_there() -> None:
    """When nobody answers, the reply was surely not taken."""
    async with running() as graph:
        gone = Graph(base=graph.base)
    async with _sender(gone) as sender:
        assert await sender.send(_USER, Reply("مرحبا"), 7) == SendFailed(Retry.LATER, "not_connected")


async def test_a_wrong_token_holds_everything() -> None:
    """With a token that is no longer good nothing is lost: all replies wait for a new one."""
    async with running() as graph, _sender(graph, token="old") as sender:
        assert await sender.send(_USER, Reply("مرحبا"), 7) == SendFailed(Retry.LATER, "190 token", 60.0, True)


async def test_goes_on_where_it_stopped() -> None:
    """Of a reply in parts, those that arrived are not sent a second time."""
    text = "جملة من عدة كلمات. " * 400
    async with running() as graph, _sender(graph) as sender:
        graph.faults.extend([Fault("slow"), Fault(status=500)])
        failed = await sender.send(_USER, Reply(text), 7)
        assert isinstance(failed, SendFailed)
        assert isinstance(await sender.send(_USER, Reply(text), 7), WasSent)
        assert len(graph.got) == 2
        assert " ".join(one.text for one in graph.got).split() == text.split()


async def test_outside_the_window_a_template_invites_once() -> None:
    """To who has not written for 24 hours goes a template, once, and the reply waits until they write."""
    last: float | None = _NOW - 25 * 3600

    async def heard(_address: str) -> float | None:
        return last

    windows = Windows(lambda: _NOW, heard)
    async with running() as graph, _sender(graph, template=Template("reply_waiting"), windows=windows) as sender:
        waits = SendFailed(Retry.HEARD, "131047 outside_24h_window template_sent")
        assert await sender.send(_USER, Reply("مرحبا"), 7) == waits
        assert await sender.send(_USER, Reply("مرحبا"), 7) == waits
        assert [one.message["type"] for one in graph.got] == ["template"]
        assert graph.got[0].message["template"] == {"name": "reply_waiting", "language": {"code": "ar"}}
        assert "biz_opaque_callback_data" not in graph.got[0].message
        windows.note(_USER, _NOW)
        assert isinstance(await sender.send(_USER, Reply("مرحبا"), 7), WasSent)


async def test_outside_the_window_without_a_template_staff_are_told() -> None:
    """Without a template the reply is given up at once, with the reason, and the platform is not asked."""

    async def heard(_address: str) -> float | None:
        return None

    async with running() as graph, _sender(graph, windows=Windows(lambda: _NOW, heard)) as sender:
        never = SendFailed(Retry.HEARD, "131047 outside_24h_window no_template")
        assert await sender.send(_USER, Reply("مرحبا"), 7) == never
        assert graph.requests == 0


async def test_the_platform_knows_the_window_best() -> None:
    """When the platform says that the window is closed, the same is done as when we know it."""
    async with running() as graph, _sender(graph, template=Template("no_such_template")) as sender:
        graph.silent.add(_USER)
        assert await sender.send(_USER, Reply("مرحبا"), 7) == SendFailed(Retry.NEVER, "132001 template_missing")
        assert await sender.send("", Reply("مرحبا"), 7) == SendFailed(Retry.NEVER, "no_address")


async def test_a_late_message_opens_no_window() -> None:
    """A message delivered two days after it was written does not let us answer it freely."""
    windows = open_windows(_NOW)
    windows.note("1", _NOW - 48 * 3600)
    windows.note("2", None)
    windows.note("3", _NOW + 1e9)
    assert [await windows.is_open(address) for address in "1234"] == [False, True, True, True]


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"error": None}, {"error": {"code": "131026"}}, {"error": {"code": True}}]
)
def test_reads_any_refusal(answer: object) -> None:
    """An answer of any shape is read by its status where it has no code."""
    assert refusal(400, answer) == SendFailed(Retry.NEVER, "http 400 refused")
    assert refusal(502, answer, "soon") == SendFailed(Retry.LATER, "http 502 server_error")


def test_paces_a_pair() -> None:
    """Forty-five messages to one person may go at once; then one every six seconds."""
    pacing, person = pace(), PersonId("p")
    for _ in range(45):
        assert pacing.rest(person, 0.0) == 0.0
        pacing.reserve(person, 0.0)
    assert pacing.rest(person, 0.0) == pytest.approx(6.0)


def test_the_token_is_not_shown() -> None:
    """Printed or logged, an account tells no token."""
    assert TOKEN not in repr(WhatsAppNumber(NUMBER_ID, TOKEN))


@pytest.mark.parametrize(
    ("reason", "failure"),
    [
        ("131000 unknown", SendFailed(Retry.LATER, "131000 unknown", 5.0)),
        ("131016 service_down", SendFailed(Retry.LATER, "131016 service_down", 5.0)),
        ("131056 pair_rate", SendFailed(Retry.LATER, "131056 pair_rate", 6.0)),
        ("130429 throughput", SendFailed(Retry.LATER, "130429 throughput", 2.0, True)),
        ("131048 spam_rate", SendFailed(Retry.LATER, "131048 spam_rate", 300.0, True)),
        ("131026 undeliverable", None),
        ("131049 held_back_by_whatsapp", None),
        ("999999", None),
        ("", None),
    ],
)
def test_a_status_that_failed_means_what_an_answer_does(reason: str, failure: SendFailed | None) -> None:
    """A code that passes in an answer passes in a status: the reply is sent again."""
    assert again_after(reason) == failure


_SHEET = Reply("هذه ورقتكم", (Choice(ChoiceId("do:menu"), "القائمة"),), document=Document("sheet", "a.pdf", "{}"))


async def test_sends_a_document_before_its_words() -> None:
    """A document is handed to the platform, sent by the platform's name for it, and followed by the words."""
    async with running() as graph, _sender(graph) as sender:
        sent = await sender.send(_USER, _SHEET, 7)
        assert isinstance(sent, WasSent)
        assert sent.messages == 2
        file, words_ = graph.got
        assert file.message["document"] == {"id": "1", "filename": "a.pdf"}
        assert graph.media == {"1": b"%PDF {}"}
        assert words_.text == "هذه ورقتكم"


async def test_sends_a_recording_as_audio() -> None:
    """An answer that was recorded is handed over as Ogg, and heard before its words."""
    heard = replace(_SHEET, document=Document("recording", "about.what.ar.ogg", ""))
    async with running() as graph, _sender(graph) as sender:
        assert isinstance(await sender.send(_USER, heard, 7), WasSent)
        assert graph.got[0].message["audio"] == {"id": "1"}
        assert [one.message["type"] for one in graph.got] == ["audio", "interactive"]


@pytest.mark.parametrize("fault", [Fault(status=503), Fault("cut"), Fault(status=429, code=130429)])
async def test_a_document_that_was_not_taken_is_sent_again(fault: Fault) -> None:
    """Where the platform does not take the file nothing is sent, and later file and words arrive once."""
    async with running() as graph, _sender(graph) as sender:
        graph.media_faults.append(fault)
        came = await sender.send(_USER, _SHEET, 7)
        assert isinstance(came, SendFailed)
        assert (came.when, came.is_unsure) == (Retry.LATER, False)
        assert not graph.got
        assert isinstance(await sender.send(_USER, _SHEET, 7), WasSent)
        assert [one.message["type"] for one in graph.got] == ["document", "interactive"]
