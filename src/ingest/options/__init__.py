"""Every option of a run, defined once: flag, environment variable, line of a file, Prefect parameter.

`--help`, docs/options.md and the checks come from these definitions; `ingest.options.choices` takes each from
where it is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["folder", "file", "switch", "count", "seconds", "size", "cluster", "log_format"]
Group = Literal["where", "what", "limits", "how"]
LogFormat = Literal["text", "json"]
Value = str | int | float | bool | None

GROUPS: dict[Group, str] = {
    "where": "folders and files",
    "what": "what the run does and tells",
    "limits": "what a document may cost; one that needs more is refused",
    "how": "how the work is shared out; the tables are the same whatever you choose",
}

PREFIX = "INGEST_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
CONFIG_FILE = "ingest.toml"
CONFIG_MEANING = f"options as lines of TOML; `{CONFIG_FILE}` in the working folder where it is there"

_DAY_S = 24 * 3600.0
_MEBIBYTE = 1 << 20
_PEBIBYTE = 1 << 50
_SUFFIXES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_SWITCHES = {"true": True, "yes": True, "on": True, "1": True}
_SWITCHES |= {"false": False, "no": False, "off": False, "0": False}


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Attributes:
        name: Its name as a Prefect parameter; flag and variable are made from it.
        kind: What it takes.
        group: Where `--help` lists it.
        metavar: What stands for its value there.
        default: The value where nobody gives one.
        meaning: What it does, in one line without its default.
        shown: The default in words, where there is no value that says it.
        least: Least value of a number.
        most: Largest.
        is_parameter: Whether a Prefect run has it too; the others are of the command alone.
    """

    name: str
    kind: Kind
    group: Group
    metavar: str
    default: Value
    meaning: str
    shown: str = ""
    least: float = 0
    most: float = 0
    is_parameter: bool = True

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return f"--{self.key}"

    @property
    def key(self) -> str:
        """Its name in a file."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper()

    @property
    def default_in_words(self) -> str:
        """The default, for people; empty where there is none."""
        if self.kind == "switch":
            return "on" if self.default else "off"
        if self.shown or self.default is None:
            return self.shown
        return self.default if isinstance(self.default, str) else _written(self.kind, self.default)

    def read(self, given: object) -> Value:
        """Make its value from what somebody wrote.

        Args:
            given: Text, or what a TOML file or a Prefect parameter holds.

        Returns:
            The value, in range.

        Raises:
            ValueError: It is no such value; the message says what to write.
        """
        if isinstance(given, str):
            given = given.strip()
            if not given:
                raise ValueError("is empty; give a value, or leave it out")
        value = _READERS.get(self.kind, _text)(given)
        self.check(value)
        return value

    def check(self, value: Value) -> None:
        """Check that a number is in its range (not-a-number is in none).

        Raises:
            ValueError: It is not.
        """
        if isinstance(value, int | float) and self.most and not self.least <= value <= self.most:
            least, most = (_written(self.kind, bound) for bound in (self.least, self.most))
            raise ValueError(f"{_written(self.kind, value)} is out of range; give {least} to {most}")


def _size(given: object) -> int:
    found = re.fullmatch(r"(\d+)([KMG]?)(?:i?B)?", str(given), re.IGNORECASE)
    if found is None or isinstance(given, bool):
        raise ValueError(f"{given!r} is no size; write bytes, or 512K, 64M, 2G")
    return int(found[1]) * _SUFFIXES[found[2].upper()]


def _written(kind: Kind, number: float) -> str:
    """A number as people write it in an option of that kind."""
    if kind == "size" and number:
        for suffix in ("G", "M", "K"):
            if number % _SUFFIXES[suffix] == 0:
                return f"{int(number) // _SUFFIXES[suffix]}{suffix}"
    return f"{number:.15g}"


def _count(given: object) -> int:
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?\d+", str(given)):
        raise ValueError(f"{given!r} is no whole number; write digits alone")
    return int(str(given))


def _seconds(given: object) -> float:
    try:
        return float("true" if isinstance(given, bool) else str(given))
    except ValueError:
        raise ValueError(f"{given!r} is no number of seconds; write one, as 90 or 0.5") from None


def _switch(given: object) -> bool:
    if isinstance(given, bool):
        return given
    value = _SWITCHES.get(str(given).lower())
    if value is None:
        raise ValueError(f"{given!r} is neither true nor false; write one of them")
    return value


def _cluster(given: object) -> str:
    if given != "local" and not re.match(r"(?:tcp|tls|ws|wss|ucx)://\S", str(given)):
        raise ValueError(f"{given!r} is no scheduler; give its address, as tcp://host:8786, or local")
    return str(given)


def _log_format(given: object) -> str:
    if given not in get_args(LogFormat):
        raise ValueError(f"{given!r} is no format of logs; write one of {', '.join(get_args(LogFormat))}")
    return str(given)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{given!r} is no path; write it in quotes")  # noqa: TRY004 - told with the others
    return given


_READERS: dict[Kind, Callable[[object], Value]] = {
    "size": _size,
    "count": _count,
    "seconds": _seconds,
    "switch": _switch,
    "cluster": _cluster,
    "log_format": _log_format,
}

_ALL = (
    Option("landing", "folder", "where", "DIR", "data/landing", "folder with the raw documents, or its URL"),
    Option(
        "curated",
        "folder",
        "where",
        "DIR",
        "data/curated",
        "folder with the tables, made where it is not; or its URL, `s3://...`",
    ),
    Option(
        "cache",
        "folder",
        "where",
        "DIR",
        None,
        "tables of an object store on this machine",
        shown="below the user's cache folder",
    ),
    Option("authority", "file", "where", "CSV", None, "your own list of names, beside the bundled one"),
    Option("decisions", "file", "where", "CSV", None, "your decisions on names, which overrule all else"),
    Option("keep", "file", "where", "TOML", None, "rules and patterns whose text is kept, not dropped"),
    Option("fields", "file", "where", "TOML", None, "your names of fields in JSON and CSV records"),
    Option(
        "taxonomy", "file", "where", "TSV", None, "your topics, beside the bundled ones or in their place"
    ),
    Option("prune", "switch", "what", "", default=False, meaning="take out documents whose files are gone"),
    Option(
        "verify",
        "switch",
        "what",
        "",
        default=False,
        meaning="read every file, even one that looks as it was",
    ),
    Option(
        "strict",
        "switch",
        "what",
        "",
        default=False,
        meaning="exit with 3 when an item stands refused",
        is_parameter=False,
    ),
    Option(
        "keep_snapshots",
        "count",
        "what",
        "N",
        5,
        "states of the tables kept, the new one included",
        least=1,
        most=1_000_000,
    ),
    Option(
        "quiet",
        "switch",
        "what",
        "",
        default=False,
        meaning="no progress; the summary is printed still",
        is_parameter=False,
    ),
    Option(
        "log_format",
        "log_format",
        "what",
        "FORMAT",
        "text",
        "`json` logs one object a line on standard error",
        is_parameter=False,
    ),
    Option("report", "switch", "what", "", default=True, meaning="write the pages below `report/`"),
    Option("profile", "file", "what", "FILE", None, "write where the workers' time goes, for pstats"),
    Option(
        "timeout",
        "seconds",
        "limits",
        "S",
        60.0,
        "seconds that one document may take",
        least=0.001,
        most=_DAY_S,
    ),
    Option(
        "memory",
        "size",
        "limits",
        "SIZE",
        2 << 30,
        "memory of a worker process (`RLIMIT_DATA`)",
        least=256 * _MEBIBYTE,  # with less, a worker has no room for the models
        most=_PEBIBYTE,
    ),
    Option(
        "max_bytes",
        "size",
        "limits",
        "SIZE",
        64 << 20,
        "length of a document, packed and unpacked",
        least=1,
        most=_PEBIBYTE,
    ),
    Option(
        "workers",
        "count",
        "how",
        "N",
        None,
        "worker processes at a time",
        shown="one for each processor",
        least=1,
        most=1024,
    ),
    Option(
        "batch_bytes",
        "size",
        "how",
        "SIZE",
        2 * _MEBIBYTE,
        "most bytes that one task reads; less where that keeps all workers busy",
        least=1,
        most=_PEBIBYTE,
    ),
    Option(
        "dask",
        "cluster",
        "how",
        "ADDRESS",
        None,
        "run the tasks on a Dask cluster: tcp://..., or `local`",
        is_parameter=False,
    ),
)

OPTIONS: dict[str, Option] = {option.name: option for option in _ALL}


def options_page() -> str:
    """Write docs/options.md: every option, as Markdown."""
    lines = ["# Options", "", _INTRODUCTION, "", "| option | default | what it does |", "|---|---|---|"]
    for group, title in GROUPS.items():
        lines.append(f"| **{title}** | | |")
        if group == "where":
            lines.append(f"| `--config FILE` | | {CONFIG_MEANING} |")
        for option in OPTIONS.values():
            if option.group == group:
                name = f"`{option.flag}{option.metavar and ' ' + option.metavar}`"
                star = "" if option.is_parameter else " \\*"
                lines.append(f"| {name}{star} | {option.default_in_words} | {option.meaning} |")
    return "\n".join(lines) + "\n"


_INTRODUCTION = f"""\
Generated from `src/ingest/options/__init__.py` by `make dictionary`. Every option can be given in four ways;
the first that gives it counts:

1. a flag (`--keep-snapshots 9`), or a parameter of a Prefect run (`keep_snapshots`);
2. an environment variable: `{PREFIX}` and the name (`{PREFIX}KEEP_SNAPSHOTS=9`); empty is as good as none;
3. a line of a TOML file (`keep-snapshots = 9`): the file that `--config` or `{CONFIG_VARIABLE}` names, else
   `{CONFIG_FILE}` in the working folder;
4. the default.

A switch is turned off again by `--no-...`. Sizes take a suffix: 512K, 64M, 2G. All that is wrong is listed at
once, each with the place where it was written, before anything is written (exit code 2). Options with a star
are of the command alone; the others are parameters of the Prefect flow too."""
