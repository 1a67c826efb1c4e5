"""What a model could reach that was learned from the labelled lines themselves.

    python benchmarks/bench_lines_learned.py --lines DIR

The corpora state no licence, so nothing that ships is learned from them.  What they would allow is measured
here: boosted trees over the same measures of lines, trained on nine tenths of a corpus's documents, tested on
the last tenth, ten times over.  Needs the `train` extra (lightgbm).
"""

from __future__ import annotations

import argparse
import random
import sys
from typing import TYPE_CHECKING

import lightgbm
import numpy as np
from bench_lines import CONTENT, add_lines_folder, read
from corpora import read_rows

from ingest.extract.text import LIST_ITEM
from ingest.sections.habits import measure_candidates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FOLDS = 10
SEEDS = (1, 2, 3)
TREES = 200
FALSE_DROPS = (0.005, 0.01, 0.02, 0.05)
CUTS = np.arange(-3, 2, 0.1)
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 3,
    "num_threads": 1,
    "verbose": -1,
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    add_lines_folder(parser)
    options = parser.parse_args()
    if options.lines is None or not options.lines.is_dir():
        print("skipped: no folder of labelled lines; give --lines DIR or set INGEST_SHARED")
        return 0
    print("| learned from | figure | cross-validated |")
    print("|---|---|---|")
    boilerplate(options.lines / "polnear_discard.jsonl.gz")
    for name in ("cleaneval_gold_only", "cleanportaleval_gold_only"):
        headings(options.lines / f"{name}.jsonl.gz")
    return 0


def boilerplate(path: Path) -> None:
    """Recall of boilerplate at some shares of body lines dropped: the rules first, then what was learned."""
    documents = list(read(path))
    rows, of = measured([d.texts for d in documents])
    ruled = np.array([f == "drop" for d in documents for f in d.found])
    wanted = np.array([g == "drop" for d in documents for g in d.gold])
    body = np.array([g in CONTENT for d in documents for g in d.gold])
    back = np.concatenate([np.arange(len(d.texts))[::-1] for d in documents])
    scores = cross_validated(np.column_stack([rows, ruled, back]), wanted, of)
    for rules, name in ((False, "alone"), (True, "after the rules")):
        order = np.argsort(-(scores + 100 * ruled if rules else scores))
        lost = np.cumsum(body[order])
        for share in FALSE_DROPS:
            taken = int((lost <= share * body.sum()).sum())
            recall = wanted[order][:taken].sum() / wanted.sum()
            print(f"| polnear_discard | recall, {name}, {share:.1%} of body lines dropped | {recall:.1%} |")


def headings(path: Path) -> None:
    """F1 of headings at the best threshold."""
    documents = [row["lines"] for row in read_rows(path)]
    rows, of = measured([[line["text"] for line in lines] for lines in documents])
    wanted = np.array([line["label"] == "heading" for lines in documents for line in lines])
    scores = cross_validated(rows, wanted, of)
    best = max(2 * (wanted & (scores > cut)).sum() / (wanted.sum() + (scores > cut).sum()) for cut in CUTS)
    print(f"| {path.name.removesuffix('.jsonl.gz')} | headings, F1 | {best:.3f} |")


def measured(documents: Sequence[Sequence[str]]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The measures of all lines, and the number of the document that each stands in."""
    rows = [
        measure_candidates(texts, [LIST_ITEM.match(text) is not None for text in texts])[1]
        for texts in documents
    ]
    of = np.repeat(np.arange(len(documents)), [len(texts) for texts in documents])
    return np.concatenate(rows), of


def cross_validated(
    rows: NDArray[np.float32], wanted: NDArray[np.bool_], of: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Each line's score by models that have not seen its document."""
    scores = np.zeros(len(rows))
    for seed in SEEDS:
        order = list(range(int(of.max()) + 1))
        random.Random(seed).shuffle(order)  # noqa: S311 - no secret
        fold = np.array(order)[of] % FOLDS
        for k in range(FOLDS):
            data = lightgbm.Dataset(rows[fold != k], wanted[fold != k])
            model = lightgbm.train({**SETTINGS, "seed": seed}, data, TREES)
            scores[fold == k] += model.predict(rows[fold == k], raw_score=True) / len(SEEDS)
    return scores


if __name__ == "__main__":
    sys.exit(main())
