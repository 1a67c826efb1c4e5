"""What stands right under the headline of an HTML page: a brief, or the heading of the first paragraph.

Where the block model keeps hardly any text, the sentences under the page's headline are kept, and what it
kept of lists of other pieces is not: pages of briefs hold a hundred times as much around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.clean.html.model import BlockLabel
from ingest.clean.lines.keys import UNSPACED, line_key
from ingest.clean.lines.sentence_ends import ends_with_stop
from ingest.dom import elements_around, is_mostly_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.dom import DomNode
    from ingest.records import Block, Page

# A page from which more was kept has an article of some length, and the model finds those.
_MOST_KEPT_CHARS = 700
_LONGEST_BRIEF_CHARS = 1500
# One character of Japanese or Chinese, as many of English that say the same.
_UNSPACED_WORTH = 2.5
_LONGEST_BETWEEN = 100
_LEVELS_UP = 4
_LEVELS = (2, 4)
_LONGEST_HEADING = 60
_BLOCKS_DOWN = 30
_TITLE_LEVELS = (1, 2)
_ASIDE_TAGS = frozenset({"aside", "footer", "nav", "form"})
_BYLINE = frozenset({"author", "authors", "autor", "byline"})
_DATE = frozenset({"date", "datum", "published", "time", "timestamp"})
_ASIDE_WORDS = """
    aside banner comment comments cookie cookies footer newsletter popular promo recommended related sidebar
    teaser teasers trending
"""
_ASIDE = frozenset(_ASIDE_WORDS.split())


def keep_brief(page: Page, labels: Sequence[BlockLabel]) -> tuple[BlockLabel, ...]:
    """Keep the sentences under the headline of a page from which the model kept hardly any text.

    Args:
        page: The page.
        labels: What the model says of each of its blocks.

    Returns:
        The labels, changed where the page is that of a brief.
    """
    blocks = page.blocks
    kept = [k for k, label in enumerate(labels) if label.keep and label.kind == "body"]
    if _is_long([blocks[k].text for k in kept], _MOST_KEPT_CHARS):
        return tuple(labels)
    changed = list(labels)
    title = _find_title(page)
    if title is None:
        for k in _sentences_beside(page, kept):
            changed[k] = BlockLabel(keep=True, kind="body", score=labels[k].score)
        return tuple(changed)
    brief = _sentences_under(page, title)
    if not brief or _is_long([blocks[k].text for k in brief], _LONGEST_BRIEF_CHARS):
        return tuple(labels)
    for k in range(title, brief[-1] + 1):
        kind = "title" if k == title else "body" if k in brief else _between(blocks[k])
        if kind and (not labels[k].keep or labels[k].kind == "body"):
            changed[k] = BlockLabel(keep=True, kind=kind, score=labels[k].score)
    for k in kept:
        if not title < k <= brief[-1] and any(map(_is_aside, _around(page, blocks[k]))):
            changed[k] = labels[k]._replace(keep=False, kind="related")
    return tuple(changed)


def keep_first_heading(page: Page, labels: Sequence[BlockLabel]) -> tuple[BlockLabel, ...]:
    """Keep a short heading that stands between the headline and the first paragraph, beside the latter.

    Args:
        page: The page.
        labels: What is known of each of its blocks.

    Returns:
        The labels with such a heading ("Summary", "Background") kept.
    """
    first = next((k for k, label in enumerate(labels) if label.keep and label.kind == "body"), 0)
    heading = page.blocks[first - 1] if first else None
    titled = any(label.kind == "title" and label.keep for label in labels[: max(first - 1, 0)])
    if (
        heading is None
        or not titled
        or labels[first - 1].keep
        or not _LEVELS[0] <= heading.level <= _LEVELS[1]
    ):
        return tuple(labels)
    linked = heading.dom.link_chars if heading.dom else 0
    if linked or len(heading.text) > _LONGEST_HEADING or not _are_beside(page, first - 1, first):
        return tuple(labels)
    kept = BlockLabel(keep=True, kind="body", score=labels[first - 1].score)
    return (*labels[: first - 1], kept, *labels[first:])


def _is_long(texts: Sequence[str], chars: int) -> bool:
    """Whether texts have more characters than a number; of a script without spaces each counts as several."""
    length = sum(map(len, texts))
    if length > chars:  # of a long page the signs need not be counted
        return True
    unspaced = sum(len(UNSPACED.findall(text)) for text in texts)
    return length + (_UNSPACED_WORTH - 1) * unspaced > chars


def _find_title(page: Page) -> int | None:
    """The heading that shows the page's title."""
    key = line_key(page.metadata.title or "")
    headings = (k for k, block in enumerate(page.blocks) if block.level in _TITLE_LEVELS)
    return next((k for k in headings if key and line_key(page.blocks[k].text) == key), None)


def _around(page: Page, block: Block) -> Iterator[DomNode]:
    return (page.nodes[at] for at in elements_around(page.nodes, block.dom))


def _is_aside(node: DomNode) -> bool:
    return node.tag in _ASIDE_TAGS or not _ASIDE.isdisjoint(node.hints)


def _sentences_under(page: Page, title: int) -> tuple[int, ...]:
    """Sentences in the smallest element that holds the headline and any, up to the next heading."""
    dom = page.blocks[title].dom
    at = dom.node if dom else -1
    for _ in range(_LEVELS_UP):
        at = page.nodes[at].parent if at >= 0 else -1
        if at < 0 or page.nodes[at].tag == "html":
            break
        if found := tuple(_sentences(page, title, at)):
            return found
    return ()


def _sentences(page: Page, title: int, around: int) -> Iterator[int]:
    """Sentences after the headline inside an element, none of them in an aside."""
    begun = False
    for k in range(title + 1, min(title + 1 + _BLOCKS_DOWN, len(page.blocks))):
        block = page.blocks[k]
        nodes = list(_around(page, block))
        if page.nodes[around] not in nodes or (begun and (block.level or any(map(_is_aside, nodes)))):
            return
        if _is_sentence(block) and not any(map(_is_aside, nodes)):
            begun = True
            yield k


def _sentences_beside(page: Page, kept: Sequence[int]) -> Iterator[int]:
    """Sentences in a row with what was kept, in the same element."""
    for k in kept:
        for step in (-1, 1):
            for at in range(k + step, k + step * _BLOCKS_DOWN, step):
                if not 0 <= at < len(page.blocks) or not _is_sentence(page.blocks[at]):
                    break
                if not _are_beside(page, at, k):
                    break
                yield at


def _are_beside(page: Page, one: int, other: int) -> bool:
    doms = page.blocks[one].dom, page.blocks[other].dom
    parents = {page.nodes[dom.node].parent for dom in doms if dom}
    return None not in doms and len(parents) == 1


def _is_sentence(block: Block) -> bool:
    is_text = block.kind not in {"hidden", "heading", "caption"}
    return is_text and not is_mostly_link(block.dom, len(block.text)) and ends_with_stop(block.text)


def _between(block: Block) -> str:
    """What a block between headline and text is by its markup: byline, dateline, or nothing."""
    if block.dom is None or len(block.text) > _LONGEST_BETWEEN or block.kind in {"hidden", "caption"}:
        return ""
    words = {*block.dom.hints, *block.dom.inline_hints}
    if not _BYLINE.isdisjoint(words):
        return "byline"
    return "dateline" if "time" in block.dom.inline_tags or not _DATE.isdisjoint(words) else ""
