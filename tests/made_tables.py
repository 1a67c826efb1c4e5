"""Curated folders, and reports on them, for tests that look at what is there."""

from __future__ import annotations

import shutil

from ingest import open_curated
from ingest.report.site import refresh
from ingest.run import Options, ingest_folder
from ingest.settings import DEFAULT_SETTINGS

ACROSS = {
    "a.txt": "Minister Harold T. Mercer opened the quay on Monday. He was glad.",
    "b.txt": "On Tuesday Mercer left again. The crowd waved at Mercer.",
    "c.txt": "Anna Quist spoke. Then Quist left.",
    "d.txt": "Anna Beate Quist stayed. They thanked Anna Beate Quist.",
}
"""Documents of which one says who is meant in another."""


def ingested(root, documents):
    """Write documents below `root / "landing"`; give the curated folder of one run over them."""
    for path, content in documents.items():
        (root / "landing" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "landing" / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    ingest_folder(Options(root / "landing", root / "curated", workers=1))
    return root / "curated"


def with_report(curated):
    """Write the report of a curated folder."""
    refresh(open_curated(curated), DEFAULT_SETTINGS)
    return curated


def copied(curated, root):
    """A copy of a curated folder, into which a report can be written."""
    return shutil.copytree(curated, root / "curated", symlinks=True)
