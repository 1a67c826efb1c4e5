"""What a change of the program means for documents that were read before it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from test_architecture import MODULES, imported

from ingest.version import APART, PIPELINE_VERSION, __version__, pipeline_digest

ROOT = Path(__file__).parents[1]
ROOMS = ("containers", "corpus", "extract", "landing", "pipeline", "tables.staging")
DECIDING = tuple(f"ingest.{room}" for room in ROOMS)
"""Rooms and modules that write or compute what stands in a row."""


def digest_of(package: Path) -> str:
    """The digest as a program would compute it that runs this copy of the package."""
    code = "import ingest.version as v; print(v.pipeline_digest())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_equal_files_have_equal_digests_wherever_they_lie(tmp_path):
    shutil.copytree(ROOT / "src" / "ingest", tmp_path / "ingest")
    assert digest_of(tmp_path) == pipeline_digest()


def test_what_decides_a_value_changes_the_digest(tmp_path):
    package = tmp_path / "ingest"
    shutil.copytree(ROOT / "src" / "ingest", package)
    digests = [digest_of(tmp_path)]
    for changed in ("clean/rules/view.py", "tables/rows.py", "resources/line_cues.tsv", "corpus/names.py"):
        with (package / changed).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        digests.append(digest_of(tmp_path))
    assert len(set(digests)) == len(digests)
    (package / "report" / "site.py").write_text("", encoding="utf-8")
    assert digest_of(tmp_path) == digests[-1], "pages to look at decide no value"


def test_what_stands_apart_is_imported_by_nothing_that_decides_a_value():
    reached = {m for m in MODULES if m.startswith(DECIDING)}
    while more := set().union(*(imported(MODULES[m]) for m in reached)) - reached:
        reached |= more
    files = {MODULES[m].relative_to(ROOT / "src" / "ingest") for m in reached}
    assert not sorted(file for file in files for part in (file, *file.parents) if part.as_posix() in APART)


def test_what_stands_apart_exists():
    assert not [name for name in APART if not (ROOT / "src" / "ingest" / name).exists()]


def test_changelog_and_citation_tell_of_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert __version__ == PIPELINE_VERSION
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    date = re.search(r"^date-released: (.*)$", citation, re.MULTILINE)
    assert date
    assert f"\n## {__version__} ({date[1]})\n" in changelog
