"""Works of others meet projects: found in place and time by the database, asked about, answered, planned together."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.domain.gates import GATE_RULES, evaluate
from jiugai.domain.streetworks import Window
from jiugai.matters.actions.moving import StillMissing, move
from jiugai.planning.actions.batching import Wanted, confirm_item, move_batch, open_batch
from jiugai.planning.actions.moving import withdraw_project
from jiugai.planning.models import BatchItem, Project
from jiugai.policy.actions.judging import GateShut
from jiugai.policy.facts import load_facts
from jiugai.policy.figures import current
from jiugai.registry.models import Building
from jiugai.streetworks.actions.asking import (
    AskedAlready,
    BadRequest,
    OverlapGone,
    Wish,
    ask_synergy,
    judge_harmless,
    lapse_unanswered,
)
from jiugai.streetworks.actions.footprints import BadWindow, place_project, schedule_project
from jiugai.streetworks.kind import NoOverlap, NotTogether, NotYet
from jiugai.streetworks.models import Footprint, Overlap, StreetWork, SynergyRequest
from jiugai.streetworks.queries import pairs_for, works_for
from tests.apps.plan_rows import a_stored
from tests.apps.planning_rows import a_community, a_project, waive
from tests.apps.streetworks_rows import DAY, SPRING, a_footprint, a_work, an_overlap, line
from tests.cast import CHAOYANG, OTHER_STREET, Cast

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def today():
    return timezone.localdate()


def ask(cast: Cast, overlap: Overlap, **wish):
    return ask_synergy(overlap=overlap, wish=Wish(**wish), actor=cast.actor("district_lead"), now=now(), on=today())


def gate_says(home):
    facts = load_facts([home.pk], on=today())[home.pk]
    verdict = evaluate("enter_plan", facts, current())
    return next(f for f in verdict.findings if f.rule == "t16_4_overlaps_answered")


@pytest.mark.obligation("T16-4")
def test_a_work_on_the_ground_of_a_project_is_found_whichever_comes_first(cast: Cast):
    home = a_community(cast)
    before = a_work(cast, "G-0")
    a_footprint(home)
    after = a_work(cast, "G-1")
    assert set(Overlap.objects.values_list("work", flat=True)) == {before.pk, after.pk}
    assert all(one.gap_days is None and one.shared_m2 > 500 for one in Overlap.objects.all())


@pytest.mark.obligation("T16-4")
def test_a_work_elsewhere_is_no_overlap(cast: Cast):
    a_footprint(a_community(cast))
    a_work(cast, geom=line(lat=39.95))
    assert not Overlap.objects.exists()


@pytest.mark.obligation("T16-4")
@pytest.mark.parametrize(
    ("starts", "ends", "gap"),
    [
        (date(2027, 5, 1), date(2027, 12, 1), 0),
        (date(2027, 8, 1), date(2027, 12, 1), 31),
        (date(2028, 6, 29), date(2028, 12, 1), 364),
        (date(2028, 6, 30), date(2028, 12, 1), 365),
        (date(2028, 7, 1), date(2028, 12, 1), "none"),
    ],
)
def test_time_counts_with_its_slack_to_the_day(cast: Cast, starts, ends, gap):
    home = a_community(cast)
    a_work(cast)
    a_footprint(home, window=Window(starts, ends))
    found = list(Overlap.objects.filter(gone_at__isnull=True).values_list("gap_days", flat=True))
    assert found == ([] if gap == "none" else [gap])


@pytest.mark.obligation("T16-4")
def test_overlaps_follow_every_change_of_work_project_and_ground(cast: Cast):
    home = a_community(cast)
    overlap = an_overlap(cast, home)

    def live():
        return Overlap.objects.filter(gone_at__isnull=True).exists()

    StreetWork.objects.update(state="cancelled")
    assert not live()
    StreetWork.objects.update(state="planned")
    assert live()
    schedule_project(project_ref="XM-1", window=Window(date(2030, 1, 1), date(2030, 6, 1)))
    assert not live()
    schedule_project(project_ref="XM-1", window=Window(*SPRING))
    overlap.refresh_from_db()
    assert (live(), overlap.gap_days) == (True, 0)
    home.point = Point(116.40, 39.90)
    home.save()
    assert not live()


def test_the_boundary_counts_before_the_point_and_chosen_buildings_before_both(cast: Cast):
    home = a_community(cast)
    far = MultiPolygon(Polygon.from_bbox((116.470, 39.939, 116.472, 39.941)), srid=4490)
    home.boundary = far
    home.save()
    a_footprint(home)
    a_work(cast)
    assert not Overlap.objects.exists()
    house = Building.objects.create(
        community=home, code="B-1", label="1号楼",
        footprint=MultiPolygon(Polygon.from_bbox((116.4599, 39.9399, 116.4601, 39.9401)), srid=4490),
    )  # fmt: skip
    assert Overlap.objects.filter(gone_at__isnull=True).count() == 1
    a_footprint(home, ref="XM-2", buildings=[house.pk])
    assert Overlap.objects.filter(footprint__project_ref="XM-2", gone_at__isnull=True).exists()


def test_a_proposed_project_lies_on_the_map_and_a_withdrawn_one_leaves_it(cast: Cast):
    home = a_community(cast)
    a_work(cast)
    project = a_project(cast, home)
    assert Overlap.objects.filter(footprint__project_ref=project.code, gone_at__isnull=True).count() == 1
    withdraw_project(project=project, reason="并入别的项目", actor=cast.actor("district_lead"), now=now(), on=today())
    assert Footprint.objects.get(project_ref=project.code).live is False
    assert not Overlap.objects.filter(gone_at__isnull=True).exists()


def test_the_search_sees_past_the_scope_of_who_writes(cast: Cast):
    """A work of the city is registered by a district that does not see the neighbour's projects; they are found."""
    a_footprint(a_community(cast, "月坛北街", area=OTHER_STREET))
    with scoped(cast.actor("district_lead")):
        a_work(cast)
        assert not Overlap.objects.exists()
    assert Overlap.objects.count() == 1


