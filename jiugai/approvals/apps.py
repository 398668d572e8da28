"""App configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "jiugai.approvals"
    label = "approvals"
    verbose_name = "方案与审批"
