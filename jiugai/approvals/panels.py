"""What approvals add to the page of a project, to the file of a community and to gates."""

from collections.abc import Callable, Iterable
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.approvals.models import ApprovalCase, ApprovalStep, LocalSupervision, SchemeEdition, Tender
from jiugai.approvals.phases import show_phases
from jiugai.domain.projects import Family
from jiugai.domain.schemes import SchemeKind
from jiugai.domain.stages import Line
from jiugai.planning.models import PlannerOpinion, Project, ProjectCommunity
from jiugai.planning.project_panels import ProjectLook, project_panel
from jiugai.planning.project_tabs import project_tab
from jiugai.policy.doors import mend, offer
from jiugai.registry.models import Community
from jiugai.registry.panels import LineNote, Look, line_notes


def add_to_pages() -> None:
    """Say once, at the start, what project pages, files and gates show of approvals."""
    project_panel(
        "approvals", 20, "approvals/project_panel.html", _of_project, column="left", permission=Permission.POOL_VIEW
    )
    line_notes(Line.RENOVATION, _notes)
    show_phases()
    project_tab("design", "方案和意见", "project-design", 30, Permission.POOL_VIEW)
    project_tab("approvals", "审批和招标", "project-approvals", 40, Permission.POOL_VIEW)
    project_tab("rebuild", "改建", "project-rebuild", 50, Permission.POOL_VIEW, shown=_rebuilds)
    offer("publish_tender", "办招标", _page("approvals"), permission=Permission.APPROVAL_RUN)
    mend(("t09_4", "t09_6", "t19_10", "t11_", "t19_5_drawings"), "打开方案和意见", _page("design"))
    mend(("t19_5", "t19_7", "t19_8", "t20_5", "t20_6"), "打开审批和招标", _page("approvals"))
    mend(("t19_9",), "打开方案和意见", _page("design"))
    mend(("t04_",), "打开改建登记", _page("rebuild"))


def _rebuilds(project: Project) -> bool:
    return project.type.family is Family.REBUILD


def _page(name: str) -> Callable[[Community], str]:
    """Return the address of a page of the project in question; of the form that proposes one, without any."""

    def url(home: Community) -> str:
        links = ProjectCommunity.objects.filter(community=home).exclude(project__state__in=["exited", "withdrawn"])
        key = links.order_by("-waiting", "-pk").values_list("project", flat=True).first()
        return f"/projects/{key}/{name}/" if key else f"/communities/{home.pk}/project/new/"

    return url


def _of_project(look: ProjectLook) -> dict[str, Any]:
    """Return in a line each how far design, approvals and tender are."""
    project = look.project
    newest: dict[str, SchemeEdition] = {}
    for row in SchemeEdition.objects.filter(scheme__project=project).select_related("scheme").order_by("number"):
        newest[row.scheme.kind] = row
    asked = list(PlannerOpinion.objects.filter(project=project, edition__gt=0).exclude(stage="stopped"))
    case = ApprovalCase.objects.filter(project=project, withdrawn_on__isnull=True).first()
    steps = list(ApprovalStep.objects.filter(case=case, closed_at__isnull=True)) if case else []
    return {
        "schemes": [_scheme(kind, newest.get(kind.value), asked) for kind in SchemeKind],
        "case": case,
        "steps": [step.get_step_display() for step in steps],
        "watch": LocalSupervision.objects.filter(project=project, until__isnull=True)
        .select_related("supervisor")
        .first(),
        "tender": Tender.objects.filter(project=project).order_by("-pk").first(),
        "rebuild": project.type.family is Family.REBUILD,
    }


def _scheme(kind: SchemeKind, edition: SchemeEdition | None, asked: list[Any]) -> dict[str, Any]:
    mine = [one for one in asked if edition and one.at == kind and one.edition == edition.number]
    agreed = sum(one.stage == "agreed" for one in mine)
    return {"kind": kind, "edition": edition, "agreed": agreed, "asked": len(mine)}


def _notes(look: Look) -> Iterable[LineNote]:
    """Say on the file of a community which approvals run."""
    links = ProjectCommunity.objects.filter(community=look.community).values("project")
    rows = ApprovalCase.objects.visible_to(look.actor).filter(
        project__in=links, finished_on__isnull=True, withdrawn_on__isnull=True
    )
    for case in rows.order_by("-pk")[:1]:
        days = (look.on - case.started_on).days
        yield LineNote(f"审批：{case.get_route_display()}，受理 {days} 天", f"/projects/{case.project_id}/approvals/")
