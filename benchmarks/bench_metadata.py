"""Title, authors and date of HTML pages: this package beside trafilatura, in one run.

    pip install -e '.[bench]'
    OMP_NUM_THREADS=1 python benchmarks/bench_metadata.py DIR/fundus DIR/scrapinghub DIR/wcxb

Each folder holds `pages.json` ({id: {"path", "url"}}) and the pages.  Nobody wrote down the right metadata
of these pages, so the pages themselves are the reference, in a way that favours nobody: a page tells its
metadata in up to three independent ways, and both readers are given the page without the one that they are
measured by.

- `without JSON-LD`: the reference is what the page's JSON-LD article says (`headline`, `author`,
  `datePublished`), and every JSON-LD script is cut out before either reader sees the page.
- `without meta`: the reference is what its `<meta>` elements say (`og:title`, `author`,
  `article:published_time` and the like), and all of these are cut out.
- `whole page`: nothing is cut out; the reference is what two of three sources agree on: JSON-LD, meta, and
  the page's own `<h1>`, `itemprop="author"` or `rel="author"`, and `<time>`.

The reference is read with Beautiful Soup by the few lines below, which share nothing with either reader.  A
title counts where it is the same but for case, punctuation and the site's name at its end; a date where it is
the same day as written; authors by F1 of the set of names, whatever their case.  Printed is a Markdown table
of means, and CPU time for a page.  `--differ FIELD` lists the pages on which the two readers differ, with all
that the page says, to be judged by reading.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import platform
import re
import time
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from corpora import peer, read_pages

from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.extract import extract
from ingest.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIELDS = ("title", "authors", "date")
ARTICLE = re.compile(r"(?:\w*Article|\w*Posting|Report)$")
DAY = re.compile(r"\s*((?:19|20)\d\d-\d\d-\d\d)")
WORD = re.compile(r"\w+")
# What stands between a title and the name of the site.
SEPARATOR = re.compile(r"\s[-|\u2013\u2014\u00b7:]\s|\|")
# Words around a name, in the languages of the pages.
AROUND_NAME = re.compile(r"^(?:by|von|par|por|di|af|av)\s+", re.IGNORECASE)
NO_NAME = re.compile(r"https?:|www\.|@|[/\d]")
METAS = {
    "title": ("og:title", "twitter:title"),
    "authors": ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator"),
    "date": (
        *("article:published_time", "datepublished", "parsely-pub-date"),
        *("sailthru.date", "pubdate", "date"),
    ),
}


@dataclass(frozen=True)
class Told:
    """Title, authors and day of publication as one source tells them; empty where it does not."""

    title: str = ""
    authors: frozenset[str] = frozenset()
    date: str = ""


def title_keys(title: str) -> set[str]:
    """A title as it is compared, with and without what stands after its last separator."""
    parts = SEPARATOR.split(title)
    shown = {title, title[: -len(parts[-1])]} if len(parts) > 1 else {title}
    return {"".join(WORD.findall(text.casefold())) for text in shown} - {""}


def name_key(name: str) -> str:
    """A name as it is compared."""
    return " ".join(WORD.findall(AROUND_NAME.sub("", name.strip()).casefold()))


def names(values: list[str]) -> frozenset[str]:
    """Names of people in a field; addresses are none."""
    split = (part for value in values for part in re.split(r"[;,|]|\s(?:and|und|et|y|e|og|och)\s|&", value))
    return frozenset(key for part in split if not NO_NAME.search(part) and (key := name_key(part)))


def f1(wanted: frozenset[str], found: frozenset[str]) -> float:
    """F1 of two sets."""
    return 2 * len(wanted & found) / max(len(wanted) + len(found), 1)


def right(field: str, wanted: Told, found: Told) -> float:
    """How right one field is, 0 to 1."""
    if field == "title":
        return float(not title_keys(wanted.title).isdisjoint(title_keys(found.title)))
    if field == "authors":
        return f1(wanted.authors, found.authors)
    return float(wanted.date == found.date)


def day(value: object) -> str:
    """The day of an ISO date, as written."""
    match = DAY.match(value) if isinstance(value, str) else None
    return match[1] if match else ""


def texts(value: Any) -> list[str]:  # noqa: ANN401 (JSON)
    """Names in a JSON-LD value."""
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if isinstance(value, dict):
        return texts(value.get("name"))
    if isinstance(value, str) and value:
        return [" ".join(BeautifulSoup(value, "lxml").get_text(" ").split())]
    return []


def things(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (JSON)
    """All objects of a JSON-LD value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from things(item)


def told_by_json_ld(soup: BeautifulSoup) -> Told:
    """What the first article object says."""
    for script in soup.find_all("script", type=re.compile("ld\\+json", re.IGNORECASE)):
        try:
            found = list(things(json.loads(script.get_text(), strict=False)))
        except (ValueError, RecursionError):
            continue
        for thing in found:
            kinds = thing.get("@type") if isinstance(thing.get("@type"), list) else [thing.get("@type")]
            if any(isinstance(kind, str) and ARTICLE.match(kind) for kind in kinds or ()):
                title = texts(thing.get("headline"))
                authors = names(texts(thing.get("author")))
                return Told(title[0] if title else "", authors, day(thing.get("datePublished")))
    return Told()


def told_by_meta(soup: BeautifulSoup) -> Told:
    """What the page's meta elements say."""
    metas: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if name and (content := meta.get("content")):
            metas.setdefault(str(name).lower(), []).append(str(content).strip())
    titles, authors, dates = (
        [value for name in METAS[field] for value in metas.get(name, ())] for field in FIELDS
    )
    by = next((found for value in authors if (found := names([value]))), frozenset())
    return Told(titles[0] if titles else "", by, next(filter(None, map(day, dates)), ""))


