"""People, the roles they hold in an area for a time, and their attempts to log in."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models.areas import Area
from jiugai.accounts.models.organisations import Organisation
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import ScopedQuerySet, within


class UserQuerySet(ScopedQuerySet["User"]):
    """People: those who hold, held or will hold a role in the actor's areas."""

    def visible_to(self, actor: Actor) -> "UserQuerySet":
        """Keep the people with a membership in the actor's areas."""
        if actor.sees_all:
            return self
        if not actor.paths:
            return self.none()
        held = Membership.objects.filter(within(actor.paths, "area__path"), user=OuterRef("pk"))
        return self.filter(Exists(held))


class UserManager(BaseUserManager["User"]):
    """Makes users with a usable password hash."""

    def get_queryset(self) -> UserQuerySet:
        """Return people as a scoped queryset."""
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Create a person who can log in with `password`."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with a log-in. What he may do depends only on his memberships."""

    username = models.CharField("账号", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("在用", default=True)
    totp_secret = models.BinaryField("动态口令密钥（密文）", null=True, blank=True)
    totp_last_step = models.BigIntegerField("最近用过的口令时段", default=0)
    provenance = models.CharField(max_length=4, choices=[("real", "真实"), ("demo", "演示")], default="real")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name

    def actor(self, *, on: date) -> Actor:
        """Return the person as an actor with the roles held on `on`, in one query."""
        held = list(self.memberships.in_force(on=on).select_related("organisation", "area").defer("area__boundary"))
        first = held[0].organisation if held else None
        return Actor(
            name=self.display_name,
            grants=tuple(Grant(m.role, m.area.path) for m in held),
            user_id=self.pk,
            organisation_id=first.pk if first else None,
            organisation=first.name if first else "",
            area_names=tuple(m.area.name for m in held),
        )

    def home(self, *, on: date, or_of: Actor) -> str:
        """Return where the log files what happens to this person: the smallest area that holds his roles.

        For somebody without a role it is that of `or_of`, who acts.
        """
        actor = self.actor(on=on)
        return (actor if actor.grants else or_of).home


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by date."""

    def in_force(self, *, on: date) -> "MembershipQuerySet":
        """Keep those in force on a date; `ends` is the last day."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)


class Membership(models.Model):
    """A role held in an organisation, for an area, for a time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="人员")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位")
    role = models.CharField("角色", max_length=24, choices=Role.choices)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="辖区")
    starts = models.DateField("任职起")
    ends = models.DateField("任职止", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(fields=["user", "organisation", "role", "area", "starts"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}（{self.area_id}）"


class LoginAttempt(models.Model):
    """A try to log in; the throttle counts the failed ones per account and address."""

    username = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "-at"]),
            models.Index(fields=["address", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%F %T}"
