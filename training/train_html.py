r"""Train the block model of HTML pages: what is article text.

Two looks at every page: the first by a block's own measures, the second by these and the first look's scores
of the blocks around it.  Usage:

    OMP_NUM_THREADS=1 python training/train_html.py --data DIR/scrapinghub DIR/fundus DIR/wcxb \
        [--write src/ingest/resources/models] [--cross]

prints the scores of held-out folds (split by site); `--cross` holds out one data folder after the other
instead; `--write` trains on everything and writes `html_first.npz` and `html_second.npz`.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import lightgbm
import numpy as np
from forests import forest_arrays, write_forest
from html_data import Example, fold_of, load_examples, mean_scores, shingle_counts

from ingest.clean.html_context import look_around
from ingest.clean.html_features import choose, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ingest.clean.html_places import Columns, Tree

    Matrix = NDArray[np.float32]
    Model = lightgbm.Booster

FOLDS = 5
# Numbers without meaning beyond one page.
LEFT_OUT = frozenset({"form"})
ENGLISH = frozenset({"us", "uk", "za", "ca", "ind", "tz", "au"})
SHORT_SHARE = 0.15
THRESHOLDS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 28,
    "max_depth": 6,
    "learning_rate": 0.08,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "force_col_wise": True,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "verbose": -1,
}
TREES = 130


@dataclass(slots=True)
class Sample:
    """An example, measured."""

    example: Example
    columns: Columns
    tree: Tree
    labels: NDArray[np.bool_]
    weights: NDArray[np.float64]
    made_short: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """Both models, with the names of their columns."""

    first: Model
    second: Model
    first_names: list[str]
    second_names: list[str]


def sample(example: Example, *, made_short: bool = False) -> Sample:
    """Measure an example; long blocks weigh more, no page outweighs the others by its length alone."""
    columns, tree = measure(example.page, *choose(example.page))
    sizes = np.array(example.tokens, dtype=np.float64)
    shares = np.array(example.matched) / np.maximum(sizes, 1)
    weights = np.sqrt(np.minimum(sizes, 150)) + 0.3
    weights *= np.where((shares > 0.3) & (shares < 0.7), 0.5, 1)  # noqa: PLR2004 (blocks of both kinds)
    weights *= (0.5 if made_short else 1) * example.weight / np.sqrt(weights.sum())
    return Sample(example, columns, tree, np.array(example.labels), weights, made_short)


def balance(examples: Sequence[Example]) -> None:
    """Let pages of small data folders weigh more: half way to folders of equal weight."""
    sizes = Counter(example.corpus for example in examples)
    for example in examples:
        example.weight = (len(examples) / len(sizes) / sizes[example.corpus]) ** 0.5


def shortened(example: Example, rng: random.Random) -> Example | None:
    """The page of a brief: one to three blocks of the article, with all around it or nothing but headings."""
    blocks = example.page.blocks
    article = {v for v, label in zip(example.visible, example.labels, strict=True) if label}
    long = [v for v in sorted(article) if len(blocks[v].text) > 60]  # noqa: PLR2004
    if len(long) < 3:  # noqa: PLR2004
        return None
    start = rng.randrange(len(long))
    brief = long[start : start + rng.randint(1, 3)]
    bare = rng.random() < 0.3  # noqa: PLR2004
    places = [
        v
        for v, block in enumerate(blocks)
        if v in brief or (v not in article and (not bare or block.kind in {"heading", "hidden"}))
    ]
    page = replace(example.page, blocks=tuple(blocks[v] for v in places), claimed_body="")
    visible = choose(page)[0]
    sizes = dict(zip(example.visible, zip(example.tokens, example.matched, strict=True), strict=True))
    return replace(
        example,
        page=page,
        visible=visible,
        tokens=[sizes[places[k]][0] for k in visible],
        matched=[sizes[places[k]][1] for k in visible],
        truth="\n".join(blocks[v].text for v in brief),
    )


def matrix(columns: Columns) -> tuple[Matrix, list[str]]:
    """Columns side by side."""
    names = [name for name in columns if name not in LEFT_OUT]
    return np.stack([columns[name].astype(np.float32) for name in names], axis=1), names


def fit(matrices: Sequence[Matrix], samples: Sequence[Sample]) -> Model:
    """Train one look."""
    data = lightgbm.Dataset(
        np.concatenate(matrices),
        np.concatenate([s.labels for s in samples]),
        weight=np.concatenate([s.weights for s in samples]),
        params=PARAMETERS,
    )
    return lightgbm.train(PARAMETERS, data, TREES)


def second(item: Sample, scores: NDArray[np.float64]) -> Matrix:
    """The matrix of the second look."""
    return matrix(item.columns | look_around(item.columns, item.tree, scores))[0]


def held_out(
    samples: Sequence[Sample], groups: Sequence[int], matrices: Sequence[Matrix]
) -> list[NDArray[np.float64]]:
    """Scores of every page by a model that saw no page of its group."""
    scores: list[NDArray[np.float64]] = [np.zeros(0)] * len(samples)
    for group in sorted(set(groups)):
        chosen = [k for k, g in enumerate(groups) if g != group]
        model = fit([matrices[k] for k in chosen], [samples[k] for k in chosen])
        for k, g in enumerate(groups):
            if g == group:
                scores[k] = np.asarray(model.predict(matrices[k]))
    return scores


def two_looks(samples: Sequence[Sample], scores: Sequence[NDArray[np.float64]] = ()) -> Looks:
    """Train both looks; the second on scores that the first gave to sites it had not seen.

    Args:
        samples: Pages to learn from.
        scores: Such scores, where they are known already.
    """
    matrices = [matrix(s.columns)[0] for s in samples]
    scores = scores or held_out(samples, groups_of(samples), matrices)
    first = fit(matrices, samples)
    last = fit([second(s, p) for s, p in zip(samples, scores, strict=True)], samples)
    names = matrix(samples[0].columns)[1]
    around = look_around(samples[0].columns, samples[0].tree, scores[0])
    return Looks(first, last, names, matrix(samples[0].columns | around)[1])


def groups_of(samples: Sequence[Sample]) -> list[int]:
    """The fold of each page, by its site."""
    return [fold_of(s.example.site, FOLDS) for s in samples]


def judge(looks: Looks, item: Sample) -> NDArray[np.float64]:
    """Scores of one page by both looks."""
    scores = np.asarray(looks.first.predict(matrix(item.columns)[0]))
    return np.asarray(looks.second.predict(second(item, scores)))


def report(samples: Sequence[Sample], scores: Sequence[NDArray[np.float64]]) -> None:
    """Print F1, precision and recall by data folder and threshold."""
    tests: dict[str, Callable[[Sample], bool]] = {}
    for item in samples:
        name = item.example.corpus
        tests[name] = lambda s, name=name: s.example.corpus == name and not s.made_short  # type: ignore[misc]
    tests["English of fundus"] = lambda s: s.example.land in ENGLISH and not s.made_short
    tests["made short"] = lambda s: s.made_short
    for name, test in tests.items():
        pairs = [(s.example, p) for s, p in zip(samples, scores, strict=True) if test(s) and len(p)]
        for threshold in THRESHOLDS if pairs else ():
            f1, precision, recall = mean_scores(_counts(example, p, threshold) for example, p in pairs)
            print(
                f"{name:<20}{threshold:.2f}  F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  {len(pairs)}",
                flush=True,
            )


def _counts(example: Example, scores: NDArray[np.float64], threshold: float) -> tuple[int, int, int]:
    kept = [
        example.page.blocks[v].text for v, p in zip(example.visible, scores, strict=True) if p >= threshold
    ]
    return shingle_counts(example.truth, "\n".join(kept))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="data folders")
    parser.add_argument("--write", type=Path, help="folder for the models")
    parser.add_argument("--cross", action="store_true", help="hold out one data folder after the other")
    options = parser.parse_args()
    examples = load_examples(options.data)
    balance(examples)
    samples = [sample(example) for example in examples]
    rng = random.Random(1)  # noqa: S311 (no secret)
    shorts = [shortened(example, rng) for example in examples if rng.random() < SHORT_SHARE]
    samples += [sample(short, made_short=True) for short in shorts if short]
    if options.cross:
        cross(samples)
        return
    groups = groups_of(samples)
    scores = held_out(samples, groups, [matrix(s.columns)[0] for s in samples])
    if options.write:
        looks = two_looks(samples, scores)
        write_forest(
            options.write / "html_first.npz", forest_arrays([looks.first], ["body"], looks.first_names)
        )
        write_forest(
            options.write / "html_second.npz", forest_arrays([looks.second], ["body"], looks.second_names)
        )
    report(samples, scores)
    matrices = [second(s, p) for s, p in zip(samples, scores, strict=True)]
    report(samples, held_out(samples, groups, matrices))


def cross(samples: Sequence[Sample]) -> None:
    """Train on all data folders but one, and test on that one."""
    for corpus in sorted({s.example.corpus for s in samples}):
        looks = two_looks([s for s in samples if s.example.corpus != corpus])
        others = [s for s in samples if s.example.corpus == corpus]
        print(f"trained without {corpus}")
        report(others, [judge(looks, s) for s in others])


if __name__ == "__main__":
    main()
