"""The check-up that a project came from: in words and with its address; the number of a paper report stays as typed."""

from datetime import date
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.checkup.models import Checkup
from jiugai.planning.models import Project
from jiugai.web.parts.dates import cn_full_date


def checkup_words(on: date | None, score: object) -> str:
    """Say when a check-up was finished and with what score."""
    day = f"{cn_full_date(on)}完成" if on else "没有完成日期"
    return f"{day}，{'没有得分' if score is None else f'{score} 分'}"


def with_source(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Add `source_key` and `source_score` of the check-up on the platform that a project refers to."""
    own = Checkup.objects.filter(community__project_links__project=OuterRef("pk"))
    mine = own.annotate(ref=Cast("pk", CharField())).filter(ref=OuterRef("checkup_ref"))
    return rows.annotate(source_key=Subquery(mine.values("pk")[:1]), source_score=Subquery(mine.values("score")[:1]))


def source_words(row: Any) -> str | None:
    """Say in a list which check-up a project came from; a paper report by its number."""
    if not row.checkup_ref:
        return None
    if row.source_key:
        return checkup_words(row.checkup_on, row.source_score)
    return f"{row.checkup_ref}，{cn_full_date(row.checkup_on)}完成" if row.checkup_on else str(row.checkup_ref)


def source_of(project: Project, actor: Actor) -> tuple[str, str] | None:
    """Return the words and the address of a project's check-up; no address where the reader may not open it."""
    row = with_source(Project.objects.filter(pk=project.pk)).get()
    words = source_words(row)
    if words is None:
        return None
    opens = row.source_key and may(actor, Permission.CHECKUP_VIEW)  # type: ignore[attr-defined]
    return words, reverse("checkup-file", args=[row.source_key]) if opens else ""  # type: ignore[attr-defined]
