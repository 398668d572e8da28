"""The menu of a project: compiled from check-ups, decided line by line, out and in as a workbook."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.planning.actions.menu_compiling import compile_menu
from jiugai.planning.actions.menu_editing import (
    OutsideWork,
    add_item,
    add_outside,
    confirm_kept,
    remove_line,
    reorder,
    save_line,
    save_site,
    set_mode,
)
from jiugai.planning.actions.menu_feeding import take_over
from jiugai.planning.actions.pledge_import import WrongRows
from jiugai.planning.forms import SheetForm, today_of
from jiugai.planning.menu_forms import CheckedForm, CompileForm, ItemForm, LineForm, ModeForm, OutsideForm, SiteForm
from jiugai.planning.menu_sheets import import_menu, menu_workbook
from jiugai.planning.models import MenuLine, Project, ProjectMenu, SiteFigures
from jiugai.planning.queries.menu import M2, MenuPage, show_menu
from jiugai.planning.queries.menu_history import changes_of
from jiugai.planning.views.pledges import XLSX
from jiugai.planning.views.projects import project_of
from jiugai.registry.models import Community
from jiugai.web.refusing import put


def menu_of(project: Project) -> ProjectMenu:
    """Return the project's menu. Raises Refusal while there is none."""
    found = ProjectMenu.objects.select_related("project", "edition").filter(project=project).first()
    if found is None:
        raise Refusal("还没有改造菜单", where=project.code, clause="T05-5", remedy="先按体检问题生成菜单")
    return found


@require_safe
@needs(Permission.POOL_VIEW)
def menu_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the menu by class, with reasons, demand, quantities, rates and amounts."""
    return _page(request, project_of(request, pk))


def _page(request: HttpRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    page = show_menu(project, actor=actor_of(request), on=today)
    checked = CheckedForm()
    today_of(checked, today, "checked_on")
    context = {
        "o": page,
        "project": project,
        "compile_form": CompileForm(initial={"rate_year": page.menu.rate_year if page.menu else today.year}),
        "item_form": _item_form(page),
        "outside_form": OutsideForm(homes=_homes(page), prefix="own"),
        "checked_form": checked,
        "mode_form": ModeForm(initial={"mode": page.menu.rebuild_mode if page.menu else ""}),
        **more,
    }
    return render(request, "planning/menu.html", context, status=status)


def _homes(page: MenuPage) -> list[tuple[str, str]]:
    return [(str(member.home.pk), member.home.name) for member in page.members]


def _item_form(page: MenuPage, data: Any = None) -> ItemForm:
    items = [(item.code, f"{item.cls.label}　{item.label}") for item in page.addable]
    return ItemForm(data, items=items, homes=_homes(page))


@require_POST
@needs(Permission.POOL_PROPOSE)
def menu_compile(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the menu from the check-ups, or bring it up to date."""
    project, form = project_of(request, pk), CompileForm(request.POST)
    if not form.is_valid():
        return _page(request, project, status=422, compile_form=form)
    menu = compile_menu(
        project=project, actor=actor_of(request), now=timezone.now(), on=timezone.localdate(),
        rate_year=form.cleaned_data["rate_year"],
    )  # fmt: skip
    messages.success(request, f"改造菜单有 {menu.lines.count()} 项，逐项选定后就有估算和工期")
    return redirect("menu-page", pk)


@require_POST
@needs(Permission.POOL_PROPOSE)
def menu_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item of the catalogue in."""
    project = project_of(request, pk)
    page = show_menu(project, actor=actor_of(request), on=timezone.localdate())
    form = _item_form(page, request.POST)

    def run(clean: dict[str, Any]) -> str:
        made = add_item(menu=menu_of(project), community=_home(request, clean), item=clean["item"], **_by(request))
        return f"{made.label}已加入"

    return _act(request, project, form, "item_form", run)


@require_POST
@needs(Permission.POOL_PROPOSE)
def menu_outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a work outside the menu in."""
    project = project_of(request, pk)
    page = show_menu(project, actor=actor_of(request), on=timezone.localdate())
    form = OutsideForm(request.POST, homes=_homes(page), prefix="own")

    def run(clean: dict[str, Any]) -> str:
        work = OutsideWork(
            _home(request, clean), clean["label"], clean["cls"], clean["unit"], clean["months"], decision=form.decision
        )
        return f"{add_outside(menu=menu_of(project), work=work, **_by(request)).label}已加入，列为菜单外内容"

    return _act(request, project, form, "outside_form", run)


