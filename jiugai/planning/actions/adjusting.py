"""Adjustments of the confirmed plan: asked with a reason, decided by the city, kept for good (T03-7)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.projects import State
from jiugai.matters.actions import open_matter
from jiugai.matters.models import Matter
from jiugai.planning.actions.batching import check_months, city_body
from jiugai.planning.actions.moving import covered, leave_plan
from jiugai.planning.models import PlanAdjustment, PlanEntry, Project
from jiugai.planning.passing import hold_plan, moved_short_of_money
from jiugai.planning.queries.quota import Row, district_of, planned, shares
from jiugai.policy import figures
from jiugai.policy.occurrences import announce


class NotPlanned(Refusal):
    """Only what stands in the plan can be adjusted."""

    code = "not_planned"


class AdjustedAlready(Conflict):
    """Another adjustment of the project waits for the city."""

    code = "adjusted_already"


class QuotaBroken(Refusal):
    """The adjustment would leave a year short of seismic and energy projects (T03-10)."""

    status = 409
    code = "quota_broken"


class MoneyShort(Refusal):
    """The adjustment would spend money of a year that is not there, or not known to be there (T03-5)."""

    status = 409
    code = "money_short"


@transaction.atomic
def ask_adjustment(
    *, project: Project, what: str, reason: str, actor: Actor, now: datetime,
    start: date | None = None, months: int | None = None,
) -> PlanAdjustment:  # fmt: skip
    """Ask the city to change a project's place in the plan.

    Raises NotAllowed, NotPlanned, AdjustedAlready, WrongItem.
    """
    require(actor, Permission.PLAN_EDIT, project)
    values = {"project": project, "what": what, "reason": reason.strip()[:300], "project_ref": project.code,
              "start": start.replace(day=1) if start else None, "months": months}  # fmt: skip
    made: PlanAdjustment = open_matter(
        model=PlanAdjustment, values=values, community=project.community, actor=actor, now=now,
        provenance=project.provenance,
    )  # fmt: skip
    return made


def entry_of(project: Project) -> PlanEntry | None:
    """Return what stands in the plan for a project."""
    found = PlanEntry.objects.filter(project=project).order_by("-pk").first()
    return None if found is None or found.removed else found


def follow_move(matter: PlanAdjustment, code: str, *, actor: Actor, now: datetime) -> None:
    """Check and hand on what was asked; carry out what was approved."""
    if code == "open":
        _check_asked(matter)
        Matter.objects.filter(pk=matter.pk).update(owner=city_body())
    if code == "approve":
        _carry_out(matter, actor, now)
    audit.record(
        action=Action.PLAN_ADJUSTED, actor=actor, subject=matter, reason=matter.reason, area_path=matter.area_path,
        after={"办理": code, "内容": matter.get_what_display(), "开工": str(matter.start or ""), "工期": matter.months},
    )  # fmt: skip


def _check_asked(matter: PlanAdjustment) -> None:
    project = matter.project
    if not matter.reason.strip():
        raise Refusal("没有写调整理由", where="调整理由", clause="T03-7", remedy="写明为什么调整")
    if project.state != State.IN_PLAN or entry_of(project) is None:
        raise NotPlanned(f"{project}没有列入计划，不用调整", where=project.code, remedy="没有列入的在下一批申报")
    if not project.covers.filter(community=matter.community_id).exists():
        raise NotPlanned(f"{project}不在这个小区", where="改造项目", remedy="选这个小区的项目")
    others = PlanAdjustment.objects.filter(project=project, closed_at__isnull=True).exclude(pk=matter.pk)
    if others.exists():
        raise AdjustedAlready(f"{project}已有一件调整在等市里审定", where=project.code, remedy="等那一件办结")
    if matter.what == PlanAdjustment.What.MOVE:
        if matter.start is None or matter.months is None:
            raise Refusal("没有填改为哪个月开工、工期几个月", where="改为开工月", clause="T03-7", remedy="两项都填")
        check_months(project, matter.start, matter.months)


def check_change(matter: PlanAdjustment, *, now: datetime) -> None:
    """Refuse an approval that leaves a year short of the share or of money.

    Raises NotPlanned, QuotaBroken, MoneyShort.
    """
    project = matter.project
    hold_plan(project.area_path)
    before, on = entry_of(project), timezone.localdate(now)
    if before is None:
        raise NotPlanned(f"{project}已不在计划里", where=project.code, remedy="撤回这件调整")
    _check_share(matter, on)
    if matter.what == PlanAdjustment.What.MOVE and matter.start and matter.months:
        _check_money(before, matter.start, matter.months, on)


def _check_money(before: PlanEntry, start: date, months: int, on: date) -> None:
    if short := moved_short_of_money(before, start, months, on=on):
        raise MoneyShort(
            short[0].says, where=before.project.code, clause="T03-5", remedy=short[0].remedy,
            details=[finding.says for finding in short[1:]],
        )  # fmt: skip


def _check_share(matter: PlanAdjustment, on: date) -> None:
    project = matter.project
    least = figures.current().value("seismic_energy_min_share", on)
    rows = planned(district_of(project.area_path))
    then, after = shares(rows), shares(_changed(rows, matter))
    for year, share in after.items():
        worse = year not in then or share.saving_m2 * then[year].basic_m2 < then[year].saving_m2 * share.basic_m2
        if least is not None and worse and share.basic_m2 and not share.enough(least):
            raise QuotaBroken(
                f"调整后{year}年抗震、节能占比只有 {share.words}，低于 {least.text}，"
                f"还差 {share.shortfall_m2(least):,} ㎡",
                where=project.code, clause="T03-10", remedy="同时增加抗震、节能综合改造项目，或改到别的年度",
            )  # fmt: skip


def _changed(rows: list[Row], matter: PlanAdjustment) -> list[Row]:
    kept = [row for row in rows if row[0] != matter.project_id]
    if matter.what == PlanAdjustment.What.OUT or matter.start is None:
        return kept
    own = next(row for row in rows if row[0] == matter.project_id)
    return [*kept, (own[0], matter.start.year, own[2], own[3])]


def _carry_out(matter: PlanAdjustment, actor: Actor, now: datetime) -> None:
    """Write the new entry beside the old one, which stays; a project taken out goes back to the pool."""
    before = entry_of(matter.project)
    if before is None:
        raise NotPlanned(f"{matter.project}已不在计划里", where=matter.project.code, remedy="撤回这件调整")
    out = matter.what == PlanAdjustment.What.OUT
    start, months = matter.start or before.start, matter.months or before.months
    if out:
        start, months = before.start, before.months
    PlanEntry.objects.create(
        project=matter.project, start=start, months=months, removed=out, adjustment=matter, at=now,
        by_name=actor.name, reason=matter.reason, provenance=matter.project.provenance,
    )  # fmt: skip
    if out:
        leave_plan(project=matter.project, reason=matter.reason, actor=actor, now=now)
        return
    was = f"{before.start:%Y年%-m月}开工 {before.months} 个月"
    words = f"{was}，改为 {start:%Y年%-m月}开工 {months} 个月：{matter.reason}"
    for home in covered(matter.project):
        announce(
            code="plan_changed", community=home, title=f"计划调整：{matter.project}", words=words, actor=actor, now=now,
            url=f"/matters/{matter.pk}/", detail={"project": matter.project_id},
        )  # fmt: skip