@pytest.mark.parametrize("side", ["streetwork", "footprint"])
def test_the_search_walks_the_index_of_the_other_side_and_reads_no_table_whole(cast: Cast, side):
    """Row level security kept the index out once, and an import of 10,000 works did not end."""
    home, other = a_community(cast), {"streetwork": "footprint", "footprint": "streetwork"}[side]
    (a_footprint if side == "streetwork" else a_work)(home if side == "streetwork" else cast)

    def read() -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY (%s) ORDER BY relname",
                [["streetworks_overlap", f"streetworks_{other}"]],
            )
            return list(cursor.fetchall())

    before = read()
    if side == "streetwork":
        StreetWork.objects.bulk_create([work_row(cast, n) for n in range(50)])
    else:
        a_footprint(home)
    assert read() == before
    assert Overlap.objects.filter(gone_at__isnull=True).count() == (50 if side == "streetwork" else 1)


def work_row(cast: Cast, n: int) -> StreetWork:
    return StreetWork(
        code=f"B-{n}", title=f"管线{n}", kind="pipeline", department="某集团", area=cast.areas[CHAOYANG], geom=line(),
        width_m=4, starts=SPRING[0], ends=SPRING[1], reported_on=DAY,
    )  # fmt: skip


@pytest.mark.obligation("T16-4")
def test_the_gate_asks_until_every_overlap_is_answered(cast: Cast):
    home = a_community(cast)
    assert gate_says(home).outcome == "unknown"
    overlap = an_overlap(cast, home, reported_on=today())
    assert (gate_says(home).outcome, "未发请求" in gate_says(home).says) == ("fail", True)
    request = ask(cast, overlap)
    assert "待答复" in gate_says(home).says
    days = {"agreed_from": today() + timedelta(90), "agreed_until": today() + timedelta(150)}
    move(matter=request, move="accept", actor=SYSTEM, now=now(), values=days)
    assert gate_says(home).outcome == "pass"


@pytest.mark.obligation("T16-4")
def test_a_project_stays_out_of_the_plan_until_what_meets_it_in_place_and_time_is_answered(cast: Cast):
    project, city = a_stored(cast, "枣营南里"), cast.actor("city_lead")
    for rule in GATE_RULES["enter_plan"]:
        if rule != "t16_4_overlaps_answered":
            waive(project.community, "enter_plan", only=rule)
    schedule_project(project_ref=project.code, window=Window(date(2027, 5, 1), date(2027, 10, 31)))
    met, later = a_work(cast, reported_on=today()), a_work(cast, "G-9", starts=date(2031, 3, 1), ends=date(2031, 6, 1))
    assert not Overlap.objects.filter(work=later).exists()
    item = handed_in(cast, project)

    def refused() -> str:
        with pytest.raises(GateShut) as shut:
            confirm_item(item=item, actor=city, now=now(), on=today())
        assert shut.value.clause == "T16-4"
        return "".join(shut.value.details)

    assert "还有 1 处交叉没有答复" in refused()
    request = ask(cast, Overlap.objects.get(work=met))
    assert "待答复" in refused()
    days = {"agreed_from": today() + timedelta(90), "agreed_until": today() + timedelta(150)}
    move(matter=request, move="accept", actor=SYSTEM, now=now(), values=days)
    confirm_item(item=item, actor=city, now=now(), on=today())
    project.refresh_from_db()
    assert project.state == "in_plan"


