"""What ids of the content are called on the pages of staff: nobody there should have to know a name of the files."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.conversation.library import Library
from bot.eligibility.amounts import AmountUnit, in_centimes
from bot.message import Language

#: What was called last, by release, language and day: a page that is asked for every second goes through it once.
_KEPT: Final[dict[tuple[str, int, Language, date | None], Mapping[str, str]]] = {}
_MOST_KEPT: Final = 8


def titles_of(library: Library, language: Language, on: date | None = None) -> dict[str, str]:
    """Return what answers, flows, schemes, offices, facts, amounts and sources are called, by their ids.

    An amount is called with its scheme: two schemes may have one of the same title. An option of a fact stands at
    `fact=option`, a condition of a scheme at `scheme/condition`, with the amounts of a day, the topic of a notice at
    `kind:name`.
    """
    key = library.release, id(library), language, on
    titles = _KEPT.get(key)
    if titles is None:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        titles = _KEPT[key] = _titles(library, language, on)
    return dict(titles)


def _titles(library: Library, language: Language, on: date | None) -> dict[str, str]:
    titles: dict[str, str] = {}
    for number in range(1, 13):
        region = library.gazetteer.region(number).name.of(language)
        titles[f"caravan:{number}"] = f"{library.flows[library.caravan_flow].title.of(language)} – {region}"
    for id_, fact in library.facts.items():
        titles[str(id_)] = fact.name.of(language)
        titles |= {f"{id_}={option.id}": option.label.of(language) for option in fact.options}
    for scheme in library.schemes.values():
        called = scheme.title.of(language)
        titles[f"scheme:{scheme.id}"] = called
        for one in scheme.amounts:
            title = f"{one.title.of(language)} ({called})"
            titles[str(one.name)] = titles[in_centimes(str(one.name))] = title
            titles |= {source.id: source.title.of(language) for source in one.sources}
        for condition in scheme.conditions:
            because = library.filled(condition.because, on) if on is not None else condition.because
            titles[f"{scheme.id}/{condition.id}"] = because.of(language)
            titles |= {source.id: source.title.of(language) for source in condition.sources}
    titles |= {office.id: office.name.of(language) for office in library.offices}
    titles |= {scheme.id: scheme.title.of(language) for scheme in library.schemes.values()}
    titles |= {str(one.id): one.title.of(language) for one in library.flows.values()}
    return titles | {str(one.id): one.question.of(language) for one in library.entries.values()}


def amount_titles(library: Library, language: Language) -> dict[str, str]:
    """Return what amounts are called where their scheme is told beside them, by their names."""
    return {str(one.name): one.title.of(language) for scheme in library.schemes.values() for one in scheme.amounts}


def amount_units(library: Library) -> dict[str, AmountUnit]:
    """Return the units of amounts, by their names."""
    return {str(one.name): one.unit for scheme in library.schemes.values() for one in scheme.amounts}


def audit_told(did: str, about: str, titles: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return what a line of the log is about, each id in it as it is called; what somebody wrote themselves stays."""
    if did in {"account_added", "role_changed"}:
        name, _, role = about.rpartition(" ")
        return f"{name} – {words.get(f'role_{role}', role)}" if name else about
    if did.startswith("sound_"):
        entry, _, spoken = about.rpartition(".")
        told = titles.get(entry) or titles.get(entry.partition(".")[2], entry)
        return f"{told} – {words.get(f'spoken_{spoken}', spoken)}"
    if did.startswith(("questions_", "notice_", "leap_")):
        return " ".join(titles.get(part, part) for part in about.split(" "))
    return about
