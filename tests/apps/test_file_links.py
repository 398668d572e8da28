"""No link on a community's file leads the person who reads it to a refusal."""

import re
from html import unescape

import pytest
from django.utils import timezone

from jiugai.accounts.guard import may_open
from jiugai.matters.actions import open_matter
from jiugai.matters.models import Handling
from jiugai.registry.models import CommunityContact, Document
from tests.apps.planning_rows import a_community, a_project, now, stored
from tests.cast import Cast

PAGES = ("", "documents/", "history/", "buildings/")


@pytest.fixture
def home(cast: Cast):
    home = a_community(cast, "枣营南里")
    stored(cast, home)
    Document.objects.create(community=home, title="批复", private=False)
    CommunityContact.objects.create(community=home, duty="书记", name="某某")
    open_matter(
        model=Handling, values={"title": "核对", "due_on": timezone.localdate()}, community=home,
        actor=cast.actor("district_lead"), now=now(),
    )  # fmt: skip
    return home


def links(page: str) -> set[str]:
    return {unescape(one).split("#")[0] for one in re.findall(r'<a [^>]*href="(/[^"]*)"', page)}


@pytest.mark.obligation("T01-10")
@pytest.mark.parametrize("who", ["resident", "planner", "community_worker", "committee"])
def test_every_link_of_the_file_opens(cast: Cast, client_as, home, who: str) -> None:
    client = client_as(who)
    found = {url for page in PAGES for url in links(client.get(f"/communities/{home.pk}/{page}").content.decode())}
    assert len(found) > 5
    bad = {}
    for url in sorted(found):
        bad[url] = client.get(url).status_code
    assert {url for url, code in bad.items() if code in {403, 404}} == set()


def test_who_may_open_it_keeps_the_link(cast: Cast, client_as, home) -> None:
    project = a_project(cast, a_community(cast, "枣营北里"))
    assert may_open(cast.actor("district_lead"), f"/projects/{project.pk}/?x=1#y")
    assert not may_open(cast.actor("resident"), f"/projects/{project.pk}/?x=1#y")
    assert may_open(cast.actor("resident"), "https://example.org/")
    assert "/projects/" in client_as("district_lead").get(f"/communities/{home.pk}/").content.decode()
    assert "/projects/" not in client_as("resident").get(f"/communities/{home.pk}/").content.decode()
