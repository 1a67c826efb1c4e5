"""Topics: how well IPTC Media Topics are found, on documents labelled by hand.

`python benchmarks/bench_topics.py SHARED`, SHARED being the folder of development data.  The labels
(`benchmarks/topics_labels.tsv`) are one reader's, by title and opening: one to three heads each for 166
documents, topics below the heads for 214, those labelled with none included.  The vocabulary was
written before any of the documents was read; thresholds and terms were then looked at on the documents with
an even hash, and those with an odd one are held out.  The document is read as one section; of what
is found the best three heads count, and the best three topics below them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import read_rows

from ingest.records import Section
from ingest.settings import DEFAULT_SETTINGS
from ingest.topics import find_topics
from ingest.topics.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = Path(__file__).with_name("topics_labels.tsv")
MOST = 3


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
        for document in read_rows(shared / "data" / f"{path}.jsonl.gz"):
            yield key(corpus, document["id"]), document["text"]


def key(corpus: str, ident: str) -> str:
    """The key under which a document is labelled."""
    return sha256(f"topics:{corpus}:{ident}".encode()).hexdigest()[:12]


def labels() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Heads of each document that is labelled with them, the main one first; and topics below the heads."""
    rows = (line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    heads, below = {}, {}
    for ident, of_heads, of_below in rows:
        if of_heads:
            heads[ident] = of_heads.split(",")
        if of_below:
            below[ident] = [] if of_below == "-" else of_below.split(",")
    return heads, below


def found(text: str) -> tuple[list[str], list[str]]:
    """Heads and topics below them that are found in a document, the best first."""
    section = Section("body", "", None, 0, text, 0, len(text), 0, len(text))
    codes = [t.topic_id.removeprefix("medtop:") for t in find_topics((section,), DEFAULT_SETTINGS)]
    heads = [code[:2] for code in codes if code.endswith("000000")]
    return heads[:MOST], [code for code in codes if not code.endswith("000000")][:MOST]


def rates(counts: Counter[str]) -> str:
    """Precision, recall and F1 of what was found."""
    precision, recall = counts["right"] / counts["found"], counts["right"] / counts["wanted"]
    f1 = 2 * precision * recall / (precision + recall)
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f}"


def judge_below(half: str, wanted: dict[str, list[str]], known: dict[str, str], *, apart: bool) -> None:
    """Print how well topics below the heads are found, as labelled, and if asked each by itself."""
    whole: Counter[str] = Counter()
    near: Counter[str] = Counter()
    each: dict[str, Counter[str]] = defaultdict(Counter)
    taxonomy = load_taxonomy(None)

    def line(code: str) -> set[str]:
        return {ident.removeprefix("medtop:") for ident in taxonomy.chain(f"medtop:{code}")}

    for ident, codes in wanted.items():
        told = found(known[ident])[1]
        whole += Counter(right=len(set(told) & set(codes)), found=len(told), wanted=len(codes))
        related = [code for code in told if any(code in line(w) or w in line(code) for w in codes)]
        reached = [w for w in codes if any(w in line(code) or code in line(w) for code in told)]
        near += Counter(precise=len(related), found=len(told), reached=len(reached), wanted=len(codes))
        for code in {*told, *codes}:
            each[code] += Counter(
                right=code in told and code in codes, found=code in told, wanted=code in codes
            )
    print(f"{half}, below the heads: {len(wanted)} documents, {whole['wanted']} labels; {rates(whole)}")
    precise, reached = near["precise"] / near["found"], near["reached"] / near["wanted"]
    print(f"  with what lies above or below a label counting as right: P {precise:.3f} R {reached:.3f}")
    for code, counts in sorted(each.items() if apart else (), key=lambda item: -item[1]["wanted"]):
        name = taxonomy.names[f"medtop:{code}"]
        print(f"  {name}: {counts['wanted']} labelled, {counts['found']} found, {counts['right']} both")


def main() -> None:
    """Print precision, recall and F1 of heads, and how often the main one is found first."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("shared", type=Path)
    parse.add_argument("--errors", action="store_true", help="show those of the half that was looked at")
    parse.add_argument("--each", action="store_true", help="show each topic below the heads by itself")
    arguments = parse.parse_args()
    (wanted, below), known = labels(), dict(texts(arguments.shared))
    for name, odd in (("looked at", 0), ("held out", 1)):
        some = {i: heads for i, heads in wanted.items() if int(i[-1], 16) % 2 == odd}
        counts: Counter[str] = Counter()
        for ident, heads in some.items():
            told = found(known[ident])[0]
            counts["right"] += len(set(told) & set(heads))
            counts["found"] += len(told)
            counts["wanted"] += len(heads)
            counts["main first"] += told[:1] == heads[:1]
            counts["main found"] += heads[0] in told
            counts["none"] += not told
            if arguments.errors and not odd and heads[0] not in told[:1]:
                print(ident, heads, told)
        first, among = (counts[what] / len(some) for what in ("main first", "main found"))
        print(
            f"{name}: {len(some)} documents; heads {rates(counts)}; "
            f"main head first {first:.3f}, found {among:.3f}; none found {counts['none']}"
        )
    for name, odd in (("looked at", 0), ("held out", 1)):
        some = {i: codes for i, codes in below.items() if int(i[-1], 16) % 2 == odd}
        judge_below(name, some, known, apart=arguments.each)


if __name__ == "__main__":
    main()
