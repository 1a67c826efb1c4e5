"""Models that are kept as `.npz` files: plain arrays, and a header in JSON for all else."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from typing import TypeVar

    from _typeshed import DataclassInstance

    Model = TypeVar("Model", bound=DataclassInstance)

_HEADER = "header"


def load_model(kind: type[Model], name: str) -> Model:
    """Load a model that ships with the package.

    Args:
        kind: What it is, a dataclass.
        name: File name under `ingest/resources/models`, without `.npz`.

    Raises:
        ConfigError: There is no such model, or its file lacks a field.
    """
    model: Model = _loaded(kind, name)
    return model


@cache
def _loaded(kind: type[Any], name: str) -> Any:  # noqa: ANN401 - of this kind; `cache` forgets types
    file = resources.files("ingest.resources").joinpath("models", f"{name}.npz")
    if not file.is_file():
        raise ConfigError(f"no model {name!r} under ingest/resources/models; run its script in training/")
    return read_model(kind, name, file.read_bytes())


def read_model(kind: type[Model], name: str, content: bytes) -> Model:
    """Read a model: each field of `kind` is an array of the file, or stands in its header under this name.

    Args:
        kind: What it is, a dataclass.
        name: What to call it in an error.
        content: Bytes of its file.

    Raises:
        ConfigError: The file lacks a field.
    """
    wanted = [field.name for field in fields(kind) if field.init]
    with np.load(BytesIO(content)) as arrays:
        found: dict[str, Any] = {key: arrays[key] for key in wanted if key in arrays}
        header = json.loads(bytes(arrays[_HEADER])) if _HEADER in arrays else {}
    found |= {key: tuple(v) if isinstance(v, list) else v for key, v in header.items() if key in wanted}
    if missing := [key for key in wanted if key not in found]:
        raise ConfigError(f"model {name!r} lacks {', '.join(missing)}; train it anew")
    return kind(**found)
