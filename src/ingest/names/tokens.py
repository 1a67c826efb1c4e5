"""Words, their places and the sentences they stand in: what the name finder reads."""

from __future__ import annotations

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
# Abbreviations that keep their stop, so that it does not end the sentence.
_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Gen|Sen|Sens|Rep|Reps|Gov|Lt|Col|Cmdr|Adm|Sgt|St|Jr|Sr|Prof|Rev|Capt|Maj|Brig|Hon|Pres|No|Inc|Corp|"
    "Ltd|Co|Cos|Bros|vs|Mt|Ft|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mich|Minn|Mo|Mont|Neb|Nev|"
    "Okla|Ore|Pa|Tenn|Tex|Vt|Va|Wash|Wis|Wyo|Jan|Feb|Aug|Sept|Oct|Nov|Dec"
)

_PIECE = re.compile(
    r"\s+"
    r"|(?:[A-Z]\.)++(?![A-Za-z])"
    rf"|(?:{_ABBREVIATIONS})\."
    r"|['\u2019][sS]\b"
    r"|\w++(?:(?:['\u2019](?![sS]\b)"
    rf"|[-\u2010\u2011](?![A-Z]\.|(?:{_PARTICIPLES})\b)"
    r"|&|\.(?=[a-z0-9])|(?<=\d)[,:/](?=\d))(?=\w)\w++)*+"
    r"|[^\w\s]"
)

MAX_SENTENCE = 200
"""Longer runs without a sentence end are cut: the cost of a document stays linear in its length."""

_ENDERS = frozenset(".!?\u2026")
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
    if any("-" in piece and len(piece) > 1 for piece in pieces):
        pieces = _split_pieces(pieces, split)
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    ends = np.cumsum(lengths)
    is_word = np.fromiter([not piece.isspace() for piece in pieces], np.bool_, len(pieces))
    words = [piece for piece in pieces if not piece.isspace()]
    kept_ends = ends[is_word]
    return Tokens(words, kept_ends - lengths[is_word], kept_ends, _sentences(pieces, words))


def _split_pieces(pieces: list[str], split: Callable[[str], list[str] | None]) -> list[str]:
    out: list[str] = []
    for piece in pieces:
        parts = split(piece) if "-" in piece and len(piece) > 1 else None
        if parts is None:
            out.append(piece)
        else:
            out.extend(parts)
    return out


def _sentences(pieces: list[str], words: list[str]) -> NDArray[np.int64]:
    """Where sentences begin, as indexes of words."""
    starts = [0]
    index = 0
    ended = False  # whether a sentence-ending mark was the last word but for closing marks
    for piece in pieces:
        if piece.isspace():
            if "\n" in piece and index > starts[-1]:
                starts.append(index)
                ended = False
            continue
        if ended and piece not in _CLOSERS:
            if not piece[0].islower() and index - starts[-1] > 1:
                starts.append(index)
            ended = False
        if piece in _ENDERS:
            ended = True
        if index - starts[-1] >= MAX_SENTENCE:
            starts.append(index)
        index += 1
    if index > starts[-1] or index == 0:
        starts.append(index)
    return np.array(starts, dtype=np.int64)
