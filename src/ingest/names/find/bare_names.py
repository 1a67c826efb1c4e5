"""Rules that make a name bare, and take away what is none.

Each rule is a function of the words alone and has a case in `tests/cases/names/polish.tsv`.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.names.find.capitals import (
    inside_sentences,
    is_everyday,
    is_stray,
    parted,
    setting,
    without_lead,
)
from ingest.names.find.spans import Found
from ingest.names.forms.bodies import LEGAL_FORMS, is_generic
from ingest.names.forms.keys import fold_word
from ingest.names.forms.word_classes import word_class
from ingest.names.model.features import key
from ingest.word_lists import bundled_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.model.features import KeyTable
    from ingest.names.model.tokens import Tokens

_ENDINGS = ("ing", "tion", "sion", "ment", "ness", "ity", "able", "less")
_OFFICES = word_class("office")
_OF = frozenset(("of", "for"))
_PARTICLES = word_class("particle") | frozenset("'\u2019\"\u201c(")
_DOCUMENTS = word_class("document")
_OF_DOCUMENTS = word_class("of_document")
_NUMBERED = word_class("numbered")
_LONGEST_TITLE = 4
_LONGEST_NAME = 16
"""A longer run of words is a list or a shout, no name."""
# F-35A, Su-27, MQ-9, S-400: equipment, also where the model has never seen it; no COVID-19, G-7, I-95, U-21
_DESIGNATION = re.compile(
    r"(?!(?:COVID|COP|SARS|MERS|CB|AC|G|I|U|M)-)[A-Z]{1,4}-\d{1,3}[A-Z]{0,3}"
    r"|(?:Su|Mi|Tu|Il|Ka|Yak|MiG|Mig|Kh)-\d{1,3}[A-Z]{0,3}"
)


@cache
def _lines(file: str) -> frozenset[tuple[str, ...]]:
    """Entries of a word list, each as lower-cased words."""
    rows = [line.partition(",")[0] for line in bundled_lines(file)]
    return frozenset(tuple(row.lower().split()) for row in rows)


@cache
def _first_of_titles() -> frozenset[str]:
    return frozenset(words[0] for words in _lines("titles.csv"))


def polish(found: Sequence[Found], tokens: Tokens, cases: KeyTable) -> list[Found]:
    """Make names bare and drop what is none.

    Args:
        found: Names in order.
        tokens: The words, as they are read.
        cases: See `Lexicon`.

    Returns:
        Names in order.
    """
    words = tokens.words
    headings = _headings(tokens)
    where = setting(tokens, list(map(bool, headings)), cases)
    found = without_lead([*parted(found, where)], where)
    inside = inside_sentences(found, where)
    seen_elsewhere = {name.spelling(words) for name in found if not headings[name.first]}
    out = []
    for name in found:
        first = _after_title(words, name) if name.kind == "PER" else name.first
        first, stop = _within_small_words(words, first, _before_numbers(words, name))
        stop = _before_document(words, first, stop, cases) if name.kind == "ORG" else stop
        if not first < stop <= first + _LONGEST_NAME or _is_portfolio(words, first, stop):
            continue
        if _is_office(words, first, stop) or all(map(_is_legal_form, words[first:stop])):
            continue
        spelling = tuple(words[first:stop])
        if (
            headings[first]
            and name.kind in ("ORG", "MISC")
            and spelling not in seen_elsewhere
            and _is_phrase(spelling, cases)
        ):
            continue
        bare = name if (first, stop) == name[:2] else Found(first, stop, name.kind)
        if not is_stray(bare, where, inside):
            out.append(bare)
    return out


def _is_legal_form(word: str) -> bool:
    bare = word.strip(".")
    return bare in LEGAL_FORMS or (len(bare) > 2 and bare.capitalize() in LEGAL_FORMS)  # noqa: PLR2004 - "CO"


def _is_phrase(words: Sequence[str], cases: KeyTable) -> bool:
    """Whether words are everyday language, acronyms and signs between them aside, but for a kind of body.

    `Range & Charging Reality Check`, `LLC Filing Fee`; not `EU Commission`.
    """
    told = [word for word in words if word[0].isalpha() and not (word.isupper() and len(word) > 1)]
    known = sum(is_everyday(word, cases) for word in told)
    derived = sum(_is_derived(word, cases) for word in told)
    everyday = known > 0 and known + derived == len(told) and derived <= known
    return everyday and (len(told) == len(words) or not is_generic(fold_word(words[-1])))


def _before_document(words: Sequence[str], first: int, stop: int, cases: KeyTable) -> int:
    """Where a body's name ends before a document of its: `Security Council | Press Statement on Kassar`.

    Nothing is left of `Joint Statement of the Leaders of Kassar`, and of `Department | Press Briefing`.
    """
    low = [word.lower() for word in words[first:stop]]
    if _DOCUMENTS.isdisjoint(low) or words[stop - 1] in LEGAL_FORMS:  # "Statement Analysis Ltd"
        return stop
    at = first + next(i for i, word in enumerate(low) if word in _DOCUMENTS)
    while at > first and words[at - 1].lower() in _OF_DOCUMENTS:
        at -= 1
    return first if at == first + 1 and is_everyday(words[first], cases) else at


def _is_derived(word: str, cases: KeyTable) -> bool:
    """Whether a word that is rare in any form is made of an everyday one: its plural, or by its ending."""
    low = word.lower()
    if cases.get(key(low)) is not None:
        return False
    return is_everyday(low.removesuffix("s"), cases) or low.removesuffix("s").endswith(_ENDINGS)


def with_designations(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """Add designations of equipment ("F-35A") outside all names."""
    covered = {index for name in found for index in range(name.first, name.stop)}
    new = [
        Found(index, index + 1, "MISC")
        for index, word in enumerate(words)
        if "-" in word and index not in covered and _DESIGNATION.fullmatch(word)
    ]
    return sorted([*found, *new], key=lambda name: name.first) if new else list(found)


def _after_title(words: Sequence[str], name: Found) -> int:
    """Where a person's name begins after titles ("Minister for Foreign Affairs Yoko Kamikawa")."""
    titles = _lines("titles.csv")
    first = name.first
    while first < name.stop - 1:
        for length in range(min(_LONGEST_TITLE, name.stop - 1 - first), 0, -1):
            if tuple(word.lower() for word in words[first : first + length]) in titles:
                first = _after_portfolio(words, first + length, name.stop)
                break
        else:
            break
    return first


