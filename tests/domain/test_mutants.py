"""A sample of broken rules: the cases notice all but a few. `make bench ARGS="mutants"` runs every one."""

import subprocess
import sys

from bench.mutations import mutants_of


def test_a_sample_of_broken_rules_is_noticed():
    ran = subprocess.run(
        [sys.executable, "-m", "bench.mutants", "--sample", "40"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_place_is_broken_in_every_way_and_words_for_people_in_none():
    source = "def f(a: int) -> bool:\n    return a >= 2 and not passes('放行', 'code')\n"
    assert {one.change for one in mutants_of("m", source)} == {
        *("GtE -> Gt", "GtE -> LtE", "And -> Or", "And: drop part 0", "And: drop part 1"),
        *("2 -> 3", "2 -> 1", "drop not", "passes -> exempt", "'code' -> ''"),
    }