@require_POST
@needs(Permission.POOL_PROPOSE)
def menu_reorder(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the lines back in the order of the policy."""
    reorder(menu=menu_of(project_of(request, pk)), **_by(request))
    messages.success(request, "已按建议顺序重排")
    return redirect("menu-page", pk)


@require_POST
@needs(Permission.POOL_PROPOSE)
def menu_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer for old buildings and old trees."""
    project = project_of(request, pk)

    def run(clean: dict[str, Any]) -> str:
        confirm_kept(menu=menu_of(project), checked_on=clean["checked_on"], **_by(request))
        return "老建筑和老树的核对已登记，关口随即重新核对"

    return _act(request, project, CheckedForm(request.POST), "checked_form", run)


@require_POST
@needs(Permission.POOL_PROPOSE)
def menu_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the mode of a rebuilding project (T04-3)."""
    project = project_of(request, pk)

    def run(clean: dict[str, Any]) -> str:
        set_mode(menu=menu_of(project), mode=clean["mode"], actor=actor_of(request), now=timezone.now())
        return "改建方式已登记"

    return _act(request, project, ModeForm(request.POST), "mode_form", run)


def _act(
    request: HttpRequest, project: Project, form: Form, name: str, run: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Run what a valid form asks for; a refusal stands in the form."""
    if form.is_valid():
        try:
            messages.success(request, run(form.cleaned_data))
        except Conflict:
            raise
        except Refusal as refusal:
            put(form, refusal)
        else:
            return redirect("menu-page", project.pk)
    return _page(request, project, status=422, **{name: form})


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": timezone.now(), "on": timezone.localdate()}


def _home(request: HttpRequest, clean: dict[str, Any]) -> Community:
    return find(Community.objects.all(), actor_of(request), pk=int(clean["community"]))


def line_of(request: HttpRequest, pk: int) -> MenuLine:
    """Return a line in the person's scope, or 404."""
    rows = MenuLine.objects.select_related("menu__project__community", "menu__edition", "community", "escalated")
    return find(rows, actor_of(request), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_PROPOSE)
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on a line; made for a phone too."""
    line = line_of(request, pk)
    require(actor_of(request), Permission.POOL_PROPOSE, line.menu.project)
    form = LineForm(request.POST or None, initial=_initial(line))
    if request.method == "POST" and form.is_valid():
        try:
            save_line(line=line, decision=form.decision, version=form.cleaned_data["version"], **_by(request))
        except Conflict:
            raise
        except Refusal as refusal:
            put(form, refusal, _FIELDS.get(refusal.where))
        else:
            messages.success(request, f"{line.label}已保存")
            return redirect("menu-page", line.menu.project_id)
    context = {"form": form, "line": line, "project": line.menu.project}
    return render(request, "planning/menu_line.html", context, status=422 if form.errors else 200)


_FIELDS = {"不做的理由": "why_not", "数量": "quantity", "单列金额": "own_yuan", "工期": "months",
           "批准文号": "authority", "批准日期": "authority_on"}  # fmt: skip


def _initial(line: MenuLine) -> dict[str, Any]:
    names = ("chosen", "why_not", "quantity", "months", "payer", "position", "touches", "authority", "authority_on")
    own = None if line.own_fen is None else line.own_fen / 100
    return {name: getattr(line, name) for name in names} | {
        "own_yuan": own, "note": line.note, "version": line.menu.version,
    }  # fmt: skip


@require_POST
@needs(Permission.POOL_PROPOSE)
def line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a line that nothing proposes."""
    line = line_of(request, pk)
    remove_line(line=line, **_by(request))
    messages.success(request, f"{line.label}已去掉")
    return redirect("menu-page", line.menu.project_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_PROPOSE)
def site_edit(request: HttpRequest, pk: int, home: int) -> HttpResponse:
    """Keep a community's ground before and after the scheme, and its sheds."""
    project = project_of(request, pk)
    community = find(Community.objects.all(), actor_of(request), pk=home, project_links__project=project)
    require(actor_of(request), Permission.POOL_PROPOSE, project)
    row = SiteFigures.objects.filter(cover__project=project, cover__community=community).first()
    form = SiteForm(request.POST or None, initial=_ground(row))
    if request.method == "POST" and form.is_valid():
        try:
            save_site(
                project=project, community=community, values=form.values, source=form.cleaned_data["source"],
                actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{community.name}用地、绿地和车棚已登记")
            return redirect("menu-page", pk)
    context = {"form": form, "project": project, "community": community}
    return render(request, "planning/menu_site.html", context, status=422 if form.errors else 200)


def _ground(row: SiteFigures | None) -> dict[str, Any]:
    if row is None:
        return {}
    areas = ("site_before", "green_before", "site_after", "green_after")
    found = {name: getattr(row, f"{name}_cm2") for name in areas}
    typed = {name: None if cm2 is None else cm2 / M2 for name, cm2 in found.items()}
    return typed | {"sheds_fire_ok": row.sheds_fire_ok, "sheds_ready": row.sheds_ready, "source": row.source}


@require_POST
@needs(Permission.PLAN_EDIT)
def menu_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the estimate over as the project's figures for planning."""
    project = project_of(request, pk)
    require(actor_of(request), Permission.PLAN_EDIT, project)
    take_over(menu=menu_of(project), actor=actor_of(request), now=timezone.now())
    messages.success(request, "资金和工期已写入计划资料，求解时使用")
    return redirect("menu-page", pk)


@require_safe
@needs(Permission.POOL_VIEW)
def menu_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was changed in the menu, by whom and when."""
    project = project_of(request, pk)
    return render(request, "planning/menu_history.html", {"project": project, "rows": changes_of(project)})


@require_safe
@needs(Permission.POOL_VIEW, Permission.EXPORT)
def menu_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the menu as a workbook that can be filled in and handed back."""
    project = project_of(request, pk)
    require(actor_of(request), Permission.EXPORT, project)
    menu = menu_of(project)
    lines = menu.lines.visible_to(actor_of(request)).select_related("community")
    book = menu_workbook(menu, list(lines))
    return FileResponse(BytesIO(book), as_attachment=True, filename=f"{project.code}_改造菜单.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_PROPOSE)
def menu_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a workbook of decisions, or show each wrong row with its place."""
    project, actor = project_of(request, pk), actor_of(request)
    require(actor, Permission.POOL_PROPOSE, project)
    menu, form, wrong = menu_of(project), SheetForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        homes = list(Community.objects.visible_to(actor).filter(project_links__project=project))
        try:
            count = import_menu(menu=menu, homes=homes, content=form.cleaned_data["upload"].read(), **_by(request))
        except WrongRows as rows:
            wrong = rows
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(request, f"已导入 {count} 行")
            return redirect("menu-page", pk)
    context = {"form": form, "project": project, "wrong": wrong}
    return render(request, "planning/menu_import.html", context, status=422 if wrong or form.errors else 200)
