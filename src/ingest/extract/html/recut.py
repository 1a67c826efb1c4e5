"""Where markup cuts a text wrongly: a heading that nobody closed, a headline that a line break ends."""

from __future__ import annotations

import re
from itertools import groupby, islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.extract.html.drafts import Draft
    from ingest.records import Block

# What may part a headline from the site's name in a page's title.
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb:-]{1,2}\s+|\s*\|\s*")
_WORD = re.compile(r"\w+")
_SHORTEST_HEADLINE = 8
_LEAST_SHARE = 0.6
_LONGEST_HEADLINE = 300
_FIRST_BLOCKS = 60
# More than a topic, a headline and a standfirst stand in no heading.
_MOST_IN_HEADING = 3
_LONGEST_HEADING = 400
# Under a headline, lines that are parted by single breaks: who wrote it, when; or one paragraph each.
_SHORT_LINES = 160
_LONG_LINE = 80
_MOST_LINES = 1000


def headline_keys(title: str) -> frozenset[str]:
    """How a page's headline may read, by its title: whole, or without what may be the site's name at an end.

    >>> sorted(headline_keys("Ferry to stop at eight - The Ledger"))
    ['ferrytostopateight', 'ferrytostopateighttheledger']
    """
    parts = list(_SEPARATOR.finditer(title))
    texts = {title, title[: parts[-1].start()], title[parts[0].end() :]} if parts else {title}
    fewest = max(_SHORTEST_HEADLINE, len(_key(title)) * _LEAST_SHARE)
    return frozenset(key for key in map(_key, texts) if len(key) >= fewest)


def shown_title(blocks: Sequence[Block], title: str | None) -> str | None:
    """The title as a block near the top shows it, where that leaves out the site's name; else the title."""
    keys = headline_keys(title or "")
    if title and len(keys) > 1:
        shown = (block.text for block in islice(_visible(blocks), _FIRST_BLOCKS))
        return next((text for text in shown if len(text) <= len(title) and _key(text) in keys), title)
    return title


def _visible(blocks: Sequence[Block]) -> Iterator[Block]:
    return (block for block in blocks if block.kind != "hidden")


def recut(source_text: str, drafts: Sequence[Draft], title: str) -> Sequence[Draft]:
    """Mend the cuts.

    Args:
        source_text: The page's character data.
        drafts: Its blocks as the walk found them.
        title: What the page gives as its title.

    Returns:
        The blocks in order, holding the same characters.
    """
    mended = list(drafts)
    for at in _in_open_headings(drafts) | _in_cut_rows(drafts):
        mended[at] = drafts[at]._replace(kind="paragraph", level=0)
    broken = [at for at, draft in enumerate(islice(drafts, _FIRST_BLOCKS)) if draft.breaks]
    if broken and (headlines := headline_keys(title)):
        opening = next((at for at in broken if _opens(source_text, drafts[at], headlines)), None)
        if opening is not None:
            mended[opening : opening + 1] = _lines(source_text, mended[opening])
    return mended


def _in_open_headings(drafts: Sequence[Draft]) -> frozenset[int]:
    """Blocks inside a heading that goes on over the text below it, as browsers end it at the end of any."""
    found: set[int] = set()
    levelled = [at for at, draft in enumerate(drafts) if draft.level]
    inner = [at for before, at in pairwise((-1, *levelled)) if _is_inner(drafts, before, at)]
    if not inner:
        return frozenset()
    for _, run in groupby(enumerate(inner), lambda pair: pair[1] - pair[0]):
        places = [at for _, at in run]
        chars = sum(drafts[at].end - drafts[at].start for at in places)
        if len(places) >= _MOST_IN_HEADING or chars > _LONGEST_HEADING:
            found.update(places)
    return frozenset(found)


def _in_cut_rows(drafts: Sequence[Draft]) -> frozenset[int]:
    """Blocks of a row that is several: one cell with paragraphs, where a table is a page's layout."""
    rows = [at for at, draft in enumerate(drafts) if draft.kind == "table_row"]
    pairs = [(a, b) for a, b in pairwise(rows) if drafts[a].dom.node == drafts[b].dom.node]
    return frozenset(at for pair in pairs for at in pair)


def _is_inner(drafts: Sequence[Draft], before: int, at: int) -> bool:
    """Whether a block stands in another element of the heading, or behind one that does."""
    dom = drafts[at].dom
    again = before >= 0 and drafts[before].dom.node == dom.node
    return again or dom.tags.rpartition("/")[2] != f"h{drafts[at].level}"


def _opens(source_text: str, draft: Draft, headlines: frozenset[str]) -> bool:
    """Whether the first line of a block, none of it a link, is the page's headline."""
    first = draft.breaks[0] - draft.start
    if (
        first > _LONGEST_HEADLINE
        or draft.cells
        or draft.dom.link_chars
        or draft.kind in {"hidden", "preformatted"}
    ):
        return False
    return _key(source_text[draft.start : draft.breaks[0]]) in headlines


def _lines(source_text: str, draft: Draft) -> Iterator[Draft]:
    """The headline, and what is under it: line by line where that is names and dates, or paragraphs."""
    rest = draft.end - draft.breaks[0]
    apart = rest <= _SHORT_LINES or rest >= _LONG_LINE * len(draft.breaks)
    apart = apart and len(draft.breaks) <= _MOST_LINES
    cuts = [draft.start, *(draft.breaks if apart else draft.breaks[:1]), draft.end]
    bold, images = draft.dom.bold_chars, draft.dom.images
    for left, right in pairwise(cuts):
        text = source_text[left:right]
        if text.isspace() or not text:
            continue
        start, end = left + len(text) - len(text.lstrip()), left + len(text.rstrip())
        inside = min(bold, end - start)
        yield draft._replace(
            start=start,
            end=end,
            breaks=[] if apart else [at for at in draft.breaks if start < at < end],
            quoted=[span for span in draft.quoted if start <= span[0] and span[1] <= end],
            dom=draft.dom._replace(bold_chars=inside, images=images),
            kind="paragraph" if draft.kind == "table_row" else draft.kind,
        )
        bold, images = bold - inside, 0


def _key(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()
