"""The second look: one spelling is one kind of thing throughout a document, found wherever it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.tokens import Tokens

_ADD_SHARE = 0.4
"""A spelling is added where it was missed when at least this share of its occurrences was found."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name as words: first, last + 1, coarse type."""

    first: int
    stop: int
    kind: str


def agree(found: Sequence[Found], tokens: Tokens) -> list[Found]:
    """Give all names of one spelling the type most of them have, and add those that were missed.

    A single word that ends a person's full name counts as that person's surname.

    Args:
        found: Names in order.
        tokens: The document's words.

    Returns:
        Names in order.
    """
    words = tokens.words
    votes: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    surnames: Counter[str] = Counter()
    for name in found:
        spelling = tuple(words[name.first : name.stop])
        votes[spelling][name.kind] += 1
        if name.kind == "PER" and len(spelling) > 1:
            surnames[spelling[-1]] += 1
    for word, count in surnames.items():
        if (word,) in votes:
            votes[word,]["PER"] += count
    kinds = {spelling: counts.most_common(1)[0][0] for spelling, counts in votes.items()}
    out = [Found(name.first, name.stop, kinds[tuple(words[name.first : name.stop])]) for name in found]
    missed = _missed(found, words, {s: (kinds[s], c.total()) for s, c in votes.items()}, surnames)
    if missed:
        out = sorted([*out, *missed], key=lambda name: name.first)
    return out


def _missed(
    found: Sequence[Found],
    words: list[str],
    known: dict[tuple[str, ...], tuple[str, int]],
    surnames: Counter[str],
) -> list[Found]:
    """Occurrences of known spellings, and of surnames, outside all names found."""
    covered = bytearray(len(words))
    for name in found:
        covered[name.first : name.stop] = b"\1" * (name.stop - name.first)
    by_first: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for spelling in sorted({*known, *((word,) for word in surnames)}, key=lambda s: (-len(s), s)):
        if spelling[0][0].isupper():
            by_first[spelling[0]].append(spelling)
    hits: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    index = 0
    while index < len(words):
        here = None if covered[index] else _spelling_at(words, index, by_first, covered)
        if here is not None:
            hits[here].append(index)
        index += len(here) if here is not None else 1
    out = []
    for spelling, places in hits.items():
        kind, count = known.get(spelling, ("PER", surnames[spelling[0]]))
        if count >= _ADD_SHARE * (count + len(places)):
            out += [Found(place, place + len(spelling), kind) for place in places]
    return out


def _spelling_at(
    words: list[str], index: int, by_first: dict[str, list[tuple[str, ...]]], covered: bytearray
) -> tuple[str, ...] | None:
    """The longest known spelling that begins at a word and meets no name."""
    for spelling in by_first.get(words[index], ()):
        stop = index + len(spelling)
        if tuple(words[index:stop]) == spelling and not any(covered[index:stop]):
            return spelling
    return None
