"""What the kinds of the five types share: title, columns, filters and the words of their processes."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.five_types import Problem
from jiugai.domain.process import Process
from jiugai.matters.kinds import KindOf
from jiugai.web.tables.columns import Column

COMMON = ("place", "building", "found_on", "affects_works", "detail")
AFFECTS = {True: "影响", False: "不影响", None: "未判断"}


def case(process: Process, problem: Problem, *, fields: tuple[str, ...], clauses: tuple[str, ...], icon: str,
         unit: str = "处", columns: tuple[Column, ...] = (), edit: tuple[str, ...] = ()) -> KindOf:  # fmt: skip
    """Declare a kind of problem: found on the phone with a point, judged whether it affects works."""
    return KindOf(
        process=process,
        form_fields=(*COMMON, *fields),
        edit_fields=(*COMMON, "standard", *fields, *edit),
        list_columns=(
            Column(key="place", label="具体位置", value=lambda c: c.place, width=18),
            Column(key="found_on", label="发现日期", value=lambda c: c.found_on, width=12),
            Column(key="affects", label="影响改造", value=lambda c: AFFECTS[c.affects_works], width=10),
            *columns,
        ),
        clauses=("T02-3", *clauses),
        line="governance",
        icon=icon,
        unit=unit,
        point=True,
        opens=Permission.INVENTORY_RECORD,
        title=lambda values, community: _title(problem, values),
        remarks="写清位置，拍照后附在材料里；是否影响改造工程由街道会同设计单位判断",
    )


def _title(problem: Problem, values: Mapping[str, Any]) -> str:
    return f"{problem.label}：{values.get('place', '')}"
