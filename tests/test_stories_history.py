"""Stories, near-duplicates and statements are a function of the documents: whatever came and went before.

A run looks at what it touched, so each run is compared with one that looks at everything.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from dataclasses import replace

import made_records
import pytest
from made_records import Landing, contents, make_record

from ingest.corpus import candidates
from ingest.records import Metadata
from ingest.store import publish

EVENTS = 25
MOST_LOOKED_AT = 0.6
MARKS = (
    ("documents", "near_duplicate_of"),
    ("documents", "duplicate_of"),
    ("documents", "story_id"),
    ("quotes", "same_statement_id"),
)
STORY_TABLES = ("documents", "stories", "quotes", "_features", "_pairs", "entities", "_links")


def dated_record(path, source):
    """A record that says when it was published, where its source begins with `day` and a number."""
    found = re.match(r"day (\d+)", source)
    day = f"2024-05-{int(found[1]) + 1:02}T12:00:00Z" if found else None
    return replace(make_record(path, source), metadata=Metadata(published_at=day))


@pytest.fixture(autouse=True)
def looked_at(monkeypatch):
    """How many documents each run looked at, of how many; dates and small cells for all of them."""
    shares = []
    search = publish.find_retold

    def watched(corpus, known):
        retold = search(corpus, known)
        shares.append((len(retold.looked_at), corpus.documents.num_rows))
        return retold

    monkeypatch.setattr(publish, "find_retold", watched)
    monkeypatch.setattr(made_records, "make_record", dated_record)
    monkeypatch.setattr(candidates, "CELL_DOCUMENTS", 2)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    return shares


class Newsroom:
    """Writes texts on a few events: who and what is the event's, more words are the text's own."""

    def __init__(self, seed):
        self.rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.words = ["".join(self.rng.choices("abcdefghij", k=6)) for _ in range(1500)]
        given, family = ("Mona", "Pelle", "Tuva", "Otto"), ("Ekdahl", "Grahn", "Lindh", "Brandt", "Holm")
        people = [f"{one} {other}" for one in given for other in family]
        people += [f"{one}{end} {other}" for one in given for end in "aeio" for other in family]
        self.rng.shuffle(people)
        self.events = [
            (people[3 * event : 3 * event + 3], self.rng.sample(self.words, 12), 3 * (event % 9))
            for event in range(EVENTS)
        ]

    def text(self):
        people, words, day = self.rng.choice(self.events)
        people = [who if self.rng.random() < 0.7 else who.split()[1] for who in self.rng.sample(people, 2)]
        said = self.rng.sample(words[:6], 4)
        own = self.rng.sample(self.words, self.rng.randrange(2, 12))
        when = f"day {day + self.rng.randrange(3)}\n" if self.rng.random() < 0.8 else ""
        body = " ".join(self.rng.sample(words, 9) + own)
        return f"{when}{people[0]} met {people[1]}, {body}.\n\n“they will {' '.join(said)}”"

    def change(self, files):
        """Bring, replace, copy, mend or take out some texts."""
        for _ in range(self.rng.randrange(1, 4)):
            path = f"{self.rng.randrange(200):03}.txt"
            kind = self.rng.choice(["new", "new", "new", "copy", "mended", "gone"])
            some = files[self.rng.choice(sorted(files))]
            if kind == "new":
                files[path] = self.text()
            elif kind == "copy":
                files[path] = some
            elif kind == "mended":
                files[path] = some + " " + self.rng.choice(self.words)
            else:
                files.pop(self.rng.choice(sorted(files)))


@pytest.mark.parametrize("seed", range(2))
def test_a_history_of_runs_gives_what_one_run_gives(seed, tmp_path, looked_at):
    newsroom = Newsroom(seed)
    grown = Landing(tmp_path / "grown", {f"{i:03}.txt": newsroom.text() for i in range(0, 200, 4)})
    grown.run()
    seen, shares = Counter(), []
    for step in range(1, 9):
        newsroom.change(grown.files)
        grown.run(prune=True)
        shares.append(looked_at[-1])
        if step % 4:
            continue
        at_once = Landing(tmp_path / f"once-{step}", dict(grown.files))
        at_once.run()
        found, expected = contents(grown.curated), contents(at_once.curated)
        for name in STORY_TABLES:
            assert found[name] == expected[name], name
        assert found == expected
        for table, column in MARKS:
            seen[column] += sum(row[column] is not None for row in expected[table])
    assert all(seen[column] for _, column in MARKS), "some of each are found"
    assert min(few / of for few, of in shares) < MOST_LOOKED_AT, "some runs look at a part"
