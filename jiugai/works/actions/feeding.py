"""The smart-site feed: tokens, devices, readings. Sent twice is kept once; the order changes nothing (T21-1)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import NotAllowed, Refusal, TooLarge
from jiugai.domain.projects import State
from jiugai.matters.actions import open_matter
from jiugai.planning.models import Project
from jiugai.policy.figures import current
from jiugai.works.models import SiteDevice, SiteFeedToken, SiteFinding

PREFIX = "jgsite_"
LARGEST = Decimal("999999999.999")
AHEAD = timedelta(minutes=10)


class BadReading(Refusal):
    """What was sent cannot be read; `details` names the lines."""

    status = 422
    code = "bad_reading"


class BadToken(NotAllowed):
    """The token is not in use."""

    status = 401
    code = "bad_token"


@dataclass(frozen=True)
class Reading:
    """One reading that can be kept."""

    device: SiteDevice
    at: datetime
    value: Decimal

    @property
    def alarm(self) -> bool:
        """Whether it lies outside of the device's limits."""
        low, high = self.device.low, self.device.high
        return (low is not None and self.value < low) or (high is not None and self.value > high)


@dataclass(frozen=True)
class Taken:
    """What became of a batch."""

    received: int
    new: int
    alarms: int
    findings: int


@transaction.atomic
def issue_token(*, project: Project, actor: Actor, now: datetime) -> str:
    """Make a new secret for a project's devices; the one before ends. It is shown once. Raises NotAllowed."""
    require(actor, Permission.SITE_RUN, project)
    Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    SiteFeedToken.objects.filter(project=project, ended_at__isnull=True).update(ended_at=now)
    secret = PREFIX + secrets.token_urlsafe(32)
    made = SiteFeedToken.objects.create(
        project=project, digest=digest(secret), prefix=secret[:11], by_name=actor.name, at=now,
        provenance=project.provenance,
    )  # fmt: skip
    audit.record(action=Action.FEED_TOKEN, actor=actor, subject=project, after={"令牌": made.prefix})
    return secret


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(secret: str) -> SiteFeedToken:
    """Return the token in use with this secret. Raises BadToken."""
    rows = SiteFeedToken.objects.select_related("project__community")
    found: SiteFeedToken | None = rows.filter(digest=digest(secret), ended_at__isnull=True).first()
    if found is None:
        raise BadToken("上报令牌不对或已停用", remedy="在项目的“智慧工地”页重新生成令牌，填到网关里")
    return found


@transaction.atomic
def take_readings(*, token: SiteFeedToken, rows: Any, now: datetime) -> Taken:
    """Keep a batch of readings: [{"device", "at", "value"}]. All of it or nothing; what is there already stays.

    Raises BadReading with the lines that are wrong, TooLarge.
    """
    if token.project.stands is not State.ON_SITE:
        raise BadReading("项目不在施工中，不再接收读数", where=token.project.code, remedy="停用网关")
    readings = _read(token.project, rows, now)
    new = _keep(readings, now)
    SiteFeedToken.objects.filter(pk=token.pk).update(used_at=now)
    alarms = [one for one in readings if one.alarm and (one.device.pk, one.at) in new]
    return Taken(len(readings), len(new), len(alarms), _alarm(token.project, alarms, now))


def _read(project: Project, rows: Any, now: datetime) -> list[Reading]:
    if not isinstance(rows, list):
        raise BadReading(
            "要上报一个读数列表", remedy='写成 [{"device": "D1", "at": "2026-11-23T08:00:00+08:00", "value": 61.5}]'
        )
    most = _figure("feed_batch_max", now)
    if len(rows) > most:
        raise TooLarge(f"一次最多 {most:,} 条，收到 {len(rows):,} 条", remedy="分几次上报")
    devices = {one.code: one for one in SiteDevice.objects.filter(project=project, removed_on__isnull=True)}
    earliest = now - timedelta(days=_figure("feed_late_days_max", now))
    found, wrong = list[Reading](), list[str]()
    for number, row in enumerate(rows, 1):
        try:
            found.append(_one(row, devices, earliest, now))
        except ValueError as problem:
            wrong.append(f"第 {number} 条：{problem}")
    if wrong:
        raise BadReading(f"{len(wrong)} 条读数不对，整批没有收", where=project.code, remedy="改好后整批再报，不会重复",
                         details=wrong[:20])  # fmt: skip
    return found


def _figure(name: str, now: datetime) -> int:
    value = current().value(name, timezone.localdate(now))
    return value.whole if value else 0


