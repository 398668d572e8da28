"""The demonstration of works of others, pipelines and risers: made once, marked, the same when run again."""

import pytest
from django.utils import timezone

from jiugai.domain.intake.names import NAMELESS
from jiugai.pipes.demo import make_demo_pipes
from jiugai.pipes.models import RiserApplication
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.demo import BY
from jiugai.registry.models import Dwelling
from jiugai.streetworks.demo import make_demo_works
from jiugai.streetworks.models import StreetWork
from tests.apps.planning_rows import DAY, a_community, flats
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_fills_what_is_missing_and_nothing_twice(cast: Cast):
    home = a_community(cast, provenance="demo")
    for label in ("1号楼", "2号楼"):
        flats(home, label=label)
    now, on = timezone.now(), timezone.localdate()
    propose_project(proposal=Proposal([home], "energy", provenance="demo"), actor=BY, now=now, on=DAY)
    nameless = a_community(cast, f"{NAMELESS}（链家 1）", provenance="demo")
    propose_project(proposal=Proposal([nameless], "energy", provenance="demo"), actor=BY, now=now, on=DAY)
    works, pipes = make_demo_works(now=now, on=on), make_demo_pipes(now=now, on=on)
    assert works.works > 3
    assert (pipes.jobs, pipes.applications, pipes.households) == (4, 2, 8)
    assert make_demo_works(now=now, on=on) == works
    assert make_demo_pipes(now=now, on=on) == pipes
    assert not StreetWork.objects.filter(title__contains=NAMELESS).exists()
    assert not StreetWork.objects.exclude(provenance="demo").exists()
    assert set(RiserApplication.objects.values_list("provenance", flat=True)) == {"demo"}


def test_risers_are_shown_where_flats_are_known_even_without_a_project_there(cast: Cast):
    bare, known = a_community(cast, "没有户", provenance="demo"), a_community(cast, "有户", provenance="demo")
    for label in ("1号楼", "2号楼"):
        flats(known, label=label)
    Dwelling.objects.filter(building__community=known).update(provenance="demo")
    now, on = timezone.now(), timezone.localdate()
    propose_project(proposal=Proposal([bare], "energy", provenance="demo"), actor=BY, now=now, on=DAY)
    assert make_demo_pipes(now=now, on=on).applications == 2
    assert set(RiserApplication.objects.values_list("building__community__name", flat=True)) == {"有户"}
