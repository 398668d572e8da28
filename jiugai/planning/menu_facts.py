"""The section `menu` of `domain.facts.Facts`: the menu of each community's project (policy.providers)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from jiugai.domain.facts import MenuFacts
from jiugai.domain.facts import MenuLine as LineFact
from jiugai.domain.menu.proposing import Demand
from jiugai.planning.models import MenuEdition, MenuLine, ProjectCommunity, ProjectMenu, SiteFigures
from jiugai.planning.queries.menu_inputs import demands


def load_menu_facts(communities: Sequence[int], on: date) -> dict[int, MenuFacts]:
    """Return the facts of each community, in a constant number of queries; without a menu `ref` is empty."""
    links = _links(communities)
    menus = {m.project_id: m for m in ProjectMenu.objects.filter(project__in={p for p, _ in links.values()})}
    sites = {s.cover_id: s for s in SiteFigures.objects.filter(cover__in=[cover for _, cover in links.values()])}
    lines, asked = _lines(communities), demands(communities, on)
    newest = MenuEdition.objects.filter(since__lte=on).order_by("-since", "-pk").values_list("code", flat=True).first()
    codes = dict(MenuEdition.objects.values_list("pk", "code"))
    found = {}
    for key in communities:
        project, cover = links.get(key, (None, None))
        menu, site = menus.get(project or 0), sites.get(cover or 0)
        own = lines.get((menu.pk, key), []) if menu else []
        found[key] = MenuFacts(
            ref=str(menu.pk) if menu else "",
            edition=codes[menu.edition_id] if menu else "",
            edition_in_force=newest or "",
            lines=tuple(_fact(line, asked.get(key, {}).get(line.item)) for line in own),
            checked_on=menu.checked_on if menu else None,
            site_before_cm2=site.site_before_cm2 if site else None,
            green_before_cm2=site.green_before_cm2 if site else None,
            site_after_cm2=site.site_after_cm2 if site else None,
            green_after_cm2=site.green_after_cm2 if site else None,
            sheds_fire_ok=site.sheds_fire_ok if site else None,
            sheds_ready=site.sheds_ready if site else None,
        )
    return found


def _links(communities: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return project and cover of each community: of the project that has not begun, else of the last one alive."""
    rows = ProjectCommunity.objects.filter(community__in=communities).exclude(
        project__state__in=["exited", "withdrawn"]
    )
    rows = rows.order_by("waiting", "pk")
    return {home: (project, pk) for home, project, pk in rows.values_list("community", "project", "pk")}


def _lines(communities: Sequence[int]) -> dict[tuple[int, int], list[MenuLine]]:
    found: dict[tuple[int, int], list[MenuLine]] = defaultdict(list)
    for line in MenuLine.objects.filter(community__in=communities).order_by("position", "pk"):
        found[line.menu_id, line.community_id].append(line)
    return found


def _fact(line: MenuLine, asked: Demand | None) -> LineFact:
    return LineFact(
        item=line.item,
        label=line.label,
        cls=line.cls,
        leads=line.leads,
        chosen=line.chosen,
        reason=line.why_not,
        touches=line.touches,
        authority=line.authority,
        authority_on=line.authority_on,
        asked=asked.asked if asked else None,
        asking=asked.asking if asked else None,
    )
