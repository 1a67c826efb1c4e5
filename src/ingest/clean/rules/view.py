"""What the cleaning rules look at: each block as a line, and the page as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ingest.clean.lines.keys import UNSPACED, line_key, line_keys
from ingest.clean.rules.comments import find_comments
from ingest.clean.rules.notices import is_copyright
from ingest.clean.rules.phrases import furniture_words, match_line
from ingest.clean.rules.references import find_references
from ingest.clean.rules.repeats import distinct_hints, find_second_copy
from ingest.clean.rules.runs import find_runs
from ingest.front.authors import author_names
from ingest.front.bylines import is_byline, opens_as_byline
from ingest.records import maker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.records import Block, BlockKind, Page


_FRONT_LINES = 24
_LONGEST_BYLINE = 200
_LONGEST_TITLE = 300
_SHORTEST_TITLE = 12
_LONGEST_LIST = 12
_LONGEST_HEADLINE = 20
_LONGEST_HEADLINE_CHARS = 160
_LONGEST_UNSPACED = 45
_STOPS = ".!:\u3002\uff01\uff1f\u061f\u0964"


class Line(NamedTuple):
    """A block as the rules see it.

    Attributes:
        place: Its place on the page.
        block: The block.
        key: Its text in lower case with plain quotation marks, without marks before the first
            and after the last word; empty for a text longer than `keys.LONGEST_KEY`, which no rule means.
    """

    place: int
    block: Block
    key: str


_new_line = maker(Line)


@dataclass(frozen=True, slots=True)
class View:
    """A page as the rules see it.

    Attributes:
        lines: All its lines in order.
        keys: How the lines read, without the empty ones.
        kinds: Kinds of its blocks.
        title_key: The title, where the page or its first line gives one; else empty.
        title_index: The line that holds the title; -1 for none.
        related_list: Lines at the end that list other pieces under a heading that says so.
        runs: Rule of each line that is furniture only together with its neighbours.
        comments: Lines in a thread of readers' comments.
        second_copy: Lines of an article that stands on the page twice.
        repeated_parts: Lines in a part of the article that it holds already; known once that is.
        authors: Names in the bylines of its first lines, whole, and as surnames with a form of address.
        hints: The distinct hints of its elements.
        pull_quotes: Lines that repeat a sentence of the article; known once that is.
        references: Lists of sources, with their headings.
        related_boxes: Lines in boxes of other pieces inside the article; known once that is.
        teaser_rows: Lines in rows of teasers of other pieces; known once the article is.
    """

    lines: tuple[Line, ...]
    keys: frozenset[str]
    kinds: frozenset[BlockKind]
    title_key: str
    title_index: int
    related_list: frozenset[int] = frozenset()
    runs: Mapping[int, str] = field(default_factory=dict)
    comments: frozenset[int] = frozenset()
    second_copy: frozenset[int] = frozenset()
    repeated_parts: frozenset[int] = frozenset()
    authors: tuple[str, ...] = ()
    hints: frozenset[tuple[str, ...]] = frozenset()
    pull_quotes: frozenset[int] = frozenset()
    references: frozenset[int] = frozenset()
    related_boxes: frozenset[int] = frozenset()
    teaser_rows: frozenset[int] = frozenset()


def view_page(page: Page) -> View:
    """Look at a page the way the rules do."""
    blocks = page.blocks
    lines = tuple(map(_new_line, zip(count(), blocks, line_keys([block.text for block in blocks]))))
    title_key, title_index = _title(lines, page.metadata.title)
    keys = frozenset(line.key for line in lines if line.key)
    plain = all(block.dom is None for block in page.blocks)
    runs = find_runs([block.text for block in page.blocks]) if plain else {}
    hints = distinct_hints(page)
    return View(
        lines,
        keys,
        frozenset(map(itemgetter(0), blocks)),
        title_key,
        title_index,
        _related_list(lines),
        runs,
        find_comments(page, hints, [line.key for line in lines]),
        find_second_copy(page),
        authors=_with_address((*_authors(lines), *(a for a in page.metadata.authors if " " in a))),
        hints=hints,
        references=frozenset() if plain else find_references(blocks, [line.key for line in lines]),
    )


def _authors(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """The names that the bylines above a text give."""
    front = [line.block.text for line in lines[:_FRONT_LINES] if len(line.block.text) <= _LONGEST_BYLINE]
    named = (
        name for text in front if opens_as_byline(text) and is_byline(text) for name in author_names(text)
    )
    return tuple(dict.fromkeys(named))


def _with_address(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, and how a paper speaks of their bearers: "Ann Lee", "Ms. Lee "."""
    titles = sorted(word.capitalize() for word in furniture_words("address"))
    addressed = (f"{title} {name.rpartition(' ')[2]} " for name in names for title in titles)
    return tuple(dict.fromkeys((*names, *addressed)))


def _related_list(lines: tuple[Line, ...]) -> frozenset[int]:
    """Short lines from the heading of a list of other pieces to the end of the page, or to whose it is."""
    for line in reversed(lines[-_LONGEST_LIST:]):
        found = match_line(line.key, quoted=False)
        if found and found[0] == "related" and line.place * 2 >= len(lines):
            return frozenset(range(line.place + 1, len(lines)))
        if not found and not _is_headline(line.block.text) and not is_copyright(line.block.text, line.key):
            break
    return frozenset()


def _is_headline(text: str) -> bool:
    """Whether a line could be the headline of another piece: short, capitalised, no sentence."""
    words = text.split()
    if len(words) > _LONGEST_HEADLINE or len(text) > _LONGEST_HEADLINE_CHARS:
        return False
    if UNSPACED.search(text):
        return len(text) <= _LONGEST_UNSPACED and text[-1] not in _STOPS
    long_words = [w for w in words[1:] if len(w) > 3]  # noqa: PLR2004 - short words stay small in titles
    capitals = sum(w[0].isupper() for w in long_words)
    return text[-1] not in _STOPS or (capitals > 0 and capitals * 4 >= 3 * len(long_words))


def _title(lines: tuple[Line, ...], declared: str | None) -> tuple[str, int]:
    """The title's key and the line that best stands for it."""
    shown = [line for line in lines if line.block.kind != "hidden"]
    key = line_key(declared) if declared else ""
    if (
        not key
        and shown
        and len(shown[0].block.text) <= _LONGEST_TITLE
        and shown[0].block.text[-1] not in ".:"
    ):
        key = shown[0].key
    if len(key) < _SHORTEST_TITLE:
        return "", -1
    holders = [line for line in shown if line.key == key]
    if not holders:
        return key, -1
    best = min(holders, key=lambda line: (line.block.level or 7, line.place))
    return key, best.place
