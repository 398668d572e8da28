"""What was changed in a menu, newest first, from the row history."""

from decimal import Decimal
from typing import Any

from jiugai.planning.models import MenuLine, Project

SHOWN = {"chosen": "选定", "why_not": "不做的理由", "quantity": "数量", "own_fen": "单列金额", "months": "工期",
         "payer": "出资", "touches": "触及底线", "authority": "批准文号", "position": "序号",
         "amount_fen": "金额"}  # fmt: skip
WORDS = {"insert": "加入", "update": "改动", "delete": "去掉"}
MOST = 200
YES_NO = {True: "是", False: "否", None: "没有", "": "没有"}


def changes_of(project: Project) -> list[dict[str, Any]]:
    """Return the newest changes of the lines: when, by whom, which line, what before and after. One query."""
    event: Any = MenuLine.history.rel.related_model  # type: ignore[attr-defined]
    rows = event.objects.filter(menu__project=project).select_related("pgh_context").order_by("pgh_obj_id", "pgh_id")
    before: dict[int, Any] = {}
    found: list[dict[str, Any]] = []
    for row in rows:
        changed = _changed(before.get(row.pgh_obj_id), row)
        before[row.pgh_obj_id] = row
        if changed or row.pgh_label != "update":
            found.append(
                {"at": row.pgh_created_at, "who": _who(row), "what": WORDS[row.pgh_label], "label": row.label,
                 "changed": changed, "key": row.pgh_id}
            )  # fmt: skip
    return sorted(found, key=lambda one: -one["key"])[:MOST]


def _changed(old: Any, new: Any) -> list[str]:
    if old is None:
        return []
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in SHOWN)
    said = [f"{SHOWN[name]}：{_said(name, a)} → {_said(name, b)}" for name, a, b in pairs if a != b]
    return said if old.position else [one for one in said if not one.startswith(SHOWN["position"])]


def _said(name: str, value: Any) -> str:
    if name.endswith("_fen") and value is not None:
        return f"{Decimal(value) / 100:,.2f} 元"
    if name == "quantity" and value is not None:
        return f"{value.normalize():,f}"
    return YES_NO.get(value, str(value)) if isinstance(value, bool | str) or value is None else str(value)


def _who(row: Any) -> str:
    context = row.pgh_context.metadata if row.pgh_context else {}
    return str(context.get("actor") or "系统")
