"""The version of the package, and a mark of what `process()` is made of."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

__version__ = "0.1.0"

PIPELINE_VERSION = __version__
"""What `documents.pipeline_version` says."""

APART = frozenset(
    {
        *("__main__.py", "commands", "compare.py", "export", "options", "py.typed", "report"),
        *("run.py", "store", "summary.py", "tables/dictionary.py", "workers"),
    }
)
"""Modules and rooms that decide no value in the tables; `tests/test_version.py` checks each."""


@cache
def pipeline_digest() -> str:
    """Hash the code, the word lists and the models that decide what stands in the tables.

    It is part of every document's fingerprint, so a change of a rule, a list or a column has all documents
    read anew by the next run, and nobody has to remember to raise a number.

    Returns:
        16 hex digits of a SHA-256; the same for an installed package and a checkout of equal files.
    """
    digest = sha256()
    for name, content in _parts(files("ingest"), ""):
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _parts(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if f"{prefix}{one.name}" in APART or one.name.startswith(("__pycache__", ".")):
            continue
        if one.is_dir():
            yield from _parts(one, f"{prefix}{one.name}/")
        else:
            yield f"{prefix}{one.name}", one.read_bytes()
