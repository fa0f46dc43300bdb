"""Documents given the shapes of the content: what differs is noted with its line, in the writers' language.

How days, amounts and telephones may be written is told by `bot.content.writing`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from bot.content.reading import KeyPath, Mistakes, YamlDocument
from bot.message import LANGUAGES, Language, Text

Shape = TypeVar("Shape", bound=BaseModel)


#: A text that has words in it.
Written = Annotated[str, StringConstraints(pattern=r"\S")]


#: When something was published, as it tells: a year, a month or a day.
Published = Annotated[str, BeforeValidator(str), StringConstraints(pattern=r"^(19|20)\d\d(-\d\d(-\d\d)?)?$")]


#: An address that leads to one page; of a site alone, or cut short, nobody knows which page was meant.
PAGE = re.compile(r"https?://[^\s/…]+/[^\s…]*[^\s…/][^\s…]*")


class Model(BaseModel):
    """A shape of the content: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Model):
    """A text for people. Arabic and French are both required; a language that is optional has an empty wording."""

    ar: Written
    fr: Written

    def wordings(self) -> Iterator[tuple[Language, str]]:
        """Yield the languages that the text has, each with its wording as it was written."""
        for language in LANGUAGES:
            if wording := getattr(self, language):
                yield language, wording

    def text(self) -> Text:
        """Return the text as the core holds it, without the line breaks around it."""
        return Text({language: wording.strip() for language, wording in self.wordings()})


def shaped(
    shape: type[Shape], document: YamlDocument, mistakes: Mistakes, path: Sequence[str | int] = ()
) -> Shape | None:
    """Return the value at `path` as `shape`, or None with every way in which it differs noted."""
    value = document.value
    for key in path:
        value = value[key]
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=True):
            _note(problem, document, tuple(path), mistakes)
        return None


#: How the library names what is wrong, and our wording for it; anything else is told as `wrong_value`.
_KINDS = {
    "missing": "key_missing",
    "extra_forbidden": "key_unknown",
    "string_type": "not_text",
    "string_pattern_mismatch": "text_empty",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "date_from_datetime_parsing": "not_a_date",
    "date_parsing": "not_a_date",
    "date_type": "not_a_date",
    "not_a_date": "not_a_date",
    "date_other_way": "date_other_way",
    "other_calendar": "other_calendar",
    "not_so_written": "not_so_written",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "float_type": "not_a_number",
    "float_parsing": "not_a_number",
    "not_a_number": "not_a_number",
    "bool_type": "not_yes_no",
    "bool_parsing": "not_yes_no",
    "dict_type": "not_a_group",
    "model_type": "not_a_group",
    "model_attributes_type": "not_a_group",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
}


def _note(problem: Any, document: YamlDocument, base: KeyPath, mistakes: Mistakes) -> None:
    # A union's tag stands in the library's location but not in the file: keep what the file has.
    path = base
    for part in problem["loc"]:
        if (*path, part) in document.lines:
            path = (*path, part)
    kind = _KINDS.get(problem["type"], "wrong_value")
    key = problem["loc"][-1] if problem["loc"] else ""
    told = problem.get("ctx", {})
    allowed, about, example = told.get("expected", ""), told.get("about", ""), told.get("example", "")
    said = told.get("told", problem["msg"])
    mistakes.add(kind, document.where(*path), key=key, allowed=allowed, about=about, example=example, problem=said)
