"""What stands together stays together: lists, tables and headings inside an article.

The model judges each block; these rules of structure come after it.  Each looks at every block a few
times at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.clean.html_places import Columns, Tree
    from ingest.records import Block

_WHOLE_FROM = 0.9
_BETWEEN_FROM = 0.35
_HEADING_FROM = 0.23
_LINKED = 0.5
_GROUP_TAGS = frozenset({"ul", "ol", "dl", "table"})
_GROUPED_KINDS = frozenset({"list_item", "table_row"})
_MOST_STEPS = 6


def unite(
    blocks: Sequence[Block],
    columns: Columns,
    tree: Tree,
    scores: NDArray[np.float64],
    body: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Let lists, tables and headings share the fate of what they belong to.

    Args:
        blocks: Blocks that were judged.
        columns: Their measures.
        tree: The elements as ranges of these blocks.
        scores: How sure the model is that each is article text; it keeps those from 1 on.
        body: Which of them it keeps.

    Returns:
        Which blocks to keep as article text.
    """
    united = body.copy()
    for group, places in _groups(blocks, tree).items():
        inside = np.array(places)
        if (columns["link_share"][inside] > _LINKED).mean() > _LINKED:
            continue
        words = columns["words"][inside]
        mean = float((scores[inside] * words).sum() / max(words.sum(), 1))
        if mean >= _WHOLE_FROM or (mean >= _BETWEEN_FROM and _between(group, tree, body)):
            united[inside] = True
        elif tree.tags[group] == "table":
            united[inside] = False
    return _with_headings(columns, tree, scores, united)


def _groups(blocks: Sequence[Block], tree: Tree) -> dict[int, list[int]]:
    """Blocks of each list and table, by the element of it."""
    groups: dict[int, list[int]] = {}
    for k, block in enumerate(blocks):
        if block.kind in _GROUPED_KINDS:
            at = int(tree.node[k])
            for _ in range(_MOST_STEPS):
                if tree.tags[at] in _GROUP_TAGS:
                    groups.setdefault(at, []).append(k)
                    break
                at = int(tree.parents[at])
    return groups


def _between(group: int, tree: Tree, body: NDArray[np.bool_]) -> bool:
    """Whether article text stands right before and after, one of the two in the same element as the group."""
    before, after = int(tree.first[group]) - 1, int(tree.last[group])
    if before < 0 or after >= len(body) or not body[before] or not body[after]:
        return False
    around = tree.parents[group]
    near = tree.parents[tree.node[[before, after]]]
    return bool(around in near or around in tree.parents[near])


def _with_headings(
    columns: Columns, tree: Tree, scores: NDArray[np.float64], body: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Keep a heading inside the article that kept text of the same element follows."""
    begun = np.cumsum(body) > 0
    around = tree.parents[tree.node]
    follows = np.append(body[1:] & (around[1:] == around[:-1]), False)
    headings = (columns["level"] > 1) & begun & follows & (scores >= _HEADING_FROM)
    united: NDArray[np.bool_] = body | headings
    return united
