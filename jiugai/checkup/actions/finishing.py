"""Finish a check-up: its result counts, colours the map and may open gates. Later entries correct it."""

from datetime import datetime

import pghistory
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.checkup.actions.telling import tell_need
from jiugai.checkup.models import Checkup
from jiugai.checkup.rebuilding import rebuild
from jiugai.domain.errors import Conflict, Refusal
from jiugai.policy.occurrences import announce
from jiugai.registry.choices import Provenance

CLAUSE = "T03-1"


class Unfinished(Refusal):
    """Parts are missing; `details` names them."""

    status = 409
    code = "unfinished"


@transaction.atomic
def finish_checkup(*, checkup: Checkup, actor: Actor, now: datetime) -> Checkup:
    """Finish the check-up when every begun building and the shared part are filled in.

    What nobody can judge is answered 说不清 and does not stand in the way. Announces `checkup_finished` and enters the
    suggested need as the check-up's word. Raises NotAllowed, Unfinished, Conflict.
    """
    require(actor, Permission.CHECKUP_RECORD, checkup)
    locked = lock(checkup.pk)
    if locked.state == Checkup.State.FINISHED:
        raise Conflict(f"{locked}已经完成", remedy="要改的直接更正，得分会重新计算")
    refuse_withdrawn(locked)
    rebuild(locked, locked.parts.values_list("key", flat=True))
    _refuse_missing(locked)
    locked.state, locked.finished_at, locked.finished_by_name = Checkup.State.FINISHED, now, actor.name
    with pghistory.context(reason="体检完成"):
        locked.save(update_fields=["state", "finished_at", "finished_by_name"])
    audit.record(
        action=Action.CHECKUP_FINISHED, actor=actor, subject=locked, after={"得分": locked.score, "需求": locked.need}
    )
    tell_need(checkup=locked, actor=actor, on=timezone.localdate(now))
    announce_result(locked, "checkup_finished", f"{locked.year} 年度体检完成，{in_words(locked)}", actor, now)
    return locked


def lock(pk: int) -> Checkup:
    """Read a check-up under a lock: whoever writes about it goes one after the other."""
    rows = Checkup.objects.select_for_update(of=("self",)).select_related("community", "edition")
    return rows.get(pk=pk)


def refuse_withdrawn(checkup: Checkup) -> None:
    """Raise Conflict for a check-up that counts no more."""
    if checkup.state == Checkup.State.WITHDRAWN:
        who = f"{checkup.withdrawn_by_name}已经撤回{checkup}：{checkup.withdrawn_reason}"
        raise Conflict(who, remedy="要体检的，在小区档案里重新开始，手机上重新下载小区")


def in_words(checkup: Checkup) -> str:
    """Say the result in a few words."""
    score = "没有得分" if checkup.score is None else f"得分 {checkup.score}"
    return f"{score}，问题 {checkup.defects} 处，建议需求{checkup.get_need_display()}"


def _refuse_missing(checkup: Checkup) -> None:
    parts = list(checkup.parts.order_by("key"))
    begun = [p for p in parts if p.is_shared or p.touched_at is not None]
    missing = [f"{p.label}还有 {p.open_count} 项没填" for p in begun if not p.done]
    if not any(p.key and p.touched_at for p in parts):
        missing.append("一栋楼也没有填")
    if missing:
        raise Unfinished(
            f"{checkup}还没填完", clause=CLAUSE, details=missing, remedy="补填，说不清的选“说不清”，再办完成"
        )


def correct(*, checkup: Checkup, before: tuple[object, ...], actor: Actor, now: datetime) -> None:
    """Let what hangs on a finished check-up follow when later entries changed its result. The caller holds its lock."""
    if checkup.state != Checkup.State.FINISHED or before == outcome(checkup):
        return
    checkup.corrected_at = now
    with pghistory.context(reason="体检更正"):
        checkup.save(update_fields=["corrected_at"])
    audit.record(
        action=Action.CHECKUP_CORRECTED, actor=actor, subject=checkup, before=list(before), after=list(outcome(checkup))
    )
    tell_need(checkup=checkup, actor=actor, on=timezone.localdate(now))
    announce_result(checkup, "checkup_corrected", f"{checkup.year} 年度体检更正，{in_words(checkup)}", actor, now)


def outcome(checkup: Checkup) -> tuple[object, ...]:
    """Return what others rely on: a change of it is a correction worth telling."""
    return (
        None if checkup.score is None else str(checkup.score),
        str(checkup.need),
        tuple(checkup.needs),
        checkup.buildings_done,
        checkup.defects,
    )


def announce_result(checkup: Checkup, code: str, title: str, actor: Actor, now: datetime) -> None:
    """Tell what a check-up came to, on the community's timeline and to whoever waits for it."""
    announce(
        code=code,
        community=checkup.community,
        title=title,
        words=checkup.need_says,
        detail={"checkup": checkup.pk, "year": checkup.year, "needs": list(checkup.needs)},
        url=reverse("checkup-file", args=[checkup.pk]),
        actor=actor,
        now=now,
        demo=checkup.provenance == Provenance.DEMO,
    )
