"""Keeping the roster of responsible planners: people, terms, training (T09-1)."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.planning.models import Planner, PlannerTerm, PlannerTraining


class WrongRoster(Refusal):
    """The entry contradicts the roster."""

    code = "wrong_roster"


class StreetTaken(Conflict):
    """Another planner is in charge of the street at that time."""

    code = "street_taken"


@dataclass(frozen=True)
class Person:
    """What the form asks of a planner."""

    name: str
    organisation: Organisation
    area: Area
    user: User | None = None
    speciality: str = ""
    note: str = ""
    provenance: str = "real"


@transaction.atomic
def save_planner(*, person: Person, actor: Actor, planner: Planner | None = None) -> Planner:
    """Put a planner on a district's roster, or correct the entry. Raises NotAllowed, WrongRoster."""
    require(actor, Permission.ROSTER_MANAGE, person.area)
    if person.area.level != Area.Level.DISTRICT:
        raise WrongRoster("名册按区维护", where="区", remedy="选到区，街道在任期里选")
    row = planner or Planner(area=person.area, provenance=person.provenance)
    row.name, row.organisation, row.user = person.name.strip(), person.organisation, person.user
    row.speciality, row.note = person.speciality.strip(), person.note.strip()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as problem:
        if "planner_once_in_a_district" not in str(problem):
            raise
        raise WrongRoster(f"{row.name}已在名册里", where="姓名", remedy="打开原来那条更正") from problem
    row.refresh_from_db()
    audit.record(
        action=Action.ROSTER_SAVED, actor=actor, subject=row, after={"姓名": row.name, "单位": str(person.organisation)}
    )
    return row


@transaction.atomic
def appoint(
    *,
    planner: Planner,
    street: Area,
    starts: date,
    ends: date | None,
    actor: Actor,
    appointed_by: str = "",
) -> PlannerTerm:
    """Put a planner in charge of a street from `starts` until `ends` (the last day; open without one).

    With the district itself as `street` the planner is its chief planner (区总责任规划师, T19-10).

    The database refuses overlapping terms of a street. Raises NotAllowed, WrongRoster, StreetTaken.
    """
    require(actor, Permission.ROSTER_MANAGE, planner)
    if ends is not None and ends < starts:
        raise WrongRoster("任期结束早于开始", where="任期", remedy="核对两个日期")
    if street.level not in (Area.Level.STREET, Area.Level.DISTRICT) or not street.path.startswith(planner.area_path):
        raise WrongRoster(f"{street}不是{planner.area}的街道", where="街道", remedy="选本区的街道")
    last = None if ends is None else date.fromordinal(ends.toordinal() + 1)
    try:
        with transaction.atomic():
            term = PlannerTerm.objects.create(
                planner=planner,
                street=street,
                valid=DateRange(starts, last),
                appointed_by=appointed_by.strip(),
                provenance=planner.provenance,
            )
    except IntegrityError as problem:
        if "planner_one_per_street_at_a_time" not in str(problem):
            raise
        raise StreetTaken(
            f"{street}这段时间已有责任规划师", where="任期", clause="T09-1", remedy="先结束那一段任期，再登记新的"
        ) from problem
    after = {"街道": street.name, "起": starts, "止": ends}
    audit.record(action=Action.ROSTER_SAVED, actor=actor, subject=planner, after=after)
    return term


@transaction.atomic
def end_term(*, term: PlannerTerm, on: date, actor: Actor) -> None:
    """End a term; `on` is its last day. Raises NotAllowed, WrongRoster."""
    require(actor, Permission.ROSTER_MANAGE, term)
    if term.valid.lower > on or (term.valid.upper is not None and term.valid.upper.toordinal() <= on.toordinal() + 1):
        raise WrongRoster("这段任期不能在这一天结束", where="任期", remedy="核对任期的起止")
    term.valid = DateRange(term.valid.lower, date.fromordinal(on.toordinal() + 1))
    term.save(update_fields=["valid"])
    audit.record(
        action=Action.ROSTER_SAVED, actor=actor, subject=term.planner, after={"街道": term.street.name, "止": on}
    )


@transaction.atomic
def record_training(
    *, planner: Planner, title: str, held_on: date, hours: int, actor: Actor, on: date,
    held_by: str = "", result: str = PlannerTraining.Result.ATTENDED,
) -> PlannerTraining:  # fmt: skip
    """Write down a training. Raises NotAllowed, WrongRoster."""
    require(actor, Permission.ROSTER_MANAGE, planner)
    if held_on > on:
        raise WrongRoster("日期在今天以后", where="日期", remedy="培训结束后再登记")
    try:
        with transaction.atomic():
            row = PlannerTraining.objects.create(
                planner=planner, title=title.strip(), held_on=held_on, hours=hours, held_by=held_by.strip(),
                result=result, provenance=planner.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise WrongRoster(
            "这次培训已登记，或学时不对", where="培训", remedy="学时填 1—400；同一天同一内容只登记一次"
        ) from problem
    after = {"培训": row.title, "学时": hours, "结果": row.get_result_display()}
    audit.record(action=Action.ROSTER_SAVED, actor=actor, subject=planner, after=after)
    return row
