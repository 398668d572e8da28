"""The task board, co-ordination of districts, problems solved together, policies to be issued, liaisons."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiugai.accounts.models import AuditEvent
from jiugai.assessment.actions import hold_meeting, report_measure, save_liaison, save_mechanism
from jiugai.assessment.actions.coordinating import Member
from jiugai.assessment.board import board
from jiugai.assessment.models import HardProblem, LiaisonContact, Mechanism, PolicyStudy
from jiugai.assessment.places import places
from jiugai.domain.clauses import measures, obligations
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.matters import actions
from jiugai.matters.models import Handling
from jiugai.policy.models import PolicyLink
from jiugai.policy.shipping import load_policies
from tests.cast import CHAOYANG, STREET, XICHENG, Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def mechanism(cast: Cast) -> Mechanism:
    values = {"name": "老旧小区改造专班", "leader": "副区长", "rhythm": "每月一次", "starts": date(2026, 1, 1)}
    members = [Member(cast.bodies["district"], "主任", "牵头统筹")]
    return save_mechanism(area=cast.areas[CHAOYANG], values=values, members=members, actor=cast.actor("district_lead"))


def test_every_place_of_an_obligation_exists():
    known = {one.id for one in obligations()}
    assert set(places()) <= known
    assert all(reverse(one.view) and one.words for rows in places().values() for one in rows)


def test_an_obligation_may_be_done_in_several_parts(cast: Cast, client_as):
    assert {one.view for one in places()["T09-3"]} == {"gate-list", "project-list"}
    page = client_as("district_lead").get("/tasks/9/").content.decode()
    assert f'href="{reverse("gate-list")}"' in page
    assert f'href="{reverse("project-list")}"' in page


def test_the_board_holds_all_groups_tasks_and_measures(cast: Cast):
    groups = board(today=TODAY)
    rows = [row for _, found in groups for row in found]
    assert (len(groups), len(rows), sum(len(row.measures) for row in rows)) == (8, 32, 54)
    assert sum(len(row.places) for row in rows) == 269


def test_a_measure_without_report_has_no_state_and_a_late_one_is_found(cast: Cast):
    one = measures()[0].id
    report_measure(measure=one, state="started", note="名单已核对", on=date(2026, 11, 1), due_on=date(2026, 11, 20),
                   actor=cast.actor("city_lead"), now=NOW)  # fmt: skip
    found = board(today=TODAY, state="late")
    assert [m.measure.id for _, rows in found for row in rows for m in row.measures if m.late] == [one]
    assert sum(m.report is None for _, rows in board(today=TODAY) for r in rows for m in r.measures) == 53


def test_reports_stay_as_they_were_made(cast: Cast):
    made = report_measure(measure="M02-1", state="started", note="好", on=TODAY, actor=cast.actor("city_lead"), now=NOW)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(state="done")


def test_the_board_takes_one_query_for_its_reports(cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        board(today=TODAY)


def test_pages_open_and_say_what_is_not_there_yet(cast: Cast, client_as, mechanism):
    client = client_as("district_lead")
    for url in (
        "/tasks/",
        "/tasks/2/",
        "/coordination/",
        f"/mechanisms/{mechanism.pk}/",
        "/tasks/measures/M02-1/report/",
    ):
        assert client.get(url).status_code == 200, url
    assert "尚未提供" in client.get("/tasks/26/").content.decode()
    assert client.get("/tasks/99/").status_code == 404


@pytest.mark.obligation("T06-1")
def test_a_district_has_one_mechanism_at_a_time_with_its_members(cast: Cast, mechanism):
    assert [m.duty for m in mechanism.members.all()] == ["牵头统筹"]
    with pytest.raises(IntegrityError, match="one_mechanism_at_a_time"), transaction.atomic():
        Mechanism.objects.create(
            area=mechanism.area, name="另一个", leader="某", rhythm="每周", starts=date(2026, 5, 1)
        )
    with pytest.raises(NotAllowed):
        save_mechanism(area=cast.areas[XICHENG], values={}, members=[], actor=cast.actor("district_lead"))


@pytest.mark.obligation("T06-1")
def test_a_new_mechanism_ends_the_one_before_on_the_day_before_and_is_never_dated_back(cast: Cast, mechanism):
    members = [Member(cast.bodies["district"], "主任", "牵头统筹"), Member(cast.bodies["street"], "主任", "具体组织")]

    def save(starts: date) -> Mechanism:
        values = {"name": "新专班", "leader": "区长", "rhythm": "每季度一次", "starts": starts}
        lead = cast.actor("district_lead")
        return save_mechanism(area=cast.areas[CHAOYANG], values=values, members=members, actor=lead)

    with pytest.raises(Conflict, match="已有 2026-01-01 设立的机制"):
        save(mechanism.starts)
    made = save(date(2026, 7, 1))
    mechanism.refresh_from_db()
    assert (mechanism.until, made.until) == (date(2026, 6, 30), None)
    page = cast.client("district_lead").get(f"/mechanisms/{made.pk}/").content.decode()
    assert all(words in page for words in ("区长", "每季度一次", "麦子店街道办事处", "具体组织"))


@pytest.mark.obligation("T06-5")
def test_a_hard_problem_is_closed_only_after_a_joint_decision_and_a_result(cast: Cast, mechanism):
    lead = cast.actor("district_lead")
    words = {"held_on": date(2026, 11, 10), "title": "燃气管线改移", "present": "区住建委", "decisions": "先改移"}
    meeting = hold_meeting(mechanism=mechanism, values=words, actor=lead, now=NOW)
    values = {"title": "燃气管线挡住电梯井", "raised_by": "麦子店街道", "owner": cast.bodies["district"]}
    problem = actions.open_matter(model=HardProblem, values=values, area=cast.areas[CHAOYANG], actor=lead, now=NOW)
    with pytest.raises(Refusal, match="共同议定"):
        actions.move(matter=problem, move="decide", actor=lead, now=NOW)
    problem = actions.move(matter=problem, move="decide", actor=lead, now=NOW,
                           values={"decision": "燃气公司先改移", "meeting": meeting})  # fmt: skip
    problem = actions.move(matter=problem, move="carry", actor=lead, now=NOW, values={"outcome": "已改移"})
    assert actions.move(matter=problem, move="close", actor=lead, now=NOW).result == "已破解"


@pytest.mark.obligation("T10-10")
def test_a_policy_study_is_issued_only_with_its_number(cast: Cast):
    city = cast.actor("city_lead")
    values = {"title": "专业化物业接管办法", "owner": cast.bodies["city"], "obligation": "T10-10"}
    study = actions.open_matter(model=PolicyStudy, values=values, area=cast.areas["110000"], actor=city, now=NOW)
    study = actions.move(matter=study, move="study", actor=city, now=NOW)
    with pytest.raises(Refusal, match="印发文号"):
        actions.move(matter=study, move="issue", actor=city, now=NOW)
    study = actions.move(matter=study, move="issue", actor=city, now=NOW, values={"issued_number": "京建发〔2026〕1号"})
    assert study.closed_at is not None


@pytest.mark.obligation("T32-2")
def test_a_liaison_number_is_sealed_and_each_look_is_written_down(cast: Cast, client_as):
    values = {
        "unit": "某部机关服务局",
        "level": "district",
        "unit_person": "王某",
        "local_person": "李某",
        "since": TODAY,
    }
    made = save_liaison(
        area=cast.areas[CHAOYANG], values=values, phone="01012345678", actor=cast.actor("district_lead")
    )
    assert b"12345678" not in bytes(made.unit_phone)
    page = client_as("district_lead").get("/coordination/").content.decode()
    assert "王某" in page
    assert "01012345678" not in page
    shown = client_as("district_lead").post(f"/liaisons/{made.pk}/reveal/").content.decode()
    assert "01012345678" in shown
    assert AuditEvent.objects.filter(action="people.reveal", subject_id=str(made.pk)).count() == 1
    save_liaison(
        area=cast.areas[CHAOYANG], values={**values, "unit_person": "赵某"}, phone="", actor=cast.actor("district_lead")
    )
    assert LiaisonContact.objects.filter(ended_on__isnull=True).get().unit_person == "赵某"


@pytest.mark.obligation("T32-2")
def test_a_central_unit_has_a_liaison_at_each_level_and_a_new_one_ends_that_of_its_level_alone(cast: Cast, client_as):
    city, client = cast.actor("city_lead"), client_as("city_lead")
    levels = {"city": "110000", "district": CHAOYANG, "street": STREET}

    def name(level: str, code: str, person: str, since: date = TODAY) -> None:
        values = {"unit": "某部机关服务局", "level": level, "unit_person": person, "local_person": "李某"}
        save_liaison(area=cast.areas[code], values={**values, "since": since}, phone="", actor=city)

    for level, code in levels.items():
        name(level, code, f"{level}甲")
    name("district", CHAOYANG, "district乙", date(2026, 11, 25))
    with pytest.raises(Conflict, match="已有 2026-11-25 起的联络人"):
        name("district", CHAOYANG, "district丙", TODAY)
    with pytest.raises(Refusal, match="不是这个层级的辖区"):
        name("street", CHAOYANG, "x")
    standing = LiaisonContact.objects.filter(ended_on__isnull=True)
    assert set(standing.values_list("level", "unit_person")) == {
        ("city", "city甲"), ("district", "district乙"), ("street", "street甲"),
    }  # fmt: skip
    page = client.get("/coordination/").content.decode()
    assert all(words in page for words in ("市级", "区级", "街道（乡镇）", "city甲", "district乙", "street甲"))
    assert "district甲" not in page
    form = {"unit": "某部机关服务局", "level": "district", "area": cast.areas[CHAOYANG].pk, "unit_person": "丁",
            "local_person": "李某", "since": "2026-11-01"}  # fmt: skip
    refused = client.post("/liaisons/new/", form)
    assert (refused.status_code, "已有 2026-11-25 起的联络人" in refused.content.decode()) == (422, True)


@pytest.mark.obligation("T01-8")
def test_a_policy_document_leads_to_the_obligation_and_back(cast: Cast, client_as):
    load_policies(now=NOW)
    linked = PolicyLink.objects.filter(kind="obligation").order_by("pk").first()
    assert linked is not None
    client = client_as("district_lead")
    url = reverse("obligation", args=[linked.ref])
    assert f'href="{url}"' in client.get(f"/policies/{linked.document_id}/").content.decode()
    answer = client.get(url, follow=True)
    assert answer.redirect_chain[0][0].endswith(f"#{linked.ref}")
    page = answer.content.decode()
    assert f'id="{linked.ref}"' in page
    assert f'href="/policies/{linked.document_id}/"' in page
    assert client.get("/obligations/T99-1/").status_code == 404


@pytest.mark.obligation("T06-3", "T01-6")
def test_work_is_split_among_departments_each_with_state_and_date(cast: Cast):
    lead, area = cast.actor("district_lead"), cast.areas[CHAOYANG]
    due = {"district": date(2026, 12, 1), "street": date(2026, 11, 20)}
    for body, day in due.items():
        values = {"title": f"分工 {body}", "obligation": "T16-1", "owner": cast.bodies[body], "due_on": day}
        actions.open_matter(model=Handling, values=values, area=area, actor=lead, now=NOW)
    split = {m.owner_id: m for m in Handling.objects.filter(obligation="T16-1")}
    assert {m.due_on for m in split.values()} == set(due.values())
    given = split[cast.bodies["street"].pk]
    assert (given.due_on < TODAY, given.stage) == (True, "given")
    with pytest.raises(NotAllowed):
        actions.move(matter=split[cast.bodies["district"].pk], move="take", actor=cast.actor("street_clerk"), now=NOW)
    clerk = cast.actor("street_clerk")
    given = actions.move(matter=given, move="take", actor=clerk, now=NOW)
    with pytest.raises(Refusal, match="办理情况"):
        actions.move(matter=given, move="answer", actor=clerk, now=NOW)
    given = actions.move(matter=given, move="answer", actor=clerk, now=NOW, values={"answer": "已清点"})
    assert actions.move(matter=given, move="confirm", actor=lead, now=NOW).closed_at is not None


@pytest.mark.obligation("T06-3", "T01-6")
def test_an_assignment_always_lies_with_a_body(cast: Cast):
    """Named by whoever gives it, else by the task list, else it stays where it was given."""

    def owner(**values: object) -> object:
        return actions.open_matter(
            model=Handling, values={"title": "清点", **values}, area=cast.areas[CHAOYANG],
            actor=cast.actor("district_lead"), now=NOW,
        ).owner  # fmt: skip

    bodies = cast.bodies
    assert owner(obligation="T03-1", owner=bodies["street"]) == bodies["street"]
    assert owner(obligation="T03-1") == bodies["city"]
    assert owner() == bodies["district"]
