"""Measure quotations and their speakers beside a regular expression and textacy.

    INGEST_SHARED=../shared OMP_NUM_THREADS=1 python benchmarks/bench_quotes.py
    python benchmarks/bench_quotes.py --shared ../shared --weights "other weights=PATH.tsv.gz" --limit 500

Prints Markdown tables.  What is missing (the data, textacy, its model) is named with its reason and
left out.

*Joint F1*: the quotation overlaps the labelled one by at least 0.8 and the head of the speaker's name
is right, over quotations with a speaker (`joint_spk` of `eval/quote_eval.py` in the shared folder).
*Direct*: direct quotations, fragments neither rewarded nor punished.  *Direct and partial*: both.  Speed is
in paragraphs with quotation marks per CPU second, names not included, all systems in this run; only ratios
mean anything.  *Through `process()`*: whole articles as plain-text files, names and all, as a run sees them.
*Certainty*: what the column states beside the share of rows that are right, on the paragraphs.
The pronouns are those of `tests/pronoun_cases.py`.  textacy gives nothing for a text with an odd number of
marks, which counts as nothing found; whole articles lose most by it.  The Gender Gap Tracker's extractor is
on no package index and is not measured here.  `pip install -e '.[bench]'` brings textacy and spaCy's small
model; --spacy names another.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_names import SMALL
from corpora import peer, read_rows
from quote_rules import decide_by_rules

from ingest import process
from ingest.layout import to_source
from ingest.quotes import find_quotes
from ingest.quotes.decide import decide
from ingest.quotes.decide.ranker import MODEL, load_model, parse_model
from ingest.quotes.paragraphs.marks import MAY_QUOTE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from ingest.records import Name, Quote

ROOT = Path(__file__).parents[1]
Found = list[dict[str, Any]]
Finder = Callable[[str], Found]
_OVERLAP = 0.8

_PAIRED = re.compile(r"\u201c([^\u201d]+)(?:\u201d|$)|\"([^\"]+)(?:\"|$)|''((?:(?!'').)+)(?:''|$)", re.DOTALL)
_CUE = (
    "(?:said|says|told|added|wrote|asked|noted|replied|explained|continued|declared|argued|insisted|warned"
    "|tweeted)"
)
_NAME = r"(?:(?:[A-Z][\w.'\u2019-]+ ?){1,4}|[Hh]e|[Ss]he|[Tt]hey)"
_SAYS = re.compile(rf"({_NAME}) {_CUE}|{_CUE} ({_NAME})")


def ours(decide_by: Callable[..., Any]) -> Finder:
    """Our finder, with the shipped weights, others, or the rules alone; no names are given to it."""

    def find(text: str) -> Found:
        return [
            {"start": q.char_start, "end": q.char_end, "speaker": q.speaker or "", "kind": q.quote_type}
            for q in find_quotes(text, (), (), (), decide_by=decide_by)
            if q.quote_type != "mention_only"
        ]

    return find


def by_regex(text: str) -> Found:
    """Paired marks, and the nearest "Name said" or "said Name" of the paragraph."""
    found: Found = []
    at = 0
    for paragraph in text.split("\n\n"):
        cues = [(m.start(), m.group(1) or m.group(2)) for m in _SAYS.finditer(_PAIRED.sub(_blank, paragraph))]
        for m in _PAIRED.finditer(paragraph):
            nearest = min(cues, key=lambda cue: abs(cue[0] - m.start()), default=(0, ""))
            group = m.lastindex or 0
            span = {"start": at + m.start(group), "end": at + m.end(group)}
            found.append({**span, "speaker": nearest[1].strip(), "kind": "direct"})
        at += len(paragraph) + 2
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def textacy_finder(model: str) -> Finder | None:
    """Load textacy's direct quotations over a spaCy model; None where either is missing."""
    extract, spacy = peer("textacy.extract"), peer("spacy")
    if extract is None or spacy is None:
        return None
    try:
        nlp = spacy.load(model)
    except OSError as error:
        print(f"Skipped textacy: {error}.\n")
        return None

    def find(text: str) -> Found:
        try:
            quotes = list(extract.direct_quotations(nlp(text)))
        except ValueError:  # an odd number of marks
            return []
        return [
            {
                "start": q.content.start_char,
                "end": q.content.end_char,
                "speaker": " ".join(t.text for t in q.speaker),
                "kind": "direct",
            }
            for q in quotes
        ]

    return find


def through_pipeline(text: str) -> Found:
    """A whole article as a run sees it, its quotations placed in the file's text."""
    record = process(text.encode(), "article.txt")
    found: Found = []
    for quote in record.quotes:
        if quote.quote_type != "mention_only":
            start, end = to_source(record.source_map, quote.char_start, quote.char_end)
            span = {"start": start, "end": end}
            found.append({**span, "speaker": quote.speaker or "", "kind": quote.quote_type})
    return found


def joint(evaluator: ModuleType, rows: list[dict[str, Any]], found: dict[str, Found], target: str) -> str:
    """Precision, recall and F1 of span and speaker together."""
    kinds = ("direct",) if target == "direct" else ("direct", "partial")
    chosen = {i: [q for q in quotes if q["kind"] in kinds] for i, quotes in found.items()}
    counts, _ = evaluator.score(rows, chosen, target)
    p, r, f = evaluator.prf(counts["joint_spk"], counts["p_spk"], counts["g_spk"])
    return f"{p:.3f} / {r:.3f} / **{f:.3f}**"


