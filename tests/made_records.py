"""Records made by hand from a few words, and runs that publish them: matter for the store's tests."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from ingest import store
from ingest.layout import lay_out
from ingest.metadata import Metadata, RawDocument
from ingest.records import Block, Dropped, Evidence, Mention, Name, Quote, Record, Reject, SectionPlan
from ingest.settings import DEFAULT_SETTINGS, Settings
from ingest.tables import TABLES, staging

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.places import Place

DROPPED_LINE = "Login"
NAME = re.compile(r"[A-Z][a-zäß]+(?: [A-Z][a-zäß]+)*")
QUOTE = re.compile("“([^”\n]+)”")
STARTED = datetime(2024, 5, 1, 12, tzinfo=UTC)
LOGS = ("runs", "changes")


def make_record(source_path: str, source: str) -> Record:
    """A record of lines: `Login` is dropped, capitalised words are names, curly marks are quotations."""
    blocks, dropped = [], []
    for line in re.finditer(r"\S(?:[^\n]*\S)?", source):
        span = (line.start(), line.end())
        if line.group() == DROPPED_LINE:
            dropped.append(Dropped(line.group(), "login", "login", *span))
        else:
            blocks.append(Block("paragraph", *span, line.group()))
    layout = lay_out([SectionPlan("body", "made", (block,)) for block in blocks])
    names, mentions = _names(layout.text)
    return Record(
        raw=RawDocument(source_path, content_hash(source), "text/plain", "utf-8", source),
        metadata=Metadata(),
        source_text=source,
        text=layout.text,
        source_map=layout.source_map,
        sections=layout.sections,
        names=names,
        mentions=mentions,
        quotes=tuple(
            Quote(i, "direct", *m.span(1), m.group(1), speaker_name_index=0 if names else None)
            for i, m in enumerate(QUOTE.finditer(layout.text))
        ),
        dropped=tuple(dropped),
        edits=(),
    )


def _names(text: str) -> tuple[tuple[Name, ...], tuple[Mention, ...]]:
    """One word alone stands for the first full name before it that ends with it."""
    names: dict[str, int] = {}
    mentions, full = [], {}
    for m in NAME.finditer(text):
        surface = m.group()
        proof = full.get(surface)
        shown, method = (proof.group(), "surname") if proof else (surface, "self")
        if " " in surface:
            full.setdefault(surface.split()[-1], m)
        evidence = Evidence(*(proof or m).span())
        index = names.setdefault(shown, len(names))
        mentions.append(Mention(*m.span(), surface, "PERSON", index, method, evidence))
    return tuple(Name(shown.casefold(), shown, "PERSON") for shown in names), tuple(mentions)


def content_hash(source: str) -> str:
    return sha256(source.encode()).hexdigest()


def make_reject(source_path: str, source: str) -> Reject:
    return Reject(source_path, content_hash(source), len(source), "decode", "undecodable", "byte 0")


STATES = (
    {f"{i}.txt": f"Anna Bell met Carl Dorn{'x' * i}.\n\nLogin" for i in range(8)},
    {f"{i}.txt": f"Dorn said “no {i}”.\n\nEva Falk." for i in range(4, 12)} | {"0.txt": "!refused"},
)
"""Two states of a landing folder; sources that begin with `!` are refused."""
FILES = {
    "a/one.txt": "Anna Bell met Carl Dorn.\n\nLogin\n\nBell said “we go on”.",
    "a/two.txt": "Carl Dorn left.\n\nLogin",
    "b/three.txt": "nobody of note.",
    "b/bad.txt": "!bytes",
}


@dataclass
class Landing:
    """A landing folder in a dictionary; sources that begin with `!` are refused."""

    curated: Place
    files: dict[str, str] = field(default_factory=dict)
    runs: int = 0
    keep_snapshots: int = 5

    def run(
        self, batch: int = 7, *, prune: bool = False, settings: Settings = DEFAULT_SETTINGS, order=sorted
    ):
        """One run: read what is new or changed, publish."""
        with store.open_writer(self.curated, self.keep_snapshots) as writer:
            known = writer.known()
            todo = [p for p in order(self.files) if not _is_known(known, p, self.files[p])]
            good = [p for p in todo if not self.files[p].startswith("!")]
            folders = []
            for at in range(0, len(good), batch):
                folders.append(writer.staging_dir / f"batch-{at}")
                records = [make_record(p, self.files[p]) for p in good[at : at + batch]]
                stage(records, folders[-1])
            rejects = tuple(make_reject(p, self.files[p]) for p in todo if self.files[p].startswith("!"))
            removed = tuple(sorted(set(known) - set(self.files))) if prune else ()
            self.runs += 1
            info = store.RunInfo(f"run-{self.runs:05}", STARTED, len(self.files), len(self.files) - len(todo))
            return writer.publish(store.PublishInput(tuple(folders), rejects, removed, info, settings))


def _is_known(known, path, source):
    return path in known and known[path].content_sha256 == content_hash(source)


def stage(records, folder: Path) -> staging.StagedBatch:
    folder.mkdir()
    with (folder / "rows.spool").open("ab") as spool:
        for record in records:
            staging.append(spool, record)
    return staging.seal(folder / "rows.spool", folder)


def contents(curated: Place, *, logs: bool = False) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, the internal ones too."""
    opened = store.open_curated(curated)
    names = [name for name in TABLES if logs or name not in LOGS]
    return {name: opened.arrow(name).to_pylist() for name in names}


def file_bytes(curated: Place) -> dict[str, bytes]:
    """Every part of every table but the logs, by path."""
    opened = store.open_curated(curated)
    return {
        f"{name}/{path.name}": path.read_bytes()
        for name in TABLES
        if name not in LOGS
        for path in opened.paths(name)
    }


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def with_first(record, field, **changes):
    """A record with the first item of a field changed."""
    first, *rest = getattr(record, field)
    changed = first._replace(**changes) if isinstance(first, tuple) else replace(first, **changes)
    return replace(record, **{field: (changed, *rest)})


def published(folder, files, **options):
    """A landing folder after one run."""
    landing = Landing(folder, dict(files))
    landing.run(**options)
    return landing
