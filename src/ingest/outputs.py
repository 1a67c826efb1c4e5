"""A file that a command writes where it is told to (`--output`): whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def whole_file(output: Path) -> Iterator[Path]:
    """Give a draft beside a file, which takes the file's place at the end, unless something is raised.

    Args:
        output: The file; a link is followed.  A folder, device or pipe is not replaced.

    Raises:
        IngestError: The file cannot be written.
    """
    file = Path(os.path.realpath(output))
    try:
        if file.exists() and not file.is_file():
            raise _cannot(output, "it is a folder" if file.is_dir() else "it is a pipe or device")
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".draft-") as folder:
            draft = Path(folder) / file.name
            yield draft
            draft.replace(file)
    except OSError as error:
        raise _cannot(output, error.strerror or str(error)) from error


def _cannot(output: Path, why: str) -> IngestError:
    return IngestError(f"--output: cannot write {output}: {why}; name a file in a folder that you may write")
