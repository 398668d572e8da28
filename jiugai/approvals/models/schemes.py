"""Schemes with their editions and items, the architect in charge with sign-offs, the planner's part in acceptance."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q
from django.db.models.functions import Now

from jiugai.accounts.models import Organisation, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.schemes import AcceptanceKind, PartVerdict, SchemeKind, SignedFor
from jiugai.planning.models import Planner, Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Document, DocumentVersion
from jiugai.registry.models.tracking import tracked

KINDS = [(kind.value, kind.label) for kind in SchemeKind]


class Scheme(models.Model):
    """A scheme of a project: its own, or the special one (T09-4, T11-1). What it says stands in its editions."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="schemes", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    kind = models.CharField("种类", max_length=8, choices=KINDS)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Scheme"].as_manager()

    class Meta:
        verbose_name = "方案"
        verbose_name_plural = "方案"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="scheme_once_per_kind")]
        indexes = [
            models.Index(fields=["area_path", "id"], name="scheme_area", opclasses=["text_pattern_ops", "int8_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.project}{self.get_kind_display()}"


class ThroughScheme(ScopedQuerySet["SchemeEdition"]):
    """Editions lie where their scheme lies."""

    scope_field = "scheme__area_path"


class SchemeEdition(models.Model):
    """An edition of a scheme as it was submitted. Append-only: what is to be changed becomes the next edition.

    `version` pins the very file that was submitted, so that a file replaced later cannot take its place unnoticed.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="editions", verbose_name="方案")
    number = models.SmallIntegerField("版次")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, verbose_name="文件")
    version = models.ForeignKey(DocumentVersion, models.PROTECT, null=True, blank=True, verbose_name="文件版本")
    reference = models.CharField("图号或存放处", max_length=160, blank=True)
    summary = models.CharField("方案要点", max_length=500, blank=True)
    change = models.CharField("修改原因", max_length=300, blank=True)
    submitted_on = models.DateField("报送日期")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_by_name = models.CharField("报送人", max_length=80)
    submitted_at = models.DateTimeField("登记时间", db_default=Now())

    objects = ThroughScheme.as_manager()

    class Meta:
        verbose_name = "方案版次"
        verbose_name_plural = "方案版次"
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_edition_once"),
            models.CheckConstraint(
                condition=~Q(reference="") | Q(version__isnull=False), name="scheme_edition_has_a_file_or_place"
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(change=""), name="scheme_edition_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}第 {self.number} 版"


class ThroughEdition(ScopedQuerySet["SchemeItem"]):
    """Items lie where their scheme lies."""

    scope_field = "edition__scheme__area_path"


class SchemeItem(models.Model):
    """One thing an edition provides for; with `measure` and `value` it is checked against the design standards."""

    edition = models.ForeignKey(SchemeEdition, models.PROTECT, related_name="items", verbose_name="版次")
    number = models.SmallIntegerField("序号")
    name = models.CharField("改造项目", max_length=80)
    place = models.CharField("位置", max_length=80, blank=True)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=12, blank=True)
    measure = models.CharField("指标", max_length=40, blank=True)
    value = models.DecimalField("设计值", max_digits=10, decimal_places=4, null=True, blank=True)

    objects = ThroughEdition.as_manager()

    class Meta:
        verbose_name = "方案项目"
        verbose_name_plural = "方案项目"
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="scheme_item_once"),
            models.CheckConstraint(condition=~Q(name=""), name="scheme_item_has_name"),
            models.CheckConstraint(
                condition=Q(measure="", value__isnull=True) | ~Q(measure="") & Q(value__isnull=False),
                name="scheme_item_measure_has_value",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class ArchitectInCharge(models.Model):
    """The architect in charge of a project (建筑师负责制, T09-6): one at a time, the database sees to it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="architects", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    name = models.CharField("姓名", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平台账号")
    licence = models.CharField("注册证书编号", max_length=60, blank=True)
    valid = DateRangeField("任期")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["ArchitectInCharge"].as_manager()

    class Meta:
        verbose_name = "责任建筑师"
        verbose_name_plural = "责任建筑师"
        ordering = ["project", "valid"]
        constraints = [
            ExclusionConstraint(
                name="architect_one_at_a_time",
                expressions=[("project", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False) & ~Q(name=""), name="architect_has_name_and_time"),
        ]

    def __str__(self) -> str:
        return self.name


class ThroughArchitect(ScopedQuerySet["SignOff"]):
    """Sign-offs lie where their project lies."""

    scope_field = "architect__area_path"


class SignOff(models.Model):
    """The architect in charge signs for an edition (T09-6). Append-only."""

    architect = models.ForeignKey(ArchitectInCharge, models.PROTECT, related_name="sign_offs", verbose_name="建筑师")
    edition = models.ForeignKey(SchemeEdition, models.PROTECT, related_name="sign_offs", verbose_name="方案版次")
    subject = models.CharField("签署内容", max_length=12, choices=[(one.value, one.label) for one in SignedFor])
    statement = models.CharField("意见", max_length=300)
    signed_on = models.DateField("签署日期")
    signed_at = models.DateTimeField("登记时间", db_default=Now())
    by_name = models.CharField("签署人", max_length=80)

    objects = ThroughArchitect.as_manager()

    class Meta:
        verbose_name = "建筑师签署"
        verbose_name_plural = "建筑师签署"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "subject"], name="signed_once_for_an_edition"),
            models.CheckConstraint(condition=~Q(statement=""), name="sign_off_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.get_subject_display()}"


class AcceptancePart(models.Model):
    """A responsible planner's part in an acceptance (T09-5): when, and whether what was built is what was planned."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptance_parts", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    acceptance = models.CharField("验收", max_length=12, choices=[(one.value, one.label) for one in AcceptanceKind])
    planner = models.ForeignKey(Planner, models.PROTECT, related_name="+", verbose_name="责任规划师")
    took_part_on = models.DateField("参加日期")
    verdict = models.CharField("意见", max_length=10, choices=[(one.value, one.label) for one in PartVerdict])
    note = models.CharField("说明", max_length=500)
    by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["AcceptancePart"].as_manager()

    class Meta:
        verbose_name = "规划师参加验收"
        verbose_name_plural = "规划师参加验收"
        ordering = ["-took_part_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "acceptance", "planner", "took_part_on"], name="acceptance_part_once"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="acceptance_part_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_acceptance_display()}"
