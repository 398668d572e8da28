"""Addresses of approvals."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.approvals.tables import APPROVALS, SCHEMES, SUPERVISIONS, TENDER_PLANS
from jiugai.approvals.views import board, cases, design, rebuilding

urlpatterns: list[URLPattern] = [
    path("notices/tenders/", board.tender_board, name="tender-board"),
    path("approvals/times/", cases.approval_times, name="approval-times"),
    path("approvals/times/sheet/", cases.approval_times_sheet, name="approval-times-sheet"),
    *list_urls(APPROVALS, "approvals/", Permission.POOL_VIEW),
    *list_urls(SCHEMES, "schemes/", Permission.POOL_VIEW),
    *list_urls(SUPERVISIONS, "supervisions/", Permission.POOL_VIEW),
    *list_urls(TENDER_PLANS, "tenderplans/", Permission.POOL_VIEW),
    path("projects/<int:pk>/design/", design.project_design, name="project-design"),
    path("projects/<int:pk>/design/submit/", design.scheme_submit, name="scheme-submit"),
    path("projects/<int:pk>/design/sheet/", design.scheme_sheet, name="scheme-sheet"),
    path("projects/<int:pk>/design/architect/", design.architect_name, name="architect-name"),
    path("projects/<int:pk>/design/sign/", design.design_sign, name="design-sign"),
    path("projects/<int:pk>/design/review/", design.review_send, name="review-send"),
    path("projects/<int:pk>/design/finding/", design.finding_add, name="finding-add"),
    path("projects/<int:pk>/design/closing/", design.finding_close, name="finding-close"),
    path("projects/<int:pk>/design/acceptance/", design.acceptance_join, name="acceptance-join"),
    path("projects/<int:pk>/approvals/", cases.project_approvals, name="project-approvals"),
    path("projects/<int:pk>/approvals/start/", cases.approvals_start, name="approvals-start"),
    path("projects/<int:pk>/approvals/again/", cases.approvals_again, name="approvals-again"),
    path("projects/<int:pk>/approvals/withdraw/", cases.approvals_withdraw, name="approvals-withdraw"),
    path("projects/<int:pk>/approvals/watch/", cases.supervision_assign, name="supervision-assign"),
    path("projects/<int:pk>/approvals/plan/", cases.tender_plan, name="tender-plan"),
    path("projects/<int:pk>/approvals/tender/", cases.tender_prepare, name="tender-prepare"),
    path("projects/<int:pk>/rebuild/", rebuilding.project_rebuild, name="project-rebuild"),
    path("projects/<int:pk>/rebuild/save/", rebuilding.rebuild_save, name="rebuild-save"),
    path("projects/<int:pk>/rebuild/flats/", rebuilding.rebuild_flats, name="rebuild-flats"),
    path("projects/<int:pk>/rebuild/sheet/", rebuilding.rebuild_sheet, name="rebuild-sheet"),
    path("projects/<int:pk>/rebuild/area/", rebuilding.rebuild_area, name="rebuild-area"),
    path("projects/<int:pk>/rebuild/wishes/", rebuilding.wish_record, name="wish-record"),
]
