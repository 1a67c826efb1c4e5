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
from ingest.clean.html_kinds import name_others, name_parts
from ingest.extract.html_claimed import CLAIMED_TAG
from ingest.trees import load_forest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.clean.html_places import Columns
    from ingest.records import Page
    from ingest.trees import Forest

    Scores = NDArray[np.float64]

KEEP_FROM = 0.5
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
_MENU = BlockLabel(keep=False, kind="navigation", score=0.0)
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
        labels[k] = _MENU
    if places:
        blocks = [page.blocks[k] for k in places]
        columns, tree = measure(page, places, menus)
        first = _judge("html_first", columns)
        scores = _judge("html_second", columns | look_around(columns, tree, first))
        body = _chosen(scores, columns, may_be_none=_CLAIMED in labels)
        parts = name_parts(page.metadata, blocks, columns, body)
        others = name_others(columns)
        for k, place in enumerate(places):
            part = parts[k]
            labels[place] = BlockLabel(bool(part), part or str(others[k]), float(scores[k]))
    return tuple(labels)


def _judge(name: str, columns: Columns) -> Scores:
    """Probability of each block to be article text."""
    forest: Forest = load_forest(name)
    matrix = np.empty((len(columns["words"]), len(forest.names)), dtype=np.float32)
    for k, column in enumerate(forest.names):
        matrix[:, k] = columns[column]
    scores: Scores = 1 / (1 + np.exp(-forest.scores(matrix)[:, 0].astype(np.float64)))
    return scores


def _chosen(scores: Scores, columns: Columns, *, may_be_none: bool) -> NDArray[np.bool_]:
    """Which blocks are the article's; never none where the page holds a sentence that may be."""
    chosen = scores >= KEEP_FROM
    if not may_be_none and not (chosen & (columns["stop"] > 0)).any():
        likely = (columns["stop"] > 0) & (columns["link_share"] < _BRIEF_SHARE)
        best = float(np.max(scores[likely], initial=0))
        if best >= _BRIEF_FROM:
            chosen = chosen | (likely & (scores >= best * _BRIEF_SHARE))
    return chosen
