"""Statements of the content that cannot all be true: figures of one language, a number in two values, the known denied.

What is compared stands in `flows/claims.yaml`. A measure is never typed there: its value is what most texts say, so the
table cannot be wrong about it. Everything is looked for in one sentence at a time, and told on that sentence's line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from bot.content.reading import Mistakes, Where, YamlDocument, read
from bot.content.shaping import Model, Written, shaped
from bot.content.texts import CheckedText
from bot.eligibility.scheme import Scheme
from bot.language.numbers import read_number_words
from bot.language.wording import published
from bot.message import LANGUAGES, Language

CLAIMS = Path("flows") / "claims.yaml"
#: Texts whose figures are not compared between the languages: the same place is written in two ways.
_SPELLED_OTHERWISE = {"address", "name", "city"}
#: Texts that ask rather than state.
_ASKING = {"question", "short", "label"}
_REFERENCE = re.compile(r"\{(\w+)\}")
#: A thousand in groups: the sign between them.
_GROUPED = re.compile(r"(?<=\d)[.\u00a0\u202f ](?=\d{3}(?!\d))")
#: The first of a month, as French writes it.
_FIRST = re.compile(r"\b1er\b")
#: Up to here a number is often a word in one language and a figure in the other.
_SMALL = 12
_NUMBER = r"(\{\w+\}|\d+(?:[.,\u00a0 ]\d+)*|(?<!\w)[^\W\d_]{2,12})"
_MONTHS = {
    language: [published(f"2000-{month:02}").of(language).split()[0] for month in range(1, 13)]
    for language in LANGUAGES
}
_DATE = rf"(\d{{1,2}}(?:er)? (?:{'|'.join(name for names in _MONTHS.values() for name in names)})(?: \d{{4}})?)"


def _pattern(text: object) -> re.Pattern[str]:
    try:
        return re.compile(str(text))
    except re.error as error:
        raise ValueError(str(error)) from None


def _measuring(text: object) -> re.Pattern[str]:
    return _pattern(str(text).replace("{number}", _NUMBER).replace("{date}", _DATE))


_Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]
_Measuring = Annotated[re.Pattern[str], BeforeValidator(_measuring)]


class _Sign(Model):
    """What one language says of a text, and the other must say too."""

    name: Written
    ar: _Pattern
    fr: _Pattern
    #: Only how an answer begins is looked at.
    opening: bool = False


class _Measure(Model):
    """A number or a day that is said in several places."""

    name: Written
    ar: _Measuring
    fr: _Measuring
    about: tuple[str, ...] = ()


class _Unless(Model):
    ar: _Pattern
    fr: _Pattern


class _Claim(Model):
    """What is known, and what says otherwise."""

    known: Written
    source: Written
    ar: _Pattern
    fr: _Pattern
    about: tuple[str, ...] = ()
    unless: _Unless | None = None
    #: `unless` may stand anywhere in the texts of the same entry or flow.
    whole: bool = False


class _Claims(Model):
    scales: dict[str, float]
    one_language: _Pattern
    signs: tuple[_Sign, ...]
    measures: tuple[_Measure, ...]
    claims: tuple[_Claim, ...]


#: A sentence, in its language, with the text it belongs to.
_Sentence = tuple[CheckedText, Language, str]


@dataclass(frozen=True, slots=True)
class _Said:
    """A value as one sentence says it."""

    value: str
    words: str
    where: Where


def check_contradictions(
    root: Path, passages: Sequence[CheckedText], schemes: Iterable[Scheme], sources: Iterable[str], mistakes: Mistakes
) -> None:
    """Note every statement of `passages` that another contradicts; nothing where there is no `flows/claims.yaml`."""
    path = root / CLAIMS
    document = read(root, path, mistakes) if path.exists() else None
    table = shaped(_Claims, document, mistakes) if document is not None else None
    if document is None or table is None:
        return
    stating = [passage for passage in passages if passage.kind not in _ASKING]
    figures = _Figures(table)
    for passage in stating:
        if passage.kind not in _SPELLED_OTHERWISE:
            _compare_figures(passage, figures, mistakes)
        _compare_signs(passage, table.signs, mistakes)
    _compare_plain(stating, figures, mistakes)
    values = {str(amount.name): _exact(amount.since[-1][1]) for scheme in schemes for amount in scheme.amounts}
    sentences = [
        (passage, language, sentence)
        for passage in stating
        for language in LANGUAGES
        for sentence in passage.sentences(language)
    ]
    for measure in table.measures:
        _compare_values(measure, sentences, values, mistakes)
    _check_claims(table.claims, sentences, document, frozenset(sources), mistakes)


class _Figures:
    """The figures of a text, so that those of two languages can be compared."""

    def __init__(self, table: _Claims) -> None:
        self._scales = table.scales
        #: Numbers that are often words in one language and figures in the other: the small ones, and each scale.
        self.often_words = {str(number) for number in range(_SMALL + 1)} | {
            _exact(scale) for scale in table.scales.values()
        }
        self._one_language = table.one_language
        self._figure = re.compile(rf"(\d+(?:,\d+)?)(?:\s({'|'.join(sorted(table.scales, key=len, reverse=True))})\b)?")

    def of(self, text: str) -> dict[str, str]:
        """Return each figure of `text`, and each amount it names, with the words in which it stands."""
        text = _FIRST.sub("1", self._one_language.sub(" ", text))
        found = {name[0]: name[0] for name in _REFERENCE.finditer(text)}
        for figure in self._figure.finditer(_GROUPED.sub("", _REFERENCE.sub(" ", text))):
            value = float(figure[1].replace(",", ".")) * self._scales.get(figure[2] or "", 1)
            found[_exact(value)] = figure[0]
        return found


def _exact(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _compare_figures(passage: CheckedText, figures: _Figures, mistakes: Mistakes) -> None:
    """Note figures that stand in one language only; a small number may be a word in the other."""
    said = {language: figures.of(passage.texts[language]) for language in LANGUAGES}
    for language in LANGUAGES:
        for value, words in said[language].items():
            if all(value in others for others in said.values()) or value in figures.often_words:
                continue
            where = passage.where(language, _sentence_with(passage, language, words))
            mistakes.add("figure_of_one_language", where, figure=words)


def _compare_plain(passages: Sequence[CheckedText], figures: _Figures, mistakes: Mistakes) -> None:
    """Note figures of a plain version that the full answer of its entry has not."""
    full: dict[tuple[str, Language], set[str]] = {}
    for passage in (one for one in passages if one.kind in ("answer", "more")):
        for language in LANGUAGES:
            full.setdefault((passage.owner, language), set()).update(figures.of(passage.texts[language]))
    for passage in (one for one in passages if one.kind == "plain"):
        for language in LANGUAGES:
            said = figures.of(passage.texts[language])
            # What is asked in plain words has no answer beside it.
            for value in said.keys() - full.get((passage.owner, language), said.keys()):
                where = passage.where(language, _sentence_with(passage, language, said[value]))
                mistakes.add("figure_of_plain", where, figure=said[value])


def _sentence_with(passage: CheckedText, language: Language, words: str) -> str:
    """Return the first sentence in which `words` stand, however their thousands are parted."""
    for sentence in passage.sentences(language):
        if words in sentence or words.split(maxsplit=1)[0] in _GROUPED.sub("", sentence):
            return sentence
    return ""


def _compare_signs(passage: CheckedText, signs: Iterable[_Sign], mistakes: Mistakes) -> None:
    """Note what one language says of the text and the other does not: yes, one source only, who decides."""
    for sign in signs:
        if sign.opening and passage.kind != "answer":
            continue
        found = {language: _first_match(passage, language, sign) for language in LANGUAGES}
        if any(found.values()) and not all(found.values()):
            language = next(language for language in LANGUAGES if found[language])
            where = passage.where(language, found[language] or "")
            mistakes.add("sign_of_one_language", where, name=sign.name)


def _first_match(passage: CheckedText, language: Language, sign: _Sign) -> str | None:
    sentences = passage.sentences(language)[: 1 if sign.opening else None]
    return next((sentence for sentence in sentences if getattr(sign, language).search(sentence)), None)


def _compare_values(
    measure: _Measure, sentences: Iterable[_Sentence], values: Mapping[str, str], mistakes: Mistakes
) -> None:
    """Note every place where a measure has another value than in most places, with one that differs."""
    said = [
        _Said(value, found[1], passage.where(language, sentence))
        for passage, language, sentence in _concerned(sentences, measure.about)
        for found in getattr(measure, language).finditer(sentence)
        if (value := _canonical(found[1], values)) is not None
    ]
    counted = Counter(one.value for one in said).most_common()
    if len(counted) < 2:
        return
    (usual, times), (_, next_times) = counted[:2]
    for one in said:
        # Where two values are said equally often nobody knows which is right: both are told.
        if one.value == usual and times > next_times:
            continue
        other = next(another for another in said if another.value != one.value)
        there = other.where
        values_told = {"here": one.words, "there": other.words, "file": there.file, "line": there.line}
        mistakes.add("measure_differs", one.where, name=measure.name, **values_told)


def _canonical(words: str, values: Mapping[str, str]) -> str | None:
    """Return a number or a day in one spelling, whichever language it was said in; None when it is neither."""
    if (name := _REFERENCE.fullmatch(words)) is not None:
        return values.get(name[1])
    day, _, rest = words.partition(" ")
    month, _, year = rest.partition(" ")
    for names in _MONTHS.values():
        if month in names:
            return f"{year}-{names.index(month) + 1:02}-{day.removesuffix('er'):0>2}"
    plain = _GROUPED.sub("", words).strip(" .,")
    number = read_number_words(plain)
    return None if number is None else _exact(number)


def _concerned(sentences: Iterable[_Sentence], about: tuple[str, ...]) -> Iterable[_Sentence]:
    """Return the sentences of the entries, files and folders that begin with one of `about`; all without any."""
    return (one for one in sentences if one[0].owner.startswith(about)) if about else sentences


def _check_claims(
    claims: Iterable[_Claim],
    sentences: Sequence[_Sentence],
    document: YamlDocument,
    sources: frozenset[str],
    mistakes: Mistakes,
) -> None:
    """Note every sentence that says otherwise than what is known, once a claim."""
    whole: dict[tuple[str, str, Language], str] = {}
    for passage, language, sentence in sentences:
        key = (passage.file, passage.owner, language)
        whole[key] = whole.get(key, "") + "\n" + sentence
    for number, claim in enumerate(claims):
        if claim.source not in sources:
            mistakes.add("source_unknown", document.where("claims", number, "source"), name=claim.source)
        for passage, language, sentence in _concerned(sentences, claim.about):
            if (found := getattr(claim, language).search(sentence)) is None:
                continue
            around = whole[passage.file, passage.owner, language] if claim.whole else sentence
            if claim.unless is None or getattr(claim.unless, language).search(around) is None:
                where = passage.where(language, sentence)
                mistakes.add("claim_contradicted", where, words=found[0], known=claim.known)
