"""The demonstration of approvals is made once, marked, and stands at several steps."""

from datetime import date
from typing import Any

import pytest
import yaml
from django.utils import timezone

from jiugai.accounts.models import Organisation
from jiugai.approvals import demo
from jiugai.approvals.models import ApprovalCase, LocalSupervision, Rebuild, Scheme, Tender
from jiugai.planning.actions.roster import Person, appoint, save_planner
from jiugai.planning.models import PlannerOpinion
from tests.apps.planning_rows import a_community
from tests.cast import CHAOYANG, STREET, Cast


@pytest.fixture
def plan(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """The shipped plan, in the street of the cast."""
    content = yaml.safe_load(demo.FILE.read_text(encoding="utf-8")) | {"street": STREET}
    for code in ("D-implementer", "D-architect", "D-reviewer"):
        Organisation.objects.create(code=code, name=code, kind="company", area=cast.areas[CHAOYANG])
    for name in ("甲", "乙", "丙"):
        a_community(cast, name, households=24)
    file = tmp_path / "demo.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(demo, "FILE", file)
    lead = cast.actor("district_lead")
    for name, user, area in (("林岚", cast.user("planner"), STREET), (content["chief"]["name"], None, "")):
        person = Person(name, Organisation.objects.get(code="D-architect"), cast.areas[CHAOYANG], user)
        planner = save_planner(person=person, actor=lead)
        if area:
            appoint(planner=planner, street=cast.areas[area], starts=date(2025, 1, 1), ends=None, actor=lead)


def test_demonstration_is_made_once_and_marked(plan):
    for _ in range(2):
        made = demo.make_demo_approvals(on=timezone.localdate())
    assert made == (3, 6, 2)
    assert {one.provenance for model in (Scheme, ApprovalCase, Tender, Rebuild) for one in model.objects.all()} == {
        "demo"
    }
    assert PlannerOpinion.objects.filter(edition=1, stage="agreed").count() == 8
    assert LocalSupervision.objects.count() == 1
    assert ApprovalCase.objects.filter(finished_on__isnull=False).count() == 1
