"""The shipped model of the name finder: a linear-chain conditional random field in arrays."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import ConfigError
from ingest.names.model.features import (
    DOCUMENT_FLAGS,
    KeyTable,
    Lexicon,
    WordFeatures,
    Words,
    sentence_firsts,
    split_places,
    word_features,
)
from ingest.names.model.recase import read_words
from ingest.names.model.types import entity_type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from numpy.lib.npyio import NpzFile
    from numpy.typing import NDArray

    from ingest.names.model.tokens import Tokens
    from ingest.records import EntityType

_MAX_REMEMBERED = 50_000
_MAX_DISTINCT = 60_000


def _stand_in(word: str) -> str:
    return "Xxxx" if word[0].isupper() else "xxxx" if word[0].isalpha() else "#"


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
        self.facts = np.zeros((size, 3), np.uint32)
        self.marks = np.zeros((size, 4), np.bool_)

    def add(self, word: str, features: WordFeatures, scores: NDArray[np.float32]) -> int:
        """Remember a word."""
        row = len(self.rows)
        if row == len(self.facts):
            self.scores = np.concatenate([self.scores, np.zeros_like(self.scores)])
            self.facts = np.concatenate([self.facts, np.zeros_like(self.facts)])
            self.marks = np.concatenate([self.marks, np.zeros_like(self.marks)])
        self.scores[row] = scores
        self.facts[row] = features.word_key, features.shape_key, features.cluster_key
        self.marks[row] = features.is_capital, features.is_inner, features.is_letters, features.is_loud
        self.rows[word] = row
        return row


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's words as the model reads them.

    Attributes:
        tokens: The words; capitals of headlines and small letters of transcripts undone.
        rows: Row of `Model.memory` for each.
        words: Facts about each.
        shouted: For each sentence, whether it stands in capitals.
    """

    tokens: Tokens
    rows: NDArray[np.int64]
    words: Words
    shouted: NDArray[np.bool_]


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
        boldness: What is taken off the score of O: more names are found, more of them wrong.
        type_weights: Weights of the classifier of types, see `types.entity_type`.
        memory: Words met so far.
        splits: Words with a hyphen met so far, and the pieces they fall into.
        types: Names met so far, and their types.
    """

    labels: tuple[str, ...]
    lexicon: Lexicon
    keys: NDArray[np.uint32]
    weights: NDArray[np.float32]
    flags: NDArray[np.float32]
    transitions: NDArray[np.float32]
    boldness: float
    type_weights: tuple[NDArray[np.uint32], NDArray[np.float32]]
    memory: WordMemory
    splits: dict[str, list[str] | None] = field(default_factory=dict)
    types: dict[tuple[str, tuple[str, ...]], EntityType] = field(default_factory=dict)

    def look_up(self, keys: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Weights of features, zero where the model has none: one row for each number."""
        rows = np.zeros((len(keys), len(self.labels)), np.float32)
        known, weights = self.known(keys)
        rows[known] = weights
        return rows

    def known(self, keys: NDArray[np.uint32]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Which features the model has, and their weights: one row for each of these."""
        index = self.keys.searchsorted(keys)
        index[index == len(self.keys)] = 0
        known = self.keys[index] == keys
        return known, self.weights[index[known]]

    def rows_of(self, words: list[str]) -> NDArray[np.int64]:
        """Row of `memory` for each word; new words are added.

        A document with very many different words is no prose: those beyond the limit are read as one
        capitalised, one small and one other word, which bounds memory and time.
        """
        memory = self.memory
        if len(words) > _MAX_DISTINCT and len(distinct := dict.fromkeys(words)) > _MAX_DISTINCT:
            kept = set(itertools.islice(distinct, _MAX_DISTINCT))
            words = [word if word in kept else _stand_in(word) for word in words]
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

    def read(self, tokens: Tokens) -> Reading:
        """Read a document's words.

        Args:
            tokens: The words as they stand; at least one.
        """
        rows = self.rows_of(tokens.words)
        words = self._facts(rows, tokens)
        spelling, shouted = read_words(tokens, words, self.lexicon.cases)
        if spelling is tokens.words:
            return Reading(tokens, rows, words, shouted)
        tokens = replace(tokens, words=spelling)
        rows = self.rows_of(spelling)
        return Reading(tokens, rows, self._facts(rows, tokens), shouted)

    def _facts(self, rows: NDArray[np.int64], tokens: Tokens) -> Words:
        word, shape, cluster = self.memory.facts[rows].T
        capital, inner, letters, loud = self.memory.marks[rows].T
        return Words(word, shape, cluster, capital, inner, letters, loud, sentence_firsts(tokens))

    def split(self, word: str) -> list[str] | None:
        """Cut a word with a hyphen into its pieces where it joins two places or peoples, else None."""
        if word in self.splits:
            return self.splits[word]
        if len(self.splits) > _MAX_REMEMBERED:
            self.splits.clear()
        pieces = self.splits[word] = split_places(word, self.lexicon.gazetteer)
        return pieces

    def type_of(self, kind: str, words: tuple[str, ...]) -> EntityType:
        """The type of a name, see `types.entity_type`; remembered for each spelling."""
        known = self.types.get((kind, words))
        if known is None:
            if len(self.types) > _MAX_REMEMBERED:
                self.types.clear()
            known = entity_type(kind, words, self.lexicon.clusters, self.type_weights)
            self.types[kind, words] = known
        return known

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
            *(KeyTable(data[f"{name}_keys"], data[name]) for name in ("gazetteer", "phrases", "cases")),
        )
    with _open(weights_path) as data:
        labels = tuple(str(label) for label in data["labels"])
        keys = np.cumsum(data["key_steps"], dtype=np.uint32)
        weights = data["weights"].astype(np.float32) * data["scale"]
        flags, transitions, boldness = data["flags"], data["transitions"], float(data["boldness"])
        types = data["type_keys"], data["type_weights"].astype(np.float32)
    if len(flags) != len(DOCUMENT_FLAGS):
        raise ConfigError(
            f"{weights_path} has {len(flags)} document flags, this version computes {len(DOCUMENT_FLAGS)}: "
            "run training/train_names.py anew"
        )
    return Model(labels, lexicon, keys, weights, flags, transitions, boldness, types, WordMemory(len(labels)))


@contextmanager
def _open(path: str | Traversable) -> Iterator[NpzFile]:
    with (Path(path) if isinstance(path, str) else path).open("rb") as file, np.load(file) as data:
        yield data


@cache
def load_model() -> Model:
    """The shipped model, read once."""
    folder = resources.files("ingest") / "resources" / "models"
    return read_model(folder / "names.npz", folder / "names_lexicon.npz")
