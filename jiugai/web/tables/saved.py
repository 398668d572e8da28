"""Saved views of lists. Who keeps them registers here, because this layer knows no models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A named address of a list. `mine` ones can be renamed and removed."""

    pk: int
    name: str
    query: str
    mine: bool
    shared: bool
    by: str = ""


Loader = Callable[[str, Any], Sequence[Saved]]
_loaders: list[Loader] = []


def provide(loader: Loader) -> None:
    """Name the function that returns the saved views of a register for an actor. Called once, when apps are ready."""
    _loaders[:] = [loader]


def views_of(register: str, actor: Any) -> Sequence[Saved]:
    """Return the actor's own saved views of a register and those shared with the organisation."""
    return _loaders[0](register, actor) if _loaders else ()
