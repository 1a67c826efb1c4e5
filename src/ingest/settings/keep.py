"""What the user wants kept although a rule would drop it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.settings.toml_lists import read_lists
from ingest.settings.user_files import remembered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ingest.records import Block

_KEYS = ("rules", "patterns")


@dataclass(frozen=True, slots=True)
class Keep:
    """Runs of text that stay, by the rule that would drop them or by their text.

    Attributes:
        rules: Ids of rules, `model` for what the block models drop.
        patterns: Regular expressions of Python's `re`, found anywhere in a run; `^` and `$` are the ends
            of its lines.
        origin: Where this is written, for messages.
    """

    rules: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()
    origin: str = "--keep"

    def __bool__(self) -> bool:
        """Whether it keeps anything."""
        return bool(self.rules or self.patterns)

    def reason(self, rule: str, text: str) -> str | None:
        """Find what keeps a run that a rule would drop: the rule's id or a pattern; None for nothing."""
        if rule in self.rules:
            return rule
        return next((pattern.pattern for pattern in self.patterns if pattern.search(text)), None)


NOTHING = Keep()


@remembered
def load_keep(path: str | None) -> Keep:
    """Read what the user wants kept.

    Args:
        path: A TOML file with `rules = [...]`, `patterns = [...]` or both; None for nothing.

    Raises:
        ConfigError: The file cannot be read, or names what there is not.
    """
    if path is None:
        return NOTHING
    content = read_lists("--keep", path, _KEYS, "a list of texts that are not empty", 'rules = ["share"]')
    patterns = tuple(_compiled(pattern, path) for pattern in content.get("patterns", ()))
    return Keep(frozenset(content.get("rules", ())), patterns, f"--keep: {path}")


def check_rules(keep: Keep, known: Collection[str]) -> None:
    """Check that the rules are some that there are.

    Raises:
        ConfigError: One is not; the message lists those there are.
    """
    if unknown := sorted(keep.rules.difference(known)):
        rule, colon, _ = unknown[0].partition(":")
        near = [rule] if colon and rule in known else get_close_matches(unknown[0], known, 1)
        guess = f"write {near[0]}; " if near else ""
        raise ConfigError(
            f"{keep.origin}: there is no rule {unknown[0]!r}; {guess}there are {', '.join(known)}"
        )


def reasons_to_keep(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Name the rules and patterns that hold blocks which would be dropped."""
    return tuple(sorted({block.kept_by for block in blocks if block.kept_by}))


def _compiled(pattern: str, path: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"--keep: {path}: {pattern!r} is no regular expression: {error}") from error
