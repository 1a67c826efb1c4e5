"""The report as files: pages from templates, and one rename that makes them current."""

from __future__ import annotations

import base64
import os
import shutil
from collections import Counter
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jinja2
import pyarrow as pa
import pyarrow.compute as pc

from ingest.clean import RULE_REASONS
from ingest.errors import StoreError
from ingest.names.resolve.decisions import COLUMNS
from ingest.report import network, plots
from ingest.report.overview import overview
from ingest.report.reader import read_documents
from ingest.report.reasons import KINDS, read_reasons
from ingest.report.rows import rows_where
from ingest.report.stories import read_stories
from ingest.store.review import review
from ingest.summary import count_of
from ingest.tables import ENTITY_TYPES
from ingest.topics.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ingest.report.rows import Row
    from ingest.settings import Settings
    from ingest.store.read import Curated

ROWS = 2000
"""Rows of a table that a page shows; the curated tables have them all."""
READERS = 100
"""Documents that get a page in every run, the newest first; the others get theirs on demand."""
_PENDING = 50_000
"""Distinct names up to which the page of pending decisions is made in every run."""
_EXAMPLES = 5
_HOME = ".reports"
_LINK = "report"


def refresh(opened: Curated, settings: Settings) -> Path:
    """Make the report of a snapshot and put it in the place of the one before.

    Args:
        opened: The snapshot.
        settings: The authority and the decisions that its names are resolved with.

    Returns:
        Its first page.

    Raises:
        StoreError: It cannot be written; the report before stays.
    """
    home, link = opened.curated / _HOME, opened.curated / _LINK
    folder = home / f"{opened.number:06}"
    try:
        if link.exists() and not link.is_symlink():
            raise StoreError(f"{link} is in the way of the report's link; move it out of the curated folder")
        shutil.rmtree(home / "next", ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        write_report(opened, home / "next", settings)
        (home / "next").rename(folder)
        fresh = home / "link"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.path.join(_HOME, folder.name))  # noqa: PTH118 - relative to the curated folder
        fresh.rename(link)
        for old in home.iterdir():
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"snapshot {opened.number} is published, but its report cannot be written to {home}: "
            f"{error.strerror}; check space and permissions, then `ingest report` writes it"
        ) from error
    return link / "index.html"


def report_of(opened: Curated) -> Path | None:
    """Find the first page of a snapshot's report; None where it has none."""
    page = opened.curated / _LINK / "index.html"
    return page if page.resolve().parent.name == opened.folder.name and page.is_file() else None


def write_report(opened: Curated, folder: Path, settings: Settings) -> None:
    """Write the whole report of a snapshot.

    Args:
        opened: The snapshot.
        folder: Where to; made.
        settings: As for `refresh`.

    Raises:
        OSError: It cannot be written.
    """
    (folder / "documents").mkdir(parents=True)
    documents = _documents(opened)
    document_of = {row["document_id"]: row for row in documents}
    have_reader = {row["document_id"] for row in documents[:READERS]}
    whole = overview(opened, load_taxonomy(settings.taxonomy_path))
    shared: dict[str, Any] = {"snapshot": opened.number, "up": "", "have_reader": have_reader}
    stories = read_stories(opened, documents)
    rejects = opened.arrow("rejects")
    pages: dict[str, dict[str, Any]] = {
        "index": {"overview": whole, "plots": plots, "network": network, "dots": network.lay_out(whole.ties)},
        "documents": {"documents": documents[:ROWS], "total": len(documents)},
        "stories": {"stories": stories, "total": whole.rows["stories"]},
        "names": _names(opened),
        "quotes": _quotes(opened, documents),
        "dropped": {
            "rules": _dropped(opened),
            "document_of": document_of,
            "rejects": rejects.slice(0, ROWS).to_pylist(),
            "refused": rejects.num_rows,
        },
        "decisions": _pending(opened, settings) | {"document_of": document_of},
    }
    for page, values in pages.items():
        _write(folder / f"{page}.html", f"{page}.html.j2", page=page, **shared, **values)
    told = {item.story["story_id"] for item in stories}
    for reader in read_documents(opened, sorted(have_reader)):
        path = folder / "documents" / f"{reader.document['document_id']}.html"
        _write(path, "reader.html.j2", page="documents", reader=reader, told=told, **(shared | {"up": "../"}))


def write_reader(opened: Curated, document_id: str, path: Path) -> None:
    """Write the page of one document.

    Args:
        opened: A snapshot.
        document_id: The document.
        path: The file; overwritten.

    Raises:
        ConfigError: There is no such document.
        OSError: The file cannot be written.
    """
    alone: dict[str, Any] = {"page": None, "up": None, "told": (), "have_reader": ()}
    for reader in read_documents(opened, [document_id]):
        _write(path, "reader.html.j2", reader=reader, snapshot=opened.number, **alone)


