"""Taking in files of works (T16-1): xlsx, csv, GeoJSON, Shapefile, GeoPackage. One wrong row, nothing is written."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Conflict, Refusal, TooLarge
from jiugai.domain.geo.crs import CRS
from jiugai.domain.geo.districts import District, DistrictIndex
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.readers.opening import open_tables
from jiugai.domain.intake.sniff import sniff
from jiugai.domain.intake.works import WorkRow, read_works
from jiugai.domain.streetworks import WorkState
from jiugai.streetworks.actions.funding import reverse_fund
from jiugai.streetworks.actions.registering import (
    FIELDS,
    build,
    known_twice,
    near_twins,
    owner_called,
    record_money,
    tell_found,
)
from jiugai.streetworks.models import FundEntry, StreetWork, SynergyRequest, WorkImport
from jiugai.streetworks.rejected import rejected_workbook

LARGEST_BYTES = 50 * 1024 * 1024
SHOWN = 300


class WrongRows(Refusal):
    """Some cells cannot be taken; nothing was written."""

    status = 422
    code = "wrong_works"

    def __init__(self, problems: Sequence[Problem]) -> None:
        errors = [problem for problem in problems if problem.is_error]
        rows = len({(one.sheet, one.row) for one in errors})
        super().__init__(
            f"有 {rows} 行有错，一行都没有写入",
            where="文件",
            remedy="照下面改好，再传一次",
            details=[
                f"{one.sheet} 第 {one.row} 行 {one.column}：{one.message}。{one.remedy}" for one in errors[:SHOWN]
            ],
        )
        self.problems = tuple(problems[:SHOWN])
        self.all = tuple(problems)
        self.annotated = b""


class CannotUndo(Conflict):
    """Something was built on the batch."""

    code = "cannot_undo_import"


@dataclass(frozen=True)
class Delivery:
    """What a person says of a file."""

    name: str
    crs: CRS
    department: str = ""
    source: str = ""
    observed_on: date | None = None
    provenance: str = "real"


@dataclass(frozen=True)
class Taken:
    """What became of a file."""

    batch: WorkImport
    made: int
    changed: int
    communities: int
    warnings: tuple[Problem, ...]


def import_works(*, upload: Any, delivery: Delivery, actor: Actor, now: datetime, on: date) -> Taken:
    """Read a file and register its works; wrong rows come back with comments.

    Raises NotAllowed, TooLarge, WrongRows, or a refusal of the reader.
    """
    require(actor, Permission.STREETWORKS_RECORD)
    if upload.size and upload.size > LARGEST_BYTES:
        raise TooLarge("文件超过 50 MB", where=delivery.name, remedy="分成几个文件")
    digest = hashlib.sha256()
    with TemporaryDirectory(prefix="jiugai-works-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as out:
            for chunk in upload.chunks():
                digest.update(chunk)
                out.write(chunk)
        tables = open_tables(path, sniff(path, delivery.name), name=delivery.name)
        rows, problems = read_works(
            tables, crs=delivery.crs, department=delivery.department.strip(), districts=districts(), on=on
        )
        try:
            return _write(rows, problems, delivery, digest.hexdigest(), actor=actor, now=now, on=on)
        except WrongRows as wrong:
            wrong.annotated = rejected_workbook(tables, wrong.all)
            raise


def districts() -> DistrictIndex:
    """Return the outlines of the districts."""
    import shapely

    rows = Area.objects.filter(level=Area.Level.DISTRICT, boundary__isnull=False).values_list("code", "boundary")
    return DistrictIndex(District(code, shapely.from_wkb(bytes(outline.wkb))) for code, outline in rows if outline)


@transaction.atomic
def _write(
    rows: list[WorkRow], problems: list[Problem], delivery: Delivery, sha256: str, *, actor: Actor, now: datetime,
    on: date,
) -> Taken:  # fmt: skip
    areas = {area.code: area for area in Area.objects.defer("boundary").filter(level__in=["city", "district"])}
    problems = [*problems, *_not_mine(rows, areas, actor), *known_twice(rows, near_twins(rows, area_path="/110000/"))]
    if any(problem.is_error for problem in problems) or not rows:
        raise WrongRows(problems or [Problem("no_rows", "文件里没有工程", "从表头下面一行起填")])
    fresh_on = delivery.observed_on or on
    top = next(iter({row.district for row in rows})) if len({row.district for row in rows}) == 1 else "110000"
    batch = WorkImport.objects.create(
        name=delivery.name[:200], sha256=sha256, crs=delivery.crs.value, department=delivery.department,
        source=delivery.source, observed_on=fresh_on, rows=len(rows), area=areas[top], by_id=actor.user_id,
        by_name=actor.name, at=now, provenance=delivery.provenance,
    )  # fmt: skip
    made, changed = _save(rows, areas, batch, on=fresh_on)
    for work, row in (*made, *changed):
        record_money(work, str(row.values.get("source", "")), actor=actor, now=now, on=fresh_on)
    audit.record(
        action=Action.WORKS_IMPORTED, actor=actor, subject=batch, area_path=batch.area.path,
        after={"新增": len(made), "更新": len(changed), "坐标系": batch.crs},
    )  # fmt: skip
    told = tell_found(works=[work.pk for work, _ in (*made, *changed)], actor=actor, now=now)
    return Taken(batch, len(made), len(changed), told, tuple(p for p in problems if not p.is_error))


def _not_mine(rows: Sequence[WorkRow], areas: dict[str, Area], actor: Actor) -> list[Problem]:
    """Return the rows in districts where the person may not register works."""
    allowed = {
        code: actor.is_system or bool(may(actor, Permission.STREETWORKS_RECORD, area)) for code, area in areas.items()
    }
    return [
        Problem("not_mine", "这项工程不在您可以登记的辖区", "请当地的部门登记").at(
            sheet=row.sheet,
            row=row.number,
            column="区",
            typed=areas[row.district].name if row.district in areas else "",
        )
        for row in rows
        if not allowed.get(row.district, False)
    ]


Pair = tuple[StreetWork, WorkRow]


def _save(rows: list[WorkRow], areas: dict[str, Area], batch: WorkImport, *, on: date) -> tuple[list[Pair], list[Pair]]:
    """Write the works: those known by department and number are brought up to date, the others are new."""
    known = {
        (work.department, work.code): work
        for work in StreetWork.objects.filter(department__in={row.values["department"] for row in rows}).defer("ground")
    }
    owners = {name: owner_called(name) for name in {_owner_of(row) for row in rows}}
    made: list[Pair] = []
    changed: list[Pair] = []
    for row in rows:
        old = known.get((row.values["department"], str(row.values["code"])))
        work = build(
            row, areas[row.district], on=on, provenance=batch.provenance, work=old, batch=batch,
            owner=owners[_owner_of(row)],
        )  # fmt: skip
        (changed if old else made).append((work, row))
    StreetWork.objects.bulk_create([work for work, _ in made], batch_size=1000)
    if changed:
        names = [*FIELDS, "owner", "area", "geom", "reported_on"]
        StreetWork.objects.bulk_update([work for work, _ in changed], names, batch_size=500)
    return made, changed


def _owner_of(row: WorkRow) -> str:
    return str(row.values.get("owner") or row.values["department"])


@transaction.atomic
def undo_import(*, batch: WorkImport, actor: Actor, now: datetime, on: date) -> int:
    """Call off the new works of a file and reverse their money; return how many. Raises NotAllowed, CannotUndo.

    They stay in the register as called off, and the corrected file takes them up again by their numbers.
    """
    require(actor, Permission.STREETWORKS_RECORD, batch)
    locked = WorkImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.undone_at is not None:
        raise CannotUndo("这次导入已经撤回", where=locked.name, remedy="刷新列表")
    works = StreetWork.objects.filter(batch=locked).exclude(state=WorkState.CANCELLED)
    asked = SynergyRequest.objects.filter(overlap__work__in=works).exclude(stage="stopped").count()
    if asked:
        words = f"已就其中的工程发出 {asked} 件协同请求，不能整批撤回"
        raise CannotUndo(words, where=locked.name, remedy="逐项改成“已取消”")
    entries = FundEntry.objects.filter(work__in=works, reverses__isnull=True, reversed_by__isnull=True)
    for entry in entries.select_related("area", "work"):
        reverse_fund(entry=entry, reason=f"撤回导入 {locked.name}", actor=SYSTEM, now=now, on=on)
    count = works.update(state=WorkState.CANCELLED)
    locked.undone_at = now
    locked.save(update_fields=["undone_at"])
    audit.record(action=Action.WORKS_UNDONE, actor=actor, subject=locked, after={"撤回": count})
    return count
