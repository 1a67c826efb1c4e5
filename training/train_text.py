"""Train the line models of plain text: `text_keep`, `text_parts` and `text_kinds`.

    python training/train_text.py --html DIR --out src/ingest/resources/models

DIR holds the HTML corpora `scrapinghub`, `fundus` and `wcxb`, each with `pages.json`, `truth.json`, `pages/`.
Needs the `train` extra (lightgbm).  Takes some ten minutes of one core and 2 GB of memory.
"""

from __future__ import annotations

import argparse
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import lightgbm
import numpy as np
from forests import forest_arrays, write_forest
from line_data import LinePage, read_pages

from ingest.clean.rules.verdicts import apply_rules
from ingest.clean.rules.view import view_page
from ingest.clean.text.features import measure_lines
from ingest.extract.text import LIST_ITEM
from ingest.records import Block, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from line_data import Line

    Variant = list[Line]

KINDS = ("navigation", "related", "comment", "promotion", "bio", "cookie", "share", "other")
SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z\"\u201c])")
SEED = 1
RATE = 0.08
SHARED = {
    "objective": "binary",
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_depth": 8,
    "num_threads": 1,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


def main() -> None:
    """Read, render, measure, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--html", type=Path, required=True, help="folder of the HTML corpora")
    parser.add_argument("--out", type=Path, required=True, help="folder that the models are written to")
    options = parser.parse_args()
    pages = [page for page in read_pages(options.html) if is_sound(page)]
    names, rows, labels, weights = measure_pages(pages, random.Random(SEED))  # noqa: S311 - no secret
    print(f"{len(pages)} pages, {len(rows)} lines with their variants, {len(names)} columns")
    for name, (outputs, models) in train(rows, labels, weights).items():
        arrays = forest_arrays(models, outputs, names)
        write_forest(options.out / f"{name}.npz", arrays)
        print(f"{name}: {len(arrays['root'])} trees, {(options.out / f'{name}.npz').stat().st_size} bytes")


def is_sound(page: LinePage) -> bool:
    """Whether the known article is whole: much running text outside it means that it was cut short."""
    kept = sum(len(line.text.split()) for line in page.lines if line.label == "body")
    outside = (line for line in page.lines if line.label in {"navigation", "other", "promotion"})
    loose = sum(size for line in outside if (size := len(line.text.split())) >= 20)  # noqa: PLR2004
    return kept >= 50 and loose <= 0.7 * kept  # noqa: PLR2004


def measure_pages(
    pages: Sequence[LinePage], chance: random.Random
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Measure all variants of all pages; gives names, rows, labels and weights."""
    threads = [thread for page in pages for thread in comment_threads(page)]
    rows: list[np.ndarray] = []
    labels: list[str] = []
    weights: list[float] = []
    names: tuple[str, ...] = ()
    for page in pages:
        web = page.id.startswith("wcxb")
        for variant in variants(page, 2 if web else 4, threads, chance):
            names, measured = measure(variant)
            rows.append(measured)
            labels += [line.label for line in variant]
            weights += [(0.8 if web else 1.0) / max(len(variant), 20) ** 0.5] * len(variant)
    return names, np.concatenate(rows), np.array(labels), np.array(weights)


def measure(lines: Sequence[Line]) -> tuple[tuple[str, ...], np.ndarray]:
    """Measure lines as they are measured when a document is processed."""
    listed = [LIST_ITEM.match(line.text) is not None for line in lines]
    blocks = tuple(
        Block("list_item" if li else "paragraph", 0, 1, line.text)
        for li, line in zip(listed, lines, strict=True)
    )
    verdicts, doubtful = apply_rules(view_page(Page("", blocks)))
    return measure_lines(
        [line.text for line in lines],
        [v is not None or k in doubtful for k, v in enumerate(verdicts)],
        listed,
    )


def comment_threads(page: LinePage) -> Iterator[Variant]:
    """Runs of readers' comments, to stand below other articles too."""
    run: Variant = []
    for line in (*page.lines, None):
        if line is not None and line.label == "comment":
            run.append(line)
            continue
        if len(run) >= 6 and sum(len(c.text.split()) for c in run) >= 60:  # noqa: PLR2004
            yield run
        run = []


def variants(
    page: LinePage, count: int, threads: Sequence[Variant], chance: random.Random
) -> Iterator[Variant]:
    """The page as it stands, and as other sites and other scrapers would have left it."""
    for number in range(count):
        lines = list(page.lines)
        if number:
            lines = change(lines, threads, chance)
        if chance.random() < 0.3:  # noqa: PLR2004 - old corpora and mails lost their accents
            lines = [with_text(line, re.sub(r"[^\x00-\x7f]", "?", line.text)) for line in lines]
        if len(lines) > 2:  # noqa: PLR2004
            yield lines


def change(lines: Variant, threads: Sequence[Variant], chance: random.Random) -> Variant:
    """One random variant: scraped already, frame cropped, comments below, shorter paragraphs, added stops."""
    body = [i for i, line in enumerate(lines) if line.label in {"body", "title"}]
    share = chance.random()
    if share < 0.3:  # noqa: PLR2004 - already scraped, with a few leftovers
        keep = {"body": 1.0, "title": 1.0, "supplement": 0.3}
        lines = [line for line in lines if chance.random() < keep.get(line.label, 0.03)]
    elif share < 0.55:  # noqa: PLR2004 - a part of the frame
        first = body[0] * chance.random()
        last = body[-1] + (len(lines) - body[-1]) * chance.random()
        lines = [line for i, line in enumerate(lines) if first <= i <= last or body[0] <= i <= body[-1]]
    if chance.random() < 0.3:  # noqa: PLR2004
        end = max((i for i, line in enumerate(lines) if line.label in {"body", "title"}), default=0)
        at = min(len(lines), end + 1 + chance.choice((0, 0, 0, 1, 3, 8)))
        lines = lines[:at] + chance.choice(threads)[: chance.randint(4, 60)] + lines[at:]
    if chance.random() < 0.35:  # noqa: PLR2004 - newspapers' paragraphs of one or two sentences
        lines = [part for line in lines for part in shorter(line, chance)]
    if chance.random() < 0.2:  # noqa: PLR2004 - corpora that end each line with a stop
        lines = [line if line.text[-1] in ".!?:" else with_text(line, line.text + ".") for line in lines]
    return lines


def shorter(line: Line, chance: random.Random) -> Iterator[Line]:
    """A long paragraph in pieces of one to three sentences."""
    if line.label not in {"body", "comment"} or len(line.text) < 200:  # noqa: PLR2004
        yield line
        return
    sentences = SENTENCE.split(line.text)
    while sentences:
        size = chance.choice((1, 1, 2, 3))
        yield with_text(line, " ".join(sentences[:size]))
        sentences = sentences[size:]


def with_text(line: Line, text: str) -> Line:
    """The same line with another text."""
    return replace(line, text=text)


def train(
    rows: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> dict[str, tuple[tuple[str, ...], list[lightgbm.Booster]]]:
    """Train all boosters; gives the outputs and boosters of each model."""
    judged = labels != "supplement"  # whether a dateline is kept is convention
    body = np.isin(labels, ("body", "title"))
    heavy = np.where(np.isin(labels, ("title", "comment")), 2.0, 1.0)
    title = np.where(labels == "title", 20.0, 1.0)
    keep = booster(rows, body, weights * heavy, judged, trees=120, leaves=24)
    parts = {
        "title": booster(rows, labels == "title", weights * title, judged, trees=60, leaves=16),
        "comment": booster(rows, labels == "comment", weights, judged, trees=60, leaves=16),
        "supplement": booster(rows, labels == "supplement", weights, labels != "", trees=60, leaves=16),
    }
    dropped = judged & ~body
    kinds = {kind: booster(rows, labels == kind, weights, dropped, trees=25, leaves=12) for kind in KINDS}
    return {
        "text_keep": (("keep",), [keep]),
        "text_parts": (tuple(parts), list(parts.values())),
        "text_kinds": (tuple(kinds), list(kinds.values())),
    }


def booster(  # noqa: PLR0913 - what is learned from what, and how much of it
    rows: np.ndarray,
    wanted: np.ndarray,
    weights: np.ndarray,
    used: np.ndarray,
    *,
    trees: int,
    leaves: int,
    rate: float = RATE,
) -> lightgbm.Booster:
    """Train one binary booster."""
    data = lightgbm.Dataset(rows[used], wanted[used], weight=weights[used], free_raw_data=True)
    return lightgbm.train({**SHARED, "num_leaves": leaves, "learning_rate": rate}, data, trees)


if __name__ == "__main__":
    main()
