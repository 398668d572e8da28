"""The API of matters: kinds with their process tables, matters in scope, one with its own columns and its log."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import find, require
from jiugai.accounts.permissions import Permission
from jiugai.matters import kinds
from jiugai.matters.actions.journal import plain
from jiugai.matters.models import Matter
from jiugai.matters.queries.file import as_kind, matter_rows
from jiugai.registry.api.paging import ERRORS, AreaCode, Cursor, Id, Limit, actor_in, page

router = Router(tags=["matters"])
PERMISSION = Permission.MATTER_VIEW


class StageOut(Schema):
    """A stage: its limit in days of a unit (working, calendar), and whether it ends the matter."""

    code: str
    label: str
    days: int | None = None
    unit: str | None = None
    end: bool = False


class MoveOut(Schema):
    """A move from any of some stages to one."""

    code: str
    label: str
    from_stages: list[str]
    to_stage: str
    permission: str


class KindOut(Schema):
    """A kind of matter."""

    code: str
    label: str
    clauses: list[str]
    stages: list[StageOut]
    moves: list[MoveOut]


class MatterOut(Schema):
    """What all kinds share. `due_provisional` says that the year's holiday notice is not known yet."""

    id: int
    number: str
    kind: str
    title: str
    stage: str
    community_id: int | None
    area: str
    owner: str | None
    due_on: date | None
    due_provisional: bool
    suspended_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    result: str
    provenance: str
    version: int

    @staticmethod
    def resolve_area(row: Any) -> str:
        """The code of its area."""
        return str(row.area.code)

    @staticmethod
    def resolve_owner(row: Any) -> str | None:
        """The code of the responsible body."""
        return row.owner.code if row.owner else None


class LineOut(Schema):
    """A line of the log; who acted is given by body, not by name."""

    at: datetime
    what: str
    move: str
    from_stage: str
    to_stage: str
    organisation: str


class MatterDetail(MatterOut):
    """One matter with the columns of its kind."""

    detail: str
    fields: dict[str, Any]
    log: list[LineOut]


class MatterPage(Schema):
    """A page in the order of ids, and where the next begins."""

    items: list[MatterOut]
    next: int | None


def _let_in(request: HttpRequest) -> Actor:
    actor = actor_in(request)
    require(actor, Permission.MATTER_VIEW)
    return actor


@router.get("/matter-kinds", response={200: list[KindOut]} | ERRORS, operation_id="listMatterKinds")
def list_kinds(request: HttpRequest) -> Any:
    """List the kinds with their stages and moves."""
    _let_in(request)
    return [_kind(one) for one in kinds.kinds()]


def _kind(one: kinds.Kind) -> dict[str, Any]:
    stages = [
        {"code": s.code, "label": s.label, "end": s.end, "days": s.clock.days if s.clock else None,
         "unit": s.clock.unit.value if s.clock else None}
        for s in one.process.stages
    ]  # fmt: skip
    moves = [
        {"code": m.code, "label": m.label, "from_stages": list(m.from_), "to_stage": m.to, "permission": m.permission}
        for m in one.process.moves
    ]
    return {"code": one.code, "label": one.label, "clauses": list(one.of.clauses), "stages": stages, "moves": moves}


@router.get("/matters", response={200: MatterPage} | ERRORS, operation_id="listMatters")
def list_matters(
    request: HttpRequest,
    kind: str | None = None,
    stage: str | None = None,
    community: int | None = None,
    area: AreaCode = None,
    open_only: bool = False,
    cursor: Cursor = 0,
    limit: Limit = 100,
) -> Any:
    """List the matters of your area in the order of ids."""
    rows = matter_rows().visible_to(_let_in(request))
    given = {"kind": kind, "stage": stage, "community_id": community}
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    if area:
        rows = rows.filter(area_path__contains=f"/{area}/")
    return page(rows.filter(closed_at__isnull=True) if open_only else rows, cursor=cursor, limit=limit)


@router.get("/matters/{id}", response={200: MatterDetail} | ERRORS, operation_id="getMatter")
def get_matter(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in the address
    """Return one matter."""
    matter = find(matter_rows(), _let_in(request), pk=id)
    row = as_kind(matter)
    own = [f.name for f in row._meta.local_fields if not f.primary_key]  # noqa: SLF001 - Django's documented API
    matter.fields = plain({name: getattr(row, name) for name in own})
    lines = Matter.objects.get(pk=matter.pk).log.order_by("pk")
    return MatterDetail.from_orm(_WithLog(matter, list(lines)))


class _WithLog:
    """A matter whose `log` is a list, as the schema reads it."""

    def __init__(self, matter: Any, log: list[Any]) -> None:
        self.matter, self.log = matter, log

    def __getattr__(self, name: str) -> Any:
        """Read everything else from the matter."""
        return getattr(self.matter, name)
