"""The words of the web page, read from `flows/page.yaml`."""

from pathlib import Path

from bot.channels.page_words import WORDS
from bot.content.reading import Mistakes, read
from bot.content.shaping import Words, shaped
from bot.message import Text

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
    shapes = ((name, shaped(Words, document, noted, (name,))) for name in document.value)
    return {name: Text(words.ar.strip(), words.fr.strip()) for name, words in shapes if words is not None}
