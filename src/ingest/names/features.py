"""What the name finder looks at: features of a word, of its neighbours and of the whole document.

Training and finding share this module, so that they cannot differ.  A feature is a 32-bit number: the CRC
of its name.  Features of one word type are computed once and remembered; those that join several words, and
those that the whole document gives, stand in arrays.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ingest.names.tokens import Tokens

OFFSETS = (-2, -1, 0, 1, 2)
"""Where a word may stand, seen from the word that is labelled."""

TITLES = frozenset(
    "mr mrs ms dr mr. mrs. ms. dr. president minister chairman sen sen. rep rep. gov gov. gen gen. sir lord prof prof. "
    "secretary senator governor mayor judge captain coach king queen prince princess pope director spokesman "
    "spokeswoman chancellor ambassador general colonel lieutenant sergeant professor sheikh ayatollah imam chief "
    "justice premier congressman congresswoman commander admiral major envoy striker midfielder defender".split()
)
ORGANIZATION_WORDS = frozenset(
    "inc inc. corp corp. ltd ltd. co co. plc group bank university college ministry party council committee commission "
    "union association institute department agency company court league club fc united federation organisation "
    "organization army police foundation society authority office service services airlines motors systems "
    "international industries holdings times news post journal church school hospital centre center board command "
    "forces force corps navy brigade front movement congress parliament senate network bureau administration".split()
)
_PLACE_WORDS = frozenset(("in", "at", "from", "near", "to", "across", "outside", "into", "around"))
_SPEECH_WORDS = frozenset("said says told added asked who died won scored wrote called tells".split())
_INNER_WORDS = frozenset(
    ("of", "the", "and", "for", "de", "al", "bin", "van", "von", "la", "del", "da", "&", "-")
)
_RUN_WORDS = frozenset(("of", "de", "al", "bin", "van", "von", "&", "-"))

DOCUMENT_FLAGS = (
    "title_before", "place_word_before", "speech_word_after", "given_name_first", "organization_word",
    "last", "first", "middle", "acronym_of", "lower_elsewhere", "capital_elsewhere",
    "head_upper", "head_title", "sentence_start",
)  # fmt: skip
"""Facts a document tells about a word: set where the word, or the sentence, is labelled."""
_FLAG = {name: 1 << bit for bit, name in enumerate(DOCUMENT_FLAGS)}


GAZETTEER_LISTS = (
    "city",
    "country",
    "state",
    "given_name",
    "surname",
    "demonym",
    "given_name_wide",
    "surname_wide",
)
"""Lists of the gazetteer; a word's entry has one bit for each list it stands in."""
GIVEN_NAME = 1 << 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of words before any text is read.

    Attributes:
        clusters: For each level, the cluster of a word: words that are used alike share it.
        gazetteer: Letters that say which lists a lower-cased word stands in.
    """

    clusters: Sequence[Mapping[int, int]]
    gazetteer: Mapping[int, int]


def key(name: str) -> int:
    """The 32-bit number of a feature."""
    return crc32(name.encode("utf-8", "surrogatepass"))


def shape(word: str) -> str:
    """The form of a word: X for capitals, x for small letters, d for digits; runs cut to two."""
    out: list[str] = []
    last, run = "", 0
    for char in word[:40]:
        kind = "X" if char.isupper() else "x" if char.islower() else "d" if char.isdigit() else char
        run = run + 1 if kind == last else 1
        last = kind
        if run <= 2:
            out.append(kind)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class WordFeatures:
    """Features of one word type: for each of `OFFSETS` their numbers; and what conjunctions are made of."""

    at_offset: tuple[list[int], ...]
    word_key: int
    shape_key: int
    is_capital: bool
    is_inner: bool


def word_features(word: str, lexicon: Lexicon) -> WordFeatures:
    """The features of a word form, wherever it stands."""
    word = word[:60].replace("\u2019", "'").replace("\u2011", "-").replace("\u2010", "-")
    low = word.lower()
    form = shape(word)
    capital = word[0].isupper()
    centre = ["b", "w=" + low, "s=" + form, "p3=" + word[:3], "p4=" + word[:4], "p2=" + low[:2]]
    centre += ["f2=" + word[-2:], "f3=" + low[-3:], "f4=" + low[-4:]]
    before1, after1 = (
        ["w-1=" + low, "s-1=" + form, "f-1=" + low[-3:]],
        ["w+1=" + low, "s+1=" + form, "f+1=" + low[-3:]],
    )
    before2, after2 = ["w-2=" + low, "s-2=" + form], ["w+2=" + low, "s+2=" + form]
    if capital:
        lists = lexicon.gazetteer.get(key(low), 0)
        if lists:
            centre.append(f"g={lists}")
            before1.append(f"g-1={lists}")
            after1.append(f"g+1={lists}")
            centre += [f"G={bit}" for bit in range(16) if lists >> bit & 1]
        if low in ORGANIZATION_WORDS:
            centre.append("org")
            after1.append("org+1")
            after2.append("org+2")
    if low in TITLES:
        centre.append("ttl")
        before1.append("ttl-1")
        before2.append("ttl-2")
    for level, clusters in enumerate(lexicon.clusters):
        cluster = clusters.get(key(word))
        if cluster is None:
            cluster = clusters.get(key(low))
        if cluster is not None:
            centre.append(f"c{level}={cluster}")
            before1.append(f"c{level}-1={cluster}")
            after1.append(f"c{level}+1={cluster}")
            before2.append(f"c{level}-2={cluster}")
            after2.append(f"c{level}+2={cluster}")
    names = (before2, before1, centre, after1, after2)
    return WordFeatures(
        tuple([key(name) for name in group] for group in names),
        key(low),
        key(form),
        capital,
        low in _INNER_WORDS,
    )


def join(template: int, *parts: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Numbers of features made of several words: one for each row."""
    out = np.full(len(parts[0]), template * 0x9E3779B1 & 0xFFFFFFFF, dtype=np.uint64)
    for part in parts:
        out = (out * np.uint64(0x01000193) + part.astype(np.uint64) * np.uint64(0x85EBCA6B)) & np.uint64(
            0xFFFFFFFF
        )
        out ^= out >> np.uint64(15)
    return out.astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Words:
    """Facts about the words of one document, in order.

    Attributes:
        word: `WordFeatures.word_key` of each.
        shape: `WordFeatures.shape_key` of each.
        capital: Whether it begins with a capital.
        inner: Whether it may stand inside a name in small letters ("of").
    """

    word: NDArray[np.uint32]
    shape: NDArray[np.uint32]
    capital: NDArray[np.bool_]
    inner: NDArray[np.bool_]


