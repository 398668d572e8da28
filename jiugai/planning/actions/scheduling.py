"""Planned and actual days of projects and items (T03-13), and the seasons that really were (T03-14)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.projects import State
from jiugai.domain.schedules import NotInOrder, Span, winters
from jiugai.planning.actions.moving import covered
from jiugai.planning.actions.pledge_import import Wrong, WrongRows, day_of, read_sheet, text_of
from jiugai.planning.models import MenuLine, ObservedSeason, PlanEntry, Project, ScheduleLine
from jiugai.policy import figures
from jiugai.policy.occurrences import announce

LONGEST_DAYS = 3660
TEMPERATURES = ("日期", "日平均气温（℃）")


class WrongSchedule(Refusal):
    """The days contradict themselves or the plan."""

    code = "wrong_schedule"


@dataclass(frozen=True)
class NewDays:
    """Days of a project (`item` empty) or of one of its items; None where not known."""

    planned_start: date | None = None
    planned_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    reason: str = ""


@transaction.atomic
def save_days(*, project: Project, item: str, new: NewDays, actor: Actor, now: datetime, on: date) -> ScheduleLine:
    """Keep the days of a project or an item; row history keeps what was there. Raises NotAllowed, WrongSchedule."""
    require(actor, Permission.POOL_PROPOSE, project)
    locked = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    label, outdoor = _label(locked, item)
    before = ScheduleLine.objects.filter(project=locked, item=item).first()
    _check(new, on=on)
    if item == "":
        _keep_the_plan(locked, before, new)
    if before is not None and _moved(before, new) and not new.reason.strip():
        raise WrongSchedule("改计划工期要写理由", where="理由", clause="T03-7", remedy="写明为什么改")
    days = {name: getattr(new, name) for name in ("planned_start", "planned_finish", "actual_start", "actual_finish")}
    values = {**days, "label": label, "outdoor": outdoor, "reason": new.reason.strip()[:200], "by_name": actor.name,
              "at": now}  # fmt: skip
    row, _ = ScheduleLine.objects.update_or_create(
        project=locked, item=item, defaults=values, create_defaults={**values, "provenance": locked.provenance}
    )
    audit.record(
        action=Action.SCHEDULE_SAVED, actor=actor, subject=project, after={"内容": label or "整个项目", **days}
    )
    _tell(locked, label, actor, now)
    return row


def _label(project: Project, item: str) -> tuple[str, bool]:
    """Return the words of an item of the project's menu and whether it is outdoors. Raises WrongSchedule."""
    lines = MenuLine.objects.filter(menu__project=project, chosen=True)
    if not item:
        return "", lines.filter(outdoor=True).exists() or not lines.exists()
    found = lines.filter(item=item).first()
    if found is None:
        raise WrongSchedule("选定的改造内容里没有这项", where="内容", clause="T03-13", remedy="先在改造菜单里选定")
    return found.label, found.outdoor


def _check(new: NewDays, *, on: date) -> None:
    for start, finish, words in (
        (new.planned_start, new.planned_finish, "计划"), (new.actual_start, new.actual_finish, "实际"),
    ):  # fmt: skip
        if finish is not None and start is None:
            raise WrongSchedule(
                f"有{words}完工没有{words}开工", where=f"{words}开工", clause="T03-13", remedy="补上开工日期"
            )
        if start is not None and finish is not None and not 0 <= (finish - start).days <= LONGEST_DAYS:
            raise WrongSchedule(
                f"{words}完工早于开工，或超过十年", where=f"{words}完工", clause="T03-13", remedy="核对日期"
            )
    if (new.planned_start is None) != (new.planned_finish is None):
        raise WrongSchedule("计划开工和完工要一起填", where="计划完工", clause="T03-13", remedy="补全两个日期")
    if any(day is not None and day > on for day in (new.actual_start, new.actual_finish)):
        raise WrongSchedule("实际日期在今天以后", where="实际开工", clause="T03-13", remedy="发生后再登记")


def _keep_the_plan(project: Project, before: ScheduleLine | None, new: NewDays) -> None:
    """The planned days of a project in the plan begin in the month of the plan; another month is an adjustment."""
    if project.state != State.IN_PLAN or new.planned_start is None:
        return
    entry = PlanEntry.objects.filter(project=project).order_by("-pk").first()
    if entry is None or entry.removed:
        return
    if (new.planned_start.year, new.planned_start.month) != (entry.start.year, entry.start.month):
        raise WrongSchedule(
            f"计划里是 {entry.start.year}年{entry.start.month}月开工", where="计划开工", clause="T03-7",
            remedy="先办计划调整，再改计划日期",
        )  # fmt: skip


