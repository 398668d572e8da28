"""Addresses of the policy library, the rules, the figures and drafts of them."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.policy.tables import POLICIES
from jiugai.policy.views import book, drafts, library

urlpatterns: list[URLPattern] = [
    path("policies/new/", library.policy_new, name="policy-new"),
    *list_urls(POLICIES, "policies/", Permission.POLICY_VIEW),
    path("policies/<int:pk>/", library.policy, name="policy"),
    path("policies/<int:pk>/versions/", library.policy_version, name="policy-version"),
    path("policies/<int:pk>/links/", library.policy_link, name="policy-link"),
    path("policies/<int:pk>/files/<int:number>/", library.policy_file, name="policy-file"),
    path("rules/", book.rule_list, name="rule-list"),
    path("rules/<slug:name>/", book.rule, name="rule"),
    path("figures/", book.figure_list, name="figure-list"),
    path("figures/<slug:name>/", book.figure, name="figure"),
    path("drafts/", drafts.draft_list, name="draft-list"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/adopt/", drafts.draft_adopt, name="draft-adopt"),
    path("drafts/<int:pk>/figures/", drafts.draft_figure, name="draft-figure"),
    path("drafts/<int:pk>/figures/<int:value>/drop/", drafts.draft_drop, name="draft-drop"),
]
