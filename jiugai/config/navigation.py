"""What stands in the rail and the top bar: only what exists and what the person may open."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jiugai.accounts.actor import ANONYMOUS, Actor
from jiugai.accounts.permissions import Permission, may


class Group(NamedTuple):
    """A fold of the rail; `code` is what the browser remembers."""

    code: str
    label: str
    icon: str


GOVERN = Group("govern", "治理", "home-cog")
RENOVATE = Group("renovate", "改造", "hammer")
MANAGE = Group("manage", "管理", "heart-handshake")
LEDGER = Group("ledger", "一本账", "wallet")
STEER = Group("steer", "统筹", "compass")
BASE = Group("base", "基础", "database")
MINE = Group("mine", "我的", "user-circle")
GROUPS = (GOVERN, RENOVATE, MANAGE, LEDGER, STEER, BASE, MINE)
"""The three lines of the policy, the money, the steering of it all, the ground below, and what is one's own."""

OPEN_COOKIE = "rail"
BAR = 4  # places in the bar of a phone beside 更多


@dataclass(frozen=True)
class Entry:
    """A place in the rail; `prefixes` are the paths under which it counts as open. Without a group it always stands."""

    label: str
    icon: str
    view: str
    permission: Permission | None
    prefixes: tuple[str, ...]
    group: Group | None = None
    thumb: bool = False  # among the first in the bar of a phone


