"""Schemes as editions, both planners' opinions on them, the architect in charge, the planner's part in acceptance."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.approvals.actions.architects import Architect, SignedAlready, WrongArchitect, name_architect, sign_off
from jiugai.approvals.actions.joining import Part, WrongPart, join_acceptance
from jiugai.approvals.actions.submitting import Draft, SubmittedMeanwhile, WrongScheme, submit_scheme
from jiugai.approvals.models import AcceptancePart, SchemeEdition, SchemeItem
from jiugai.domain.errors import NotAllowed
from jiugai.domain.gates import evaluate
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import move
from jiugai.planning.actions.asking import AskedByEdition, ask_opinion
from jiugai.planning.actions.moving import enter_pool, start_works
from jiugai.planning.models import PlannerOpinion, Project
from jiugai.policy import figures
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Occurrence
from jiugai.registry.actions.documents import add_version
from tests.apps.approvals.conftest import BEGUN, asked, at, submitted
from tests.apps.planning_rows import waive
from tests.apps.test_documents import PDF

DAY = date(2026, 9, 18)  # a Friday before the make-up Sunday


def outcome(home: Any, rule: str, day: date, gate: str = "start_works") -> str:
    verdict = evaluate(gate, load_facts([home.pk], on=day)[home.pk], figures.current())
    return str(next(f.outcome for f in verdict.findings if f.rule == rule))


def agree(project: Project, planners: Any, step: str, day: date) -> None:
    for role, who in zip(("street", "district"), planners, strict=True):
        move(matter=asked(project, step, role), move="agree", actor=who, now=at(day), values={"opinion": "同意"})


@pytest.mark.obligation("T09-4", "T19-10")
def test_submitted_scheme_goes_to_both_planners_within_five_working_days(cast, home, project, planners):
    submitted(cast, project, DAY)
    waiting = PlannerOpinion.objects.filter(project=project, at="scheme")
    assert {(one.role, one.edition, one.due_on) for one in waiting} == {
        ("street", 1, date(2026, 9, 24)), ("district", 1, date(2026, 9, 24)),
    }  # fmt: skip
    assert Occurrence.objects.filter(code="opinion_asked", cause__code="scheme_submitted").count() == 2
    assert outcome(home, "t09_4_opinion_on_scheme", DAY) == "fail"


@pytest.mark.obligation("T09-4", "T19-10")
def test_rule_opens_when_both_agreed_to_the_edition_that_stands(cast, home, project, planners):
    submitted(cast, project, DAY)
    move(
        matter=asked(project, "scheme", "street"),
        move="agree",
        actor=planners[0],
        now=at(DAY),
        values={"opinion": "同意"},
    )
    assert outcome(home, "t09_4_opinion_on_scheme", DAY) == "fail"
    move(
        matter=asked(project, "scheme", "district"),
        move="agree",
        actor=planners[1],
        now=at(DAY),
        values={"opinion": "同意"},
    )
    assert [outcome(home, rule, DAY) for rule in ("t09_4_opinion_on_scheme", "t19_10_opinion_in_time")] == [
        "pass",
        "pass",
    ]


@pytest.mark.obligation("T09-4", "T11-3")
@pytest.mark.parametrize(
    ("kind", "rule"), [("scheme", "t09_4_opinion_on_scheme"), ("special", "t11_3_opinion_on_special_design")]
)
def test_new_edition_reopens_the_opinions_and_the_old_ones_stay_on_record(cast, home, project, planners, kind, rule):
    submitted(cast, project, DAY, kind)
    agree(project, planners, kind, DAY)
    assert outcome(home, rule, DAY) == "pass"
    later = date(2026, 9, 21)
    submitted(cast, project, later, kind, change="坡道移到北门")
    assert outcome(home, rule, later) == "fail"
    states = PlannerOpinion.objects.filter(project=project, at=kind).order_by("pk").values_list("edition", "stage")
    assert list(states) == [(1, "agreed"), (1, "agreed"), (2, "asked"), (2, "asked")]
    agree(project, planners, kind, later)
    assert outcome(home, rule, later) == "pass"


@pytest.mark.obligation("T09-4")
def test_unanswered_questions_on_an_older_edition_are_taken_back(cast, project, planners):
    submitted(cast, project, DAY)
    submitted(cast, project, date(2026, 9, 21), change="补地下管线")
    stages = PlannerOpinion.objects.filter(project=project, at="scheme").order_by("pk").values_list("stage", flat=True)
    assert list(stages) == ["stopped", "stopped", "asked", "asked"]


@pytest.mark.obligation("T09-4")
def test_file_replaced_after_agreement_shuts_the_rule_until_it_is_submitted_anew(
    cast, home, project, planners, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    made = submitted(cast, project, DAY, upload=SimpleUploadedFile("方案.pdf", PDF), reference="")
    agree(project, planners, "scheme", DAY)
    assert outcome(home, "t09_4_opinion_on_scheme", DAY) == "pass"
    add_version(
        document=made.document,
        upload=SimpleUploadedFile("方案.pdf", PDF + b"2"),
        actor=cast.actor("implementer"),
        on=DAY,
    )
    assert outcome(home, "t09_4_opinion_on_scheme", DAY) == "fail"


@pytest.mark.obligation("T11-1")
def test_special_scheme_needs_items_and_opens_the_rule(cast, home, project):
    assert outcome(home, "t11_1_special_design", DAY) == "unknown"
    with pytest.raises(WrongScheme, match="没有列出"):
        submitted_without_items(cast, project)
    submitted(cast, project, DAY, "special")
    assert outcome(home, "t11_1_special_design", DAY) == "pass"
    assert SchemeItem.objects.count() == 2


def submitted_without_items(cast: Any, project: Any) -> None:
    draft = Draft(SchemeKind.SPECIAL, (), reference="图 A-02")
    submit_scheme(project=project, draft=draft, actor=cast.actor("implementer"), now=at(DAY), on=DAY)


@pytest.mark.parametrize(
    ("more", "says"),
    [({"submitted_on": date(2026, 8, 31)}, "早于项目提出日期"), ({"submitted_on": date(2026, 9, 19)}, "在今天以后"),
     ({"reference": ""}, "没有方案文件"), ({"after": 3}, "已报送第 0 版")],
)  # fmt: skip
def test_edition_that_cannot_be_is_refused_in_words(cast, project, more, says):
    with pytest.raises((WrongScheme, SubmittedMeanwhile), match=says):
        submitted(cast, project, DAY, **more)
    assert not SchemeEdition.objects.exists()


def test_second_edition_needs_a_reason_and_a_later_day(cast, project):
    submitted(cast, project, DAY)
    with pytest.raises(WrongScheme, match="没有写修改原因"):
        submitted(cast, project, DAY)
    with pytest.raises(WrongScheme, match="早于上一版报送日期"):
        submitted(cast, project, date(2026, 9, 21), change="改", submitted_on=date(2026, 9, 17))


def test_database_keeps_editions_as_they_are_and_in_order(cast, project):
    made = submitted(cast, project, DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeEdition.objects.filter(pk=made.pk).update(reference="别的")
    for row in ({"number": 3, "submitted_on": DAY}, {"number": 2, "submitted_on": BEGUN}):
        with pytest.raises(IntegrityError, match=r"editions follow|before the project or"), transaction.atomic():
            SchemeEdition.objects.create(scheme=made.scheme, change="改", reference="x", submitted_by_name="某", **row)


def test_who_may_not_submit_is_told(cast, project):
    with pytest.raises(NotAllowed):
        submitted(cast, project, DAY, who="planner")


@pytest.fixture
def architect(cast, project):
    person = Architect("吴某", cast.bodies["firm"], DAY, cast.user("architect"), "1101234")
    return name_architect(project=project, architect=person, actor=cast.actor("implementer"), on=DAY)


@pytest.mark.obligation("T09-6")
def test_architect_in_charge_signs_once_for_the_edition_that_stands(cast, project, architect):
    edition, who = submitted(cast, project, DAY), cast.actor("architect")
    signed = sign_off(edition=edition, subject="scheme", statement="方案可行", actor=who, on=DAY)
    assert (signed.architect.name, signed.edition.number) == ("吴某", 1)
    with pytest.raises(SignedAlready):
        sign_off(edition=edition, subject="scheme", statement="再签", actor=who, on=DAY)
    second = submitted(cast, project, DAY, change="改了坡道")
    assert not second.sign_offs.exists()
    with pytest.raises(SignedAlready):
        sign_off(edition=edition, subject="drawings", statement="旧版", actor=who, on=DAY)


@pytest.mark.obligation("T09-6")
def test_only_the_architect_in_charge_on_the_day_signs(cast, project, architect):
    edition = submitted(cast, project, DAY)
    person = Architect("郑某", cast.bodies["street"], date(2026, 9, 21), None)
    name_architect(project=project, architect=person, actor=cast.actor("implementer"), on=date(2026, 9, 21))
    with pytest.raises(NotAllowed, match="由责任建筑师郑某"):
        sign_off(edition=edition, subject="scheme", statement="x", actor=cast.actor("architect"), on=date(2026, 9, 21))


@pytest.mark.obligation("T09-6")
def test_database_takes_no_signature_of_somebody_else_or_before_submission(cast, project, architect):
    edition = submitted(cast, project, date(2026, 9, 21))
    with pytest.raises(IntegrityError, match="only the architect in charge"), transaction.atomic():
        architect.sign_offs.create(edition=edition, subject="scheme", statement="x", signed_on=DAY, by_name="某")
    with pytest.raises(WrongArchitect):
        name_architect(
            project=project, actor=cast.actor("implementer"), on=DAY,
            architect=Architect("早", cast.bodies["firm"], date(2026, 8, 1)),
        )  # fmt: skip


@pytest.mark.obligation("T09-5")
def test_planner_in_charge_records_his_part_in_acceptance_after_works_began(cast, home, project, planners):
    with pytest.raises(WrongPart, match="还没有开工"):
        join_acceptance(
            project=project, part=Part("special", DAY, "differs", "x"), actor=planners[0], now=at(DAY), on=DAY
        )
    today = begun(cast, home, project)
    part = Part("special", today, "differs", "坡道比方案陡")
    made = join_acceptance(project=project, part=part, actor=planners[0], now=at(today), on=today)
    assert (made.planner.name, made.get_verdict_display()) == ("林某", "与方案不一致")
    for who, says in ((planners[1], "由林某负责"), (planners[0], "已经登记")):
        with pytest.raises(WrongPart, match=says):
            join_acceptance(project=project, part=part, actor=who, now=at(today), on=today)
    with pytest.raises(IntegrityError, match="keeps what was said"), transaction.atomic():
        AcceptancePart.objects.filter(pk=made.pk).update(verdict="conforms")
    with pytest.raises(IntegrityError, match="nothing is accepted"), transaction.atomic():
        AcceptancePart.objects.create(project=project, planner=made.planner, acceptance="facade", took_part_on=DAY,
                                      verdict="conforms", note="x", by_name="某")  # fmt: skip


def begun(cast: Any, home: Any, project: Project) -> date:
    """Set the works on under exceptions; return today, the day they began."""
    lead, today = cast.actor("district_lead"), timezone.localdate()
    for gate, go in (("enter_pool", enter_pool), ("start_works", start_works)):
        waive(home, gate)
        go(project=project, actor=lead, now=timezone.now(), on=today)
    project.refresh_from_db()
    return today


def test_planner_is_not_asked_past_the_editions_on_record(cast, project, planners):
    submitted(cast, project, DAY)
    agree(project, planners, "scheme", DAY)
    with pytest.raises(AskedByEdition, match="按报送的方案版次送请"):
        ask_opinion(project=project, at="scheme", actor=cast.actor("district_lead"), now=at(DAY), on=DAY)
