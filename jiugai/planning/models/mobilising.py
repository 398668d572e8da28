"""Mass work in a community: visits, meetings, consent, objections, and the households' pledges."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.pledge import Answer
from jiugai.offline.models import Photo
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community, Document, Dwelling
from jiugai.registry.models.tracking import tracked

ANSWER_CHOICES = [(answer.value, answer.label) for answer in Answer]


@tracked
class MassWork(models.Model):
    """One piece of mass work (T03-2): when, how many households, by whom. A mistake is taken back, not edited."""

    class Kind(models.TextChoices):
        """What was done."""

        VISIT = "visit", "入户走访"
        MEETING = "meeting", "居民会议"
        CONSENT = "consent", "征求意愿"
        NOTICE = "notice", "公示宣传"

    community = models.ForeignKey(Community, models.PROTECT, related_name="mass_work", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    kind = models.CharField("形式", max_length=8, choices=Kind.choices)
    held_on = models.DateField("日期")
    households = models.IntegerField("户数", default=0)
    agreed = models.IntegerField("其中同意", null=True, blank=True)
    place = models.CharField("地点或楼栋", max_length=80, blank=True)
    note = models.CharField("情况", max_length=500, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, verbose_name="照片或纪要")
    client_id = models.UUIDField("手机编号", null=True, blank=True, unique=True, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["MassWork"].as_manager()

    class Meta:
        verbose_name = "群众工作"
        verbose_name_plural = "群众工作"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(households__gte=0), name="mass_work_households_not_negative"),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | Q(agreed__gte=0, agreed__lte=F("households")),
                name="mass_work_agreed_within_households",
            ),
            models.CheckConstraint(
                condition=Q(kind="consent", agreed__isnull=False) | ~Q(kind="consent") & Q(agreed__isnull=True),
                name="mass_work_agreed_only_for_consent",
            ),
        ]
        indexes = [models.Index(fields=["community", "-held_on"], name="mass_work_of_community")]

    def __str__(self) -> str:
        return f"{self.community} {self.get_kind_display()}"


@tracked
class Objection(models.Model):
    """What somebody objects to, open until it is closed with words on how (T03-2)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="objections", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    door = models.CharField("楼门户", max_length=40, blank=True)
    content = models.CharField("意见", max_length=500)
    raised_on = models.DateField("提出日期")
    recorded_by_name = models.CharField("登记人", max_length=80)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    closure = models.CharField("怎么解决的", max_length=500, blank=True)
    closed_by_name = models.CharField("办结人", max_length=80, blank=True)
    client_id = models.UUIDField("手机编号", null=True, blank=True, unique=True, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Objection"].as_manager()

    class Meta:
        verbose_name = "居民异议"
        verbose_name_plural = "居民异议"
        ordering = ["closed_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="objection_has_content"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closure="") | Q(closed_on__isnull=False) & ~Q(closure=""),
                name="objection_closed_with_words",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("raised_on")), name="objection_closed_later"
            ),
        ]
        indexes = [
            models.Index(fields=["community"], condition=Q(closed_on__isnull=True), name="objection_open"),
        ]

    def __str__(self) -> str:
        return self.content[:40]


@tracked
class Pledge(models.Model):
    """A household's answer on the maintenance fund (T30-2). Area in cm².

    The newest answer of a flat counts; the one before keeps its day of replacement. `door` is the normal form of the
    flat's name (`3-2-501`), by which a flat has one answer that counts, whether or not it is on record.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="pledges", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="住房"
    )
    door = models.CharField("楼门户", max_length=30)
    area_cm2 = models.BigIntegerField("建筑面积（平方厘米）", null=True, blank=True)
    answer = models.CharField("答复", max_length=8, choices=ANSWER_CHOICES)
    signed_on = models.DateField("日期")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, verbose_name="签字材料")
    photo = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, verbose_name="签字照片")
    note = models.CharField("说明", max_length=300, blank=True)
    collected_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    collected_by_name = models.CharField("收集人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    client_id = models.UUIDField("手机编号", null=True, blank=True, unique=True, editable=False)
    ended_at = models.DateTimeField("失效时间", null=True, blank=True)
    end_reason = models.CharField("失效原因", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Pledge"].as_manager()

    class Meta:
        verbose_name = "维修资金承诺"
        verbose_name_plural = "维修资金承诺"
        ordering = ["door", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "door"], condition=Q(ended_at__isnull=True), name="pledge_one_per_household"
            ),
            models.CheckConstraint(condition=~Q(door=""), name="pledge_names_a_flat"),
            models.CheckConstraint(condition=Q(area_cm2__isnull=True) | Q(area_cm2__gt=0), name="pledge_area_positive"),
            models.CheckConstraint(
                condition=Q(answer__in=[answer.value for answer in Answer]), name="pledge_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="pledge_ends_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["community", "answer"], name="pledge_counted")]

    def __str__(self) -> str:
        return f"{self.door} {self.get_answer_display()}"

    @property
    def area_m2(self) -> float | None:
        """Floor area in m², for display only."""
        return None if self.area_cm2 is None else self.area_cm2 / 10_000
