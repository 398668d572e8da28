"""Reasons on the board: why a project is out or starts when it does, and why there is no plan at all."""

import pytest
from django.urls import reverse
from django.utils import timezone

from jiugai.planning import running
from jiugai.planning.actions.solving import save_version
from jiugai.planning.models import SolveRun
from jiugai.planning.queries.instance import build
from jiugai.planning.reasons import clash_sentences, reasons_of
from jiugai.planning.scoring import load
from tests.apps.plan_rows import a_scenario, a_stored, frames
from tests.apps.planning_rows import DAY, now

pytestmark = pytest.mark.django_db


def ready_of(scenario):
    built = build(scenario, on=DAY)
    return load(built.instance, built.kept(), on=DAY)


def test_what_is_left_out_is_explained_by_name_with_what_would_let_it_in(cast):
    first, second = (a_stored(cast, name, district=4000, months=6) for name in ("枣营南里", "枣营北里"))
    frames(cast, years=(2027,), district=5000)
    ready = ready_of(a_scenario(cast, months=12))
    reasons = reasons_of(ready, {first.code: 0}, second.code)
    words = "。".join(reasons.sentences)
    assert f"“{second.title}”没有列入" in words
    assert "区级资金差 3,000 千元" in words
    assert not reasons.selected


def test_the_board_shows_the_reasons(cast, client_as):
    project = a_stored(cast, "枣营南里")
    frames(cast)
    scenario = a_scenario(cast)
    ready = ready_of(scenario)
    version = save_version(
        scenario=scenario, instance=ready.instance, told=ready.told, starts={project.code: 3}, origin="solved",
        actor_name="测", user_id=None, now=now(), ready=ready,
    )  # fmt: skip
    page = client_as("district_lead").get(f"/versions/{version.pk}/why/", {"code": project.code}).content.decode()
    assert "为什么是这个月" in page
    assert "早一个月：" in page


def test_no_plan_at_all_is_explained_by_a_minimal_clash_and_a_way_out(cast):
    a_stored(cast, "枣营南里", district=9000, months=6, must=True)
    frames(cast, years=(2027,), district=5000)
    words = clash_sentences(ready_of(a_scenario(cast, months=12)))
    assert any("必须列入计划" in one for one in words)
    assert any(one.startswith("可以：") for one in words)


def test_run_without_any_plan_shows_on_its_page_what_clashes_and_the_least_change(cast, client_as):
    a_stored(cast, "枣营南里", district=9000, months=6, must=True)
    frames(cast, years=(2027,), district=5000)
    scenario = a_scenario(cast, months=12)
    run = SolveRun.objects.create(scenario=scenario, seconds=2, asked_at=now(), asked_by_name="测试")
    done = running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate)
    watched = client_as("district_lead").get(reverse("run-progress", args=[done.pk]), {"live": 1})
    page = watched.content.decode()
    assert watched["HX-Trigger"] == "run-finished"
    assert page.index("放在一起做不到") < page.index("必须列入计划") < page.index("可以这样改") < page.index("可以：")
    assert done.state == SolveRun.State.FAILED
    assert "没有可行计划" in page
    assert "必须列入计划" in page
    assert page.count("（改动最小）") == 1


def test_run_around_locks_that_cannot_be_kept_says_which_clash_and_which_to_let_go(cast, client_as):
    first, second = (a_stored(cast, name, district=4000, months=6) for name in ("枣营南里", "枣营北里"))
    frames(cast, years=(2027, 2028), district=5000)
    scenario = a_scenario(cast, months=24)
    base = run_of(scenario)
    run = run_of(scenario, base=base.result, locks={first.code: 0, second.code: 5})
    answer = client_as("district_lead").get(reverse("run-progress", args=[run.pk]))
    page = answer.content.decode()
    assert "HX-Trigger" not in answer
    assert "锁定的安排与约束冲突" in page
    for words in (
        f"您锁定了“{first.title}”在 2027年1月开工",
        f"您锁定了“{second.title}”在 2027年6月开工",
        "2027年区级资金 5,000 千元",
        f"可以：放开“{second.title}”的锁定，改到 2027年12月开工，晚 6 个月（改动最小）",
    ):
        assert words in page
    assert page.count("（改动最小）") == 1


def test_what_the_plan_has_settled_is_not_called_a_lock_of_the_person_who_solves(cast, client_as, monkeypatch):
    first, second = (a_stored(cast, name, district=4000, months=6) for name in ("枣营南里", "枣营北里"))
    frames(cast, years=(2027, 2028), district=5000)
    scenario = a_scenario(cast, months=24)
    built, fixed = build(scenario, on=timezone.localdate()), {first.code: 0, second.code: 5}
    monkeypatch.setattr(running, "_question", lambda run, on: (built.instance, built.kept(), fixed))
    run = run_of(scenario)
    page = client_as("district_lead").get(reverse("run-progress", args=[run.pk])).content.decode()
    for words in (
        "已列入计划或已报市里的安排与约束冲突",
        f"计划已定“{first.title}”在 2027年1月开工",
        "2027年区级资金 5,000 千元",
        f"可以：经计划调整把“{second.title}”另行安排，改到 2027年12月开工",
    ):
        assert words in page
    assert "锁定" not in page


def run_of(scenario, **more):
    run = SolveRun.objects.create(scenario=scenario, seconds=2, asked_at=now(), asked_by_name="测试", **more)
    return running.carry_out(run.pk, clock=timezone.now, today=timezone.localdate)
