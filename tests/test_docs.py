"""The documents say what the program does: examples run, outputs are real, links lead somewhere."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name

import pytest

from ingest.options import options_page
from ingest.pipeline import process
from ingest.run import Options, ingest_folder
from ingest.tables.dictionary import dictionary

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?", re.DOTALL)


def shown(namespace: dict[str, object], code: str) -> str:
    """What a reader sees who types the example: its prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "<example>", "exec"), namespace)  # noqa: S102  the examples are the repository's own
    return re.sub(r"[ \t]+$", "", out.getvalue(), flags=re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/analysis.md"])
def test_examples_print_what_the_page_shows(page, curated_samples, tmp_path, monkeypatch, request):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "curated").symlink_to(curated_samples, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    path = ROOT / page
    before = path.read_text(encoding="utf-8")

    def rerun(match: re.Match[str]) -> str:
        printed = shown(namespace, match["code"])
        block = f"```python\n{match['code']}```\n"
        return f"{block}\n```text\n{printed}```\n" if printed else block

    after = EXAMPLE.sub(rerun, before)
    if request.config.getoption("--update-golden"):
        path.write_text(after, encoding="utf-8")
    if int(version("pandas").partition(".")[0]) >= 3:  # pandas 2 sets columns otherwise
        assert after == before, f"{page} shows an older output: look at the change, then --update-golden"
    assert namespace, f"{page} has no examples"


SOURCELESS = {
    "a.txt": "Anna Bell of the Harbour Board met Carl Dorn. “The quay will open again in May,” Bell said.",
    "b.txt": "Nothing here is named.",
}


@pytest.mark.parametrize("files", [SOURCELESS, {}], ids=["two documents without sources", "no documents"])
def test_the_questions_can_be_asked_of_any_tables(files, tmp_path, monkeypatch):
    (tmp_path / "landing").mkdir()
    for name, text in files.items():
        (tmp_path / "landing" / name).write_text(text, encoding="utf-8")
    ingest_folder(Options(tmp_path / "landing", tmp_path / "data" / "curated", workers=1))
    monkeypatch.chdir(tmp_path)
    namespace = {}
    examples = EXAMPLE.findall((ROOT / "docs" / "analysis.md").read_text(encoding="utf-8"))
    printed = [shown(namespace, example[0]) for example in examples]
    assert len(printed) == 11, "the opening and ten answers"
    assert printed[1:4] == ["", "", ""], "nobody is named, nothing is told twice"


def test_the_readme_fits_three_screens_and_its_figures_are_those_measured():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("\n") <= 144, "three screens of 48 lines"
    compared = re.search(r"## How it compares\n(.*?)\n## ", readme, re.DOTALL)
    assert compared
    figures = re.findall(r"\| (\d+\.\d+)", compared[1])
    assert len(figures) >= 6
    measured = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert [f for f in figures if not re.search(rf"(?<![\d.]){re.escape(f)}(?![\d])", measured)] == []


def test_the_data_dictionary_is_the_definition():
    committed = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert committed == dictionary(), "run `make dictionary` and commit the change"


def test_the_page_of_options_is_the_definition():
    committed = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    assert committed == options_page(), "run `make dictionary` and commit the change"


def test_every_shipped_file_of_data_has_a_sheet_or_a_card():
    described = "".join(
        page.read_text(encoding="utf-8")
        for folder in ("data-sheets", "model-cards")
        for page in sorted((ROOT / "docs" / folder).glob("*.md"))
    )
    shipped = [
        p for p in (ROOT / "src" / "ingest" / "resources").rglob("*.*") if p.suffix not in {".py", ".pyc"}
    ]
    missing = sorted(path.name for path in shipped if path.name not in described)
    assert len(shipped) > 30
    assert not missing, f"say in docs/data-sheets or docs/model-cards where they are from: {missing}"


def test_every_hop_of_the_way_is_a_function_and_in_order():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    way = page.partition("## The way of one article")[2].partition("\n## ")[0]
    hops = re.findall(r"│  ((?:ingest|flows)\.[\w.]+)", way)
    assert len(hops) > 20
    assert all(callable(resolve_name(hop)) for hop in hops)
    straight = inspect.getsource(process)
    called = [hop.rpartition(".")[2] for hop in hops if re.search(rf"= {hop.rpartition('.')[2]}\(", straight)]
    in_code = [name for name in re.findall(r"= (\w+)\(", straight) if name in called]
    assert called == in_code, "process() goes another way than the page"
    assert len(called) == 9


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [t for t in targets if not (page.parent / t).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    # A guide marks the file that its reader is to make with "(new)".
    named = set(
        re.findall(r"`((?:src|flows|tests|docs|benchmarks|training)/[\w./-]+\.\w+)`(?! \(new\))", text)
    )
    missing = sorted(n for n in named if not (ROOT / n).exists())
    assert not missing
