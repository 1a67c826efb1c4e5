"""Make resources/given_names.csv: given names with the gender that most bearers have.

Sources: the census lists of the package `names` (MIT; lists of the US Census Bureau, public domain), the
per-country lists of `Faker` (MIT), and the reviewed list beside this script, which has the last word.

    pip install names==0.3.0 Faker==40.54.0
    python training/build_given_names.py
"""

from __future__ import annotations

import csv
import importlib
import pkgutil
import re
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import faker.providers.person as faker_person
import names

HERE = Path(__file__).parent
OUT = HERE.parent / "src" / "ingest" / "resources" / "given_names.csv"
NAME = re.compile(r"[A-Z\u00c0-\u00de][a-zA-Z\u00c0-\u024f'-]+")
CLEAR = 8.0  # a name is taken for one gender where that many times more bearers have it
RARE = 0.002  # per cent of bearers: rarer names of the other side are taken for slips of the pen


def main() -> None:
    """Write the file."""
    gender: dict[str, str] = {}
    for name, counts in _faker().items():
        gender[name] = "u" if len(counts) > 1 else next(iter(counts))
    for name, (male, female) in _census().items():
        if male > CLEAR * female or (male and female <= RARE < male):
            gender[name] = "m"
        elif female > CLEAR * male or (female and male <= RARE < female):
            gender[name] = "f"
        else:
            gender[name] = "u"
    reviewed = HERE / "authority" / "given_names_reviewed.txt"
    for line in reviewed.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, sign = line.split()
            gender[name] = sign
    with OUT.open("w", encoding="utf-8", newline="") as out:
        out.write("# Given names with the gender of most bearers: m, f, or u where both are common.\n")
        out.write(
            f"# From names {version('names')} (US Census Bureau), Faker {version('Faker')} (MIT)\n"
            "# and a reviewed list; written by training/build_given_names.py.\n"
        )
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("name", "gender"))
        writer.writerows(sorted(gender.items()))


def _census() -> dict[str, tuple[float, float]]:
    shares: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    folder = Path(names.__file__).parent
    for side, file in enumerate(("dist.male.first", "dist.female.first")):
        for line in (folder / file).read_text(encoding="ascii").splitlines():
            name, share, *_ = line.split()
            shares[name.title()][side] = float(share)
    return {name: (male, female) for name, (male, female) in shares.items()}


def _faker() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for module in pkgutil.iter_modules(faker_person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            sign = {"female": "f", "male": "m"}.get(attribute.rpartition("_")[2])
            if not attribute.startswith("first_") or sign is None:
                continue
            values = getattr(provider, attribute)
            if isinstance(values, (tuple, list, dict)):
                for value in values:
                    if isinstance(value, str) and NAME.fullmatch(value):
                        found[value].add(sign)
    return found


if __name__ == "__main__":
    main()
