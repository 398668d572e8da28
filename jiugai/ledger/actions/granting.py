"""Granting a district its scale, and undoing a grant that was written wrongly."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain import floor_area
from jiugai.domain.errors import Refusal
from jiugai.domain.ledger import Leg, reversal
from jiugai.ledger.actions.posting import post
from jiugai.ledger.models import Book, Entry
from jiugai.web.areas import CM2, square_metres

MOST = 10**15  # cm²: 100 km², more than any district could be granted


class WrongGrant(Refusal):
    """The grant says too little, or something impossible."""

    status = 422
    code = "wrong_grant"


def area_typed(text: str) -> int:
    """Return cm² from what was typed in ㎡; a minus takes back. Raises WrongGrant."""
    try:
        typed = Decimal(text.replace(",", "").replace("，", "").replace("−", "-").strip())
    except InvalidOperation:
        raise WrongGrant(f"“{text[:20]}”不是面积", where="规模", remedy="填数字，单位㎡，例如 12000.50") from None
    cm2 = typed * CM2
    if not typed.is_finite() or abs(cm2) > MOST or cm2 % 100 or not cm2:
        raise WrongGrant("规模不能是零，最多两位小数", where="规模", remedy="填数字，单位㎡，例如 12000.50")
    return int(cm2)


@transaction.atomic
def grant_scale(*, district: Area, cm2: int, reference: str, on: date, actor: Actor, now: datetime) -> Entry:
    """Add to a district's scale, or take back. Raises NotAllowed, WrongGrant, Overdrawn."""
    require(actor, Permission.SCALE_GRANT, district)
    if district.level != Area.Level.DISTRICT:
        raise WrongGrant("规模下达到区", where="辖区", clause="T18-3", remedy="选一个区")
    if not reference.strip():
        raise WrongGrant("要写下达文号", where="文号", clause="T18-1", remedy="填下达规模的文件编号")
    if on > now.date():
        raise WrongGrant("日期还没有到", where="日期", remedy="填文件的日期")
    what = "下达建筑管控规模" if cm2 > 0 else "收回建筑管控规模"
    entry = post(book=Book.FLOOR_AREA, area=district, legs=floor_area.grant(cm2), what=what, on=on, actor=actor,
                 now=now, reference=reference)  # fmt: skip
    audit.record(action=Action.LEDGER_POSTED, actor=actor, subject=entry,
                 after={"事由": what, "规模": square_metres(cm2), "文号": reference})  # fmt: skip
    return entry


@transaction.atomic
def reverse(*, entry: Entry, reason: str, actor: Actor, now: datetime) -> Entry:
    """Undo a grant by the opposite entry, once. Raises NotAllowed, WrongGrant, Overdrawn.

    What a filing posted is undone by the filing's own moves.
    """
    require(actor, Permission.SCALE_GRANT, entry)
    if not reason.strip():
        raise WrongGrant("冲正要写原因", where="原因", remedy="写一句哪里记错了")
    locked = Entry.objects.select_for_update().select_related("area").get(pk=entry.pk)
    if locked.matter_id or locked.reverses_id:
        raise WrongGrant("备案和冲正产生的分录不能单独冲正", where=locked.what, remedy="在备案事项里退回或更正")
    if Entry.objects.filter(reverses=locked).exists():
        raise WrongGrant("这一笔已经冲正", where=locked.what)
    legs = [Leg(leg.account.code, leg.amount) for leg in locked.legs.select_related("account")]
    made = post(book=Book(locked.book), area=locked.area, legs=reversal(legs), what=f"冲正：{reason.strip()}",
                on=now.date(), actor=actor, now=now, reverses=locked, reference=locked.reference)  # fmt: skip
    audit.record(action=Action.LEDGER_POSTED, actor=actor, subject=made, after={"冲正": str(locked)}, reason=reason)
    return made
