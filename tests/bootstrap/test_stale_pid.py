from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap.cluster import clear_stale_pid, serves


@pytest.mark.parametrize("pid", [os.getpid(), 4_194_000], ids=["another program", "nobody"])
def test_a_left_over_pid_file_is_removed_and_told(tmp_path: Path, pid: int, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "postmaster.pid"
    place.write_text(f"{pid}\n{tmp_path}\n")
    clear_stale_pid(tmp_path)
    assert not place.exists()
    assert str(pid) in capsys.readouterr().err


def test_no_pid_file_is_no_news(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clear_stale_pid(tmp_path)
    assert capsys.readouterr().err == ""


def test_a_program_that_merely_sits_in_the_directory_is_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not serves(pid=os.getpid(), data=tmp_path)
