"""Filters of the lists of approvals."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jiugai.approvals.models import ApprovalStep
from jiugai.approvals.models.approvals import ROUTES, STEP_CHOICES
from jiugai.approvals.models.schemes import KINDS
from jiugai.approvals.models.tenders import FORMS
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.web.tables.filters import Choice, Dates, FilterSet, Option, Text, equals


def _of_project(word: str) -> Q:
    return Q(project__title__icontains=word) | Q(project__code__icontains=word)


def _standing(_actor: Any, _params: Any) -> Sequence[Option]:
    late = ApprovalStep.objects.filter(
        case=OuterRef("pk"), closed_at__isnull=True, suspended_on__isnull=True, due_on__lt=timezone.localdate()
    )
    running = Q(finished_on__isnull=True, withdrawn_on__isnull=True)
    return (
        Option("running", "在办", running),
        Option("late", "有环节逾期", running & Q(Exists(late))),
        Option("done", "已办完", Q(finished_on__isnull=False)),
        Option("withdrawn", "已撤回", Q(withdrawn_on__isnull=False)),
    )


def _at_step(_actor: Any, _params: Any) -> Sequence[Option]:
    def there(code: str) -> Q:
        return Q(Exists(ApprovalStep.objects.filter(case=OuterRef("pk"), step=code, closed_at__isnull=True)))

    return [Option(code, label, there(code)) for code, label in STEP_CHOICES]


approval_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=_of_project, placeholder="项目、编号"),
        *PLACES,
        Choice(name="standing", label="状态", options=_standing, main=True),
        Choice(name="step", label="在办环节", options=_at_step, main=True),
        Choice(name="route", label="办理路径", options=equals("route", ROUTES), main=True),
        Dates(name="started", label="受理日期", column="started_on", is_time=False),
        PROVENANCE,
        IDS,
    )
)

scheme_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=_of_project, placeholder="项目、编号"),
        *PLACES,
        Choice(name="kind", label="种类", options=equals("kind", KINDS), main=True),
        PROVENANCE,
        IDS,
    )
)

supervision_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda w: _of_project(w) | Q(supervisor__name__icontains=w)),
        *PLACES,
        Choice(name="state", label="状态", main=True, options=(
            Option("now", "监管中", Q(until__isnull=True)), Option("over", "已交接", Q(until__isnull=False)))),
        PROVENANCE,
        IDS,
    )
)  # fmt: skip

plan_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda w: _of_project(w) | Q(content__icontains=w)),
        *PLACES,
        Choice(name="form", label="发包方式", options=equals("form", FORMS), main=True),
        Dates(name="published", label="发布日期", column="published_on", is_time=False),
        Dates(name="expected", label="拟发布公告", column="expected_on", is_time=False),
        PROVENANCE,
        IDS,
    )
)
