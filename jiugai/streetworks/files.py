"""Works as files for other programs: the empty template, and a GeoPackage of lines and areas."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.styles import Font
from pyogrio.raw import write

from jiugai.domain.intake.works import COLUMNS as FIELDS
from jiugai.domain.streetworks import work_kind

COLUMNS = ("工程编号", "工程名称", "类型", "主管部门", "区", "道路或地段", "开工", "完工", "最早可开工", "最晚可开工",
           "要开挖", "开挖宽度", "状态", "投资（万元）", "资料日期", "数据")  # fmt: skip
NOTES = {
    "类型": "市政专业管线、道路、绿化、海绵城市、雪亮工程、加装电梯管线",
    "状态": "已列计划、已批准、施工中、已完工、已取消；不填按已列计划",
    "图形": "LINESTRING(经度 纬度, …)、POLYGON((…))，或 经度,纬度;经度,纬度；不填则用起点、终点",
    "投资": "万元",
    "开挖宽度": "米；不填按参数",
    "要开挖": "是、否；不填按是",
}


def template() -> bytes:
    """Return an empty workbook whose heads the reader knows, with a sheet on what each takes."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "工程"
    sheet.append([field.title for field in FIELDS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    notes = book.create_sheet("填写说明")
    notes.append(["列", "必填", "说明"])
    for field in FIELDS:
        notes.append([field.title, "是" if field.required else "", NOTES.get(field.title, "")])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def geopackage(rows: Iterable[Any], *, heading: str) -> tuple[bytes, int]:
    """Return works as one layer in CGCS2000, and how many there are."""
    works = list(rows)
    fields = [
        np.array([_text(value) for value in column], dtype=object) for column in zip(*map(_record, works), strict=True)
    ]
    fields = fields or [np.array([], dtype=object) for _ in COLUMNS]
    shapes = np.array([bytes(work.geom.wkb) for work in works], dtype=object)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "works.gpkg"
        write(
            file, geometry=shapes, field_data=fields, fields=list(COLUMNS), layer="各部门工程", driver="GPKG",
            geometry_type="Unknown", crs="EPSG:4490", layer_metadata={"DESCRIPTION": heading},
        )  # fmt: skip
        return file.read_bytes(), len(works)


def _record(work: Any) -> tuple[Any, ...]:
    money = None if work.budget_fen is None else work.budget_fen / 1_000_000
    return (
        work.code, work.title, work_kind(work.kind).label, work.department, work.area.name, work.road, work.starts,
        work.ends, work.earliest_start, work.latest_start, "是" if work.digs else "否", work.width_m,
        work.stands.label, money, work.reported_on, work.get_provenance_display(),
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
