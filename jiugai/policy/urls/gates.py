"""Addresses of gates: of one community, of a district, and of past verdicts."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.policy.tables import VERDICTS, WAIVERS
from jiugai.policy.views import decisions, evidence, gates, standing

urlpatterns: list[URLPattern] = [
    path("communities/<int:pk>/gates/", gates.community_gates, name="community-gates"),
    path("communities/<int:pk>/gates/<slug:gate>/", gates.community_gate, name="community-gate"),
    path("communities/<int:pk>/gates/<slug:gate>/judge/", gates.community_judge, name="community-judge"),
    path("communities/<int:pk>/gates/<slug:gate>/waive/", gates.waiver_new, name="waiver-new"),
    path("communities/<int:pk>/evidence/", evidence.community_evidence, name="community-evidence"),
    path("communities/<int:pk>/evidence/new/", evidence.evidence_new, name="evidence-new"),
    path("evidence/<int:pk>/withdraw/", evidence.evidence_withdraw, name="evidence-withdraw"),
    *list_urls(WAIVERS, "waivers/", Permission.GATE_VIEW),
    path("waivers/<int:pk>/", gates.waiver, name="waiver"),
    path("waivers/<int:pk>/end/", gates.waiver_end, name="waiver-end"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    *list_urls(VERDICTS, "verdicts/", Permission.GATE_VIEW),
    path("gates/", standing.gate_list, name="gate-list"),
    path("gates/<slug:gate>/", standing.gate_table, name="gate-table"),
    path("gates/<slug:gate>/export/", standing.gate_export, name="gate-export"),
]
