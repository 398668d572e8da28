"""Draft figures, and what they would change in a district."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.figures import typed
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.scalars import words
from jiugai.domain.stages import GATES, Gate
from jiugai.policy import figures
from jiugai.policy.actions.adopting import adopt_draft
from jiugai.policy.actions.drafting import draw_figure, drop_figure, make_draft
from jiugai.policy.comparing import compare, named
from jiugai.policy.forms.library import AdoptForm, DraftFigureForm, DraftForm
from jiugai.policy.models import DraftFigure, DraftSet
from jiugai.policy.showing import title_of
from jiugai.policy.tasks import judge_again
from jiugai.policy.views.gates import gate_named
from jiugai.policy.views.standing import area_asked
from jiugai.registry.models import Community
from jiugai.web.refusing import put


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POLICY_VIEW)
def draft_list(request: HttpRequest) -> HttpResponse:
    """List the drafts; who may manage policy opens a new one here."""
    actor = actor_of(request)
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_draft(actor=actor, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            put(form, refusal, "name")
        else:
            return redirect("draft", made.pk)
    context = {
        "drafts": DraftSet.objects.prefetch_related("figures"),
        "form": form,
        "may_manage": may(actor, Permission.POLICY_MANAGE),
    }
    return render(request, "policy/drafts.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.POLICY_VIEW)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft: its figures beside those in force, and on demand which verdicts would flip."""
    return _shown(request, find(DraftSet.objects.all(), actor_of(request), pk=pk))


@require_POST
@needs(Permission.POLICY_MANAGE)
def draft_figure(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a figure another value in the draft."""
    found = find(DraftSet.objects.all(), actor_of(request), pk=pk)
    form = DraftFigureForm(request.POST, figures=_names())
    if form.is_valid():
        try:
            draw_figure(draft=found, actor=actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "草案已改，只用于比较")
            return redirect("draft", pk)
    return _shown(request, found, form)


@require_POST
@needs(Permission.POLICY_MANAGE)
def draft_drop(request: HttpRequest, pk: int, value: int) -> HttpResponse:
    """Take a value out of the draft."""
    found = find(DraftSet.objects.all(), actor_of(request), pk=pk)
    drop_figure(draft=found, pk=value, actor=actor_of(request))
    return redirect("draft", pk)


@require_POST
@needs(Permission.POLICY_MANAGE)
def draft_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the draft in force; verdicts are made anew by the worker."""
    found = find(DraftSet.objects.all(), actor_of(request), pk=pk)
    form = AdoptForm(request.POST)
    if form.is_valid():
        try:
            adopt_draft(draft=found, actor=actor_of(request), now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            put(form, refusal, "authority")
        else:
            judge_again()
            messages.success(request, f"“{found}”已采纳施行，各区结论正在重新核对")
            return redirect("draft", pk)
    return _shown(request, found, adopt=form)


def _shown(
    request: HttpRequest, found: DraftSet, form: DraftFigureForm | None = None, adopt: AdoptForm | None = None
) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    rows = [_row(row) for row in found.figures.all()]
    context = {
        "draft": found,
        "rows": rows,
        "adopt_form": adopt or AdoptForm(),
        "form": form or DraftFigureForm(figures=_names(), initial={"since": today}),
        "may_manage": may(actor, Permission.POLICY_MANAGE),
        "gates": [gate for gate in GATES if GATE_RULES[gate.code]],
        "areas": Area.objects.filter(level=Area.Level.DISTRICT).defer("boundary").order_by("code"),
        **_compared(request, found, actor),
    }
    return render(
        request, "policy/draft.html", context, status=422 if (form and form.errors) or (adopt and adopt.errors) else 200
    )


def _row(row: DraftFigure) -> dict[str, object]:
    """Return a value of the draft beside the one in force on its day, both written alike."""
    figure = figures.current().get(row.figure)
    then = words(typed(figure, row.value), figure.unit) if row.value else ""
    return {"row": row, "figure": figure, "now": figures.current().value(row.figure, row.since), "then": then}


def _compared(request: HttpRequest, found: DraftSet, actor: Actor) -> dict[str, object]:
    code = request.GET.get("gate", "")
    if not code or not found.figures.exists():
        return {}
    gate: Gate = gate_named(code)
    area = area_asked(request)
    rows = Community.objects.visible_to(actor).current()
    if area is not None:
        rows = rows.filter(area_path__startswith=area.path)
    flips = compare(draft=found, gate=gate.code, rows=rows, on=timezone.localdate())
    rules = [{"rule": rule, "title": title_of(rule), "n": n} for rule, n in flips.by_rule.items()]
    return {
        "gate": gate,
        "area": area,
        "flips": flips,
        "rules": rules,
        "opens": named(flips.opens, rows),
        "shuts": named(flips.shuts, rows),
    }


def _names() -> list[tuple[str, str]]:
    return [(one.name, f"{one.label}（{one.clause}）") for one in figures.current()]
