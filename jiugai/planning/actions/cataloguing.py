"""Entering an edition of the catalogue and unit rates (T05-1 … T05-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import yaml
from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.district_groups import groups_on
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.menu.catalogue import BadCatalogue, count_faults, read_catalogue
from jiugai.domain.rules.rule import PLAN_ISSUED
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.models import MenuEdition, UnitRate
from jiugai.policy import figures

MOST_TEXT = 200_000
MOST_YUAN = 10**8


class EditionTwice(Conflict):
    """An edition has this code already."""

    code = "edition_twice"


class WrongRate(Refusal):
    """The rate cannot be kept as it is."""

    code = "wrong_rate"


@transaction.atomic
def enter_edition(*, text: str, reason: str, actor: Actor) -> MenuEdition:
    """Take in a new edition as YAML text. Raises NotAllowed, BadCatalogue (also for wrong counts), EditionTwice."""
    require(actor, Permission.MENU_MANAGE)
    if len(text) > MOST_TEXT:
        raise BadCatalogue("目录内容太长", remedy="最多 20 万字")
    try:
        raw = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as problem:
        raise BadCatalogue("目录内容读不懂", details=[str(problem)[:300]], remedy="从现行版本复制后再改") from problem
    read = read_catalogue(raw)
    if faults := count_faults(read, figures.current(), max(read.since, PLAN_ISSUED)):
        raise BadCatalogue("各类的项数和政策不一致", details=faults, clause="T05-1", remedy="补齐或去掉多的项")
    try:
        with transaction.atomic():
            made = MenuEdition.objects.create(
                code=read.code, name=read.name, since=read.since, content={**raw, "since": read.since.isoformat()},
                reason=reason.strip()[:300], entered_by_id=actor.user_id, entered_by_name=actor.name,
            )  # fmt: skip
    except IntegrityError as problem:
        raise EditionTwice(f"已有代码 {read.code}", where="code", remedy="换一个代码，旧版本保留") from problem
    audit.record(action=Action.MENU_EDITION_ENTERED, actor=actor, subject=made, after={"版本": made.name})
    return made


@dataclass(frozen=True)
class NewRate:
    """A unit rate as typed."""

    item: str
    group: str
    year: int
    yuan: Decimal
    reference: str = ""
    approved_on: date | None = None
    provisional: bool = False
    provenance: str = "real"


@transaction.atomic
def save_rate(*, new: NewRate, actor: Actor, now: datetime, on: date) -> UnitRate:
    """Set the rate of an item in a group and year; the one before ends and stays on record.

    Raises NotAllowed, WrongRate.
    """
    require(actor, Permission.MENU_MANAGE)
    check_rate(new, on=on)
    item = catalogue_on(on).find(new.item)
    UnitRate.objects.select_for_update().live().filter(item=new.item, group=new.group, year=new.year).update(
        ended_at=now
    )
    made = UnitRate.objects.create(
        item=new.item, group=new.group, year=new.year, fen=int(new.yuan * 100), reference=new.reference.strip()[:120],
        unit=item.measure.unit if item else "项", approved_on=new.approved_on, provisional=new.provisional,
        entered_by_id=actor.user_id, entered_by_name=actor.name, provenance=new.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.RATE_SAVED, actor=actor, subject=made,
        after={"内容": new.item, "区域": new.group, "年度": new.year, "单价": str(new.yuan), "文号": new.reference},
    )  # fmt: skip
    return made


def check_rate(new: NewRate, *, on: date) -> None:
    """Raise WrongRate for what cannot be a rate."""
    if catalogue_on(on).find(new.item) is None:
        raise WrongRate(f"目录里没有“{new.item}”", where="内容", remedy="填目录里的名称或代码")
    if new.group not in groups_on(on):
        raise WrongRate(f"没有区域“{new.group}”", where="区域", remedy=f"填{'、'.join(groups_on(on).values())}")
    if not 2000 <= new.year <= 2100:
        raise WrongRate("年度不对", where="年度", remedy="填四位年份")
    if not new.yuan.is_finite() or not 0 < new.yuan <= MOST_YUAN or new.yuan * 100 % 1:
        raise WrongRate("单价不对", where="单价（元）", remedy="填大于 0 的金额，最多两位小数")
    if not new.provisional and (not new.reference.strip() or new.approved_on is None):
        raise WrongRate("没有批准文号和日期", where="批准文号", remedy="补全；还没有批准的标为暂定")
    if new.approved_on is not None and new.approved_on > on:
        raise WrongRate("批准日期在今天以后", where="批准日期", remedy="核对文件上的日期")


def import_rates(*, rows: Sequence[Mapping[str, Any]], actor: Actor, now: datetime, on: date) -> int:
    """Set many rates at once, all or none; `rows` are keyword arguments of NewRate."""
    with transaction.atomic():
        for row in rows:
            save_rate(new=NewRate(**row), actor=actor, now=now, on=on)
    return len(rows)
