"""Labelled corpora and peers, neither of which is part of this project: how both are read."""

from __future__ import annotations

import gzip
import importlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType


class Page(NamedTuple):
    """An HTML page of a corpus.

    Attributes:
        key: Its id.
        land: Its country, where the corpus tells one.
        content: Its bytes.
        truth: The text of its article.
    """

    key: str
    land: str
    content: bytes
    truth: str


def read_pages(folder: Path) -> Iterator[Page]:
    """Read a corpus of pages, in the order of their ids.

    Args:
        folder: Holds `pages.json` ({id: {"path", "land"}}), `truth.json` ({id: {"articleBody"}}) and pages;
            a page may be gzipped.
    """
    pages = json.loads((folder / "pages.json").read_text("utf-8"))
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    for key in sorted(pages):
        content = (folder / pages[key]["path"]).read_bytes()
        if pages[key]["path"].endswith(".gz"):
            content = gzip.decompress(content)
        yield Page(key, pages[key].get("land") or "", content, truth[key]["articleBody"])


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def peer(name: str) -> ModuleType | None:
    """Import what is measured beside us; where it is missing, say so and how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        print(f"Left out: {name} ({error}); `pip install -e '.[bench]'` brings it.\n")
        return None
