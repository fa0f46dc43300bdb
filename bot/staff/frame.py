"""What every page of the staff room stands in: who asks, the words, the templates, the answers that all routes share.

A page never sees a request that was not let in: `guarded` looks at the account, the role and the form's token before,
for every route alike. What somebody wrote is never lost with their session: the form goes to the sign-in page and comes
back from there, without ever being kept on the server.
"""

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.channels.web.assets import assets
from bot.channels.web.guards import body_of, form, is_from_our_page
from bot.channels.web.messages import laid_out, marked
from bot.channels.whatsapp.meter import Tariff
from bot.content.keeping import Keep
from bot.content.reading import Mistakes, read
from bot.conversation.library import Library
from bot.language.dates import MOROCCO
from bot.message import LANGUAGES, MAIN, Language, PersonId, Text
from bot.staff.accounts import Door, csrf_of
from bot.staff.change_words import names_in_words, without_keys
from bot.staff.likeness import mark_of_question
from bot.storage import Store
from bot.storage.staff import ADVISING, ROLES, Role, StaffSession, has_accounts

_HERE: Final = Path(__file__).parent
#: The files of words: of the desk, of the content, and of what goes out to people: the counter, notices, the studio.
_WORDS: Final = ("words.yaml", "content_words.yaml", "outreach.yaml")
#: Largest form, in bytes: 100,000 Arabic letters are 600,000 in one; and its fields.
LARGEST_FORM: Final = 1024 * 1024
MOST_FIELDS: Final = 400
_COOKIE: Final = "dalil-staff"
_SECURE_COOKIE: Final = "__Host-dalil-staff"
_LANGUAGE_COOKIE: Final = "dalil-staff-language"
#: What a sound calls itself; what it is, is looked at.
_SOUND: Final = re.compile(r"(audio/|video/|application/(ogg|octet-stream))")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32}")
#: Where a sign-in may lead to: a page of ours.
_OUR_PATH: Final = re.compile(r"/staff(/[A-Za-z0-9_./-]*)?(\?[A-Za-z0-9_.=&%-]*)?")
#: Fields that are never given back to be sent again.
_NOT_KEPT: Final = frozenset({"csrf", "password", "old", "new", "code"})

#: What a terminal or a browser obeys, and what turns the direction of the text around it; joiners of letters stay.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

ALL: Final[frozenset[Role]] = frozenset(ROLES)
EDITORS: Final[frozenset[Role]] = frozenset({"editor", "publisher", "clerk", "admin"})
PUBLISHERS: Final[frozenset[Role]] = frozenset({"publisher", "clerk", "admin"})
ADVISERS: Final[frozenset[Role]] = ADVISING
ADMINS: Final[frozenset[Role]] = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class StaffParts:
    """What the staff room needs of the rest of the program."""

    store: Store
    now: Callable[[], datetime]
    #: The content that is live.
    library: Callable[[], Library]
    #: The folder of the content's files, and the one of drafts and releases.
    root: Path
    folder: Path
    #: A reply was put on its way to somebody: delivery, and the page they may have open, are told.
    put_on_way: Callable[[PersonId], object]
    #: The address that people write, empty where it is not told.
    site: str = ""
    #: Whether anybody may see `/figures`.
    has_public_figures: bool = False
    #: What WhatsApp charges; None where it is off.
    tariff: Tariff | None = None
    #: Where the running guide keeps its releases ready; None where it keeps none.
    keep: Keep | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who was let in, and what they posted."""

    request: Request
    session: StaffSession
    csrf: str = field(repr=False)
    language: Language
    now: float
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: What came instead of a form: a sound.
    body: bytes = field(default=b"", repr=False)

    @property
    def who(self) -> str:
        """Return the name of who asks."""
        return self.session.name

    def regions_shown(self) -> frozenset[int]:
        """Return the regions that a list is asked for, none where it is all: else those that who asks is there for."""
        told = self.query("region")
        if not told:
            return frozenset(self.session.regions)
        return frozenset({int(told)} if told.isdecimal() and len(told) < 3 and int(told) else ())

    @property
    def is_part(self) -> bool:
        """Whether the page's script asks for a part of a page."""
        return self.request.headers.get("HX-Request") == "true"

    def query(self, name: str) -> str:
        """Return a part of the address' query, empty where it is not there."""
        return self.request.query_params.get(name, "")

    def number(self, name: str = "number") -> int:
        """Return a number of the path."""
        return int(self.request.path_params[name])


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class StaffRoute:
    """One line of the table: who may do what where."""

    method: str
    path: str
    handler: Handler
    roles: frozenset[Role]
    #: Bytes of a sound that may come instead of a form; 0 for forms alone.
    largest_sound: int = 0


