"""What the guide itself needs of the content: its own sentences, what people say across a flow, and its landmarks.

The landmarks (`flows/guide.yaml`) are the only names of the content that the program goes by; each is looked up there.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from pydantic import Field

from bot.content.flows import FlowNames
from bot.content.reading import Mistakes, YamlDocument, read
from bot.content.shaping import Model, Words, Written, shaped
from bot.content.texts import all_texts
from bot.conversation.flow import FlowId
from bot.conversation.hearing.asides import ASIDES, SMALL_TALK
from bot.conversation.hearing.asides import AsideForms as Spoken
from bot.conversation.hearing.follow_ups import Aspect, FollowUps, NamedOffice, Subject, Ways
from bot.conversation.hearing.sayings import Expression, Sayings
from bot.conversation.hearing.wishes import SoldAbroad, Wish, Wishes
from bot.conversation.library import Roles
from bot.conversation.phrases import Phrases
from bot.eligibility.facts import Fact, FactId, InProvince, OneOf
from bot.language.folding import folded
from bot.message import Text

ROLES = Path("flows") / "guide.yaml"
#: Names of spoken forms that are neither asides nor small talk.
_OTHER_WORDS = ("yes", "no", "this", "follow", "asking", "reminder")


class _Roles(Model):
    menu: str
    check: str
    office: str
    doors: str
    listening: str
    place: str
    legal_form: str
    about: str


def read_roles(root: Path, mistakes: Mistakes) -> tuple[Roles, YamlDocument] | None:
    """Return which part of the content plays each part, and where that is written; `check_roles` looks each up."""
    document = read(root, root / ROLES, mistakes)
    shape = shaped(_Roles, document, mistakes) if document is not None else None
    if document is None or shape is None:
        return None
    roles = Roles(
        FlowId(shape.menu),
        FlowId(shape.check),
        FlowId(shape.office),
        FlowId(shape.doors),
        FlowId(shape.listening),
        FactId(shape.place),
        FactId(shape.legal_form),
        shape.about,
    )
    return roles, document


def check_roles(
    roles: Roles, document: YamlDocument, names: FlowNames, facts: Mapping[str, Fact], mistakes: Mistakes
) -> None:
    """Note every part that nothing plays, or that something plays which cannot."""
    flows = (("menu", roles.menu), ("check", roles.check), ("office", roles.office), ("doors", roles.doors),
             ("listening", roles.listening))  # fmt: skip
    for part, flow in flows:
        if flow not in names.flows:
            mistakes.add("flow_unknown", document.where(part), name=flow)
    for part, name, kind in (("place", roles.place, InProvince), ("legal_form", roles.legal_form, OneOf)):
        if name not in names.facts:
            mistakes.add("fact_unknown", document.where(part), name=name)
        elif name in facts and not isinstance(facts[name].kind, kind):
            mistakes.add("fact_role_unfit", document.where(part), name=name, role=part)
    if not any(entry.partition(".")[0] == roles.about for entry in names.entries):
        mistakes.add("subject_unknown", document.where("about"), name=roles.about)


def read_phrases(root: Path, mistakes: Mistakes) -> Phrases | None:
    """Return the guide's own sentences, or None when one is missing."""
    texts = all_texts(root, Path("flows") / "phrases.yaml", [field.name for field in fields(Phrases)], mistakes)
    return None if texts is None else Phrases(**texts)


class _Statement(Words):
    """What several texts say, and where it is written; without a source it is the guide's own word."""

    source: str | None = None


def read_statements(root: Path, sources: Container[str], mistakes: Mistakes) -> dict[str, Text]:
    """Return the statements of `flows/statements.yaml` that texts name in braces, none without it."""
    path = root / "flows" / "statements.yaml"
    document = read(root, path, mistakes) if path.exists() else None
    if document is None:
        return {}
    if not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key="statements")
        return {}
    statements: dict[str, Text] = {}
    for name in document.value:
        shape = shaped(_Statement, document, mistakes, (name,))
        if shape is not None:
            statements[name] = shape.text()
            if shape.source is not None and shape.source not in sources:
                mistakes.add("source_unknown", document.where(name, "source"), name=shape.source)
    return statements


class _WrittenWish(Model):
    to: Written
    words: tuple[Written, ...]
    sum: Written | None = None
    facts: tuple[Written, ...] = ()
    at_least: Written | None = None
    not_wished_by: tuple[Written, ...] = ()
    not_behind: tuple[Written, ...] = ()
    not_answered_by: tuple[Written, ...] = ()
    #: Whether the names of countries abroad ask for it too.
    abroad: bool = False
    #: Words of "out there", which name no country and ask for it where something is sold: «برا».
    outside: tuple[Written, ...] = ()


class _WrittenSold(Model):
    fact: Written
    words: tuple[Written, ...]
    first_time: tuple[Written, ...] = ()