def _moved(before: ScheduleLine, new: NewDays) -> bool:
    was = (before.planned_start, before.planned_finish)
    return was != (None, None) and was != (new.planned_start, new.planned_finish)


def _tell(project: Project, label: str, actor: Actor, now: datetime) -> None:
    for home in covered(project):
        announce(
            code="project_changed", community=home, title=f"登记工期{f'：{label}' if label else ''}",
            words=f"{project.code} {project}", actor=actor, now=now, url=f"/projects/{project.pk}/schedule/",
            detail={"project": project.pk}, demo=project.provenance == "demo",
        )  # fmt: skip


@transaction.atomic
def record_season(
    *, kind: str, first: date, last: date, source: str, actor: Actor, provenance: str = "real"
) -> ObservedSeason:
    """Keep when a season really began and ended. Raises NotAllowed, WrongSchedule."""
    require(actor, Permission.RANKING_MANAGE)
    if kind not in ObservedSeason.Kind.values:
        raise WrongSchedule("没有这种季节", where="季节", clause="T03-14", remedy="选雨季或冬期")
    if not 0 <= (last - first).days <= 366:
        raise WrongSchedule("结束早于开始，或超过一年", where="结束", clause="T03-14", remedy="核对两个日期")
    if not source.strip():
        raise WrongSchedule("没有写依据", where="依据", clause="T03-14", remedy="写明通知文号或气象资料")
    try:
        with transaction.atomic():
            made = ObservedSeason.objects.create(
                kind=kind, days=DateRange(first, last + timedelta(days=1)), source=source.strip()[:200],
                by_id=actor.user_id, by_name=actor.name, provenance=provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise WrongSchedule(
            "和已登记的同一季节重叠", where="开始", clause="T03-14", remedy="先删掉原来那条"
        ) from problem
    audit.record(
        action=Action.SCHEDULE_SAVED, actor=actor, subject=made, after={"开始": first, "结束": last, "依据": source}
    )
    return made


@transaction.atomic
def remove_season(*, season: ObservedSeason, actor: Actor) -> None:
    """Take out a season entered by mistake; row history keeps it. Raises NotAllowed."""
    require(actor, Permission.RANKING_MANAGE)
    audit.record(action=Action.SCHEDULE_SAVED, actor=actor, subject=season, before={"起止": str(season.days)})
    season.delete()


@transaction.atomic
def import_temperatures(*, content: bytes, source: str, actor: Actor, on: date) -> list[ObservedSeason]:
    """Make winter spells of a workbook of daily mean temperatures. Raises WrongRows, WrongSheet, WrongSchedule."""
    require(actor, Permission.RANKING_MANAGE)
    readings, wrong, rows = list[tuple[date, Decimal]](), list[Wrong](), read_sheet(content, TEMPERATURES)
    for number, row in rows:
        day, mean = day_of(row.get(TEMPERATURES[0])), _degrees(row.get(TEMPERATURES[1]))
        if day is None or mean is None:
            column = TEMPERATURES[0] if day is None else TEMPERATURES[1]
            wrong.append(Wrong(number, column, text_of(row.get(column)), "认不出来", "日期如 2026-11-23，气温如 -3.5"))
        else:
            readings.append((day, mean))
    if wrong:
        raise WrongRows(wrong, len(rows))
    return [
        record_season(kind=one.kind, first=one.first, last=one.last, source=source, actor=actor)
        for one in _winters(readings, on)
    ]


def _winters(readings: list[tuple[date, Decimal]], on: date) -> list[Span]:
    params = figures.current()
    celsius, run = params.value("winter_works_celsius", on), params.value("winter_works_days", on)
    if celsius is None or run is None:
        raise WrongSchedule("冬期施工的气温参数没有取值", where="参数", clause="T03-14", remedy="市里先登记参数")
    try:
        found = winters(readings, Decimal(str(celsius.value)), run.whole)
    except NotInOrder as problem:
        raise WrongSchedule(
            "日期没有按先后排，或有重复", where="日期", clause="T03-14", remedy="按日期排好再传"
        ) from problem
    if not found:
        raise WrongSchedule(
            f"没有从开始到结束完整的冬期（连续 {run.whole} 天低于、再连续 {run.whole} 天高于 {celsius.text}℃）",
            where="气温", clause="T03-14", remedy="资料要从入冬前到开春后",
        )  # fmt: skip
    return found


def _degrees(cell: object) -> Decimal | None:
    try:
        value = Decimal(text_of(cell))
    except InvalidOperation:
        return None
    return value if value.is_finite() and -60 <= value <= 60 else None
