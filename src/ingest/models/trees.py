"""Boosted trees as arrays: a small evaluator, so that no learning library is needed at run time.

A model is trained by `training/` and kept as one `.npz` file of plain arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# So many trees at once that the numbers of one step stay in the processor's cache; more for few rows.
_TREES_AT_ONCE = 32
_CELLS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Forest:
    """A sum of decision trees for each output.

    A row goes left where `x[feature] <= threshold`.  A leaf is its own left and right child.

    Attributes:
        feature: Feature of each node; 0 in a leaf.
        threshold: Threshold of each node.
        left: Left child of each node.
        right: Right child of each node.
        value: Value of each leaf; 0 elsewhere.
        root: First node of each tree.
        output: Which output each tree adds to; ascending.
        depth: Steps from a root to its deepest leaf.
        names: Names of the features, in the order of the columns.
        outputs: Names of the outputs.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    root: NDArray[np.int32]
    output: NDArray[np.int32]
    depth: int
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    # Each node twice, side by side, for the ways left and right: so a step is one addition and one look-up.
    _feature: NDArray[np.int32] = field(init=False, repr=False)
    _threshold: NDArray[np.float32] = field(init=False, repr=False)
    _child: NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the nodes out for the evaluator."""
        is_leaf = self.left == np.arange(len(self.left))
        threshold = np.where(is_leaf, np.float32(np.inf), self.threshold)
        object.__setattr__(self, "_feature", np.repeat(self.feature, 2))
        object.__setattr__(self, "_threshold", np.repeat(threshold, 2))
        object.__setattr__(self, "_child", np.stack((self.left, self.right), axis=1).ravel() * 2)

    def arrange(self, names: tuple[str, ...], rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Put columns into the order of the model.

        Args:
            names: Names of the columns.
            rows: One row for each item.

        Raises:
            ConfigError: The model wants a column that is not there: it was trained on another version.
        """
        if names == self.names:
            return rows
        missing = [name for name in self.names if name not in names]
        if missing:
            raise ConfigError(
                f"the model wants columns that are not measured: {', '.join(missing)}; train it anew"
            )
        return rows[:, [names.index(name) for name in self.names]]

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sum the trees.

        Args:
            rows: One row for each item, one column for each name in `names`; no NaN.

        Returns:
            Raw scores (log odds), one column for each output.
        """
        starts = np.searchsorted(self.output, np.arange(len(self.outputs)))
        return np.add.reduceat(self._leaves(rows), starts, axis=1, dtype=np.float32)

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Value of the leaf that each row comes to, one column a tree."""
        flat = np.ascontiguousarray(rows).ravel()
        offset = (np.arange(len(rows), dtype=np.int32) * rows.shape[1])[:, None]
        values = np.empty((len(rows), len(self.root)), dtype=np.float32)
        at_once = max(_TREES_AT_ONCE, _CELLS_AT_ONCE // len(rows))
        for first in range(0, len(self.root), at_once):
            roots = self.root[first : first + at_once] * 2
            at = np.repeat(roots[None, :], len(rows), axis=0)
            for _ in range(self.depth):
                place = self._feature.take(at)
                place += offset
                at += flat.take(place) > self._threshold.take(at)
                at = self._child.take(at)
            values[:, first : first + len(roots)] = self.value.take(at >> 1)
        return values
