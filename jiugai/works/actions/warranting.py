"""Warranty terms: set at delivery, restarted for a repaired part, remembered before they end (T20-8, T20-9)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.projects import BUILT
from jiugai.domain.warranty import Term, TermTooShort, item_of, term
from jiugai.matters.actions import open_matter
from jiugai.matters.models import Handling
from jiugai.planning.models import Project
from jiugai.policy.figures import current
from jiugai.works.models import Completion, WarrantyTerm
from jiugai.works.queries.firms import body_for


class BadTerm(Refusal):
    """The term cannot be."""

    status = 422
    code = "bad_term"


@transaction.atomic
def set_term(
    *, project: Project, item: str, starts: date, actor: Actor, now: datetime, agreed: int | None = None,
    design_years: int | None = None,
) -> WarrantyTerm:  # fmt: skip
    """Set the term of an item from delivery to the owners. Raises NotAllowed, BadTerm, Conflict."""
    require(actor, Permission.SITE_RUN, project)
    _check_start(project, starts)
    found = _worked_out(item, starts, agreed, design_years)
    try:
        with transaction.atomic():
            made = WarrantyTerm.objects.create(
                project=project, item=item, starts=starts, ends=found.ends, words=found.words,
                design_years=design_years, by_name=actor.name, at=now, provenance=project.provenance,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "这一项的保修期已经登记", where=item_of(item).label, remedy="维修后重新起算的由复验合格自动登记"
        ) from None
    audit.record(action=Action.WARRANTY_SET, actor=actor, subject=project,
                 after={"项目": str(made), "起": starts, "止": made.ends})  # fmt: skip
    return made


def _check_start(project: Project, starts: date) -> None:
    if project.stands not in BUILT:
        raise BadTerm("还没有竣工，保修期没有开始", where=project.code, clause="T20-8", remedy="先办竣工验收")
    done = Completion.objects.filter(project=project).values_list("completed_on", flat=True).first()
    if done is not None and starts < done:
        raise BadTerm(f"起算日早于竣工验收 {done}", where="起算日", clause="T20-8", remedy="对业主从交付之日起算")


def _worked_out(item: str, starts: date, agreed: int | None, design_years: int | None) -> Term:
    try:
        return term(item, starts, current(), agreed=agreed, design_years=design_years)
    except TermTooShort as short:
        raise BadTerm(
            str(short), where=item_of(item).label, clause="T20-8", remedy="约定不能低于法定最低年限"
        ) from None


def restart_after(*, claim: Any, now: datetime, by: str) -> WarrantyTerm | None:
    """Start the repaired part's term anew on the day it was found in order; nothing without a known term."""
    if claim.term is None or claim.reinspected_on is None:
        return None
    years = claim.term.design_years
    found = term(claim.item, claim.reinspected_on, current(), design_years=years)
    return WarrantyTerm.objects.create(
        project=claim.project, item=claim.item, part=claim.place, starts=claim.reinspected_on, ends=found.ends,
        words=f"维修后重新起算：{found.words}", restart_of=claim.term, by_name=by, at=now, provenance=claim.provenance,
    )  # fmt: skip


@transaction.atomic
def remind_of_ends(*, now: datetime, on: date) -> int:
    """Put terms that end soon into the implementing body's inbox, each once; return how many (T20-8)."""
    figure = current().value("warranty_remind_days", on)
    if figure is None:
        return 0
    until = date.fromordinal(on.toordinal() + figure.whole)
    rows = WarrantyTerm.objects.select_for_update(of=("self",)).filter(
        ends__range=(on, until), reminded_on__isnull=True
    )
    found = list(rows.select_related("project__community__area"))
    for one in found:
        _remind(one, now)
    WarrantyTerm.objects.filter(pk__in=[one.pk for one in found]).update(reminded_on=on)
    return len(found)


def _remind(one: WarrantyTerm, now: datetime) -> None:
    values = {
        "title": f"质保到期前回访：{one}"[:160], "due_on": one.ends, "obligation": "T20-8",
        "owner": body_for(one.project, "implementer"), "project_ref": one.project.code,
        "detail": f"{one.words}，{one.ends} 到期。到期前入户回访一次，发现问题按报修办理。",
    }  # fmt: skip
    open_matter(model=Handling, values=values, community=one.project.community, actor=SYSTEM, now=now,
                provenance=one.provenance)  # fmt: skip
