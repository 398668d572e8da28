"""The policy library."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.policy.actions.collecting import NewPolicy, NewVersion, add_policy, add_version, link_policy
from jiugai.policy.forms.library import LinkForm, PolicyForm, VersionForm
from jiugai.policy.linking import target
from jiugai.policy.models import PolicyDocument
from jiugai.registry.uploads import place_of
from jiugai.web.downloads import disposition
from jiugai.web.refusing import put

VERSION_FIELDS = ("label", "source", "issued_on", "since", "until", "note")
POLICY_FIELDS = ("title", "number", "issuer", "level", "summary")


@require_safe
@needs(Permission.POLICY_VIEW)
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a document: versions, and what it governs."""
    return _shown(request, find(PolicyDocument.objects.all(), actor_of(request), pk=pk))


def _shown(
    request: HttpRequest, found: PolicyDocument, version: VersionForm | None = None, link: LinkForm | None = None
) -> HttpResponse:
    context = {
        "policy": found,
        "versions": list(found.versions.all()),
        "targets": [target(one) for one in found.links.all()],
        "may_manage": may(actor_of(request), Permission.POLICY_MANAGE),
        "version_form": version or VersionForm(),
        "link_form": link or LinkForm(),
        "today": timezone.localdate(),
    }
    wrong = bool((version and version.errors) or (link and link.errors))
    return render(request, "policy/policy.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POLICY_MANAGE)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Take a document into the library."""
    form = PolicyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            made = add_policy(
                new=NewPolicy(**{name: clean[name] for name in POLICY_FIELDS}),
                version=NewVersion(**{name: clean[name] for name in VERSION_FIELDS}),
                actor=actor_of(request),
                now=timezone.now(),
                upload=clean["upload"],
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已收录《{made.title}》")
            return redirect("policy", made.pk)
    return render(request, "policy/policy_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@needs(Permission.POLICY_MANAGE)
def policy_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a version."""
    found = find(PolicyDocument.objects.all(), actor_of(request), pk=pk)
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        clean = form.cleaned_data
        new = NewVersion(**{name: clean[name] for name in VERSION_FIELDS})
        try:
            add_version(document=found, new=new, actor=actor_of(request), now=timezone.now(), upload=clean["upload"])
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已加版次“{new.label}”")
            return redirect("policy", pk)
    return _shown(request, found, version=form)


@require_POST
@needs(Permission.POLICY_MANAGE)
def policy_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the document governs."""
    found = find(PolicyDocument.objects.all(), actor_of(request), pk=pk)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            link_policy(document=found, actor=actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "已关联")
            return redirect("policy", pk)
    return _shown(request, found, link=form)


@require_safe
@needs(Permission.POLICY_VIEW)
def policy_file(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """Hand out the file of a version."""
    found = find(PolicyDocument.objects.all(), actor_of(request), pk=pk)
    version = found.versions.filter(pk=number).exclude(file="").first()
    if version is None or not place_of(version.file).is_file():
        raise Http404
    response = FileResponse(place_of(version.file).open("rb"), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = disposition(version.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
