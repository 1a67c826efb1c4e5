"""A tree of words: find which of many thousand spellings stand in a text, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.names.forms.keys import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingest.names.authority.entries import AuthorityEntry

_WORD = re.compile(r"\w+")
_NEXT = re.compile(r"(\W{1,3})(\w+)")
# What may stand between two words of a name, and how it is compared.
_SEPARATORS: Mapping[str, str] = {
    " ": " ",
    "\n": " ",
    "\u00a0": " ",
    "\t": " ",
    "  ": " ",
    "-": " ",
    "\u2010": " ",
    "\u2011": " ",
    "\u2013": " ",
    ".": ".",
    ". ": ".",
    "'": "'",
    "\u2019": "'",
    "\u2018": "'",
    "\u02bb": "'",
    "&": "&",
    " & ": "&",
    ", ": ",",
    ",": ",",
    "/": "/",
    ".-": ".",
    ' "': '"',
    '" ': '"',
    "' ": "' ",
    "\u2019 ": "' ",
    " (": "(",
}
# Acronyms that are words as well: in a line of capitals they prove nothing.
_CAPITAL_WORDS = frozenset(
    ("US", "IT", "WHO", "IS", "AID", "START", "HIS", "ACT", "AI", "CAR", "IN", "DRC", "UP")
)
_VERY_SHORT = 3
_AROUND = 40
"""So many characters beside an acronym are looked at to see whether all is written in capitals."""


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One spelling at the end of a path: how its letters must stand, and whose it is."""

    words: tuple[str, ...]
    strict: bool
    stop: bool
    entry: AuthorityEntry


@dataclass(slots=True)
class _Node:
    """A node of the tree of words."""

    next: dict[str, _Node] = field(default_factory=dict)
    spellings: tuple[_Spelling, ...] = ()


class SpellingTree:
    """Spellings and the entries they mean.

    Words are compared without case and diacritics; then the letters' case must fit: exactly for
    acronyms and whatever is very short, else a capital where the spelling begins with one.
    """

    __slots__ = ("_lower", "_root", "_start")

    def __init__(self) -> None:
        self._root = _Node()
        self._lower: set[str] = set()
        self._start: re.Pattern[str] | None = None

    def add(self, spelling: str, entry: AuthorityEntry, *, first: bool) -> None:
        """Add a spelling.

        Args:
            spelling: As it may stand in a text.
            entry: What it means.
            first: Whether it goes before an equal spelling of another entry.

        Raises:
            ConfigError: It can never be found, since it holds a sign that joins no words.
        """
        words = [m.span() for m in _WORD.finditer(spelling)]
        if not words or words[0][0] != 0 or spelling[words[-1][1] :] not in ("", "."):
            raise ConfigError(
                f"{entry.source}: {spelling!r} must begin with a letter or digit and end with one or a stop"
            )
        node = self._root
        left = 0
        for start, end in words:
            separator = _SEPARATORS.get(spelling[left:start]) if start else ""
            if separator is None:
                raise ConfigError(
                    f"{entry.source}: {spelling!r} has {spelling[left:start]!r} between two words"
                )
            node = node.next.setdefault(separator + fold_word(spelling[start:end]), _Node())
            left = end
        forms = tuple(spelling[s:e] for s, e in words)
        fresh = _Spelling(forms, _is_strict(spelling), spelling.endswith("."), entry)
        kept = tuple(
            s for s in node.spellings if s.words != forms or s.entry.entity_type != entry.entity_type
        )
        node.spellings = (fresh, *kept) if first else (*kept, fresh)
        if forms[0][0].islower():
            self._lower.add(forms[0])
        self._start = None

    def scan(self, text: str) -> Iterator[tuple[int, int, AuthorityEntry]]:
        """Give start, end and entry of the longest spelling at each place, left to right.

        Args:
            text: Any text.
        """
        roots = self._root.next
        done = 0
        for match in self._starts().finditer(text):
            start = match.start()
            node = roots.get(fold_word(match.group()))
            if node is None or start < done:
                continue
            found = _longest(text, match.end(), match.group(), node)
            if found is not None:
                done, entry = found
                yield start, done, entry

    def whole(self, text: str) -> tuple[AuthorityEntry, ...]:
        """Give the entries of which a whole text is a spelling."""
        match = _WORD.match(text)
        if match is None:
            return ()
        forms = [match.group()]
        node = self._root.next.get(fold_word(match.group()))
        end = match.end()
        while node is not None:
            step = _NEXT.match(text, end)
            if step is None:
                break
            separator = _SEPARATORS.get(step.group(1))
            node = node.next.get(separator + fold_word(step.group(2))) if separator is not None else None
            forms.append(step.group(2))
            end = step.end()
        if node is None or text[end:] not in ("", "."):
            return ()
        return tuple(s.entry for s in node.spellings if _stop_fits(s, text, end) and _case_fits(s, forms))

    def _starts(self) -> re.Pattern[str]:
        """A pattern of words at which a spelling may begin: capitals, digits and a few small words."""
        if self._start is None:
            small = "|".join(map(re.escape, sorted(self._lower)))
            self._start = re.compile(rf"(?<!\w)(?:[^\W_a-z]\w*|(?:{small})(?!\w))")
        return self._start


def _is_strict(spelling: str) -> bool:
    """Tell whether a spelling must stand letter by letter: acronyms and anything very short."""
    return len(spelling) <= _VERY_SHORT or sum(map(str.isupper, spelling)) > sum(map(str.islower, spelling))


def _case_fits(spelling: _Spelling, forms: list[str]) -> bool:
    if spelling.strict:
        return list(spelling.words) == forms
    return all(
        form[0].isupper() or not word[0].isupper() for word, form in zip(spelling.words, forms, strict=True)
    )


def _stop_fits(spelling: _Spelling, text: str, end: int) -> bool:
    """An abbreviation (`Fla.`) needs its stop; initials (`U.S.`) may lose the last one."""
    return not spelling.stop or len(spelling.words[0]) == 1 or text[end : end + 1] == "."


def _longest(text: str, end: int, first: str, node: _Node) -> tuple[int, AuthorityEntry] | None:
    """Walk the tree from one word on; give the end and the entry of the longest spelling there."""
    best = None
    forms = [first]
    start = end - len(first)
    while True:
        for spelling in node.spellings:
            if (
                _case_fits(spelling, forms)
                and _stop_fits(spelling, text, end)
                and not (spelling.strict and _shouted(text, forms, start, end))
            ):
                best = end + (1 if spelling.stop and text[end : end + 1] == "." else 0), spelling.entry
                break
        if not node.next:
            return best
        step = _NEXT.match(text, end)
        separator = _SEPARATORS.get(step.group(1)) if step else None
        if step is None or separator is None:
            return best
        following = node.next.get(separator + fold_word(step.group(2)))
        if following is None:
            return best
        node = following
        forms.append(step.group(2))
        end = step.end()


def _shouted(text: str, forms: list[str], start: int, end: int) -> bool:
    """Tell whether an acronym that is a word too stands among capitals (`TELL US MORE`)."""
    if len(forms) > 1 or forms[0] not in _CAPITAL_WORDS:
        return False
    around = (
        text[max(0, start - _AROUND) : start].rpartition("\n")[2]
        + text[end : end + _AROUND].partition("\n")[0]
    )
    return any(c.isalpha() for c in around) and not any(c.islower() for c in around)
