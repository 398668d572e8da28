"""Addresses of the duplicates pages."""

from django.urls import URLPattern, path, re_path

from jiugai.registry.views import duplicates as views

urlpatterns: list[URLPattern] = [
    path("duplicates/", views.duplicate_list, name="duplicate-list"),
    path("duplicates/<int:pk>/", views.duplicate_pair, name="duplicate-pair"),
    re_path(r"^duplicates/(?P<pk>\d+)/(?P<what>merge|apart|split)/$", views.duplicate_decide, name="duplicate-decide"),
]
