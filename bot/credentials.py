"""The secrets, from the environment or from files that it names; never from `config.yaml`, never in a log.

A secret may stand in `NAME`, or in the file whose path stands in `NAME_FILE`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

TELEGRAM_TOKEN: Final = "DALIL_TELEGRAM_TOKEN"  # noqa: S105
TELEGRAM_SECRET: Final = "DALIL_TELEGRAM_SECRET"  # noqa: S105
WHATSAPP_TOKEN: Final = "DALIL_WHATSAPP_TOKEN"  # noqa: S105
WHATSAPP_APP_SECRET: Final = "DALIL_WHATSAPP_APP_SECRET"  # noqa: S105
WHATSAPP_VERIFY_TOKEN: Final = "DALIL_WHATSAPP_VERIFY_TOKEN"  # noqa: S105

#: Where each is to be had, for whoever starts the guide without it.
_REMEDIES: Final[Mapping[str, str]] = {
    TELEGRAM_TOKEN: "@BotFather gives it (/mybots, API Token); see docs/telegram.md",
    TELEGRAM_SECRET: "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'; see docs/telegram.md",
    WHATSAPP_TOKEN: "make a permanent token for a system user in Meta Business Suite; see docs/whatsapp.md",
    WHATSAPP_APP_SECRET: "it is in the app's settings at developers.facebook.com, Basic; see docs/whatsapp.md",
    WHATSAPP_VERIFY_TOKEN: "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'; see "
    "docs/whatsapp.md",
}


class MissingSecretError(Exception):
    """A secret is not there, or its file cannot be read; the sentence says what to do and holds no secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where secrets are looked for."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def secret(self, name: str) -> str:
        """Return a secret; raise `MissingSecretError` where there is none."""
        path = self.environ.get(f"{name}_FILE", "")
        found = self.environ.get(name, "").strip()
        if not found and path:
            try:
                found = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise MissingSecretError(f"the file that {name}_FILE names cannot be read: {_why(error)}") from None
        if not found:
            raise MissingSecretError(f"{name} is missing: set it, or {name}_FILE, in the environment; {_told(name)}")
        return found


def _told(name: str) -> str:
    return _REMEDIES[name]


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no text"
