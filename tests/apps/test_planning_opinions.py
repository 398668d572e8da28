"""The planner's opinion with its clock; line-ups; answers that are replaced; entries of phones."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.roles import Role
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.domain.facts import CheckupFacts
from jiugai.domain.gates import evaluate
from jiugai.domain.planner_guide import STEPS
from jiugai.domain.projects import suggested
from jiugai.matters.actions import move, resume, suspend
from jiugai.offline.types import Arrival
from jiugai.planning import sync
from jiugai.planning.actions.asking import AskedAlready, ask_opinion, tell_lapsed
from jiugai.planning.actions.mobilising import ClosedAlready, close_objection, raise_objection
from jiugai.planning.actions.pledging import PledgeTaken, Said, WrongPledge, record_pledge, withdraw_pledge
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.reminding import remind_due
from jiugai.planning.actions.roster import Person, appoint, end_term, save_planner
from jiugai.planning.actions.succeeding import pass_on
from jiugai.planning.facts import load_project_facts
from jiugai.planning.models import GuideMark, MassWork, Objection, PlannerOpinion, PlannerTerm, Pledge, Project
from jiugai.planning.opinion import title
from jiugai.policy import figures, providers
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import announce
from tests.apps.planning_rows import DAY, a_community, a_project, flats, now
from tests.cast import CHAOYANG, STREET, Cast

BEIJING = ZoneInfo("Asia/Shanghai")


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)


@pytest.fixture
def home(cast: Cast):
    return a_community(cast, households=4, floor_area="200.00")


@pytest.fixture
def planner(cast: Cast):
    """The planner of the cast is in charge of the community's street."""
    person = Person("林某", cast.bodies["district"], cast.areas[CHAOYANG], cast.user("planner"))
    made = save_planner(person=person, actor=cast.actor("district_lead"))
    appoint(planner=made, street=cast.areas[STREET], starts=date(2025, 1, 1), ends=None, actor=cast.actor("city_lead"))
    return made


def proposed(cast: Cast, home: Any, day: date) -> Project:
    lead = cast.actor("district_lead")
    return propose_project(proposal=Proposal([home], "energy"), actor=lead, now=at(day), on=day)


def test_the_page_of_an_opinion_links_to_its_project_and_hides_what_only_the_platform_fills(cast, home, planner):
    project = proposed(cast, home, DAY)
    opinion = PlannerOpinion.objects.get(project=project)
    page = cast.client("planner").get(f"/matters/{opinion.pk}/").content.decode()
    assert f'<a href="/projects/{project.pk}/">{project.title}</a>' in page
    assert "逾期已告知" not in page
    assert "方案版次" not in page


@pytest.mark.obligation("T09-3")
def test_proposal_asks_the_planner_of_the_street_within_five_working_days(cast, home, planner):
    """Asked on Wednesday 2025-09-24: the make-up Sunday 09-28 counts, National Day does not."""
    proposed(cast, home, date(2025, 9, 24))
    asked = PlannerOpinion.objects.get()
    assert (asked.assignee, asked.at, asked.due_on) == (cast.user("planner"), "generation", date(2025, 9, 30))
    assert Occurrence.objects.get(code="opinion_asked").cause.code == "project_proposed"


@pytest.mark.obligation("T09-3")
def test_missing_material_stops_the_clock_and_the_answer_opens_the_rule(cast, home, planner):
    proposed(cast, home, date(2025, 9, 24))
    asked, who = PlannerOpinion.objects.get(), cast.actor("planner")
    suspend(matter=asked, actor=who, now=at(date(2025, 9, 26)), reason="等补现状图")
    resume(matter=asked, actor=who, now=at(date(2025, 9, 29)))
    asked.refresh_from_db()
    assert asked.due_on == date(2025, 10, 10)  # 9月26日 and the make-up Sunday were lost
    assert said(home, date(2025, 10, 10)) == "fail"
    move(matter=asked, move="agree", actor=who, now=at(date(2025, 10, 10)), values={"opinion": "同意，先做管线"})
    given = load_project_facts([home.pk], date(2025, 10, 11))[home.pk].opinions[0]
    assert (given.state, given.on, given.working_days) == ("agreed", date(2025, 10, 10), 5)
    assert said(home, date(2025, 10, 11)) == "pass"


