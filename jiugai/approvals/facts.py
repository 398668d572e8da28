"""The sections `design`, `approvals` and `rebuild` of `domain.facts.Facts`, of the project in question."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, Sum
from django.utils.timezone import localdate

from jiugai.approvals.models import (
    AddedArea,
    ApprovalStep,
    ArchitectInCharge,
    DrawingReview,
    LocalSupervision,
    Rebuild,
    RebuildDwelling,
    SchemeEdition,
    SignOff,
    Tender,
    TenderPlan,
    WishAnswer,
)
from jiugai.domain.facts import ApprovalFacts, DesignFacts, RebuildFacts
from jiugai.domain.rebuild import M2, Wish
from jiugai.domain.schemes import SchemeKind
from jiugai.planning.facts import in_question

PERMIT = {"working": "asked", "done": "met", "exempt": "exempt", "refused": "refused"}


def load_design(communities: Sequence[int], on: date) -> dict[int, DesignFacts]:
    """Return the schemes as they stand, in a constant number of queries."""
    projects = in_question(communities)
    keys = [project.pk for project in projects.values()]
    editions, reviews, architects = _editions(keys), _reviews(keys), _architects(keys, on)
    signed = _signed([found[SchemeKind.PROJECT].pk for found in editions.values() if SchemeKind.PROJECT in found])
    return {
        home: _design(editions[project.pk], reviews[project.pk], architects.get(project.pk, ""), signed)
        for home, project in projects.items()
    } | {home: DesignFacts() for home in communities if home not in projects}


def _editions(keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the newest edition of each kind by project; whether its file was replaced or withdrawn since."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    newest = F("document__versions__number")
    rows = SchemeEdition.objects.filter(scheme__project__in=keys).annotate(
        project=F("scheme__project"), kind=F("scheme__kind"), newest=Max(newest), things=Count("items", distinct=True)
    )
    for row in rows.select_related("version", "document").order_by("scheme", "number"):
        found[row.project][row.kind] = row  # type: ignore[attr-defined]  # annotated
    return found


def _swapped(row: Any) -> bool:
    if row is None or row.version is None:
        return False
    return bool(row.document.withdrawn_at) or row.version.number != row.newest


def _reviews(keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the newest review of the drawings of each kind of scheme, by project."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    rows = DrawingReview.objects.filter(project__in=keys).exclude(stage="stopped").select_related("edition")
    for row in rows.order_by("pk"):
        found[row.project_id][row.subject] = row
    return found


def _signed(editions: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return what was signed for on each edition."""
    found: dict[int, tuple[str, ...]] = {}
    for edition, subject in (
        SignOff.objects.filter(edition__in=editions).order_by("pk").values_list("edition", "subject")
    ):
        found[edition] = (*found.get(edition, ()), subject)
    return found


def _architects(keys: Sequence[int], on: date) -> dict[int, str]:
    rows = ArchitectInCharge.objects.filter(project__in=keys, valid__contains=on)
    return dict(rows.values_list("project", "name"))


def _design(
    editions: dict[str, Any], reviews: dict[str, Any], architect: str, signed: dict[int, tuple[str, ...]]
) -> DesignFacts:
    scheme, special = editions.get(SchemeKind.PROJECT), editions.get(SchemeKind.SPECIAL)
    review, own = (_reviewed(reviews.get(kind)) for kind in (SchemeKind.SPECIAL, SchemeKind.PROJECT))
    return DesignFacts(
        scheme=scheme.number if scheme else 0,
        scheme_on=scheme.submitted_on if scheme else None,
        scheme_swapped=_swapped(scheme),
        special=special.number if special else 0,
        special_on=special.submitted_on if special else None,
        special_items=special.things if special else 0,
        special_swapped=_swapped(special),
        review=review.stage,
        review_on=review.on,
        review_ref=review.ref,
        review_edition=review.edition,
        architect=architect,
        drawings=own.stage,
        drawings_on=own.on,
        drawings_ref=own.ref,
        drawings_edition=own.edition,
        signed=signed.get(scheme.pk, ()) if scheme else (),
    )


class _Reviewed(NamedTuple):
    """A drawing review as the rules read it."""

    stage: str = ""
    on: date | None = None
    ref: str = ""
    edition: int = 0


def _reviewed(row: Any) -> _Reviewed:
    if row is None:
        return _Reviewed()
    closed = localdate(row.closed_at) if row.closed_at else None
    return _Reviewed(row.stage, closed, f"施工图审查 {row.number}", row.edition.number if row.edition else 0)


