"""Names in lines of other languages than English, which the model has not learned: few, but right.

The model takes a capital letter for the sign of a name. German writes every noun so, and in other
languages it runs names together with the small words before them. So in such lines a name needs a
proof: a given name, a title, a surname that was proven elsewhere, the authority, or the form of an
acronym; what the model says counts only where the language writes nothing but names with capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ingest.names.find.languages import OTHER_LANGUAGES, OTHER_LISTS, small_words
from ingest.names.forms.persons import is_given_name, is_particle
from ingest.records import Span
from ingest.word_lists import word_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ingest.names.authority import AuthorityHit
    from ingest.names.find.languages import Stretch

NOUNS_IN_CAPITALS = "de"
"""The language that writes all nouns with a capital letter."""
MOST_SURNAMES = 2
"""Words of a family name at most, as in Spanish; in German one, since a noun may follow."""
LONGEST = 6
"""Words of a name at most."""
_ACRONYM = re.compile(r"[^\W\d_a-z]{2,6}")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_BETWEEN = frozenset((" ", "\u00a0", "'", "\u2019"))
_AFTER_INITIAL = frozenset((". ", "."))


_Place = TypeVar("_Place", "Span", "AuthorityHit")


class Word(NamedTuple):
    """A word and its place."""

    start: int
    end: int
    text: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def with_foreign(
    spans: Sequence[Span], hits: Sequence[AuthorityHit], text: str, stretches: Sequence[Stretch]
) -> list[Span]:
    """Find the names of some lines anew, in which the model is not to be trusted.

    Args:
        spans: What was found in the whole text, in order.
        hits: What the authority knows there, in order.
        text: The text.
        stretches: The lines in other languages.

    Returns:
        Spans in order, not overlapping.
    """
    lines = [(_words(text, one), one.language) for one in stretches]
    written = {word.text for words, _ in lines for word in words}
    people = [
        [_in_nominative(run, written, language) for run in _people(words, text, language)]
        for words, language in lines
    ]
    surnames = {run[-1].text for runs in people for run in runs}
    found: list[Span] = []
    for stretch, (words, language), runs in zip(stretches, lines, people, strict=True):
        proven = [Span(run[0].start, run[-1].end, "PERSON") for run in runs]
        known = [Span(h.char_start, h.char_end, h.entity_type) for h in _inside(hits, stretch)]
        alone = _alone(words, surnames, language)
        told = _told(_inside(spans, stretch), words, text, language)
        found.extend(_first_of(proven, known, alone, told))
    inside = {span for stretch in stretches for span in _inside(spans, stretch)}
    return sorted((*(span for span in spans if span not in inside), *found), key=_start)


@cache
def _lists() -> Mapping[tuple[str, str], frozenset[str]]:
    return {
        (kind, language): frozenset(words)
        for kind, language, words in word_rows(OTHER_LANGUAGES, OTHER_LISTS)
        if kind != "function"
    }


def _listed(kind: str, language: str) -> frozenset[str]:
    return _lists().get((kind, language), frozenset())


def _words(text: str, stretch: Stretch) -> list[Word]:
    return [Word(*m.span(), m.group()) for m in _WORD.finditer(text, stretch.start, stretch.end)]


def _people(words: Sequence[Word], text: str, language: str) -> Iterator[Sequence[Word]]:
    """Runs of words that a given name or a title shows to be a person's name."""
    titles, places = _listed("title", language), _listed("place", language)
    at = 0
    while at < len(words):
        if words[at].is_capital and words[at].text.lower() in places:
            at += 1
            while at < len(words) and words[at].is_capital and _joined(words[at - 1], words[at], text):
                at += 1
            continue
        is_title = words[at].text.lower() in titles
        first = at + 1 if is_title else at
        stop = _name_from(words, first, text, language, is_sure=is_title)
        if stop > first:
            yield words[first:stop]
        at = max(at + 1, stop)


def _name_from(words: Sequence[Word], first: int, text: str, language: str, *, is_sure: bool) -> int:
    """Where a person's name that begins at a word ends; `first` where none does.

    Args:
        words: The words of the lines.
        first: Index of the first.
        text: The text.
        language: The language.
        is_sure: Whether a title stands before it.
    """
    most = 1 if language == NOUNS_IN_CAPITALS else MOST_SURNAMES
    nouns = _listed("noun", language)
    given, family, stop = 0, 0, first
    for at in range(first, min(first + LONGEST, len(words))):
        word = words[at].text
        if at > first and not _joined(words[at - 1], words[at], text):
            break
        if not _may_be_name(words[at], language):
            if at > first and is_particle(word):
                continue
            break
        if not family and is_given_name(word) and word.lower() not in nouns:
            given += 1
        elif len(word) > 1:
            if family == most:
                break
            family += 1
        stop = at + 1
    is_full = given and given + family > 1
    return stop if is_full or (is_sure and family) else first


