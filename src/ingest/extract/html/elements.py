"""What the walk asks of one element: whether it begins a block, and of which kind."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from ingest.extract.html.hints import hint_words

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.records import BlockKind

_BLOCK_TAG_NAMES = """
    address article aside audio blockquote body button canvas caption center datalist dd details dialog dir
    div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
    iframe label legend li listing main menu nav noembed noframes object ol optgroup option p plaintext pre
    section select summary svg table tbody td textarea tfoot th thead title tr ul video xmp
"""
BLOCK_TAGS = frozenset(_BLOCK_TAG_NAMES.split())
_HIDDEN_TAG_NAMES = """
    audio canvas datalist iframe noembed noframes object option select svg textarea title video
"""
HIDDEN_TAGS = frozenset(_HIDDEN_TAG_NAMES.split())
"""Elements whose character data a reader does not see in place."""
DRAWN_TAGS = frozenset({"svg"})
"""Without text inside, these are drawn in the line: an icon in a link does not cut its sentence in two."""
_MOST_PARTS = 200  # elements of an icon
CELL_TAGS = frozenset({"td", "th"})
_ROW_BREAKERS = BLOCK_TAGS - CELL_TAGS
FORM_OF_TAG: dict[str, tuple[BlockKind, int]] = {
    **{f"h{level}": ("heading", level) for level in range(1, 7)},
    **dict.fromkeys(("li", "dt", "dd"), ("list_item", 0)),
    **dict.fromkeys(("figcaption", "caption"), ("caption", 0)),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), ("preformatted", 0)),
    **dict.fromkeys(("article", "section", "main", "td", "th", "table"), ("paragraph", 0)),
    **dict.fromkeys(HIDDEN_TAGS, ("hidden", 0)),
    "blockquote": ("block_quote", 0),
}
"""Kind and heading level that a tag gives; other tags leave both as they are outside."""
VOID_TAGS = ("meta", "link", "input", "col")
"""They hold nothing, and are a tenth of a page's elements."""
_INLINE_HINT_ATTRIBUTES = ("class", "rel", "itemprop")


def has_text(element: _Element) -> bool:
    """Whether text stands in an element; one of very many parts is not searched, and may have some."""
    parts = list(islice(element.iter(), _MOST_PARTS))
    texts = chain((part.text for part in parts), (part.tail for part in parts[1:]))
    return len(parts) == _MOST_PARTS or any(text and not text.isspace() for text in texts)


def parts_cells(element: _Element) -> bool:
    """Whether nothing but cells parts the text of a table row."""
    return all(inner.tag not in _ROW_BREAKERS for inner in element.iterdescendants())


def read_inline(elements: list[tuple[str, _Element]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of inline elements, each once, and the words of their classes and the like, each value once."""
    values: dict[str | bytes, None] = {}
    for _, element in elements:
        for name in _INLINE_HINT_ATTRIBUTES:  # asked one by one: a link's address is long, and tells nothing
            if value := element.get(name):
                values[value] = None
    hints = tuple(chain.from_iterable(map(hint_words, values))) if values else ()
    return tuple(dict(elements)), hints