def said(home: Any, day: date) -> str:
    verdict = evaluate("enter_pool", load_facts([home.pk], on=day)[home.pk], figures.current())
    return str(next(f.outcome for f in verdict.findings if f.rule == "t09_3_opinion_at_generation"))


@pytest.mark.obligation("T09-3")
def test_opinion_without_words_is_refused_and_others_may_not_give_it(cast, home, planner):
    proposed(cast, home, DAY)
    asked = PlannerOpinion.objects.get()
    with pytest.raises(Refusal, match="意见和理由"):
        move(matter=asked, move="agree", actor=cast.actor("planner"), now=now())
    with pytest.raises(NotAllowed):
        move(matter=asked, move="agree", actor=cast.actor("district_lead"), now=now(), values={"opinion": "代签"})


@pytest.mark.obligation("T09-3")
def test_time_run_out_is_told_once_and_counts_as_lapsed(cast, home, planner):
    proposed(cast, home, date(2025, 9, 24))
    later = date(2025, 10, 9)
    assert tell_lapsed(actor=SYSTEM, now=at(later), on=later) == 1
    assert tell_lapsed(actor=SYSTEM, now=at(later), on=later) == 0
    assert load_project_facts([home.pk], later)[home.pk].opinions[0].state == "lapsed"
    assert Occurrence.objects.filter(community=home, code="opinion_lapsed").count() == 1


def test_without_a_planner_it_goes_to_the_leading_body(cast, home):
    project = proposed(cast, home, DAY)
    assert PlannerOpinion.objects.get().owner == project.lead
    with pytest.raises(AskedAlready):
        ask_opinion(project=project, at="generation", actor=cast.actor("district_lead"), now=now(), on=DAY)


@pytest.mark.obligation("T09-1")
def test_database_keeps_one_planner_per_street_at_a_time(cast, planner):
    term = PlannerTerm.objects.get()
    with pytest.raises(IntegrityError, match="planner_one_per_street"), transaction.atomic():
        PlannerTerm.objects.create(planner=planner, street=term.street, valid=("2026-06-01", "2026-07-01"))


@pytest.fixture
def checkup() -> Iterator[dict[int, CheckupFacts]]:
    """Stand in for the check-up's own facts."""
    table: Any = providers._loaders
    before, found = table.get("checkup"), dict[int, CheckupFacts]()
    table["checkup"] = lambda keys, on: found
    yield found
    table.pop("checkup")
    if before is not None:
        table["checkup"] = before


@pytest.mark.obligation("T01-9", "T03-4")
def test_finished_checkup_proposes_what_it_suggests(cast, home, checkup):
    checkup[home.pk] = CheckupFacts("TJ-1", date(2026, 11, 1), "x", 1, 1, "70", ("energy", "pipes"))
    announce(code="checkup_finished", community=home, title="体检完成", actor=cast.actor("community_worker"), now=now())
    project = Project.objects.get()
    assert (project.kind, project.items, project.checkup_ref) == ("energy", ["riser"], "TJ-1")
    chain = list(Occurrence.objects.filter(community=home).order_by("pk").values_list("code", flat=True))
    assert chain[:3] == ["checkup_finished", "project_proposed", "opinion_asked"]
    announce(code="checkup_finished", community=home, title="体检完成", actor=cast.actor("community_worker"), now=now())
    assert Project.objects.count() == 1


@pytest.mark.parametrize("needs", [(), ("energy",)])
def test_checkup_without_need_or_marked_community_proposes_nothing(cast, home, checkup, needs):
    if needs:
        home.plan_mark = "not_needed"
        home.save(update_fields=["plan_mark"])
    checkup[home.pk] = CheckupFacts("TJ-1", date(2026, 11, 1), needs=needs)
    announce(code="checkup_finished", community=home, title="体检完成", actor=SYSTEM, now=now())
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("needs", "kind", "items"),
    [(("structure", "pipes"), "seismic_energy", ("riser",)), (("envelope", "ageing"), "energy", ("ageing",)),
     (("pipes",), "riser", ()), (("parking", "space"), "environment", ()),
     (("corridor", "parking"), "comprehensive", ()),
     (("pipes", "ageing"), "comprehensive", ("riser", "ageing"))],
)  # fmt: skip
def test_kind_follows_from_needs(needs, kind, items):
    assert suggested(needs) == (kind, items)


