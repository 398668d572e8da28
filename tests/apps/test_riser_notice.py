"""The notice of a riser's works: what residents are told ahead, and that nothing is told which nobody has fixed."""

import pytest

from tests.apps.pipes_rows import a_round, an_application
from tests.apps.planning_rows import a_community, flats
from tests.apps.test_risers import agreed, scheme, today, water
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast):
    return a_community(cast)


@pytest.mark.obligation("T15-5")
def test_the_sheet_names_riser_flats_cut_off_days_of_water_and_whom_to_ask(cast, home):
    application = agreed(home, doors=flats(home, count=3), line="1单元01号")
    scheme(application)
    kept = water(application)
    page = cast.client("street_clerk").get(f"/risers/{application.pk}/notice/").content.decode()
    for words in ("1号楼1单元01号", "共 3 户", "1单元：101、201、301", "申请截止", kept.contact, kept.supply):
        assert words in page
    days = (kept.until - kept.since).days + 1
    assert f"{kept.until.year}年{kept.until.month}月{kept.until.day}日，共 {days} 天" in page
    assert application.applied_by not in page


@pytest.mark.obligation("T15-5")
def test_what_is_not_fixed_is_said_to_follow_and_the_clerk_is_told(cast, home):
    application = an_application(home, round=a_round(home))
    answer = cast.client("street_clerk").get(f"/risers/{application.pk}/notice/")
    page = answer.content.decode()
    assert answer.context["o"].lacking == ["计划施工时间", "停水时间、临时供水和联系人", "施工方案"]
    assert "不会在没有临时供水时停水" in page
    assert "还没有登记的写成" in page


def test_the_sheet_takes_three_queries_for_any_number_of_flats(home, django_assert_num_queries):
    from jiugai.pipes.queries.notice import notice_of

    application = an_application(home, doors=flats(home, count=9))
    with django_assert_num_queries(3):
        assert notice_of(application).doors == 9
    assert application.round.cutoff_on > today()
