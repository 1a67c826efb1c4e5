"""Landing folders with containers in them, and what a run makes of them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.store import open_curated

if TYPE_CHECKING:
    from pathlib import Path

BODY = (
    "The mayor of Port Ellery, Wanda Pellerin, spoke about the harbour on {}, and said the work goes on.\n\n"
    "“We agree on part {},” she said.\n"
)


def text(number) -> str:
    return BODY.format("Tuesday", number)


def record(number, **more) -> dict:
    return {"id": f"a-{number}", "title": f"Harbour news {number}", "text": text(number), **more}


def json_lines(*records) -> bytes:
    return b"".join(r if isinstance(r, bytes) else json.dumps(r).encode() + b"\n" for r in records)


def zipped(files: dict) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name) if isinstance(name, str) else name
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@dataclass
class Folder:
    """A landing folder beside its curated one."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        (self.root / "landing").mkdir(parents=True, exist_ok=True)

    def put(self, **files: bytes) -> None:
        for name, content in files.items():
            (self.root / "landing" / name.replace("__", ".")).write_bytes(content)

    def run(self, **more):
        options = Options(
            self.root / "landing", self.root / "curated", workers=1, settings=self.settings, **more
        )
        return ingest_folder(options)

    def rows(self, table: str) -> list[dict]:
        return open_curated(self.root / "curated").arrow(table).to_pylist()

    def documents(self) -> dict[str, dict]:
        return {row["source_path"]: row for row in self.rows("documents")}

    def rejects(self) -> dict[str, str]:
        return {row["source_path"]: row["reason"] for row in self.rows("rejects")}

    def changes(self) -> dict[str, str]:
        """What the last run did, by path."""
        rows = self.rows("changes")
        last = max((row["run_id"] for row in rows), default=None)
        return {row["source_path"]: row["change"] for row in rows if row["run_id"] == last}
