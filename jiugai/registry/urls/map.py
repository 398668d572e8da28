"""Addresses of the map pages."""

from django.urls import URLPattern, path

from jiugai.registry.views import map as views
from jiugai.registry.views import points, tiles

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("login/points.json", points.login_points, name="login-points"),
    path("map/", views.page, name="map"),
    path("map/side/", views.side, name="map-side"),
    path("map/counts/", views.counts, name="map-counts"),
    path("map/extent/", views.extent, name="map-extent"),
    path("map/card/<int:pk>/", views.card, name="map-card"),
    path("map/export/", views.export, name="map-export"),
    path("map/saved/", views.save, name="map-save"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
]
