"""The API: its routers, its document, and every failure as a problem of RFC 9457."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from jiugai.accounts.api_auth import BySession, ByToken
from jiugai.accounts.guard import public
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.matters import api as matters
from jiugai.policy.api import gates
from jiugai.registry.api import layers, places, register
from jiugai.web import problems

VERSION = "1.0.0"
PROBLEM = "application/problem+json"
DESCRIPTION = (
    "Reads the register of old communities and its map layers. What you see depends on the role and area of your "
    "token; personal data never comes out here. Every error is a problem document (RFC 9457)."
)


class Api(NinjaAPI):
    """Ninja's API whose document names the media type of errors."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the OpenAPI 3.1 document."""
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                _say_problem(operation["responses"])
        return schema


def _say_problem(responses: dict[Any, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {PROBLEM: response["content"]["application/json"]}


api = Api(
    title="旧改",
    version=VERSION,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api-v1",
    auth=[ByToken(), BySession()],
)
PARTS: tuple[Any, ...] = (register, places, layers, matters, gates)
for part in PARTS:
    api.add_router("", part.router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, exc: Refusal) -> HttpResponse:
    """Answer an anticipated failure."""
    response = problems.refused(request, exc)
    if exc.status == 429:
        response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(Http404)
def missing(request: HttpRequest, exc: Http404) -> HttpResponse:
    """Answer 404, also for what lies outside the caller's area."""
    return problems.answer(request, 404, {"message": "没有这个对象，或者不在您的辖区内"})


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, exc: HttpError) -> HttpResponse:
    """Answer ninja's own errors; 401 says how to come in."""
    words = {401: "请带上有效的接口令牌，或先登录"}.get(exc.status_code, str(exc))
    response = problems.answer(request, exc.status_code, {"message": words})
    if exc.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="jiugai"'
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Answer parameters that do not fit, one line each."""
    details = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in exc.errors]
    return problems.answer(request, 422, {"message": "参数不对", "details": details, "remedy": "按接口说明改参数"})


@public
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show the document as a page."""
    schema = api.get_openapi_schema()
    return render(request, "config/api.html", {"schema": schema, "operations": _operations(schema)})


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        operation | {"path": address, "method": method.upper(), "parameters": _parameters(operation, schema)}
        for address, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]


def _parameters(operation: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    known = schema["components"]["schemas"]
    return [
        p | {"values": allowed_values(p["schema"], known), "words": p["schema"].get("description", "")}
        for p in operation["parameters"]
    ]


def allowed_values(schema: dict[str, Any], known: dict[str, Any]) -> str:
    """Say in one line what a parameter may be."""
    variants = [s for s in schema.get("anyOf", [schema]) if s.get("type") != "null"]
    schema = variants[0] if variants else schema
    if "$ref" in schema:
        schema = known[schema["$ref"].rsplit("/", 1)[-1]]
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    limits = [f"{sign} {schema[key]}" for key, sign in (("minimum", "≥"), ("maximum", "≤")) if key in schema]
    return " ".join([schema.get("type", ""), *limits, schema.get("pattern", "")]).strip()


def _rights_of(part: Any) -> list[tuple[str, Permission]]:
    right = getattr(part, "PERMISSION", Permission.REGISTER_VIEW)
    views = part.router.path_operations.values()
    return [(operation.view_func.__name__, right) for view in views for operation in view.operations]


def _with_rights() -> tuple[list[URLPattern | URLResolver], str, str]:
    """Give ninja's views the mark that every view of ours carries: public document, everything else by right.

    A part names its right by `PERMISSION`; without one it is that of the register.
    """
    patterns, app, namespace = api.urls
    rights = {name: right for part in PARTS for name, right in _rights_of(part)}
    for one in patterns:
        if isinstance(one, URLPattern):
            callback: Any = one.callback
            callback.permission = None if one.name in {"openapi-json", "api-root"} else rights[one.name or ""]
    return patterns, app, namespace


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", reference, name="api"),
    path("api/v1/", _with_rights()),
]
