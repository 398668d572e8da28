"""The kind 可利用房屋: found, asked about, opined on, licensed, in use (T18-6, T18-7)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.ledger.models import SpareHouse
from jiugai.matters.kinds import KindOf, register
from jiugai.web.areas import square_metres
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind="spare_house",
    label="可利用房屋",
    stages=(
        Stage("found", "可利用", tag="soon"),
        Stage("asked", "征求规划意见", Clock(10, clause="T18-7"), tag="run"),
        Stage("agreed", "可办证", tag="run"),
        Stage("licensed", "已办证", tag="run"),
        Stage("in_use", "已开办", end=True, tag="ok"),
        Stage("unfit", "不宜利用", end=True, tag="na"),
    ),
    moves=(
        Move("ask", "送规划自然资源部门征求意见", ("found",), "asked",
             needs=(filled("planned_use", "拟改建的便民设施"), filled("area_cm2", "建筑面积")), icon="send"),
        Move("agree", "登记同意意见", ("asked",), "agreed",
             needs=(filled("opinion_number", "意见文号"), filled("opinion_on", "意见日期"),
                    document("规划自然资源部门意见")), icon="circle-check"),
        Move("decline", "登记不同意意见", ("asked",), "unfit", needs=(filled("opinion_number", "意见文号"),),
             reason_required=True, result="规划不同意", icon="circle-x"),
        Move("license", "登记办理证照", ("agreed",), "licensed",
             needs=(filled("operator", "经营者"), filled("licence_number", "证照编号"),
                    filled("licensed_on", "发证日期")),
             icon="certificate"),
        Move("open_up", "登记开办", ("licensed",), "in_use", needs=(document("开办照片"),), result="已开办",
             icon="building-store"),
        Move("drop", "不宜利用", ("found", "agreed"), "unfit", reason_required=True, free=True, result="不宜利用",
             icon="ban"),
    ),
)  # fmt: skip


def title(values: Mapping[str, Any], community: Any) -> str:
    """Make the title."""
    label = dict(SpareHouse.House.choices).get(values.get("house", ""), "")
    return f"{label}：{values.get('place', '')}"


def declare() -> None:
    """Make the kind known."""
    register(
        SpareHouse,
        KindOf(
            process=PROCESS,
            form_fields=("house", "place", "area_cm2", "now", "holder", "planned_use", "detail"),
            list_columns=(
                Column(key="house", label="房屋类型", value=lambda h: h.get_house_display(), width=12),
                Column(key="area", label="建筑面积", value=lambda h: square_metres(h.area_cm2) or None, blank="未测",
                       width=14),
                Column(key="now", label="现状", value=lambda h: h.get_now_display(), width=10),
                Column(key="use", label="拟改建", value=lambda h: h.planned_use or None, blank="未定", width=16),
                Column(key="licence", label="证照", value=lambda h: h.licence_number or None, blank="未办", width=16),
            ),
            clauses=("T18-6", "T18-7"),
            line="renovation",
            icon="building-warehouse",
            unit="处",
            point=True,
            opens=Permission.MATTER_OPEN,
            title=title,
            remarks="车棚、门房和闲置的锅炉房、煤棚（场）可以改建便民设施；证照依据规划自然资源部门的意见办理，不要求产权证",
        ),
    )  # fmt: skip