def staff_words() -> Mapping[str, Text]:
    """Return the words of the pages by their names."""
    mistakes = Mistakes()
    words: dict[str, Text] = {}
    for name in _WORDS:
        document = read(_HERE, _HERE / name, mistakes)
        if document is None or mistakes.errors or words.keys() & document.value.keys():
            raise RuntimeError(mistakes.errors or name)
        words |= {word: Text(wordings) for word, wordings in document.value.items()}
    return words


def shown(text: str) -> Markup:
    """Return what somebody typed, as it may be shown: escaped, isolated, and nothing in it that turns or hides text."""
    return Markup("<bdi>{}</bdi>").format(harmless(text))


def harmless(text: str) -> str:
    """Return a text without control characters and what turns the direction of what stands around it."""
    return _UNSEEN.sub("", text)


def filled(template: str, **values: object) -> Markup:
    """Return a sentence of ours with each `{name}` replaced, what is put in isolated."""
    parts = re.split(r"\{([a-z_]+)\}", template)
    return Markup("").join(
        Markup("<bdi>{}</bdi>").format(values[part]) if place % 2 else escape(part) for place, part in enumerate(parts)
    )


def local(at: float | datetime) -> datetime:
    """Return a moment as clocks in Morocco show it."""
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return moment.astimezone(MOROCCO)


#: The pages that stand in the bar, their words, and who sees them.
_TABS: Final[tuple[tuple[str, str, frozenset[Role]], ...]] = (
    ("/staff/cases", "tab_cases", ADVISERS),
    ("/staff/counter", "tab_counter", ADVISERS),
    ("/staff/questions", "tab_questions", ALL),
    ("/staff/content", "tab_content", EDITORS),
    ("/staff/notices", "tab_notices", PUBLISHERS),
    ("/staff/samples", "tab_samples", ALL),
    ("/staff/stale", "tab_stale", ALL),
    ("/staff/figures", "tab_figures", ALL),
    ("/staff/accounts", "tab_accounts", ADMINS),
)


def tabs(role: Role) -> list[tuple[str, str]]:
    """Return the pages that somebody of a role sees in the bar, and their words."""
    return [(path, word) for path, word, roles in _TABS if role in roles]


