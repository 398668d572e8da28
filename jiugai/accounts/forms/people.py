"""Forms of people, memberships, sharing rules and tokens. Bodies and areas are typed by name or code."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from jiugai.accounts.actions.tokens import TOKEN_ROLES
from jiugai.accounts.actor import Actor
from jiugai.accounts.granting import grantable, may_grant
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.models.organisations import called
from jiugai.accounts.models.sharing import Dataset
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import within
from jiugai.web.fields import day_field

MOST_CANDIDATES = 5


class OrganisationField(forms.CharField):
    """A body by any name it has or had, or by its code."""

    def __init__(self, *, listed_as: str = "organisation-names", **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": listed_as, "autocomplete": "off"})
        super().__init__(max_length=160, widget=widget, **kwargs)
        self.rows: QuerySet[Organisation] = Organisation.objects.none()

    def clean(self, value: Any) -> Any:
        """Return the body. More than one of that name: list their codes."""
        text = super().clean(value)
        found = list(self.rows.filter(called(text)).select_related("area")[: MOST_CANDIDATES + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError("没有找到这个组织，填简称、全称、曾用名或代码")
        raise ValidationError("有几个同名的组织，请改填代码：" + "、".join(f"{o}（{o.area}）{o.code}" for o in found))


class AreaField(forms.CharField):
    """An area by name or code, within what the actor may reach."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=80, widget=forms.TextInput(attrs={"list": "area-names", "autocomplete": "off"}), **kwargs
        )
        self.rows = Area.objects.none()

    def clean(self, value: Any) -> Any:
        """Return the area. More than one of that name: list their codes."""
        text = super().clean(value)
        rows = self.rows.defer("boundary").select_related("parent").defer("parent__boundary")
        found = list(rows.filter(code=text.upper()) or rows.filter(name=text)[: MOST_CANDIDATES + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError("您的辖区内没有这个名称或代码")
        raise ValidationError("有几个同名的辖区，请改填代码：" + "、".join(f"{a.parent}{a} {a.code}" for a in found))


class ActorForm(forms.Form):
    """A form whose choices depend on who fills it in."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for field in self.fields.values():
            if isinstance(field, AreaField):
                field.rows = areas_of(actor)
            if isinstance(field, OrganisationField):
                field.rows = Organisation.objects.visible_to(actor)


def areas_of(actor: Actor) -> Any:
    """Return the areas an actor may choose from."""
    if actor.sees_all:
        return Area.objects.all()
    return Area.objects.filter(within(actor.paths, "path")) if actor.paths else Area.objects.none()


class RoleForm(ActorForm):
    """A form that gives a role in an area."""

    def clean_role(self) -> Role:
        """Return the role itself."""
        return Role(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        """Check whether the role may be given there."""
        data = super().clean() or {}
        if data.get("role") and data.get("area"):
            answer = may_grant(self.actor, data["role"], data["area"])
            if not answer.allowed:
                self.add_error("role", answer.reason)
        return data


class MembershipForm(RoleForm):
    """A role in a body, for an area, for a time."""

    organisation = OrganisationField(label="单位")
    role = forms.ChoiceField(
        label="角色", choices=Role.choices, error_messages={"invalid_choice": "您不能给这个角色，请找上级办理"}
    )
    area = AreaField(label="辖区")
    starts = day_field("任职起")
    ends = day_field("任职止", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            mine = grantable(self.actor)
            role.choices = [(r.value, r.label) for r in mine]
            role.help_text = _others([r for r in Role if r not in mine])

    def clean(self) -> dict[str, Any]:
        """Check the order of the dates too."""
        data = super().clean()
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", "任职止不能早于任职起")
        return data


def _others(roles: list[Role]) -> str:
    """Say who gives the roles that are not on offer."""
    return f"{'、'.join(r.label for r in roles)}的权限您没有，请上级或平台管理员登记" if roles else ""


class PersonForm(MembershipForm):
    """A new person with a first role."""

    username = forms.CharField(
        label="账号",
        max_length=60,
        help_text="工号或手机号，字母、数字、点、横线",
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]{2,59}$", "账号用 3—60 个字母、数字、点或横线")],
    )
    name = forms.CharField(label="姓名", max_length=60)
    field_order = ["username", "name"]

    def clean_username(self) -> str:
        """Check that the account is free, whatever the case of its letters."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError("这个账号已有人用")
        return username


class ChangePersonForm(forms.Form):
    """Name and state of a person."""

    name = forms.CharField(label="姓名", max_length=60)
    is_active = forms.BooleanField(label="账号在用，可以登录", required=False)


class EndMembershipForm(forms.Form):
    """The last day of a role."""

    ends = day_field("任职止")


class SharingForm(ActorForm):
    """A rule of sharing."""

    owner = OrganisationField(label="提供单位")
    recipient = OrganisationField(label="使用单位")
    dataset = forms.ChoiceField(label="数据", choices=Dataset.choices)
    purpose = forms.CharField(label="用途", max_length=200, help_text="写明办什么事，如“核对产权构成”")
    starts = day_field("起")
    ends = day_field("止", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipient = self.fields["recipient"]
        if isinstance(recipient, OrganisationField):
            recipient.rows = Organisation.objects.get_queryset()

    def clean(self) -> dict[str, Any]:
        """Check the order of the dates and that two bodies are meant."""
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", "止不能早于起")
        if data.get("owner") and data.get("owner") == data.get("recipient"):
            self.add_error("recipient", "提供单位和使用单位是同一个，换一个使用单位")
        return data


class TokenForm(RoleForm):
    """A token of the API."""

    organisation = OrganisationField(label="单位")
    name = forms.CharField(label="用途", max_length=80, help_text="哪个系统用，办什么事")
    role = forms.ChoiceField(label="按哪个角色看数据", choices=[(r.value, r.label) for r in TOKEN_ROLES])
    area = AreaField(label="辖区")
    expires = day_field("到期日", hint="最长一年，到期后重新签发")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_expires(self) -> date:
        """Check that the day lies within a year from today."""
        expires: date = self.cleaned_data["expires"]
        if not self.today <= expires <= self.today + timedelta(days=settings.TOKEN_MOST_DAYS):
            raise ValidationError("到期日在今天到一年之内")
        return expires
