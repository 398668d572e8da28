"""A past verdict is recomputed bit for bit, and a difference is explained."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.domain import figures as shipped
from jiugai.domain import rules
from jiugai.policy import figures
from jiugai.policy.actions.judging import judge
from jiugai.policy.models import DraftFigure, DraftSet, FigureSnapshot
from jiugai.policy.replaying import replay_decision, replay_under
from tests.apps.policy.conftest import TODAY

NOW = timezone.now()


@pytest.fixture
def decided(home, world):
    world.ready(home)
    return judge(gate="enter_pool", community=home, actor=SYSTEM, now=NOW, on=TODAY)


def test_replay_is_bit_for_bit_though_facts_have_changed_since(decided, home, world):
    world.sections["checkup"].clear()
    replay = replay_decision(decided)
    assert replay.same
    assert replay.same_code
    assert not any(line.differs for line in replay.lines)


def test_replay_uses_the_figures_of_then(decided, monkeypatch):
    changed = shipped.shipped().with_draft({"pledge_min_share_heads": [(TODAY, 1)]})
    monkeypatch.setattr(figures, "current", lambda: changed)
    assert replay_decision(decided).same
    now = replay_under(decided, None)
    assert not now.same
    assert [one.name for one in now.changed] == ["pledge_min_share_heads"]


def test_replay_says_when_a_rule_version_is_gone(decided, monkeypatch):
    monkeypatch.setattr(rules, "_by_name", dict)
    replay = replay_decision(decided)
    assert not replay.same
    assert len(replay.replayed.gone) == 4


def test_replay_says_when_the_code_has_changed(decided, monkeypatch, client_as):
    monkeypatch.setattr(figures, "rulebook", lambda: "f" * 64)
    replay = replay_decision(decided)
    assert replay.same
    assert not replay.same_code
    assert "规则代码自那时起有改动" in client_as("planner").get(f"/decisions/{decided.pk}/").content.decode()


def test_figures_are_kept_once_for_all_verdicts(decided, home, world):
    world.sections["checkup"].clear()
    judge(gate="enter_pool", community=home, actor=SYSTEM, now=NOW, on=TODAY)
    assert FigureSnapshot.objects.count() == 1


def test_command_replays_and_tells_what_a_draft_changes(decided, capsys):
    call_command("replay", decided.pk)
    assert "逐字一致" in capsys.readouterr().out
    draft = DraftSet.objects.create(name="全部承诺", made_by_name="某某", made_at=NOW)
    DraftFigure.objects.create(draft=draft, figure="pledge_min_share_heads", since=TODAY, value="100%")
    call_command("replay", decided.pk, draft="全部承诺")
    said = capsys.readouterr().out
    assert "≠ t30_1_pledge" in said
    assert "不一致" in said
    with pytest.raises(CommandError):
        call_command("replay", 999_999)


def test_ending_a_figure_makes_its_rule_unknown(decided):
    draft = DraftSet.objects.create(name="没有取值", made_by_name="某某", made_at=NOW)
    DraftFigure.objects.create(draft=draft, figure="pledge_min_share_heads", since=TODAY, value=None)
    replay = replay_under(decided, draft)
    outcome = {line.then.rule: line.again.outcome for line in replay.lines}
    assert outcome["t30_1_pledge"] == "unknown"
