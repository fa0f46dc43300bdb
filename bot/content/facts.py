"""`flows/facts.yaml` and `flows/provinces.csv` read into the terms that every rule is written in.

A fact's words stand here and nowhere else; its options' labels fit the smallest buttons that may show them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from bot.content.reading import Mistakes, Where, YamlDocument, read
from bot.content.shaping import Dirhams, Model, Words, shaped
from bot.eligibility.facts import (
    Changeable,
    Derived,
    Fact,
    FactId,
    FactKind,
    FactValue,
    InProvince,
    Measure,
    OfProvince,
    OneOf,
    Option,
    Province,
    Ratio,
    Relation,
    Terms,
    YesNo,
)
from bot.language.tenses import of_others
from bot.message import BUTTON_LABEL, BUTTONS, LANGUAGES, ROW_LABEL, Text

#: Fewest ways of saying an option that a writer gives.
LEAST_WORDS = 6


class _Option(Model):
    label: Words
    short: Words | None = None
    words: list[str]
    #: Words that name it only as the whole answer to the question: «والو», "rien".
    alone: tuple[str, ...] = ()
    #: Facts that follow for whoever says it in words, each with an option of its own.
    implies: dict[str, str] = Field(default={})
    #: "no" where it is never told as what would make a scheme possible.
    way_out: Literal["yes", "no"] = "yes"


class _Asked(Model):
    name: Words
    ask: Words
    why: Words
    plain: Words
    changeable: Changeable
    effort: int = Field(ge=1, le=9)
    #: Facts that start anew when this one changes.
    renews: tuple[str, ...] = ()
    #: Of whom it is not asked: options of other facts.
    not_asked_of: dict[str, list[str]] = Field(default={})
    #: Who has none of it: not asked, and unknown even when told.
    unknown_of: dict[str, list[str]] = Field(default={})
    usual: str | None = None
    wish: dict[Relation, Words] = Field(default={})


class _Choice(_Asked):
    kind: Literal["choice"]
    options: dict[str, _Option]
    #: Words beside which nothing follows.
    unless: tuple[str, ...] = ()
    #: Words that name something else than the option whose words they hold, and words that only wish for one.
    not_said_by: tuple[str, ...] = ()
    wished_by: tuple[str, ...] = ()
    #: Words of an option that others say of themselves too.
    shared: tuple[str, ...] = ()
    #: Words that may stand beside an answer that is one alone, and tell nothing.
    beside: tuple[str, ...] = ()
    #: Words right behind an option that say it is not there yet.
    not_yet: tuple[str, ...] = ()
    #: Options of other facts whose owner makes what they name, though they say that they sell it.
    made_by: dict[str, list[str]] = Field(default={})


class _Said(Model):
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    named_by: tuple[str, ...] = ()


class _YesNo(_Asked):
    kind: Literal["yes_no"]
    #: What people say instead of yes or no, what is yes only when it is the whole answer, and what names the subject.
    words: _Said = _Said()


class _Measure(_Asked):
    kind: Literal["money", "number"]
    unit: Literal["DH", "years", "persons"] = "DH"
    least: Dirhams = Field(alias="from")
    most: Dirhams = Field(alias="to")
    whole: bool = False
    #: What people say beside the number, by which it is known without being asked for.
    words: tuple[str, ...] = ()
    #: What they say beside a number to come, and of what is there too: it counts behind a wish alone.
    wished: tuple[str, ...] = ()
    #: What they say of this one alone, where they name another alike; it counts as one of `words` too.
    distinct: tuple[str, ...] = ()
    #: Who means this by a time that they say they have: options by their fact.
    had_by: dict[str, list[str]] = Field(default_factory=dict)
    #: The number that this one can never pass.
    never_above: str | None = None
    #: A number as most people have it.
    usually: Dirhams | None = None


class _Place(_Asked):
    kind: Literal["place"]


class _Ratio(Model):
    kind: Literal["ratio"]
    name: Words
    of: str
    to: str
    per: float = Field(default=1, gt=0)


class _OfPlace(Model):
    kind: Literal["of_place"]
    name: Words
    of: str
    gives: Literal["region", "category"]


_SHAPES: dict[str, type[Model]] = {
    "choice": _Choice,
    "yes_no": _YesNo,
    "money": _Measure,
    "number": _Measure,
    "place": _Place,
    "ratio": _Ratio,
    "of_place": _OfPlace,
}
#: The wishes each kind of changeable fact is worded in.
_WISHES: dict[str, tuple[Relation, ...]] = {
    "choice": ("is",),
    "yes_no": ("yes", "no"),
    "money": ("at_least", "at_most", "above", "below"),
    "number": ("at_least", "at_most", "above", "below"),
    "place": (),
}
_RISING: tuple[Relation, ...] = ("at_least", "above")


@dataclass(frozen=True, slots=True)
class FactsFile:
    """The terms, and the document they were read from, for mistakes that show only with the rules."""

    terms: Terms
    document: YamlDocument


def read_facts(root: Path, mistakes: Mistakes) -> FactsFile | None:
    """Return the facts of `root`/flows, or None when the file cannot be read at all.

    A fact that is written wrongly is left out, with its mistakes noted.
    """
    document = read(root, root / "flows" / "facts.yaml", mistakes)
    provinces = read_provinces(root, root / "flows" / "provinces.csv", mistakes)
    if document is None:
        return None
    if not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key="facts.yaml")
        return None
    asked: dict[str, Fact] = {}
    derived: dict[str, Derived] = {}
    for id_, value in document.value.items():
        match _shape(id_, value, document, mistakes):
            case _Ratio() as shape:
                derived[id_] = Ratio(FactId(id_), shape.name.text(), FactId(shape.of), FactId(shape.to), shape.per)
            case _OfPlace() as shape:
                derived[id_] = OfProvince(FactId(id_), shape.name.text(), FactId(shape.of), shape.gives)
            case _Asked() as shape:
                asked[id_] = _fact(id_, shape)
                _check_asked(id_, shape, document, mistakes)
    terms = Terms(_with_shares(asked, derived), derived, provinces)
    _check_derived(terms, document, mistakes)
    _check_implied(terms, document, mistakes)
    _check_tied(terms, document, mistakes)
    return FactsFile(terms, document)


def _with_shares(asked: Mapping[str, Fact], derived: Mapping[str, Derived]) -> dict[str, Fact]:
    """Return the facts, each measure knowing what a percentage of it would be a share of."""
    shares = {one.of: one.to for one in derived.values() if isinstance(one, Ratio) and one.per == 1}
    return {
        id_: replace(fact, kind=replace(fact.kind, share_of=shares[fact.id]))
        if isinstance(fact.kind, Measure) and fact.id in shares
        else fact
        for id_, fact in asked.items()
    }


def _shape(id_: str, value: Any, document: YamlDocument, mistakes: Mistakes) -> Model | None:
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in _SHAPES:
        mistakes.add("not_a_choice", document.where(id_, "kind"), key="kind", allowed=", ".join(_SHAPES))
        return None
    return shaped(_SHAPES[kind], document, mistakes, (id_,))


def _fact(id_: str, shape: _Asked) -> Fact:
    return Fact(
        id=FactId(id_),
        kind=_kind(shape),
        name=shape.name.text(),
        ask=shape.ask.text(),
        why=shape.why.text(),
        plain=shape.plain.text(),
        changeable=shape.changeable,
        effort=shape.effort,
        usual=_usual(shape),
        wishes={relation: words.text() for relation, words in shape.wish.items()},
        never_above=FactId(shape.never_above) if isinstance(shape, _Measure) and shape.never_above else None,
        not_asked_of=_whom(shape.not_asked_of),
        unknown_of=_whom(shape.unknown_of),
        renews=tuple(FactId(fact) for fact in shape.renews),
    )


def _whom(options: Mapping[str, list[str]]) -> tuple[tuple[FactId, tuple[FactValue, ...]], ...]:
    return tuple((FactId(fact), tuple(values)) for fact, values in options.items())


def _usual(shape: _Asked) -> FactValue | None:
    if isinstance(shape, _Measure):
        return shape.usually
    return {"yes": True, "no": False}.get(shape.usual or "") if isinstance(shape, _YesNo) else shape.usual


def _kind(shape: _Asked) -> FactKind:
    match shape:
        case _Choice(options=options):
            return OneOf(
                tuple(_option(id_, option) for id_, option in options.items()),
                shape.unless,
                shape.not_said_by,
                tuple(
                    dict.fromkeys([*shape.wished_by, *(other for one in shape.wished_by for other in of_others(one))])
                ),
                shape.shared,
                shape.beside,
                shape.not_yet,
                _whom(shape.made_by),
            )
        case _YesNo(words=words):
            return YesNo(words.yes, words.no, words.alone, words.named_by)
        case _Measure(unit=unit, least=least, most=most, whole=whole, words=words, had_by=had_by):
            return Measure(
                unit, least, most, whole, (*words, *shape.distinct), shape.wished, shape.distinct, had_by=_whom(had_by)
            )
        case _:
            return InProvince()


def _option(id_: str, option: _Option) -> Option:
    implies = tuple((FactId(fact), value) for fact, value in option.implies.items())
    label, short = option.label.text(), (option.short or option.label).text()
    return Option(id_, label, short, tuple(option.words), option.alone, implies, option.way_out == "yes")


def _check_asked(id_: str, shape: _Asked, document: YamlDocument, mistakes: Mistakes) -> None:
    if isinstance(shape, _Measure) and not shape.least < shape.most:
        mistakes.add("bounds_crossed", document.where(id_, "to"), fact=id_)
    if isinstance(shape, _Measure) and shape.usually is not None and not shape.least <= shape.usually <= shape.most:
        mistakes.add("bounds_crossed", document.where(id_, "usually"), fact=id_)
    if isinstance(shape, _Choice):
        _check_options(id_, shape, document, mistakes)
    if isinstance(shape, _YesNo):
        for word in {*shape.words.yes, *shape.words.alone} & set(shape.words.no):
            mistakes.add("word_of_two_options", document.where(id_, "words", "no"), word=word, option="yes")
    usual = {_YesNo: {"yes", "no"}, _Choice: set(document.value[id_].get("options", ()))}.get(type(shape), set())
    if shape.usual is not None and shape.usual not in usual:
        mistakes.add("not_a_choice", document.where(id_, "usual"), key="usual", allowed=", ".join(sorted(usual)))
    if shape.changeable != "no":
        for relation in _WISHES[document.value[id_]["kind"]]:
            if relation not in shape.wish and (relation in _RISING or shape.changeable != "with_time"):
                mistakes.add("wish_missing", document.where(id_, "wish"), fact=id_, relation=relation)


def _check_options(id_: str, shape: _Choice, document: YamlDocument, mistakes: Mistakes) -> None:
    most = BUTTON_LABEL if len(shape.options) <= BUTTONS else ROW_LABEL
    said: dict[str, str] = {}
    for option_id, option in shape.options.items():
        where = document.where(id_, "options", option_id)
        short = option.short or option.label
        for _, label in short.wordings():
            if len(label) > most:
                mistakes.add("label_long", where, label=label, most=most)
        if len(option.words) < LEAST_WORDS:
            mistakes.add("words_too_few", where, option=option_id, least=LEAST_WORDS)
        for index, word in enumerate(option.words):
            if said.setdefault(word.casefold(), option_id) != option_id:
                there = document.where(id_, "options", option_id, "words", index)
                mistakes.add("word_of_two_options", there, word=word, option=said[word.casefold()])


def _check_implied(terms: Terms, document: YamlDocument, mistakes: Mistakes) -> None:
    for id_, fact in terms.asked.items():
        for option in fact.options:
            for implied, value in option.implies:
                allowed = [other.id for other in terms.asked[implied].options] if implied in terms.asked else []
                if value not in allowed:
                    where = document.where(id_, "options", option.id, "implies", implied)
                    mistakes.add("not_a_choice", where, key=implied, allowed=", ".join(allowed or terms.asked))


def _check_tied(terms: Terms, document: YamlDocument, mistakes: Mistakes) -> None:
    """Note every name that one fact has of another and that is no fact, or no option of it."""
    unread = document.value.keys() - terms.asked.keys()
    for id_, fact in terms.asked.items():
        named = [("renews", other) for other in fact.renews]
        whom = [("not_asked_of", *pair) for pair in fact.not_asked_of]
        whom += [("unknown_of", *pair) for pair in fact.unknown_of]
        whom += [("had_by", *pair) for pair in (fact.kind.had_by if isinstance(fact.kind, Measure) else ())]
        named += [(key, other) for key, other, _ in whom]
        if fact.never_above is not None:
            named.append(("never_above", fact.never_above))
        for key, other in named:
            fits = other in terms.asked and (key != "never_above" or isinstance(terms.asked[other].kind, Measure))
            if not fits and other not in unread:
                mistakes.add("fact_unfit", document.where(id_, key), name=other)
        for key, other, options in whom:
            if other not in terms.asked:
                # That it is no fact, or could not be read, is told already.
                continue
            allowed = [option.id for option in terms.asked[other].options]
            for _ in set(options) - set(allowed):
                where = document.where(id_, key, other)
                mistakes.add("not_a_choice", where, key=other, allowed=", ".join(allowed))


def _check_derived(terms: Terms, document: YamlDocument, mistakes: Mistakes) -> None:
    divided = {derived.of for derived in terms.derived.values() if isinstance(derived, Ratio)}
    for id_, derived in terms.derived.items():
        for key, fact in (("of", derived.of), ("to", derived.to if isinstance(derived, Ratio) else derived.of)):
            if fact in document.value and fact not in terms.asked and fact not in terms.derived:
                continue  # It is written wrongly itself, which is told where it stands.
            kind = terms.asked[fact].kind if fact in terms.asked else None
            fits = isinstance(kind, Measure) if isinstance(derived, Ratio) else isinstance(kind, InProvince)
            if not fits:
                mistakes.add("fact_unfit", document.where(id_, key), name=fact)
        # What divides must not itself be divided: the marks of one would never be carried over to the other.
        if isinstance(derived, Ratio) and derived.to in divided:
            mistakes.add("fact_unfit", document.where(id_, "to"), name=derived.to)


def _columns(row: Mapping[str, str], name: str) -> Text:
    return Text({language: row[f"{name}_{language}"] for language in LANGUAGES})


def read_provinces(root: Path, path: Path, mistakes: Mistakes) -> dict[str, Province]:
    """Return the provinces and prefectures by their French name."""
    name = path.relative_to(root).as_posix()
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        mistakes.add("file_missing", Where(name, 1))
        return {}
    found: dict[str, Province] = {}
    for line, row in enumerate(rows, start=2):
        try:
            region = int(row["region"])
            id_, province = row["province_fr"], _columns(row, "province")
            region_name = _columns(row, "region")
            category = row["category"]
        except (KeyError, ValueError):
            mistakes.add("province_unreadable", Where(name, line))
            continue
        if not id_ or not all(province.every()) or category not in {"A", "B", "none"}:
            mistakes.add("province_unreadable", Where(name, line))
            continue
        found[id_] = Province(id_, province, region, region_name, category)
    return found
