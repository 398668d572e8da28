"""One row of tabs leads through all pages of a project, and shows nobody what he may not open."""

import re

import pytest

from tests.apps.approvals.conftest import proposed
from tests.apps.planning_rows import a_community

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<nav class="j-tabs" aria-label="项目的各页">(.*?)</nav>', re.S)


def tabs(client, url: str) -> list[tuple[str, str]]:
    page = client.get(url).content.decode()
    return re.findall(r'href="([^"]+)"[^>]*>\s*([^<\s]+)', ROW.search(page)[1])


def test_every_tab_opens_a_page_that_has_the_same_tabs(cast):
    project = proposed(cast, a_community(cast))
    client = cast.client("district_lead")
    row = tabs(client, f"/projects/{project.pk}/")
    assert [label for _, label in row] == [
        "项目", "改造菜单", "工期", "方案和意见", "审批和招标", "管线",
        "现场", "验收", "质保", "智慧工地", "图集与四新",
    ]  # fmt: skip
    assert all(tabs(client, url) == row for url, _ in row)


def test_rebuilding_has_its_page_beside_the_others(cast):
    project = proposed(cast, a_community(cast), "rebuild")
    assert "改建" in [label for _, label in tabs(cast.client("district_lead"), f"/projects/{project.pk}/")]
