"""The rules of the schemes, read from `flows/` into one rulebook: facts, sources, who confirms, and the law itself.

Nothing here judges; whether the rules hold what their examples say is shown by `proofs`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from bot.content.ages import Ages
from bot.content.conditions import Conditions
from bot.content.facts import FactsFile, read_facts
from bot.content.folder import NAME, ContentNames, named
from bot.content.guide import read_roles
from bot.content.proofs import check_amount_titles, check_leaps, proved, unused_facts
from bot.content.reading import Mistakes, YamlDocument, read
from bot.content.rules_shapes import (
    AuthorityShape,
    CallShape,
    GroupShape,
    PartShape,
    RulesShape,
    SourceShape,
)
from bot.content.shaping import PAGE, day_written, figure_written, shaped
from bot.eligibility.amounts import ALWAYS, AmountName, DatedAmount, Period, Source, in_centimes
from bot.eligibility.conditions import Compared, Every, How, authorities
from bot.eligibility.facts import FactId
from bot.eligibility.scheme import (
    Authority,
    Band,
    Condition,
    EstimateRule,
    Group,
    Note,
    Papers,
    Part,
    Rulebook,
    Scheme,
    Unpublished,
)
from bot.language.wording import day

#: The name of the condition that a call is open.
CALL = "call"
#: The kinds of office that the directory knows.
OFFICE_KINDS = ("brce", "cri", "chamber", "dr_artisanat", "maison_artisan")
#: What the guide itself fills into some words.
_FILLED = {"wish": ("value",), CALL: ("from", "until")}
_REFERENCE = re.compile(r"\{(\w+)\}")
_HOWS: tuple[How, ...] = get_args(How)


def read_rulebook(root: Path, mistakes: Mistakes, *, proving: bool = True, ages: Ages | None = None) -> Rulebook | None:
    """Return everything the rules files of `root`/flows hold; None when facts or the list of schemes cannot be read.

    With `proving`, the examples are run and each condition and fact is shown to matter; without, they are taken on
    trust, for commands that only assess. With `ages`, what ends soon is told too.
    """
    names = named(root)
    # What is wrong with the landmarks is told where they are looked up.
    roles = read_roles(root, Mistakes())
    legal_form = roles[0].legal_form if roles is not None else None
    facts = read_facts(root, mistakes)
    sources, authorities_ = _sources(root, mistakes, ages), _authorities(root, mistakes)
    groups = _groups(root, mistakes)
    if facts is None or groups is None:
        return None
    unread = names.facts - facts.terms.asked.keys() - facts.terms.derived.keys()
    listed = {scheme: group.id for group in groups.values() for scheme in group.schemes}
    schemes: dict[str, Scheme] = {}
    owners: dict[str, str] = {}
    for id_, group in listed.items():
        document = read(root, root / "flows" / id_ / "rules.yaml", mistakes)
        shape = shaped(RulesShape, document, mistakes) if document else None
        if document is None or shape is None:
            continue
        reader = _Reader(facts, document, sources, authorities_, names, legal_form, shape, mistakes, ages)
        scheme = reader.scheme(id_, group)
        for name in shape.amounts:
            if owners.setdefault(name, id_) != id_:
                mistakes.add("amount_twice", document.where("amounts", name), name=name)
        if scheme is not None:
            schemes[id_] = scheme
            if proving and not any(example.given.keys() & unread for example in shape.examples):
                proved(scheme, shape.examples, document, mistakes)
    if proving:
        for words, path in _texts(facts.document.value):
            known = names.amounts | owners.keys()
            _check_references(words, known | set(map(in_centimes, known)), facts.document, path, mistakes)
        if schemes.keys() == names.schemes:
            unused_facts(facts, schemes.values(), mistakes)
    return Rulebook(facts.terms, schemes, groups, sources)


def _group_of_groups(root: Path, name: str, mistakes: Mistakes) -> YamlDocument | None:
    document = read(root, root / "flows" / name, mistakes)
    if document is not None and not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key=name)
        return None
    return document


def _sources(root: Path, mistakes: Mistakes, ages: Ages | None) -> dict[str, Source]:
    document = _group_of_groups(root, "sources.yaml", mistakes)
    found: dict[str, Source] = {}
    for id_ in document.value if document else ():
        assert document is not None
        if shape := shaped(SourceShape, document, mistakes, (id_,)):
            found[id_] = Source(
                id_, shape.title.text(), shape.url, shape.read, shape.confidence, shape.published, shape.kind
            )
            if shape.url is not None and not PAGE.fullmatch(shape.url):
                mistakes.add("source_not_found", document.where(id_, "url"), id=id_, url=shape.url)
            if shape.published and shape.published > shape.read.isoformat():
                where = document.where(id_, "published")
                mistakes.add("source_from_later", where, published=shape.published, read=shape.read)
            if ages is not None:
                ages.check_kind(shape.kind, document.where(id_, "kind"), mistakes)
                ages.check_past(shape.read, "read", document.where(id_, "read"), mistakes)
    return found


def _authorities(root: Path, mistakes: Mistakes) -> dict[str, Authority]:
    document = _group_of_groups(root, "authorities.yaml", mistakes)
    found: dict[str, Authority] = {}
    for id_ in document.value if document else ():
        assert document is not None
        if shape := shaped(AuthorityShape, document, mistakes, (id_,)):
            found[id_] = Authority(id_, shape.name.text(), shape.office)
            if shape.office is not None and shape.office not in OFFICE_KINDS:
                where = document.where(id_, "office")
                mistakes.add("office_kind_unknown", where, name=shape.office, allowed=", ".join(OFFICE_KINDS))
    return found


def _groups(root: Path, mistakes: Mistakes) -> dict[str, Group] | None:
    document = _group_of_groups(root, "schemes.yaml", mistakes)
    if document is None:
        return None
    groups: dict[str, Group] = {}
    listed: set[str] = set()
    for id_ in document.value:
        if shape := shaped(GroupShape, document, mistakes, (id_,)):
            for index, scheme in enumerate(shape.schemes):
                if scheme in listed:
                    mistakes.add("scheme_twice", document.where(id_, "schemes", index), name=scheme)
                listed.add(scheme)
            groups[id_] = Group(id_, shape.title.text(), tuple(shape.schemes))
        else:
            # A group that is written wrongly leaves its schemes out, not unlisted.
            schemes = document.value[id_].get("schemes") if isinstance(document.value[id_], dict) else None
            listed.update(map(str, schemes if isinstance(schemes, list) else ()))
    for path in sorted((root / "flows").glob("*/rules.yaml")):
        if path.parent.name not in listed and NAME.fullmatch(path.parent.name):
            mistakes.add("scheme_unlisted", document.where(), name=path.parent.name)
    return groups


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Give every text within a value, with where it stands."""
    match value:
        case str():
            yield value, path
        case dict():
            for key, part in value.items():
                yield from _texts(part, (*path, key))
        case list():
            for index, part in enumerate(value):
                yield from _texts(part, (*path, index))
        case _:
            return


