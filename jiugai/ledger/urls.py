"""Addresses of ledger; those of its kinds of matters come from their declarations."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.ledger.tables import ENTRIES
from jiugai.ledger.views import pool

urlpatterns: list[URLPattern] = [
    path("flow-pool/", pool.flow_pool, name="flow-pool"),
    path("flow-pool/grant/", pool.grant, name="scale-grant"),
    path("flow-pool/journal/", pool.journal, name="flow-journal"),
    path("entries/<int:pk>/", pool.entry_page, name="entry-page"),
    path("entries/<int:pk>/reverse/", pool.entry_reverse, name="entry-reverse"),
    *list_urls(ENTRIES, "entries/", Permission.LEDGER_VIEW),
]
