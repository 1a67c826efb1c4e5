"""All figures in one table: each beside what it should be, and how far it falls short.

    python benchmarks/figures.py ../shared [--held-out DIR] [--only names quotes ...] [--outputs DIR]

`goals.toml` names the commands and, of what each prints, the figures with their goals.  The folder holds
labelled corpora, which are no part of this project; DIR is what `training/train_html.py --folds` wrote.  A
command that needs what is not given is left out, with its reason; one that fails, or prints no such figure,
is told in the table and makes the exit code 1.  `--outputs` keeps what each command printed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
NUMBER = re.compile(r"-?(?:\d[\d,]*)?\.?\d+")


class MissingFigureError(Exception):
    """A command did not print what `goals.toml` says that it prints."""


@dataclass(frozen=True)
class Figure:
    """A figure that a command prints, and what it should be.

    Attributes:
        what: What it measures, for the table.
        row: Texts that its row of a printed table holds, all of them.
        column: The head of its column.
        number: Which number of the cell it is, from 1.
        pattern: In place of row and column, a regular expression whose first group it is.
        at_least: What it should reach; a figure may have no goal.
        at_most: What it should not pass.
        beside: In place of both, the column of the figure in the same row that it should reach: a peer's.
    """

    what: str
    row: tuple[str, ...] = ()
    column: str = ""
    number: int = 1
    pattern: str = ""
    at_least: float | None = None
    at_most: float | None = None
    beside: str = ""

    def read(self, printed: str) -> float:
        """Find it in what a command printed.

        Raises:
            MissingFigureError: It is not there.
        """
        if self.pattern:
            found = re.search(self.pattern, printed)
            return value(found[1]) if found else self._missing(f"nothing matches {self.pattern!r}")
        heads: list[str] = []
        before: list[str] = []
        for cells in map(cells_of, printed.splitlines()):
            if cells and set("".join(cells)) <= set("-: "):
                heads = before
            elif self.column in heads and all(text in f"| {' | '.join(cells)} |" for text in self.row):
                numbers = NUMBER.findall(cells[heads.index(self.column)])
                if len(numbers) >= self.number:
                    return value(numbers[self.number - 1])
            before = cells
        return self._missing(f"no row with {', '.join(map(repr, self.row))} and a column {self.column!r}")

    def with_goal(self, printed: str) -> Figure:
        """The same with its goal, where a peer sets that."""
        if not self.beside:
            return self
        peer = replace(self, column=self.beside, beside="").read(printed)
        return replace(self, at_least=peer)

    def judge(self, measured: float) -> str:
        """Say whether it is what it should be, and the distance where it is not."""
        if self.at_least is None and self.at_most is None:
            return ""
        if self.at_least is not None and measured < self.at_least:
            return f"**short by {self.at_least - measured:.3g}**"
        if self.at_most is not None and measured > self.at_most:
            return f"**over by {measured - self.at_most:.3g}**"
        return "reached"

    @property
    def goal(self) -> str:
        """The goal as the table shows it."""
        if self.beside:
            peer = self.beside.rpartition(" ")[2]
            return f"at least {peer}'s" + (f", {self.at_least}" if self.at_least is not None else "")
        if self.at_least is not None:
            return f"at least {self.at_least:,}"
        return "" if self.at_most is None else f"at most {self.at_most:,}"

    def _missing(self, why: str) -> float:
        raise MissingFigureError(why)


def value(text: str) -> float:
    """Read a number as it is printed."""
    return float(text.replace(",", ""))


def cells_of(line: str) -> list[str]:
    """Split a row of a Markdown table; nothing for any other line."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []


def rows(bench: dict[str, object], given: dict[str, str], outputs: Path) -> Iterator[tuple[str, ...]]:
    """Run one command; give a row of the table for each figure of it."""
    figures = [Figure(**figure | {"row": tuple(figure.get("row", ()))}) for figure in bench["figure"]]  # type: ignore[attr-defined]
    command = [str(part) for part in bench["command"]]  # type: ignore[attr-defined]
    needs = set(re.findall(r"\{(\w+)\}", " ".join(command)))
    if missing := needs - given.keys():
        why = f"left out: needs {' and '.join(sorted(missing))}"
        yield from ((figure.what, why, figure.goal, "") for figure in figures)
        return
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *(part.format(**given) for part in command)],
        cwd=HERE.parent,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    name = str(bench["name"])
    (outputs / f"{name}.md").write_text(done.stdout + done.stderr, encoding="utf-8")
    sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s, exit code {done.returncode}\n")
    for figure in figures:
        try:
            measured, judge = figure.read(done.stdout), figure.with_goal(done.stdout)
        except MissingFigureError as error:
            yield figure.what, f"FAILED: {error} (exit code {done.returncode})", figure.goal, ""
        else:
            yield figure.what, f"{measured:,.10g}", judge.goal, judge.judge(measured)


def main() -> int:
    """Measure, and print the table."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("shared", nargs="?")
    parse.add_argument("--held-out")
    parse.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parse.add_argument("--outputs", type=Path)
    options = parse.parse_args()
    benches = tomllib.loads((HERE / "goals.toml").read_text(encoding="utf-8"))["bench"]
    names = [bench["name"] for bench in benches]
    if unknown := set(options.only) - set(names):
        parse.error(f"no command {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    given = {"shared": options.shared, "held_out": options.held_out}
    given = {name: str(Path(path).resolve()) for name, path in given.items() if path}
    outputs = options.outputs or Path(tempfile.mkdtemp(prefix="figures-"))
    outputs.mkdir(parents=True, exist_ok=True)
    failed = False
    print("| figure | measured | goal | |\n|---|---|---|---|")
    for bench in benches:
        if not options.only or bench["name"] in options.only:
            for row in rows(bench, given, outputs):
                failed |= row[1].startswith("FAILED")
                print(f"| {' | '.join(row)} |", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
