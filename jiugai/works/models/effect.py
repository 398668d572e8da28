"""The effect review led by the street, its five parties, and what becomes of their opinions (T22-1, T22-2)."""

from django.db import models
from django.db.models import Q

from jiugai.domain.effect import Party
from jiugai.matters.models import tracked_kind
from jiugai.works.models.shared import OfProject

PARTIES = [(party.value, party.label) for party in Party]


@tracked_kind
class EffectReview(OfProject):
    """The street asks five parties; it ends only when each has answered, or cannot exist here."""

    held_on = models.DateField("评价日期", null=True, blank=True)
    summary = models.TextField("评价结论", blank=True)

    class Meta:
        verbose_name = "改造效果评价"
        verbose_name_plural = "改造效果评价"


class PartyAnswer(models.Model):
    """What one party said; the newest counts. Append-only."""

    review = models.ForeignKey(EffectReview, models.PROTECT, related_name="answers")
    party = models.CharField("参与方", max_length=16, choices=PARTIES)
    said_by = models.CharField("谁说的", max_length=80, blank=True)
    satisfied = models.SmallIntegerField("满意程度", null=True, blank=True)
    opinion = models.TextField("意见和建议", blank=True)
    absent = models.CharField("没有这一方的原因", max_length=200, blank=True)
    answered_on = models.DateField("日期")
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "五方意见"
        verbose_name_plural = "五方意见"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfied__range=(1, 5)) & ~Q(said_by="") | Q(satisfied__isnull=True) & ~Q(absent=""),
                name="party_answers_or_is_missing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()}"


@tracked_kind
class EffectFollowUp(OfProject):
    """An opinion of the review that asks for something: answered by the body in charge, confirmed by the street."""

    answer_of = models.ForeignKey(
        PartyAnswer, models.PROTECT, null=True, blank=True, editable=False, related_name="follow_ups",
        verbose_name="意见",
    )  # fmt: skip
    outcome = models.TextField("办理情况", blank=True)

    class Meta:
        verbose_name = "评价意见办理"
        verbose_name_plural = "评价意见办理"
