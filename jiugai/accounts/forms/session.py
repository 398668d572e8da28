"""Forms of log-in and of the own account."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation

from jiugai.accounts.models import User

WEAK = {
    "password_too_short": "密码不少于 10 个字符",
    "password_too_common": "这个密码太常见，容易被猜到",
    "password_too_similar": "密码和账号或姓名太像，容易被猜到",
}


def check_strength(password: str, user: User) -> None:
    """Raise ValidationError, in our words, for a password that is easy to guess."""
    try:
        password_validation.validate_password(password, user)
    except forms.ValidationError as weak:
        raise forms.ValidationError([WEAK.get(e.code or "", str(e.message)) for e in weak.error_list]) from weak


def _password(label: str, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=200, strip=False, widget=widget)


class LogInForm(forms.Form):
    """Account and password."""

    username = forms.CharField(
        label="账号", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = _password("密码", "current-password")


class CodeForm(forms.Form):
    """Six digits from the authenticator."""

    code = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$",
        label="动态口令",
        max_length=9,
        error_messages={"invalid": "动态口令是 6 位数字"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class PasswordForm(forms.Form):
    """Change the own password."""

    old = _password("现在的密码", "current-password")
    new = _password("新密码", "new-password")
    again = _password("再输一次新密码", "new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = "不少于 10 个字符，不能是常见密码，不能和姓名、账号相近"

    def clean_old(self) -> str:
        """Check the present password."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError("现在的密码不对")
        return old

    def clean_new(self) -> str:
        """Check the strength."""
        new: str = self.cleaned_data["new"]
        check_strength(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Check that both are the same."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一样")
        return data


class TurnOffForm(forms.Form):
    """Ask for the password before the second factor goes."""

    password = _password("密码", "current-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Check the password."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("密码不对")
        return password
