"""A district applies in batches, the city decides project by project, and what was decided changes only on record."""

import threading
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jiugai.accounts.scope import scoped
from jiugai.domain import gates
from jiugai.domain.errors import NotAllowed
from jiugai.domain.facts import Facts, PlanFacts
from jiugai.domain.figures import shipped
from jiugai.domain.rules import rule_named
from jiugai.matters.actions import move
from jiugai.planning.actions import batching
from jiugai.planning.actions.adjusting import (
    AdjustedAlready,
    MoneyShort,
    NotPlanned,
    QuotaBroken,
    ask_adjustment,
    entry_of,
)
from jiugai.planning.actions.batching import BatchNotReady, ItemMovedOn, Wanted, WrongItem, open_batch
from jiugai.planning.actions.drafting import CannotMove, move_bar
from jiugai.planning.actions.moving import MovedOn, exit_pool
from jiugai.planning.models import BatchItem, PlanBatch, PlanEntry, Project
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.plan_facts import load_plan_facts
from jiugai.planning.queries.money import MoneyRow, Sum, wan
from jiugai.policy.actions.judging import GateShut
from jiugai.policy.models import Occurrence
from tests.apps.plan_rows import FEN, a_scenario, a_stored, afford, answer_all_but_the_plan, frame, frames
from tests.apps.planning_rows import a_community, a_project, now, waive
from tests.apps.test_plan_solving import solved
from tests.cast import CHAOYANG, Cast

MAY = date(2027, 5, 1)


@pytest.fixture(autouse=True)
def _only_the_plan(monkeypatch):
    answer_all_but_the_plan(monkeypatch)
    yield
    gates._standing.cache_clear()


def a_batch(
    cast: Cast, *projects: Project, start: date = MAY, months: int = 6, submit: bool = True, funded: bool = True
) -> PlanBatch:
    lead = cast.actor("district_lead")
    if funded:
        afford(cast)
    wanted = [Wanted(project, start, months) for project in projects]
    batch = open_batch(area=cast.areas[CHAOYANG], year=start.year, wanted=wanted, actor=lead, now=now())
    return go(batch, "submit", lead) if submit else batch


def go(batch: PlanBatch, code: str, actor: Any, reason: str = "") -> PlanBatch:
    return batching.move_batch(batch=batch, code=code, actor=actor, now=now(), reason=reason)


def item_of(batch: PlanBatch, project: Project) -> BatchItem:
    return BatchItem.objects.select_related("project", "batch").get(batch=batch, project=project)


def confirm(cast: Cast, batch: PlanBatch, project: Project) -> None:
    batching.confirm_item(
        item=item_of(batch, project), actor=cast.actor("city_lead"), now=now(), on=timezone.localdate()
    )


def planned(cast: Cast, name: str = "枣营南里", *, kind: str = "energy", start: date = MAY, **more: Any) -> Project:
    project = a_stored(cast, name, kind=kind, **more)
    confirm(cast, a_batch(cast, project, start=start), project)
    project.refresh_from_db()
    return project


@pytest.mark.obligation("T03-6")
def test_district_applies_in_several_batches_a_year_and_the_city_confirms(cast):
    first, second = a_stored(cast, "甲里"), a_stored(cast, "乙里")
    batches = [a_batch(cast, first), a_batch(cast, second)]
    assert [(b.year, b.sequence, b.stage, b.clock_days) for b in batches] == [
        (2027, 1, "at_city", 10), (2027, 2, "at_city", 10)
    ]  # fmt: skip
    confirm(cast, batches[0], first)
    first.refresh_from_db()
    entry = entry_of(first)
    assert (first.state, entry.start, entry.months, first.community.stage) == ("in_plan", MAY, 6, "in_plan")
    assert go(batches[0], "decide", cast.actor("city_lead")).closed_at
    assert Occurrence.objects.filter(community=first.community, code="entered_plan").exists()


@pytest.mark.obligation("T03-6")
def test_gate_stays_shut_before_the_district_has_applied(cast):
    project = a_stored(cast, "甲里")
    batch = a_batch(cast, project, submit=False)
    with pytest.raises(ItemMovedOn):
        confirm(cast, batch, project)
    facts = load_plan_facts([project.community_id], timezone.localdate())[project.community_id]
    assert (facts.batch_stage, facts.item_state) == ("draft", "applied")
    with pytest.raises(IntegrityError, match="only what the district has applied for"), transaction.atomic():
        BatchItem.objects.filter(batch=batch).update(state="confirmed")


