"""Label the blocks of an HTML page: what is the article, and what is everything else.

Two looks by boosted trees decide which blocks are article text (training/train_html.py).  The place of the
article matters most, so the second look sees the element that holds most of what the first one kept.  What
else belongs to the document (title, byline, captions, ...) and what the rest is follow from markup and place:
the articles to learn from do not name these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.clean.html_context import look_around
from ingest.clean.html_features import choose, measure
from ingest.clean.html_kinds import name_menu, name_others, name_parts
from ingest.clean.html_unity import unite
from ingest.extract.html_claimed import CLAIMED_TAG
from ingest.trees import load_forest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.clean.html_places import Column, Columns, Tree
    from ingest.records import Page
    from ingest.trees import Forest

    Scores = NDArray[np.float64]

# The set of blocks with the best expected F1 is cut off at half of that F1 (Lipton et al. 2014); a little
# lower does better on sites unlike those that the model has seen, where it is too timid.
_KEEP_SHARE = 0.42
_KEEP_FROM = 0.1
_SURELY_NOT = 0.01
# After so many trees a block with log odds below these is as good as judged.
_TRIAL = 32
_NO_CHANCE = -3.0
_SLICE = 4096
# A page of which nothing is kept has its brief among the blocks that come nearest to it.
_BRIEF_FROM = 0.08
_BRIEF_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class BlockLabel:
    """What one block of a page is.

    Attributes:
        keep: Whether it belongs to the document; false for what the page wraps around it.
        kind: For a kept block `body`, `title`, `subtitle`, `byline`, `dateline`, `caption` or `credit`
            (only `body` counts as article text); for a dropped one `navigation`, `related`, `comment`,
            `promotion`, `bio`, `cookie`, `share`, `hidden` or `other`.
        score: How sure it is that the block is article text, 0 to 1.
    """

    keep: bool
    kind: str
    score: float


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
    for k, block in enumerate(page.blocks):
        if block.dom is not None and block.dom.tags == CLAIMED_TAG and block.kind != "hidden":
            labels[k] = _CLAIMED
    places, menus = choose(page)
    for k in menus:
        labels[k] = BlockLabel(keep=False, kind=name_menu(page, k), score=0.0)
    if places:
        blocks = [page.blocks[k] for k in places]
        columns, tree = measure(page, places, menus)
        scores = _score(columns, tree)
        threshold = keep_from(scores, columns["words"])
        body = _chosen(scores, columns, threshold, may_be_none=_CLAIMED in labels)
        body = unite(blocks, columns, tree, scores / threshold, body)
        parts = name_parts(page.metadata, blocks, columns, body)
        others = name_others(columns)
        for k, place in enumerate(places):
            part = parts[k]
            labels[place] = BlockLabel(bool(part), part or str(others[k]), float(scores[k]))
    return tuple(labels)


def _score(columns: Columns, tree: Tree) -> Scores:
    """Both looks: probability of each block to be article text."""
    scores = _judge("html_first", columns, slice(None))
    around = look_around(columns, tree, scores)
    # What the first look is sure about needs no second one.
    open_to_doubt = np.flatnonzero(scores >= _SURELY_NOT)
    if len(open_to_doubt):
        scores[open_to_doubt] = _judge("html_second", columns | around, open_to_doubt)
    return scores


def _judge(name: str, columns: Columns, rows: slice | NDArray[np.int64]) -> Scores:
    """Probability of some blocks to be article text, by one model."""
    forest: Forest = load_forest(name)
    picked = [columns[column] for column in forest.names]
    table = np.empty((len(picked), len(picked[0][rows])), dtype=np.float32)
    for k, column in enumerate(picked):
        table[k] = column[rows]
    scores = np.empty(table.shape[1], dtype=np.float64)
    for start in range(0, len(scores), _SLICE):  # bounds the memory of pages with very many blocks
        part = slice(start, start + _SLICE)
        scores[part] = forest.sums(np.ascontiguousarray(table[:, part].T), _TRIAL, _NO_CHANCE)
    probabilities: Scores = 1 / (1 + np.exp(-scores))
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
