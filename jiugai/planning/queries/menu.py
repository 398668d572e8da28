"""What the page of a menu shows, loaded with the person's eyes in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.domain.checkup.edition import Edition
from jiugai.domain.menu.catalogue import Class, Item
from jiugai.domain.menu.proposing import Demand
from jiugai.domain.rules.words import percent_words
from jiugai.planning.catalogues import edition_on
from jiugai.planning.models import MenuEdition, MenuLine, Project, ProjectCommunity, ProjectMenu, SiteFigures
from jiugai.planning.queries.menu_inputs import demands, latest_checkups
from jiugai.registry.models import Community

M2 = 10_000


@dataclass(frozen=True)
class Row:
    """A line with its demand and the words of the defects that ask for it."""

    line: MenuLine
    demand: Demand | None
    found: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """What a community of the project has for itself (T08-4): ground, lines, money."""

    home: Community
    site: SiteFigures | None
    lines: int
    fen: int
    missing: int

    @property
    def yuan(self) -> Decimal:
        """Its cost."""
        return Decimal(self.fen) / 100

    @property
    def before(self) -> str:
        """The greening rate now, empty while not known."""
        return _rate(self.site.green_before_cm2, self.site.site_before_cm2) if self.site else ""

    @property
    def after(self) -> str:
        """The greening rate of the scheme, empty while not known."""
        return _rate(self.site.green_after_cm2, self.site.site_after_cm2) if self.site else ""


@dataclass(frozen=True)
class MenuPage:
    """The page. `menu` is None before it was compiled; `stale` tells of a newer edition."""

    project: Project
    menu: ProjectMenu | None
    edition: MenuEdition
    classes: list[dict[str, Any]]
    members: list[Member]
    addable: list[Item]
    rights: dict[str, Answer]
    stale: bool

    @property
    def chosen(self) -> int:
        """How many lines are chosen."""
        return sum(row.line.chosen for one in self.classes for row in one["rows"])

    @property
    def yuan(self) -> Decimal:
        """What the chosen lines come to, whoever pays."""
        return self._yuan("total_fen")

    @property
    def district_yuan(self) -> Decimal:
        """The district's part."""
        return self._yuan("district_fen")

    @property
    def city_yuan(self) -> Decimal:
        """The city's part."""
        return self._yuan("city_fen")

    @property
    def other_yuan(self) -> Decimal:
        """What others pay."""
        return self._yuan("other_fen")

    @property
    def greening(self) -> tuple[str, str]:
        """State and words of the greening rate over all communities (T05-7)."""
        sites = [m.site for m in self.members]
        if any(s is None or not m.before or not m.after for m, s in zip(self.members, sites, strict=True)):
            return "unk", "没有填全"
        fell = [m for m in self.members if m.site and _fell(m.site)]
        return ("bad", f"{fell[0].home.name}降低") if fell else ("ok", "没有降低")

    def _yuan(self, name: str) -> Decimal:
        return Decimal(getattr(self.menu, name) if self.menu else 0) / 100


def _rate(green: int | None, site: int | None) -> str:
    return percent_words(Fraction(green, site)) if green is not None and site else ""


def _fell(site: SiteFigures) -> bool:
    before, after = (site.green_before_cm2 or 0), (site.green_after_cm2 or 0)
    return after * (site.site_before_cm2 or 1) < before * (site.site_after_cm2 or 1)


def show_menu(project: Project, *, actor: Actor, on: date) -> MenuPage:
    """Load the page of a project's menu."""
    lines = MenuLine.objects.select_related("community", "escalated").order_by("position", "pk")
    menus = ProjectMenu.objects.select_related("edition").prefetch_related(Prefetch("lines", lines))
    menu = menus.filter(project=project).first()
    covers = ProjectCommunity.objects.filter(project=project).select_related("community__area", "site")
    seen = set(Community.objects.visible_to(actor).filter(project_links__project=project).values_list("pk", flat=True))
    homes = [cover for cover in covers if cover.community_id in seen]
    own = [line for line in menu.lines.all() if line.community_id in seen] if menu else []
    edition = edition_on(on)
    return MenuPage(
        project=project,
        menu=menu,
        edition=menu.edition if menu else edition,
        classes=_classes(own, homes, on),
        members=[_member(cover, own) for cover in homes],
        addable=_addable(menu, homes) if menu else [],
        rights={
            "edit": may(actor, Permission.POOL_PROPOSE, project),
            "plan": may(actor, Permission.PLAN_EDIT, project),
            "export": may(actor, Permission.EXPORT, project),
        },
        stale=menu is not None and menu.edition_id != edition.pk,
    )


def _classes(lines: Sequence[MenuLine], homes: Sequence[ProjectCommunity], on: date) -> list[dict[str, Any]]:
    keys = [cover.community_id for cover in homes]
    asked, checkups = demands(keys, on), latest_checkups(keys, on)
    words = _words([row.edition.edition for row in _with_editions(checkups)])
    rows = [
        Row(line, asked.get(line.community_id, {}).get(line.item), tuple(_said(code, words) for code in line.found))
        for line in lines
    ]
    return [
        {"cls": cls, "rows": [row for row in rows if row.line.cls == cls.value],
         "yuan": Decimal(sum(r.line.amount_fen or 0 for r in rows if r.line.cls == cls.value and r.line.chosen)) / 100}
        for cls in Class
    ]  # fmt: skip


def _with_editions(checkups: Any) -> Any:
    from jiugai.checkup.models import Checkup

    return Checkup.objects.filter(pk__in=[row.pk for row in checkups.values()]).select_related("edition")


def _words(editions: Sequence[Edition]) -> dict[str, str]:
    """Return the words of problem codes and needs."""
    found: dict[str, str] = {}
    for edition in editions:
        found |= dict(edition.needs)
        found |= {p.code: p.label for indicator in edition.indicators for p in indicator.problems}
    return found


def _said(code: str, words: dict[str, str]) -> str:
    name, _, count = code.partition("×")
    label = words.get(name, name)
    return f"{label}（{count} 处）" if count else label


def _member(cover: ProjectCommunity, lines: Sequence[MenuLine]) -> Member:
    own = [line for line in lines if line.community_id == cover.community_id and line.chosen]
    return Member(
        home=cover.community,
        site=getattr(cover, "site", None),
        lines=len(own),
        fen=sum(line.amount_fen or 0 for line in own),
        missing=sum(line.amount_fen is None for line in own),
    )


def _addable(menu: ProjectMenu, homes: Sequence[ProjectCommunity]) -> list[Item]:
    """Return the items that some community of the project does not have yet."""
    taken = {(line.community_id, line.item) for line in menu.lines.all()}
    return [
        item for item in menu.edition.catalogue.items
        if any((cover.community_id, item.code) not in taken for cover in homes)
    ]  # fmt: skip
