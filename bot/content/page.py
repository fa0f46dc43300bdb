"""The words of the web page, read from `flows/page.yaml`."""

from pathlib import Path

from bot.channels.page_words import WORDS
from bot.content.reading import Document, Mistakes, read
from bot.message import LANGUAGES, Text

FILE = Path("flows") / "page.yaml"


def read_page(root: Path, mistakes: Mistakes | None = None) -> dict[str, Text]:
    """Return the wording of each name; what cannot be read is left out and noted."""
    noted = Mistakes() if mistakes is None else mistakes
    document = read(root, root / FILE, noted)
    if document is None:
        return {}
    if not isinstance(document.value, dict):
        noted.add("not_a_group", document.where(), key=FILE.name)
        return {}
    for name in sorted(WORDS - document.value.keys()):
        noted.add("key_missing", document.where(), key=name)
    for name in sorted(document.value.keys() - WORDS):
        noted.add("key_unknown", document.where(name), key=name)
    found = {name: _words(name, document, noted) for name in document.value}
    return {name: words for name, words in found.items() if words is not None}


def _words(name: str, document: Document, noted: Mistakes) -> Text | None:
    """Return the words of a name in each language; what is wrong with them is noted."""
    match document.value[name]:
        case dict(wordings) if wordings.keys() == set(LANGUAGES) and all(_is_written(one) for one in wordings.values()):
            return Text(wordings).changed(str.strip)
    # What tells mistakes takes 10 MB, which the running guide can do without.
    from bot.content.shaping import Words, shaped  # noqa: PLC0415

    words = shaped(Words, document, noted, (name,))
    return None if words is None else words.text()


def _is_written(wording: object) -> bool:
    return isinstance(wording, str) and bool(wording.strip())
