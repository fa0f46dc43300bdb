"""Documents given the shapes of the content: what differs is noted with its line, in the writers' language.

Days, amounts and telephones are understood as Moroccans write them, or refused, never misread. «150.000» is a hundred
and fifty thousand here, whatever a program would read; «29/11/2026» is refused with the one way of writing it. What can
be read in two ways is refused, and the refusal says what to write.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from bot.content.reading import KeyPath, Mistakes, YamlDocument
from bot.eligibility.amounts import AmountUnit
from bot.language.dates import dates
from bot.language.numbers import amounts
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


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_THREE = re.compile(r"(\d{1,4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,4})")
#: The years in which something of the content can have been written, read, or end.
_YEARS = range(1900, 2101)
#: The same years in the calendars that people may have before them, and how many years the Amazigh one is ahead.
_HIJRI_YEARS, _AMAZIGH_YEARS, _AMAZIGH_AHEAD = range(1318, 1525), range(2850, 3052), 950

_SHARE = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))? ?%?")
_ASCII_NUMBER = re.compile(r"[0-9][0-9_]*")
_NATIONAL = re.compile(r"(?:\+212|00212|212|0)([5-8][0-9]{8})")
_PARTS_OF_PHONE = re.compile(r"[\s.\-/()\u2010-\u2015]")


def figures_of(text: str) -> str:
    """Return a text with the digits of every script as 0–9."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def day_written(written: object) -> date:
    """Return the day that is written; raise `PydanticCustomError` with what to write where it is written otherwise."""
    if isinstance(written, date):
        return written
    text = figures_of(written).strip() if isinstance(written, str) else ""
    match = _ISO.fullmatch(text)
    if match is None:
        raise _other_way(text)
    year, month, day = map(int, match.groups())
    try:
        if year in _HIJRI_YEARS:
            raise PydanticCustomError("other_calendar", "Hijri", {"about": _from_hijri(year, month, day).isoformat()})
        if year in _AMAZIGH_YEARS:
            about = date(year - _AMAZIGH_AHEAD, month, day).isoformat()
            raise PydanticCustomError("other_calendar", "Amazigh", {"about": about})
        if year not in _YEARS:
            raise PydanticCustomError("not_a_date", "no day of our time")
        return date(year, month, day)
    except ValueError as error:
        if isinstance(error, PydanticCustomError):
            raise
        raise _other_way(text) from None


def _other_way(text: str) -> PydanticCustomError:
    """Return what is said of a day that is written in another way: how to write it, where that is sure."""
    meant = set(_meant(text))
    if len(meant) == 1:
        return PydanticCustomError("date_other_way", "another way", {"about": meant.pop().isoformat()})
    return PydanticCustomError("not_a_date", "no day")


def _meant(text: str) -> Iterator[date]:
    """Yield the days that a text in another way can mean: the day first, as Moroccans write, or the year first."""
    if match := _THREE.fullmatch(text):
        first, second, third = map(int, match.groups())
        ways = [(third, second, first)] if len(match[3]) == 4 else [(first, second, third), (first, third, second)]
        if len(match[3]) == 4 and second > 12:
            ways = [(third, first, second)]
        if len(match[3]) == 4 or len(match[1]) == 4:
            # Year, month, day is how it is to be written: only where that is no day can the two have changed places.
            for year, month, day in ways:
                try:
                    yield date(year, month, day)
                except ValueError:
                    continue
                return
        return
    for told in dates(text, date.max):
        if told.month is not None and told.day is not None:
            try:
                yield date(told.year, told.month, told.day)
            except ValueError:
                continue
    named = re.fullmatch(r"([0-9]{1,2}) (.+)", text)
    if named and (told_month := next(iter(dates(named[2], date.max)), None)) and told_month.month is not None:
        try:
            yield date(told_month.year, told_month.month, int(named[1]))
        except ValueError:
            return


def _from_hijri(year: int, month: int, day: int) -> date:
    """Return a Hijri day in our calendar, by the arithmetical calendar: the moon may be seen a day or two beside it."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(month, day)
    return date.fromordinal((11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day + 226_630)


#: A day of the calendar that laws are dated by, written 2026-11-23 and no other way.
Day = Annotated[date, BeforeValidator(day_written)]


def figure_written(written: object, unit: AmountUnit) -> float | None:
    """Return the figure that is written, in its unit; None where it is none, or could be two.

    Of dirhams «150.000», «150 000», «١٥٠٠٠٠», «150 ألف» and «1,5 مليون» are understood: in a text of the law a million
    is one of dirhams, never of centimes. Of shares, years and numbers three digits behind a separator could be two
    things, and are refused.
    """
    if isinstance(written, bool):
        return None
    if isinstance(written, int | float):
        return float(written) if written >= 0 and (unit != "percent" or written <= 100) else None
    if not isinstance(written, str):
        return None
    text = figures_of(written).replace("٬", " ").replace("٫", ",").replace("٪", "%").strip()
    if unit != "DH":
        match = _SHARE.fullmatch(text)
        value = float(f"{match[1]}.{match[2] or 0}") if match and (unit == "percent" or "%" not in text) else None
        return value if value is not None and (unit != "percent" or value <= 100) else None
    if "_" in text:
        # Groups of three are a number by themselves, and never came as text.
        return None
    for told in (text, f"{text} DH"):
        found = amounts(told)
        if len(found) == 1 and len(found[0].readings) == 1 and found[0].span == (0, len(told)):
            value = found[0].readings[0]
            return value if value == 0 or value >= 1 else None
    return None


def dirhams_written(written: object) -> float:
    """Return the sum that is written, in dirhams; raise where it is none."""
    figure = figure_written(written, "DH")
    if figure is None:
        raise PydanticCustomError("not_a_number", "no sum", {"told": str(written)})
    return figure


#: A sum in dirhams.
Dirhams = Annotated[float, BeforeValidator(dirhams_written)]


def phone_written(written: object) -> object:
    """Return a telephone of Morocco as offices print it, «05 36 69 09 69»; raise where it cannot be one."""
    if isinstance(written, int) and not isinstance(written, bool):
        written = str(written)
    if not isinstance(written, str):
        return written
    bare = _PARTS_OF_PHONE.sub("", figures_of(written))
    match = _NATIONAL.fullmatch(bare) or _NATIONAL.fullmatch(f"0{bare}" if len(bare) == 9 else "")
    if match is None:
        raise PydanticCustomError("not_so_written", "no telephone", {"example": '"05 36 00 00 00"', "told": written})
    national = f"0{match[1]}"
    return " ".join(national[at : at + 2] for at in range(0, 10, 2))


def _like(pattern: str, example: str) -> BeforeValidator:
    """Return what refuses a text of another shape, and says how it is to be written."""

    def held(written: object) -> object:
        if isinstance(written, str) and not re.fullmatch(pattern, written):
            raise PydanticCustomError("not_so_written", "another shape", {"example": example, "told": written})
        return written

    return BeforeValidator(held)


#: The address of a site, and of a mailbox.
Site = Annotated[str, _like(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?]\S*)?", "https://www.example.ma")]
Mailbox = Annotated[str, _like(r"[^\s@]+@[^\s@]+\.[^\s@]+", "bureau@example.ma")]
#: A telephone of Morocco.
Phone = Annotated[str, BeforeValidator(phone_written)]
