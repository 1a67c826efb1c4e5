"""Stories: how well documents on one event are found, and what finding them costs.

`quality --corpus FILE` ingests labelled news texts (ECB+ as JSON lines: `id` such as `12_3ecb.xml`,
`text`); two texts are one story when number and suffix agree.  A topic of ECB+ has two events of the
same kind (two earthquakes, two arrests), so what differs is the event and not the subject.  Thresholds
were chosen on the topics with an even hash; the others are held out.

`cost --documents N` times the search on generated signatures, of all of them and of 100 more, one process
for each N.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from corpora import read_rows

import ingest
from ingest.corpus.stories import find_stories
from ingest.corpus.stories.originals import Corpus, Known
from ingest.run import Options, ingest_folder
from ingest.store.publish.rebuild import write_whole
from ingest.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

STORED = ("_signatures", "_names")
ADDED = 100
SHARING, COPIED = 0.75, 0.05
"""Parts of the generated documents that share an event with others, and of these that copy its text."""

KEYS = re.compile(r"(\d+)_\d+(ecb|ecbplus)\.xml")


def story_key(ident: str) -> tuple[str, str]:
    """Topic and event of a text of ECB+."""
    found = KEYS.fullmatch(ident)
    assert found, ident
    return found[1], found[2]


def is_held_out(topic: str) -> bool:
    """Whether a topic was left alone when thresholds were chosen."""
    return sha256(f"stories:{topic}".encode()).digest()[0] % 2 == 1


def quality(corpus: Path, curated: Path | None) -> None:
    """Print precision, recall and F1 of pairs, and B-cubed, on both halves."""
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        landing.mkdir()
        for text in read_rows(corpus):
            (landing / f"{text['id']}.txt").write_text(text["text"], encoding="utf-8")
        target = curated or Path(folder) / "curated"
        ingest_folder(Options(landing, target, workers=1))
        rows = ingest.open_curated(target).sql(
            "SELECT source_path, coalesce(story_id, document_id) AS story FROM documents"
        )
    found = {row.source_path.removesuffix(".txt"): row.story for row in rows.itertuples()}
    for name, held in (("chosen on", False), ("held out", True)):
        report(name, {k: v for k, v in found.items() if is_held_out(story_key(k)[0]) == held})


def report(name: str, found: Mapping[str, str]) -> None:
    """Print the measures of one half."""
    right = wrong = missed = 0
    for one, other in combinations(found, 2):
        same, put = story_key(one) == story_key(other), found[one] == found[other]
        right, wrong, missed = right + (same and put), wrong + (put and not same), missed + (same and not put)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(
        f"{name}: {len(found)} texts on {len(set(map(story_key, found)))} events, "
        f"{len(set(found.values()))} stories; pairs P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; "
        "B3 P {:.3f} R {:.3f} F1 {:.3f}".format(*b_cubed(found))
    )


def b_cubed(found: Mapping[str, str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga and Baldwin 1998)."""
    both, sizes, truths = Counter(), Counter(), Counter()
    for ident, group in found.items():
        both[group, story_key(ident)] += 1
        sizes[group] += 1
        truths[story_key(ident)] += 1
    p = sum(both[g, story_key(i)] / sizes[g] for i, g in found.items()) / len(found)
    r = sum(both[g, story_key(i)] / truths[story_key(i)] for i, g in found.items()) / len(found)
    return p, r, 2 * p * r / (p + r)


def cost(documents: int) -> None:
    """Generate signatures, then time the search for stories in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        every = generated(np.random.default_rng(7), documents + ADDED)
        first = np.sort(np.random.default_rng(8).choice(documents + ADDED, documents, replace=False))
        for part, kept in (
            ("before", every["items"].column("document_id").take(pa.array(first))),
            ("now", None),
        ):
            for name, rows in every.items():
                write(of_documents(rows, kept), name, Path(folder) / part)
        subprocess.run([sys.executable, __file__, "measure", folder], check=True)


def of_documents(rows: pa.Table, kept: pa.ChunkedArray | None) -> pa.Table:
    """The rows of some documents; all of a table that has no documents."""
    if kept is None or "document_id" not in rows.column_names:
        return rows
    return rows.filter(pc.is_in(rows.column("document_id"), kept.combine_chunks()))


def write(rows: pa.Table, name: str, folder: Path) -> None:
    """Write a generated table: as parts where it is read part by part."""
    folder.mkdir(exist_ok=True)
    if name in STORED:
        write_whole(TABLES[name], rows, folder / name)
    else:
        pq.write_table(rows, folder / f"{name}.parquet")


def corpus(folder: Path, known: Known | None) -> Corpus:
    """The generated tables, of which all are new or those that are not known."""
    links, entities, items = (pq.read_table(folder / f"{n}.parquet") for n in ("links", "entities", "items"))
    ids = items.column("document_id")
    new = (
        ids.filter(pc.invert(pc.is_in(ids, known.documents.column("document_id").combine_chunks())))
        if known
        else ids
    )
    signatures, names = parts(folder)
    return Corpus(signatures, names, links, entities, items, new.combine_chunks(), pa.array([], pa.string()))


def parts(folder: Path) -> list[list[Path]]:
    """Paths of the parts of the signatures and of the names."""
    return [sorted((folder / name).glob("part-*.parquet"), key=first_id) for name in STORED]


def first_id(part: Path) -> str:
    """The document with which a part begins."""
    return pq.read_table(part, columns=["document_id"]).column(0)[0].as_py()


def measure(folder: Path) -> None:
    """Search for stories, and print CPU seconds and peak memory."""
    before = peak_mb()
    first = corpus(folder / "before", None)
    nothing = [
        TABLES[name].schema().empty_table() for name in ("entities", "_features", "_pairs", "documents")
    ]
    start = time.process_time()
    stories = find_stories(first, Known([], *nothing))
    spent = time.process_time() - start
    peak = peak_mb()
    documents = stories.documents.append_column("source_path", first.documents.column("source_path"))
    known = Known(first.signatures, first.entities, *stories.state.values(), documents)
    start = time.process_time()
    again = find_stories(corpus(folder / "now", known), known)
    more = time.process_time() - start
    ids, near = (stories.documents.column(name) for name in ("story_id", "near_duplicate_of"))
    size = sum(path.stat().st_size for path in first.signatures)
    print(
        f"{len(ids):,} documents: {spent:.1f} CPU s, peak {peak:,.0f} MB ({before:,.0f} before), "
        f"signatures {size / 1e6:.0f} MB; {len(ids) - ids.null_count:,} in "
        f"{len(pc.unique(ids.drop_null())):,} stories, {len(near) - near.null_count:,} near-duplicates; "
        f"{ADDED} more: {more:.2f} CPU s, {len(again.looked_at):,} documents looked at"
    )


def peak_mb() -> float:
    """Peak memory of this program; `getrusage` would count what the process was before it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


