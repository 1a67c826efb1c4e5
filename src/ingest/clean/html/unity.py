"""What stands together stays together: paragraphs, lists, tables and headings of an article.

The model judges each block; these rules of structure come after it.  Each looks at every block a few
times at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.clean.html.places import Columns, Tree
    from ingest.records import Block

# Paragraphs of one form, the same elements and classes all the way up, are written and kept as one.
_FEWEST_ALIKE = 4
_ALIKE_SHARE = 0.6
_MOST_WORDS = 120
_WHOLE_FROM = 0.9
_BETWEEN_FROM = 0.35
_OPENING_FROM = 0.5
_NEAR = 4
_HEADING_FROM = 0.23
_WRAPPED = 2
_LINE_WORDS = 14
_FEWEST_ARTICLES = 3
_LINE_TOLD = ("near_author", "byline_start", "near_date", "inline_time", "cue_time")
_LINKED = 0.5
_GROUP_TAGS = frozenset({"ul", "ol", "dl", "table"})
_GROUPED_KINDS = frozenset({"list_item", "table_row"})
_MOST_STEPS = 6
# Listings of code and quotations set apart are judged by where they stand: no two articles write them alike.
_APART_FROM = {"preformatted": 0.0, "block_quote": 0.2}
_APART_NEAR = 2
_APART_LEVELS = 3


def unite(
    blocks: Sequence[Block],
    columns: Columns,
    tree: Tree,
    scores: NDArray[np.float64],
    body: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Let paragraphs, lists, tables and headings share the fate of what they belong to.

    Args:
        blocks: Blocks that were judged.
        columns: Their measures.
        tree: The elements as ranges of these blocks.
        scores: How sure the model is that each is article text; it keeps those from 1 on.
        body: Which of them it keeps.

    Returns:
        Which blocks to keep as article text.
    """
    scores = _with_their_like(columns, scores)
    united = body | (scores >= 1)
    for group, places in _groups(blocks, tree).items():
        inside = np.array(places)
        if (columns["link_share"][inside] > _LINKED).mean() > _LINKED:
            continue
        words = columns["words"][inside]
        mean = float((scores[inside] * words).sum() / max(words.sum(), 1))
        if (
            mean >= _WHOLE_FROM
            or (mean >= _OPENING_FROM and _opens(group, tree, body))
            or (
                mean >= _BETWEEN_FROM
                and (_between(group, tree, body) or _closes(inside, columns, tree, body))
            )
        ):
            united[inside] = True
        elif tree.tags[group] == "table":
            united[inside] = False
    _keep_set_apart(blocks, tree, scores, united)
    return _with_headings(blocks, columns, tree, scores, united)


def _with_their_like(columns: Columns, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lift a doubtful paragraph towards the mean of those of its form: an article is not kept in holes."""
    form = columns["form"]
    running = (columns["own_p"] > 0) & (columns["stop"] > 0) & (columns["link_share"] < _LINKED)
    words = np.where(running, np.minimum(columns["words"], _MOST_WORDS), 0)
    mean = (np.bincount(form, words * scores) / np.maximum(np.bincount(form, words), 1))[form]
    alike = running & (np.bincount(form, running)[form] >= _FEWEST_ALIKE) & (mean > scores)
    lifted: NDArray[np.float64] = np.where(alike, scores + _ALIKE_SHARE * (mean - scores), scores)
    return lifted


def _groups(blocks: Sequence[Block], tree: Tree) -> dict[int, list[int]]:
    """Blocks of each list and table, by the element of it."""
    groups: dict[int, list[int]] = {}
    grouped = [k for k, block in enumerate(blocks) if block.kind in _GROUPED_KINDS]
    parents = tree.parents.tolist() if grouped else []
    for k in grouped:
        at = int(tree.node[k])
        for _ in range(_MOST_STEPS):
            if tree.tags[at] in _GROUP_TAGS:
                groups.setdefault(at, []).append(k)
                break
            at = parents[at]
    return groups


def _opens(group: int, tree: Tree, body: NDArray[np.bool_]) -> bool:
    """Whether the article begins right after: key points stand above it, in an element of their own."""
    first, last = int(tree.first[group]), int(tree.last[group])
    return not body[:first].any() and bool(body[last : last + _NEAR].any())


def _between(group: int, tree: Tree, body: NDArray[np.bool_]) -> bool:
    """Whether article text stands right before and after, one of the two in the same element as the group."""
    before, after = int(tree.first[group]) - 1, int(tree.last[group])
    if before < 0 or after >= len(body) or not body[before] or not body[after]:
        return False
    around = tree.parents[group]
    near = tree.parents[tree.node[[before, after]]]
    return bool(around in near or around in tree.parents[near])


def _closes(inside: NDArray[np.int64], columns: Columns, tree: Tree, body: NDArray[np.bool_]) -> bool:
    """Whether sentences in a list stand right under the article's text, in the same element as that."""
    before = int(inside[0]) - 1
    if before < 0 or not body[before] or columns["level"][before]:
        return False
    beside = tree.above[1, inside[0]] == tree.above[0, before]
    unlinked = columns["link_share"][inside].max() == 0
    return bool(beside and unlinked and columns["stop"][inside].mean() > _LINKED)


def _keep_set_apart(
    blocks: Sequence[Block], tree: Tree, scores: NDArray[np.float64], body: NDArray[np.bool_]
) -> None:
    """Keep a listing of code or a quotation set apart that stands between kept text, beside it."""
    runs: list[list[int]] = []
    for k, block in enumerate(blocks):
        if block.kind in _APART_FROM:
            if runs and k - runs[-1][-1] <= _APART_NEAR:
                runs[-1].append(k)
            else:
                runs.append([k])
    for run in runs:
        around = tree.above[:_APART_LEVELS, run[0]]
        before = range(max(run[0] - _APART_NEAR, 0), run[0])
        after = range(run[-1] + 1, min(run[-1] + 1 + _APART_NEAR, len(blocks)))
        if all(any(body[k] and tree.above[0, k] in around for k in side) for side in (before, after)):
            for k in run:
                body[k] |= scores[k] >= _APART_FROM[blocks[k].kind]


def _with_headings(
    blocks: Sequence[Block],
    columns: Columns,
    tree: Tree,
    scores: NDArray[np.float64],
    body: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Keep a heading that kept text follows, beside it or wrapped once more; the first only above a list.

    Where several articles stand on a page, under headings of one form, a line may come between: who wrote it,
    when.
    """
    listed = [block.kind in _GROUPED_KINDS for block in blocks[1:]]
    begun = (np.cumsum(body) > 0) | np.append(listed, False).astype(np.bool_)
    follows = _ahead(body, tree, 1)
    headings = (columns["level"] > 1) & (scores >= _HEADING_FROM)
    told = sum(columns[name] for name in _LINE_TOLD) > 0
    line = told & (columns["words"] <= _LINE_WORDS) & ~body
    after_line = _ahead(body, tree, 2) & np.append(line[1:], False)
    several = np.bincount(columns["form"], headings & after_line)[columns["form"]] >= _FEWEST_ARTICLES
    united: NDArray[np.bool_] = body | (headings & ((follows & begun) | (after_line & several)))
    return united


def _ahead(body: NDArray[np.bool_], tree: Tree, step: int) -> NDArray[np.bool_]:
    """Whether the block some steps after each is text beside it, or one of both wrapped once more."""
    around = tree.above[:_WRAPPED]
    beside = (around[:, None, step:] == around[None, :, :-step]).any(axis=(0, 1))
    ahead = np.zeros(len(body), dtype=np.bool_)
    ahead[: len(body) - step] = body[step:] & beside
    return ahead
