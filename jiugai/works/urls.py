"""Addresses of works."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.works.tables import EVALUATIONS, SERVICES, TECHNIQUES, WORKS
from jiugai.works.views import lists, public
from jiugai.works.views.project import step_urls

urlpatterns: list[URLPattern] = [
    *step_urls(),
    *list_urls(WORKS, "works/", Permission.SITE_VIEW),
    path("evaluations/new/", lists.evaluation_new, name="evaluation-new"),
    path("evaluations/<int:pk>/", lists.evaluation, name="evaluation"),
    *list_urls(EVALUATIONS, "evaluations/", Permission.SITE_VIEW),
    path("services/new/", lists.service_new, name="service-new"),
    *list_urls(SERVICES, "services/", Permission.SITE_VIEW),
    path("techniques/new/", lists.technique_new, name="technique-new"),
    path("techniques/<int:pk>/", lists.technique, name="technique"),
    *list_urls(TECHNIQUES, "techniques/", Permission.SITE_VIEW),
    path("challenges/<int:pk>/", lists.challenge, name="challenge"),
    path("challenges/<int:pk>/bids/", lists.challenge_bid, name="challenge-bid"),
    path("challenges/<int:pk>/decide/", lists.challenge_decide, name="challenge-decide"),
    path("topics/", lists.topics, name="topics"),
    path("report/answer/<str:secret>/", public.report_answer, name="report-answer"),
    path("report/<int:community>/", public.report_page, name="report"),
    path("site-feed/", public.feed, name="site-feed"),
]
