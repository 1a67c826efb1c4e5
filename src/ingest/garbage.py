"""When Python may look for garbage in cycles."""

from __future__ import annotations

import gc
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def without_collection(work: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let a function run without a search for garbage in cycles.

    Reading a document, or the rows of a batch, makes thousands of tuples that live together and go with
    their last reference.  Python takes their number for a sign of garbage and looks through all that there
    is, for more than a twentieth of the time that an HTML page takes, and finds nothing.  What cycles there
    are is found later.

    Args:
        work: The function; one such function may call another.
    """

    @wraps(work)
    def uninterrupted(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        if not gc.isenabled():
            return work(*args, **kwargs)
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            gc.enable()

    return uninterrupted
