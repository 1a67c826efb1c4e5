"""Random documents of every format for `process()`: each is a sound record or is refused for a known reason.

Usage: python tests/fuzz.py [--minutes N] [--seed N] [--keep FOLDER] [--processes N]

Two kinds of document: small invented ones whose bytes were cut, flipped, repeated and mixed with others, and
soups of names, quotation marks and tags in the format's dress.  Each input is written to `FOLDER/input.*`
before it is read, so that it is there after a crash too; where an exception, a warning or a minute of reading
stops the whole, it is the smallest one that does.
"""

from __future__ import annotations

import argparse
import faulthandler
import html
import io
import json
import re
import signal
import subprocess
import sys
import time
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from types import MappingProxyType

import hypothesis
from bad_inputs import all_kinds, office
from containers_of import letter, packed, record, text, web_archive
from hard_pages import FOOT, MENU, PARAGRAPHS, TITLE
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from invariants import check
from pdf_of import paragraph, pdf
from soups import LINES, MARK_SOUPS, TAG_SOUPS, TEXTS

from ingest.checks import check_record
from ingest.errors import DocumentError
from ingest.pipeline import process

REFUSALS = frozenset(
    {
        *("unsupported_type", "too_large", "empty", "truncated", "corrupt", "binary", "undecodable"),
        *("unparsable", "no_text", "encrypted"),
    }
)
"""For what `process()` may refuse a document; `inconsistent` is a mistake of ours."""

MOST_S = 60
"""CPU seconds: longer than any input of this size may take."""

STORY = "\n\n".join(PARAGRAPHS)
BYLINE = "By Wanda Pellerin | 3 June 2024"
LINKED = json.dumps({"@type": "NewsArticle", "headline": TITLE, "author": {"name": "Wanda Pellerin"}})
PAGE = (
    f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{TITLE} | The Quay</title>"
    f"<script type='application/ld+json'>{LINKED}</script></head><body><nav>{MENU}</nav><article>"
    f"<h1>{TITLE}</h1><p class=byline>{BYLINE}</p>{''.join(f'<p>{p}</p>' for p in PARAGRAPHS)}"
    f"<h2>What next</h2><ul><li>A wall<li>A line</ul><blockquote>We go on.</blockquote></article>{FOOT}"
)
TRANSCRIPT = "Q: Will the line open?\n\nA: We hope so.\n\n— Never, said Ekdal.\n\n„Doch“, sagte «er»."
HEADERS = {
    "Subject": f"{TITLE} – today",
    "From": "Ann Lée <a@quay.example>",
    "Date": "3 Jun 2024 10:00 +0200",
}
OFFICE_BODY = (
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>What next</w:t></w:r></w:p>'
    + "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in PARAGRAPHS)
    + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Year</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)

WHOLE = {
    ".txt": (
        *(f"{TITLE}\n{BYLINE}\n\n{STORY}\n\n* A wall\n* A line\n\nShare".encode(), TRANSCRIPT.encode()),
        *(
            text(1).encode("utf-16"),
            text("naïve").encode("cp1252"),
            "قال الوزير إن «الاجتماع» كان ناجحا.".encode(),
        ),
    ),
    ".md": (
        f"# {TITLE}\n\n*{BYLINE}*\n\n{STORY}".encode(),
        b"# Next\n\n1. A [wall](/w)\n2. A **line**\n\n> We go on.\n\n```\nx\n```\n\n| a | b |\n",
    ),
    ".html": (PAGE.encode(), PAGE.encode("utf-16"), f"<p>{text(1)}<table><tr><td>1<td>2</table>".encode()),
    ".json": (
        json.dumps(record(1, authors=["Ann Lee"], date_publish="2024-05-03")).encode(),
        json.dumps({"title": TITLE, "html": PAGE}).encode(),
    ),
    ".eml": (letter(STORY, **HEADERS), letter(STORY, PAGE, attachment="Hidden", **HEADERS)),
    ".warc#x": (web_archive({"url": "https://quay.example/1", "body": PAGE.encode()}),),
    ".pdf": (
        pdf(
            [[(72, 40, 9, "The Quay"), (72, 80, 20, TITLE), *paragraph(STORY, 120)[0], (300, 800, 9, "5")]]
            * 2
        ),
        pdf([paragraph(STORY.replace("-", "- "), width=30)[0]], Title=TITLE, Author="Ann Lee"),
    ),
    ".docx": (office(OFFICE_BODY)(0),),
}
"""Suffix of a path to sound documents of its format."""


def seeds(size=300):
    """Sound and bad documents by suffix, short ones first: a failing input is made small towards them."""
    found = {suffix: list(whole) for suffix, whole in WHOLE.items()}
    for path, build in all_kinds():
        found[Path(path).suffix].append(build(size))
    return MappingProxyType(
        {suffix: tuple(sorted(documents, key=len)) for suffix, documents in found.items()}
    )


SEEDS = seeds()
INSERTED = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.one_of(LINES, MARK_SOUPS, TAG_SOUPS).map(lambda text: text.encode("utf-8", "replace")[:200]),
)


@st.composite
def mutated(draw, documents):
    """One of the documents after a few damages."""
    content = draw(st.sampled_from(documents))
    for damage in draw(st.lists(st.sampled_from(["cut", "flip", "insert", "splice", "repeat"]), max_size=6)):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(1, 64))
        before, piece, after = content[:at], content[at : at + length], content[at + length :]
        if damage == "cut":
            content = before + (after if draw(st.booleans()) else b"")
        elif damage == "flip":
            content = (
                before + bytes(byte ^ draw(st.integers(1, 255)) for byte in piece[:1]) + piece[1:] + after
            )
        elif damage == "insert":
            content = before + draw(INSERTED) + piece + after
        elif damage == "splice":
            other = draw(st.sampled_from(documents))
            start = draw(st.integers(0, len(other)))
            content = before + other[start : start + draw(st.integers(1, 400))] + after
        else:
            content = before + piece * draw(st.integers(2, 40)) + after
    return content


