"""Write what the code says of itself: `api.md`, `commands.md`, tables in `architecture.md` and `landing.md`.

`make dictionary` runs it; a test fails when a page differs from what comes out here.
"""

from __future__ import annotations

import argparse
import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import flows.command
import flows.serve
import ingest
from ingest.__main__ import parser
from ingest.commands import COMMANDS, Program
from ingest.errors import EXIT_CODES
from ingest.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
PROGRAMS = {"run": flows.command.parser, "serve": flows.serve.parser}

_API = """\
# The Python interface

Generated from the docstrings by `make dictionary`. This is all that is public: what is not on this page can
change with any version. Examples run as they stand where `make ingest` has filled `data/curated`; the tests
run them. Record types that are named and not described here (`Section`, `Mention`, `Quote`, ...) are frozen
records of `ingest.records`, near the tables of the same names in the [dictionary](data-dictionary.md).
"""
_COMMANDS = """\
# The command `ingest`

Generated from the parsers by `make dictionary`. `ingest` and `python -m ingest` are the same; `ingest run` is
`python -m flows.ingest`, and `ingest serve` is `python -m flows.serve`. [operations.md](operations.md) tells
signals, limits and schedules.

## Exit codes

They are the same for every command. Where the code is not 0, a line on standard error says what was wrong,
where, and what to do.

| code | meaning |
|---|---|
"""


def api_page() -> str:
    """The page of the interface: each public name with its docstring."""
    lines = [_API]
    for name in ingest.__all__:
        if name == "__version__":
            continue
        described = getattr(ingest, name)
        lines += [f"## `{name}`", "", *_entry(f"ingest.{name}", described)]
        if inspect.isclass(described):
            for member, value in members(described):
                lines += [f"### `{name}.{member}`", "", *_entry(f"{name.lower()}.{member}", value)]
    return "\n".join(lines)


def commands_page() -> str:
    """The page of the command: what each subcommand does and takes."""
    lines = [_COMMANDS + "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())]
    described = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
    for name, command in COMMANDS.items():
        own = PROGRAMS[name](f"ingest {name}") if isinstance(command, Program) else described.choices[name]
        lines += [f"## `ingest {name}`", "", f"{command.purpose[0].upper()}{command.purpose[1:]}.", ""]
        if rows := list(_option_rows(own)):
            lines += ["| argument | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def landing_page() -> str:
    """`docs/landing.md` as it stands, with the table of formats as `ingest.formats` has it."""
    page = (DOCS / "landing.md").read_text(encoding="utf-8")
    rows = [f"| {', '.join(f'`{s}`' for s in one.suffixes)} | `{one.media_type}` |\n" for one in FORMATS]
    table = "| suffix | media type |\n|---|---|\n" + "".join(rows)
    return re.sub(r"(<!-- formats: .*-->\n)(?:\|.*\n)*", lambda found: found[1] + table, page)


def architecture_page() -> str:
    """`docs/architecture.md` as it stands, with the job of each room as its docstring tells it."""
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    row = re.compile(r"^\| `((?:ingest|flows)[\w.]*)` \|.*\|$", re.MULTILINE)
    return row.sub(lambda found: f"| `{found[1]}` | {_job(found[1])} |", page)


def _job(room: str) -> str:
    """The first sentence of a room's docstring."""
    described = (import_module(room).__doc__ or "").partition("\n\n")[0]
    return re.split(r"(?<=\.)\s", described)[0]


def _option_rows(parse: argparse.ArgumentParser) -> Iterator[str]:
    for action in parse._actions:  # noqa: SLF001 - argparse has no other way to list them
        if action.dest == "help":
            continue
        taken = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
        taken = f" {taken}" if action.option_strings and taken else taken
        flags = action.option_strings[:1] or [""]
        meaning = (action.help or "") % {"default": action.default}
        if action.choices:
            meaning += f"; one of {', '.join(f'`{choice}`' for choice in action.choices)}"
        yield f"| `{flags[0]}{taken}` | {meaning.replace('|', chr(92) + '|')} |"


def members(owner: type) -> Iterator[tuple[str, object]]:
    """Public methods and properties that the class itself defines, in its order."""
    for name, value in vars(owner).items():
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
            yield name, value


def _entry(title: str, described: object) -> list[str]:
    signature = "" if isinstance(described, property) else _signature(described)
    return ["```python", f"{title}{signature}", "```", "", *_text(inspect.getdoc(described) or ""), ""]


def _signature(described: object) -> str:
    if inspect.isclass(described) and issubclass(described, Exception):
        return ""
    if described is ingest.Curated or described is ingest.Record:
        return ""  # made by this package alone
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(described)))  # type: ignore[arg-type]
    text = text.replace("(self, ", "(").replace("(self)", "()").replace(" -> None", "")
    return text.replace(f"= {ingest.Settings()!r}", "= Settings()")


def _text(docstring: str) -> list[str]:
    """A docstring in Google's form as Markdown."""
    lines: list[str] = []
    is_example = False
    for line in docstring.splitlines():
        starts = line.startswith(">>>")
        if starts and not is_example:
            lines.append("```pycon")
        if is_example and not line:
            lines.append("```")
        is_example = starts or (is_example and bool(line))
        if is_example:
            lines.append(line)
        elif heading := re.fullmatch(r"(Args|Returns|Raises|Attributes):", line):
            lines += [f"**{heading[1]}**", ""]
        elif item := re.match(r" {4}(\w+): (.*)", line):
            lines.append(f"- `{item[1]}`: {item[2]}")
        else:
            lines.append(re.sub(r"^ {4,8}", "  ", line))
    return [*lines, "```"] if is_example else lines


if __name__ == "__main__":
    (DOCS / "api.md").write_text(api_page(), encoding="utf-8")
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
    (DOCS / "architecture.md").write_text(architecture_page(), encoding="utf-8")
    (DOCS / "landing.md").write_text(landing_page(), encoding="utf-8")
