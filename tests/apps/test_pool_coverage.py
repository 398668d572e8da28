"""The database counts the pool as the plain definition does, for any mix of communities and on any day."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from jiugai.domain.coverage import Member, Standing, pooled
from jiugai.planning.models import PoolEntry
from jiugai.planning.queries.coverage import NEEDS, show_coverage
from jiugai.registry.models import Community
from tests.apps.planning_rows import a_community, stored

pytestmark = pytest.mark.django_db


@pytest.mark.obligation("T03-3")
def test_the_database_counts_the_pool_as_defined(cast):
    today = timezone.localdate()
    marks = product(("needed", "not_needed", "unknown"), ("high", "none", "unknown"))
    homes = [a_community(cast, f"第{n}小区", plan_mark=mark, need=need) for n, (mark, need) in enumerate(marks)]
    for home in (homes[0], homes[3]):
        stored(cast, home)
    entered = dict(PoolEntry.objects.values_list("project__community", "entered_on"))
    needs = {home.pk: judged(home.plan_mark, home.need) for home in homes}
    assert needs == dict(Community.objects.annotate(judged=NEEDS).values_list("pk", "judged"))
    members = [Member(needs[home.pk], None, entered.get(home.pk)) for home in homes]
    for on in (today - timedelta(days=1), today):
        assert show_coverage(cast.actor("district_lead"), on=on).whole == pooled(members, on)
    assert pooled(members, today).done == 1


def judged(mark: str, need: str) -> bool | None:
    """What the plan's mark says; without one a need of none says no, and any other need says nothing."""
    if mark != "unknown":
        return mark == "needed"
    return False if need == "none" else None


@pytest.mark.obligation("T03-3")
def test_a_target_is_judged_by_what_was_reached_on_its_day_and_later_entries_do_not_mend_it(cast):
    stored(cast, a_community(cast, plan_mark="needed"))
    shown = show_coverage(cast.actor("district_lead"), on=timezone.localdate())
    (row,) = shown.targets
    assert (row.then.done, row.now.done, row.past, row.standing) == (0, 1, True, Standing.MISSED)
