"""Addresses of pipes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
