"""What phones send of governance: problems found, surveys taken, guards of flats."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.five_types import Problem
from jiugai.governance.actions import record_survey, save_guard
from jiugai.governance.facts import problem_models
from jiugai.governance.models import InventorySurvey, WindowGuard
from jiugai.matters.actions import open_matter
from jiugai.matters.forms.entry import entry_form
from jiugai.matters.kinds import kind
from jiugai.offline.types import Arrival, OpType, register
from jiugai.registry.models import Community

AGAIN = "连网后重新下载小区，再填一次"


class BadEntry(Refusal):
    """What the phone sent cannot be taken as it is."""

    status = 422
    code = "bad_entry"


def accept_problem(arrival: Arrival) -> str:
    """Open a case of what was found; the form of its kind checks the values."""
    body = arrival.body
    problem = _problem(body)
    its_kind = kind(problem)
    fields = [name for name in its_kind.of.form_fields if name != "building"]
    given = {"found_on": timezone.localdate(arrival.at).isoformat(), **_plain(body.get("values"))}
    form = entry_form(its_kind, actor=arrival.actor, fields=fields, community=arrival.community)(data=given)
    if not form.is_valid():
        label, (first, *_) = next(iter((form.fields[n].label, e) for n, e in form.errors.items() if n in form.fields))
        raise BadEntry(f"{label}：{first}", where=problem.label, remedy="在未上传列表中改好后重新上传")
    values = form.values()
    if point := _point(body.get("point")):
        values["point"] = point
    made = open_matter(
        model=its_kind.model, values=values, community=arrival.community, actor=arrival.actor, now=arrival.now
    )
    return f"problem:{made.pk}"


def accept_survey(arrival: Arrival) -> str:
    """Record a survey made on the phone on the day of the entry."""
    seen = arrival.body.get("seen")
    if isinstance(seen, bool) or not isinstance(seen, int):
        raise BadEntry("发现处数不是整数", where="发现处数", remedy=AGAIN)
    made = record_survey(
        community=arrival.community, problem=_problem(arrival.body), on=timezone.localdate(arrival.at), seen=seen,
        note=str(arrival.body.get("note") or ""), actor=arrival.actor, now=arrival.now,
    )  # fmt: skip
    return f"survey:{made.pk}"


def accept_guard(arrival: Arrival) -> str:
    """Record the guards of a flat; fields left out stay as a colleague recorded them."""
    body = arrival.body
    values = {name: body[name] for name in ("windows", "affects_works", "mode", "note") if name in body}
    if "removed_on" in body:
        values["removed_on"] = _day(body["removed_on"])
    guard = save_guard(
        community=arrival.community, building_label=str(body.get("building") or ""), flat=str(body.get("flat") or ""),
        values=values, actor=arrival.actor, now=arrival.now, told_at=(arrival.at, arrival.ident),
    )  # fmt: skip
    return f"guard:{guard.pk}"


def pack(*, community: Community, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return what a phone takes along: open problems and the last survey of each type."""
    surveys = InventorySurvey.objects.standing().filter(community=community).order_by("problem", "-on", "-pk")
    return {
        "kinds": [{"code": p.value, "label": p.label} for p in Problem],
        "open": [
            {"number": c.number, "kind": c.kind, "place": c.place, "stage": c.stage}
            for model in problem_models()
            for c in model.objects.open().filter(community=community).order_by("pk")
        ],
        "surveys": {p: on.isoformat() for p, on in surveys.distinct("problem").values_list("problem", "on")},
    }  # fmt: skip


def pack_guards(*, community: Community, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return the guards flat by flat."""
    return {
        "guards": [
            {"building": g.building_label, "flat": g.flat, "windows": g.windows, "affects_works": g.affects_works,
             "removed_on": g.removed_on.isoformat() if g.removed_on else None, "mode": g.mode}
            for g in WindowGuard.objects.filter(community=community).order_by("building_label", "flat")
        ]
    }  # fmt: skip


def register_types() -> None:
    """Let phones send these entries; the module with the forms is shared."""
    right, module = Permission.INVENTORY_RECORD, "governance/phone.js"
    register(
        OpType(code="problem", label="五类问题", permission=right, accept=accept_problem, pack=pack, module=module)
    )
    register(OpType(code="survey", label="五类问题摸排", permission=right, accept=accept_survey))
    register(
        OpType(code="guard", label="外窗护栏", permission=right, accept=accept_guard, pack=pack_guards, module=module)
    )


def _problem(body: Mapping[str, Any]) -> Problem:
    try:
        return Problem(str(body.get("problem")))
    except ValueError:
        raise BadEntry("没有这种问题类型", where="问题类型", clause="T02-3", remedy=AGAIN) from None


def _plain(values: Any) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        return {}
    return {str(k): v for k, v in values.items() if isinstance(v, str | int | float | bool)}


def _point(raw: Any) -> Point | None:
    """Read a phone's position, WGS-84; the difference to CGCS2000 is some centimetres."""
    if not isinstance(raw, list) or len(raw) != 2 or not all(isinstance(v, int | float) for v in raw):
        return None
    lon, lat = raw
    return Point(lon, lat, srid=4490) if 115 <= lon <= 118 and 39 <= lat <= 42 else None


def _day(raw: Any) -> date | None:
    if not raw:
        return None
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise BadEntry("拆除日期不是日期", where="拆除日期", remedy="写成 2026-11-20") from None