class _WrittenWishes(Model):
    right: tuple[Written, ...]
    own_right: tuple[Written, ...] = ()
    ours: tuple[Written, ...]
    abroad: tuple[Written, ...]
    founding: Mapping[Written, Written] = Field(default_factory=dict)
    sending: tuple[Written, ...] = ()
    sold_abroad: _WrittenSold | None = None
    checks: tuple[_WrittenWish, ...]


def read_wishes(root: Path, names: FlowNames, amounts: Container[str], mistakes: Mistakes) -> Wishes | None:
    """Return by which words people ask for a check; what they name and is not there is a mistake."""
    document = read(root, root / "flows" / "wishes.yaml", mistakes)
    if document is None or (written := shaped(_WrittenWishes, document, mistakes)) is None:
        return None
    for number, wish in enumerate(written.checks):
        if wish.to not in names.flows:
            mistakes.add("flow_unknown", document.where("checks", number, "to"), name=wish.to)
        if wish.sum is not None and wish.sum not in names.facts:
            mistakes.add("fact_unknown", document.where("checks", number, "sum"), name=wish.sum)
        if wish.at_least is not None and wish.at_least not in amounts:
            mistakes.add("amount_unknown", document.where("checks", number, "at_least"), name=wish.at_least)
        for fact in wish.facts:
            if fact not in names.facts:
                mistakes.add("fact_unknown", document.where("checks", number, "facts"), name=fact)
        for entry in wish.not_answered_by:
            if entry not in names.entries:
                mistakes.add("see_unknown", document.where("checks", number, "not_answered_by"), name=entry)
    checks = (
        Wish(
            FlowId(one.to),
            (*one.words, *one.outside, *(written.abroad if one.abroad else ())),
            one.sum,
            one.facts,
            one.at_least,
            not_wished_by=one.not_wished_by,
            not_behind=one.not_behind,
            not_answered_by=frozenset(one.not_answered_by),
            abroad=(*one.outside, *(written.abroad if one.abroad else ())),
        )
        for one in written.checks
    )
    sold = None
    if written.sold_abroad is not None:
        sold = SoldAbroad(
            written.sold_abroad.fact, written.sold_abroad.words, written.abroad, written.sold_abroad.first_time
        )
        if sold.fact not in names.facts:
            mistakes.add("fact_unknown", document.where("sold_abroad", "fact"), name=sold.fact)
    for option, entry in written.founding.items():
        if entry not in names.entries:
            mistakes.add("see_unknown", document.where("founding", option), name=entry)
    return Wishes(
        written.right, tuple(checks), written.ours, written.founding, written.sending, sold, written.own_right
    )


class _WrittenSubject(Model):
    schemes: tuple[Written, ...] = ()
    flows: tuple[Written, ...] = ()
    entries: tuple[Written, ...] = ()
    offices: tuple[Written, ...] = ()
    town: Written | None = None
    asked: Mapping[Aspect, tuple[Written, ...]] = Field(default_factory=dict)


class _WrittenOffice(Model):
    to: Written
    words: tuple[Written, ...]


class _WrittenWays(Model):
    asks: tuple[Written, ...] = ()
    whom: tuple[Written, ...] = ()
    reach: tuple[Written, ...] = ()
    help: tuple[Written, ...] = ()
    stands: tuple[Written, ...] = ()
    beside: tuple[Written, ...] = ()
    owning: tuple[Written, ...] = ()
    far: tuple[Written, ...] = ()
    nothing: tuple[Written, ...] = ()
    short: tuple[_WrittenOffice, ...] = ()
    matters: tuple[_WrittenOffice, ...] = ()


class _WrittenFollowUps(Model):
    words: Mapping[Aspect, tuple[Written, ...]]
    beside: tuple[Written, ...]
    ways: _WrittenWays = Field(default_factory=_WrittenWays)
    offices: tuple[_WrittenOffice, ...] = ()
    subjects: tuple[_WrittenSubject, ...]


