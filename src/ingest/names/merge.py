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
from ingest.names.things import core, is_generic
from ingest.names.variants import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.names.distinct import CorpusName

Where = tuple[str | None, int | None, int | None]
_NOWHERE: Where = (None, None, None)
_CROWD = 24  # full names of one family name, or of one given and one family name, that are compared pairwise


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
    full: dict[str, list[tuple[int, PersonName]]] = defaultdict(list)
    short: list[tuple[int, PersonName]] = []
    for index, row in enumerate(merger.rows):
        if row.entity_type != "PERSON":
            continue
        for name in _full_forms(row):
            for word in {name.words[0], name.words[-1], *family_name(name)}:
                full[word].append((index, name))
        name = split_name(row.display)
        if not name.is_full and row.authority_id is None and name.words:
            short.append((index, name))
    for word, block in full.items():
        same_family = [item for item in block if word in family_name(item[1])]
        for part in _parted(same_family):
            _agree(merger, part)
    for index, name in short:
        _surname(merger, index, name, full.get(name.words[-1], []))


def _parted(block: list[tuple[int, PersonName]]) -> Iterable[list[tuple[int, PersonName]]]:
    """Cut a block that is too large by given name; what is too large still is left alone."""
    if len(block) <= _CROWD:
        return (block,)
    parts: dict[str, list[tuple[int, PersonName]]] = defaultdict(list)
    for item in block:
        parts[item[1].words[0]].append(item)
    return (part for part in parts.values() if len(part) <= _CROWD)


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
        fits = [other for other, full in ordered[:place] if other != index and same_person(name, full)]
        if len({merger.root(other) for other in fits}) != 1:
            continue
        if merger.rows[index].authority_id is None:
            merger.join(index, min(fits), Reason("full_name"))
        else:
            merger.join(min(fits), index, Reason("full_name"))


def _surname(merger: Merger, index: int, name: PersonName, candidates: list[tuple[int, PersonName]]) -> None:
    fits = [other for other, full in candidates if short_form(name, full) == "surname"]
    if len({merger.root(other) for other in fits}) == 1:
        merger.join(index, min(fits), Reason("surname"))


def merge_definitions(merger: Merger) -> None:
    """A short form that documents explain for one full name alone means it where nothing explains it.

    A short form that many bodies may bear (`Supreme Court`) proves nothing outside its document.
    """
    explained: dict[str, list[tuple[int, str, Where]]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        for spelling in row.spellings:
            if spelling.basis in _SHORTENED and spelling.evidence_document_id is not None:
                where: Where = (spelling.evidence_document_id, spelling.evidence_start, spelling.evidence_end)
                explained[fold(spelling.surface)].append((index, spelling.basis, where))
    for index, row in enumerate(merger.rows):
        if row.authority_id is not None or row.entity_type == "PERSON" or row.key not in explained:
            continue
        if is_generic(row.key):
            continue
        targets = [
            item for item in explained[row.key] if item[0] != index and _may_be(row, merger.rows[item[0]])
        ]
        if targets and len({merger.root(item[0]) for item in targets}) == 1:
            target, basis, where = min(targets, key=lambda item: (item[2][0] or "", item[2][1] or 0, item[0]))
            merger.join(index, target, Reason(basis, where))


_SHORTENED = frozenset(("acronym", "alias", "short_name"))


def _may_be(short: CorpusName, full: CorpusName) -> bool:
    """Whether the types allow it: a place stands for itself."""
    return short.entity_type == full.entity_type or short.entity_type not in ("LOCATION", "NORP")


def merge_variants(merger: Merger) -> None:
    """Names that differ in form only: spelling conventions, hyphens, types given to one spelling."""
    blocks: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        if row.authority_id is None:
            blocks[_form(row), row.entity_type == "PERSON"].append(index)
    for (key, is_person), block in blocks.items():
        if len(block) > 1 and (is_person or len(key) > _SHORT):
            target = max(block, key=lambda i: (merger.rows[i].mention_count, -i))
            for index in block:
                if index != target and _alike(merger.rows[index], merger.rows[target]):
                    merger.join(index, target, Reason("variant"))


_SHORT = 4


def _form(row: CorpusName) -> str:
    if row.entity_type == "ORGANIZATION":
        return plain(" ".join(w.removesuffix("s") if len(w) > _SHORT else w for w in core(row.key).split()))
    if row.entity_type == "NORP" or (" " in row.key and row.entity_type != "PERSON"):
        return plain(" ".join(w.removesuffix("s") if len(w) > _SHORT else w for w in row.key.split()))
    return plain(row.key)


def _alike(left: CorpusName, right: CorpusName) -> bool:
    """Whether two rows of one plain form are one thing: of one type, or of several words."""
    return left.entity_type == right.entity_type or (" " in left.key and " " in right.key)
