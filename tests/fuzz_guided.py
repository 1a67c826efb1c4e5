"""Documents for `process()`, bred from earlier ones that reached new lines of it (libFuzzer, by Atheris).

Usage: python tests/fuzz_guided.py [--minutes N] [--seed N] [--keep FOLDER]

Needs `pip install atheris`.  Beside `tests/fuzz.py`, which needs nothing and makes documents that look like
documents, this one follows where the code branches, and so comes to places that no dress suggests.  The first
byte of an input chooses the format.  Inputs that reached something new gather in `FOLDER/corpus`, where the
next run begins; one that breaks something is left in `FOLDER` as `crash-*`, `timeout-*` or `oom-*`, and
`python tests/fuzz_guided.py FOLDER/crash-...` reads it once more.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

import atheris

SOURCE = Path(__file__).parents[1] / "src"
# Atheris 3 never frees what a comparison gives; where arrays are compared, that is 30 kB for each input.
ARRAYS = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SOURCE.rglob("*.py"))
    if "import numpy" in path.read_text(encoding="utf-8")
]

with atheris.instrument_imports(include=["ingest"], exclude=ARRAYS):
    import ingest.checks
    import ingest.pipeline  # noqa: F401 - instrumented here, used through `fuzz`

from fuzz import MOST_S, SEEDS, judge  # noqa: E402 - after what has to be instrumented

SUFFIXES = tuple(SEEDS)
LONGEST = 8192
MOST_MIB = 2048


def read(data):
    """Read one input: its first byte is the format."""
    if data:
        judge(data[1:], f"input{SUFFIXES[data[0] % len(SUFFIXES)]}")


def plant(corpus):
    """Write the seeds of all formats, where they are not yet."""
    corpus.mkdir(parents=True, exist_ok=True)
    for kind, suffix in enumerate(SUFFIXES):
        for number, content in enumerate(SEEDS[suffix]):
            if len(content) < LONGEST:
                (corpus / f"seed-{kind}-{number}").write_bytes(bytes([kind]) + content)


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--minutes", type=float, default=60)
    parse.add_argument("--seed", type=int, default=0, help="0 takes another each time")
    parse.add_argument("--keep", type=Path, default=Path("build/fuzz-guided"))
    parse.add_argument("input", nargs="?", type=Path, help="read this one input, and end")
    arguments = parse.parse_args()
    warnings.simplefilter("error")
    if arguments.input is not None:
        read(arguments.input.read_bytes())
        return
    corpus = arguments.keep / "corpus"
    plant(corpus)
    limits = [f"-max_total_time={round(60 * arguments.minutes)}", f"-timeout={MOST_S}", f"-max_len={LONGEST}"]
    limits += [f"-rss_limit_mb={MOST_MIB}", f"-seed={arguments.seed}", f"-artifact_prefix={arguments.keep}/"]
    atheris.Setup([sys.argv[0], str(corpus), *limits, "-print_final_stats=1"], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
