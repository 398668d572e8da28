"""Addresses of log-in, people, organisations, log, jobs, health."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
