"""枣营南里 with a project on its site and its firms, or completed."""

from typing import Any

import pytest

from jiugai.planning.models import Project
from jiugai.registry.models import Community
from tests.apps.planning_rows import a_community
from tests.apps.works_rows import completed, crew, on_site
from tests.cast import Cast


@pytest.fixture
def home(cast: Cast) -> Community:
    return a_community(cast)


@pytest.fixture
def project(cast: Cast, home: Community) -> Project:
    """Works that began forty days ago, with implementing body, contractor and supervisor."""
    made = on_site(cast, home)
    crew(cast, made)
    return made


@pytest.fixture
def built(cast: Cast, home: Community, monkeypatch: Any) -> Project:
    """A project that was completed through its gate."""
    return completed(cast, home, monkeypatch)
