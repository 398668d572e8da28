"""What works adds to the file of a community and to the page of a project, and where its gates are passed."""

from collections.abc import Iterable
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.projects import BUILT, State
from jiugai.domain.stages import Line
from jiugai.planning.models import Project
from jiugai.planning.project_panels import ProjectLook, project_panel
from jiugai.planning.project_tabs import project_tab
from jiugai.policy.doors import mend, offer
from jiugai.registry.models import Community
from jiugai.registry.panels import LineNote, Look, StageNote, line_notes, panel, stage_notes
from jiugai.works.models import Completion, SiteCheck, SiteFinding, SiteRisk, SpecialAcceptance

# The pages of works, by the name of their address.
TABS = (
    ("site", "现场"), ("acceptance", "验收"), ("warranty", "质保"), ("smart", "智慧工地"), ("methods", "图集与四新"),
)  # fmt: skip
AFTER_START = (State.ON_SITE, *BUILT)


def add_to_files() -> None:
    """Say once, at the start, what file and project show of works."""
    panel(
        "works",
        "施工和验收",
        32,
        "works/file_panel.html",
        of_community,
        column="right",
        permission=Permission.SITE_VIEW,
    )
    project_panel("works", 40, "works/project_panel.html", of_project, column="right", permission=Permission.SITE_VIEW)
    line_notes(Line.RENOVATION, _notes)
    for order, (name, label) in enumerate(TABS, 70):
        project_tab(name, label, f"works-{name}", order, Permission.SITE_VIEW)
    stage_notes(_days)
    offer("complete", "办理竣工验收", _acceptance, permission=Permission.ACCEPTANCE_RUN)
    offer("accept_facade", "办理外立面验收", _acceptance, permission=Permission.ACCEPTANCE_RUN)
    mend(("t11_6",), "打开专项验收", _acceptance)
    mend(("t22_",), "登记消防标准", _acceptance)


def _acceptance(home: Community) -> str:
    """Return the address where a community's project is accepted; its file when none is being built."""
    rows = Project.objects.filter(covers__community=home, state="on_site").order_by("works_started_on", "pk")
    key = rows.values_list("pk", flat=True).first()
    return f"/works/{key}/acceptance/" if key else f"/communities/{home.pk}/"


def _projects(look: Look) -> list[Project]:
    rows = Project.objects.visible_to(look.actor).filter(covers__community=look.community)
    return list(rows.filter(state__in=AFTER_START).order_by("-works_started_on", "-pk"))


def of_community(look: Look) -> dict[str, Any] | None:
    """Load the panel of a community's file; nothing before works began."""
    found = _projects(look)
    return {"rows": [summary(one) for one in found]} if found else None


def of_project(look: ProjectLook) -> dict[str, Any] | None:
    """Load the panel of a project's page; nothing before works began."""
    return summary(look.project) if look.project.stands in AFTER_START else None


def summary(project: Project) -> dict[str, Any]:
    """Return grade, next check, open findings and the special acceptance of a project. Four queries."""
    special = SpecialAcceptance.objects.filter(project=project).exclude(stage="stopped").order_by("-pk").first()
    return {
        "project": project,
        "risk": SiteRisk.objects.filter(project=project).first(),
        "check": SiteCheck.objects.open().filter(project=project).order_by("due_on", "pk").first(),
        "findings": SiteFinding.objects.open().filter(project=project).count(),
        "special": special,
    }


def _notes(look: Look) -> Iterable[LineNote]:
    open_ones = SiteFinding.objects.open().filter(community=look.community).count()
    if open_ones:
        yield LineNote(f"现场问题还有 {open_ones} 处没有闭合", "/matters/kinds/site_finding/?time=open", "bad")


def _days(look: Look) -> dict[str, StageNote]:
    """Put days under 专项验收 and 竣工验收; money is settled elsewhere, so a handover does not claim it was."""
    rows = SpecialAcceptance.objects.filter(community=look.community, passed_on__isnull=False)
    passed = rows.order_by("-passed_on").values_list("passed_on", flat=True).first()
    done = Completion.objects.filter(project__covers__community=look.community).order_by("-completed_on")
    completed = done.values_list("completed_on", flat=True).first()
    days = {"special_accepted": passed, "completed": completed}
    notes = {code: StageNote(day=day) for code, day in days.items() if day}
    if look.community.stage == "handed_over":
        notes["settled"] = StageNote(words="没有登记结算", open=True)
    return notes
