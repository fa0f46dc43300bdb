"""What the forms of the content mean, as edits of its files; nothing here writes a file.

A form tells all that it shows; an edit is made only of what is different. Phrasings are added and taken away one by
one, so that two people who add to the same entry do not meet.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final
from unicodedata import combining, normalize

from pydantic_core import PydanticCustomError

from bot.content.answers import MENDED
from bot.content.shaping import phone_written
from bot.faq.entries import REGISTERS
from bot.language.register import register as register_of
from bot.message import CONFIDENCES, LANGUAGES
from bot.staff.chips import broken_names
from bot.staff.editing import AddItem, Edit, Remove, SetValue
from bot.staff.frame import harmless

#: The texts of an entry that a form shows, and whether they are of several lines.
ENTRY_TEXTS: Final[Mapping[str, bool]] = {"question": False, "answer": True, "more": True, "plain": True}
#: Those of them that an entry need not have.
SPARE_TEXTS: Final = ("more", "plain")
#: The facts of an office that a form shows beside its address.
OFFICE_FACTS: Final = ("phone", "email", "website", "source_url", "source_date")
OFFICES: Final = "flows/offices.yaml"
#: The file whose answers need no source.
_OFF_TOPIC: Final = "faq/off_topic.yaml"
STATIONS: Final = "flows/caravan.yaml"
#: Longest phrasing, and most of them in a form.
_LONGEST_PHRASING: Final = 300
_MOST_PHRASINGS: Final = 400
_LONGEST_NAME: Final = 40
#: Spellings of a question that become phrasings of its answer.
MOST_MENDED: Final = 8
#: Where a phrasing stands, by how it is written.
_REGISTERS: Final[Mapping[str, str]] = {"arabic": "darija", "arabizi": "arabizi", "french": "french"}
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FormError(Exception):
    """A form that cannot be meant so: the name of the word that says why, and what is filled into it."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


