"""Addresses of the file pages."""

from django.urls import URLPattern, path, re_path

from jiugai.registry.views import assigning, building, facts, file, people, registering, units

KIND = r"^(?P<kind>communities|buildings)/(?P<pk>\d{1,18})/"

urlpatterns: list[URLPattern] = [
    path("communities/new/", registering.community_new, name="community-new"),
    path("communities/<int:pk>/", file.community_file, name="community-file"),
    path("communities/<int:pk>/history/", file.community_history, name="community-history"),
    path("communities/<int:pk>/area/", assigning.community_area, name="community-area"),
    path("communities/<int:pk>/withdraw/", registering.community_withdraw, name="community-withdraw"),
    path("communities/<int:pk>/buildings/", building.community_buildings, name="community-buildings"),
    path("communities/<int:pk>/buildings/new/", building.building_new, name="building-new"),
    path("communities/<int:pk>/units/", units.community_units, name="community-units"),
    path("communities/<int:pk>/people/", people.community_people, name="community-people"),
    path("communities/<int:pk>/people/new/", people.contact_new, name="contact-new"),
    path("contacts/<int:pk>/edit/", people.contact_edit, name="contact-edit"),
    path("contacts/<int:pk>/end/", people.contact_end, name="contact-end"),
    path("contacts/<int:pk>/reveal/", people.contact_reveal, name="contact-reveal"),
    path("buildings/<int:pk>/", building.building_file, name="building-file"),
    path("buildings/<int:pk>/withdraw/", building.building_withdraw, name="building-withdraw"),
    path("buildings/<int:pk>/entrances/", building.entrances_add, name="entrances-add"),
    path("buildings/<int:pk>/holdings/", building.holding_save, name="holding-save"),
    path("holdings/<int:pk>/remove/", building.holding_remove, name="holding-remove"),
    path("dwellings/<int:pk>/edit/", building.dwelling_edit, name="dwelling-edit"),
    path("units/", units.unit_list, name="unit-list"),
    path("units/new/", units.unit_new, name="unit-new"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit-edit"),
    re_path(KIND + r"facts/(?P<field>[a-z_]{1,40})/edit/$", facts.fact_edit, name="fact-edit"),
    re_path(KIND + r"values/(?P<value>\d{1,18})/withdraw/$", facts.value_withdraw, name="value-withdraw"),
]
