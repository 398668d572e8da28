"""What the page 方案 of a project shows: schemes by edition, opinions, drawing review, architect, planner's part."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.approvals.models import AcceptancePart, ArchitectInCharge, DrawingReview, SchemeEdition, SignOff
from jiugai.domain import design_standards
from jiugai.domain.design_standards import Checked
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.showing import second_words, standing, time_words
from jiugai.planning.models import PlannerOpinion, PlannerTerm, Project
from jiugai.planning.opinion import PROCESS as OPINIONS
from jiugai.planning.queries.project import planner_of

REVIEW_TAGS = {"asked": ("soon", "审查中"), "passed": ("ok", "通过"), "failed": ("bad", "不通过"),
               "stopped": ("na", "已撤回")}  # fmt: skip


@dataclass(frozen=True)
class SchemeShown:
    """A kind of scheme: its editions newest first, the opinions on each, items and checks of the one that stands."""

    kind: SchemeKind
    editions: list[SchemeEdition]
    items: list[Any]
    checked: tuple[Checked, ...]
    opinions: list[dict[str, Any]]
    older: list[dict[str, Any]]
    signed: list[SignOff]
    swapped: bool

    @property
    def current(self) -> SchemeEdition | None:
        """The edition that stands."""
        return self.editions[0] if self.editions else None

    @property
    def short(self) -> list[Checked]:
        """Values below a standard."""
        return [one for one in self.checked if not one.ok]


@dataclass(frozen=True)
class DesignShown:
    """The page."""

    schemes: list[SchemeShown]
    reviews: list[dict[str, Any]]
    architects: list[ArchitectInCharge]
    in_charge: ArchitectInCharge | None
    parts: list[AcceptancePart]
    planners: list[tuple[str, PlannerTerm | None]]
    standards: tuple[Any, ...]
    rights: dict[str, Answer]


def show(project: Project, *, actor: Actor, on: date) -> DesignShown:
    """Load the page in a constant number of queries."""
    editions = list(
        SchemeEdition.objects.filter(scheme__project=project)
        .select_related("scheme", "document", "version").prefetch_related("items", "sign_offs__architect")
        .order_by("-number")
    )  # fmt: skip
    asked = _opinions(project)
    architects = list(
        ArchitectInCharge.objects.filter(project=project).select_related("organisation").order_by("-valid")
    )
    return DesignShown(
        schemes=[_scheme(kind, editions, asked, on) for kind in SchemeKind],
        reviews=_reviews(project),
        architects=architects,
        in_charge=next((one for one in architects if _holds(one, on)), None),
        parts=list(AcceptancePart.objects.filter(project=project).select_related("planner")),
        planners=[(role.label, planner_of(project, on=on, role=role)) for role in PlannerOpinion.Role],
        standards=design_standards.in_force(on),
        rights={
            "submit": may(actor, Permission.SCHEME_SUBMIT, project),
            "sign": may(actor, Permission.DESIGN_SIGN, project),
            "review": may(actor, Permission.DRAWING_REVIEW, project),
            "join": may(actor, Permission.OPINION_GIVE, project),
        },
    )


def _holds(row: ArchitectInCharge, on: date) -> bool:
    return bool(row.valid.lower <= on and (row.valid.upper is None or on < row.valid.upper))


def _scheme(kind: SchemeKind, editions: list[SchemeEdition], asked: list[dict[str, Any]], on: date) -> SchemeShown:
    mine = [one for one in editions if one.scheme.kind == kind]
    current = mine[0] if mine else None
    items = list(current.items.all()) if current else []
    number = current.number if current else 0
    here = [one for one in asked if one["row"].at == kind]
    values = [(item.name, item.measure, item.value) for item in items if item.value is not None]
    return SchemeShown(
        kind=kind,
        editions=mine,
        items=items,
        checked=design_standards.check(values, design_standards.in_force(current.submitted_on if current else on)),
        opinions=[one for one in here if one["row"].edition == number and number],
        older=[one for one in here if one["row"].edition != number or not number],
        signed=list(current.sign_offs.all()) if current else [],
        swapped=_swapped(current),
    )


def _swapped(edition: SchemeEdition | None) -> bool:
    """Tell whether the file was replaced or withdrawn after it was submitted."""
    if edition is None or edition.version is None or edition.document is None:
        return False
    newest = edition.document.versions.order_by("-number").values_list("number", flat=True).first()
    return bool(edition.document.withdrawn_at) or newest != edition.version.number


def _opinions(project: Project) -> list[dict[str, Any]]:
    rows = PlannerOpinion.objects.filter(project=project, at__in=[k.value for k in SchemeKind]).exclude(stage="stopped")
    return [
        {"row": row, "tag": OPINIONS.stage(row.stage).tag, "words": OPINIONS.stage(row.stage).label,
         "time": time_words(standing(row)), "second": second_words(row)}
        for row in rows.select_related("owner", "assignee").order_by("-role", "-pk")
    ]  # fmt: skip


def _reviews(project: Project) -> list[dict[str, Any]]:
    rows = DrawingReview.objects.filter(project=project).select_related("owner", "edition").prefetch_related("findings")
    return [
        {"row": row, "tag": REVIEW_TAGS[row.stage][0], "words": REVIEW_TAGS[row.stage][1],
         "time": time_words(standing(row)), "findings": list(row.findings.all()), "open": row.closed_at is None}
        for row in rows.order_by("-pk")
    ]  # fmt: skip
