"""Words as running text would have them: capitals of headlines and small letters of transcripts undone."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from ingest.names.forms.variants import usual_spelling
from ingest.names.model.features import is_loud, key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ingest.names.model.features import KeyTable, Words
    from ingest.names.model.tokens import Tokens

LOWER, TITLE, UPPER = 1, 2, 3
"""How a word is mostly written inside a sentence; the values of `Lexicon.cases`."""

_MIN_WORDS = 12
_MAX_CAPITAL_SHARE = 0.015
_SHORT_LINE = 2
_LONGEST_ACRONYM = 5


def read_words(tokens: Tokens, words: Words, cases: KeyTable) -> tuple[list[str], NDArray[np.bool_]]:
    """The words as the model is to read them; offsets stay those of the text.

    A line in capitals takes the spelling that its words have elsewhere in the document, else the
    usual one, else a capital.  A text without capitals takes the usual spelling of its words.

    Args:
        tokens: The words of a text, at least one.
        words: Facts about them.
        cases: How words are mostly written, by the key of the lower-cased word.

    Returns:
        One word for each token (the same list where nothing changes), and for each sentence whether it
        stands in capitals.
    """
    starts = tokens.sentences[:-1]
    letters = np.add.reduceat(words.letters.astype(np.int64), starts)
    shouted = np.add.reduceat(words.loud.astype(np.int64), starts) * 2 > letters
    if shouted.any():
        return _lower_shouted(tokens.words, tokens.sentences.tolist(), shouted.tolist(), cases), shouted
    capitals = int((words.letters & words.capital).sum()) - tokens.words.count("I")
    if letters.sum() >= _MIN_WORDS and capitals <= _MAX_CAPITAL_SHARE * letters.sum():
        return [_usual(word, cases.get(key(word.lower())) or LOWER) for word in tokens.words], shouted
    return tokens.words, shouted


def raised(text: str, tokens: Tokens, cases: KeyTable) -> str:
    """A text without capitals with a capital at every word, acronyms in capitals; offsets stay.

    The authority is asked with it: its names stand there as they are written.
    """
    out, at = [], 0
    for word, start in zip(tokens.words, tokens.starts.tolist(), strict=True):
        is_acronym = cases.get(key(word.lower())) == UPPER
        loud = word.upper() if is_acronym else word[:1].upper() + word[1:]
        out += [text[at:start], loud if len(loud) == len(word) else word]
        at = start + len(word)
    return "".join((*out, text[at:]))


def _usual(word: str, case: int) -> str:
    if case == TITLE:
        return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
    return word.upper() if case == UPPER else word.lower()


def _lower_shouted(words: list[str], bounds: list[int], shouted: list[bool], cases: KeyTable) -> list[str]:
    body: dict[str, str] = {}
    for number, (start, end) in enumerate(itertools.pairwise(bounds)):
        if not shouted[number]:
            for index in range(end - 1, start - 1, -1):
                # the first word of a sentence tells least: any other occurrence goes before it
                if index > start or words[index].lower() not in body:
                    body[words[index].lower()] = words[index]
    out = list(words)
    for number, (start, end) in enumerate(itertools.pairwise(bounds)):
        if shouted[number]:
            letters = sum(1 for word in words[start:end] if word[0].isalpha())
            for index in range(start, end):
                word = words[index]
                if is_loud(word):
                    out[index] = _quiet(word, body, cases, short=letters <= _SHORT_LINE)
    return out


def _quiet(word: str, body: Mapping[str, str], cases: KeyTable, *, short: bool) -> str:
    seen = body.get(word.lower())
    if seen is not None:
        return seen
    case = cases.get(key(word.lower())) or cases.get(key(usual_spelling(word.lower())))
    if case:
        return _usual(word, case)
    if short or (len(word) <= _LONGEST_ACRONYM and not any(char in "AEIOUY" for char in word)):
        return word
    return _usual(word, TITLE)
