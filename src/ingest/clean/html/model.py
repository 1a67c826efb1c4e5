"""Label the blocks of an HTML page: what is the article, and what is everything else.

Two looks by boosted trees decide which blocks are article text (training/train_html.py).  The place of the
article matters most, so the second look sees the element that holds most of what the first one kept.  What
else belongs to the document (title, byline, captions, ...) and what the rest is follow from markup and place:
the articles to learn from do not name these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ingest.clean.html.context import look_around
from ingest.clean.html.features import choose, measure
from ingest.clean.html.hints import HintWeights, hint_columns
from ingest.clean.html.kinds import name_menu, name_others, name_parts
from ingest.clean.html.unity import unite
from ingest.models.files import load_model
from ingest.models.symmetric_trees import SymmetricTrees
from ingest.records import maker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.clean.html.places import Column, Columns, Tree
    from ingest.records import Page

    Scores = NDArray[np.float64]

# The set of blocks with the best expected F1 is cut off at half of that F1 (Lipton et al. 2014); a little
# lower does better on sites unlike those that the model has seen, where it is too timid.
_KEEP_SHARE = 0.42
_KEEP_FROM = 0.1
SURELY_NOT = 0.01
# A page of which nothing is kept has its brief among the blocks that come nearest to it.
_BRIEF_FROM = 0.08
_BRIEF_SHARE = 0.5
# What the page itself calls something else must look the more like its article: the share of the score that
# counts.  Sets of labelled pages disagree about such blocks, and the model stands between them.
_DOUBTED = {"comment": 0.55, "related": 0.8, "share": 0.6}


class BlockLabel(NamedTuple):
    """What one block of a page is.

    Attributes:
        keep: Whether it belongs to the document; false for what the page wraps around it.
        kind: For a kept block `body`, `title`, `subtitle`, `byline`, `dateline`, `caption` or `credit`
            (only `body` counts as article text); for a dropped one `navigation`, `related`, `comment`,
            `promotion`, `bio`, `cookie`, `share`, `hidden` or `other`.
        score: How sure it is that the block is article text, 0 to 1; less where the page calls it something
            else.
    """

    keep: bool
    kind: str
    score: float


_new_label = maker(BlockLabel)
_HIDDEN = BlockLabel(keep=False, kind="hidden", score=0.0)
_CLAIMED = BlockLabel(keep=True, kind="body", score=1.0)


def label_blocks(page: Page) -> tuple[BlockLabel, ...]:
    """Label every block of an HTML page, in order.

    Args:
        page: A page whose blocks carry `dom`.

    Returns:
        One label for each block.
    """
    labels = [_HIDDEN] * len(page.blocks)
    places, menus, claimed = choose(page)
    for k in claimed:
        labels[k] = _CLAIMED
    for k in menus:
        labels[k] = BlockLabel(keep=False, kind=name_menu(page, k), score=0.0)
    if places:
        blocks = [page.blocks[k] for k in places]
        columns, tree = measure(page, places, menus)
        columns |= hint_columns(tree.forms, columns["form"], load_model(HintWeights, "html_hints"))
        scores = _score(columns, tree)
        threshold = keep_from(scores, columns["words"])
        others = name_others(columns).tolist()
        scores *= [_DOUBTED.get(other, 1.0) for other in others]
        body = _chosen(scores, columns, threshold, may_be_none=bool(claimed))
        body = unite(blocks, columns, tree, scores / threshold, body)
        parts = name_parts(page.metadata, blocks, columns, body)
        for place, part, other, score in zip(places, parts, others, scores.tolist(), strict=True):
            labels[place] = _new_label((bool(part), part or other, score))
    return tuple(labels)


def _score(columns: Columns, tree: Tree) -> Scores:
    """Both looks: probability of each block to be article text."""
    scores = judge(load_model(SymmetricTrees, "html_first"), columns)
    around = look_around(columns, tree, scores)
    # What the first look is sure about needs no second one.
    open_to_doubt = np.flatnonzero(scores >= SURELY_NOT)
    if len(open_to_doubt):
        second = load_model(SymmetricTrees, "html_second")
        scores[open_to_doubt] = judge(second, columns | around, open_to_doubt)
    return scores


def judge(trees: SymmetricTrees, columns: Columns, rows: NDArray[np.int64] | None = None) -> Scores:
    """Probability of some blocks to be article text, by one model.

    Args:
        trees: The model.
        columns: Measures of the blocks.
        rows: Which of them to judge, all by default.
    """
    picked = [columns[name] for name in trees.names]
    # One call for all columns: with hundreds of short ones, calls are what costs.
    table = np.concatenate(picked, dtype=np.float32, casting="unsafe").reshape(len(picked), -1)
    if rows is not None:
        table = table[:, rows]
    probabilities: Scores = 1 / (1 + np.exp(-trees.sums(table)))
    return probabilities


def keep_from(scores: Scores, words: Column) -> float:
    """The probability from which to keep the blocks of one page: lower where the whole page leaves doubts.

    Args:
        scores: Probability of each block to be article text.
        words: How many words each has.
    """
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum((scores * words)[order])
    best = float(np.max(2 * found / (np.cumsum(words[order]) + found[-1])))
    return max(best * _KEEP_SHARE, _KEEP_FROM)


def _chosen(scores: Scores, columns: Columns, threshold: float, *, may_be_none: bool) -> NDArray[np.bool_]:
    """Which blocks are the article's; never none where the page holds a sentence that may be."""
    chosen: NDArray[np.bool_] = scores >= threshold
    if not may_be_none and not (chosen & (columns["stop"] > 0)).any():
        likely = (columns["stop"] > 0) & (columns["link_share"] < _BRIEF_SHARE)
        best = float(np.max(scores[likely], initial=0))
        if best >= _BRIEF_FROM:
            chosen = chosen | (likely & (scores >= best * _BRIEF_SHARE))
    return chosen
