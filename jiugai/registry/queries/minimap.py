"""A small map of where a community lies, drawn on the server from our own roads: it needs no WebGL and prints."""

from dataclasses import dataclass
from math import cos, isfinite, radians

from django.contrib.gis.geos import LineString, Point, Polygon

from jiugai.accounts.actor import Actor
from jiugai.registry.models import BaseLine, Community

WIDTH, HEIGHT = 308, 150
METRES_PER_PIXEL = 4.0
METRES_PER_DEGREE = 111_320.0
SCALE_METRES = 300
MOST_DOTS = 150


@dataclass(frozen=True)
class Stroke:
    """A road or subway line as an SVG path."""

    kind: str
    rank: int
    path: str


@dataclass(frozen=True)
class MiniMap:
    """Strokes and neighbours in pixels; the community itself stands in the middle."""

    strokes: list[Stroke]
    dots: list[tuple[float, float]]
    width: int = WIDTH
    height: int = HEIGHT
    scale_pixels: float = SCALE_METRES / METRES_PER_PIXEL
    scale_metres: int = SCALE_METRES

    @property
    def middle(self) -> tuple[float, float]:
        """Where the community stands."""
        return self.width / 2, self.height / 2


def minimap(community: Community, *, actor: Actor) -> MiniMap | None:
    """Draw what lies around a community, in two queries; None while its place is not known."""
    if community.point is None:
        return None
    view = _View(community.point)
    lines = BaseLine.objects.filter(geom__bboverlaps=view.box).values_list("kind", "rank", "geom").order_by("-rank")
    near = Community.objects.visible_to(actor).current().filter(point__bboverlaps=view.box).exclude(pk=community.pk)
    strokes = [Stroke(kind, rank, view.path(geom)) for kind, rank, geom in lines]
    points = near.order_by("pk").values_list("point", flat=True)[:MOST_DOTS]
    return MiniMap(strokes, [view.place(point) for point in points if point is not None])


class _View:
    """Turns degrees into pixels around a centre; over a kilometre the plane is flat enough."""

    def __init__(self, centre: Point) -> None:
        self.centre = centre
        self.per_lat = METRES_PER_DEGREE / METRES_PER_PIXEL
        self.per_lon = self.per_lat * cos(radians(centre.y))

    @property
    def box(self) -> Polygon:
        """The rectangle in sight."""
        dx, dy = WIDTH / 2 / self.per_lon, HEIGHT / 2 / self.per_lat
        x, y = self.centre.x, self.centre.y
        box = Polygon.from_bbox((x - dx, y - dy, x + dx, y + dy))
        box.srid = self.centre.srid
        return box

    def place(self, point: Point) -> tuple[float, float]:
        return self._at(point.x, point.y)

    def path(self, line: LineString) -> str:
        """Draw a line; vertices that are no numbers are left out."""
        places = [self._at(x, y) for x, y in line.coords if isfinite(x) and isfinite(y)]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) if places else ""

    def _at(self, lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - self.centre.x) * self.per_lon
        y = HEIGHT / 2 - (lat - self.centre.y) * self.per_lat
        return round(x, 1), round(y, 1)
