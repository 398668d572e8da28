"""Renovation projects, what they cover, the gates they passed, and their time in the pool."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation, User
from jiugai.accounts.scope import ScopedQuerySet, within
from jiugai.domain.projects import KINDS, STORED, WAITING, ExitReason, Kind, State, kind_of
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Building, Community
from jiugai.registry.models.tracking import tracked

KIND_CHOICES = [(kind.code, kind.label) for kind in KINDS]
STATE_CHOICES = [(state.value, state.label) for state in State]


class ProjectQuerySet(ScopedQuerySet["Project"]):
    """Projects in scope: those led from the actor's areas, and those that cover a community there."""

    def visible_to(self, actor: Actor) -> "ProjectQuerySet":
        """Keep the projects of which the actor sees at least one community."""
        if actor.sees_all or not actor.paths:
            return super().visible_to(actor)
        covered = ProjectCommunity.objects.filter(within(actor.paths)).values("project")
        return self.filter(within(actor.paths) | Q(pk__in=covered))

    def waiting(self) -> "ProjectQuerySet":
        """Keep those whose works have not begun and that were not given up."""
        return self.filter(state__in=WAITING)

    def stored(self) -> "ProjectQuerySet":
        """Keep those that are in the pool, planned or not."""
        return self.filter(state__in=STORED)


@tracked
class Project(models.Model):
    """A renovation project of one or several communities of a district (T03-4, T03-8, T03-12).

    The database sets `lead`, always the district's housing department (T06-2), and `organiser`, the street office where
    the leading community lies (T06-4), and refuses any other. `state` moves only along `domain.projects.PROCESS`.
    """

    code = models.CharField("项目编号", max_length=40, unique=True)
    title = models.CharField("项目名称", max_length=160)
    kind = models.CharField("改造类型", max_length=20, choices=KIND_CHOICES)
    items = ArrayField(models.CharField(max_length=20), verbose_name="同时做的单项", default=list, blank=True)
    content = models.TextField("改造内容", blank=True)
    community = models.ForeignKey(Community, models.PROTECT, related_name="projects", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    lead = models.ForeignKey(
        Organisation, models.PROTECT, related_name="led_projects", verbose_name="牵头单位", editable=False, null=True
    )
    organiser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="organised_projects", verbose_name="组织单位", null=True, blank=True
    )
    implementer = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="implemented_projects",
        verbose_name="实施主体",
        null=True,
        blank=True,
    )
    state = models.CharField("状态", max_length=12, choices=STATE_CHOICES, default=State.PROPOSED.value, editable=False)
    cost_yuan = models.BigIntegerField("估算投资（元）", null=True, blank=True)
    works_area_m2 = models.IntegerField("改造面积（㎡）", null=True, blank=True)
    checkup_ref = models.CharField("来源体检", max_length=40, blank=True)
    checkup_on = models.DateField("体检完成", null=True, blank=True)
    city_plan = models.BooleanField("纳入市级改造计划", null=True, blank=True)
    city_plan_ref = models.CharField("市级计划文号", max_length=80, blank=True)
    central_plan = models.BooleanField("纳入央产改造计划", null=True, blank=True)
    central_plan_ref = models.CharField("央产计划文号", max_length=80, blank=True)
    proposed_on = models.DateField("提出日期")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="提出人")
    proposed_by_name = models.CharField("提出人姓名", max_length=80)
    works_started_on = models.DateField("开工日期", null=True, blank=True, editable=False)
    ended_on = models.DateField("终止日期", null=True, blank=True, editable=False)
    end_reason = models.CharField("终止原因", max_length=300, blank=True, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    version = models.IntegerField("版本", default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "改造项目"
        verbose_name_plural = "改造项目"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="project_has_title"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.code for k in KINDS]) & Q(items__contained_by=[k.code for k in KINDS]),
                name="project_kind_known",
            ),
            models.CheckConstraint(
                condition=(Q(cost_yuan__isnull=True) | Q(cost_yuan__gt=0))
                & (Q(works_area_m2__isnull=True) | Q(works_area_m2__gt=0)),
                name="project_figures_positive",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["on_site", "completed", "reviewed", "handed_over"], works_started_on__isnull=False
                )
                | Q(state__in=["proposed", "in_pool", "in_plan", "exited", "withdrawn"], works_started_on__isnull=True),
                name="project_start_matches_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["exited", "withdrawn"]) | ~Q(end_reason="") & Q(ended_on__isnull=False),
                name="project_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="project_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["area_path", "id"], name="project_area_order"),
            models.Index(fields=["state", "id"], name="project_state"),
            models.Index(fields=["kind", "id"], name="project_kind"),
            models.Index(fields=["proposed_on", "id"], name="project_proposed"),
            models.Index(fields=["code", "id"], name="project_code"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the project's page."""
        return reverse("project-page", args=[self.pk])

    @property
    def type(self) -> Kind:
        """The kind with its clauses."""
        return kind_of(self.kind)

    @property
    def stands(self) -> State:
        """The state with its words."""
        return State(self.state)


class ProjectCommunity(models.Model):
    """A community that a project covers. The database keeps `waiting` from the state of the project.

    A community is in one project at most that has not begun: whoever proposes second is refused, also at once.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="covers", verbose_name="项目")
    community = models.ForeignKey(Community, models.PROTECT, related_name="project_links", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    waiting = models.BooleanField("未开工", default=True, editable=False)

    objects = ScopedQuerySet["ProjectCommunity"].as_manager()

    class Meta:
        verbose_name = "项目小区"
        verbose_name_plural = "项目小区"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "community"], name="project_community_once"),
            models.UniqueConstraint(
                fields=["community"], condition=Q(waiting=True), name="community_in_one_waiting_project"
            ),
        ]

    def __str__(self) -> str:
        return str(self.community)


class ProjectBuilding(models.Model):
    """A building that a project covers; a project without any covers its communities whole."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="building_links", verbose_name="项目")
    building = models.ForeignKey(Building, models.PROTECT, related_name="project_links", verbose_name="楼栋")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)

    objects = ScopedQuerySet["ProjectBuilding"].as_manager()

    class Meta:
        verbose_name = "项目楼栋"
        verbose_name_plural = "项目楼栋"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "building"], name="project_building_once")]

    def __str__(self) -> str:
        return str(self.building)


EXIT_CHOICES = [(reason.value, reason.label) for reason in ExitReason]


@tracked
class PoolEntry(models.Model):
    """A project's time in the reserve pool (储备库, T03-4): since when, on which check-up, until when and why."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="entries", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    entered_on = models.DateField("入库日期")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by_name = models.CharField("入库经办", max_length=80)
    checkup_ref = models.CharField("来源体检", max_length=40, blank=True)
    exited_on = models.DateField("出库日期", null=True, blank=True)
    exit_kind = models.CharField("出库情形", max_length=16, choices=EXIT_CHOICES, blank=True)
    exit_reason = models.CharField("出库原因", max_length=300, blank=True)
    exited_by_name = models.CharField("出库经办", max_length=80, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PoolEntry"].as_manager()

    class Meta:
        verbose_name = "入库记录"
        verbose_name_plural = "入库记录"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(exited_on__isnull=True), name="pool_entry_once"),
            models.CheckConstraint(
                condition=Q(exited_on__isnull=True) | Q(exited_on__gte=F("entered_on")), name="pool_exit_after_entry"
            ),
            models.CheckConstraint(
                condition=Q(exited_on__isnull=True, exit_reason="")
                | Q(exited_on__isnull=False) & ~Q(exit_reason="") & ~Q(exit_kind=""),
                name="pool_exit_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.entered_on}"
