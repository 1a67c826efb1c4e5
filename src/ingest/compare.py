"""What changed between two snapshots: documents, entities, rules that drop text; how many stories, topics."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import differing
from ingest.errors import ConfigError, StoreError
from ingest.store.read import open_curated
from ingest.summary import plain, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ingest.places import Place
    from ingest.store.read import Curated

Kind = Literal["document", "entity", "rule"]

CHANGES: dict[Kind, tuple[str, ...]] = {
    "document": ("added", "changed", "reread", "refused", "removed"),
    "entity": ("merged", "split", "renamed", "retyped"),
    "rule": ("began", "ceased"),
}
"""What can have happened, in the order in which it is told.

A document is `reread` when its bytes are the same and its text is not (another version or other
settings), `refused` when it is now in `rejects`.  An entity is `merged` when names of several
are now one, `split` when names of one are now several.  A rule `began` or `ceased` to drop text.
"""

_PLURALS: dict[Kind, str] = {"document": "documents", "entity": "entities", "rule": "rules"}
_SHOWN = 20
_TOPICS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        kind: What it is.
        change: What happened to it, one of `CHANGES[kind]`.
        id: `document_id`, `entity_id` or rule; of a split entity the id that it had.
        name: What people are shown: source path, name, rule.
        before: What it was: content hash, names or types, number of dropped runs.
        after: What it is now.
    """

    kind: Kind
    change: str
    id: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def text(self) -> str:
        """It in one line."""
        if self.kind == "document":
            return f"{self.change:<8} {printable(self.name)}"
        prefix = f"{printable(self.name)}: " if self.kind == "rule" or self.change == "retyped" else ""
        return f"{self.change:<8} {prefix}{_joined(self.before)} -> {_joined(self.after)}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one snapshot to another.

    Attributes:
        before: Number of the one.
        after: Number of the other.
        changes: Every document, entity and rule that is not as it was, by kind, change and name.
        tallies: What became of stories and of topics, a line for each.
    """

    before: int
    after: int
    changes: tuple[Change, ...]
    tallies: tuple[str, ...] = ()

    def headline(self) -> str:
        """Count in one line what happened to what."""
        said = []
        for kind, kinds in CHANGES.items():
            counts = Counter(change.change for change in self.changes if change.kind == kind)
            if counts:
                told = ", ".join(f"{counts[change]:,} {change}" for change in kinds if counts[change])
                said.append(f"{_PLURALS[kind]}: {told}")
        said += self.tallies
        return f"Snapshot {self.before} -> {self.after}: {'; '.join(said) or 'nothing changed'}."

    def text(self) -> str:
        """It in words, for a terminal; long lists are cut, and say so."""
        lines = [self.headline()]
        for kind in CHANGES:
            told = [change for change in self.changes if change.kind == kind]
            lines += [f"  {kind:<9} {change.text()}" for change in told[:_SHOWN]]
            if len(told) > _SHOWN:
                lines.append(f"  {kind:<9} ... and {len(told) - _SHOWN:,} more (--format csv has all)")
        return "\n".join(lines)

    def markdown(self) -> str:
        """It as Markdown, in which no document can write markup."""
        headline, *lines = self.text().splitlines()
        told = (f"- {plain(' '.join(line.split()))}" for line in lines)
        return "\n".join(["# Changed since the last snapshot", "", plain(headline), "", *told])

    def rows(self) -> list[dict[str, str]]:
        """It as rows of a table, several values joined by ` | `."""
        return [{**asdict(c), "before": _joined(c.before), "after": _joined(c.after)} for c in self.changes]

    def csv(self) -> str:
        """It as CSV, one row for each change."""
        out = io.StringIO()
        names = list(Change.__dataclass_fields__)
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows())
        return out.getvalue()

    def json(self) -> str:
        """It as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


FORMATS: dict[str, Callable[[Comparison], str]] = {
    "text": Comparison.text,
    "json": Comparison.json,
    "csv": Comparison.csv,
}


def compare_numbers(curated: Place, given: Sequence[int]) -> Comparison:
    """Compare two snapshots of a curated folder.

    Args:
        curated: The folder, or its URL.
        given: Two numbers; one number and the current snapshot; or none, for the current one
            and the newest kept before it.

    Raises:
        ConfigError: More than two are given, or one of them is not kept; the message lists those that are.
        StoreError: None is kept before the current one.
    """
    if len(given) > 2:  # noqa: PLR2004 - a before and an after
        raise ConfigError(f"diff takes two snapshots at most, not {len(given)}")
    after = open_curated(curated, given[1] if len(given) > 1 else None)
    if given:
        return compare(after.snapshot(given[0]), after)
    earlier = [number for number in after.kept if number < after.number]
    if not earlier:
        raise StoreError(f"{curated} keeps no snapshot before {after.number}: there is nothing to compare")
    return compare(after.snapshot(earlier[-1]), after)