@pytest.mark.obligation("T03-6")
def test_city_returns_one_project_with_a_question_and_confirms_the_rest(cast):
    asked, fine = a_stored(cast, "甲里"), a_stored(cast, "乙里")
    batch, city, lead = a_batch(cast, asked, fine), cast.actor("city_lead"), cast.actor("district_lead")
    batching.question_item(item=item_of(batch, asked), question="资金缺口怎么补", actor=city, now=now())
    confirm(cast, batch, fine)
    with pytest.raises(BatchNotReady, match="还有 1 个项目没有决定"):
        go(batch, "decide", city)
    batch = go(batch, "give_back", city)
    assert (batch.stage, batch.clock_days) == ("returned", 5)
    with pytest.raises(BatchNotReady, match="1 个问题没有答复"):
        go(batch, "resubmit", lead)
    item = item_of(batch, asked)
    batching.answer_item(item=item, answer="区级增补", start=date(2027, 7, 1), actor=lead, now=now())
    batch = go(batch, "resubmit", lead)
    confirm(cast, batch, asked)
    assert entry_of(asked).start == date(2027, 7, 1)
    assert go(batch, "decide", city).stage == "decided"


def test_refused_project_stays_in_the_pool_and_may_apply_again(cast):
    project = a_stored(cast, "甲里")
    batch = a_batch(cast, project)
    with pytest.raises(WrongItem, match="没有写"):
        batching.reject_item(item=item_of(batch, project), reason=" ", actor=cast.actor("city_lead"), now=now())
    batching.reject_item(item=item_of(batch, project), reason="方案不成熟", actor=cast.actor("city_lead"), now=now())
    project.refresh_from_db()
    assert project.state == "in_pool"
    page = cast.client("district_lead").get(f"/batches/{batch.pk}/").content.decode()
    assert "合计 0 个" in page
    assert "不含撤下和不予列入的" in page
    again = a_batch(cast, project)
    confirm(cast, again, project)


def test_district_may_not_confirm_and_a_street_may_not_apply(cast):
    project = a_stored(cast, "甲里")
    batch = a_batch(cast, project)
    with pytest.raises(NotAllowed):
        batching.confirm_item(
            item=item_of(batch, project), actor=cast.actor("district_lead"), now=now(), on=timezone.localdate()
        )
    with pytest.raises(NotAllowed):
        open_batch(area=cast.areas[CHAOYANG], year=2027, wanted=[], actor=cast.actor("street_clerk"), now=now())


def test_only_pool_projects_of_the_district_and_year_can_be_applied_for(cast):
    outside = a_project(cast, a_community(cast, "乙里"))
    batch = a_batch(cast, a_stored(cast, "丙里"), submit=False)
    lead = cast.actor("district_lead")
    with pytest.raises(WrongItem, match="只有在库的能申报"):
        batching.add_item(batch=batch, wanted=Wanted(outside, MAY, 6), actor=lead)
    late = a_stored(cast, "丁里")
    with pytest.raises(WrongItem, match="不属于2027年的批次"):
        batching.add_item(batch=batch, wanted=Wanted(late, date(2028, 1, 1), 6), actor=lead)
    with pytest.raises(BatchNotReady, match="没有项目"):
        go(a_batch(cast, submit=False), "submit", lead)


@pytest.mark.obligation("T03-11")
def test_single_item_that_runs_into_the_next_year_is_refused(cast):
    riser = a_stored(cast, "甲里", kind="riser")
    with pytest.raises(WrongItem, match="要当年能见效"):
        a_batch(cast, riser, start=date(2027, 9, 1), months=5)
    assert a_batch(cast, riser, start=date(2027, 9, 1), months=4).stage == "at_city"


@pytest.mark.obligation("T03-10")
def test_batch_that_leaves_the_year_short_of_the_share_is_not_handed_in(cast):
    plain, saving = a_stored(cast, "甲里", kind="comprehensive", m2=81_000), a_stored(cast, "乙里", m2=19_000)
    with pytest.raises(BatchNotReady, match=r"19\.0%，低于 20%，还差 1,000 ㎡"):
        a_batch(cast, plain, saving)