def _write(path: Path, template: str, **values: Any) -> None:  # noqa: ANN401 - a template takes what it shows
    path.write_text(_environment().get_template(template).render(values), encoding="utf-8", errors="replace")


@cache
def _environment() -> jinja2.Environment:
    """All that templates can use; whatever they show is escaped, but for the plots."""
    templates = files("ingest.report") / "templates"
    script, style = ((templates / name).read_text("utf-8") for name in ("report.js", "report.css"))
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (templates / name).read_text("utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "script": script,
        "script_hash": base64.b64encode(sha256(script.encode()).digest()).decode(),
        "style": style,
        "columns": COLUMNS,
        "entity_types": ENTITY_TYPES,
        "kinds": KINDS,
    }
    environment.filters |= {"web_address": _web_address, "count_of": count_of, "pieces_of": _pieces_of}
    return environment


def _web_address(url: str | None) -> str | None:
    """An address that may be followed; no `javascript:` and the like."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _pieces_of(dropped: Row) -> str:
    """A dropped run piece by piece, without the indents that markup leaves."""
    ends = [0, *dropped["seams"], len(dropped["text"])]
    pieces = (" ".join(dropped["text"][start:end].split()) for start, end in pairwise(ends))
    return " · ".join(filter(None, pieces))


_DOCUMENT = (
    "document_id", "source_path", "source_name", "title", "published_at", "word_count",
    "duplicate_of", "near_duplicate_of", "near_duplicate_score", "story_id",
)  # fmt: skip
"""Columns that lists of documents show."""


def _documents(opened: Curated) -> list[Row]:
    """All documents, the newest first, those without a date last."""
    rows: list[Row] = opened.arrow("documents", list(_DOCUMENT)).to_pylist()
    rows.sort(key=lambda row: row["source_path"])
    rows.sort(
        key=lambda row: row["published_at"].timestamp() if row["published_at"] else float("-inf"),
        reverse=True,
    )
    return rows


def _names(opened: Curated) -> dict[str, Any]:
    """The entities that most documents name, with their spellings."""
    entities: list[Row] = opened.arrow("entities").to_pylist()
    entities.sort(key=lambda row: (-row["document_count"], -row["mention_count"], row["entity_name"]))
    shown = {row["entity_id"]: row | {"spellings": []} for row in entities[:ROWS]}
    spellings = rows_where(opened, "entity_names", "entity_id", sorted(shown))
    for ident, reasons in read_reasons(opened, spellings).items():
        shown[ident]["spellings"] = list(reasons.values())
    return {"entities": list(shown.values()), "total": len(entities)}


def _quotes(opened: Curated, documents: Iterable[Row]) -> dict[str, Any]:
    """The quotations of the newest documents."""
    columns = ["quote_id", "document_id", "text", "quote_type", "speaker", "speaker_name", "attribution"]
    rows = opened.arrow("quotes", columns).to_pylist()
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(row["document_id"], []).append(row)
    shown = [
        row | {"document": document} for document in documents for row in of.get(document["document_id"], ())
    ]
    return {"quotes": shown[:ROWS], "total": len(rows)}


def _dropped(opened: Curated) -> list[Row]:
    """Each rule that dropped something: how much, and what most often."""
    dropped = opened.arrow("dropped", ["document_id", "rule", "kind", "text", "seams"])
    counted = dropped.group_by(["rule", "kind", "text"]).aggregate([([], "count_all")]).to_pylist()
    rules: dict[tuple[str, str], Counter[str]] = {}
    for row in counted:
        rules.setdefault((row["rule"], row["kind"]), Counter())[row["text"]] = row["count_all"]
    rows: list[Row] = [
        {
            "rule": rule,
            "kind": kind,
            "reason": RULE_REASONS.get(rule, ""),
            "runs": texts.total(),
            "chars": sum(len(text) * count for text, count in texts.items()),
            "examples": _most(texts),
        }
        for (rule, kind), texts in rules.items()
    ]
    rows.sort(key=lambda row: (-row["runs"], row["rule"], row["kind"]))
    first = {row["rule"]: row for row in reversed(rows)}
    texts = pa.array({text for row in rows for text, _ in row["examples"]}, pa.string())
    shown = (
        dropped.filter(pc.is_in(dropped.column("text"), texts))
        .select(["document_id", "text", "seams"])
        .to_pylist()
    )
    seams = {row["text"]: row for row in reversed(shown)}
    for row in rows:
        row["is_first"] = first[row["rule"]] is row
        row["examples"] = [(seams[text], count) for text, count in row["examples"]]
    return rows


def _most(texts: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(texts.items(), key=lambda item: (-item[1], item[0]))[:_EXAMPLES]


def _pending(opened: Curated, settings: Settings) -> dict[str, Any]:
    """What deserves a decision; not in every run where there are very many names."""
    names = opened.manifest.rows("_links")
    rows = review(opened.place, settings) if names <= _PENDING else None
    return {"rows": rows, "names": names, "most": _PENDING}
