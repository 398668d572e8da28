"""Addresses of pipelines and risers."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.pipes.tables import DUTIES, JOBS, POINTS
from jiugai.pipes.views import notice, pipelines, risers, sheets

VIEW = Permission.PIPES_VIEW
urlpatterns: list[URLPattern] = [
    *list_urls(JOBS, "pipes/", VIEW),
    *sheets.sheet_urls(sheets.JOBS, "pipes/"),
    path("pipes/<int:pk>/", pipelines.job_page, name="pipejob-page"),
    path("pipes/<int:pk>/edit/", pipelines.job_edit, name="pipejob-edit"),
    path("pipes/<int:pk>/merge/", pipelines.job_merge, name="pipejob-merge"),
    *list_urls(POINTS, "boundaries/", VIEW),
    *sheets.sheet_urls(sheets.POINTS, "boundaries/"),
    *list_urls(DUTIES, "duties/", VIEW),
    *sheets.sheet_urls(sheets.DUTIES, "duties/"),
    path("duties/<int:pk>/done/", pipelines.duty_done, name="duty-done"),
    path("projects/<int:pk>/pipes/", pipelines.project_pipes, name="project-pipes"),
    path("projects/<int:pk>/pipes/plan/", pipelines.plan_save, name="pipeplan-save"),
    path("projects/<int:pk>/pipes/new/", pipelines.job_new, name="pipejob-new"),
    path("projects/<int:pk>/pipes/duties/", pipelines.duty_new, name="duty-new"),
    path("communities/<int:pk>/pipes/", pipelines.community_pipes, name="community-pipes"),
    path("communities/<int:pk>/pipes/boundary/", pipelines.boundary_new, name="boundary-new"),
    path("communities/<int:pk>/pipes/drains/", pipelines.takeover_save, name="takeover-save"),
    path("communities/<int:pk>/risers/", risers.community_risers, name="community-risers"),
    path("communities/<int:pk>/risers/round/", risers.round_new, name="riserround-new"),
    path("communities/<int:pk>/risers/apply/", risers.riser_apply, name="riser-apply"),
    path("risers/mine/", risers.riser_mine, name="riser-mine"),
    path("risers/<int:pk>/", risers.riser_page, name="riser-page"),
    path("risers/<int:pk>/notice/", notice.riser_notice, name="riser-notice"),
    path("risers/<int:pk>/sheet/", risers.riser_sheet, name="riser-sheet"),
    path("risers/<int:pk>/scheme/", risers.scheme_save, name="riser-scheme"),
    path("risers/<int:pk>/water/", risers.water_save, name="riser-water"),
    path("risers/<int:pk>/cost/", risers.cost_save, name="riser-cost"),
    path("risers/<int:pk>/slots/", risers.slots_offer, name="riser-slots"),
    path("risers/<int:pk>/book/", risers.riser_book, name="riser-book"),
    path("households/<int:pk>/", risers.household_page, name="riser-household"),
    path("households/<int:pk>/decoration/", risers.household_decoration, name="riser-decoration"),
    path("households/<int:pk>/own/", risers.household_own, name="riser-own"),
    path("slots/<int:pk>/done/", risers.slot_done, name="slot-done"),
    path("slots/<int:pk>/free/", risers.slot_free, name="slot-free"),
]
