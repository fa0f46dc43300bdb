"""The secrets, from the environment or from files that it names; never from `config.yaml`, never in a log.

A secret may stand in `NAME`, or in the file whose path stands in `NAME_FILE`.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

TELEGRAM_TOKEN: Final = "DALIL_TELEGRAM_TOKEN"  # noqa: S105
TELEGRAM_SECRET: Final = "DALIL_TELEGRAM_SECRET"  # noqa: S105
WHATSAPP_TOKEN: Final = "DALIL_WHATSAPP_TOKEN"  # noqa: S105
WHATSAPP_APP_SECRET: Final = "DALIL_WHATSAPP_APP_SECRET"  # noqa: S105
WHATSAPP_VERIFY_TOKEN: Final = "DALIL_WHATSAPP_VERIFY_TOKEN"  # noqa: S105

#: Where conversations are kept: the address of a server holds a password, which every account of the machine would read
#: among the words of a command.
STORE: Final = "DALIL_STORE"

#: Where each is to be had, for whoever starts the guide without it.
_REMEDIES: Final[Mapping[str, str]] = {
    TELEGRAM_TOKEN: "@BotFather gives it (/mybots, API Token); see docs/telegram.md",
    TELEGRAM_SECRET: "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'; see docs/telegram.md",
    WHATSAPP_TOKEN: "make a permanent token for a system user in Meta Business Suite; see docs/whatsapp.md",
    WHATSAPP_APP_SECRET: "it is in the app's settings at developers.facebook.com, Basic; see docs/whatsapp.md",
    WHATSAPP_VERIFY_TOKEN: "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'; see "
    "docs/whatsapp.md",
    STORE: "a SQLite file, or postgresql://user:password@host/database; see docs/running.md",
}
#: What can go through an HTTP header and be typed again: all that the platforms give out is of this shape.
_SHAPE: Final = re.compile(r"[\x21-\x7e]+")


class MissingSecretError(Exception):
    """Secrets are not there, or cannot be what they are to be; a line for each, with what to do and no secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where secrets are looked for."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def secrets(self, *names: str) -> tuple[str, ...]:
        """Return the secrets; raise `MissingSecretError` with everything that is wrong with any of them."""
        found: list[str] = []
        wrong: list[str] = []
        for name in names:
            try:
                found.append(self.secret(name))
            except MissingSecretError as error:
                wrong.append(str(error))
        if wrong:
            raise MissingSecretError("\n".join(wrong))
        return tuple(found)

    def optional(self, name: str) -> str | None:
        """Return a secret, None where nobody gave one; raise `MissingSecretError` where it cannot be what it is."""
        is_given = any(self.environ.get(variable, "").strip() for variable in (name, f"{name}_FILE"))
        return self.secret(name) if is_given else None

    def secret(self, name: str) -> str:
        """Return a secret; raise `MissingSecretError` where there is none, or none that can be sent."""
        path = self.environ.get(f"{name}_FILE", "")
        found = self.environ.get(name, "").strip()
        if not found and path:
            try:
                found = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise MissingSecretError(f"the file that {name}_FILE names cannot be read: {_why(error)}") from None
            if not found:
                raise MissingSecretError(f"the file that {name}_FILE names is empty; {_told(name)}")
        if not found:
            raise MissingSecretError(f"{name} is missing: set it, or {name}_FILE, in the environment; {_told(name)}")
        if _SHAPE.fullmatch(found) is None:
            what = "has a space, a line break or a sign that is no ASCII inside"
            raise MissingSecretError(f"{name} {what}: copy it again; {_told(name)}")
        return found


def _told(name: str) -> str:
    return _REMEDIES[name]


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no text"
