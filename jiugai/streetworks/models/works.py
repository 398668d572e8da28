"""Works of other departments as lines and areas with a window of time (T16-1), and the files they came in."""

from typing import Self

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.models.organisations import above
from jiugai.accounts.scope import ScopedQuerySet, within
from jiugai.domain.streetworks import KIND_CHOICES, STATE_CHOICES, Window, WorkState
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked_after_entry


class WorkQuerySet(ScopedQuerySet["StreetWork"]):
    """Works in scope: those of the actor's areas, and those above them, which reach into the streets."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the works in the actor's areas and in the areas above."""
        if actor.sees_all or not actor.paths:
            return super().visible_to(actor)
        return self.filter(within(actor.paths) | Q(area_path__in=above(actor.paths)))

    def live(self) -> Self:
        """Keep those that were not called off."""
        return self.exclude(state=WorkState.CANCELLED)


class WorkImport(models.Model):
    """A file of works, as it was taken in; it can be taken back while nobody has built on it."""

    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("指纹", max_length=64)
    crs = models.CharField("坐标系", max_length=12)
    department = models.CharField("报送部门", max_length=80, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)
    observed_on = models.DateField("资料日期")
    rows = models.IntegerField("写入")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("导入人", max_length=80)
    at = models.DateTimeField("导入时间")
    undone_at = models.DateTimeField("撤回时间", null=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["WorkImport"].as_manager()

    class Meta:
        verbose_name = "工程导入"
        verbose_name_plural = "工程导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


@tracked_after_entry
class StreetWork(models.Model):
    """A work of another department. `ground` is what it digs, in metres, kept by the database from geometry and width.

    `earliest_start` and `latest_start` say how far its start may move; without them its days are fixed.
    """

    code = models.CharField("工程编号", max_length=60)
    title = models.CharField("工程名称", max_length=160)
    kind = models.CharField("类型", max_length=16, choices=KIND_CHOICES)
    department = models.CharField("主管部门", max_length=80)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="streetworks", verbose_name="联系单位"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    road = models.CharField("道路或地段", max_length=120, blank=True)
    geom = models.GeometryField("图形", srid=4490)
    width_m = models.DecimalField("开挖宽度（米）", max_digits=6, decimal_places=1)
    ground = models.MultiPolygonField("占地", srid=4548, editable=False, null=True)
    starts = models.DateField("开工")
    ends = models.DateField("完工")
    earliest_start = models.DateField("最早可开工", null=True, blank=True)
    latest_start = models.DateField("最晚可开工", null=True, blank=True)
    digs = models.BooleanField("要开挖", default=True)
    state = models.CharField("状态", max_length=12, choices=STATE_CHOICES, default=WorkState.PLANNED.value)
    budget_fen = models.BigIntegerField("投资（分）", null=True, blank=True)
    batch = models.ForeignKey(WorkImport, models.PROTECT, null=True, blank=True, related_name="works")
    reported_on = models.DateField("资料日期")
    note = models.CharField("说明", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    version = models.IntegerField("版本", default=1, editable=False)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = "其他部门工程"
        verbose_name_plural = "其他部门工程"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["department", "code"], name="street_work_once_per_department"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(code="") & ~Q(department=""), name="street_work_named"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="street_work_window_in_order"),
            models.CheckConstraint(
                condition=Q(earliest_start__isnull=True, latest_start__isnull=True)
                | Q(earliest_start__lte=F("starts"), latest_start__gte=F("starts")),
                name="street_work_start_within_slack",
            ),
            models.CheckConstraint(condition=Q(width_m__range=(0, 200)), name="street_work_width_plausible"),
            models.CheckConstraint(
                condition=Q(budget_fen__isnull=True) | Q(budget_fen__gt=0), name="street_work_budget_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_path", "id"], name="street_work_area", opclasses=["text_pattern_ops", "int8_ops"]
            ),
            models.Index(fields=["starts", "id"], name="street_work_starts"),
            models.Index(fields=["kind", "id"], name="street_work_kind"),
            models.Index(fields=["state", "id"], name="street_work_state"),
            models.Index(fields=["department", "id"], name="street_work_department"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> str:
        """The name of this work among the items of a plan."""
        return f"W{self.pk}"

    @property
    def window(self) -> Window:
        """Its days."""
        return Window(self.starts, self.ends)

    @property
    def slack(self) -> Window | None:
        """The days on which it may start, where they can move."""
        if self.earliest_start is None or self.latest_start is None:
            return None
        return Window(self.earliest_start, self.latest_start)

    @property
    def stands(self) -> WorkState:
        """The state with its words."""
        return WorkState(self.state)
