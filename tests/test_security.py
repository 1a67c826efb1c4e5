"""What documents may not do: reach the network, freeze a pattern, write a formula or markup."""

from __future__ import annotations

import csv
import gc
import importlib
import itertools
import os
import pkgutil
import re
import subprocess
import sys
import time
from dataclasses import fields

import pytest

import ingest
from ingest.names.resolve.review import ReviewRow, write_review
from ingest.workers.children import child_environment

NO_NETWORK = """
import sys

def forbid(event, args):
    if (event.startswith("socket.") and event != "socket.__new__") or event == "urllib.Request":
        raise RuntimeError(f"a document reached for the network: {event} {args}")

sys.addaudithook(forbid)
from ingest import process

PAGE = '''<?xml version="1.0"?>
<!DOCTYPE html [<!ENTITY % remote SYSTEM "http://127.0.0.1:9/x.dtd"> %remote;
<!ENTITY file SYSTEM "file:///etc/hostname"> <!ENTITY page SYSTEM "http://127.0.0.1:9/page">]>
<html xmlns:xi="http://www.w3.org/2001/XInclude"><head><base href="http://127.0.0.1:9/">
<link rel="stylesheet" href="http://127.0.0.1:9/a.css">
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">
<link rel="canonical" href="http://127.0.0.1:9/s"><script src="http://127.0.0.1:9/a.js"></script>
<script type="application/ld+json">{"@context": "http://127.0.0.1:9/c", "@type": "NewsArticle"}</script>
</head><body><p>The council met on Monday. &file; &page;</p><img src="http://127.0.0.1:9/a.png">
<iframe src="http://127.0.0.1:9/"></iframe><xi:include href="file:///etc/hostname" parse="text"/>
</body></html>'''
MARKDOWN = "![x](http://127.0.0.1:9/a.png) The council met. <http://127.0.0.1:9/> [a]: http://127.0.0.1:9/"
HOST = open("/etc/hostname").read().strip()
for path in ("a.html", "a.xhtml", "a.htm"):
    text = process(PAGE.encode(), path).text
    assert "The council met on Monday." in text, text
    assert not HOST or HOST not in text
assert "The council met." in process(MARKDOWN.encode(), "a.md").text
"""


def test_no_document_reaches_the_network_or_another_file():
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK],
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path, lead):
    evil = f'{lead}HYPERLINK("http://127.0.0.1:9/","x")'
    values = {f.name: evil if f.type in {"str", str} else 1 for f in fields(ReviewRow)}
    write_review(tmp_path / "review.csv", [ReviewRow(**values)])
    with (tmp_path / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in list(csv.reader(file))[1:] for cell in row]
    assert evil not in cells
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]


def patterns():
    """Every compiled pattern of the package, wherever it is kept."""
    for module in pkgutil.walk_packages(ingest.__path__, "ingest."):
        if module.name not in {"ingest.__main__", "ingest.workers.worker"}:
            importlib.import_module(module.name)
    gc.collect()
    mine = {}
    for module in [m for name, m in sys.modules.items() if name.startswith("ingest")]:
        seen, waiting = set(), [vars(module)]
        while waiting:
            thing = waiting.pop()
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            if isinstance(thing, re.Pattern):
                mine.setdefault((thing.pattern, thing.flags), module.__name__)
            elif isinstance(thing, dict):
                waiting += thing.values()
            elif isinstance(thing, tuple | list | set | frozenset):
                waiting += itertools.islice(thing, 2000)
            elif type(thing).__module__.startswith("ingest") and hasattr(type(thing), "__dataclass_fields__"):
                waiting += [getattr(thing, name, None) for name in type(thing).__dataclass_fields__]
    return mine


UNITS = (
    *"aA \n\t.,-'’\"“”()[<>/=0_*#|\\é漢%{}—",
    *(
        "1,",
        "a ",
        "A ",
        "Aa ",
        "A. ",
        "a-",
        "a.",
        "A.",
        "a,",
        "a's ",
        "12 ",
        "1.",
        "a\n",
        " \n",
        "a@",
        "a@a.",
    ),
    *(
        "http://a",
        "<a ",
        "</a>",
        "&a;",
        "the ",
        "of the ",
        "Mr. ",
        "and A ",
        "1 January ",
        "January 1, ",
        "://",
    ),
    *("said ", "a=b ", 'a="', "By A ", "- ", "AM ", "10:00 ", "\u00a0", "\u0301", "\u200b"),
)
SMALL, FACTOR = 200, 4
MOST_GROWTH = 24  # linear work grows 4 times, quadratic 16; a search that starts anew everywhere is quadratic
NOISE_S = 0.002


def cpu_of(search, text):
    began = time.process_time()
    search(text)
    return time.process_time() - began


@pytest.mark.slow
def test_no_pattern_backtracks_without_end():
    """Four times the text may cost four or sixteen times as much; not sixty-four, nor 2 to the power of n."""
    compiled = patterns()
    assert len(compiled) > 100, "the collection of patterns is broken"
    wild = {}
    for (pattern, flags), module in compiled.items():
        expression = re.compile(pattern, flags)
        end = "!" if isinstance(pattern, str) else b"!"  # so that a match of all that is repeated fails late
        for unit in UNITS if isinstance(pattern, str) else map(str.encode, UNITS):
            for search in (expression.search, expression.fullmatch):
                small = cpu_of(search, unit * (SMALL // len(unit)) + end)
                if small < NOISE_S / FACTOR:
                    continue  # even sixty-four times as much would be little
                large = cpu_of(search, unit * (FACTOR * SMALL // len(unit)) + end)
                if large > MOST_GROWTH * max(small, NOISE_S):
                    wild[pattern] = f"{module}: {unit!r} {small:.4f} s, then {large:.4f} s"
    assert not wild


def test_the_measure_of_patterns_finds_a_bad_one():
    bad = re.compile(r"(?:a+)+b")
    assert cpu_of(bad.search, "a" * 24) > 8 * max(cpu_of(bad.search, "a" * 16), 1e-5)


def test_patterns_are_found_in_rules_and_classes():
    where = {module.partition(".")[2].partition(".")[0] for module in patterns().values()}
    assert {"clean", "quotes", "names", "sections", "extract"} <= where, os.linesep.join(sorted(where))
