"""The leader's view and the weekly report: counted once, the same on screen and on paper."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from jiugai.assessment.queries.progress import show_progress
from jiugai.assessment.queries.week import BadWeek, make_report, week_of
from jiugai.assessment.reports.pdf import NothingFromOutside, _fetch_nothing
from jiugai.matters.actions import open_matter
from jiugai.matters.models import Handling
from jiugai.policy.actions.judging import judge
from jiugai.registry.models import Community
from tests.apps.planning_rows import a_community, a_project, now, stored
from tests.cast import CHAOYANG, COMMITTEE, OTHER_STREET, STREET, Cast

TODAY = timezone.localdate


@pytest.fixture
def city(cast: Cast):
    """Two projects in 朝阳区, one of them in the pool, one in 西城区, and a late matter."""
    home, other, far = (a_community(cast, name, area=area) for name, area in (
        ("枣营南里", COMMITTEE), ("枣营北里", STREET), ("月坛北小街", OTHER_STREET)))  # fmt: skip
    stored(cast, home)
    a_project(cast, other)
    a_project(cast, far, who="city_lead")
    open_matter(
        model=Handling, values={"title": "核对", "due_on": TODAY() - timedelta(days=3)}, community=home,
        actor=cast.actor("district_lead"), now=now(),
    )  # fmt: skip
    for one in (home, other, far):
        judge(gate="enter_pool", community=one, actor=cast.actor("city_lead"), on=TODAY(), now=now())
    return home


def test_projects_stand_by_district_and_state(cast, city, django_assert_max_num_queries):
    actor = cast.actor("city_lead")
    with django_assert_max_num_queries(8):
        shown = show_progress(actor, area=None, on=TODAY())
    assert [(r.name, r.total, r.by_state["in_pool"], r.late) for r in shown.rows] == [
        ("朝阳区", 2, 1, 1), ("西城区", 1, 0, 0),
    ]  # fmt: skip
    assert (shown.of, shown.whole.total, shown.whole.late) == ("区", 3, 1)


def test_a_district_sees_its_streets_only(cast, city):
    shown = show_progress(cast.actor("district_lead"), area=None, on=TODAY())
    assert ([r.name for r in shown.rows], shown.of, shown.whole.total) == (["麦子店街道"], "街道", 2)


def test_rules_that_keep_projects_out_are_counted_for_the_gate_ahead_only(cast, city):
    blocked = show_progress(cast.actor("city_lead"), area=None, on=TODAY()).blocked
    pool = {b.rule: b.all for b in blocked if b.gate == "enter_pool"}
    assert pool["t03_1_checkup_on_file"] == 2  # of three communities, one has passed this gate
    assert {b.gate for b in blocked} <= {"enter_pool", "enter_plan"}


def test_page_opens_for_the_district_and_not_for_another(cast, city, client_as):
    url = reverse("progress")
    page = client_as("district_lead").get(url).content.decode()
    assert "2 个项目，逾期 1 件事项" in page
    assert client_as("outsider").get(url, {"district": CHAOYANG}).status_code == 404
    assert client_as("city_lead").get(url, {"district": CHAOYANG}).status_code == 200


def test_weeks_are_named_as_calendars_name_them():
    week = week_of("2026-W01", today=date(2026, 11, 30))
    assert (week.starts, week.ends, week.number) == (date(2025, 12, 29), date(2026, 1, 4), "2026-W01")
    assert week_of("", today=date(2026, 12, 2)).ends == date(2026, 12, 2)


@pytest.mark.parametrize("text", ["2026", "2026-W60", "2026-W54", "x", "2027-W10"])
def test_what_is_no_week_or_has_not_begun_is_refused(text):
    with pytest.raises(BadWeek):
        week_of(text, today=date(2026, 11, 30))


def test_report_counts_what_happened_this_week_and_not_before(cast, city):
    report = make_report(cast.actor("city_lead"), area=None, week=week_of("", today=TODAY()), on=TODAY())
    counted = {words: (this, last) for words, this, last in report.steps}
    assert counted["提出改造项目"] == (3, 0)
    assert report.opened >= 1


def test_the_three_files_say_what_the_page_says(cast, city, client_as):
    client = client_as("district_lead")
    word, book, pdf = (client.get(reverse("weekly-file", args=[form])) for form in ("docx", "xlsx", "pdf"))
    paper = Document(io.BytesIO(word.content))
    said = "\n".join(p.text for p in paper.paragraphs)
    assert "朝阳区老旧小区改造工作进展周报" in said
    assert "在册项目 2 个" in said
    assert [paper.tables[1].rows[1].cells[n].text for n in (0, -2)] == ["麦子店街道", "2"]
    sheets = load_workbook(io.BytesIO(book.content))
    assert sheets["项目总体情况"]["A2"].value == "麦子店街道"
    assert pdf.content.startswith(b"%PDF-")
    assert "filename*=utf-8''" in pdf["Content-Disposition"]


def test_a_week_that_has_not_begun_is_told_in_words(cast, client_as):
    answer = client_as("district_lead").get(reverse("weekly"), {"week": "2090-W01"})
    assert answer.status_code == 400
    assert "不是已经开始的周" in answer.content.decode()


def test_a_report_fetches_nothing():
    with pytest.raises(NothingFromOutside):
        _fetch_nothing("https://example.invalid/x.png")


def links_of(page: str, words: str = "time=overdue") -> list[tuple[str, str]]:
    """Return the links to late matters, each with the figure it stands on."""
    found = re.findall(r'href="(/matters/\?[^"]+)"[^>]*>(?:<b>)?([\d,]+)', page)
    return [(unescape(url), number) for url, number in found if words in url]


@pytest.mark.parametrize("who", ["city_lead", "district_lead"])
@pytest.mark.parametrize("page", ["progress", "coordination"])
def test_every_figure_of_what_is_late_opens_the_list_of_just_these(cast, city, client_as, who, page):
    far = open_matter(
        model=Handling, values={"title": "别处的", "due_on": TODAY() - timedelta(days=3)}, actor=cast.actor("outsider"),
        community=Community.objects.get(name="月坛北小街"), now=now(),
    )  # fmt: skip
    client = client_as(who)
    found = links_of(client.get(reverse(page)).content.decode())
    assert found
    for url, number in found:
        listed = client.get(url).content.decode()
        assert f"共 {number} 件" in listed, url
        assert (far.title in listed) <= (who == "city_lead"), url


def test_matters_without_a_body_and_of_another_street_are_found_by_their_link(cast, city, client_as):
    client = client_as("city_lead")
    Handling.objects.update(owner=None)
    assert "共 1 件" in client.get("/matters/?time=overdue&body=0").content.decode()
    assert client.get("/matters/?body=999999").status_code == 400
    for area, there in ((STREET, True), (OTHER_STREET, False)):
        listed = client.get(f"/matters/?time=overdue&area={area}").content.decode()
        assert ("共 1 件" in listed) == there, area
