"""What the data officer brings: a made csv as district offices send it, in GB18030 with points in BD-09."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.gis.geos import Point

from jiugai.accounts.models import Area
from jiugai.domain.geo.crs import CRS, from_cgcs2000
from jiugai.registry.models import Community

HEAD = (
    "小区名称", "房价", "区域商圈：", "详细地址：", "建筑类型：", "物业费用：", "产权类别：", "容积率：", "总户数：",
    "绿化率：", "建筑年代：", "停车位：", "开发商：", "物业公司：", "经度", "纬度",
)  # fmt: skip
HOUSEHOLDS, BUILT, LON, LAT = "I", "K", "O", "P"
GOOD = 1300
"""Rows without faults: more than two pieces of the writing job, so that it can be killed between them."""
STEP_DEGREES = 0.004
EDGE_DEGREES = 0.003
ALIAS = "管庄东里社区"
ORIGINAL = "管庄东里"
FAULTS = {"示例甲院": (BUILT, "不知道年"), "示例乙院": (HOUSEHOLDS, "约300户"), "示例丙院": (LON, "一百一十六度")}
"""Which cell of which community is wrong, and what stands in it."""
MENDED = {"示例甲院": "1985年", "示例乙院": "300户"}
STRANGER = "示例外区院"
"""A community in another district than the officer's."""


def line(name: str, district: str, at: tuple[float, float], *, built: str = "", homes: str = "") -> list[str]:
    """Return a row; `at` is in CGCS2000 degrees and is written in BD-09, as the crawls have it."""
    lon, lat = bd09(*at)
    facts = ["多层", "0.50元/平米/月", "商品房住宅", "1.80", homes or "暂无数据", "30%", built or "0000-00-00年"]
    return [name, "50000", f"{district} 某处", f"{name}路1号", *facts, "充足", "暂未获知", "业主自管", lon, lat]


def bd09(lon: float, lat: float) -> tuple[str, str]:
    """Return a place given in CGCS2000 as text in BD-09."""
    there = from_cgcs2000(CRS.BD09, lon, lat)
    return f"{float(there[0]):.10f}", f"{float(there[1]):.10f}"


def inside(code: str) -> Iterator[tuple[float, float]]:
    """Yield places well inside a district, about 400 m apart."""
    boundary = Area.objects.get(code=code).boundary
    assert boundary
    ground = boundary.buffer(-EDGE_DEGREES)
    west, south, east, north = ground.extent
    for row in range(int((north - south) / STEP_DEGREES)):
        for column in range(int((east - west) / STEP_DEGREES)):
            place = west + column * STEP_DEGREES, south + row * STEP_DEGREES
            if ground.contains(Point(*place, srid=4490)):
                yield place


def made_rows() -> list[list[str]]:
    """Return good rows, the wrong ones, one of another district, one twice, and one community by another name."""
    free = inside("110105")
    rows = [line(f"示例{n:04d}号院", "朝阳", next(free), built=f"{1950 + n % 50}年", homes=f"{100 + n}户") for n in
            range(GOOD)]  # fmt: skip
    for name, (letter, typed) in FAULTS.items():
        rows.append(line(name, "朝阳", next(free), built="1990年", homes="600户"))
        rows[-1][ord(letter) - ord("A")] = typed
    known = Community.objects.get(area_path__startswith="/110000/110105/", name=ORIGINAL)
    assert known.point
    rows.append(line(ALIAS, "朝阳", (known.point.x + 0.0003, known.point.y + 0.0002), built="1986年"))
    rows.append(line(STRANGER, "西城", next(inside("110102")), built="1979年", homes="700户"))
    return [*rows, rows[0]]


def save_csv(path: Path, rows: list[list[str]]) -> Path:
    """Write rows as a csv in GB18030."""
    path.write_bytes("".join(",".join(row) + "\r\n" for row in (HEAD, *rows)).encode("gb18030"))
    return path
