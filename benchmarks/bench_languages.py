"""Article text of HTML pages language by language: this package beside trafilatura.

    pip install -e '.[bench]'
    OMP_NUM_THREADS=1 python benchmarks/bench_languages.py DIR/fundus

The folder is as `bench_html.py` takes it; a page's language is what it declares.  Printed is a Markdown table
of F1 (page averages of precision and recall): of runs of four words, and of runs of eight characters, white
space left out.  The second says more where words are not parted by spaces: there a "word" is a clause, and
one changed character costs it whole.  `--held-out` is that of `bench_html.py`.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from bench_html import TOKEN, HeldOut, our_body, shingles
from corpora import peer, read_pages

from ingest.decode import decode
from ingest.extract import extract
from ingest.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Pieces = Callable[[str], Counter[tuple[str, ...]]]

CHARS = 8


def words(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words."""
    return shingles(TOKEN.findall(text))


def characters(text: str) -> Counter[tuple[str, ...]]:
    """Runs of eight characters, white space left out."""
    bare = "".join(text.split())
    return Counter((bare[at : at + CHARS],) for at in range(max(len(bare) - CHARS + 1, 1)) if bare)


def f1(pairs: Iterable[tuple[str, str]], pieces: Pieces) -> float:
    """F1 of the page averages of precision and recall; pairs of truth and found."""
    precisions, recalls = [], []
    for truth, found in pairs:
        wanted, given = pieces(truth), pieces(found)
        shared = (wanted & given).total()
        if given:
            precisions.append(shared / given.total())
        if wanted:
            recalls.append(shared / wanted.total())
    precision = sum(precisions) / max(len(precisions), 1)
    recall = sum(recalls) / max(len(recalls), 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def language_of(content: bytes) -> str:
    """The language that a page declares, without its country."""
    declared = extract(decode(content, "page.html", DEFAULT_SETTINGS)).metadata.language
    return (declared or "?").split("-")[0].lower()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held-out", type=Path, help="folder of models that have not seen the pages")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if (trafilatura := peer("trafilatura")) is None:
        return
    texts: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    held_out = HeldOut(options.held_out) if options.held_out else None
    for key, _, content, truth in read_pages(options.folder):
        if held_out:
            held_out.use_for(f"{options.folder.name}/{key}")
        theirs = trafilatura.extract(content, include_comments=False) or ""
        texts[language_of(content)].append((truth, our_body(content), theirs))
    print(
        "| language | pages | words: ours | words: trafilatura | characters: ours | characters: trafilatura |"
    )
    print("|---|---|---|---|---|---|")
    for language, rows in sorted(texts.items(), key=lambda item: -len(item[1])):
        cells = [
            f"{f1(((row[0], row[reader]) for row in rows), pieces):.3f}"
            for pieces in (words, characters)
            for reader in (1, 2)
        ]
        print(f"| {language} | {len(rows)} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
