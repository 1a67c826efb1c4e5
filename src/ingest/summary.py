"""What a run did and what the tables hold, in words: for the terminal and for Prefect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from ingest.records import Reject
from ingest.stopwatch import table_of_stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ingest.places import Place
    from ingest.store import Curated, Published

_SHOWN = 10
_TOP_RULES = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did and what the tables hold after it.

    Attributes:
        curated: The folder with the tables, or its URL.
        local: The folder on this machine in which this run has published them.
        snapshot: Number of the snapshot that is current.
        changed: Whether this run published it.
        added: Documents that are new.
        updated: Documents whose rows were replaced.
        unchanged: Items left as they were.
        removed: Items taken out because their files are gone.
        gone: Items whose files are gone, but whose rows stay (no `--prune`).
        rejected: Items refused in this run.
        rows: Rows of each table.
        duplicates: Documents that repeat another.
        top_rules: The rules that dropped most runs of text, and how many.
        rejects: All refused items that stand in the tables.
        busy: Files left for the next run, for they changed while they were read.
        unmatched: Decisions of the analyst that speak of no name, in words.
        lost_workers: Worker processes that died over a document.
        held: Documents with text that `--keep` holds.
        cpu_s: CPU seconds of the workers by stage, where a profile was asked for.
    """

    curated: Place
    local: Path
    snapshot: int
    changed: bool
    added: int
    updated: int
    unchanged: int
    removed: int
    gone: int
    rejected: int
    rows: dict[str, int]
    duplicates: int
    top_rules: tuple[tuple[str, int], ...]
    rejects: tuple[Reject, ...]
    busy: tuple[str, ...]
    unmatched: tuple[str, ...] = ()
    lost_workers: int = 0
    held: int = 0
    cpu_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def health(self) -> str:
        """`OK`, or `DEGRADED` where something of this run deserves a look."""
        return "DEGRADED" if self.rejected or self.busy or self.lost_workers else "OK"

    def health_line(self, seconds: float, *, is_strict: bool = False) -> str:
        """The line by which a run can be judged without reading the rest.

        Args:
            seconds: How long the run took.
            is_strict: Whether every item that stands refused deserves a look, with `--strict`.
        """
        health = "DEGRADED" if is_strict and self.rejects else self.health
        return (
            f"{health}: {self.rows['documents']} documents, {self.added} added, {self.updated} updated, "
            f"{self.removed} removed, {self.rejected} new rejects, {len(self.busy)} left for the next run, "
            f"{self.lost_workers} workers lost, {seconds:.1f} s"
        )

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the tables hold, one line each: what, and how many."""
        rows = self.rows
        rules = ", ".join(f"{rule} {count}" for rule, count in self.top_rules)
        merged = rows["entity_names"] - rows["entities"]
        return (
            ("documents", f"{rows['documents']:,} ({count_of(self.duplicates, 'duplicate')})"),
            ("sections", f"{rows['sections']:,}"),
            (
                "names",
                f"{rows['mentions']:,} mentions of {rows['entities']:,} entities; {merged:,} names merged",
            ),
            ("quotes", f"{rows['quotes']:,}"),
            ("dropped lines", f"{rows['dropped']:,}" + (f" ({rules})" if rules else "")),
            ("rejects", f"{rows['rejects']:,}"),
        )

    def headline(self) -> str:
        """Say in one line what this run did."""
        if not self.changed:
            return f"Nothing changed: {count_of(self.unchanged, 'item')} as before."
        parts = (
            (self.added, "added"),
            (self.updated, "updated"),
            (self.removed, "removed"),
            (self.rejected, "refused"),
            (self.unchanged, "unchanged"),
        )
        done = ", ".join(f"{count:,} {word}" for count, word in parts if count) or "nothing"
        return f"Snapshot {self.snapshot} published: {done}."

    def warnings(self) -> Iterator[str]:
        """Give one line for everything that a person should look at."""
        if self.rejects:
            yield f"Warning: {count_of(len(self.rejects), 'item')} refused (table `rejects`):"
            yield from _listed(
                [f"{printable(r.source_path)}: {r.reason} ({printable(r.detail)})" for r in self.rejects]
            )
        if self.busy:
            yield f"Warning: {count_of(len(self.busy), 'file')} changed while read, left for the next run:"
            yield from _listed([printable(path) for path in self.busy])
        if self.unmatched:
            yield f"Note: {count_of(len(self.unmatched), 'decision')} without a name to match:"
            yield from _listed([printable(decision) for decision in self.unmatched])
        if self.held:
            yield f"Note: --keep holds text in {count_of(self.held, 'document')} that a rule would drop."
        if self.gone:
            yield f"Note: the files of {count_of(self.gone, 'item')} are gone; --prune takes them out."

    def text(self) -> str:
        """The summary for a terminal."""
        facts = [f"  {what:<14} {number}" for what, number in self.facts()]
        example = f"import ingest; ingest.read_table('quotes', {self.curated!r})"
        if not isinstance(self.curated, str):
            example = f"import pandas as pd; pd.read_parquet({str(self.curated / 'quotes')!r})"
        stages = [f"  {line}" for line in table_of_stages(self.cpu_s)] if self.cpu_s else []
        lines = [self.headline(), *facts, *stages, *self.warnings()]
        return "\n".join([*lines, f"Tables: {self.curated}", f"Try: {example}"])

    def markdown(self) -> str:
        """The summary as Markdown, in which no document can write markup."""
        facts = [f"| {what} | {plain(number)} |" for what, number in self.facts()]
        warnings = [f"- {plain(line.strip())}" for line in self.warnings()]
        lines = ["# Ingest", "", plain(self.headline()), "", "| what | how many |", "|---|---|", *facts, ""]
        return "\n".join([*lines, *warnings, "", f"Tables: {plain(str(self.curated))}"])

    def reject_rows(self) -> list[dict[str, str]]:
        """The refused items as rows of a table to look at."""
        return [
            {"source_path": printable(r.source_path), "reason": r.reason, "detail": printable(r.detail)}
            for r in self.rejects
        ]


def summarise(  # noqa: PLR0913 - what a run knows
    curated: Curated,
    published: Published | None,
    *,
    place: Place,
    unchanged: int,
    gone: int,
    busy: Sequence[str],
    lost_workers: int,
    cpu_s: Mapping[str, float],
) -> Summary:
    """Sum up a run from what it published and from the tables as they are now.

    Args:
        curated: The current snapshot.
        published: What the run published; None where nothing had changed.
        place: The curated folder as the run was given it.
        unchanged: Items left as they were.
        gone: Items whose files are gone, but whose rows stay.
        busy: Files left for the next run.
        lost_workers: Worker processes that died over a document.
        cpu_s: CPU seconds of the workers by stage; empty where nobody asked for a profile.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - a run that fails early need not wait for it

    rejects = curated.arrow("rejects")
    documents = curated.arrow("documents", ["duplicate_of", "kept_by"])
    return Summary(
        curated=place,
        local=curated.curated,
        snapshot=curated.number,
        changed=published is not None and published.changed,
        added=published.added if published else 0,
        updated=published.updated if published else 0,
        unchanged=unchanged + (published.as_before if published else 0),
        removed=published.removed if published else 0,
        gone=gone,
        rejected=published.rejected if published else 0,
        rows={name: sum(part.rows for part in curated.manifest.tables[name]) for name in curated.tables},
        duplicates=documents.num_rows - documents.column("duplicate_of").null_count,
        top_rules=published.top_rules[:_TOP_RULES] if published else _top_rules(curated),
        rejects=tuple(Reject(**row) for row in rejects.to_pylist()),
        busy=tuple(busy),
        unmatched=published.unmatched_decisions if published else (),
        lost_workers=lost_workers,
        held=pc.sum(pc.greater(pc.list_value_length(documents.column("kept_by")), 0)).as_py() or 0,
        cpu_s=dict(cpu_s),
    )


def _top_rules(curated: Curated) -> tuple[tuple[str, int], ...]:
    """The rules that dropped most runs of text, with their numbers."""
    counts = curated.arrow("dropped", ["rule"]).column("rule").value_counts().to_pylist()
    ordered = sorted(counts, key=lambda row: (-row["counts"], row["values"]))
    return tuple((row["values"], row["counts"]) for row in ordered[:_TOP_RULES])


def printable(text: str) -> str:
    """Make text from outside safe to show: control and invisible characters as escapes, one line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def plain(text: str) -> str:
    """Escape what Markdown or HTML would read as markup."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~>-])", r"\\\1", escape(printable(text), quote=False))


def count_of(number: int, noun: str) -> str:
    """A number with its noun: "1 document", "1,200 documents"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"  ... and {len(lines) - _SHOWN:,} more"
