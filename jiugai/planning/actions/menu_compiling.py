"""Compiling the menu of a project from its check-ups (T05-5, T05-8): what people decided before stays decided."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.menu.catalogue import Catalogue, Class
from jiugai.domain.menu.proposing import Proposed, in_order, leads, propose
from jiugai.planning.actions.menu_pricing import reprice
from jiugai.planning.actions.moving import covered
from jiugai.planning.catalogues import edition_on
from jiugai.planning.models import MenuEdition, MenuLine, Project, ProjectMenu
from jiugai.planning.queries.menu_inputs import demands, homes_of, latest_checkups
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community

Key = tuple[int, str]
MENU_CLOSED = ("completed", "reviewed", "handed_over", "exited", "withdrawn")
WANTED = {"seismic_energy": ("structure", "energy"), "energy": ("energy",)}


class MenuClosed(Refusal):
    """The project is over; its menu is history."""

    code = "menu_closed"


@transaction.atomic
def compile_menu(
    *, project: Project, actor: Actor, now: datetime, on: date, rate_year: int | None = None
) -> ProjectMenu:
    """Make the menu, or bring it up to date with edition, check-ups, demand and rates. Raises NotAllowed, MenuClosed.

    Lines that are there keep what people decided; new ones are added; all are put in the order of the policy. Two
    people at once make one menu.
    """
    require(actor, Permission.POOL_PROPOSE, project)
    locked = open_project(project)
    homes, edition = covered(locked), edition_on(on)
    checkups = latest_checkups([home.pk for home in homes], on)
    menu, new = ProjectMenu.objects.update_or_create(
        project=locked,
        defaults={
            "edition": edition, "compiled_at": now, "compiled_by_name": actor.name,
            "checkups": "、".join(f"{row.year} 年度体检" for row in checkups.values())[:200],
            **({"rate_year": rate_year} if rate_year else {}),
        },
        create_defaults={
            "edition": edition, "compiled_at": now, "compiled_by_name": actor.name, "provenance": locked.provenance,
            "checkups": "、".join(f"{row.year} 年度体检" for row in checkups.values())[:200],
            "rate_year": rate_year or on.year,
        },
    )  # fmt: skip
    menu.refresh_from_db()  # the database gives the path
    wanted = frozenset({*WANTED.get(locked.kind, ()), locked.kind, *locked.items})
    proposed = propose(edition.catalogue, homes_of(homes, on), wanted)
    _write(menu, proposed, edition)
    order_lines(menu, homes, on=on)
    reprice(menu, on=on)
    tell_menu(menu, "生成改造菜单" if new else "更新改造菜单", actor, now)
    return menu


def open_project(project: Project) -> Project:
    """Lock a project whose menu may still change. Raises MenuClosed."""
    locked = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    if locked.state in MENU_CLOSED:
        raise MenuClosed(f"项目{locked.stands.label}，菜单不再改", where=locked.code, remedy="在新项目里另编")
    return locked


def _write(menu: ProjectMenu, proposed: Sequence[Proposed], edition: MenuEdition) -> None:
    """Add what is new, and refresh why the lines that are there are proposed."""
    known: dict[Key, MenuLine] = {(line.community_id, line.item): line for line in menu.lines.exclude(item="")}
    fresh = [_line(menu, one) for one in proposed if (one.home, one.item.code) not in known]
    MenuLine.objects.bulk_create(fresh)
    reasons = {(one.home, one.item.code): one for one in proposed}
    for key, line in known.items():
        item, found = edition.catalogue.find(line.item), reasons.get(key)
        line.found = list(found.found) if found else []
        line.hazard = found.hazard if found else False
        line.leads = leads(item, hazard=line.hazard) if item else False
        if line.quantity is None and found is not None and found.quantity is not None:
            line.quantity = Decimal(found.quantity)
    MenuLine.objects.bulk_update(known.values(), ["found", "hazard", "leads", "quantity"])


def _line(menu: ProjectMenu, one: Proposed) -> MenuLine:
    item = one.item
    return MenuLine(
        menu=menu, community_id=one.home, item=item.code, label=item.label, cls=item.cls.value, position=0,
        leads=one.leads, hazard=one.hazard, found=list(one.found), months=item.months, outdoor=item.outdoor,
        quantity=None if one.quantity is None else Decimal(one.quantity), unit=item.measure.unit,
        provenance=menu.provenance,
    )  # fmt: skip


def order_lines(menu: ProjectMenu, homes: Sequence[Community], *, on: date) -> None:
    """Put the lines in the order of the policy; works outside the menu come last in their class."""
    catalogue, demand = menu.edition.catalogue, demands([home.pk for home in homes], on)
    lines = list(menu.lines.all())
    inside = {(line.community_id, line.item): line for line in lines if line.item and catalogue.find(line.item)}
    ranked = in_order(catalogue, [_as_proposed(catalogue, line) for line in inside.values()], demand)
    order = [inside[one.home, one.item.code] for one in ranked]
    order += [line for line in lines if line not in order]
    order.sort(key=lambda line: [one.value for one in Class].index(line.cls))
    for number, line in enumerate(order, 1):
        line.position = number
    MenuLine.objects.bulk_update(order, ["position"])


def _as_proposed(catalogue: Catalogue, line: MenuLine) -> Proposed:
    item = catalogue.find(line.item)
    if item is None:  # only lines of the catalogue come here
        raise LookupError(line.item)
    return Proposed(line.community_id, item, tuple(line.found), line.hazard, None)


def tell_menu(menu: ProjectMenu, words: str, actor: Actor, now: datetime) -> None:
    """Write a change of the menu to the log and to the timelines, so that the gates are looked at again."""
    project = menu.project
    after = {"内容": words, "估算（分）": menu.total_fen, "工期（月）": menu.months}
    audit.record(action=Action.MENU_SAVED, actor=actor, subject=menu, after=after, area_path=menu.area_path)
    for home in covered(project):
        announce(
            code="project_changed", community=home, title=words, words=f"{project.code} {project}", actor=actor,
            now=now, url=f"/projects/{project.pk}/menu/", detail={"project": project.pk},
            demo=menu.provenance == "demo",
        )  # fmt: skip
