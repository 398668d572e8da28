"""The pages of a project on site and after it, and the steps that are taken there."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts import once
from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.planning.models import Project
from jiugai.policy.actions.judging import GateShut, remember_refusal
from jiugai.web.refusing import put
from jiugai.works.actions.feeding import issue_token
from jiugai.works.panels import TABS
from jiugai.works.queries.page import PAGES
from jiugai.works.steps import STEPS, Doing, Step

# Steps whose form stands inside a row of the page: what was wrong with it is said on top.
INLINE = ("mark", "try-out", "special-move", "device-remove")


def project_of(request: HttpRequest, pk: int) -> Project:
    """Return the project in the person's scope, or 404."""
    rows = Project.objects.select_related("community__area", "lead", "organiser", "implementer")
    return find(rows, actor_of(request), pk=pk)


@require_safe
def works_page(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """Show a page."""
    return page(request, project_of(request, pk), tab)


def page(
    request: HttpRequest, project: Project, tab: str, *, bound: dict[str, Any] | None = None, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page; `bound` holds the form that came back with errors, by the name of its step."""
    actor, today = actor_of(request), timezone.localdate()
    context: dict[str, Any] = {
        "project": project,
        "tab": tab,
        "today": today,
        "steps": {step.name.replace("-", "_"): _shown(step, project, actor, bound or {}) for step in STEPS
                  if step.tab == tab},
        **(_token(request, project) if tab == "smart" else {}),
        "bounced": [{"form": bound[name]} for name in INLINE if bound and name in bound],
        **PAGES[tab](project, actor, today),
        **more,
    }  # fmt: skip
    return render(request, f"works/{tab}.html", context, status=status)


def _shown(step: Step, project: Project, actor: Actor, bound: dict[str, Any]) -> dict[str, Any]:
    form = bound.get(step.name) or step.form(project=project, auto_id=f"{step.name}-%s", initial=_start(step, actor))
    return {
        "step": step,
        "form": form,
        "open": step.name in bound,
        "answer": may(actor, step.permission, project),
        "url": reverse(f"works-{step.name}", args=[project.pk]),
    }


def _start(step: Step, actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    dates = ("checked_on", "since", "marked_on", "held_on", "answered_on", "until")
    return {name: today for name in dates if name in step.form.base_fields} | {"inspector": actor.name}


def works_step(request: HttpRequest, pk: int, step: Step) -> HttpResponse:
    """Take a step, or show what keeps it from being taken."""
    project, actor, now = project_of(request, pk), actor_of(request), timezone.now()
    require(actor, step.permission, project)
    form = step.form(request.POST, request.FILES, project=project, auto_id=f"{step.name}-%s")
    if not form.is_valid():
        return page(request, project, step.tab, bound={step.name: form}, status=422)
    try:
        words = step.act(form, Doing(project, actor, now, timezone.localdate(now)))
    except GateShut as shut:
        remember_refusal(shut=shut, actor=actor, now=now)
        return page(request, project, step.tab, bound={step.name: form}, status=409, refused=shut)
    except NotAllowed:
        raise
    except Refusal as refusal:
        put(form, refusal)
        return page(request, project, step.tab, bound={step.name: form}, status=refusal.status)
    messages.success(request, words)
    return redirect(f"works-{step.tab}", project.pk)


@require_safe
@needs(Permission.SITE_VIEW)
def works_smart(request: HttpRequest, pk: int) -> HttpResponse:
    """Show devices and readings, and a token that was just made, once."""
    project = project_of(request, pk)
    return page(request, project, "smart")


def _token(request: HttpRequest, project: Project) -> dict[str, Any]:
    return {
        "secret": once.take(request, about=f"site-feed-{project.pk}"),
        "feed_url": request.build_absolute_uri(reverse("site-feed")),
        "may_token": may(actor_of(request), Permission.SITE_RUN, project),
    }


@require_POST
@needs(Permission.SITE_RUN)
def works_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new token for the devices; the next page shows it, once."""
    project = project_of(request, pk)
    secret = issue_token(project=project, actor=actor_of(request), now=timezone.now())
    once.keep(request, about=f"site-feed-{project.pk}", secret=secret)
    return redirect("works-smart", pk)


def step_urls() -> list[URLPattern]:
    """Return the addresses of pages and steps."""
    pages = [
        path(
            f"works/<int:pk>/{name}/", needs(Permission.SITE_VIEW)(partial(works_page, tab=name)), name=f"works-{name}"
        )
        for name, _ in TABS
        if name != "smart"
    ]
    pages += [
        path("works/<int:pk>/smart/", works_smart, name="works-smart"),
        path("works/<int:pk>/token/", works_token, name="works-token"),
    ]
    steps = [
        path(
            f"works/<int:pk>/{step.name}/do/",
            needs(step.permission)(require_POST(partial(works_step, step=step))),
            name=f"works-{step.name}",
        )
        for step in STEPS
    ]
    return [*pages, *steps]
