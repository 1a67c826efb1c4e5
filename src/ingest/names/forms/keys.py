"""The comparison form of a name: what two spellings must share to be the same spelling.

A comparison form is never shown.  It folds case, diacritics, hyphens, curly apostrophes and
the stops of initials, and leaves out a leading article and a trailing possessive.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARTICLE = re.compile(r"^(?:(?:[Ii]n|[Oo]f|[Aa]t|[Ff]rom|to)\s+)?(?:(?:[Tt]he|THE|an?|An?)\s+)?(?=\S)")
_POSSESSIVE = re.compile(r"\s?(?:['\u2019]s?|s['\u2019])$", re.IGNORECASE)
_INITIALS = re.compile(r"\b(?:[^\W\d_]\s?\.\s?){2,}")
_HYPHENED = re.compile(r"(?<=\b[A-Z])-(?=[A-Z]\b)")  # `H-P` is `HP`
# Capitals and digits, 2 to 8 of them, or two or three capitals around one or two small letters (`DoD`).
_ACRONYM = re.compile(
    r"(?=[^A-Z]*[A-Z])(?=(?:[./&-]?[A-Za-z0-9]){2,8}[.]?$)"
    r"(?:(?:[A-Z0-9]{1,7}[./&-]?){1,8}|[A-Z]{1,2}[a-z]{1,2}[A-Z]{1,3})s?"
)
_NOT_WORD = re.compile(r"[^\w&]+")
# Letters that do not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",  # noqa: RUF001 (the dotless letter is meant)
        "ł": "l",
        "þ": "th",
        "\u02bb": "'",
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "`": "'",
    }
)


@lru_cache(maxsize=65536)
def fold_word(word: str) -> str:
    """Fold case and diacritics of one word: `Côte` and `COTE` give `cote`."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(c for c in folded if not unicodedata.combining(c))


def bare(surface: str) -> str:
    """Take a leading article and a trailing possessive off a surface, white space made single.

    >>> bare("the Philippines\u2019")
    'Philippines'
    >>> bare("Japan's")
    'Japan'
    """
    text = " ".join(surface.split())
    text = _ARTICLE.sub("", text)
    match = _POSSESSIVE.search(text)
    if match and match.start() > 0:
        # A plural possessive (`Philippines'`) keeps its s.
        end = match.start() + (1 if match.group()[0] in "sS" else 0)
        text = text[:end]
    return text.strip(' ,;:"\u201c\u201d') or surface


@lru_cache(maxsize=65536)
def fold(surface: str) -> str:
    """Give the comparison form of a surface.

    >>> fold("the U.S.'s"), fold("Yoon Suk-yeol"), fold("C\u00f4te d\u2019Ivoire")
    ('us', 'yoon suk yeol', 'cote d ivoire')
    """
    text = bare(surface)
    if "." in text:
        text = _INITIALS.sub(lambda m: m.group().replace(".", "").replace(" ", "") + " ", text)
    if "-" in text:
        text = _HYPHENED.sub("", text)
    words = _NOT_WORD.sub(" ", text).split()
    return " ".join(fold_word(w) for w in words) or " ".join(surface.casefold().split()) or surface


def is_acronym(surface: str) -> bool:
    """Tell whether a surface has the form of an acronym: `USFJ`, `U.S.`, `G7`, `DoD`, `PAC-3`.

    >>> [is_acronym(s) for s in ("USFJ", "U.S.", "G7", "DoD", "Japan", "JAPAN", "A", "F-35")]
    [True, True, True, True, False, True, False, True]
    """
    return _ACRONYM.fullmatch(surface) is not None
