"""Pages without a model behind them."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jiugai.web.gallery import sample


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with made-up material; not there in production."""
    if not settings.DEMO:
        raise Http404
    return render(request, "web/gallery.html", sample())


gallery.permission = None  # type: ignore[attr-defined]  # open on purpose: it shows nothing real
