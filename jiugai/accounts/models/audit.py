"""What was done, by whom and why: append-only, chained by hash (design 10)."""

from django.db import models

from jiugai.accounts.codes import Action
from jiugai.accounts.scope import ScopedQuerySet


def action_choices() -> list[tuple[str, str]]:
    """Return the codes with their words; a function, so that a new code needs no migration."""
    return list(Action.choices)


class AuditEvent(models.Model):
    """One action. PostgreSQL refuses to change or delete it, and seals it into the chain on commit."""

    at = models.DateTimeField("时间", auto_now_add=True)
    action = models.CharField("动作", max_length=40, choices=action_choices)
    actor_user = models.BigIntegerField("人员编号", null=True)
    actor_token = models.BigIntegerField("令牌编号", null=True)
    actor_name = models.CharField("谁", max_length=80)
    organisation = models.CharField("单位", max_length=160, blank=True)
    subject_type = models.CharField("对象类型", max_length=40)
    subject_id = models.CharField("对象编号", max_length=60, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    area_path = models.CharField("辖区路径", max_length=60, db_index=True)
    before = models.JSONField("改前", null=True)
    after = models.JSONField("改后", null=True)
    reason = models.TextField("原因", blank=True)
    request_id = models.CharField("请求编号", max_length=36, blank=True)

    objects = ScopedQuerySet["AuditEvent"].as_manager()

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["action", "-id"]),
            models.Index(fields=["subject_type", "subject_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.subject_label}"


class AuditSeal(models.Model):
    """A link of the chain: SHA-256 over the link before and the event's canonical text."""

    seq = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.DO_NOTHING, related_name="seal")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "封签"
        verbose_name_plural = "封签"
        ordering = ["seq"]

    def __str__(self) -> str:
        return self.digest[:12]
