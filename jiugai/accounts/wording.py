"""Audit entries in words."""

from typing import Any

NOTHING = "（空）"
LABELS = {
    "name": "名称",
    "username": "账号",
    "is_active": "在用",
    "role": "角色",
    "organisation": "单位",
    "area": "辖区",
    "starts": "起",
    "ends": "止",
    "expires": "到期",
    "person": "人员",
    "owner": "提供单位",
    "recipient": "使用单位",
    "dataset": "数据",
    "purpose": "用途",
    "address": "网络地址",
    "second_factor": "动态口令",
    "rows": "行数",
    "conditions": "条件",
    "columns": "列",
    "format": "格式",
    "kind": "类别",
    "title": "标题",
    "reason": "原因",
    "status": "状态",
}


def change_rows(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """Return (item, before, after) for what changed; values that are no objects make one row."""
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        return [("内容", written(before), written(after))]
    old, new = before or {}, after or {}
    keys = dict.fromkeys([*old, *new])
    return [(LABELS.get(k, k), written(old.get(k)), written(new.get(k))) for k in keys if old.get(k) != new.get(k)]


def changes_in_words(before: Any, after: Any, *, limit: int = 120) -> str:
    """Return the change in one line, cut to `limit` characters."""
    rows = change_rows(before, after)
    words = "；".join(f"{item}：{old}→{new}" if before else f"{item}：{new}" for item, old, new in rows)
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def written(value: Any) -> str:
    """Write a JSON value for people."""
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(written(one) for one in value)
    if isinstance(value, dict):
        return "，".join(f"{LABELS.get(k, k)} {written(v)}" for k, v in value.items())
    return str(value)
