"""`jiugai plan explain`: reasons and clashes of files, in words."""

import json

import pytest
from django.core.management import call_command

from tests.domain.planning.small import document, project


def put(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_reasons_of_what_is_left_out(tmp_path, capsys):
    doc = document(projects=[project("P1", district_cost=90), project("P2", district_cost=60, latest_finish=4)])
    files = put(tmp_path / "i.json", doc), put(tmp_path / "p.json", {"starts": {"P1": 0}})
    call_command("plan", "explain", *files)
    said = capsys.readouterr().out
    assert "“P2”没有列入" in said
    assert "“P1”" not in said.split("“P2”没有列入")[0]
    call_command("plan", "explain", *files, "--project", "P1")
    assert "“P1”2026年9月开工" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("plan", "explain", *files, "--project", "P9")
    assert ended.value.code == 2


def test_a_clash_without_a_plan(tmp_path, capsys):
    doc = document(projects=[project("P1", must=True, earliest=4, latest_finish=5)])
    with pytest.raises(SystemExit) as ended:
        call_command("plan", "explain", put(tmp_path / "i.json", doc))
    assert ended.value.code == 1
    assert "“P1”必须列入计划" in capsys.readouterr().out
    call_command("plan", "explain", put(tmp_path / "i.json", document(projects=[project("P1")])))
    assert "没有证明出冲突" in capsys.readouterr().out
