"""Reading a file that the user has written: what is wrong with it is told by file and line."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import ConfigError


def read_text(what: str, path: str) -> str:
    """Read a text file of the user's.

    Args:
        what: The option that names it, for messages.
        path: The file.

    Returns:
        Its text, without a byte order mark.

    Raises:
        ConfigError: It cannot be read, or is not UTF-8; the message names the line.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{what}: cannot read {path}: {error.strerror}; name a readable file") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{what}: {path}:{line}: byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        ) from error
