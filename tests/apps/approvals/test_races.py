"""Two people at once, with real threads: one is told who was faster, nothing is doubled."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.approvals.models import ApprovalCase, ApprovalStep, SchemeEdition
from jiugai.domain.errors import Refusal
from jiugai.planning.models import PlannerOpinion
from jiugai.policy.facts import load_facts
from tests.apps.approvals.conftest import proposed, submitted
from tests.apps.approvals.test_cases import started
from tests.apps.planning_rows import a_community

DAY = date(2026, 9, 18)


def at_once(do: Callable[[], Any]) -> list[str]:
    """Do it in two threads at the same moment; return 'done' or what was refused."""
    together, said = Barrier(2), list[str]()

    def one() -> None:
        try:
            with transaction.atomic(), scoped(SYSTEM):
                together.wait()
                do()
            said.append("done")
        except Refusal as refused:
            said.append(refused.code)
        finally:
            connection.close()

    both = [Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    return sorted(said)


@pytest.mark.obligation("T09-4")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_submit_the_same_edition_one_is_refused(cast, project):
    cast.actor("implementer")
    assert at_once(lambda: submitted(cast, project, DAY, after=0)) == ["done", "scheme_submitted_meanwhile"]
    assert (SchemeEdition.objects.count(), PlannerOpinion.objects.filter(at="scheme").count()) == (1, 2)


@pytest.mark.obligation("T19-4")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_start_the_approvals_one_is_refused(cast, project):
    cast.actor("implementer")
    assert at_once(lambda: started(cast, project)) == ["approval_case_runs", "done"]
    assert (ApprovalCase.objects.count(), ApprovalStep.objects.count()) == (1, 3)


def test_facts_take_the_same_number_of_queries_for_many_communities(cast, home, planners):
    homes = [home, *(a_community(cast, name) for name in ("甲", "乙"))]
    for one in homes:
        made = proposed(cast, one)
        submitted(cast, made, DAY)
        submitted(cast, made, DAY, "special")
        started(cast, made)
    counts = []
    for keys in ([home.pk], [one.pk for one in homes]):
        with CaptureQueriesContext(connection) as taken:
            load_facts(keys, on=DAY)
        counts.append(len(taken))
    assert counts[0] == counts[1]
