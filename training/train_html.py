r"""Train the block model of HTML pages: what is article text.

Two looks at every page: the first by a block's own measures, the second by these and the first look's scores
of the blocks around it.  Usage:

    OMP_NUM_THREADS=1 python training/train_html.py --data DIR/scrapinghub DIR/fundus DIR/wcxb \
        [--write src/ingest/resources/models] [--cross] [--folds FOLDER]

prints the scores of held-out folds (split by site); `--cross` holds out one data folder after the other
instead; `--write` trains on everything and writes `html_hints.npz`, `html_first.npz` and `html_second.npz`.
`--folds` writes the models of the folds, and `folds.json` that says which has not seen a page: with them
`benchmarks/bench_html.py --held-out` measures what comes out at the end of the line.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from catboost import Pool
from hint_weights import HintCounts
from html_data import Example, fold_of, load_examples, mean_scores, shingle_counts
from symmetric import fit_trees, write_model

from ingest.clean.html.context import look_around
from ingest.clean.html.features import choose, measure
from ingest.clean.html.hints import HintWeights, hint_columns
from ingest.clean.html.model import SURELY_NOT, judge, keep_from

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from ingest.clean.html.places import Columns, Tree
    from ingest.models.symmetric_trees import SymmetricTrees

    Matrix = NDArray[np.float32]
    Scores = NDArray[np.float64]

FOLDS = 5
# Numbers without meaning beyond one page.
LEFT_OUT = frozenset({"form"})
# What tells of one level of the elements around, or of one neighbour.
PLACE = re.compile(r"(?:level(?=\d_)|(?=[+-]\d$))([+-]?\d)")
ENGLISH = frozenset({"us", "uk", "za", "ca", "ind", "tz", "au"})
SHORT_SHARE = 0.15
PARAMETERS = {
    "depth": 6,
    "l2_leaf_reg": 5,
    "border_count": 63,
    "rsm": 0.4,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "boosting_type": "Plain",
    "leaf_estimation_iterations": 1,
}


@dataclass(frozen=True, slots=True)
class Look:
    """How one look is trained.

    Attributes:
        trees: Number of trees for each seed.
        seeds: The models of all of them are joined.
        rate: Learning rate.
    """

    trees: int
    seeds: tuple[int, ...]
    rate: float


FIRST = Look(200, (1,), 0.12)
SECOND = Look(300, (1,), 0.09)


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
    """Both models, and the weights of class names that they learnt with."""

    hints: HintWeights
    first: SymmetricTrees
    second: SymmetricTrees


class Hinted:
    """Samples with the columns that their class names give, weighed by pages of other groups."""

    def __init__(self, samples: Sequence[Sample], groups: Sequence[int]) -> None:
        """Count class names; pages made short are copies and count for nothing."""
        self._samples, self._groups = samples, groups
        pairs = [(s.example, g) for s, g in zip(samples, groups, strict=True) if not s.made_short]
        self._counts = HintCounts(*zip(*pairs, strict=True))
        self._weights: dict[frozenset[int], HintWeights] = {}

    def weights(self, left_out: Collection[int] = ()) -> HintWeights:
        """The weights that all groups give but some."""
        key = frozenset(left_out)
        if key not in self._weights:
            self._weights[key] = self._counts.weights(key)
        return self._weights[key]

    def without(self, left_out: Collection[int] = ()) -> list[Sample]:
        """All samples, none of them told by its own group or by those left out."""
        return [
            hinted(s, self.weights({*left_out, g})) for s, g in zip(self._samples, self._groups, strict=True)
        ]


def hinted(item: Sample, weights: HintWeights) -> Sample:
    """A sample with the columns of class names."""
    columns = hint_columns(item.tree.forms, item.columns["form"], weights)
    return replace(item, columns=item.columns | columns)


def sample(example: Example, *, made_short: bool = False) -> Sample:
    """Measure an example; long blocks weigh more, no page outweighs the others by its length alone."""
    columns, tree = measure(example.page, *choose(example.page)[:2])
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
    names = in_order([name for name in columns if name not in LEFT_OUT])
    return np.stack([columns[name].astype(np.float32) for name in names], axis=1), names


def in_order(names: Sequence[str]) -> list[str]:
    """Level by level and neighbour by neighbour, whichever way they are measured: trees depend on the order.

    >>> in_order(["chars", "level1_text", "level2_text", "level1_place", "level2_place", "words"])
    ['chars', 'level1_text', 'level1_place', 'level2_text', 'level2_place', 'words']
    """
    order: list[tuple[int, int, str]] = []
    start = 0
    for at, name in enumerate(names):
        found = PLACE.search(name)
        if not found or not PLACE.search(names[at - 1]):
            start = at
        order.append((start, int(found[1]) if found else 0, name))
    return [name for *_, name in sorted(order, key=itemgetter(0, 1))]


def fit(
    matrices: Sequence[Matrix], samples: Sequence[Sample], names: Sequence[str], look: Look
) -> SymmetricTrees:
    """Train one look."""
    pool = Pool(
        np.concatenate(matrices),
        np.concatenate([s.labels for s in samples]).astype(np.int8),
        weight=np.concatenate([s.weights for s in samples]),
    )
    return fit_trees(
        pool, names, PARAMETERS | {"iterations": look.trees, "learning_rate": look.rate}, look.seeds
    )


def fit_first(samples: Sequence[Sample]) -> SymmetricTrees:
    """Train the first look."""
    names = matrix(samples[0].columns)[1]
    return fit([matrix(s.columns)[0] for s in samples], samples, names, FIRST)


def fit_second(samples: Sequence[Sample], scores: Sequence[Scores]) -> SymmetricTrees:
    """Train the second look, on scores by a first look that had not seen the page."""
    found = [second(s, p) for s, p in zip(samples, scores, strict=True)]
    return fit([rows for rows, _ in found], samples, found[0][1], SECOND)


def second(item: Sample, scores: Scores) -> tuple[Matrix, list[str]]:
    """The matrix of the second look, and its columns."""
    return matrix(item.columns | look_around(item.columns, item.tree, scores))


def judge_first(trees: SymmetricTrees, item: Sample) -> Scores:
    """Scores of one page by the first look."""
    return judge(trees, item.columns)


def judge_second(trees: SymmetricTrees, item: Sample, scores: Scores) -> Scores:
    """Scores of one page by the second look, those of the first where that was sure."""
    around = look_around(item.columns, item.tree, scores)
    return np.where(scores >= SURELY_NOT, judge(trees, item.columns | around), scores)


def held_out_first(known: Hinted, groups: Sequence[int]) -> tuple[list[Scores], dict[int, SymmetricTrees]]:
    """First-look scores of every page by a model that saw none of its group; and the model of each group."""
    scores: list[Scores] = [np.empty(0)] * len(groups)
    models = {}
    for group in sorted(set(groups)):
        samples = known.without({group})
        models[group] = fit_first([s for s, g in zip(samples, groups, strict=True) if g != group])
        for k, item in enumerate(samples):
            if groups[k] == group:
                scores[k] = judge_first(models[group], item)
    return scores, models


def held_out_second(
    known: Hinted, groups: Sequence[int], scores: Sequence[Scores]
) -> tuple[list[Scores], dict[int, SymmetricTrees]]:
    """As `held_out_first`, for the second look.

    It learns from scores by first looks that saw neither the page nor the group that is held out.
    """
    learnt_from = {group: list(scores) for group in sorted(set(groups))}
    for pair in combinations(learnt_from, 2):
        samples = known.without(pair)
        first = fit_first([s for s, g in zip(samples, groups, strict=True) if g not in pair])
        for held_out, learnt in (pair, pair[::-1]):
            for k, group in enumerate(groups):
                if group == learnt:
                    learnt_from[held_out][k] = judge_first(first, samples[k])
    models = {}
    judged = list(scores)
    for held_out, found in learnt_from.items():
        samples = known.without({held_out})
        others = [k for k, group in enumerate(groups) if group != held_out]
        models[held_out] = fit_second([samples[k] for k in others], [found[k] for k in others])
        for k, group in enumerate(groups):
            if group == held_out:
                judged[k] = judge_second(models[held_out], samples[k], scores[k])
    return judged, models


def two_looks(samples: Sequence[Sample]) -> Looks:
    """Train both looks; the second on scores that the first gave to sites it had not seen."""
    groups = groups_of(samples)
    known = Hinted(samples, groups)
    return join(known, held_out_first(known, groups)[0])


def join(known: Hinted, scores: Sequence[Scores]) -> Looks:
    """Train both looks on all pages, from the scores of held-out first looks."""
    samples = known.without()
    return Looks(known.weights(), fit_first(samples), fit_second(samples, scores))


def write(looks: Looks, folder: Path) -> None:
    """Write both looks and the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_model(folder / "html_hints.npz", looks.hints)
    write_model(folder / "html_first.npz", looks.first)
    write_model(folder / "html_second.npz", looks.second)


