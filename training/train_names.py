r"""Train the name finder: lexicon, labels by vote, field, types.  See docs/model-cards/names.md.

    pip install -e '.[train]'
    python training/train_names.py --data CORPORA --clusters word_clusters_512.json.gz \\
        --small en_core_web_sm --medium PATH_OF_MEDIUM --work SCRATCH --out src/ingest/resources/models

`--hold-out` leaves every fourth document labelled by people out, so that it can measure.  Steps whose
result lies in the scratch folder are not repeated.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from crf import Problem, Steps, train
from names_data import (
    LABELS,
    Example,
    SpanRow,
    disguise,
    gold,
    label_words,
    read_rows,
    silver,
    teacher_spans,
)
from names_lexicon import as_table, cases, clusters, gazetteer, name_lists
from names_types import type_weights

from ingest.names.authority import Authority, load_authority
from ingest.names.find.spans import label_runs
from ingest.names.model import Model, read_model
from ingest.names.model.decode import best_labels, document_features, emission_scores
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
from ingest.names.model.tokens import PARTICIPLES, Tokens, tokenize
from ingest.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

SILVER = ("enww_agreed", "polnear_agreed")
BOLDNESS = 0.8
"""Chosen on held-out text: the recall of names rises faster than their precision falls."""
MIN_COUNT = 2
_LARGEST = 6.0
"""Weights are cut here before they are stored as bytes."""


class ProblemBuilder:
    """Turns labelled documents into the arrays that the trainer reads."""

    def __init__(self, lexicon: Lexicon, authority: Authority) -> None:
        self.lexicon = lexicon
        self.authority = authority
        self.words: dict[str, tuple[WordFeatures, tuple[NDArray[np.uint32], ...]]] = {}
        self.features: list[NDArray[np.uint32]] = []
        self.labels: list[NDArray[np.int8]] = []
        self.lengths: list[int] = []
        self.weights: list[float] = []

    def add(self, example: Example, *, disguised: bool = False) -> None:
        """Add the sentences of a document.

        Args:
            example: The document.
            disguised: Put words that nobody knows for its names.
        """
        tokens = tokenize(example.text, lambda word: split_places(word, self.lexicon.gazetteer))
        if not tokens.words:
            return
        labels = label_words(tokens, example.spans, self.lexicon.gazetteer, PARTICIPLES)
        hits = () if disguised else self.authority.find(example.text)
        if disguised:
            tokens = replace(
                tokens, words=disguise(tokens.words, labels, self.lexicon.cases, example.document_id)
            )
        read, shouted = read_words(tokens, self._facts(tokens), self.lexicon.cases)
        tokens = replace(tokens, words=read)
        known = [self._word(word) for word in read]
        where, keys, flags = document_features(tokens, self._facts(tokens), shouted, hits, self.lexicon)
        order = np.argsort(where, kind="stable")
        keys, starts = keys[order], np.searchsorted(where[order], np.arange(len(read) + 1))
        bounds = tokens.sentences.tolist()
        for first, stop in itertools.pairwise(bounds):
            begin, end = int(tokens.starts[first]), int(tokens.ends[stop - 1])
            if any(begin < right and left < end for left, right in example.left_out):
                continue
            for index in range(first, stop):
                parts = [
                    known[index + step][1][step + 2] for step in range(-2, 3) if first <= index + step < stop
                ]
                parts.append(keys[starts[index] : starts[index + 1]])
                # document flags have the smallest numbers: their bits
                parts.append(
                    np.flatnonzero(flags[index] >> np.arange(len(DOCUMENT_FLAGS)) & 1).astype(np.uint32)
                )
                self.features.append(np.concatenate(parts))
            self.labels.append(labels[first:stop])
            self.lengths.append(stop - first)
            self.weights.append(example.weight)

    def _facts(self, tokens: Tokens) -> Words:
        known = [self._word(word)[0] for word in tokens.words]
        columns = zip(*((w.word_key, w.shape_key, w.cluster_key) for w in known), strict=True)
        marks = zip(*((w.is_capital, w.is_inner, w.is_letters, w.is_loud) for w in known), strict=True)
        return Words(
            *(np.array(column, np.uint32) for column in columns),
            *(np.array(mark, np.bool_) for mark in marks),
            sentence_firsts(tokens),
        )

    def _word(self, word: str) -> tuple[WordFeatures, tuple[NDArray[np.uint32], ...]]:
        found = self.words.get(word)
        if found is None:
            features = word_features(word, self.lexicon)
            found = features, tuple(np.array(group, np.uint32) for group in features.at_offset)
            self.words[word] = found
        return found

    def problem(self) -> Problem:
        """All sentences; features seen only once are left out."""
        keys, number, counts = np.unique(
            np.concatenate(self.features), return_inverse=True, return_counts=True
        )
        kept = (counts >= MIN_COUNT) | (keys < len(DOCUMENT_FLAGS))
        place = np.where(kept, np.cumsum(kept) - 1, -1)[number]
        ends = np.cumsum([0, *map(len, self.features)])
        shift = np.concatenate([[0], np.cumsum(place >= 0)])
        return Problem(
            np.cumsum([0, *self.lengths]),
            shift[ends],
            place[place >= 0].astype(np.int32),
            np.concatenate(self.labels),
            np.array(self.weights, np.float32),
            keys[kept],
        )


def save_model(
    path: Path,
    problem: Problem,
    weights: NDArray[np.float32],
    transitions: NDArray[np.float32],
    types: tuple[NDArray[np.uint32], NDArray[np.float32]],
) -> None:
    """Write a model; weights become bytes, features whose weights all round to zero go."""
    is_flag = problem.keys < len(DOCUMENT_FLAGS)
    flags = np.zeros((len(DOCUMENT_FLAGS), len(LABELS)), np.float32)
    flags[problem.keys[is_flag]] = weights[is_flag]
    keys, rows = problem.keys[~is_flag], weights[~is_flag]
    scale = min(float(np.abs(rows).max()), _LARGEST) / 127
    small = np.clip(np.rint(rows / scale), -127, 127).astype(np.int8)
    used = (small != 0).any(axis=1)
    np.savez_compressed(
        path,
        labels=np.array(LABELS),
        key_steps=np.diff(keys[used], prepend=np.uint32(0)).astype(np.uint32),
        weights=small[used],
        scale=np.float32(scale),
        flags=flags,
        transitions=transitions,
        boldness=np.float32(BOLDNESS),
        type_keys=types[0],
        type_weights=types[1].astype(np.float16),
    )
    print(f"{path}: {int(used.sum())} features, {path.stat().st_size / 1e6:.2f} MB", flush=True)


def fit(
    examples: Iterable[Example],
    lexicon: Lexicon,
    steps: Steps,
    path: Path,
    types: tuple[NDArray[np.uint32], NDArray[np.float32]],
) -> None:
    """Train on labelled documents and write the model."""
    builder = ProblemBuilder(lexicon, load_authority(DEFAULT_SETTINGS))
    for example in examples:
        builder.add(example)
        if part_of(example.document_id, 3) == 0:
            builder.add(replace(example, weight=example.weight / 2), disguised=True)
    problem = builder.problem()
    print(
        f"{len(problem.labels)} words, {len(problem.weights)} sentences, {len(problem.keys)} features",
        flush=True,
    )
    weights, transitions = train(problem, len(LABELS), steps)
    save_model(path, problem, weights, transitions, types)


def label_with(model: Model, text: str) -> set[SpanRow]:
    """What the field alone finds, without rules."""
    tokens = tokenize(text, model.split)
    if not tokens.words:
        return set()
    reading = model.read(tokens)
    scores = emission_scores(reading, load_authority(DEFAULT_SETTINGS).find(text), model)
    labels = best_labels(scores, reading.words.first, model.transitions)
    return {
        (int(tokens.starts[first]), int(tokens.ends[stop - 1]), kind)
        for first, stop, kind in label_runs(labels, model.labels, tokens)
    }


def teach(
    model: str, rows: dict[str, list[dict[str, object]]], path: Path
) -> dict[str, list[tuple[int, int, str]]]:
    """Entities that a spaCy model finds in each document; kept in a file."""
    if not path.exists():
        import spacy  # noqa: PLC0415 (only where labels are made anew)

        pipeline = spacy.load(model, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"])
        texts = [(str(row["text"]), str(row["id"])) for group in rows.values() for row in group]
        found = {
            name: [(entity.start_char, entity.end_char, entity.label_) for entity in document.ents]
            for document, name in pipeline.pipe(texts, as_tuples=True, batch_size=32)
        }
        path.write_text(json.dumps(found), "utf-8")
    return {
        name: [tuple(entity) for entity in entities]
        for name, entities in json.loads(path.read_text("utf-8")).items()
    }


def part_of(document_id: str, parts: int) -> int:
    """Which of so many parts a document belongs to."""
    return int(hashlib.sha256(f"part:{document_id}".encode()).hexdigest()[:8], 16) % parts


def vote(example: Example, voters: tuple[set[SpanRow], set[SpanRow]]) -> Example:
    """Win back sentences on which the teachers differ: names that two of three voters see.

    A sentence stays left out where a name has no majority.  In the others a type changes where both voters
    say so.

    Args:
        example: The medium teacher's labels, de-noised.
        voters: Names that the small teacher sees, and those of a field trained on the other half.
    """
    own = set(example.spans)
    out: list[SpanRow] = []
    left_out = []
    others = [{(start, end): kind for start, end, kind in names} for names in voters]
    inside_left = [span for span in own if any(a <= span[0] and span[1] <= b for a, b in example.left_out)]
    for start, end, kind in sorted(own - set(inside_left)):
        said = {names.get((start, end)) for names in others}
        agreed = said.pop() if len(said) == 1 else None
        out.append((start, end, agreed or kind))
    for begin, close in example.left_out:
        votes: Counter[SpanRow] = Counter()
        for names in (own, *voters):
            votes.update(span for span in names if begin <= span[0] and span[1] <= close)
        won: list[SpanRow] = []
        for span, count in sorted(votes.items(), key=lambda item: (-item[1], item[0])):
            if count > 1 and not _meets(span, won):
                won.append(span)
        if all(_meets(span, won) for span in votes):
            out.extend(won)
        else:
            left_out.append((begin, close))
    return replace(example, spans=tuple(sorted(out)), left_out=tuple(left_out))


def outvote(  # noqa: PLR0913, PLR0917 - who labels what, and from what a field learns
    options: argparse.Namespace,
    machine: list[Example],
    people: list[Example],
    small: dict[str, list[tuple[int, int, str]]],
    lexicon: Lexicon,
    types: tuple[NDArray[np.uint32], NDArray[np.float32]],
) -> list[Example]:
    """Vote on each half of the machine's labels: the small teacher does, and a field of the other half."""
    fields = []
    for side in (0, 1):
        path = options.work / f"half{side}.npz"
        if not path.exists():
            print(f"half {side}")
            part = [example for example in machine if part_of(example.document_id, 2) == side]
            fit([*part, *people], lexicon, Steps(l1=1.0), path, types)
        fields.append(read_model(str(path), str(options.out / "names_lexicon.npz")))
    return [
        vote(
            example,
            (
                teacher_spans(example.text, small[example.document_id]),
                label_with(fields[1 - part_of(example.document_id, 2)], example.text),
            ),
        )
        for example in machine
    ]


