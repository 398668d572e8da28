"""Every problem speaks both languages and says what to do."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from bootstrap import lock_files, problems

SAMPLES: dict[str, Any] = {
    "remedy": "try it again",
    "packages": ["gdal-bin"],
    "installed": ["15"],
    "port": 8000,
    "pid": 7,
    "holder": None,
}


def every_problem() -> list[type[problems.Problem]]:
    found = [item for item in vars(problems).values() if inspect.isclass(item) and issubclass(item, problems.Problem)]
    return [lock_files.LockNamesHost, *(item for item in found if item is not problems.Problem)]


@pytest.mark.parametrize("problem", every_problem())
def test_a_problem_speaks_chinese_then_english_then_says_the_remedy(problem: type[problems.Problem]) -> None:
    wanted = inspect.signature(problem).parameters
    made = problem(**{name: SAMPLES.get(name, 300 if "mb" in name else "x") for name in wanted})
    first, *_, last = made.text().splitlines()
    assert re.search(r"[\u4e00-\u9fff]", first)
    assert last.startswith("  → ")
    assert len(last) > 10
    assert made.en.isascii() or "—" in made.en
