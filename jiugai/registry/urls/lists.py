"""Addresses of the lists, their saved views, and the search."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.registry.tables import BUILDINGS, COMMUNITIES
from jiugai.registry.views import lists

urlpatterns: list[URLPattern] = [
    *list_urls(COMMUNITIES, "communities/", Permission.REGISTER_VIEW),
    *list_urls(BUILDINGS, "buildings/", Permission.REGISTER_VIEW),
    path("views/", lists.save, name="saved-view-save"),
    path("views/<int:pk>/", lists.change, name="saved-view-change"),
    path("search/", lists.search, name="search"),
    path("search/suggest/", lists.suggest, name="search-suggest"),
]
