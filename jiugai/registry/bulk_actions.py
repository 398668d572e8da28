"""What can be done to many communities at once from their list."""

from collections.abc import Sequence
from datetime import date

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.accepting import accept_hints
from jiugai.registry.actions.assigning import assign_area
from jiugai.registry.actions.marking import mark_plan
from jiugai.registry.choices import PlanMark
from jiugai.registry.models import Community
from jiugai.registry.queries.areas import places_for
from jiugai.registry.streets import district_of
from jiugai.web.tables.table import Ask, BulkAction


def _assign(*, rows: Sequence[Community], actor: Actor, answers: dict[str, str], on: date) -> str:
    area = Area.objects.defer("boundary").get(code=answers["area"])
    moved = assign_area(communities=rows, area=area, reason=answers["reason"], actor=actor, on=on)
    same = len(rows) - moved
    return f"{moved} 个小区已划归{area.name}" + (f"，{same} 个原来就在" if same else "")


def _places(rows: Sequence[Community], actor: Actor) -> list[tuple[str, str]]:
    """Return the streets and committees of the one district of all rows."""
    if len({district_of(row.area_path) for row in rows}) > 1:
        raise Refusal("选中的小区不在同一个区", where="划归街道", remedy="先按区筛选，一个区一个区地划归")
    groups = places_for(actor, rows[0].area_path)
    return [(code, name if name.startswith(street) else f"{street}　{name}") for street, all_ in groups
            for code, name in all_]  # fmt: skip


def _accept(*, rows: Sequence[Community], actor: Actor, answers: dict[str, str], on: date) -> str:
    done = accept_hints(communities=rows, actor=actor, on=on)
    return f"{done.assigned} 个小区已划归建议街道" + (
        f"，{done.left} 个没有建议或已有街道，没有动" if done.left else ""
    )


def _mark(*, rows: Sequence[Community], actor: Actor, answers: dict[str, str], on: date) -> str:
    changed = mark_plan(communities=rows, mark=answers["mark"], reason=answers["reason"], actor=actor, on=on)
    same = len(rows) - changed
    return f"{changed} 个小区已标为{PlanMark(answers['mark']).label}" + (f"，{same} 个原来就是" if same else "")


MARK = BulkAction(
    key="plan",
    label="标记“十四五”",
    icon="flag",
    permission=Permission.REGISTER_EDIT,
    consequence=lambda n: f"{n:,} 个小区的“十四五”标记会改成下面选的，作为录入值记入各自档案，可以逐个撤回",
    keep="先不标记",
    run=_mark,
    asks=(
        Ask("mark", "标记", [(m.value, str(m.label)) for m in (PlanMark.NEEDED, PlanMark.NOT_NEEDED)]),
        Ask("reason", "原因", hint="写明依据，如“2023 年区级台账核对”"),
    ),
)

ASSIGN = BulkAction(
    key="street",
    label="划归街道",
    icon="map-2",
    permission=Permission.REGISTER_EDIT,
    consequence=lambda n: f"{n:,} 个小区会划归下面选的街道或社区，楼栋、住房、材料和联系人一起归过去，可以逐个撤回",
    keep="先不划归",
    run=_assign,
    watch=True,
    asks=(
        Ask("area", "划归到", _places, "本区的街道（乡镇），清楚的话选到社区（村）"),
        Ask("reason", "原因", hint="写明依据，如“街道辖区图”"),
    ),
)
ACCEPT = BulkAction(
    key="accept-street",
    label="采纳建议街道",
    icon="checks",
    permission=Permission.REGISTER_EDIT,
    consequence=lambda n: f"所选 {n:,} 个小区里，有建议街道的会划归建议的街道，依据记入各自历史，可以逐个撤回",
    keep="先不采纳",
    run=_accept,
    watch=True,
)