@pytest.mark.obligation("T03-9", "T03-10")
def test_gate_refuses_a_plain_project_that_leaves_the_year_short(cast):
    plain, saving = a_stored(cast, "甲里", kind="comprehensive", m2=80_000), a_stored(cast, "乙里", m2=20_000)
    batch = a_batch(cast, plain, saving)
    batching.reject_item(item=item_of(batch, saving), reason="资金不落实", actor=cast.actor("city_lead"), now=now())
    with pytest.raises(GateShut) as shut:
        confirm(cast, batch, plain)
    assert "还差 16000 平方米" in shut.value.details[0]
    assert "T03-10" in shut.value.clause
    plain.refresh_from_db()
    assert plain.state == "in_pool"
    assert item_of(batch, plain).state == "applied"


@pytest.mark.obligation("T03-9")
def test_share_counts_the_plan_and_the_batch_by_year_of_start(cast):
    planned(cast, "甲里", m2=30_000)
    plain, later = a_stored(cast, "乙里", kind="comprehensive", m2=50_000), a_stored(cast, "丙里", kind="riser")
    a_batch(cast, plain, later)
    facts = load_plan_facts([plain.community_id, later.community_id], timezone.localdate())
    one = facts[plain.community_id]
    assert (one.year, one.basic_m2, one.saving_m2, one.basic, one.saving) == (2027, 80_000, 30_000, 2, 1)
    assert facts[later.community_id].basic_m2 == 80_000


def test_facts_take_as_many_queries_for_many(cast, django_assert_num_queries):
    homes = [a_stored(cast, f"{n}号院") for n in range(4)]
    a_batch(cast, *homes)
    with django_assert_num_queries(5):
        load_plan_facts([homes[0].community_id], timezone.localdate())
    with django_assert_num_queries(5):
        load_plan_facts([home.community_id for home in homes], timezone.localdate())


@pytest.mark.obligation("T03-10")
def test_batch_short_of_the_share_is_told_so_and_not_that_somebody_was_faster(cast):
    batch = a_batch(cast, a_stored(cast, "乙里", kind="comprehensive"), submit=False)
    move_ = {"move": "submit", "version": batch.version}
    page = cast.client("district_lead").post(f"/batches/{batch.pk}/move/", move_)
    words = page.content.decode()
    assert page.status_code == 409
    assert "现在还不能办" in words
    assert "低于 20%" in words
    assert "已经有人先改了" not in words


@pytest.mark.obligation("T03-9", "T03-10")
def test_second_batch_is_judged_with_what_the_first_has_handed_in(cast):
    a_batch(cast, a_stored(cast, "甲里", m2=20_000), a_stored(cast, "乙里", kind="comprehensive", m2=70_000))
    with pytest.raises(
        BatchNotReady, match=r"18\.1%，低于 20%，还差 2,000 ㎡（其中已报市里、还没有确认的 2 个，90,000 ㎡）"
    ):
        a_batch(cast, a_stored(cast, "丙里", kind="comprehensive", m2=20_000))
    fits = a_stored(cast, "丁里", kind="comprehensive", m2=10_000)
    second = a_batch(cast, fits)
    facts = load_plan_facts([fits.community_id], timezone.localdate())[fits.community_id]
    assert (facts.basic_m2, facts.saving_m2, facts.waiting, facts.waiting_m2) == (100_000, 20_000, 2, 90_000)
    page = cast.client("district_lead").get(f"/batches/{second.pk}/").content.decode()
    assert "其中已报市里、还没有确认的 2 个，90,000 ㎡" in page
    home = cast.client("district_lead").get("/plan/").content.decode()
    assert "连同已报市里、还没有确认的是 20.0%，其中已报市里、还没有确认的 3 个，100,000 ㎡" in home


@pytest.mark.obligation("T03-10")
def test_batch_that_is_not_handed_in_does_not_count(cast):
    draft = a_batch(cast, a_stored(cast, "甲里", m2=30_000), submit=False)
    plain = a_stored(cast, "乙里", kind="comprehensive", m2=80_000)
    with pytest.raises(BatchNotReady, match=r"0\.0%，低于 20%"):
        a_batch(cast, plain)
    go(draft, "submit", cast.actor("district_lead"))
    assert a_batch(cast, a_stored(cast, "丙里", kind="comprehensive", m2=80_000)).stage == "at_city"


