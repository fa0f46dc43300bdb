"""What a channel has against a text or a label of the content, with a wording it would take.

The same measures as in `write`, so that what is found nothing wrong with is sent as it was written.
"""

from dataclasses import dataclass
from typing import Literal

#: `label_long`, `short_long`, `id_long` and `labels_equal` lose something the person needs: they are errors. The others
#: only make it less handy: a text in several messages, a list instead of buttons, a label whose end is in small print.
ProblemKind = Literal[
    "label_long", "short_long", "id_long", "labels_equal", "text_parted", "label_cut", "list_for_buttons", "list_paged"
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a channel cannot show as it is written."""

    kind: ProblemKind
    #: The label or text it is about.
    about: str
    length: int
    most: int
    #: A shorter wording; empty where only a writer can find one.
    proposed: str = ""

    @property
    def is_error(self) -> bool:
        """Whether a person would miss something."""
        return self.kind in {"label_long", "short_long", "id_long", "labels_equal"}
