"""What a sentence says of a name in it: "told The Quay" names a paper, "of Mill Lane" a street.

Such a sentence speaks for every place where the name stands so.  Cases: `tests/cases/names/find.tsv`.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ingest.names.find.spans import Found
from ingest.names.forms.persons import is_given_name
from ingest.names.model.types import load_cues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.model.tokens import Tokens

_TELLS = frozenset(("told", "tells", "telling"))
_STREETS = frozenset(("lane", "street", "road", "avenue", "terrace", "crescent", "row"))
_WHERE = frozenset(("of", "in", "on", "at", "near", "from"))
_STREET_WORDS = 3


def in_sentences(found: Sequence[Found], tokens: Tokens) -> list[Found]:
    """Give names the kind that a sentence tells.

    - "told The Quay": a paper, wherever it has its article.
    - "of Mill Lane": a street and nobody.
    - "the Strait": a place and nobody.
    - "Northgrid reports it.  Its director": a body, where nobody of the document bears that name.

    Args:
        found: Names in order.
        tokens: The words, as they are read.

    Returns:
        Names in order.
    """
    words = tokens.words
    papers = _papers(found, words) if "The" in words else set()
    bodies = _bodies(found, tokens) if "Its" in words else set()
    out = []
    for name in found:
        if papers and _has_article(name, words) and _without_article(name, words) in papers:
            out.append(Found(name.first, name.stop, "ORG"))
        elif name.kind != "PER":
            out.append(name)
        elif name.stop - name.first == 1 and words[name.first] in bodies:
            out.append(Found(name.first, name.stop, "ORG"))
        elif _is_street(name, words) or _is_toponym(name, words):
            out.append(Found(name.first, name.stop, "LOC"))
        else:
            out.append(name)
    return out


def _papers(found: Sequence[Found], words: Sequence[str]) -> set[tuple[str, ...]]:
    """Names that somebody is said to have told something, their article being a title's."""
    return {
        _without_article(name, words)
        for name in found
        if _has_article(name, words) and words[_article(name, words) - 1] in _TELLS
    }


def _article(name: Found, words: Sequence[str]) -> int:
    """Where the article of a name stands, inside it or before."""
    return name.first if words[name.first] == "The" else name.first - 1


def _has_article(name: Found, words: Sequence[str]) -> bool:
    """Whether "The", with the capital letter of a title, opens a name or stands before it."""
    at = _article(name, words)
    return at > 0 and words[at] == "The" and at + 1 < name.stop


def _without_article(name: Found, words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words[_article(name, words) + 1 : name.stop])


def _is_street(name: Found, words: Sequence[str]) -> bool:
    is_long = 1 < name.stop - name.first <= _STREET_WORDS
    before = words[name.first - 1] if name.first else ""
    last = words[name.stop - 1].lower()
    return is_long and last in _STREETS and before in _WHERE and not is_given_name(words[name.first])


def _is_toponym(name: Found, words: Sequence[str]) -> bool:
    before = words[name.first - 1].lower() if name.first else ""
    is_place = load_cues().last.get(words[name.first].lower()) == "LOCATION"
    return name.stop - name.first == 1 and before == "the" and is_place


def _bodies(found: Sequence[Found], tokens: Tokens) -> set[str]:
    """Names of one word that open a sentence, the next of which begins with "Its" and a noun."""
    words = tokens.words
    after = dict(itertools.pairwise(tokens.sentences.tolist()))
    people = [name for name in found if name.kind == "PER"]
    parts = {word for n in people if n.stop - n.first > 1 for word in words[n.first : n.stop]}
    bodies = set()
    for name, following in itertools.pairwise(found):
        at = after.get(name.first, 0)
        is_single = name.kind == "PER" and name.stop - name.first == 1
        if not is_single or words[at : at + 1] != ["Its"] or words[name.first] in parts:
            continue
        rest = words[name.stop : at]
        is_alone = following.first > at and not any(map(_names_thing, rest, rest[1:]))
        if is_alone and words[at + 1][0].islower() and words[name.stop][0].islower():
            bodies.add(words[name.first])
    return bodies


def _names_thing(word: str, following: str) -> bool:
    """Whether words may be what "Its" goes back to: "Lund praised the museum. Its director ..."."""
    return word.lower() == "the" and following[0].islower()
