"""Words, their places and the sentences they stand in: what the name finder reads."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# A hyphen before one of these words ends the name before it: "London-based", "U.S.-led".
_PARTICIPLES = (
    "allied|area|backed|based|born|brokered|built|made|chartered|controlled|designed|developed|driven|educated|era|"
    "flagged|friendly|funded|held|inspired|led|linked|listed|manufactured|occupied|only|operated|owned|produced|raised|"
    "registered|ruled|run|speaking|sponsored|style|supplied|supported|trained|wide"
)
PARTICIPLES = frozenset(_PARTICIPLES.split("|"))
"""Second halves of words with a hyphen that are no part of a name."""
# Abbreviations that keep their stop, so that it does not end the sentence.
_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Gen|Sen|Sens|Rep|Reps|Gov|Lt|Col|Cmdr|Adm|Sgt|St|Jr|Sr|Prof|Rev|Capt|Maj|Brig|Hon|Pres|No|Inc|Corp|"
    "Ltd|Co|Cos|Bros|vs|Mt|Ft|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mich|Minn|Mo|Mont|Neb|Nev|"
    "Okla|Ore|Pa|Tenn|Tex|Vt|Va|Wash|Wis|Wyo|Jan|Feb|Aug|Sept|Oct|Nov|Dec"
)

_PIECE = re.compile(
    r"\s+"
    r"|(?:[A-Z]\.)+(?![A-Za-z])"
    rf"|(?=[A-Zv])(?:{_ABBREVIATIONS})\."
    r"|['\u2019][sS]\b"
    r"|\w++(?:(?:['\u2019](?![sS]\b)"
    rf"|[-\u2010\u2011](?![A-Z]\.|(?:{_PARTICIPLES})\b)"
    r"|&|\.(?=[a-z0-9])|(?<=\d)[,:/](?=\d))(?=\w)\w++)*"
    r"|[^\w\s]"
)

MAX_SENTENCE = 200
"""Longer runs without a sentence end are cut: the cost of a document stays linear in its length."""

_ENDING = frozenset(".!?\u2026")
_ENDERS = np.array([ord(mark) for mark in _ENDING], np.uint32)
_SPACES = np.array([chr(code).isspace() for code in range(0x3002)])
"""No code point beyond the last of these is white space."""
_CLOSERS = frozenset("\"'\u201d\u2019)]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text.

    Attributes:
        words: The words and punctuation marks, in order.
        starts: Offset in the text where each begins.
        ends: Where each ends.
        sentences: Index of the first word of each sentence, and the number of words at the end.
    """

    words: list[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    sentences: NDArray[np.int64]


def tokenize(text: str, split: Callable[[str], list[str] | None]) -> Tokens:
    """Cut a text into words and sentences.

    A sentence ends at a line break, or at a full stop, question or exclamation mark (and a closing
    quote or bracket) before a word that begins with no lower-case letter.

    Args:
        text: Any text.
        split: Says into which pieces a word with a hyphen falls ("China-Taiwan"), or None to keep it.

    Returns:
        The tokens.
    """
    pieces = _PIECE.findall(text)
    if "-" in text:
        pieces = _split_pieces(pieces, split)
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    ends = np.cumsum(lengths)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return Tokens([], ends, ends, np.zeros(1, np.int64))
    starts = ends - lengths
    is_word = ~_is_space(codes[starts])
    words = list(itertools.compress(pieces, is_word.tolist()))
    starts, ends = starts[is_word], ends[is_word]
    return Tokens(words, starts, ends, _sentences(words, starts, ends, codes))


def _is_space(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Whether code points are white space, as `str.isspace` has it."""
    out: NDArray[np.bool_] = _SPACES[np.minimum(codes, len(_SPACES) - 1)]
    return out


def _split_pieces(pieces: list[str], split: Callable[[str], list[str] | None]) -> list[str]:
    out: list[str] = []
    for piece in pieces:
        parts = split(piece) if "-" in piece and len(piece) > 1 else None
        if parts is None:
            out.append(piece)
        else:
            out.extend(parts)
    return out


def _sentences(
    words: list[str], starts: NDArray[np.int64], ends: NDArray[np.int64], codes: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Where sentences begin, as indexes of words, and the number of words at the end."""
    count = len(words)
    begins = np.zeros(count + 1, np.bool_)
    begins[[0, count]] = True
    if not count:
        return np.zeros(1, np.int64)
    lines = np.concatenate([[0], np.cumsum(codes == ord("\n"))])
    begins[1:count] = lines[starts[1:]] > lines[ends[:-1]]
    marks = np.flatnonzero((ends - starts == 1) & np.isin(codes[starts], _ENDERS)).tolist()
    for mark in marks:
        after = mark + 1
        while after < count and words[after] in _CLOSERS and not begins[after]:
            after += 1
        if after < count and not words[after][0].islower() and not (begins[mark] or words[after] in _ENDING):
            begins[after] = True
    bounds = np.flatnonzero(begins)
    if np.diff(bounds).max() > MAX_SENTENCE:
        long = [range(first, stop, MAX_SENTENCE) for first, stop in itertools.pairwise(bounds.tolist())]
        bounds = np.array([*itertools.chain.from_iterable(long), count])
    return bounds
