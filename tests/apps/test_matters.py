"""The engine of matters: opening, moving, handing over, clocks, and what the database itself refuses."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from jiugai.accounts.models import AuditEvent
from jiugai.accounts.roles import Role
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.domain.process import Clock, Unit
from jiugai.matters import actions, kinds
from jiugai.matters.models import Handling, Matter, MatterLog
from jiugai.registry.models import Community, Document
from tests.cast import CHAOYANG, COMMITTEE, Cast

pytestmark = pytest.mark.django_db


def at(day: int, month: int = 11, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour))  # noqa: DTZ001 - made aware here


@pytest.fixture
def home(cast: Cast) -> Community:
    made = Community.objects.create(code="T-1", name="示例小区", name_norm="示例小区", area=cast.areas[COMMITTEE])
    made.refresh_from_db()
    return made


@pytest.fixture
def given(cast: Cast, home: Community) -> Handling:
    values = {"title": "核对地下管线图", "owner": cast.bodies["street"], "due_on": date(2026, 11, 30)}
    return actions.open_matter(
        model=Handling, values=values, community=home, actor=cast.actor("district_lead"), now=at(16)
    )


def check_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_an_opened_matter_lies_where_its_community_lies_and_has_a_number(given, home):
    home.refresh_from_db()
    assert (given.area_path, given.stage, given.kind) == (home.area_path, "given", "handling")
    assert given.number == f"2026-{given.pk:06d}"
    assert given.log.get().what == "opened"
    check_deferred()


def test_the_audit_log_speaks_of_a_matter_in_words(cast: Cast, given):
    actions.move(matter=given, move="take", actor=cast.actor("street_clerk"), now=at(17))
    opened, moved = AuditEvent.objects.filter(subject_id=str(given.pk)).order_by("pk")
    assert opened.after["责任单位"] == "麦子店街道办事处"
    for event in (opened, moved):
        said = [*event.after, event.after["阶段"], event.after["动作"]]
        assert not [words for words in said if words.isascii()]


@pytest.mark.obligation("T01-6")
def test_work_goes_from_body_to_body_and_each_step_is_on_record(cast: Cast, given):
    street, lead = cast.actor("street_clerk"), cast.actor("district_lead")
    actions.move(matter=given, move="take", actor=street, now=at(17))
    actions.hand_over(matter=given, to=cast.bodies["district"], actor=street, now=at(17), reason="管线图由区里保管")
    with pytest.raises(NotAllowed, match="朝阳区住房城乡建设委"):
        actions.move(matter=given, move="answer", actor=cast.actor("property_firm"),
                     now=at(18), values={"answer": "有"})  # fmt: skip
    actions.move(matter=given, move="answer", actor=lead, now=at(18), values={"answer": "已送街道"})
    done = actions.move(matter=given, move="confirm", actor=lead, now=at(19))
    assert done.closed_at is not None
    assert done.result == "已办结"
    assert list(given.log.values_list("what", flat=True)) == ["opened", "moved", "handed_over", "moved", "moved"]
    check_deferred()


def test_a_move_is_only_made_along_the_table(cast: Cast, given):
    with pytest.raises(Conflict, match="待签收"):
        actions.move(matter=given, move="answer", actor=cast.actor("street_clerk"), now=at(17))


def test_a_move_asks_for_its_fields_and_its_reason(cast: Cast, given):
    street = cast.actor("street_clerk")
    actions.move(matter=given, move="take", actor=street, now=at(17))
    with pytest.raises(Refusal, match="办理情况"):
        actions.move(matter=given, move="answer", actor=street, now=at(17))
    with pytest.raises(Refusal, match="原因"):
        actions.move(matter=given, move="stop", actor=cast.actor("district_lead"), now=at(17))


def test_who_has_seen_an_old_version_is_told_who_was_faster(cast: Cast, given):
    street = cast.actor("street_clerk")
    seen = given.version
    actions.move(matter=given, move="take", actor=street, now=at(17), version=seen)
    with pytest.raises(Conflict, match=street.name):
        actions.move(matter=given, move="take", actor=street, now=at(17), version=seen)


def test_a_role_removed_in_mid_process_stops_the_next_step(cast: Cast, given):
    street = cast.user("street_clerk")
    actions.move(matter=given, move="take", actor=street.actor(on=date(2026, 11, 17)), now=at(17))
    street.memberships.update(ends=date(2026, 11, 18))
    with pytest.raises(NotAllowed):
        actions.move(
            matter=given, move="answer", actor=street.actor(on=date(2026, 11, 19)), now=at(19), values={"answer": "有"}
        )


@pytest.mark.parametrize("change", ["stage = 'done', version = version + 1", "closed_at = now()", "stage = 'working'"])
def test_the_database_refuses_a_stage_the_table_does_not_lead_to(given, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE matters_matter SET {change} WHERE id = %s", [given.pk])  # noqa: S608


def test_the_database_refuses_a_step_without_a_line_in_the_log(given):
    check_deferred()
    point = transaction.savepoint()
    Matter.objects.filter(pk=given.pk).update(stage="working", version=given.version + 1)
    with pytest.raises(IntegrityError, match="without a line"):
        check_deferred()
    transaction.savepoint_rollback(point)


@pytest.mark.parametrize("change", ["UPDATE matters_matterlog SET reason = 'x'", "DELETE FROM matters_matterlog"])
def test_the_log_stays_as_it_is(given, change):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_suspending_puts_a_given_date_back_by_the_days_of_the_stop(cast: Cast, given):
    street = cast.actor("street_clerk")
    actions.suspend(matter=given, actor=street, now=at(17), reason="等图")
    resumed = actions.resume(matter=given, actor=street, now=at(19))
    assert resumed.due_on == date(2026, 12, 2)
    assert resumed.suspended_on is None


def test_stopping_again_on_the_day_of_resuming_loses_nothing(cast: Cast, given):
    street = cast.actor("street_clerk")
    for day in (17, 19, 19):
        actions.suspend(matter=given, actor=street, now=at(day), reason="等图")
        actions.resume(matter=given, actor=street, now=at(19))
    given.refresh_from_db()
    assert given.due_on == date(2026, 12, 2)


def test_a_late_matter_cannot_be_suspended_but_goes_to_the_body_above(cast: Cast, given):
    cast.bodies["street"].parent = cast.bodies["district"]
    cast.bodies["street"].save()
    street = cast.actor("street_clerk")
    with pytest.raises(Conflict, match="逾期"):
        actions.suspend(matter=given, actor=street, now=at(1, 12), reason="等图")
    with pytest.raises(Conflict, match="没有逾期"):
        actions.escalate(matter=given, actor=street, now=at(20))
    late = actions.escalate(matter=given, actor=street, now=at(2, 12))
    assert late.escalated_to == cast.bodies["district"]
    assert late.owner == cast.bodies["street"]


def test_a_matter_goes_to_people_of_its_body_only(cast: Cast, given):
    lead, clerk = cast.actor("district_lead"), cast.user("street_clerk")
    assert actions.assign(matter=given, person=clerk, actor=lead, now=at(17)).assignee == clerk
    with pytest.raises(Refusal, match="任职"):
        actions.assign(matter=given, person=cast.user("planner"), actor=lead, now=at(17))


def test_a_matter_is_not_handed_to_a_body_that_cannot_see_it(cast: Cast, given):
    with pytest.raises(Refusal, match="看不到"):
        actions.hand_over(
            matter=given, to=cast.bodies["outside"], actor=cast.actor("district_lead"), now=at(17), reason="由他们办"
        )


def test_a_matter_moves_with_its_community(cast: Cast, given, home):
    home.area = cast.areas[CHAOYANG]
    home.save()
    given.refresh_from_db()
    assert given.area_path == cast.areas[CHAOYANG].path


def test_others_do_not_see_it(cast: Cast, given):
    assert not Matter.objects.visible_to(cast.actor("outsider")).exists()
    assert Handling.objects.visible_to(cast.actor("street_clerk")).exists()


def test_correcting_keeps_what_was_there(cast: Cast, given):
    actions.edit_matter(
        matter=given,
        values={"title": "核对燃气管线图", "obligation": "T14-1"},
        actor=cast.actor("street_clerk"),
        now=at(17),
    )
    line = MatterLog.objects.filter(what="edited").get()
    assert line.before == {"title": "核对地下管线图", "obligation": ""}
    assert Handling.objects.get(pk=given.pk).obligation == "T14-1"


@pytest.fixture
def with_process(monkeypatch):
    """Let the kind of these tests ask for more: changes to its stages and moves, by code."""

    def change(*, stages=None, moves=None) -> None:
        known = kinds.kind("handling")
        process = replace(
            known.process,
            stages=tuple(replace(s, **(stages or {}).get(s.code, {})) for s in known.process.stages),
            moves=tuple(replace(m, **(moves or {}).get(m.code, {})) for m in known.process.moves),
        )
        changed = kinds.Kind(known.model, replace(known.of, process=process))
        monkeypatch.setitem(kinds._kinds, "handling", changed)

    return change


def test_documents_of_a_stage_must_be_on_file_before_a_move_leads_on(cast: Cast, given, home, with_process):
    with_process(stages={"given": {"documents": ("管线图",)}})
    street = cast.actor("street_clerk")
    with pytest.raises(Refusal, match="管线图"):
        actions.move(matter=given, move="take", actor=street, now=at(17))
    paper = Document.objects.create(community=home, title="图一", private=False)
    actions.attach(matter=given, kind="管线图", document=paper, actor=street, now=at(17))
    with pytest.raises(Conflict, match="已经附上"):
        actions.attach(matter=given, kind="管线图", document=paper, actor=street, now=at(17))
    assert actions.move(matter=given, move="take", actor=street, now=at(17)).stage == "working"


def test_a_withdrawn_document_no_longer_counts(cast: Cast, given, home, with_process):
    with_process(stages={"given": {"documents": ("管线图",)}})
    paper = Document.objects.create(community=home, title="图一", private=False)
    actions.attach(matter=given, kind="管线图", document=paper, actor=cast.actor("street_clerk"), now=at(17))
    Document.objects.filter(pk=paper.pk).update(withdrawn_at=at(18))
    with pytest.raises(Refusal, match="管线图"):
        actions.move(matter=given, move="take", actor=cast.actor("street_clerk"), now=at(18))


def test_a_move_behind_a_shut_gate_changes_nothing(cast: Cast, given, with_process):
    with_process(moves={"take": {"gate": "enter_pool"}})
    with pytest.raises(Refusal) as shut:
        actions.move(matter=given, move="take", actor=cast.actor("district_lead"), now=at(17))
    assert shut.value.details
    given.refresh_from_db()
    assert given.stage == "given"


def test_a_clock_of_a_stage_starts_with_the_stage_and_says_when_it_is_provisional(cast: Cast, given, with_process):
    with_process(stages={"working": {"clock": Clock(5)}, "answered": {"clock": Clock(30, Unit.CALENDAR)}})
    street = cast.actor("street_clerk")
    moved = actions.move(matter=given, move="take", actor=street, now=at(16))
    assert (moved.due_on, moved.due_provisional) == (date(2026, 11, 23), False)
    actions.suspend(matter=given, actor=street, now=at(18), reason="等图")
    assert actions.resume(matter=given, actor=street, now=at(20)).due_on == date(2026, 11, 25)
    answered = actions.move(matter=given, move="answer", actor=street, now=at(10, 12), values={"answer": "有"})
    assert (answered.due_on, answered.due_provisional) == (date(2027, 1, 11), True)
    with pytest.raises(Refusal, match="不能直接改"):
        actions.edit_matter(matter=given, values={"due_on": date(2027, 3, 1)}, actor=street, now=at(11, 12))


def test_a_firm_from_elsewhere_may_take_it_where_its_people_work(cast: Cast, given):
    firm = cast.bodies["outside"]
    cast.hire("outside_planner", Role.PLANNER, "outside", CHAOYANG)
    moved = actions.hand_over(
        matter=given, to=firm, actor=cast.actor("street_clerk"), now=at(17), reason="由责任规划师办"
    )
    assert moved.owner == firm
