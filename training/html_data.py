"""Pages with the text of their articles, as labelled blocks.

A data folder holds `pages.json` ({id: {"path", "url"}}), `truth.json` ({id: {"articleBody"}}) and the pages,
gzipped or not: the form of the public sets for article extraction.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.clean.html.features import choose
from ingest.extract.html import extract_html
from ingest.metadata import RawDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ingest.records import Page

TOKEN = re.compile(r"\w+")
SHINGLE = 4
_ANCHOR = 3
_MOST_PLACES = 30
_MOST_RUNS = 12
_GAP = 30
_SHORT_LABEL = 3


@dataclass(slots=True)
class Example:
    """One page and what of it is the article.

    Attributes:
        corpus: Name of the data folder.
        key: Id of the page in it.
        site: Domain of the publisher; pages of one site are never on both sides of a split.
        page: The page.
        visible: Indices of the blocks that a reader sees, short links left out.
        tokens: Number of words of each of these.
        matched: How many of them are words of the article.
        truth: The article's text.
        land: Country code where the data folder gives one.
        weight: How much the page counts in training.
    """

    corpus: str
    key: str
    site: str
    page: Page
    visible: list[int]
    tokens: list[int]
    matched: list[int]
    truth: str
    land: str = ""
    weight: float = 1.0

    @property
    def labels(self) -> list[bool]:
        """Whether each visible block is part of the article."""
        return [found >= 0.5 * max(size, 1) for found, size in zip(self.matched, self.tokens, strict=True)]


def read_corpus(folder: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Read a data folder: id, address, country, markup and article of every page, in order of ids."""
    pages = json.loads((folder / "pages.json").read_text("utf-8"))
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    for key in sorted(pages):
        entry = pages[key]
        content = (folder / entry["path"]).read_bytes()
        content = gzip.decompress(content) if entry["path"].endswith(".gz") else content
        yield (
            key,
            entry.get("url") or "",
            entry.get("land") or "",
            decoded(content),
            truth[key]["articleBody"],
        )


def decoded(content: bytes) -> str:
    """Decode a page as UTF-8, else by its declaration."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"charset=[\"']?([\w-]+)", content[:4096])
        return content.decode(declared[1].decode() if declared else "cp1252", "replace")


def load_examples(folders: Sequence[Path]) -> list[Example]:
    """Read and label all pages of some data folders."""
    examples = []
    for folder in folders:
        for key, url, land, markup, truth in read_corpus(folder):
            page = extract_html(RawDocument(key, "", "text/html", "utf-8", markup), as_learnt=True)
            visible = choose(page)[0]
            words = [TOKEN.findall(page.blocks[k].text) for k in visible]
            matched = match_blocks(words, TOKEN.findall(truth))
            sizes = [len(found) for found in words]
            examples.append(
                Example(folder.name, key, site_of(key, url), page, visible, sizes, matched, truth, land)
            )
    return examples


def site_of(key: str, url: str) -> str:
    """The registered domain of an address, near enough; the id where there is none."""
    parts = (urlsplit(url).hostname or key).lower().split(".")
    national = len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3  # noqa: PLR2004 (co.uk)
    return ".".join(parts[-3:] if national else parts[-2:])


def fold_of(site: str, folds: int) -> int:
    """The fold of a site: a hash, so that it never depends on the other sites."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % folds


def match_blocks(blocks: Sequence[list[str]], truth: list[str]) -> list[int]:
    """Align a page with its article: the heaviest chain of matches in the order of both.

    Args:
        blocks: Words of each block, in the order of the page.
        truth: Words of the article.

    Returns:
        The number of words of each block that are the article's.
    """
    matches = sorted(_matches(blocks, truth))
    best_to: list[tuple[float, int]] = [(0.0, -1)] * (len(truth) + 2)
    total = [0.0] * len(matches)
    previous = [-1] * len(matches)
    for k, (_, start, end, weight) in enumerate(matches):
        before = _best(best_to, start)
        total[k], previous[k] = before[0] + weight, before[1]
        _raise(best_to, end, (total[k], k))
    found = [0] * len(blocks)
    k = max(range(len(matches)), key=total.__getitem__) if matches else -1
    while k >= 0:
        block, _, _, weight = matches[k]
        found[block] += round(weight)
        k = previous[k]
    return found


def _matches(blocks: Sequence[list[str]], truth: list[str]) -> Iterator[tuple[int, int, int, float]]:
    """Runs of words that a block and the article share: block, start and end in the article, weight."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for size in range(1, _ANCHOR + 1):
        for at in range(len(truth) - size + 1):
            places[tuple(truth[at : at + size])].append(at)
    for k, words in enumerate(blocks):
        if 0 < len(words) < _SHORT_LABEL:
            for at in places.get(tuple(words), ())[:200]:
                yield k, at, at + len(words), len(words) - 0.01
            continue
        diagonals: dict[int, list[int]] = defaultdict(list)
        for j in range(len(words) - _ANCHOR + 1):
            found = places.get(tuple(words[j : j + _ANCHOR]), ())
            if len(found) <= _MOST_PLACES:
                for at in found:
                    diagonals[at - j].append(j)
        runs = sorted(_runs(diagonals), key=lambda run: -run[2])[:_MOST_RUNS]
        for start, end, weight in runs:
            yield k, start, end, weight


def _runs(diagonals: dict[int, list[int]]) -> Iterator[tuple[int, int, int]]:
    for shift, places in diagonals.items():
        start = last = places[0]
        count = 0
        for at in places:
            if at - last > _GAP:
                yield shift + start, shift + last + _ANCHOR, min(count + _ANCHOR - 1, last + _ANCHOR - start)
                start, count = at, 0
            count += 1
            last = at
        yield shift + start, shift + last + _ANCHOR, min(count + _ANCHOR - 1, last + _ANCHOR - start)


def _best(tree: list[tuple[float, int]], end: int) -> tuple[float, int]:
    """Heaviest chain that ends at or before a place (a Fenwick tree of maxima)."""
    best, at = (0.0, -1), end + 1
    while at > 0:
        best = max(best, tree[at], key=lambda item: item[0])
        at -= at & -at
    return best


def _raise(tree: list[tuple[float, int]], end: int, value: tuple[float, int]) -> None:
    at = end + 1
    while at < len(tree):
        if value[0] > tree[at][0]:
            tree[at] = value
        at += at & -at


def shingle_counts(truth: str, found: str) -> tuple[int, int, int]:
    """Shared, extra and missing four-word shingles."""
    wanted, given = _shingles(truth), _shingles(found)
    shared = sum((wanted & given).values())
    return shared, sum(given.values()) - shared, sum(wanted.values()) - shared


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = TOKEN.findall(text)
    if len(words) <= SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[k:] for k in range(SHINGLE)), strict=False))


def mean_scores(counts: Iterable[tuple[int, int, int]]) -> tuple[float, float, float]:
    """F1 of the page averages of precision and recall, and these two."""
    rows = list(counts)
    precisions = [tp / (tp + fp) for tp, fp, _ in rows if tp + fp]
    recalls = [tp / (tp + fn) for tp, _, fn in rows if tp + fn]
    precision = sum(precisions) / max(len(precisions), 1)
    recall = sum(recalls) / max(len(recalls), 1)
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall
