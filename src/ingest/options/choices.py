"""The options of a run as they were chosen: by flag, environment, file or default.

A value is taken from the first of these that gives it: the flag (or the parameter of a Prefect run),
the environment variable `INGEST_<NAME>`, the file (`--config`, `INGEST_CONFIG`, or `ingest.toml` in
the working folder), the default.  Whatever is wrong is told at once, each with its place, before
anything is written.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.options import CONFIG_FILE, CONFIG_VARIABLE, OPTIONS, PREFIX, Value
from ingest.places import (
    absolute,
    is_inside,
    place,
    tables_around,
    trouble_with_curated,
    trouble_with_landing,
)
from ingest.settings import Settings
from ingest.settings.keep import check_rules, load_keep
from ingest.settings.user_files import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ingest.places import Place

_NEAR = 0.7
"""Likeness from which another word is taken for what was meant."""
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of an option, and where it was written.

    Attributes:
        value: The value.
        origin: The flag, parameter, variable or line that gave it; `default` where none did.
    """

    value: Value
    origin: str


def choose(
    given: Mapping[str, object],
    *,
    config: str | None = None,
    as_parameters: bool = False,
    unknown: tuple[str, ...] = (),
) -> dict[str, Choice]:
    """Take each option from the first place that gives it.

    Args:
        given: What flags or parameters say, by names of options; None says nothing.
        config: The file that the command line names.
        as_parameters: Whether `given` are parameters of a Prefect run; flags else.
        unknown: What else stands on the command line.

    Returns:
        A choice for each option.

    Raises:
        ConfigError: Something is wrong; the message lists all of it.
    """
    problems = _misspelt_variables()
    if unknown:
        problems.append(f"unrecognized arguments: {' '.join(unknown)}; {_advice(unknown[0])}")
    written = _from_file(config, problems)
    choices = {}
    for option in OPTIONS.values():
        places = (
            (given.get(option.name), f"parameter {option.name}" if as_parameters else option.flag),
            (os.environ.get(option.variable) or None, option.variable),
            written.get(option.name, (None, "")),
        )
        value, origin = next((place for place in places if place[0] is not None), (None, _DEFAULT))
        try:
            choices[option.name] = Choice(option.default if value is None else option.read(value), origin)
        except ValueError as error:
            problems.append(f"{origin}: {error}")
    problems += wrong_places(choices)
    if problems:  # then the user's files are looked into at once, and not at the next attempt
        problems += wrong_files(choices)
    complain(problems)
    return choices


def by_default(values: Mapping[str, Value]) -> dict[str, Choice]:
    """Values that are told of by their flags, whoever gave them."""
    return {name: Choice(value, _DEFAULT) for name, value in values.items()}


def out_of_range(values: Mapping[str, Value]) -> Iterator[str]:
    """Tell which numbers are out of the range of their option."""
    for name, value in values.items():
        try:
            OPTIONS[name].check(value)
        except ValueError as error:
            yield f"{OPTIONS[name].flag}: {error}"


def wrong_files(choices: Mapping[str, Choice]) -> list[str]:
    """Tell what is wrong in the files of the user's, each by its origin."""
    from ingest.decode.fields import load_fields  # noqa: PLC0415 - the options themselves need no names
    from ingest.names.authority import load_authority  # noqa: PLC0415 - as above
    from ingest.names.resolve.decisions import check_ids, load_decisions  # noqa: PLC0415 - as above
    from ingest.topics.taxonomy import load_taxonomy  # noqa: PLC0415 - as above

    none = Choice(None, _DEFAULT)
    names = ("authority", "decisions", "keep", "fields", "taxonomy")
    paths = {name: _path(choices.get(name, none)) for name in names}
    problems = []
    checks: dict[str, Callable[[], object]] = {
        "authority": lambda: load_authority(Settings(authority_path=paths["authority"])),
        "decisions": lambda: load_decisions(paths["decisions"]),
        "keep": lambda: _check_keep(paths["keep"]),
        "fields": lambda: load_fields(paths["fields"]),
        "taxonomy": lambda: load_taxonomy(paths["taxonomy"]),
    }
    for name, check in checks.items():
        try:
            check()
        except ConfigError as error:
            origin = _where(name, choices.get(name, none).origin)
            problems.append(f"{origin}: {str(error).removeprefix(f'{origin}: ')}")
    if not problems:
        authority = load_authority(Settings(authority_path=paths["authority"]))
        try:
            check_ids(load_decisions(paths["decisions"]), authority)
        except ConfigError as error:
            problems.append(f"{_where('decisions', choices.get('decisions', none).origin)}: {error}")
    return problems


def _check_keep(path: str | None) -> None:
    keep = load_keep(path)
    if keep:
        from ingest.clean import RULE_REASONS  # noqa: PLC0415 - hardly anybody brings a file

        check_rules(keep, RULE_REASONS)


def _path(choice: Choice) -> str | None:
    return None if choice.value is None else str(choice.value)


def wrong_places(choices: Mapping[str, Choice]) -> Iterator[str]:
    """Tell what is wrong with the folders and files that the choices name, each by its origin."""
    wrong = {
        "landing": _wrong_landing,
        "curated": _wrong_curated,
        "cache": _wrong_cache,
        "profile": _wrong_profile,
    }
    named = {
        name: (_where(name, choices[name].origin), place(str(choices[name].value)))
        for name in wrong
        if name in choices and choices[name].value
    }
    told = {name: _unseen(path) or _misread(path) or wrong[name](path) for name, (_, path) in named.items()}
    if {"landing", "curated"} <= named.keys() and not told["curated"]:
        landing, curated = named["landing"][1], named["curated"][1]
        if is_inside(curated, landing):
            told["curated"] = f"{absolute(curated)} lies inside the landing folder; keep them apart"
    return (f"{named[name][0]}: {trouble}" for name, trouble in told.items() if trouble)