ENTRIES = (
    Entry("待办", "inbox", "inbox-list", Permission.MATTER_VIEW, ("/inbox/", "/matters/", "/calendar/"), thumb=True),
    Entry("一张图", "map-2", "map", Permission.REGISTER_VIEW, ("/map/",), thumb=True),
    Entry("小区", "building-community", "community-list", Permission.REGISTER_VIEW, ("/communities/",), thumb=True),
    Entry("治理台账", "home-cog", "governance", Permission.MATTER_VIEW, ("/governance/", "/surveys/"), GOVERN),
    Entry("体检", "stethoscope", "checkup-list", Permission.CHECKUP_VIEW, ("/checkups/",), GOVERN),
    Entry("手机填报", "device-mobile", "phone", Permission.CHECKUP_RECORD, ("/phone-refused/",), GOVERN, thumb=True),
    Entry("储备库", "stack-2", "project-list", Permission.POOL_VIEW, ("/pool/", "/projects/", "/planners/"), RENOVATE),
    Entry(
        "计划",
        "calendar-event",
        "plan-home",
        Permission.POOL_VIEW,
        ("/plan/", "/scenarios/", "/versions/", "/runs/", "/batches/", "/bundles/"),
        RENOVATE,
    ),
    Entry(
        "审批",
        "rubber-stamp",
        "approval-list",
        Permission.POOL_VIEW,
        ("/approvals/", "/schemes/", "/tenderplans/", "/supervisions/"),
        RENOVATE,
    ),
    Entry(
        "施工验收",
        "crane",
        "works-list",
        Permission.SITE_VIEW,
        ("/works/", "/evaluations/", "/services/", "/techniques/", "/challenges/", "/topics/"),
        RENOVATE,
    ),
    Entry(
        "各部门",
        "traffic-cone",
        "streetwork-list",
        Permission.STREETWORKS_VIEW,
        ("/streetworks/", "/overlaps/", "/funds/", "/workimports/"),
        RENOVATE,
    ),
    Entry("管线", "pipeline", "pipejob-list", Permission.PIPES_VIEW, ("/pipes/", "/boundaries/", "/duties/"), RENOVATE),
    Entry("换水管", "droplet", "riser-mine", Permission.RISER_ASK, ("/risers/", "/households/", "/slots/"), RENOVATE),
    Entry("流量池", "arrows-exchange", "flow-pool", Permission.LEDGER_VIEW, ("/flow-pool/", "/entries/"), LEDGER),
    Entry(
        "关口", "lock", "gate-list", Permission.GATE_VIEW, ("/gates/", "/verdicts/", "/waivers/", "/decisions/"), STEER
    ),
    Entry("进展", "chart-bar", "progress", Permission.POOL_VIEW, ("/progress/",), STEER),
    Entry(
        "任务清单",
        "list-check",
        "task-board",
        Permission.TASK_VIEW,
        ("/tasks/", "/coordination/", "/mechanisms/"),
        STEER,
    ),
    Entry(
        "政策库",
        "books",
        "policy-list",
        Permission.POLICY_VIEW,
        ("/policies/", "/rules/", "/figures/", "/drafts/"),
        STEER,
    ),
    Entry("楼栋", "building", "building-list", Permission.REGISTER_VIEW, ("/buildings/",), BASE),
    Entry(
        "组织",
        "sitemap",
        "organisation-list",
        Permission.ORGANISATION_VIEW,
        ("/organisations/", "/people/", "/sharing/", "/tokens/"),
        BASE,
    ),
    Entry("导入", "file-import", "import-list", Permission.IMPORT_RUN, ("/imports/",), BASE),
    Entry("查重", "git-merge", "duplicate-list", Permission.DUPLICATE_MERGE, ("/duplicates/",), BASE),
    Entry("作业", "progress", "job-list", Permission.JOB_VIEW, ("/jobs/",), BASE),
    Entry("日志", "shield-check", "audit-list", Permission.AUDIT_VIEW, ("/audit/",), BASE),
    Entry("我的导出", "download", "export-files", Permission.EXPORT, ("/exports/",), MINE),
    Entry("批量办理", "list-check", "bulk-runs", Permission.MATTER_WORK, ("/bulk-runs/",), MINE),
    Entry("账号", "settings", "account", None, ("/account/",), MINE),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page shell for every template."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    found = [(entry, _item(entry, request.path)) for entry in ENTRIES if _open_to(actor, entry)]
    near, behind = _bar(found)
    return {
        "actor": actor,
        "nav": _folds(found, request.COOKIES.get(OPEN_COOKIE, "")),
        "nav_bar": near,
        "nav_more": behind,
        "demo_environment": settings.DEMO,
        "scope_name": _scope_name(actor),
        "large_type": request.COOKIES.get("type") == "large",
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }


Item = dict[str, Any]


def _item(entry: Entry, path: str) -> Item:
    return {
        "label": entry.label,
        "icon": entry.icon,
        "url": reverse(entry.view),
        "current": path.startswith(entry.prefixes),
    }


def _folds(found: list[tuple[Entry, Item]], remembered: str) -> list[Item]:
    """Items as they stand in the rail: single ones, then the folds; a fold of one is that one."""
    items = [item for entry, item in found if entry.group is None]
    here = next((entry.group.code for entry, item in found if entry.group and item["current"]), "")
    for group in GROUPS:
        within = [item for entry, item in found if entry.group == group]
        state = {"places": within, "current": group.code == here, "open": group.code == (here or remembered)}
        items += [group._asdict() | state] if len(within) > 1 else within
    return items


def _bar(found: list[tuple[Entry, Item]]) -> tuple[list[Item], list[Item]]:
    """What a phone has in its bar, and by fold what is behind 更多; one more than the bar holds fits without."""
    order = sorted(found, key=lambda pair: not pair[0].thumb)
    if len(order) <= BAR + 1:
        return [item for _, item in order], []
    behind = order[BAR:]
    folds = [
        {"label": group.label, "places": [item for entry, item in behind if entry.group == group]} for group in GROUPS
    ]
    return [item for _, item in order[:BAR]], [fold for fold in folds if fold["places"]]


def _open_to(actor: Actor, entry: Entry) -> bool:
    allowed = not actor.is_anonymous if entry.permission is None else bool(may(actor, entry.permission))
    return allowed and _exists(entry)


def _scope_name(actor: Actor) -> str:
    return actor.area_names[0] if actor.area_names else ""


def _exists(entry: Entry) -> bool:
    try:
        reverse(entry.view)
    except NoReverseMatch:
        return False
    return True
