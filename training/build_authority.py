"""Make countries.csv, nationalities.csv, capitals.csv and services.csv of the bundled authority.

ISO 3166-1 codes and official names come from pycountry (LGPL 2.1, data of Debian's iso-codes);
short forms, nationality words and capitals from the reviewed list beside this script.

    python training/build_authority.py

needs `pip install pycountry==26.2.16` (see the header of the files it writes for the version used).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from importlib.metadata import version
from pathlib import Path

import pycountry

from ingest.names.authority.entries import COLUMNS

HERE = Path(__file__).parent
OUT = HERE.parent / "src" / "ingest" / "resources" / "authority"
# Official names that are no use in a text, or that name another entry better.
WRITTEN = ("countries.csv", "nationalities.csv", "capitals.csv", "services.csv")
WITH_ARTICLE = frozenset(
    ("Netherlands", "Philippines", "United Arab Emirates", "United Kingdom", "United States")
)
MINISTRY = (
    "Ministry of Defence",
    "Ministry of Defense",
    "Ministry of National Defence",
    "Ministry of National Defense",
    "Defence Ministry",
    "Defense Ministry",
)
FOREIGN = ("Ministry of Foreign Affairs", "Foreign Ministry")
NOT_ALIASES = re.compile(r"[()]|, .*(?:Republic|State|Province|Territory)")


def main() -> None:
    """Write the four files."""
    rows = [
        [field.strip() for field in line.split(";")]
        for line in (HERE / "authority" / "countries_reviewed.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    known = {c.alpha_2: c for c in pycountry.countries}
    codes = [row[0] for row in rows]
    assert sorted(codes) == sorted(known), sorted(set(codes) ^ set(known))
    taken = {a for row in rows for a in (row[1], *split(row[2]))}
    countries, nations, capitals = [], [], []
    for code, name, aliases, words, capital in rows:
        extra = official(known[code], taken)
        shown = re.sub(r" \(.*?\)", "", name)
        spellings = dict.fromkeys(a for a in (*split(aliases), *extra) if a != shown)
        countries.append((f"country:{code}", "LOCATION", shown, "|".join(spellings), code, "", "", ""))
        if words:
            first, *rest = split(words)
            nations.append(
                (f"nationality:{code}", "NORP", first, "|".join(rest), code, "", "", f"of {shown}")
            )
        if capital:
            first, *rest = split(capital)
            capitals.append(
                (
                    f"city:{slug(first)}",
                    "LOCATION",
                    first,
                    "|".join(rest),
                    code,
                    "",
                    "",
                    f"capital of {shown}",
                )
            )
    source = f"ISO 3166-1 codes and official names: pycountry {version('pycountry')}; the rest reviewed."
    write("countries.csv", ("Countries and territories.", source), countries)
    write("nationalities.csv", ("Nationality words by country.", source), nations)
    taken, states = reviewed_spellings(), states_with_services()
    services = [
        row
        for code, name, _, words, _ in rows
        if code in states
        for row in bodies(code, name, split(words)[0], taken, has_navy=states[code])
    ]
    write(
        "services.csv", ("Ministries and armed services that are named alike everywhere.", source), services
    )
    write("capitals.csv", ("Capitals and seats of government.", source), capitals)


def states_with_services() -> dict[str, bool]:
    """States whose services get entries, and whether they have a navy."""
    lines = (HERE / "authority" / "states_with_services.txt").read_text(encoding="utf-8").splitlines()
    return {line[:2]: not line.endswith("-") for line in lines if not line.startswith("#")}


def reviewed_spellings() -> set[str]:
    """All spellings of the files that are written by hand: those entries know better."""
    spellings: set[str] = set()
    for path in sorted(OUT.glob("*.csv")):
        if path.name not in WRITTEN:
            lines = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
            for row in csv.DictReader(lines):
                spellings.update((row["name"], *row["aliases"].split("|")))
    return spellings


def bodies(code: str, country: str, word: str, taken: set[str], *, has_navy: bool) -> list[tuple[str, ...]]:
    """Make the entries of one country but for those that a reviewed entry covers, under whatever name."""
    of = f"of {'the ' if country in WITH_ARTICLE else ''}{country}"
    kinds = (
        (
            "ministry-of-defence",
            f"{word} Ministry of Defence",
            [f"{x} {form}" for x in (word, country) for form in MINISTRY]
            + [f"Ministry of Defence {of}", f"Ministry of Defense {of}"],
        ),
        (
            "ministry-of-foreign-affairs",
            f"{word} Ministry of Foreign Affairs",
            [f"{x} {form}" for x in (word, country) for form in FOREIGN]
            + [f"Ministry of Foreign Affairs {of}"],
        ),
        ("armed-forces", f"{word} Armed Forces", [f"Armed Forces {of}", f"{country} Armed Forces"]),
        ("army", f"{word} Army", [f"{country} Army"]),
        ("navy", f"{word} Navy", [f"{country} Navy"]),
        ("air-force", f"{word} Air Force", [f"{country} Air Force"]),
    )
    made = []
    for kind, name, aliases in kinds:
        if kind == "navy" and not has_navy:
            continue
        others = [a for a in dict.fromkeys(aliases) if a != name]
        if taken.isdisjoint((name, *others)):
            made.append(
                (f"org:{code.lower()}-{kind}", "ORGANIZATION", name, "|".join(others), code, "", "", "")
            )
    return made


def split(field: str) -> list[str]:
    """Cut a list at its bars; a leading article is not part of a name."""
    return [re.sub(r"^[Tt]he ", "", a.strip()) for a in field.split("|") if a.strip()]


def official(country: object, taken: set[str]) -> list[str]:
    """Official and common names of pycountry that no reviewed row spells for another country."""
    names = [getattr(country, k, "") for k in ("official_name", "common_name", "name")]
    cleaned = (re.sub(r"^the ", "", n.replace("\u2019", "'")) for n in names)
    return [
        n
        for n in dict.fromkeys(cleaned)
        if n and n not in taken and not NOT_ALIASES.search(n) and n.count(",") == 0
    ]


def slug(name: str) -> str:
    """Give the readable part of an id."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if c.isascii())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def write(file: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write one file with its comment lines."""
    with (OUT / file).open("w", encoding="utf-8", newline="") as out:
        out.writelines(f"# {line}\n" for line in (*header, "Written by training/build_authority.py."))
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
