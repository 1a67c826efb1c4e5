"""Train the heading model of plain text: `text_headings`.

    python training/train_headings.py --html DIR --out src/ingest/resources/models

DIR holds the HTML corpora as for train_text.py, whose rendering this shares.  What h1 to h6 mark in the
articles is learned from the articles' lines alone, without markup.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from forests import forest_arrays, write_forest
from line_data import LinePage, read_pages
from train_text import SEED, SENTENCE, booster, is_sound, shorter, with_text
from written_documents import documents
from written_parts import Stock

from ingest.extract.text import LIST_ITEM
from ingest.sections.habits import measure_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from line_data import Line

WRITTEN_DOCUMENTS = 2000
WRITTEN = 0.7
LONG = 14


def main() -> None:
    """Read, render, measure, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--html", type=Path, required=True, help="folder of the HTML corpora")
    parser.add_argument("--out", type=Path, required=True, help="folder that the model is written to")
    options = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - no secret
    pages = [page for page in read_pages(options.html) if is_sound(page)]
    names: tuple[str, ...] = ()
    rows: list[np.ndarray] = []
    wanted: list[bool] = []
    weights: list[float] = []
    for lines, weight in weighted_documents(pages, chance):
        listed = [LIST_ITEM.match(line.text) is not None for line in lines]
        names, measured = measure_candidates([line.text for line in lines], listed)
        rows.append(measured)
        wanted += [line.level > 0 or line.label == "title" for line in lines]
        weights += [weight / max(len(lines), 15) ** 0.5] * len(lines)
    stacked = np.concatenate(rows)
    print(f"{len(stacked)} lines, {sum(wanted)} headings, {len(names)} columns")
    used = np.ones(len(stacked), dtype=bool)
    model = booster(stacked, np.array(wanted), np.array(weights), used, trees=400, leaves=20, rate=0.04)
    arrays = forest_arrays([model], ("heading",), names)
    write_forest(options.out / "text_headings.npz", arrays)
    print(f"text_headings: {(options.out / 'text_headings.npz').stat().st_size} bytes")


def weighted_documents(
    pages: Sequence[LinePage], chance: random.Random
) -> Iterator[tuple[Sequence[Line], float]]:
    """The articles of pages, and documents written by templates from their paragraphs and headings."""
    for page in pages:
        news = 0.5 if page.id.startswith("wcxb") else 3.0
        yield from ((lines, news) for lines in articles(page, chance))
    yield from ((lines, WRITTEN) for lines in documents(stock(pages), WRITTEN_DOCUMENTS, chance))


def stock(pages: Sequence[LinePage]) -> Stock:
    """What written documents are made of."""
    body = [line.text for page in pages for line in page.lines if line.label == "body" and not line.level]
    heads = [x.text for page in pages for x in page.lines if x.level and len(x.text.split()) < LONG]
    sentences = [s for text in body for s in SENTENCE.split(text)]
    return Stock(
        paragraphs=[t for t in body if len(t.split()) >= LONG],
        sentences=[s for s in sentences if len(s.split()) < LONG and s[-1] in ".!?"],
        headings=heads,
        short=[t for t in body if len(t.split()) < LONG and t[-1] not in ".!?"],
    )


def articles(page: LinePage, chance: random.Random) -> Iterator[Sequence[Line]]:
    """The article's own lines, and once more with shorter paragraphs and headings in small letters."""
    for number in range(2):
        lines = [
            line
            for line in page.lines
            if line.label in {"body", "title"} or (line.label == "supplement" and chance.random() < 0.15)  # noqa: PLR2004
        ]
        if number:
            lines = [part for line in lines for part in shorter(line, chance)]
            if chance.random() < 0.3:  # noqa: PLR2004
                lines = [with_text(x, x.text[:1] + x.text[1:].lower()) if x.level else x for x in lines]
        if len(lines) > 3:  # noqa: PLR2004
            yield lines


if __name__ == "__main__":
    main()
