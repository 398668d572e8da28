"""From the pool to an instance, from a run of the solver to versions that stay; boards, locks, publishing."""

import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.domain.planning.constraints import check
from jiugai.domain.projects import KINDS
from jiugai.planning import running
from jiugai.planning.actions import drafting, solving
from jiugai.planning.actions.drafting import CannotMove
from jiugai.planning.actions.framing import WrongBundle, dissolve_bundle, make_bundle, save_unit
from jiugai.planning.actions.scheduling import record_season, remove_season
from jiugai.planning.models import CurrentPlan, PlanScenario, PlanVersion, ProjectInput, SolveRun
from jiugai.planning.queries.instance import NoFrames, NothingToPlan, build
from jiugai.planning.scoring import loaded, problem_of
from jiugai.web.request_id import numbered
from tests.apps.plan_rows import a_scenario, a_stored, frame, frames, give_figures
from tests.apps.planning_rows import a_community, now, stored
from tests.apps.streetworks_rows import a_work
from tests.cast import CHAOYANG, Cast

TODAY = timezone.localdate()


def solved(cast: Cast, scenario: PlanScenario, **more: Any) -> PlanVersion:
    run = SolveRun.objects.create(
        scenario=scenario, seconds=more.pop("seconds", 2), asked_at=now(), asked_by_name="测试", **more
    )
    done = running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate)
    assert done.result, done.message
    return PlanVersion.objects.get(pk=done.result_id)


def test_instance_holds_the_pool_with_its_own_figures(cast):
    project = a_stored(cast, "甲里", m2=12_000, homes=240, district=900, city=300, months=7, earliest=date(2027, 3, 1))
    frames(cast)
    built = build(a_scenario(cast), on=TODAY)
    row = next(p for p in built.instance["projects"] if p["id"] == project.code)
    assert (row["kind"], row["floor_area_m2"], row["households"]) == ("comprehensive_energy", 12_000, 240)
    assert (row["district_cost"], row["city_cost"], row["duration_months"]) == (900, 300, 7)
    assert row["earliest"] >= 2
    assert built.instance["districts"][0]["budget"] == {"2027": 5000, "2028": 5000, "2029": 5000}
    assert problem_of(built.instance).projects[0].id == project.code


@pytest.mark.obligation("T03-13", "T03-14")
def test_planner_and_board_take_the_seasons_on_record_and_a_version_keeps_them(cast):
    a_stored(cast, "甲里")
    frames(cast)
    scenario, city = a_scenario(cast), cast.actor("city_lead")
    july = build(scenario, on=TODAY).instance["season_fraction"][6]
    for year in (2027, 2028):
        season = record_season(
            kind="rain", first=date(year, 7, 10), last=date(year, 8, 9), source="防汛通知", actor=city
        )
    version = solved(cast, scenario)
    assert july == 1
    assert version.instance["season_fraction"][6] == pytest.approx((22 / 31 * 2 + 1) / 3, abs=1e-6)
    assert any("按登记的起止" in words for words in version.told["assumed"])
    remove_season(season=season, actor=city)
    calendar = loaded(PlanVersion.objects.get(pk=version.pk)).calendar
    assert [calendar.days(at, 12)[0] for at in (0, 12, 24)] == [31, 31, 107]


def test_works_of_which_the_street_is_not_known_leave_every_street_its_limit(cast):
    a_stored(cast, "甲里")
    frames(cast, sites=2)
    for number in range(3):
        a_work(cast, f"G-{number}", starts=date(2027, 1, 4), ends=date(2027, 3, 30))
    version = solved(cast, a_scenario(cast))
    assert version.feasible
    limits = {one["code"]: one["max_active"] for one in version.instance["streets"]}
    assert limits.pop(CHAOYANG) > 3
    assert set(limits.values()) == {2}


