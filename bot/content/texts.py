"""Texts for people, in both languages: those that a file names one by one, and all there are in `faq/` and `flows/`.

The checks of the language (`style`) and of what is said twice (`contradictions`) read them all, with what each belongs
to and the line of each sentence. What people type, places and the tables of those checks are no texts for people and
are left out.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.content.reading import KeyPath, Mistakes, Where, YamlDocument, file_text, read
from bot.content.remembering import once
from bot.message import LANGUAGES, Language, Text


def group_read(root: Path, file: Path, mistakes: Mistakes) -> YamlDocument | None:
    """Return a file that is a group; None, with the mistakes noted, where it is none."""
    document = read(root, root / file, mistakes)
    if document is not None and not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key=file.name)
        return None
    return document


def texts_named(
    document: YamlDocument,
    names: Collection[str],
    mistakes: Mistakes,
    *,
    within: tuple[str, ...] = (),
    beside: Collection[str] = (),
) -> dict[str, Text]:
    """Return the texts of a group by their names, without those that are missing or wrong, which are noted.

    What has another name is a mistake too, unless it is one of those that may stand `beside` them.
    """
    group: Mapping[str, object] = document.value
    for key in within:
        group = document.value[key]
    for name in group:
        if name not in names and name not in beside:
            mistakes.add("key_unknown", document.where(*within, name), key=name)
    texts: dict[str, Text] = {}
    for name in names:
        if name not in group:
            mistakes.add("key_missing", document.where(*within), key=name)
        elif (text := _text_at((*within, name), group[name], document, mistakes)) is not None:
            texts[name] = text
    return texts


def all_texts(root: Path, file: Path, names: Collection[str], mistakes: Mistakes) -> dict[str, Text] | None:
    """Return the texts of a file that holds nothing else; None where any is missing or wrong."""
    document = group_read(root, file, mistakes)
    texts = {} if document is None else texts_named(document, names, mistakes)
    return texts if len(texts) == len(names) else None


def _text_at(path: tuple[str, ...], value: object, document: YamlDocument, mistakes: Mistakes) -> Text | None:
    match value:
        case dict(wordings) if wordings.keys() == set(LANGUAGES) and all(map(_is_written, wordings.values())):
            return Text(wordings).changed(str.strip)
    # What tells mistakes takes 10 MB, which the running guide can do without.
    from bot.content.shaping import Words, shaped  # noqa: PLC0415

    words = shaped(Words, document, mistakes, path)
    return None if words is None else words.text()


def _is_written(wording: object) -> bool:
    return isinstance(wording, str) and bool(wording.strip())


#: Files of `faq/` and `flows/` whose words nobody is shown.
_UNSHOWN = {
    "lexicon.yaml",
    "calibration.yaml",
    "mended.yaml",
    "asides.yaml",
    "wishes.yaml",
    "place_aliases.yaml",
    "place_words.yaml",
    "guide.yaml",
    "style.yaml",
    "claims.yaml",
}
#: Keys below which stands what people type, or what only those see who look after the content.
_UNSHOWN_KEYS = {"phrasings", "words", "sources", "examples"}
#: Where a sentence ends: after its mark, at a semicolon, at the end of a line.
_END = re.compile(r"(?<=[.!?؟;؛])\s+|\n+")
#: How much of a sentence is looked for in its file.
_HEAD = 24


def sentences_of(wording: str) -> list[str]:
    """Return the sentences of a wording, each with its mark."""
    return once(("sentences", wording), lambda: [part for part in _END.split(wording.strip()) if part])


@dataclass(frozen=True, slots=True)
class CheckedText:
    """One text in both languages: the answer of an entry, the screen of a flow, the reason of a condition."""

    file: str
    path: KeyPath
    #: The entry it belongs to; without one, the folder or the name of its file.
    owner: str
    texts: Mapping[Language, str]
    _document: YamlDocument = field(repr=False, compare=False)
    _lines: Sequence[str] = field(repr=False, compare=False)

    @property
    def kind(self) -> str:
        """Return the last name on the way to it: answer, more, say, because."""
        return next((str(key) for key in reversed(self.path) if isinstance(key, str)), "")

    def sentences(self, language: Language) -> list[str]:
        """Return the sentences of one language; a line of a list is one by itself."""
        return sentences_of(self.texts[language])

    def where(self, language: Language, words: str = "") -> Where:
        """Return the line on which `words` stand; the first line of the text when they are not found."""
        first = self._document.where(*self.path, language)
        head = words.strip()[:_HEAD]
        length = self.texts[language].count("\n") + 2
        for offset, line in enumerate(self._lines[first.line - 1 : first.line + length]):
            if head and head in line:
                return Where(self.file, first.line + offset)
        return first


def read_passages(root: Path) -> list[CheckedText]:
    """Return every text for people, by file; what cannot be read is told by whoever reads that file."""
    files = sorted([*(root / "faq").glob("*.yaml"), *(root / "flows").rglob("*.yaml")])
    return [passage for path in files for passage in passages_in(root, path)]


def passages_in(root: Path, path: Path) -> list[CheckedText]:
    """Return every text for people in one file."""
    document = None if path.name in _UNSHOWN else read(root, path, Mistakes())
    if document is None:
        return []
    lines = (file_text(path, document.file, Mistakes()) or "").split("\n")
    owner = path.parent.name if path.parent.parent.name == "flows" else path.stem
    return [
        CheckedText(document.file, way, name, texts, document, lines)
        for way, name, texts in _texts(document.value, (), owner)
    ]


def _texts(value: Any, path: KeyPath, owner: str) -> Iterator[tuple[KeyPath, str, Mapping[Language, str]]]:
    """Yield each group that has a text in every language, with its path and owner."""
    if isinstance(value, dict):
        texts = {language: value[language] for language in LANGUAGES if isinstance(value.get(language), str)}
        if len(texts) == len(LANGUAGES):
            yield path, owner, texts
        if isinstance(value.get("id"), str):
            owner = value["id"]
        for key, below in value.items():
            if key not in _UNSHOWN_KEYS:
                yield from _texts(below, (*path, key), owner)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _texts(below, (*path, index), owner)