def write_folds(models: Mapping[str, Looks], fold_of_page: Mapping[str, str], folder: Path) -> None:
    """Write the models of the folds, and which of them has not seen a page."""
    for name, looks in models.items():
        write(looks, folder / name)
    text = json.dumps(fold_of_page, indent=0, sort_keys=True) + "\n"
    (folder / "folds.json").write_text(text, encoding="utf-8")


def groups_of(samples: Sequence[Sample]) -> list[int]:
    """The fold of each page, by its site."""
    return [fold_of(s.example.site, FOLDS) for s in samples]


def report(samples: Sequence[Sample], scores: Sequence[Scores]) -> None:
    """Print F1, precision and recall of the labels alone, by data folder."""
    tests: dict[str, Callable[[Sample], bool]] = {}
    for item in samples:
        name = item.example.corpus
        tests[name] = lambda s, name=name: s.example.corpus == name and not s.made_short  # type: ignore[misc]
    tests["English of fundus"] = lambda s: s.example.land in ENGLISH and not s.made_short
    tests["made short"] = lambda s: s.made_short
    for name, test in tests.items():
        pairs = [(s, p) for s, p in zip(samples, scores, strict=True) if test(s) and len(p)]
        if pairs:
            f1, precision, recall = mean_scores(_counts(item, p) for item, p in pairs)
            print(f"{name:<20}F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  {len(pairs)}", flush=True)


