"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jiugai.accounts"
    label = "accounts"
    verbose_name = "组织与人员"
