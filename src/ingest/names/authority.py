"""The authority: names that a list knows, bundled and the user's own.

Bundled entries are reviewed CSV files under `resources/authority/`.  A user's file has the same
columns; where it spells a name that a bundled entry has too, the user's entry has it.
"""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ingest.errors import ConfigError
from ingest.names.keys import bare, fold_word
from ingest.names.persons import PersonName, same_person, split_name
from ingest.records import EntityType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ingest.settings import Settings

COLUMNS = (
    "authority_id",
    "entity_type",
    "name",
    "aliases",
    "country_code",
    "valid_from",
    "valid_to",
    "note",
)
_REQUIRED = COLUMNS[:3]
_ID = re.compile(r"[a-z][a-z0-9_]*:[A-Za-z0-9][A-Za-z0-9._-]*")
_COUNTRY = re.compile(r"(?:[A-Z]{2})?")
_DATE = re.compile(r"(?:\d{4}(?:-\d{2}(?:-\d{2})?)?)?")

_WORD = re.compile(r"\w+")
_LOOSE_STOP = re.compile(r"\s\.(?:\s(?=\w\s?\.))?")
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


@dataclass(frozen=True, slots=True)
class AuthorityEntry:
    """One thing that the authority knows.

    Attributes:
        authority_id: Its own id with a readable prefix, such as `country:JP`.
        entity_type: What it is.
        name: The name that people are shown.
        aliases: Other spellings that mean it, in any document.
        country_code: ISO 3166-1 code of its country, where it has one.
        valid_from: Year or date from which it holds, for people: in office.
        valid_to: Year or date to which it holds.
        note: What it is, in words.
        source: File and line, for messages.
    """

    authority_id: str
    entity_type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    country_code: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class AuthorityHit:
    """A stretch of text that spells an entry of the authority."""

    char_start: int
    char_end: int
    authority_id: str
    entity_type: EntityType


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


class Authority:
    """All entries, by id and by spelling; build it with `load_authority`."""

    __slots__ = ("_people", "_root", "entries")

    def __init__(self, entries: Iterable[AuthorityEntry]) -> None:
        self.entries: dict[str, AuthorityEntry] = {}
        self._root = _Node()
        self._people: dict[str, list[tuple[PersonName, AuthorityEntry]]] = {}
        for entry in entries:
            self.entries[entry.authority_id] = entry
            if entry.entity_type == "PERSON":
                self._add_person(entry)
            for spelling in (entry.name, *entry.aliases):
                _insert(self._root, spelling, entry)

    def find(self, text: str) -> tuple[AuthorityHit, ...]:
        """Find every name of the authority in a text.

        The longest spelling wins; hits begin and end at word borders, are in order and do not
        overlap.  Acronyms and short forms are matched letter by letter, so that `us` is no
        country; other names may stand in capitals.  Time is linear in the text.

        Args:
            text: Any text.

        Returns:
            The hits in document order.
        """
        hits = []
        words = [m.span() for m in _WORD.finditer(text)]
        roots = self._root.next
        count = len(words)
        at = 0
        while at < count:
            start, end = words[at]
            node = roots.get(fold_word(text[start:end]))
            found = _longest(text, words, at, node) if node is not None else None
            if found is None:
                at += 1
                continue
            last, stop, entry = found
            hits.append(AuthorityHit(start, stop, entry.authority_id, entry.entity_type))
            at = last + 1
        return tuple(hits)

    def lookup(self, surface: str) -> tuple[AuthorityEntry, ...]:
        """Give the entries that a whole surface spells, articles and possessives aside.

        Args:
            surface: A name as it stands in a text.

        Returns:
            One entry as a rule; several where kinds of thing share a name; none where unknown.
        """
        tidy = _LOOSE_STOP.sub(".", surface) if " ." in surface else surface
        for form in dict.fromkeys((surface, tidy, bare(tidy))):
            found = self._whole(form)
            if found:
                return found
        return ()

    def _add_person(self, entry: AuthorityEntry) -> None:
        for spelling in (entry.name, *entry.aliases):
            name = split_name(spelling)
            if name.is_full:
                for word in {*name.words[:1], *name.words[-1:]}:
                    self._people.setdefault(word, []).append((name, entry))

    def person(self, name: PersonName) -> AuthorityEntry | None:
        """Find the one person whom a full name fits, with or without middle names and suffixes.

        Args:
            name: A full name, given name and family name written out.

        Returns:
            The entry, or None where no one fits or several do.
        """
        near = (*self._people.get(name.words[-1], ()), *self._people.get(name.words[0], ()))
        found = {e.authority_id: e for other, e in near if other.words == name.words}
        if not found and len(name.words[0]) > 1:
            # An initial proves nothing here: `Carl Brown` is not the `C.Q. Brown` of the list.
            found = {
                e.authority_id: e for other, e in near if len(other.words[0]) > 1 and same_person(name, other)
            }
        return next(iter(found.values())) if len(found) == 1 else None

    def _whole(self, text: str) -> tuple[AuthorityEntry, ...]:
        words = [m.span() for m in _WORD.finditer(text)]
        if not words or words[0][0] != 0 or text[words[-1][1] :] not in ("", "."):
            return ()
        node = self._root.next.get(fold_word(text[: words[0][1]]))
        for (_, left), (start, end) in itertools.pairwise(words):
            separator = _SEPARATORS.get(text[left:start])
            if node is None or separator is None:
                return ()
            node = node.next.get(separator + fold_word(text[start:end]))
        if node is None:
            return ()
        forms = [text[s:e] for s, e in words]
        return tuple(
            s.entry for s in node.spellings if _stop_fits(s, text, words[-1][1]) and _case_fits(s, forms)
        )