def test_second_batch_may_not_spend_what_the_first_has_handed_in(cast):
    frames(cast, district=3000)
    planned(cast, "甲里", district=1000)
    a_batch(cast, a_stored(cast, "乙里", district=1500))
    dear = a_batch(cast, a_stored(cast, "丙里", district=600), submit=False)
    lead = cast.actor("district_lead")
    with pytest.raises(BatchNotReady, match=r"2027年区级资金超出 10\.00 万元") as refused:
        go(dear, "submit", lead)
    sums = "已列入计划 100.00，别的批次已报市里、还没有确认 150.00，这一批 60.00，上限 300.00 万元"
    assert list(refused.value.details) == [f"2027年区级资金超出 10.00 万元：{sums}"]
    page = cast.client("district_lead").get(f"/batches/{dear.pk}/").content.decode()
    assert "2027年区级资金超出上限" in page
    half = a_batch(cast, a_stored(cast, "丁里", district=600), start=date(2027, 10, 1))
    page = cast.client("district_lead").get(f"/batches/{half.pk}/").content.decode()
    assert (half.stage, "还余 20.00 万元" in page) == ("at_city", True)


@pytest.mark.obligation("T03-5")
def test_page_of_a_batch_and_rule_write_the_money_of_a_year_alike():
    parts = {"planned": Fraction(45_000), "waiting": Fraction(25_000), "asked": Fraction(0)}
    row = MoneyRow(FrameKind.DISTRICT_MONEY, 2027, 5_000, parts, [])
    money = PlanFacts(money=(row.fact(Sum(parts["planned"])),))
    found = rule_named("t03_5_money_enough").check(Facts(1, MAY, plan=money), shipped())
    assert row.words == "已列入计划 0.05，别的批次已报市里、还没有确认 0.03，上限 0.01 万元"
    assert found.says == f"2027年区级资金超出 0.07 万元：{row.words}"
    assert replace(row, limit=None).words == "已列入计划 0.05，别的批次已报市里、还没有确认 0.03 万元，没有登记上限"


@pytest.mark.obligation("T03-5")
@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"district": None}, "有项目没有登记资金，不能核对年度资金：甲里"),
        ({}, "2027年区级资金、2027年市级补助额度没有登记上限"),
    ],
    ids=["a figure of a project", "the limits of its year"],
)
def test_batch_of_which_money_is_not_known_is_neither_handed_in_nor_confirmed(cast, figures, says):
    project, lead = a_stored(cast, "甲里", **figures), cast.actor("district_lead")
    batch = a_batch(cast, project, submit=False, funded=bool(figures))
    with pytest.raises(BatchNotReady, match="不能提交") as refused:
        go(batch, "submit", lead)
    assert refused.value.clause == "T03-5"
    assert says in refused.value.details[0]
    page = cast.client("district_lead").get(f"/batches/{batch.pk}/").content.decode()
    assert "年度资金待核实" in page
    assert says in page
    with pytest.raises(GateShut, match="1 项待核实"):
        confirm(cast, waived_through(cast, batch, project), project)


def waived_through(cast: Cast, batch: PlanBatch, project: Project) -> PlanBatch:
    """Hand a batch in under an exception on its money, which ends before the city looks at it."""
    leave = waive(project.community, "enter_plan", only="t03_5_money_enough")
    batch = go(batch, "submit", cast.actor("district_lead"))
    leave.update(ended_at=now(), ended_reason="测试")
    return batch


@pytest.mark.obligation("T03-5")
def test_city_does_not_confirm_over_a_limit_lowered_meanwhile_but_under_an_exception(cast):
    frames(cast, district=3000)
    first, second = a_stored(cast, "甲里", district=1500), a_stored(cast, "乙里", district=1500)
    batch = a_batch(cast, first, second)
    frame(cast.areas[CHAOYANG], "district_money", 2999 * FEN, 2027)
    with pytest.raises(GateShut) as shut:
        confirm(cast, batch, first)
    assert "T03-5 2027年区级资金超出 0.10 万元：这一批 300.00，上限 299.90 万元" in shut.value.details[0]
    assert item_of(batch, first).state == "applied"
    waive(first.community, "enter_plan", only="t03_5_money_enough")
    confirm(cast, batch, first)
    with pytest.raises(GateShut, match="1 项不符合"):
        confirm(cast, batch, second)
    batching.reject_item(item=item_of(batch, second), reason="资金不够", actor=cast.actor("city_lead"), now=now())
    assert entry_of(first).start == MAY


