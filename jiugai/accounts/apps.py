"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jiugai.accounts"
    label = "accounts"
    verbose_name = "组织与人员"

    def ready(self) -> None:
        """Name the sealed columns."""
        from jiugai.accounts.models import User
        from jiugai.accounts.sealed import declare

        declare(User, "totp_secret")
