"""The ranking of the pool on the database: inputs, places by district, versions, pages; districts for early payment."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.checkup.models import Checkup
from jiugai.domain.errors import NotAllowed
from jiugai.planning.actions.framing import Limit, enter_frame, save_input
from jiugai.planning.actions.menu_compiling import compile_menu
from jiugai.planning.actions.mobilising import Work, raise_objection, record_work
from jiugai.planning.actions.ranking import (
    NewWeights,
    WrongWeights,
    count_ranking,
    make_version,
    record_satisfaction,
    weights_on,
)
from jiugai.planning.actions.scheduling import NewDays, save_days
from jiugai.planning.inputs import values_of
from jiugai.planning.models import PoolRank, RankingVersion
from jiugai.planning.queries.ranking_inputs import districts_of, inputs_of
from tests.apps.menu_rows import a_home, checked, wants
from tests.apps.planning_rows import DAY, now, stored
from tests.cast import CHAOYANG

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def count(cast, who="district_lead"):
    return count_ranking(actor=cast.actor(who), now=now(), on=TODAY())


def mobilised(cast, home, agreed=58, asked=66, visited=48):
    for work in (Work("consent", DAY, asked, agreed), Work("visit", DAY, visited)):
        record_work(community=home, work=work, actor=cast.actor("community_worker"), now=now(), on=DAY)


def known(cast, name="枣营南里"):
    """A stored project of which all four factors are known."""
    home = a_home(cast, name)
    checked(home, "L1", needs=("pipes",))
    wants(cast, home, "riser", 65)
    mobilised(cast, home)
    project = stored(cast, home, kind="riser")
    compile_menu(project=project, actor=cast.actor("district_lead"), now=now(), on=DAY)
    save_input(
        project=project, values={"district_fen": 20_000, "households": 96}, actor=cast.actor("district_lead"), now=now()
    )
    return project


def budget(cast, fen=100_000):
    limit = Limit(area=cast.areas[CHAOYANG], kind="district_money", year=TODAY().year, value=fen, document="x")
    enter_frame(limit=limit, actor=cast.actor("district_lead"), now=now())


@pytest.mark.obligation("T03-5")
def test_every_score_is_traced_to_its_inputs(cast):
    project = known(cast)
    budget(cast)
    raise_objection(
        community=project.community, content="挡光", door="", raised_on=DAY, actor=cast.actor("community_worker"),
        now=now(), on=DAY,
    )  # fmt: skip
    assert count(cast) == 1
    rank = PoolRank.objects.get()
    assert (rank.place, rank.of, rank.checkup, rank.finance, rank.demand) == (1, 1, 4500, 8000, 6500)
    assert rank.mass_work == 6772
    assert rank.low == rank.high == (4500 * 30 + 8000 * 20 + 6772 * 25 + 6500 * 25) // 100
    page = cast.client("district_lead").get(f"/ranks/{rank.pk}/").content.decode()
    for words in ("100 − 体检平均分 55.00 = 45.00", "同意率 87.9%", "区级资金估算：200.00 元", "本区第 1 名"):
        assert words in page


@pytest.mark.obligation("T03-5")
def test_every_factor_links_to_where_its_inputs_stand(cast):
    project = known(cast)
    budget(cast)
    count(cast)
    home, lead = project.community_id, cast.client("district_lead")
    page = lead.get(f"/ranks/{PoolRank.objects.get().pk}/").content.decode()
    checkup = Checkup.objects.get(community=home)
    links = (
        f"/checkups/{checkup.pk}/", f"/projects/{project.pk}/plan-input/", "/plan/frames/", "/ranking/districts/",
        f"/communities/{home}/mobilise/", f"/communities/{home}/demand/", f"/projects/{project.pk}/menu/",
    )  # fmt: skip
    for url in links:
        assert f'href="{url}"' in page
        assert lead.get(url).status_code == 200
    assert "枣营南里的体检：2026年11月" in page
    assert "完成，55.0 分" in page
    worker = cast.client("community_worker").get(f"/ranks/{PoolRank.objects.get().pk}/").content.decode()
    assert "/plan-input/" not in worker
    assert 'href="/plan/inputs/"' in worker


@pytest.mark.obligation("T03-5")
def test_what_is_missing_is_shown_as_missing_and_counted_at_the_bottom(cast):
    stored(cast, a_home(cast))
    count(cast)
    rank = PoolRank.objects.get()
    assert (rank.low, rank.high) == (0, 10_000)
    page = cast.client("district_lead").get(f"/ranks/{rank.pk}/").content.decode()
    assert "没有完成的体检" in page or "没有体检" in page
    assert "没有征求过改造意愿" in page


@pytest.mark.obligation("T03-5")
def test_a_new_version_of_the_weights_counts_anew_and_old_ones_stay(cast):
    known(cast)
    count(cast)
    lead = cast.actor("district_lead")
    new = NewWeights(100, 0, 0, 0, TODAY(), "区委会议纪要〔2026〕3号")
    made = make_version(new=new, actor=lead, now=now(), on=TODAY())
    assert (made.number, made.made_by_name) == (2, lead.name)
    assert PoolRank.objects.get().low == 4500
    for wrong in (NewWeights(99, 0, 0, 0, TODAY(), "x"), NewWeights(101, -1, 0, 0, TODAY(), "x"),
                  NewWeights(100, 0, 0, 0, TODAY(), " ")):  # fmt: skip
        with pytest.raises(WrongWeights):
            make_version(new=wrong, actor=lead, now=now(), on=TODAY())
    with pytest.raises(NotAllowed):
        make_version(new=new, actor=cast.actor("street_clerk"), now=now(), on=TODAY())
    with pytest.raises(IntegrityError), transaction.atomic():
        RankingVersion.objects.create(number=9, since=DAY, checkup=50, finance=0, mass_work=0, demand=0, note="x")
    assert RankingVersion.objects.count() == 2
    assert weights_on(TODAY()) == made


def test_the_planner_takes_its_values_from_the_ranking(cast):
    project = known(cast)
    budget(cast)
    (values, assumed) = values_of([project], TODAY())
    assert assumed == ""
    assert values == {project.pk: round(PoolRank_low(cast) * 96 / 10_000)}


@pytest.mark.obligation("T03-5")
def test_before_a_year_has_money_of_its_own_the_next_one_entered_counts(cast):
    known(cast)
    for year in (TODAY().year + 2, TODAY().year + 1):
        limit = Limit(area=cast.areas[CHAOYANG], kind="district_money", year=year, value=year * 100, document="x")
        enter_frame(limit=limit, actor=cast.actor("district_lead"), now=now())
    count(cast)
    finance = next(row for row in PoolRank.objects.get().trace if row["factor"] == "finance")
    assert ["本区年度资金", f"{TODAY().year + 1:,.2f} 元"] in finance["inputs"]


def PoolRank_low(cast):  # noqa: N802 - reads as a value
    count(cast)
    return PoolRank.objects.get().low


@pytest.mark.obligation("T24-4")
def test_progress_and_satisfaction_propose_early_payment_and_enter_the_ranking(cast):
    project = known(cast)
    budget(cast)
    count(cast)
    before = PoolRank.objects.get().finance
    new = NewDays(date(2026, 3, 1), date(2026, 5, 1), date(2026, 3, 1), date(2026, 4, 30))
    save_days(project=project, item="", new=new, actor=cast.actor("district_lead"), now=now(), on=TODAY())
    lead = cast.actor("district_lead")
    told = {"area": cast.areas[CHAOYANG], "answered": 200, "satisfied": 190, "source": "年度调查", "on_day": DAY}
    record_satisfaction(**told, actor=lead, on=TODAY())
    (here,) = [one for one in districts_of(TODAY()) if one.code == CHAOYANG]
    assert (here.done, here.due, here.satisfied, here.answered) == (2, 2, 190, 200)
    page = cast.client("city_lead").get("/ranking/districts/").content.decode()
    assert "建议早拨付" in page
    count(cast)
    after = PoolRank.objects.get().finance
    assert after == before * 8 // 10 + 1950  # 80 % as before, 20 % of the mean of 100 % and 95 %
    with pytest.raises(WrongWeights):
        record_satisfaction(**{**told, "satisfied": 201}, actor=lead, on=TODAY())
    with pytest.raises(NotAllowed):
        record_satisfaction(**told, actor=cast.actor("outsider"), on=TODAY())


def test_places_are_given_by_district_and_seen_by_scope(cast):
    known(cast)
    stored(cast, a_home(cast, "枣营北里"))
    count(cast)
    assert sorted(PoolRank.objects.values_list("place", "of")) == [(1, 2), (2, 2)]
    rank = PoolRank.objects.first()
    assert cast.client("outsider").get(f"/ranks/{rank.pk}/").status_code == 404
    assert "枣营" not in cast.client("outsider").get("/ranking/").content.decode()


def test_list_weights_and_count_pages(cast, django_assert_max_num_queries):
    for number in range(4):
        stored(cast, a_home(cast, f"第{number}小区"))
    lead = cast.client("district_lead")
    assert lead.post("/ranking/count/").status_code == 302
    with django_assert_max_num_queries(25):
        page = lead.get("/ranking/?sure=sure&sort=-low").content.decode()
    assert page.count("第") >= 4
    form = {"checkup": 40, "finance": 20, "mass_work": 20, "demand": 20, "since": str(TODAY()), "note": "纪要"}
    assert lead.post("/ranking/weights/", {**form, "demand": 30}).status_code == 422
    assert lead.post("/ranking/weights/", form).status_code == 302
    assert "第2版权重" in lead.get("/ranking/weights/").content.decode()
    assert lead.get("/ranking/export/?format=xlsx").status_code == 200


def test_inputs_cost_the_same_queries_for_any_number_of_projects(cast, django_assert_max_num_queries):
    projects = [stored(cast, a_home(cast, f"第{number}小区")) for number in range(5)]
    with django_assert_max_num_queries(18):
        found = inputs_of(projects, TODAY())
    assert len(found) == 5
    assert found[0].households == 96
    assert Decimal(0) == sum(Decimal(value) for one in found for _, value in one.checkups)
