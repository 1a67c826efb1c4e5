"""Judge a file of FollowTheMoney entities by the format's own library, in the environment that has it.

`.venv-ftm/bin/python tests/children/valid_ftm.py FILE` prints how many entities are valid; the first that is not,
or that loses a value when the library cleans it, ends it with what is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from followthemoney import __version__, model

count = 0
for number, line in enumerate(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(), 1):
    given = json.loads(line)
    entity = model.get_proxy(given, cleaned=False)
    entity.schema.validate(given)
    for name, values in given["properties"].items():
        if len(entity.get(name)) != len(set(values)):
            sys.exit(f"line {number}: {given['id']}: {name}: of {values} remains {entity.get(name)}")
    count += 1
print(f"{count} valid for followthemoney {__version__}")
