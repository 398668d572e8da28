"""What planning adds to the file of a community: tabs, a panel, sentences under 改造, days of stages."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from jiugai.accounts.permissions import Permission, may
from jiugai.domain.menu.catalogue import Class
from jiugai.domain.projects import State
from jiugai.domain.stages import Line
from jiugai.planning.models import ItemDemand, Objection, Pledge, PoolEntry, Project, ProjectCommunity, ProjectMenu
from jiugai.planning.project_panels import ProjectLook, project_panel
from jiugai.planning.project_tabs import project_tab
from jiugai.planning.queries.schedules import schedule_of
from jiugai.policy.doors import mend, offer
from jiugai.registry.models import Community
from jiugai.registry.panels import LineNote, Look, StageNote, line_notes, panel, stage_notes, tab


def add_to_the_file() -> None:
    """Say once, at the start, what the file shows of planning."""
    tab("community-mobilise", "群众工作", order=42, count=_open_objections, permission=Permission.POOL_VIEW)
    tab("community-pledges", "资金承诺", order=44, count=_pledged, permission=Permission.POOL_VIEW)
    tab("community-demand", "居民需求", order=43, count=_wanted, permission=Permission.POOL_VIEW)
    panel("projects", "改造项目", 30, "planning/file_panel.html", _projects, column="right",
          permission=Permission.POOL_VIEW)  # fmt: skip
    line_notes(Line.RENOVATION, _notes)
    stage_notes(_days)


def add_menu_to_projects() -> None:
    """Say once, at the start, what the page of a project shows of its menu."""
    project_tab("project", "项目", "project-page", 0, Permission.POOL_VIEW)
    project_tab("menu", "改造菜单", "menu-page", 10, Permission.POOL_VIEW)
    project_tab("schedule", "工期", "schedule-page", 20, Permission.POOL_VIEW)
    project_panel("menu", 20, "planning/menu_panel.html", _menu, permission=Permission.POOL_VIEW)
    project_panel("schedule", 25, "planning/schedule_panel.html", _schedule, permission=Permission.POOL_VIEW)


def _schedule(look: ProjectLook) -> dict[str, Any]:
    lines = schedule_of(look.project, look.on)
    return {"line": lines[0], "url": f"/projects/{look.project.pk}/schedule/"}


def _menu(look: ProjectLook) -> dict[str, Any]:
    """Load the sums of the menu in one query more than the menu itself."""
    menu = ProjectMenu.objects.filter(project=look.project).first()
    classes = list(menu.lines.filter(chosen=True).values_list("cls", flat=True)) if menu else []
    return {
        "menu": menu, "url": f"/projects/{look.project.pk}/menu/", "chosen": len(classes),
        "yuan": menu.total_fen / 100 if menu else 0,
        "counts": [{"label": cls.label, "n": classes.count(cls.value)} for cls in Class],
    }  # fmt: skip


def show_the_way() -> None:
    """Say where one passes the gates of a project, and where what keeps them shut is recorded."""
    offer("enter_pool", "入储备库", _project_url, permission=Permission.POOL_DECIDE)
    offer("start_works", "批准开工", _project_url)
    mend(("t06_2", "t32_9", "t15_4"), "打开项目", _project_url)
    mend(("t09_",), "打开项目看意见", lambda home: f"{_project_url(home)}#opinions")
    mend(("t05_",), "打开改造菜单", _menu_url)
    mend(("t30_1",), "登记承诺", lambda home: f"/communities/{home.pk}/pledges/")


def _project_url(home: Community) -> str:
    """Return the address of the project in question, or of the form that proposes one."""
    links = ProjectCommunity.objects.filter(community=home).exclude(project__state__in=["exited", "withdrawn"])
    key = links.order_by("-waiting", "-pk").values_list("project", flat=True).first()
    return f"/projects/{key}/" if key else f"/communities/{home.pk}/project/new/"


def _menu_url(home: Community) -> str:
    """Return the address of the menu, or of the form that proposes a project."""
    url = _project_url(home)
    return f"{url}menu/" if url.startswith("/projects/") else url


def _open_objections(look: Look) -> int | None:
    return Objection.objects.filter(community=look.community, closed_on__isnull=True).count() or None


def _wanted(look: Look) -> int | None:
    return ItemDemand.objects.filter(community=look.community, withdrawn_at__isnull=True).count() or None


def _pledged(look: Look) -> int | None:
    live = Pledge.objects.filter(community=look.community, ended_at__isnull=True, answer="pledged")
    return live.count() or None


def projects_of(look: Look) -> list[Project]:
    """Return the projects that cover the community, the newest first."""
    links = ProjectCommunity.objects.filter(community=look.community).values("project")
    rows = Project.objects.visible_to(look.actor).filter(pk__in=links)
    return list(rows.select_related("lead").order_by("-pk"))


def _projects(look: Look) -> dict[str, Any] | None:
    found = projects_of(look)
    waiting = any(p.stands in (State.PROPOSED, State.IN_POOL, State.IN_PLAN) for p in found)
    return {"projects": found, "may_propose": may(look.actor, Permission.POOL_PROPOSE, look.community),
            "waiting": waiting, "today": look.on}  # fmt: skip


def _notes(look: Look) -> Iterable[LineNote]:
    for project in projects_of(look)[:2]:
        if project.stands not in (State.EXITED, State.WITHDRAWN):
            yield LineNote(f"{project.type.label}：{project.stands.label}", f"/projects/{project.pk}/")


def _days(look: Look) -> dict[str, StageNote]:
    """Put days under 入储备库 and 施工."""
    links = ProjectCommunity.objects.filter(community=look.community).values("project")
    entry = PoolEntry.objects.filter(project__in=links).order_by("-pk").first()
    started: date | None = (
        Project.objects.filter(pk__in=links, works_started_on__isnull=False)
        .order_by("-works_started_on").values_list("works_started_on", flat=True).first()
    )  # fmt: skip
    days = {"in_pool": entry.entered_on if entry else None, "on_site": started}
    return {code: StageNote(day=day) for code, day in days.items() if day}
