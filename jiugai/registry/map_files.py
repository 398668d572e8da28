"""What the map shows, as files for others' programs: xlsx, GeoJSON, GeoPackage. Every row says where it comes from."""

import json
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from pyogrio.raw import write
from shapely import points, to_wkb

from jiugai.registry.choices import PositionState, Provenance
from jiugai.registry.legend import LEGENDS
from jiugai.registry.models import Community, CommunityValue
from jiugai.registry.queries.map_card import doubts
from jiugai.registry.queries.map_list import district_names, district_of

CRS_WORDS = "CGCS2000（EPSG:4490），经纬度，单位度"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3"}
COLUMNS = (
    "平台编号",
    "小区名称",
    "区",
    "地址",
    "建成年份",
    "最早建成",
    "最晚建成",
    "产权分类",
    "改造需求",
    "高度",
    "最高层数",
    "楼栋数",
    "户数",
    "建筑面积（㎡）",
    "无电梯占比",
    "经度",
    "纬度",
    "位置可信度",
    "位置疑点",
    "体检年度",
    "体检得分",
    "体检数据",
    "来源",
    "标注",
    "数据",
)
NUMBERS = frozenset(COLUMNS[4:7] + COLUMNS[10:17]) | {"体检年度", "体检得分"}
Record = dict[str, Any]


def make(kind: str, rows: QuerySet[Community], *, heading: Sequence[str]) -> bytes:
    """Return a file of a kind (xlsx, geojson, gpkg). `heading` says what was chosen, by whom, from when."""
    records = list(records_of(rows))
    if kind == "xlsx":
        return _workbook(records, heading)
    return _geojson(records, heading) if kind == "geojson" else _geopackage(records, heading)


def records_of(rows: QuerySet[Community]) -> Iterator[Record]:
    """Return the rows as plain records, with the names and labels of the sources that speak of each."""
    names = district_names()
    chosen = list(rows.defer("search_text", "boundary").order_by("area_path", "name", "pk"))
    spoken = _spoken([row.pk for row in chosen])
    for row in chosen:
        yield record(row, district_of(row.area_path, names), spoken.get(row.pk, ("", "")))


def _spoken(ids: list[int]) -> dict[int, tuple[str, str]]:
    """Return names and labels of the sources of each community, from one query."""
    pairs = CommunityValue.objects.filter(community__in=ids, withdrawn_at__isnull=True)
    found: dict[int, tuple[set[str], set[str]]] = {}
    columns = ("community_id", "source__name", "source__observed", "source__label")
    for pk, name, observed, label in pairs.order_by().values_list(*columns).distinct():
        sources, labels = found.setdefault(pk, (set(), set()))
        sources.add(f"{name}（{observed}）" if observed else name)
        labels |= {label} if label else set()
    return {pk: ("；".join(sorted(a)), "；".join(sorted(b))) for pk, (a, b) in found.items()}


def record(c: Community, district: str, spoken: tuple[str, str]) -> Record:
    """Return a community as a plain record; `spoken` are names and labels of its sources."""
    values = (
        c.code,
        c.name,
        district,
        c.address,
        c.built_year,
        c.built_year_min,
        c.built_year_max,
        LEGENDS["ownership"].class_of(c.ownership_group).label,
        LEGENDS["need"].class_of(c.need).label,
        LEGENDS["height"].class_of(c.height_class).label,
        c.floors_max,
        c.building_count,
        c.households,
        _plain(c.floor_area),
        _plain(c.share_no_lift),
        c.point.x if c.point else None,
        c.point.y if c.point else None,
        PositionState(c.position_state).label,
        "；".join(doubts(c)),
        c.checkup_year,
        _plain(c.checkup_score),
        Provenance(c.checkup_provenance).label if c.checkup_provenance else "",
        *spoken,
        Provenance(c.provenance).label,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def _workbook(records: Iterable[Record], heading: Sequence[str]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("小区")
    sheet.freeze_panes = "C2"
    sheet.append(list(COLUMNS))
    for one in records:
        sheet.append([_cell(sheet, value) for value in one.values()])
    about = book.create_sheet("说明")
    for line in (*heading, f"坐标系：{CRS_WORDS}"):
        about.append([_cell(about, line)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    """Keep text as text: a name that starts with = must not become a formula."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _geojson(records: Iterable[Record], heading: Sequence[str]) -> bytes:
    """Write GeoJSON. `crs` is the older standard's member: readers of the newer one take WGS-84, which is the same
    ground within centimetres."""
    document = {
        "type": "FeatureCollection",
        "name": "小区",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "说明": [*heading, f"坐标系：{CRS_WORDS}，坐标顺序为经度、纬度"],
        "features": [_feature(one) for one in records],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _feature(one: Record) -> Record:
    place = [one["经度"], one["纬度"]]
    geometry = {"type": "Point", "coordinates": place} if None not in place else None
    return {"type": "Feature", "geometry": geometry, "properties": one}


def _geopackage(records: Sequence[Record], heading: Sequence[str]) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "map.gpkg"
        fields = [_column([one[name] for one in records], name) for name in COLUMNS]
        write(
            file,
            geometry=_points(records),
            field_data=fields,
            fields=list(COLUMNS),
            layer="小区",
            driver="GPKG",
            geometry_type="Point",
            crs="EPSG:4490",
            layer_metadata={"DESCRIPTION": "；".join((*heading, f"坐标系：{CRS_WORDS}"))},
        )
        return file.read_bytes()


def _points(records: Sequence[Record]) -> Any:
    found = [(r["经度"], r["纬度"]) for r in records]
    placed = np.array([(np.nan, np.nan) if x is None else (x, y) for x, y in found], dtype=float).reshape(-1, 2)
    wkb = to_wkb(points(placed))
    return np.array([None if x is None else shape for (x, _), shape in zip(found, wkb, strict=True)], dtype=object)


def _column(values: Sequence[Any], name: str) -> Any:
    if name in NUMBERS:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return np.array([None if value is None else str(value) for value in values], dtype=object)
