"""Pages for what went wrong: refusals in words, unforeseen failures as an incident number."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from jiugai.domain.errors import Conflict, Refusal
from jiugai.web.request_id import current_request_id

log = logging.getLogger(__name__)

HEADINGS = {
    400: "没有办成",
    401: "请先登录",
    403: "您没有这项权限",
    404: "没有找到",
    405: "这个地址不能这样用",
    409: "已经有人先改了",
    413: "文件太大",
    422: "填的内容不对",
    429: "请求太密",
    500: "系统出了问题",
}
NOT_YET = "现在还不能办"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer an anticipated failure as page, htmx fragment or problem document."""
    context = {
        "message": refusal.message,
        "where": refusal.where,
        "clause": refusal.clause,
        "remedy": refusal.remedy,
        "details": refusal.details,
    }
    if refusal.status == 409 and not isinstance(refusal, Conflict):  # nobody was faster: something is still missing
        context["heading"] = NOT_YET
    return answer(request, refusal.status, context, code=refusal.code)


def answer(request: HttpRequest, status: int, context: dict[str, Any], *, code: str = "about:blank") -> HttpResponse:
    """Render `web/problem.html` (a fragment for htmx), or problem+json for the API (RFC 9457)."""
    context = {"status": status, "heading": HEADINGS.get(status, "没有办成"), **context}
    if _wants_json(request):
        return _problem_json(status, context, code)
    htmx = request.headers.get("HX-Request") == "true"
    template = "web/problem_fragment.html" if htmx else "web/problem.html"
    return render(request, template, context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accept and "html" not in accept)


def _problem_json(status: int, context: dict[str, Any], code: str) -> JsonResponse:
    body = {
        "type": code,
        "title": context["heading"],
        "status": status,
        "detail": context.get("message", ""),
        "instance": current_request_id(),
    }
    extra = {k: context[k] for k in ("where", "clause", "remedy", "details") if context.get(k)}
    return JsonResponse(body | extra, status=status, content_type="application/problem+json")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also what an outsider gets, so that nothing tells whether the object exists."""
    context = {
        "message": "这个页面不存在，或者不在您的辖区内",
        "remedy": "核对网址，或从一张图、小区列表里找",
    }
    return answer(request, 404, context)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the reason the permission gave."""
    return answer(request, 403, {"message": str(exception) or "您的角色不能做这件事"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for requests that do not parse."""
    return answer(request, 400, {"message": "提交的内容读不出来", "remedy": "返回上一页重新提交"})


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing about the inside, only the number under which it was logged."""
    number = current_request_id()
    log.error("incident %s at %s", number, request.path, exc_info=True)
    context = {
        "message": f"事件编号 {number}",
        "incident": number,
        "remedy": "您填的内容没有写入。请把事件编号告诉管理员，稍后再试",
    }
    return answer(request, 500, context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from another site."""
    log.warning("csrf refused: %s", reason)
    context = {"message": "页面开得太久或登录已变，没有提交", "remedy": "刷新页面后重新提交"}
    return answer(request, 403, context)
