"""Train a linear-chain conditional random field, sentence by sentence, with FTRL-proximal steps.

Lafferty et al. 2001 for the model, McMahan et al. 2013 for the steps.  The L1 term drives most weights to
exactly zero, which keeps the shipped model small.  A million words take six seconds an epoch on one core,
where L-BFGS over all sentences took minutes.
"""

# ruff: noqa: PLR0913, PLR0917 (compiled functions take plain arrays)
from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_WORDS = 2048
_SMALL = 1e-4
"""Gradients below this change nothing worth a step."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Sentences as arrays.

    Attributes:
        sentences: First word of each sentence, and the number of words at the end.
        words: First feature of each word, and the number of features at the end.
        features: Feature of each place, an index of `keys`.
        labels: Label of each word.
        weights: How much each sentence counts.
        keys: The 32-bit number of each feature, ascending.
    """

    sentences: NDArray[np.int64]
    words: NDArray[np.int64]
    features: NDArray[np.int32]
    labels: NDArray[np.int8]
    weights: NDArray[np.float32]
    keys: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Steps:
    """How to descend.

    Attributes:
        epochs: Passes over all sentences.
        alpha: Step width.
        beta: Smooths the first steps.
        l1: Weight of the absolute value of the weights, over all passes together.
        seed: Order of the sentences.
    """

    epochs: int = 6
    alpha: float = 0.1
    beta: float = 1.0
    l1: float = 1.5
    seed: int = 1


@numba.njit(fastmath=True, cache=True)
def _log_sum(row):  # noqa: ANN001, ANN202 (numba infers types)
    top = row.max()
    total = 0.0
    for value in row:
        total += math.exp(value - top)
    return top + math.log(total)


@numba.njit(fastmath=True, cache=True)
def _step(slot, label, gradient, alpha, beta, l1):  # noqa: ANN001, ANN202 (numba infers types)
    """One step of one weight; a slot holds weight, z and n of McMahan's algorithm 1."""
    n_old = slot[2, label]
    n_new = n_old + gradient * gradient
    z = slot[1, label] + gradient - (math.sqrt(n_new) - math.sqrt(n_old)) / alpha * slot[0, label]
    slot[1, label] = z
    slot[2, label] = n_new
    if abs(z) <= l1:
        slot[0, label] = 0.0
    else:
        slot[0, label] = -(z - math.copysign(l1, z)) / ((beta + math.sqrt(n_new)) / alpha)


@numba.njit(fastmath=True, cache=True)
def _score(begin, count, words, features, slots, emission):  # noqa: ANN001, ANN202 (numba infers types)
    labels = slots.shape[2]
    for t in range(count):
        for y in range(labels):
            emission[t, y] = 0.0
        for k in range(words[begin + t], words[begin + t + 1]):
            for y in range(labels):
                emission[t, y] += slots[features[k], 0, y]


@numba.njit(fastmath=True, cache=True)
def _forward_backward(count, emission, trans, forward, backward, buffer):  # noqa: ANN001, ANN202 (numba infers types)
    """Sums over all paths; a sentence is framed by O on both sides.  Returns the log of the sum of all."""
    labels = trans.shape[0]
    for y in range(labels):
        forward[0, y] = emission[0, y] + trans[0, 0, y]
        backward[count - 1, y] = trans[y, 0, 0]
    for t in range(1, count):
        for y in range(labels):
            for x in range(labels):
                buffer[x] = forward[t - 1, x] + trans[x, 0, y]
            forward[t, y] = _log_sum(buffer) + emission[t, y]
    for t in range(count - 2, -1, -1):
        for x in range(labels):
            for y in range(labels):
                buffer[y] = trans[x, 0, y] + emission[t + 1, y] + backward[t + 1, y]
            backward[t, x] = _log_sum(buffer)
    for y in range(labels):
        buffer[y] = forward[count - 1, y] + trans[y, 0, 0]
    return _log_sum(buffer)


@numba.njit(fastmath=True, cache=True)
def _pairs(count, gold, emission, trans, forward, backward, log_z, pair):  # noqa: ANN001, ANN202 (numba infers types)
    """Expected minus seen transitions."""
    labels = trans.shape[0]
    pair[:] = 0.0
    for t in range(1, count):
        for x in range(labels):
            if forward[t - 1, x] + backward[t - 1, x] - log_z < -12.0:  # noqa: PLR2004 (no share to speak of)
                continue
            for y in range(labels):
                pair[x, y] += math.exp(
                    forward[t - 1, x] + trans[x, 0, y] + emission[t, y] + backward[t, y] - log_z
                )
        pair[gold[t - 1], gold[t]] -= 1.0
    for y in range(labels):
        pair[0, y] += math.exp(forward[0, y] + backward[0, y] - log_z)
        pair[y, 0] += math.exp(forward[count - 1, y] + trans[y, 0, 0] - log_z)
    pair[0, gold[0]] -= 1.0
    pair[gold[count - 1], 0] -= 1.0


@numba.njit(fastmath=True, cache=True)
def _epoch(order, sentences, words, features, gold, weights, slots, trans, alpha, beta, l1):  # noqa: ANN001, ANN202, C901 (numba infers types; one hot loop)
    labels = slots.shape[2]
    loss = 0.0
    forward = np.zeros((_MAX_WORDS, labels))
    backward = np.zeros((_MAX_WORDS, labels))
    emission = np.zeros((_MAX_WORDS, labels))
    buffer = np.zeros(labels)
    pair = np.zeros((labels, labels))
    for s in order:
        begin = sentences[s]
        count = min(sentences[s + 1] - begin, _MAX_WORDS)
        if count == 0:
            continue
        seen = gold[begin : begin + count]
        weight = weights[s]
        _score(begin, count, words, features, slots, emission)
        log_z = _forward_backward(count, emission, trans, forward, backward, buffer)
        _pairs(count, seen, emission, trans, forward, backward, log_z, pair)
        for t in range(count):
            for y in range(labels):
                buffer[y] = math.exp(forward[t, y] + backward[t, y] - log_z)
            loss -= weight * math.log(max(buffer[seen[t]], 1e-12))
            buffer[seen[t]] -= 1.0
            for k in range(words[begin + t], words[begin + t + 1]):
                for y in range(labels):
                    if abs(buffer[y]) > _SMALL:
                        _step(slots[features[k]], y, buffer[y] * weight, alpha, beta, l1)
        for x in range(labels):
            for y in range(labels):
                if abs(pair[x, y]) > _SMALL:
                    _step(trans[x], y, pair[x, y] * weight, alpha, beta, 0.0)
    return loss


def train(problem: Problem, labels: int, steps: Steps) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit the weights.

    Args:
        problem: The sentences.
        labels: How many labels there are; label 0 frames each sentence.
        steps: How to descend.

    Returns:
        Weights (features by labels) and transitions (from label by to label).
    """
    random = np.random.default_rng(steps.seed)
    slots = np.zeros((len(problem.keys), 3, labels), np.float32)
    trans = np.zeros((labels, 3, labels), np.float32)
    for epoch in range(steps.epochs):
        start = time.process_time()
        order = random.permutation(len(problem.sentences) - 1)
        loss = _epoch(
            order, problem.sentences, problem.words, problem.features, problem.labels, problem.weights,
            slots, trans, steps.alpha, steps.beta, steps.l1,
        )  # fmt: skip
        print(
            f"  epoch {epoch + 1}: loss {loss:.0f}, weights {np.count_nonzero(slots[:, 0])}, "
            f"{time.process_time() - start:.0f} s CPU",
            flush=True,
        )
    return slots[:, 0].copy(), trans[:, 0].copy()
