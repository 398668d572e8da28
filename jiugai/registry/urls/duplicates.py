"""Addresses of the duplicates pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
