"""Addresses of works."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