def base_of(raw: Any) -> str:
    """Return what stands for what a form showed: another one means that somebody changed it meanwhile."""
    return sha256(json.dumps(raw, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()[:16]


def lines(told: str) -> list[str]:
    """Return the lines of a field, without spaces around them and without the empty ones."""
    return list(dict.fromkeys(" ".join(line.split()) for line in told.splitlines() if line.strip()))


def entry_edits(
    entry: str, raw: Mapping[str, Any], fields: Mapping[str, str], names: Collection[str] = ()
) -> Iterator[Edit]:
    """Yield what a form changes of an entry, whose texts may name `names` in braces."""
    file = file_of(entry)
    for name, is_long in ENTRY_TEXTS.items():
        texts = {language: _text(fields.get(f"{name}_{language}", ""), is_long=is_long) for language in LANGUAGES}
        if name in SPARE_TEXTS and not any(text.strip() for text in texts.values()):
            if name in raw and any(f"{name}_{language}" in fields for language in LANGUAGES):
                yield Remove(file, (entry, name))
            continue
        if not all(text.strip() for text in texts.values()):
            raise FormError("form_both_languages" if name in SPARE_TEXTS else "form_empty")
        known = {language: str((raw.get(name) or {}).get(language, "")) for language in LANGUAGES}
        others = [language for language in LANGUAGES if texts[language].strip() != known[language].strip()]
        for language in others:
            need_whole_names(texts[language], names)
        if name not in raw:
            yield SetValue(file, (entry, name), texts)
            continue
        for language in others:
            yield SetValue(file, (entry, name, language), texts[language])
    for register in REGISTERS:
        yield from _phrasing_edits(file, entry, register, (raw.get("phrasings") or {}).get(register) or [], fields)
    for name in ("checked", "until"):
        told = fields.get(name, "").strip()
        before = str(raw.get(name) or "")
        if told and told != before:
            yield SetValue(file, (entry, name), _day(told))
        elif not told and before and name == "until":
            yield Remove(file, (entry, name))
    confidence = fields.get("confidence", "")
    if confidence in CONFIDENCES and confidence != raw.get("confidence"):
        yield SetValue(file, (entry, "confidence"), confidence)
    yield from _source_edits(file, entry, raw.get("sources") or [], fields)


def _source_edits(
    file: str, entry: str, before: Sequence[Mapping[str, Any]], fields: Mapping[str, str]
) -> Iterator[Edit]:
    """Yield what a form changes of an answer's sources: another address wants the day on which it was read."""
    gone = [place for place in range(len(before)) if fields.get(f"source_{place}_drop")]
    for place, source in enumerate(before):
        at, known = (entry, "sources", place), str(source.get("read") or "")
        url = fields.get(f"source_{place}_url", "").strip()
        day = fields.get(f"source_{place}_read", known).strip()
        if place in gone:
            continue
        is_moved = bool(url) and url != str(source.get("url") or "")
        if is_moved and day == known:
            raise FormError("form_source_read")
        if is_moved:
            yield SetValue(file, (*at, "url"), url)
        if day != known:
            yield SetValue(file, (*at, "read"), _day(day))
    is_added = bool(fields.get("source_url", "").strip())
    if is_added:
        yield AddItem(file, (entry, "sources"), source_of(fields))
    if gone and len(gone) == len(before) and not is_added and file != _OFF_TOPIC:
        raise FormError("form_source")
    # From the last, so that none is another's place.
    for place in reversed(gone):
        yield Remove(file, (entry, "sources", place))


def _phrasing_edits(
    file: str, entry: str, register: str, before: list[str], fields: Mapping[str, str]
) -> Iterator[Edit]:
    told = fields.get(f"phrasings_{register}")
    if told is None:
        return
    wanted = lines(told)
    if len(wanted) > _MOST_PHRASINGS or any(len(one) > _LONGEST_PHRASING for one in wanted):
        raise FormError("form_phrasing_long")
    known = [" ".join(str(one).split()) for one in before]
    new = [one for one in wanted if one not in known]
    if not before and new:
        yield SetValue(file, (entry, "phrasings", register), new)
        return
    for one in new:
        yield AddItem(file, (entry, "phrasings", register), one)
    gone = [raw for raw, told_so in zip(before, known, strict=True) if told_so not in wanted]
    if gone and len(gone) == len(before) and not new:
        raise FormError("form_last_phrasing")
    for one in gone:
        yield Remove(file, (entry, "phrasings", register, one))


def need_whole_names(text: str, names: Collection[str]) -> None:
    """Raise `FormError` for the first thing in braces that is none of the names, with the name that is nearest."""
    for one in broken_names(text, names):
        if one.nearest:
            raise FormError("form_name_unknown", told=one.told, nearest="{" + one.nearest + "}")
        raise FormError("form_name_broken", told=one.told)


def new_entry_edits(
    fields: Mapping[str, str],
    taken: Mapping[str, object],
    names: Collection[str] = (),
    off_topic: Collection[str] = (),
) -> list[Edit]:
    """Return the edits that add the entry of a form, and hold the questions it was written for, where there are any."""
    added = new_entry(fields, taken, names, off_topic)
    asked = asked_lines(fields.get("asked", ""))
    return [added, *(SetValue(MENDED, (words,), str(added.value["id"])) for words in asked)]


def asked_lines(told: str) -> list[str]:
    """Return the spellings of a question that a new answer is written for, one a line of a field."""
    return [one for one in map(phrasing_of, lines(told)[:MOST_MENDED]) if one]


def asked_fields(asked: Sequence[str]) -> dict[str, str]:
    """Return the fields of the form of a new answer that its question fills: each spelling where it belongs."""
    given = {"asked": "\n".join(asked)}
    for words in asked:
        field = register_field(words)
        given[field] = f"{given[field]}\n{words}" if field in given else words
    return given


def new_entry(
    fields: Mapping[str, str],
    taken: Mapping[str, object],
    names: Collection[str] = (),
    off_topic: Collection[str] = (),
) -> AddItem:
    """Return the edit that adds the entry of a form; raise `FormError` with what is missing.

    What is not the guide's subject needs no source, and leads to the menu.
    """
    subject = fields.get("subject", "")
    name = fields.get("name", "").strip().lower() or _named(fields.get("question_fr", ""))
    entry = f"{subject}.{name}"
    if not _ID.fullmatch(subject):
        raise FormError("form_subject")
    if not name:
        raise FormError("form_incomplete")
    if not _ID.fullmatch(name):
        raise FormError("form_name")
    if entry in taken:
        raise FormError("form_name_taken")
    texts = {
        key: {language: _text(fields.get(f"{key}_{language}", ""), is_long=is_long) for language in LANGUAGES}
        for key, is_long in ENTRY_TEXTS.items()
        if key not in SPARE_TEXTS
    }
    phrasings = {register: lines(fields.get(f"phrasings_{register}", "")) for register in REGISTERS}
    # The question itself is how it is asked in standard Arabic and in French, where nothing else is told.
    if any(phrasings.values()):
        phrasings["msa"] = phrasings["msa"] or lines(texts["question"]["ar"])
        phrasings["french"] = phrasings["french"] or lines(texts["question"]["fr"])
    if not all(text.strip() for told in texts.values() for text in told.values()) or not any(phrasings.values()):
        raise FormError("form_incomplete")
    for text in (text for told in texts.values() for text in told.values()):
        need_whole_names(text, names)
    is_off = subject in off_topic
    has_source = bool(fields.get("source_url", "").strip())
    if not has_source and not is_off:
        raise FormError("form_source")
    value = {
        "id": entry,
        "question": texts["question"],
        "phrasings": {register: told for register, told in phrasings.items() if told},
        "answer": texts["answer"],
        "sources": [source_of(fields)] if has_source else [],
        "checked": _day(fields.get("checked", "")),
        "confidence": fields["confidence"] if fields.get("confidence") in CONFIDENCES else "single",
    }
    if is_off:
        value["see"] = ["menu"]
    if fields.get("until", "").strip():
        value["until"] = _day(fields["until"])
    return AddItem(file_of(entry), (), value)


def _named(question: str) -> str:
    """Return a short name made of a French question, for who gives none; empty where it has no Latin letter."""
    plain = normalize("NFD", question.lower())
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not combining(sign)))
    name = ""
    for word in words:
        if len(name) + len(word) >= _LONGEST_NAME:
            break
        name = f"{name}-{word}" if name else word
    return name


