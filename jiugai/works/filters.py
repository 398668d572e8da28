"""Filters of the lists of works."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jiugai.domain.projects import BUILT
from jiugai.planning.filters import project_word
from jiugai.planning.models.projects import KIND_CHOICES
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.web.tables.filters import Choice, FilterSet, Option, Text, equals
from jiugai.web.tables.params import Params
from jiugai.works.models import BoughtService, NewTechnique, SiteCheck, SiteFinding
from jiugai.works.models.site import GRADES
from jiugai.works.models.technique import TOPICS

STATES = (
    Option("on_site", "施工中", Q(state="on_site")),
    Option("built", "竣工后", Q(state__in=BUILT)),
    Option("completed", "已竣工待评价", Q(state="completed")),
    Option("reviewed", "已评价待移交", Q(state="reviewed")),
    Option("handed_over", "已移交", Q(state="handed_over")),
)


def _checks(_actor: object, _params: Params) -> tuple[Option, ...]:
    """Sites by their next check."""
    late = SiteCheck.objects.filter(project=OuterRef("pk"), closed_at__isnull=True, due_on__lt=timezone.localdate())
    found = SiteFinding.objects.filter(project=OuterRef("pk"), closed_at__isnull=True)
    major = found.filter(severity="major")
    return (
        Option("late", "检查逾期", Q(Exists(late))),
        Option("open", "有未闭合问题", Q(Exists(found))),
        Option("major", "有未闭合重大问题", Q(Exists(major))),
    )


works_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=project_word, placeholder="项目、小区、编号"),
        *PLACES,
        Choice(name="state", label="状态", options=STATES, main=True),
        Choice(name="grade", label="风险等级", options=equals("grade", GRADES), main=True),
        Choice(name="site", label="现场", options=_checks, main=True),
        Choice(name="kind", label="类型", options=equals("kind", KIND_CHOICES)),
        PROVENANCE,
        IDS,
    )
)
service_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda w: Q(provider__name__icontains=w) | Q(contract__icontains=w)),
        PLACES[0],
        Choice(name="kind", label="服务内容", options=equals("kind", BoughtService.Kind.choices), main=True),
        PROVENANCE,
        IDS,
    )
)
technique_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda w: Q(name__icontains=w) | Q(maker__icontains=w)),
        Choice(name="kind", label="类别", options=equals("kind", NewTechnique.Kind.choices), main=True),
        Choice(name="topic", label="解决的问题", options=equals("topic", TOPICS), main=True),
        PROVENANCE,
        IDS,
    )
)
evaluation_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda w: Q(project__title__icontains=w) | Q(firm__name__icontains=w)),
        PLACES[0],
        Choice(name="level", label="状况", main=True,
               options=equals("level", [("良好", "良好"), ("合格", "合格"), ("较差", "较差")])),
        Choice(name="of", label="对象", main=True, options=(
            Option("project", "项目", Q(firm__isnull=True)), Option("firm", "企业", Q(firm__isnull=False)),
        )),
        PROVENANCE,
        IDS,
    )
)  # fmt: skip
