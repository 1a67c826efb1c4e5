"""Where the blocks of an HTML page stand: the elements around them, the blocks before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.records import Dom, DomNode, Page

    Column = NDArray[Any]
    Columns = dict[str, Column]

_LEVELS = 4
_UP_LEVELS = 5
_REACH = 3
_WINDOWS = (2, 6, 16)
_SHORT_WORDS = 14
_LINKED = 0.5
_FURNITURE_WEIGHT = 0.2
_READABILITY_SHARES = (1.0, 0.5, 0.25)


class Tree:
    """Elements as ranges of blocks: all blocks inside one element stand side by side.

    Attributes:
        first: First block inside each element.
        last: One past the last block inside each element.
        parents: The parent of each element; the root is its own.
        node: The innermost element of each block.
        links: Number of short links inside each element.
        tags: Name of each element.
    """

    __slots__ = ("first", "last", "links", "node", "parents", "tags")

    def __init__(self, nodes: Sequence[DomNode], doms: Sequence[Dom], menus: Sequence[Dom]) -> None:
        links = [0] * len(nodes)
        for dom in menus:
            links[dom.node] += dom.links
        first = [len(doms)] * len(nodes)
        last = [0] * len(nodes)
        for k, dom in enumerate(doms):
            at = dom.node
            if first[at] > k:  # noqa: PLR1730
                first[at] = k
            last[at] = k + 1
        parents = [max(node.parent, 0) for node in nodes]
        for at in range(len(nodes) - 1, 0, -1):
            parent = parents[at]
            links[parent] += links[at]
            # `min` and `max` would cost a third of the time of this loop, which runs for every element.
            if first[at] < first[parent]:  # noqa: PLR1730
                first[parent] = first[at]
            if last[at] > last[parent]:  # noqa: PLR1730
                last[parent] = last[at]
        self.links = np.array(links)
        self.tags = [node.tag for node in nodes]
        self.first = np.array(first)
        self.last = np.maximum(np.array(last), self.first)
        self.parents = np.array(parents)
        self.node = np.array([dom.node for dom in doms])

    def sums(self, values: Column) -> Column:
        """Sum a column over the blocks inside each element."""
        total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        result: Column = total[self.last] - total[self.first]
        return result


def skipped(page: Page, chosen: Sequence[int], menus: Sequence[int]) -> Columns:
    """Links of menus right before and after each block, and on the whole page."""
    counts = [dom.links if (dom := page.blocks[index].dom) else 0 for index in menus]
    total = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    before = total[np.searchsorted(np.array(menus, dtype=np.int64), np.array(chosen))]
    gaps = np.diff(before, prepend=0)
    return {
        "links_between": gaps,
        "links_after": np.append(gaps[1:], total[-1] - before[-1]),
        "links_sofar": before / max(total[-1], 1),
        "page_links": np.full(len(chosen), total[-1]),
    }


def forms(columns: Columns) -> Columns:
    """Blocks of the same form (path and classes) over the page."""
    form = columns["form"]
    chars = np.bincount(form, columns["chars"])
    links = np.bincount(form, columns["chars"] * columns["link_share"])
    total = max(columns["chars"].sum(), 1)
    return {
        "form_count": np.bincount(form)[form],
        "form_chars": chars[form],
        "form_share": (chars / total)[form],
        "form_links": (links / np.maximum(chars, 1))[form],
    }


def _weights(columns: Columns) -> Column:
    """How many words of running text a block holds: long, punctuated, not linked, outside page furniture."""
    furniture = columns["in_nav"] + columns["in_footer"] + columns["in_aside"] + columns["around_comment"]
    furniture = furniture + columns["around_cookie"] + columns["around_related"] + columns["in_form"]
    running = (columns["words"] > _SHORT_WORDS) & (columns["link_share"] < _LINKED) & (columns["stop"] > 0)
    weights: Column = np.where(running, columns["words"], 0) * np.where(furniture > 0, _FURNITURE_WEIGHT, 1)
    return weights


def levels(tree: Tree, columns: Columns) -> Columns:
    """The block's parent, grandparent and so on, as wholes."""
    weights = _weights(columns)
    chars = tree.sums(columns["chars"])
    links = tree.sums(columns["chars"] * columns["link_share"]) / np.maximum(chars, 1)
    text = tree.sums(weights)
    count = tree.last - tree.first
    paragraphs = tree.sums(columns["own_p"])
    result: Columns = {"weight": weights, "text_share": weights / max(weights.sum(), 1)}
    index = np.arange(len(tree.node))
    at = tree.node
    for k in range(1, _LEVELS + 1):
        at = tree.parents[at]
        result[f"level{k}_blocks"] = count[at]
        result[f"level{k}_chars"] = chars[at]
        result[f"level{k}_links"] = links[at]
        result[f"level{k}_short_links"] = tree.links[at]
        result[f"level{k}_text"] = text[at] / max(weights.sum(), 1)
        result[f"level{k}_paragraphs"] = paragraphs[at]
        result[f"level{k}_place"] = (index - tree.first[at]) / np.maximum(count[at], 1)
    return result


