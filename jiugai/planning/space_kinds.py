"""Two kinds of matters: 空地和低效空间 (T05-11) and 公共服务设施补建 (T05-12)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

SPACE_PROCESS = Process(
    kind="vacant_space",
    label="空地和低效空间",
    stages=(
        Stage("found", "待论证用途", Clock(60, clause="T05-11"), tag="soon"),
        Stage("assigned", "已定用途", tag="run"),
        Stage("used", "已利用", end=True, tag="ok"),
        Stage("dropped", "不宜利用", end=True, tag="na"),
    ),
    moves=(
        Move("assign", "确定用途", ("found",), "assigned", "pool.propose", needs=(filled("use", "拟作用途"),),
             icon="pencil"),
        Move("use", "登记投入使用", ("assigned",), "used", "pool.propose", needs=(filled("used_on", "投入使用日期"),),
             result="已利用", icon="check"),
        Move("again", "重新论证", ("assigned",), "found", "pool.propose", reason_required=True, free=True,
             icon="arrow-back-up"),
        Move("drop", "不宜利用", ("found", "assigned"), "dropped", "pool.propose", reason_required=True, free=True,
             result="不宜利用", icon="ban"),
    ),
    opens="matter_opened",
)  # fmt: skip

FACILITY_PROCESS = Process(
    kind="facility_project",
    label="公共服务设施补建",
    stages=(
        Stage("intent", "洽谈", Clock(90, clause="T05-12"), tag="soon"),
        Stage("agreed", "已签约", tag="run"),
        Stage("building", "建设中", tag="run"),
        Stage("open", "已投用", end=True, tag="ok"),
        Stage("ended", "已终止", end=True, tag="na"),
    ),
    moves=(
        Move("agree", "登记签约", ("intent",), "agreed", "pool.propose",
             needs=(filled("investor", "社会资本"), filled("agreement", "协议编号"), filled("signed_on", "签约日期"),
                    filled("invested_yuan", "约定投资")), icon="signature"),
        Move("build", "开始建设", ("agreed",), "building", "pool.propose", icon="hammer"),
        Move("launch", "登记投用", ("building",), "open", "pool.propose",
             needs=(filled("opened_on", "投用日期"), filled("built_m2", "建成面积")), result="已投用", icon="check"),
        Move("end", "终止", ("intent", "agreed", "building"), "ended", "pool.propose", reason_required=True, free=True,
             result="已终止", icon="ban"),
    ),
    opens="matter_opened",
)  # fmt: skip


class WrongSpace(Refusal):
    """The space lies in another community."""

    code = "wrong_space"


def _space_title(values: Mapping[str, Any], community: Any) -> str:
    words = "拆违腾退空地" if values.get("space") == "vacated" else "低效空间"
    return f"{words}：{values.get('place', '')}"


def _facility_title(values: Mapping[str, Any], community: Any) -> str:
    from jiugai.planning.models import FacilityProject

    space = values.get("space")
    if space is not None and community is not None and space.community_id != community.pk:
        raise WrongSpace("这块空间不在这个小区", where="利用的空间", clause="T05-12", remedy="选这个小区的空间，或不选")
    return f"补建{FacilityProject.Service(values['service']).label}设施"


def register_kinds() -> None:
    """Declare both."""
    _register_spaces()
    _register_facilities()


def _register_spaces() -> None:
    from jiugai.planning.models import VacantSpace

    register(
        VacantSpace,
        KindOf(
            process=SPACE_PROCESS,
            form_fields=("space", "where", "place", "area_m2", "right_holder", "use", "detail"),
            edit_fields=("space", "where", "place", "area_m2", "right_holder", "use", "used_on", "detail"),
            list_columns=(
                Column(key="space", label="类型", value=lambda m: m.get_space_display(), width=16),
                Column(key="where", label="位置", value=lambda m: m.get_where_display(), width=10),
                Column(key="area", label="面积", unit="㎡", value=lambda m: m.area_m2, kind="decimal"),
                Column(key="use", label="拟作用途", value=lambda m: m.use or None, blank="未定", width=20),
            ),
            clauses=("T05-11",),
            line="renovation",
            icon="map-pin",
            unit="处",
            point=True,
            opens=Permission.INVENTORY_RECORD,
            title=_space_title,
            remarks="在图上点出位置；小区周边的也登记在最近的小区下",
        ),
    )


def _register_facilities() -> None:
    from jiugai.planning.models import FacilityProject

    register(
        FacilityProject,
        KindOf(
            process=FACILITY_PROCESS,
            form_fields=("service", "space", "investor", "invested_yuan", "detail"),
            edit_fields=("space", "investor", "invested_yuan", "agreement", "signed_on", "opened_on", "built_m2",
                         "detail"),
            list_columns=(
                Column(key="service", label="服务", value=lambda m: m.get_service_display(), width=12),
                Column(key="investor", label="社会资本", value=lambda m: m.investor or None, blank="未定", width=20),
                Column(key="invested", label="约定投资", unit="元", kind="number",
                       value=lambda m: m.invested_yuan, blank="未定"),
                Column(key="opened_on", label="投用", value=lambda m: m.opened_on, kind="date", blank="未投用"),
            ),
            clauses=("T05-12",),
            line="renovation",
            icon="building-community",
            unit="个",
            point=True,
            opens=Permission.POOL_PROPOSE,
            title=_facility_title,
            remarks="社会资本利用腾退空地或低效空间补建养老、托育、体育、食堂、卫生防疫、便利店等设施",
        ),
    )  # fmt: skip
