"""The pages of gates, exceptions, evidence, replay, district table, rules, figures, drafts and the library."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.domain.rules import RULES
from jiugai.policy import doors
from jiugai.policy.actions.judging import judge
from jiugai.policy.lapsing import tell_lapses
from jiugai.policy.models import Decision, DraftSet, EvidenceRecord, LatestVerdict, PolicyDocument, Waiver
from jiugai.policy.occurrences import announce
from jiugai.policy.refreshing import refresh
from jiugai.policy.shipping import load_policies
from jiugai.registry.models import Community
from tests.apps.policy.conftest import TODAY, community
from tests.cast import COMMITTEE, OTHER_STREET

NOW = timezone.now()


def text(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_file_shows_why_the_gate_is_shut_beside_the_closed_button(home, world, client_as):
    shown = text(client_as("street_clerk"), f"/communities/{home.pk}/")
    assert "下一道关口：入储备库" in shown
    assert "还不能办：" in shown
    assert 'aria-disabled="true"' in shown
    assert "T30-1" in shown
    assert "下一步：" in shown


def test_open_gate_has_a_button_for_who_may_pass_it(home, world, client_as, monkeypatch):
    world.ready(home)
    monkeypatch.setitem(
        doors._doors, "enter_pool", doors.Door("办理入库", lambda c: "/pool/now/", doors.Permission.GATE_PASS)
    )
    assert 'href="/pool/now/"' in text(client_as("district_lead"), f"/communities/{home.pk}/")
    assert 'href="/pool/now/"' not in text(client_as("street_clerk"), f"/communities/{home.pk}/")


def test_judging_from_the_page_keeps_a_decision_that_can_be_replayed(home, world, client_as):
    client = client_as("street_clerk")
    url = reverse("community-gate", args=[home.pk, "enter_pool"])
    assert "还没有记下的判定" in text(client, url)
    assert client.post(f"{url}judge/").status_code == 302
    made = Decision.objects.get()
    assert f"/decisions/{made.pk}/" in text(client, url)
    assert "逐字一致" in text(client, f"/decisions/{made.pk}/")
    assert "逐字一致" in text(client, f"/decisions/{made.pk}/?under=now")
    text(client, f"/decisions/{made.pk}/?under=77", status=404)
    text(client, "/communities/1/gates/nowhere/", status=404)


def test_exception_is_granted_and_ended_on_the_page(home, world, client_as):
    client = client_as("district_lead")
    url = reverse("waiver-new", args=[home.pk, "enter_pool"])
    form = {"rule": "t30_1_pledge", "authority": "区政府纪要", "reason": "试点", "since": TODAY, "until": TODAY}
    assert client.post(url, {**form, "authority": ""}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert "已有例外" in client.post(url, form).content.decode()
    waiver = Waiver.objects.get()
    assert "区政府纪要" in text(client, f"/waivers/{waiver.pk}/")
    assert "区政府纪要" in text(client, "/waivers/")
    assert "例外：" in text(client, reverse("community-gate", args=[home.pk, "enter_pool"]))
    assert client.post(f"/waivers/{waiver.pk}/end/", {"reason": "试点结束"}).status_code == 302
    assert client_as("street_clerk").get(url).status_code == 403


def test_evidence_is_recorded_with_its_file_and_withdrawn(home, world, client_as):
    client = client_as("street_clerk")
    url = f"/communities/{home.pk}/evidence/"
    form = {"about": "permit", "state": "met", "reference": "京施许1号", "issued_by": "区住建委", "on": TODAY}
    assert client.post(f"{url}new/", {**form, "on": TODAY + timedelta(2)}).status_code == 422
    assert client.post(f"{url}new/", form).status_code == 302
    assert "京施许1号" in text(client, url)
    made = EvidenceRecord.objects.get()
    assert client.post(f"/evidence/{made.pk}/withdraw/", {"reason": "登错"}).status_code == 302
    assert "已作废" in text(client, url)


@pytest.fixture
def district(cast, world):
    """Ten communities in 朝阳区, four of them ready, one in 西城区; judged."""
    made = [community(cast, f"示例{n}里", COMMITTEE) for n in range(10)]
    for one in made[:4]:
        world.ready(one)
    community(cast, "西城示例", OTHER_STREET)
    refresh(rows=Community.objects.current(), on=TODAY, now=NOW)
    return made


@pytest.mark.obligation("T03-1")
def test_district_table_counts_what_each_rule_keeps_out(district, client_as):
    shown = text(client_as("district_lead"), "/gates/enter_pool/")
    assert "10 个小区，放行 4 个，拦住 6 个" in shown
    assert "rule=t03_1_checkup_on_file" in shown
    assert "11 个小区" in text(client_as("city_lead"), "/gates/enter_pool/")
    assert "10 个小区" in text(client_as("city_lead"), "/gates/enter_pool/?area=110105")


def test_district_table_takes_the_same_queries_for_many(district, cast, client_as, django_assert_max_num_queries):
    client = client_as("district_lead")
    client.get("/gates/enter_pool/")
    with django_assert_max_num_queries(16) as few:
        client.get("/gates/enter_pool/")
    for n in range(30):
        community(cast, f"又一里{n}")
    refresh(rows=Community.objects.current(), on=TODAY, now=NOW)
    with django_assert_max_num_queries(len(few)):
        client.get("/gates/enter_pool/")


def test_figure_in_the_district_table_opens_the_list_behind_it(district, client_as):
    shown = text(client_as("district_lead"), "/verdicts/?gate=enter_pool&rule=t03_1_checkup_on_file")
    assert shown.count("/gates/enter_pool/") >= 6
    assert "示例9里" in shown
    assert "示例0里" not in shown


def test_district_table_goes_out_as_a_workbook(district, client_as):
    answer = client_as("district_lead").get("/gates/enter_pool/export/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert client_as("planner").get("/gates/enter_pool/export/").status_code == 403


def test_refreshing_many_takes_as_many_queries_as_few(cast, world, django_assert_num_queries):
    community(cast, "一里")
    refresh(rows=Community.objects.current(), on=TODAY, now=NOW)
    with CaptureQueriesContext(connection) as few:
        refresh(rows=Community.objects.current(), on=TODAY, now=NOW)
    for n in range(20):
        community(cast, f"许多{n}里")
    with django_assert_num_queries(len(few)):
        refresh(rows=Community.objects.current(), on=TODAY, now=NOW)


def test_night_turns_a_judged_gate_and_says_so(home, world):
    world.ready(home)
    judge(gate="enter_pool", community=home, actor=SYSTEM, now=NOW, on=TODAY)
    world.sections["checkup"].clear()
    done = refresh(rows=Community.objects.current(), on=TODAY, now=NOW)
    assert done.decisions == 1
    assert home.occurrences.get(code="gate_closed").words
    assert LatestVerdict.objects.get(community=home, gate="enter_pool").decision.number == 2


def test_every_rule_and_figure_has_a_page(client_as, cast):
    client = client_as("planner")
    listed = text(client, "/rules/")
    for rule in RULES:
        assert rule.title in listed
        assert rule.clauses[0] in text(client, f"/rules/{rule.name}/")
    assert "暂定" in text(client, "/figures/")
    assert "条款原文" in text(client, "/figures/?status=stated")
    assert "按日期的值" in text(client, "/figures/pledge_min_share_heads/")
    text(client, "/rules/none/", status=404)
    text(client, "/figures/none/", status=404)


def test_draft_tells_which_verdicts_would_flip(district, world, client_as):
    for one in district[:4]:
        world.change(one, "project", pledge=None)
    client = client_as("city_lead")
    assert client.post("/drafts/", {"name": "承诺九成五"}).status_code == 302
    draft = DraftSet.objects.get()
    form = {"figure": "pledge_min_share_heads", "since": TODAY, "value": "0.95"}
    assert client.post(f"/drafts/{draft.pk}/figures/", {**form, "value": "很多"}).status_code == 422
    assert client.post(f"/drafts/{draft.pk}/figures/", form).status_code == 302
    for one in district[:4]:
        world.ready(one)
    shown = text(client, f"/drafts/{draft.pk}/?gate=enter_pool&area=110105")
    assert "10 个小区里，4 个有规则的结论会变；放行的从 4 个变为 0 个" in shown
    assert "会关上 4 个" in shown
    assert "<b>95%</b>" in shown  # written like the value in force
    made = judge(gate="enter_pool", community=district[0], actor=SYSTEM, now=NOW, on=TODAY)
    assert "结论会变" in text(client, f"/decisions/{made.pk}/?under={draft.pk}")
    assert client_as("street_clerk").post(f"/drafts/{draft.pk}/figures/", form).status_code == 403
    row = draft.figures.get()
    assert client.post(f"/drafts/{draft.pk}/figures/{row.pk}/drop/").status_code == 302


@pytest.mark.obligation("T01-8")
def test_library_links_documents_to_rules_steps_and_projects(client_as, cast):
    load_policies(now=NOW)
    load_policies(now=NOW)
    client = client_as("planner")
    assert "京政办发〔2022〕28号" in text(client, "/policies/")
    plan = PolicyDocument.objects.get(key="plan-2022")
    assert {"rule", "obligation", "gate", "stage", "project"} <= set(plan.links.values_list("kind", flat=True))
    shown = text(client, f"/policies/{plan.pk}/")
    assert "维修资金承诺" in shown
    assert "2022年11月9日" in shown
    assert plan.title in text(client, "/rules/t30_1_pledge/")
    assert "北京市物业管理条例" in text(client, "/policies/?q=物业管理")
    assert client.get("/policies/new/").status_code == 403


@pytest.mark.obligation("T01-8")
def test_library_takes_new_documents_versions_and_links(client_as, cast):
    client = client_as("city_lead")
    form = {
        "title": "储备库细则",
        "number": "京建发〔2026〕1号",
        "level": "department",
        "label": "2026年版",
        "source": "来文",
    }
    assert client.post("/policies/new/", {**form, "source": ""}).status_code == 422
    assert client.post("/policies/new/", form).status_code == 302
    assert "已在政策库" in client.post("/policies/new/", form).content.decode()
    made = PolicyDocument.objects.get()
    assert client.post(f"/policies/{made.pk}/versions/", {"label": "2026年版", "source": "来文"}).status_code == 422
    assert client.post(f"/policies/{made.pk}/versions/", {"label": "修正", "source": "来文"}).status_code == 302
    assert set(made.versions.values_list("label", flat=True)) == {"2026年版", "修正"}
    assert all(label in text(client, f"/policies/{made.pk}/") for label in ("2026年版", "修正"))
    assert client.post(f"/policies/{made.pk}/links/", {"kind": "rule", "ref": "t99"}).status_code == 422
    assert client.post(f"/policies/{made.pk}/links/", {"kind": "gate", "ref": "enter_pool"}).status_code == 302
    assert "入储备库" in text(client, f"/policies/{made.pk}/")


def test_demonstration_is_marked_made_up_and_made_once(home, world):
    announce(code="visit_recorded", community=home, title="走访", actor=SYSTEM, now=NOW, demo=True)
    call_command("demo_policy")
    call_command("demo_policy")
    rows = EvidenceRecord.objects.all()
    assert {row.provenance for row in rows} == {"demo"}
    assert rows.count() == 3
    assert LatestVerdict.objects.filter(community=home).exists()


@pytest.mark.obligation("T01-9")
def test_committee_whose_term_ran_out_has_its_gates_judged_again(home, world, cast):
    world.ready(home)
    EvidenceRecord.objects.create(
        community=home, about="committee", state="met", reference="备案1号", issued_by="街道", on=TODAY - timedelta(9),
        until=TODAY - timedelta(1), recorded_by_name="某某", recorded_at=NOW,
    )  # fmt: skip
    assert tell_lapses(on=TODAY, now=NOW) == 1
    assert tell_lapses(on=TODAY, now=NOW) == 0
    lapsed = home.occurrences.get(code="committee_lapsed")
    assert Decision.objects.get(community=home).cause == lapsed