def article(tree: Tree, doms: Sequence[Dom], columns: Columns) -> Columns:
    """The marked article around the block, and the element that holds most of the running text.

    The latter after Readability: a block gives its words to its parent, half to the grandparent, a quarter
    to the next; the element with the most, linked text deducted, is the best.
    """
    weights = columns["weight"]
    total = max(weights.sum(), 1)
    text = tree.sums(weights)
    chars = tree.sums(columns["chars"])
    links = tree.sums(columns["chars"] * columns["link_share"]) / np.maximum(chars, 1)
    scores = np.zeros(len(tree.parents))
    at = tree.node
    for share in _READABILITY_SHARES:
        at = tree.parents[at]
        np.add.at(scores, at, weights * share)
    best = int(np.argmax(scores * (1 - links)))
    container = np.array([dom.container for dom in doms])
    marked = container >= 0
    return {
        "article": marked,
        "article_text": np.where(marked, text[container] / total, 0),
        "article_links": np.where(marked, links[container], 0),
        "article_blocks": np.where(marked, (tree.last - tree.first)[container], 0),
        "article_first": np.where(marked, np.arange(len(doms)) - tree.first[container], -1),
        "best_text": np.full(len(doms), text[best] / total),
        "best_score": np.full(len(doms), scores[best] / total),
        **place_in(tree, best, "best"),
    }


def place_in(tree: Tree, best: int, name: str) -> Columns:
    """Where each block stands, seen from an element: levels up to a common one, blocks away, place inside."""
    index = np.arange(len(tree.node))
    up = np.full(len(index), _UP_LEVELS)
    at = best
    for k in range(_UP_LEVELS):
        inside = (index >= tree.first[at]) & (index < tree.last[at])
        up = np.where(inside & (up == _UP_LEVELS), k, up)
        at = int(tree.parents[at])
    first, last = int(tree.first[best]), int(tree.last[best])
    away = np.where(index < first, index - first, np.where(index >= last, index - last + 1, 0))
    return {
        f"{name}_up": up,
        f"{name}_away": away,
        f"{name}_place": np.where(away == 0, (index - first) / max(last - first, 1), -1),
    }


def neighbours(tree: Tree, columns: Columns) -> Columns:
    """The blocks before and after."""
    parent, form = tree.parents[tree.node], columns["form"]
    names = ("words", "link_share", "level", "stops_per_word")
    wide = {name: widened(columns[name], _REACH) for name in names}
    parents, around = widened(parent, _REACH, -1), widened(form, _REACH, -1)
    result: Columns = {}
    for offset in (*range(-_REACH, 0), *range(1, _REACH + 1)):
        there = slice(_REACH + offset, _REACH + offset + len(parent))
        for name in names:
            result[f"{name}{offset:+}"] = wide[name][there]
        result[f"sibling{offset:+}"] = parents[there] == parent
        result[f"same_form{offset:+}"] = around[there] == form
    for name in ("weight", "link_share"):
        total = np.concatenate(([0.0], np.cumsum(columns[name], dtype=np.float64)))
        count = len(tree.node)
        for size in _WINDOWS:
            index = np.arange(count)
            low, high = np.maximum(index - size, 0), np.minimum(index + 1 + size, count)
            result[f"{name}_before{size}"] = total[index] - total[low]
            result[f"{name}_after{size}"] = total[high] - total[index + 1]
        result[f"{name}_sofar"] = total[:-1] / max(total[-1], 1)
    return result


def widened(values: Column, reach: int, fill: float = 0) -> Column:
    """A column with room on both sides, so that each block's neighbours are a slice of it.

    >>> widened(np.array([1, 2, 3]), 1)
    array([0, 1, 2, 3, 0])
    """
    result = np.full(len(values) + 2 * reach, fill, dtype=values.dtype)
    result[reach : reach + len(values)] = values
    return result
