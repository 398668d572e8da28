"""Tender plans published ahead, the tender through its gate, and the days the law asks."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiugai.approvals.actions.tendering import (
    Plan,
    TenderRuns,
    WrongTender,
    prepare_tender,
    publish_plan,
)
from jiugai.approvals.models import Tender, TenderPlan
from jiugai.domain.errors import NotAllowed
from jiugai.domain.figures import shipped
from jiugai.domain.tenders import Days, wrong
from jiugai.matters.actions import move
from jiugai.planning.models import GatePassage
from jiugai.policy.actions.judging import GateShut
from tests.apps.approvals.conftest import at, submitted
from tests.apps.approvals.test_schemes import agree

PLANNED, DAY = date(2026, 9, 1), date(2026, 10, 9)


def planned(cast: Any, project: Any, day: date = PLANNED, reference: str = "招计〔2026〕1号") -> TenderPlan:
    plan = Plan("外墙保温和管线", day + timedelta(days=40), reference)
    return publish_plan(project=project, plan=plan, actor=cast.actor("implementer"), now=at(day), on=day)


def prepared(cast: Any, project: Any, form: str = "epc", **more: Any) -> Any:
    return prepare_tender(project=project, form=form, actor=cast.actor("implementer"), now=at(PLANNED), **more)


NOTICE = {
    "notice_ref": "招公1号", "files_from": DAY, "files_until": date(2026, 10, 13), "bids_on": date(2026, 10, 29),
}  # fmt: skip


def publish(cast: Any, tender: Any, day: date = DAY, **more: Any) -> Any:
    return move(matter=tender, move="publish", actor=cast.actor("implementer"), now=at(day), values=NOTICE | more)


@pytest.fixture
def tender(cast, project) -> Any:
    project.implementer = cast.bodies["district"]
    project.save(update_fields=["implementer"])
    return prepared(cast, project)


@pytest.mark.obligation("T19-9")
def test_epc_is_not_tendered_before_the_planners_fixed_the_scheme(cast, project, planners, tender):
    planned(cast, project)
    submitted(cast, project, date(2026, 9, 21))
    with pytest.raises(GateShut) as shut:
        publish(cast, tender)
    assert "规划设计方案没有定" in str(shut.value.details)
    agree(project, planners, "scheme", date(2026, 9, 24))
    noticed = publish(cast, tender)
    noticed.refresh_from_db()
    assert (noticed.stage, noticed.notice_on) == ("noticed", DAY)
    assert GatePassage.objects.filter(project=project, gate="publish_tender").count() == 1


@pytest.mark.obligation("T19-7")
def test_notice_waits_until_the_plan_was_published_long_enough_ahead(cast, project, planners, tender):
    submitted(cast, project, PLANNED)
    agree(project, planners, "scheme", PLANNED)
    with pytest.raises(GateShut, match="招标"):
        publish(cast, tender)
    planned(cast, project, date(2026, 9, 10))
    with pytest.raises(GateShut) as shut:
        publish(cast, tender)
    assert "不满 30 天" in str(shut.value.details)
    publish(
        cast,
        tender,
        date(2026, 10, 10),
        files_from=date(2026, 10, 10),
        files_until=date(2026, 10, 14),
        bids_on=date(2026, 10, 30),
    )


@pytest.mark.obligation("T19-8")
def test_general_contract_is_the_default_and_another_form_needs_its_reason(cast, project, planners):
    assert Tender._meta.get_field("form").default == "epc"
    with pytest.raises(WrongTender, match="没有采用工程总承包"):
        prepared(cast, project, "construction")
    planned(cast, project)
    made = prepared(cast, project, "construction", form_reason="施工图已完成")
    with pytest.raises(TenderRuns):
        prepared(cast, project, "construction", form_reason="再来")
    move(matter=made, move="publish", actor=cast.actor("district_lead"), now=at(DAY), values=NOTICE)
    assert Tender.objects.get().stage == "noticed"


@pytest.mark.obligation("T19-6")
def test_notice_and_what_follows_keep_the_days_of_the_law(cast, project, planners, tender):
    planned(cast, project)
    submitted(cast, project, PLANNED)
    agree(project, planners, "scheme", PLANNED)
    with pytest.raises(WrongTender, match="发售只有 4 天"):
        publish(cast, tender, files_until=date(2026, 10, 12))
    publish(cast, tender)
    who, day = cast.actor("implementer"), date(2026, 11, 2)
    go = {"matter": tender, "actor": who, "now": at(day)}
    with pytest.raises(WrongTender, match="公示中标候选人只有 2 天"):
        move(
            move="candidates",
            values={"candidates_from": date(2026, 10, 30), "candidates_until": date(2026, 10, 31)},
            **go,
        )
    move(move="candidates", values={"candidates_from": date(2026, 10, 30), "candidates_until": date(2026, 11, 1)}, **go)
    move(move="award", values={"winner": "示例建工集团", "awarded_on": day}, **go)
    late = {"contract_on": date(2026, 12, 3), "contract_ref": "HT-1"}
    with pytest.raises(WrongTender, match="用了 31 天"):
        move(move="contract", values=late, **go)
    move(move="contract", values=late | {"contract_on": date(2026, 12, 2)}, **go)
    assert Tender.objects.get().result == "已签合同"


@pytest.mark.obligation("T19-6")
@pytest.mark.parametrize(
    ("more", "says"),
    [({}, ()), ({"files_until": date(2026, 10, 12)}, ("招标文件发售只有 4 天，不少于 5 天",)),
     ({"bids_on": date(2026, 10, 28)}, ("从发出招标文件到开标只有 19 天，不少于 20 天",)),
     ({"candidates_from": date(2026, 11, 2)}, ("从开标到公示中标候选人用了 4 天，不超过 3 天",)),
     ({"files_from": date(2026, 10, 8)}, ("发售开始（2026-10-08）早于公告（2026-10-09）",))],
)  # fmt: skip
def test_days_of_a_tender_are_judged_on_both_sides_of_each_limit(more, says):
    days = Days(
        **(
            {"notice_on": DAY, "files_from": DAY, "files_until": date(2026, 10, 13), "bids_on": date(2026, 10, 29)}
            | more
        )
    )
    assert wrong(days, shipped(), DAY) == says


@pytest.mark.obligation("T19-7")
def test_plan_lies_ahead_and_stays_as_it_was_published(cast, project):
    who = cast.actor("implementer")
    with pytest.raises(WrongTender, match="要在今天以后"):
        publish_plan(project=project, plan=Plan("x", DAY, "n"), actor=who, now=at(DAY), on=DAY)
    made = planned(cast, project)
    with pytest.raises(WrongTender, match="已经登记"):
        planned(cast, project)
    with pytest.raises(IntegrityError, match="keeps what was said"), transaction.atomic():
        TenderPlan.objects.filter(pk=made.pk).update(published_on=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        publish_plan(
            project=project, plan=Plan("x", DAY, "n"), actor=cast.actor("planner"), now=at(PLANNED), on=PLANNED
        )


@pytest.mark.obligation("T19-9")
def test_database_takes_no_notice_that_did_not_pass_the_gate(cast, project, tender):
    with pytest.raises(IntegrityError, match="gate publish_tender is shut"), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(notice_on=DAY)


@pytest.mark.obligation("T19-6", "T19-7")
def test_anybody_reads_what_was_published_and_nothing_that_is_only_prepared(cast, project, planners, tender, client):
    planned(cast, project)
    page = client.get("/notices/tenders/").content.decode()
    assert ("招计〔2026〕1号" in page, "招标公告" in page) == (True, False)
    submitted(cast, project, PLANNED)
    agree(project, planners, "scheme", PLANNED)
    publish(cast, tender)
    page = client.get("/notices/tenders/?q=枣营").content.decode()
    assert ("招公1号" in page, "2026-10-29 开标" in page) == (True, True)
    assert "没有发布的招标计划和公告" in client.get("/notices/tenders/?q=别处").content.decode()
