"""What residents report from the public page of their community."""

from django.db import models

from jiugai.domain.site_safety import Field
from jiugai.matters.models import tracked_kind
from jiugai.offline.models import Photo
from jiugai.works.models.shared import OfProject

FIELDS = [(one.value, one.label) for one in Field]


@tracked_kind
class ResidentReport(OfProject):
    """A resident's words about the works, with a photo at most; answered by a named person. Nobody's name is asked."""

    words = models.TextField("居民说的")
    place = models.CharField("在哪里", max_length=120, blank=True)
    photo = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    field = models.CharField("方面", max_length=8, choices=FIELDS, blank=True)
    confirmed = models.BooleanField("属实", null=True, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_by = models.CharField("答复人", max_length=80, blank=True)

    class Meta:
        verbose_name = "居民监督"
        verbose_name_plural = "居民监督"


class ReportReceipt(models.Model):
    """What opens the answer to who holds it (`secret`), and a keyed fingerprint of the sender, for the throttle."""

    report = models.OneToOneField(ResidentReport, models.CASCADE, related_name="receipt")
    secret = models.CharField(max_length=32, unique=True)
    sender = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "居民回执"
        verbose_name_plural = "居民回执"
        indexes = [models.Index(fields=["sender", "-at"], name="report_receipt_sender")]

    def __str__(self) -> str:
        return str(self.report_id)
