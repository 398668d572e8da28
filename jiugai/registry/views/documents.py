"""Documents of a community: list, filing, one document, its file, withdrawing."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.documents import add_version, file_document, open_version, withdraw_document
from jiugai.registry.forms.people import DocumentForm, VersionForm
from jiugai.registry.models import Document
from jiugai.registry.queries.documents import is_shared_access, readable, shelf
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.downloads import disposition
from jiugai.web.refusing import put

SHOWN_IN_PAGE = {"application/pdf", "image/png", "image/jpeg", "image/webp"}


@require_safe
@needs(Permission.REGISTER_VIEW)
def community_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """List the documents of a community that the person may read."""
    community, actor = community_of(request, pk), actor_of(request)
    context = {
        "shelf": shelf(community, actor=actor, on=timezone.localdate()),
        "may_upload": may(actor, Permission.DOCUMENT_UPLOAD, community),
    }
    return page(request, community, "community-documents", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.DOCUMENT_UPLOAD)
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """File a document."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.DOCUMENT_UPLOAD, community)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filed = file_document(community=community, actor=actor, on=timezone.localdate(), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(request, f"已归档“{filed.document.title}”")
            if filed.twins:
                messages.warning(request, f"内容和“{filed.twins[0].title}”相同，两份都留着；不需要的可以作废")
            return redirect("community-documents", community.pk)
    context = {"form": form, "community": community}
    return render(request, "registry/file/document_new.html", context, status=422 if form.errors else 200)


def _document(request: HttpRequest, pk: int) -> Document:
    """Return a document in scope that the person may read; otherwise 404, as if it were not there."""
    actor = actor_of(request)
    rows = Document.objects.filter(readable(actor, on=timezone.localdate()))
    return find(rows.select_related("community", "organisation"), actor, pk=pk)


@require_safe
@needs(Permission.DOCUMENT_VIEW)
def document_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one document with its versions."""
    document, actor = _document(request, pk), actor_of(request)
    require(actor, Permission.DOCUMENT_VIEW, document)
    return _shown(request, document)


def _shown(request: HttpRequest, document: Document, *, form: VersionForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    own = document.organisation_id in (None, actor.organisation_id)
    context = {
        "document": document,
        "versions": document.versions.order_by("-number"),
        "shared": is_shared_access(document, actor),
        "may_change": own and document.withdrawn_at is None and may(actor, Permission.DOCUMENT_UPLOAD, document),
        "form": form or VersionForm(),
    }
    return render(request, "registry/file/document.html", context, status=422 if form and form.errors else 200)


@require_safe
@needs(Permission.DOCUMENT_VIEW)
def document_open(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponseBase:
    """Send a file, after scope, sharing and right were checked; each opening is logged."""
    document, actor = _document(request, pk), actor_of(request)
    require(actor, Permission.DOCUMENT_VIEW, document)
    opened = open_version(document=document, number=number, actor=actor)
    kind = opened.version.content_type
    inline = kind in SHOWN_IN_PAGE and "save" not in request.GET
    response = FileResponse(opened.path.open("rb"), content_type=kind)
    way = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = disposition(opened.version.file_name, way=way)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    # A file is shown, not run: no script of it may reach us, whatever it contains.
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    )
    return response


@require_POST
@needs(Permission.DOCUMENT_UPLOAD)
def document_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a newer version on top."""
    document = _document(request, pk)
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            version = add_version(
                document=document,
                upload=form.cleaned_data["upload"],
                actor=actor_of(request),
                on=timezone.localdate(),
            )
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            put(form, refusal, "upload")
        else:
            messages.success(request, f"已加第 {version.number} 版，旧版还可以打开")
            return redirect("document-file", pk)
    return _shown(request, document, form=form)


@require_POST
@needs(Permission.DOCUMENT_UPLOAD)
def document_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a document as withdrawn, with the reason."""
    document = _document(request, pk)
    withdraw_document(document=document, actor=actor_of(request), reason=reason_of(request))
    messages.success(request, f"“{document.title}”已作废，记录保留")
    return redirect("community-documents", document.community_id)