@pytest.mark.obligation("T30-2")
def test_database_counts_one_answer_of_a_household(cast, home):
    told = {"community": home, "door": "1-1-101", "answer": "pledged", "signed_on": DAY, "collected_by_name": "某"}
    Pledge.objects.create(**told)
    with pytest.raises(IntegrityError, match="pledge_one_per_household"), transaction.atomic():
        Pledge.objects.create(**told)
    Pledge.objects.create(**told, ended_at=now(), end_reason="有更新的答复")


@pytest.mark.obligation("T30-2")
def test_newer_answer_of_a_household_counts_and_the_older_stays(cast, home):
    worker = cast.actor("community_worker")

    def say(answer: str, day: date) -> Pledge:
        told = Said("1-1-101", answer, day, 500_000)
        return record_pledge(community=home, said=told, actor=worker, now=now(), on=timezone.localdate())

    say("absent", date(2026, 10, 1))
    second = say("pledged", date(2026, 10, 8))
    with pytest.raises(WrongPledge, match="比这条新"):
        say("refused", date(2026, 10, 2))
    assert Pledge.objects.filter(ended_at__isnull=True).get() == second
    withdraw_pledge(pledge=second, reason="居民收回", actor=worker, now=now())
    with pytest.raises(PledgeTaken):
        withdraw_pledge(pledge=second, reason="再来", actor=worker, now=now())
    assert Pledge.objects.count() == 2
    with pytest.raises(IntegrityError, match="keeps what was said"), transaction.atomic():
        Pledge.objects.filter(pk=second.pk).update(answer="refused")


@pytest.mark.obligation("T03-2")
def test_objection_is_closed_once_with_words(cast, home):
    worker, today = cast.actor("community_worker"), timezone.localdate()
    made = raise_objection(community=home, content="挡光", door="", raised_on=DAY, actor=worker, now=now(), on=today)
    close_objection(objection=made, closure="改了", actor=worker, now=now(), on=today)
    with pytest.raises(ClosedAlready):
        close_objection(objection=made, closure="又改", actor=worker, now=now(), on=today)
    assert load_project_facts([home.pk], today)[home.pk].objections_open == 0


def arrival(cast: Cast, home: Any, ident: str, body: dict[str, Any], who: str = "community_worker") -> Arrival:
    return Arrival(ident, body, home, cast.actor(who), now(), now())


@pytest.mark.obligation("T30-2", "T03-2")
def test_phone_entries_sent_twice_are_kept_once(cast, home):
    flats(home)
    pledge = {"door": "1号楼1单元101", "answer": "pledged", "on": "2026-11-20"}
    work = {"kind": "consent", "households": 4, "agreed": 3, "on": "2026-11-20"}
    for _ in range(2):
        sync.accept_pledge(arrival(cast, home, "phone-1", pledge))
        sync.accept_work(arrival(cast, home, "phone-2", work))
        sync.accept_objection(arrival(cast, home, "phone-3", {"content": "挡光"}))
    assert (Pledge.objects.count(), MassWork.objects.count(), Objection.objects.count()) == (1, 1, 1)
    packed = sync.pack(community=home, actor=cast.actor("community_worker"), now=now())
    assert (packed["answers"], packed["households"]) == ({"1-1-101": "pledged"}, 4)


def test_mark_of_the_guide_keeps_every_word(cast, home):
    mark = GuideMark.objects.create(
        project=a_project(cast, home), step=STEPS[0].code, done_on=DAY, by_name="林岚", note="走访"
    )
    with pytest.raises(IntegrityError, match="keeps what was said"), transaction.atomic():
        GuideMark.objects.filter(pk=mark.pk).update(note="改写")


@pytest.mark.parametrize(
    ("accept", "body"),
    [(sync.accept_pledge, {"door": "某某家", "answer": "pledged"}),
     (sync.accept_pledge, {"door": "1-1-1", "answer": "x"}),
     (sync.accept_pledge, {"door": "1-1-1", "answer": "pledged", "area_m2": "大"}),
     (sync.accept_pledge, {"door": "1-1-1", "answer": "pledged", "photos": ["0" * 64]}),
     (sync.accept_pledge, {"door": "1-1-1", "answer": "pledged", "on": "昨天"}),
     (sync.accept_work, {"kind": "visit", "households": "三"}), (sync.accept_objection, {"content": " "})],
)  # fmt: skip
def test_phone_entries_that_cannot_be_are_refused_in_words(cast, home, accept, body):
    with pytest.raises(Refusal) as refused:
        accept(arrival(cast, home, "phone-9", body))
    assert refused.value.remedy


