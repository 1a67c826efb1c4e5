"""The guides in docs/how-to keep their word: what they tell a reader to write is enough, in two files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RST = '''
"""reStructuredText to blocks; the source text is the decoded file."""

from ingest.extract.pieces import make_block
from ingest.extract.text.lines import find_lines
from ingest.records import Page


def extract_rst(raw):
    lines = find_lines(raw.text, 0, len(raw.text))
    return Page(raw.text, tuple(make_block(raw.text, (one.start, one.end), "paragraph") for one in lines))
'''
SHOW = """
from ingest import process
from ingest.tables.rows import document_rows
from ingest.tables import TABLES

record = process("KA-Group sells maps.\\n\\nTell us in our poll\\n\\nThe maps are good.".encode(), "a.rst")
row = dict(zip(TABLES["documents"].staged_schema().names, document_rows(record).tables["documents"][0]))
names, rules = [n.authority_id for n in record.names], [d.rule for d in record.dropped]
print(record.raw.media_type, names, rules, row["reading_time_s"])
"""


class Change:
    """A copy of the package, changed as a guide says."""

    def __init__(self, folder):
        self.package = folder / "ingest"
        shutil.copytree(ROOT / "src" / "ingest", self.package)
        self.touched = set()

    def before(self, path, anchor, line):
        """Put a line before the first one that begins so."""
        text = (self.package / path).read_text(encoding="utf-8")
        assert anchor in text
        self._write(path, text.replace(anchor, line + anchor, 1))

    def append(self, path, text):
        file = self.package / path
        self._write(path, (file.read_text(encoding="utf-8") if file.exists() else "") + text)

    def _write(self, path, text):
        (self.package / path).write_text(text, encoding="utf-8")
        self.touched.add(path)


def line_of(guide, beginning):
    """A line that a guide gives to copy."""
    page = (ROOT / "docs" / "how-to" / guide).read_text(encoding="utf-8")
    found = re.search(rf"^ *({re.escape(beginning)}.*)$", page, re.MULTILINE)
    assert found, f"{guide} gives no line that begins with {beginning}"
    return found[1] + "\n"


def add_a_rule(change):
    change.append("resources/artifacts.tsv", "survey_poll\tline\ten\ttell us in our poll\n")
    row = line_of("add-a-rule.md", 'Rule("survey"').replace('"survey"', '"survey_poll"')
    change.before("clean/rules/__init__.py", '    Rule("survey"', row)


def add_a_format(change):
    change.before("formats.py", '    Format("application/json"', line_of("add-a-format.md", "Format("))
    change.append("extract/rst.py", RST)


def add_a_column(change):
    change.before("tables/__init__.py", '        Column("word_count"', line_of("add-a-column.md", "Column("))
    change.before(
        "tables/rows.py", "        len(record.text.split()),", line_of("add-a-column.md", "len(record")
    )


def add_a_name(change):
    change.append(
        "resources/authority/organizations.csv",
        line_of("add-a-name.md", "desk:kestrel,"),
    )


GUIDES = (add_a_rule, add_a_format, add_a_column, add_a_name)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """The files that each guide touches, and what the program with all four changes says."""
    folder = tmp_path_factory.mktemp("changed")
    change = Change(folder)
    touched = {}
    for guide in GUIDES:
        change.touched = set()
        guide(change)
        touched[guide.__name__] = change.touched
    command = [sys.executable, "-c", SHOW]
    alone = {"PYTHONPATH": str(folder)}
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return touched, done.stdout.strip()


def test_each_guide_asks_for_two_files_at_most(changed):
    touched, _ = changed
    assert {name: len(files) for name, files in touched.items() if len(files) > 2} == {}


def test_what_was_added_is_there(changed):
    assert changed[1] == "text/x-rst ['desk:kestrel'] ['survey_poll'] 1"


@pytest.mark.parametrize("guide", [guide.__name__ for guide in GUIDES])
def test_the_guide_names_the_files(guide, changed):
    page = (ROOT / "docs" / "how-to" / f"{guide.replace('_', '-')}.md").read_text(encoding="utf-8")
    for path in map(Path, changed[0][guide]):
        assert f"src/ingest/{path}" in page or f"src/ingest/{path.parent}`" in page
