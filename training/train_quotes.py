r"""Learn the weights of `ingest.quotes.decide.ranker` from labelled quotations.

    python training/train_quotes.py LABELLED.jsonl.gz [MORE ...] \
        --out src/ingest/resources/models/quotes.tsv.gz
    python training/train_quotes.py LABELLED.jsonl.gz --cross-validate 5 --predictions held_out.jsonl

Needs scipy (`pip install -e '.[train]'`); the shipped weights are read without it.

A row of LABELLED holds `id`, `doc` (rows of one document stay in one fold), `text` and `units`, each
with `kind` (`direct`, `partial`; others are passed over), `spans` of the quoted stretches in
`text`, and `speaker_spans` (empty where the speaker does not stand in `text`); `unknown` marks a
unit whose type is sure and whose speaker is not, `exclude` lists stretches to leave out.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ingest.quotes.decide import decide
from ingest.quotes.decide.ranker import SCALE, Model, parse_model
from ingest.quotes.decide.rules import choose
from ingest.quotes.decide.speaker_features import Key, candidate_keys, expand, none_key, read_standings
from ingest.quotes.decide.speech_features import expand as expand_speech
from ingest.quotes.decide.speech_features import quote_keys
from ingest.quotes.paragraphs import read_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.quotes.paragraphs.scene import Scene

KINDS = ("mention_only", "partial", "direct")
NOBODY = -1
MATCH = 0.8  # share of a quotation and of a labelled stretch that must be common to both


@dataclass
class Example:
    """One quotation with its features and its label."""

    doc: str
    speech: list[str]
    indices: list[int]  # which candidate each of the next is; the last is NOBODY
    candidates: list[list[str]]
    kind: int
    right: list[int] | None  # the right candidates, NOBODY among them; None: nothing to learn


def read_rows(paths: list[Path]) -> list[dict]:
    """Read labelled rows, gzipped or not."""
    rows = []
    for path in paths:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            rows.extend(json.loads(line) for line in lines if line.strip())
    return rows


def examples(row: dict) -> Iterator[Example]:
    """Every quotation of a row with its label."""
    text = row["text"]
    for paragraph in read_paragraphs(text):
        scene, regions = paragraph.scene, paragraph.regions
        choices, standings = choose(scene), read_standings(scene)
        for q, region in enumerate(regions):
            unit = _unit(row, region.start, region.end)
            no_speaker = unit is None or bool(unit.get("unknown"))
            if unit is None and any(a < region.end and region.start < b for a, b in row.get("exclude", ())):
                continue
            rows = candidate_keys(scene, standings, choices, q)
            rows.append((NOBODY, [none_key(scene, choices, q)]))
            yield Example(
                row["doc"],
                [f for key in quote_keys(scene, regions, choices, q, text) for f in expand_speech(key)],
                [index for index, _ in rows],
                [_strings(keys) for _, keys in rows],
                0 if unit is None else KINDS.index(unit["kind"]),
                None if no_speaker else _right(scene, unit, text),
            )


def _strings(keys: list[Key]) -> list[str]:
    return [feature for key in keys for feature in expand(key)]


def _unit(row: dict, start: int, end: int) -> dict | None:
    """The labelled unit whose stretch a quotation is."""
    for unit in row["units"]:
        if unit["kind"] not in KINDS:
            continue
        for a, b in unit["spans"]:
            common = min(b, end) - max(a, start)
            if common > 0 and 2 * common >= MATCH * (b - a + end - start):
                return unit
    return None


def _right(scene: Scene, unit: dict, text: str) -> list[int] | None:
    """The candidates that are the labelled speaker; None where none of them is."""
    spans = unit["speaker_spans"]
    first, last = scene.starts[0], scene.ends[-1]
    inside = [(a, b) for a, b in spans if a < last and b > first]
    if not inside:
        return [NOBODY]
    for a, b in inside:
        found = [i for i, c in enumerate(scene.candidates) if c.start < b and a < c.end]
        if not found:
            continue
        # Of "campaign spokeswoman Ann Lee, who ..." the last before anything but a noun or name.
        i = 0
        while i + 1 < len(found):
            between = scene.shape[scene.candidates[found[i]].piece + 1 : scene.candidates[found[i + 1]].piece]
            if between.strip("xs"):
                break
            i += 1
        right = [found[i]]
        after = scene.shape[scene.candidates[right[0]].piece + 1 :][:2]
        if scene.candidates[right[0]].kind != "N" and after == ",N" and i + 1 < len(found):
            right.append(found[i + 1])
        return right
    heads = {text[a:b].rsplit(None, 1)[-1].lower() for a, b in inside}
    return [i for i, c in enumerate(scene.candidates) if c.head in heads] or None


def _matrix(rows: list[list[str]], index: dict[str, int]) -> csr_matrix:
    columns: list[int] = []
    ends = [0]
    for row in rows:
        columns.extend(index[f] for f in row if f in index)
        ends.append(len(columns))
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(index)))


def _index(rows: list[list[str]], at_least: int) -> dict[str, int]:
    counts = Counter(feature for row in rows for feature in set(row))
    return {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= at_least))}


def train_speech(found: list[Example], penalty: float) -> dict[str, tuple[float, float, float]]:
    """Three-class logistic regression over the quotations."""
    rows = [e.speech for e in found]
    index = _index(rows, 2)
    x, kinds = _matrix(rows, index), np.array([e.kind for e in found])
    target = np.eye(3)[kinds]
    transposed = x.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(len(index), 3)
        scores = x @ weights
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        total = p.sum(axis=1, keepdims=True)
        value = np.log(total).sum() - scores[np.arange(len(kinds)), kinds].sum()
        gradient = transposed @ (p / total - target) + penalty * weights
        return float(value + 0.5 * penalty * (flat @ flat)), gradient.ravel()

    best = minimize(loss, np.zeros(3 * len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return {f: tuple(best.reshape(-1, 3)[i]) for f, i in index.items()}


def train_speaker(found: list[Example], penalty: float) -> dict[str, float]:
    """Softmax over each quotation's candidates; where several are right, their sum counts."""
    rows: list[list[str]] = []
    group: list[int] = []
    right: list[bool] = []
    learnable = [e for e in found if e.right and not set(e.right).isdisjoint(e.indices)]
    for g, example in enumerate(learnable):
        for index, row in zip(example.indices, example.candidates, strict=True):
            rows.append(row)
            group.append(g)
            right.append(index in (example.right or ()))
    index = _index(rows, 2)
    x, groups, good = _matrix(rows, index), np.array(group), np.array(right)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    transposed = x.T.tocsr()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = x @ weights
        p = np.exp(scores - np.maximum.reduceat(scores, starts)[groups])
        total = np.add.reduceat(p, starts)
        good_p = np.where(good, p, 0.0)
        good_total = np.add.reduceat(good_p, starts)
        gradient = transposed @ (p / total[groups] - good_p / good_total[groups]) + penalty * weights
        value = (np.log(total) - np.log(good_total)).sum() + 0.5 * penalty * (weights @ weights)
        return float(value), gradient

    best = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return {f: float(best[i]) for f, i in index.items()}


