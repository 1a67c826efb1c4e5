"""What can be measured of the blocks of an HTML page, as one matrix.

Each column is computed for all blocks at once: the characters of the text, its words,
its markup, the elements around it, its place on the page, and its neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.clean.html import places
from ingest.clean.html.places import Forms, Tree
from ingest.clean.lines.characters import (
    ASK,
    BAR,
    COLON,
    COMMA,
    DIGIT,
    IDEOGRAPH,
    KANA,
    LOWER,
    QUOTE,
    SPACE,
    STOP,
    UPPER,
    class_table,
)
from ingest.clean.lines.keys import letters_of
from ingest.extract.html.claimed import CLAIMED_TAG
from ingest.extract.html.menus import is_menu
from ingest.word_lists import bundled_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.clean.html.places import Column, Columns
    from ingest.dom import Dom, DomNode
    from ingest.records import Block, Page


_CLASSES = KANA + 1
# Opening words are compared without the marks around them.
_NO_ASCII_MARKS = bytes(ord(" ") if byte in b'.,:;!?|()[]"' else byte for byte in range(256))
_OTHER_MARKS = "\u201c\u201d\u00bb\u203a\u2013\u2192"
_TERMINAL = frozenset(".!?\u3002\uff01\uff1f\u2026:\"\u201d'\u2019)\u00bb\u300d")
_BYLINE_STARTS = ("By", "BY", "Von", "Par", "Por", "Di", "Text:", "Author:")
_START_OF_BYLINE = re.compile(rf"(?:{'|'.join(_BYLINE_STARTS)})\s+\S")

_OWN_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "td", "tr", "blockquote", "figcaption", "pre", "dd")
_TAG_BIT = {tag: 1 << k for k, tag in enumerate(_OWN_TAGS)}
_AROUND_TAGS = (
    *(
        "article",
        "main",
        "section",
        "aside",
        "nav",
        "footer",
        "header",
        "form",
        "ul",
        "ol",
        "table",
        "figure",
    ),
    *("blockquote", "button", "details", "dl", "label", "address", "figcaption", "dialog", "pre"),
)
_AROUND_BIT = {tag: 1 << k for k, tag in enumerate(_AROUND_TAGS)}
_INLINE_TAGS = ("a", "strong", "b", "em", "i", "time", "span", "small", "code", "sup")
# Their classes tell of the whole page.
_PAGE_TAGS = frozenset({"html", "body"})
_OPENING_CHARS = 120
_TITLE_CHARS = 400
_TITLE_OVERLAP = 0.5


@cache
def _groups(name: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """Read a word list of `resources/html`: the groups, and each word's bit."""
    names: list[str] = []
    bits: dict[str, int] = {}
    for line in bundled_lines(f"html/{name}.txt"):
        group, _, words = line.partition(":")
        for word in words.split():
            bits[word] = 1 << len(names)
        names.append(group)
    return tuple(names), bits


@cache
def _class_table() -> NDArray[np.uint8]:
    return class_table(kana=IDEOGRAPH)


def choose(page: Page) -> tuple[list[int], list[int], list[int]]:
    """Part the blocks worth a look from the menus, short links and runs of them, and from a claimed article.

    Args:
        page: The page.

    Returns:
        Indices of the blocks that a reader sees and that are no menu; those of the menus; and those of the
        article that stands in JSON-LD alone.
    """
    chosen: list[int] = []
    links: list[int] = []
    claimed: list[int] = []
    for index, block in enumerate(page.blocks):
        dom = block.dom
        if block.kind != "hidden" and dom is not None:
            places = claimed if dom.tags == CLAIMED_TAG else links if is_menu(block, dom) else chosen
            places.append(index)
    return chosen, links, claimed


def measure(page: Page, chosen: Sequence[int], links: Sequence[int]) -> tuple[Columns, Tree]:
    """Measure the blocks of a page.

    Args:
        page: The page.
        chosen: Indices of the blocks to measure, at least one.
        links: Indices of the menus, whose links are counted only.

    Returns:
        Name and values (one for each block) of every column, always the same columns in the same order; and
        the elements that the blocks stand in.
    """
    blocks = [page.blocks[index] for index in chosen]
    doms = [block.dom for block in blocks if block.dom]
    columns = _text(blocks)
    openings = _openings([block.text for block in blocks])
    columns |= _words(blocks, openings)
    columns |= _markup(blocks, doms, columns)
    around, forms = _around(page.nodes, doms)
    columns |= around
    tree = Tree(page.nodes, doms, [dom for index in links if (dom := page.blocks[index].dom)], forms)
    columns |= _titles(page, blocks, openings, columns)
    columns |= places.skipped(page, chosen, links)
    columns |= places.forms(columns)
    columns |= places.weights(columns)
    wholes = places.sum_up(tree, columns)
    columns |= places.levels(tree, columns, wholes)
    columns |= places.article(tree, doms, columns, wholes)
    columns |= places.neighbours(tree, columns)
    return columns, tree


