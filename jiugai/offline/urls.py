"""Addresses of the phone page and of photos."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.offline.tables import REFUSED
from jiugai.offline.views import page, talking

urlpatterns: list[URLPattern] = [
    path("phone/", page.shell, name="phone"),
    path("phone/app.webmanifest", page.manifest, name="phone-manifest"),
    path("phone/worker.js", page.worker, name="phone-worker"),
    path("phone/session/", talking.session, name="phone-session"),
    path("phone/communities/", talking.communities, name="phone-communities"),
    path("phone/packs/<int:pk>/", talking.pack, name="phone-pack"),
    path("phone/sync/", talking.sync, name="phone-sync"),
    path("phone/photos/", talking.photo, name="phone-photo"),
    *list_urls(REFUSED, "phone-refused/", Permission.MATTER_VIEW),
    path("photos/<int:pk>/", talking.photo_open, name="photo-open"),
]