def compare(before: Curated, after: Curated) -> Comparison:
    """Compare two snapshots.

    Parts that both hold are the same files and are not read.

    Args:
        before: The one.
        after: The other.
    """
    found = [*_documents(before, after), *_entities(before, after), *_rules(before, after)]
    order = [(kind, change) for kind, changes in CHANGES.items() for change in changes]
    found.sort(key=lambda c: (order.index((c.kind, c.change)), c.name, c.id))
    tallies = tuple(filter(None, (_stories(before, after), _topics(before, after))))
    return Comparison(before.number, after.number, tuple(found), tallies)


def snapshot_number(curated: Place, asked: str) -> int:
    """Understand which snapshot is meant.

    Args:
        curated: The folder, or its URL.
        asked: A number; or a day (its end) or a time in ISO 8601, UTC unless it says otherwise: the last
            snapshot published up to then.

    Raises:
        ConfigError: It is neither, or there is no such snapshot; the message lists those kept, with times.
    """
    current = open_curated(curated)
    runs = current.arrow("runs", ["run_id", "finished_at"]).to_pylist()
    finished: dict[str, datetime] = {row["run_id"]: row["finished_at"] for row in runs}
    kept = [number for number in current.kept if number <= current.number]
    times = {number: finished[current.snapshot(number).manifest.run_id] for number in kept}
    if asked.isdecimal():
        fitting = [number for number in kept if number == int(asked)]
    else:
        moment = _moment(asked)
        fitting = [number for number in kept if times[number] <= moment]
    if not fitting:
        listed = "".join(f"\n  {number}  {times[number]:%Y-%m-%d %H:%M:%S} UTC" for number in kept)
        what = f"no snapshot {asked}" if asked.isdecimal() else f"no snapshot of {asked} or before"
        raise ConfigError(f"{curated} has {what}; kept are:{listed}")
    return fitting[-1]


