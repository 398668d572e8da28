"""Taking in a workbook of what residents want (T05-9): wrong rows are named, nothing is written until none is left."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.menu.catalogue import Catalogue
from jiugai.planning.actions.demanding import Asked, WrongDemand, check_asked
from jiugai.planning.actions.pledge_import import Wrong, WrongRows, WrongSheet, day_of, read_sheet, text_of
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.models import ItemDemand
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community

COLUMNS = ("内容", "代码", "问了（户）", "要做（户）", "来源", "日期", "依据")
NEEDED = (COLUMNS[0], *COLUMNS[2:6])
SOURCES = {label: value for value, label in ItemDemand.Source.choices}
PLACES = {"内容": "内容", "问了": "问了（户）", "要做": "要做（户）", "来源": "来源", "日期": "日期"}
Numbered = tuple[int, Asked]


@transaction.atomic
def import_demands(*, community: Community, content: bytes, actor: Actor, now: datetime, on: date) -> int:
    """Keep every count of the first sheet; return how many. Rows without numbers are left out.

    Raises NotAllowed, WrongSheet, WrongRows, TooLarge.
    """
    require(actor, Permission.MOBILISE, community)
    rows = [(n, row) for n, row in read_sheet(content, NEEDED) if text_of(row.get(COLUMNS[2]))]
    if not rows:
        raise WrongSheet("没有填“问了（户）”的行", where="Excel 文件", remedy="问过的内容填户数再传")
    found, wrong = _understood(rows, catalogue_on(on), on=on)
    if wrong:
        raise WrongRows(wrong, len(rows))
    ItemDemand.objects.bulk_create(
        ItemDemand(
            community=community, area_path=community.area_path, item=said.item, asked=said.asked, asking=said.asking,
            source=said.source, on=said.on, reference=said.reference[:120], recorded_by_id=actor.user_id,
            recorded_by_name=actor.name, provenance=community.provenance,
        )
        for _, said in found
    )  # fmt: skip
    audit.record(action=Action.DEMAND_SAVED, actor=actor, subject=community, after={"导入": len(found)})
    announce(
        code="visit_recorded", community=community, title=f"导入居民需求 {len(found)} 项", actor=actor, now=now,
        url=f"/communities/{community.pk}/demand/", demo=community.provenance == "demo",
    )  # fmt: skip
    return len(found)


def _understood(
    rows: Sequence[tuple[int, Mapping[str, Any]]], catalogue: Catalogue, *, on: date
) -> tuple[list[Numbered], list[Wrong]]:
    """Turn cells into counts; an item of one source and day that stands twice is wrong: nobody knows which counts."""
    found, wrong, seen = list[Numbered](), list[Wrong](), dict[tuple[str, str, date], int]()
    for number, row in rows:
        said = _one(number, row, catalogue, wrong)
        if said is None:
            continue
        try:
            check_asked(said, on=on)
        except WrongDemand as problem:
            column = PLACES.get(problem.where, problem.where)
            wrong.append(Wrong(number, column, text_of(row.get(column)), problem.message, problem.remedy))
            continue
        key = (said.item, said.source, said.on)
        if key in seen:
            wrong.append(Wrong(number, "内容", text_of(row.get("内容")), f"和第 {seen[key]} 行相同", "只留一行"))
        seen[key] = number
        found.append((number, said))
    return found, wrong


def _one(number: int, row: Mapping[str, Any], catalogue: Catalogue, wrong: list[Wrong]) -> Asked | None:
    before, cells = len(wrong), {name: text_of(row.get(name)) for name in COLUMNS}
    codes = {item.label: item.code for item in catalogue.items} | {item.code: item.code for item in catalogue.items}
    item = codes.get(cells["内容"]) or codes.get(cells["代码"])
    asked, asking = cells["问了（户）"], cells["要做（户）"]
    source, day = SOURCES.get(cells["来源"]), day_of(row.get("日期"))
    checks = (
        ("内容", item, "目录里没有这项", "照模板里的名称填"), ("来源", source, "认不出来源", f"填{'、'.join(SOURCES)}"),
        ("日期", day, "认不出日期", "填真实日期，如 2026-11-23"),
        ("问了（户）", asked.isdecimal(), "不是户数", "填整数"),
        ("要做（户）", asking.isdecimal(), "不是户数", "填整数"),
    )  # fmt: skip
    wrong += [Wrong(number, column, cells[column], why, mend) for column, fine, why, mend in checks if not fine]
    if len(wrong) > before or item is None or source is None or day is None:
        return None
    return Asked(item, int(asked), int(asking), source, day, cells["依据"])
