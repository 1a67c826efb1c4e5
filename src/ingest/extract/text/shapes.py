"""Lines of a plain text told by those around them: heads and numbers of pages, rows of a table."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.records import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.extract.text.lines import Line
    from ingest.records import BlockKind

_NUMBER = re.compile(
    r"[-\u2013\u2014|]?\s*+(?:page|seite|p\.)?\s*+(?P<number>\d{1,4})(?:\s*+(?:/|of|von|de|sur)\s*+\d{1,4})?"
    r"\s*+[-\u2013\u2014|]?",
    re.IGNORECASE,
)
_GAP = re.compile(r"[ \u00a0]*\t[ \t\u00a0]*|[ \u00a0]{2,}")
_LONGEST_HEAD = 120
_LONGEST_NUMBER = 24
_FEWEST_SEAMS = 2
_SHORTEST_PAGE = 600
_FEWEST_ROWS = 3
_LONGEST_CELL = 40
_FEWEST_CELLS = 3
_FEWEST_TABBED_CELLS = 2


def find_shapes(source_text: str, lines: Sequence[Line]) -> Mapping[int, BlockKind]:
    """Find the lines that are no text of their own paragraph.

    Heads and numbers of pages stay where a document in pages was read as plain text: the same line again and
    again beside a number that counts, a page's worth of text between them.  Rows of a table are lines below
    each other with as many cells, parted by tabulators or wide gaps.

    Args:
        source_text: The whole source text.
        lines: Its lines that are not blank.

    Returns:
        The kind of each such line, by its place: `running_head`, `page_number` or `table_row`.
    """
    return {**dict(_table_rows(source_text, lines)), **dict(_page_edges(source_text, lines))}


def cell_edits(source_text: str, line: Line) -> tuple[Edit, ...]:
    """Edits that part the cells of a table row as other formats do."""
    gaps = _GAP.finditer(source_text, line.start, line.end)
    return tuple(Edit("table_cell", m.group(), " | ", m.start(), m.end()) for m in gaps)


def _page_edges(source_text: str, lines: Sequence[Line]) -> Iterator[tuple[int, BlockKind]]:
    """Numbers of pages that count from seam to seam, and the lines beside them that come again."""
    spans = [(i, line) for i, line in enumerate(lines) if line.end - line.start <= _LONGEST_NUMBER]
    numbers = {
        i: int(m["number"])
        for i, line in spans
        if (m := _NUMBER.fullmatch(source_text, line.start, line.end))
    }
    if len(numbers) < _FEWEST_SEAMS:
        return
    texts = [" ".join(source_text[line.start : line.end].split()) for line in lines]
    keys = [text if len(text) <= _LONGEST_HEAD else "" for text in texts]
    often = {key for key, count in Counter(keys).items() if key and count >= _FEWEST_SEAMS}
    heads = {i for i, key in enumerate(keys) if key in often and i not in numbers}
    seams = [i for i in numbers if i + 1 in heads or i - 1 in heads]
    if len(seams) < _FEWEST_SEAMS or not _counts([numbers[i] for i in seams]):
        return
    if not _are_pages(source_text[lines[seams[0]].end : lines[seams[-1]].start], len(seams) - 1):
        return  # verses, a ranking
    beside = {keys[j] for i in seams for j in (i - 1, i + 1) if j in heads}
    for i in sorted(heads):
        if keys[i] in beside:
            yield i, "running_head"
    following = numbers[seams[-1]] + 1
    last = len(lines) - 1
    for i in (*seams, *((last,) if numbers.get(last) == following else ())):
        yield i, "page_number"


def _are_pages(text: str, count: int) -> bool:
    """Whether a stretch of text fills some pages, or form feeds part it into them."""
    return len(text) >= count * _SHORTEST_PAGE or text.count("\f") >= count


def _counts(numbers: Sequence[int]) -> bool:
    """Whether numbers grow by one, as those of pages do."""
    return all(number == numbers[0] + k for k, number in enumerate(numbers))


def _table_rows(source_text: str, lines: Sequence[Line]) -> Iterator[tuple[int, BlockKind]]:
    """Lines below each other with equally many short cells."""
    cells = [_cells(source_text[line.start : line.end]) for line in lines]
    for count, run in groupby(range(len(lines)), key=cells.__getitem__):
        rows = list(run)
        if count and len(rows) >= _FEWEST_ROWS:
            for i in rows:
                yield i, "table_row"


def _cells(text: str) -> int:
    """How many cells a line has; 0 where it is no row."""
    if "\t" not in text and "  " not in text:
        return 0
    cells = _GAP.split(text)
    fewest = _FEWEST_TABBED_CELLS if "\t" in text else _FEWEST_CELLS
    return len(cells) if len(cells) >= fewest and max(map(len, cells)) <= _LONGEST_CELL else 0