def handed_in(cast: Cast, project: Project) -> BatchItem:
    """Apply for a project in a batch that lies with the city."""
    lead = cast.actor("district_lead")
    batch = open_batch(area=cast.areas[CHAOYANG], year=2027, wanted=[Wanted(project, date(2027, 5, 1), 6)], actor=lead,
                       now=now())  # fmt: skip
    move_batch(batch=batch, code="submit", actor=lead, now=now())
    return BatchItem.objects.select_related("project", "batch").get(batch=batch)


@pytest.mark.obligation("T16-4")
def test_a_refusal_needs_its_reason_and_answers_the_gate(cast: Cast):
    home = a_community(cast)
    request = ask(cast, an_overlap(cast, home, reported_on=today()))
    with pytest.raises(StillMissing):
        move(matter=request, move="refuse", actor=SYSTEM, now=now())
    move(matter=request, move="refuse", actor=SYSTEM, now=now(), values={"refusal": "供热季前必须完工"})
    assert gate_says(home).outcome == "pass"


@pytest.mark.obligation("T16-4")
def test_an_answer_that_never_came_lapses_and_keeps_the_gate_shut(cast: Cast):
    home = a_community(cast)
    request = ask(cast, an_overlap(cast, home, reported_on=today()))
    assert lapse_unanswered(actor=SYSTEM, now=now(), on=request.due_on) == 0
    late = now() + timedelta(days=40)
    assert lapse_unanswered(actor=SYSTEM, now=late, on=timezone.localdate(late)) == 1
    request.refresh_from_db()
    assert request.stage == "lapsed"
    assert "逾期未答复" in gate_says(home).says
    move(matter=request, move="refuse", actor=SYSTEM, now=late, values={"refusal": "协调后维持原计划"})
    assert gate_says(home).outcome == "pass"


def test_nobody_registers_a_lapse_before_its_day(cast: Cast):
    request = ask(cast, an_overlap(cast, a_community(cast)))
    with pytest.raises(NotYet):
        move(matter=request, move="lapse", actor=SYSTEM, now=now())


@pytest.mark.parametrize(
    ("start", "end"), [(90, 60), (-20, -5)], ids=["the end before the start", "days that have passed"]
)
def test_agreed_days_that_are_none_are_refused(cast: Cast, start, end):
    request = ask(cast, an_overlap(cast, a_community(cast)))
    days = {"agreed_from": today() + timedelta(start), "agreed_until": today() + timedelta(end)}
    with pytest.raises(NotTogether):
        move(matter=request, move="accept", actor=SYSTEM, now=now(), values=days)


def test_an_overlap_judged_harmless_needs_its_reason_and_is_no_matter_any_more(cast: Cast):
    home = a_community(cast)
    overlap = an_overlap(cast, home, reported_on=today())
    with pytest.raises(BadRequest):
        judge_harmless(overlap=overlap, reason=" ", actor=cast.actor("district_lead"), now=now(), on=today())
    with pytest.raises(NotAllowed):
        judge_harmless(overlap=overlap, reason="无关", actor=cast.actor("planner"), now=now(), on=today())
    judged = judge_harmless(
        overlap=overlap, reason="在马路对侧", actor=cast.actor("district_lead"), now=now(), on=today()
    )
    assert gate_says(home).outcome == "pass"
    with pytest.raises(BadRequest):
        ask(cast, judged)
    judge_harmless(overlap=overlap, reason="", actor=cast.actor("district_lead"), now=now(), on=today())
    assert gate_says(home).outcome == "fail"


def test_requests_that_make_no_sense_are_refused_in_words(cast: Cast):
    overlap = an_overlap(cast, a_community(cast))
    for wish in (
        {"wanted_from": today()},
        {"wanted_from": today() + timedelta(9), "wanted_until": today() + timedelta(2)},
        {"wanted_from": today() - timedelta(9), "wanted_until": today() - timedelta(2)},
        {"saving_yuan": -1},
    ):
        with pytest.raises(BadRequest):
            ask(cast, overlap, **wish)
    StreetWork.objects.update(state="cancelled")
    overlap.refresh_from_db()
    with pytest.raises(OverlapGone):
        ask(cast, overlap)


def test_a_request_starts_from_an_overlap(cast: Cast):
    from jiugai.matters.actions import open_matter

    with pytest.raises(NoOverlap):
        open_matter(model=SynergyRequest, values={}, community=a_community(cast), actor=SYSTEM, now=now())


