"""LightGBM models to the arrays that `ingest.models.trees` evaluates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import lightgbm


def forest_arrays(
    models: Sequence[lightgbm.Booster], outputs: Sequence[str], names: Sequence[str]
) -> dict[str, np.ndarray]:
    """Join one-output boosters into one set of arrays, one output each.

    Args:
        models: Binary (or regression) boosters without categorical features, trained without NaN.
        outputs: A name for each booster.
        names: Names of the features, in the order of the columns.
    """
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, of_output = [], []
    depth = 0
    for index, model in enumerate(models):
        for tree in model.dump_model()["tree_info"]:
            roots.append(len(nodes))
            of_output.append(index)
            depth = max(depth, _flatten(tree["tree_structure"], nodes))
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    header = {"depth": depth, "names": list(names), "outputs": list(outputs)}
    return {
        "feature": np.array(feature, np.int32),
        "threshold": np.array(threshold, np.float32),
        "left": np.array(left, np.int32),
        "right": np.array(right, np.int32),
        "value": np.array(value, np.float32),
        "root": np.array(roots, np.int32),
        "output": np.array(of_output, np.int32),
        "header": np.frombuffer(json.dumps(header).encode(), np.uint8),
    }


def write_forest(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a model; equal arrays give equal bytes of each member."""
    np.savez_compressed(path, **arrays)


def _flatten(tree: dict[str, Any], nodes: list[tuple[int, float, int, int, float]]) -> int:
    """Append a tree's nodes; gives its depth in steps."""
    at = len(nodes)
    if "leaf_value" in tree:
        nodes.append((0, 0.0, at, at, tree["leaf_value"]))
        return 0
    nodes.append((0, 0.0, 0, 0, 0.0))
    left_at = len(nodes)
    left_depth = _flatten(tree["left_child"], nodes)
    right_at = len(nodes)
    right_depth = _flatten(tree["right_child"], nodes)
    nodes[at] = (tree["split_feature"], tree["threshold"], left_at, right_at, 0.0)
    return 1 + max(left_depth, right_depth)
