"""Addresses of governance; those of its kinds of matters come from their declarations."""

from django.urls import URLPattern, path

from jiugai.governance.views import inventory, standards

urlpatterns: list[URLPattern] = [
    path("communities/<int:pk>/governance/", inventory.community_governance, name="community-governance"),
    path("communities/<int:pk>/governance/surveys/", inventory.survey_record, name="survey-record"),
    path("communities/<int:pk>/governance/guards/", inventory.guard_save, name="guard-save"),
    path("surveys/<int:pk>/withdraw/", inventory.survey_withdraw, name="survey-withdraw"),
    path("governance/standards/", standards.standards, name="governance-standards"),
]
