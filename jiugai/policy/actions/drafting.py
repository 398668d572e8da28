"""Making draft sets of figures."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.figures import BadFigure, UnknownFigure, UnreadableValue, typed
from jiugai.policy import figures
from jiugai.policy.models import DraftFigure, DraftSet


class BadDraft(Refusal):
    """The draft names a figure that is none, or a value that does not fit it."""

    code = "bad_draft"


class DraftTwice(Conflict):
    """A draft of that name, or a value of that figure on that day, is there already."""

    code = "draft_twice"


@transaction.atomic
def make_draft(*, name: str, note: str, actor: Actor, now: datetime) -> DraftSet:
    """Open an empty draft. Raises NotAllowed, BadDraft, DraftTwice."""
    require(actor, Permission.POLICY_MANAGE)
    if not name.strip():
        raise BadDraft("草案没有名称", where="名称", remedy="写一个能认出来的名称")
    try:
        with transaction.atomic():
            made = DraftSet.objects.create(
                name=name.strip(), note=note.strip(), made_by_id=actor.user_id, made_by_name=actor.name, made_at=now
            )
    except IntegrityError as twice:
        raise DraftTwice(f"已有草案“{name}”", where="名称", remedy="换一个名称，或打开已有的草案") from twice
    audit.record(action=Action.DRAFT_SAVED, actor=actor, subject=made, after={"名称": made.name})
    return made


@transaction.atomic
def draw_figure(*, draft: DraftSet, figure: str, since: date, value: str, actor: Actor) -> DraftFigure:
    """Give a figure another value in a draft from a day on; an empty value ends it the day before.

    Raises NotAllowed, BadDraft, DraftTwice.
    """
    require(actor, Permission.POLICY_MANAGE)
    refuse_adopted(draft)
    text = value.strip() or None
    try:
        parameter = figures.current().get(figure)
        figures.current().with_draft({figure: [(since, typed(parameter, text) if text else None)]})
    except UnknownFigure:
        raise BadDraft(f"没有参数 {figure}", where="参数", remedy="从参数页选") from None
    except (BadFigure, UnreadableValue):
        raise BadDraft(f"{value} 不能作这个参数的值", where="值", remedy="照现行值的写法填，例如 3、2/3、50%") from None
    made = _drawn(draft, figure, since, text)
    audit.record(
        action=Action.DRAFT_SAVED, actor=actor, subject=draft, after={"参数": figure, "起": str(since), "值": text}
    )
    return made


def refuse_adopted(draft: DraftSet) -> None:
    """Raise Conflict for a draft in force: verdicts rest on it."""
    if draft.adopted_at is not None:
        raise Conflict(f"“{draft}”已采纳施行，不能再改", where=draft.name, remedy="新建一个草案，从以后的日期起改")


def _drawn(draft: DraftSet, figure: str, since: date, text: str | None) -> DraftFigure:
    try:
        with transaction.atomic():
            return DraftFigure.objects.create(draft=draft, figure=figure, since=since, value=text)
    except IntegrityError as twice:
        raise DraftTwice("这个参数在这一天已有草案值", where="起", remedy="先去掉原来的再填") from twice


@transaction.atomic
def drop_figure(*, draft: DraftSet, pk: int, actor: Actor) -> None:
    """Take a value out of a draft. Raises NotAllowed; does nothing when it is gone already."""
    require(actor, Permission.POLICY_MANAGE)
    refuse_adopted(draft)
    gone = draft.figures.filter(pk=pk).first()
    if gone is not None:
        gone.delete()
        audit.record(action=Action.DRAFT_SAVED, actor=actor, subject=draft, before={"参数": gone.figure})