@pytest.mark.obligation("T03-8", "T03-11", "T03-12")
@pytest.mark.parametrize("kind", [kind.code for kind in KINDS])
def test_every_kind_of_project_enters_the_plan_as_its_own_type(cast, kind):
    a_stored(cast, "甲里", kind=kind)
    frames(cast)
    row = build(a_scenario(cast), on=TODAY).instance["projects"][0]
    families = {"rebuild": "rebuild", "vacate": "rebuild", "environment": "environment", "riser": "single_item"}
    assert row["kind"] == families.get(kind, row["kind"])
    assert row["same_year"] == (kind in ("riser", "utilities", "ageing"))
    assert row["seismic_energy"] == (kind in ("seismic_energy", "energy"))


def test_project_of_which_something_is_unknown_stays_out_and_is_named(cast):
    fine, bare = a_stored(cast, "甲里"), stored(cast, a_community(cast, "乙里"))
    give_figures(bare, district=None, months=None)
    frames(cast)
    built = build(a_scenario(cast), on=TODAY)
    assert [p["id"] for p in built.instance["projects"]] == [fine.code]
    assert built.unknown[0]["lacks"] == ["区级资金", "工期"]


def test_limit_that_nobody_entered_is_refused_and_not_taken_for_zero(cast):
    a_stored(cast, "甲里")
    with pytest.raises(NoFrames) as missing:
        build(a_scenario(cast), on=TODAY)
    assert "朝阳区2027年区级资金" in missing.value.details
    frames(cast)
    ProjectInput.objects.all().delete()
    with pytest.raises(NothingToPlan):
        build(a_scenario(cast, title="乙"), on=TODAY)


def test_instance_takes_as_many_queries_for_many(cast):
    a_stored(cast, "甲里")
    frames(cast)
    scenario = a_scenario(cast)
    with numbered(), CaptureQueriesContext(connection) as few:
        assert len(build(scenario, on=TODAY).instance["projects"]) == 1
    for n in range(4):
        a_stored(cast, f"{n}号院")
    with numbered(), CaptureQueriesContext(connection) as many:
        assert len(build(scenario, on=TODAY).instance["projects"]) == 5
    assert len(many) <= len(few) <= 32


def test_solving_makes_a_version_that_keeps_every_limit_and_never_changes(cast):
    for n in range(5):
        a_stored(cast, f"{n}号院", district=2000)
    frames(cast, district=2500)
    version = solved(cast, a_scenario(cast))
    assert version.feasible
    assert version.number == 1
    assert check(loaded(version).problem, version.starts) == []
    assert version.bound >= version.objective > 0
    assert version.sums["projects"] == len(version.starts) > 0
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).update(starts={})


def test_locked_start_stays_when_solving_again(cast):
    for n in range(3):
        a_stored(cast, f"{n}号院", district=1000)
    frames(cast)
    scenario = a_scenario(cast)
    first = solved(cast, scenario)
    code = sorted(first.starts)[0]
    later = first.starts[code] + 5
    second = solved(cast, scenario, base=first, locks={code: later})
    assert (second.starts[code], second.number, second.base_id) == (later, 2, first.pk)


def test_run_tells_its_progress_and_stops_when_asked(cast):
    a_stored(cast, "甲里")
    frames(cast)
    lead = cast.actor("district_lead")
    run = solving.ask_solve(scenario=a_scenario(cast), seconds=30, actor=lead, now=now())
    assert run.job_id
    solving.stop_solve(run=run, actor=lead)
    done = running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate)
    assert done.state == "stopped"
    done.refresh_from_db()
    assert done.progress
    assert done.result_id
    assert (done.ended_at - done.started_at).total_seconds() < 20
    assert running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate).result_id == done.result_id


def test_run_without_limits_says_what_is_missing(cast):
    a_stored(cast, "甲里")
    run = SolveRun.objects.create(scenario=a_scenario(cast), seconds=2, asked_at=now(), asked_by_name="测试")
    done = running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate)
    assert done.state == "failed"
    assert "计划条件还缺" in done.message


