"""Addresses of the map pages."""

from django.urls import URLPattern, path

from jiugai.registry.views import tiles

urlpatterns: list[URLPattern] = [
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
]