class Frame:
    """The frame of all pages."""

    def __init__(self, parts: StaffParts) -> None:
        """Take the parts in, and read words, templates and files once."""
        self.parts = parts
        self.door = Door(parts.store)
        self.assets = assets(_HERE / "static", "/staff/static")
        texts = staff_words()
        self._words = {language: {name: text.of(language) for name, text in texts.items()} for language in LANGUAGES}
        self._secure_host = urlsplit(parts.site).netloc if parts.site.startswith("https://") else ""
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            without_keys=without_keys,
            names_in_words=names_in_words,
            marked=marked,
            laid_out=laid_out,
            shown=shown,
            filled=filled,
            local=local,
            harmless=harmless,
            question_mark=mark_of_question,
        )
        static = {name: asset.address for name, asset in self.assets.items()}
        self._templates.globals.update(static=static, once=lambda: secrets.token_hex(16), tabs=tabs)

    def now(self) -> float:
        """Return the present moment, in seconds since 1970."""
        return self.parts.now().timestamp()

    def words(self, language: Language) -> Mapping[str, str]:
        """Return the words of the pages in a language."""
        return self._words[language]

    def language(self, request: Request) -> Language:
        """Return the language that a browser chose."""
        told = request.cookies.get(_LANGUAGE_COOKIE, "")
        return next((language for language in LANGUAGES if language == told), MAIN)

    def drawn(self, template: str, language: Language, **values: object) -> str:
        """Return a template filled in."""
        return self._templates.get_template(template).render(words=self._words[language], language=language, **values)

    def page(self, visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page for somebody."""
        values.setdefault("here", visit.request.url.path)
        drawn = self.drawn(template, visit.language, visit=visit, csrf=visit.csrf, role=visit.session.role, **values)
        return HTMLResponse(drawn, status)

    def notice(self, visit: Visit, word: str, status: int, back: str = "/staff", **values: object) -> HTMLResponse:
        """Return a page with one sentence, and a way on."""
        sentence = filled(self._words[visit.language][word], **values)
        return self.page(visit, "notice.html", status, sentence=sentence, back=back)

    def outside(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page for somebody who is not let in yet."""
        return HTMLResponse(self.drawn(template, self.language(request), **values), status)

    def is_secure(self, request: Request) -> bool:
        """Return whether the browser asks over TLS."""
        return request.url.scheme == "https" or (
            bool(self._secure_host) and request.headers.get("Host", "") == self._secure_host
        )

    def secret(self, request: Request) -> str:
        """Return the secret of a browser's cookie, empty where it brings none."""
        told = request.cookies.get(_SECURE_COOKIE if self.is_secure(request) else _COOKIE, "")
        return told if _SECRET.fullmatch(told) else ""

    def keep_secret(self, request: Request, response: Response, secret: str) -> None:
        """Have a browser keep a session's secret until it is closed; an empty one is forgotten."""
        is_secure = self.is_secure(request)
        name, path = (_SECURE_COOKIE, "/") if is_secure else (_COOKIE, "/staff")
        if secret:
            response.set_cookie(name, secret, path=path, httponly=True, samesite="lax", secure=is_secure)
        else:
            response.delete_cookie(name, path=path, httponly=True, samesite="lax", secure=is_secure)

    def keep_language(self, request: Request, response: Response, language: str) -> None:
        """Have a browser keep the language."""
        chosen = next((known for known in LANGUAGES if known == language), MAIN)
        response.set_cookie(
            _LANGUAGE_COOKIE, chosen, max_age=365 * 86400, path="/staff", httponly=True, samesite="lax",
            secure=self.is_secure(request),
        )  # fmt: skip

    def guarded(
        self, handler: Handler, roles: Collection[Role], largest_sound: int = 0
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the answer to a request: the handler's for who may, else why not, with what was typed."""

        async def answered(request: Request) -> Response:
            posts = request.method == "POST"
            if not await self.parts.store.read(has_accounts):
                raise HTTPException(404)
            if posts and not is_from_our_page(request):
                raise HTTPException(403)
            is_sound = posts and largest_sound > 0 and _SOUND.match(request.headers.get("Content-Type", "")) is not None
            fields = await form(request, LARGEST_FORM, MOST_FIELDS) if posts and not is_sound else {}
            # A script that sends a sound tells the token beside it: no form of another site can.
            token = request.headers.get("X-CSRF", "") if is_sound else fields.get("csrf", "")
            secret, now = self.secret(request), self.now()
            is_poll = request.headers.get("HX-Trigger-Name") == "poll" or "poll" in request.query_params
            session = await self.door.session(secret, now, touches=not is_poll) if secret else None
            if session is None:
                return self._not_in(request, fields)
            visit = Visit(request, session, csrf_of(secret), self.language(request), now, fields)
            if session.role not in roles:
                return self.notice(visit, "not_yours", 403)
            if posts and not secrets.compare_digest(token.encode(), visit.csrf.encode()):
                return self.again(visit, request.url.path, fields, 409)
            if is_sound:
                # More than a form: taken in only from who may, and read to its end so that the browser listens to why.
                visit = replace(visit, body=await body_of(request, largest_sound, largest_sound))
            return await handler(visit)

        return answered

    def _not_in(self, request: Request, fields: Mapping[str, str]) -> Response:
        if request.headers.get("HX-Request") == "true":
            return Response(status_code=401)
        if request.method != "POST":
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            to = here if _OUR_PATH.fullmatch(here) else "/staff"
            return RedirectResponse(f"/staff/sign-in?to={quote(to, safe='/')}", 303)
        return self.sign_in(request, 401, kept=kept_form(request.url.path, fields))

    def sign_in(self, request: Request, status: int = 200, **values: object) -> HTMLResponse:
        """Return the page on which one signs in; with a form that waits for it."""
        given = {"kept": "", "to": "", "told": "", "name": "", "seconds": 0, "asks_code": False, **values}
        return self.outside(request, "sign_in.html", status, **given)

    def again(self, visit: Visit, path: str, fields: Mapping[str, str], status: int = 200) -> HTMLResponse:
        """Return what was typed before the session ended, to be sent now by whoever typed it."""
        typed = {name: value for name, value in fields.items() if name not in _NOT_KEPT}
        return self.page(visit, "again.html", status, path=path, typed=typed)


def kept_form(path: str, fields: Mapping[str, str]) -> str:
    """Return a posted form as a sign-in page carries it."""
    typed = {name: value for name, value in fields.items() if name not in _NOT_KEPT}
    return json.dumps({"path": path, "fields": typed}, ensure_ascii=False)


def form_kept(kept: str) -> tuple[str, dict[str, str]] | None:
    """Return the path and fields of a form that a sign-in page carried; None where it is none of ours."""
    try:
        told = json.loads(kept)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("fields"), dict):
        return None
    path = told.get("path")
    if not isinstance(path, str) or not _OUR_PATH.fullmatch(path) or "?" in path:
        return None
    return path, {str(name): str(value) for name, value in told["fields"].items()}


def our_path(told: str) -> str:
    """Return where a sign-in leads to; the staff room's first page where it is not one of ours."""
    return told if _OUR_PATH.fullmatch(told) and "//" not in told else "/staff"
