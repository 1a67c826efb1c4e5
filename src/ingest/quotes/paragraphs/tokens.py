"""The words outside a paragraph's quotations, one token standing for each quotation."""

# ruff: noqa: RUF001 - quotation marks are the matter of this room

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region

_ABBREVIATION = (
    "(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Lt|Col|Gen|Maj|Sgt|Capt|Cmdr|Adm|Prof|Rev|Hon|St|Jr|Sr|Inc|Corp|Co|Ltd"
    "|vs|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Sens|Reps|Messrs|Ald|Atty)"
)
_TOKEN = re.compile(
    # "Adele Voss, D-Wash., said": a stop before a comma ends no sentence
    rf"(?:[A-Z]\.)+(?:[A-Z]\b)?|\b(?=[A-Zv]){_ABBREVIATION}\.|\b[A-Z][\w-]{{0,9}}\.(?=,)"
    # "the first paper.2 Berg said": the number of a note behind a stop is no part of the word
    r"|\w+(?:(?:[-&/]|\.(?!(?<=[a-z]\.)\d{1,3}\s))\w+)*(?:['’](?![sS]\b)\w+)*"
    r"|['’][sS]\b|@\w+|-{2,}|[^\w\s]"
)


def tokenize(text: str, start: int, end: int, regions: Sequence[Region]) -> list[tuple[str, int, int]]:
    """Cut a paragraph into tokens with their offsets in the whole text; an empty one is a quotation."""
    tokens: list[tuple[str, int, int]] = []
    at = start
    for region in regions:
        if region.outer_start > at:
            tokens += [(m[0], *m.span()) for m in _TOKEN.finditer(text, at, region.outer_start)]
        tokens.append(("", region.outer_start, region.outer_end))
        at = region.outer_end
    if at < end:
        tokens += [(m[0], *m.span()) for m in _TOKEN.finditer(text, at, end)]
    return tokens


def is_capital(word: str) -> bool:
    """Whether a word is written as a name: "Adler", "al-Sahaf"."""
    return word[0].isupper() or (word[2:3] == "-" and word[3:4].isupper())


def is_all_capitals(word: str) -> bool:
    """Whether a word is written in capitals throughout."""
    return len(word) > 1 and word.isupper()
