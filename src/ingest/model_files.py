"""Models that are kept as `.npz` files of plain arrays, with a header in JSON."""

from __future__ import annotations

import json
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_HEADER = "header"


def shipped(name: str) -> bytes:
    """Give the file of a model that ships with the package.

    Args:
        name: File name under `ingest/resources/models`, without `.npz`.

    Raises:
        ConfigError: There is no such model.
    """
    file = resources.files("ingest.resources").joinpath("models", f"{name}.npz")
    if not file.is_file():
        raise ConfigError(f"no model {name!r} under ingest/resources/models; run its script in training/")
    return file.read_bytes()


def unpack(name: str, content: bytes, keys: Sequence[str]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read the arrays of a model and its header.

    Args:
        name: What to call it in an error.
        content: Bytes of its file.
        keys: Names of its arrays.

    Raises:
        ConfigError: The file lacks an array.
    """
    with np.load(BytesIO(content)) as arrays:
        if missing := [key for key in (*keys, _HEADER) if key not in arrays]:
            raise ConfigError(f"model {name!r} lacks {', '.join(missing)}; train it anew")
        return {key: arrays[key] for key in keys}, json.loads(bytes(arrays[_HEADER]))
