"""The FAQ read from `faq/<subject>.yaml`, the lexicon, the calibration, and the near subjects of another office.

What keeps an answer from going live: an id out of its file, no source, an amount of the law written out in digits, a
first screen that no phone holds. How sure a match must be is what `dalil gold --calibrate` wrote.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bot.content.ages import Ages
from bot.content.files import subjects
from bot.content.folder import NOT_ENTRIES
from bot.content.reading import Mistakes, Where, YamlDocument, read
from bot.content.remembering import once
from bot.content.shaping import PAGE, Day, Model, Published, Words, shaped
from bot.faq.entries import REGISTERS, Entry, EntryId, EntrySource, PhrasingVariety
from bot.faq.matcher import Calibration, Matcher
from bot.faq.vectors import is_installed
from bot.language.folding import folded, stem
from bot.language.numbers import Amount, Percent, amounts, percents
from bot.message import LABEL, SCREEN, Confidence

#: Longest "more", in characters: WhatsApp shows 1,024 above choices.
MORE = 950
#: Longest plain version, in characters: two short sentences.
PLAIN = 240
#: What an amount in braces takes on the screen.
AMOUNT_WIDTH = 20
_REFERENCE = re.compile(r"\{(\w+)\}")
#: Fewest phrasings an entry works with, by register.
FEWEST_PHRASINGS: Mapping[PhrasingVariety, int] = {"darija": 4, "msa": 1, "arabizi": 1, "french": 1}
#: Phrasings an entry works well with; fewer is a warning.
ENOUGH_PHRASINGS: Mapping[PhrasingVariety, int] = {"darija": 8, "msa": 5, "arabizi": 4, "french": 3}
_OFF_TOPIC = "off_topic.yaml"
#: The questions that people asked and staff gave an answer: the words of each with its entry.
MENDED = "faq/mended.yaml"


#: By the name of each amount the shares of its scheme, in percent, with their names.
SharesBeside = Mapping[str, Mapping[float, str]]


class _Source(Model):
    url: str | None = None
    #: Its title, needed where the address is not known whole.
    title: str | None = None
    read: Day
    published: Published | None = None
    #: What kind of fact it tells, where that is not the one of its file in `flows/ages.yaml`.
    kind: str | None = None
    #: How sure this source alone is; as sure as the answer when nothing is said.
    confidence: Confidence | None = None
    says: str


class _Phrasings(Model):
    darija: tuple[str, ...]
    msa: tuple[str, ...]
    arabizi: tuple[str, ...]
    french: tuple[str, ...]


class _Entry(Model):
    id: str
    question: Words
    #: What it is called where a channel has little room, told apart from every other entry.
    short: Words | None = None
    phrasings: _Phrasings
    answer: Words
    more: Words | None = None
    #: The answer once more for whoever did not understand it: very short, without a single term of the trade.
    plain: Words | None = None
    sources: tuple[_Source, ...]
    checked: Day
    confidence: Confidence
    #: The last day on which the answer is known to hold.
    until: Day | None = None
    see: tuple[str, ...] = ()
    #: The flow that finds the office it is about.
    leads_to: str | None = None
    #: Figures of other laws that look like an amount of a rule.
    own_figures: tuple[str, ...] = ()


def read_entries(
    root: Path,
    owned: Mapping[float, str],
    names: Mapping[str, int],
    elsewhere: frozenset[str],
    flows: frozenset[str],
    mistakes: Mistakes,
    ages: Ages | None = None,
    spare: frozenset[str] = frozenset(),
    shares: SharesBeside = MappingProxyType({}),
) -> dict[str, Entry]:
    """Return the entries of every file by id, but of those that are `spare`. With `ages`, near ends are told too.

    `owned` holds the amounts of the rules in dirhams with their names, `names` every name that braces may hold with the
    most characters it takes; `elsewhere` is what an entry may point to besides the entries that could be read, `flows`
    what it may lead to.
    """
    entries: dict[str, Entry] = {}
    spoken: dict[str, str] = {}
    pointed: list[tuple[str, Where]] = []
    for path in subjects(root):
        if path.name in NOT_ENTRIES or path.relative_to(root).as_posix() in spare:
            continue
        document = read(root, path, mistakes)
        if document is None:
            continue
        if not isinstance(document.value, list):
            mistakes.add("not_a_list", document.where(), key=path.name)
            continue
        for index in range(len(document.value)):
            shape = shaped(_Entry, document, mistakes, (index,))
            if shape is None:
                continue
            if shape.id in entries:
                mistakes.add("entry_twice", document.where(index, "id"), id=shape.id)
            _check(shape, index, document, path, owned, names, mistakes)
            _check_shares(shape, index, document, shares, mistakes)
            _check_sources(shape, index, document, mistakes, ages)
            _check_phrasings(shape, index, document, spoken, mistakes)
            if shape.leads_to is not None and shape.leads_to not in flows:
                mistakes.add("flow_unknown", document.where(index, "leads_to"), name=shape.leads_to)
            entries[shape.id] = _entry(shape, off_topic=path.name == _OFF_TOPIC)
            pointed += [(name, document.where(index, "see", place)) for place, name in enumerate(shape.see)]
    for name, where in pointed:
        if name not in entries and name not in elsewhere:
            mistakes.add("see_unknown", where, name=name)
    return entries


def _entry(shape: _Entry, *, off_topic: bool) -> Entry:
    confidence: Confidence = shape.confidence
    return Entry(
        EntryId(shape.id),
        shape.question.text(),
        {register: getattr(shape.phrasings, register) for register in REGISTERS},
        shape.answer.text(),
        shape.more.text() if shape.more else None,
        tuple(_source(source, confidence) for source in shape.sources),
        shape.checked,
        confidence,
        shape.see,
        off_topic,
        shape.short.text() if shape.short else None,
        shape.until,
        leads_to=shape.leads_to,
        plain=shape.plain.text() if shape.plain else None,
    )


def _source(shape: _Source, confidence: Confidence) -> EntrySource:
    return EntrySource(shape.read, shape.says, shape.url, shape.title, shape.published, shape.confidence or confidence)


def _check(
    shape: _Entry,
    index: int,
    document: YamlDocument,
    path: Path,
    owned: Mapping[float, str],
    names: Mapping[str, int],
    mistakes: Mistakes,
) -> None:
    prefix = "off" if path.name == _OFF_TOPIC else path.stem
    if shape.id.partition(".")[0] != prefix:
        mistakes.add("entry_elsewhere", document.where(index, "id"), id=shape.id, file=path.name)
    if not shape.sources and path.name != _OFF_TOPIC:
        mistakes.add("entry_uncited", document.where(index, "sources"), id=shape.id)
    for language, label in shape.question.wordings():
        if len(label) > LABEL:
            mistakes.add("label_long", document.where(index, "question", language), label=label, most=LABEL)
    for key, words, most in (
        ("answer", shape.answer, SCREEN),
        ("more", shape.more, MORE),
        ("plain", shape.plain, PLAIN),
    ):
        if words is None:
            continue
        for language, text in words.wordings():
            where = document.where(index, key, language)
            length = len(_REFERENCE.sub(lambda name: "x" * names.get(name[1], AMOUNT_WIDTH), text.strip()))
            if length > most:
                mistakes.add("answer_long", where, id=shape.id, length=length, most=most)
            for name in _REFERENCE.findall(text):
                if names and name not in names:
                    mistakes.add("amount_unknown", where, name=name)
            for figure, name in _owned_figures(text, owned, shape.own_figures):
                mistakes.add("amount_literal", where, figure=figure, name=name)


def _check_shares(shape: _Entry, index: int, document: YamlDocument, shares: SharesBeside, mistakes: Mistakes) -> None:
    """Note a share typed in figures beside an amount of the scheme that owns it."""
    for key, words in (("answer", shape.answer), ("more", shape.more), ("plain", shape.plain)):
        for language, text in words.wordings() if words is not None else ():
            known = {value: name for told in _REFERENCE.findall(text) for value, name in shares.get(told, {}).items()}
            bare = text
            for figure in shape.own_figures:
                bare = bare.replace(figure, " ")
            for share in _percents(_REFERENCE.sub(" ", bare)) if known else ():
                if name := known.get(share.value):
                    figure = _REFERENCE.sub(" ", bare)[slice(*share.span)]
                    mistakes.add("amount_literal", document.where(index, key, language), figure=figure, name=name)


def _percents(text: str) -> Sequence[Percent]:
    return once(("percents", text), lambda: percents(text))


def _check_sources(shape: _Entry, index: int, document: YamlDocument, mistakes: Mistakes, ages: Ages | None) -> None:
    """Note sources nobody can open, days in the wrong order, and an end that is near."""
    told: set[str] = set()
    for number, source in enumerate(shape.sources):
        where = document.where(index, "sources", number)
        place = source.url or source.title or ""
        if place in told:
            mistakes.add("source_twice", where, id=shape.id, place=place)
        told.add(place)
        if not source.title and not (source.url and PAGE.fullmatch(source.url)):
            mistakes.add("source_not_found", where, id=shape.id, url=source.url or "")
        if source.published and source.published > source.read.isoformat():
            mistakes.add("source_from_later", where, published=source.published, read=source.read)
        if ages is not None:
            ages.check_kind(source.kind, document.where(index, "sources", number, "kind"), mistakes)
            ages.check_past(source.read, "read", document.where(index, "sources", number, "read"), mistakes)
    if ages is not None:
        ages.check_past(shape.checked, "checked", document.where(index, "checked"), mistakes)
    if shape.until is None:
        return
    if shape.until < shape.checked:
        mistakes.add("entry_ended_before", document.where(index, "until"), id=shape.id, checked=shape.checked)
    if ages is not None and ages.ends_soon(shape.until):
        mistakes.warn("entry_ends", document.where(index, "until"), id=shape.id, until=shape.until)


def _owned_figures(text: str, owned: Mapping[float, str], own: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the figures in `text` that equal an amount a rule owns, with the amount's name."""
    for figure in own:
        text = text.replace(figure, " ")
    text = _REFERENCE.sub(" ", text)
    for amount in _amounts(text):
        name = owned.get(amount.readings[0]) if len(amount.readings) == 1 else None
        if name is not None:
            yield text[slice(*amount.span)], name


