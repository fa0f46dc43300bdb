"""The language of the content: sentences nobody can follow, unexplained words of the trade, one word in two spellings.

What is looked for stands in `flows/style.yaml`, so that writers can add to it. A rule holds for every text for people;
a rule with exceptions is none. What only a reader can hear, like stiffness, is not here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from bot.content.reading import Mistakes, read
from bot.content.shaping import Model, shaped
from bot.content.texts import CheckedText
from bot.eligibility.amounts import LegalAmount
from bot.eligibility.scheme import Scheme
from bot.language.numbers import amounts
from bot.language.wording import centimes
from bot.message import LANGUAGES, MAIN, Language

RULES = Path("flows") / "style.yaml"
#: Texts in which a word of the trade is explained where it is first used; a label or a reason has no room for it.
_EXPLAINING = ("answer", "more", "say")
#: Texts that stand alone, each with a sum that people compare themselves with: reasons, what is given, questions.
_COMPARED = ("because", "gives", "ask")
#: Texts of the content, in which the guide speaks of itself as «we».
_OURS = {*_EXPLAINING, "plain", "because", "gives", "note"}
#: The file of the guide's own sentences; what does not end as a sentence is a button, which speaks as the person does.
_GUIDE = "phrases"
_SAID = re.compile(r"[.?؟!:]\s*$")
#: Names of choices and questions that people ask: they speak as the person does.
_THEIR_WORDS = {"question", "short", "label", "wish", "title", "name", "city", "address", "yes", "no"}
_REFERENCE = re.compile(r"\{(\w+)\}")
_CENTIMES = "_centimes"
_WORD = re.compile(r"\w")
#: Figures that stand together are one word: a telephone number, a thousand in groups.
_FIGURES = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d)")


def _pattern(text: object) -> re.Pattern[str]:
    try:
        return re.compile(str(text))
    except re.error as error:
        raise ValueError(str(error)) from None


#: A regular expression; one that cannot be read is a mistake on its line.
_Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]


class _Forbidden(Model):
    """What is not written in one language."""

    language: Language
    instead_of: _Pattern


class _Spelling(_Forbidden):
    write: str


class _Term(_Forbidden):
    term: str
    explained: _Pattern | None = None
    #: Understood by most in an answer; never used in a plain version.
    plain: bool = False


class _Cases(Model):
    """Amounts that Arabic says as a dual, in the form that follows a preposition."""

    dual: _Pattern
    #: What may stand before that form.
    after: _Pattern


class _Opening(Model):
    """How a question begins, and how its answer must not."""

    language: Language
    asked: _Pattern
    not_answered: _Pattern


class _Style(Model):
    longest_sentence: int
    #: The same in a plain version; what an amount takes is not counted.
    longest_plain_sentence: int
    cases: _Cases
    #: An amount typed in dirhams and then in centimes, each as a group.
    in_both: _Pattern
    spelling: tuple[_Spelling, ...]
    openings: tuple[_Opening, ...]
    address: tuple[_Forbidden, ...]
    voice: tuple[_Forbidden, ...]
    jargon: tuple[_Term, ...]


def check_style(root: Path, passages: Sequence[CheckedText], schemes: Iterable[Scheme], mistakes: Mistakes) -> None:
    """Note what is wrong with the language of `passages`; nothing where the content has no `flows/style.yaml`."""
    path = root / RULES
    document = read(root, path, mistakes) if path.exists() else None
    style = shaped(_Style, document, mistakes) if document is not None else None
    if style is None:
        return
    values = _values(schemes)
    for passage in passages:
        for language in LANGUAGES:
            _check_sentences(passage, language, style, values, mistakes)
            _check_words(passage, language, style, mistakes)
        _check_cases(passage, style.cases, values, mistakes)
        _check_typed_centimes(passage, style.in_both, mistakes)
    _check_openings(passages, style.openings, mistakes)
    _check_terms(passages, style.jargon, mistakes)
    _check_centimes(passages, values, mistakes)


def _values(schemes: Iterable[Scheme]) -> dict[str, list[LegalAmount]]:
    """Return every value that each amount of the law has had or will have."""
    return {
        str(dated.name): [LegalAmount(dated.name, dated.unit, value) for _, value in dated.since]
        for scheme in schemes
        for dated in scheme.amounts
    }


def _check_sentences(
    passage: CheckedText, language: Language, style: _Style, values: Mapping[str, list[LegalAmount]], mistakes: Mistakes
) -> None:
    """Note each sentence with too many words, amounts counted as they are shown, in a plain version not at all."""
    is_plain = passage.kind == "plain"
    most = style.longest_plain_sentence if is_plain else style.longest_sentence
    for sentence in passage.sentences(language):
        shown = _REFERENCE.sub(lambda name: "" if is_plain else _longest(values.get(name[1], ()), language), sentence)
        words = [word for word in _FIGURES.sub("", shown).split() if _WORD.search(word)]
        if len(words) > most:
            where = passage.where(language, sentence)
            mistakes.add("sentence_long", where, length=len(words), most=most, sentence=_opening(sentence))


def _longest(amounts_of_it: Iterable[LegalAmount], language: Language) -> str:
    return max((amount.text().of(language) for amount in amounts_of_it), key=len, default="1")


def _opening(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")


def _check_words(passage: CheckedText, language: Language, style: _Style, mistakes: Mistakes) -> None:
    """Note spellings that are not ours, the singular where people are spoken to, and «I» where the guide speaks."""
    text = passage.texts[language]
    shown = _REFERENCE.sub(lambda name: "·" * len(name[0]), text)
    for spelling in style.spelling:
        if spelling.language == language and (found := spelling.instead_of.search(shown)):
            where = passage.where(language, _line_around(text, found.start()))
            mistakes.add("spelling_other", where, word=found[0].strip(), write=spelling.write)
    # A question of a flow is the guide's own, one of an entry is theirs.
    asks_them = passage.kind == "question" and passage.file.endswith("flow.yaml")
    if passage.kind in _THEIR_WORDS and not asks_them:
        return
    voice = (
        style.voice if asks_them or passage.kind in _OURS or (passage.owner == _GUIDE and _SAID.search(text)) else ()
    )
    for kind, rules in (("address_singular", style.address), ("voice_single", voice)):
        for rule in rules:
            if rule.language == language and (found := rule.instead_of.search(_unquoted(text))):
                where = passage.where(language, _line_around(text, found.start()))
                mistakes.add(kind, where, word=found[0].strip(" ،:(«"))


def _unquoted(text: str) -> str:
    """Return the text with what people write or say to others blotted out; every character keeps its place."""
    return re.sub(r"«[^»]*»", lambda quoted: "·" * len(quoted[0]), text)


def _line_around(text: str, place: int) -> str:
    """Return the line of `text` on which the character at `place` stands."""
    begin = text.rfind("\n", 0, place + 1) + 1
    end = text.find("\n", place + 1)
    return text[begin : end if end >= 0 else len(text)]


def _check_openings(passages: Iterable[CheckedText], openings: Iterable[_Opening], mistakes: Mistakes) -> None:
    """Note answers that say yes or no to a question that asks how, what, where, when or who."""
    questions = {passage.owner: passage for passage in passages if passage.kind == "question"}
    for passage in passages:
        if passage.kind != "answer" or passage.owner not in questions:
            continue
        for opening in openings:
            asked, answered = (one.texts[opening.language] for one in (questions[passage.owner], passage))
            if opening.asked.search(asked) and opening.not_answered.search(answered):
                mistakes.add("answer_to_another", passage.where(opening.language, answered), asked=asked)


def _check_cases(
    passage: CheckedText, cases: _Cases, values: Mapping[str, list[LegalAmount]], mistakes: Mistakes
) -> None:
    """Note amounts that are filled in as an Arabic dual where the sentence needs its other form."""
    text = passage.texts[MAIN]
    for found in _REFERENCE.finditer(text):
        duals = [shown for amount in values.get(found[1], ()) if cases.dual.match(shown := amount.text().of(MAIN))]
        if duals and not cases.after.search(text[: found.start()]):
            where = passage.where(MAIN, _line_around(text, found.start()))
            mistakes.add("case_broken", where, name=found[1], shown=duals[0])


def _check_terms(passages: Sequence[CheckedText], terms: Iterable[_Term], mistakes: Mistakes) -> None:
    """Note words of the trade without their explanation where each is first used, and any in a plain version."""
    for passage in passages:
        if passage.kind != "plain":
            continue
        for term in terms:
            if found := term.instead_of.search(passage.texts[term.language]):
                where = passage.where(term.language, _line_around(passage.texts[term.language], found.start()))
                mistakes.add("plain_not_plain", where, word=found[0])
    for screens in _by_owner(passages):
        for term in terms:
            first = next((one for one in screens if term.instead_of.search(one.texts[term.language])), None)
            if first is None or term.explained is None or term.explained.search(first.texts[term.language]):
                continue
            text = first.texts[term.language]
            found = term.instead_of.search(text)
            assert found is not None
            mistakes.add(
                "term_unexplained", first.where(term.language, _line_around(text, found.start())), word=found[0]
            )


def _by_owner(passages: Iterable[CheckedText]) -> Iterator[list[CheckedText]]:
    """Yield the texts of each entry, and the screens of each flow, in the order in which they are shown."""
    owned: dict[tuple[str, str], list[CheckedText]] = {}
    for passage in passages:
        if passage.kind in _EXPLAINING:
            owned.setdefault((passage.file, passage.owner), []).append(passage)
    yield from owned.values()


def _check_centimes(
    passages: Sequence[CheckedText], values: Mapping[str, list[LegalAmount]], mistakes: Mistakes
) -> None:
    """Note the first threshold in dirhams of an Arabic answer, reason or question that is not told in centimes too."""
    alone = ([one] for one in passages if one.kind in _COMPARED)
    for screens in (*_by_owner(passages), *alone):
        for passage in screens:
            text = passage.texts[MAIN]
            named = [found[1] for found in _REFERENCE.finditer(text)]
            money = [name for name in named if any(amount.unit == "DH" for amount in values.get(name, ()))]
            if not money:
                continue
            if money[0] + _CENTIMES not in named:
                line = _line_around(text, text.index("{" + money[0] + "}"))
                mistakes.add("centimes_missing", passage.where(MAIN, line), name=money[0])
            break


def _check_typed_centimes(passage: CheckedText, in_both: re.Pattern[str], mistakes: Mistakes) -> None:
    """Note an amount that is typed in dirhams and in centimes and is not the same in both."""
    text = passage.texts[MAIN]
    for found in in_both.finditer(text):
        dirhams, told = (amounts(part) for part in found.groups())
        if len(dirhams) == len(told) == 1 and dirhams[0].readings != told[0].readings:
            where = passage.where(MAIN, _line_around(text, found.start()))
            mistakes.add("centimes_differ", where, told=found[2], right=centimes(dirhams[0].readings[0]).of(MAIN))
