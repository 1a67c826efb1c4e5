"""CatBoost models of symmetric trees, as the arrays that `ingest.models.symmetric_trees` evaluates."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from catboost import CatBoostClassifier

from ingest.models.symmetric_trees import SymmetricTrees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from _typeshed import DataclassInstance
    from catboost import Pool


def fit_trees(
    pool: Pool, names: Sequence[str], parameters: Mapping[str, Any], seeds: Sequence[int]
) -> SymmetricTrees:
    """Train one model a seed, and join them: the mean of their raw scores.

    Args:
        pool: One row for each item, with its label and how much it counts; no NaN.
        names: Names of the columns.
        parameters: For CatBoost; a number of trees, a depth, and so on.
        seeds: Seeds of the models.

    Returns:
        The model, without the columns that none of its trees asks for.
    """
    trees: list[Mapping[str, Any]] = []
    biases: list[float] = []
    for seed in seeds:
        model = CatBoostClassifier(**parameters, random_seed=seed, thread_count=1, allow_writing_files=False)
        model.fit(pool, verbose=False)
        dumped = _dumped(model)
        trees += dumped["oblivious_trees"]
        biases.append(dumped["scale_and_bias"][1][0])
    depth = int(parameters["depth"])
    feature = np.zeros((depth, len(trees)), np.int32)
    threshold = np.full((depth, len(trees)), np.inf, np.float32)
    value = np.zeros((len(trees), 1 << depth), np.float32)
    for k, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            feature[level, k] = split["float_feature_index"]
            threshold[level, k] = split["border"]
        leaves = np.array(tree["leaf_values"]) / len(seeds)
        value[k, : len(leaves)] = leaves
    used = np.unique(feature[np.isfinite(threshold)])
    feature = np.searchsorted(used, feature).clip(max=len(used) - 1).astype(np.int32)
    return SymmetricTrees(feature, threshold, value, float(np.mean(biases)), tuple(names[k] for k in used))


def _dumped(model: CatBoostClassifier) -> Mapping[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def write_model(path: Path, model: DataclassInstance) -> None:
    """Write a model as `ingest.models.files` reads it; equal models give equal bytes.

    Args:
        path: The `.npz` file.
        model: Trees or weights: its arrays are kept as arrays, all else in a header.
    """
    values = {field.name: getattr(model, field.name) for field in fields(model) if field.init}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    header = json.dumps({name: value for name, value in values.items() if name not in arrays}).encode()
    np.savez_compressed(path, **arrays, header=np.frombuffer(header, np.uint8))
