"""What a whole document says about its words: the second look.

"Kihara" alone is a person where "Minoru Kihara" stands elsewhere; a word that stands in small letters
elsewhere is hardly a name; a name that the authority knows is likely one here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.names.model.features import (
    DOCUMENT_FLAGS,
    GIVEN_NAME,
    ORGANIZATION_WORDS,
    TITLES,
    KeyTable,
    Words,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.names.authority import AuthorityHit
    from ingest.names.model.tokens import Tokens

_FLAG = {name: 1 << bit for bit, name in enumerate(DOCUMENT_FLAGS)}
_PLACE_WORDS = frozenset(("in", "at", "from", "near", "to", "across", "outside", "into", "around"))
SPEECH_WORDS = frozenset(
    ("said", "says", "told", "added", "asked", "who", "died", "won", "scored", "wrote", "called", "tells")
)
_RUN_WORDS = frozenset(("of", "de", "al", "bin", "van", "von", "&", "-"))
_LONGEST_RUN = 8
_SHORT_HEADLINE = 4
_SHORTEST_PLACE = 4
_SHORTEST_BODY = 3
"""So many words have an acronym, whatever they are."""
_AUTHORITY_FLAG = {
    "PERSON": "authority_person",
    "ORGANIZATION": "authority_organization",
    "LOCATION": "authority_place",
    "FACILITY": "authority_place",
    "NORP": "authority_group",
    "PRODUCT": "authority_thing",
    "EVENT": "authority_thing",
    "OTHER": "authority_thing",
}


def authority_flags(tokens: Tokens, hits: Sequence[AuthorityHit]) -> NDArray[np.int64]:
    """Flags of the words in names that the authority knows: the first word and those inside."""
    flags = np.zeros(len(tokens.words), np.int64)
    if not hits:
        return flags
    first = np.searchsorted(tokens.ends, [hit.char_start for hit in hits], side="right").tolist()
    stop = np.searchsorted(tokens.starts, [hit.char_end for hit in hits], side="left").tolist()
    for hit, begin, end in zip(hits, first, stop, strict=True):
        name = _AUTHORITY_FLAG[hit.entity_type]
        flags[begin:end] |= _FLAG[name + "_inside"]
        if begin < len(flags):
            flags[begin] ^= _FLAG[name + "_inside"] | _FLAG[name]
    return flags


@dataclass(slots=True)
class _Facts:
    """What the runs of capitalised words read so far tell about words."""

    of_word: defaultdict[str, int]
    middle: set[str]
    acronyms: set[str]
    gazetteer: KeyTable


def document_flags(
    tokens: Tokens, facts: Words, shouted: NDArray[np.bool_], gazetteer: KeyTable
) -> NDArray[np.int64]:
    """What the document says about each of its words, as bits of `DOCUMENT_FLAGS`.

    Args:
        tokens: The document's words as they are to be read.
        facts: Facts about each.
        shouted: For each sentence, whether it stands in capitals.
        gazetteer: Lists by word, see `Lexicon`.

    Returns:
        One number for each word.
    """
    words = tokens.words
    starts = tokens.sentences[:-1]
    letters = np.add.reduceat(facts.letters.astype(np.int64), starts)
    capitals = np.add.reduceat((facts.letters & facts.capital).astype(np.int64), starts)
    headline = ~shouted & (letters > _SHORT_HEADLINE) & (capitals * 4 > letters * 3)
    sentence = np.cumsum(facts.first) - 1
    head = np.where(shouted, _FLAG["head_upper"], np.where(headline, _FLAG["head_title"], 0))[sentence]
    places = np.flatnonzero(facts.capital)
    ends = tokens.sentences[sentence[places] + 1]
    found = _Facts(defaultdict(int), set(), set(), gazetteer)
    calm = head[places] == 0
    _read_runs(words, list(zip(places[calm].tolist(), ends[calm].tolist(), strict=True)), facts.first, found)
    flags = np.zeros(len(words), np.int64)
    flags[places] = head[places] | np.where(facts.first[places], _FLAG["sentence_start"], 0)
    everywhere = set(words)
    of_word, middle, acronyms = found.of_word, found.middle, found.acronyms
    lower_flag, middle_flag, acronym_flag = (
        _FLAG[name] for name in ("lower_elsewhere", "capital_elsewhere", "acronym_of")
    )
    by_word: dict[str, int] = {}
    for word in {words[place] for place in places.tolist()}:
        value = of_word.get(word, 0)
        if word.lower() in everywhere:
            value |= lower_flag
        if word in middle:
            value |= middle_flag
        if word in acronyms:
            value |= acronym_flag
        by_word[word] = value
    for word in list(by_word):
        if len(word) >= _SHORTEST_PLACE:
            for people in _peoples(word):
                if people in by_word:
                    by_word[word] |= _FLAG["people_elsewhere"]
                    by_word[people] |= _FLAG["place_elsewhere"]
    flags[places] |= np.array([by_word[words[place]] for place in places.tolist()], np.int64)
    return flags


def _peoples(place: str) -> tuple[str, ...]:
    """What the people of a place may be called: Iran, Iranian; Tavoria, Tavorian; Kassar, Kassari."""
    stem = place[:-1]
    return (
        *(place + ending for ending in ("n", "an", "ian", "i", "ese", "ish")),
        *(stem + ending for ending in ("ian", "an", "ese", "ish", "i")),
    )


def _read_runs(
    words: list[str], places: list[tuple[int, int]], first: NDArray[np.bool_], found: _Facts
) -> None:
    """Collect what runs of capitalised words tell; a run may hold small words ("of").

    Args:
        words: The document's words.
        places: Capitalised words outside headlines, each with the end of its sentence.
        first: Whether a word begins a sentence.
        found: Where it goes.
    """
    stop = 0
    for index, end in places:
        if index < stop:
            continue
        stop = index + 1
        while stop < end and (
            words[stop][0].isupper()
            or (words[stop] in _RUN_WORDS and stop + 1 < end and words[stop + 1][0].isupper())
        ):
            stop += 1
        before = "" if first[index] else words[index - 1].lower()
        _read_run(words[index:stop], before, words[stop].lower() if stop < end else "", found)


def _read_run(run: list[str], before: str, after: str, facts: _Facts) -> None:
    """Collect what a run of capitalised words tells about each of them.

    Args:
        run: The words.
        before: The word before, in small letters; empty where the run begins a sentence.
        after: The word after.
        facts: Where it goes.
    """
    begins = not before
    while len(run) > 1 and run[0].lower() in TITLES:
        before = run[0].lower()
        run = run[1:]
        begins = False
    facts.middle.update(run[1:] if begins else run)
    value = 0
    if before in TITLES:
        value |= _FLAG["title_before"]
    if before in _PLACE_WORDS:
        value |= _FLAG["place_word_before"]
    if before == "in":
        value |= _FLAG["in_before"]
    if after in SPEECH_WORDS:
        value |= _FLAG["speech_word_after"]
    if len(run) == 1:
        facts.of_word[run[0]] |= value
    elif len(run) <= _LONGEST_RUN:
        _read_long_run(run, value, facts)


def _read_long_run(run: list[str], value: int, facts: _Facts) -> None:
    """Collect what a run of two words or more tells, and the acronym it may have."""
    organization = run[-1].lower() in ORGANIZATION_WORDS or run[0].lower() in ORGANIZATION_WORDS
    if organization:
        value |= _FLAG["organization_word"]
    if (facts.gazetteer.get(key(run[0].lower())) or 0) & GIVEN_NAME:
        value |= _FLAG["given_name_first"]
    for place, word in enumerate(run):
        if word[0].isupper():
            part = "first" if place == 0 else "last" if place == len(run) - 1 else "middle"
            facts.of_word[word] |= value | _FLAG[part]
    acronym = "".join(word[0] for word in run if word[0].isupper())
    if len(acronym) > 1 and (organization or len(run) >= _SHORTEST_BODY):
        facts.acronyms.add(acronym)


def is_headline(words: Sequence[str]) -> bool:
    """Whether nearly every word of a sentence begins with a capital."""
    letters = [word for word in words if word[0].isalpha()]
    capitals = sum(1 for word in letters if word[0].isupper())
    return len(letters) > _SHORT_HEADLINE and capitals * 4 > len(letters) * 3