def utf8(text):
    return text.encode("utf-8", "replace")


def no_control(text):
    """What XML can hold."""
    return html.escape(re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text))


def letter_of(text):
    return (
        b"Subject: "
        + utf8(text.partition("\n")[0])
        + b"\nContent-Type: text/html; charset=utf-8\n\n"
        + utf8(text)
    )


def pages_of(text):
    lines = enumerate(text.encode("cp1252", "replace").decode("cp1252").splitlines())
    return pdf([[(72 + 40 * (n % 3), 60 + 14 * (n % 50), 9 + n % 4, line) for n, line in lines]])


def office_of(text):
    runs = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(no_control(text).split("\n"))
    return office(f"<w:p><w:r><w:t>{runs}</w:t></w:r></w:p>")(0)


def office_xml(body):
    """A DOCX file around the bytes of its main part, whatever they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", body)
    return out.getvalue()


DRESS = {
    ".txt": utf8,
    ".md": utf8,
    ".html": utf8,
    ".json": lambda text: json.dumps({"title": text.partition("\n")[0], "text": text}).encode(),
    ".eml": letter_of,
    ".warc#x": lambda text: web_archive({"url": "https://quay.example/1", "body": utf8(text)}),
    ".pdf": pages_of,
    ".docx": office_of,
}
"""Suffix of a path to what makes a document of its format from a text."""

SOUPS = st.lists(st.one_of(MARK_SOUPS, TEXTS, TAG_SOUPS, st.sampled_from(PARAGRAPHS)), max_size=4).map(
    "\n\n".join
)
MAIN_PARTS = tuple(
    zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml") for content in SEEDS[".docx"]
)


def documents_of(suffix):
    kinds = [mutated(SEEDS[suffix]), SOUPS.map(DRESS[suffix])]
    if suffix == ".docx":
        kinds.append(mutated(MAIN_PARTS).map(office_xml))
    return st.one_of(kinds)


DOCUMENTS = {
    **{suffix: documents_of(suffix) for suffix in DRESS},
    ".txt.gz": st.one_of(mutated(SEEDS[".txt"]).map(packed), mutated([packed(one) for one in SEEDS[".txt"]])),
}
"""Suffix of a path to random documents of its format."""


def judge(content, path):
    """Read one document; gives `record`, or the known reason for which there is none."""
    try:
        found = process(content, path)
    except DocumentError as error:
        if error.reason not in REFUSALS:
            raise
        return error.reason
    check_record(found)
    check(found)
    return "record"


class Fuzz:
    """Inputs of this run, and where the last one lies."""

    def __init__(self, folder):
        self.folder = folder
        self.file = None
        self.told = Counter()

    def read(self, content, suffix):
        name = "input" + suffix
        self.file.seek(0)
        self.file.write(content)
        self.file.truncate()  # to its length, not before: file systems flush a file that was emptied
        signal.setitimer(signal.ITIMER_PROF, MOST_S)
        try:
            self.told[judge(content, name)] += 1
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def some(self, suffix, seed, examples):
        """So many inputs of a format; the first that fails is made small, and raises."""

        @hypothesis.seed(seed)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(DOCUMENTS[suffix])
        def read(content):
            self.read(content, suffix)

        with (self.folder / f"input{suffix}").open("wb", buffering=0) as self.file:
            read()
        (self.folder / f"input{suffix}").unlink()


def too_slow(_number, _frame):
    raise TimeoutError(f"reading takes more than {MOST_S} CPU seconds")


def several(arguments):
    """Run so many processes; gives 1 where one of them found something, else 0."""
    begun = []
    for number in range(arguments.processes):
        own = {"--seed": arguments.seed + number * 1_000_000, "--keep": arguments.keep / str(number)}
        same = {"--minutes": arguments.minutes, "--examples": arguments.examples}
        words = [str(word) for pair in (own | same).items() for word in pair]
        begun.append(subprocess.Popen([sys.executable, __file__, *words]))
    return max(min(abs(process.wait()), 1) for process in begun)


def main(argv=None):
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--minutes", type=float, default=60)
    parse.add_argument("--seed", type=int, default=time.time_ns() // 10**9)
    parse.add_argument("--examples", type=int, default=200, help="of one format before the next has its turn")
    parse.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    parse.add_argument(
        "--processes", type=int, default=1, help="of which each has a seed and a folder of its own"
    )
    arguments = parse.parse_args(argv)
    if arguments.processes > 1:
        sys.exit(several(arguments))
    arguments.keep.mkdir(parents=True, exist_ok=True)
    faulthandler.enable()
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, too_slow)
    fuzz, began, seed, suffix = Fuzz(arguments.keep), time.monotonic(), arguments.seed, ""
    try:
        while time.monotonic() - began < 60 * arguments.minutes:
            for suffix in DOCUMENTS:
                fuzz.some(suffix, seed, arguments.examples)
            seed += 1
    except BaseException:
        sys.stdout.write(f"FOUND: {arguments.keep / f'input{suffix}'} (seed {seed})\n")
        raise
    finally:
        took_s, count = time.monotonic() - began, fuzz.told.total()
        sys.stdout.write(f"{count} inputs in {took_s / 60:.1f} minutes, {count / took_s:.0f} a second\n")
        sys.stdout.writelines(f"  {times:>8} {what}\n" for what, times in fuzz.told.most_common())


if __name__ == "__main__":
    main()
