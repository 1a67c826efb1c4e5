"""How a line reads once case and decoration are gone: what phrases and titles are compared by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPACES = re.compile(r"[^\S\n]+")
_PLAIN = (
    ("\u2018", "'"),
    ("\u2019", "'"),
    ("\u201c", '"'),
    ("\u201d", '"'),
    ("\u00a0", " "),
    ("\u202f", " "),
    ("\u3000", " "),
    ("\u2026", "..."),
    ("\u2010", "-"),
    ("\u2011", "-"),
)
LONGEST_KEY = 600
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff]")
"""A character of a script that puts no spaces between words."""
_NO_LETTER = re.compile(r"[\W_]+")
_ASCII_NO_LETTER = bytes(byte for byte in range(128) if not chr(byte).isalnum())


def line_keys(texts: Iterable[str]) -> list[str]:
    """Reduce texts to what is compared; never shown."""
    lines = [text if len(text) <= LONGEST_KEY else "" for text in texts]
    lines = [" ".join(line.split()) if "\n" in line else line for line in lines]
    joined = "\n".join(lines).lower()  # for all of them at once
    if not joined.isascii():
        for mark, meant in _PLAIN:  # a few searches cost less than `str.translate`
            joined = joined.replace(mark, meant)
    if "  " in joined or "\t" in joined:
        joined = _SPACES.sub(" ", joined)
    return list(map(_between_marks, joined.split("\n")))


def line_key(text: str) -> str:
    """Reduce one text to what is compared.

    >>> line_key("» Read  More …")
    'read more'
    """
    return line_keys((text,))[0]


def _between_marks(line: str) -> str:
    """A line from its first letter or digit to its last."""
    start, end = 0, len(line)
    while start < end and not line[start].isalnum():
        start += 1
    while end > start and not line[end - 1].isalnum():
        end -= 1
    return line[start:end]


def letters_of(text: str) -> str:
    """The letters and digits of a text, and nothing else.

    >>> letters_of("It's 5 o'clock.")
    'Its5oclock'
    """
    if text.isascii():  # a twentieth of the time that the search takes
        return text.encode().translate(None, _ASCII_NO_LETTER).decode()
    return _NO_LETTER.sub("", text)
