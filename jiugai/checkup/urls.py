"""Addresses of the check-up."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.checkup.tables import CHECKUPS
from jiugai.checkup.views import pages, standards

urlpatterns: list[URLPattern] = [
    path("checkups/coverage/", standards.coverage, name="checkup-coverage"),
    path("checkups/coverage/targets/", standards.target_new, name="checkup-target-new"),
    path("checkups/editions/", standards.editions, name="checkup-editions"),
    path("checkups/editions/new/", standards.edition_new, name="checkup-edition-new"),
    *list_urls(CHECKUPS, "checkups/", Permission.CHECKUP_VIEW),
    path("checkups/<int:pk>/", pages.checkup_file, name="checkup-file"),
    path("checkups/<int:pk>/finish/", pages.checkup_finish, name="checkup-finish"),
    path("checkups/<int:pk>/withdraw/", pages.checkup_withdraw, name="checkup-withdraw"),
    path("checkups/<int:pk>/correct/", pages.checkup_correct, name="checkup-correct"),
    path("communities/<int:pk>/checkups/", pages.community_checkups, name="community-checkups"),
    path("communities/<int:pk>/checkups/open/", pages.checkup_open, name="checkup-open"),
]
