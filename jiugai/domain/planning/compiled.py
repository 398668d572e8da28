"""Compile loops with numba: kept on disk, run without the interpreter's lock, so bound and search go side by side."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
_numba: Any = numba


def compiled(function: F) -> F:
    """Compile as written; whole numbers stay exact."""
    return cast("F", _numba.njit(cache=True, nogil=True)(function))


def compiled_fast(function: F) -> F:
    """Compile with sums in any order: for figures that get a margin for rounding."""
    return cast("F", _numba.njit(cache=True, nogil=True, fastmath={"contract", "arcp", "reassoc", "nsz"})(function))
