"""The WhatsApp-like screen: what the Graph API's stand-in took for one person, and what that person does with it."""

import secrets
import time
from typing import Any

from tests.standins import graph
from tests.standins.graph import Got, Graph

#: The guide's number, as the platform tells it to whom a person answers.
_GUIDE = "212500000000"

Drawn = dict[str, Any]


class NotTakenError(Exception):
    """The guide did not take what the platform posted."""


class WhatsApp:
    """One person's screen."""

    def __init__(self, platform: Graph, person: str) -> None:
        self._platform = platform
        self._person = person
        #: What the person sent, each with how many messages of the guide stood above it.
        self._sent: list[tuple[int, Drawn]] = []

    async def begin(self) -> None:
        """Open the chat for the first time, which the platform tells of by itself."""
        await self._post({"type": "request_welcome"})

    async def say(self, text: str) -> None:
        """Write a text."""
        await self._send({"type": "text", "text": {"body": text}}, text=text)

    async def tap(self, message: str, choice: str) -> None:
        """Tap a button, or a row of a list, of a message; raise `LookupError` when there is none."""
        got = next((one for one in self._got() if one.id == message), None)
        if got is None:
            raise LookupError(message)
        tapped = next((one for one in _rows(got) if one["id"] == choice), None)
        kind = "button_reply"
        if tapped is None:
            kind, tapped = "list_reply", next((one for one in _listed(got) if one["id"] == choice), None)
        if tapped is None:
            raise LookupError(choice)
        content = {
            "type": "interactive",
            "interactive": {"type": kind, kind: tapped},
            "context": {"from": _GUIDE, "id": message},
        }
        await self._send(content, text=tapped["title"], small=tapped.get("description", ""))

    async def share(self, lat: float, lon: float) -> None:
        """Share a position."""
        await self._send({"type": "location", "location": {"latitude": lat, "longitude": lon}}, location=True)

    def drawn(self) -> Drawn:
        """Return what stands on the screen."""
        bubbles, waiting = [], list(self._sent)
        for above, got in enumerate(self._got()):
            while waiting and waiting[0][0] <= above:
                bubbles.append(waiting.pop(0)[1])
            bubbles.append(_bubble(got))
        return {"bubbles": bubbles + [one for _, one in waiting]}

    def _got(self) -> list[Got]:
        return self._platform.sent_to(self._person)

    async def _send(self, content: Drawn, **shown: Any) -> None:
        bubble = {"id": f"mine-{len(self._sent)}", "mine": True, "text": "", "taken": False, **shown}
        self._sent.append((len(self._got()), bubble))
        await self._post(content)
        bubble["taken"] = True

    async def _post(self, content: Drawn) -> None:
        message = {
            "id": f"wamid.{secrets.token_hex(12)}",
            "from": self._person,
            "timestamp": str(int(time.time())),
            **content,
        }
        status = await self._platform.tell(graph.value(message, wa_id=self._person))
        if status != 200:
            raise NotTakenError(f"the webhook was answered {status}")


def _rows(got: Got) -> list[dict[str, str]]:
    """Return the buttons of a message."""
    return [button["reply"] for button in _action(got).get("buttons", ())]


def _listed(got: Got) -> list[dict[str, str]]:
    """Return the rows of a message's list."""
    return [row for section in _action(got).get("sections", ()) for row in section["rows"]]


def _action(got: Got) -> dict[str, Any]:
    action: dict[str, Any] = got.message.get("interactive", {}).get("action", {})
    return action


def _bubble(got: Got) -> Drawn:
    content, action = got.message[got.message["type"]], _action(got)
    body = content.get("body", content.get("name", ""))
    return {
        "id": got.id,
        "mine": False,
        "text": body["text"] if isinstance(body, dict) else body,
        "buttons": [{"id": row["id"], "text": row["title"]} for row in _rows(got)],
        "opens": action.get("button", ""),
        "rows": [{"id": row["id"], "text": row["title"], "small": row.get("description", "")} for row in _listed(got)],
        "asks_location": action.get("name") == "send_location",
    }
