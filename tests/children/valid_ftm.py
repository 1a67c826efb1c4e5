"""Judge a file of FollowTheMoney entities by the format's own library, in the environment that has it.

`.venv-ftm/bin/python tests/children/valid_ftm.py FILE` tells how many entities are valid; the first
that is not, or that loses a value when the library cleans it, ends it with what is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from followthemoney import __version__, model
from followthemoney.exc import InvalidData

count = 0
for number, line in enumerate(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(), 1):
    given = json.loads(line)
    try:
        entity = model.get_proxy(given, cleaned=False)
        entity.schema.validate(given)
    except InvalidData as wrong:
        sys.exit(f"line {number}: {given['id']}: {wrong} {wrong.errors}")
    for name, values in given["properties"].items():
        if len(entity.get(name)) != len(set(values)):
            sys.exit(f"line {number}: {given['id']}: {name}: of {values} remains {entity.get(name)}")
    count += 1
sys.stdout.write(f"{count} valid for followthemoney {__version__}")
