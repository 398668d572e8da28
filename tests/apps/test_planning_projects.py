"""Projects: proposed once, led by the housing department, moved only along their table."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jiugai.accounts.models import Organisation
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.domain.projects import KINDS, PROCESS
from jiugai.planning.actions.including import WrongList, record_inclusion
from jiugai.planning.actions.moving import MovedOn, NoReason, enter_pool, exit_pool, start_works, withdraw_project
from jiugai.planning.actions.proposing import AlreadyProposed, NoLead, Proposal, WrongScope, propose_project
from jiugai.planning.facts import load_project_facts
from jiugai.planning.models import GatePassage, PoolEntry, Project, ProjectCommunity
from jiugai.policy.actions.judging import GateShut, judge
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community
from tests.apps.planning_rows import DAY, a_community, a_project, now, stored, waive
from tests.cast import OTHER_STREET, Cast


@pytest.fixture
def home(cast: Cast):
    return a_community(cast)


@pytest.mark.obligation("T03-8", "T03-12", "T06-2", "T06-4")
@pytest.mark.parametrize("kind", [kind.code for kind in KINDS])
def test_every_kind_is_led_by_the_housing_department_and_organised_by_the_street(cast, home, kind):
    project = a_project(cast, home, kind=kind)
    assert (project.lead, project.organiser) == (cast.bodies["district"], cast.bodies["street"])
    assert project.type.clauses
    assert Occurrence.objects.filter(community=home, code="project_proposed", url=f"/projects/{project.pk}/").exists()


@pytest.mark.obligation("T06-2")
def test_database_refuses_another_lead(cast, home):
    project = a_project(cast, home)
    for body in ("city", "outside", "street", "firm"):
        with pytest.raises(IntegrityError, match="led by the housing department"), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(lead=cast.bodies[body])


@pytest.mark.obligation("T06-4")
def test_database_refuses_another_organiser(cast, home):
    project = a_project(cast, home)
    with pytest.raises(IntegrityError, match="street office"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(organiser=cast.bodies["committee"])


@pytest.mark.obligation("T06-2")
def test_district_without_a_housing_department_is_told(cast, home):
    Organisation.objects.filter(pk=cast.bodies["district"].pk).update(name="区某局")
    with pytest.raises(NoLead, match="没有牵头单位"):
        a_project(cast, home)


@pytest.mark.obligation("T06-2", "T06-4")
def test_each_district_and_street_has_its_own_bodies(cast):
    far = a_community(cast, "月坛", area=OTHER_STREET)
    Organisation.objects.create(code="T-far", name="月坛街道办事处", kind="street", area=cast.areas[OTHER_STREET])
    project = a_project(cast, far, who="outsider")
    assert (project.lead.code, project.organiser.code) == ("T-outside", "T-far")


def test_second_project_that_has_not_begun_is_refused(cast, home):
    first = a_project(cast, home)
    with pytest.raises(AlreadyProposed, match=first.title):
        a_project(cast, home, kind="environment")
    withdraw_project(project=first, reason="合并", actor=cast.actor("district_lead"), now=now(), on=DAY)
    assert a_project(cast, home, kind="environment").state == "proposed"


def test_communities_of_two_streets_make_two_projects(cast, home):
    both = Proposal(communities=[home, a_community(cast, "月坛", area=OTHER_STREET)], kind="energy")
    lead = cast.actor("city_lead")
    with pytest.raises(WrongScope, match="同一个街道"):
        propose_project(proposal=both, actor=lead, now=now(), on=DAY)


def test_planner_may_not_propose(cast, home):
    with pytest.raises(NotAllowed):
        a_project(cast, home, who="planner")


def test_database_holds_the_same_moves_as_the_table(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT move, starts, ends FROM planning_step")
        held = set(cursor.fetchall())
    assert held == {(move, str(start), end) for move, start, end, _ in PROCESS.steps()}


def test_database_refuses_a_move_that_the_table_has_not(cast, home):
    project = a_project(cast, home)
    with pytest.raises(IntegrityError, match="does not move"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="completed")


@pytest.mark.obligation("T03-4")
def test_database_refuses_the_pool_without_an_entry(cast, home):
    project = a_project(cast, home)
    with pytest.raises(IntegrityError, match="entry in the pool"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="in_pool")


@pytest.mark.obligation("T03-4")
def test_database_refuses_the_pool_past_a_shut_gate(cast, home):
    project = a_project(cast, home)
    PoolEntry.objects.create(project=project, entered_on=DAY, entered_by_name="测试")
    with pytest.raises(IntegrityError, match="gate enter_pool is shut"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="in_pool")
    shut = look_and_keep(cast, home)
    with pytest.raises(IntegrityError, match="does not let the community through"), transaction.atomic():
        GatePassage.objects.create(
            project=project, community=home, gate="enter_pool", decision=shut, at=now(), by_name="x"
        )


def look_and_keep(cast, home):
    return judge(
        gate="enter_pool", community=home, actor=cast.actor("district_lead"), now=now(), on=timezone.localdate()
    )


@pytest.mark.obligation("T03-1", "T09-3", "T30-1", "T03-4")
def test_gate_into_the_pool_refuses_with_its_findings_by_clause(cast, home):
    project = a_project(cast, home)
    with pytest.raises(GateShut) as shut:
        enter_pool(project=project, actor=cast.actor("district_lead"), now=now(), on=timezone.localdate())
    assert {"T03-1", "T09-3", "T30-1"} <= set(shut.value.clause.split("、"))
    project.refresh_from_db()
    assert project.state == "proposed"
    assert not PoolEntry.objects.exists()


@pytest.mark.obligation("T03-4")
def test_entering_the_pool_keeps_day_checkup_and_verdict(cast, home):
    project = stored(cast, home, checkup_ref="TJ-2026-7")
    entry = PoolEntry.objects.get(project=project)
    assert (entry.entered_on, entry.checkup_ref, project.state) == (timezone.localdate(), "TJ-2026-7", "in_pool")
    assert GatePassage.objects.get(project=project).decision.lets_through
    home.refresh_from_db()
    assert home.stage == "in_pool"
    assert Occurrence.objects.filter(community=home, code="entered_pool").exists()


@pytest.mark.obligation("T03-4")
def test_leaving_the_pool_needs_a_reason_and_keeps_the_entry(cast, home):
    project, lead = stored(cast, home), cast.actor("district_lead")
    today = timezone.localdate()
    with pytest.raises(NoReason):
        exit_pool(project=project, kind="demolished", reason=" ", actor=lead, now=now(), on=today)
    exit_pool(project=project, kind="demolished", reason="列入棚改", actor=lead, now=now(), on=today)
    entry = PoolEntry.objects.get(project=project)
    assert (entry.exited_on, entry.exit_kind, entry.exit_reason) == (today, "demolished", "列入棚改")
    assert not ProjectCommunity.objects.get(project=project).waiting
    with pytest.raises(MovedOn):
        exit_pool(project=project, kind="demolished", reason="再来", actor=lead, now=now(), on=today)


def test_entry_in_the_pool_stays_on_record(cast, home):
    stored(cast, home)
    with pytest.raises(IntegrityError, match="stays on record"), transaction.atomic():
        PoolEntry.objects.all().delete()
    with pytest.raises(IntegrityError, match="only be closed"), transaction.atomic():
        PoolEntry.objects.update(entered_on="2020-01-01")


def test_works_start_only_through_their_gate(cast, home):
    project, lead = stored(cast, home), cast.actor("district_lead")
    with pytest.raises(GateShut):
        start_works(project=project, actor=lead, now=now(), on=timezone.localdate())
    waive(home, "start_works")
    start_works(project=project, actor=lead, now=now(), on=timezone.localdate())
    project.refresh_from_db()
    assert (project.state, project.works_started_on) == ("on_site", timezone.localdate())


@pytest.mark.obligation("T32-9")
@pytest.mark.parametrize(
    ("group", "city", "central", "dual"),
    [("central", None, None, None), ("central", True, None, None), ("central", True, False, False),
     ("central", True, True, True), ("commodity", None, None, True), ("unknown", True, True, None)],
)  # fmt: skip
def test_dual_inclusion_asks_both_lists_of_central_property_only(cast, home, group, city, central, dual):
    Community.objects.filter(pk=home.pk).update(ownership_group=group)
    project, lead = a_project(cast, home), cast.actor("district_lead")
    for which, answer in (("city", city), ("central", central)):
        record_inclusion(
            project=project, which=which, included=answer, reference="京建〔2026〕1号", actor=lead, now=now()
        )
    assert load_project_facts([home.pk], DAY)[home.pk].dual_inclusion is dual


@pytest.mark.obligation("T32-9")
def test_inclusion_needs_the_number_of_its_document(cast, home):
    with pytest.raises(WrongList):
        record_inclusion(
            project=a_project(cast, home), which="city", included=True, reference=" ",
            actor=cast.actor("district_lead"), now=now(),
        )  # fmt: skip


def test_facts_of_many_communities_cost_the_same_queries(cast, home, django_assert_max_num_queries):
    keys = [home.pk]
    a_project(cast, home)
    for number in range(5):
        other = a_community(cast, f"第{number}小区")
        a_project(cast, other)
        keys.append(other.pk)
    with django_assert_max_num_queries(10):
        load_project_facts(keys[:1], DAY)
    with django_assert_max_num_queries(10):
        assert len(load_project_facts(keys, DAY)) == 6


def together(cast: Cast, act: Any, *, who: str = "district_lead", times: int = 2) -> list[Any]:
    """Do the same at once in as many connections, each with the person's eyes; return what came out."""
    actor, barrier, results = cast.actor(who), threading.Barrier(times), []

    def run() -> None:
        try:
            barrier.wait(10)
            with scoped(actor):
                results.append(act(actor))
        except Exception as problem:  # the test looks at what it was
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_people_proposing_at_once_make_one_project(cast, home):
    proposal = Proposal(communities=[home], kind="energy")
    results = together(cast, lambda actor: propose_project(proposal=proposal, actor=actor, now=now(), on=DAY))
    assert sorted(type(one).__name__ for one in results) == ["AlreadyProposed", "Project"]
    assert Project.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_entering_the_pool_at_once_make_one_entry(cast, home):
    project = a_project(cast, home)
    waive(home, "enter_pool")
    today = timezone.localdate()
    results = together(cast, lambda actor: enter_pool(project=project, actor=actor, now=now(), on=today))
    assert sorted(type(one).__name__ for one in results) == ["MovedOn", "PoolEntry"]
    assert PoolEntry.objects.count() == 1