def _moment(asked: str) -> datetime:
    try:
        moment = datetime.fromisoformat(asked)
    except ValueError as error:
        raise ConfigError(
            f"{asked!r} is no snapshot: give a number, a day (2026-11-25) or a time (2026-11-25T18:00)"
        ) from error
    if len(asked) == len("2026-11-25"):
        moment = datetime.combine(moment, time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _differing(one: Curated, other: Curated, table: str, columns: Sequence[str]) -> pa.Table:
    """Rows of the parts of a table that the other snapshot does not hold."""
    return one.arrow(table, columns, without=frozenset(path.name for path in other.paths(table)))


def _apart(one: pa.Table, other: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows of two tables that the other has not, or not so; their first column tells rows apart."""
    key, *columns = one.column_names
    return (
        _having(one, key, differing(other, one, key, columns)),
        _having(other, key, differing(one, other, key, columns)),
    )


def _documents(before: Curated, after: Curated) -> Iterator[Change]:
    columns = ["document_id", "source_path", "content_sha256", "text_sha256"]
    one, other = (_differing(*of, "documents", columns) for of in ((before, after), (after, before)))
    old, new = ({row["document_id"]: row for row in rows.to_pylist()} for rows in _apart(one, other))
    refused = set(after.arrow("rejects", ["source_path"]).column(0).to_pylist())
    for ident in old.keys() | new.keys():
        was, now = old.get(ident), new.get(ident)
        if change := _document_change(was, now, refused):
            before_hash, after_hash = (() if row is None else (row["content_sha256"],) for row in (was, now))
            path = (now or was or {})["source_path"]
            yield Change("document", change, ident, path, before_hash, after_hash)


def _document_change(
    was: Mapping[str, str] | None, now: Mapping[str, str] | None, refused: set[str]
) -> str | None:
    if was is None:
        return "added"
    if now is None:
        return "refused" if was["source_path"] in refused else "removed"
    if was["content_sha256"] != now["content_sha256"]:
        return "changed"
    return "reread" if was["text_sha256"] != now["text_sha256"] else None


def _entities(before: Curated, after: Curated) -> Iterator[Change]:
    """Compare what the names that both snapshots have are linked to."""
    old, new = map(_links, _about_moved(_linked_names(before), _linked_names(after)))
    went: dict[str, set[str]] = defaultdict(set)
    came: dict[str, set[str]] = defaultdict(set)
    for name_id in old.keys() & new.keys():
        one, other = old[name_id][0], new[name_id][0]
        went[one].add(other)
        came[other].add(one)
    was, now = (dict(links.values()) for links in (old, new))
    for ident, others in came.items():
        if len(others) > 1:
            yield _linked("merged", ident, now[ident], _names(was, others), _names(now, [ident]))
    for ident, others in went.items():
        if len(others) > 1:
            yield _linked("split", ident, was[ident], _names(was, [ident]), _names(now, others))
        elif len(came[other := min(others)]) == 1:
            yield from _renamed(other, was[ident], now[other])


def _linked_names(snapshot: Curated) -> pa.Table:
    """For each name what it is linked to: the entity's id, and its name and type."""
    rows = snapshot.arrow("_links", ["name_id", "entity_id", "entity_name", "entity_type", "is_name"])
    return rows.filter(rows.column("is_name")).drop_columns("is_name")


def _about_moved(old: pa.Table, new: pa.Table) -> tuple[pa.Table, pa.Table]:
    """All links of entities that have got or lost a name, or are shown otherwise."""
    moved = _stacked(rows.column("name_id") for rows in _apart(old, new))
    entities = _stacked(_having(rows, "name_id", moved).column("entity_id") for rows in (old, new))
    names = _stacked(_having(rows, "entity_id", entities).column("name_id") for rows in (old, new))
    return _having(old, "name_id", names), _having(new, "name_id", names)


def _having(rows: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(rows.column(column), values))


def _stacked(columns: Iterable[pa.ChunkedArray]) -> pa.Array:
    return pa.concat_arrays([column.combine_chunks() for column in columns])


def _links(rows: pa.Table) -> dict[str, tuple[str, tuple[str, str]]]:
    return {
        name_id: (ident, (name, kind))
        for name_id, ident, name, kind in zip(*(column.to_pylist() for column in rows.columns), strict=True)
    }


def _renamed(ident: str, was: tuple[str, str], now: tuple[str, str]) -> Iterator[Change]:
    if was[0] != now[0]:
        yield _linked("renamed", ident, now, was[:1], now[:1])
    if was[1] != now[1]:
        yield _linked("retyped", ident, now, was[1:], now[1:])


def _linked(
    change: str, ident: str, shown: tuple[str, str], before: tuple[str, ...], after: tuple[str, ...]
) -> Change:
    return Change("entity", change, ident, shown[0], before, after)


def _names(known: Mapping[str, tuple[str, str]], ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(known[ident][0] for ident in ids))


def _rules(before: Curated, after: Curated) -> Iterator[Change]:
    old, new = (_dropped_runs(snapshot) for snapshot in (before, after))
    for rule in old.keys() ^ new.keys():
        was, now = (f"{runs.get(rule, 0)} runs" for runs in (old, new))
        yield Change("rule", "began" if rule in new else "ceased", rule, rule, (was,), (now,))


def _stories(before: Curated, after: Curated) -> str:
    """Count in one line what happened to stories; a story is known by the first of its documents."""
    old, new = (
        dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        for rows in _apart(*(s.arrow("stories", ["story_id", "document_count"]) for s in (before, after)))
    )
    counts = {
        "began": len(new.keys() - old.keys()),
        "ended": len(old.keys() - new.keys()),
        "with more or fewer documents": sum(old[ident] != new[ident] for ident in old.keys() & new.keys()),
    }
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f"stories: {told}" if told else ""


def _topics(before: Curated, after: Curated) -> str:
    """Tell in one line which topics more or fewer documents are about, the most changed first."""
    counts: Counter[str] = Counter()
    for one, other, sign in ((after, before, 1), (before, after, -1)):
        rows = _differing(one, other, "topics", ["document_id", "topic_name"])
        of_document = rows.group_by(rows.column_names).aggregate([])
        counted = of_document.group_by("topic_name").aggregate([([], "count_all")])
        for row in counted.to_pylist():
            counts[row["topic_name"]] += sign * row["count_all"]
    changed = sorted((item for item in counts.items() if item[1]), key=lambda item: (-abs(item[1]), item[0]))
    told = ", ".join(f"{printable(name)} {count:+,}" for name, count in changed[:_TOPICS])
    more = f" and {len(changed) - _TOPICS:,} more" if len(changed) > _TOPICS else ""
    return f"topics (documents): {told}{more}" if told else ""


def _dropped_runs(snapshot: Curated) -> dict[str, int]:
    counted = snapshot.arrow("dropped", ["rule"]).group_by("rule").aggregate([([], "count_all")])
    return {row["rule"]: row["count_all"] for row in counted.to_pylist()}


def _joined(values: Sequence[str]) -> str:
    return " | ".join(printable(value) for value in values)
