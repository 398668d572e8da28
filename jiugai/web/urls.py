"""Addresses without a model behind them."""

from django.urls import URLPattern, path

from jiugai.web import views

urlpatterns: list[URLPattern] = [
    path("gallery/", views.gallery, name="gallery"),
]
