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
from train_text import SEED, booster, is_sound, measure, shorter, with_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from line_data import Line


def main() -> None:
    """Read, render, measure, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--html", type=Path, required=True, help="folder of the HTML corpora")
    parser.add_argument("--out", type=Path, required=True, help="folder that the model is written to")
    options = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - no secret
    names: tuple[str, ...] = ()
    rows: list[np.ndarray] = []
    wanted: list[bool] = []
    weights: list[float] = []
    for page in read_pages(options.html):
        for lines in articles(page, chance) if is_sound(page) else ():
            names, measured = measure(lines)
            rows.append(measured)
            wanted += [line.level > 0 or line.label == "title" for line in lines]
            news = 0.5 if page.id.startswith("wcxb") else 1.5
            weights += [news / max(len(lines), 15) ** 0.5] * len(lines)
    stacked = np.concatenate(rows)
    print(f"{len(stacked)} lines, {sum(wanted)} headings, {len(names)} columns")
    used = np.ones(len(stacked), dtype=bool)
    model = booster(stacked, np.array(wanted), np.array(weights), used, trees=120, leaves=20)
    arrays = forest_arrays([model], ("heading",), names)
    write_forest(options.out / "text_headings.npz", arrays)
    print(f"text_headings: {(options.out / 'text_headings.npz').stat().st_size} bytes")


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