def test_moved_bar_is_judged_at_once_and_saved_as_a_version_with_author_and_reason(cast):
    project = a_stored(cast, "甲里", district=4000, months=12)
    frames(cast)
    lead, version = cast.actor("district_lead"), solved(cast, a_scenario(cast))
    draft = drafting.move_bar(version=version, code=project.code, to=20, actor=lead)
    score = loaded(version).score(lead.user_id, draft.starts())
    assert float(score.objective) < version.objective
    made = solving.save_draft(draft=draft, reason="给学校让路", actor=lead, now=now())
    assert (made.origin, made.reason, made.made_by_name, made.starts[project.code]) == (
        "edited", "给学校让路", lead.name, 20
    )  # fmt: skip
    assert drafting.draft_of(version, lead) is None
    version.refresh_from_db()
    assert version.starts[project.code] != 20


def test_infeasible_edit_is_named_and_can_neither_be_published_nor_applied_for(cast):
    project = a_stored(cast, "甲里", district=4000, months=6)
    frames(cast)
    frame(cast.areas[CHAOYANG], "district_money", 100_000, 2028)
    lead, version = cast.actor("district_lead"), solved(cast, a_scenario(cast))
    draft = drafting.move_bar(version=version, code=project.code, to=13, actor=lead)
    made = solving.save_draft(draft=draft, reason="试试", actor=lead, now=now())
    assert not made.feasible
    assert made.clashes[0]["kind"] == "district_budget"
    with pytest.raises(solving.WrongRun, match="不符合，不能发布"):
        solving.publish(version=made, seen=0, actor=lead, now=now())
    with pytest.raises(Exception, match="不符合，不能申报"):
        drafting.apply_from(version=made, district=cast.areas[CHAOYANG], year=2028, actor=lead, now=now())


def test_moves_can_be_taken_back_and_locks_follow(cast):
    project = a_stored(cast, "甲里")
    frames(cast)
    lead, version = cast.actor("district_lead"), solved(cast, a_scenario(cast))
    was = version.starts[project.code]
    drafting.toggle_lock(version=version, code=project.code, actor=lead)
    drafting.move_bar(version=version, code=project.code, to=9, actor=lead)
    draft = drafting.move_bar(version=version, code=project.code, to=None, actor=lead)
    assert (project.code in draft.starts(), draft.locks) == (False, {})
    draft = drafting.undo(version=version, actor=lead)
    assert draft.starts()[project.code] == 9
    draft = drafting.undo(version=version, actor=lead)
    assert (draft.starts()[project.code], draft.moves) == (was, {})
    with pytest.raises(CannotMove, match="没有可以撤销"):
        drafting.undo(version=version, actor=lead)
    with pytest.raises(CannotMove, match="超出计划的月份"):
        drafting.move_bar(version=version, code=project.code, to=99, actor=lead)
    with pytest.raises(NotAllowed):
        drafting.move_bar(version=version, code=project.code, to=9, actor=cast.actor("street_clerk"))


@pytest.mark.obligation("T08-4", "T08-5")
def test_bundle_goes_in_together_keeps_each_members_figures_and_names_its_unit(cast):
    one, two = a_stored(cast, "甲里", district=700), a_stored(cast, "乙里", district=900, m2=20_000)
    frames(cast)
    lead, area = cast.actor("district_lead"), cast.areas[CHAOYANG]
    unit = save_unit(area=area, name="枣营更新单元", actor=lead)
    bundle = make_bundle(area=area, name="枣营片区", projects=[one, two], unit=unit, actor=lead, on=TODAY)
    built = build(a_scenario(cast), on=TODAY)
    rows = {p["id"]: p for p in built.instance["projects"]}
    assert rows[one.code]["bundle"] == rows[two.code]["bundle"]
    assert (rows[one.code]["district_cost"], rows[two.code]["district_cost"]) == (700, 900)
    assert built.told[one.code]["unit"] == "枣营更新单元"
    assert [m.area_m2 for m in bundle.members.order_by("pk")] == [10_000, 20_000]
    with pytest.raises(WrongBundle, match="至少要两个"):
        make_bundle(area=area, name="单个", projects=[one], actor=lead, on=TODAY)
    with pytest.raises(WrongBundle, match="已在别的打捆里"):
        make_bundle(area=area, name="又一个", projects=[one, two], actor=lead, on=TODAY)
    ProjectInput.objects.filter(project=two).update(months=None)
    with pytest.raises(NothingToPlan):  # the other stays out with it
        build(a_scenario(cast, title="乙"), on=TODAY)


