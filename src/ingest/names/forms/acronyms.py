"""Definitions in a text: `Joint Operations Command (JOC)`, `JOC (Joint ...)`, `the JOC refers to the ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.names.forms.keys import fold, is_acronym
from ingest.names.forms.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Span

# Words that an acronym may leave out.
_SMALL = word_class("left_out")
_OPEN = re.compile(r",?\s?[(\[]\s?[\"\u201c\u2018']?(?:the |or |a\.?k\.?a\.? )?")
_SHUT = re.compile(r"\s?[\"\u201d\u2019']?\s?[)\],;]")
_ACRONYM_WORD = re.compile(r"[A-Za-z][\w.&/-]{1,11}")
_MEANS = re.compile(
    r"[\"\u201d]?,?\s(?:(?:which )?(?:refers to|stands for|is short for|is shorthand for|means"
    r"|is an? (?:acronym|abbreviation) (?:of|for)|is the (?:acronym|abbreviation) (?:of|for))|,? short for)"
    r"\s(?:the |an? )?[\"\u201c]?"
)
_KNOWN_AS = re.compile(
    r",?\s[(]?(?:(?:better |also |commonly |widely |formally |formerly )?"
    r"(?:known (?:simply )?as|abbreviated (?:as|to)|referred to as)"
    r"|called|or|hereafter|hereinafter|abbreviated)\s(?:the )?[\"\u201c]?"
)
_FORMERLY = re.compile(
    r",?\s[(]?(?:(?:which |who )?(?:is |was |are |were )?"
    r"(?:now |also |better |formerly |previously |once |widely )+(?:known as|called|named)"
    r"|formerly|n\u00e9e|born|a\.?k\.?a\.?|alias)\s(?:the )?[\"\u201c]?"
)
_MIN_LETTERS = 2
_SHORTEST_CLIPPED = 5
_CLIPPED_TO = 3  # letters of each word that a clipped name keeps at least
_COMPOUND = 8  # letters of a word that may be a compound of two
_HALF = 4  # where its second part begins at the earliest


@dataclass(frozen=True, slots=True)
class Definition:
    """A place where a text says that two spellings are one name.

    Attributes:
        short: The short form as it stands.
        full_start: Where the full form begins.
        full_end: Where it ends.
        char_start: Where the stretch that proves it begins.
        char_end: Where it ends.
        method: `acronym` or `alias`.
    """

    short: str
    full_start: int
    full_end: int
    char_start: int
    char_end: int
    method: str


def letters_fit(acronym: str, name: str) -> bool:
    """Tell whether an acronym can be made from a name's words.

    Each letter is the first of a word, in order; small words may be left out or give a letter, a
    word may give its first letters (`INDOPACOM`), a trailing plural s is free.

    >>> letters_fit("USFJ", "U.S. Forces Japan"), letters_fit("JJOC", "Japan Joint Operations Command")
    (True, True)
    >>> letters_fit("SDF", "Joint Operations Command"), letters_fit("DoD", "Department of Defense")
    (False, True)
    """
    want = "".join(c for c in acronym.lower() if c.isalnum())
    words = _name_words(name)
    if len(want) < _MIN_LETTERS or len(words) < _MIN_LETTERS:
        return False
    joined = _name_words(name.replace("-", ""))  # "End-User Review Committee" may give E, R and C
    forms = [want] if not (acronym.endswith("s") and acronym[:-1].isupper()) else [want[:-1]]
    return any(_spells(form, words) or _spells(form, joined) for form in forms)


def initials(name: str) -> frozenset[str]:
    """Give the first letters of a name's words, with and without its small words.

    >>> sorted(initials("Securities and Exchange Commission"))
    ['saec', 'sec']
    """
    words = _name_words(name)
    return frozenset(("".join(w[0] for w in words), "".join(w[0] for w in words if w not in _SMALL)))


def _name_words(name: str) -> list[str]:
    words: list[str] = []
    for word in name.replace("-", " ").replace("/", " ").replace("\u2011", " ").split():
        letters = "".join(c for c in word if c.isalnum() or c == "&")
        if "." in word and letters.isupper() and len(letters) <= 4:  # noqa: PLR2004 (U.S. gives two letters)
            words.extend(letters.lower())
        elif letters:
            words.append(letters.lower())
    return words


def _spells(want: str, words: list[str]) -> bool:
    """Match letters to words left to right, keeping every reachable count of letters (no backtracking)."""
    reached = {0}
    for word in words:
        step = set()
        for done in reached:
            if word in _SMALL:
                step.add(done)
            taken = 0
            while (
                taken < min(len(word), 4) and done + taken < len(want) and want[done + taken] == word[taken]
            ):
                taken += 1
                step.add(done + taken)
            # A long compound gives two letters: SouthEast, HeadQuarters.
            if taken == 1 and len(word) >= _COMPOUND and want[done + 1 : done + 2] in word[_HALF:]:
                step.add(done + 2)
        reached = step
        if not reached:
            return False
    return len(want) in reached


def definitions(text: str, spans: Sequence[Span]) -> tuple[Definition, ...]:
    """Find the definitions that stand between or beside names of a text.

    Args:
        text: The text.
        spans: Its names in document order.

    Returns:
        The definitions in document order.
    """
    starts = {span.char_start: span for span in spans}
    found = []
    for span in spans:
        end = span.char_end
        follows = text[end : end + 2]
        if follows[:1] not in (" ", ",", "(", "\u201d", '"', "\n"):
            continue
        surface = text[span.char_start : end]
        definition = None
        if "(" in follows or "[" in follows:
            definition = _in_brackets(text, span, surface, starts)
        if definition is None:
            definition = _by_phrase(text, span, surface, starts)
        if definition is not None:
            found.append(definition)
    return tuple(found)


def _in_brackets(text: str, span: Span, surface: str, starts: dict[int, Span]) -> Definition | None:
    opened = _OPEN.match(text, span.char_end)
    if opened is None or span.entity_type == "PERSON":
        return None
    inside = _ACRONYM_WORD.match(text, opened.end())
    if inside is not None and _SHUT.match(text, inside.end()):
        short = inside.group()
        is_short = is_acronym(short) or (short.isupper() and short.isalpha())  # USINDOPACOM
        if is_short and not is_acronym(surface) and _defines(short, surface, span):
            return Definition(
                short, span.char_start, span.char_end, span.char_start, inside.end() + 1, "acronym"
            )
    other = starts.get(opened.end())
    if other is not None and is_acronym(surface) and _SHUT.match(text, other.char_end):
        full = text[other.char_start : other.char_end]
        if letters_fit(surface, full):
            return Definition(
                surface, other.char_start, other.char_end, span.char_start, other.char_end + 1, "acronym"
            )
    return None


def _defines(short: str, full: str, span: Span) -> bool:
    """Whether letters in brackets abbreviate the name before them; a foreign name's need not fit."""
    if letters_fit(short, full) or _is_clipped(short, full):
        return True
    foreign = span.entity_type == "ORGANIZATION" and len(full.split()) > _MIN_LETTERS and short.isalpha()
    return foreign and short.isupper() and len(short) > _MIN_LETTERS and fold(full)[:1] != short[:1].lower()


