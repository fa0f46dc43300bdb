"""What a check of a channel's setting up found, and what the operator can do about it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` is empty where all is well. Never a secret, never a person."""

    kind: Literal["ok", "problem"]
    what: str
    remedy: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether something is to be done."""
        return self.kind == "problem"
