"""Names of people in the signs of China, Japan and Korea: written without a space, the surname first.

How many signs the surname has, they do not say: `split_name` cuts such a name after the first, and whatever
opens a name may be its surname.
"""

from __future__ import annotations

import re

# Three or four signs; fewer are a surname as easily, more hold an office.
_NAME = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3005\uac00-\ud7a3]{3,4}")
# A first sign in comparison form, which takes a syllable of Korean apart into its letters.
_FIRST = re.compile("[\u3400-\u9fff\uf900-\ufaff]|[\u1100-\u11ff]{2,3}")


def is_eastern(word: str) -> bool:
    """Whether a word is as long as a full name, and in such signs."""
    return _NAME.fullmatch(word) is not None


def is_cut(words: tuple[str, ...]) -> bool:
    """Whether the words of a name are such a one, cut after its first sign."""
    return len(words) == 2 and _FIRST.fullmatch(words[0]) is not None  # noqa: PLR2004


def surnames(words: tuple[str, ...]) -> tuple[str, ...]:
    """All that may be the surname of a name that was cut; of another one nothing.

    >>> surnames(("\u9ad8", "\u702c\u5065\u4e00"))
    ('\u9ad8', '\u9ad8\u702c', '\u9ad8\u702c\u5065')
    """
    if not is_cut(words):
        return ()
    whole = "".join(words)
    return tuple(whole[:stop] for stop in range(len(words[0]), len(whole)))


def is_last_word(name: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether a name that was cut is the surname of one with a dot, as names of other languages have it."""
    return is_cut(name) and not is_cut(longer) and len(longer) > 1 and "".join(name) == longer[-1]
