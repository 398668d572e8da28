"""Tile addresses of the web map pyramid, and the ground they cover."""

from collections.abc import Callable
from dataclasses import dataclass
from math import atan, degrees, pi, sinh

MAX_ZOOM = 20
EXTENT = 4096
BUFFER = 64  # of 4096: a dot on the edge is drawn whole in both tiles


class NoSuchTile(ValueError):
    """The numbers do not name a tile of the pyramid."""


@dataclass(frozen=True)
class Box:
    """West, south, east, north in degrees of CGCS2000."""

    west: float
    south: float
    east: float
    north: float

    def corners(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        return self.west, self.south, self.east, self.north


@dataclass(frozen=True)
class TileAddress:
    """Zoom, column from the west, row from the north. Raises NoSuchTile outside of the pyramid."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        side = 1 << max(0, min(self.z, MAX_ZOOM))
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < side and 0 <= self.y < side):
            raise NoSuchTile(f"{self.z}/{self.x}/{self.y}")

    def value(self, take: "Take") -> float:
        """Return a number of this tile."""
        return take(self)

    def box(self, margin: float = 0.0) -> Box:
        """Return the ground of the tile, widened on each side by `margin` parts of a tile."""
        return Box(
            self._longitude(self.x - margin),
            self._latitude(self.y + 1 + margin),
            self._longitude(self.x + 1 + margin),
            self._latitude(self.y - margin),
        )

    def _longitude(self, column: float) -> float:
        return column / (1 << self.z) * 360 - 180

    def _latitude(self, row: float) -> float:
        return degrees(atan(sinh(pi * (1 - 2 * row / (1 << self.z)))))


Take = Callable[[TileAddress], float]


@dataclass(frozen=True)
class Later:
    """A number that is known only once the tile is."""

    take: Take


@dataclass(frozen=True)
class AnyTile:
    """Every tile of a zoom: what is written for it holds for each of them, once its numbers are put in."""

    z: int

    def value(self, take: Take) -> Later:
        """Return the number's place."""
        return Later(take)


Where = TileAddress | AnyTile