@lru_cache(maxsize=4096)
def _amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of a text of the content: who reads it before and after an edit meets most texts again."""
    return amounts(text)


def _check_phrasings(
    shape: _Entry, index: int, document: YamlDocument, spoken: dict[str, str], mistakes: Mistakes
) -> None:
    for register in REGISTERS:
        listed = getattr(shape.phrasings, register)
        where = document.where(index, "phrasings", register)
        if len(listed) < FEWEST_PHRASINGS[register]:
            mistakes.add("phrasings_few", where, id=shape.id, register=register, least=FEWEST_PHRASINGS[register])
        elif len(listed) < ENOUGH_PHRASINGS[register] and Path(document.file).name != _OFF_TOPIC:
            mistakes.warn("phrasings_few", where, id=shape.id, register=register, least=ENOUGH_PHRASINGS[register])
        for number, phrasing in enumerate(listed):
            where = document.where(index, "phrasings", register, number)
            stems = _stems(phrasing)
            if not stems:
                mistakes.add("phrasing_empty", where)
            # The same words in another order or another form are one phrasing: both entries would answer it.
            other = spoken.setdefault(stems, shape.id)
            if other != shape.id:
                mistakes.add("phrasing_shared", where, phrasing=phrasing, other=other)


def _stems(phrasing: str) -> str:
    """Return the stems of a phrasing, each once and in their order; nothing where there is no word in it."""
    return once(("stems", phrasing), lambda: " ".join(sorted({stem(word) for word in folded(phrasing).split()})))


def read_lexicon(root: Path, mistakes: Mistakes) -> dict[str, list[str]]:
    """Return the concepts of `faq/lexicon.yaml`, none without it; a word of two concepts is a mistake."""
    path = root / "faq" / "lexicon.yaml"
    document = read(root, path, mistakes) if path.exists() else None
    if document is None:
        return {}
    if not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key="lexicon")
        return {}
    concepts: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for concept, words in document.value.items():
        if not isinstance(words, list):
            mistakes.add("not_a_list", document.where(concept), key=concept)
            continue
        concepts[concept] = [str(word) for word in words]
        for number, word in enumerate(concepts[concept]):
            other = owner.setdefault(folded(word), concept)
            if other != concept:
                mistakes.add("word_shared", document.where(concept, number), word=word, other=other)
    return concepts


FILE = Path("faq") / "calibration.yaml"


class _Calibration(Model):
    offset: float
    score: float
    lead: float
    known: float
    side: float
    ours_offset: float
    ours_known: float
    ours_lead: float
    sure: float
    unsure: float
    semantic: float = 0.0


def read_calibration(root: Path, mistakes: Mistakes) -> Calibration | None:
    """Return the calibration, None (the built-in one) where there is none."""
    path = root / FILE
    if not path.exists():
        return None
    document = read(root, path, mistakes)
    shape = shaped(_Calibration, document, mistakes) if document else None
    if shape is None:
        return None
    if shape.semantic and not is_installed():
        mistakes.warn("semantic_missing", Where(FILE.as_posix(), 1))
    return Calibration(**shape.model_dump())


def written(calibration: Calibration, comment: str) -> str:
    """Return the file's text."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"{name}: {value:.4f}" for name, value in asdict(calibration).items()]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class MendedQuestion:
    """A question that nobody had answered, and the entry that staff gave it to: so it stays after every later edit."""

    text: str
    entry: EntryId
    where: Where


def read_mended(root: Path, mistakes: Mistakes) -> list[MendedQuestion]:
    """Return the questions of `faq/mended.yaml`, none without it."""
    path = root / MENDED
    document = read(root, path, mistakes) if path.exists() else None
    if document is None:
        return []
    if not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key=path.stem)
        return []
    return [
        MendedQuestion(str(text), EntryId(str(entry)), document.where(text)) for text, entry in document.value.items()
    ]


def check_mended(
    mended: Sequence[MendedQuestion], entries: Container[str], matcher: Matcher, mistakes: Mistakes
) -> None:
    """Note each mended question that would no longer be answered surely by the entry that staff gave it to."""
    for one in mended:
        if one.entry not in entries:
            mistakes.add("see_unknown", one.where, name=one.entry)
    known = [one for one in mended if one.entry in entries]
    if not known:
        # Asking trains the matcher, which takes as long as all the rest of reading the content.
        return
    for one, match in zip(known, matcher.matches([one.text for one in known]), strict=True):
        taken = match.ranked[0][0] if match.ranked else "–"
        if match.zone != "sure" or taken != one.entry:
            mistakes.add("mended_otherwise", one.where, question=one.text, entry=one.entry, taken=taken)