def _is_clipped(short: str, full: str) -> bool:
    """Whether letters begin a name and go on with its further words: NAVAIR, Naval Air Systems Command.

    >>> _is_clipped("NAVAIR", "Naval Air Systems Command"), _is_clipped("NAVAL", "Naval Air Command")
    (True, False)
    """
    want = short.lower()
    if len(want) < _SHORTEST_CLIPPED or not short.isupper() or not short.isalpha():
        return False
    reached = {0}
    for number, word in enumerate(_name_words(full)):
        kept = range(_CLIPPED_TO, len(word) + 1)
        reached = {at + k for at in reached for k in kept if want[at : at + k] == word[:k]}
        if not reached or len(want) in reached:
            return bool(reached) and number > 0
    return False


def _by_phrase(text: str, span: Span, surface: str, starts: dict[int, Span]) -> Definition | None:
    if is_acronym(surface):
        match = _MEANS.match(text, span.char_end)
        other = starts.get(match.end()) if match else None
        if other is not None:
            full = text[other.char_start : other.char_end]
            if letters_fit(surface, full):
                return Definition(
                    surface, other.char_start, other.char_end, span.char_start, other.char_end, "acronym"
                )
    match = _KNOWN_AS.match(text, span.char_end)
    other = starts.get(match.end()) if match else None
    if other is not None and span.entity_type != "PERSON":
        short = text[other.char_start : other.char_end]
        if is_acronym(short) and letters_fit(short, surface):
            return Definition(
                short, span.char_start, span.char_end, span.char_start, other.char_end, "acronym"
            )
    match = _FORMERLY.match(text, span.char_end)
    other = starts.get(match.end()) if match else None
    if other is not None and other.entity_type == span.entity_type:
        short = text[other.char_start : other.char_end]
        return Definition(short, span.char_start, span.char_end, span.char_start, other.char_end, "alias")
    return None
