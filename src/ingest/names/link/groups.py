"""Groups of spellings inside one document, and why each spelling is in its group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.records import Evidence

if TYPE_CHECKING:
    from ingest.names.authority.entries import AuthorityEntry
    from ingest.records import EntityType


@dataclass(slots=True)
class Form:
    """One spelling of one type in a document.

    Attributes:
        surface: As it stood first.
        key: Its comparison form.
        entity_type: Its type.
        spans: Where it stands, in order.
        entry: What the authority says it is, if anything.
        method: Why it belongs to its group.
        evidence: The text that proves it.
        is_titled: Whether it is a surname with a title of one sex, where the document has the other, too.
    """

    surface: str
    key: str
    entity_type: EntityType
    spans: list[tuple[int, int]] = field(default_factory=list)
    entry: AuthorityEntry | None = None
    method: str = "self"
    evidence: Evidence | None = None
    is_titled: bool = False


class Groups:
    """Spellings joined step by step; two groups of different authority entries never join."""

    __slots__ = ("_parents", "forms")

    def __init__(self, forms: list[Form]) -> None:
        self.forms = forms
        self._parents = list(range(len(forms)))

    def root(self, index: int) -> int:
        """Give the spelling that stands for a spelling's group."""
        return root_of(self._parents, index)

    def entry(self, index: int) -> AuthorityEntry | None:
        """Give the authority entry of a spelling's group."""
        return self.forms[self.root(index)].entry

    def join(self, index: int, target: int, method: str, evidence: Evidence | None = None) -> bool:
        """Put a spelling's group into another.

        Args:
            index: The spelling that is explained.
            target: A spelling of the group it belongs to.
            method: Why.
            evidence: The text that proves it.

        Returns:
            Whether they are one group now; False where the authority knows them apart.
        """
        left, right = self.root(index), self.root(target)
        if left == right:
            return True
        one, two = self.forms[left].entry, self.forms[right].entry
        if one is not None and two is not None and one.authority_id != two.authority_id:
            return False
        self._parents[left] = right
        if two is None:
            self.forms[right].entry = one
        form = self.forms[index]
        if form.method == "self":
            form.method, form.evidence = method, evidence
        return True


def at(span: tuple[int, int]) -> Evidence:
    """Make evidence of a span."""
    return Evidence(span[0], span[1])


def root_of(parents: list[int], index: int) -> int:
    """Give what stands for a member's group: that which is its own parent; the way there is halved.

    Args:
        parents: A parent for each member, of the same group.
        index: The member.
    """
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index
