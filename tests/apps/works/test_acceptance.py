"""Facade, fire standard, completion through its gate, papers replaced after sign-off (T02-7, T09-6, T11-6, T22-3…5)."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.approvals.actions.architects import Architect, name_architect
from jiugai.approvals.actions.submitting import Draft, Item, submit_scheme
from jiugai.approvals.models import SignOff
from jiugai.domain.errors import Refusal
from jiugai.domain.schemes import SchemeKind
from jiugai.governance.models import WindowGuard
from jiugai.matters.actions import move, open_matter
from jiugai.planning.actions.moving import enter_pool, start_works
from jiugai.planning.models import Project
from jiugai.policy.actions.judging import GateShut
from jiugai.policy.facts import load_facts
from jiugai.registry.models import Building, Document, DocumentVersion
from jiugai.works.actions.completing import BadFire, NotSigned, OtherFirst, complete, record_fire
from jiugai.works.actions.signing import replaced
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import (
    AcceptanceFiling,
    Completion,
    EffectReview,
    FacadeAcceptance,
    FireRecord,
)
from jiugai.works.queries.facts import load_site_facts
from tests.apps.planning_rows import a_community, a_project, now
from tests.apps.works_rows import (
    SIGNED,
    ago,
    crew,
    current_fire,
    finish,
    leave_pipes_aside,
    on_site,
    paper,
    passed,
    says,
    special,
    today,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.obligation("T09-6")
def test_completion_asks_the_signature_of_the_architect_in_charge(cast: Cast, project, home):
    assert says(home)["t09_6_architect_completion"] == "fail"
    draft = Draft(SchemeKind.PROJECT, (Item("外墙外保温"),), reference="A-01")
    edition = submit_scheme(project=project, draft=draft, actor=cast.actor("renewer"), now=now(), on=today())
    person = Architect("吴某", cast.bodies["renewer"], today(), cast.user("renewer"))
    name_architect(project=project, architect=person, actor=cast.actor("district_lead"), on=today())
    SignOff.objects.create(
        architect=project.architects.get(), edition=edition, subject="completion", statement="按图建成",
        signed_on=today(), by_name="吴某",
    )  # fmt: skip
    assert says(home)["t09_6_architect_completion"] == "pass"


@pytest.mark.obligation("T02-7")
def test_a_facade_is_not_accepted_over_four_guards(cast: Cast, project, home):
    for flat in range(4):
        WindowGuard.objects.create(
            community=home, building_label="3号楼", flat=f"10{flat}", found_on=ago(9), affects_works=True, by_name="王"
        )
    acceptance = open_matter(
        model=FacadeAcceptance, values={"project": project, "scope": "3号楼外墙"}, community=home,
        actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip
    paper(acceptance, "外立面验收记录")
    with pytest.raises(GateShut) as shut:
        move(matter=acceptance, move="accept", actor=cast.actor("renewer"), now=now(), values={"accepted_on": today()})
    assert "还有 4 户外窗护栏没有拆除" in shut.value.details[0]
    WindowGuard.objects.update(removed_on=today(), mode="self")
    done = move(
        matter=acceptance, move="accept", actor=cast.actor("renewer"), now=now(), values={"accepted_on": today()}
    )
    assert done.stage == "accepted"


@pytest.mark.obligation("T22-3", "T22-4", "T22-5")
def test_the_standard_of_the_time_of_building_needs_a_difficulty_and_a_building_on_record(cast: Cast, project, home):
    house = Building.objects.create(community=home, code="F-1", label="1号楼", built_year=1985, storeys=6)

    def record(**more):
        values = {"keeps_use": True, "standard": "as_built", "difficulty": "拆承重墙", "reference": "论证3号",
                  "building": house}  # fmt: skip
        return record_fire(project=project, actor=cast.actor("renewer"), now=now(), **{**values, **more})

    assert says(home)["t22_3_current_fire_standard"] == "unknown"
    for wrong in ({"keeps_use": False}, {"difficulty": " "}, {"reference": ""}, {"building": None}):
        with pytest.raises(BadFire):
            record(**wrong)
    made = record()
    assert "TJ 16-74" in made.floor
    assert {says(home)[r] for r in ("t22_3_current_fire_standard", "t22_4_floor_with_difficulty")} == {
        "not_applicable", "pass",
    }  # fmt: skip
    current_fire(cast, project)
    assert says(home)["t22_3_current_fire_standard"] == "pass"
    with pytest.raises(IntegrityError, match="fire_floor_needs_difficulty"), transaction.atomic():
        FireRecord.objects.create(project=project, keeps_use=True, standard="as_built", by_name="某", at=now())


@pytest.mark.obligation("T22-5")
def test_a_building_whose_year_is_not_known_leaves_the_floor_unknown(cast: Cast, project, home):
    house = Building.objects.create(community=home, code="F-2", label="2号楼")
    record_fire(
        project=project, keeps_use=True, standard="as_built", difficulty="难", reference="论证4号", building=house,
        actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip
    assert says(home)["t22_4_floor_with_difficulty"] == "unknown"


@pytest.mark.obligation("T11-6")
def test_completion_is_refused_until_the_gate_opens(cast: Cast, project, home, monkeypatch):
    leave_pipes_aside(home, monkeypatch)
    with pytest.raises(GateShut, match="竣工验收"):
        finish(cast, project)
    passed(cast, project, home)
    with pytest.raises(GateShut) as shut:
        finish(cast, project)
    assert {line.split()[0] for line in shut.value.details} == {"T22-3", "T22-4"}
    current_fire(cast, project)
    made = finish(cast, project)
    project.refresh_from_db()
    home.refresh_from_db()
    assert (project.state, home.stage, made.report) == ("completed", "completed", "竣验-1")


@pytest.mark.obligation("T11-6")
def test_the_database_completes_nothing_past_the_gate(cast: Cast, project):
    with pytest.raises(IntegrityError, match="gate complete is shut"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="completed")
    with pytest.raises(IntegrityError, match="not completed"), transaction.atomic():
        Completion.objects.create(project=project, completed_on=today(), by_name="某", at=now(), **SIGNED)


def test_completion_needs_all_signatures_a_possible_day_and_its_turn(cast: Cast, project, home, monkeypatch):
    leave_pipes_aside(home, monkeypatch)
    with pytest.raises(NotSigned, match="监理单位"):
        finish(cast, project, signed={**SIGNED, "supervisor": " "})
    for day in (ago(90), today() + timedelta(days=1)):
        with pytest.raises(BadDay):
            finish(cast, project, completed_on=day)
    later = a_project(cast, home, kind="environment")
    for step in (enter_pool, start_works):  # under the exceptions of the first one
        step(project=later, actor=cast.actor("district_lead"), now=now(), on=today())
    later.refresh_from_db()
    with pytest.raises(OtherFirst):
        finish(cast, later)


def test_a_paper_replaced_after_sign_off_shows(cast: Cast, project, home):
    acceptance = open_matter(
        model=FacadeAcceptance, values={"project": project, "scope": "3号楼外墙"}, community=home,
        actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip
    WindowGuard.objects.create(
        community=home, building_label="3号楼", flat="101", found_on=ago(9), affects_works=False, by_name="王"
    )
    paper(acceptance, "外立面验收记录")
    document = Document.objects.get(title="外立面验收记录")
    version(document, 1)
    move(matter=acceptance, move="accept", actor=cast.actor("renewer"), now=now(), values={"accepted_on": today()})
    assert replaced([acceptance.pk]) == []
    version(document, 2)
    assert [(one.paper.version, one.version) for one in replaced([acceptance.pk])] == [(1, 2)]
    Document.objects.filter(pk=document.pk).update(withdrawn_at=now(), withdrawn_reason="拿错了")
    assert replaced([acceptance.pk])[0].withdrawn


def version(document: Document, number: int) -> None:
    DocumentVersion.objects.create(
        document=document, number=number, file=f"documents/{number}", file_name="a.pdf", content_type="application/pdf",
        size=1, sha256=f"{number}" * 64, uploaded_by_name="某",
    )  # fmt: skip


def test_facts_take_the_same_number_of_queries_for_any_number_of_communities(
    cast: Cast, project, home, django_assert_num_queries
):
    special(cast, project, home)
    with django_assert_num_queries(6):
        load_site_facts([home.pk, *range(10_000, 12_000)], today())
    assert load_facts([home.pk], on=today())[home.pk].site.special == "open"


@pytest.mark.django_db(transaction=True)
def test_two_who_complete_at_once_complete_once(cast: Cast, monkeypatch):
    home = a_community(cast)
    project = on_site(cast, home)
    crew(cast, project)
    leave_pipes_aside(home, monkeypatch)
    passed(cast, project, home)
    current_fire(cast, project)
    lead, start, said = cast.actor("district_lead"), threading.Barrier(2), list[str]()

    def run() -> None:
        try:
            with scoped(SYSTEM):
                start.wait()
                complete(project=project, completed_on=today(), signed=SIGNED, actor=lead, now=now(), on=today())
                said.append("done")
        except Refusal as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "project_moved_on"]
    assert (Completion.objects.count(), AcceptanceFiling.objects.count(), EffectReview.objects.count()) == (1, 1, 1)
