"""Importing: the right counts where the batch lies, not anywhere."""

from dataclasses import replace

import pytest
from django.urls import reverse

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models import Membership
from jiugai.accounts.roles import Role
from jiugai.domain.errors import NotAllowed
from jiugai.registry.models import ImportBatch
from tests.apps.import_rows import checked, csv_of, draw_ground, uploaded
from tests.cast import CHAOYANG, SINCE, XICHENG, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast: Cast, tmp_path, settings) -> Actor:
    settings.MEDIA_ROOT = tmp_path
    draw_ground(cast)
    return cast.actor("data_officer")


def test_batch_cannot_be_replaced_where_one_may_only_look(officer, cast):
    first = checked(officer)
    grants = (Grant("data_officer", cast.areas[XICHENG].path), Grant("planner", cast.areas[CHAOYANG].path))
    with pytest.raises(NotAllowed):
        uploaded(replace(officer, grants=grants), csv_of(), redo_of=first.pk)
    first.refresh_from_db()
    assert first.state == ImportBatch.State.CHECKED


@pytest.mark.parametrize("page", ["import-batch", "import-file", "import-annotated", "import-columns"])
def test_pages_of_a_batch_are_closed_where_one_may_only_look(officer, cast, client_as, page):
    batch = checked(officer)
    cast.people["both"] = person = cast.hire("both", Role.DATA_OFFICER, "district", XICHENG)
    Membership.objects.create(
        user=person, organisation=cast.bodies["district"], role=Role.PLANNER, area=cast.areas[CHAOYANG], starts=SINCE
    )
    assert client_as("both").get(reverse(page, args=[batch.pk])).status_code == 403
