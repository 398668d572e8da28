"""Who fills which section of `domain.facts.Facts`. Each part says so once, when the server starts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

Loader = Callable[[Sequence[int], date], Mapping[int, object]]
SECTIONS = (
    "register", "governance", "checkup", "project", "menu", "plan", "design", "approvals", "rebuild", "evidence",
    "works", "pipes", "site",
)  # fmt: skip
_loaders: dict[str, Loader] = {}


class BadProvider(TypeError):
    """The section does not exist, or somebody else fills it already."""


def provide(section: str, load: Loader) -> None:
    """Let `load` fill a section: given keys of communities and a day, it returns the section's value by community.

    It must take a constant number of queries for any number of keys. A community that it leaves out has no such facts
    (the section stays None). Raises BadProvider.
    """
    if section not in SECTIONS:
        raise BadProvider(f"{section} is not one of {', '.join(SECTIONS)}")
    if _loaders.setdefault(section, load) is not load:
        raise BadProvider(f"{section} is filled by {_loaders[section].__module__} already")


def loaders() -> Mapping[str, Loader]:
    """Return who fills what, in the order of the sections, whichever part started first."""
    return {section: _loaders[section] for section in SECTIONS if section in _loaders}
