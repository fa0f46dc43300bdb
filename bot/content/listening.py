"""What those are told who listen rather than read: `flows/listening.yaml` – short words, and a pictogram a choice.

Whatever is named there must be there. A choice without a pictogram is told and goes by its number; two choices of one
screen with the same pictogram, and a sentence longer than can be taken in by ear, are mistakes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from unicodedata import category

from bot.content.flows import FlowNames
from bot.content.reading import KeyPath, Mistakes, YamlDocument, read
from bot.content.shaping import Model, Words, Written, shaped
from bot.content.texts import sentences_of
from bot.conversation.flow import Flow, Offer, Say, Step, Way, steps_within
from bot.conversation.hearing.asides import ASIDES
from bot.conversation.library import Listening
from bot.language.wording import WORDS_HEARD
from bot.message import LANGUAGES, SpokenLanguage, Text, in_each_language

FILE: Final = Path("flows") / "listening.yaml"
NOTHING: Final = Listening({}, {}, {})
_REFERENCE: Final = re.compile(r"\{(\w+)\}")
#: Words that an amount takes when it is filled in, at most: «100 مليون سنتيم».
_AMOUNT_WORDS: Final = 3
#: Characters of one pictogram: several may be one to the eye.
_LONGEST_SIGN: Final = 6
#: Pictograms from here on came in 2019 and later (Unicode, "Symbols and Pictographs Extended-A").
_TOO_NEW: Final = 0x1FA70
_SIGN_PARTS: Final = frozenset({"So", "Sk", "Sm", "Mn", "Cf", "Po"})
_DETAILS: Final = ("more", "rest", "reasons", "amount", "papers", "sources", "before", "file", "door")
_REGIONS: Final = tuple(map(str, range(1, 13)))


class _Signs(Model):
    flows: Mapping[str, Written]
    asides: Mapping[str, Written]
    answers: Mapping[str, Written]
    options: Mapping[str, Mapping[str, Written]]
    facts: Mapping[str, Written]
    schemes: Mapping[str, Written]
    details: Mapping[str, Written]
    subjects: Mapping[str, Written]
    entries: Mapping[str, Written]
    regions: Mapping[str, Written]


class _WrittenListening(Model):
    says: Mapping[str, Words]
    asks: Mapping[str, Words]
    #: What the languages are called in which somebody may choose to hear answers.
    languages: Mapping[SpokenLanguage, Words]
    signs: _Signs


def read_listening(
    root: Path, flows: dict[str, Flow], names: FlowNames, mistakes: Mistakes
) -> tuple[Listening, dict[str, Flow]]:
    """Return what is told to who listens, and the flows with what is said in place of their screens."""
    document = read(root, root / FILE, mistakes) if (root / FILE).exists() else None
    written = shaped(_WrittenListening, document, mistakes) if document is not None else None
    if document is None or written is None:
        return NOTHING, flows
    says = {name: words.text() for name, words in written.says.items()}
    asks = {name: words.text() for name, words in written.asks.items()}
    for group, texts, known, kind in (("says", says, names.flows, "flow_unknown"),
                                      ("asks", asks, names.facts, "fact_unknown")):  # fmt: skip
        for name, text in texts.items():
            if name not in known:
                mistakes.add(kind, document.where(group, name), name=name)
            _check_words(text, (group, name), document, names, mistakes)
    languages = {language: words.text() for language, words in written.languages.items()}
    listening = Listening(dict(_signs(written.signs)), asks, languages)
    _check_names(written.signs, document, names, mistakes)
    for path, sign in _placed(written.signs):
        if not _is_pictogram(sign):
            mistakes.add("sign_unfit", document.where(*path), sign=sign)
    _check_offers(flows, listening, document, names, mistakes)
    return listening, {name: _heard(flow, says.get(name)) for name, flow in flows.items()}


def _check_words(text: Text, path: KeyPath, document: YamlDocument, names: FlowNames, mistakes: Mistakes) -> None:
    for language in LANGUAGES:
        wording = text.of(language)
        for name in _REFERENCE.findall(wording):
            if name not in names.amounts:
                mistakes.add("amount_unknown", document.where(*path, language), name=name)
        for sentence in sentences_of(_REFERENCE.sub("x " * _AMOUNT_WORDS, wording)):
            if (words := len(sentence.split())) > WORDS_HEARD + _AMOUNT_WORDS * sentence.count("x x"):
                mistakes.add("heard_long", document.where(*path, language), words=words, most=WORDS_HEARD)


def _placed(signs: _Signs) -> Iterator[tuple[KeyPath, str]]:
    """Yield every sign with the way to it in the file."""
    for group, listed in signs:
        for name, sign in listed.items():
            if isinstance(sign, str):
                yield ("signs", group, name), sign
            else:
                yield from ((("signs", group, name, option), one) for option, one in sign.items())


def _signs(signs: _Signs) -> Iterator[tuple[str, str]]:
    for (_, group, *names), sign in _placed(signs):
        yield f"{group}:{'.'.join(map(str, names))}", sign


def _is_pictogram(sign: str) -> bool:
    kinds = [category(one) for one in sign]
    is_old = max(map(ord, sign)) < _TOO_NEW
    return is_old and len(sign) <= _LONGEST_SIGN and "So" in kinds and _SIGN_PARTS.issuperset(kinds)


def _check_names(signs: _Signs, document: YamlDocument, names: FlowNames, mistakes: Mistakes) -> None:
    """Note each name that nothing has, and warn of what has no sign."""
    subjects = {entry.partition(".")[0] for entry in names.entries}
    groups: tuple[tuple[str, Mapping[str, object], frozenset[str] | set[str] | tuple[str, ...], bool], ...] = (
        ("flows", signs.flows, names.flows, True),
        ("asides", signs.asides, ASIDES, True),
        ("answers", signs.answers, ("yes", "no", "number"), True),
        ("options", signs.options, names.facts, False),
        ("facts", signs.facts, names.facts, False),
        ("schemes", signs.schemes, names.schemes, True),
        ("details", signs.details, _DETAILS, True),
        ("subjects", signs.subjects, subjects, True),
        ("entries", signs.entries, names.entries, False),
        ("regions", signs.regions, _REGIONS, True),
    )
    for group, given, known, is_whole in groups:
        for name in given:
            if name not in known:
                mistakes.add("key_unknown", document.where("signs", group, name), key=name)
        for name in sorted(set(known) - given.keys()) if is_whole else ():
            mistakes.warn("sign_missing", document.where("signs", group), name=name)
    for fact, options in names.options.items():
        if set(options) == {"yes", "no"}:
            continue
        given = signs.options.get(fact, {})
        for name in given:
            if name not in options:
                mistakes.add("key_unknown", document.where("signs", "options", fact, name), key=name)
        for name in sorted(set(options) - given.keys()):
            mistakes.warn("sign_missing", document.where("signs", "options"), name=f"{fact}.{name}")
        _check_apart(list(given.values()), ("signs", "options", fact), document, mistakes)


def _check_offers(
    flows: Mapping[str, Flow], listening: Listening, document: YamlDocument, names: FlowNames, mistakes: Mistakes
) -> None:
    """Note the flows that offer two ways with the same sign."""
    for flow in flows.values():
        for step in steps_within(flow.steps):
            if isinstance(step, Offer):
                signs = [_of_way(way, listening, names) for way in step.ways]
                _check_apart([sign for sign in signs if sign], ("signs", "flows"), document, mistakes, flow.id)


def _of_way(way: Way, listening: Listening, names: FlowNames) -> str:
    signs = listening.signs
    if way.to in names.flows:
        return signs.get(f"flows:{way.to}", "")
    return signs.get(f"entries:{way.to}") or signs.get(f"subjects:{way.to.partition('.')[0]}", "")


def _check_apart(signs: list[str], path: KeyPath, document: YamlDocument, mistakes: Mistakes, where: str = "") -> None:
    for sign, times in Counter(signs).items():
        if times > 1:
            mistakes.add("sign_twice", document.where(*path), sign=sign, screen=where or path[-1])


def _heard(flow: Flow, said: Text | None) -> Flow:
    """Return a flow whose first screen is told in few words to who listens, and the others not."""
    if said is None:
        return flow
    words = iter([said])
    silence = in_each_language(lambda _: "")
    steps: list[Step] = [
        replace(step, heard=next(words, silence)) if isinstance(step, Say) else step for step in flow.steps
    ]
    return replace(flow, steps=tuple(steps))
