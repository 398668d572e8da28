"""Middleware that knows nothing of our models: request numbers, content security, refusals as pages."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from jiugai.domain.errors import Refusal
from jiugai.web import problems
from jiugai.web.metrics import observe
from jiugai.web.request_id import numbered

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Give each request a number, show it in a header, and measure how long the answer took."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Wrap the request."""
        with numbered() as number, observe(request) as seen:
            response = self.get_response(request)
            seen.status = response.status_code
        response.headers["X-Request-Id"] = number
        return response


class ContentSecurityMiddleware:
    """Let scripts and styles come only from ourselves or carry this page's nonce."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Wrap the request."""
        nonce = secrets.token_urlsafe(12)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(nonce))
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        return response


def _policy(nonce: str) -> str:
    """Build the header. Style attributes stay allowed: bars and map panels set sizes that way.

    MapLibre starts its worker from a blob.
    """
    tiles = getattr(settings, "BASEMAP_ORIGIN", "")
    return (
        "default-src 'self'; "
        f"script-src 'self' 'nonce-{nonce}'; "
        f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
        f"img-src 'self' data: blob: {tiles}; font-src 'self'; connect-src 'self' {tiles}; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class ApiErrorsMiddleware:
    """Answer every error below /api/ as a problem document, also those that Django words by itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Replace plain answers, keeping headers such as Allow."""
        response = self.get_response(request)
        plain = "json" not in response.headers.get("Content-Type", "")
        if response.status_code < 400 or not plain or not request.path.startswith("/api/"):
            return response
        problem = problems.answer(request, response.status_code, {"message": response.reason_phrase})
        if "Allow" in response.headers:
            problem.headers["Allow"] = response.headers["Allow"]
        return problem


class RefusalMiddleware:
    """Turn an anticipated failure into a page, fragment or problem document with the right status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass through; the work is in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a Refusal; leave everything else to Django's 404, 403 and 500 handling."""
        if isinstance(exception, Refusal):
            log.info("refused %s: %s", exception.code, exception.message)
            return problems.refused(request, exception)
        if isinstance(exception, DataError) and "NUL" in str(exception):
            log.info("refused a NUL character")
            return problems.refused(request, Refusal("里面有看不见的空字符（NUL）", remedy="删掉重新输入，再试一次"))
        return None
