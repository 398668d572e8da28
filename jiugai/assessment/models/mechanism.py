"""A district's co-ordination mechanism, its members and meetings (T06-1), and liaison with central units (T32-2)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked


@tracked
class Mechanism(models.Model):
    """Who co-ordinates in a district, led by whom, meeting how often; versions follow each other in time."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    name = models.CharField("名称", max_length=120)
    leader = models.CharField("召集人", max_length=80)
    rhythm = models.CharField("例会频次", max_length=80)
    starts = models.DateField("设立日期")
    until = models.DateField("终止日期", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Mechanism"].as_manager()

    class Meta:
        verbose_name = "协调机制"
        verbose_name_plural = "协调机制"
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("starts")), name="mechanism_ends_later"
            ),
            ExclusionConstraint(
                name="one_mechanism_at_a_time",
                expressions=[
                    ("area", RangeOperators.EQUAL),
                    (Func("starts", "until", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(ScopedQuerySet["MechanismMember"]):
    """Members lie where their mechanism lies."""

    scope_field = "mechanism__area_path"


class MechanismMember(models.Model):
    """A body in the mechanism, its person and what it answers for."""

    mechanism = models.ForeignKey(Mechanism, models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    person = models.CharField("负责人", max_length=80, blank=True)
    duty = models.CharField("分工", max_length=160)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "协调机制成员"
        verbose_name_plural = "协调机制成员"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["mechanism", "organisation"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.duty}"


@tracked
class Meeting(models.Model):
    """A meeting of the mechanism: who came, what was decided. Work it hands out are matters that name it."""

    mechanism = models.ForeignKey(Mechanism, models.PROTECT, related_name="meetings")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    held_on = models.DateField("会议日期")
    title = models.CharField("议题", max_length=160)
    present = models.TextField("出席")
    decisions = models.TextField("议定事项")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Meeting"].as_manager()

    class Meta:
        verbose_name = "协调会议"
        verbose_name_plural = "协调会议"
        ordering = ["-held_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(decisions=""), name="meeting_decided")]

    def __str__(self) -> str:
        return f"{self.held_on:%F} {self.title}"


@tracked
class LiaisonContact(models.Model):
    """Whom a central unit and a city, district or street name to each other (T32-2). The number is sealed."""

    class Level(models.TextChoices):
        """At which level they meet."""

        CITY = "city", "市级"
        DISTRICT = "district", "区级"
        STREET = "street", "街道（乡镇）"

    unit = models.CharField("中央单位", max_length=120)
    level = models.CharField("层级", max_length=8, choices=Level.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    unit_person = models.CharField("单位联络人", max_length=60)
    unit_phone = models.BinaryField("单位联络电话（密文）", null=True, blank=True)
    local_person = models.CharField("属地联络人", max_length=60)
    since = models.DateField("起始日期")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["LiaisonContact"].as_manager()

    class Meta:
        verbose_name = "对接联络"
        verbose_name_plural = "对接联络"
        ordering = ["unit", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("since")), name="liaison_ends_later"
            ),
            models.UniqueConstraint(
                fields=["unit", "area"], condition=Q(ended_on__isnull=True), name="one_liaison_per_unit_and_area"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.unit_person}"
