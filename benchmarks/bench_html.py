"""Article text and metadata of HTML pages: this package beside trafilatura and readability, in one run.

    pip install -e '.[bench]'
    OMP_NUM_THREADS=1 python benchmarks/bench_html.py DIR/scrapinghub DIR/fundus DIR/wcxb

Each folder holds `pages.json` ({id: {"path", "url"}}), `truth.json` ({id: {"articleBody"}}) and the pages.
Printed is a Markdown table: four-word shingle F1, precision and recall (page averages), pages read word for
word, and CPU time for a page as a share of trafilatura's.  Our text is what a reader of the tables gets: each
section of `ingest.process` but title, subtitle, byline, dateline, caption and credit.  Our time is that from
bytes to sections and metadata; names and quotations, which the others do not look for, are left out of it.

The shipped model has seen the pages that it was trained on.  `--held-out DIR` judges each page by a model
that has seen no page of its site (or of its folder), out of what `training/train_html.py --folds` wrote.
"""

from __future__ import annotations

import argparse
import json
import logging
import platform
import re
import time
from collections import Counter
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import peer, read_pages

from ingest import process
from ingest.clean import clean
from ingest.clean.html import model
from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.extract import extract
from ingest.garbage import without_collection
from ingest.layout import lay_out
from ingest.models.files import read_model
from ingest.sections import plan_sections
from ingest.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.models.symmetric_trees import SymmetricTrees

    Reader = Callable[[bytes], str]

NO_BODY = frozenset({"title", "subtitle", "byline", "dateline", "caption", "credit"})
ENGLISH = frozenset({"us", "uk", "za", "ca", "ind", "tz", "au"})
TOKEN = re.compile(r"\w+")
SHINGLE = 4
BASE = "trafilatura"


def our_body(content: bytes) -> str:
    """Body text as a reader of the tables gets it."""
    try:
        record = process(content, "page.html")
    except DocumentError:
        return ""
    return "\n".join(section.text for section in record.sections if section.tag not in NO_BODY)


@without_collection  # as in `process`
def our_sections(content: bytes) -> None:
    """The work that the others do too: from bytes to sections and metadata."""
    page = extract(decode(content, "page.html", DEFAULT_SETTINGS))
    kept, _ = clean(page)
    lay_out(plan_sections(kept, page.metadata))


class HeldOut:
    """Models that have not seen a page, put in the place of the shipped ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fold_of_page = json.loads((folder / "folds.json").read_text("utf-8"))

    def use_for(self, page: str) -> None:
        """Let the fold judge to which a page belongs, named by folder and id."""
        fold = self._folder / self._fold_of_page[page]
        model.load_model = partial(_read_model, fold)


@cache
def _read_model(folder: Path, kind: type[SymmetricTrees], name: str) -> SymmetricTrees:
    return read_model(kind, name, (folder / f"{name}.npz").read_bytes())


def peers() -> dict[str, Reader]:
    """The other extractors that are installed."""
    found: dict[str, Reader] = {}
    if trafilatura := peer("trafilatura"):
        found[BASE] = lambda content: trafilatura.extract(content) or ""
        found["trafilatura, no comments"] = lambda content: (
            trafilatura.extract(content, include_comments=False) or ""
        )
    readability, html_text = peer("readability"), peer("html_text")
    if readability and html_text:
        found["readability-lxml"] = lambda content: html_text.extract_text(
            readability.Document(content.decode("utf-8", "replace")).summary(html_partial=True)
        )
    return found


def shingles(words: list[str]) -> Counter[tuple[str, ...]]:
    """Runs of four words, each as often as it comes."""
    if len(words) <= SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[k:] for k in range(SHINGLE)), strict=False))


def score(truth: str, found: str) -> tuple[int, int, int, bool]:
    """Shared, extra and missing shingles, and whether the words are the same."""
    wanted, given = TOKEN.findall(truth), TOKEN.findall(found)
    these, those = shingles(wanted), shingles(given)
    shared = sum((these & those).values())
    return shared, sum(those.values()) - shared, sum(these.values()) - shared, wanted == given


def summary(rows: list[tuple[int, int, int, bool]]) -> str:
    """One cell group of the table."""
    precisions = [tp / (tp + fp) for tp, fp, _, _ in rows if tp + fp]
    recalls = [tp / (tp + fn) for tp, _, fn, _ in rows if tp + fn]
    precision = sum(precisions) / max(len(precisions), 1)
    recall = sum(recalls) / max(len(recalls), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{f1:.4f} | {precision:.4f} | {recall:.4f} | {sum(row[3] for row in rows) / len(rows):.3f}"


def timed(clock: Counter[str], name: str, work: Callable[[], object]) -> object:
    """Run and add up the CPU time."""
    start = time.process_time()
    result = work()
    clock[name] += time.process_time() - start
    return result


def bench(folder: Path, every: int, held_out: HeldOut | None, readers: dict[str, Reader]) -> None:
    """Print the table rows of one folder."""
    rows: dict[str, list[tuple[str, tuple[int, int, int, bool]]]] = {}
    clock: Counter[str] = Counter()
    for k, (key, land, content, truth) in enumerate(read_pages(folder)):
        if k % every:
            continue
        if held_out:
            held_out.use_for(f"{folder.name}/{key}")
        for _ in range(2 if not rows else 1):  # the first page twice: what is loaded once does not count
            clock = clock if rows else Counter()
            timed(clock, "document-ingest", lambda content=content: our_sections(content))
            found = {"document-ingest": our_body(content)}
            for name, reader in readers.items():
                found[name] = str(timed(clock, name, lambda content=content, reader=reader: reader(content)))
        for name, text in found.items():
            rows.setdefault(name, []).append((land, score(truth, text)))
    for name, scored in rows.items():
        share = f"{clock[name] / clock[BASE]:.2f}" if BASE in readers else "-"
        milliseconds = clock[name] / len(scored) * 1000
        print(
            f"| {folder.name} ({len(scored)}) | {name} | {summary([row for _, row in scored])} | "
            f"{share} | {milliseconds:.1f} |"
        )
    english = {name: [row for land, row in scored if land in ENGLISH] for name, scored in rows.items()}
    for name, scored_english in english.items():
        if scored_english:
            print(
                f"| {folder.name}, English ({len(scored_english)}) | {name} | {summary(scored_english)} | | |"
            )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, help="only every n-th page")
    parser.add_argument("--held-out", type=Path, help="folder of models that have not seen the pages")
    options = parser.parse_args()
    held_out = HeldOut(options.held_out) if options.held_out else None
    logging.disable(logging.CRITICAL)
    readers = peers()
    names = ("document-ingest", "trafilatura", "readability-lxml", "lxml", "numpy")
    versions = []
    for name in names:
        try:
            versions.append(f"{name} {version(name)}")
        except ImportError:
            versions.append(f"{name} {'from the source tree' if name == names[0] else 'not installed'}")
    print(f"Python {platform.python_version()}, {', '.join(versions)}\n")
    print("| pages | extractor | F1 | precision | recall | word for word | CPU / trafilatura | CPU ms |")
    print("|---|---|---|---|---|---|---|---|")
    for folder in options.folders:
        bench(folder, options.every, held_out, readers)


if __name__ == "__main__":
    main()
