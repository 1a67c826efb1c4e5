"""The shape of the code: imports go one way, modules stay small, one broad except."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("src/ingest/**/*.py"), *ROOT.glob("flows/**/*.py")])

# From the top to the ground: a room imports what stands after it.
ROOMS = re.findall(
    r"^\| `((?:ingest|flows)[\w.]*)` \|", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.MULTILINE
)
RANK = {room: rank for rank, room in enumerate(ROOMS)}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """The room of docs/architecture.md that the module is or lies in."""
    fitting = [r for r in ROOMS if module == r or (r != "ingest" and module.startswith(r + "."))]
    assert fitting, f"{module} stands in no room: give it its row in docs/architecture.md"
    return max(fitting, key=len)


MODULES = {module_name(path): path for path in SOURCES}


def imported(path: Path) -> set[str]:
    """Project modules that a file imports, at any depth and for typing too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
            found.update(next(([p] for p in prefixes if p in MODULES), []))
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module):
    mine = RANK[room(module)]
    backwards = sorted(other for other in imported(MODULES[module]) if RANK[room(other)] < mine)
    assert not backwards, f"{module} imports rooms that stand above it: {backwards}"


def test_no_import_cycles():
    graph = {m: imported(path) - {m} for m, path in MODULES.items()}
    done: set[str] = set()
    while ready := [m for m, needs in graph.items() if m not in done and needs <= done]:
        done.update(ready)
    assert done == set(graph), f"in a circle: {sorted(set(graph) - done)}"


PROGRAMS = [
    path
    for folder in ("benchmarks", "docs", "tests", "training")
    for path in sorted(ROOT.glob(f"{folder}/*.py"))
]


def names_in(path: Path) -> set[str]:
    """What can be imported from a file, and more: all that is given a name in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names)
    return found


@pytest.mark.parametrize("path", PROGRAMS, ids=module_name)
def test_programs_import_what_there_is(path):
    """Trainings and benchmarks run seldom, and some need libraries that are no part of the environment."""
    beside = {program.stem: program for program in PROGRAMS}
    missing = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (source := (MODULES | beside).get(node.module or ""))
        for alias in node.names
        if alias.name not in names_in(source) and f"{node.module}.{alias.name}" not in MODULES
    ]
    assert not missing


@pytest.mark.parametrize("path", [*SOURCES, *PROGRAMS], ids=module_name)
def test_modules_stay_small(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{path.name} has {lines} lines: it is asking to be two"


@pytest.mark.parametrize("path", [*SOURCES, *PROGRAMS], ids=module_name)
def test_functions_stay_small(path):
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60
    ]
    assert not long, f"{path.name}: {long}"


def test_except_exception_stands_at_the_edges_alone():
    """Where a document becomes a reject, and where a container does that cannot be looked into."""
    places = [
        module_name(path)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "(Exception,)"})
    ]
    assert sorted(places) == ["ingest.containers.index", "ingest.workers.worker"]


def test_no_room_without_a_job():
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert not [m for m in MODULES if vague & set(m.split("."))]


def test_no_group_is_repeated_possessively():
    """Python 3.11.0 to 3.11.4, Debian 12's own among them, match such patterns wrongly (CPython gh-106052).

    A possessive repeat of one character or class (`[a-z]*+`) is right in all of them.
    """
    possessive = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+|\(\?>")
    found = {
        f"{path.name}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if possessive.search(line)
    }
    assert not found


def test_no_package_index_is_named():
    pattern = re.compile(r"(pypi\.org|pythonhosted|index-url|extra-index)", re.IGNORECASE)
    allowed = {"Makefile", Path(__file__).name}  # the Makefile turns index addresses off
    files = [*ROOT.glob("*"), *ROOT.glob("docs/**/*"), *ROOT.glob("src/**/*.py"), *ROOT.glob("training/*")]
    named = [
        str(path.relative_to(ROOT))
        for path in files
        if path.is_file()
        and path.name not in allowed
        and pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not named
