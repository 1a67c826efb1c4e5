"""Label the lines of a plain text: what is the article, and what is everything else.

Boosted trees judge each line with its neighbours and the whole page in view (training/train_text.py).
The model is timid: where a page shows no sign of a site's frame, it drops nothing, and costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.clean.lines.sentence_ends import ends_with_stop
from ingest.clean.text.features import measure_lines
from ingest.front.bylines import is_byline
from ingest.models.files import load_model
from ingest.models.trees import Forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.records import Block

    Floats = NDArray[np.float32]

# Chosen on lines of news pages and of clean articles; docs/model-cards/text.md has the figures.
KEEP_FROM = 0.8
KEEP_BESIDE_KEPT_FROM = 0.3
_UNSEEN = frozenset({"hidden", "running_head", "page_number"})  # they say nothing of the frame of a web page
_SURE = 0.8
_COMMENT_FROM = 0.5
_TITLE_FROM = 0.15
_BEST_TITLE_FROM = 0.05
_SUPPLEMENT_FROM = 0.5
_FAR_TITLE_FROM = 0.4
_SURE_TITLE_FROM = 0.5  # whatever its form
_TITLE_LINES_BEFORE = 20
_TITLE_LINES_AFTER = 5
_NO_TITLE = ("date", "clock", "words", "bar", "byline", "furniture_share")
_DATED_WORDS = 9
_FURNITURE_SHARE = 0.34
# A site's frame begins or ends the page: furniture or loose lines stand there, or stand nearly everywhere.
_EDGE = 10
_MOSTLY_SHORT = 0.8
# It shows by many different wordings of furniture, by some in a long page of loose lines, or by one
# among lines that are short for the most part.
_MANY_WORDINGS = 5
_SOME_WORDINGS = 2
_MOSTLY_LOOSE = 0.6
_LONG_PAGE = 40
_MUCH_FURNITURE = 0.12
_SOME_SHORT = 0.25
_HALF = 0.55
_SHORT_WORDS = 8
_FEWEST_LINES_OF_MENU = 15
_FEWEST_LINES = 10
_MOST_LINES = 20_000  # beyond that, a text is no page; rules alone judge it, in bounded time


@dataclass(frozen=True, slots=True)
class LineLabel:
    """What one line of a plain text is.

    Attributes:
        keep: Whether it belongs to the document.
        kind: For a kept line `body` or `title`; for a dropped one `navigation`, `related`, `comment`,
            `promotion`, `bio`, `cookie`, `share` or `other`.
        score: How sure it is that the line is kept, 0 to 1.
    """

    keep: bool
    kind: str
    score: float


_CLAIMED = LineLabel(keep=True, kind="body", score=1.0)


def label_lines(
    blocks: Sequence[Block], named: Sequence[bool], ruled: Sequence[bool]
) -> tuple[LineLabel, ...]:
    """Label the lines of a plain text, in order.

    Args:
        blocks: The blocks of a plain text.
        named: Whether a cleaning rule named the block, or would in other surroundings.
        ruled: Whether a cleaning rule dropped the block.

    Returns:
        One label for each block.  All are kept where no frame shows, or the text is too short, or too long.
    """
    labels = [_CLAIMED] * len(blocks)
    places = [k for k, block in enumerate(blocks) if block.kind not in _UNSEEN]
    texts = [blocks[k].text for k in places]
    worded = [k for k in places if any(map(str.isalnum, blocks[k].text))]  # rulers and braces show no frame
    signs = [k for k in worded if ruled[k] or (named[k] and blocks[k].kind != "list_item")]
    wordings = len({blocks[k].text for k in signs}) if any(ruled[k] for k in signs) else 0
    short = _short_share(texts)
    possible = wordings >= _SOME_WORDINGS or (wordings and short > _HALF)
    if not possible or not _FEWEST_LINES <= len(places) <= _MOST_LINES:
        return tuple(labels)
    listed = np.array([blocks[k].kind == "list_item" for k in places])
    furniture = np.array([named[k] for k in places])
    names, rows = measure_lines(texts, furniture, listed)
    forest = load_model(Forest, "text_keep")
    keep = _chances(forest.scores(forest.arrange(names, rows)))[:, 0]
    at_edge = any(_is_frame_edge(blocks, edge, signs) for edge in (places[:_EDGE], places[-_EDGE:]))
    if _has_frame(wordings, len(signs), keep, short, at_edge=at_edge):
        found = _label_page((names, rows), keep, furniture | _no_title(names, rows), furniture, texts)
        for place, label in zip(places, found, strict=True):
            labels[place] = label
    return tuple(labels)


def _is_frame_edge(blocks: Sequence[Block], edge: Sequence[int], signs: Sequence[int]) -> bool:
    """Whether the first or last lines of a page look like a frame: furniture, or hardly a sentence."""
    return not set(edge).isdisjoint(signs) or _short_share([blocks[k].text for k in edge]) >= _MOSTLY_SHORT


def _short_share(texts: Sequence[str]) -> float:
    """Share of the lines that are short and end no sentence."""
    short = sum(text.count(" ") < _SHORT_WORDS - 1 and not ends_with_stop(text) for text in texts)
    return short / max(len(texts), 1)


def _has_frame(wordings: int, signs: int, keep: Floats, short: float, *, at_edge: bool) -> bool:
    """Whether a site's frame stands around the article, so that the model may be trusted to cut it off.

    Args:
        wordings: Different wordings of furniture on the page.
        signs: Lines of furniture.
        keep: Each line's chance to be kept.
        short: Share of the lines that are short and end no sentence.
        at_edge: Whether the first or the last lines look like a frame.
    """
    loose = float((keep < 0.5).mean())  # noqa: PLR2004 - even chances
    if not at_edge and loose <= _MOSTLY_LOOSE:
        return False
    if short < _SOME_SHORT and signs <= _MUCH_FURNITURE * len(keep):
        return False
    if wordings >= _MANY_WORDINGS:
        return True
    crowded = len(keep) > _LONG_PAGE or signs > _MUCH_FURNITURE * len(keep)
    if wordings >= _SOME_WORDINGS and loose > _MOSTLY_LOOSE and crowded:
        return True
    return min(loose, short) > _HALF and len(keep) >= _FEWEST_LINES_OF_MENU


def _no_title(names: tuple[str, ...], rows: Floats) -> NDArray[np.bool_]:
    """Lines whose form no headline has: menu bars, dates, bylines, words of buttons."""
    column = {name: rows[:, names.index(name)] for name in _NO_TITLE}
    dated = ((column["date"] > 0) | (column["clock"] > 0)) & (column["words"] < _DATED_WORDS)
    barred = (column["bar"] > 0) | (column["byline"] > 0)
    result: NDArray[np.bool_] = dated | barred | (column["furniture_share"] > _FURNITURE_SHARE)
    return result


def _label_page(
    measures: tuple[tuple[str, ...], Floats],
    keep: Floats,
    no_title: NDArray[np.bool_],
    furniture: NDArray[np.bool_],
    texts: Sequence[str],
) -> list[LineLabel]:
    """Label the lines of a page that a site's frame stands around."""
    forest = load_model(Forest, "text_parts")
    chances = dict(zip(forest.outputs, _chances(forest.scores(forest.arrange(*measures))).T, strict=True))
    no_comment = chances["comment"] < _COMMENT_FROM
    kept = (keep >= KEEP_FROM) & no_comment
    _spread(kept, measures, (keep >= KEEP_BESIDE_KEPT_FROM) & no_comment)
    sure = np.flatnonzero(kept & (keep >= _SURE))
    first = int(sure[0]) if len(sure) else int(np.argmax(keep))
    last = int(np.flatnonzero(kept)[-1]) if kept.any() else first
    titles = _title_lines(chances["title"], no_title, first, texts)
    index = np.arange(len(keep))
    begin = min(titles, default=first)
    beside = (chances["supplement"] >= _SUPPLEMENT_FROM) & (index >= begin) & (index <= last) & ~furniture
    kept |= beside
    kept[list(titles)] = True
    kinds = _kinds(measures, ~kept)
    best = max(titles, key=lambda k: float(chances["title"][k]), default=-1)
    return [
        LineLabel(bool(kept[k]), "title" if k == best else kinds.get(k, "body"), float(keep[k]))
        for k in range(len(keep))
    ]


