"""Measure linking: entity scores on linked news, no wrong merges, speed, one million names.

    python benchmarks/bench_linking.py ../shared [--names 1000000]

The folder holds `data/names/*.jsonl.gz`, `data/html` and `eval/norm_eval.py` (see its README); nothing of
it is kept.  Prints Markdown.  CPU time, one process; figures on the development side of each corpus.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import re
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from typing import TYPE_CHECKING

from corpora import read_rows
from same_surnames import differ, same_surname_document

from ingest import link_mentions, resolve_corpus
from ingest.names.authority import load_authority
from ingest.names.find import find_names
from ingest.names.resolve import resolve
from ingest.names.resolve.distinct import CorpusName, CorpusSpelling
from ingest.records import Span
from ingest.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from types import ModuleType

    from ingest.names.resolve.distinct import Entity

TYPES = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION", "MISC": "OTHER"}
# Wikidata classes of the AIDA links, most telling first: person, place, organisation, event, group.
WIKIDATA = (
    ("Q215627", "PERSON"),
    ("Q27096213", "LOCATION"),
    ("Q43229", "ORGANIZATION"),
    ("Q1656682", "EVENT"),
    ("Q33829", "NORP"),
)
LABELS = Path(__file__).with_name("news_links.tsv")
SYLLABLES = re.findall("..", "bakomelidatevorihastonegawepotishukravedopelu")
KINDS = ("Ministry", "Institute", "Bank", "University", "Council", "Agency", "Foundation", "Partners")
PEOPLE, FULL = 0.5, 0.7  # shares: of people among made-up names, of names of several words among the others


@dataclass(frozen=True)
class Corpus:
    """Documents with links, and what was made of them."""

    name: str
    mentions: str
    documents: list
    linked: dict
    group: str | None = None


def main() -> None:
    """Print one table for each question."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("shared", type=Path, help="folder with data/ and eval/")
    parse.add_argument("--names", type=int, default=1_000_000, help="distinct names of the scale test")
    options = parse.parse_args()
    scorer = load_scorer(options.shared / "eval" / "norm_eval.py")
    aida = read_rows(options.shared / "data" / "names" / "aida_testa.jsonl.gz")
    ecb = read_rows(options.shared / "data" / "names" / "ecbplus.jsonl.gz")
    print("| corpus | mentions | entities | B-cubed P / R / F1 | pairwise P / R / F1 |")
    print("|---|---|---|---|---|")
    given = {d["id"]: link_mentions(d["text"], gold_spans(d)) for d in aida}
    score(scorer, Corpus("newswire (AIDA test A)", "given", aida, given))
    found = {d["id"]: link_mentions(d["text"], found_spans(d["text"])) for d in aida}
    score(scorer, Corpus("newswire (AIDA test A)", "found", aida, found))
    topics = {d["id"]: link_mentions(d["text"], gold_spans(d)) for d in ecb}
    score(scorer, Corpus("news of many sites (ECB+), by topic", "given", ecb, topics, "^[0-9]+"))
    whole = {d["id"]: link_mentions(d["text"], found_spans(d["text"])) for d in ecb}
    score(scorer, Corpus("news of many sites (ECB+), by topic", "found", ecb, whole, "^[0-9]+"))
    news = labelled_news(options.shared / "data" / "html")
    marked = {d["id"]: link_mentions(d["text"], [(s, e) for s, e, *_ in d["links"]]) for d in news}
    score(scorer, Corpus("general news (28 openings)", "given, without types", news, marked))
    opened = {d["id"]: link_mentions(d["text"], found_spans(d["text"])) for d in news}
    score(scorer, Corpus("general news (28 openings)", "found", news, opened))
    same_surname()
    speed(aida + ecb)
    scale(options.names)


