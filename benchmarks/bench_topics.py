"""Topics: how well the heads of IPTC Media Topics are found, on 166 labelled documents.

`python benchmarks/bench_topics.py SHARED`, SHARED being the folder of development data.  The labels
(`benchmarks/topics_labels.tsv`) are one reader's, by title and opening, one to three heads each.  The
vocabulary was written before any of the documents was read; thresholds and terms were then looked at on
the documents with an even hash, and those with an odd one are held out.  The document is
read as one section; of what is found the best three heads count.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.records import Section
from ingest.settings import DEFAULT_SETTINGS
from ingest.topics import find_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = Path(__file__).with_name("topics_labels.tsv")
MOST_HEADS = 3


def texts(shared: Path) -> Iterator[tuple[str, str]]:
    """Keys of documents and their texts."""
    for corpus in ("wcxb", "scrapinghub", "fundus"):
        truth = json.loads((shared / "data" / "html" / corpus / "truth.json").read_text(encoding="utf-8"))
        for ident, page in truth.items():
            yield key(corpus, ident), page["articleBody"]
    for corpus, path in (
        ("polnear", "quotes/polnear_doc"),
        ("re3d", "names/re3d"),
        ("conllpp2020", "names/conllpp2020"),
    ):
        with gzip.open(shared / "data" / f"{path}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                document = json.loads(line)
                yield key(corpus, document["id"]), document["text"]


def key(corpus: str, ident: str) -> str:
    """The key under which a document is labelled."""
    return sha256(f"topics:{corpus}:{ident}".encode()).hexdigest()[:12]


def labels() -> dict[str, list[str]]:
    """Heads of each labelled document, the main one first."""
    lines = (line for line in LABELS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {ident: heads.split(",") for ident, heads in (line.split("\t") for line in lines)}


def found_heads(text: str) -> list[str]:
    """Heads that are found in a document, the best first."""
    section = Section("body", "", None, 0, text, 0, len(text), 0, len(text))
    topics = find_topics((section,), DEFAULT_SETTINGS)
    return [t.topic_id[7:9] for t in topics if t.topic_id.endswith("000000")][:MOST_HEADS]


def main() -> None:
    """Print precision, recall and F1 of heads, and how often the main one is found first."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("shared", type=Path)
    parse.add_argument("--errors", action="store_true", help="show those of the half that was looked at")
    arguments = parse.parse_args()
    wanted, known = labels(), dict(texts(arguments.shared))
    for name, odd in (("looked at", 0), ("held out", 1)):
        some = {i: heads for i, heads in wanted.items() if int(i[-1], 16) % 2 == odd}
        counts: Counter[str] = Counter()
        for ident, heads in some.items():
            found = found_heads(known[ident])
            counts["right"] += len(set(found) & set(heads))
            counts["found"] += len(found)
            counts["wanted"] += len(heads)
            counts["main first"] += found[:1] == heads[:1]
            counts["main found"] += heads[0] in found
            counts["none"] += not found
            if arguments.errors and not odd and heads[0] not in found[:1]:
                print(ident, heads, found)
        precision, recall = counts["right"] / counts["found"], counts["right"] / counts["wanted"]
        f1 = 2 * precision * recall / (precision + recall)
        first, among = (counts[what] / len(some) for what in ("main first", "main found"))
        print(
            f"{name}: {len(some)} documents; heads P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; "
            f"main head first {first:.3f}, found {among:.3f}; none found {counts['none']}"
        )


if __name__ == "__main__":
    main()
