"""What stands in the rail and the top bar: only what exists and what the person may open."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jiugai.accounts.actor import ANONYMOUS, Actor
from jiugai.accounts.permissions import Permission, may


@dataclass(frozen=True)
class Entry:
    """A place in the rail; `prefixes` are the paths under which it counts as open."""

    label: str
    icon: str
    view: str
    permission: Permission
    prefixes: tuple[str, ...]


ENTRIES = (
    Entry("待办", "inbox", "inbox-list", Permission.MATTER_VIEW, ("/inbox/", "/matters/", "/calendar/")),
    Entry("一张图", "map-2", "map", Permission.REGISTER_VIEW, ("/map/",)),
    Entry("小区", "building-community", "community-list", Permission.REGISTER_VIEW, ("/communities/",)),
    Entry("楼栋", "building", "building-list", Permission.REGISTER_VIEW, ("/buildings/",)),
    Entry("治理", "home-cog", "governance", Permission.MATTER_VIEW, ("/governance/", "/surveys/")),
    Entry("储备库", "stack-2", "project-list", Permission.POOL_VIEW, ("/pool/", "/projects/", "/planners/")),
    Entry(
        "计划",
        "calendar-event",
        "plan-home",
        Permission.POOL_VIEW,
        ("/plan/", "/scenarios/", "/versions/", "/runs/", "/batches/", "/bundles/"),
    ),
    Entry(
        "审批",
        "rubber-stamp",
        "approval-list",
        Permission.POOL_VIEW,
        ("/approvals/", "/schemes/", "/tenderplans/", "/supervisions/"),
    ),
    Entry(
        "各部门",
        "traffic-cone",
        "streetwork-list",
        Permission.STREETWORKS_VIEW,
        ("/streetworks/", "/overlaps/", "/funds/", "/workimports/"),
    ),
    Entry("管线", "pipeline", "pipejob-list", Permission.PIPES_VIEW, ("/pipes/", "/boundaries/", "/duties/")),
    Entry("换水管", "droplet", "riser-mine", Permission.RISER_ASK, ("/risers/", "/households/", "/slots/")),
    Entry(
        "施工验收",
        "crane",
        "works-list",
        Permission.SITE_VIEW,
        ("/works/", "/evaluations/", "/services/", "/techniques/", "/challenges/", "/topics/"),
    ),
    Entry("关口", "lock", "gate-list", Permission.GATE_VIEW, ("/gates/", "/verdicts/", "/waivers/", "/decisions/")),
    Entry("进展", "chart-bar", "progress", Permission.POOL_VIEW, ("/progress/",)),
    Entry("任务清单", "list-check", "task-board", Permission.TASK_VIEW, ("/tasks/", "/coordination/", "/mechanisms/")),
    Entry("政策库", "books", "policy-list", Permission.POLICY_VIEW, ("/policies/", "/rules/", "/figures/", "/drafts/")),
    Entry("流量池", "arrows-exchange", "flow-pool", Permission.LEDGER_VIEW, ("/flow-pool/", "/entries/")),
    Entry("体检", "stethoscope", "checkup-list", Permission.CHECKUP_VIEW, ("/checkups/",)),
    Entry("导入", "file-import", "import-list", Permission.IMPORT_RUN, ("/imports/",)),
    Entry("查重", "git-merge", "duplicate-list", Permission.DUPLICATE_MERGE, ("/duplicates/",)),
    Entry(
        "组织",
        "sitemap",
        "organisation-list",
        Permission.ORGANISATION_VIEW,
        ("/organisations/", "/people/", "/sharing/", "/tokens/"),
    ),
    Entry("作业", "progress", "job-list", Permission.JOB_VIEW, ("/jobs/",)),
    Entry("日志", "shield-check", "audit-list", Permission.AUDIT_VIEW, ("/audit/",)),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page shell for every template."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "actor": actor,
        "nav": [_item(entry, request.path) for entry in ENTRIES if may(actor, entry.permission) and _exists(entry)],
        "demo_environment": settings.DEMO,
        "scope_name": _scope_name(actor),
        "large_type": request.COOKIES.get("type") == "large",
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }


def _item(entry: Entry, path: str) -> dict[str, Any]:
    return {
        "label": entry.label,
        "icon": entry.icon,
        "url": reverse(entry.view),
        "current": path.startswith(entry.prefixes),
    }


def _scope_name(actor: Actor) -> str:
    return actor.area_names[0] if actor.area_names else ""


def _exists(entry: Entry) -> bool:
    try:
        reverse(entry.view)
    except NoReverseMatch:
        return False
    return True
