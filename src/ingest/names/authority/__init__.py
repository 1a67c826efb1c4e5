"""The authority: names that a list knows, bundled and the user's own.

Bundled entries are reviewed CSV files under `resources/authority/`.  A user's file has the same
columns; where it spells a name that a bundled entry has too, the user's entry has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.names.authority.entries import AuthorityEntry, read_entries
from ingest.names.authority.spellings import SpellingTree
from ingest.names.forms.keys import bare
from ingest.names.forms.persons import PersonName, clearly_same_person, split_name
from ingest.settings.user_files import read_text, remembered

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from ingest.records import EntityType
    from ingest.settings import Settings

_LOOSE_STOP = re.compile(r"\s\.(?:\s(?=\w\s?\.))?")
_LONGEST = 200
"""Characters of a surface beyond which it is no name."""

_REMEMBERED = 50_000
"""So many surfaces are looked up once and remembered; then the memory starts anew."""


@dataclass(frozen=True, slots=True)
class AuthorityHit:
    """A stretch of text that spells an entry of the authority."""

    char_start: int
    char_end: int
    authority_id: str
    entity_type: EntityType


class Authority:
    """All entries, by id and by spelling; build it with `load_authority`."""

    __slots__ = ("_people", "_seen", "_tree", "entries")

    def __init__(self, entries: Iterable[AuthorityEntry], own: Container[str] = ()) -> None:
        """Put entries together.

        Args:
            entries: All of them.
            own: Ids of those that the user gave: a spelling that others have too is theirs.
        """
        self.entries: dict[str, AuthorityEntry] = {}
        self._tree = SpellingTree()
        self._seen: dict[str, tuple[AuthorityEntry, ...]] = {}
        self._people: dict[str, list[tuple[PersonName, AuthorityEntry]]] = {}
        for entry in entries:
            self.entries[entry.authority_id] = entry
            if entry.entity_type == "PERSON":
                self._add_person(entry)
            for spelling in (entry.name, *entry.aliases):
                self._tree.add(spelling, entry, first=entry.authority_id in own)

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
        return tuple(
            AuthorityHit(start, end, entry.authority_id, entry.entity_type)
            for start, end, entry in self._tree.scan(text)
            if not (text[end - 1] == "." and text[end : end + 1].isupper() and text[end + 1 : end + 2] == ".")
        )  # the "U.S." of "50 U.S.C. 4501" is none

    def lookup(self, surface: str) -> tuple[AuthorityEntry, ...]:
        """Give the entries that a whole surface spells, articles and possessives aside.

        Args:
            surface: A name as it stands in a text.

        Returns:
            One entry as a rule; several where kinds of thing share a name; none where unknown.
        """
        if len(surface) > _LONGEST:
            return ()
        found = self._seen.get(surface)
        if found is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            found = self._seen[surface] = self._lookup(surface)
        return found

    def _lookup(self, surface: str) -> tuple[AuthorityEntry, ...]:
        tidy = _LOOSE_STOP.sub(".", surface) if " ." in surface else surface
        raised = (surface.title(), surface.upper()) if surface.islower() else ()  # of a transcript
        for form in dict.fromkeys((surface, tidy, bare(tidy), *raised)):
            found = self._tree.whole(form)
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
            found = {e.authority_id: e for other, e in near if clearly_same_person(name, other)}
        return next(iter(found.values())) if len(found) == 1 else None


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
    """Load the bundled authority and the user's own; kept until the user's file is another.

    Args:
        settings: `authority_path` names the user's file, or is None.

    Returns:
        The authority.

    Raises:
        ConfigError: The user's file cannot be read or is wrong.
    """
    return _load(settings.authority_path)


@remembered
def _load(path: str | None) -> Authority:
    entries = list(bundled_entries())
    places: dict[str, str] = {}  # of the user's own
    if path is not None:
        own = list(read_entries(read_text("--authority", path).splitlines(), path))
        for entry in own:
            ident = entry.authority_id
            if ident in places:
                raise ConfigError(
                    f"{entry.source}: authority_id {ident} is at {places[ident]} too; give each its own"
                )
            places[ident] = entry.source
        entries = [e for e in entries if e.authority_id not in places] + own
    return Authority(entries, places)
