"""French as it is typed on a telephone, written out: "cb de tmp", "kel papié fo il", "on é une coop dc".

Only where a message holds two such words, or one and little else, of which one is no word of another language: Arabizi
has "ki" and "fo9" of its own. What must not break: a message without them is the same message, to the letter.
"""

import re
from collections.abc import Mapping
from typing import Final

#: What is written so on a telephone alone, and in full.
_SURE: Final[Mapping[str, str]] = {
    "cb": "combien", "tmp": "temps", "tps": "temps", "kel": "quel", "kels": "quels", "kelle": "quelle",
    "kelles": "quelles", "papié": "papiers", "papiés": "papiers", "fo": "faut", "koi": "quoi", "jamé": "jamais",
    "dc": "donc", "bcp": "beaucoup", "komen": "comment", "kom": "comme", "coment": "comment", "ossi": "aussi",
    "avk": "avec", "jveu": "je veux", "jvx": "je veux", "jve": "je veux", "chui": "je suis", "jsui": "je suis",
    "jsuis": "je suis", "jé": "j'ai", "lané": "par an", "depui": "depuis", "kon": "qu'on", "kil": "qu'il",
    "fem": "femmes", "fames": "femmes", "mé": "mais", "dnc": "donc", "rdv": "rendez-vous", "pkoi": "pourquoi",
    "pourkoi": "pourquoi", "kil faut": "qu'il faut", "qd": "quand", "tt": "tout", "tjr": "toujours", "slt": "salut",
    "bjr": "bonjour", "stp": "s'il te plaît", "svp": "s'il vous plaît", "qq": "quelque", "nvx": "nouveaux",
}  # fmt: skip
#: What is so only beside one of them.
_BESIDE: Final[Mapping[str, str]] = {
    "é": "est", "pr": "pour", "rep": "réponse", "ke": "que", "ki": "qui", "ya": "y a", "g": "j'ai", "pa": "pas",
    "ms": "mais", "vs": "vous", "ns": "nous", "ds": "dans", "ss": "sans", "c": "c'est", "sa": "ça",
}  # fmt: skip
#: Short forms from which on a message is typed so: courtesies alone prove nothing.
_LEAST: Final = 2
#: Words of a message in which one is enough: "koi faire alors".
_SHORT: Final = 4
_COURTESIES: Final = frozenset({"slt", "bjr", "stp", "svp"})
#: A digit beside it makes it a word of Arabizi: "fo9".
_WORD: Final = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")


def written_out(text: str) -> str:
    """Return a message with the short forms of French written out; any other message as it is."""
    words = [word.casefold() for word in _WORD.findall(text)]
    sure = sum(word in _SURE and word not in _COURTESIES for word in words)
    is_short = len(words) <= _SHORT
    if not sure or (not is_short and sure + sum(word in _BESIDE for word in words) < _LEAST):
        return text
    return _WORD.sub(lambda found: _in_full(found[0]), text)


def _in_full(word: str) -> str:
    short = word.casefold()
    return _SURE.get(short) or _BESIDE.get(short) or word
