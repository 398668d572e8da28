"""Addresses of the file pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