def test_role_taken_away_refuses_the_entry(cast, home):
    with pytest.raises(NotAllowed):
        sync.accept_pledge(arrival(cast, home, "phone-4", {"door": "1-1-101", "answer": "pledged"}, who="planner"))


def test_project_of_another_community_cannot_be_asked_about(cast, home):
    project, other = a_project(cast, home), a_community(cast, "别处")
    with pytest.raises(Refusal, match="不在这个小区"):
        title({"project": project, "at": "scheme"}, other)


@pytest.mark.obligation("T19-10")
def test_scheme_goes_to_the_street_planner_and_to_the_chief_planner_of_the_district(cast, home, planner):
    project, chief = proposed(cast, home, DAY), cast.hire("chief", Role.PLANNER, "firm", CHAOYANG)
    lead = cast.actor("district_lead")
    made = save_planner(person=Person("总某", cast.bodies["firm"], cast.areas[CHAOYANG], chief), actor=lead)
    appoint(planner=made, street=cast.areas[CHAOYANG], starts=date(2025, 1, 1), ends=None, actor=lead)
    for role in PlannerOpinion.Role:
        ask_opinion(project=project, at="scheme", role=role, edition=1, actor=lead, now=at(DAY), on=DAY)
    asked = PlannerOpinion.objects.filter(at="scheme").order_by("pk")
    assert [one.assignee for one in asked] == [cast.user("planner"), chief]
    assert {one.due_on for one in asked} == {date(2026, 11, 30)}
    with pytest.raises(Refusal, match="由朝阳区住房城乡建设委办理"):
        move(matter=asked[0], move="agree", actor=chief.actor(on=DAY), now=at(DAY), values={"opinion": "代答"})


@pytest.mark.obligation("T09-4")
def test_question_of_a_planner_whose_term_ended_goes_to_the_successor(cast, home, planner):
    proposed(cast, home, DAY)
    successor, lead = cast.hire("next", Role.PLANNER, "firm", CHAOYANG), cast.actor("district_lead")
    end_term(term=PlannerTerm.objects.get(), on=DAY, actor=lead)
    made = save_planner(person=Person("继某", cast.bodies["firm"], cast.areas[CHAOYANG], successor), actor=lead)
    appoint(planner=made, street=cast.areas[STREET], starts=date(2026, 11, 24), ends=None, actor=lead)
    day = date(2026, 11, 25)
    with pytest.raises(Refusal, match="现在由继某负责"):
        move(matter=PlannerOpinion.objects.get(), move="agree", actor=cast.actor("planner"), now=at(day),
             values={"opinion": "迟到"})  # fmt: skip
    assert [pass_on(actor=SYSTEM, now=at(day), on=day) for _ in range(2)] == [1, 0]
    asked = PlannerOpinion.objects.get()
    assert (asked.assignee, asked.due_on) == (successor, date(2026, 11, 30))
    assert asked.log.filter(what="handed_over", reason__contains="换任").count() == 1
    move(matter=asked, move="agree", actor=successor.actor(on=day), now=at(day), values={"opinion": "同意"})


@pytest.mark.obligation("T19-10")
def test_planner_is_reminded_once_before_the_day_and_anew_after_a_stop(cast, home, planner):
    proposed(cast, home, date(2026, 9, 18))  # a Friday before the make-up Sunday: due on Thursday 09-24
    asked, who = PlannerOpinion.objects.get(), cast.actor("planner")
    assert asked.due_on == date(2026, 9, 24)
    days = [date(2026, 9, 22), date(2026, 9, 23), date(2026, 9, 24)]
    assert [remind_due(actor=SYSTEM, now=at(day), on=day) for day in days] == [0, 1, 0]
    suspend(matter=asked, actor=who, now=at(date(2026, 9, 24)), reason="等补图")
    resume(matter=asked, actor=who, now=at(date(2026, 9, 29)))
    asked.refresh_from_db()
    assert asked.due_on == date(2026, 9, 29)
    assert remind_due(actor=SYSTEM, now=at(date(2026, 9, 29)), on=date(2026, 9, 29)) == 1