def _may_be_name(word: Word, language: str) -> bool:
    lower = word.text.lower()
    none = any(lower in _listed(kind, language) for kind in ("title", "place", "article"))
    return word.is_capital and not none and not _is_small(word.text, language)


def _joined(left: Word, right: Word, text: str) -> bool:
    between = text[left.end : right.start]
    return between in _BETWEEN or (len(left.text) == 1 and between in _AFTER_INITIAL)


def _is_small(word: str, language: str) -> bool:
    return language in small_words().get(word.lower(), ())


def _in_nominative(run: Sequence[Word], written: set[str], language: str) -> Sequence[Word]:
    """A name without the ending of its genitive, if the text has it without, too: `Anke Lunds`, `Lund`."""
    bare = _without_ending(run[-1], language)
    return (*run[:-1], bare) if bare.text in written else run


def _without_ending(word: Word, language: str) -> Word:
    if word.text[-1] not in _listed("ending", language):
        return word
    return Word(word.start, word.end - 1, word.text[:-1])


def _alone(words: Sequence[Word], surnames: set[str], language: str) -> Iterator[Span]:
    """Surnames of people who are named in full elsewhere; `Lunds`, the genitive, without its ending."""
    articles = _listed("article", language)
    for at, word in enumerate(words):
        if at and words[at - 1].text.lower() in articles:
            continue
        for form in (word, _without_ending(word, language)):
            if form.text in surnames:
                yield Span(form.start, form.end, "PERSON")
                break


def _told(spans: Iterable[Span], words: Sequence[Word], text: str, language: str) -> Iterator[Span]:
    """What is left of the model's names when small words are cut off and doubtful ones left out."""
    bodies, genitives = _listed("body", language), _listed("genitive", language)
    for span in spans:
        first = bisect_left(words, span.char_start, key=_begin)
        stop = bisect_left(words, span.char_end, first, key=_begin)
        inside = [word for word in words[first:stop] if word.end <= span.char_end]
        while inside and _is_small(inside[0].text, language):
            del inside[0]
        while inside and _is_small(inside[-1].text, language):
            del inside[-1]
        if not inside or len(inside) > LONGEST or not (inside[0].is_capital and inside[-1].is_capital):
            continue
        start, end, kind = inside[0].start, inside[-1].end, span.entity_type
        small = [word for word in inside if not word.is_capital or _is_small(word.text, language)]
        if _ACRONYM.fullmatch(text, start, end):
            yield Span(start, end, "ORGANIZATION" if kind in ("PERSON", "OTHER") else kind)
        elif any(word.text.lower() not in genitives for word in small):
            continue
        elif len(inside) > 1 and any(word.text.lower() in bodies for word in inside):
            yield Span(start, end, "ORGANIZATION")
        elif language != NOUNS_IN_CAPITALS and _stands_in_sentence(start, text):
            sure = kind in ("ORGANIZATION", "LOCATION") or (len(inside) > 1 and not small)
            if sure:
                yield Span(start, end, kind)


def _stands_in_sentence(start: int, text: str) -> bool:
    """Whether the word before a name is part of its sentence, so that a capital letter means something."""
    before = text[max(0, start - 2) : start]
    return bool(before) and before[-1] in " '\u2019\u00a0" and (before[0].isalnum() or before[0] in ",;(")


def _inside(spans: Sequence[_Place], stretch: Stretch) -> Sequence[_Place]:
    """Those of ordered spans that begin in some lines."""
    first = bisect_left(spans, stretch.start, key=_start)
    return spans[first : bisect_left(spans, stretch.end, key=_start)]


def _first_of(*lists: Iterable[Span]) -> list[Span]:
    """Spans of several lists in order; of those that overlap, the one of the earlier list."""
    taken: list[Span] = []
    for spans in lists:
        for span in spans:
            at = bisect_left(taken, span.char_start, key=_start)
            free_before = not at or taken[at - 1].char_end <= span.char_start
            if free_before and (at == len(taken) or span.char_end <= taken[at].char_start):
                taken.insert(at, span)
    return taken


def _begin(word: Word) -> int:
    return word.start


def _start(span: Span | AuthorityHit) -> int:
    return span.char_start
