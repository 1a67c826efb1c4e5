r"""Measure the name finder on re3d documents it was not trained on: four folds by document.

    python training/cross_validate.py --data CORPORA --clusters word_clusters_512.json.gz \\
        --small en_core_web_sm --medium PATH_OF_MEDIUM --work SCRATCH

The lexicon is the shipped one.  The fields that vote on machine labels see no re3d at all; then one field a
fold learns from everything but the fold's documents.  BBC documents are left out (CC BY-NC).  Prints F1
over persons, organisations and places, articles and possessives aside: against all mentions that the
corpus marks (pronouns and descriptions too), and against names only, with countries as the corpus has
them and as places, as in `benchmarks/bench_names.py`; beside them the small teacher.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from names_data import SpanRow, gold, read_rows, silver
from names_types import type_weights
from train_names import SILVER, Steps, fit, make_lexicon, outvote, part_of, read_model, teach

from ingest.names import find, model
from ingest.settings import DEFAULT_SETTINGS

sys.path.append(str(Path(__file__).resolve().parents[1] / "benchmarks"))
from bench_names import KINDS, countries_as_places, f1, names_only, spacy_finder

FOLDS = 4
SHIPPED = Path(model.__file__).resolve().parents[2] / "resources" / "models" / "names_lexicon.npz"


def main() -> None:
    """Train four fields and print two scores."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("data", "clusters", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--small", required=True, help="spaCy's small English model: name or path")
    parser.add_argument("--medium", required=True, help="spaCy's medium English model: path")
    parser.add_argument("--folds", type=int, nargs="+", default=range(FOLDS), help="only these: 0 to 3")
    options = parser.parse_args()
    options.out = options.work
    options.work.mkdir(parents=True, exist_ok=True)
    shutil.copy(SHIPPED, options.work)
    (options.work / "lexicon.done").touch()
    lexicon = make_lexicon(options, ())
    people = list(gold(options.data, hold_out=False))
    defence = [e for e in people if e.document_id.startswith("re3d")]
    others = [e for e in people if not e.document_id.startswith("re3d")]
    rows = {name: read_rows(options.data / "silver" / f"{name}.jsonl.gz") for name in SILVER}
    machine = [example for group in rows.values() for example in silver(group)]
    small = teach(options.small, rows, options.work / "small.json")
    medium = teach(options.medium, rows, options.work / "medium.json")
    types = type_weights(medium, {e.document_id: e.text for e in machine}, options.data, lexicon)
    voted = outvote(options, machine, others, small, lexicon, types)
    for fold in options.folds:
        path = options.work / f"fold{fold}.npz"
        if not path.exists():
            learnt = [e for e in defence if part_of(e.document_id, FOLDS) != fold]
            fit([*voted, *others, *learnt], lexicon, Steps(), path, types)
    report(options)


def report(options: argparse.Namespace) -> None:
    """Find names in each fold with the field that has not seen it, and score them together."""
    rows: list[tuple[str, set[SpanRow], dict[str, set[SpanRow]]]] = []
    peer = spacy_finder(options.small)
    for fold in options.folds:
        field = read_model(str(options.work / f"fold{fold}.npz"), str(options.work / SHIPPED.name))
        find.load_model = lambda field=field: field  # type: ignore[attr-defined]  # this one instead of the shipped
        for row in read_rows(options.data / "re3d.jsonl.gz"):
            if "BBC" in str(row["id"]) or part_of(str(row["id"]), FOLDS) != fold:
                continue
            text = str(row["text"])
            spans = find.find_names(text, DEFAULT_SETTINGS)
            found = {"ours": {(s.char_start, s.char_end, KINDS.get(s.entity_type, "MISC")) for s in spans}}
            if peer is not None:
                found["spaCy small"] = peer([text])[0]
            right = {(start, end, kind) for start, end, kind in row["spans"]}  # type: ignore[attr-defined]
            rows.append((text, right, found))
    systems = list(rows[0][2])
    print(
        f"| re3d without BBC, {len(rows)} documents, F1 lenient | {' | '.join(systems)} |\n|---|"
        + "---|" * len(systems)
    )
    for title, scored in (
        ("all that is marked, pronouns and descriptions too", lambda _, right, found: (right, found)),
        ("names only", names_only),
        ("names only, countries are places", _with_countries_as_places),
    ):
        cells = []
        for name in systems:
            pairs = [(text, *scored(text, right, found[name])) for text, right, found in rows]
            cells.append(f"{f1(pairs, lenient=True):.1f}")
        print(f"| {title} | {' | '.join(cells)} |")


def _with_countries_as_places(
    text: str, right: set[SpanRow], found: set[SpanRow]
) -> tuple[set[SpanRow], set[SpanRow]]:
    return names_only(text, countries_as_places(text, right), countries_as_places(text, found))


if __name__ == "__main__":
    main()
