"""The review of construction drawings (T11-2, T19-5): sending in, findings, what a verdict needs."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.approvals.models import DrawingFinding, DrawingReview, SchemeEdition
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.process import Move
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import open_matter
from jiugai.matters.actions.locking import locked, refuse_closed
from jiugai.matters.rights import require_do
from jiugai.planning.models import Project


def no_scheme(kind: SchemeKind) -> str:
    """Say that a scheme is not on record."""
    return f"没有{kind.label}"


NO_DESIGN = no_scheme(SchemeKind.SPECIAL)


class ReviewRuns(Conflict):
    """A review of the project is under way."""

    code = "review_runs"


class NotClean(Refusal):
    """The review cannot be passed as it stands."""

    status = 422
    code = "review_not_clean"


class WrongFinding(Refusal):
    """The finding says too little, or is closed already."""

    status = 422
    code = "wrong_finding"


def standing_edition(project: Project, kind: SchemeKind) -> SchemeEdition | None:
    """Return the newest edition of a scheme of a project."""
    rows = SchemeEdition.objects.filter(scheme__project=project, scheme__kind=kind.value)
    return rows.select_related("scheme", "document", "version").order_by("-number").first()


@transaction.atomic
def send_to_review(
    *, project: Project, drawings: str, reviewer: Organisation, actor: Actor, now: datetime, detail: str = "",
    subject: str = SchemeKind.SPECIAL.value,
) -> Any:  # fmt: skip
    """Send the drawings of a scheme to the reviewing body; its clock begins. Raises NotAllowed, ReviewRuns, NotClean.

    Without that scheme on record the review begins with that finding, and cannot pass (T11-2).
    """
    require(actor, Permission.SCHEME_SUBMIT, project)
    kind = SchemeKind(subject)
    held = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    _check_sending(held, kind, drawings)
    edition = standing_edition(held, kind)
    values = {
        "project": held, "edition": edition, "subject": kind.value, "drawings": drawings.strip()[:160],
        "detail": detail, "owner": reviewer, "project_ref": held.code, "title": f"审查“{held}”{kind.drawings}"[:160],
    }  # fmt: skip
    made = open_matter(
        model=DrawingReview, values=values, community=held.community, actor=SYSTEM, now=now, provenance=held.provenance
    )
    if edition is None:
        DrawingFinding.objects.create(
            review=made, number=1, place="整套图纸", says=no_scheme(kind), binding=True, found_by_name=SYSTEM.name
        )
    return made


def _check_sending(project: Project, kind: SchemeKind, drawings: str) -> None:
    if not drawings.strip():
        raise NotClean("没有写送审的图号", where="图号", clause=kind.review_clause, remedy="写图号和版本")
    if DrawingReview.objects.filter(project=project, subject=kind.value, closed_at__isnull=True).exists():
        raise ReviewRuns(f"{kind.drawings}正在审查", where=project.code, remedy="等结论出来，或先撤回送审")


@transaction.atomic
def add_finding(*, review: DrawingReview, place: str, says: str, binding: bool, actor: Actor) -> DrawingFinding:
    """Write down what is wrong with the drawings. Raises NotAllowed, WrongFinding."""
    fresh = locked(review, version=None)
    require_do(actor, Permission.DRAWING_REVIEW, fresh)
    refuse_closed(fresh)
    if not place.strip() or not says.strip():
        raise WrongFinding("没有写在哪里、什么问题", where="审查问题", clause="T11-2", remedy="写图号、位置和问题")
    number = fresh.findings.count() + 1
    made = DrawingFinding.objects.create(
        review=fresh, number=number, place=place.strip()[:120], says=says.strip()[:300], binding=binding,
        found_by_name=actor.name,
    )  # fmt: skip
    audit.record(action=Action.FINDING_SAVED, actor=actor, subject=fresh, after={"位置": made.place, "问题": made.says})
    return made


@transaction.atomic
def close_finding(*, finding: DrawingFinding, answer: str, actor: Actor, on: date) -> DrawingFinding:
    """Close a finding with words on how it was mended; the reviewing body does. Raises NotAllowed, WrongFinding."""
    review = locked(finding.review, version=None)
    require_do(actor, Permission.DRAWING_REVIEW, review)
    refuse_closed(review)
    fresh = DrawingFinding.objects.select_for_update().get(pk=finding.pk)
    if fresh.closed_on is not None or not answer.strip():
        raise WrongFinding("没有写怎么改的，或已经销项", where=fresh.place, remedy="写明改了什么")
    kind = SchemeKind(review.subject)
    if fresh.says == no_scheme(kind) and not _take_edition(review, kind):
        raise WrongFinding(
            fresh.says, where=fresh.place, clause=kind.review_clause, remedy=f"实施主体先报送{kind.label}"
        )
    fresh.answer, fresh.closed_on, fresh.closed_by_name = answer.strip()[:300], on, actor.name
    fresh.save(update_fields=["answer", "closed_on", "closed_by_name"])
    audit.record(
        action=Action.FINDING_SAVED, actor=actor, subject=review, after={"问题": fresh.says, "销项": fresh.answer}
    )
    return fresh


def _take_edition(review: Any, kind: SchemeKind) -> bool:
    """Put the scheme that was submitted meanwhile under the review."""
    review.edition = review.edition or standing_edition(review.project, kind)
    review.save(update_fields=["edition"])
    return review.edition is not None


def check_verdict(review: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Refuse to pass drawings without the scheme that stands, or with open findings. Raises NotClean."""
    if step.code != "pass":
        return
    kind = SchemeKind(review.subject)
    standing = standing_edition(review.project, kind)
    if review.edition is None or standing is None:
        raise NotClean(
            f"{no_scheme(kind)}，不能通过", where=review.title, clause=kind.review_clause,
            remedy=f"实施主体先报送{kind.label}",
        )  # fmt: skip
    if review.edition_id != standing.pk:
        raise NotClean(
            f"送审的是{kind.label}第 {review.edition.number} 版，现行是第 {standing.number} 版", where=review.title,
            clause=kind.review_clause, remedy="撤回这次送审，按现行方案重新送审",
        )  # fmt: skip
    left = list(review.findings.filter(binding=True, closed_on__isnull=True))
    if left:
        raise NotClean(
            f"还有 {len(left)} 个违反强制性条文的问题没有销项", where=review.title, clause=kind.review_clause,
            remedy="改好并销项后再通过，或者不通过", details=[f"{one.place}：{one.says}" for one in left],
        )  # fmt: skip