def _unseen(path: Place) -> str | None:
    """What is wrong where nobody can tell whether there is something: a name too long, a loop."""
    if isinstance(path, Path):
        try:
            path.stat()
            str(path).encode()
        except UnicodeEncodeError:
            return f"{str(path)!a} has bytes that are no UTF-8; rename it, or set a locale with UTF-8"
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return f"{path} cannot be looked at: {error.strerror}; name another"
    return None


def _misread(path: Place) -> str | None:
    """What is wrong where a shell's word or half a URL would be taken for the name of a folder here."""
    if isinstance(path, str) or not path.parts or path.exists():
        return None
    first = path.parts[0]
    if first == "~":
        return f"{path}: only a shell knows what ~ is; write the folder in full"
    if re.fullmatch(r"[a-z][a-z0-9+.-]+:", first):
        return f"{path} is no URL, for it has one slash; write {first}//{'/'.join(path.parts[1:])}"
    return None


def _wrong_landing(landing: Place) -> str | None:
    if isinstance(landing, str):
        return trouble_with_landing(landing)
    return None if landing.is_dir() else f"{landing} is not a folder; name the folder with the documents"


def _wrong_curated(curated: Place) -> str | None:
    if isinstance(curated, str):
        return trouble_with_curated(curated)
    if curated.is_symlink() and not curated.exists():
        return f"{curated} is a link to {curated.readlink()}, which is not there; make that folder first"
    if curated.exists() and not curated.is_dir():
        return f"{curated} is a file; name a folder for the tables"
    outer = tables_around(curated)
    return f"{curated} lies among the tables of {outer}; name that folder, or another" if outer else None


def _wrong_cache(cache: Place) -> str | None:
    if isinstance(cache, str):
        return _elsewhere(cache)
    return f"{cache} is a file; name a folder" if cache.exists() and not cache.is_dir() else None


def _wrong_profile(profile: Place) -> str | None:
    if isinstance(profile, str):
        return _elsewhere(profile)
    if not profile.absolute().parent.is_dir():
        return f"there is no folder {profile.parent}; make it first"
    if not os.access(profile.absolute().parent, os.W_OK):
        return f"{profile} cannot be written: its folder is not yours to write; name a file elsewhere"
    return f"{profile} is a folder; name a file in it" if profile.is_dir() else None


def _elsewhere(url: str) -> str:
    return f"{url} is no place of this machine; name one"


def complain(problems: list[str]) -> None:
    """End the run where anything is wrong, with all of it.

    Raises:
        ConfigError: There are problems.
    """
    if len(problems) > 1:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ConfigError(f"{len(problems)} mistakes in the options:\n{listed}")
    if problems:
        raise ConfigError(problems[0])


def _where(name: str, origin: str) -> str:
    """The place to look at for a mistake in a value."""
    return OPTIONS[name].flag if origin == _DEFAULT else origin


def _advice(unknown: str) -> str:
    """What to do about an argument that no parser knows."""
    flags = {option.flag.strip("-"): option for option in OPTIONS.values()}
    if not unknown.startswith("-"):
        return "what it is for is said by an option before it, as --landing DIR; --help lists them"
    asked = unknown.partition("=")[0].strip("-")
    if asked in flags:
        return f"--{asked} is for `ingest run` alone"
    near = get_close_matches(asked, flags, 1, _NEAR)
    return f"write --{near[0]}" if near else "--help lists those there are"


def _misspelt_variables() -> list[str]:
    """Variables that look like one of ours; others with the prefix may be anybody's."""
    known = {CONFIG_VARIABLE.removeprefix(PREFIX)} | {option.name.upper() for option in OPTIONS.values()}
    others = (name.removeprefix(PREFIX) for name in sorted(os.environ) if name.startswith(PREFIX))
    return [
        f"{PREFIX}{name}: there is no such option; write {PREFIX}{near[0]}"
        for name in others
        if name not in known and (near := get_close_matches(name, known, 1, cutoff=0.85))
    ]


def _from_file(config: str | None, problems: list[str]) -> dict[str, tuple[object, str]]:
    """Read the file of options: value and place, by name of the option."""
    named = config or os.environ.get(CONFIG_VARIABLE)
    path = Path(named or CONFIG_FILE)
    if not named and not os.path.lexists(path):
        return {}
    origin = "--config" if config else CONFIG_VARIABLE if named else "in the working folder"
    try:
        lines = tomllib.loads(read_text(origin, str(path)))
    except ConfigError as error:
        problems.append(str(error))
        return {}
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{origin}: {path} is no TOML: {error}")
        return {}
    known = {option.key: option.name for option in OPTIONS.values()}
    problems += [
        f"{path}, {key}: stands there twice, as {name} too; leave one out"
        for key, name in known.items()
        if key != name and {key, name} <= lines.keys()
    ]
    for key in sorted(lines.keys() - {*known, *OPTIONS}):
        near = get_close_matches(key, known, 1)
        advice = f"write {near[0]}" if near else _LISTED
        if isinstance(lines[key], dict):
            advice = f"[{key}] opens a table, and options stand in none: take that line out"
        problems.append(f"{path}, {key}: there is no such option; {advice}")
    return {known.get(key, key): (value, f"{path}, {key}") for key, value in lines.items()}


_LISTED = "there are " + ", ".join(option.key for option in OPTIONS.values())
