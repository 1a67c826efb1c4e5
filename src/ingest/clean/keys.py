"""How a line reads once case and decoration are gone: what phrases and titles are compared by."""

from __future__ import annotations

import re

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SPACES = re.compile(r"\s+")
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\u3000": " ",
        "\u2026": "...",
        "\u2010": "-",
        "\u2011": "-",
    }
)
LONGEST_KEY = 600


def line_key(text: str) -> str:
    """Reduce a text to what is compared; never shown.

    >>> line_key("» Read  More …")
    'read more'
    """
    if len(text) > LONGEST_KEY:
        return ""
    return _EDGES.sub("", _SPACES.sub(" ", text.translate(_PLAIN).lower()))
