"""HTML pages with known article text, rendered as lines of plain text with labels.

The line models are trained on these alone: corpora of plain-text lines state no licence and serve for
measuring only.
"""

from __future__ import annotations

import gzip
import json
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.extract.html import extract_html
from ingest.metadata import RawDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.records import Block, Page

CORPORA = ("scrapinghub", "fundus", "wcxb")
_LIKE, _HEADING_LIKE = 0.6, 0.3
_LONGEST_BOLD = 12
WORD = re.compile(r"\w+")
# What class and id words say that a dropped block is.
HINTS = (
    ("comment", {"comment", "comments", "disqus", "respond", "reply", "replies", "commentlist"}),
    ("cookie", {"cookie", "cookies", "consent", "gdpr", "onetrust", "didomi"}),
    (
        "related",
        {
            "related",
            "recommended",
            "recirc",
            "trending",
            "popular",
            "more",
            "teaser",
            "teasers",
            "recommendations",
        },
    ),
    ("share", {"share", "sharing", "social"}),
    (
        "promotion",
        {
            "promo",
            "newsletter",
            "subscribe",
            "ad",
            "ads",
            "advert",
            "sponsored",
            "signup",
            "cta",
            "paywall",
            "subscription",
        },
    ),
    ("bio", {"bio", "biography", "aboutauthor", "author"}),
    (
        "navigation",
        {"nav", "menu", "navigation", "navbar", "breadcrumb", "breadcrumbs", "footer", "header", "sidebar"},
    ),
)
SUPPLEMENT = {
    "byline",
    "author",
    "authors",
    "date",
    "time",
    "timestamp",
    "published",
    "dateline",
    "caption",
    "credit",
    "meta",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what it is: `body`, `title`, `supplement`, or the kind of what is dropped.

    `level` is the heading level of a kept heading, `listed` whether it stood in a list.
    """

    text: str
    label: str
    level: int = 0
    listed: bool = False


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page as lines."""

    id: str
    lines: tuple[Line, ...]


def read_pages(root: Path) -> Iterator[LinePage]:
    """Read all corpora under a folder.

    Args:
        root: The folder that holds `scrapinghub`, `fundus` and `wcxb`.
    """
    for corpus in CORPORA:
        pages = json.loads((root / corpus / "pages.json").read_text("utf-8"))
        truth = json.loads((root / corpus / "truth.json").read_text("utf-8"))
        for key, row in pages.items():
            content = gzip.decompress((root / corpus / row["path"]).read_bytes())
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                text = content.decode("cp1252", "replace")
            page = extract_html(RawDocument(key, "", "text/html", "utf-8", text), as_learnt=True)
            lines = label_lines(page, truth[key]["articleBody"])
            if sum(line.label == "body" for line in lines):
                yield LinePage(f"{corpus}/{key}", lines)


def label_lines(page: Page, body: str) -> tuple[Line, ...]:
    """Label the visible blocks of a page by the article text that is known."""
    blocks = [b for b in page.blocks if b.kind != "hidden" and WORD.search(b.text)]
    kept = _kept(blocks, body)
    title = _title(blocks, kept, page.metadata.title or "")
    first = min(kept, default=0)
    last = max(kept, default=-1)
    lines = []
    for i, block in enumerate(blocks):
        if i == title:
            label = "title"
        elif i in kept:
            label = "body"
        else:
            label = _kind(block)
            near = min(first, title if title >= 0 else first) <= i <= last
            if near and _is_supplement(block):
                label = "supplement"
        level = (block.level or _level_by_type(block)) if label in {"body", "title"} else 0
        lines.append(Line(block.text, label, level, block.kind == "list_item"))
    return tuple(lines)


def _level_by_type(block: Block) -> int:
    """6 for a short paragraph that is bold throughout, or a defined term: these are headings too."""
    dom = block.dom
    ink = sum(not c.isspace() for c in block.text)
    if (
        dom is None
        or block.text.count(" ") >= _LONGEST_BOLD
        or block.text[-1] in ".,;"
        or block.kind != "paragraph"
    ):
        return 0
    return 6 if dom.bold_chars >= ink or dom.tags.endswith("/dt") else 0


def _kind(block: Block) -> str:
    hints = set(block.dom.hints) if block.dom else set()
    tags = set(block.dom.tags.split("/")) if block.dom else set()
    for kind, words in HINTS:
        if hints & words:
            return kind
    if tags & {"nav", "footer", "header"}:
        return "navigation"
    return "other"


def _is_supplement(block: Block) -> bool:
    dom = block.dom
    return dom is not None and (
        block.kind == "caption"
        or bool({"figcaption", "time", "address"} & set(dom.tags.split("/")))
        or bool(SUPPLEMENT & set(dom.hints[-12:]))
    )


def _kept(blocks: list[Block], body: str) -> frozenset[int]:
    """Blocks of the article: the heaviest chain of blocks that occur in the body in order."""
    words = WORD.findall(body.lower())
    joined = " " + " ".join(words) + " "
    places: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(words) - 2):
        places.setdefault(tuple(words[i : i + 3]), []).append(i)
    starts = {}
    at = 1
    for i, word in enumerate(words):
        starts[at] = i
        at += len(word) + 1
    candidates: list[tuple[int, int, int]] = []  # block, place, weight
    for i, block in enumerate(blocks):
        tokens = WORD.findall(block.text.lower())
        if not tokens:
            continue
        if len(tokens) < 6:  # noqa: PLR2004 - a short line must stand there whole
            needle = " " + " ".join(tokens) + " "
            found = joined.find(needle)
            hits = 0
            while found >= 0 and hits < 20:  # noqa: PLR2004
                candidates.append((i, starts[found + 1], len(tokens)))
                found = joined.find(needle, found + 1)
                hits += 1
            continue
        grams = [tuple(tokens[k : k + 3]) for k in range(len(tokens) - 2)]
        present = sum(g in places for g in grams)
        if present < 0.6 * len(grams):
            continue
        votes = Counter(p - k for k, g in enumerate(grams) for p in places.get(g, ())[:20])
        for place, count in votes.most_common(3):
            if count >= 0.4 * len(grams):
                candidates.append((i, max(place, 0), len(tokens)))
    return _heaviest_chain(candidates)