def _insert(root: _Node, spelling: str, entry: AuthorityEntry) -> None:
    words = [m.span() for m in _WORD.finditer(spelling)]
    if not words or words[0][0] != 0 or spelling[words[-1][1] :] not in ("", "."):
        raise ConfigError(
            f"{entry.source}: {spelling!r} must begin with a letter or digit and end with one or a stop"
        )
    node = root
    left = 0
    for start, end in words:
        separator = _SEPARATORS.get(spelling[left:start], "") if start else ""
        if start and not separator:
            raise ConfigError(f"{entry.source}: {spelling!r} has {spelling[left:start]!r} between two words")
        node = node.next.setdefault(separator + fold_word(spelling[start:end]), _Node())
        left = end
    forms = tuple(spelling[s:e] for s, e in words)
    fresh = _Spelling(forms, _is_strict(spelling), spelling.endswith("."), entry)
    # A later entry of the same kind takes the spelling over: the user's file is read last.
    kept = tuple(s for s in node.spellings if s.words != forms or s.entry.entity_type != entry.entity_type)
    node.spellings = (fresh, *kept) if entry.source.startswith("user:") else (*kept, fresh)


def _is_strict(spelling: str) -> bool:
    """Tell whether a spelling must stand letter by letter: acronyms and anything very short."""
    letters = [c for c in spelling if c.isalpha()]
    return len(spelling) <= 3 or sum(c.isupper() for c in letters) * 2 > len(letters)  # noqa: PLR2004 (half)


def _case_fits(spelling: _Spelling, forms: list[str]) -> bool:
    if spelling.strict:
        return list(spelling.words) == forms
    return all(
        form[0].isupper() or not word[0].isupper() for word, form in zip(spelling.words, forms, strict=True)
    )


def _stop_fits(spelling: _Spelling, text: str, end: int) -> bool:
    """An abbreviation (`Fla.`) needs its stop; initials (`U.S.`) may lose the last one."""
    return not spelling.stop or len(spelling.words[0]) == 1 or text[end : end + 1] == "."


def _longest(
    text: str, words: list[tuple[int, int]], at: int, node: _Node
) -> tuple[int, int, AuthorityEntry] | None:
    """Walk the tree from one word on; give the last word, the end and the entry of the longest hit."""
    best = None
    here = at
    count = len(words)
    while True:
        for spelling in node.spellings:
            forms = [text[s:e] for s, e in words[at : here + 1]]
            end = words[here][1]
            if (
                _stop_fits(spelling, text, end)
                and _case_fits(spelling, forms)
                and not (spelling.strict and _shouted(text, forms, words[at][0], end))
            ):
                stop = end + (1 if spelling.stop and text[end : end + 1] == "." else 0)
                best = here, stop, spelling.entry
                break
        if not node.next or here + 1 == count:
            return best
        separator = _SEPARATORS.get(text[words[here][1] : words[here + 1][0]])
        if separator is None:
            return best
        here += 1
        step = node.next.get(separator + fold_word(text[words[here][0] : words[here][1]]))
        if step is None:
            return best
        node = step


def _shouted(text: str, forms: list[str], start: int, end: int) -> bool:
    """Tell whether an acronym that is a word too stands among capitals (`TELL US MORE`)."""
    if len(forms) > 1 or forms[0] not in _CAPITAL_WORDS:
        return False
    around = text[max(0, start - 40) : start].rpartition("\n")[2] + text[end : end + 40].partition("\n")[0]
    return any(c.isalpha() for c in around) and not any(c.islower() for c in around)


