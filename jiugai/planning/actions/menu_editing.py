"""Deciding on a menu: lines, works outside the menu, ground and sheds, bottom lines, rebuild mode."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.menu.catalogue import Class, Measure
from jiugai.domain.menu.proposing import leads, quantity_of
from jiugai.matters.actions import open_matter
from jiugai.matters.models import Handling
from jiugai.planning.actions.menu_compiling import open_project, order_lines, tell_menu
from jiugai.planning.actions.menu_pricing import reprice
from jiugai.planning.actions.moving import covered
from jiugai.planning.models import MenuLine, Project, ProjectCommunity, ProjectMenu, SiteFigures
from jiugai.planning.queries.menu_inputs import homes_of
from jiugai.registry.models import Community

MOST_QUANTITY = Decimal(10**9)
MOST_FEN = 10**14


class WrongLine(Refusal):
    """The line cannot be kept as it is."""

    code = "wrong_line"


class BottomLine(Refusal):
    """The item touches an old building or an old tree, and nobody allowed it (T05-6)."""

    code = "bottom_line"


class MenuChanged(Conflict):
    """Somebody else has changed the menu meanwhile."""

    code = "menu_changed"


@dataclass(frozen=True)
class Decision:
    """What a person decides on a line. `escalate` sends an item without authority up for approval (T05-6)."""

    chosen: bool = True
    why_not: str = ""
    quantity: Decimal | None = None
    own_fen: int | None = None
    months: int | None = None
    payer: str = MenuLine.Payer.PUBLIC
    touches: str = ""
    authority: str = ""
    authority_on: date | None = None
    note: str = ""
    position: int | None = None
    escalate: bool = False


@dataclass(frozen=True)
class OutsideWork:
    """A work outside the menu."""

    community: Community
    label: str
    cls: str
    unit: str = "项"
    months: int = 1
    outdoor: bool = False
    decision: Decision = field(default_factory=Decision)


@transaction.atomic
def save_line(
    *, line: MenuLine, decision: Decision, actor: Actor, now: datetime, on: date, version: int | None = None
) -> MenuLine:
    """Keep what was decided on a line, and price the menu anew. Raises NotAllowed, WrongLine, BottomLine, MenuChanged.

    `version` is the menu's version that the person saw; when somebody was faster, nothing is written.
    """
    menu = lock_menu(line.menu, actor, version)
    decide(line, decision, actor, now, on=on)
    reprice(menu, on=on)
    tell_menu(menu, f"改造菜单：{line.label}", actor, now)
    return line


def lock_menu(menu: ProjectMenu, actor: Actor, version: int | None = None) -> ProjectMenu:
    """Ask for the right, lock menu and project, and see that nobody was faster."""
    require(actor, Permission.POOL_PROPOSE, menu.project)
    open_project(menu.project)
    locked = ProjectMenu.objects.select_for_update(of=("self",)).select_related("project", "edition").get(pk=menu.pk)
    if version is not None and locked.version != version:
        raise MenuChanged("别人刚改过这份菜单", where=str(locked), remedy="刷新页面，在新的内容上再改")
    return locked


def decide(line: MenuLine, decision: Decision, actor: Actor, now: datetime, *, on: date) -> None:
    """Write a decision into a line."""
    check_decision(line, decision, on=on)
    for name in ("chosen", "quantity", "own_fen", "payer", "touches", "authority_on"):
        setattr(line, name, getattr(decision, name))
    line.why_not = "" if decision.chosen else decision.why_not.strip()[:200]
    line.authority, line.note = decision.authority.strip()[:120], decision.note.strip()[:200]
    line.months = decision.months or line.months
    line.position = decision.position or line.position
    if _bare(line) and line.escalated is None:
        line.escalated = _escalate(line, actor, now)
    line.save()


def check_decision(line: MenuLine, decision: Decision, *, on: date) -> None:
    """Raise WrongLine or BottomLine for what cannot be decided so."""
    if not decision.chosen and line.leads and not decision.why_not.strip():
        raise WrongLine(
            f"{line.label}是重点内容，不做要写理由", where="不做的理由", clause="T05-5" if _basic(line) else "T05-8",
            remedy="写明原因，如“2019年已做”",
        )  # fmt: skip
    quantity, own = decision.quantity, decision.own_fen
    if quantity is not None and not (quantity.is_finite() and 0 < quantity <= MOST_QUANTITY):
        raise WrongLine("数量不对", where="数量", remedy="填大于 0 的数，不知道的不填")
    if own is not None and not 0 <= own <= MOST_FEN:
        raise WrongLine("金额不对", where="单列金额", remedy="填 0 或大于 0 的金额")
    if decision.months is not None and not 1 <= decision.months <= 36:
        raise WrongLine("工期不对", where="工期", remedy="填 1—36 个月")
    if decision.payer not in MenuLine.Payer.values or decision.touches not in ("", *MenuLine.Touches.values):
        raise WrongLine("没有这个选项", where="出资", remedy="从列表里选")
    _check_authority(line, decision, on=on)


def _check_authority(line: MenuLine, decision: Decision, *, on: date) -> None:
    named = bool(decision.authority.strip())
    if named != (decision.authority_on is not None):
        raise WrongLine("批准文号和日期要一起填", where="批准文号", clause="T05-6", remedy="补全，或都不填")
    if decision.authority_on is not None and decision.authority_on > on:
        raise WrongLine("批准日期在今天以后", where="批准日期", remedy="核对文件上的日期")
    if decision.chosen and decision.touches and not named and not decision.escalate and line.escalated_id is None:
        raise BottomLine(
            f"{line.label}涉及{MenuLine.Touches(decision.touches).label}，没有批准文件", where="批准文号",
            clause="T05-6", remedy="去掉这项内容；确有必要的登记批准文号，或勾选“报请批准”",
        )  # fmt: skip


def _bare(line: MenuLine) -> bool:
    return line.chosen and bool(line.touches) and not line.authority


def _basic(line: MenuLine) -> bool:
    return line.cls == Class.BASIC


def _escalate(line: MenuLine, actor: Actor, now: datetime) -> Any:
    """Send an item that touches a bottom line to the leading body for a decision."""
    project = line.menu.project
    title = f"报请批准：{line.label}涉及{MenuLine.Touches(line.touches).label}"
    values = {"title": title[:160], "obligation": "T05-6", "owner": project.lead, "project_ref": project.code,
              "detail": line.note}  # fmt: skip
    return open_matter(model=Handling, values=values, community=line.community, actor=actor, now=now).matter_ptr


@transaction.atomic
def add_item(*, menu: ProjectMenu, community: Community, item: str, actor: Actor, now: datetime, on: date) -> MenuLine:
    """Take an item of the catalogue into the menu that nothing proposed. Raises NotAllowed, WrongLine."""
    locked = lock_menu(menu, actor)
    known = locked.edition.catalogue.find(item)
    if known is None:
        raise WrongLine("目录里没有这项", where="内容", clause="T05-4", remedy="从目录里选，目录外的按“菜单外内容”加")
    (home,) = homes_of([community], on)
    amount = quantity_of(known, home.counts)
    line = MenuLine(
        menu=locked, community=community, item=known.code, label=known.label, cls=known.cls.value, position=10**6,
        leads=leads(known, hazard=False), months=known.months, outdoor=known.outdoor, unit=known.measure.unit,
        quantity=None if amount is None else Decimal(amount), provenance=locked.provenance,
    )  # fmt: skip
    _insert(line)
    _settle(locked, f"改造菜单增加{line.label}", actor, now, on=on)
    return line


@transaction.atomic
def add_outside(*, menu: ProjectMenu, work: OutsideWork, actor: Actor, now: datetime, on: date) -> MenuLine:
    """Take a work outside the menu in, with its own amount. Raises NotAllowed, WrongLine, BottomLine."""
    locked = lock_menu(menu, actor)
    if not work.label.strip():
        raise WrongLine("没有写内容", where="内容", remedy="写明做什么")
    if work.cls not in list(Class) or work.unit not in {one.unit for one in Measure}:
        raise WrongLine("没有这个类别或单位", where="类别", remedy="从列表里选")
    line = MenuLine(
        menu=locked, community=work.community, label=work.label.strip()[:40], cls=work.cls, position=10**6,
        months=work.months, outdoor=work.outdoor, unit=work.unit, provenance=locked.provenance,
    )  # fmt: skip
    check_decision(line, work.decision, on=on)
    _insert(line)
    decide(line, work.decision, actor, now, on=on)
    _settle(locked, f"改造菜单增加菜单外内容：{line.label}", actor, now, on=on)
    return line


def _insert(line: MenuLine) -> None:
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError as problem:
        if "menu_line_within_project" in str(problem):
            raise WrongLine("这个小区不在项目里", where="小区", remedy="选项目里的小区") from problem
        raise WrongLine(f"{line.label}已在菜单里", where="内容", remedy="改那一行") from problem


@transaction.atomic
def remove_line(*, line: MenuLine, actor: Actor, now: datetime, on: date) -> None:
    """Take out a line that nothing proposes; what a check-up asks for can only be left out with a reason."""
    locked = lock_menu(line.menu, actor)
    if line.found:
        raise WrongLine("体检问题对应的内容不能删", where=line.label, clause="T05-5", remedy="改成不做并写理由")
    line.delete()
    _settle(locked, f"改造菜单去掉{line.label}", actor, now, on=on)


def _settle(menu: ProjectMenu, words: str, actor: Actor, now: datetime, *, on: date) -> None:
    order_lines(menu, covered(menu.project), on=on)
    reprice(menu, on=on)
    tell_menu(menu, words, actor, now)


@transaction.atomic
def reorder(*, menu: ProjectMenu, actor: Actor, now: datetime, on: date) -> None:
    """Put the lines back in the order of the policy. Raises NotAllowed."""
    _settle(lock_menu(menu, actor), "改造菜单按建议顺序重排", actor, now, on=on)


@transaction.atomic
def save_site(
    *, project: Project, community: Community, values: dict[str, int | None], source: str, actor: Actor, now: datetime
) -> SiteFigures:
    """Keep a community's ground before and after (T05-7) and its sheds (T05-10). Raises NotAllowed, WrongLine."""
    require(actor, Permission.POOL_PROPOSE, project)
    cover = (
        ProjectCommunity.objects.select_for_update(of=("self",)).filter(project=project, community=community).first()
    )
    if cover is None:
        raise WrongLine("这个小区不在项目里", where="小区", remedy="选项目里的小区")
    for when, words in (("before", "现状"), ("after", "改造后")):
        green, site = values.get(f"green_{when}_cm2"), values.get(f"site_{when}_cm2")
        if green is not None and site is not None and green > site:
            raise WrongLine(f"{words}绿地比用地大", where=f"{words}绿地", clause="T05-7", remedy="核对两个面积")
    filled = {**values, "source": source.strip()[:120], "by_name": actor.name, "at": now}
    row, _ = SiteFigures.objects.update_or_create(
        cover=cover, defaults=filled, create_defaults={**filled, "provenance": project.provenance}
    )
    menu = ProjectMenu.objects.filter(project=project).first()
    if menu is not None:
        tell_menu(menu, f"{community}用地、绿地和车棚已登记", actor, now)
    return row


