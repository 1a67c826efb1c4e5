"""What the first look at all blocks of a page tells of each of them: the columns of the second look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest.clean.html.places import LEVELS, place_in, widened

if TYPE_CHECKING:
    from ingest.clean.html.places import Column, Columns, Tree

_REACH = 4
_WINDOWS = np.array([3, 8, 20])[:, None]
_LEVEL_NAMES = tuple(f"kept_level{level}" for level in range(1, LEVELS + 1))
_SURE = 0.6
_LONG_WORDS = 15
_MOST_WORDS = 120


def look_around(columns: Columns, tree: Tree, scores: Column) -> Columns:
    """Measure every block by the scores of the blocks around it.

    Args:
        columns: Columns of the first look.
        tree: The elements that the blocks stand in.
        scores: Probability of each block to be article text, after the first look.

    Returns:
        Name and values of every column, always the same columns in the same order.
    """
    words = np.minimum(columns["words"], _MOST_WORDS)
    result: Columns = {"score": scores}
    wide = widened(scores, _REACH)
    for offset in (*range(-_REACH, 0), *range(1, _REACH + 1)):
        result[f"score{offset:+}"] = wide[_REACH + offset : _REACH + offset + len(scores)]
    result |= _windows(scores, words)
    result |= _wholes(columns, tree, scores, words)
    result |= _edges(columns, scores, words)
    result |= _container(tree, scores, words)
    return result


def _sums(values: Column) -> Column:
    total: Column = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    return total


def _windows(scores: Column, words: Column) -> Columns:
    """Share of kept words in windows before and after, and on the whole page."""
    kept, total = _sums(scores * words), _sums(words)
    index = np.arange(len(scores))
    result: Columns = {}
    low, high = np.maximum(index - _WINDOWS, 0), np.minimum(index + 1 + _WINDOWS, len(scores))
    before = (kept[:-1] - kept[low]) / np.maximum(total[:-1] - total[low], 1)
    after = (kept[high] - kept[1:]) / np.maximum(total[high] - total[1:], 1)
    for size, row_before, row_after in zip(_WINDOWS.ravel().tolist(), before, after, strict=True):
        result[f"kept_before{size}"] = row_before
        result[f"kept_after{size}"] = row_after
    whole = max(kept[-1], 1e-3)
    result["kept_sofar"] = kept[:-1] / whole
    result["kept_words"] = np.full(len(scores), kept[-1])
    result["kept_share"] = np.full(len(scores), kept[-1] / max(total[-1], 1))
    return result


def _wholes(columns: Columns, tree: Tree, scores: Column, words: Column) -> Columns:
    """Share of kept words in the elements around the block, itself left out, and in blocks of its form."""
    own, own_words = scores * words, words
    kept, total = tree.sums(own, own_words)
    rest = total[tree.above] - own_words
    shares = np.where(rest > 0, (kept[tree.above] - own) / np.maximum(rest, 1), -1)
    result: Columns = dict(zip(_LEVEL_NAMES, shares, strict=True))
    form = columns["form"]
    form_kept, form_words = np.bincount(form, own)[form] - own, np.bincount(form, own_words)[form] - own_words
    result["kept_form"] = np.where(form_words > 0, form_kept / np.maximum(form_words, 1), -1)
    return result


def _edges(columns: Columns, scores: Column, words: Column) -> Columns:
    """Distance to the first and last sure block, and to the nearest ones before and after."""
    count = len(scores)
    index = np.arange(count)
    sure = (scores > _SURE) & (columns["words"] > _LONG_WORDS)
    places = np.flatnonzero(sure)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (-1, -1)
    before = np.maximum.accumulate(np.where(sure, index, -1))
    before = np.concatenate(([-1], before[:-1]))
    after = np.minimum.accumulate(np.where(sure, index, count)[::-1])[::-1]
    after = np.concatenate((after[1:], [count]))
    total = _sums(words)
    return {
        "from_first": index - first,
        "to_last": last - index,
        "since_sure": index - before,
        "until_sure": after - index,
        "words_since_sure": total[index] - total[before + 1],
        "words_until_sure": total[np.minimum(after, count)] - total[index + 1],
        "sure_blocks": np.full(count, len(places)),
    }


def _container(tree: Tree, scores: Column, words: Column) -> Columns:
    """The element that holds the most kept words with the fewest others."""
    gains = tree.sums((scores - 0.5) * words)[0]
    best = int(np.argmax(gains))
    total = np.maximum((scores - 0.5) * words, 0).sum()
    return {
        **place_in(tree, best, "holder"),
        "holder_gain": np.full(len(scores), gains[best] / max(total, 1e-3)),
    }
