"""Addresses of the imports pages."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.registry.import_table import IMPORTS
from jiugai.registry.views import import_mending as mending
from jiugai.registry.views import imports as views

urlpatterns: list[URLPattern] = [
    *list_urls(IMPORTS, "imports/", Permission.IMPORT_RUN),
    path("imports/new/", views.new, name="import-new"),
    path("imports/<int:pk>/", views.batch, name="import-batch"),
    path("imports/<int:pk>/columns/", views.columns, name="import-columns"),
    path("imports/<int:pk>/progress/", views.progress, name="import-progress"),
    path("imports/<int:pk>/adopt/", mending.adopt, name="import-adopt"),
    path("imports/<int:pk>/fixes/", mending.fixes, name="import-fixes"),
    path("imports/<int:pk>/mend/", mending.mend, name="import-mend"),
    path("imports/<int:pk>/leave-out/", mending.leave_out, name="import-leave-out"),
    path("imports/<int:pk>/take-in/", mending.take_in, name="import-take-in"),
    path("imports/<int:pk>/annotated/", mending.annotated, name="import-annotated"),
    path("imports/<int:pk>/file/", mending.original, name="import-file"),
    path("imports/<int:pk>/write/", views.write, name="import-write"),
    path("imports/<int:pk>/stop/", views.stop, name="import-stop"),
    path("imports/<int:pk>/go-on/", views.go_on, name="import-go-on"),
    path("imports/<int:pk>/undo/", views.undo, name="import-undo"),
    path("imports/<int:pk>/give-up/", views.give_up, name="import-give-up"),
    path("imports/<int:pk>/again/", views.again, name="import-again"),
]
