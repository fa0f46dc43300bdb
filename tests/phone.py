"""A browser that keeps its cookie and runs no script, over HTTP."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Protocol
from urllib.parse import urlencode

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Place(Protocol):
    """Where a web chat is served."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...


@dataclass(slots=True)
class Phone:
    """One person's browser."""

    site: Place
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
        """Return the answer to a request and its text."""
        connection = HTTPConnection(self.site.host, self.site.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if method == "POST" and "Content-Type" not in sent:
            sent.update(FORM)
        connection.request(method, path, body.encode(), sent)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        if answer.headers["Set-Cookie"]:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer, text

    def open(self) -> str:
        """Return the page."""
        answer, page = self.ask("GET", "/")
        assert answer.status == 200
        return page

    def say(self, **fields: str) -> tuple[HTTPResponse, str]:
        """Send a form."""
        return self.ask("POST", "/say", urlencode(fields))


def nonce_of(page: str) -> str:
    """Return the nonce of the form in which a person writes."""
    found = re.search(r'id="say".*?name="nonce" value="([^"]+)"', page, re.DOTALL)
    assert found
    return found[1]
