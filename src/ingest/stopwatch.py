"""CPU time of each stage, taken from outside: `process()` itself knows no clock."""

from __future__ import annotations

import time
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ingest.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

P = ParamSpec("P")
R = TypeVar("R")

PIPELINE_STAGES = {
    "decode": ("decode",),
    "extract": ("extract",),
    "clean": ("load_keep", "reasons_to_keep", "clean"),
    "sections": ("plan_sections", "lay_out"),
    "names": ("find_names",),
    "links": ("link_names",),
    "quotes": ("find_quotes",),
    "topics": ("find_topics",),
}
"""Stages of `process()`, each with its functions there."""

SIGNATURE_STAGE = {"signature": ("signature", "content_hashes")}
"""The stage after `process()` that is work on the text too, with its functions in `ingest.signature`."""

READ, CHECK, STAGE = "read", "check", "stage"
WORKER_STAGES = {
    READ: "fetching documents",
    "decode": "unpacking and decoding",
    "extract": "extracting blocks and metadata",
    "clean": "deciding what is content",
    "sections": "cutting sections and laying out the text",
    "names": "finding names",
    "links": "linking names inside documents",
    "quotes": "finding quotations and speakers",
    "topics": "finding topics of sections",
    CHECK: "checking records",
    "signature": "summing up for the search for stories",
    STAGE: "writing rows for the publish",
}
"""What a worker does, in order: stage, and what it is in words."""


class Stopwatch:
    """Counts the CPU time of this process by stage.  The two looks at the clock cost a microsecond."""

    def __init__(self) -> None:
        self._spent_ns = dict.fromkeys(WORKER_STAGES, 0)
        self._inside_ns = 0  # what the stages inside the one at work have taken

    def timed(self, stage: str, function: Callable[P, R]) -> Callable[P, R]:
        """Give the same function, whose time counts for a stage, but for that of stages inside it."""
        spent, clock = self._spent_ns, time.process_time_ns

        @wraps(function)
        def timing(*args: P.args, **kwargs: P.kwargs) -> R:
            before, self._inside_ns = self._inside_ns, 0
            began = clock()
            try:
                return function(*args, **kwargs)
            finally:
                took = clock() - began
                spent[stage] += took - self._inside_ns
                self._inside_ns = before + took

        return timing

    def attach(self, module: ModuleType, stages: Mapping[str, Sequence[str]]) -> None:
        """Count the stages of a module, each with its functions there, from now on."""
        for stage, names in stages.items():
            for name in names:
                setattr(module, name, self.timed(stage, getattr(module, name)))

    def take(self) -> dict[str, int]:
        """Give the nanoseconds of each stage since the last time, and begin anew."""
        taken = dict(self._spent_ns)
        self._spent_ns.update(dict.fromkeys(taken, 0))
        return taken


def table_of_stages(spent_s: Mapping[str, float]) -> Iterator[str]:
    """Write the CPU seconds of the worker stages as lines of a table."""
    whole = sum(spent_s.get(stage, 0.0) for stage in WORKER_STAGES)
    yield f"{'stage':<10} {'CPU s':>9} {'share':>6}"
    for stage, words in WORKER_STAGES.items():
        seconds = spent_s.get(stage, 0.0)
        yield f"{stage:<10} {seconds:>9.3f} {seconds / whole if whole else 0:>6.1%}  {words}"


def write_profile(path: Path, profiles: Iterable[Path]) -> None:
    """Put the profiles of all batches into one file that `pstats` reads.

    Args:
        path: The file.
        profiles: Those of the batches; one that is not there is left out, for its worker died.

    Raises:
        StoreError: It cannot be written; the tables are published all the same.
    """
    import pstats  # noqa: PLC0415 - hardly ever wanted

    files = [str(profile) for profile in profiles if profile.exists()]
    try:
        if files:
            pstats.Stats(*files).dump_stats(path)
    except OSError as error:
        told = f"--profile: cannot write {path}: {error.strerror}; the tables are published"
        raise StoreError(told) from error