KINDS, KIND_SHARES = ("PERSON", "ORGANIZATION", "LOCATION", "NORP"), (0.45, 0.3, 0.2, 0.05)


def generated(rng: np.random.Generator, documents: int) -> dict[str, pa.Table]:
    """Signatures of made-up news: words and names by Zipf's law, a thousand documents a day.

    Of four documents one stands alone, and three share an event with others: its names and words.
    """
    entities, words, events = max(50, documents // 3), 200_000, max(1, documents // 8)
    ids = [f"{i:016x}" for i in np.sort(rng.choice(1 << 62, documents, replace=False)).tolist()]
    event = np.where(rng.random(documents) < SHARING, rng.integers(0, events, documents), -1)
    day = np.where(
        event >= 0,
        event * max(1, documents // 1000) // events,
        rng.integers(0, max(1, documents // 1000), documents),
    )
    signatures, names = defaultdict(list), defaultdict(list)
    for at, ident in enumerate(ids):
        own = np.random.default_rng(int(event[at])) if event[at] >= 0 else rng
        topical = np.concatenate([zipf(own, words, 60)[:30], zipf(rng, words, 160)])
        who = np.concatenate([zipf(own, entities, 12), zipf(rng, entities, 14)])
        shared = own.integers(0, 1 << 32, 64, dtype=np.uint32)
        copied = rng.random() < COPIED
        sketch = np.where(
            rng.random(64) < (0.8 if copied else 0.1), shared, rng.integers(0, 1 << 32, 64, dtype=np.uint32)
        )
        signatures["document_id"].append(ident)
        signatures["published_day"].append(int(day[at]))
        signatures["words"].append(np.unique(mixed(topical)))
        signatures["quoted"].append(np.unique(sketch[:12]))
        signatures["shingles"].append(np.unique(sketch))
        for name, count in zip(*np.unique(who, return_counts=True), strict=True):
            names["document_id"].append(ident)
            names["name_id"].append(f"{int(name):016x}")
            names["mention_count"].append(int(count))
    return tables(ids, signatures, names, rng.choice(KINDS, entities, p=KIND_SHARES))


def tables(
    ids: list[str], signatures: dict[str, list[object]], names: dict[str, list[object]], kinds: np.ndarray
) -> dict[str, pa.Table]:
    """The tables that the search for stories reads, of documents with these signatures and names."""
    rows, documents, entities = len(names["document_id"]), len(ids), len(kinds)
    blank = pa.array(["PERSON"]).take(pa.array(np.zeros(rows, np.int64)))
    some_names = {
        **names,
        "entity_type": blank,
        "key": blank,
        "authority_id": pa.nulls(rows, pa.string()),
        "display": blank,
    }
    every = [f"{i:016x}" for i in range(entities)]
    return {
        "_signatures": pa.table(dict(signatures), TABLES["_signatures"].schema()),
        "_names": pa.table({n: some_names[n] for n in TABLES["_names"].names}, TABLES["_names"].schema()),
        "links": pa.table({"name_id": every, "entity_id": every}),
        "entities": pa.table(
            {
                "entity_id": every,
                "entity_name": every,
                "entity_type": kinds,
                "document_count": np.bincount([int(n, 16) for n in names["name_id"]], minlength=entities),
            }
        ),
        "items": pa.table(
            {
                "document_id": ids,
                "source_path": ids,
                "is_reject": pa.array(np.zeros(documents, np.bool_)),
                "duplicate_of": pa.nulls(documents, pa.string()),
            }
        ),
    }


def zipf(rng: np.random.Generator, kinds: int, count: int) -> np.ndarray:
    """Ranks by Zipf's law: log-uniform."""
    return np.exp(rng.random(count) * np.log(kinds)).astype(np.int64) - 1


def mixed(values: np.ndarray) -> np.ndarray:
    """Numbers as hashes."""
    return ((values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)).astype(np.uint32)


def main() -> None:
    """Measure what the command line asks for."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parse.add_subparsers(dest="command", required=True)
    good = commands.add_parser("quality")
    good.add_argument("--corpus", type=Path, required=True)
    good.add_argument("--curated", type=Path, help="keep the tables here")
    dear = commands.add_parser("cost")
    dear.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000])
    commands.add_parser("measure").add_argument("folder", type=Path)
    arguments = parse.parse_args()
    if arguments.command == "measure":
        measure(arguments.folder)
    elif arguments.command == "quality":
        quality(arguments.corpus, arguments.curated)
    else:
        for count in arguments.documents:
            cost(count)


if __name__ == "__main__":
    main()