def accuracy(shared: Path, finders: dict[str, Finder], limit: int | None) -> None:
    """Print joint figures and speed of each finder."""
    sys.path.insert(0, str(shared / "eval"))
    evaluator = importlib.import_module("quote_eval")
    paragraphs = read_rows(shared / "data/quotes/polnear_para.jsonl.gz")[:limit]
    articles = read_rows(shared / "data/quotes/polnear_doc.jsonl.gz")[:limit]
    marked = sum(1 for row in paragraphs if MAY_QUOTE.search(row["text"]))
    columns = ("direct, paragraphs", "direct and partial", "direct, articles", "paragraphs a CPU second")
    print("| joint P / R / F1 |", " | ".join(columns), "|")
    print("|---|---|---|---|---|")
    for name, find in finders.items():
        find("“Warm,” said Nobody.")
        start = time.process_time()
        found = {row["id"]: find(row["text"]) for row in paragraphs}
        speed = marked / (time.process_time() - start)
        by_article = {row["id"]: find(row["text"]) for row in articles}
        cells = (
            joint(evaluator, paragraphs, found, "direct"),
            joint(evaluator, paragraphs, found, "quoted"),
            joint(evaluator, articles, by_article, "direct"),
            f"{speed:,.0f}",
        )
        print("|", name, "|", " | ".join(cells), "|", flush=True)
    by_article = {row["id"]: through_pipeline(row["text"]) for row in articles}
    print("\n| whole articles, joint P / R / F1 | direct | direct and partial |\n|---|---|---|")
    cells = (
        joint(evaluator, articles, by_article, "direct"),
        joint(evaluator, articles, by_article, "quoted"),
    )
    print("| ours, through `process()` |", " | ".join(cells), "|", flush=True)
    reliability(evaluator, paragraphs)


def is_right(evaluator: ModuleType, row: dict[str, Any], quote: Quote) -> bool:
    """Whether a quotation is a labelled one, with its speaker; as `mention_only`, whether it is none."""
    is_term = quote.quote_type == "mention_only"
    spoken = [unit for unit in row["units"] if unit["kind"] in ("direct", "partial")]
    for unit, (a, b) in [(one, span) for one in spoken for span in one["spans"]]:
        common = min(b, quote.char_end) - max(a, quote.char_start)
        if common > 0 and 2 * common >= _OVERLAP * (b - a + len(quote.text)):
            return not is_term and bool(evaluator.heads_match(unit["speaker"], quote.speaker or ""))
    return is_term


def reliability(evaluator: ModuleType, rows: list[dict[str, Any]]) -> None:
    """Print what `certainty` states beside the share that is right."""
    print("\n| certainty | quotations with a speaker | stated | right | mention_only | stated | right |")
    print("|---|---|---|---|---|---|---|")
    bins: dict[tuple[int, bool], list[tuple[float, bool]]] = {}
    for row in rows:
        for quote in find_quotes(row["text"], (), (), ()):
            is_term = quote.quote_type == "mention_only"
            if is_term or quote.speaker:
                found = (quote.certainty, is_right(evaluator, row, quote))
                bins.setdefault((min(int(quote.certainty * 10), 9), is_term), []).append(found)
    for low in range(10):
        cells = []
        for is_term in (False, True):
            found = bins.get((low, is_term), [])
            mean = [f"{sum(column) / len(found):.2f}" for column in zip(*found, strict=True)] or ["-", "-"]
            cells.append(f"{len(found)} | {mean[0]} | {mean[1]}")
        print(f"| {low / 10} to {(low + 1) / 10} |", " | ".join(cells), "|")


def pronouns(cases: int) -> None:
    """Print how often a pronoun goes to the right person, in generated texts."""
    sys.path.insert(0, str(ROOT / "tests"))
    make_case = importlib.import_module("pronoun_cases").make_case
    print("\n| pronouns that speak, right person | quotations | names given | through `process()` |")
    print("|---|---|---|---|")
    for single, title in ((True, "one compatible person near"), (False, "two people of one sex near")):
        given: list[bool] = []
        found: list[bool] = []
        for seed in range(cases):
            case = make_case(seed, single=single)
            quotes = find_quotes(case.text, (), case.names, case.mentions)
            given += [_means(quote, case.names, case.speaker) for quote in quotes]
            record = process(case.text.encode(), "text.txt")
            found += [_means(quote, record.names, case.speaker) for quote in record.quotes]
        shares = f"{sum(given) / len(given):.3f} | {sum(found) / len(found):.3f}"
        print(f"| {title} | {len(given)} | {shares} |")


def _means(quote: Quote, names: Sequence[Name], speaker: str) -> bool:
    index = quote.speaker_name_index
    return index is not None and names[index].display == speaker


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=os.environ.get("INGEST_SHARED"))
    parser.add_argument("--weights", action="append", default=[], metavar="NAME=PATH", help="may be repeated")
    parser.add_argument("--spacy", default=SMALL, metavar="MODEL", help="textacy's spaCy model (%(default)s)")
    parser.add_argument("--limit", type=int, help="read only so many rows of each file")
    options = parser.parse_args()
    load_model()
    size = (ROOT / "src/ingest/resources/models" / MODEL).stat().st_size
    print(f"Weights: {size:,} bytes.\n")
    finders: dict[str, Finder] = {"ours": ours(decide), "ours, rules only": ours(decide_by_rules)}
    for item in options.weights:
        name, _, path = item.partition("=")
        finders[name] = ours(partial(decide, model=parse_model(Path(path).read_bytes())))
    finders["regular expression"] = by_regex
    textacy = textacy_finder(options.spacy)
    if textacy is not None:
        finders["textacy"] = textacy
    if options.shared is None or not (Path(options.shared) / "data/quotes").exists():
        print("Skipped: joint figures need --shared or INGEST_SHARED, a folder with data/quotes and eval.")
    else:
        accuracy(Path(options.shared), finders, options.limit)
    pronouns(1000)


if __name__ == "__main__":
    main()
