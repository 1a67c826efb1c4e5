"""What the search for stories needs to know of one document, in a few hundred numbers.

Words and runs of words travel as 32-bit hashes: the corpus step compares documents without
reading a text again.
"""

# ruff: noqa: RUF001 - apostrophes are part of words

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from ingest.word_lists import bundled_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import numpy.typing as npt

    from ingest.records import Record

MAX_WORDS = 256
"""Content words that are kept of a document, those that it uses most."""
SHINGLE_WORDS = 5
QUOTED_WORDS = 4
SKETCH_SIZE = 64
"""Hashes in a sketch: an estimate of the share in common is off by 0.06 (one standard error at 0.5)."""
QUOTED_SIZE = 32
MIN_LETTERS = 3
UNITS = 10
HUNDRED = 100
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: a product with it makes near numbers far."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Signature(NamedTuple):
    """What the search for stories needs to know of one document; a row of `_signatures` without its id.

    Attributes:
        published_day: Days since 1970-01-01 of its publication; None where it does not say.
        words: Hashes of its content words, each once.
        quoted: Hashes of runs of words inside its quotations; the smallest ones.
        shingles: The smallest hashes of all runs of words: a bottom-k sketch (Broder 1997).
    """

    published_day: int | None
    words: list[int]
    quoted: list[int]
    shingles: list[int]


def signature(record: Record, published_at: datetime | None) -> Signature:
    """Sum up a document for the search for stories.

    Args:
        record: What `process()` returned.
        published_at: When it says it was published, in UTC.
    """
    words = _words(record.text)
    spoken = [_words(q.text) for q in record.quotes if q.quote_type != "mention_only"]
    return Signature(
        published_day=None if published_at is None else published_at.toordinal() - _EPOCH,
        words=_content_hashes(words),
        quoted=np.unique(_runs(spoken, QUOTED_WORDS))[:QUOTED_SIZE].tolist(),
        shingles=np.unique(_runs([words], SHINGLE_WORDS))[:SKETCH_SIZE].tolist(),
    )


_EPOCH = 719_163
"""`date.toordinal` of 1970-01-01."""


def content_hashes(text: str) -> list[int]:
    """Hashes of the content words of a text, each once, sorted: at most `MAX_WORDS`, the most frequent.

    Of words that are equally frequent those with the smaller hashes are taken, so that documents
    with the same words keep the same ones.  A number is the same in words and in figures.

    >>> content_hashes("The ministers' talks were long") == content_hashes("A minister's long, long talk")
    True
    >>> content_hashes("after seventy-five years") == content_hashes("after 75 years")
    True
    """
    return _content_hashes(_in_figures(_words(text)))


def _in_figures(words: Sequence[str]) -> list[str]:
    """Words with their numbers below a thousand in figures: `seventy`, `five` as `75`; `no one` is none."""
    known = numbers()
    if known.keys().isdisjoint(words):
        return list(words)
    read: list[str] = []
    total = 0  # of the number that is being read
    for word, following in zip(words, [*words[1:], ""], strict=True):
        value = known.get(word, 0)
        if word == "and" and total and total % HUNDRED == 0 and following in known:
            continue  # "two hundred and fifty"
        if total and _goes_on(total, value):
            total = total * HUNDRED if value == HUNDRED else total + value
            read[-1] = str(total)
            continue
        total = value if value > 1 else 0
        read.append(str(total) if total else word)
    return read


def _goes_on(total: int, value: int) -> bool:
    """Whether a number goes on with its next word: `twenty | one`, `two | hundred`, `two hundred | ten`."""
    rest = total % HUNDRED
    if value == HUNDRED:
        return total < UNITS
    return value > 0 and (not rest or (rest >= 2 * UNITS and rest % UNITS == 0 and value < UNITS))


@cache
def numbers() -> Mapping[str, int]:
    """English words for numbers, and what each is worth."""
    rows = (line.split("\t") for line in bundled_lines("stories/numbers.tsv"))
    return {word: int(value) for value, word in rows}


def _content_hashes(words: Iterable[str]) -> list[int]:
    counts: Counter[int] = Counter()
    for word, times in Counter(words).items():
        if content := _content(word):
            counts[_hash(content)] += times
    if len(counts) > MAX_WORDS:
        return sorted(sorted(counts, key=lambda h: (-counts[h], h))[:MAX_WORDS])
    return sorted(counts)


def word_hash(word: str) -> int:
    """The hash under which a word is known: 32 bits, the same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


@lru_cache(maxsize=1 << 16)
def _content(word: str) -> str:
    """A word without its ending; empty for one that says nothing."""
    bare = re.sub(r"['’]s?$|['’](?=\w)", "", word)
    if bare in stop_words() or (len(bare) < MIN_LETTERS and not bare.isdecimal()):
        return ""
    return singular(bare)


def singular(word: str) -> str:
    """A word without the ending of a plural, by the S-stemmer of Harman (1991).

    >>> [singular(word) for word in ("policies", "talks", "bases", "crisis", "glass", "status")]
    ['policy', 'talk', 'base', 'crisis', 'glass', 'status']
    """
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > MIN_LETTERS + 1:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("us", "ss", "is")) and len(word) > MIN_LETTERS:
        return word[:-1]
    return word


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about what a text is about."""
    return frozenset(word for line in bundled_lines("stories/stop_words.txt") for word in line.split())


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    return word_hash(word)


def _runs(texts: Sequence[Sequence[str]], length: int) -> npt.NDArray[np.uint32]:
    """One hash for each run of so many words of a text; for a shorter text one for the whole of it."""
    lengths = np.array([len(words) for words in texts], np.int64)
    ends = np.cumsum(lengths)
    count = int(lengths.sum())
    hashes = np.zeros(count + length, np.uint64)
    hashes[:count] = [_hash(word) for words in texts for word in words]
    left = np.repeat(ends, lengths) - np.arange(count)  # words from here to the end of the text
    mixed = np.zeros(count, np.uint64)
    found = []
    for at in range(length):
        mixed = (mixed ^ hashes[at : at + count]) * GOLDEN
        mixed ^= mixed >> np.uint64(29)
        if at + 1 < length:
            found.append(mixed[(ends - lengths)[lengths == at + 1]])
    found.append(mixed[left >= length])
    return (np.concatenate(found) >> np.uint64(32)).astype(np.uint32)
