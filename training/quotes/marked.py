"""Turn sentences with marked quotations and speakers into rows that `train_quotes.py` reads.

python training/quotes/marked.py training/quotes/fictional.txt > fictional.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

_KINDS = {"d": "direct", "p": "partial", "m": ""}
_MARKUP = re.compile(r"\{([dpm]):|\}|\[|\]")
_MARKS = "\"'\u201c\u201d\u2018\u2019"


def read_marked(line: str, number: int) -> dict:
    """Read one line: its text without mark-up, and its units.

    The words in brackets are the speaker of every quotation in the line.
    """
    text, quotes, speakers, at, kind = "", [], [], 0, ""
    for match in _MARKUP.finditer(line):
        text += line[at : match.start()]
        at = match.end()
        if match.group(1):
            kind, opened = match.group(1), len(text)
        elif match.group() == "}":
            body = text[opened:]
            start = opened + len(body) - len(body.lstrip(_MARKS))
            quotes.append((kind, start, opened + len(body.rstrip(_MARKS))))
        elif match.group() == "[":
            speakers.append([len(text), 0])
        else:
            speakers[-1][1] = len(text)
    text += line[at:]
    units = []
    for kind, start, end in quotes:
        if _KINDS[kind]:
            units.append({"kind": _KINDS[kind], "spans": [[start, end]], "speaker_spans": speakers})
    return {"id": f"fictional:{number}", "doc": f"fictional:{number}", "text": text, "units": units}


def main() -> int:
    """Read the files named and print rows."""
    for path in map(Path, sys.argv[1:]):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if line and not line.startswith("#"):
                print(json.dumps(read_marked(line, number), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