def pack(found: list[Example], penalty: float) -> bytes:
    """Train both models and write them as the ranker reads them; weights that round to nothing go."""
    lines = []
    for feature, weights in train_speech(found, penalty).items():
        whole = [round(w * SCALE) for w in weights]
        if any(abs(w) >= SCALE // 50 for w in whole):
            lines.append("\t".join([feature, *map(str, whole)]))
    for feature, weight in train_speaker(found, penalty).items():
        if abs(round(weight * SCALE)) >= SCALE // 50:
            lines.append(f"{feature}\t{round(weight * SCALE)}")
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def predict(row: dict, model: Model) -> dict:
    """A row's quotations as the evaluator reads them."""
    text = row["text"]
    quotes = []
    for paragraph in read_paragraphs(text):
        scene, regions = paragraph.scene, paragraph.regions
        for region, decision in zip(regions, decide(scene, regions, text, model), strict=True):
            if decision.kind == "mention_only":
                continue
            who = scene.candidates[decision.candidate] if decision.candidate >= 0 else None
            quotes.append(
                {
                    "start": region.start,
                    "end": region.end,
                    "kind": decision.kind,
                    "speaker": text[who.start : who.end] if who else "",
                }
            )
    return {"id": row["id"], "quotes": quotes}


def cross_validate(rows: list[dict], folds: int, penalty: float) -> Iterator[dict]:
    """Predict every row with weights learned from the other folds; a document is in one fold."""
    fold = {row["doc"]: int(hashlib.sha256(row["doc"].encode()).hexdigest(), 16) % folds for row in rows}
    by_row = [list(examples(row)) for row in rows]
    for k in range(folds):
        found = [e for row, es in zip(rows, by_row, strict=True) if fold[row["doc"]] != k for e in es]
        model = parse_model(pack(found, penalty))
        yield from (predict(row, model) for row in rows if fold[row["doc"]] == k)


def main() -> int:
    """Read the arguments, train, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, help="where to write the weights")
    parser.add_argument("--penalty", type=float, default=9.0, help="strength of the L2 penalty")
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS")
    parser.add_argument("--predictions", type=Path, help="where to write the held-out predictions")
    arguments = parser.parse_args()
    rows = read_rows(arguments.labelled)
    if arguments.cross_validate:
        if arguments.predictions is None:
            parser.error("--cross-validate needs --predictions FILE")
        with arguments.predictions.open("w", encoding="utf-8") as out:
            for row in cross_validate(rows, arguments.cross_validate, arguments.penalty):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    if arguments.out:
        found = [e for row in rows for e in examples(row)]
        content = pack(found, arguments.penalty)
        arguments.out.write_bytes(content)
        kinds = Counter(KINDS[e.kind] for e in found)
        print(f"{len(rows)} rows, {len(found)} quotations {dict(kinds)}; {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
