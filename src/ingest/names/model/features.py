"""What the name finder looks at: features of a word, of its neighbours and of the whole document.

Training and finding share this module, so that they cannot differ.  A feature is a 32-bit number: the CRC
of its name.  Features of one word type are computed once and remembered; those that join several words, and
those that the whole document gives, stand in arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.names.model.tokens import Tokens


# The weights were learned with these two: a word more or less is a model to train.
TITLES = frozenset((
    "mr", "mrs", "ms", "dr", "mr.", "mrs.", "ms.", "dr.", "president", "minister", "chairman", "sen",
    "sen.", "rep", "rep.", "gov", "gov.", "gen", "gen.", "sir", "lord", "prof", "prof.", "secretary",
    "senator", "governor", "mayor", "judge", "captain", "coach", "king", "queen", "prince", "princess",
    "pope", "director", "spokesman", "spokeswoman", "chancellor", "ambassador", "general", "colonel",
    "lieutenant", "sergeant", "professor", "sheikh", "ayatollah", "imam", "chief", "justice", "premier",
    "congressman", "congresswoman", "commander", "admiral", "major", "envoy", "striker", "midfielder",
    "defender",
))  # fmt: skip
ORGANIZATION_WORDS = frozenset((
    "inc", "inc.", "corp", "corp.", "ltd", "ltd.", "co", "co.", "plc", "group", "bank", "university",
    "college", "ministry", "party", "council", "committee", "commission", "union", "association",
    "institute", "department", "agency", "company", "court", "league", "club", "fc", "united",
    "federation", "organisation", "organization", "army", "police", "foundation", "society",
    "authority", "office", "service", "services", "airlines", "motors", "systems", "international",
    "industries", "holdings", "times", "news", "post", "journal", "church", "school", "hospital",
    "centre", "center", "board", "command", "forces", "force", "corps", "navy", "brigade", "front",
    "movement", "congress", "parliament", "senate", "network", "bureau", "administration",
))  # fmt: skip
_INNER_WORDS = frozenset(
    ("of", "the", "and", "for", "de", "al", "bin", "van", "von", "la", "del", "da", "&", "-")
)

DOCUMENT_FLAGS = (
    "title_before", "place_word_before", "speech_word_after", "given_name_first", "organization_word",
    "last", "first", "middle", "acronym_of", "lower_elsewhere", "capital_elsewhere",
    "head_upper", "head_title", "sentence_start",
    "authority_person", "authority_person_inside", "authority_organization", "authority_organization_inside",
    "authority_place", "authority_place_inside", "authority_group", "authority_group_inside",
    "authority_thing", "authority_thing_inside", "in_before", "people_elsewhere", "place_elsewhere",
)  # fmt: skip
"""Facts a document tells about a word: set where the word, or the sentence, is labelled."""


GAZETTEER_LISTS = (
    "city",
    "country",
    "state",
    "given_name",
    "surname",
    "demonym",
    "given_name_wide",
    "surname_wide",
    "company",
    "team",
)
"""Lists of the gazetteer; a word's entry has one bit for each list it stands in."""
GIVEN_NAME = 1 << 3
_PLACE_LISTS = 0b100111  # city, country, state, demonym


