"""What the pages of a project on site and after it show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from jiugai.accounts.actor import Actor
from jiugai.domain.effect import Party, average
from jiugai.domain.projects import BUILT, State
from jiugai.matters import showing
from jiugai.matters.kinds import kind
from jiugai.planning.models import Project
from jiugai.planning.queries.project import Door, covered_by, door_of
from jiugai.works.actions.signing import Replaced, replaced
from jiugai.works.models import (
    AcceptanceFiling,
    Completion,
    DefectInsurance,
    DeviceReading,
    DrawingUse,
    EffectFollowUp,
    EffectReview,
    FacadeAcceptance,
    FireRecord,
    Handover,
    ResidentReport,
    SafetyEvaluation,
    SiteCheck,
    SiteDevice,
    SiteFeedToken,
    SiteFinding,
    SiteRisk,
    SpecialAcceptance,
    TechniqueUse,
    WarrantyClaim,
    WarrantyTerm,
)
from jiugai.works.queries.effect import answers_of, newest
from jiugai.works.queries.firms import firms_of
from jiugai.works.queries.special import Tally, tallies

SHOWN = 20
CHART_HOURS = 72


def line(row: Any) -> dict[str, Any]:
    """Return a matter as a line: row, time, stage."""
    stage = kind(row.kind).stage(row.stage)
    return {"row": row, "time": showing.time_tag(row), "stage": showing.stage_tag(row.kind, row.stage),
            "label": stage.label, "second": showing.second_words(row)}  # fmt: skip


def lines(rows: Any) -> list[dict[str, Any]]:
    """Return some matters as lines, the most pressing first."""
    return [
        line(row) for row in rows.select_related("owner", "community").order_by("closed_at", "due_on", "pk")[:SHOWN]
    ]


def site_page(project: Project, actor: Actor, today: date) -> dict[str, Any]:
    """Load the page 现场."""
    findings = SiteFinding.objects.filter(project=project)
    risk = SiteRisk.objects.filter(project=project).first()
    return {
        "risk": risk,
        "risks": SiteRisk.objects.filter(project=project)[:6],
        "planned": lines(SiteCheck.objects.open().filter(project=project)),
        "checks": SiteCheck.objects.filter(project=project, stage="done").order_by("-checked_on", "-pk")[:10],
        "open_findings": lines(findings.open()),
        "closed_findings": findings.filter(closed_at__isnull=False).count(),
        "reports": lines(ResidentReport.objects.filter(project=project)),
        "evaluations": SafetyEvaluation.objects.filter(project=project)[:6],
        "firms": list(firms_of(project).values()),
        "homes": covered_by(project, actor),
    }


@dataclass(frozen=True)
class Special:
    """A special acceptance with its items."""

    line: dict[str, Any]
    tally: Tally
    try_outs: list[Any]
    lacking: list[str]

    @property
    def row(self) -> Any:
        """The matter."""
        return self.line["row"]


def acceptance_page(project: Project, actor: Actor, today: date) -> dict[str, Any]:
    """Load the page 验收."""
    homes = covered_by(project, actor)
    review = EffectReview.objects.filter(project=project).select_related("owner", "community").first()
    facades = FacadeAcceptance.objects.filter(project=project)
    special = _specials(project)
    return {
        "homes": homes,
        "specials": special,
        "facades": lines(facades),
        "fires": FireRecord.objects.filter(project=project).select_related("building")[:5],
        "door": _door(project, homes, actor, today),
        "completion": Completion.objects.filter(project=project).first(),
        "filings": lines(AcceptanceFiling.objects.filter(project=project)),
        "review": review and line(review),
        "parties": _parties(review),
        "average": average(answers_of(review)) if review else None,
        "follow_ups": lines(EffectFollowUp.objects.filter(project=project)),
        "handovers": lines(Handover.objects.filter(project=project)),
        "replaced": _replaced([one.row.pk for one in special], facades),
        "built": project.stands in BUILT,
        "reviewed": project.stands in (State.REVIEWED, State.HANDED_OVER),
    }


def _door(project: Project, homes: list[Any], actor: Actor, today: date) -> Door | None:
    return door_of(project, homes, actor=actor, on=today) if project.stands is State.ON_SITE else None


def _replaced(keys: list[int], facades: Any) -> list[Replaced]:
    return replaced([*keys, *facades.values_list("pk", flat=True)])


def _specials(project: Project) -> list[Special]:
    from jiugai.works.queries.special import lacking_to_pass

    rows = list(SpecialAcceptance.objects.filter(project=project).select_related("owner", "community").order_by("-pk"))
    found = tallies([row.pk for row in rows])
    return [
        Special(line(row), found[row.pk], list(row.try_outs.all()), [] if row.closed_at else lacking_to_pass(row))
        for row in rows
    ]


def _parties(review: EffectReview | None) -> list[dict[str, Any]]:
    said = newest(review) if review else {}
    return [{"party": party, "answer": said.get(party.value)} for party in Party]


def warranty_page(project: Project, actor: Actor, today: date) -> dict[str, Any]:
    """Load the page 质保."""
    terms = WarrantyTerm.objects.filter(project=project).order_by("item", "pk").annotate(n=Count("claims"))
    return {
        "terms": [{"row": row, "left": (row.ends - today).days if row.ends else None} for row in terms],
        "claims": lines(WarrantyClaim.objects.filter(project=project)),
        "insurances": DefectInsurance.objects.filter(project=project),
        "built": project.stands in BUILT,
    }


def smart_page(project: Project, actor: Actor, today: date) -> dict[str, Any]:
    """Load the page 智慧工地: devices with a chart of their last three days."""
    devices = list(
        SiteDevice.objects.filter(project=project).annotate(
            n=Count("readings"), alarms=Count("readings", Q(readings__alarm=True)), last=Max("readings__at")
        )
    )
    charts = _charts(devices)
    return {
        "devices": [{"row": one, "chart": charts.get(one.pk)} for one in devices],
        "token": SiteFeedToken.objects.filter(project=project, ended_at__isnull=True).first(),
        "alarms": lines(SiteFinding.objects.filter(project=project, origin="device")),
    }


def _charts(devices: list[Any]) -> dict[int, Any]:
    """Draw the three days before the newest reading of any device. One query."""
    from jiugai.works.charts import chart

    newest_at = max((one.last for one in devices if one.last), default=None)
    if newest_at is None:
        return {}
    since = newest_at - timedelta(hours=CHART_HOURS)
    rows = DeviceReading.objects.filter(device__in=devices, at__gte=since).order_by("device", "at")
    found: dict[int, list[tuple[datetime, Any, bool]]] = {}
    for device, *point in rows.values_list("device", "at", "value", "alarm"):
        found.setdefault(device, []).append((point[0], point[1], point[2]))
    by_key = {one.pk: one for one in devices}
    return {
        key: chart(_thin(points), low=by_key[key].low, high=by_key[key].high, unit=by_key[key].unit,
                   label=by_key[key].name)
        for key, points in found.items()
    }  # fmt: skip


def _thin(rows: list[tuple[datetime, Any, bool]], most: int = 600) -> list[tuple[datetime, Any, bool]]:
    """Leave out readings evenly, never one that is an alarm."""
    every = max(1, len(rows) // most)
    return [row for n, row in enumerate(rows) if row[2] or n % every == 0 or n == len(rows) - 1]


def methods_page(project: Project, actor: Actor, today: date) -> dict[str, Any]:
    """Load the page 图集与四新."""
    drawings = DrawingUse.objects.filter(project=project).select_related("version__document").order_by("item", "pk")
    uses = TechniqueUse.objects.filter(project=project).select_related("technique").order_by("-used_on", "-pk")
    return {
        "drawings": [{"row": d, "old": d.version.until is not None and d.version.until < today} for d in drawings],
        "uses": [{"row": use, "saved": use.usual_days - use.actual_days} for use in uses],
    }


PAGES = {
    "site": site_page,
    "acceptance": acceptance_page,
    "warranty": warranty_page,
    "smart": smart_page,
    "methods": methods_page,
}
