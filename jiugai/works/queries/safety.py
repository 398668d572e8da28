"""What a period left on record, for grades and evaluations."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from jiugai.accounts.models import Area, Organisation
from jiugai.domain.site_safety import Record
from jiugai.matters.models import MatterLog
from jiugai.planning.models import Project
from jiugai.works.models import ResidentReport, SiteCheck, SiteFinding, SiteFirm


def open_counts(project: Project) -> tuple[int, int]:
    """Return how many findings are open: general ones, major ones. One query."""
    rows = SiteFinding.objects.open().filter(project=project).values_list("severity", flat=True)
    found = list(rows)
    return found.count("general"), found.count("major")


def record_of(project: Project, *, since: date, until: date) -> Record:
    """Return what a period left of one project."""
    return _record([project.pk], since, until)


def record_of_firm(firm: Organisation, area: Area, *, since: date, until: date) -> Record:
    """Return what a period left of the projects in an area where the firm was at work in it."""
    at_work = Q(until__isnull=True) | Q(until__gte=since)
    duties = SiteFirm.objects.filter(at_work, firm=firm, since__lte=until, project__area_path__startswith=area.path)
    return _record(list(duties.values_list("project", flat=True).distinct()), since, until)


def _record(projects: Sequence[int], since: date, until: date) -> Record:
    """Count: checks due and done, findings by severity, what was late, failed again, stopped, confirmed."""
    days = (since, until)
    checks = SiteCheck.objects.filter(project__in=projects)
    done = checks.filter(stage="done", checked_on__range=days)
    missed = checks.filter(stage="planned", due_on__range=days)
    findings = list(SiteFinding.objects.filter(project__in=projects, found_on__range=days).exclude(stage="dismissed"))
    again = MatterLog.objects.filter(
        matter__in=[one.pk for one in findings], move="again", at__date__range=days
    ).count()
    reports = ResidentReport.objects.filter(project__in=projects, confirmed=True, opened_at__date__range=days)
    return Record(
        checks_due=done.count() + missed.count(),
        checks_done=done.count(),
        general=sum(one.severity == "general" for one in findings),
        major=sum(one.severity == "major" for one in findings),
        overdue=sum(_late(one, until) for one in findings),
        failed_recheck=again,
        stopped=sum(one.works_stopped for one in findings),
        resident_confirmed=reports.count(),
    )


def _late(finding: Any, until: date) -> bool:
    """Tell whether it was not rectified by its date: still open past it, or rectified after five working days."""
    if finding.stage == "found":
        return finding.due_on is not None and finding.due_on < until
    return False
