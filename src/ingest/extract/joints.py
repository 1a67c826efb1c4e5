"""Where two lines of a text meet: without a space in Chinese and Japanese, or inside a word that was cut."""

from __future__ import annotations

import re

HAN_OR_KANA = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_FIRST_PART = re.compile(r"([^\W\d_]{2,40})-$")
_NEXT_PART = re.compile(r"[^\W\d_]{1,40}")
_LONGEST_PART = 42


def meet_unspaced(source_text: str, end: int, start: int) -> bool:
    """Whether no space belongs between a line that ends and one that begins at these places."""
    before, after = HAN_OR_KANA.match(source_text, end - 1), HAN_OR_KANA.match(source_text, start)
    return before is not None and after is not None


def cut_word(source_text: str, line: tuple[int, int], following: tuple[int, int]) -> tuple[str, str] | None:
    r"""The halves of a word that a hyphen cuts at the end of a line, without it; None where there is none.

    >>> cut_word("The minis-\nter left.", (0, 10), (11, 20))
    ('minis', 'ter')
    """
    begin, end = line
    first = _FIRST_PART.search(source_text, max(begin, end - _LONGEST_PART), end)
    rest = _NEXT_PART.match(source_text, *following)
    return (first[1], rest[0]) if first and rest and rest[0][0].islower() else None