def _check_references(
    words: str, names: frozenset[str], document: YamlDocument, path: tuple[str | int, ...], mistakes: Mistakes
) -> None:
    for name in _REFERENCE.findall(words):
        if name not in names and not any(name in filled and part in path for part, filled in _FILLED.items()):
            mistakes.add("amount_unknown", document.where(*path), name=name)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the rules of one scheme."""

    facts: FactsFile
    document: YamlDocument
    sources: Mapping[str, Source]
    authorities: Mapping[str, Authority]
    #: Also the names of what could not be read.
    named: ContentNames
    #: The fact by which papers differ, None where that is written wrongly.
    legal_form: FactId | None
    shape: RulesShape
    mistakes: Mistakes
    #: By which ends that are near are told; None where nobody is to be told.
    ages: Ages | None = None

    def scheme(self, id_: str, group: str) -> Scheme | None:
        """Return the scheme, or None when its conditions cannot be relied on; every mistake in it is noted."""
        shape = self.shape
        names = frozenset(shape.amounts)
        terms = self.facts.terms
        unread = self.named.facts - terms.asked.keys() - terms.derived.keys()
        known = self.named.authorities | self.authorities.keys()
        reader = Conditions(terms, self.document, names, known, unread, self.mistakes)
        conditions = [self._condition(name, reader) for name in shape.requires]
        if shape.call is not None:
            conditions.append(self._call(shape.call))
        estimate = self._estimate(reader) if shape.estimate else None
        amounts = tuple(self._amount(name) for name in shape.amounts)
        titles = {name: one.title.text() for name, one in shape.amounts.items()}
        check_amount_titles(titles, self.document, self.mistakes)
        for words, path in _texts(self.document.value):
            _check_references(words, names | set(map(in_centimes, names)), self.document, path, self.mistakes)
        for index, name in enumerate(shape.see):
            if self.named.entries and name not in self.named.entries:
                self.mistakes.add("see_unknown", self.document.where("see", index), name=name)
        period = ALWAYS
        if shape.in_force is not None:
            period = Period(shape.in_force.since, shape.in_force.until, shape.in_force.repealed)
            self._check_ends(period, "scheme_ends", shape.title.ar, "in_force")
        whole = [condition for condition in conditions if condition is not None]
        office = self._authority(shape.office, "office")
        unpublished = self._unpublished() if shape.unpublished else None
        papers = self._papers(reader)
        if len(whole) < len(conditions) or office is None or (shape.estimate and estimate is None):
            return None
        if any(not amount.since for amount in amounts) or (shape.unpublished and unpublished is None):
            return None
        return Scheme(
            id=id_,
            group=group,
            title=shape.title.text(),
            gives=shape.gives.text(),
            terms=terms,
            conditions=tuple(whole),
            amounts=amounts,
            needed=tuple(sorted(set(_counted(estimate)))),
            period=period,
            unpublished=unpublished,
            estimate=estimate,
            papers=papers,
            papers_note=shape.papers.note.text() if shape.papers.note else None,
            office=office,
            see=tuple(shape.see),
            short=shape.short.text() if shape.short else None,
        )

    def _cited(self, source: str | list[str], *path: str | int) -> tuple[Source, ...]:
        names = [source] if isinstance(source, str) else source
        for name in names:
            if self.named.sources and name not in self.named.sources | self.sources.keys():
                self.mistakes.add("source_unknown", self.document.where(*path), name=name)
        return tuple(self.sources[name] for name in names if name in self.sources)

    def _authority(self, name: str, *path: str | int) -> Authority | None:
        if self.named.authorities and name not in self.named.authorities | self.authorities.keys():
            self.mistakes.add("authority_unknown", self.document.where(*path), name=name)
        return self.authorities.get(name)

    def _amount(self, name: str) -> DatedAmount:
        shape = self.shape.amounts[name]
        cited = self._cited(shape.source, "amounts", name, "source")
        if not shape.since:
            self.mistakes.add("amount_undated", self.document.where("amounts", name), name=name)
        since = tuple(sorted(self._dated(name)))
        check_leaps(name, since, shape.confirmed, self.document, self.mistakes)
        newest = Period(since[-1][0] if since else None, shape.until)
        self._check_ends(newest, "amount_ends", name, "amounts", name)
        return DatedAmount(AmountName(name), shape.title.text(), shape.unit, since, cited, shape.until)

    def _dated(self, name: str) -> Iterator[tuple[date, float]]:
        """Yield the values of an amount by their first days; one that cannot be read is noted with its line."""
        unit = self.shape.amounts[name].unit
        seen: set[date] = set()
        for raw, told in self.document.value["amounts"][name]["from"].items():
            since, figure = day_written(raw), figure_written(told, unit)
            where = self.document.where("amounts", name, "from", raw)
            if since in seen:
                self.mistakes.add("day_twice", where, key=raw)
            elif figure is None:
                self.mistakes.add("amount_unread" if unit == "DH" else "share_unread", where, name=name, told=told)
            else:
                yield since, figure
            seen.add(since)

    def _check_ends(self, period: Period, kind: str, name: str, *path: str | int) -> None:
        """Note an end before its beginning as a mistake, one that is near as a warning of this kind."""
        for key, end in (("until", period.until), ("repealed", period.repealed)):
            if period.since is not None and end is not None and end < period.since:
                where = self.document.where(*path, key)
                self.mistakes.add("ends_before_it_begins", where, until=end, since=period.since)
        if self.ages is not None and period.until is not None and self.ages.ends_soon(period.until):
            self.mistakes.warn(kind, self.document.where(*path, "until"), name=name, until=period.until)

    def _call(self, shape: CallShape) -> Condition | None:
        """Return the condition that a call is open, which nobody is asked for: before and after it an office says."""
        who = self._authority(shape.confirm, "call", "confirm")
        cited = self._cited(shape.source, "call", "source")
        if CALL in self.shape.requires:
            self.mistakes.add("condition_named_call", self.document.where("requires", CALL))
        self._check_ends(Period(shape.since, shape.until), "call_ends", self.shape.title.ar, "call")
        if who is None:
            return None
        because = shape.because.text().filled(**{"from": day(shape.since), "until": day(shape.until)})
        return Condition(CALL, Every(()), because, cited, (who,), (), Period(until=shape.until), shape.since)

    def _condition(self, name: str, reader: Conditions) -> Condition | None:
        shape = self.shape.requires[name]
        that = reader.read(shape.that, "requires", name, "that")
        if not shape.source:
            self.mistakes.add("source_missing", self.document.where("requires", name), condition=name)
        cited = self._cited(shape.source, "requires", name, "source")
        if that is None:
            return None
        who = [self.authorities[id_] for id_ in dict.fromkeys(authorities(that)) if id_ in self.authorities]
        period = Period(shape.since, shape.until, shape.repealed)
        self._check_ends(period, "condition_ends", name, "requires", name)
        return Condition(name, that, shape.because.text(), cited, tuple(who), tuple(self._notes(name, reader)), period)

    def _notes(self, name: str, reader: Conditions) -> Iterator[Note]:
        for index, shape in enumerate(self.shape.requires[name].notes):
            path = ("requires", name, "notes", index)
            to = reader.read(shape.to, *path, "to") if shape.to is not None else None
            cited = self._cited(shape.source, *path, "source")
            if to is not None or shape.to is None:
                yield Note(to, shape.because.text(), cited, tuple(shape.when))

    def _unpublished(self) -> Unpublished | None:
        shape = self.shape.unpublished
        assert shape is not None
        who = self._authority(shape.confirm, "unpublished", "confirm")
        cited = self._cited(shape.source, "unpublished", "source")
        return Unpublished(shape.because.text(), who, cited) if who else None

    def _papers(self, reader: Conditions) -> tuple[Papers, ...]:
        lists = []
        for index, shape in enumerate(self.shape.papers.lists):
            path = ("papers", "lists", index)
            if self.legal_form is not None and self.legal_form in self.facts.terms.asked:
                reader.values(self.legal_form, list(shape.forms), *path, "for")
            items = tuple(item.text() for item in shape.items)
            lists.append(Papers(tuple(shape.forms), items, self._cited(shape.source, *path, "source")))
        return tuple(lists)

    def _estimate(self, reader: Conditions) -> EstimateRule | None:
        shape = self.shape.estimate
        assert shape is not None
        parts = [self._part(name, part, reader) for name, part in shape.parts.items()]
        if shape.of not in self.facts.terms.asked:
            if shape.of not in self.named.facts:
                self.mistakes.add("fact_unknown", self.document.where("estimate", "of"), name=shape.of)
            return None
        if shape.at_most not in self.shape.amounts:
            self.mistakes.add("amount_unknown", self.document.where("estimate", "at_most"), name=shape.at_most)
            return None
        whole = tuple(part for part in parts if part is not None)
        cited = self._cited(shape.source, "estimate", "source")
        return EstimateRule(FactId(shape.of), shape.at_most, whole, shape.words.text(), cited)

    def _part(self, name: str, shape: PartShape, reader: Conditions) -> Part:
        bands = [self._band(shape.by, band, reader, name, index) for index, band in enumerate(shape.bands)]
        cited = self._cited(shape.source, "estimate", "parts", name, "source")
        return Part(name, shape.name.text(), shape.by, tuple(band for band in bands if band), cited)

    def _band(self, by: str | None, band: Mapping[str, Any], reader: Conditions, *place: str | int) -> Band | None:
        path = ("estimate", "parts", place[0], "bands", place[1])
        share = band.get("share")
        if not isinstance(share, str):
            self.mistakes.add("condition_literal", self.document.where(*path, "share"), figure=share)
            return None
        if share not in self.shape.amounts:
            self.mistakes.add("amount_unknown", self.document.where(*path, "share"), name=share)
            return None
        tests = {key: value for key, value in band.items() if key != "share"}
        if by is None:
            return Band(share)
        read = reader.read({by: tests}, *path)
        match read:
            case Compared(_, how, amount):
                return Band(share, how, amount)
            case None:
                return None
            case _:
                return Band(share, values=reader.values(by, tests.get("in", [tests.get("is")]), *path))


def _counted(estimate: EstimateRule | None) -> Iterator[str]:
    if estimate is not None:
        yield estimate.at_most
        for part in estimate.parts:
            for band in part.bands:
                yield from (name for name in (band.share, band.amount) if name)