@pytest.mark.obligation("T03-6")
def test_solver_and_board_leave_what_waits_at_the_city_where_it_was_applied_for(cast):
    asked = a_stored(cast, "甲里")
    a_stored(cast, "乙里")
    batch = a_batch(cast, asked, months=7)
    frames(cast)
    version, lead = solved(cast, a_scenario(cast)), cast.actor("district_lead")
    assert version.starts[asked.code] == MAY.month - 1
    assert "1 个项目已报市里、还没有确认，按申报的月份计入" in version.told["assumed"]
    with pytest.raises(CannotMove, match="已在“朝阳区2027年第 1 批实施计划申报”里报市里"):
        move_bar(version=version, code=asked.code, to=20, actor=lead)
    assert batch.title in cast.client("district_lead").get(f"/versions/{version.pk}/").content.decode()


@pytest.mark.obligation("T03-7")
def test_plan_changes_by_a_recorded_adjustment_with_reason_author_and_time(cast):
    project = planned(cast)
    lead, city = cast.actor("district_lead"), cast.actor("city_lead")
    asked = ask_adjustment(
        project=project, what="move", start=date(2027, 8, 1), months=8, reason="管线迁改推迟", actor=lead, now=now()
    )
    assert (asked.stage, asked.clock_days, entry_of(project).start) == ("asked", 10, MAY)
    move(matter=asked, move="approve", actor=city, now=now())
    rows = list(PlanEntry.objects.filter(project=project).order_by("pk").values_list("start", "months", "reason"))
    assert rows == [(MAY, 6, ""), (date(2027, 8, 1), 8, "管线迁改推迟")]
    newest = entry_of(project)
    assert (newest.by_name, newest.adjustment.created_by_name) == (city.name, lead.name)
    told = Occurrence.objects.get(community=project.community, code="plan_changed")
    assert "2027年5月开工 6 个月，改为 2027年8月开工 8 个月：管线迁改推迟" in told.words


@pytest.mark.obligation("T03-7")
def test_solver_and_board_leave_what_the_city_confirmed_where_it_stands(cast):
    project = planned(cast)
    a_stored(cast, "乙里")
    frames(cast)
    version = solved(cast, a_scenario(cast))
    at = (MAY.year - 2027) * 12 + MAY.month - 1
    assert version.starts[project.code] == at
    assert version.starts.keys() > {project.code}
    lead = cast.actor("district_lead")
    for to in (at + 1, None):
        with pytest.raises(CannotMove) as refused:
            move_bar(version=version, code=project.code, to=to, actor=lead)
        assert refused.value.clause == "T03-7"


@pytest.mark.obligation("T03-7")
def test_database_refuses_a_plan_changed_without_an_adjustment(cast):
    project = planned(cast)
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        PlanEntry.objects.filter(project=project).update(months=9)
    asked = ask_adjustment(
        project=project, what="move", start=date(2027, 8, 1), months=8, reason="推迟",
        actor=cast.actor("district_lead"), now=now(),
    )  # fmt: skip
    row = {"start": date(2027, 8, 1), "months": 8, "adjustment": asked, "at": now(), "by_name": "x", "reason": "y"}
    with pytest.raises(IntegrityError, match="confirmed application or an approved adjustment"), transaction.atomic():
        PlanEntry.objects.create(project=project, **row)
    with pytest.raises(IntegrityError, match="changes only by an adjustment"), transaction.atomic():
        BatchItem.objects.filter(project=project).update(months=9)
    with pytest.raises(IntegrityError, match="does not agree with the implementation plan"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="in_pool")


@pytest.mark.obligation("T03-7")
def test_adjustment_needs_a_reason_and_something_planned_and_waits_alone(cast):
    project, lead = planned(cast), cast.actor("district_lead")
    month = {"start": date(2027, 8, 1), "months": 8, "actor": lead, "now": now()}
    with pytest.raises(Exception, match="没有写调整理由"), transaction.atomic():
        ask_adjustment(project=project, what="move", reason=" ", **month)
    with pytest.raises(NotPlanned), transaction.atomic():
        ask_adjustment(project=a_stored(cast, "丙里"), what="move", reason="推迟", **month)
    ask_adjustment(project=project, what="move", reason="推迟", **month)
    with pytest.raises(AdjustedAlready), transaction.atomic():
        ask_adjustment(project=project, what="move", reason="再推迟", **month)


