"""Differences of spelling that make no other name.

British and American conventions, words joined or apart, transliteration of one name in two ways,
and one slip of the pen in a long word.  What was merged on development data by each is listed in
`docs/data-sheets/authority.md`.
"""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz.distance import OSA

from ingest.word_lists import bundled_lines

LONG_WORD = 7
"""Letters that a word has at least for one differing letter to be taken for a slip."""

# Two ways to write one sound of another script or language, in comparison form.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"kh", "k"),
        (r"gh", "g"),
        (r"dh", "d"),
        (r"ou|oo", "u"),
        (r"ck|q|c(?![eihy])", "k"),
        (r"ks", "x"),
        (r"w", "v"),
        (r"iy|yi|ij|ii|y|j(?=$)", "i"),
        (r"([a-z])\1+", r"\1"),
    )
)


# `City of Northgate`, `northern Province of Kassar`: what the place is, before its name
_UNIT = re.compile(r"^(?:(?:north|south|east|west)\w* )?(?:city|town|village|province|state) of (?=\w)")


def without_unit(key: str) -> str:
    """Take what a place is off the front of its comparison form.

    >>> without_unit("northern province of kassar"), without_unit("isle of man")
    ('kassar', 'isle of man')
    """
    return _UNIT.sub("", key)


@cache
def _conventions() -> dict[str, str]:
    return dict(line.split(",") for line in bundled_lines("spellings.csv")[1:])


def usual_spelling(word: str) -> str:
    """The American spelling of a lower-cased word, itself where it has no other."""
    return _conventions().get(word, word)


def plain(key: str) -> str:
    """Reduce a comparison form to what all conventions of spelling share.

    >>> plain("centre for defence studies") == plain("center for defense studies")
    True
    >>> plain("johnson & johnson") == plain("johnson and johnson")
    True
    """
    known = _conventions()
    words = [known.get(word, word) for word in key.split()]
    return "".join(word for word in words if word != "and")


def sound(key: str) -> str:
    """Reduce a person's name to its sounds: what two transliterations of one name share.

    >>> sound("mostafa madbouly") == sound("mostafa madbouli"), sound("karl heffner") == sound("carl hefner")
    (True, True)
    >>> sound("anna hansen") == sound("anna hanson"), sound("liu wenxi") == sound("liu wenli")
    (False, False)
    """
    words = [_sound(word) for word in key.split()]
    return " ".join(words)


def _sound(word: str) -> str:
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def is_slip(left: str, right: str) -> bool:
    """Tell whether two long words differ by one letter that makes no other word.

    >>> is_slip("minstry", "ministry"), is_slip("australian", "australia"), is_slip("hunan", "henan")
    (True, False, False)
    """
    if min(len(left), len(right)) < LONG_WORD or left[0] != right[0] or not (left + right).isalpha():
        return False
    # An ending more (`Australian`) is another form of the word, often another meaning.
    if left.startswith(right) or right.startswith(left):
        return False
    return OSA.distance(left, right, score_cutoff=1) == 1