def read_follow_ups(root: Path, names: FlowNames, mistakes: Mistakes) -> FollowUps | None:
    """Return the short questions and what each leads to; what leads nowhere or stands in two subjects is a mistake."""
    document = read(root, root / "flows" / "follow_ups.yaml", mistakes)
    if document is None or (written := shaped(_WrittenFollowUps, document, mistakes)) is None:
        return None
    named: set[str] = set()
    for number, subject in enumerate(written.subjects):
        for key, listed, known, kind in (
            ("schemes", subject.schemes, names.schemes, "scheme_unknown"),
            ("flows", subject.flows, names.flows, "flow_unknown"),
            ("entries", subject.entries, names.entries, "see_unknown"),
        ):
            for place, name in enumerate(listed):
                where = document.where("subjects", number, key, place)
                if name not in known:
                    mistakes.add(kind, where, name=name)
                elif f"{key}:{name}" in named:
                    mistakes.add("subject_twice", where, name=name)
                named.add(f"{key}:{name}")
        if subject.town is not None and subject.town not in names.entries:
            mistakes.add("see_unknown", document.where("subjects", number, "town"), name=subject.town)
        for aspect, leads in subject.asked.items():
            for place, name in enumerate(leads):
                if name not in names.flows and name not in names.entries:
                    mistakes.add("see_unknown", document.where("subjects", number, "asked", aspect, place), name=name)
    subjects = tuple(
        Subject(one.schemes, frozenset(one.flows), frozenset(one.entries), frozenset(one.offices), one.asked, one.town)
        for one in written.subjects
    )
    ways = written.ways
    named_offices: Sequence[tuple[tuple[str, ...], Sequence[_WrittenOffice]]] = (
        (("offices",), written.offices),
        (("ways", "short"), ways.short),
        (("ways", "matters"), ways.matters),
    )
    for keys, among in named_offices:
        for number, office in enumerate(among):
            if office.to not in names.flows and office.to not in names.entries:
                mistakes.add("see_unknown", document.where(*keys, number, "to"), name=office.to)
    offices, short, matters = (tuple(NamedOffice(one.to, one.words) for one in among) for _, among in named_offices)
    asked = Ways(
        ways.asks,
        ways.whom,
        ways.reach,
        ways.help,
        ways.stands,
        ways.beside,
        ways.owning,
        ways.far,
        ways.nothing,
        short,
        matters,
    )
    return FollowUps(written.words, written.beside, subjects, offices, asked)


def read_asides(root: Path, mistakes: Mistakes) -> Spoken | None:
    """Return what people say across a flow; one form under two names is a mistake."""
    document = read(root, root / "flows" / "asides.yaml", mistakes)
    if document is None or not isinstance(document.value, dict):
        return None
    known = {*ASIDES, *SMALL_TALK, *_OTHER_WORDS}
    owner: dict[str, str] = {}
    for name, forms in document.value.items():
        if name not in known:
            mistakes.add("key_unknown", document.where(name), key=name)
        if not isinstance(forms, list):
            mistakes.add("not_a_list", document.where(name), key=name)
            return None
        for number, form in enumerate(forms):
            other = owner.setdefault(folded(str(form)) or str(form), name)
            if other != name:
                mistakes.add("word_shared", document.where(name, number), word=form, other=other)
    return Spoken({name: [str(form) for form in forms] for name, forms in document.value.items()})


class _WrittenSaying(Model):
    means: Written | None = None
    to: Written | None = None
    words: tuple[Written, ...]
    beside: tuple[Written, ...] = ()
    #: The name of a list of words that may stand beside it as well.
    beside_list: Written | None = None
    nearly: Written | None = None


class _WrittenName(Model):
    to: Written
    words: tuple[Written, ...]
    sum: Written | None = None


class _WrittenSayings(Model):
    small: tuple[Written, ...]
    #: Words that stand beside several sayings, by the name under which these point to them.
    beside_lists: dict[str, tuple[Written, ...]] = Field(default={})
    sayings: tuple[_WrittenSaying, ...]
    #: What may stand beside the name of an aid.
    beside_names: tuple[Written, ...]
    names: tuple[_WrittenName, ...]


def read_sayings(root: Path, names: FlowNames, mistakes: Mistakes) -> Sayings | None:
    """Return what people say across a flow in words of their own; what a saying means or leads to must be there."""
    document = read(root, root / "flows" / "sayings.yaml", mistakes)
    if document is None or (written := shaped(_WrittenSayings, document, mistakes)) is None:
        return None
    sayings = []
    for number, one in enumerate(written.sayings):
        where = document.where("sayings", number)
        means = next((name for name in (*ASIDES, *SMALL_TALK) if name == one.means), None)
        if (one.means is None) == (one.to is None):
            mistakes.add("key_missing", where, key="means")
        elif one.means is not None and means is None:
            mistakes.add("key_unknown", document.where("sayings", number, "means"), key=one.means)
        if one.beside_list is not None and one.beside_list not in written.beside_lists:
            mistakes.add("key_unknown", document.where("sayings", number, "beside_list"), key=one.beside_list)
        shared = written.beside_lists.get(one.beside_list or "", ())
        sayings.append(Expression(means, one.to, one.words, (*one.beside, *shared), one.nearly))
    sayings += [Expression(None, named.to, named.words, written.beside_names) for named in written.names]
    nearly = [("sayings", number, one.nearly) for number, one in enumerate(written.sayings)]
    leading = [("sayings", number, one.to) for number, one in enumerate(written.sayings)]
    leading += [("names", number, named.to) for number, named in enumerate(written.names)]
    for part, number, to in leading:
        if to is not None and to not in names.flows | names.entries:
            mistakes.add("flow_unknown", document.where(part, number, "to"), name=to)
    for part, number, near in nearly:
        if near is not None and near not in names.entries:
            mistakes.add("flow_unknown", document.where(part, number, "nearly"), name=near)
    return Sayings(sayings, written.small)