def load_scorer(path: Path) -> ModuleType:
    """Load the evaluator from its file."""
    spec = importlib.util.spec_from_file_location("norm_eval", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def labelled_news(folder: Path) -> list[dict]:
    """Read the articles that `news_links.tsv` speaks of, in the form of the other corpora.

    Raises:
        SystemExit: An article is missing, or its text is shorter than what was labelled.
    """
    texts = {
        hashlib.sha256(f"links:{corpus}/{ident}".encode()).hexdigest()[:12]: truth["articleBody"] or ""
        for corpus in ("scrapinghub", "fundus")
        for ident, truth in json.loads((folder / corpus / "truth.json").read_text("utf-8")).items()
    }
    documents = []
    for line in LABELS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        ident, length, links = line.split("\t")
        text = texts.get(ident, "")[: int(length)]
        if len(text) < int(length):
            raise SystemExit(f"{folder}: the article {ident} of {LABELS.name} is missing or has changed")
        spans = [re.split("[-:]", link) for link in links.split()]
        documents.append({"id": ident, "text": text, "links": [[int(s), int(e), n, ""] for s, e, n in spans]})
    return documents


def type_of(source: str) -> str:
    """Give the type that a source's own class stands for."""
    if source in TYPES:
        return TYPES[source]
    return next((kind for mark, kind in WIKIDATA if mark in source.split("|")), "OTHER")


def gold_spans(document: dict) -> list[Span]:
    """Give the mentions of the gold, the longer of two that overlap."""
    spans: list[Span] = []
    for start, end, _, kind in sorted(document["links"], key=lambda link: (link[0], -link[1])):
        if not spans or start >= spans[-1].char_end:
            spans.append(Span(start, end, type_of(kind)))
    return spans


def found_spans(text: str) -> tuple[Span, ...]:
    """Give the mentions that the product finds."""
    return find_names(text, DEFAULT_SETTINGS)


def score(scorer: ModuleType, corpus: Corpus) -> None:
    """Resolve a corpus and print its scores, nationality words apart and counted as their country."""
    links = resolve_corpus(corpus.linked)
    gold = scorer.gold_mentions(corpus.documents)
    for as_country in (False, True):
        predicted = {}
        for ident, (_, mentions) in corpus.linked.items():
            entities = [link.entity for link in links[ident]]
            predicted[ident] = [
                [m.char_start, m.char_end, country(e) if as_country else e.entity_id]
                for m, e in zip(mentions, entities, strict=True)
            ]
        scores = scorer.evaluate(gold, scorer.match(gold, predicted, "overlap"), corpus.group)["all"]
        how = "nationality = country" if as_country else "nationality apart"
        cells = " | ".join(" / ".join(f"{x:.3f}" for x in scores[k]) for k in ("b3", "pair"))
        print(f"| {corpus.name} | {corpus.mentions} | {how} | {cells} |")


def country(entity: Entity) -> str:
    """Give an id under which a nationality word and its country are one, as these corpora have it."""
    kind, _, code = entity.entity_id.partition(":")
    return f"country:{code}" if kind == "nationality" else entity.entity_id


def same_surname() -> None:
    """Print how many people are merged in 200 documents about people of one surname each."""
    dice = random.Random(20240728)  # noqa: S311 (the documents of the test)
    documents = [same_surname_document(dice) for _ in range(200)]
    linked = {str(n): link_mentions(text, spans) for n, (text, spans, _) in enumerate(documents)}
    people: dict[str, set] = {}
    for (_, _, meant), links in zip(documents, resolve_corpus(linked).values(), strict=True):
        for who, link in zip(meant, links, strict=True):
            people.setdefault(link.entity.entity_id, set()).add(who)
    merged = sum(differ(who) for who in people.values())
    print("\n| documents of one surname each | entities | entities of different people |\n|---|---|---|")
    print(f"| {len(documents)} | {len(people)} | {merged} |")


def speed(documents: list[dict]) -> None:
    """Print CPU time for an average text of 800 words."""
    spans = [gold_spans(d) for d in documents]
    words = sum(len(d["text"].split()) for d in documents)
    authority = load_authority(DEFAULT_SETTINGS)
    print("\n| step | ms CPU for 800 words | words per CPU second |\n|---|---|---|")
    for name in ("authority scan", "linking"):
        for _ in range(2):  # the second time is counted: caches are warm, as in a long run
            start = time.process_time()
            for document, its in zip(documents, spans, strict=True):
                if name == "linking":
                    link_mentions(document["text"], its)
                else:
                    authority.find(document["text"])
            used = time.process_time() - start
        print(f"| {name} | {used / words * 800_000:.2f} | {words / used:,.0f} |")


def scale(count: int) -> None:
    """Resolve many made-up names and print what it cost."""
    rows = made_names(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    links = resolve(rows, DEFAULT_SETTINGS)
    used = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    entities = len({link.entity.entity_id for link in links})
    print("\n| distinct names | entities | CPU s | peak MB (names themselves) |\n|---|---|---|---|")
    print(f"| {count:,} | {entities:,} | {used:.0f} | {peak // 1024:,} ({before // 1024:,}) |")


def made_names(count: int) -> list[CorpusName]:
    """Make up names: half of them people, some families very common."""
    dice = random.Random(1)  # noqa: S311 (made-up names)

    def word() -> str:
        return "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4))).title()

    given, families = [word() for _ in range(5000)], [word() for _ in range(60_000)]
    rows: dict[tuple[str, str], CorpusName] = {}
    while len(rows) < count:
        if dice.random() < PEOPLE:
            first = given[int(dice.random() ** 3 * len(given))]
            middle = dice.choice(("", "", "", f"{dice.choice('ABCDEFG')}. ", f"{word()} "))
            name = f"{first} {middle}{families[int(dice.random() ** 2 * len(families))]}"
            kind = "PERSON"
        else:
            kind = dice.choice(("ORGANIZATION", "ORGANIZATION", "LOCATION", "PRODUCT"))
            name = f"{word()} {word()} {dice.choice(KINDS)}" if dice.random() < FULL else word()
        key = name.lower().replace(".", "")
        spelling = CorpusSpelling(name, "self", 1, "0")
        rows[kind, key] = CorpusName(kind, key, None, name, 1, dice.randint(1, 30), (spelling,))
    return list(rows.values())


if __name__ == "__main__":
    main()
