"""Addresses of the documents pages."""

from django.urls import URLPattern, path

from jiugai.registry.views import documents

urlpatterns: list[URLPattern] = [
    path("communities/<int:pk>/documents/", documents.community_documents, name="community-documents"),
    path("communities/<int:pk>/documents/new/", documents.document_new, name="document-new"),
    path("documents/<int:pk>/", documents.document_file, name="document-file"),
    path("documents/<int:pk>/open/", documents.document_open, name="document-open"),
    path("documents/<int:pk>/open/<int:number>/", documents.document_open, name="document-open-version"),
    path("documents/<int:pk>/versions/", documents.document_version, name="document-version"),
    path("documents/<int:pk>/withdraw/", documents.document_withdraw, name="document-withdraw"),
]
