"""Entries from phones that were not taken, so that somebody can see to them."""

import json
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from jiugai.accounts.permissions import Permission
from jiugai.offline.models import RefusedOperation
from jiugai.offline.types import find_type
from jiugai.registry.models import Community
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, Dates, FilterSet, Option, Text
from jiugai.web.tables.table import Empty, Link, Table

MOST = 300


def refused_rows() -> QuerySet[RefusedOperation]:
    """Return refused entries with the name of the community they spoke of."""
    names = Community.objects.filter(pk=OuterRef("community_ref")).values("name")
    return RefusedOperation.objects.annotate(community_name=Subquery(names[:1]))


def _kinds(_actor: Any, _params: Any) -> list[Option]:
    kinds = RefusedOperation.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [Option(code, kind_label(code), Q(kind=code)) for code in kinds]


def kind_label(code: str) -> str:
    """Return what a kind of entry is called; the code for one that no part knows."""
    known = find_type(code)
    return known.label if known else code


def _content(row: RefusedOperation) -> str:
    return json.dumps(row.body, ensure_ascii=False)[:MOST]


REFUSED = Table(
    key="refused",
    title="没有收下的手机填报",
    unit="条",
    name="refused",
    rows=refused_rows,
    filters=FilterSet(
        (
            Text(name="q", label="搜索", word=lambda w: Q(says__icontains=w) | Q(author_name__icontains=w)),
            Choice(name="kind", label="类别", options=_kinds, main=True),
            Dates(name="received", label="收到时间", column="received_at"),
        )
    ),
    columns=(
        Column(key="kind", label="填报", value=lambda r: kind_label(r.kind), lead=True, width=14),
        Column(key="community", label="小区", value=lambda r: r.community_name or "", blank="不在平台", width=20),
        Column(key="says", label="为什么没收下", value=lambda r: r.says, width=32),
        Column(key="author", label="填写人", value=lambda r: r.author_name),
        Column(key="sent_by", label="上传人", value=lambda r: r.sent_by, default=False),
        Column(key="received", label="收到", value=lambda r: r.received_at, kind="time", sort="id"),
        Column(key="content", label="内容", value=_content, default=False, width=40),
    ),
    order="-received",
    search_hint="原因、填写人",
    tools=(Link("手机填报", "/phone/", "device-mobile", Permission.MATTER_VIEW),),
    empty=Empty(title="填报都收下了", text="手机上传时不合规定的条目会写明原因留在这里，手机里也还保存着"),
)  # fmt: skip
