"""Enter a new edition of the indicators, or a new target of coverage (T03-1, T03-3)."""

from datetime import date
from typing import Any

import yaml
from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.checkup.editions import all_editions
from jiugai.checkup.models import CheckupEdition, CheckupTarget
from jiugai.domain.checkup.edition import BadEdition
from jiugai.domain.checkup.reading import read_edition
from jiugai.domain.errors import Conflict, Refusal

LONGEST = 200_000


def read_text(text: str) -> Any:
    """Read an edition's text as plain data. Raises BadEdition with the line where it breaks off."""
    if len(text) > LONGEST or text.count("&") > 20:
        raise BadEdition("指标内容太长", remedy="从现行版本复制后再改")
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else ""
        raise BadEdition("指标内容读不出来", where=where, remedy="检查缩进和冒号，或从现行版本复制后再改") from None


@transaction.atomic
def enter_edition(*, text: str, reason: str, actor: Actor) -> CheckupEdition:
    """Enter a new edition; check-ups opened from its day on use it, earlier ones keep theirs.

    Raises NotAllowed, BadEdition, Conflict for a code that exists, and Refusal without a reason.
    """
    require(actor, Permission.CHECKUP_MANAGE)
    if not reason.strip():
        raise Refusal("没有写依据", where="依据", remedy="写明依据哪份文件，例如“京建发〔2026〕12号”")
    raw = read_text(text)
    edition = read_edition(raw)
    if any(known.code == edition.code for known in all_editions()):
        raise Conflict(f"已经有代码为 {edition.code} 的版本", where="code", remedy="换一个代码，如加上年份")
    content = {**raw, "since": edition.since.isoformat()}
    made = CheckupEdition.objects.create(
        code=edition.code,
        name=edition.name[:120],
        since=edition.since,
        content=content,
        reason=reason.strip()[:300],
        entered_by_id=actor.user_id,
        entered_by_name=actor.name,
    )
    audit.record(action=Action.CHECKUP_EDITION_ENTERED, actor=actor, subject=made, reason=reason)
    return made


@transaction.atomic
def set_target(*, area: Area, title: str, due: date, share: int, basis: str, actor: Actor) -> CheckupTarget:
    """Set a target of coverage for an area. Raises NotAllowed, Conflict."""
    require(actor, Permission.CHECKUP_MANAGE, area)
    if CheckupTarget.objects.filter(area=area, due=due, title=title).exists():
        raise Conflict("这个目标已经设过", where=title, remedy="改期限或名称")
    made = CheckupTarget.objects.create(
        area=area, title=title, due=due, share=share, basis=basis, entered_by_name=actor.name
    )
    audit.record(
        action=Action.CHECKUP_TARGET_SET, actor=actor, subject=made, after={"期限": due, "比例": share}, reason=basis,
        area_path=area.path,
    )  # fmt: skip
    return made
