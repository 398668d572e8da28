"""All addresses of the product, one line per part."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jiugai.web.urls")),
    path("", include("jiugai.accounts.urls")),
    path("", include("jiugai.config.api")),
    path("", include("jiugai.registry.urls.map")),
    path("", include("jiugai.registry.urls.lists")),
    path("", include("jiugai.registry.urls.file")),
    path("", include("jiugai.registry.urls.documents")),
    path("", include("jiugai.registry.urls.imports")),
    path("", include("jiugai.registry.urls.duplicates")),
    path("", include("jiugai.matters.urls")),
    path("", include("jiugai.offline.urls")),
    path("", include("jiugai.checkup.urls")),
    path("", include("jiugai.governance.urls")),
    path("", include("jiugai.streetworks.urls")),
    path("", include("jiugai.planning.urls")),
    path("", include("jiugai.ledger.urls")),
    path("", include("jiugai.approvals.urls")),
    path("", include("jiugai.pipes.urls")),
    path("", include("jiugai.works.urls")),
    path("", include("jiugai.assessment.urls")),
    path("", include("jiugai.policy.urls.timeline")),
    path("", include("jiugai.policy.urls.gates")),
    path("", include("jiugai.policy.urls.library")),
]

handler400 = "jiugai.web.problems.bad_request"
handler403 = "jiugai.web.problems.forbidden"
handler404 = "jiugai.web.problems.not_found"
handler500 = "jiugai.web.problems.server_error"