@transaction.atomic
def confirm_kept(*, menu: ProjectMenu, checked_on: date, actor: Actor, now: datetime, on: date) -> None:
    """Answer, after looking on site, that every touch on old buildings and trees is marked (T05-6)."""
    locked = lock_menu(menu, actor)
    if checked_on > on:
        raise WrongLine("核对日期在今天以后", where="核对日期", clause="T05-6", remedy="现场核对后再登记")
    locked.checked_on, locked.checked_by_name = checked_on, actor.name
    locked.save(update_fields=["checked_on", "checked_by_name"])
    tell_menu(locked, "老建筑和老树已核对", actor, now)


@transaction.atomic
def set_mode(*, menu: ProjectMenu, mode: str, actor: Actor, now: datetime) -> None:
    """Record whether rebuilding or removal of danger leads (T04-3). Raises NotAllowed, WrongLine."""
    locked = lock_menu(menu, actor)
    if locked.project.kind != "rebuild":
        raise WrongLine("只有危旧楼改建项目有改建方式", where="改建方式", clause="T04-3", remedy="不用填")
    if mode not in ProjectMenu.Mode.values:
        raise WrongLine("没有选改建方式", where="改建方式", clause="T04-3", remedy="选改建带改造或解危带改造")
    locked.rebuild_mode = mode
    locked.save(update_fields=["rebuild_mode"])
    tell_menu(locked, f"改建方式：{ProjectMenu.Mode(mode).label}", actor, now)
