"""Figures and targets through the screen: a draft, adopted by a document, is in force from its day and stays."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from jiugai.accounts.models import AuditEvent
from jiugai.domain.coverage import pool_targets
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.figures import shipped
from jiugai.policy import figures
from jiugai.policy.actions.adopting import adopt_draft
from jiugai.policy.actions.drafting import draw_figure, make_draft
from jiugai.policy.models import DraftSet
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
NEXT = date(2027, 1, 1)


def draft(cast: Cast, **values: tuple[date, str]) -> DraftSet:
    lead = cast.actor("city_lead")
    made = make_draft(name="明年目标", note="", actor=lead, now=NOW)
    for figure, (since, value) in values.items():
        draw_figure(draft=made, figure=figure, since=since, value=value, actor=lead)
    return made


@pytest.mark.obligation("T03-3")
def test_a_new_target_of_the_pool_is_set_through_a_draft_and_the_old_one_stays(cast: Cast):
    made = draft(cast, reserve_pool_deadline=(NEXT, "2027-12-31"), reserve_pool_coverage=(NEXT, "90%"))
    assert len(pool_targets(figures.current())) == 1
    adopt_draft(draft=made, authority="京建发〔2026〕9号", actor=cast.actor("city_lead"), now=NOW)
    old, new = pool_targets(figures.current())
    assert (old.by, new.by, float(new.share)) == (date(2022, 12, 31), date(2027, 12, 31), 0.9)
    assert new.source == "京建发〔2026〕9号"
    assert AuditEvent.objects.filter(action="draft.adopt").count() == 1


def test_adopted_figures_hold_from_their_day_and_not_before(cast: Cast):
    made = draft(cast, inventory_max_age_months=(NEXT, "6"))
    adopt_draft(draft=made, authority="1号", actor=cast.actor("city_lead"), now=NOW)
    values = [figures.current().value("inventory_max_age_months", day) for day in (date(2026, 12, 31), NEXT)]
    assert [value and value.whole for value in values] == [12, 6]
    assert shipped().value("inventory_max_age_months", NEXT).whole == 12


def test_nothing_is_dated_back_and_a_number_is_asked(cast: Cast):
    lead, made = cast.actor("city_lead"), draft(cast, inventory_max_age_months=(date(2025, 1, 1), "6"))
    with pytest.raises(Refusal, match="追溯"):
        adopt_draft(draft=made, authority="1号", actor=lead, now=NOW)
    with pytest.raises(Refusal, match="文号"):
        adopt_draft(draft=made, authority=" ", actor=lead, now=NOW)


def test_what_is_adopted_stays(cast: Cast):
    lead, made = cast.actor("city_lead"), draft(cast, inventory_max_age_months=(NEXT, "6"))
    adopt_draft(draft=made, authority="1号", actor=lead, now=NOW)
    made.refresh_from_db()
    with pytest.raises(Conflict, match="已采纳"):
        draw_figure(draft=made, figure="guards_left_max", since=NEXT, value="1", actor=lead)
    with pytest.raises(Conflict, match="采纳"):
        adopt_draft(draft=made, authority="2号", actor=lead, now=NOW)
    for change in (made.figures.all().delete, lambda: DraftSet.objects.filter(pk=made.pk).update(authority="")):
        with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
            change()


def test_the_page_adopts_with_a_number_and_only_for_who_may(cast: Cast, client_as):
    made = draft(cast, inventory_max_age_months=(NEXT, "6"))
    url = f"/drafts/{made.pk}/adopt/"
    assert client_as("district_lead").post(url, {"authority": "1号"}).status_code in (403, 302)
    assert client_as("city_lead").post(url, {"authority": ""}).status_code == 422
    assert client_as("city_lead").post(url, {"authority": "京建发〔2027〕1号"}).status_code == 302
    assert "京建发〔2027〕1号" in client_as("city_lead").get(f"/drafts/{made.pk}/").content.decode()
