"""The sentence that a name or a quotation stands in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ingest.names.model.tokens import tokenize


@dataclass(frozen=True, slots=True)
class Context:
    """A stretch of a document's text with what stands around it.

    Attributes:
        row_id: The `mention_id` or `quote_id`.
        source_path: Path of the document.
        text: The sentence; all sentences that the stretch touches, where it touches more than one.
        char_start: Where `text` begins in documents.text; 0-based code points.
        start: Where the stretch begins in `text`.
        end: Where it ends in `text`; exclusive.
    """

    row_id: str
    source_path: str
    text: str
    char_start: int
    start: int
    end: int

    def __str__(self) -> str:
        """The sentence on one line, the stretch in square brackets."""
        text = self.text
        return " ".join(f"{text[: self.start]}[{text[self.start : self.end]}]{text[self.end :]}".split())


def sentence(row_id: str, source_path: str, text: str, char_start: int, char_end: int) -> Context:
    """Find the sentence around a stretch of text.

    Args:
        row_id: Whose stretch it is.
        source_path: Path of the document.
        text: The document's kept text.
        char_start: Where the stretch begins.
        char_end: Where it ends.
    """
    first = text.rfind("\n", 0, char_start) + 1
    line_end = text.find("\n", char_end)
    lines = text[first : line_end if line_end >= 0 else len(text)]
    tokens = tokenize(lines, lambda _word: None)
    begin, end = char_start - first, char_end - first
    for low, high in pairwise(tokens.sentences.tolist()):
        start, stop = int(tokens.starts[low]), int(tokens.ends[high - 1])
        begin = start if start <= char_start - first < stop else begin
        end = stop if start < char_end - first <= stop else end
    return Context(
        row_id=row_id,
        source_path=source_path,
        text=lines[begin:end],
        char_start=first + begin,
        start=char_start - first - begin,
        end=char_end - first - begin,
    )
