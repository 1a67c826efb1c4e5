"""A user's file of TOML that holds lists of texts under known names."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.settings.user_files import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_lists(
    option: str, path: str, known: Sequence[str], wanted: str, example: str
) -> dict[str, tuple[str, ...]]:
    """Read such a file.

    Args:
        option: The option that names it, for messages.
        path: The file.
        known: The names that there are.
        wanted: What a list has to be, in words, for messages.
        example: A line of such a file, for messages.

    Returns:
        The lists that the file holds, by name.

    Raises:
        ConfigError: It cannot be read, is no TOML, or holds something else.
    """
    try:
        content = tomllib.loads(read_text(option, path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{option}: {path} is no TOML: {error}; write lines such as {example}") from error
    for name, texts in content.items():
        if name not in known:
            raise ConfigError(f"{option}: {path}: {name!r} is unknown; there are {', '.join(known)}")
        if not isinstance(texts, list) or not all(isinstance(one, str) and one for one in texts):
            raise ConfigError(f"{option}: {path}: {name} has to be {wanted}, as in {example}")
    return {name: tuple(texts) for name, texts in content.items()}
