"""Lines of plain text: what is kept, what is dropped, which headings are found.

    python benchmarks/bench_lines.py --lines DIR [--html DIR]

DIR holds files `*.jsonl.gz` with one document a line: `{"id", "lines": [{"text", "label"}]}`.  Each document
is joined by newlines and goes through `ingest.process`; a line is kept when half of its characters lie
in a section.  A line kept as byline, dateline, caption or credit is no body text either; where that matters,
both figures are given.  With `--html` the known article texts of pages (`*/truth.json`) are read as plain
text too: all of it is to be kept.  Prints a markdown table.  The baseline keeps lines of 12 words or more.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import read_rows

import ingest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ingest.records import Record

WORD = re.compile(r"\w+")
CONTENT = frozenset({"title", "body", "heading", "list"})
APART = frozenset({"byline", "dateline", "caption", "credit"})  # kept, but no part of the body
UNSCORED = "supplement"  # datelines, bylines, captions: one use keeps them, another drops them
LONG_WORDS = 12
BODIES = " article texts"
CUT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Document:
    """Lines with what they are, and what was made of them."""

    texts: tuple[str, ...]
    gold: tuple[str, ...]
    found: tuple[str, ...]


def add_lines_folder(parser: argparse.ArgumentParser) -> None:
    """Take the folder of labelled lines as `--lines`."""
    shared = os.environ.get("INGEST_SHARED")
    default = Path(shared) / "data" / "lines" if shared else None
    parser.add_argument(
        "--lines", type=Path, default=default, help="folder (default: $INGEST_SHARED/data/lines)"
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    add_lines_folder(parser)
    parser.add_argument("--html", type=Path, help="folder of HTML corpora, for their article texts")
    options = parser.parse_args()
    if options.lines is None or not options.lines.is_dir():
        print("skipped: no folder of labelled lines; give --lines DIR or set INGEST_SHARED")
        return 0
    started = time.process_time()
    corpora = {
        path.name.removesuffix(".jsonl.gz"): tuple(read(path))
        for path in sorted(options.lines.glob("*.jsonl.gz"))
    }
    for path in sorted(options.html.glob("*/truth.json")) if options.html else ():
        corpora[f"{path.parent.name}{BODIES}"] = tuple(read_bodies(path))
    spent = time.process_time() - started
    documents = sum(len(corpus) for corpus in corpora.values())
    print("| lines of | figure | ingest | lines of 12 words or more |")
    print("|---|---|---|---|")
    for name, corpus in corpora.items():
        for figure, score in figures(name):
            baseline = tuple(Document(d.texts, d.gold, tuple(map(by_length, d.texts))) for d in corpus)
            print(f"| {name} ({len(corpus)} documents) | {figure} | {score(corpus)} | {score(baseline)} |")
    print(
        f"\n{documents} documents, {1000 * spent / documents:.1f} ms of CPU each, all of `process()`;",
        end=" ",
    )
    print(f"Python {sys.version.split()[0]}")
    return 0


def figures(name: str) -> Iterator[tuple[str, Callable[[Sequence[Document]], str]]]:
    """What is measured on a corpus."""
    if name.endswith(BODIES):
        yield "lines kept", lambda corpus: f"{share(corpus, kept=True, gold=CONTENT):.2%}"
        yield "texts that lose a tenth of their lines", lambda corpus: str(sum(map(is_cut, corpus)))
    elif name.endswith("_gold_only"):
        yield "headings, P / R / F1", headings
        yield "lines kept", lambda corpus: f"{share(corpus, kept=True, gold=CONTENT):.1%}"
    elif name.startswith("polnear"):
        yield "boilerplate lines dropped (recall)", lambda c: f"{share(c, kept=False, gold={'drop'}):.1%}"
        yield "body lines dropped", lambda corpus: f"{share(corpus, kept=False, gold=CONTENT):.2%}"
        yield (
            "boilerplate lines dropped or set apart",
            lambda c: f"{share(set_apart(c), kept=False, gold={'drop'}):.1%}",
        )
        yield (
            "body lines dropped or set apart",
            lambda c: f"{share(set_apart(c), kept=False, gold=CONTENT):.2%}",
        )
    else:
        yield "kept lines, P / R / F1", keeping
        if name.startswith("l3s"):
            yield "headlines kept", lambda corpus: f"{share(corpus, kept=True, gold={'title'}):.1%}"
            yield "readers' comments dropped", lambda c: f"{share(c, kept=False, gold={'comment'}):.1%}"


def read(path: Path) -> Iterator[Document]:
    """Read a corpus and process each document."""
    for number, row in enumerate(read_rows(path)):
        texts = tuple(line["text"] for line in row["lines"])
        gold = tuple(line["label"] for line in row["lines"])
        yield process_lines(texts, gold, f"{path.stem}/{number}.txt")


def read_bodies(path: Path) -> Iterator[Document]:
    """Read the known article texts of a corpus of pages, and process each."""
    for key, truth in json.loads(path.read_text("utf-8")).items():
        texts = tuple(line for line in truth["articleBody"].splitlines() if line.strip())
        if texts:
            yield process_lines(texts, ("body",) * len(texts), f"{key}.txt")


def process_lines(texts: tuple[str, ...], gold: tuple[str, ...], source_path: str) -> Document:
    """Process lines as one document."""
    content = "\n".join(texts).encode("utf-8", "replace")
    record = ingest.process(content, source_path) if content.strip() else None
    found = labels(record, texts) if record else ("drop",) * len(texts)
    return Document(texts, gold, found)


def is_cut(document: Document) -> bool:
    """Whether a text loses more than a tenth of its lines."""
    return document.found.count("drop") > CUT_SHARE * len(document.found)


def labels(record: Record, texts: Sequence[str]) -> tuple[str, ...]:
    """What was made of each line: `drop`, `heading`, `body`, or the tag of the section it stands in."""
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    covered = [0] * len(texts)
    found = ["body"] * len(texts)
    for section in record.sections:
        first = bisect_right(starts, section.source_start) - 1
        if section.heading is not None or section.tag == "title":
            found[first] = "title" if section.tag == "title" else "heading"
        for i in range(first, len(texts)):
            if starts[i] >= section.source_end:
                break
            end = min(section.source_end, starts[i] + len(texts[i]))
            covered[i] += max(end - max(section.source_start, starts[i]), 0)
            if section.tag in APART:
                found[i] = section.tag
    return tuple(found[i] if 0 < len(text) <= 2 * covered[i] else "drop" for i, text in enumerate(texts))


def set_apart(corpus: Sequence[Document]) -> tuple[Document, ...]:
    """The corpus as one sees it who reads body text alone."""
    return tuple(replace(d, found=tuple("drop" if f in APART else f for f in d.found)) for d in corpus)


def by_length(text: str) -> str:
    """The baseline's label."""
    return "body" if len(WORD.findall(text)) >= LONG_WORDS else "drop"


