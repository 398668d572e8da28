"""Break the rules on purpose, one small change at a time, and count how many breaks the cases notice.

    make bench ARGS="mutants"                     all of them, two or three minutes
    make bench ARGS="mutants --only t30_fund"     one file
    make bench ARGS="mutants --sample 60"         some, evenly spread

Each mutant runs in a process of its own against `tests/cases/rules/*.yaml` and the tests of gates that need no
generated facts. Sentences for people are not changed (the cases quote them word for word); comparisons, and/or, not,
numbers, codes, arithmetic, conditions, filters and kinds of answers are. Ends with 1 below 95 %.
"""

import argparse
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

from bench.mutations import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "jiugai" / "domain" / "rules"
PACKAGE = "jiugai.domain.rules"
PATIENCE_S = 5
WANTED = 0.95


def main() -> int:
    """Print the survivors and the share of mutants that died."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only files whose name contains this")
    parser.add_argument("--sample", type=int, default=0, help="this many, evenly spread")
    options = parser.parse_args()
    start = time.perf_counter()
    died, survivors = measure(only=options.only, sample=options.sample)
    for one in survivors:
        print(f"survived  {one.module}:{one.line}  {one.change}")
    total = died + len(survivors)
    share = died / total if total else 0.0
    print(f"{died} of {total} mutants died: {share:.1%}, in {time.perf_counter() - start:.0f} s")
    return 0 if share >= WANTED else 1


def measure(*, only: str = "", sample: int = 0) -> tuple[int, list[Mutant]]:
    """Run the mutants; return how many died, and those that did not. Raises RuntimeError when unbroken rules fail."""
    check = prepare()
    if not _survives(None, check):
        raise RuntimeError("the cases fail without any mutant")
    mutants = [one for path in _files() if only in path.stem for one in mutants_of(_module(path), path.read_text())]
    if 0 < sample < len(mutants):
        mutants = [mutants[at * len(mutants) // sample] for at in range(sample)]
    survivors = [one for one in mutants if _survives(one, check)]
    return len(mutants) - len(survivors), survivors


def prepare() -> Callable[[Mutant | None], bool]:
    """Load once all that stays the same, and forget the rules, so that a child imports those anew."""
    importlib.import_module("tests.facts_made")
    cases = importlib.import_module("tests.rule_cases").all_cases()
    for name in [
        name for name in sys.modules if name.startswith((PACKAGE, "jiugai.domain.gates", "jiugai.domain.replay"))
    ]:
        parent, _, leaf = name.rpartition(".")
        vars(sys.modules.get(parent, ModuleType(parent))).pop(leaf, None)
        del sys.modules[name]

    def check(mutant: Mutant | None) -> bool:
        if mutant is not None:
            sys.meta_path.insert(0, _Swapped(mutant))
        importlib.import_module(PACKAGE)
        if any(case.differences(case.speaks.check(case.facts, case.params)) for case in cases):
            return False
        return _tests_of_gates_hold()

    return check


def _tests_of_gates_hold() -> bool:
    """Run the tests of gates that need no generated facts, with each of their parameters."""
    for test, run in vars(importlib.import_module("tests.domain.test_gates")).items():
        if test.startswith("test_") and not hasattr(run, "hypothesis"):
            for values in _parameters(run):
                run(*values)
    return True


def _parameters(run: Callable[..., None]) -> list[tuple[object, ...]]:
    marks = [mark for mark in getattr(run, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        return [()]
    names, rows = marks[0].args[:2]
    return [row if isinstance(names, tuple) else (row,) for row in rows]


class _Swapped(MetaPathFinder, Loader):
    """Gives the changed module in place of the one on disk."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        """Answer for the one module only."""
        if fullname != self.mutant.module:
            return None
        spec = spec_from_loader(fullname, self, is_package=fullname == PACKAGE)
        if spec is not None and spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(RULES))
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self.mutant.code, vars(module))  # noqa: S102 - our own code with one change


def _survives(mutant: Mutant | None, check: Callable[[Mutant | None], bool]) -> bool:
    """Run the checks in a child of ours; an exception or too long a time is a death too."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.alarm(PATIENCE_S)
        status = 1
        try:
            status = 0 if check(mutant) else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def _files() -> list[Path]:
    return [*sorted(RULES.glob("*.py")), RULES.parent / "gates.py"]


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


if __name__ == "__main__":
    sys.exit(main())
