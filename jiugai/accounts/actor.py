"""Who acts: a plain value, fixed at the start of a request, job or command."""

from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

CITY_PATH = "/110000/"


class Grant(NamedTuple):
    """One role held in one area."""

    role: str
    path: str


@dataclass(frozen=True)
class Actor:
    """A person, an organisation's token or the system, with the roles held on one date.

    `path`s are whole-segment area paths; comparing them by `startswith` is therefore exact.
    """

    name: str
    grants: tuple[Grant, ...] = ()
    user_id: int | None = None
    token_id: int | None = None
    organisation_id: int | None = None
    organisation: str = ""
    area_names: tuple[str, ...] = ()
    is_system: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the smallest set of area paths that covers everything the actor may see."""
        wanted = sorted({g.path for g in self.grants})
        return tuple(p for p in wanted if not any(p != q and p.startswith(q) for q in wanted))

    @property
    def home(self) -> str:
        """Return the smallest area that holds all the actor's areas; the city for who has none."""
        if not self.paths:
            return CITY_PATH
        levels = [path.strip("/").split("/") for path in self.paths]
        common = takewhile(lambda codes: len(set(codes)) == 1, zip(*levels, strict=False))
        return "/" + "".join(f"{codes[0]}/" for codes in common)

    @property
    def sees_all(self) -> bool:
        """Tell whether no area filter is needed."""
        return self.is_system or CITY_PATH in self.paths

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody has logged in."""
        return not self.is_system and self.user_id is None and self.token_id is None


ANONYMOUS = Actor(name="未登录")
SYSTEM = Actor(name="系统", is_system=True)
