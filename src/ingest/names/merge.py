"""Evidence across the corpus: which distinct names are one entity.

Everything works on blocks of names that share a word, so that the cost follows their number.
Rows come sorted by type and key; nothing depends on their order otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.names.keys import fold
from ingest.names.persons import PersonName, family_name, same_person, short_form, split_name
from ingest.names.variants import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.names.resolve import CorpusName

Where = tuple[str | None, int | None, int | None]
_NOWHERE: Where = (None, None, None)
_CROWD = 50  # a given and a family name that so many different full names share are common: left apart


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a name belongs to its entity, and the document and offsets that prove it."""

    basis: str
    evidence: Where = _NOWHERE


_SELF = Reason("self")
_AUTHORITY = Reason("authority")


class Merger:
    """Groups of rows; two groups of different authority entries never join."""

    __slots__ = ("_parents", "known", "reasons", "rows")

    def __init__(self, rows: Sequence[CorpusName]) -> None:
        self.rows = rows
        self.reasons: list[Reason] = [_SELF] * len(rows)
        self._parents = list(range(len(rows)))
        self.known: dict[int, str] = {}

    def root(self, index: int) -> int:
        """Give the row that stands for a row's group."""
        parents = self._parents
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    def join(self, index: int, target: int, reason: Reason) -> bool:
        """Put the group of a row into the group of another; False where the authority knows them apart."""
        left, right = self.root(index), self.root(target)
        if left == right:
            return True
        one, two = self.known.get(left), self.known.get(right)
        if one is not None and two is not None and one != two:
            return False
        self._parents[left] = right
        if one is not None:
            self.known[right] = one
        if self.reasons[index] is _SELF:
            self.reasons[index] = reason
        return True

    def groups(self) -> Iterator[tuple[int, list[int]]]:
        """Give each group: the row that stands for it and all its rows."""
        members: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.rows)):
            members[self.root(index)].append(index)
        return iter(members.items())


def merge_authority(merger: Merger) -> None:
    """Rows of one authority entry are one entity."""
    first: dict[str, int] = {}
    for index, row in enumerate(merger.rows):
        if row.authority_id is not None:
            merger.reasons[index] = _AUTHORITY
            target = first.setdefault(row.authority_id, index)
            merger.known[index] = row.authority_id
            merger.join(index, target, _AUTHORITY)


def merge_people(merger: Merger) -> None:
    """Full names that agree and fit one person alone; then surnames that one person alone bears."""
    full: dict[tuple[str, str], list[tuple[int, PersonName]]] = defaultdict(list)
    short: list[tuple[int, PersonName]] = []
    bearers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for index, row in enumerate(merger.rows):
        if row.entity_type != "PERSON":
            continue
        for name in _full_forms(row):
            ends = name.words[0], family_name(name)[-1]
            key = min(ends), max(ends)
            full[key].append((index, name))
            for word in {name.words[0], name.words[-1], *family_name(name)}:
                bearers[word].add(key)
        name = split_name(row.display)
        if not name.is_full and row.authority_id is None and name.words:
            short.append((index, name))
    for block in full.values():
        if 1 < len(block) <= _CROWD:
            _agree(merger, block)
    for index, name in short:
        _surname(
            merger,
            index,
            name,
            [item for ends in sorted(bearers.get(name.words[-1], ())) for item in full[ends]],
        )


def _full_forms(row: CorpusName) -> Iterable[PersonName]:
    """The full names of a row: its own, and for an authority entry each full spelling."""
    surfaces = [row.display] if row.authority_id is None else [s.surface for s in row.spellings]
    return dict.fromkeys(name for name in map(split_name, surfaces) if name.is_full)


def _agree(merger: Merger, block: list[tuple[int, PersonName]]) -> None:
    """Join each name to the fuller ones it agrees with, when those are one person."""
    ordered = sorted(
        block, key=lambda item: (-len(item[1].words), not item[1].suffix, merger.rows[item[0]].key)
    )
    for place, (index, name) in enumerate(ordered):
        if merger.rows[index].authority_id is not None:
            continue
        fits = [other for other, full in ordered[:place] if other != index and same_person(name, full)]
        fits += [
            other
            for other, full in ordered[place + 1 :]
            if merger.rows[other].authority_id is not None and same_person(name, full)
        ]
        roots = {merger.root(other) for other in fits}
        if len(roots) == 1:
            merger.join(index, min(fits), Reason("full_name"))


def _surname(merger: Merger, index: int, name: PersonName, candidates: list[tuple[int, PersonName]]) -> None:
    fits = [other for other, full in candidates if short_form(name, full) == "surname"]
    if len({merger.root(other) for other in fits}) == 1:
        merger.join(index, min(fits), Reason("surname"))


def merge_definitions(merger: Merger) -> None:
    """A short form that documents define for one full name alone means it where nothing defines it."""
    defined: dict[str, list[tuple[int, Where]]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        for spelling in row.spellings:
            if spelling.basis == "acronym" and spelling.evidence_document_id is not None:
                where: Where = (spelling.evidence_document_id, spelling.evidence_start, spelling.evidence_end)
                defined[fold(spelling.surface)].append((index, where))
    for index, row in enumerate(merger.rows):
        if row.authority_id is not None or row.entity_type == "PERSON" or row.key not in defined:
            continue
        targets = [(i, where) for i, where in defined[row.key] if i != index]
        if targets and len({merger.root(i) for i, _ in targets}) == 1:
            target, where = min(targets, key=lambda item: (item[1][0] or "", item[1][1] or 0, item[0]))
            merger.join(index, target, Reason("acronym", where))


def merge_variants(merger: Merger) -> None:
    """Names that differ in form only: spelling conventions, hyphens, types given to one spelling."""
    blocks: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        if row.authority_id is None:
            blocks[plain(row.key), row.entity_type == "PERSON"].append(index)
    for (key, is_person), block in blocks.items():
        if len(block) > 1 and (is_person or len(key) > _SHORT):
            target = max(block, key=lambda i: (merger.rows[i].mention_count, -i))
            for index in block:
                if index != target and _alike(merger.rows[index], merger.rows[target]):
                    merger.join(index, target, Reason("variant"))


_SHORT = 4


def _alike(left: CorpusName, right: CorpusName) -> bool:
    """Whether two rows of one plain form are one thing: of one type, or of several words."""
    return left.entity_type == right.entity_type or (" " in left.key and " " in right.key)
