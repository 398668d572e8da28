"""The kind 流量池备案: area asked for, reserved, built, measured, filed apart (T18-1…3)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain import floor_area
from jiugai.domain.errors import Refusal
from jiugai.domain.ledger import Leg
from jiugai.domain.process import Clock, Move, Process, Stage, filled
from jiugai.ledger.actions.posting import post
from jiugai.ledger.models import AreaFiling, Book
from jiugai.matters.kinds import KindOf, register
from jiugai.web.areas import square_metres
from jiugai.web.tables.columns import Column

USE = Permission.SCALE_USE.value
PROCESS = Process(
    kind="area_filing",
    label="流量池备案",
    stages=(
        Stage("asked", "待核定", Clock(10, clause="T18-3"), tag="soon"),
        Stage("reserved", "已预留规模", tag="run"),
        Stage("filed", "已备案", end=True, tag="ok"),
        Stage("released", "已释放", end=True, tag="na"),
        Stage("refused", "不予计入", end=True, tag="na"),
    ),
    moves=(
        Move("reserve", "预留规模", ("asked",), "reserved", USE, needs=(filled("opinion_number", "规划意见文号"),),
             announces="project_changed", icon="lock"),
        Move("file", "登记实测面积并备案", ("reserved",), "filed", USE,
             needs=(filled("built_cm2", "实测增加建筑面积"), filled("survey_number", "测绘报告编号"),
                    filled("filing_number", "备案号"), filled("filed_on", "备案日期")),
             announces="project_changed", result="已备案", icon="file-check"),
        Move("release", "释放预留", ("reserved",), "released", USE, reason_required=True, free=True,
             announces="project_changed", result="已释放", icon="lock-open"),
        Move("refuse", "不予计入", ("asked",), "refused", USE, reason_required=True, free=True,
             announces="project_changed", result="不予计入", icon="ban"),
        Move("correct", "退回更正", ("filed",), "reserved", USE, reason_required=True, free=True,
             announces="project_changed", icon="arrow-back-up"),
    ),
)  # fmt: skip


def legs_of(move: str, filing: AreaFiling) -> tuple[Leg, ...]:
    """Return what a move posts; nothing where the pool is not touched."""
    planned, built = filing.planned_cm2, filing.built_cm2 or 0
    if move == "reserve":
        return floor_area.reserve(planned)
    if move == "release":
        return floor_area.release(planned)
    if move == "file":
        return floor_area.count(planned, built)
    return floor_area.uncount(planned, built) if move == "correct" else ()


def done(filing: AreaFiling, move: str, actor: Actor, now: datetime) -> None:
    """Post the move into the district's pool, in the same transaction. Raises Overdrawn."""
    legs = legs_of(move, filing)
    if legs:
        words = PROCESS.move(move).label
        post(book=Book.FLOOR_AREA, area=district_of(filing), legs=legs, what=f"{words}：{filing.facility}",
             on=localdate(now), actor=actor, now=now, matter=filing, reference=filing.filing_number,
             provenance=filing.provenance)  # fmt: skip
    if move == "correct":
        _empty(filing)


def _empty(filing: AreaFiling) -> None:
    """Ask for area and number anew; the history keeps what they were."""
    filing.built_cm2, filing.filed_on = None, None
    filing.filing_number = filing.survey_number = ""
    filing.save(update_fields=["built_cm2", "filed_on", "filing_number", "survey_number"])


def district_of(filing: AreaFiling) -> Area:
    """Return the district whose scale is used."""
    code = filing.area_path.strip("/").split("/")[1]
    return Area.objects.get(code=code, level=Area.Level.DISTRICT)


class WrongFiling(Refusal):
    """The filing contradicts the project or the register."""

    status = 422
    code = "wrong_filing"


def title(values: Mapping[str, Any], community: Any) -> str:
    """Make the title."""
    return f"{values['facility']}增加面积 {square_metres(values['planned_cm2'])}"


def prepare(filing: Any, today: date) -> None:
    """Refuse a project that does not cover the community, and works that are none of the four kinds."""
    if filing.pk is not None:
        return
    floor_area.admitted(filing.work)
    if not filing.project.covers.filter(community=filing.community_id).exists():
        raise WrongFiling(f"{filing.project}不在这个小区", where="改造项目", remedy="选这个小区的项目，或换小区")


def declare() -> None:
    """Make the kind known."""
    register(
        AreaFiling,
        KindOf(
            process=PROCESS,
            form_fields=("project", "work", "facility", "planned_cm2", "detail"),
            edit_fields=("facility", "detail"),
            list_columns=(
                Column(key="work", label="改造类别", value=lambda f: f.get_work_display(), width=18),
                Column(key="facility", label="设施", value=lambda f: f.facility, width=18),
                Column(key="planned", label="拟增加", value=lambda f: square_metres(f.planned_cm2), width=14),
                Column(key="built", label="实测", value=lambda f: square_metres(f.built_cm2) or None, blank="未竣工",
                       width=14),
                Column(key="filing", label="备案号", value=lambda f: f.filing_number or None, blank="未备案", width=16),
            ),
            clauses=("T18-1", "T18-2", "T18-3"),
            line="renovation",
            icon="arrows-exchange",
            opens=Permission.MATTER_OPEN,
            title=title,
            remarks="只有四类改造增加的建筑面积进流量池；核定后从本区可用规模中预留，竣工测绘后单独备案",
            prepare=prepare,
            done=done,
        ),
    )  # fmt: skip
