"""Groups of distinct names, joined step by step, and why each name is in its group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.names.link.groups import root_of
from ingest.names.resolve.blocks import ALONE, CROWD, block_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.names.resolve.blocks import Block, Surroundings
    from ingest.names.resolve.distinct import CorpusName

Where = tuple[str | None, int | None, int | None]
_NOWHERE: Where = (None, None, None)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a name belongs to its entity, and the document and offsets that prove it."""

    basis: str
    evidence: Where = _NOWHERE


SELF = Reason("self")
AUTHORITY = Reason("authority")


class Merger:
    """Groups of rows, told apart by number.

    Two groups of different authority entries never join, nor two that the analyst keeps apart.

    Attributes:
        rows: The distinct names, sorted by type and key.
        around: What names that are not among them say.
        reasons: Why each row is in its group.
        known: For the row that stands for a group: its authority entry, if it has one.
        explained_by: The row that explains a row, where another does.
        asides: Rows that their group is not named by.
    """

    __slots__ = (
        "_apart",
        "_frozen",
        "_parents",
        "around",
        "asides",
        "explained_by",
        "known",
        "reasons",
        "rows",
    )

    def __init__(self, rows: Sequence[CorpusName], around: Surroundings = ALONE) -> None:
        self.rows = rows
        self.around = around
        self.reasons: list[Reason] = [SELF] * len(rows)
        self.known: dict[int, str] = {}
        self.explained_by: dict[int, int] = {}
        self.asides: set[int] = set()
        self._parents = list(range(len(rows)))
        self._apart: dict[int, set[int]] = {}
        self._frozen: set[int] = set()

    def root(self, index: int) -> int:
        """Give the row that stands for a row's group."""
        return root_of(self._parents, index)

    def join(self, index: int, target: int, reason: Reason, *, forced: bool = False) -> bool:
        """Put the group of a row into the group of another.

        Args:
            index: The row that is explained.
            target: A row of the group it belongs to.
            reason: Why.
            forced: The analyst says so: what is known otherwise does not count.

        Returns:
            Whether they are one group now.
        """
        left, right = self.root(index), self.root(target)
        if left == right:
            return True
        if not forced and not self._may_join(left, right):
            return False
        self._parents[left] = right
        if left in self.known:
            self.known[right] = min(self.known[left], self.known.get(right, self.known[left]))
        if left in self._apart:
            self._apart.setdefault(right, set()).update(self._apart.pop(left))
        if self.reasons[index] is SELF:
            self.reasons[index] = reason
            if reason is not AUTHORITY:
                self.explained_by[index] = target
        return True

    def join_aside(self, index: int, target: int, reason: Reason) -> bool:
        """Put a row's group into another, as `join` does; the row gives the entity no name."""
        joined = self.join(index, target, reason)
        if joined:
            self.asides.add(index)
        return joined

    def evidence(self, index: int) -> Where:
        """Where the text stands that proves a row's link: the row that explains it, or the row itself."""
        said = self.reasons[index].evidence
        return said if said != _NOWHERE else _place(self.rows[self.explained_by.get(index, index)])

    def _may_join(self, left: int, right: int) -> bool:
        if self._frozen and (left in self._frozen or right in self._frozen):
            return False
        one, two = self.known.get(left), self.known.get(right)
        if one is not None and two is not None and one != two:
            return False
        return all(self.root(other) != right for other in self._apart.get(left, ())) and all(
            self.root(other) != left for other in self._apart.get(right, ())
        )

    def is_crowd(self, block: Block, rows: Iterable[int]) -> bool:
        """Whether a block has too many names to be compared: the rows given, or they and names around."""
        crowds = self.around.crowds
        return len(set(rows)) > CROWD or (bool(crowds) and block_hash(block) in crowds)

    def keep_apart(self, index: int, other: int) -> None:
        """See to it that the groups of two rows never join."""
        self._apart.setdefault(self.root(index), set()).add(other)

    def freeze(self, index: int) -> None:
        """See to it that nothing ever joins a row."""
        self._frozen.add(index)

    def groups(self) -> Iterator[tuple[int, list[int]]]:
        """Give each group: the row that stands for it and all its rows."""
        members: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.rows)):
            members[self.root(index)].append(index)
        return iter(members.items())


def _place(row: CorpusName) -> Where:
    """Where a name stands spelt as it is shown, or in any spelling; nowhere in a name made without texts."""
    standing = [s for s in row.spellings if s.evidence_document_id is not None]
    best = min(standing, key=lambda s: (s.surface != row.display, s.basis != SELF.basis), default=None)
    if best is None:
        return _NOWHERE
    return best.evidence_document_id, best.evidence_start, best.evidence_end
