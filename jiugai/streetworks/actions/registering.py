"""Registering works of others one by one or many at once (T16-1); the same work twice is refused in words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.models.organisations import called
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.works import WorkRow, ground_key
from jiugai.policy.figures import current
from jiugai.policy.occurrences import announce
from jiugai.policy.reassessing import reassess
from jiugai.streetworks.actions.funding import plan_of_work
from jiugai.streetworks.models import Overlap, StreetWork, WorkImport

FIELDS = (
    "title", "kind", "department", "road", "starts", "ends", "earliest_start", "latest_start", "digs", "width_m",
    "state", "budget_fen", "note",
)  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "road": "", "earliest_start": None, "latest_start": None, "digs": True, "state": "planned", "budget_fen": None,
    "note": "",
}  # fmt: skip


class WorkTwice(Refusal):
    """The same work stands in the register under another number."""

    status = 422
    code = "work_twice"


class WorkChanged(Conflict):
    """Somebody else was faster."""

    code = "work_changed"


@transaction.atomic
def save_work(
    *, row: WorkRow, area: Area, actor: Actor, now: datetime, on: date, work: StreetWork | None = None,
    version: int | None = None, provenance: str = "real",
) -> StreetWork:  # fmt: skip
    """Register a work, or correct one. Raises NotAllowed, WorkTwice, WorkChanged."""
    require(actor, Permission.STREETWORKS_RECORD, area)
    if work is not None:
        require(actor, Permission.STREETWORKS_RECORD, work)
        work = StreetWork.objects.select_for_update(of=("self",)).get(pk=work.pk)
        if version is not None and work.version != version:
            raise WorkChanged(f"{work}刚被别人改过", remedy="刷新后看新内容再改")
    known = list(near_twins([row], area_path=f"/{'/'.join(area.path.strip('/').split('/')[:1])}/"))
    wrong = next(iter(known_twice([row], known, but=work)), None)
    if wrong is not None:
        raise WorkTwice(wrong.message, where="工程", remedy=wrong.remedy)
    before = {name: getattr(work, name) for name in FIELDS} if work else None
    made = build(row, area, on=on, provenance=provenance, work=work)
    if made.pk:
        made.save(update_fields=[*FIELDS, "code", "owner", "area", "geom", "reported_on"])
    else:
        made.save()
    made.refresh_from_db()
    audit.record(
        action=Action.WORK_SAVED, actor=actor, subject=made, before=before,
        after={name: getattr(made, name) for name in FIELDS},
    )  # fmt: skip
    tell_found(works=[made.pk], actor=actor, now=now)
    return made


def build(
    row: WorkRow, area: Area, *, on: date, provenance: str, work: StreetWork | None = None,
    batch: WorkImport | None = None, owner: Organisation | None = None,
) -> StreetWork:  # fmt: skip
    """Return the model of a row, unsaved."""
    made = work or StreetWork(provenance=provenance, batch=batch)
    values = {**DEFAULTS, **row.values}
    for name in FIELDS:
        if name in values:
            setattr(made, name, values[name])
    if values.get("width_m") is None:
        width = current().value("works_line_width_m", on)
        made.width_m = float(width.number) if width else 0
    made.code, made.area, made.reported_on = str(values["code"]), area, on
    made.geom = GEOSGeometry(memoryview(row.shape.wkb), srid=4490) if row.shape is not None else made.geom
    found = owner or owner_called(str(values.get("owner") or values["department"]))
    made.owner = found or made.owner
    return made


def owner_called(name: str) -> Organisation | None:
    """Return the one body of this name that can answer; None where there is none or several."""
    found = list(Organisation.objects.filter(called(name.strip())).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def near_twins(rows: Sequence[WorkRow], *, area_path: str) -> Iterable[StreetWork]:
    """Return the works on record in whose time one of the rows lies."""
    if not rows:
        return []
    first, last = min(row.values["starts"] for row in rows), max(row.values["ends"] for row in rows)
    return (
        StreetWork.objects.live()
        .filter(area_path__startswith=area_path, starts__lte=last, ends__gte=first)
        .defer("ground")
    )


def known_twice(rows: Sequence[WorkRow], known: Iterable[StreetWork], but: StreetWork | None = None) -> list[Problem]:
    """Return the rows that say again, under another number, what stands in the register."""
    import shapely

    grounds: dict[tuple[Any, ...], list[StreetWork]] = {}
    for work in known:
        if but is None or work.pk != but.pk:
            grounds.setdefault(ground_key(shapely.from_wkb(bytes(work.geom.wkb)), work.kind), []).append(work)
    problems = []
    for row in rows:
        for work in grounds.get(ground_key(row.shape, row.values["kind"]), ()):
            same_number = (work.department, work.code) == (row.values["department"], str(row.values["code"]))
            if not same_number and work.starts <= row.values["ends"] and row.values["starts"] <= work.ends:
                words = f"图形、类型和时间与已登记的“{work.title}”（{work.department} {work.code}）相同"
                problem = Problem("work_twice", words, "同一项工程只登记一次；确是两项的，改图形或时间")
                problems.append(problem.at(sheet=row.sheet, row=row.number, typed=row.values["code"]))
                break
    return problems


def tell_found(*, works: Sequence[int], actor: Actor, now: datetime) -> int:
    """Put new overlaps of these works on the timelines of their communities, once each; return how many communities."""
    rows = Overlap.objects.filter(work__in=works, gone_at__isnull=True, told_at__isnull=True)
    found: dict[int, list[Overlap]] = {}
    for one in rows.select_related("footprint__community", "work").order_by("pk"):
        found.setdefault(one.footprint.community_id, []).append(one)
    for many in found.values():
        home, first = many[0].footprint.community, many[0]
        more = f"等 {len(many)} 处" if len(many) > 1 else ""
        announce(
            code="overlap_found", community=home, title=f"与{first.work.department}“{first.work.title}”{more}交叉",
            words="请对方协同，或写明不需协同的理由", actor=actor, now=now, url=f"/overlaps/?community={home.pk}",
            demo=first.work.provenance == "demo", reassess=False,
        )  # fmt: skip
        reassess(community=home, actor=actor, now=now)
    Overlap.objects.filter(pk__in=[one.pk for many in found.values() for one in many]).update(told_at=now)
    return len(found)


def record_money(work: StreetWork, source: str, *, actor: Actor, now: datetime, on: date) -> None:
    """Enter what a work costs into the book of all departments' money, once."""
    if work.budget_fen and not work.funds.exists():
        plan_of_work(work=work, source=source or "other", actor=actor, now=now, on=on)
