"""Projects: proposed once, led by the housing department, moved only along their table."""

import pytest
from django.db import IntegrityError, connection, transaction

from jiugai.accounts.models import Organisation
from jiugai.domain.errors import NotAllowed
from jiugai.domain.projects import KINDS, PROCESS
from jiugai.planning.actions.moving import MovedOn, NoReason, exit_pool, withdraw_project
from jiugai.planning.actions.proposing import AlreadyProposed, NoLead, Proposal, WrongScope, propose_project
from jiugai.planning.models import PoolEntry, Project, ProjectCommunity
from jiugai.policy.models import Occurrence
from tests.apps.planning_rows import DAY, a_community, a_project, now
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


def stored(cast: Cast, project: Project) -> None:
    """Put a project into the pool past the gate, as tests of what follows need."""
    PoolEntry.objects.create(project=project, entered_on=DAY, entered_by_name="测试")
    Project.objects.filter(pk=project.pk).update(state="in_pool")
    project.refresh_from_db()


@pytest.mark.obligation("T03-4")
def test_leaving_the_pool_needs_a_reason_and_keeps_the_entry(cast, home):
    project, lead = a_project(cast, home), cast.actor("district_lead")
    stored(cast, project)
    with pytest.raises(NoReason):
        exit_pool(project=project, kind="demolished", reason=" ", actor=lead, now=now(), on=DAY)
    exit_pool(project=project, kind="demolished", reason="列入棚改", actor=lead, now=now(), on=DAY)
    entry = PoolEntry.objects.get(project=project)
    assert (entry.exited_on, entry.exit_kind, entry.exit_reason) == (DAY, "demolished", "列入棚改")
    assert not ProjectCommunity.objects.get(project=project).waiting
    with pytest.raises(MovedOn):
        exit_pool(project=project, kind="demolished", reason="再来", actor=lead, now=now(), on=DAY)


def test_entry_in_the_pool_stays_on_record(cast, home):
    project = a_project(cast, home)
    stored(cast, project)
    with pytest.raises(IntegrityError, match="stays on record"), transaction.atomic():
        PoolEntry.objects.all().delete()
    with pytest.raises(IntegrityError, match="only be closed"), transaction.atomic():
        PoolEntry.objects.update(entered_on="2020-01-01")
