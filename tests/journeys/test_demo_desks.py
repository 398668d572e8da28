"""Whoever logs in to the demonstration finds work on the desk."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from jiugai.accounts.models import User
from jiugai.accounts.roles import Role
from jiugai.registry.models import Community, CommunityValue

CITY_WIDE = {Role.CITY_LEAD, Role.CITY_DEPARTMENT, Role.AUDITOR, Role.DISCIPLINE, Role.ADMIN}
DISTRICT_WIDE = {Role.DISTRICT_LEAD, Role.DISTRICT_DEPARTMENT, Role.DATA_OFFICER, Role.UTILITY}


@pytest.fixture
def _register(real_data: None) -> None:
    call_command("demo_register", verbosity=0)


@pytest.mark.usefixtures("_register")
def test_every_log_in_sees_communities_and_marked_as_made_up():
    seen = {
        role: Community.objects.current()
        .visible_to(User.objects.get(username=role).actor(on=timezone.localdate()))
        .count()
        for role in Role
    }
    assert all(seen.values()), seen
    assert all(3 <= seen[role] <= 30 for role in set(Role) - CITY_WIDE - DISTRICT_WIDE), seen
    client = Client()
    client.force_login(User.objects.get(username=Role.STREET))
    shown = client.get(reverse("community-list")).content.decode()
    assert shown.count("演示划归") >= seen[Role.STREET]
    assert client.get(reverse("community-list"), {"street": "demo"}).status_code == 200
    before = CommunityValue.objects.count()
    call_command("demo_register", verbosity=0)
    assert CommunityValue.objects.count() == before


def test_nothing_is_made_up_in_production(real_data: None, settings: Settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_register", verbosity=0)
    assert not CommunityValue.objects.filter(provenance="demo").exists()
    assert not Community.objects.current().filter(area__level="street").exists()