def pairs(corpus: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Gold and found label of each scored line."""
    for document in corpus:
        yield from ((g, f) for g, f in zip(document.gold, document.found, strict=True) if g != UNSCORED)


def keeping(corpus: Sequence[Document]) -> str:
    """Precision, recall and F1 of kept lines."""
    return scores([(g in CONTENT, f != "drop") for g, f in pairs(corpus)])


def headings(corpus: Sequence[Document]) -> str:
    """Precision, recall and F1 of headings, the title among them."""
    return scores([(g == "heading", f in {"heading", "title"}) for g, f in pairs(corpus)])


def share(corpus: Sequence[Document], *, kept: bool, gold: frozenset[str] | set[str]) -> float:
    """Share of the lines of some classes that were kept, or dropped."""
    of_class = [f for g, f in pairs(corpus) if g in gold]
    return sum((f != "drop") is kept for f in of_class) / max(len(of_class), 1)


def scores(both: Sequence[tuple[bool, bool]]) -> str:
    """Precision, recall and F1 as a cell."""
    right = sum(g and f for g, f in both)
    precision = right / max(sum(f for _, f in both), 1)
    recall = right / max(sum(g for g, _ in both), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{precision:.3f} / {recall:.3f} / {f1:.3f}"


if __name__ == "__main__":
    sys.exit(main())
