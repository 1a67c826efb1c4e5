"""Where the blocks of an HTML page stand: the elements around them, the blocks before and after."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.dom import Dom, DomNode
    from ingest.records import Page

    Column = NDArray[Any]
    Columns = dict[str, Column]

LEVELS = 4
_UP_LEVELS = 5
_REACH = 3
_OFFSETS = np.array([*range(-_REACH, 0), *range(1, _REACH + 1)])
_WINDOWS = np.array([2, 6, 16])[:, None]
_LEVEL_FACTS = ("blocks", "chars", "links", "short_links", "text", "paragraphs", "place")
_LEVEL_NAMES = tuple(f"level{k}_{fact}" for fact in _LEVEL_FACTS for k in range(1, LEVELS + 1))
_NEAR_NAMES = ("words", "link_share", "level", "stops_per_word")
_NEIGHBOUR_NAMES = tuple(
    f"{name}{k:+}" for name in (*_NEAR_NAMES, "sibling", "same_form") for k in _OFFSETS.tolist()
)
_SHORT_WORDS = 14
_LINKED = 0.5
_FURNITURE_WEIGHT = 0.2
_READABILITY_SHARES = np.array([1.0, 0.5, 0.25])[:, None]


class Forms(NamedTuple):
    """Equal elements in equal places are of one form.

    Attributes:
        outer: The form around each form, -1 around the outermost.
        hints: Words of the class names of each; none for the page's own.
    """

    outer: list[int]
    hints: list[tuple[str, ...]]


class Tree:
    """Elements as ranges of blocks: all blocks inside one element stand side by side.

    Attributes:
        first: First block inside each element.
        last: One past the last block inside each element.
        parents: The parent of each element; the root is its own.
        node: The innermost element of each block.
        above: The element around that one, the one around it, and so on: a row for each of four levels.
        links: Number of short links inside each element.
        tags: Name of each element.
        forms: Forms of the elements around blocks.
    """

    __slots__ = ("above", "first", "forms", "last", "links", "node", "parents", "tags")

    def __init__(
        self, nodes: Sequence[DomNode], doms: Sequence[Dom], menus: Sequence[Dom], forms: Forms
    ) -> None:
        self.forms = forms
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
        parents = list(map(itemgetter(1), nodes))
        for at in range(len(nodes) - 1, 0, -1):
            parent = parents[at]
            links[parent] += links[at]
            # `min` and `max` would cost a third of the time of this loop, which runs for every element.
            if first[at] < first[parent]:  # noqa: PLR1730
                first[parent] = first[at]
            if last[at] > last[parent]:  # noqa: PLR1730
                last[parent] = last[at]
        self.links = np.array(links)
        self.tags = list(map(itemgetter(0), nodes))
        self.first = np.array(first)
        self.last = np.maximum(np.array(last), self.first)
        self.parents = np.maximum(np.array(parents), 0)
        self.node = np.array([dom.node for dom in doms])
        above = [self.parents[self.node]]
        while len(above) < LEVELS:
            above.append(self.parents[above[-1]])
        self.above = np.array(above)

    def sums(self, *values: Column) -> NDArray[np.float64]:
        """Sum columns over the blocks inside each element: a row for each column."""
        total = np.zeros((len(values), len(self.node) + 1))
        np.cumsum(np.array(values, dtype=np.float64), axis=1, out=total[:, 1:])
        result: NDArray[np.float64] = total[:, self.last] - total[:, self.first]
        return result


class Wholes(NamedTuple):
    """What stands inside each element.

    Attributes:
        chars: Characters of its blocks.
        links: Share of them inside links.
        text: Words of running text.
        paragraphs: Blocks that are paragraphs by their tag.
    """

    chars: Column
    links: Column
    text: Column
    paragraphs: Column


def sum_up(tree: Tree, columns: Columns) -> Wholes:
    """Sum up what the blocks inside each element hold.

    Args:
        tree: The elements as ranges of the blocks.
        columns: Measures of the blocks, `weight` among them.
    """
    linked = columns["chars"] * columns["link_share"]
    chars, links, text, paragraphs = tree.sums(columns["chars"], linked, columns["weight"], columns["own_p"])
    return Wholes(chars, links / np.maximum(chars, 1), text, paragraphs)


def skipped(page: Page, chosen: Sequence[int], menus: Sequence[int]) -> Columns:
    """Links of menus right before and after each block, and on the whole page."""
    gaps: list[int] = []
    waiting = 0
    rest = list(reversed(menus))
    for index in chosen:
        while rest and rest[-1] < index:
            dom = page.blocks[rest.pop()].dom
            waiting += dom.links if dom else 0
        gaps.append(waiting)
        waiting = 0
    waiting = sum(dom.links for index in rest if (dom := page.blocks[index].dom))
    between = np.array([*gaps, waiting])
    before = between.cumsum()
    return {
        "links_between": between[:-1],
        "links_after": between[1:],
        "links_sofar": before[:-1] / max(before[-1], 1),
        "page_links": np.repeat(before[-1:], len(chosen)),
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


def weights(columns: Columns) -> Columns:
    """How many words of running text a block holds: long, punctuated, not linked, outside page furniture."""
    furniture = columns["in_nav"] + columns["in_footer"] + columns["in_aside"] + columns["around_comment"]
    furniture = furniture + columns["around_cookie"] + columns["around_related"] + columns["in_form"]
    running = (columns["words"] > _SHORT_WORDS) & (columns["link_share"] < _LINKED) & (columns["stop"] > 0)
    weight = np.where(running, columns["words"], 0) * np.where(furniture > 0, _FURNITURE_WEIGHT, 1)
    return {"weight": weight, "text_share": weight / max(weight.sum(), 1)}


def levels(tree: Tree, columns: Columns, wholes: Wholes) -> Columns:
    """The block's parent, grandparent and so on, as wholes."""
    text = wholes.text / max(columns["weight"].sum(), 1)
    count = tree.last - tree.first
    facts = np.array((count, wholes.chars, wholes.links, tree.links, text, wholes.paragraphs))[:, tree.above]
    place = (np.arange(len(tree.node)) - tree.first[tree.above]) / np.maximum(facts[0], 1)
    return dict(zip(_LEVEL_NAMES, (*facts.reshape(-1, len(tree.node)), *place), strict=True))


