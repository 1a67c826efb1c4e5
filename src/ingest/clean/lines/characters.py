"""Classes of characters that the measures of blocks and lines count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER, SPACE, LOWER, UPPER, DIGIT, COMMA, STOP, QUOTE, COLON, BAR, IDEOGRAPH, ASK, KANA = range(13)
TABLE_SIZE = 0x10000

_MARKS = {
    SPACE: " \t\n\u00a0",
    COMMA: ",;\u060c\u3001\uff0c\uff1b",
    STOP: ".!\u3002\uff01\u0964\u2026",
    QUOTE: "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e\u300c\u300d",
    COLON: ":\uff1a",
    BAR: "|\u00b7\u2022\u203a\u2192\u00a9@#/+\u25ba",
    ASK: "?\uff1f\u061f",
}
_IDEOGRAPHS = ((0x3400, 0xA000), (0xAC00, 0xD7B0), (0x0E00, 0x0E80))


def class_table(*, kana: int, more_bars: str = "") -> NDArray[np.uint8]:
    """Make a table from code points below `TABLE_SIZE` to classes.

    Args:
        kana: Class of Hiragana and Katakana: `KANA`, or `IDEOGRAPH` where they are not told apart.
        more_bars: Further characters that count as bars.
    """
    table = np.zeros(TABLE_SIZE, dtype=np.uint8)
    table[0xAA:] = LOWER  # letters without case count as lower case
    table[0x2000:0x3000] = OTHER
    for code in (*range(0x41, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000)):
        char = chr(code)
        if char.isupper():
            table[code] = UPPER
        elif char.isalpha():
            table[code] = LOWER
    for start, end in _IDEOGRAPHS:
        table[start:end] = IDEOGRAPH
    table[0x3040:0x3100] = kana
    table[0x30:0x3A] = DIGIT
    table[0x660:0x66A] = DIGIT
    for kind, chars in {**_MARKS, BAR: _MARKS[BAR] + more_bars}.items():
        for char in chars:
            table[ord(char)] = kind
    return table
