"""How class names weigh: counted over labelled pages, group by group, so that no page is told by itself."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ingest.clean.html.hints import ALL_LEVELS, NEAR_LEVELS, HintWeights

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from html_data import Example
    from numpy.typing import NDArray

_FEWEST_SITES = 4
_DOUBT = 3.0
_MOST_TOKENS = 150
_PAGE_TAGS = frozenset({"html", "body"})


class _Share(NamedTuple):
    """Words of the blocks under a class name: the article's, and all."""

    article: float
    total: float


class HintCounts:
    """What the class names of some pages stand around, by group of pages.

    A page says once of each word which share of the text under it is article text; pages weigh as in
    training, and a word counts that stands on pages of four sites or more.
    """

    def __init__(self, examples: Sequence[Example], groups: Sequence[int]) -> None:
        """Count.

        Args:
            examples: Labelled pages.
            groups: The group of each; all pages of a site are in one.
        """
        self._groups = sorted(set(groups))
        self._words = sorted({word for e in examples for node in e.page.nodes for word in node.hints})
        place = {word: k for k, word in enumerate(self._words)}
        shape = (len(self._groups), 2, len(self._words))
        self._article, self._other, self._sites = (np.zeros(shape) for _ in range(3))
        seen: set[tuple[str, int, str]] = set()
        for example, group in zip(examples, groups, strict=True):
            row = self._groups.index(group)
            for level, shares in enumerate(_shares(example)):
                for word, (article, total) in shares.items():
                    at = row, level, place[word]
                    self._article[at] += example.weight * article / total
                    self._other[at] += example.weight * (1 - article / total)
                    if (example.site, level, word) not in seen:
                        seen.add((example.site, level, word))
                        self._sites[at] += 1

    def weights(self, left_out: Collection[int]) -> HintWeights:
        """The weights that follow from all groups but some."""
        rows = [k for k, group in enumerate(self._groups) if group not in left_out]
        article, other, sites = (c[rows].sum(axis=0) for c in (self._article, self._other, self._sites))
        known = sites >= _FEWEST_SITES
        near, far = (_log_odds(a, o, k) for a, o, k in zip(article, other, known, strict=True))
        places = np.flatnonzero(known.any(axis=0))
        return HintWeights(tuple(self._words[k] for k in places), near[places], far[places])


def _log_odds(
    article: NDArray[np.float64], other: NDArray[np.float64], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """How much oftener article text stands under a word than elsewhere; words that are rare tell less."""
    prior = article[known].sum() / max(article[known].sum() + other[known].sum(), 1e-9)
    odds = np.log((article + _DOUBT * prior) / (other + _DOUBT * (1 - prior))) - np.log(prior / (1 - prior))
    return np.where(known, odds, np.nan).astype(np.float32).round(3)


def _shares(example: Example) -> Iterator[dict[str, _Share]]:
    """For the words next to a page's blocks, and for those further out, what they stand around."""
    for first, last in ((0, NEAR_LEVELS), (NEAR_LEVELS, ALL_LEVELS)):
        found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for place, tokens, label in zip(example.visible, example.tokens, example.labels, strict=True):
            size = min(tokens, _MOST_TOKENS) + 1
            for word in _words(example, place, first, last):
                found[word][0] += size * label
                found[word][1] += size
        yield {word: _Share(*counts) for word, counts in found.items()}


def _words(example: Example, place: int, first: int, last: int) -> set[str]:
    dom = example.page.blocks[place].dom
    at = dom.node if dom else -1
    words: set[str] = set()
    for level in range(last):
        if at < 0:
            break
        tag, parent, hints = example.page.nodes[at]
        if level >= first and tag not in _PAGE_TAGS:
            words.update(word for word in hints if len(word) > 1)
        at = parent
    return words
