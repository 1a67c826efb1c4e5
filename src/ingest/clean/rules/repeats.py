"""What repeats on a page: an article or a part of it again, pull quotes."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from ingest.clean.lines.keys import letters_of
from ingest.clean.lines.sentence_ends import ends_with_stop
from ingest.dom import elements_around, is_mostly_link

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ingest.records import Block, Page

_LONG_CHARS = 60
# A refrain comes back between other text; a copy is a copy from its first paragraph to its last.
_LEAST_SHARE = 0.8
_FEWEST_REPEATED = 3
_REPEATED_CHARS = 400
_QUOTE_HINTS = frozenset({"blockquote", "pullquote", "quote", "quotes"})
_PULLED_CHARS = range(20, 400)
# A page with more quotations than this pulls none; so the search stays short.
_MOST_PULLED = 50
_COLONS = (":", "\uff1a")


def distinct_hints(page: Page) -> frozenset[tuple[str, ...]]:
    """The words of the classes and the like of a page's elements, each group once: a quarter of all."""
    return frozenset(map(itemgetter(2), page.nodes))


def find_second_copy(page: Page) -> frozenset[int]:
    """Find the blocks of an article that stands on the page twice, as where a print version follows.

    Of two copies the hidden one goes, else the second one.

    Args:
        page: A page; plain text is left as it is.

    Returns:
        Indices of the blocks of the copy that goes; empty where less than half of the page's running text
        comes again.
    """
    blocks = page.blocks if page.nodes else ()
    long = [k for k, block in enumerate(blocks) if _is_running(block)]
    places: dict[str, list[int]] = {}
    for k in long:
        places.setdefault(blocks[k].text, []).append(k)
    pairs = [(found[0], found[1]) for found in places.values() if len(found) == 2]  # noqa: PLR2004 (thrice: a teaser)
    repeated = sum(len(blocks[k].text) for _, k in pairs)
    others = sum(len(blocks[k].text) for k in long) - repeated
    if not pairs or repeated * 2 < others:
        return frozenset()
    firsts, seconds = {a for a, _ in pairs}, {b for _, b in pairs}
    one, other = range(min(firsts), max(firsts) + 1), range(min(seconds), max(seconds) + 1)
    if one.stop > other.start or not (_is_whole(one, long, firsts) and _is_whole(other, long, seconds)):
        return frozenset()
    goes, stays = (one, other) if _is_hidden(page, one) and not _is_hidden(page, other) else (other, one)
    texts = {blocks[k].text for k in stays}
    return frozenset(k for k in goes if blocks[k].text in texts)


def find_repeated_parts(page: Page, kept: Collection[int]) -> frozenset[int]:
    """Find stretches of the article that it holds already, word for word, as for another width of screen.

    Args:
        page: A page; plain text is left as it is.
        kept: Indices of the blocks of its article.

    Returns:
        Indices of the blocks of three or more in a row that all stood before, enough of them running text: a
        refrain is shorter.
    """
    order = sorted(kept) if page.nodes else []
    first: dict[str, int] = {}
    for k in order:
        first.setdefault(page.blocks[k].text, k)
    if len(first) == len(order):  # as on most pages
        return frozenset()
    found: set[int] = set()
    for again, run in groupby(order, lambda k: first[page.blocks[k].text] < k):
        part = list(run)
        running = sum(len(page.blocks[k].text) for k in part if _is_running(page.blocks[k]))
        if again and len(part) >= _FEWEST_REPEATED and running >= _REPEATED_CHARS:
            found.update(part)
    return frozenset(found)


def find_pull_quotes(page: Page, hints: Collection[tuple[str, ...]], kept: Collection[int]) -> frozenset[int]:
    """Find quotations set apart that stand in the text around them already, word for word.

    Args:
        page: A page; plain text is left as it is.
        hints: The distinct hints of its elements.
        kept: Indices of the blocks of its article.

    Returns:
        Indices of the blocks that hold such a quotation and nothing else: no part of a longer one, and none
        that the text announces by a colon.
    """
    blocks = page.blocks
    if all(map(_QUOTE_HINTS.isdisjoint, hints)) and all(blocks[k].kind != "block_quote" for k in kept):
        return frozenset()
    quotes = {k for k in kept if _is_set_apart(page, blocks[k])}
    if not quotes or len(quotes) > _MOST_PULLED:
        return frozenset()
    order = sorted(kept)
    text = " ".join([_bare(blocks[k]) for k in order if k not in quotes])
    repeated = {k for k in quotes if _bare(blocks[k]) in text}
    stays = set()
    for before, after in pairwise(order):
        if blocks[before].text.endswith(_COLONS):
            stays.add(after)
        elif blocks[before].kind == blocks[after].kind == "block_quote" and _around(page, before, after):
            stays |= {before, after} if not {before, after} <= repeated else set()
    return frozenset(repeated - stays)


def _around(page: Page, one: int, other: int) -> bool:
    """Whether two blocks stand in the same block quote."""
    doms = page.blocks[one].dom, page.blocks[other].dom
    places = [dom.node for dom in doms if dom is not None]
    outer = {page.nodes[node].parent for node in places}
    in_quote = len(outer) == 1 and page.nodes[outer.pop()].tag == "blockquote"
    return len(set(places)) == 1 or in_quote


def _bare(block: Block) -> str:
    return letters_of(block.text).lower()


def _is_set_apart(page: Page, block: Block) -> bool:
    """Whether a block is a quotation by its element or the name of it or of the one around."""
    if block.dom is None or block.level or len(block.text) not in _PULLED_CHARS:
        return False
    around = page.nodes[block.dom.node].parent
    hints = (*block.dom.hints, *(page.nodes[around].hints if around >= 0 else ()))
    return block.kind == "block_quote" or not _QUOTE_HINTS.isdisjoint(hints)


def _is_running(block: Block) -> bool:
    """Whether a block is running text: long, a sentence to its end, no menu."""
    text = block.text
    if len(text) < _LONG_CHARS or block.kind == "hidden" or not ends_with_stop(text):
        return False
    return not is_mostly_link(block.dom, len(text))


def _is_whole(part: range, long: Sequence[int], repeated: set[int]) -> bool:
    """Whether nearly all long paragraphs of a stretch come twice."""
    return len(repeated) >= _LEAST_SHARE * sum(k in part for k in long)


def _is_hidden(page: Page, part: range) -> bool:
    """Whether the page hides a stretch, or keeps it for printers."""
    around = elements_around(page.nodes, page.blocks[part.start].dom)
    return any(not {"hidden", "print"}.isdisjoint(page.nodes[at].hints) for at in around)