@pytest.mark.obligation("T08-4")
def test_dissolved_bundle_leaves_its_members_as_they_were(cast):
    one, two = a_stored(cast, "甲里"), a_stored(cast, "乙里")
    lead = cast.actor("district_lead")
    bundle = make_bundle(area=cast.areas[CHAOYANG], name="片区", projects=[one, two], actor=lead, on=TODAY)
    dissolve_bundle(bundle=bundle, actor=lead)
    assert list(ProjectInput.objects.values_list("bundle", "area_m2")) == [(None, 10_000), (None, 10_000)]


@pytest.mark.django_db(transaction=True)
def test_two_people_solving_and_publishing_at_once_do_not_overwrite_each_other(cast):
    a_stored(cast, "甲里")
    frames(cast)
    scenario, lead = a_scenario(cast), cast.actor("district_lead")
    runs = [SolveRun.objects.create(scenario=scenario, seconds=1, asked_at=now(), asked_by_name=f"{n}") for n in "甲乙"]
    start, found = threading.Barrier(2), list[str]()

    def solve_and_publish(run: SolveRun) -> None:
        try:
            with scoped(lead):
                start.wait()
                version = running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate).result
                start.wait()
                solving.publish(version=version, seen=0, actor=lead, now=now())
                found.append("published")
        except solving.PublishedMeanwhile:
            found.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=solve_and_publish, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["late", "published"]
    made = PlanVersion.objects.filter(scenario=scenario).order_by("number")
    assert [(v.number, v.made_by_name) for v in made] in ([(1, "甲"), (2, "乙")], [(1, "乙"), (2, "甲")])
    assert CurrentPlan.objects.get().edition == 1


def test_pages_show_board_reasons_comparison_and_workbook(cast, client_as):
    inside = [a_stored(cast, f"{n}号院", district=3000) for n in range(4)]
    frames(cast, district=3500)
    version, client = solved(cast, a_scenario(cast)), client_as("district_lead")
    page = client.get(f"/versions/{version.pk}/").content.decode()
    assert all(p.title in page for p in inside)
    left = next((p for p in inside if p.code not in version.starts), None)
    if left is not None:
        why = client.get(f"/versions/{version.pk}/why/", {"code": left.code}).content.decode()
        assert "卡在" in why
    code = next(iter(version.starts))
    moved = client.post(f"/versions/{version.pk}/move/", {"code": code, "by": "1"}, headers={"HX-Request": "true"})
    assert 'id="b-head"' in moved.content.decode()
    saved = client.post(f"/versions/{version.pk}/save/", {"reason": "推后"}, follow=True).content.decode()
    assert "已保存为第 2 版" in saved
    both = PlanVersion.objects.order_by("pk")
    compared = client.get("/plan/compare/", {"a": both[0].pk, "b": both[1].pk}).content.decode()
    assert "2027年区级资金" in compared
    assert f'data-label="{both[0]}">{both[0].sums["projects"]}</td>' in compared  # counted whole, named on a phone
    book = client.get(f"/versions/{version.pk}/export/")
    assert book.content[:2] == b"PK"
    assert json.dumps(version.starts)


def test_a_number_given_again_after_a_restore_is_not_taken_for_the_version_before(cast):
    a_stored(cast, "甲里")
    frames(cast)
    version = solved(cast, a_scenario(cast))
    later = PlanVersion(
        pk=version.pk, made_at=version.made_at + timedelta(minutes=1), instance={**version.instance, "name": "别的"},
        told={},
    )  # fmt: skip
    assert loaded(version).instance["name"] != "别的"
    assert loaded(later).instance["name"] == "别的"
