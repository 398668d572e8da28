"""Waiting for a long step: its words come while it runs, and its last words when it fails."""

from __future__ import annotations

import pytest

from bootstrap.places import Places
from bootstrap.platform_steps import MARK, THEN, manage, manage_all
from bootstrap.problems import StepFailed
from bootstrap.say import Counter
from jiugai.config import command
from tests.bootstrap.conftest import script


def play(places: Places, body: str) -> None:
    """Let a script play the `jiugai` command."""
    places.log.mkdir(parents=True, exist_ok=True)
    places.python.parent.mkdir(parents=True)
    script(places.python.parent, "python", body)


def test_rows_loaded_so_far_are_heard_one_by_one_and_kept_apart_from_the_result(places: Places) -> None:
    play(places, "echo '小区资料 5,000' >&2; echo '小区资料 10,000' >&2; echo done")
    heard: list[str] = []
    assert manage(places, "load-shipped", env={}, hear=heard.append) == "done\n"
    assert heard == ["小区资料 5,000", "小区资料 10,000"]


def test_failed_step_ends_with_its_own_last_words(places: Places) -> None:
    play(places, "echo 'disk is full' >&2; exit 3")
    with pytest.raises(StepFailed) as failed:
        manage(places, "migrate", env={})
    assert "disk is full" in failed.value.text()
    assert "disk is full" in (places.log / "migrate.log").read_text()


def test_several_commands_share_a_process_and_each_keeps_its_own_words(places: Places) -> None:
    play(places, r"printf '\036load-policies\n18 loaded\n\036demo-users\ncity_lead\n'")
    assert manage_all(places, [("load-policies",), ("demo-users",)], env={})["demo-users"] == "city_lead\n"


def test_of_several_commands_the_one_that_failed_is_named(places: Places) -> None:
    play(places, r"printf '\036load-policies\n18 loaded\n\036demo-plan\n'; echo 'no pool' >&2; exit 1")
    with pytest.raises(StepFailed) as failed:
        manage_all(places, [("load-policies",), ("demo-plan",)], env={})
    assert "demo-plan" in failed.value.text()
    assert "no pool" in failed.value.text()


def test_command_and_bootstrap_part_commands_alike() -> None:
    assert (command.THEN, command.MARK) == (THEN, MARK)


def test_log_file_gets_a_line_now_and_then_not_each(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter([0.0, 0.0, 1.0, 6.0, 6.0])
    counter = Counter(clock=lambda: next(now))
    for rows in ("5,000", "10,000", "15,000"):
        counter(rows)
    counter.end()
    assert capsys.readouterr().out == "  5,000\n  15,000\n"
