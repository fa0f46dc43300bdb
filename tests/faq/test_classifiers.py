"""What tells entries apart: the machines come near the best there is, and naive Bayes counts what each class holds."""

import numpy as np
import pytest

from bot.faq.matcher import NaiveBayes, fitted
from bot.faq.vectors import Floats, Indices, Lexicon, Vectors


def unit_rows(count: int, width: int, seed: int) -> Floats:
    """Return random rows of length one."""
    rows = np.random.default_rng(seed).normal(size=(count, width))
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def loss(rows: Floats, label: Indices, one: int, weights: Floats, offset: float) -> float:
    """Return what a machine minimises: half its length, and the squares of what is short of the margin."""
    side = np.where(label == one, 1, -1)
    short = np.maximum(0, 1 - side * (rows @ weights + offset))
    return float(0.5 * (weights @ weights + offset * offset) + (short * short).sum())


@pytest.mark.parametrize("seed", range(3))
def test_the_machines_come_near_the_best_there_is(seed: int) -> None:
    """After its few steps, each machine's loss is within two in a hundred of what a thousand small steps reach."""
    rows = unit_rows(80, 30, seed)
    label = (np.arange(80) % 4).astype(np.int32)
    machines = fitted(rows, label, 4)
    for one in range(4):
        weights, offset = np.zeros(30), -1.0
        side = np.where(label == one, 1, -1)
        for _ in range(1000):
            short = np.maximum(0, 1 - side * (rows @ weights + offset)) * side
            weights -= 0.01 * (weights - 2 * short @ rows)
            offset -= 0.005 * (offset - 2 * short.sum())
        best = loss(rows, label, one, weights.astype(np.float32), offset)
        found = loss(rows, label, one, machines.support[one] @ rows, float(machines.offsets[one]))
        assert found <= best * 1.02


def test_texts_that_can_be_told_apart_are() -> None:
    """Each text scores above 0 for its own class and below 0 for the others, by its cosines alone."""
    texts = ["شحال الدعم", "شحال كتعطيو", "فين المكتب", "فين كاينين", "chno hiya l3a9d", "chno huwa lcharte"]
    label = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
    vectors = Vectors(texts, Lexicon({}))
    machines = fitted(vectors.dense(512), label, 3)
    for text, own in zip(texts, label, strict=True):
        scores = machines.support @ vectors.cosines(vectors.vector(text)) + machines.offsets
        assert scores[own] > 0
        assert (np.delete(scores, own) < 0).all()


def test_one_class_alone_is_learnt() -> None:
    """With nothing to tell apart, its texts still score above 0."""
    machines = fitted(unit_rows(5, 8, 0), np.zeros(5, dtype=np.int32), 1)
    assert machines.offsets[0] > 0


def test_hashed_columns_keep_the_cosines() -> None:
    """The products of dense rows are near the cosines of the texts, and their lengths near one."""
    texts = [
        f"{first} {second}" for first in ("شحال", "فين", "كيفاش", "wach") for second in ("الدعم", "المكتب", "tasdir")
    ]
    vectors = Vectors(texts, Lexicon({}))
    rows = vectors.dense(4096)
    exact = np.array([vectors.cosines(vectors.vector(text)) for text in texts])
    assert np.abs(rows @ rows.T - exact).max() < 0.1


def test_naive_bayes_hears_what_a_class_holds_oftener_than_all() -> None:
    """Each text speaks most for its own class, and a word that every class holds decides nothing."""
    texts = ["شحال الدعم", "شحال كتعطيو", "فين المكتب", "فين كاينين", "شحال ديال الوقت", "شحال كيتسناو"]
    label = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
    vectors = Vectors(texts, Lexicon({}))
    bayes = NaiveBayes(vectors, label, 3)
    for text, own in zip(texts, label, strict=True):
        assert int(np.argmax(bayes.scores(vectors.vector(text)))) == own
    common = bayes.scores(vectors.vector("شحال"))
    assert common[0] == pytest.approx(common[2], abs=0.2)
    assert common[0] > common[1]


def test_naive_bayes_is_not_swayed_by_one_word_alone() -> None:
    """A word of a class weighs less in a text whose other words speak for another."""
    texts = ["كيفاش نسجل التعاونية", "كيفاش نأسس التعاونية", "شحال ديال الضريبة", "نخلص الضريبة"]
    vectors = Vectors(texts, Lexicon({}))
    bayes = NaiveBayes(vectors, np.array([0, 0, 1, 1], dtype=np.int32), 2)
    assert int(np.argmax(bayes.scores(vectors.vector("واش نخلص شحال ديال الضريبة على التعاونية")))) == 1