def told_in_sight(soup: BeautifulSoup) -> Told:
    """What marked-up elements say that a reader sees."""
    heading = soup.find("h1")
    title = " ".join(heading.get_text(" ").split()) if heading else ""
    marked = soup.find_all(attrs={"itemprop": "author"}) or soup.find_all(attrs={"rel": "author"})
    by = names([" ".join(element.get_text(" ").split()) for element in marked[:3]])
    moment = soup.find("time", attrs={"datetime": True})
    return Told(title, by, day(moment["datetime"]) if moment else "")


def agreed(field: str, sources: list[Told]) -> Told | None:
    """The source that another one agrees with; None where no two agree."""
    for k, source in enumerate(sources):
        if getattr(source, field) and any(right(field, source, other) == 1 for other in sources[k + 1 :]):
            return source
    return None


def settings_of(markup: str) -> Iterator[tuple[str, bytes, dict[str, Told]]]:
    """The page as the readers see it, and the reference of each field, for each way of measuring."""
    soup = BeautifulSoup(markup, "lxml")
    by_data, by_meta, in_sight = told_by_json_ld(soup), told_by_meta(soup), told_in_sight(soup)
    whole = {field: found for field in FIELDS if (found := agreed(field, [by_data, by_meta, in_sight]))}
    yield "whole page", markup.encode(), whole
    for script in soup.find_all("script", type=re.compile("ld\\+json", re.IGNORECASE)):
        script.decompose()
    yield (
        "without JSON-LD",
        str(soup).encode(),
        {f: by_data for f in FIELDS if getattr(by_data, f)},
    )
    soup = BeautifulSoup(markup, "lxml")
    cut = {name for field in FIELDS for name in METAS[field]}
    for meta in soup.find_all("meta"):
        if str(meta.get("property") or meta.get("name") or meta.get("itemprop")).lower() in cut:
            meta.decompose()
    yield "without meta", str(soup).encode(), {f: by_meta for f in FIELDS if getattr(by_meta, f)}


def ours(content: bytes) -> Told:
    """What this package reads."""
    try:
        metadata = extract(decode(content, "page.html", DEFAULT_SETTINGS)).metadata
    except DocumentError:
        return Told()
    return Told(metadata.title or "", names(list(metadata.authors)), day(metadata.published_at))


def theirs(content: bytes) -> Told:
    """What trafilatura reads."""
    found = importlib.import_module("trafilatura").bare_extraction(content, with_metadata=True)
    if not found:
        return Told()
    return Told(found.title or "", names([found.author or ""]), day(found.date))


READERS: dict[str, Callable[[bytes], Told]] = {"document-ingest": ours, "trafilatura": theirs}


def read_markup(folder: Path) -> Iterator[tuple[str, str]]:
    """Id and markup of every page."""
    for page in read_pages(folder):
        yield page.key, decode(page.content, "page.html", DEFAULT_SETTINGS).text


def bench(folder: Path, every: int) -> None:
    """Print the rows of one folder."""
    scores: dict[tuple[str, str], dict[str, list[float]]] = {}
    clock: Counter[str] = Counter()
    count = 0
    for k, (_, markup) in enumerate(read_markup(folder)):
        if k % every:
            continue
        count += 1
        for name, content, wanted in settings_of(markup):
            for reader, read in READERS.items():
                start = time.process_time()
                found = read(content)
                clock[reader] += time.process_time() - start if name == "whole page" else 0
                for field, told in wanted.items():
                    rows = scores.setdefault((name, field), {}).setdefault(reader, [])
                    rows.append(right(field, told, found))
    for (name, field), by_reader in sorted(scores.items()):
        means = " | ".join(f"{sum(by_reader[r]) / len(by_reader[r]):.3f}" for r in READERS)
        print(f"| {folder.name} | {name} | {field} | {len(by_reader['trafilatura'])} | {means} |")
    spent = " | ".join(f"{clock[reader] / count * 1000:.1f}" for reader in READERS)
    print(f"| {folder.name} | bytes to blocks and metadata | CPU ms | {count} | {spent} |", flush=True)


def list_differences(folder: Path, field: str) -> None:
    """Print what the readers say where they differ, beside all that the page says."""
    for key, markup in read_markup(folder):
        found = {name: getattr(read(markup.encode()), field) for name, read in READERS.items()}
        one, other = (v if isinstance(v, str) else "; ".join(sorted(v)) for v in found.values())
        if one == other or (field == "title" and WORD.findall(one) == WORD.findall(other)):
            continue
        soup = BeautifulSoup(markup, "lxml")
        sources = (told_by_json_ld(soup), told_by_meta(soup), told_in_sight(soup))
        said = " / ".join(str(getattr(source, field) or "-") for source in sources)
        print(f"{key}\n  ours        {one}\n  trafilatura {other}\n  page        {said}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, help="only every n-th page")
    parser.add_argument("--differ", choices=FIELDS, help="list the pages where the two differ in this field")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if peer("trafilatura") is None:
        return
    if options.differ:
        for folder in options.folders:
            list_differences(folder, options.differ)
        return
    versions = ", ".join(f"{name} {version(name)}" for name in ("trafilatura", "lxml"))
    print(f"Python {platform.python_version()}, {versions}\n")
    print("| pages | reference | field | pages with it | document-ingest | trafilatura |")
    print("|---|---|---|---|---|---|")
    for folder in options.folders:
        bench(folder, options.every)


if __name__ == "__main__":
    main()
