"""The shipped model of the name finder: a linear-chain conditional random field in arrays."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import ConfigError
from ingest.names.features import DOCUMENT_FLAGS, Lexicon, WordFeatures, word_features

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from numpy.lib.npyio import NpzFile
    from numpy.typing import NDArray

_MAX_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Values by 32-bit key, as two arrays: small on disk and quick to load.

    Attributes:
        keys: Ascending.
        values: One for each key.
    """

    keys: NDArray[np.uint32]
    values: NDArray[np.generic]

    def get(self, key: int, default: int | None = None) -> int | None:
        """The value of a key, or the default."""
        index = int(self.keys.searchsorted(np.uint32(key)))
        if index < len(self.keys) and self.keys[index] == key:
            return int(self.values[index])
        return default


class WordMemory:
    """What was computed for the words met so far; emptied when it has grown large."""

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.clear()

    def clear(self) -> None:
        """Forget all words."""
        self.rows: dict[str, int] = {}
        size = 1024
        self.scores = np.zeros((size, 5, self.labels), np.float32)
        self.facts = np.zeros((size, 2), np.uint32)
        self.marks = np.zeros((size, 2), np.bool_)

    def add(self, word: str, features: WordFeatures, scores: NDArray[np.float32]) -> int:
        """Remember a word."""
        row = len(self.rows)
        if row == len(self.facts):
            self.scores = np.concatenate([self.scores, np.zeros_like(self.scores)])
            self.facts = np.concatenate([self.facts, np.zeros_like(self.facts)])
            self.marks = np.concatenate([self.marks, np.zeros_like(self.marks)])
        self.scores[row] = scores
        self.facts[row] = features.word_key, features.shape_key
        self.marks[row] = features.is_capital, features.is_inner
        self.rows[word] = row
        return row


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the name finder.

    Attributes:
        labels: `O`, `B-PER`, ...
        lexicon: Word clusters and name lists.
        keys: Feature numbers, ascending.
        weights: One row for each feature, one column for each label.
        flags: Weights of `DOCUMENT_FLAGS`.
        transitions: From label (row) to label (column).
        memory: Words met so far.
    """

    labels: tuple[str, ...]
    lexicon: Lexicon
    keys: NDArray[np.uint32]
    weights: NDArray[np.float32]
    flags: NDArray[np.float32]
    transitions: NDArray[np.float32]
    memory: WordMemory

    def look_up(self, keys: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Weights of features, zero where the model has none: one row for each number."""
        index = self.keys.searchsorted(keys)
        index[index == len(self.keys)] = 0
        rows = self.weights[index]
        rows[self.keys[index] != keys] = 0
        return rows

    def rows_of(self, words: list[str]) -> NDArray[np.int64]:
        """Row of `memory` for each word; new words are added."""
        memory = self.memory
        if len(memory.rows) > _MAX_REMEMBERED:
            memory.clear()
        rows = memory.rows
        found = list(map(rows.get, words))
        if None in found:
            for index, row in enumerate(found):
                if row is None:
                    word = words[index]
                    known = rows.get(word)
                    found[index] = self._learn(word) if known is None else known
        return np.array(found, dtype=np.int64)

    def _learn(self, word: str) -> int:
        features = word_features(word, self.lexicon)
        sizes = [len(group) for group in features.at_offset]
        keys = np.array([key for group in features.at_offset for key in group], np.uint32)
        starts = np.cumsum([0, *sizes[:-1]])
        return self.memory.add(word, features, np.add.reduceat(self.look_up(keys), starts, axis=0))


def read_model(weights_path: str | Traversable, lexicon_path: str | Traversable) -> Model:
    """Read a model as training wrote it.

    Raises:
        ConfigError: The two files do not belong to this version of the features.
    """
    with _open(lexicon_path) as data:
        lexicon = Lexicon(
            [KeyTable(data["cluster_keys"], values) for values in data["clusters"]],
            KeyTable(data["gazetteer_keys"], data["gazetteer"]),
        )
    with _open(weights_path) as data:
        labels = tuple(str(label) for label in data["labels"])
        keys = np.cumsum(data["key_steps"], dtype=np.uint32)
        weights = data["weights"].astype(np.float32) * data["scale"]
        flags, transitions = data["flags"], data["transitions"]
    if len(flags) != len(DOCUMENT_FLAGS):
        raise ConfigError(
            f"{weights_path} has {len(flags)} document flags, this version computes {len(DOCUMENT_FLAGS)}: "
            "run training/train_names.py anew"
        )
    return Model(labels, lexicon, keys, weights, flags, transitions, WordMemory(len(labels)))


@contextmanager
def _open(path: str | Traversable) -> Iterator[NpzFile]:
    with (Path(path) if isinstance(path, str) else path).open("rb") as file, np.load(file) as data:
        yield data


@cache
def load_model() -> Model:
    """The shipped model, read once."""
    folder = resources.files("ingest") / "resources" / "models"
    return read_model(folder / "names.npz", folder / "names_lexicon.npz")
