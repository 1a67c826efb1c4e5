r"""Put the labels of `labels.jsonl.gz` together with the paragraphs that they belong to.

    python training/quotes/with_texts.py training/quotes/labels.jsonl.gz SOURCE [MORE ...] > labelled.jsonl

The labels are this project's own; the texts are not, and no text is part of the repository.  A
label names its paragraph by the first sixteen hex digits of its SHA-256.  A SOURCE is a file of
rows with `text` (`.jsonl`, `.jsonl.gz`) or an object of pages with `articleBody` (`.json`); the
model card names them.  Labels whose paragraph no source holds are counted on standard error.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def digest(paragraph: str) -> str:
    """What a label calls its paragraph."""
    return hashlib.sha256(paragraph.encode("utf-8")).hexdigest()[:16]


def _lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from lines


def paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of a source, as they were labelled."""
    if path.suffix == ".json":
        for page in json.loads(path.read_text(encoding="utf-8")).values():
            yield from (p.strip() for p in page["articleBody"].split("\n"))
        return
    for line in _lines(path):
        yield from re.split(r"\n\s*\n+", json.loads(line)["text"].strip())


def main() -> int:
    """Write labelled rows to standard output."""
    labels, *sources = map(Path, sys.argv[1:])
    texts = {digest(paragraph): paragraph for source in sources for paragraph in paragraphs(source)}
    missing = 0
    for row in map(json.loads, _lines(labels)):
        if row["paragraph"] in texts:
            print(json.dumps({"text": texts[row["paragraph"]], **row}, ensure_ascii=False))
        else:
            missing += 1
    print(f"{missing} labels without their paragraph", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
