"""Pages of matters: list, file, form, inbox, calendar, feed; what they say and how many queries they take."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiugai.matters import actions
from jiugai.matters.models import Handling, Matter
from jiugai.registry.models import Community
from tests.cast import COMMITTEE, OTHER_STREET, Cast

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 16, 9))  # noqa: DTZ001 - made aware here


def community(cast: Cast, code: str = "P-1", area: str = COMMITTEE) -> Community:
    made = Community.objects.create(code=code, name=f"示例小区{code}", name_norm=code, area=cast.areas[area])
    made.refresh_from_db()
    return made


def handling(cast: Cast, home: Community, **values) -> Handling:
    given = {"title": "核对管线图", "owner": cast.bodies["street"], "due_on": date(2026, 11, 30)} | values
    return actions.open_matter(model=Handling, values=given, community=home, actor=cast.actor("district_lead"), now=NOW)


@pytest.fixture
def home(cast: Cast) -> Community:
    return community(cast)


def test_the_form_opens_a_matter_and_says_the_date(cast: Cast, home):
    client = cast.client("district_lead")
    page = client.get(f"/matters/kinds/handling/new/?community={home.pk}")
    assert "责任单位" in page.content.decode()
    answer = client.post(
        f"/matters/kinds/handling/new/?community={home.pk}",
        {"title": "报送清册", "owner": "麦子店街道办事处", "due_on": "2026-12-04", "priority": "normal"},
        follow=True,
    )
    made = Handling.objects.get()
    assert (made.owner, made.community, made.created_by) == (cast.bodies["street"], home, cast.user("district_lead"))
    assert "12月4日到期" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("owner", "没有这个单位", "没有找到单位"), ("due_on", "明天", "日期"), ("title", "", "必填")],
)
def test_a_form_with_a_slip_comes_back_with_what_was_typed(cast: Cast, home, field, value, words):
    typed = {"title": "报送清册", "owner": "T-street", "due_on": "2026-12-04", "priority": "normal"} | {field: value}
    answer = cast.client("district_lead").post(f"/matters/kinds/handling/new/?community={home.pk}", typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Matter.objects.exists()


def test_the_file_offers_the_moves_of_the_stage_and_makes_them(cast: Cast, home):
    matter, client = handling(cast, home), cast.client("street_clerk")
    assert "签收" in client.get(f"/matters/{matter.pk}/").content.decode()
    client.post(f"/matters/{matter.pk}/move/", {"move": "take", "version": matter.version})
    matter.refresh_from_db()
    assert matter.stage == "working"
    answer = client.post(f"/matters/{matter.pk}/move/", {"move": "answer", "version": matter.version, "answer": "已报"})
    assert answer.status_code == 302
    assert Handling.objects.get().answer == "已报"


def test_a_second_move_of_the_same_page_is_told_who_was_faster(cast: Cast, home):
    matter, client = handling(cast, home), cast.client("street_clerk")
    sent = {"move": "take", "version": matter.version}
    assert client.post(f"/matters/{matter.pk}/move/", sent).status_code == 302
    again = client.post(f"/matters/{matter.pk}/move/", sent)
    assert again.status_code == 409
    assert cast.user("street_clerk").display_name in again.content.decode()


def test_who_may_not_move_reads_who_does(cast: Cast, home):
    matter = handling(cast, home)
    page = cast.client("property_firm").get(f"/matters/{matter.pk}/").content.decode()
    assert "由麦子店街道办事处办理" in page
    answer = cast.client("property_firm").post(f"/matters/{matter.pk}/move/", {"move": "take"})
    assert answer.status_code == 403


def test_handing_over_suspending_and_words_stand_in_what_happened(cast: Cast, home):
    soon = timezone.localdate() + timedelta(days=20)  # an overdue clock cannot be stopped
    matter, client = handling(cast, home, due_on=soon), cast.client("street_clerk")
    client.post(f"/matters/{matter.pk}/comment/", {"words": "图在区里"})
    client.post(f"/matters/{matter.pk}/suspend/", {"reason": "等图", "version": 1})
    assert "起暂停：等图" in client.get(f"/matters/{matter.pk}/").content.decode()
    client.post(f"/matters/{matter.pk}/resume/", {"version": 2})
    client.post(
        f"/matters/{matter.pk}/hand-over/",
        {"to": "T-district", "reason": "由区里办", "version": 3},
    )
    page = client.get(f"/matters/{matter.pk}/").content.decode()
    for words in ("图在区里", "等图", "由区里办", "朝阳区住房城乡建设委"):
        assert words in page


def test_the_inbox_shows_the_most_pressing_first_under_its_heading(cast: Cast, home):
    today = timezone.localdate()
    handling(
        cast, home, title="早已到期", due_on=date(2026, 11, 17) if today > date(2026, 11, 17) else date(2020, 1, 3)
    )
    handling(cast, home, title="没有期限的", due_on=None)
    handling(cast, home, title="以后再说", due_on=date(2056, 3, 1))
    handling(cast, home, title="不是我的", owner=cast.bodies["district"])
    page = cast.client("street_clerk").get("/inbox/").content.decode()
    found = re.findall(r"早已到期|没有期限的|以后再说|不是我的", page)
    assert list(dict.fromkeys(found)) == ["早已到期", "以后再说", "没有期限的"]
    assert "已逾期 1" in page


def test_the_inbox_keeps_what_stands_still_for_the_end(cast: Cast, home):
    matter = handling(cast, home, title="等图的", due_on=date(2056, 3, 1))
    actions.suspend(matter=matter, actor=cast.actor("street_clerk"), now=NOW, reason="等图")
    page = cast.client("street_clerk").get("/inbox/").content.decode()
    assert "暂停计时 1" in page
    assert "等图的" in cast.client("street_clerk").get("/inbox/?time=suspended").content.decode()


def queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", ["/inbox/", "/matters/", "/matters/kinds/handling/"])
def test_a_page_takes_the_same_queries_for_one_matter_and_for_forty(cast: Cast, home, url):
    client = cast.client("street_clerk")
    handling(cast, home)
    client.get(url)
    few = queries(client, url)
    for n in range(40):
        handling(cast, home, title=f"第{n}件")
    assert queries(client, url) <= few


def test_pages_of_the_inbox_follow_each_other_without_gap(cast: Cast, home):
    for n in range(60):
        handling(cast, home, title=f"第{n:02d}件", due_on=date(2056, 3, 1 + n % 5) if n % 7 else None)
    client = cast.client("street_clerk")
    first = client.get("/inbox/").content.decode()
    after = re.search(r'rel="next" href="([^"]+)"', first)
    second = client.get("/inbox/" + after[1].replace("&amp;", "&")).content.decode()
    seen = re.findall(r"第\d\d件</a>", first) + re.findall(r"第\d\d件</a>", second)
    assert len(seen) == len(set(seen)) == 60


def test_bulk_hand_over_moves_all_or_none(cast: Cast, home):
    some = [handling(cast, home, title=f"第{n}件") for n in range(3)]
    client = cast.client("street_clerk")
    keys = ",".join(str(m.pk) for m in some)
    client.post("/inbox/bulk/hand-over/", {"ids": keys, "body": "没有", "reason": "试"})
    assert Matter.objects.filter(owner=cast.bodies["street"]).count() == 3
    client.post("/inbox/bulk/hand-over/", {"ids": keys, "body": "T-district", "reason": "由区里办"})
    assert Matter.objects.filter(owner=cast.bodies["district"]).count() == 3


def test_lists_hold_what_lies_in_the_area_only(cast: Cast, home):
    handling(cast, home, title="朝阳的")
    outside = community(cast, "P-2", OTHER_STREET)
    actions.open_matter(
        model=Handling, values={"title": "西城的"}, community=outside, actor=cast.actor("outsider"), now=NOW
    )
    page = cast.client("district_lead").get("/matters/kinds/handling/").content.decode()
    assert "朝阳的" in page
    assert "西城的" not in page


def test_the_calendar_names_holidays_and_make_up_days(cast: Cast):
    page = cast.client("street_clerk").get("/calendar/?month=2026-10").content.decode()
    assert "国庆节" in page
    assert "国庆节调休上班" in page
    assert "暂定" in cast.client("street_clerk").get("/calendar/?month=2027-01").content.decode()
    assert cast.client("street_clerk").get("/calendar/?month=x").status_code == 400


def test_a_feed_shows_what_its_owner_sees_and_nothing_once_it_is_ended(cast: Cast, home):
    handling(cast, home, title="报送，清册; 一")
    client = cast.client("street_clerk")
    address = re.search(r'id="feed-address">([^<]+)', client.post("/calendar/feed/new/").content.decode())[1]
    path = address.replace("http://testserver", "")
    text = cast.client("anonymous").get(path)
    assert text["Content-Type"].startswith("text/calendar")
    body = text.content.decode()
    assert "DTSTART;VALUE=DATE:20261130" in body
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    client.post("/calendar/feed/new/")
    assert cast.client("anonymous").get(path).status_code == 404


def test_a_feed_follows_the_roles_of_its_owner(cast: Cast, home):
    handling(cast, home)
    client = cast.client("street_clerk")
    path = re.search(r"/calendar/feed/[^<]+\.ics", client.post("/calendar/feed/new/").content.decode())[0]
    cast.user("street_clerk").memberships.update(ends=date(2024, 2, 1))
    assert "BEGIN:VEVENT" not in cast.client("anonymous").get(path).content.decode()


def test_all_pages_of_the_inbox_are_chosen_at_once_and_the_bar_says_what_happens(cast: Cast, home):
    for number in range(52):
        handling(cast, home, title=f"第{number}件")
    client = cast.client("street_clerk")
    page = client.get("/inbox/").content.decode()
    assert re.search(r"data-choose-every hidden>选中全部 52 件", page)
    assert re.search(r"data-every-note hidden>超过 200 件在后台分批办，一次最多 20,000 件<", page)
    asked = client.get("/inbox/bulk/hand-over/?every=1&back=").content.decode()
    assert "移交 52 件" in asked
    assert "data-choose-every" not in client.get("/inbox/?q=第11件").content.decode()
