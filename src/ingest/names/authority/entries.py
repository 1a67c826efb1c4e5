"""Entries of the authority, and the CSV files they are read from."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from ingest.errors import ConfigError
from ingest.records import EntityType
from ingest.settings.user_files import check_commas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS = (
    "authority_id",
    "entity_type",
    "name",
    "aliases",
    "country_code",
    "valid_from",
    "valid_to",
    "note",
)
_REQUIRED = COLUMNS[:3]
_ID = re.compile(r"[a-z][a-z0-9_]*:[A-Za-z0-9][A-Za-z0-9._-]*")
_COUNTRY = re.compile(r"(?:[A-Z]{2})?")
_DATE = re.compile(r"(?:\d{4}(?:-\d{2}(?:-\d{2})?)?)?")


@dataclass(frozen=True, slots=True)
class AuthorityEntry:
    """One thing that the authority knows.

    Attributes:
        authority_id: Its own id with a readable prefix, such as `country:JP`.
        entity_type: What it is.
        name: The name that people are shown.
        aliases: Other spellings that mean it, in any document.
        country_code: ISO 3166-1 code of its country, where it has one.
        valid_from: Year or date from which it holds, for people: in office.
        valid_to: Year or date to which it holds.
        note: What it is, in words.
        source: File and line, for messages.
    """

    authority_id: str
    entity_type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    country_code: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    note: str = ""
    source: str = ""


def read_entries(lines: Iterable[str], source: str) -> Iterator[AuthorityEntry]:
    """Read entries of an authority file; lines that begin with `#` are comments.

    Args:
        lines: The file's lines.
        source: What to call it in messages.

    Yields:
        Its entries in order.

    Raises:
        ConfigError: A column or a value is wrong; the message names file, line and remedy.
    """
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise ConfigError(f"{source}: no header; the first line names the columns: {','.join(COLUMNS)}")
    reader = csv.reader((line for _, line in numbered), strict=True)
    try:
        header = [c.strip() for c in next(reader)]
        _check_header(header, f"{source}:{numbered[0][0]}")
        for row in reader:
            number = numbered[reader.line_num - 1][0]
            yield _entry(header, row, f"{source}:{number}")
    except csv.Error as error:
        number = numbered[min(reader.line_num, len(numbered)) - 1][0]
        raise ConfigError(f"{source}:{number}: not a CSV row: {error}") from error


def _check_header(header: list[str], where: str) -> None:
    check_commas(header, where)
    wrong = {
        "unknown": [repr(c) for c in header if c not in COLUMNS],
        "missing": [c for c in _REQUIRED if c not in header],
        "twice": sorted({c for c in header if header.count(c) > 1}),
    }
    if any(wrong.values()):
        told = "; ".join(f"{what}: {', '.join(names)}" for what, names in wrong.items() if names)
        raise ConfigError(
            f"{where}: the columns are not right ({told}); "
            f"valid columns are {', '.join(COLUMNS)}, the first three required"
        )


def _entry(header: list[str], row: list[str], where: str) -> AuthorityEntry:
    if len(row) != len(header):
        raise ConfigError(
            f"{where}: {len(row)} values for {len(header)} columns; quote values that hold a comma"
        )
    value = {c: v.strip() for c, v in zip(header, row, strict=True)}
    types = get_args(EntityType)
    if value["entity_type"] not in types:
        raise ConfigError(f"{where}: entity_type {value['entity_type']!r} is not one of {', '.join(types)}")
    if not _ID.fullmatch(value["authority_id"]):
        raise ConfigError(
            f"{where}: authority_id {value['authority_id']!r} is not of the form prefix:id, such as org:nato"
        )
    if not value["name"]:
        raise ConfigError(f"{where}: name is empty; give the name that people are shown")
    if not _COUNTRY.fullmatch(value.get("country_code", "")):
        raise ConfigError(
            f"{where}: country_code {value['country_code']!r} is not two capital letters (ISO 3166-1)"
        )
    for column in ("valid_from", "valid_to"):
        if not _DATE.fullmatch(value.get(column, "")):
            raise ConfigError(f"{where}: {column} {value[column]!r} is not a year or an ISO date")
    begin, end = value.get("valid_from", ""), value.get("valid_to", "")
    if end and begin[: len(end)] > end[: len(begin)]:
        raise ConfigError(f"{where}: valid_from {begin!r} is after valid_to {end!r}")
    aliases = tuple(a.strip() for a in value.get("aliases", "").split("|") if a.strip())
    return AuthorityEntry(
        authority_id=value["authority_id"],
        entity_type=value["entity_type"],  # type: ignore[arg-type]  # checked against the literal's values above
        name=value["name"],
        aliases=aliases,
        country_code=value.get("country_code") or None,
        valid_from=value.get("valid_from") or None,
        valid_to=value.get("valid_to") or None,
        note=value.get("note", ""),
        source=where,
    )
