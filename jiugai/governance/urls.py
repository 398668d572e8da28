"""Addresses of governance; those of its kinds of matters come from their declarations."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.governance.tables import GUARDS
from jiugai.governance.views import inventory, overview, standards
from jiugai.registry.saved import keep_list

keep_list(GUARDS)

urlpatterns: list[URLPattern] = [
    path("communities/<int:pk>/governance/", inventory.community_governance, name="community-governance"),
    path("communities/<int:pk>/governance/surveys/", inventory.survey_record, name="survey-record"),
    path("communities/<int:pk>/governance/guards/", inventory.guard_save, name="guard-save"),
    path("surveys/<int:pk>/withdraw/", inventory.survey_withdraw, name="survey-withdraw"),
    path("governance/", overview.governance, name="governance"),
    path("governance/standards/", standards.standards, name="governance-standards"),
    path("governance/guards/import/", overview.guard_import, name="guard-import"),
    path("governance/guards/template/", overview.guard_template, name="guard-template"),
    *list_urls(GUARDS, "governance/guards/", Permission.MATTER_VIEW),
]
