"""What the kinds of the five types share: title, columns, filters and the words of their processes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import DateField

from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.five_types import Problem
from jiugai.domain.process import Process
from jiugai.governance.actions.days import check_day
from jiugai.governance.actions.standards import standard_on
from jiugai.matters.kinds import KindOf
from jiugai.web.tables.columns import Column

COMMON = ("place", "building", "found_on", "affects_works", "detail")
# Of the look, section 6: told apart also by protan, deutan and tritan sight.
COLOURS = {
    Problem.ILLEGAL_STRUCTURE: "#A5352B",
    Problem.STAKE_LOCK: "#1B4B86",
    Problem.WALL_OPENING: "#B68B16",
    Problem.GROUP_RENTAL: "#9372C8",
    Problem.BASEMENT_MISUSE: "#6EAD9C",
}
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
            Column(key="found_on", label="发现日期", value=lambda c: c.found_on, kind="date", width=12),
            Column(key="affects", label="影响改造", value=lambda c: AFFECTS[c.affects_works], width=10),
            *columns,
        ),
        clauses=("T02-3", *clauses),
        line="governance",
        icon=icon,
        colour=COLOURS[problem],
        unit=unit,
        point=True,
        opens=Permission.INVENTORY_RECORD,
        title=lambda values, community: _title(problem, values),
        owner=_street_of,
        remarks="写清位置，拍照后附在材料里；是否影响改造工程由街道会同设计单位判断",
        prepare=_prepare,
    )


def _prepare(found: Any, today: date) -> None:
    """Refuse days still to come; give a new case the standard in force on the day it was found (T02-2)."""
    for column in type(found)._meta.local_fields:  # noqa: SLF001 - Django's documented API
        if isinstance(column, DateField) and (day := getattr(found, column.name)):
            check_day(day, today=today, where=str(column.verbose_name))
    if found.pk is None and found.standard_id is None:
        found.standard = standard_on(found.kind, found.found_on)


def _title(problem: Problem, values: Mapping[str, Any]) -> str:
    return f"{problem.label}：{values.get('place', '')}"


def _street_of(values: Mapping[str, Any], community: Any, actor: Any) -> Organisation | None:
    """Return the street office in whose area the community lies: it organises, so it gets the case (T06-4)."""
    offices = Organisation.objects.filter(kind=Organisation.Kind.STREET)
    above = (
        list(offices.filter(area__path__in=_above(community.area_path)).order_by("-area__path")[:1])
        if community
        else []
    )
    return above[0] if above else None


def _above(path: str) -> list[str]:
    """Return the path and those of all areas around it."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