def read_entries(lines: Iterable[str], source: str) -> Iterator[AuthorityEntry]:
    """Read entries of an authority file; lines that begin with `#` are comments.

    Args:
        lines: The file's lines.
        source: What to call it in messages.

    Yields:
        Its entries in order.

    Raises:
        ConfigError: A column or a value is wrong; the message names file, line and remedy.
    """
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise ConfigError(f"{source}: no header; the first line names the columns: {','.join(COLUMNS)}")
    reader = csv.reader((line for _, line in numbered), strict=True)
    try:
        header = [c.strip() for c in next(reader)]
        _check_header(header, f"{source}:{numbered[0][0]}")
        for row in reader:
            number = numbered[reader.line_num - 1][0]
            yield _entry(header, row, f"{source}:{number}")
    except csv.Error as error:
        number = numbered[min(reader.line_num, len(numbered)) - 1][0]
        raise ConfigError(f"{source}:{number}: not a CSV row: {error}") from error


def _check_header(header: list[str], where: str) -> None:
    unknown = [c for c in header if c not in COLUMNS]
    missing = [c for c in _REQUIRED if c not in header]
    if unknown or missing or len(set(header)) != len(header):
        raise ConfigError(
            f"{where}: columns {header} are not right (unknown: {unknown}, missing: {missing}); "
            f"valid columns are {', '.join(COLUMNS)}, the first three required"
        )


def _entry(header: list[str], row: list[str], where: str) -> AuthorityEntry:
    if len(row) != len(header):
        raise ConfigError(
            f"{where}: {len(row)} values for {len(header)} columns; quote values that hold a comma"
        )
    value = {c: v.strip() for c, v in zip(header, row, strict=True)}
    types = get_args(EntityType)
    if value["entity_type"] not in types:
        raise ConfigError(f"{where}: entity_type {value['entity_type']!r} is not one of {', '.join(types)}")
    if not _ID.fullmatch(value["authority_id"]):
        raise ConfigError(
            f"{where}: authority_id {value['authority_id']!r} is not of the form prefix:id, such as org:nato"
        )
    if not value["name"]:
        raise ConfigError(f"{where}: name is empty")
    if not _COUNTRY.fullmatch(value.get("country_code", "")):
        raise ConfigError(
            f"{where}: country_code {value['country_code']!r} is not two capital letters (ISO 3166-1)"
        )
    for column in ("valid_from", "valid_to"):
        if not _DATE.fullmatch(value.get(column, "")):
            raise ConfigError(f"{where}: {column} {value[column]!r} is not a year or an ISO date")
    aliases = tuple(a.strip() for a in value.get("aliases", "").split("|") if a.strip())
    return AuthorityEntry(
        authority_id=value["authority_id"],
        entity_type=value["entity_type"],  # type: ignore[arg-type]  # checked against the literal's values above
        name=value["name"],
        aliases=aliases,
        country_code=value.get("country_code") or None,
        valid_from=value.get("valid_from") or None,
        valid_to=value.get("valid_to") or None,
        note=value.get("note", ""),
        source=where,
    )


@lru_cache(maxsize=1)
def bundled_entries() -> tuple[AuthorityEntry, ...]:
    """Read the bundled authority files, in order of their names."""
    folder = resources.files("ingest") / "resources" / "authority"
    entries: list[AuthorityEntry] = []
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".csv"):
            entries.extend(read_entries(path.read_text(encoding="utf-8").splitlines(), path.name))
    return tuple(entries)


def load_authority(settings: Settings) -> Authority:
    """Load the bundled authority and the user's own; kept for the life of the process.

    Args:
        settings: `authority_path` names the user's file, or is None.

    Returns:
        The authority.

    Raises:
        ConfigError: The user's file cannot be read or is wrong.
    """
    return _load(settings.authority_path)


@lru_cache(maxsize=4)
def _load(path: str | None) -> Authority:
    entries = list(bundled_entries())
    if path is not None:
        try:
            lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"authority file {path}: {error}") from error
        own = list(read_entries(lines, f"user:{path}"))
        seen: dict[str, str] = {}
        for entry in own:
            if entry.authority_id in seen:
                raise ConfigError(
                    f"{entry.source}: authority_id {entry.authority_id} is at {seen[entry.authority_id]} too"
                )
            seen[entry.authority_id] = entry.source
        entries = [e for e in entries if e.authority_id not in seen] + own
    return Authority(entries)
