from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from bootstrap.places import Places, holds_socket


@pytest.mark.parametrize("name", ["plain", "with space", "旧改", "a=b&c"])
def test_an_ordinary_directory_holds_a_socket(name: str) -> None:
    assert holds_socket(Path("/srv") / name / "var/run")


@pytest.mark.parametrize("name", ["x" * 90, "旧" * 30, "a,b", "o'clock", 'say "x"'])
def test_a_long_or_odd_directory_does_not(name: str) -> None:
    assert not holds_socket(Path("/srv") / name / "var/run")


def test_the_limit_is_that_of_the_kernel() -> None:
    fits = "/" + "x" * 92
    assert holds_socket(Path(fits))
    assert not holds_socket(Path(fits + "x"))


def test_the_short_place_differs_between_clones_and_is_short_enough() -> None:
    one, other = Places(Path("/a")).short_socket_dir, Places(Path("/b")).short_socket_dir
    assert one != other
    assert holds_socket(one)
    assert one.parent == Path(tempfile.gettempdir())
