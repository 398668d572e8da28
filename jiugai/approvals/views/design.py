"""The page 方案 of a project, and what is done on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.models import Organisation, User
from jiugai.accounts.permissions import Permission
from jiugai.accounts.roles import Role
from jiugai.approvals import sheets
from jiugai.approvals.actions.architects import Architect, name_architect, sign_off
from jiugai.approvals.actions.joining import Part, join_acceptance
from jiugai.approvals.actions.reviewing import add_finding, close_finding, send_to_review, standing_edition
from jiugai.approvals.actions.submitting import Draft, submit_scheme
from jiugai.approvals.forms import ArchitectForm, CloseForm, FindingForm, PartForm, ReviewForm, SchemeForm, SignForm
from jiugai.approvals.models import DrawingFinding, DrawingReview, SchemeEdition
from jiugai.approvals.queries.design import show
from jiugai.approvals.views.common import project_of
from jiugai.domain.design_standards import measures
from jiugai.domain.schemes import SchemeKind
from jiugai.planning.forms import today_of
from jiugai.planning.models import Project
from jiugai.web.downloads import disposition
from jiugai.web.refusing import tried

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs(Permission.POOL_VIEW)
def project_design(request: HttpRequest, pk: int) -> HttpResponse:
    """Show schemes, opinions, drawing review, architect and the planner's part in acceptance."""
    return _page(request, project_of(request, pk))


