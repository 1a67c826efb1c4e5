"""Boosted symmetric trees as arrays, evaluated for all rows at once.

In a symmetric (oblivious) tree all nodes of one level ask the same question, so a leaf is found by comparing
and shifting whole arrays, without a walk from node to node: several times faster than `ingest.models.trees`.
A model is trained by `training/` and kept as one `.npz` file of plain arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# So that what one step makes stays in the processor's cache.
_ITEMS_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class SymmetricTrees:
    """A sum of symmetric trees.

    Level k of a tree asks whether `x[feature] > threshold`; the answer is bit k of the leaf's number.

    Attributes:
        feature: Feature that each level of each tree asks for, one row a level.
        threshold: Threshold of each level of each tree, one row a level.
        value: Value of each leaf, one row a tree.
        bias: What is added to the sum.
        names: Names of the features, in the order of the columns.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    value: NDArray[np.float32]
    bias: float
    names: tuple[str, ...]
    # Trees ask the same again and again, so each question is put once: its feature, its threshold, and which
    # of them each level of each tree asks.
    _features: NDArray[np.intp] = field(init=False, repr=False)
    _thresholds: NDArray[np.float32] = field(init=False, repr=False)
    _questions: NDArray[np.intp] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the distinct questions."""
        pairs = list(zip(self.feature.ravel().tolist(), self.threshold.ravel().tolist(), strict=True))
        places = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        features, thresholds = zip(*places, strict=True)
        questions = np.array([places[pair] for pair in pairs], dtype=np.intp)
        object.__setattr__(self, "_features", np.array(features, dtype=np.intp))
        object.__setattr__(self, "_thresholds", np.array(thresholds, dtype=np.float32)[:, None])
        object.__setattr__(self, "_questions", questions.reshape(self.feature.shape))

    def sums(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Sum the trees.

        Args:
            table: One row for each feature in `names`, one column for each item; no NaN.

        Returns:
            Raw scores (log odds) of the items.
        """
        sums = np.empty(table.shape[1], dtype=np.float64)
        for start in range(0, len(sums), _ITEMS_AT_ONCE):
            part = slice(start, start + _ITEMS_AT_ONCE)
            sums[part] = self._sums(table[:, part])
        return sums

    def _sums(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        answers = (table.take(self._features, axis=0) > self._thresholds).view(np.uint8)
        leaf = np.zeros((len(self.value), table.shape[1]), dtype=np.uint8)
        for questions in self._questions[::-1]:
            leaf += leaf  # a shift by one, at a tenth of its cost
            leaf |= answers.take(questions, axis=0)
        first = np.arange(0, self.value.size, self.value.shape[1], dtype=np.intp)[:, None]
        values = self.value.ravel().take(leaf + first)
        total: NDArray[np.float64] = values.sum(axis=0, dtype=np.float64) + self.bias
        return total