_MAX_REMEMBERED = 1 << 15


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Values by 32-bit key, as two arrays: small on disk and quick to load.

    Attributes:
        keys: Ascending.
        values: One for each key.
    """

    keys: NDArray[np.uint32]
    values: NDArray[np.generic]
    _seen: dict[int, int | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def get(self, key: int) -> int | None:
        """The value of a key, or None; remembered, for the same words are asked for again and again."""
        if key in self._seen:
            return self._seen[key]
        if len(self._seen) > _MAX_REMEMBERED:
            self._seen.clear()
        index = int(self.keys.searchsorted(np.uint32(key)))
        is_there = index < len(self.keys) and self.keys[index] == key
        found = self._seen[key] = int(self.values[index]) if is_there else None
        return found

    def get_many(self, keys: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The values of many keys, 0 where there is none."""
        index = self.keys.searchsorted(keys)
        index[index == len(self.keys)] = 0
        return np.where(self.keys[index] == keys, self.values[index], 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of words before any text is read.

    Attributes:
        clusters: For each level, the cluster of a word: words that are used alike share it.
        gazetteer: Which lists a lower-cased word stands in, one bit for each of `GAZETTEER_LISTS`.
        phrases: The same for names of several words, by `phrase_keys`.
        cases: How a word is mostly written, see `recase`.
    """

    clusters: Sequence[KeyTable]
    gazetteer: KeyTable
    phrases: KeyTable
    cases: KeyTable


def split_places(word: str, gazetteer: KeyTable) -> list[str] | None:
    """Cut "China-Taiwan" into its pieces.

    Both halves name a place or a people, and together they name none ("Guinea-Bissau").
    """
    parts = word.split("-")
    first, *rest = parts
    if len(rest) != 1 or not all(part[:1].isupper() for part in parts):
        return None
    if is_place_word(word, gazetteer):
        return None
    if all(is_place_word(part, gazetteer) for part in parts):
        return [first, "-", *rest]
    return None


def is_place_word(word: str, gazetteer: KeyTable) -> bool:
    """Whether a word is the name of a city, country or state, or of its people."""
    return bool((gazetteer.get(key(word.lower())) or 0) & _PLACE_LISTS)


def key(name: str) -> int:
    """The 32-bit number of a feature."""
    return crc32(name.encode("utf-8", "surrogatepass"))


_LONGEST_RUN = 2


def shape(word: str) -> str:
    """The form of a word: X for capitals, x for small letters, d for digits; runs are cut."""
    out: list[str] = []
    last, run = "", 0
    for char in word[:40]:
        kind = "X" if char.isupper() else "x" if char.islower() else "d" if char.isdigit() else char
        run = run + 1 if kind == last else 1
        last = kind
        if run <= _LONGEST_RUN:
            out.append(kind)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class WordFeatures:
    """Features of one word type: numbers for each place it may take, and what conjunctions are made of.

    The places are those from two words before the labelled one to two behind it.
    """

    at_offset: tuple[list[int], ...]
    word_key: int
    shape_key: int
    cluster_key: int
    is_capital: bool
    is_inner: bool
    is_letters: bool
    is_loud: bool


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
        lists = lexicon.gazetteer.get(key(low)) or 0
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
    coarse = key(form)
    for level, clusters in enumerate(lexicon.clusters):
        cluster = clusters.get(key(word))
        if cluster is None:
            cluster = clusters.get(key(low))
        if cluster is not None:
            if level == 0:
                coarse = cluster
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
        coarse,
        capital,
        low in _INNER_WORDS,
        word[0].isalpha(),
        is_loud(word),
    )


_PRIME, _MIX, _FOLD = np.uint32(0x01000193), np.uint32(0x85EBCA6B), np.uint32(15)


def join(template: int, *parts: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Numbers of features made of several words: one for each row."""
    out = np.full(len(parts[0]), template * 0x9E3779B1 & 0xFFFFFFFF, dtype=np.uint32)
    for part in parts:
        out *= _PRIME  # modulo 2 ** 32, as all of this
        out += part * _MIX
        out ^= out >> _FOLD
    return out


@dataclass(frozen=True, slots=True)
class Words:
    """Facts about the words of one document, in order.

    Attributes:
        word: `WordFeatures.word_key` of each.
        shape: `WordFeatures.shape_key` of each.
        cluster: `WordFeatures.cluster_key` of each.
        capital: Whether it begins with a capital.
        inner: Whether it may stand inside a name in small letters ("of").
        letters: Whether it begins with a letter.
        loud: Whether it stands in capitals.
        first: Whether it begins a sentence.
    """

    word: NDArray[np.uint32]
    shape: NDArray[np.uint32]
    cluster: NDArray[np.uint32]
    capital: NDArray[np.bool_]
    inner: NDArray[np.bool_]
    letters: NDArray[np.bool_]
    loud: NDArray[np.bool_]
    first: NDArray[np.bool_]


def is_loud(word: str) -> bool:
    """Whether a word of several letters stands in capitals, but for an abbreviation with stops."""
    return len(word) > 1 and word[0].isalpha() and word.isupper() and "." not in word


def sentence_firsts(tokens: Tokens) -> NDArray[np.bool_]:
    """Whether a word begins a sentence."""
    first = np.zeros(len(tokens.words), np.bool_)
    first[tokens.sentences[:-1]] = True
    return first


def joined_features(words: Words) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Features made of a word's neighbours; at capitalised and inner words only.

    Args:
        words: The document's words.

    Returns:
        Indexes of words and the numbers of their features; a word occurs as often as it has features.
    """
    before, after = _neighbours(words.word, words.first)
    shape_before, shape_after = _neighbours(words.shape, words.first)
    cluster_before, cluster_after = _neighbours(words.cluster, words.first)
    capital = np.flatnonzero(words.capital)
    inner = np.flatnonzero(words.inner & ~words.capital)
    where = [capital] * 7 + [inner]
    keys = [
        join(1, shape_before[capital], words.shape[capital], shape_after[capital]),
        join(2, before[capital], after[capital]),
        join(3, before[capital], words.word[capital]),
        join(4, words.word[capital], after[capital]),
        join(6, cluster_before[capital], words.cluster[capital]),
        join(7, words.cluster[capital], cluster_after[capital]),
        join(8, cluster_before[capital], cluster_after[capital]),
        join(5, before[inner], after[inner]),
    ]
    return np.concatenate(where), np.concatenate(keys)


LONGEST_PHRASE = 5


def phrase_keys(words: NDArray[np.uint32], starts: NDArray[np.int64], length: int) -> NDArray[np.uint32]:
    """Numbers of the phrases of some length that begin at given words, from the keys of all words."""
    return join(100 + length, *(words[starts + step] for step in range(length)))


def phrase_features(words: Words, phrases: KeyTable) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Features of names of several words that stand in the gazetteer, in the form of `joined_features`.

    Args:
        words: The document's words.
        phrases: See `Lexicon`.
    """
    count = len(words.word)
    sentence = np.cumsum(words.first)
    begin = np.zeros(count, np.uint32)
    inside = np.zeros(count, np.uint32)
    capital = np.flatnonzero(words.capital)
    for length in range(2, LONGEST_PHRASE + 1):
        starts = capital[capital + length <= count]
        starts = starts[sentence[starts] == sentence[starts + length - 1]]
        lists = phrases.get_many(phrase_keys(words.word, starts, length))
        found = lists > 0
        for start, bits in zip(starts[found].tolist(), lists[found].tolist(), strict=True):
            begin[start] |= bits
            inside[start + 1 : start + length] |= bits
    first, rest = np.flatnonzero(begin), np.flatnonzero(inside)
    return np.concatenate([first, rest]), np.concatenate([join(9, begin[first]), join(10, inside[rest])])


def _neighbours(
    values: NDArray[np.uint32], first: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Values of the word before and of the word after; 1 and 2 where the sentence begins and ends."""
    before = np.ones(len(values), np.uint32)
    before[1:] = values[:-1]
    before[first] = 1
    after = np.full(len(values), 2, np.uint32)
    after[:-1] = values[1:]
    after[:-1][first[1:]] = 2
    return before, after
