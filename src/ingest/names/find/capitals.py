"""Words that have their capital from where they stand: at the start of a sentence, or in a heading.

`Despite Kestrel`, `Why Choose Kestrel`, `Kestrel | Home`, a lone `Naïve` that opens a sentence.  What of
it is a name shows where else it stands in the document, and whether its words are everyday language.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.names.find.spans import Found
from ingest.names.forms.bodies import is_generic
from ingest.names.forms.keys import fold_word
from ingest.names.forms.persons import is_given_name
from ingest.names.forms.word_classes import word_class
from ingest.names.model.facts import SPEECH_WORDS
from ingest.names.model.features import key
from ingest.names.model.recase import LOWER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.names.model.features import KeyTable
    from ingest.names.model.tokens import Tokens

_BARS = frozenset("|\u2022\u00b7\u00bb\u203a\u2192")
# What headings and buttons say before a name: `Visit Motor City Works`, `Why Choose New Harbour`
_CALLS = word_class("call")
_EVERYDAY = word_class("everyday")
_LONGEST_LEAD = 4
_FEWEST_WITH_TRAIL = 3
_ARTICLES = frozenset(("a", "an", "the"))
_PER = "PER"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document's words stand in.

    Attributes:
        words: The words, as they are read.
        opens: For each word, whether it begins a sentence or a line, a quotation mark or bullet aside.
        headings: For each word, whether it stands in a heading.
        cases: See `Lexicon`.
    """

    words: Sequence[str]
    opens: Sequence[bool]
    headings: Sequence[bool]
    cases: KeyTable


def setting(tokens: Tokens, headings: Sequence[bool], cases: KeyTable) -> Setting:
    """Look at all words of a document once."""
    opens = np.zeros(len(tokens.words) + 1, np.bool_)
    opens[tokens.sentences[:-1]] = True
    for index in np.flatnonzero(opens[:-1]).tolist():
        if not tokens.words[index][0].isalnum():
            opens[index + 1] = True
    return Setting(tokens.words, opens.tolist(), headings, cases)


def is_everyday(word: str, cases: KeyTable) -> bool:
    """Whether a word, or each part of one with hyphens, is mostly written in small letters."""
    parts = [part for part in word.split("-") if part.isalpha()]
    return bool(parts) and all(
        part.lower() in _EVERYDAY or LOWER in (cases.get(key(part.lower())), cases.get(key(fold_word(part))))
        for part in parts
    )


def parted(found: Sequence[Found], where: Setting) -> Iterator[Found]:
    """Cut names at bars, bullets and arrows, and all but titles of works and the like at a colon.

    Pieces of everyday words are none; what follows a colon is one where it stands elsewhere, too.
    """
    words = where.words
    seen = {name.spelling(words) for name in found}
    for name in found:
        cuts = [at for at in range(name.first, name.stop) if _is_cut(words[at], name)]
        if not cuts:
            yield name
            continue
        for before, stop in itertools.pairwise((name.first - 1, *cuts, name.stop)):
            piece = words[before + 1 : stop]
            is_known = tuple(piece) in seen or before < name.first or words[before] != ":"
            if is_known and any(word[0].isalpha() and not is_everyday(word, where.cases) for word in piece):
                yield Found(before + 1, stop, name.kind)


def _is_cut(word: str, name: Found) -> bool:
    return word in _BARS or (word in {":", ";"} and name.kind != "MISC")


def without_lead(found: Sequence[Found], where: Setting) -> list[Found]:
    """Take words off the front of names that have but a place's capital.

    - Everyday words that open a sentence (one) or stand in a heading (a few) go off the front where what is
      left is a name elsewhere in the document, and the whole is none inside a sentence.
    - One everyday word in a heading goes off the end where what is left, of several words, is a name
      elsewhere (`Kestrel Works Wins`), and the whole is none inside a sentence, nor ends as bodies do.
    - What somebody is goes off the front of a given name (`Coach Anna Whitlock`).
    """
    seen = {tuple(where.words[name.first : name.stop]) for name in found}
    whole = {
        tuple(where.words[name.first : name.stop])
        for name in found
        if not (where.opens[name.first] or where.headings[name.first])
    }
    folded = {tuple(map(str.lower, spelling)) for spelling in seen}
    bounds = [
        (_after_lead(name, where, seen, whole), _before_trail(name, where, folded, whole)) for name in found
    ]
    return [
        name if (first, stop) == name[:2] else Found(first, stop, name.kind)
        for name, (first, stop) in zip(found, bounds, strict=True)
    ]


def inside_sentences(found: Sequence[Found], where: Setting) -> set[str]:
    """Names of one word that are found where nothing but a name has a capital."""
    return {
        where.words[name.first]
        for name in found
        if name.stop - name.first == 1 and not where.opens[name.first]
    }


def is_stray(name: Found, where: Setting, inside: set[str]) -> bool:
    """Whether a name is one everyday word that is found but at the start of sentences, and does not speak.

    Numbers after it make it no name either: `Since 2008`.
    """
    word = where.words[name.first]
    rest = where.words[name.first + 1 : name.stop]
    if (
        any(not after.isdigit() for after in rest)
        or not where.opens[name.first]
        or word in inside
        or word.isupper()
    ):
        return False
    after = where.words[name.stop] if name.stop < len(where.words) else ""
    is_somebody = after in SPEECH_WORDS or (name.kind == _PER and is_given_name(word))
    return not is_somebody and is_everyday(word, where.cases)


def _before_trail(
    name: Found, where: Setting, folded: set[tuple[str, ...]], whole: set[tuple[str, ...]]
) -> int:
    """Where a name in a heading ends before a word that is none of it."""
    words, first, stop = where.words, name.first, name.stop
    following = words[stop] if stop < len(words) else ""
    takes_object = name.kind == _PER and following in _ARTICLES  # "Anna Berg Hold a Briefing"
    if (
        not (where.headings[first] or takes_object)
        or stop - first < _FEWEST_WITH_TRAIL
        or tuple(words[first:stop]) in whole
    ):
        return stop
    is_body = is_generic(fold_word(words[stop - 1]))
    rest = tuple(map(str.lower, words[first : stop - 1]))
    return stop - int(not is_body and rest in folded and is_everyday(words[stop - 1], where.cases))


def _after_lead(name: Found, where: Setting, seen: set[tuple[str, ...]], whole: set[tuple[str, ...]]) -> int:
    """Where a name begins after words that are none of it."""
    words, first = where.words, name.first
    longest = _LONGEST_LEAD if where.headings[first] else int(where.opens[first])
    if tuple(words[first : name.stop]) in whole:
        longest = 0
    for at in range(first + 1, min(first + longest, name.stop - 1) + 1):
        if not words[at - 1][0].isupper() or not is_everyday(words[at - 1], where.cases):
            break
        rest = tuple(words[at : name.stop])
        is_tail = is_generic(fold_word(rest[-1])) and len(rest) <= len(("Ins", "Group"))
        is_called = words[at - 1].lower() in _CALLS and len(rest) > 1
        if rest in seen and not is_tail and (is_called or not is_everyday(rest[0], where.cases)):
            return at
    is_role = name.kind == _PER and name.stop - first > len(("given", "family"))
    if is_role and is_given_name(words[first + 1]) and not is_given_name(words[first]):
        return first + int(is_everyday(words[first], where.cases))
    return first
