"""Where the inputs of a project's ranking stand, factor by factor, as links that the reader may open (T03-5)."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.checkup.models import Checkup
from jiugai.domain.ranking import Factor
from jiugai.planning.models import PoolRank, ProjectCommunity, ProjectInput
from jiugai.planning.queries.checkups import checkup_words
from jiugai.planning.queries.menu_inputs import latest_checkups
from jiugai.registry.models import Community

Links = list[tuple[str, str]]


def links_of(rank: PoolRank, actor: Actor) -> dict[str, Links]:
    """Return (words, address) by factor, of the day that the ranking was counted by; a fixed number of queries."""
    covers = ProjectCommunity.objects.filter(project=rank.project_id).order_by("pk").values("community")
    homes = list(
        Community.objects.visible_to(actor).filter(pk__in=covers).only("pk", "name", "area_path").order_by("pk")
    )
    return {
        Factor.CHECKUP: _checkups(homes, actor, on=rank.counted_on),
        Factor.FINANCE: _finance(rank, actor),
        Factor.MASS_WORK: _each(homes, "community-mobilise", "的群众工作"),
        Factor.DEMAND: [*_each(homes, "community-demand", "的居民需求"),
                        ("算哪几项：这个项目的菜单", reverse("menu-page", args=[rank.project_id]))],
    }  # fmt: skip


def _each(homes: Sequence[Community], view: str, words: str) -> Links:
    return [(f"{home.name}{words}", reverse(view, args=[home.pk])) for home in homes]


def _checkups(homes: Sequence[Community], actor: Actor, *, on: date) -> Links:
    """Link to each community's check-up with its day and score, else to where one is begun."""
    if not may(actor, Permission.CHECKUP_VIEW):
        return []
    found = latest_checkups([home.pk for home in homes], on)
    return [_checkup(home, found.get(home.pk)) for home in homes]


def _checkup(home: Community, row: Checkup | None) -> tuple[str, str]:
    if row is None or row.finished_at is None:
        return f"{home.name}：没有完成的体检", reverse("community-checkups", args=[home.pk])
    words = checkup_words(timezone.localdate(row.finished_at), row.score)
    return f"{home.name}的体检：{words}", reverse("checkup-file", args=[row.pk])


def _finance(rank: PoolRank, actor: Actor) -> Links:
    """Link to the estimate where it was entered, else to the menu it is summed from, and to the district's money."""
    typed = ProjectInput.objects.filter(project=rank.project_id, district_fen__isnull=False).exists()
    edit = typed and may(actor, Permission.PLAN_EDIT, rank.project)
    view = "project-input" if edit else "menu-page"
    estimate = reverse(view, args=[rank.project_id]) if edit or not typed else reverse("input-list")
    return [
        (f"资金估算：{'计划资料' if typed else '菜单和单价'}", estimate),
        ("本区年度资金：计划条件", reverse("frame-list")),
        ("区的推进和满意度", reverse("ranking-districts")),
    ]
