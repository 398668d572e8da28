"""The pages of works: what they show, what they refuse in words, how many queries they take."""

import pytest
from django.test import Client
from django.urls import reverse

from jiugai.domain.site_safety import HAZARDS
from jiugai.matters.models import Matter
from jiugai.works import demo
from jiugai.works.actions.checking import Found
from jiugai.works.models import SiteCheck, SiteFinding, SpecialAcceptance
from jiugai.works.steps import STEPS
from jiugai.works.views.project import TABS
from tests.apps.planning_rows import a_community, now
from tests.apps.works.test_site import checked
from tests.apps.works_rows import ago, completed, on_site, special, today
from tests.cast import STREET, Cast

pytestmark = pytest.mark.django_db


def do(client: Client, project, step: str, **values):
    return client.post(reverse(f"works-{step}", args=[project.pk]), values)


def check(**more: str) -> dict[str, str]:
    four = dict.fromkeys(("safety", "fire", "green", "health"), "good")
    return {**four, "checked_on": today().isoformat(), "inspector": "杨慧敏", **more}


def test_every_page_opens_for_everybody_on_the_site(cast: Cast, home, project, client_as):
    special(cast, project, home)
    checked(cast, project, home, Found("fire", "2层"), fire="problem")
    for who in ("district_lead", "watcher", "builder", "renewer", "street_clerk", "auditor"):
        client = client_as(who)
        assert [client.get(f"/works/{project.pk}/{tab}/").status_code for tab, _ in TABS] == [200] * len(TABS)


def test_every_page_opens_after_completion(cast: Cast, home, monkeypatch, client_as):
    project, client = completed(cast, home, monkeypatch), client_as("street_clerk")
    assert [client.get(f"/works/{project.pk}/{tab}/").status_code for tab, _ in TABS] == [200] * len(TABS)


def test_every_step_stands_on_a_page_and_names_itself_once():
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert {step.tab for step in STEPS} <= {name for name, _ in TABS}


@pytest.mark.obligation("T20-1")
def test_a_check_with_a_problem_comes_from_one_form(cast: Cast, home, project, client_as):
    client = client_as("watcher")
    sent = do(client, project, "check", community=home.pk, **check(fire="problem", place_fire="3号楼2层"))
    assert sent.status_code == 302
    assert SiteFinding.objects.get().place == "3号楼2层"
    shown = client.get(f"/works/{project.pk}/site/").content.decode()
    assert "消防安全：3号楼2层" in shown


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_kept(cast: Cast, home, project, client_as):
    answer = do(client_as("watcher"), project, "check", community=home.pk, **check(fire="problem"))
    assert answer.status_code == 422
    assert "没有写消防安全的问题在哪里" in answer.content.decode()
    late = do(client_as("watcher"), project, "check", community=home.pk, **check(checked_on=ago(400).isoformat()))
    assert "早于开工日期" in late.content.decode()
    assert not SiteCheck.objects.filter(stage="done").exists()


@pytest.mark.parametrize(
    ("who", "step", "status"),
    [("builder", "check", 403), ("builder", "grade", 403), ("street_clerk", "complete", 403),
     ("renewer", "answer", 403), ("outsider", "check", 404)],
)  # fmt: skip
def test_who_lacks_the_right_hears_why(who, step, status, cast: Cast, project, client_as):
    assert do(client_as(who), project, step).status_code == status


def test_a_button_one_may_not_press_says_who_may(cast: Cast, project, client_as):
    page = client_as("builder").get(f"/works/{project.pk}/site/").content.decode()
    assert "您的角色不能现场检查" in page


@pytest.mark.obligation("T11-6")
def test_a_shut_gate_is_shown_with_its_findings_and_the_form_stays_filled(cast: Cast, project, client_as):
    from tests.apps.works_rows import SIGNED

    answer = do(client_as("renewer"), project, "complete", completed_on=today().isoformat(), **SIGNED)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "没有进行适老化和无障碍专项验收" in page
    assert "竣验-1" in page