def _meets(span: SpanRow, others: list[SpanRow]) -> bool:
    return any(start < span[1] and span[0] < end for start, end, _ in others)


def make_lexicon(options: argparse.Namespace, texts: Iterable[str]) -> Lexicon:
    """Build the lexicon, or read what was built."""
    path = options.out / "names_lexicon.npz"
    if not (options.work / "lexicon.done").exists():
        root = Path(__file__).resolve().parents[1]
        lists, large = name_lists(root / "src/ingest/resources/authority", root / "training/name_lists")
        arrays = {
            **clusters(options.clusters, Path(options.medium) / "vocab"),
            **gazetteer(lists),
            **cases(texts, lists, large),
        }
        np.savez_compressed(path, **arrays)
        (options.work / "lexicon.done").touch()
    with np.load(path) as data:
        arrays = dict(data)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB", flush=True)
    tables = [KeyTable(arrays["cluster_keys"], values) for values in arrays["clusters"]]
    return Lexicon(tables, *(as_table(arrays, name) for name in ("gazetteer", "phrases", "cases")))


def main() -> None:
    """Run all steps."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("data", "clusters", "work", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--small", required=True, help="spaCy's small English model: name or path")
    parser.add_argument("--medium", required=True, help="spaCy's medium English model: path")
    parser.add_argument("--hold-out", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    rows = {name: read_rows(options.data / "silver" / f"{name}.jsonl.gz") for name in SILVER}
    people = list(gold(options.data, hold_out=options.hold_out))
    machine = [example for group in rows.values() for example in silver(group)]
    lexicon = make_lexicon(options, [example.text for example in (*people, *machine)])
    small = teach(options.small, rows, options.work / "small.json")
    medium = teach(options.medium, rows, options.work / "medium.json")
    types = type_weights(
        medium, {example.document_id: example.text for example in machine}, options.data, lexicon
    )
    voted = outvote(options, machine, people, small, lexicon, types)
    before, after = (sum(len(example.left_out) for example in group) for group in (machine, voted))
    print(f"sentences without labels: {before}, after the vote {after}")
    fit([*voted, *people], lexicon, Steps(), options.out / "names.npz", types)


if __name__ == "__main__":
    main()