def load_approvals(communities: Sequence[int], on: date) -> dict[int, ApprovalFacts]:
    """Return permit, supervision, tender plan and tender, in a constant number of queries."""
    projects = in_question(communities)
    keys = [project.pk for project in projects.values()]
    permits, watchers, plans, tenders = _permits(keys), _watchers(keys), _plans(keys, on), _tenders(keys)
    found = {home: ApprovalFacts() for home in communities}
    for home, project in projects.items():
        permit, watcher, plan = permits.get(project.pk), watchers.get(project.pk), plans.get(project.pk)
        tender = tenders.get(project.pk)
        found[home] = ApprovalFacts(
            permit=PERMIT.get(permit.stage, "") if permit else "",
            permit_ref=permit.reference or permit.number if permit else "",
            permit_on=localdate(permit.closed_at) if permit and permit.closed_at else None,
            permit_until=permit.valid_until if permit else None,
            supervisor=str(watcher.supervisor) if watcher else "",
            supervised_on=watcher.since if watcher else None,
            plan_ref=plan.reference if plan else "",
            plan_published_on=plan.published_on if plan else None,
            form=tender.form if tender else "",
            form_reason=tender.form_reason if tender else "",
        )
    return found


def _permits(keys: Sequence[int]) -> dict[int, Any]:
    rows = ApprovalStep.objects.filter(case__project__in=keys, case__withdrawn_on__isnull=True, step="permit")
    rows = rows.exclude(stage="stopped").annotate(project=F("case__project"))
    return {row.project: row for row in rows.order_by("pk")}


def _watchers(keys: Sequence[int]) -> dict[int, LocalSupervision]:
    rows = LocalSupervision.objects.filter(project__in=keys, until__isnull=True).select_related("supervisor")
    return {row.project_id: row for row in rows}


def _plans(keys: Sequence[int], on: date) -> dict[int, TenderPlan]:
    rows = TenderPlan.objects.filter(project__in=keys, published_on__lte=on).order_by("published_on", "pk")
    return {row.project_id: row for row in rows}


def _tenders(keys: Sequence[int]) -> dict[int, Any]:
    """The tender that waits for its notice counts, else the newest that was not given up."""
    rows = Tender.objects.filter(project__in=keys).exclude(stage__in=["stopped", "failed"])
    return {row.project_id: row for row in sorted(rows.order_by("pk"), key=lambda t: t.stage == "prepared")}


def load_rebuild(communities: Sequence[int], on: date) -> dict[int, RebuildFacts]:
    """Return the record of a rebuild, in a constant number of queries; projects without one have no such facts."""
    projects = in_question(communities)
    rows = {row.project_id: row for row in Rebuild.objects.filter(project__in=[p.pk for p in projects.values()])}
    keys = [row.pk for row in rows.values()]
    areas, added, wishes = _areas(keys), _added(keys), _wishes(keys)
    return {
        home: _rebuild(rows[project.pk], areas, added, wishes)
        for home, project in projects.items()
        if project.pk in rows
    }


def _areas(keys: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    rows = RebuildDwelling.objects.filter(rebuild__in=keys).order_by().values("rebuild")
    unknown = Count("pk", filter=Q(before_cm2__isnull=True) | Q(after_cm2__isnull=True))
    summed = rows.annotate(before=Sum("before_cm2"), after=Sum("after_cm2"), unknown=unknown)
    return {row["rebuild"]: (row["before"] or 0, row["after"] or 0, row["unknown"]) for row in summed}


def _added(keys: Sequence[int]) -> dict[int, int]:
    rows = AddedArea.objects.filter(rebuild__in=keys).order_by().values_list("rebuild")
    return dict(rows.annotate(sum=Sum("m2")))


def _wishes(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = WishAnswer.objects.filter(rebuild__in=keys, ended_at__isnull=True).order_by().values("rebuild")
    counted = rows.annotate(agreed=Count("pk", filter=Q(answer=Wish.AGREE)), all=Count("pk"))
    return {row["rebuild"]: (row["agreed"], row["all"]) for row in counted}


def _rebuild(
    row: Rebuild,
    areas: dict[int, tuple[int, int, int]],
    added: dict[int, int],
    wishes: dict[int, tuple[int, int]],
) -> RebuildFacts:
    before, after, unknown = areas.get(row.pk, (0, 0, 1))
    agreed, answered = wishes.get(row.pk, (0, 0))
    return RebuildFacts(
        situation=row.situation,
        basis=row.basis,
        households_before=row.households_before,
        households_after=row.households_after,
        wish_agreed=agreed,
        wish_answered=answered,
        area_before_cm2=None if unknown else before,
        area_after_cm2=None if unknown else after + added.get(row.pk, 0) * M2,
        planning_ref=row.planning_ref,
        planning_on=row.planning_on,
        safety_ref=row.safety_ref,
        safety_on=row.safety_on,
    )
