"""The words of the web page, read from `flows/page.yaml`."""

from pathlib import Path

from bot.content.reading import Mistakes, read
from bot.content.shaping import Words, shaped
from bot.message import Text

FILE = Path("flows") / "page.yaml"


def read_page(root: Path, mistakes: Mistakes | None = None) -> dict[str, Text]:
    """Return the wording of each name; what cannot be read is left out and noted."""
    noted = Mistakes() if mistakes is None else mistakes
    document = read(root, root / FILE, noted)
    if document is None or not isinstance(document.value, dict):
        return {}
    shapes = ((name, shaped(Words, document, noted, (name,))) for name in document.value)
    return {name: Text(words.ar.strip(), words.fr.strip()) for name, words in shapes if words is not None}
