"""Addresses of planning."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.planning.tables import PLANNERS, PROJECTS
from jiugai.planning.views import mobilise, planners, pledges, pool, projects

urlpatterns: list[URLPattern] = [
    path("pool/coverage/", pool.coverage, name="pool-coverage"),
    *list_urls(PROJECTS, "pool/", Permission.POOL_VIEW),
    path("communities/<int:pk>/project/new/", projects.project_new, name="project-new"),
    path("projects/<int:pk>/", projects.project_page, name="project-page"),
    path("projects/<int:pk>/enter/", projects.project_enter, name="project-enter"),
    path("projects/<int:pk>/start/", projects.project_start, name="project-start"),
    path("projects/<int:pk>/exit/", projects.project_exit, name="project-exit"),
    path("projects/<int:pk>/withdraw/", projects.project_withdraw, name="project-withdraw"),
    path("projects/<int:pk>/lists/", projects.project_lists, name="project-lists"),
    path("projects/<int:pk>/implementer/", projects.project_implementer, name="project-implementer"),
    path("projects/<int:pk>/opinion/", projects.opinion_ask, name="opinion-ask"),
    path("projects/<int:pk>/guide/", projects.guide_mark, name="guide-mark"),
    path("communities/<int:pk>/mobilise/", mobilise.community_mobilise, name="community-mobilise"),
    path("communities/<int:pk>/mobilise/new/", mobilise.work_new, name="work-new"),
    path("communities/<int:pk>/objections/new/", mobilise.objection_new, name="objection-new"),
    path("masswork/<int:pk>/withdraw/", mobilise.work_withdraw, name="work-withdraw"),
    path("objections/<int:pk>/close/", mobilise.objection_close, name="objection-close"),
    path("communities/<int:pk>/pledges/", pledges.community_pledges, name="community-pledges"),
    path("communities/<int:pk>/pledges/new/", pledges.pledge_new, name="pledge-new"),
    path("communities/<int:pk>/pledges/import/", pledges.pledge_import, name="pledge-import"),
    path("communities/<int:pk>/pledges/sheet/", pledges.pledge_sheet, name="pledge-sheet"),
    path("pledges/<int:pk>/withdraw/", pledges.pledge_withdraw, name="pledge-withdraw"),
    path("planners/new/", planners.planner_new, name="planner-new"),
    path("planners/<int:pk>/", planners.planner_page, name="planner-page"),
    path("planners/<int:pk>/edit/", planners.planner_edit, name="planner-edit"),
    path("planners/<int:pk>/terms/", planners.term_new, name="term-new"),
    path("planners/<int:pk>/trainings/", planners.training_new, name="training-new"),
    path("terms/<int:pk>/end/", planners.term_end, name="term-end"),
    *list_urls(PLANNERS, "planners/", Permission.POOL_VIEW),
]
