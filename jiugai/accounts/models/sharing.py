"""Who may see another department's data, and machines that act for an organisation."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models.areas import Area
from jiugai.accounts.models.organisations import Organisation
from jiugai.accounts.permissions import Permission, where_held
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import within


class Dataset(models.TextChoices):
    """What can be shared between departments beyond the common register. Each kind is enforced where it is read.

    What property units hold is part of the common register, open to everybody in scope: there is nothing to share.
    """

    DOCUMENTS = "documents", "材料"
    CONTACTS = "contacts", "联系人电话"


class SharingRuleQuerySet(models.QuerySet["SharingRule"]):
    """Rules, which only the two bodies and those who manage sharing there may read."""

    def visible_to(self, actor: Actor) -> "SharingRuleQuerySet":
        """Keep the rules of the actor's own body, and those in the areas where he manages sharing."""
        managing = where_held(actor, Permission.SHARING_MANAGE)
        if actor.is_system or managing.sees_all:
            return self
        mine = Q(owner=actor.organisation_id) | Q(recipient=actor.organisation_id)
        if managing.paths:
            mine |= within(managing.paths, "owner__area_path") | within(managing.paths, "recipient__area_path")
        return self.filter(mine)


class SharingRule(models.Model):
    """`owner` lets `recipient` use a dataset for a stated purpose and time (T01-7)."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="shared", verbose_name="提供单位")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="received", verbose_name="使用单位")
    dataset = models.CharField("数据", max_length=20, choices=Dataset.choices)
    purpose = models.CharField("用途", max_length=200)
    starts = models.DateField("起")
    ends = models.DateField("止", null=True, blank=True)

    objects = SharingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "共享规则"
        verbose_name_plural = "共享规则"
        ordering = ["-starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="sharing_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(owner=F("recipient")), name="sharing_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.recipient}：{self.get_dataset_display()}"


class ApiToken(models.Model):
    """A token of an organisation. Only the SHA-256 of the secret is kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位")
    name = models.CharField("用途", max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField("开头", max_length=8, editable=False)
    role = models.CharField("角色", max_length=24, choices=Role.choices)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="辖区")
    issued_at = models.DateTimeField("签发时间", auto_now_add=True)
    issued_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, verbose_name="签发人")
    expires = models.DateField("到期日")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    @property
    def area_path(self) -> str:
        """Where the token acts."""
        return self.area.path

    def usable(self, *, on: date) -> bool:
        """Tell whether the token opens anything on a date; `expires` is the last day."""
        return self.revoked_at is None and self.expires >= on

    def actor(self) -> Actor:
        """Return the organisation as an actor."""
        return Actor(
            name=f"接口：{self.name}",
            grants=(Grant(self.role, self.area.path),),
            token_id=self.pk,
            organisation_id=self.organisation_id,
            organisation=self.organisation.name,
        )
