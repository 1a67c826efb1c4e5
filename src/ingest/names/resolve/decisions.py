"""The analyst's decisions: a CSV file that overrules whatever the corpus step would do.

A decision speaks of distinct names, which are never read anew for it: removing its row restores
what was there before.  The file is the one that `ingest review` writes, its `decision`
column filled in where something is to change.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

from ingest.errors import ConfigError
from ingest.names.resolve.merger import SELF, Reason
from ingest.records import EntityType
from ingest.settings.user_files import check_commas, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.names.authority import Authority
    from ingest.names.resolve.distinct import CorpusName
    from ingest.names.resolve.merger import Merger

COLUMNS = ("decision", "entity_type", "key", "other_type", "other_key")
"""The columns that are read; the others of the review file are for the reader's eyes."""

ACTIONS = "same, different, is:<authority id>, type:<TYPE>, not_a_name"
_TYPES = frozenset(get_args(EntityType))

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""Beginnings that make a spreadsheet compute, and the mark that stops it."""

NameRef = tuple[str, str]
"""Entity type and comparison form of a distinct name."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        action: `same`, `different`, `is`, `type` or `not_a_name`.
        value: The authority id of `is`, the type of `type`; empty else.
        name: The name it is about.
        other: The second name, for `same` and `different`.
        where: File and line, for messages.
    """

    action: str
    value: str
    name: NameRef
    other: NameRef | None
    where: str


def load_decisions(path: str | None) -> tuple[Decision, ...]:
    """Read a decisions file; rows whose `decision` is empty decide nothing.

    Args:
        path: The file, or None for no decisions.

    Returns:
        The decisions in the order of the file.

    Raises:
        ConfigError: The file cannot be read, or a row is wrong; the message names file and line.
    """
    if path is None:
        return ()
    return _parse(read_text("--decisions", path), path)


@lru_cache(maxsize=2)
def _parse(content: str, path: str) -> tuple[Decision, ...]:
    reader = csv.DictReader(content.splitlines(keepends=True), strict=True)
    decisions = []
    try:
        check_commas(reader.fieldnames or (), f"{path}:1")
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            lacks, wanted = ", ".join(missing), ", ".join(COLUMNS)
            raise ConfigError(f"{path}:1: columns are missing: {lacks}; a decisions file has {wanted}")
        for row in reader:
            decision = _decision(row, f"{path}:{reader.line_num}")
            if decision is not None:
                decisions.append(decision)
    except csv.Error as error:
        raise ConfigError(f"{path}:{reader.line_num + 1}: not a CSV row: {error}") from error
    _refuse_contradictions(decisions)
    return tuple(decisions)


def _decision(row: dict[str, str | None], where: str) -> Decision | None:
    value = {column: from_cell(row[column] or "").strip() for column in COLUMNS}
    if not value["decision"]:
        return None
    action, _, argument = value["decision"].partition(":")
    if action not in ("same", "different", "is", "type", "not_a_name") or bool(argument) != (
        action in ("is", "type")
    ):
        raise ConfigError(f"{where}: decision {value['decision']!r} is not one of {ACTIONS}")
    if action == "type" and argument not in _TYPES:
        raise ConfigError(f"{where}: type {argument!r} is not one of {', '.join(sorted(_TYPES))}")
    needed = ("entity_type", "key", "other_type", "other_key")
    for column in needed if action in ("same", "different") else needed[:2]:
        if not value[column]:
            raise ConfigError(f"{where}: {column} is empty, but {action!r} needs it")
    other = (value["other_type"], value["other_key"]) if action in ("same", "different") else None
    return Decision(action, argument, (value["entity_type"], value["key"]), other, where)


def as_cell(text: str) -> str:
    """Text as a cell of a sheet: what a spreadsheet could take for a formula gets an apostrophe before it.

    >>> as_cell("=1+1"), as_cell("'s"), as_cell("Oslo")
    ("'=1+1", "''s", 'Oslo')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def from_cell(cell: str) -> str:
    """What `as_cell` was given.

    >>> from_cell("'=1+1"), from_cell("''s"), from_cell("Oslo")
    ('=1+1', "'s", 'Oslo')
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _refuse_contradictions(decisions: Iterable[Decision]) -> None:
    pairs: dict[frozenset[NameRef], Decision] = {}
    single: dict[tuple[str, NameRef], Decision] = {}
    for decision in decisions:
        if decision.other is not None:
            before = pairs.setdefault(frozenset((decision.name, decision.other)), decision)
        else:
            before = single.setdefault((decision.action, decision.name), decision)
        if (before.action, before.value) != (decision.action, decision.value):
            raise ConfigError(
                f"{decision.where}: {decision.action!r} contradicts {before.action!r} at {before.where}; "
                "keep one of them"
            )


def check_ids(decisions: Iterable[Decision], authority: Authority) -> None:
    """Refuse a decision for an authority entry that there is not.

    Raises:
        ConfigError: The message names file and line.
    """
    for decision in decisions:
        if decision.action == "is" and decision.value not in authority.entries:
            raise ConfigError(
                f"{decision.where}: the authority has no entry {decision.value!r}; "
                "add it to a file of your own and pass that with --authority"
            )


def unmatched(decisions: Iterable[Decision], names: Sequence[CorpusName]) -> tuple[Decision, ...]:
    """Give the decisions that speak of a name which the corpus does not have (any more).

    Args:
        decisions: All decisions.
        names: All distinct names.

    Returns:
        Those to report, in the order of the file.
    """
    known = {(name.entity_type, name.key) for name in names}
    return tuple(
        d for d in decisions if d.name not in known or (d.other is not None and d.other not in known)
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """What decisions say of single rows.

    Attributes:
        types: Row -> its entity's type.
        not_names: Rows that are no names.
    """

    types: dict[int, EntityType]
    not_names: frozenset[int]


def apply_decisions(merger: Merger, decisions: Iterable[Decision]) -> Decided:
    """Tell the merger what the analyst has decided, before anything else is known.

    Args:
        merger: All rows, none joined yet.
        decisions: Those that speak of rows of the corpus take effect.

    Returns:
        What is to be done once the groups are known.
    """
    index: dict[NameRef, int] = {(row.entity_type, row.key): i for i, row in enumerate(merger.rows)}
    types: dict[int, EntityType] = {}
    not_names: set[int] = set()
    same = []
    for decision in decisions:
        at = index.get(decision.name)
        other = index.get(decision.other) if decision.other else None
        if at is None or (decision.other is not None and other is None):
            continue
        if decision.action == "is":
            merger.known[at] = decision.value
            merger.reasons[at] = DECIDED
        elif decision.action == "type":
            types[at] = decision.value  # type: ignore[assignment]  # checked when the file was read
        elif decision.action == "not_a_name":
            not_names.add(at)
            merger.freeze(at)
        elif other is not None and decision.action == "different":
            merger.keep_apart(at, other)
        elif other is not None:
            same.append((at, other))
    for at, other in sorted(same):
        _join(merger, at, other)
    return Decided(types, frozenset(not_names))


def _join(merger: Merger, at: int, other: int) -> None:
    """Each is there because of the decision, whichever the file names first."""
    merger.join(at, other, DECIDED, forced=True)
    for row in (at, other):
        if merger.reasons[row] is SELF:
            merger.reasons[row] = DECIDED


DECIDED = Reason("decision")
