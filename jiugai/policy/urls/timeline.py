"""Address of one occurrence and its chain."""

from django.urls import URLPattern, path

from jiugai.policy.views import timeline

urlpatterns: list[URLPattern] = [path("occurrences/<int:pk>/", timeline.occurrence, name="occurrence")]