@pytest.mark.obligation("T11-5")
def test_the_form_of_the_special_scheme_lists_every_requirement(cast: Cast, home, project, client_as):
    client = client_as("renewer")
    page = client.get(f"/works/{project.pk}/acceptance/").content.decode()
    assert "坡度不大于 1:12" in page
    given = {"scheme_ref": "第2版", "scheme_on": ago(30).isoformat(), "community": home.pk, "place_ramp": "2单元坡道"}
    refused = do(client, project, "special", **given)
    assert "没有写不涉及的理由" in refused.content.decode()
    rest = {f"out_{one.code}": "本次不改" for one in requirements() if one.code != "ramp"}
    assert do(client, project, "special", **given, **rest).status_code == 302
    assert [one.place for one in SpecialAcceptance.objects.get().items.filter(left_out="")] == ["2单元坡道"]


def requirements():
    from jiugai.domain.accessibility import requirements as every

    return every()


@pytest.mark.obligation("T20-2")
def test_the_grade_shows_its_sum(cast: Cast, project, client_as):
    given = {name: 0 for name, _, figure in HAZARDS if not name.startswith("open_")} | {"scaffold": 2, "structure": 1}
    assert do(client_as("district_lead"), project, "grade", **given).status_code == 302
    page = client_as("district_lead").get(f"/works/{project.pk}/site/").content.decode()
    assert "2 × 15 = 30" in page
    assert "较大风险" in page


@pytest.mark.obligation("T20-3")
def test_an_evaluation_prints_with_its_sum(cast: Cast, home, project, client_as):
    checked(cast, project, home, Found("fire", "2层", "major"), fire="problem")
    client = client_as("district_lead")
    span = {"since": ago(30).isoformat(), "until": today().isoformat()}
    assert do(client, project, "evaluate", **span).status_code == 302
    listed = client.get("/evaluations/").content.decode()
    assert "良好" in listed
    made = project.safety_evaluations.get()
    assert "−1 × 8 = −8" in client.get(f"/evaluations/{made.pk}/").content.decode()
    firm = client.post("/evaluations/new/", {"firm": cast.bodies["builder"].pk, "area": "110105", **span})
    assert firm.status_code == 302


@pytest.mark.obligation("T20-7")
def test_a_service_is_recorded_and_listed(cast: Cast, project, client_as):
    client = client_as("district_lead")
    given = {"kind": "visit", "area": "110105", "buyer": cast.bodies["district"].pk, "provider": cast.bodies["firm"].pk,
             "qualification": "乙级", "contract": "购-1", "amount": "9000.50", "starts": ago(10).isoformat(),
             "ends": today().isoformat()}  # fmt: skip
    assert client.post("/services/new/", given).status_code == 302
    assert "9,000.50" in client.get("/services/").content.decode()
    assert client.post("/services/new/", given).status_code == 422


def test_the_list_of_sites_takes_the_same_queries_for_one_and_for_many(
    cast: Cast, home, project, client_as, django_assert_max_num_queries
):
    client = client_as("district_lead")
    client.get("/works/")
    for number in range(3):
        on_site(cast, a_community(cast, f"枣营{number}里"))
    with django_assert_max_num_queries(25):
        page = client.get("/works/").content.decode()
    assert page.count("没有分级") == 4


def test_filters_of_the_list(cast: Cast, home, project, client_as):
    SiteCheck.objects.update(due_on=ago(1))
    client = client_as("district_lead")
    assert project.code in client.get("/works/?site=late").content.decode()
    assert project.code not in client.get("/works/?state=built").content.decode()
    assert client.get("/works/export/").status_code == 200


def test_file_and_project_show_the_site(cast: Cast, home, project, client_as):
    for address in (f"/communities/{home.pk}/", f"/projects/{project.pk}/"):
        page = client_as("district_lead").get(address).content.decode()
        assert f"/works/{project.pk}/site/" in page


def test_the_demonstration_makes_sites_once_and_marks_them(cast: Cast, monkeypatch):
    for number in range(4):
        a_community(cast, f"演示{number}里")
    monkeypatch.setattr(demo, "STREET", STREET)
    first = demo.make_demo_works(now=now(), on=today())
    assert (first.projects, first.findings > 1, first.readings) == (4, True, 288)
    assert demo.make_demo_works(now=now(), on=today()) == first
    assert set(Matter.objects.filter(kind__startswith="site_").values_list("provenance", flat=True)) == {"demo"}
