"""The public board of tender plans and notices (T19-6, T19-7): anybody may read it, nothing but what was published."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.guard import public
from jiugai.accounts.scope import scoped
from jiugai.approvals.models import Tender, TenderPlan

MOST = 100


@dataclass(frozen=True)
class Notice:
    """A plan or a notice as it is read by anybody."""

    day: date
    what: str
    project: str
    community: str
    words: str
    until: str
    reference: str
    demo: bool


@require_safe
@public
def tender_board(request: HttpRequest) -> HttpResponse:
    """Show what was published, the newest first."""
    word = request.GET.get("q", "").strip()[:60]
    with scoped(SYSTEM):  # nobody is logged in; only what was published is read
        found = sorted([*_plans(word), *_notices(word)], key=lambda one: one.day, reverse=True)[:MOST]
    context = {"notices": found, "q": word, "most": MOST, "today": timezone.localdate()}
    return render(request, "approvals/board.html", context)


def _of(word: str) -> Q:
    return Q(project__title__icontains=word) | Q(project__community__name__icontains=word) if word else Q()


def _plans(word: str) -> list[Notice]:
    rows = TenderPlan.objects.filter(_of(word)).select_related("project__community")[:MOST]
    return [
        Notice(row.published_on, "招标计划", row.project.title, row.project.community.name,
               f"{row.get_form_display()}：{row.content}", f"拟于 {row.expected_on:%Y-%m-%d} 发布公告", row.reference,
               row.provenance == "demo")
        for row in rows
    ]  # fmt: skip


def _notices(word: str) -> list[Notice]:
    rows = Tender.objects.filter(_of(word), notice_on__isnull=False).select_related("project__community")
    found = []
    for row in rows.order_by("-notice_on", "-pk")[:MOST]:
        demo, home = row.provenance == "demo", row.project.community.name
        words, until = f"{row.get_form_display()}，{row.get_method_display()}", f"{row.bids_on:%Y-%m-%d} 开标"
        found.append(Notice(row.notice_on, "招标公告", row.project.title, home, words, until, row.notice_ref, demo))
        if row.candidates_from:
            until = f"公示到 {row.candidates_until:%Y-%m-%d}"
            found.append(
                Notice(
                    row.candidates_from, "中标候选人公示", row.project.title, home, words, until, row.notice_ref, demo
                )
            )
    return found
