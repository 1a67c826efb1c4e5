"""`review`: a sheet of the names that deserve a look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated
from ingest.errors import ConfigError
from ingest.outputs import whole_file
from ingest.places import place

if TYPE_CHECKING:
    import argparse


def _review(arguments: argparse.Namespace) -> str:
    from ingest.names.resolve.review import write_review
    from ingest.settings import Settings
    from ingest.store.review import review

    output = Path(arguments.output)
    settings = Settings(authority_path=arguments.authority, decisions_path=arguments.decisions)
    rows = review(place(arguments.curated), settings)
    _keep_decisions(output, arguments.decisions)
    with whole_file(output) as draft:
        write_review(draft, rows)
    carried = sum(row.reason == "decided" for row in rows)
    told = f", {carried} of them the decisions in force" if carried else ""
    return (
        f"{len(rows)} rows in {arguments.output}{told}; fill in `decision`, and give it back with "
        "--decisions: that file is the whole of all decisions"
    )


def _keep_decisions(output: Path, in_force: str | None) -> None:
    """Refuse to overwrite a sheet in which somebody has decided what the new one would not carry along."""
    from ingest.names.resolve.decisions import load_decisions

    if not output.is_file():
        return
    try:
        there = load_decisions(str(output))
    except ConfigError as error:
        problem = str(error).removeprefix("--decisions: ")
        raise ConfigError(
            f"--output: {output} is there, and no sheet of decisions that can be read: {problem}; "
            "name another file"
        ) from error
    carried = {(d.action, d.value, d.name, d.other) for d in load_decisions(in_force)}
    lost = [d for d in there if (d.action, d.value, d.name, d.other) not in carried]
    if lost:
        raise ConfigError(
            f"--output: {output} is there, and holds {len(lost)} of your decisions, the first in line "
            f"{lost[0].where.rpartition(':')[2]}; add `--decisions {output}` to carry them along, "
            "or name another file"
        )


def _describe(parse: argparse.ArgumentParser) -> None:
    add_curated(parse)
    parse.add_argument("--authority", metavar="CSV", help="as the run had it")
    parse.add_argument("--decisions", metavar="CSV", help="as the run had it")
    parse.add_argument("--output", metavar="FILE", default="review.csv", help="the sheet (%(default)s)")


REVIEW = Command("write the names that deserve a look as a sheet to decide on", _review, _describe)
