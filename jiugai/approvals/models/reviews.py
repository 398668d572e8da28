"""The review of construction drawings, of a project's scheme or its special one, a matter of the reviewing body."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.approvals.models.schemes import SchemeEdition
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.models import Matter, tracked_kind
from jiugai.planning.models import Project

SUBJECTS = [(kind.value, kind.drawings) for kind in SchemeKind]


@tracked_kind
class DrawingReview(Matter):
    """A review of drawings (T11-2, T19-5). `edition` is the scheme they carry out; without one it can only fail."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="drawing_reviews", verbose_name="改造项目")
    edition = models.ForeignKey(
        SchemeEdition, models.PROTECT, null=True, blank=True, related_name="reviews", verbose_name="方案"
    )
    subject = models.CharField("审查对象", max_length=8, choices=SUBJECTS, default=SchemeKind.SPECIAL.value)
    drawings = models.CharField("图号", max_length=160)
    opinion = models.TextField("审查意见", blank=True)

    class Meta:
        verbose_name = "施工图审查"
        verbose_name_plural = "施工图审查"
        constraints = [models.CheckConstraint(condition=~Q(drawings=""), name="review_names_drawings")]


class ThroughReview(ScopedQuerySet["DrawingFinding"]):
    """Findings lie where their review lies."""

    scope_field = "review__area_path"


class DrawingFinding(models.Model):
    """What the reviewer found. It is closed once, with words on how it was mended, and never removed."""

    review = models.ForeignKey(DrawingReview, models.PROTECT, related_name="findings", verbose_name="审查")
    number = models.SmallIntegerField("序号")
    place = models.CharField("图纸和位置", max_length=120)
    says = models.CharField("问题", max_length=300)
    binding = models.BooleanField("违反强制性条文", default=True)
    found_by_name = models.CharField("提出人", max_length=80)
    found_at = models.DateTimeField("提出时间", db_default=Now())
    answer = models.CharField("怎么改的", max_length=300, blank=True)
    closed_on = models.DateField("销项日期", null=True, blank=True)
    closed_by_name = models.CharField("销项人", max_length=80, blank=True)

    objects = ThroughReview.as_manager()

    class Meta:
        verbose_name = "审查问题"
        verbose_name_plural = "审查问题"
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="drawing_finding_once"),
            models.CheckConstraint(condition=~Q(says="") & ~Q(place=""), name="drawing_finding_says_where"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, answer="") | Q(closed_on__isnull=False) & ~Q(answer=""),
                name="drawing_finding_closed_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.says[:40]