def joined_features(words: Words, first: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Features made of a word's neighbours; at capitalised and inner words only.

    Args:
        words: The document's words.
        first: Whether a word begins a sentence.

    Returns:
        Indexes of words and the numbers of their features; a word occurs as often as it has features.
    """
    count = len(words.word)
    before = np.zeros(count, np.uint32)
    before[1:] = words.word[:-1]
    before[first] = 1
    after = np.zeros(count, np.uint32)
    after[:-1] = words.word[1:]
    last = np.ones(count, np.bool_)
    last[:-1] = first[1:]
    after[last] = 2
    shape_before = np.zeros(count, np.uint32)
    shape_before[1:] = words.shape[:-1]
    shape_before[first] = 1
    shape_after = np.zeros(count, np.uint32)
    shape_after[:-1] = words.shape[1:]
    shape_after[last] = 2
    capital = np.flatnonzero(words.capital)
    inner = np.flatnonzero(words.inner & ~words.capital)
    where = [capital, capital, capital, capital, inner]
    keys = [
        join(1, shape_before[capital], words.shape[capital], shape_after[capital]),
        join(2, before[capital], after[capital]),
        join(3, before[capital], words.word[capital]),
        join(4, words.word[capital], after[capital]),
        join(5, before[inner], after[inner]),
    ]
    return np.concatenate(where), np.concatenate(keys)


def document_flags(tokens: Tokens, gazetteer: Mapping[int, int]) -> NDArray[np.int64]:
    """What the document says about each of its words, as bits of `DOCUMENT_FLAGS`.

    A second look: "Kihara" alone is a person where "Minoru Kihara" stands elsewhere.

    Args:
        tokens: The document's words.
        gazetteer: Lists by word, see `Lexicon`.

    Returns:
        One number for each word.
    """
    words = tokens.words
    bounds = tokens.sentences.tolist()
    heads = [_head(words[start:end]) for start, end in zip(bounds, bounds[1:], strict=False)]
    facts: defaultdict[str, int] = defaultdict(int)
    lower: set[str] = set()
    middle: set[str] = set()
    acronyms: set[str] = set()
    for head, start, end in zip(heads, bounds, bounds[1:], strict=False):
        _read_sentence(words, start, end, bool(head), gazetteer, facts, lower, middle, acronyms)
    flags = np.zeros(len(words), np.int64)
    for head, start, end in zip(heads, bounds, bounds[1:], strict=False):
        for index in range(start, end):
            word = words[index]
            if not word[0].isupper():
                continue
            value = head | facts.get(word, 0)
            if head == _FLAG["head_upper"]:
                value |= facts.get(word.capitalize(), 0)
            if index == start:
                value |= _FLAG["sentence_start"]
            if word.lower() in lower:
                value |= _FLAG["lower_elsewhere"]
            if word in middle:
                value |= _FLAG["capital_elsewhere"]
            if word in acronyms:
                value |= _FLAG["acronym_of"]
            flags[index] = value
    return flags


def _head(words: list[str]) -> int:
    """Whether a sentence is written like a headline: in capitals, or each word with one."""
    letters = [word for word in words if word[0].isalpha()]
    upper = sum(1 for word in letters if len(word) > 1 and word.isupper())
    if len(letters) > 2 and upper * 2 > len(letters):
        return _FLAG["head_upper"]
    if len(letters) > 4 and sum(1 for word in letters if word[0].isupper()) * 4 > 3 * len(letters):
        return _FLAG["head_title"]
    return 0


def _read_sentence(
    words: list[str],
    start: int,
    end: int,
    is_head: bool,
    gazetteer: Mapping[int, int],
    facts: defaultdict[str, int],
    lower: set[str],
    middle: set[str],
    acronyms: set[str],
) -> None:
    """Collect what one sentence tells about its capitalised words."""
    index = start
    while index < end:
        word = words[index]
        if not word[0].isupper():
            if word[0].islower():
                lower.add(word)
            index += 1
            continue
        stop = index + 1
        while stop < end and (
            words[stop][0].isupper()
            or (words[stop] in _RUN_WORDS and stop + 1 < end and words[stop + 1][0].isupper())
        ):
            stop += 1
        if not is_head:
            _read_run(words, start, index, stop, end, gazetteer, facts, middle, acronyms)
        index = stop


def _read_run(
    words: list[str],
    start: int,
    index: int,
    stop: int,
    end: int,
    gazetteer: Mapping[int, int],
    facts: defaultdict[str, int],
    middle: set[str],
    acronyms: set[str],
) -> None:
    """Collect what a run of capitalised words tells about each of them."""
    before = words[index - 1].lower() if index > start else ""
    after = words[stop].lower() if stop < end else ""
    first = index
    while first + 1 < stop and words[first].lower() in TITLES:
        before = words[first].lower()
        first += 1
    run = words[first:stop]
    middle.update(run if index > start else run[1:])
    value = 0
    if before in TITLES:
        value |= _FLAG["title_before"]
    if before in _PLACE_WORDS:
        value |= _FLAG["place_word_before"]
    if after in _SPEECH_WORDS:
        value |= _FLAG["speech_word_after"]
    if len(run) == 1:
        facts[run[0]] |= value
        return
    if len(run) > 8:
        return
    organization = run[-1].lower() in ORGANIZATION_WORDS or run[0].lower() in ORGANIZATION_WORDS
    if organization:
        value |= _FLAG["organization_word"]
    if gazetteer.get(key(run[0].lower()), 0) & GIVEN_NAME:
        value |= _FLAG["given_name_first"]
    for place, word in enumerate(run):
        if word[0].isupper():
            part = "first" if place == 0 else "last" if place == len(run) - 1 else "middle"
            facts[word] |= value | _FLAG[part]
    if len(run) > 2 or organization:
        acronym = "".join(word[0] for word in run if word[0].isupper())
        if len(acronym) > 1:
            acronyms.add(acronym)