def _heaviest_chain(candidates: list[tuple[int, int, int]]) -> frozenset[int]:
    """The heaviest set of candidates that ascend in both block and place; one for each block."""
    candidates.sort(key=lambda c: (c[0], -c[1]))
    ends: list[int] = []  # places, ascending, each with the best weight up to it, weights ascending
    best: list[tuple[float, int]] = []
    back: list[int] = []
    for n, (_, place, weight) in enumerate(candidates):
        k = bisect_left(ends, place)
        before = best[k - 1] if k else (0.0, -1)
        back.append(before[1])
        total = before[0] + weight
        if k < len(ends) and ends[k] == place and best[k][0] >= total:
            continue
        while k < len(ends) and best[k][0] <= total:
            ends.pop(k)
            best.pop(k)
        ends.insert(k, place)
        best.insert(k, (total, n))
    chain = set()
    n = best[-1][1] if best else -1
    while n >= 0:
        chain.add(candidates[n][0])
        n = back[n]
    return frozenset(chain)


def _title(blocks: list[Block], kept: frozenset[int], declared: str) -> int:
    """The block that shows the page's title: by likeness, then level, then nearness to the article."""
    wanted = set(WORD.findall(declared.lower()))
    first = min(kept, default=len(blocks))
    best, best_score = -1, 0.0
    for i, block in enumerate(blocks):
        tokens = set(WORD.findall(block.text.lower()))
        if i in kept or not tokens or len(block.text) > 300 or i > first + 3:  # noqa: PLR2004
            continue
        like = len(wanted & tokens) / max(len(wanted | tokens), 1)
        score = like + (0.5 if block.level == 1 else 0.1 if block.level else 0) - 0.002 * abs(first - i)
        if like >= (_HEADING_LIKE if block.level == 1 else _LIKE) and score > best_score:
            best, best_score = i, score
    return best
