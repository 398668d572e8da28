"""Endpoints for watchers and search engines."""

import os
from ipaddress import ip_address

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from jiugai.accounts import health
from jiugai.accounts.guard import public
from jiugai.accounts.throttle import client_address
from jiugai.domain.errors import NotAllowed


@public
@transaction.non_atomic_requests
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs, whatever the database does."""
    return JsonResponse({"status": "ok"})


@public
@transaction.non_atomic_requests
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether requests and jobs can be served now: 200 or 503."""
    checks = health.checks(now=timezone.now())
    fine = all(result == "ok" for result in checks.values())
    body = {"status": "ok" if fine else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if fine else 503)


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters in Prometheus' format, for this machine or with the token of JIUGAI_METRICS_TOKEN."""
    if not (_from_here(request) or _has_token(request)):
        raise NotAllowed("指标只给本机和持令牌的监控系统")
    body = generate_latest(_process_registry()) + generate_latest(health.JOBS)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep search engines out: this is a work platform."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


def _process_registry() -> CollectorRegistry:
    """Return this process's counters, or those of all when they write to a common directory."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _from_here(request: HttpRequest) -> bool:
    """Tell whether the request comes from this machine; a proxy in between would make every visitor local."""
    address = client_address(request)
    return "X-Forwarded-For" not in request.headers and address is not None and ip_address(address).is_loopback


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, settings.METRICS_TOKEN)
