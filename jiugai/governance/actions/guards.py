"""Record the window guards of a flat, and how they came down (T02-6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.governance.actions.days import check_day
from jiugai.governance.models import WindowGuard
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Building, Community

FIELDS = ("windows", "affects_works", "found_on", "removed_on", "mode", "note")
# Columns that are told together, so that one is never taken from another entry than the other.
UNITS = (("windows",), ("affects_works",), ("found_on",), ("removed_on", "mode"), ("note",))


class BadGuard(Refusal):
    """The entry about a flat's guards does not hold together."""

    status = 422
    code = "bad_guard"


@transaction.atomic
def save_guard(
    *, community: Community, building_label: str, flat: str, values: Mapping[str, Any], actor: Actor, now: datetime,
    version: int | None = None, quiet: bool = False, provenance: str = "", told_at: tuple[datetime, str] | None = None,
) -> WindowGuard:  # fmt: skip
    """Record or correct the guards of one flat; values left out stay. `quiet` leaves the announcement to the caller.

    `version` is the one the person saw. `told_at` is when and under which name an entry was made that arrives only
    now: per column the latest made counts, whatever the order of arrival.

    Raises NotAllowed, BadGuard, BadDay, Conflict.
    """
    if not actor.is_system:
        require(actor, Permission.INVENTORY_RECORD, community)
    building_label, flat = building_label.strip()[:40], flat.strip()[:40]
    if not building_label or not flat:
        raise BadGuard("没有写楼号或房号", where="楼号、房号", remedy="写成“3号楼”“2-501”这样")
    Community.objects.select_for_update(of=("self",)).get(pk=community.pk)
    guard = WindowGuard.objects.filter(community=community, building_label=building_label, flat=flat).first()
    guard = guard or _new(community, building_label, flat, actor, now, provenance)
    if version is not None and guard.pk and guard.version != version:
        raise Conflict(f"{guard} 刚由 {guard.by_name} 改过", remedy="刷新后看新内容再改")
    before = {name: getattr(guard, name) for name in FIELDS} if guard.pk else None
    made = told_at or (now, "")
    _tell_columns(guard, values, stamp=[int(made[0].timestamp() * 1000), made[1]])
    if "found_on" not in values:  # it was there on the day somebody told of it, and when it came down
        days = (guard.found_on, timezone.localdate(made[0]), guard.removed_on)
        guard.found_on = min(day for day in days if day)
    _check(guard, now)
    guard.by_id, guard.by_name = actor.user_id, actor.name
    guard.save()
    guard.refresh_from_db()
    audit.record(action=Action.GUARD_SAVED, actor=actor, subject=guard, before=before,
                 after={name: getattr(guard, name) for name in FIELDS})  # fmt: skip
    if not quiet:
        tell_guards(community=community, title=f"外窗护栏登记：{guard}", actor=actor, now=now)
    return guard


def tell_guards(*, community: Community, title: str, actor: Actor, now: datetime) -> None:
    """Say on the timeline that guards were recorded; once for many."""
    url = reverse("community-governance", args=[community.pk])
    announce(code="guards_counted", community=community, title=title, actor=actor, now=now, url=url)


def _new(community: Community, label: str, flat: str, actor: Actor, now: datetime, provenance: str) -> WindowGuard:
    building = Building.objects.filter(community=community, label=label).first()
    return WindowGuard(
        community=community, building=building, building_label=label, flat=flat, found_on=timezone.localdate(now),
        by_id=actor.user_id, by_name=actor.name, provenance=provenance or community.provenance,
    )  # fmt: skip


def _tell_columns(guard: WindowGuard, values: Mapping[str, Any], *, stamp: list[Any]) -> None:
    """Set what was told, column by column, where nothing newer is known."""
    for unit in UNITS:
        given = [name for name in unit if name in values]
        if given and stamp >= guard.told.get(unit[0], [0, ""]):
            guard.told[unit[0]] = stamp
            for name in given:
                setattr(guard, name, values[name])


def _check(guard: WindowGuard, now: datetime) -> None:
    today, where = timezone.localdate(now), f"{guard}"
    check_day(guard.found_on, today=today, where=f"{where} 登记日期")
    if guard.windows is not None and not 1 <= guard.windows <= 60:
        raise BadGuard(f"护栏扇数 {guard.windows} 不对", where=where, remedy="填 1 到 60 的整数")
    if guard.mode and guard.mode not in WindowGuard.Mode.values:
        raise BadGuard("拆除方式只有自拆、帮拆、劝拆三种", where=where, clause="T02-6")
    if guard.removed_on is None:
        guard.mode = ""
        return
    check_day(guard.removed_on, today=today, where=f"{where} 拆除日期")
    if not guard.mode:
        raise BadGuard("没有写拆除方式", where=where, clause="T02-6", remedy="选自拆、帮拆或劝拆")
    if guard.removed_on < guard.found_on:
        raise BadGuard("拆除日期早于登记日期", where=where, remedy="核对两个日期")