@pytest.mark.django_db(transaction=True)
def test_many_people_asking_at_once_make_one_request(cast: Cast):
    overlap, start, refused = an_overlap(cast, a_community(cast)), Barrier(6), []
    actor = cast.actor("district_lead")

    def one():
        start.wait()
        try:
            with scoped(actor):
                ask_synergy(overlap=overlap, wish=Wish(), actor=actor, now=now(), on=today())
        except AskedAlready:
            refused.append(1)
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (SynergyRequest.objects.count(), len(refused)) == (1, 5)


@pytest.mark.obligation("T16-4")
def test_accepted_synergies_are_pairs_of_the_planner_and_fix_the_days_of_the_work(cast: Cast):
    home = a_community(cast)
    slack = {"earliest_start": date(2027, 1, 1), "latest_start": date(2027, 9, 1)}
    overlap = an_overlap(cast, home, **slack)
    first = date(2027, 1, 1)
    (item,) = works_for(area_path="/110000/110105/", first_month=first, months=36)
    assert (item.duration_months, item.earliest, item.latest_start, item.kind) == (4, 0, 8, "pipeline")
    assert pairs_for(project_refs=["XM-1"], on=DAY) == []
    request = ask(cast, overlap)
    days = {"agreed_from": date(2027, 5, 10), "agreed_until": date(2027, 8, 20)}
    move(matter=request, move="accept", actor=SYSTEM, now=now(), values=days)
    (item,) = works_for(area_path="/110000/110105/", first_month=first, months=36)
    assert (item.duration_months, item.earliest, item.latest_start) == (4, 4, 4)
    (pair,) = pairs_for(project_refs=["XM-1"], on=DAY)
    assert (pair.a, pair.b, pair.saving) == ("XM-1", item.id, pytest.approx(pair.shared_m2 / 100))
    StreetWork.objects.update(state="cancelled")
    assert pairs_for(project_refs=["XM-1"], on=DAY) == []


def test_the_planner_gets_its_works_in_two_queries(cast: Cast, django_assert_num_queries):
    for n in range(5):
        a_work(cast, f"G-{n}")
    with django_assert_num_queries(2):
        assert len(works_for(area_path="/110000/", first_month=date(2027, 1, 1), months=36)) == 5


def test_facts_take_the_same_number_of_queries_for_any_number_of_communities(cast: Cast, django_assert_num_queries):
    from jiugai.streetworks.facts import works_section

    homes = [a_community(cast, f"小区{n}") for n in range(4)]
    for n, home in enumerate(homes):
        a_footprint(home, ref=f"XM-{n}")
    a_work(cast)
    with django_assert_num_queries(5):
        assert len(works_section([h.pk for h in homes], DAY)) == 4


@pytest.mark.parametrize(
    "broken",
    [
        {"starts": date(2027, 6, 1), "ends": date(2027, 5, 31)},
        {"earliest_start": date(2027, 4, 1), "latest_start": date(2027, 9, 1)},
        {"geom": Point(116.46, 39.94, srid=4490)},
        {"geom": Polygon(((116.4, 39.9), (116.5, 40.0), (116.5, 39.9), (116.4, 40.0), (116.4, 39.9)), srid=4490)},
        {"budget_fen": 0},
        {"title": ""},
    ],
    ids=["window reversed", "starts before it may", "a point", "crosses itself", "no money", "no name"],
)  # fmt: skip
def test_the_database_itself_refuses_a_work_that_cannot_be(cast: Cast, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_work(cast, **broken)


def test_the_same_work_of_a_department_stands_once(cast: Cast):
    a_work(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_work(cast)


def test_a_window_turned_round_is_refused_for_projects_too(cast: Cast):
    home = a_community(cast)
    with pytest.raises(BadWindow):
        place_project(project_ref="X", title="X", communities=[home], on=DAY, window=Window(date(2027, 2, 1), DAY))
    with pytest.raises(BadWindow):
        schedule_project(project_ref="X", window=Window(date(2027, 2, 1), DAY))


@pytest.mark.obligation("T16-1")
def test_works_are_read_where_they_reach_and_not_in_another_district(cast: Cast):
    a_work(cast)
    a_work(cast.areas["110000"], "G-2")
    seen = {
        who: StreetWork.objects.visible_to(cast.actor(who)).count() for who in ("street_clerk", "outsider", "city_lead")
    }
    assert seen == {"street_clerk": 2, "outsider": 1, "city_lead": 2}
    with scoped(cast.actor("outsider")):
        assert StreetWork.objects.count() == 1
    assert CHAOYANG in StreetWork.objects.get(code="G-1").area_path
