"""The inbox as a declaration: whose matters, in which order, under which headings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.domain.clock import Standing
from jiugai.matters.bulk import BULK
from jiugai.matters.models import Matter
from jiugai.matters.showing import standing
from jiugai.matters.tables import COMMON, common_filters, matter_rows
from jiugai.web.tables.filters import Choice, FilterSet, Option
from jiugai.web.tables.page import Row
from jiugai.web.tables.params import Condition, Params
from jiugai.web.tables.table import Empty, Table

MINE = "mine"
HEADINGS = {
    Standing.OVERDUE: "已逾期",
    Standing.SOON: "3 个工作日内",
    Standing.OK: "以后",
    Standing.NONE: "没有期限",
    Standing.SUSPENDED: "暂停计时",
}


def boxes(actor: Actor | None, _params: Params) -> Sequence[Option]:
    """Return the boxes of a person. Who stands for no body has only what was given to him by name."""
    user = Q(assignee=actor.user_id) if actor and actor.user_id else Q(pk__in=())
    body = actor.organisation_id if actor else None
    ours = Q(owner=body) if body else Q(pk__in=())
    return (
        Option(MINE, "要我办", user | (ours & Q(assignee__isnull=True))),
        Option("body", "本单位", ours),
        Option("sent", "我提出的", Q(created_by=actor.user_id) if actor and actor.user_id else Q(pk__in=())),
        Option("watch", "报我督办", Q(escalated_to=body) if body else Q(pk__in=())),
        Option("all", "辖区全部", Q()),
    )


@dataclass(frozen=True, kw_only=True)
class Box(Choice):
    """Whose matters: always one, the person's own unless the address says otherwise, and never a chip."""

    def q(self, params: Params, actor: Any) -> Q:
        """Return the condition of the box. Raises BadFilter."""
        chosen = self.chosen(params, actor)
        return chosen[0].q if chosen else boxes(actor, params)[0].q

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return nothing: the box stands at the side."""
        self.chosen(params, actor)
        return []


def inbox_rows() -> QuerySet[Any]:
    """Return the matters that are not closed."""
    return matter_rows().filter(closed_at__isnull=True)


def _link(row: Any) -> str:
    return reverse("matter-file", args=[row.pk])


INBOX = Table(
    key="inbox",
    title="待办",
    unit="件",
    name="inbox",
    rows=inbox_rows,
    filters=FilterSet((Box(name="box", label="谁的", hidden=True, options=boxes), *common_filters())),
    columns=(COMMON[1], COMMON[0], *COMMON[2:]),
    order="due",
    link=_link,
    search_hint="标题、编号、小区",
    bulk=BULK,
    empty=Empty(title="没有要办的", text="分派给您和您单位的事项会出现在这里，最急的在前"),
)


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    label: str
    rows: list[Row]


def grouped(matters: Sequence[Matter], rows: Sequence[Row]) -> Iterator[Group]:
    """Put rows that follow each other under the heading of their time."""
    group: Group | None = None
    for matter, row in zip(matters, rows, strict=True):
        label = HEADINGS[standing(matter).standing]
        if group is None or group.label != label:
            if group is not None:
                yield group
            group = Group(label, [])
        group.rows.append(row)
    if group is not None:
        yield group
