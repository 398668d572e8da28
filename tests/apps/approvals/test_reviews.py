"""Drawing review: no pass without the special scheme or over open findings; two reviewers at once."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.approvals.actions.reviewing import (
    NO_DESIGN,
    NotClean,
    ReviewRuns,
    WrongFinding,
    add_finding,
    close_finding,
    send_to_review,
)
from jiugai.approvals.models import DrawingFinding, DrawingReview
from jiugai.domain.errors import Conflict, NotAllowed
from jiugai.matters.actions import move
from jiugai.matters.models import Matter
from tests.apps.approvals.conftest import at, submitted
from tests.apps.approvals.test_schemes import outcome

DAY = date(2026, 9, 18)
RULE = "t11_2_drawing_review"


def sent(cast: Any, project: Any, day: date = DAY) -> Any:
    return send_to_review(
        project=project, drawings="适老 S-01…S-09", reviewer=cast.bodies["district"], actor=cast.actor("implementer"),
        now=at(day),
    )  # fmt: skip


def verdict(cast: Any, review: Any, code: str, **more: Any) -> Any:
    return move(
        matter=review, move=code, actor=cast.actor("reviewer"), now=at(DAY), values={"opinion": "见意见单"}, **more
    )


@pytest.mark.obligation("T11-2")
def test_review_lies_with_the_reviewing_body_for_the_days_set(cast, home, project):
    submitted(cast, project, DAY, "special")
    review = sent(cast, project)
    assert (review.owner, review.clock_days, review.due_on) == (cast.bodies["district"], 10, date(2026, 10, 9))
    assert outcome(home, RULE, DAY) == "fail"
    with pytest.raises(ReviewRuns):
        sent(cast, project)
    verdict(cast, review, "pass")
    assert outcome(home, RULE, DAY) == "pass"


@pytest.mark.obligation("T11-2")
def test_without_special_scheme_the_review_cannot_pass_but_fail(cast, home, project):
    review = sent(cast, project)
    assert review.findings.get().says == NO_DESIGN
    with pytest.raises(NotClean, match="专项设计方案，不能通过"):
        verdict(cast, review, "pass")
    with pytest.raises(WrongFinding, match=NO_DESIGN):
        close_finding(finding=review.findings.get(), answer="口头说有", actor=cast.actor("reviewer"), on=DAY)
    verdict(cast, review, "fail")
    assert outcome(home, RULE, DAY) == "fail"


@pytest.mark.obligation("T11-2")
def test_special_scheme_submitted_meanwhile_is_taken_under_review(cast, home, project):
    review = sent(cast, project)
    submitted(cast, project, DAY, "special")
    close_finding(finding=review.findings.get(), answer="补报专项方案第 1 版", actor=cast.actor("reviewer"), on=DAY)
    verdict(cast, review, "pass")
    assert outcome(home, RULE, DAY) == "pass"


@pytest.mark.obligation("T19-5")
def test_own_drawings_of_a_project_have_a_review_beside_the_special_ones(cast, home, project):
    own = "t19_5_drawings_reviewed"
    for kind in ("special", "scheme"):
        submitted(cast, project, DAY, kind)
    special = sent(cast, project)
    review = send_to_review(
        project=project, drawings="建施 A-01…A-18", reviewer=cast.bodies["district"], actor=cast.actor("implementer"),
        now=at(DAY), subject="scheme",
    )  # fmt: skip
    verdict(cast, special, "pass")
    assert (outcome(home, RULE, DAY), outcome(home, own, DAY)) == ("pass", "fail")
    verdict(cast, review, "pass")
    assert outcome(home, own, DAY) == "pass"
    submitted(cast, project, DAY, change="加坡道")
    assert outcome(home, own, DAY) == "fail"


def test_database_takes_no_review_of_the_other_scheme(cast, project):
    edition = submitted(cast, project, DAY)
    review = sent(cast, project)
    with pytest.raises(IntegrityError, match="scheme of its subject"), transaction.atomic():
        DrawingReview.objects.filter(pk=review.pk).update(edition=edition)


@pytest.mark.obligation("T11-2")
def test_open_binding_finding_keeps_it_from_passing(cast, project):
    submitted(cast, project, DAY, "special")
    review, who = sent(cast, project), cast.actor("reviewer")
    made = add_finding(review=review, place="S-03", says="坡道坡度 1:8", binding=True, actor=who)
    add_finding(review=review, place="S-04", says="扶手颜色建议", binding=False, actor=who)
    with pytest.raises(NotClean, match="还有 1 个"):
        verdict(cast, review, "pass")
    close_finding(finding=made, answer="改为 1:12", actor=who, on=DAY)
    with pytest.raises(WrongFinding):
        close_finding(finding=made, answer="再改", actor=who, on=DAY)
    verdict(cast, review, "pass")


@pytest.mark.obligation("T11-2")
def test_review_of_an_edition_that_was_replaced_does_not_pass(cast, home, project):
    submitted(cast, project, DAY, "special")
    review = sent(cast, project)
    submitted(cast, project, DAY, "special", change="加电梯口坡道")
    with pytest.raises(NotClean, match="现行是第 2 版"):
        verdict(cast, review, "pass")


@pytest.mark.obligation("T11-2")
def test_database_itself_takes_no_pass_over_open_findings(cast, project):
    review = sent(cast, project)
    with pytest.raises(IntegrityError, match="passes only with a special scheme"), transaction.atomic():
        Matter.objects.filter(pk=review.pk).update(stage="passed", closed_at=at(DAY), version=2)
    with pytest.raises(IntegrityError, match="keeps its rows"), transaction.atomic():
        DrawingFinding.objects.all()._raw_delete("default")


def test_who_does_not_review_may_not_decide(cast, project):
    submitted(cast, project, DAY, "special")
    review = sent(cast, project)
    with pytest.raises(NotAllowed):
        move(matter=review, move="pass", actor=cast.actor("district_lead"), now=at(DAY), values={"opinion": "代签"})


@pytest.mark.obligation("T11-2")
@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_who_decide_at_once_one_is_told_who_was_faster(cast, project):
    submitted(cast, project, DAY, "special")
    review, together, said = sent(cast, project), Barrier(2), list[str]()
    who, seen = cast.actor("reviewer"), review.version

    def decide(code: str) -> None:
        try:
            with transaction.atomic(), scoped(SYSTEM):
                together.wait()
                move(matter=review, move=code, actor=who, now=at(DAY), values={"opinion": "见意见单"}, version=seen)
            said.append("done")
        except Conflict as refused:
            said.append(refused.message)
        finally:
            connection.close()

    both = [Thread(target=decide, args=(code,)) for code in ("pass", "fail")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(said)[0] == "done"
    assert "已经办理了这件事项" in sorted(said)[1]
    assert DrawingReview.objects.get().log.filter(what="moved").count() == 1


def test_review_is_not_opened_from_the_list_of_all_kinds(cast, home, client_as):
    answer = client_as("implementer").post(
        "/matters/kinds/drawing_review/new/", {"community": home.name, "drawings": "S"}
    )
    assert answer.status_code in (403, 422)
    assert not DrawingReview.objects.exists()