def _counts(item: Sample, scores: Scores) -> tuple[int, int, int]:
    threshold = keep_from(scores, item.columns["words"])
    blocks = item.example.page.blocks
    kept = [blocks[v].text for v, p in zip(item.example.visible, scores, strict=True) if p >= threshold]
    return shingle_counts(item.example.truth, "\n".join(kept))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="data folders")
    parser.add_argument("--write", type=Path, help="folder for the models")
    parser.add_argument("--cross", action="store_true", help="hold out one data folder after the other")
    parser.add_argument("--folds", type=Path, help="folder for the models that have not seen a fold")
    options = parser.parse_args()
    examples = load_examples(options.data)
    balance(examples)
    samples = [sample(example) for example in examples]
    rng = random.Random(1)  # noqa: S311 (no secret)
    shorts = [shortened(example, rng) for example in examples if rng.random() < SHORT_SHARE]
    samples += [sample(short, made_short=True) for short in shorts if short]
    if options.cross:
        cross(samples, options.folds)
        return
    groups = groups_of(samples)
    known = Hinted(samples, groups)
    scores, first = held_out_first(known, groups)
    if options.write:
        write(join(known, scores), options.write)
    print("first look")
    report(samples, scores)
    scores, last = held_out_second(known, groups, scores)
    print("second look")
    report(samples, scores)
    if options.folds:
        models = {str(group): Looks(known.weights({group}), first[group], last[group]) for group in first}
        places = {_place(s): str(group) for s, group in zip(samples, groups, strict=True)}
        write_folds(models, places, options.folds)


def cross(samples: Sequence[Sample], folder: Path | None) -> None:
    """Train on all data folders but one, and test on that one."""
    models: dict[str, Looks] = {}
    for corpus in sorted({s.example.corpus for s in samples}):
        models[corpus] = two_looks([s for s in samples if s.example.corpus != corpus])
        looks = models[corpus]
        others = [hinted(s, looks.hints) for s in samples if s.example.corpus == corpus]
        print(f"trained without {corpus}")
        report(others, [judge_second(looks.second, s, judge_first(looks.first, s)) for s in others])
    if folder:
        write_folds(models, {_place(s): s.example.corpus for s in samples}, folder)


def _place(item: Sample) -> str:
    return f"{item.example.corpus}/{item.example.key}"


if __name__ == "__main__":
    main()
