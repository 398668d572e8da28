"""Addresses of streetworks."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.streetworks.tables import FUNDS, IMPORTS, OVERLAPS, WORKS
from jiugai.streetworks.views import overlaps, reports, works

VIEW = Permission.STREETWORKS_VIEW
urlpatterns: list[URLPattern] = [
    path("streetworks/map/", reports.works_map, name="streetworks-map"),
    path("streetworks/digs/", reports.digs_page, name="streetworks-digs"),
    path("streetworks/book/", reports.book_page, name="streetworks-book"),
    path("streetworks/new/", works.work_new, name="streetwork-new"),
    path("streetworks/import/", works.work_import, name="streetwork-import"),
    path("streetworks/template.xlsx", works.work_template, name="streetwork-template"),
    path("streetworks/file.gpkg", works.work_file, name="streetwork-file"),
    *list_urls(WORKS, "streetworks/", VIEW),
    path("streetworks/<int:pk>/", works.work_page, name="streetwork-page"),
    path("streetworks/<int:pk>/edit/", works.work_edit, name="streetwork-edit"),
    *list_urls(IMPORTS, "workimports/", VIEW),
    path("workimports/<int:pk>/", works.import_page, name="workimport-page"),
    path("workimports/<int:pk>/undo/", works.import_undo, name="workimport-undo"),
    *list_urls(OVERLAPS, "overlaps/", VIEW),
    path("overlaps/<int:pk>/", overlaps.overlap_page, name="overlap-page"),
    path("overlaps/<int:pk>/ask/", overlaps.overlap_ask, name="overlap-ask"),
    path("overlaps/<int:pk>/harmless/", overlaps.overlap_harmless, name="overlap-harmless"),
    *list_urls(FUNDS, "funds/", VIEW),
    path("funds/new/", reports.fund_new, name="fund-new"),
    path("funds/<int:pk>/", reports.fund_page, name="fund-page"),
    path("funds/<int:pk>/reverse/", reports.fund_reverse, name="fund-reverse"),
]