def _text(blocks: Sequence[Block]) -> Columns:
    """Counts of characters by class."""
    texts = [block.text for block in blocks]
    lengths = np.array([len(text) for text in texts])
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    classes = _class_table().take(codes, mode="clip")
    owner = np.repeat(np.arange(len(texts)) * _CLASSES, lengths)
    counts = np.bincount(owner + classes, minlength=len(texts) * _CLASSES).reshape(-1, _CLASSES)
    upper = np.flatnonzero(classes[1:] == UPPER) + 1
    initials = upper[classes[upper - 1] == SPACE]
    capitals = np.bincount(owner[initials] // _CLASSES, minlength=len(texts))
    letters = np.maximum(counts[:, LOWER] + counts[:, UPPER] + counts[:, IDEOGRAPH], 1)
    words = counts[:, SPACE] + 1 + counts[:, IDEOGRAPH] // 2
    columns: Columns = {
        "chars": lengths,
        "words": words,
        "mean_word": lengths / words,
        "upper": counts[:, UPPER] / letters,
        "capitals": capitals / words,
        "digit": counts[:, DIGIT] / np.maximum(lengths, 1),
        "comma": counts[:, COMMA],
        "stop": counts[:, STOP],
        "quote": counts[:, QUOTE],
        "colon": counts[:, COLON],
        "bar": counts[:, BAR],
        "ideograph": counts[:, IDEOGRAPH] / letters,
        "ask": counts[:, ASK],
        "stops_per_word": (counts[:, STOP] + counts[:, COMMA]) / words,
        "ends_terminal": np.array([text[-1] in _TERMINAL for text in texts]),
        "ends_colon": np.array([text[-1] in ":\uff1a" for text in texts]),
        "starts_upper": np.array([text[0].isupper() for text in texts]),
        "starts_lower": np.array([text[0].islower() for text in texts]),
    }
    return columns


def _openings(texts: Sequence[str]) -> list[list[str]]:
    """Words that each text opens with, in lower case, without marks."""
    joined = "\n".join([text[:_OPENING_CHARS] for text in texts]).lower()
    # In turn, the marks of ASCII all at once: in a third of the time that a pattern takes.
    for mark in _OTHER_MARKS:
        if mark in joined:
            joined = joined.replace(mark, " ")
    plain = (
        joined.encode("utf-8", "surrogatepass").translate(_NO_ASCII_MARKS).decode("utf-8", "surrogatepass")
    )
    return [opening.split() for opening in plain.split("\n")]


def _words(blocks: Sequence[Block], openings: Sequence[Sequence[str]]) -> Columns:
    """Telling words among those that a block opens with."""
    names, bits = _groups("cues")
    known = bits.keys()
    masks: list[int] = []
    shares: list[float] = []
    for words in openings:
        mask = 0
        share = 0.0
        if not known.isdisjoint(words):
            telling = [bits[word] for word in words if word in known]
            for bit in telling:
                mask |= bit
            share = len(telling) / len(words)
        masks.append(mask)
        shares.append(share)
    columns = _bit_columns("cue", names, masks)
    columns["telling_share"] = np.array(shares)
    columns["byline_start"] = np.array([_starts_byline(block.text) for block in blocks])
    return columns


def _starts_byline(text: str) -> bool:
    short = len(text) < _OPENING_CHARS
    return short and text.startswith(_BYLINE_STARTS) and _START_OF_BYLINE.match(text) is not None


def _bit_columns(prefix: str, names: tuple[str, ...], masks: Sequence[int] | NDArray[np.int64]) -> Columns:
    bits = (np.asarray(masks, dtype=np.int32) >> _places(len(names))) & 1
    return dict(zip(_column_names(prefix, names), bits.astype(np.int8), strict=True))


@cache
def _places(count: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32)[:, None]


@cache
def _column_names(prefix: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{prefix}_{name}" for name in names)


def _markup(blocks: Sequence[Block], doms: Sequence[Dom], columns: Columns) -> Columns:
    """The block's own element and what stands inside it."""
    size = np.maximum(columns["chars"], 1)
    tags, _, link_chars, _, _, inline_tags, _, links, bold_chars, images, _ = zip(*doms, strict=True)
    own = list(map(_own_mask, tags))
    inline = list(map(_inline_mask, inline_tags))
    return {
        "link_share": np.minimum(np.array(link_chars) / size, 1),
        "links": np.array(links),
        "bold_share": np.minimum(np.array(bold_chars) / size, 1),
        "images": np.array(images),
        "level": np.array([block.level for block in blocks]),
        **_bit_columns("own", _OWN_TAGS, own),
        **_bit_columns("inline", _INLINE_TAGS, inline),
    }


@lru_cache(maxsize=4096)
def _own_mask(path: str) -> int:
    return _TAG_BIT.get(path.rpartition("/")[2], 0)


@lru_cache(maxsize=4096)
def _inline_mask(tags: tuple[str, ...]) -> int:
    return sum(1 << k for k, tag in enumerate(_INLINE_TAGS) if tag in tags)


@lru_cache(maxsize=8192)
def _hint_mask(hints: tuple[str, ...]) -> int:
    _, bits = _groups("hints")
    mask = 0
    if not bits.keys().isdisjoint(hints):  # most tell nothing
        for word in hints:
            mask |= bits.get(word, 0)
    return mask


def _around(nodes: Sequence[DomNode], doms: Sequence[Dom]) -> tuple[Columns, Forms]:
    """The elements around the block: their names, the words of their classes, and the form of it all.

    Equal elements in equal places are of one form, and all that is asked here follows from the form, so it is
    found once for each.
    """
    names, _ = _groups("hints")
    forms: dict[tuple[int, str, tuple[str, ...]], int] = {}
    form_of_node = {-1: -1}
    facts: list[tuple[int, int, int, int, int]] = []
    found = Forms([], [])
    for at in _with_parents(nodes, {dom.node for dom in doms}):
        tag, parent, hints = nodes[at]
        outer = form_of_node[parent]
        form = forms.setdefault((outer, tag, hints), len(facts))
        if form == len(facts):
            depth, outer_own, _, around, tags = facts[outer] if outer >= 0 else (-1, 0, 0, 0, 0)
            found.outer.append(outer)
            found.hints.append(() if tag in _PAGE_TAGS else hints)
            own = _hint_mask(found.hints[form])
            tag_bit = _AROUND_BIT.get(tag, 0)
            facts.append((depth + 1, own, own | outer_own, own | around, tag_bit | tags))
        form_of_node[at] = form
    form_of_block = np.array([form_of_node[dom.node] for dom in doms])
    inline = np.array([_hint_mask(dom.inline_hints) if dom.inline_hints else 0 for dom in doms])
    depth, _, near, around, tags = np.array(facts)[form_of_block].T
    columns: Columns = {
        "depth": depth,
        "form": form_of_block,
        **_bit_columns("near", names, near | inline),
        **_bit_columns("around", names, around),
        **_bit_columns("in", _AROUND_TAGS, tags),
    }
    return columns, found


def _with_parents(nodes: Sequence[DomNode], inner: set[int]) -> list[int]:
    """Some elements and all around them, each after its parent; menus have most of the others."""
    found = set(inner)
    for at in inner:
        parent = nodes[at].parent
        while parent >= 0 and parent not in found:
            found.add(parent)
            parent = nodes[parent].parent
    return sorted(found)


def _titles(
    page: Page, blocks: Sequence[Block], openings: Sequence[Sequence[str]], columns: Columns
) -> Columns:
    """Place on the page, from the title on; likeness to title and description; repetition."""
    count = len(blocks)
    told = [_one_line(page.metadata.title), _one_line(page.metadata.description)]
    title, description = map(frozenset, _openings(told))
    overlap = np.zeros(count)
    described = np.zeros(count)
    texts = [block.text for block in blocks]
    seen = Counter(texts)
    telling = title | description
    for k, words in enumerate(openings):
        if not telling.isdisjoint(words):
            distinct = set(words)
            common = len(distinct & title)
            overlap[k] = common / (len(distinct) + len(title) - common)
            described[k] = len(distinct & description) / len(distinct)
    # Only the openings were compared: what is longer than the title says more than it.
    overlap *= np.minimum(len(told[0]) / columns["chars"], 1)
    described *= np.minimum(len(told[1]) / columns["chars"], 1)
    index = np.arange(count)
    headings, alike = columns["level"] == 1, overlap >= _TITLE_OVERLAP
    headed = headings & alike
    found = np.flatnonzero(headed if headed.any() else alike)
    if not len(found):
        found = np.flatnonzero(headings)
    first = int(found[0]) if len(found) else 0
    ends = np.array([block.source_end for block in blocks])
    return {
        "position": index / count,
        "position_chars": ends / max(ends[-1], 1),
        "blocks": np.full(count, count),
        "from_title": index - first,
        "has_title": np.full(count, len(found) > 0),
        "title_overlap": overlap,
        "description_overlap": described,
        "claimed": _claimed(page.claimed_body, blocks),
        "repeats": np.array([seen[text] for text in texts]),
    }


def _claimed(body: str, blocks: Sequence[Block]) -> Column:
    """Whether the page's JSON-LD has the block's text in its article: 1 yes, -1 no, 0 where it gives none."""
    key = letters_of(body)
    if len(key) < _OPENING_CHARS:
        return np.zeros(len(blocks))
    return np.array([1 if letters_of(block.text[:_TITLE_CHARS]) in key else -1 for block in blocks])


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
