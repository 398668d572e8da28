"""What pipelines and risers add to the file of a community and to the page of a project."""

from collections.abc import Iterable
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.stages import Line
from jiugai.pipes.models import PipeJob, PipePlan, RiserApplication, RiserRound
from jiugai.pipes.queries.pipes import telecom_of
from jiugai.planning.models import ProjectCommunity
from jiugai.planning.project_panels import ProjectLook, project_panel
from jiugai.planning.project_tabs import project_tab
from jiugai.policy.doors import mend
from jiugai.registry.models import Community
from jiugai.registry.panels import LineNote, Look, line_notes, tab

OPEN = ("applied", "consulting", "agreed", "scheme", "on_site")


def add_to_the_file() -> None:
    """Say once, at the start, what file and project show of us, and where what keeps gates shut is mended."""
    tab("community-pipes", "管线", order=46, count=_jobs, permission=Permission.PIPES_VIEW)
    tab("community-risers", "上下水", order=47, count=_risers, permission=Permission.PIPES_VIEW)
    line_notes(Line.RENOVATION, _notes)
    project_tab("pipes", "管线", "project-pipes", 60, Permission.PIPES_VIEW)
    project_panel("pipes", 60, "pipes/panel.html", _panel, column="right", permission=Permission.PIPES_VIEW)
    mend(("t14_",), "打开项目的管线", _project_url)
    mend(("t15_4",), "打开上下水", lambda home: f"/communities/{home.pk}/risers/")


def _project_url(home: Community) -> str:
    links = ProjectCommunity.objects.filter(community=home).exclude(project__state__in=["exited", "withdrawn"])
    key = links.order_by("-waiting", "-pk").values_list("project", flat=True).first()
    return f"/projects/{key}/pipes/" if key else f"/communities/{home.pk}/pipes/"


def _jobs(look: Look) -> int | None:
    return PipeJob.objects.filter(community=look.community).count() or None


def _risers(look: Look) -> int | None:
    return RiserApplication.objects.filter(community=look.community, stage__in=OPEN).count() or None


def _panel(look: ProjectLook) -> dict[str, Any]:
    plan = PipePlan.objects.select_related("telecom").filter(project=look.project).first()
    jobs = PipeJob.objects.filter(plan=plan, merged_into__isnull=True) if plan else PipeJob.objects.none()
    rows = list(jobs.values_list("accepted_on", flat=True))
    return {
        "plan": plan,
        "jobs": len(rows),
        "accepted": sum(day is not None for day in rows),
        "telecom": telecom_of(plan),
    }


def _notes(look: Look) -> Iterable[LineNote]:
    url = f"/communities/{look.community.pk}/risers/"
    round_ = RiserRound.objects.filter(community=look.community, cutoff_on__gte=look.on).order_by("cutoff_on").first()
    if round_ is not None:
        yield LineNote(f"上下水改造{round_.cutoff_on.month}月{round_.cutoff_on.day}日截止申请，请暂缓装修", url, "soon")
