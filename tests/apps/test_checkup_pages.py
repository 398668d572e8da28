"""Pages of the check-up: list, coverage with targets, editions, result, demonstration."""

from datetime import date
from typing import Any

import pytest
import yaml
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiugai.accounts.roles import Role
from jiugai.checkup.actions.deciding import enter_edition, set_target
from jiugai.checkup.actions.finishing import finish_checkup
from jiugai.checkup.demo import make_demo_checkups
from jiugai.checkup.editions import all_editions, edition_on
from jiugai.checkup.models import Checkup, CheckupEdition, CheckupTarget
from jiugai.checkup.queries.coverage import board
from jiugai.checkup.views.standards import as_text
from jiugai.domain.checkup.edition import BadEdition
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.offline.models import Operation
from jiugai.registry.models import Community
from tests.cast import CHAOYANG, STREET, XICHENG, Cast
from tests.checkup_rows import Phone, key_of, make_checkup, make_home


@pytest.fixture
def finished(cast: Cast) -> Checkup:
    home = make_home(cast)
    checkup = make_checkup(cast, home)
    phone = Phone(cast.client("community_worker"), "community_worker", checkup)
    phone.send(*[op for key in ("", key_of(home, "1号楼")) for op in phone.all_well(key)])
    return finish_checkup(checkup=checkup, actor=cast.actor("community_worker"), now=timezone.now())


@pytest.mark.obligation("T03-1")
def test_coverage_counts_by_district_and_by_street(cast: Cast, finished: Checkup):
    make_home(cast, area=STREET, name="枣营北里")
    make_home(cast, area=XICHENG, name="月坛某里")
    today = timezone.localdate()
    city = board(actor=cast.actor("city_lead"), year=today.year, within_path="/110000/", on=today)
    assert {r.name: (r.all, r.done) for r in city.rows} == {"朝阳区": (2, 1), "西城区": (1, 0)}
    own = board(actor=cast.actor("district_lead"), year=today.year, within_path="/110000/110105/", on=today)
    assert [(r.name, r.all, r.done, r.left) for r in own.rows] == [("麦子店街道", 2, 1, 1)]
    assert board(actor=cast.actor("district_lead"), year=today.year, within_path="/110000/110102/", on=today).rows == ()


def test_coverage_takes_as_many_queries_for_many_communities(cast: Cast, finished: Checkup):
    counts, lead = [], cast.actor("city_lead")
    for more in (0, 30):
        for number in range(more):
            Community.objects.create(code=f"V-{number}", name="某", name_norm="某", area=cast.areas[STREET])
        with CaptureQueriesContext(connection) as seen:
            board(actor=lead, year=2026, within_path="/110000/", on=date(2026, 11, 23))
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.obligation("T03-3")
def test_target_of_2022_stands_as_history_and_new_ones_can_be_set(cast: Cast, finished: Checkup):
    lead = cast.client("city_lead")
    page = lead.get("/checkups/coverage/").content.decode()
    assert "2022年12月31日" in page
    assert "历史目标" in page
    form = {"title": "全部体检一遍", "due": "2027-12-31", "share": "100", "basis": "年度工作会"}
    assert lead.post("/checkups/coverage/targets/", form).status_code == 302
    again = lead.get("/checkups/coverage/").content.decode()
    assert "全部体检一遍" in again
    assert CheckupTarget.objects.get().area.code == "110000"


def test_targets_are_for_who_may_set_them(cast: Cast):
    rest: dict[str, Any] = {"title": "目标", "due": date(2027, 1, 1), "share": 90, "basis": "会议"}
    with pytest.raises(NotAllowed):
        set_target(area=cast.areas[CHAOYANG], actor=cast.actor("district_lead"), **rest)
    set_target(area=cast.areas[CHAOYANG], actor=cast.actor("city_lead"), **rest)
    with pytest.raises(Conflict):
        set_target(area=cast.areas[CHAOYANG], actor=cast.actor("city_lead"), **rest)


def newer(**change: Any) -> str:
    raw = yaml.safe_load(as_text(edition_on(date(2026, 1, 1))))
    return yaml.safe_dump(raw | {"code": "bj-2026", "since": "2026-06-01"} | change, allow_unicode=True)


