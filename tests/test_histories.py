"""After any history of runs all tables are those of one run over the same landing folder from nothing.

A run looks at what it touched and takes the rest over from the snapshot before.  So histories that bring,
replace, copy, mend, refuse, take out and decide on small corpora are compared with single runs, row for row.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import made_records
import numpy as np
import pytest
from made_news import DECISIONS, Newsroom, news_record
from made_records import Landing, contents

from ingest.corpus import affected
from ingest.corpus.stories import cells, originals, rarity, similar
from ingest.corpus.stories import groups as story_groups
from ingest.names.resolve import merger
from ingest.settings import Settings
from ingest.store import publish
from ingest.tables import parts, ranges

SIZES = (0, 2, 6, 11, 12, 22, 23, 45)
"""Documents at first: two numbers beside each other lie beside the middle between two powers of two."""
PARTS = (None, (2_500, 2_500), (1, 1), (1, 1_000_000))
STEPS = (rarity.STEPS, np.array([1e-9, 1e9]))
"""Rarity as it is, or so coarse that nothing but what a run brings makes it look at a document."""
PRIORS = (rarity.PRIORS, np.ones(5))
"""Words are rare in a large corpus only, or in a small one too."""


HISTORIES = 10
FEW = 0.5
MARKS = (
    ("documents", "near_duplicate_of"),
    ("documents", "duplicate_of"),
    ("documents", "story_id"),
    ("quotes", "same_statement_id"),
)


@pytest.fixture
def small(monkeypatch):
    """Choose limits so small that a handful of documents reaches them."""

    def choose(rng):
        limits = rng.choice(PARTS)
        if limits:
            for module, name, value in (
                *((parts, "GROUP_BYTES", 600), (parts, "PART_BYTES", 3_000), (ranges, "RANGE_BYTES", 2_000)),
                *((parts, "SMALL_BYTES", limits[0]), (parts, "FULL_BYTES", limits[1])),
            ):
                monkeypatch.setattr(module, name, value)
        monkeypatch.setattr(cells, "CELL_DOCUMENTS", rng.choice([1, 2, 3, 64]))
        at_once = random.Random(repr(rng.getstate())).choice([1, 5, 8_192])  # noqa: S311  # as below
        for module in (originals, similar, story_groups):
            monkeypatch.setattr(module, "DOCUMENTS_AT_ONCE", at_once)
        monkeypatch.setattr(similar, "EARLY", rng.choice([1, 4, 9, 4096]))
        monkeypatch.setattr(rarity, "STEPS", rng.choice(STEPS))
        monkeypatch.setattr(rarity, "PRIORS", rng.choice(PRIORS))
        crowd = rng.choice([2, 3, 24])
        for module in (affected, merger):
            monkeypatch.setattr(module, "CROWD", crowd)

    return choose


@pytest.fixture(autouse=True)
def looked_at(monkeypatch):
    """Shares of the documents that the runs have looked at for stories."""
    shares = []
    search = publish.find_stories

    def watched(corpus, known):
        stories = search(corpus, known)
        if len(known.features):
            shares.append(len(stories.looked_at) / max(1, corpus.documents.num_rows))
        return stories

    monkeypatch.setattr(publish, "find_stories", watched)
    monkeypatch.setattr(made_records, "make_record", news_record)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    return shares


def decided(folder, chosen):
    path = folder / "decisions.csv"
    path.write_text("\n".join(["decision,entity_type,key,other_type,other_key", *chosen, ""]), "utf-8")
    return Settings(decisions_path=str(path))


def compare(grown, folder, settings):
    """Compare a store with one made at once; give the tables."""
    at_once = Landing(folder, dict(grown.files))
    at_once.run(settings=settings)
    found, expected = contents(grown.curated), contents(at_once.curated)
    for name, rows in expected.items():
        assert found[name] == rows, name
    return expected


def marked(tables, table, column):
    return sum(row[column] is not None for row in tables[table])


def live(seed, folder, small):
    """Let runs follow each other; give the tables, which are those of one run."""
    rng = random.Random(seed)  # noqa: S311  # the same histories each time
    small(rng)
    folder.mkdir()
    newsroom, grown = Newsroom(rng), Landing(folder / "grown")
    size = rng.choice(SIZES)
    paths = [f"{place}/{n:02}.txt" for place in "ab" for n in range(max(6, size))]
    grown.files = {path: newsroom.text() for path in rng.sample(paths, size)}
    decisions = rng.sample(DECISIONS, rng.choice([0, 0, 1, 3]))
    for _ in range(rng.randint(2, 6)):
        grown.run(prune=rng.random() < 0.9, settings=decided(folder, decisions))
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 6])):
            newsroom.change(grown.files, paths)
        if rng.random() < 0.15:
            decisions = rng.sample(DECISIONS, rng.choice([0, 1, 3]))
    grown.run(prune=True, settings=decided(folder, decisions))
    return compare(grown, folder / "once", decided(folder, decisions))


def test_a_history_of_runs_gives_what_one_run_gives(small, tmp_path, looked_at):
    found = Counter()
    for seed in range(HISTORIES):
        tables = live(seed, tmp_path / str(seed), small)
        for table, column in MARKS:
            found[column] += marked(tables, table, column)
        found.update({name: len(tables[name]) for name in ("rejects", "_hidden_mentions")})
    assert min(found.values()), "some of each are found"
    assert min(looked_at) < FEW, "some runs look at few documents"


TIDES = "Mona Ekdahl met Pelle Grahn and Tuva Lindh."
MILLS = "Otto Brandt met Robert Holm and Anna Sand."
OTHERS = {f"z{n}.txt": f"nothing of note {word}" for n, word in enumerate(("ab", "cd", "ef", "gh", "ij"))}
"""Enough documents that one more or less does not change the size of the corpus."""

TREES = "alder birch cedar holly hazel maple rowan aspen beech larch linden willow poplar"
DAY, LATER = "#day 1\n\n", "#day 9\n\n"

CASES = {
    "the text goes that two groups were one story by": (
        {
            "a.txt": DAY + TIDES,
            "b.txt": DAY + TIDES + " " + MILLS,
            "c.txt": DAY + MILLS,
            "y.txt": LATER + MILLS + " " + TIDES,  # no word becomes one that a single text has
        },
        {"b.txt": None},
        [("documents", "story_id", 3, 0)],
        [],
    ),
    "the only copy of a text goes": (
        {"a.txt": TIDES, "b.txt": TIDES},
        {"b.txt": None},
        [("documents", "story_id", 2, 0), ("documents", "duplicate_of", 1, 0)],
        [],
    ),
    "the first of three texts that are nearly the same goes": (
        {f"{path}.txt": f"{TREES} {word}" for path, word in (("a", "elm"), ("b", "oak"), ("c", "fir"))},
        {"a.txt": None},
        [("documents", "near_duplicate_of", 2, 1)],
        [],
    ),
    "a text comes before two that are nearly the same": (
        {f"{path}.txt": f"{TREES} {word}" for path, word in (("b", "oak"), ("c", "fir"))},
        {"a.txt": TREES + " elm"},
        [("documents", "near_duplicate_of", 1, 2)],
        [],
    ),
    "the quotation goes by which two others were one statement": (
        {
            "a.txt": DAY + TIDES + "\n\n“alder birch cedar holly hazel”",
            "b.txt": DAY + TIDES + "\n\n“alder birch cedar maple rowan aspen”",
            "c.txt": DAY + TIDES + "\n\n“maple rowan aspen beech larch”",
            "y.txt": LATER + TREES,
            "z.txt": LATER + TIDES,
        },
        {"b.txt": None},
        [("documents", "story_id", 3, 2), ("quotes", "same_statement_id", 3, 0)],
        [],
    ),
    "the original of copies goes": (
        {"a.txt": TIDES, "b.txt": TIDES, "c.txt": TIDES},
        {"a.txt": None},
        [("documents", "story_id", 3, 2), ("documents", "duplicate_of", 2, 1)],
        [],
    ),
    "words become common by which two quotations were told apart, or thought the same": (
        {
            "a.txt": DAY + TIDES + "\n\n“alder birch cedar holly hazel maple rowan aspen”",
            "b.txt": DAY + TIDES + "\n\n“alder birch cedar beech larch linden willow poplar”",
        },
        {"c.txt": LATER + TREES.removeprefix("alder birch cedar ")},
        [("documents", "story_id", 2, 2), ("quotes", "same_statement_id", 2, 0)],
        [("STEPS", STEPS[0]), ("PRIORS", PRIORS[1])],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_run_changes_in_documents_that_it_does_not_read(case, tmp_path, monkeypatch):
    first, changes, marks, weights = CASES[case]
    for name, value in weights or [("STEPS", STEPS[1])]:
        monkeypatch.setattr(rarity, name, value)
    grown = Landing(tmp_path / "grown", first | OTHERS)
    grown.run()
    before = contents(grown.curated)
    grown.files = {path: text for path, text in (grown.files | changes).items() if text is not None}
    grown.run(prune=True)
    after = compare(grown, tmp_path / "once", Settings())
    for table, column, were, are in marks:
        assert (marked(before, table, column), marked(after, table, column)) == (were, are), column