def _spread(
    kept: NDArray[np.bool_], measures: tuple[tuple[str, ...], Floats], likely: NDArray[np.bool_]
) -> None:
    """Keep likely sentences beside kept lines, from line to line: a paragraph is seldom alone."""
    names, rows = measures
    sentence = (rows[:, names.index("words")] >= _SHORT_WORDS) & (rows[:, names.index("ends_stop")] > 0)
    joins = likely & sentence
    for step, places in ((-1, range(1, len(kept))), (1, range(len(kept) - 2, -1, -1))):
        for k in places:
            kept[k] |= joins[k] and kept[k + step]


def _title_lines(
    chances: Floats, no_title: NDArray[np.bool_], first: int, texts: Sequence[str]
) -> tuple[int, ...]:
    """The likeliest title before the article, and what else there is almost as likely one; never a byline."""
    places = range(min(len(chances), first + _TITLE_LINES_AFTER + 1))
    possible = (k for k in places if chances[k] >= (_SURE_TITLE_FROM if no_title[k] else _BEST_TITLE_FROM))
    candidates = [k for k in possible if not is_byline(texts[k])]
    if not candidates:
        return ()
    best = max(candidates, key=lambda k: float(chances[k]))
    near = (
        k
        for k in candidates
        if chances[k] >= (_TITLE_FROM if k >= first - _TITLE_LINES_BEFORE else _FAR_TITLE_FROM)
    )
    return tuple(sorted({best, *near}))


def _kinds(measures: tuple[tuple[str, ...], Floats], dropped: NDArray[np.bool_]) -> dict[int, str]:
    """What each dropped line most probably is."""
    places = np.flatnonzero(dropped)
    if not len(places):
        return {}
    forest = load_model(Forest, "text_kinds")
    best = np.argmax(forest.scores(forest.arrange(*measures)[places]), axis=1)
    return {int(k): forest.outputs[int(b)] for k, b in zip(places, best, strict=True)}


def _chances(scores: Floats) -> Floats:
    chances: Floats = (1 / (1 + np.exp(-scores))).astype(np.float32)
    return chances
