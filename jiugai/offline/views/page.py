"""The installable page itself: shell, manifest, service worker. None of them holds a person's data."""

import json

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import logged_in, public
from jiugai.offline.files import ASSETS, CORE, MODULES, version
from jiugai.offline.types import all_types

NAME = "旧改手机填报"


@require_safe
@logged_in
def shell(request: HttpRequest) -> HttpResponse:
    """Show the page, which draws itself from what the phone keeps."""
    modules = [static(kind.module) for kind in all_types() if kind.module]
    return render(request, "offline/shell.html", {"modules": list(dict.fromkeys(modules)), "name": NAME})


@require_safe
@public
def manifest(request: HttpRequest) -> JsonResponse:
    """Tell the phone how to install the page."""
    icon = {"src": static("offline/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    about = {
        "name": NAME,
        "short_name": "旧改填报",
        "lang": "zh-CN",
        "id": reverse("phone"),
        "start_url": reverse("phone"),
        "scope": reverse("phone"),
        "display": "standalone",
        "background_color": "#f5f6f7",
        "theme_color": "#0f2238",
        "icons": [icon],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@require_safe
@public
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, with the list of files to keep and a version that changes with any of them."""
    path = finders.find(CORE)
    with open(str(path), encoding="utf-8") as file:  # noqa: PTH123 - a path found by Django
        code = file.read()
    kinds = [static(name) for kind in all_types() for name in (kind.module, *kind.assets) if name]
    files = list(dict.fromkeys([*(static(name) for name in (*ASSETS, *MODULES)), *kinds]))
    head = {"version": version(), "shell": reverse("phone"), "files": [*files, reverse("phone-manifest")]}
    script = f"const KEEP = {json.dumps(head)};\n{code}"
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
