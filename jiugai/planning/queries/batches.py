"""What the pages of batches, changes, same-year items and the core area's plan show."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.finding import Finding, Outcome
from jiugai.domain.ownership import Group
from jiugai.domain.projects import KINDS
from jiugai.domain.rules.words import months_after
from jiugai.matters.rights import may_do
from jiugai.matters.showing import stage_tag, standing, time_words
from jiugai.planning.actions.dispatching import next_due
from jiugai.planning.kinds.batch import PROCESS
from jiugai.planning.models import BatchItem, CoreDispatch, PlanBatch, PlanEntry, Project, ProjectCommunity
from jiugai.planning.passing import short_of_money
from jiugai.planning.plan_forms import WAN
from jiugai.planning.queries.money import money_of, wan
from jiugai.planning.queries.quota import (
    LIVE,
    applied,
    district_of,
    planned,
    rows_of,
    shares,
    submitted,
    waiting_words,
)
from jiugai.policy import figures
from jiugai.registry.models import Community

CORE = ("110101", "110102")  # 东城、西城: the core area of the capital
TAGS = {
    "applied": "run",
    "questioned": "soon",
    "answered": "run",
    "confirmed": "ok",
    "rejected": "bad",
    "dropped": "na",
}
SAME_YEAR = [kind.code for kind in KINDS if kind.same_year]


def show(batch: PlanBatch, actor: Actor, *, on: date) -> dict[str, Any]:
    """Return a batch with its items, the quota of its years and the moves open to the person."""
    rows = batch.items.select_related("project__plan_input", "project__community__area").order_by("pk")
    items: list[dict[str, Any]] = [{"row": item, "tag": TAGS[item.state], "money": _money(item)} for item in rows]
    for one in items:
        one["wan"] = None if one["money"] is None else one["money"] / WAN
    counted = [one for one in items if one["row"].state not in ("rejected", "dropped")]
    edit, confirm = may_do(actor, Permission.PLAN_EDIT, batch), may_do(actor, Permission.PLAN_CONFIRM, batch)
    adding = batch.stage in ("draft", "returned")
    free = Project.objects.visible_to(actor).filter(state="in_pool", area_path__startswith=batch.area_path)
    return {
        "items": items, "stage": stage_tag(batch.kind, batch.stage), "time": time_words(standing(batch)),
        "quota": _quota(batch, on), "budget": _budget(batch), "unproven": _unproven(items, on),
        "edit": edit, "confirm": confirm,
        "moves": [(m, may_do(actor, Permission(m.permission), batch)) for m in PROCESS.moves_from(batch.stage)],
        "open": sum(item["row"].state in LIVE for item in items),
        "counted": len(counted), "wan": sum(i["money"] or 0 for i in counted) / WAN,
        "ready": sum(item["row"].state in ("applied", "answered") for item in items),
        "asked": sum(item["row"].state == "questioned" for item in items),
        "free": free.exclude(batch_items__state__in=LIVE).order_by("code")[:200] if adding else [],
        "may_view_matter": may(actor, Permission.MATTER_VIEW, batch),
    }  # fmt: skip


def _money(item: BatchItem) -> int | None:
    entered = getattr(item.project, "plan_input", None)
    if entered is None or entered.district_fen is None or entered.city_fen is None:
        return None
    return int(entered.district_fen + entered.city_fen + entered.other_fen)


def _quota(batch: PlanBatch, on: date) -> list[dict[str, Any]]:
    least = figures.current().value("seismic_energy_min_share", on)
    district = district_of(batch.area_path)
    waiting = rows_of(submitted(district, batch.pk))
    found = shares([*planned(district), *waiting, *applied(batch.pk)])
    return [
        {"year": year, "share": share, "waiting": waiting_words(waiting, year),
         "least": least.text if least else "", "enough": least is None or not share.basic_m2 or share.enough(least),
         "short": share.shortfall_m2(least) if least else 0, "mark": int(least.number * 1000) if least else 0,
         "done": min(share.tenths_of_percent, 500)}
        for year, share in found.items() if year == batch.year
    ]  # fmt: skip


def _budget(batch: PlanBatch) -> list[dict[str, Any]]:
    """Return the money of each year in which the batch spends, with the limit."""
    return [
        {"row": row, "short": wan(row.over) if row.over else "", "left": wan((row.limit or 0) - row.used)}
        for row in money_of(batch)
    ]


def _unproven(items: Sequence[Mapping[str, Any]], on: date) -> list[Finding]:
    """Return why the money of what is not decided cannot be checked: figures or limits that nobody has entered."""
    live = [item["row"].project_id for item in items if item["row"].state in LIVE]
    return [one for one in short_of_money(live, on=on) if one.outcome is Outcome.UNKNOWN] if live else []


def changes(project: Project) -> list[PlanEntry]:
    """Return what stood in the plan for a project, the newest first."""
    return list(project.plan_entries.select_related("adjustment", "item__batch").order_by("-pk"))


def singles(actor: Actor, year: int, *, on: date) -> dict[str, Any]:
    """Return the single items planned to start in a year: planned finish, whether done, late or at risk (T03-11)."""
    entries = PlanEntry.objects.visible_to(actor).newest().select_related("project__community__area")
    rows = []
    for entry in entries:
        p = entry.project
        if entry.removed or entry.start.year != year or not (p.type.same_year or set(p.items) & set(SAME_YEAR)):
            continue
        due = months_after(entry.start, entry.months)
        rows.append(
            {"entry": entry, "project": p, "due": due, "year_end": date(year, 12, 31), **_standing(p, due, year, on)}
        )
    rows.sort(key=lambda row: (row["order"], row["due"]))
    return {"rows": rows, "year": year, "years": range(on.year - 1, on.year + 4),
            "done": sum(r["tag"] == "ok" for r in rows), "late": sum(r["tag"] == "bad" for r in rows)}  # fmt: skip


def _standing(project: Project, due: date, year: int, on: date) -> dict[str, Any]:
    if project.state == "completed":
        return {"tag": "ok", "words": "已竣工", "order": 3}
    if on.year > year:
        return {"tag": "bad", "words": "当年没有完成", "order": 0}
    if due < on:
        return {"tag": "bad", "words": "超过计划完工月", "order": 0}
    if project.works_started_on is None and on >= date(year, 1, 1) and months_after(on, 1) > due:
        return {"tag": "soon", "words": "还没有开工，可能赶不上", "order": 1}
    return {"tag": "run", "words": "施工中" if project.works_started_on else "待开工", "order": 2}


def core(actor: Actor, *, on: date) -> dict[str, Any]:
    """Return the core area's centrally owned communities with their place in the plan, and the dispatches."""
    inside = Q(pk__in=())
    for code in CORE:
        inside |= Q(area_path__contains=f"/{code}/")
    homes = Community.objects.visible_to(actor).current().filter(inside)
    homes = homes.filter(Q(ownership_group=Group.CENTRAL) | Q(ownership_classes__overlap=_central_classes()))
    homes = (
        homes.select_related("area").defer("boundary", "search_text", "area__boundary").order_by("area_path", "name")
    )
    shown = list(homes[:500])
    links = ProjectCommunity.objects.filter(community__in=shown).exclude(project__state__in=["exited", "withdrawn"])
    projects = {link.community_id: link.project for link in links.select_related("project").order_by("pk")}
    entries = {
        e.project_id: e for e in PlanEntry.objects.filter(project__in=projects.values()).newest() if not e.removed
    }
    rows: list[dict[str, Any]] = [{"home": home, "project": projects.get(home.pk)} for home in shown]
    for row in rows:
        row["entry"] = entries.get(row["project"].pk) if row["project"] else None
    held = CoreDispatch.objects.visible_to(actor).order_by("-pk")
    waiting = held.filter(closed_at__isnull=True).first()
    return {
        "rows": rows, "all": len(rows), "in_project": len(projects),
        "planned": sum(row["entry"] is not None for row in rows), "dispatches": held[:12],
        "open": waiting, "next": _next_dispatch(waiting, on),
        "interval": figures.current().value("plan_core_dispatch_months", on),
    }  # fmt: skip


def _next_dispatch(waiting: CoreDispatch | None, on: date) -> dict[str, Any] | None:
    """Say how the next dispatch stands to today: late, due today, waiting to be held, or not yet due."""
    due = waiting.due_on if waiting else next_due(on=on)
    if due is None:
        return None
    if due < on:
        return {"tag": "bad", "words": f"调度过期 {(on - due).days} 天，还没有召开", "due": due}
    if due == on:
        return {"tag": "unk", "words": "调度今天到期，还没有召开", "due": due}
    if waiting:
        return {"tag": "unk", "words": f"下一次调度在等召开，还有 {(due - on).days} 天", "due": due}
    return {"tag": "ok", "words": f"下一次调度还有 {(due - on).days} 天", "due": due}


def _central_classes() -> list[str]:
    from jiugai.domain.ownership import Ownership

    return [one.value for one in Ownership if one.group is Group.CENTRAL]