def mending_edits(entry: str, asked: Sequence[str], raw: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield what has questions answered by an entry: each is a phrasing of it, and held against every later edit."""
    phrasings = raw.get("phrasings") or {}
    known = {" ".join(str(one).split()) for listed in phrasings.values() for one in listed or ()}
    for words in asked:
        register = register_field(words).removeprefix("phrasings_")
        if words not in known and phrasings.get(register):
            yield AddItem(file_of(entry), (entry, "phrasings", register), words)
        elif words not in known:
            yield SetValue(file_of(entry), (entry, "phrasings", register), [words])
        yield SetValue(MENDED, (words,), entry)


def phrasing_of(words: str) -> str:
    """Return what somebody typed as a phrasing: in one line, without what turns text, not too long."""
    return " ".join(harmless(words).split())[:_LONGEST_PHRASING].strip()


def register_field(words: str) -> str:
    """Return the field of a form in which a phrasing stands, by how it is written."""
    return f"phrasings_{_REGISTERS[register_of(words) or 'arabic']}"


def source_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the source that a form tells."""
    source = {"url": fields.get("source_url", "").strip(), "read": _day(fields.get("source_read", ""))}
    if published := fields.get("source_published", "").strip():
        source["published"] = published
    source["says"] = " ".join(fields.get("source_says", "").split()) or "-"
    return source


def office_edits(office: str, raw: Mapping[str, Any], fields: Mapping[str, str]) -> Iterator[Edit]:
    """Yield what a form changes of an office; what is emptied is taken away, for nothing is guessed."""
    for name in OFFICE_FACTS:
        told = _contact(name, " ".join(fields.get(name, "").split()))
        before = str(raw.get(name) or "")
        if told and told != before:
            yield SetValue(OFFICES, (office, name), told)
        elif not told and before:
            yield Remove(OFFICES, (office, name))
    address = {language: " ".join(fields.get(f"address_{language}", "").split()) for language in LANGUAGES}
    known = raw.get("address") or {}
    if any(address.values()) and not all(address.values()):
        raise FormError("form_both_languages")
    if all(address.values()) and address != {language: known.get(language, "") for language in LANGUAGES}:
        yield SetValue(OFFICES, (office, "address"), address)
    elif not any(address.values()) and known:
        yield Remove(OFFICES, (office, "address"))
    confidence = fields.get("confidence", "")
    if confidence in CONFIDENCES and confidence != raw.get("confidence"):
        yield SetValue(OFFICES, (office, "confidence"), confidence)


def _contact(name: str, told: str) -> str:
    """Return what was typed as files have it; raise `FormError` where it cannot be meant so."""
    try:
        return str(phone_written(told)) if name == "phone" and told else told
    except PydanticCustomError:
        raise FormError("form_phone", told=told) from None


def station_edit(fields: Mapping[str, str]) -> AddItem:
    """Return the edit that adds the station of a form."""
    city = {language: " ".join(fields.get(f"city_{language}", "").split()) for language in LANGUAGES}
    if not all(city.values()):
        raise FormError("form_both_languages")
    station: dict[str, Any] = {"city": city}
    if on := fields.get("on", "").strip():
        station["on"] = _day(on)
    return AddItem(STATIONS, ("stations",), station)


def station_change(index: int, raw: Mapping[str, Any], fields: Mapping[str, str]) -> Edit:
    """Return the edit that takes a station away, or that gives it the last day on which what is told of it holds."""
    if fields.get("do") == "remove":
        return Remove(STATIONS, ("stations", index))
    if not (until := fields.get("until", "").strip()):
        raise FormError("form_empty")
    if until == str(raw.get("until") or ""):
        raise FormError("form_same")
    return SetValue(STATIONS, ("stations", index, "until"), _day(until))


def sentence_edits(
    file: str, name: str, raw: Mapping[str, Any], fields: Mapping[str, str], names: Collection[str]
) -> Iterator[Edit]:
    """Yield what a form changes of a sentence of the guide, which may name `names` in braces."""
    for language in LANGUAGES:
        before = str(raw[language])
        told = _text(fields.get(f"answer_{language}", ""), is_long="\n" in before.strip("\n") or before.endswith("\n"))
        if told.strip() == before.strip():
            continue
        if not told.strip():
            raise FormError("form_empty")
        need_whole_names(told, names)
        yield SetValue(file, (name, language), told)


def braced_names(raw: Mapping[str, Any]) -> list[str]:
    """Return the names in braces of a sentence in all languages, each once."""
    texts = "\n".join(str(raw[language]) for language in LANGUAGES)
    return list(dict.fromkeys(re.findall(r"\{([a-z0-9_]+)\}", texts)))


def amount_edit(scheme: str, amount: str, fields: Mapping[str, str]) -> SetValue:
    """Return the edit that gives an amount of a scheme another value from a day on, as it was typed."""
    told = fields.get("value", "").strip()
    if not told:
        raise FormError("form_empty")
    plain = told.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("_", "")
    # Whole numbers are taken as such; anything else is left to the reader, which understands it or refuses it.
    value: Any = int(plain) if plain.isascii() and plain.isdecimal() else told
    return SetValue(f"flows/{scheme}/rules.yaml", ("amounts", amount, "from", _day(fields.get("from", ""))), value)


def file_of(entry: str) -> str:
    """Return the file that an entry stands in."""
    subject = entry.partition(".")[0]
    return f"faq/{'off_topic' if subject == 'off' else subject}.yaml"


def _text(told: str, *, is_long: bool) -> str:
    if not is_long:
        return " ".join(told.split())
    kept = "\n".join(line.rstrip() for line in told.replace("\r\n", "\n").strip().split("\n"))
    return f"{kept}\n" if kept else ""


def _day(told: str) -> str:
    """Return a day as files have it; raise `FormError` for what is none."""
    try:
        return date.fromisoformat(told.strip()).isoformat()
    except ValueError:
        raise FormError("form_day") from None