@pytest.mark.obligation("T03-7")
def test_project_taken_out_goes_back_to_the_pool_and_its_entry_stays(cast):
    project, lead = planned(cast), cast.actor("district_lead")
    with pytest.raises(MovedOn):
        exit_pool(project=project, kind="other", reason="绕过", actor=lead, now=now(), on=timezone.localdate())
    out = ask_adjustment(project=project, what="out", reason="居民意见大", actor=lead, now=now())
    move(matter=out, move="approve", actor=cast.actor("city_lead"), now=now())
    project.refresh_from_db()
    assert (project.state, entry_of(project), project.plan_entries.count()) == ("in_pool", None, 2)
    batch = a_batch(cast, project)
    confirm(cast, batch, project)
    assert entry_of(project).start == MAY


@pytest.mark.obligation("T03-10")
def test_adjustment_that_leaves_a_year_short_of_the_share_is_refused(cast):
    saving = planned(cast, "甲里", m2=20_000)
    plain = a_stored(cast, "乙里", kind="comprehensive", m2=80_000)
    confirm(cast, a_batch(cast, plain), plain)
    asked = ask_adjustment(
        project=saving, what="move", start=date(2028, 3, 1), months=6, reason="推迟", actor=cast.actor("district_lead"),
        now=now(),
    )  # fmt: skip
    with pytest.raises(QuotaBroken, match=r"2027年抗震、节能占比只有 0\.0%"):
        move(matter=asked, move="approve", actor=cast.actor("city_lead"), now=now())


@pytest.mark.obligation("T03-5", "T03-7")
@pytest.mark.parametrize(("limit", "words"), [(900, "区级资金超出 10.00 万元"), (None, "区级资金没有登记上限")])
def test_adjustment_into_a_year_without_the_money_is_refused(cast, limit, words):
    project, lead = planned(cast), cast.actor("district_lead")  # it takes 1,000 of the district's money
    frame(cast.areas[CHAOYANG], "city_money", 10**12, 2031)
    if limit is not None:
        frame(cast.areas[CHAOYANG], "district_money", limit * FEN, 2031)
    asked = ask_adjustment(
        project=project, what="move", start=date(2031, 3, 1), months=6, reason="推迟", actor=lead, now=now()
    )
    with pytest.raises(MoneyShort, match=f"2031年{words}"):
        move(matter=asked, move="approve", actor=cast.actor("city_lead"), now=now())
    assert entry_of(project).start == MAY


@pytest.mark.django_db(transaction=True)
def test_two_at_the_city_confirm_a_project_once(cast):
    project = a_stored(cast, "甲里")
    item, city, start = item_of(a_batch(cast, project), project), cast.actor("city_lead"), threading.Barrier(2)
    found: list[str] = []

    def run() -> None:
        try:
            with scoped(city):
                start.wait()
                batching.confirm_item(item=item, actor=city, now=now(), on=timezone.localdate())
                found.append("confirmed")
        except ItemMovedOn:
            found.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["confirmed", "late"]
    assert PlanEntry.objects.filter(project=project).count() == 1


@pytest.mark.obligation("T03-5", "T03-7")
@pytest.mark.django_db(transaction=True)
def test_two_adjustments_at_once_do_not_spend_the_money_of_one(cast):
    frame(cast.areas[CHAOYANG], "city_money", 10**12, 2031)
    frame(cast.areas[CHAOYANG], "district_money", 1000 * FEN, 2031)
    lead, city, start = cast.actor("district_lead"), cast.actor("city_lead"), threading.Barrier(2)
    asked = [
        ask_adjustment(project=planned(cast, name), what="move", start=date(2031, 3, 1), months=6, reason="推迟",
                       actor=lead, now=now())
        for name in ("甲里", "乙里")
    ]  # fmt: skip
    found: list[str] = []

    def run(matter: Any) -> None:
        try:
            with scoped(city):
                start.wait()
                move(matter=matter, move="approve", actor=city, now=now())
                found.append("approved")
        except MoneyShort:
            found.append("short")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["approved", "short"]


def test_money_below_nothing_is_written_with_its_own_cents():
    assert [wan(fen) for fen in (1_500_000, -1_500_000, 123_456_789_000, None)] == [
        "1.50", "−1.50", "123,456.79", "0.00",
    ]  # fmt: skip