def _one(row: Any, devices: dict[str, SiteDevice], earliest: datetime, now: datetime) -> Reading:
    """Read one reading. Raises ValueError with words."""
    given = row if isinstance(row, dict) else {}
    device = devices.get(str(given.get("device", "")))
    if device is None:
        raise ValueError(f"没有登记设备“{str(given.get('device', ''))[:40]}”")
    return Reading(device, _moment(given.get("at"), earliest, now), _value(given.get("value")))


def _moment(raw: Any, earliest: datetime, now: datetime) -> datetime:
    at = parse_datetime(raw) if isinstance(raw, str) else None
    if at is None or at.tzinfo is None:
        raise ValueError("时间要带时区，如 2026-11-23T08:00:00+08:00")
    if at > now + AHEAD:
        raise ValueError("时间晚于现在，核对设备的钟")
    if at < earliest:
        raise ValueError("时间太早，超过补报期限")
    return at


def _value(raw: Any) -> Decimal:
    try:
        value = Decimal(repr(raw) if isinstance(raw, bool | list | dict) else str(raw)).quantize(Decimal("0.001"))
    except InvalidOperation:
        raise ValueError("读数不是数") from None
    if not value.is_finite() or abs(value) > LARGEST:
        raise ValueError("读数超出范围")
    return value


def _keep(readings: Sequence[Reading], now: datetime) -> set[tuple[int, datetime]]:
    """Insert what is not there in one statement; return which were new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO works_devicereading (device_id, at, value, alarm, received_at)"
            " SELECT d, t, v, a, %s FROM unnest(%s::bigint[], %s::timestamptz[], %s::numeric[], %s::boolean[])"
            " AS r(d, t, v, a) ON CONFLICT (device_id, at) DO NOTHING RETURNING device_id, at",
            [now, [r.device.pk for r in readings], [r.at for r in readings], [r.value for r in readings],
             [r.alarm for r in readings]],
        )  # fmt: skip
        return {(device, at) for device, at in cursor.fetchall()}


def _alarm(project: Project, alarms: Sequence[Reading], now: datetime) -> int:
    """Open one finding per device that is over its limit, unless one is open or was closed after that moment."""
    worst: dict[int, Reading] = {}
    for one in alarms:
        last = worst.get(one.device.pk)
        worst[one.device.pk] = one if last is None or one.at > last.at else last
    opened = 0
    for one in worst.values():
        opened += _open(project, one, now)
    return opened


def _open(project: Project, one: Reading, now: datetime) -> bool:
    SiteDevice.objects.select_for_update(of=("self",)).get(pk=one.device.pk)
    rows = SiteFinding.objects.filter(device=one.device)
    closed = rows.aggregate(last=Max("closed_at"))["last"]
    if rows.open().exists() or (closed is not None and one.at <= closed):
        return False
    limits = f"{one.device.low or '无下限'}—{one.device.high or '无上限'} {one.device.unit}"
    when = timezone.localtime(one.at)
    field = "green" if one.device.kind in ("pm10", "noise") else "safety"
    values = {
        "project": project, "field": field, "severity": "general", "origin": "device", "device": one.device,
        "place": f"{one.device.name} {one.device.place}".strip(), "found_on": min(when.date(), timezone.localdate(now)),
        "detail": f"{when:%Y-%m-%d %H:%M} 读数 {one.value} {one.device.unit}，超出 {limits}",
    }  # fmt: skip
    open_matter(model=SiteFinding, values=values, community=project.community, actor=SYSTEM, now=now,
                provenance=project.provenance)  # fmt: skip
    return True


@dataclass(frozen=True)
class Device:
    """A device as it is typed."""

    code: str
    name: str
    kind: str
    unit: str
    place: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


@transaction.atomic
def save_device(*, project: Project, device: Device, actor: Actor, now: datetime) -> SiteDevice:
    """Record a device, or correct the one with this number; old readings stay. Raises NotAllowed, Refusal."""
    require(actor, Permission.SITE_RUN, project)
    if device.low is not None and device.high is not None and device.low >= device.high:
        raise Refusal("下限不小于上限", where=device.code, remedy="核对两个限值")
    made, _ = SiteDevice.objects.update_or_create(
        project=project, code=device.code.strip(),
        defaults={"name": device.name.strip(), "kind": device.kind, "unit": device.unit.strip(),
                  "place": device.place.strip(), "low": device.low, "high": device.high, "removed_on": None,
                  "by_name": actor.name, "at": now, "provenance": project.provenance},
    )  # fmt: skip
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=project, after={"设备": made.code, "上限": made.high})
    return made


@transaction.atomic
def remove_device(*, device: SiteDevice, actor: Actor, on: date) -> None:
    """Mark a device as removed; its readings stay. Raises NotAllowed."""
    require(actor, Permission.SITE_RUN, device.project)
    SiteDevice.objects.filter(pk=device.pk).update(removed_on=on)
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=device.project, after={"拆除设备": device.code})
