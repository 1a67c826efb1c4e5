"""Train the small classifier that tells nationalities, events, products and facilities apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from names_data import read_rows, trim
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from ingest.names.authority import bundled_entries
from ingest.names.model.tokens import tokenize
from ingest.names.model.types import CHOICES, COLUMNS, name_features

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ingest.names.model.features import Lexicon

_TEACHER = {
    "NORP": "NORP", "EVENT": "EVENT", "PRODUCT": "PRODUCT", "WORK_OF_ART": "OTHER", "LAW": "OTHER",
    "LANGUAGE": "OTHER", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "FACILITY",
}  # fmt: skip
_PEOPLE = {
    "Nationality": "NORP", "Weapon": "PRODUCT", "MilitaryPlatform": "PRODUCT", "product": "PRODUCT",
    "creative-work": "OTHER",
}  # fmt: skip
_TRUSTED = 3
"""A name typed by people or by the authority counts as so many occurrences typed by the teacher."""
_SMALLEST = 0.05


def type_weights(
    entities: dict[str, list[tuple[int, int, str]]], texts: dict[str, str], folder: Path, lexicon: Lexicon
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Weights of the classifier: feature numbers, ascending, and a row of `COLUMNS` for each.

    Args:
        entities: What the medium teacher found, with its own types, by document.
        texts: The documents.
        folder: The folder of the corpora, for those of people with fine types.
        lexicon: The lexicon.
    """
    counts: Counter[tuple[tuple[str, ...], str]] = Counter()
    for name, found in entities.items():
        _count_teacher(texts[name], found, counts)
    for corpus in ("re3d", "wnut17_train"):
        for row in read_rows(folder / f"{corpus}.jsonl.gz"):
            if "BBC" not in str(row["id"]):
                _count_people(row, counts)
    for entry in bundled_entries():
        for spelling in (entry.name, *entry.aliases):
            counts[_words(spelling), entry.entity_type] += _TRUSTED
    rows: dict[int, NDArray[np.float32]] = {}
    for choices in CHOICES.values():
        examples = [
            (words, kind, count) for (words, kind), count in counts.items() if kind in choices and words
        ]
        _fit(examples, choices, lexicon, rows)
    keys = np.array(sorted(rows), np.uint32)
    return keys, np.array([rows[number] for number in keys.tolist()], np.float32)


def _count_teacher(
    text: str, found: list[tuple[int, int, str]], counts: Counter[tuple[tuple[str, ...], str]]
) -> None:
    for first, last, label in found:
        if label in _TEACHER:
            start, end = trim(text, first, last)
            counts[_words(text[start:end]), _TEACHER[label]] += 1


def _count_people(row: dict[str, object], counts: Counter[tuple[tuple[str, ...], str]]) -> None:
    for start, end, label in row["spans_src"]:  # type: ignore[attr-defined]
        if label in _PEOPLE:
            counts[_words(str(row["text"])[start:end]), _PEOPLE[label]] += _TRUSTED


def _words(text: str) -> tuple[str, ...]:
    return tuple(tokenize(text, lambda _: None).words)


def _fit(
    examples: list[tuple[tuple[str, ...], str, int]],
    choices: tuple[str, ...],
    lexicon: Lexicon,
    rows: dict[int, NDArray[np.float32]],
) -> None:
    features = [name_features(words, lexicon.clusters) for words, _, _ in examples]
    vocabulary = {
        number: place for place, number in enumerate(sorted({n for group in features for n in group}))
    }
    places = np.array([vocabulary[number] for group in features for number in group])
    ends = np.cumsum([0, *map(len, features)])
    matrix = csr_matrix((np.ones(len(places)), places, ends), shape=(len(examples), len(vocabulary)))
    weights = np.sqrt([min(count, 5) for _, _, count in examples])
    offset = COLUMNS.index(choices[0])  # type: ignore[arg-type]
    for place, choice in enumerate(choices):
        model = LogisticRegression(
            C=1.0, penalty="l1", solver="liblinear", fit_intercept=False, random_state=0
        )
        model.fit(matrix, np.array([kind == choice for _, kind, _ in examples]), weights)
        for number, column in vocabulary.items():
            weight = float(model.coef_[0, column])
            if abs(weight) > _SMALLEST:
                rows.setdefault(number, np.zeros(len(COLUMNS), np.float32))[offset + place] = weight
    print(f"types {choices}: {len(examples)} names", flush=True)
