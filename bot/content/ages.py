"""How soon what was read must be read again, by the kind of fact it tells, and how long before an end that is told.

The kinds and their days are content (`flows/ages.yaml`): whoever answers for the guide decides how old is too old.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import PositiveInt

from bot.content.reading import Mistakes, Where, read
from bot.content.shaping import Model, Words, shaped
from bot.message import Text

AGES = Path("flows") / "ages.yaml"


class _Kind(Model):
    days: PositiveInt
    name: Words


class _Ages(Model):
    ends_soon: PositiveInt
    kinds: dict[str, _Kind]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class StatementKind:
    """A kind of statement: after how many days what tells it must be read again."""

    id: str
    days: int
    name: Text


@dataclass(frozen=True, slots=True)
class Ages:
    """The kinds of facts, and which kind each file tells where a source of it does not say."""

    #: How many days before its end what ends is told of.
    notice: int
    kinds: Mapping[str, StatementKind]
    files: Mapping[str, str]
    #: The day on which ends are looked at; None where nobody is to be told of them.
    today: date | None = None

    def ends_soon(self, until: date) -> bool:
        """Return whether an end is near, or past, and somebody is to be told."""
        return self.today is not None and (until - self.today).days <= self.notice

    def check_past(self, told: date, key: str, where: Where, mistakes: Mistakes) -> None:
        """Note a day of reading or looking that has not come: often its day and month have changed places."""
        if self.today is None or told <= self.today:
            return
        about = self.today
        if told.day <= 12 and (swapped := told.replace(month=told.day, day=told.month)) <= self.today:
            about = swapped
        mistakes.add("day_ahead", where, key=key, day=told, about=about)

    def check_kind(self, kind: str | None, where: Where, mistakes: Mistakes) -> None:
        """Note a kind that there is none of."""
        if kind is not None and kind not in self.kinds:
            mistakes.add("kind_unknown", where, name=kind, allowed=", ".join(self.kinds))

    def kind_of(self, file: str, kind: str | None = None) -> StatementKind | None:
        """Return the kind of a fact by what its source says, else by the file it stands in; None when neither tells."""
        return self.kinds.get(kind or self.files.get(file, ""))


def read_ages(root: Path, mistakes: Mistakes, today: date | None = None) -> Ages | None:
    """Return the ages, None when the file cannot be used; a kind that a file is given and that is none is a mistake."""
    document = read(root, root / AGES, mistakes)
    shape = shaped(_Ages, document, mistakes) if document is not None else None
    if document is None or shape is None:
        return None
    kinds = {id_: StatementKind(id_, kind.days, kind.name.text()) for id_, kind in shape.kinds.items()}
    ages = Ages(shape.ends_soon, kinds, shape.files, today)
    for file, kind in shape.files.items():
        ages.check_kind(kind, document.where("files", file), mistakes)
    return ages
