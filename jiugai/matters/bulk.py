"""Actions on chosen matters: assign, hand over, stop the clock."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.matters.actions import assign, hand_over, suspend
from jiugai.matters.forms.fields import body_called, person_called
from jiugai.web.tables.table import Ask, BulkAction

BULK_ROWS = 200


def _each(rows: Sequence[Any], act: Any, verb: str) -> str:
    """Do it to all or none: the first that is refused names itself."""
    if len(rows) > BULK_ROWS:
        raise Refusal(f"一次最多{verb} {BULK_ROWS} 件", remedy="分几次办")
    with transaction.atomic():
        for row in rows:
            try:
                act(row)
            except Refusal as refusal:
                refusal.where = refusal.where or str(row)
                raise
    return f"已{verb} {len(rows)} 件"


def assign_all(*, rows: Sequence[Any], actor: Actor, answers: dict[str, str], on: date) -> str:
    """Give the chosen matters to one person."""
    person = person_called(answers["person"], actor)
    now = timezone.now()
    return _each(rows, lambda m: assign(matter=m, person=person, actor=actor, now=now), "分派")


def hand_over_all(*, rows: Sequence[Any], actor: Actor, answers: dict[str, str], on: date) -> str:
    """Hand the chosen matters over to one body."""
    to, now = body_called(answers["body"], actor), timezone.now()
    return _each(rows, lambda m: hand_over(matter=m, to=to, actor=actor, now=now, reason=answers["reason"]), "移交")


def suspend_all(*, rows: Sequence[Any], actor: Actor, answers: dict[str, str], on: date) -> str:
    """Stop the clocks of the chosen matters."""
    now = timezone.now()
    return _each(rows, lambda m: suspend(matter=m, actor=actor, now=now, reason=answers["reason"]), "暂停计时")


BULK = (
    BulkAction(
        key="assign",
        label="分派",
        icon="user-check",
        permission=Permission.MATTER_WORK,
        at_once=BULK_ROWS,
        consequence=lambda n: f"{n} 件事项交给同一个人办，原承办人不再办",
        keep="先不分派",
        run=assign_all,
        asks=(Ask("person", "承办人", hint="账号或姓名；要在责任单位任职"),),
    ),
    BulkAction(
        key="hand-over",
        label="移交",
        icon="arrow-forward-up",
        permission=Permission.MATTER_WORK,
        at_once=BULK_ROWS,
        consequence=lambda n: f"{n} 件事项改由另一个单位办，计时不停",
        keep="先不移交",
        run=hand_over_all,
        asks=(Ask("body", "接收单位", hint="简称、全称或代码"), Ask("reason", "原因", hint="写一句为什么由对方办")),
    ),
    BulkAction(
        key="suspend",
        label="暂停计时",
        icon="clock-pause",
        permission=Permission.MATTER_WORK,
        at_once=BULK_ROWS,
        consequence=lambda n: f"{n} 件事项从今天起不计时，恢复后期限顺延",
        keep="先不暂停",
        run=suspend_all,
        asks=(Ask("reason", "在等什么", hint="例如：等补绿化现状图"),),
    ),
)