def test_new_edition_is_for_later_check_ups_only(cast: Cast, finished: Checkup):
    made = enter_edition(text=newer(), reason="京建发〔2026〕12号", actor=cast.actor("city_lead"))
    assert edition_on(date(2026, 5, 31)).code == "mohurd-2023"
    assert edition_on(date(2026, 6, 1)) == made
    finished.refresh_from_db()
    assert finished.edition.code == "mohurd-2023"
    with pytest.raises(Conflict):
        enter_edition(text=newer(), reason="再来一次", actor=cast.actor("city_lead"))
    with pytest.raises(DatabaseError), transaction.atomic():
        CheckupEdition.objects.update(name="改名")


@pytest.mark.parametrize("text", ["a: [", "- 1", "x", "code: !!python/object:os.system x"])
def test_what_is_no_edition_is_refused_in_words(cast: Cast, text: str):
    with pytest.raises(BadEdition):
        enter_edition(text=text, reason="试", actor=cast.actor("city_lead"))


def test_edition_needs_a_reason_and_the_right(cast: Cast):
    with pytest.raises(Refusal, match="没有写依据"):
        enter_edition(text=newer(), reason=" ", actor=cast.actor("city_lead"))
    with pytest.raises(NotAllowed):
        enter_edition(text=newer(), reason="试", actor=cast.actor("district_lead"))


def test_shipped_editions_enter_once(cast: Cast):
    assert [e.code for e in all_editions()] == [e.code for e in all_editions()] == ["mohurd-2023"]


@pytest.mark.parametrize("address", ["", "coverage/", "editions/", "?state=finished&need=none&score_min=90", "?q=枣营"])
def test_pages_open_for_the_street(cast: Cast, finished: Checkup, address: str):
    page = cast.client("street_clerk").get(f"/checkups/{address}")
    assert page.status_code == 200
    assert "j-problem" not in page.content.decode()


def test_list_holds_only_what_lies_in_scope(cast: Cast, finished: Checkup):
    assert "枣营南里" in cast.client("street_clerk").get("/checkups/").content.decode()
    assert "枣营南里" not in cast.client("outsider").get("/checkups/").content.decode()
    assert cast.client("outsider").get(f"/checkups/{finished.pk}/").status_code == 404


def test_result_page_shows_the_arithmetic(cast: Cast, finished: Checkup):
    page = cast.client("street_clerk").get(f"/checkups/{finished.pk}/").content.decode()
    assert "1 栋楼的平均分 100.0 分 × 60% ＝ 60.0 分" in page
    assert "小区公共部分 100.0 分 × 40% ＝ 40.0 分" in page
    assert "各项都没有发现问题" not in page or "不涉及" in page


def test_list_goes_to_excel(cast: Cast, finished: Checkup):
    answer = cast.client("street_clerk").get("/checkups/export/?format=csv")
    assert answer.status_code == 200


def test_tab_in_the_file_lists_rounds_and_opens_one(cast: Cast):
    home = make_home(cast)
    client = cast.client("street_clerk")
    assert "还没有体检" in client.get(f"/communities/{home.pk}/checkups/").content.decode()
    assert client.post(f"/communities/{home.pk}/checkups/open/").status_code == 302
    assert f"{timezone.localdate().year} 年度" in client.get(f"/communities/{home.pk}/checkups/").content.decode()


def test_demonstration_adds_once_and_says_nothing_of_real_needs(cast: Cast):
    user = cast.hire("street", Role.STREET, "street", STREET)
    type(user).objects.filter(pk=user.pk).update(provenance="demo")
    homes = [make_home(cast, area=STREET, name=f"示例{n}里") for n in range(3)]
    made = make_demo_checkups(now=timezone.now())
    assert (made.checkups, made.finished) == (3, 2)
    assert make_demo_checkups(now=timezone.now()) == made
    assert set(Operation.objects.values_list("provenance", flat=True)) == {"demo"}
    assert {Community.objects.get(pk=h.pk).need for h in homes} == {"unknown"}
