"""A version of the plan as a workbook: the projects with their months, money by source and year, what was assumed."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from jiugai.planning.models import PlanScenario, PlanVersion
from jiugai.planning.scoring import loaded
from jiugai.web.export import safe_text

HEADS = (
    "项目编号", "项目", "类型", "街道", "打捆", "建筑面积（㎡）", "户数", "开工月", "完工月", "工期（月）", "雨季天数",
    "冬期天数", "区级资金（万元）", "市级补助（万元）", "其他资金（万元）", "优先分", "已列入计划", "演示",
)  # fmt: skip


def version_workbook(version: PlanVersion, starts: Mapping[str, int], *, moved: bool) -> bytes:
    """Write a version, or what somebody has moved over it, as people take it to a meeting."""
    ready, book = loaded(version), Workbook()
    told = ready.told.get("projects", {})
    plan = book.active
    if plan is None:  # openpyxl's own workbook always has one
        raise RuntimeError("a workbook without a sheet")
    plan.title = "计划"
    plan.append(list(HEADS))
    for item in sorted(ready.instance["projects"], key=lambda p: (starts.get(p["id"], 999), p["id"])):
        plan.append(_line(item, told.get(item["id"], {}), starts.get(item["id"]), ready.calendar))
    notes = book.create_sheet("说明")
    notes.append(["方案", safe_text(str(version))])
    notes.append(["编制人", safe_text(version.made_by_name)])
    notes.append(["时间", f"{version.made_at:%Y-%m-%d %H:%M}"])
    notes.append(["手动改动", "有，没有保存成版本" if moved else "没有"])
    for words in ready.told.get("assumed", []):
        notes.append(["按此假定", safe_text(words)])
    for one in ready.told.get("unknown", []):
        notes.append(["资料不足，没有计入", safe_text(f"{one['title']}：缺{'、'.join(one['lacks'])}")])
    for sheet in (plan, notes):
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.column_dimensions["B"].width = 40
    plan.freeze_panes = "C2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


Rows = Iterable[Sequence[object]]


def scenario_workbook(scenario: PlanScenario, versions: Iterable[PlanVersion]) -> bytes:
    """Write a scenario's versions with what they come to."""
    heads = ("版本", "由来", "排进（个）", "共（个）", "得分", "上界", "最多离最优差（%）", "结论",
             "雨季（项·天）", "冬期（项·天）", "户数", "合并开挖（处）", "编制人", "时间", "理由", "演示")  # fmt: skip
    rows = (
        [f"第 {v.number} 版", v.get_origin_display(), v.sums["projects"], v.sums["of"], round(v.objective, 1),
         None if v.bound is None else round(v.bound, 1), None if v.gap is None else round(v.gap * 100, 2),
         "符合" if v.feasible else "不符合", v.sums["season"]["rain"], v.sums["season"]["winter"],
         v.sums["households"], v.sums["digs"]["together"], safe_text(v.made_by_name), f"{v.made_at:%Y-%m-%d %H:%M}",
         safe_text(v.reason), "演示" if v.provenance == "demo" else ""]
        for v in versions
    )  # fmt: skip
    return _book({safe_text(scenario.title)[:31] or "方案": (heads, rows)})


def comparison_workbook(o: Mapping[str, Any]) -> bytes:
    """Write a comparison as its page shows it: figures, the share by year, projects on which the versions differ."""
    names = [safe_text(str(v)) for v in o["versions"]]
    figures: list[Sequence[object]] = [[f"{r['label']}（{r['unit']}）", *r["cells"]] for r in o["rows"]]
    figures += [[f"{q['year']}年抗震节能占比", *(f"{c['words']} {c['short']}".strip() for c in q["cells"])]
                for q in o["quota"]]  # fmt: skip
    differ = ([safe_text(d["title"]), *(cell or "没有排进" for cell in d["cells"])] for d in o["differ"])
    return _book({"数字": (["项", *names], figures), "不一样的项目": (["项目", *names], differ)})


def _book(sheets: Mapping[str, tuple[Sequence[str], Rows]]) -> bytes:
    book = Workbook()
    for number, (title, (heads, rows)) in enumerate(sheets.items()):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        sheet.title = "".join("_" if c in r"[]:*?/\\" else c for c in title)
        sheet.append(list(heads))
        for row in rows:
            sheet.append(list(row))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.column_dimensions["A"].width = 32
        sheet.freeze_panes = "B2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _line(item: Mapping[str, Any], told: Mapping[str, Any], start: int | None, calendar: Any) -> list[object]:
    months = item["duration_months"]
    inside = start is not None and start >= 0 and start + months <= len(calendar.labels)
    rain, winter = calendar.days(start, months) if inside and item["outdoor"] else (0, 0)
    first = calendar.labels[start] if inside else "没有排进"
    last = calendar.labels[start + months - 1] if inside and start is not None else ""
    return [
        item["id"], safe_text(told.get("title", "")), told.get("label", ""), safe_text(told.get("street", "")),
        safe_text(told.get("bundle", "")), item["floor_area_m2"], item["households"], first, last, months,
        rain if inside else None, winter if inside else None,
        item["district_cost"] / 10, item["city_cost"] / 10, told.get("other_cost", 0) / 10, item["value"],
        "是" if told.get("planned") else "", "演示" if told.get("demo") else "",
    ]  # fmt: skip
