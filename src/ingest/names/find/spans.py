"""Names as runs of words, and from these to spans: bare names with exact offsets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ingest.names.model.tokens import Tokens


class Found(NamedTuple):
    """A name as words: first, last + 1, coarse type."""

    first: int
    stop: int
    kind: str

    def spelling(self, words: Sequence[str]) -> tuple[str, ...]:
        """Its words."""
        return tuple(words[self.first : self.stop])


_LEAD = re.compile(r"(?:(?:the|an?|our|his|her|their|its|mr|mrs|ms|dr)\b\.?\s+)+", re.IGNORECASE)
# "pro-Russian", "non-NATO": the prefix is no part of the name
_PREFIX = re.compile(r"(?:anti|ex|mid|non|post|pre|pro|then)[-\u2010\u2011](?=[A-Z])")
# "R-Idaho", "D-N.M.": the party is no part of the state
_PARTY = re.compile(r"[RDI]-(?=[A-Z][a-z]|[A-Z]\.)")


def label_runs(labels: NDArray[np.int8], names: Sequence[str], tokens: Tokens) -> Iterator[Found]:
    """Runs of words that make one name.

    Args:
        labels: Label of each word, an index of `names`.
        names: `O`, `B-PER`, `I-PER`, ...
        tokens: The words.
    """
    first_of_sentence = set(tokens.sentences.tolist())
    start, kind, last = -1, "", -2
    for index in labels.nonzero()[0].tolist():
        prefix, _, this = names[labels[index]].partition("-")
        joins = index == last + 1 and prefix in "IE" and this == kind and index not in first_of_sentence
        if not joins:
            if start >= 0:
                yield Found(start, last + 1, kind)
            start, kind = index, this
        last = index
    if start >= 0:
        yield Found(start, last + 1, kind)


def trim(text: str, start: int, end: int, kind: str = "") -> tuple[int, int]:
    """Offsets without article, prefix, possessive and marks at the edges, a place without a party."""
    party = _PARTY.match(text, start, end) if kind == "LOC" else None
    start = party.end() if party else start
    while start < end:
        lead = _LEAD.match(text, start, end) or _PREFIX.match(text, start, end)
        if lead and lead.end() < end:
            start = lead.end()
        elif not text[start].isalnum():
            start += 1
        else:
            break
    while start < end:
        if end - start > len("'s") and text[end - 1] in "sS" and text[end - 2] in "'\u2019":
            end -= 2
        elif not text[end - 1].isalnum() and text[end - 1] not in ".)":
            end -= 1
        else:
            break
    return start, end