def _page(request: HttpRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    companies = Organisation.objects.filter(kind=Organisation.Kind.COMPANY).order_by("name")
    forms: dict[str, Any] = {
        "scheme_form": SchemeForm(), "sign_form": SignForm(), "part_form": PartForm(), "finding_form": FindingForm(),
        "close_form": CloseForm(), "review_form": ReviewForm(bodies=companies),
        "architect_form": ArchitectForm(bodies=companies, users=_with_role(Role.ARCHITECT)),
    }  # fmt: skip
    today_of(forms["architect_form"], today, "since")
    today_of(forms["part_form"], today, "took_part_on")
    shown = show(project, actor=actor, on=today)
    context = {"o": shown, "project": project, "tab": "design", **forms, **more}
    return render(request, "approvals/design.html", context, status=status)


def _with_role(role: Role) -> Any:
    rows = User.objects.get_queryset().filter(memberships__role=role, is_active=True)
    return rows.distinct().order_by("display_name")


def _done(request: HttpRequest, project: Project, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("project-design", project.pk)


@require_POST
@needs(Permission.SCHEME_SUBMIT)
def scheme_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit the next edition of a scheme; both planners are asked."""
    project, form = project_of(request, pk), SchemeForm(request.POST, request.FILES)
    made = tried(form, lambda clean: _submit(project, clean, request))
    if made is None:
        return _page(request, project, status=422, scheme_form=form)
    return _done(request, project, f"已报送{made}，已送请区总责任规划师和街道责任规划师出具意见")


def _submit(project: Project, clean: dict[str, Any], request: HttpRequest) -> SchemeEdition:
    today = timezone.localdate()
    rows = (
        sheets.rows_of(clean["sheet"], sheets.ITEM_HEADS)
        if clean["sheet"]
        else sheets.lines_of(clean["lines"], sheets.ITEM_HEADS)
    )
    draft = Draft(
        kind=SchemeKind(clean["kind"]), items=sheets.read(rows, sheets.item_parser(today)), upload=clean["upload"],
        reference=clean["reference"], summary=clean["summary"], change=clean["change"], after=clean["after"],
    )  # fmt: skip
    return submit_scheme(project=project, draft=draft, actor=actor_of(request), now=timezone.now(), on=today)


@require_safe
@needs(Permission.POOL_VIEW)
def scheme_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the items of a scheme as a workbook that can be changed and submitted again."""
    project, today = project_of(request, pk), timezone.localdate()
    wanted = request.GET.get("kind", SchemeKind.PROJECT.value)
    kind = SchemeKind(wanted) if wanted in set(SchemeKind) else SchemeKind.PROJECT
    edition = standing_edition(project, kind)
    items = sheets.item_rows(edition.items.all(), today) if edition else ()
    notes = ["“指标”可用：", *measures(today).values()]
    return xlsx(sheets.workbook("改造项目", sheets.ITEM_HEADS, items, notes), f"{project.code}_{kind.label}.xlsx")


def xlsx(content: bytes, name: str) -> HttpResponse:
    """Hand out a workbook."""
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = disposition(name)
    return response


@require_POST
@needs(Permission.SCHEME_SUBMIT)
def architect_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an architect in charge."""
    project = project_of(request, pk)
    companies = Organisation.objects.filter(kind=Organisation.Kind.COMPANY).order_by("name")
    form = ArchitectForm(request.POST, bodies=companies, users=_with_role(Role.ARCHITECT))
    made = tried(
        form,
        lambda clean: name_architect(
            project=project, architect=Architect(**clean), actor=actor_of(request), on=timezone.localdate()
        ),
    )
    if made is None:
        return _page(request, project, status=422, architect_form=form)
    return _done(request, project, f"责任建筑师：{made.name}，{made.organisation}")


@require_POST
@needs(Permission.DESIGN_SIGN)
def design_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for the edition that stands."""
    project, form = project_of(request, pk), SignForm(request.POST)
    made = tried(
        form,
        lambda clean: sign_off(
            edition=_edition(project, clean["edition"]), subject=clean["subject"], statement=clean["statement"],
            actor=actor_of(request), on=timezone.localdate(),
        ),
    )  # fmt: skip
    if made is None:
        return _page(request, project, status=422, sign_form=form)
    return _done(request, project, f"已签署：{made.get_subject_display()}")


def _edition(project: Project, pk: int) -> SchemeEdition:
    found = SchemeEdition.objects.filter(pk=pk, scheme__project=project).select_related("scheme__project").first()
    if found is None:
        raise Http404
    return found


@require_POST
@needs(Permission.SCHEME_SUBMIT)
def review_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send drawings to review."""
    project = project_of(request, pk)
    companies = Organisation.objects.filter(kind=Organisation.Kind.COMPANY).order_by("name")
    form = ReviewForm(request.POST, bodies=companies)
    made = tried(
        form,
        lambda clean: send_to_review(project=project, actor=actor_of(request), now=timezone.now(), **clean),
    )
    if made is None:
        return _page(request, project, status=422, review_form=form)
    return _done(request, project, f"已送{made.owner}审查，到 {made.due_on:%Y-%m-%d}")


@require_POST
@needs(Permission.DRAWING_REVIEW)
def finding_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a finding of a review."""
    project, form = project_of(request, pk), FindingForm(request.POST)
    made = tried(form, lambda clean: _add(project, clean, request))
    if made is None:
        return _page(request, project, status=422, finding_form=form)
    return _done(request, project, f"已登记第 {made.number} 个问题")


def _add(project: Project, clean: dict[str, Any], request: HttpRequest) -> DrawingFinding:
    review = DrawingReview.objects.filter(pk=clean.pop("review"), project=project).first()
    if review is None:
        raise Http404
    return add_finding(review=review, actor=actor_of(request), **clean)


@require_POST
@needs(Permission.DRAWING_REVIEW)
def finding_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a finding."""
    project, form = project_of(request, pk), CloseForm(request.POST)
    made = tried(form, lambda clean: _close(project, clean, request))
    if made is None:
        return _page(request, project, status=422, close_form=form)
    return _done(request, project, f"第 {made.number} 个问题已销项")


def _close(project: Project, clean: dict[str, Any], request: HttpRequest) -> DrawingFinding:
    rows = DrawingFinding.objects.select_related("review").filter(pk=clean["finding"], review__project=project)
    finding = rows.first()
    if finding is None:
        raise Http404
    return close_finding(finding=finding, answer=clean["answer"], actor=actor_of(request), on=timezone.localdate())


@require_POST
@needs(Permission.OPINION_GIVE)
def acceptance_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the planner's part in an acceptance."""
    project, form = project_of(request, pk), PartForm(request.POST)
    made = tried(
        form,
        lambda clean: join_acceptance(
            project=project, part=Part(**clean), actor=actor_of(request), now=timezone.now(), on=timezone.localdate()
        ),
    )
    if made is None:
        return _page(request, project, status=422, part_form=form)
    return _done(request, project, f"已登记参加{made.get_acceptance_display()}")