def _after_portfolio(words: Sequence[str], index: int, stop: int) -> int:
    """Skip "of Defense", "for Foreign Affairs" after an office."""
    portfolios = _lines("names/portfolios.txt")
    if words[index].lower() not in _OF:
        return index
    index += 1
    while index < stop - 1 and ((words[index].lower(),) in portfolios or words[index] in ("and", "the")):
        index += 1
    return index


def _before_numbers(words: Sequence[str], name: Found) -> int:
    """Where the name of a person or place ends before scores and ages ("Kent 108")."""
    stop = name.stop
    if name.kind in ("PER", "LOC"):
        while (
            stop - 1 > name.first
            and words[stop - 1][0].isdigit()
            and not any(char.isalpha() for char in words[stop - 1])
            and words[stop - 2].lower() not in _NUMBERED
        ):
            stop -= 1
    return stop


def _within_small_words(words: Sequence[str], first: int, stop: int) -> tuple[int, int]:
    """Where a name begins and ends between words in small letters ("the new Indo-Pacific region").

    A name all in small letters is none: texts without capitals are read with those they should have.
    """
    while stop > first and _is_small(words[stop - 1]) and words[stop - 1] not in (".", ")"):
        stop -= 1
    while first < stop and _is_small(words[first]) and words[first] not in _PARTICLES:
        first += 1
    return first, stop


def _is_small(word: str) -> bool:
    return (
        not word[0].isupper()
        and "." not in word
        and not any(char.isupper() or char.isdigit() or char > "\u024f" for char in word)
    )


def _is_office(words: Sequence[str], first: int, stop: int) -> bool:
    """Whether the words are an office and nobody's name: "the Foreign Secretary", "US Secretary of State".

    One word alone is an office after an article only: `King` may be somebody.
    """
    start = first + 1 if words[first].lower() == "the" else first
    alone = stop - start == 1
    if alone and not (start > 0 and words[start - 1].lower() in ("the", "a", "an", "deputy")):
        return (words[start - 1].lower() if start else "", words[start].lower()) == ("of", "staff")
    if start >= stop:
        return False
    starts = (start,) if alone or stop - start == len("ab") else (start, start + 1)
    return any(_is_titled(words[at:stop]) for at in starts)


def _is_titled(words: Sequence[str]) -> bool:
    """Whether words are a title, with or without its department."""
    if words[0].lower() not in _first_of_titles():
        return False
    low = [word.lower() for word in words]
    for length in range(min(_LONGEST_TITLE, len(low)), 0, -1):
        if tuple(low[:length]) in _lines("titles.csv"):
            rest = words[length:]
            return not rest or (len(rest) > 1 and rest[0].lower() in _OF and is_portfolio(rest[1:]))
    return False


def _is_portfolio(words: Sequence[str], first: int, stop: int) -> bool:
    """Whether the words are the department in an office ("Secretary of State", "Defense Minister")."""
    if not is_portfolio(words[first:stop]):
        return False
    before = words[max(first - 2, 0) : first]
    return (stop < len(words) and words[stop].lower() in _OFFICES) or (
        len(before) == len(("Secretary", "of"))
        and before[1] in _OF
        and (before[0].lower() in _OFFICES or before[0] == "State")
    )


def is_portfolio(words: Sequence[str]) -> bool:
    """Whether all words are those of departments ("Foreign Affairs")."""
    portfolios = _lines("names/portfolios.txt")
    return all((word.lower(),) in portfolios or word in ("and", "the") for word in words)


def _headings(tokens: Tokens) -> bytearray:
    """For each word, whether it stands in a line of capitalised words without a stop at its end."""
    words = tokens.words
    out = bytearray(len(words))
    bounds = tokens.sentences.tolist()
    for start, end in itertools.pairwise(bounds):
        if words[end - 1][-1] in '.,;:!?\u201d"' or end - start > 16:  # noqa: PLR2004 (longer than a heading)
            continue
        letters = [word for word in words[start:end] if word[0].isalpha()]
        if len(letters) > 1 and all(word[0].isupper() or len(word) < 5 for word in letters):  # noqa: PLR2004 ("of", "with")
            out[start:end] = b"\1" * (end - start)
    return out
