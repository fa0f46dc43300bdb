"""The words that only one channel needs, read from its file in `flows/`."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.channels.channel import Problem, UnjoinedError
from bot.channels.text import cut, length
from bot.content.reading import Mistakes, YamlDocument, read
from bot.message import LANGUAGES, Text

_Needed = TypeVar("_Needed")


def needed(read_words: Callable[[Path, Mistakes], _Needed | None], root: Path) -> _Needed:
    """Return the words of a channel that is to be joined; raise `UnjoinedError` with what is wrong with them."""
    mistakes = Mistakes()
    words = read_words(root, mistakes)
    if words is None:
        lines = (f"{one.where.file}:{one.where.line}: {one.message} {one.remedy}" for one in mistakes.errors)
        raise UnjoinedError("\n".join(lines))
    return words


def longer_than(limits: Iterable[tuple[Text, int]]) -> list[Problem]:
    """Return which of a channel's own words are longer than what stands beside them."""
    return [
        Problem("label_long", label, length(label), most, cut(label, most, length))
        for text, most in limits
        for label in text.every()
        if length(label) > most
    ]


def words_file(root: Path, file: Path, mistakes: Mistakes) -> YamlDocument | None:
    """Return a file of words; None, with the mistakes noted, where it is none."""
    document = read(root, root / file, mistakes)
    if document is not None and not isinstance(document.value, dict):
        mistakes.add("not_a_group", document.where(), key=file.name)
        return None
    return document


def texts_of(
    document: YamlDocument, names: Iterable[str], others: Iterable[str], group: tuple[str, ...], mistakes: Mistakes
) -> dict[str, Text] | None:
    """Return the texts of a group by their names; `others` may stand there too."""
    value: Mapping[str, object] = document.value
    for key in group:
        value = document.value[key]
    wanted = [*names]
    for name in value.keys() - {*wanted, *others}:
        mistakes.add("key_unknown", document.where(*group, name), key=name)
    for name in wanted:
        if name not in value:
            mistakes.add("key_missing", document.where(*group), key=name)
    texts = {name: text_at((*group, name), value[name], document, mistakes) for name in wanted if name in value}
    fit = {name: text for name, text in texts.items() if text is not None}
    return fit if len(fit) == len(wanted) else None


def text_at(path: tuple[str, ...], value: object, document: YamlDocument, mistakes: Mistakes) -> Text | None:
    """Return the words at a path of a document in each language; what is wrong with them is noted."""
    match value:
        case dict(wordings) if wordings.keys() == set(LANGUAGES) and all(map(_is_written, wordings.values())):
            return Text(wordings).changed(str.strip)
    # What tells mistakes takes 10 MB, which the running guide can do without.
    from bot.content.shaping import Words, shaped  # noqa: PLC0415

    words = shaped(Words, document, mistakes, path)
    return None if words is None else words.text()


def are_too_long(problems: Iterable[Problem], document: YamlDocument, mistakes: Mistakes) -> bool:
    """Return whether any words do not fit where they stand; each is noted."""
    is_wrong = False
    for problem in problems:
        is_wrong = True
        line = next((path for path, _ in document.lines.items() if _at(document, path) == problem.about), ())
        mistakes.add("label_long", document.where(*line), label=problem.about, most=problem.most)
    return is_wrong


def _at(document: YamlDocument, path: tuple[str | int, ...]) -> str:
    value = document.value
    for key in path:
        value = value[key]
    return value.strip() if isinstance(value, str) else ""


def _is_written(wording: object) -> bool:
    return isinstance(wording, str) and bool(wording.strip())