def article(tree: Tree, doms: Sequence[Dom], columns: Columns, wholes: Wholes) -> Columns:
    """The marked article around the block, and the element that holds most of the running text.

    The latter after Readability: a block gives its words to its parent, half to the grandparent, a quarter
    to the next; the element with the most, linked text deducted, is the best.
    """
    weight, text, links = columns["weight"], wholes.text, wholes.links
    total = max(weight.sum(), 1)
    given = _READABILITY_SHARES * weight
    scores = np.bincount(tree.above[: len(given)].ravel(), given.ravel(), minlength=len(tree.parents))
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
    around = [best]
    while len(around) < _UP_LEVELS:
        around.append(int(tree.parents[around[-1]]))
    inside = (index >= tree.first[around][:, None]) & (index < tree.last[around][:, None])
    first, last = int(tree.first[best]), int(tree.last[best])
    away = np.minimum(index - first, 0) + np.maximum(index - last + 1, 0)
    return {
        f"{name}_up": (~inside).sum(axis=0),  # what is inside one is inside all further out
        f"{name}_away": away,
        f"{name}_place": np.where(away == 0, (index - first) / max(last - first, 1), -1),
    }


def neighbours(tree: Tree, columns: Columns) -> Columns:
    """The blocks before and after."""
    count = len(tree.node)
    index = np.arange(count)
    parent, form = tree.above[0], columns["form"]
    there = index + _REACH + _OFFSETS[:, None]
    near = np.array([widened(columns[name], _REACH) for name in _NEAR_NAMES], dtype=np.float64)[:, there]
    siblings = widened(parent, _REACH, -1)[there] == parent
    same_form = widened(form, _REACH, -1)[there] == form
    rows = (*near.reshape(-1, count), *siblings, *same_form)
    result: Columns = dict(zip(_NEIGHBOUR_NAMES, rows, strict=True))
    low = np.maximum(index - _WINDOWS, 0)
    high = np.minimum(index + 1 + _WINDOWS, count)
    for name in ("weight", "link_share"):
        total = np.concatenate(([0.0], np.cumsum(columns[name], dtype=np.float64)))
        before, after = total[:-1] - total[low], total[high] - total[1:]
        for size, row_before, row_after in zip(_WINDOWS.ravel().tolist(), before, after, strict=True):
            result[f"{name}_before{size}"] = row_before
            result[f"{name}_after{size}"] = row_after
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
