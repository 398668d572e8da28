"""The kind 无障碍专项验收: item by item against the special scheme; what fails is mended and marked again (T11-5)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.approvals.actions.reviewing import standing_edition
from jiugai.domain.errors import Conflict
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.kinds import KindOf, register
from jiugai.planning.models import Project
from jiugai.web.tables.columns import Column
from jiugai.works.actions.special_items import write_items
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import SpecialAcceptance
from jiugai.works.queries.special import lacking_to_pass, tally

RUN = Permission.ACCEPTANCE_RUN.value
PROCESS = Process(
    kind="special_acceptance",
    label="无障碍专项验收",
    stages=(
        Stage("checking", "逐项验收", Clock(20, Unit.WORKING, "T11-5"), tag="soon"),
        Stage("mending", "整改中", Clock(15, Unit.WORKING, "T11-5"), tag="bad"),
        Stage("passed", "专项验收合格", end=True, tag="ok"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("mend", "交施工单位整改", ("checking",), "mending", RUN, announces="special_marked", icon="tools"),
        Move("recheck", "整改完成，复验", ("mending",), "checking", RUN, announces="special_marked", icon="refresh"),
        Move("pass", "专项验收合格", ("checking",), "passed", RUN, needs=(filled("passed_on", "合格日期"),),
             announces="special_accepted", result="合格", icon="circle-check"),
        Move("stop", "撤回", ("checking", "mending"), "stopped", RUN, reason_required=True, free=True,
             announces="special_marked", result="已撤回", icon="ban"),
    ),
    opens="special_opened",
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"无障碍专项验收：{values['project']}"


def _lacking(matter: Any, move: str) -> Sequence[str]:
    if move == "mend":
        return [] if tally(matter).failed else ["不合格的验收项"]
    return lacking_to_pass(matter) if move == "pass" else []


def _prepare(matter: Any, today: date) -> None:
    """Take the special scheme that stands, beside what every kind of works asks for."""
    _take_scheme(matter)
    _checked(matter, today)


def _only_one(matter: Any) -> None:
    """Refuse a second acceptance of the same works; the project is held until the first is written."""
    Project.objects.select_for_update(of=("self",)).get(pk=matter.project.pk)
    before = SpecialAcceptance.objects.filter(project=matter.project, community=matter.community)
    if before.exclude(stage="stopped").exists():
        raise Conflict("这个小区已经有专项验收", where=matter.project.code, remedy="打开已有的专项验收继续")


_checked = prepared(built=False, new=_only_one, passed_on="合格日期")


def _done(matter: Any, step: str, actor: Actor, now: datetime) -> None:
    if step == "open":
        write_items(matter)


def _take_scheme(matter: Any) -> None:
    """Put the edition that stands under a new acceptance, where one is on record; an old one keeps its own."""
    edition = standing_edition(matter.project, SchemeKind.SPECIAL) if matter.pk is None else matter.edition
    if edition is not None:
        matter.edition, matter.scheme_on = edition, edition.submitted_on
        matter.scheme_ref = f"专项方案第 {edition.number} 版"


def declare() -> None:
    """Make the kind known."""
    register(
        SpecialAcceptance,
        KindOf(
            process=PROCESS,
            form_fields=("project", "scheme_ref", "scheme_on", "detail"),
            edit_fields=("scheme_ref", "scheme_on", "no_try_out", "detail", "passed_on"),
            list_columns=(
                PROJECT,
                Column(key="scheme", label="专项设计方案", value=lambda a: a.scheme_ref, width=18),
                Column(key="passed", label="合格日期", value=lambda a: a.passed_on, kind="date", blank="没有合格"),
            ),
            clauses=("T11-5", "T11-6"),
            line="renovation",
            icon="wheelchair",
            unit="次",
            opens=Permission.ACCEPTANCE_RUN,
            title=_title,
            owner=owned_by("implementer"),
            remarks="登记后在项目的“验收”页逐项验收；验收项是专项方案的每一项，和方案日期有效的要求清单每一条。"
            "方案不涉及的要求，请在项目的“验收”页开始专项验收，写明理由",
            page=page_of("acceptance", "项目的验收"),
            prepare=_prepare,
            done=_done,
            lacking=_lacking,
        ),
    )  # fmt: skip
