"""The frames in force: the newest limit of each kind, area and year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiugai.accounts.models import Area
from jiugai.accounts.scope import within
from jiugai.planning.models import PlanFrame
from jiugai.planning.models.frames import FrameKind

Key = tuple[str, str, int | None]


@dataclass(frozen=True)
class Frames:
    """Limits by kind, code of area and year."""

    found: Mapping[Key, PlanFrame]

    def value(self, kind: str, area: str, year: int | None = None) -> int | None:
        """Return a limit; None when nobody has entered it."""
        row = self.found.get((kind, area, year))
        return None if row is None else row.value

    def sites(self, street: str, district: str) -> int | None:
        """Return how many sites a street bears: its own limit, else the one its district set for all streets."""
        own = self.value(FrameKind.SITES, street)
        return self.value(FrameKind.SITES, district) if own is None else own


def frames_of(*paths: str) -> Frames:
    """Load the newest limits of some areas and all that lies in them, in one query."""
    rows = PlanFrame.objects.filter(within(paths)).select_related("area")
    newest = rows.order_by("area_id", "kind", "year", "-pk").distinct("area_id", "kind", "year").defer("area__boundary")
    return Frames({(row.kind, row.area.code, row.year): row for row in newest})


def missing_of(frames: Frames, districts: Sequence[Area], years: Sequence[int], city: Area | None) -> list[str]:
    """Name what is not entered; nothing entered is no limit of zero."""
    lacking = []
    for district in districts:
        for year in years:
            if frames.value(FrameKind.DISTRICT_MONEY, district.code, year) is None:
                lacking.append(f"{district.name}{year}年区级资金")
            if city is None and frames.value(FrameKind.CITY_MONEY, district.code, year) is None:
                lacking.append(f"{district.name}{year}年市级补助额度")
        if frames.value(FrameKind.CAPACITY, district.code) is None:
            lacking.append(f"{district.name}同时在施面积上限")
        if frames.value(FrameKind.SITES, district.code) is None:
            lacking.append(f"{district.name}街道同时在施上限")
    if city is not None:
        lacking += [
            f"{year}年市级补助总额" for year in years if frames.value(FrameKind.CITY_MONEY, city.code, year) is None
        ]
    return lacking
